"""Splits running Chinese and Russian into sentences, without a network or a model."""

from __future__ import annotations

import re

__all__ = ["split"]

_ZH = re.compile(r"[^。！？!?…]*(?:[。！？!?]+|…{1,2})?[”’」』）)]*")
_RU_END = re.compile(r"(?<=[.!?…])[»”\")]*\s+(?=[«„\"(—–-]?\s?[А-ЯЁA-Z0-9])")
# After these a full stop does not end a sentence.
_ABBREVIATIONS = re.compile(r"(?:\b(?:г|гг|в|вв|ул|д|кв|стр|рис|т|им|см|напр|руб|коп|шт|кг|мл|обл|р-н|пер|пр|ст|п|гл|тел|ок|тыс|млн|млрд|пос|корп|[А-ЯЁA-Z])|т\.\s?[кедпн])\.$")  # fmt: skip


def split(text: str, locale: str) -> list[str]:
    """The sentences of a text in order; joined again they hold every word of it."""
    text = text.strip()
    if not text:
        return []
    if locale == "zh":
        return [part.strip() for part in _ZH.findall(text) if part.strip()]
    parts: list[str] = []
    for part in _RU_END.split(text):
        if parts and _ABBREVIATIONS.search(parts[-1]):
            parts[-1] += " " + part
        else:
            parts.append(part)
    return parts
