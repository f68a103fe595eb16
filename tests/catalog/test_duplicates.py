"""The same goods twice: found, told apart, merged with everything that hangs on them, and split again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from service.catalog import batches
from service.catalog.duplicates import SameCard, like, named_alike, tell_apart, twins
from service.catalog.editing import MergedAway, edit_card, own_document
from service.catalog.importing import import_catalogue
from service.catalog.listing import find_product
from service.catalog.merging import KeyTaken, LinesDiffer, merge, split
from service.catalog.models import Sku
from service.catalog.resolving import resolved
from service.catalog.search.finding import Filter, search
from service.catalog.sheets.planning import SheetMapping
from service.catalog.sheets.taking import plan_file
from service.database import Database
from service.errors import NotFound
from service.pricing.models import Price


def card(name_ru: str, code: str, **more: Any) -> dict[str, Any]:
    return {
        "line": "russian_goods", "family": "honey", "source_locale": "ru", "name[ru]": name_ru,
        f"sku.{code}.net_value": 500, f"sku.{code}.net_unit": "g", **more,
    }  # fmt: skip


def put(database: Database, **cards: dict[str, Any]) -> None:
    edits = [(key.replace("_", "-"), edit) for key, edit in cards.items()]
    batches.apply(database.writing, edits, len(edits), kind="import", source="test")


def groups(database: Database) -> dict[str, tuple[str, ...]]:
    with database.reading() as session:
        return {found.reason: found.keys for found in twins(session)}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("RU-HONEY-1O0", "RU-HONEY-100", True), ("HH_CORN.1", "HH-CORN-1", True), ("RU-LIPA-I", "RU-LIPA-1", True),
        ("HH-CORN-1", "HH-CORN-10", False), ("RU-A-1", "RU-B-1", False), ("RU-HONEY-90", "RU-HONEY-900", False),
    ],
)  # fmt: skip
def test_codes_look_alike(one: str, other: str, same: bool) -> None:
    assert (like(one) == like(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Мёд липовый", "Липовый мед", True), ("Мёд «Липовый», 500 г", "мёд липовый 500г", True),
        ("椴树蜂蜜", "椴樹蜂蜜", True), ("椴树蜂蜜（500克）", "椴树蜂蜜 500克", True), ("Мёд липовый", "Мёд гречишный", False),
        ("椴树蜜", "蜂蜜", False), ("Мёд 250 г", "Мёд 500 г", False),
    ],
)  # fmt: skip
def test_names_are_alike(one: str, other: str, same: bool) -> None:
    assert (named_alike(one) == named_alike(other)) is same


def test_the_shipped_catalogue_has_no_twins(stocked: Database) -> None:
    assert groups(stocked) == {}


def test_gtin_code_and_name_give_cards_away(blank: Database) -> None:
    put(
        blank,
        one=card("Мёд", "A-1", **{"sku.A-1.gtin": "4006381333931"}), two=card("Патока", "B-2", **{"sku.B-2.gtin": "04006381333931"}),
        three=card("Варенье", "RU-O1"), four=card("Повидло", "RU-01"), five=card("Орехи в меду", "C-1"),
        six=card("В меду орехи", "D-1"),
    )  # fmt: skip
    assert groups(blank) == {"gtin": ("one", "two"), "sku": ("four", "three"), "name": ("five", "six")}


def test_cards_told_apart_are_not_shown_together_again(blank: Database) -> None:
    put(blank, one=card("Мёд", "A-1"), two=card("мед", "B-1"))
    assert groups(blank) == {"name": ("one", "two")}
    with blank.writing() as session:
        tell_apart(session, one="two", other="one")
    assert groups(blank) == {}
    with blank.writing() as session, pytest.raises(SameCard):
        tell_apart(session, one="one", other="one")


def test_a_merge_moves_skus_prices_and_words_and_the_old_key_leads_to_the_card(stocked: Database) -> None:
    with stocked.reading() as session:
        first = find_product(session, "linden-honey")
        second = next(p for p in search(session, Filter(line="russian_goods")) if p.key != "linden-honey")
        key, name = second.key, second.text("zh", "name")
        codes = {sku.code for sku in second.skus}
        priced = {sku.id for sku in second.skus} & set(session.scalars(select(Price.sku_id)))
        own_name = first.text("zh", "name")
    assert priced
    with stocked.writing() as session:
        merge(session, into="linden-honey", key=key)
    with stocked.reading() as session:
        merged = find_product(session, key)
        assert merged.key == "linden-honey"
        assert merged.text("zh", "name") == own_name != name
        assert codes <= {sku.code for sku in merged.skus}
        assert priced <= set(session.scalars(select(Price.sku_id)))
        assert codes <= {sku["code"] for sku in own_document(session, "linden-honey").document["skus"]}
        with pytest.raises(MergedAway):
            own_document(session, key)
        assert key not in [p.key for p in search(session, Filter(name or ""))]
        labels = {(t.locale, t.field) for t in merged.texts}
        assert all((locale, f"sku.{code}.label") in labels for code in codes for locale in ("zh", "ru"))


def test_a_merge_is_taken_back_with_everything(stocked: Database) -> None:
    with stocked.reading() as session:
        key = next(p.key for p in search(session, Filter(line="russian_goods")) if p.key != "linden-honey")
        before = own_document(session, key).document, own_document(session, "linden-honey").document
        rows = dict(session.execute(select(Sku.code, Sku.id)).all())  # type: ignore[arg-type]
    with stocked.writing() as session:
        merge(session, into="linden-honey", key=key)
    with stocked.writing() as session:
        split(session, key=key)
    with stocked.reading() as session:
        assert own_document(session, key).document == before[0]
        assert [s["code"] for s in own_document(session, "linden-honey").document["skus"]] == [
            s["code"] for s in before[1]["skus"]
        ]
        assert dict(session.execute(select(Sku.code, Sku.id)).all()) == rows  # type: ignore[arg-type]
        for product in (find_product(session, key), find_product(session, "linden-honey")):
            assert [sku.code for sku in product.skus] == [
                sku["code"] for sku in own_document(session, product.key).document["skus"]
            ]
        with pytest.raises(NotFound):
            split(session, key=key)


def test_a_key_in_use_again_cannot_be_brought_back(blank: Database) -> None:
    put(blank, one=card("Мёд", "A-1"), two=card("мед", "B-1"))
    with blank.writing() as session:
        merge(session, into="one", key="two")
    put(blank, two=card("Другой мёд", "C-1"))
    with blank.writing() as session, pytest.raises(KeyTaken):
        split(session, key="two")


def test_cards_merged_one_after_the_other_all_lead_to_the_last(blank: Database) -> None:
    put(blank, one=card("Мёд", "A-1"), two=card("мед", "B-1"), three=card("мёд!", "C-1"))
    with blank.writing() as session:
        merge(session, into="two", key="one")
        merge(session, into="three", key="two")
    with blank.reading() as session:
        assert {find_product(session, key).key for key in ("one", "two", "three")} == {"three"}
        assert [sku.code for sku in find_product(session, "one").skus] == ["C-1", "B-1", "A-1"]


def test_a_card_that_was_split_off_is_found_by_its_codes_and_the_other_no_longer(blank: Database) -> None:
    put(blank, one=card("Мёд", "AAA-111"), two=card("мед", "BBB-222"))
    for step, found in ((lambda s: merge(s, into="one", key="two"), ["one"]), (lambda s: split(s, key="two"), ["two"])):
        with blank.writing() as session:
            step(session)
        with blank.reading() as session:
            assert [product.key for product in search(session, Filter("BBB-222"))] == found


def test_goods_of_two_lines_are_not_merged(stocked: Database) -> None:
    with stocked.writing() as session:
        other = next(p.key for p in search(session, Filter(line="jijing_hanyang")))
        with pytest.raises(LinesDiffer):
            merge(session, into="linden-honey", key=other)
        with pytest.raises(SameCard):
            merge(session, into="linden-honey", key="linden-honey")


def test_sheets_and_files_with_the_old_key_mean_the_new_card(stocked: Database) -> None:
    with stocked.reading() as session:
        second = next(p for p in search(session, Filter(line="russian_goods")) if p.key != "linden-honey")
        key, code = second.key, second.skus[0].code
    with stocked.writing() as session:
        merge(session, into="linden-honey", key=key)
    with stocked.writing() as session:
        report = import_catalogue(session)
        assert report.created == []
    sheet = f"product key,SKU,units per case\n{key},{code},77\n".encode()
    with stocked.reading() as session:
        plan, _ = plan_file(session, name="a.csv", content=sheet, mapping=SheetMapping(), reviewed=False)
        assert plan.errors == 0
        assert [found for found, _ in plan.edits()] == ["linden-honey"]


def test_words_of_another_language_stand_in_only_if_asked_for_and_never_for_what_the_law_demands(
    stocked: Database,
) -> None:
    gone = {"description[ru]": None, "ingredients[ru]": None}
    with stocked.writing() as session:
        edit_card(session, "linden-honey", gone)
    with stocked.reading() as session:
        plain = {word.field: word for word in resolved(session, "linden-honey", "ru")}
        helped = {word.field: word for word in resolved(session, "linden-honey", "ru", fallback=True)}
    assert plain["description"].value is None
    assert helped["description"].value
    assert helped["description"].resolved_from == "zh"
    assert helped["description"].is_fallback
    assert helped["ingredients"].legal
    assert helped["ingredients"].value is None
    assert not helped["name"].is_fallback
    assert helped["name"].resolved_from == "ru"
