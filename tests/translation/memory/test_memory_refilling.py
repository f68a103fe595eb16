from __future__ import annotations

from pathlib import Path

import pytest

from service.translation.memory.normal import mask
from service.translation.memory.refilling import NotCertain, refill

LINES = Path(__file__).with_name("refilled.tsv").read_text(encoding="utf-8").splitlines()
CASES = [line.split("\t") for line in LINES if line and not line.startswith("#")]


def spaced(text: str) -> str:
    """No-break spaces as plain ones: which of both stands there follows the kept text."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("source", "kept", "answer", "query", "wanted"), CASES, ids=[f"{c[3]} ({c[2]})" for c in CASES]
)
def test_a_kept_pair_speaks_of_other_numbers(source: str, kept: str, answer: str, query: str, wanted: str) -> None:
    target = "ru" if source == "zh" else "zh"
    if wanted.startswith("!"):
        with pytest.raises(NotCertain) as refused:
            refill(query, kept, answer, source=source, target=target)
        assert refused.value.reason == wanted.removeprefix("! ")
    else:
        assert spaced(refill(query, kept, answer, source=source, target=target)) == wanted


@pytest.mark.parametrize(("source", "kept", "answer", "query", "wanted"), CASES)
def test_the_same_numbers_leave_the_text_as_it_was(
    source: str, kept: str, answer: str, query: str, wanted: str
) -> None:
    target = "ru" if source == "zh" else "zh"
    assert refill(kept, kept, answer, source=source, target=target) == answer


def test_another_skeleton_is_refused() -> None:
    with pytest.raises(NotCertain, match="skeleton"):
        refill("净含量500毫升", "净含量500克", "Масса 500 г", source="zh", target="ru")


@pytest.mark.parametrize(
    ("language", "text", "raws"),
    [
        ("zh", "净含量500克，到手价1,299.50元", ["500克", "1,299.50元"]),
        ("zh", "３瓶，两盒，十二个月，三百克", ["3", "两", "十二个月", "三百克"]),
        ("zh", "3D打印，第三代，一定好，十分好吃", []),
        ("zh", "2026年新款，3 月 21 日20点30分开播", ["2026", "3 月 21 日", "20点30分"]),
        ("zh", "8.5折，八折，百分之四十五", ["8.5折", "八折", "百分之四十五"]),
        ("zh", "零下18℃，-5℃，0～4℃", ["零下18℃", "-5℃", "0", "4℃"]),
        ("zh", "1.2万人，3千米，5千元", ["1.2万", "3千米", "5千元"]),
        ("zh", "GB 4789.1-2016，HB-500A，条码6901234567892", ["GB 4789.1-2016", "HB-500A", "6901234567892"]),
        ("ru", "1 299,50 ₽, 29,90 юаня, 299 руб., 5 р.", ["1 299,50 ₽", "29,90 юаня", "299 руб.", "5 р."]),
        ("ru", "1,2,3 и 1.2.3, 3D, 7days", []),
        ("ru", "в 2026 г. и 500 г, 2 года", ["2026", "500 г", "2 года"]),
        ("ru", "21 марта 2026 г., 05.11.2026 в 20:00", ["21 марта 2026", "05.11.2026", "20:00"]),
        ("ru", "ГОСТ 31450-2013, +7 914 123-45-67, B12", ["ГОСТ 31450-2013", "+7 914 123-45-67", "B12"]),
        ("ru", "минус 18 градусов, −5 °C, от 0 до +4 °C", ["минус 18 градусов", "−5 °C", "0", "+4 °C"]),
        ("ru", "5 банок, 20х30 см, 12 тыс. человек, 5-литровая", ["5 банок", "20", "30 см", "12 тыс. человек", "5"]),
        ("ru", "пишите на a.b@c.ru или https://a.ru/x.", ["a.b@c.ru", "https://a.ru/x"]),
    ],
)  # fmt: skip
def test_values_are_found_in_a_text(language: str, text: str, raws: list[str]) -> None:
    assert [slot.raw for slot in mask(text, language).slots] == raws
