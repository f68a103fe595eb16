"""What we write fits the standards: grammars of our own wording stand beside (grammars/README.md)."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from service.translation.interchange.review import Passage, write_review
from service.translation.interchange.xliff.segments import Note
from service.translation.memory.keeping import UnitGiven
from service.translation.terms.concepts import Meaning, Wording
from tests.translation.interchange.exchanging import MEANINGS, UNITS, written, written_concepts
from tests.translation.interchange.test_round_trips import FULL

GRAMMARS = {path.stem: etree.RelaxNG(file=str(path)) for path in (Path(__file__).parent / "grammars").glob("*.rng")}


def faults(file: bytes, form: str) -> list[str]:
    grammar = GRAMMARS[form]
    return (
        [] if grammar.validate(etree.fromstring(file)) else [f"{one.line}: {one.message}" for one in grammar.error_log]
    )


@pytest.mark.parametrize("form", ["tmx", "xliff1", "xliff2"])
class TestPairs:
    def test_a_full_unit_an_empty_file_and_both_directions_fit(self, form: str) -> None:
        for units in ([], [FULL], [FULL, UnitGiven("蜂蜜", "мёд", "zh")]):
            for source in ("zh", "ru"):
                assert faults(written(units, form, source=source), form) == []

    @given(units=st.lists(UNITS, max_size=3))
    def test_whatever_stands_in_them(self, form: str, units: list[UnitGiven]) -> None:
        assert faults(written(units, form), form) == []


class TestTerms:
    def test_an_empty_term_base_fits(self) -> None:
        assert faults(written_concepts([], "tbx"), "tbx") == []

    @given(meanings=st.lists(MEANINGS, max_size=3))
    def test_whatever_stands_in_them(self, meanings: list[Meaning]) -> None:
        assert faults(written_concepts(meanings, "tbx"), "tbx") == []

    def test_people_find_status_gender_definition_and_field_where_the_standard_has_them(self) -> None:
        card = {"gender": "m", "sg": ["мёд", "мёда"]}
        words = (Wording("zh", "蜂蜜"), Wording("ru", "мёд", card=card), Wording("ru", "медок", "forbidden"))
        file = written_concepts(
            [Meaning("honey", "product", words, definition_ru="Сладкое", source="ГОСТ 19792")], "tbx"
        ).decode()
        assert "<min:subjectField>product</min:subjectField><basic:source>ГОСТ 19792</basic:source>" in file
        assert '<langSec xml:lang="ru-RU"><descripGrp><basic:definition>Сладкое</basic:definition></descripGrp>' in file
        assert (
            "<min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus><basic:grammaticalGender>masculine"
            in file
        )
        assert "<term>медок</term><min:administrativeStatus>deprecatedTerm-admn-sts" in file


@pytest.mark.parametrize("form", ["xliff1", "xliff2"])
def test_a_package_for_review_fits(form: str) -> None:
    to = io.BytesIO()
    notes = (Note("Имя <товара>", "Ольга"), Note("второе"))
    write_review([Passage("17", "ab" * 32, "zh", "蜂\x01蜜", "мёд", "reviewed", "RU-HONEY · title", notes), Passage("18", "cd" * 32, "zh", "茶")], to, format=form)  # fmt: skip
    assert faults(to.getvalue(), form) == []
