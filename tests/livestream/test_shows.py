"""Shows in the database: composed into versions, changed line by line, brought from draft to air."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from service.catalog.models import Product, ProductText
from service.compliance.declaring import declare
from service.database import Database
from service.errors import DomainError, NotFound, WrongState
from service.livestream.complying import FindingsOpen, NotReviewed
from service.livestream.editing import (
    AlreadyAired,
    EmptyLine,
    LineLocked,
    NoOtherWording,
    edit_line,
    lock_line,
    redo_line,
)
from service.livestream.files import ShowPlan
from service.livestream.gathering import LineMismatch, MarketClosed, UnknownSkus
from service.livestream.shows import FactsChanged, advance, brief_of, compose_show, find_script, find_show, save_show
from service.livestream.storing import restore
from service.pricing.files import MarketPrice, PriceEntry
from service.pricing.models import Price
from service.pricing.setting import set_prices
from tests.clearing import clear, review

PLAN = {
    "key": "evening", "name": {"zh": "晚场", "ru": "Вечер"}, "pattern": "evening-60", "minutes": 30, "seed": 3,
    "host": {"zh": "小雪", "ru": "Сяосюэ"},
    "items": [{"sku": "RU-HONEY-500", "role": "hit"}, {"sku": "RU-KVAS-1500", "limit": 2}, {"sku": "HH-WOODEAR-150"}],
}  # fmt: skip


def _plan(**changes: object) -> ShowPlan:
    return ShowPlan.model_validate(PLAN | changes)


@pytest.fixture
def show(stocked: Database) -> Database:
    with stocked.writing() as session:
        compose_show(session, save_show(session, _plan()))
    return stocked


def _key(database: Database, slot: str) -> str:
    with database.reading() as session:
        script = restore(find_script(session, "evening"))
        return next(line.key for _, line in script.lines() if line.slot == slot)


def test_a_stored_script_comes_back_line_for_line(show: Database) -> None:
    with show.writing() as session:
        stored = find_script(session, "evening")
        script = restore(stored)
        assert [line.said for _, line in restore(stored).lines()] == [line.said for _, line in script.lines()]
        assert script.seconds == pytest.approx(1800, abs=54)
        assert script.skus == ("RU-HONEY-500", "RU-KVAS-1500", "HH-WOODEAR-150")


def test_composing_again_without_a_change_gives_the_same_version(show: Database) -> None:
    with show.writing() as session:
        evening = find_show(session, "evening")
        save_show(session, _plan())
        assert compose_show(session, evening).version == 1
        assert len(evening.scripts) == 1


def test_two_who_compose_at_once_get_one_version(stocked: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with stocked.writing() as session:
        save_show(session, _plan())

    def compose_once(_: int) -> int:
        with stocked.writing() as session:
            return compose_show(session, find_show(session, "evening")).version

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(compose_once, range(8))) == {1}


def test_a_changed_price_gives_a_new_version_that_keeps_locked_lines(show: Database) -> None:
    key = _key(show, "greet")
    with show.writing() as session:
        edit_line(session, find_script(session, "evening"), line=key, words={"zh": "大家晚上好，我来啦。"})
        lock_line(session, find_script(session, "evening"), line=key, locked=True)
        dearer = {
            one.sku.code: PriceEntry(CN=MarketPrice(live=one.live + 100))
            for one in session.scalars(select(Price).where(Price.market == "CN"))
        }
        set_prices(session, dearer)
    with show.writing() as session:
        second = compose_show(session, find_show(session, "evening"))
        assert second.version == 2
        found = restore(second).line(key)
        assert found
        assert found[1].said["zh"].text == "大家晚上好，我来啦。"
        assert found[1].locked


def test_an_old_version_is_still_read_with_the_items_it_was_composed_for(show: Database) -> None:
    with show.writing() as session:
        evening = save_show(session, _plan(items=[{"sku": "RU-ALENKA-90"}]))
        compose_show(session, evening)
    with show.reading() as session:
        first, second = find_script(session, "evening", 1), find_script(session, "evening", 2)
        assert [item.goods.sku for item in brief_of(session, first).items] == list(restore(first).skus)
        assert [item.goods.sku for item in brief_of(session, second).items] == ["RU-ALENKA-90"]


def test_redoing_changes_one_line_and_moves_the_others_only_in_time(show: Database) -> None:
    key = _key(show, "feature")
    with show.writing() as session:
        before = {line.key: line.said for _, line in restore(find_script(session, "evening")).lines()}
        redo_line(session, find_script(session, "evening"), line=key)
    with show.reading() as session:
        after = {line.key: line.said for _, line in restore(find_script(session, "evening")).lines()}
    assert after.pop(key) != before.pop(key)
    assert after == before


def test_editing_times_the_new_words_and_marks_the_line(show: Database) -> None:
    key = _key(show, "greet")
    with show.writing() as session:
        line = edit_line(session, find_script(session, "evening"), line=key, words={"ru": "  Добрый   вечер!  "})
        assert line.said["ru"].text == "Добрый вечер!"
        assert line.edited
        assert line.said["ru"].seconds < 3


@pytest.mark.parametrize("words", [{"zh": "   "}, {"ru": ""}])
def test_a_line_cannot_be_emptied(show: Database, words: dict[str, str]) -> None:
    key = _key(show, "greet")
    with show.writing() as session, pytest.raises(EmptyLine):
        edit_line(session, find_script(session, "evening"), line=key, words=words)  # type: ignore[arg-type]


def test_a_locked_line_is_neither_edited_nor_redone(show: Database) -> None:
    key = _key(show, "greet")
    with show.writing() as session:
        script = find_script(session, "evening")
        lock_line(session, script, line=key, locked=True)
        with pytest.raises(LineLocked):
            redo_line(session, script, line=key)
        with pytest.raises(LineLocked):
            edit_line(session, script, line=key, words={"zh": "好"})
        lock_line(session, script, line=key, locked=False)
        edit_line(session, script, line=key, words={"zh": "好。"})


def test_a_script_goes_to_air_step_by_step_and_then_stays_as_it_was(show: Database) -> None:
    key = _key(show, "greet")
    with show.writing() as session:
        script = find_script(session, "evening")
        with pytest.raises(WrongState):
            advance(session, script, to="ready", person="Лена")
        advance(session, script, to="checked", person="Лена")
        with pytest.raises(NotReviewed):
            advance(session, script, to="reviewed", person="Лена")
        review(session, script)
        advance(session, script, to="reviewed", person="Лена")
        with pytest.raises(FindingsOpen):
            advance(session, script, to="ready", person="Лена")
        assert clear(session, script) == []
        for state in ("ready", "aired"):
            advance(session, script, to=state, person="Лена")
        assert [(step.state, step.person) for step in script.steps][-1] == ("aired", "Лена")
        with pytest.raises(WrongState):
            advance(session, script, to="draft", person="Лена")
        with pytest.raises(AlreadyAired):
            edit_line(session, script, line=key, words={"zh": "好。"})


def test_evidence_that_ends_before_the_show_keeps_it_from_being_ready(show: Database) -> None:
    with show.writing() as session:
        script = find_script(session, "evening")
        review(session, script)
        for state in ("checked", "reviewed"):
            advance(session, script, to=state, person="Лена")
        assert clear(session, script) == []
        declare(session, of="show", key="evening", facts={"starts_at": "2120-01-01"})
        with pytest.raises(FindingsOpen):
            advance(session, script, to="ready", person="Лена")


def test_a_change_after_the_check_makes_it_a_draft_again(show: Database) -> None:
    key = _key(show, "greet")
    with show.writing() as session:
        script = find_script(session, "evening")
        advance(session, script, to="checked", person="Лена")
        edit_line(session, script, line=key, words={"zh": "好。"}, person="Лена")
        assert script.state == "draft"


def test_a_script_whose_facts_changed_is_not_taken_further(show: Database) -> None:
    with show.writing() as session:
        text = session.scalars(
            select(ProductText).join(Product).where(
                Product.key == "linden-honey", ProductText.locale == "zh", ProductText.field == "selling_point.1"
            )
        ).one()  # fmt: skip
        text.value = "椴树蜜换了新说法，颜色浅，花香清。"
    with show.writing() as session, pytest.raises(FactsChanged):
        advance(session, find_script(session, "evening"), to="checked", person="Лена")


@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"items": [{"sku": "RU-HONEY-505"}]}, UnknownSkus, "RU-HONEY-500"),
        ({"items": [{"sku": "RU-VODKA-500"}], "market": "RU"}, MarketClosed, "RU-VODKA-500"),
        ({"items": [{"sku": "RU-SAUSAGE-400"}]}, MarketClosed, "RU-SAUSAGE-400"),
        ({"pattern": "evening-61"}, NotFound, "evening-60"),
        ({"pattern": "brand-jijing"}, LineMismatch, "RU-HONEY-500"),
        ({"place": "heihe2"}, NotFound, "heihe"),
    ],
)
def test_a_faulty_plan_is_refused_with_what_is_wrong(
    stocked: Database, changes: dict[str, object], error: type[DomainError], told: str
) -> None:
    with stocked.writing() as session, pytest.raises(error) as caught:
        save_show(session, _plan(**changes))
    for locale in ("zh", "ru", "en"):
        assert told in caught.value.say(locale)  # type: ignore[arg-type]


def test_nothing_else_to_say_is_told_and_changes_nothing(show: Database) -> None:
    with show.writing() as session:
        script = find_script(session, "evening")
        stored = next(line for block in script.blocks for line in block.lines if line.slot == "greet")
        stored.kind = "another"
        session.flush()
        with pytest.raises(NoOtherWording):
            redo_line(session, script, line=stored.key)
