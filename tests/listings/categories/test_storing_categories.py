"""What platforms told is kept: the same answer twice changes nothing, what differs is told, other organisations see none of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, func, select

from service.database import Database
from service.listings.categories.finding import find_categories, find_category, has_snapshot, prepared, snapshots
from service.listings.categories.reading import Asked, read_answer
from service.listings.categories.snapshot import Attribute, Category, Spoken, Told, Value, merged
from service.listings.categories.storing import Difference, store
from service.listings.models import ChannelCategory, ChannelValue
from service.people.operating import acting
from service.people.organisations import make_organisation
from tests.listings.categories.made_up import ANSWERS, answer, in_chinese

CATEGORIES = {
    "ozon": "11:97", "wildberries": "204", "yandex_market": "2", "douyin": "8", "wechat_shop": "501", "pinduoduo": "61", "kuaishou": "31",
}  # fmt: skip
ATTRIBUTES = {"wildberries": "2", "kuaishou": "311"}
TODAY, LATER = date(2026, 11, 25), date(2026, 12, 1)


def taken(
    database: Database, channel: str, kind: Any, content: bytes | None = None, *, language: Spoken = "ru", day: date = TODAY,
    whole: bool | None = None,
) -> Difference:  # fmt: skip
    told = read_answer(
        channel,
        kind,
        "a.json",
        content or answer(channel, kind),
        Asked(language, CATEGORIES[channel], ATTRIBUTES.get(channel, "85")),
    )
    with database.writing() as session:
        return store(session, channel, told, language=language, day=day, whole=whole)


@pytest.fixture
def ozon(blank: Database) -> Database:
    for kind in ("tree", "attributes", "values"):
        taken(blank, "ozon", kind)
    return blank


def test_a_first_import_is_all_new(blank: Database) -> None:
    found = taken(blank, "ozon", "tree")
    assert [one.place for one in found.new] == ["10", "11", "11:97", "11:98"]
    assert not found.changed
    assert not found.gone


def test_the_same_answer_again_changes_only_the_day(ozon: Database) -> None:
    for kind in ("tree", "attributes", "values"):
        found = taken(ozon, "ozon", kind, day=LATER)
        assert not found
        assert found.same
    with ozon.reading() as session:
        category = find_category(session, "ozon", "11:97")
    assert (category.told_on, category.attributes_on) == (LATER, LATER)


def test_every_made_up_answer_can_be_kept_twice(blank: Database) -> None:
    for channel, kind in ANSWERS:
        assert taken(blank, channel, kind)
    for channel, kind in ANSWERS:
        assert not taken(blank, channel, kind), (channel, kind)


def test_names_of_both_languages_meet_on_one_row(ozon: Database) -> None:
    taken(
        ozon,
        "ozon",
        "tree",
        in_chinese("ozon", "tree", {"Мёд": "蜂蜜", "Сладости": "甜食", "Продукты": "食品"}),
        language="zh",
    )
    taken(ozon, "ozon", "attributes", in_chinese("ozon", "attributes", {"Бренд": "品牌"}), language="zh")
    taken(ozon, "ozon", "values", in_chinese("ozon", "values", {"Амур": "阿穆尔"}), language="zh")
    with ozon.reading() as session:
        category = find_category(session, "ozon", "11:97")
    brand = category.attributes[0]
    assert (category.name_zh, category.name_ru) == ("蜂蜜", "Мёд")
    assert (brand.name_zh, brand.name_ru) == ("品牌", "Бренд")
    assert (brand.values or ())[1] == Value("5002", "阿穆尔", "Амур")


def test_what_differs_from_before_is_told(ozon: Database) -> None:
    rows = [dict(one) for one in ANSWERS["ozon", "attributes"]["result"]]
    rows[1]["is_required"] = True
    rows[1]["name"] = "Жир, %"
    changed = [*rows[:2], rows[3], {"id": 40, "name": "Вес", "type": "Integer", "is_collection": False}]
    found = taken(ozon, "ozon", "attributes", answer("ozon", "attributes", result=changed), day=LATER)
    assert [(one.place, one.name) for one in found.new] == [("11:97/40", "Вес")]
    assert {(one.place, one.before, one.after) for one in found.changed} == {
        ("11:97/31", "False", "True"), ("11:97/31", "Жирность, %", "Жир, %"),
    }  # fmt: skip
    assert [(one.place, one.name) for one in found.gone] == [("11:97/32", "Вкус")]
    with ozon.reading() as session:
        assert [one.external for one in find_category(session, "ozon", "11:97").attributes] == ["85", "31", "33", "40"]


def test_values_that_are_gone_are_told_unless_the_answer_is_a_page(ozon: Database) -> None:
    page = answer("ozon", "values", result=[{"id": 5003, "value": "Новый"}], has_next=True)
    assert not taken(ozon, "ozon", "values", page).gone
    last = answer("ozon", "values", result=[{"id": 5003, "value": "Новый"}])
    assert [one.place for one in taken(ozon, "ozon", "values", last).gone] == ["11:97/85/5001", "11:97/85/5002"]


def test_values_stay_when_attributes_are_told_again(ozon: Database) -> None:
    taken(ozon, "ozon", "attributes", day=LATER)
    with ozon.reading() as session:
        assert session.scalar(select(func.count()).select_from(ChannelValue)) == 2


def test_a_category_that_is_gone_goes_with_all_it_asked(ozon: Database) -> None:
    shorter = answer(
        "ozon", "tree", result=[{"description_category_id": 10, "category_name": "Продукты", "children": []}]
    )
    assert [one.place for one in taken(ozon, "ozon", "tree", shorter).gone] == ["11", "11:97", "11:98"]
    with ozon.reading() as session:
        assert session.scalar(select(func.count()).select_from(ChannelValue)) == 0


def test_one_level_of_a_tree_takes_nothing_away_and_parents_are_no_leaves(blank: Database) -> None:
    level = {"goods_cats_get_response": {"goods_cats_list": [{"cat_id": 60, "cat_name": "食品", "parent_cat_id": 0}]}}
    taken(blank, "pinduoduo", "tree", answer("pinduoduo", "tree", **level), language="zh")
    taken(blank, "pinduoduo", "tree", language="zh")
    with blank.reading() as session:
        rows = session.execute(
            select(ChannelCategory.external, ChannelCategory.leaf).order_by(ChannelCategory.external)
        )
        assert [tuple(row) for row in rows] == [("60", False), ("61", True)]
    assert not taken(blank, "pinduoduo", "tree", answer("pinduoduo", "tree", **level), language="zh")


def test_attributes_make_their_category_if_nobody_told_of_it(blank: Database) -> None:
    found = taken(blank, "wildberries", "attributes")
    assert found.new[0].place == "204"
    with blank.reading() as session:
        assert find_category(session, "wildberries", "204").name_ru == "Мёд"


def test_thousands_of_values_come_back_in_their_order(blank: Database) -> None:
    values = tuple(Value(str(number), ru=f"Бренд {number}") for number in range(20_000))
    told = Told(attributes={"1": (Attribute("85", "choice", True, values=values),)})
    with blank.writing() as session:
        assert len(store(session, "ozon", told, language="ru", day=TODAY).new) == 20_002
    with blank.writing() as session:
        assert not store(session, "ozon", told, language="ru", day=TODAY)
    with blank.reading() as session:
        assert prepared(session, "ozon", ["1"])["1"].attributes[0].values == values
        assert prepared(session, "ozon", ["1"], attributes=[])["1"].attributes[0].values == ()


def test_pages_are_one_answer() -> None:
    pages = [
        Told(values={("1", "85"): (Value("a", ru="А"), Value("b", ru="Б"))}, whole=False),
        Told(values={("1", "85"): (Value("b", ru="Бб"), Value("c", ru="В"))}),
    ]
    found = merged(pages)
    assert [one.ru for one in found.values["1", "85"]] == ["А", "Бб", "В"]
    assert found.whole


def test_snapshots_take_three_queries_for_any_number(blank: Database) -> None:
    categories = tuple(Category(str(number)) for number in range(50))
    asked = {
        one.external: (Attribute("1", "text", False), Attribute("2", "choice", True, values=(Value("a"),)))
        for one in categories
    }
    with blank.writing() as session:
        store(session, "ozon", Told(categories, asked), language="ru", day=TODAY)
    seen: list[str] = []
    with blank.reading() as session:
        event.listen(blank.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
        found = snapshots(session, {"ozon": {one.external for one in categories}, "douyin": {"1"}})
    assert len(found) == 50
    assert len([one for one in seen if one.startswith("SELECT") and "channel_" in one]) == 3


def test_categories_are_found_by_words_of_either_language(ozon: Database) -> None:
    taken(ozon, "ozon", "tree", in_chinese("ozon", "tree", {"Мёд": "蜂蜜"}), language="zh")
    with ozon.reading() as session:
        for words in ("мёд", "蜂蜜", "11:97"):
            (found,) = find_categories(session, "ozon", words)
            assert found.category.external == "11:97"
            assert [one.name_ru for one in found.above] == ["Продукты", "Сладости"]
        assert find_categories(session, "ozon", "квас") == []


def test_another_organisation_sees_and_changes_nothing_of_it(ozon: Database) -> None:
    with ozon.writing() as session:
        make_organisation(session, key="other", kind="merchant", name_zh="别家", name_ru="Другая")
    other = acting(ozon, "other")
    with other.reading() as session:
        assert not has_snapshot(session, "ozon")
        assert prepared(session, "ozon", ["11:97"]) == {}
    assert len(taken(other, "ozon", "tree").new) == 4
    with ozon.reading() as session:
        assert len(find_category(session, "ozon", "11:97").attributes) == 4
