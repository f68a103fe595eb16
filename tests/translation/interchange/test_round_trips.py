"""What goes out in any form comes back the same, whatever signs stand in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.translation.memory.keeping import UnitGiven
from service.translation.terms.concepts import Meaning
from tests.translation.interchange.exchanging import CONCEPT_FORMATS, MEANINGS, UNIT_FORMATS, UNITS, back, concepts_back

ROUGH = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
LONG = "很长的说明。" * 4_000 + "<b>конец</b>\r\n"
FULL = UnitGiven(
    "第一行\n第二行 <b>&</b> \x01 😀", "  Первая строка\r\nвторая\t", "ru", "honey", "description", "ozon", True, "Ван Ли", "edited",
    "cards/honey.yaml", datetime(2026, 11, 25, 8, 15, 0, 123456, tzinfo=UTC), "上一句", "下一句",
)  # fmt: skip


@pytest.mark.parametrize("source", ["zh", "ru"])
@pytest.mark.parametrize("format", UNIT_FORMATS)
class TestPairs:
    def test_a_unit_keeps_everything_known_of_it(self, format: str, source: str) -> None:
        bare = UnitGiven("蜂蜜", "мёд", "zh")
        assert back([FULL, bare], format, source=source) == [FULL, bare]

    def test_the_same_text_may_come_again_with_another_translation(self, format: str, source: str) -> None:
        units = [
            UnitGiven("红茶", "красный чай", "zh", field="title"),
            UnitGiven("红茶", "чёрный чай", "zh", field="title"),
        ]
        assert back(units, format, source=source) == units

    @ROUGH
    @given(units=st.lists(UNITS, max_size=4))
    def test_no_sign_is_lost(self, format: str, source: str, units: list[UnitGiven]) -> None:
        if units:
            assert back(units, format, source=source) == units


@pytest.mark.parametrize("format", ["tmx", "xliff2", "xliff1", "po", "csv"])
def test_a_very_long_text_comes_back_whole(format: str) -> None:
    unit = UnitGiven(LONG, LONG, "zh")
    assert back([unit], format) == [unit]


@pytest.mark.parametrize("format", CONCEPT_FORMATS)
class TestConcepts:
    @ROUGH
    @given(meanings=st.lists(MEANINGS, min_size=1, max_size=3, unique_by=lambda one: one.key))
    def test_nothing_known_of_a_concept_is_lost(self, format: str, meanings: list[Meaning]) -> None:
        assert concepts_back(meanings, format) == meanings

    @ROUGH
    @given(meanings=st.lists(MEANINGS, min_size=1, max_size=2, unique_by=lambda one: one.key))
    def test_a_dictionary_may_go_the_other_way(self, format: str, meanings: list[Meaning]) -> None:
        assert concepts_back(meanings, format, source="ru") == meanings
