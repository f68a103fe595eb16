"""Cards made from little, and texts that are locked."""

from __future__ import annotations

from typing import Any

import pytest

from service.catalog.checking import EditRefused
from service.catalog.editing import CardExists, edit_card, lock_texts, make_card
from service.catalog.listing import product_card
from service.catalog.storing import SkuTaken
from service.database import Database

HONEY = {
    "line": "russian_goods", "family": "honey", "name[ru]": "Мёд гречишный", "sku.NM-1.net_value": 500, "sku.NM-1.net_unit": "g",
}  # fmt: skip


def test_a_card_begins_with_what_its_line_implies(blank: Database) -> None:
    with blank.writing() as session:
        make_card(session, "nm", HONEY)
        card = product_card(session, "nm")
    assert (card["source_locale"], card["origin"]["country"], card["markets"]) == ("ru", "RU", ["CN", "RU"])
    assert card["texts"][0]["reviewer"] is None


@pytest.mark.parametrize(
    ("without", "field"), [("line", "line"), ("family", "family"), ("name[ru]", "name[zh]"), ("sku.NM-1.net_unit", "sku.NM-1.net_unit")]
)  # fmt: skip
def test_what_a_card_cannot_begin_without_is_named(blank: Database, without: str, field: str) -> None:
    edit: dict[str, Any] = {path: value for path, value in HONEY.items() if path != without}
    with pytest.raises(EditRefused) as refused, blank.writing() as session:
        make_card(session, "nm", edit)
    assert field in [fault.facts["field"] for fault in refused.value.facts["faults"]]


def test_a_key_and_a_sku_are_given_once(blank: Database) -> None:
    with blank.writing() as session:
        make_card(session, "nm", HONEY)
    with pytest.raises(CardExists), blank.writing() as session:
        make_card(session, "nm", HONEY)
    with pytest.raises(SkuTaken), blank.writing() as session:
        make_card(session, "other", HONEY)


def test_a_lock_keeps_the_words_and_does_not_vouch_for_them(blank: Database) -> None:
    with blank.writing() as session:
        make_card(session, "nm", HONEY)
        lock_texts(session, "nm", [("ru", "name")], lock=True)
        assert edit_card(session, "nm", {"name[ru]": "Другой"}) == ["name[ru]"]
        [text] = product_card(session, "nm")["texts"]
        assert (text["value"], text["locked"], text["reviewer"]) == ("Мёд гречишный", True, None)
        lock_texts(session, "nm", [("ru", "name")], lock=False)
        assert edit_card(session, "nm", {"name[ru]": "Другой"}) == []
