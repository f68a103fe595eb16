"""Many cards changed alike: seen before, applied as one batch, taken back whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog import batches
from service.catalog.bulk import BulkRefused, Operation, PreviewOutdated, apply, edit_of, preview
from service.catalog.cells import Refused
from service.catalog.document import differences, flat
from service.catalog.editing import edit_card, judge_texts, own_document
from service.catalog.revising import Vouched, applied, settled
from service.catalog.search.finding import Filter
from service.database import Database

HONEY = Filter("мёд", family="honey", own=True)


def words(database: Database, key: str) -> dict[str, Any]:
    with database.reading() as session:
        return dict(flat(own_document(session, key).document))


def op(field: str, do: Any = "set", value: Any = None, find: str = "") -> Operation:
    return Operation(field=field, do=do, value=value, find=find)


def test_what_was_seen_is_applied_as_one_batch_and_taken_back(stocked: Database) -> None:
    before = words(stocked, "linden-honey")
    change = [op("name[ru]", "append", " (Приамурье)"), op("name[zh]", "prepend", "阿穆尔")]
    with stocked.reading() as session:
        seen = preview(session, HONEY, change)
    assert seen.changed == 1
    shown = {d.field: (d.before, d.after) for d in seen.changes[0].differences}
    assert shown["name[ru]"] == (before["name[ru]"], before["name[ru]"] + " (Приамурье)")
    batch = apply(stocked.writing, seen, change, seal=seen.seal)
    assert batch is not None
    assert words(stocked, "linden-honey")["name[zh]"] == "阿穆尔" + before["name[zh]"]
    batches.undo(stocked.writing, batch)
    assert words(stocked, "linden-honey") == before


def test_the_preview_changes_nothing(stocked: Database) -> None:
    before = words(stocked, "linden-honey")
    with stocked.reading() as session:
        preview(session, Filter(own=True), [op("facts.origin_place", "clear")])
    assert words(stocked, "linden-honey") == before


def test_a_card_changed_after_the_preview_stops_the_edit(stocked: Database) -> None:
    change = [op("name[ru]", "append", "!")]
    with stocked.reading() as session:
        seen = preview(session, HONEY, change)
    with stocked.writing() as session:
        edit_card(session, "linden-honey", {"name[ru]": "Мёд липовый новый"})
    with stocked.reading() as session:
        now = preview(session, HONEY, change)
    with pytest.raises(PreviewOutdated):
        apply(stocked.writing, now, change, seal=seen.seal)
    assert words(stocked, "linden-honey")["name[ru]"] == "Мёд липовый новый"


def test_words_are_replaced_in_what_stands_there_at_the_moment_of_writing(stocked: Database) -> None:
    change = [op("name[ru]", "append", " X".replace("X", "сорт"))]
    with stocked.reading() as session:
        seen = preview(session, HONEY, change)
    with stocked.writing() as session:
        edit_card(session, "linden-honey", {"name[ru]": "Мёд таёжный"})
    apply(stocked.writing, seen, change, seal=seen.seal)  # as if the edit came between looking again and writing
    assert words(stocked, "linden-honey")["name[ru]"] == "Мёд таёжный сорт"


@pytest.mark.parametrize("field", ["units_per_case", "height_mm"])
def test_a_field_of_skus_changes_in_every_sku(stocked: Database, field: str) -> None:
    with stocked.reading() as session:
        document = own_document(session, "linden-honey").document
        codes = [sku["code"] for sku in document["skus"]]
        seen = preview(session, HONEY, [op(field, "set", "24")])
    assert {d.field for d in seen.changes[0].differences} == {f"sku.{code}.{field}" for code in codes}
    assert {d.after for d in seen.changes[0].differences} == {24}


def test_locked_texts_stay_and_the_preview_says_so(stocked: Database) -> None:
    with stocked.writing() as session:
        judge_texts(session, "linden-honey", [("ru", "name")], lock=True)
    with stocked.reading() as session:
        seen = preview(session, HONEY, [op("name[ru]", "append", "!")])
    assert (seen.changed, seen.kept) == (0, 1)


@pytest.mark.parametrize(
    "operation",
    [
        op("nonsense", "set", "x"), op("key", "set", "x"), op("facts.hs_code", "set", "12"), op("facts.hs_code", "append", "1"),
        op("line", "clear"), op("name[ru]", "replace", "x"), op("name[ru]", "set", ""), op("facts.temperature_min", "set", "warm"),
    ],
)  # fmt: skip
def test_an_operation_no_card_can_take_is_refused_with_its_field(stocked: Database, operation: Operation) -> None:
    with stocked.reading() as session, pytest.raises(BulkRefused) as refused:
        preview(session, Filter(own=True), [operation])
    for locale in ("zh", "ru", "en"):
        assert operation.field in refused.value.say(locale)  # type: ignore[arg-type]


def test_cards_that_would_contradict_themselves_are_named_and_nothing_is_applied(stocked: Database) -> None:
    change = [op("facts.temperature_min", "set", 60)]
    with stocked.reading() as session:
        seen = preview(session, Filter(own=True, line="russian_goods"), change)
    assert seen.faulty > 0
    assert seen.faults[0].key
    with pytest.raises(BulkRefused):
        apply(stocked.writing, seen, change, seal=seen.seal)


_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)


@given(st.sampled_from(["replace", "prepend", "append"]), _TEXTS, _TEXTS, _TEXTS)
def test_the_edit_touches_the_named_field_only(do: Any, now: str, find: str, value: str) -> None:
    document: Any = {
        "line": "russian_goods", "family": "honey", "source_locale": "ru", "facts": {},
        "texts": {"zh": {}, "ru": {"name": {"value": now}, "description": {"value": now}}}, "skus": [],
    }  # fmt: skip
    try:
        edit = edit_of(document, [op("name[ru]", do, value, find or "x")])
    except Refused:
        return
    after = settled(document, applied(document, edit), Vouched(None, "", []))
    assert {d.field for d in differences(document, after)} <= {"name[ru]"}
