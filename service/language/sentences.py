"""Splits running Chinese and Russian into sentences, without a network or a model."""

from __future__ import annotations

import re

__all__ = ["split"]

_ZH = re.compile(r"[^。！？!?…]*(?:[。！？!?]+|…{1,2})?[”’」』）)]*")
_RU_END = re.compile(r"(?<=[.!?…])([»”\")]*)\s+(?=[«„\"(—–-]?\s?[А-ЯЁA-Z0-9])")
# After these a full stop does not end a sentence.
_LONGEST = 20  # signs before a full stop that are looked at: more would make a text of abbreviations cost its square
_ABBREVIATIONS = re.compile(r"(?:\b(?:г|гг|в|вв|ул|д|кв|стр|рис|т|им|см|напр|руб|коп|шт|кг|мл|обл|р-н|пер|пр|ст|п|гл|тел|ок|тыс|млн|млрд|пос|корп|[А-ЯЁA-Z])|т\.\s?[кедпн])\.$")  # fmt: skip


def split(text: str, locale: str) -> list[str]:
    """The sentences of a text in order; joined again they hold every word of it."""
    text = text.strip()
    if not text:
        return []
    if locale == "zh":
        return [part.strip() for part in _ZH.findall(text) if part.strip()]
    parts: list[str] = []
    start = 0
    for end in _RU_END.finditer(text):
        if not _ABBREVIATIONS.search(text, max(start, end.start() - _LONGEST), end.start()):
            parts.append(text[start : end.end(1)])
            start = end.end()
    return [*parts, text[start:]]
