"""Reads a number with what belongs to it: sign or currency in front, 万 or тыс., unit, 折; and Chinese numerals in characters."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from service.translation.memory.numerals import NUMERALS, in_characters
from service.translation.memory.slot import GAP, Slot
from service.translation.memory.written import Writing, counted_zh, money_before, scales, writings

__all__ = ["in_digits", "in_numerals"]

_SIGN = re.compile(rf"(?<![\w%°)\]])[-−–+]$|\bминус{GAP}$|零下{GAP}?$")
_NOT_DIGITS = re.compile(rf"{GAP}|,")
_SPACES = re.compile(GAP)
_CHARACTERS = rf"[{NUMERALS}]+(?:点[{NUMERALS}]+)?"
_NUMERAL = re.compile(_CHARACTERS)
_SHARE = re.compile(rf"百分之(\d+(?:\.\d+)?|{_CHARACTERS})")
_GAPS = " \u00a0\u2009\u202f"
_LONGEST = 4  # signs of a Chinese unit: 元人民币
_TIMES = re.compile(r"[xXхХ]\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DOTTED = frozenset({"руб", "р", "мес", "дн", "сут", "нед", "мин", "сек", "долл", "шт", "уп"})
_MISLEADING = {"日": "本常期", "两": "个种款", "度": "假过"}  # 5日本酒, 3两种: no unit
_PART_OF_WORD = "第之十百千万几数"  # before a numeral: 第三代 is no three


def in_digits(figure: str, text: str, language: str, start: int, end: int, before: str) -> Slot | None:
    """The number that stands from `start` to `end`; `before` is the text in front of it, as far as it may be used.

    None where letters follow that make it part of a name (3D).
    """
    number = Decimal(_plain(figure, language))
    sign = money = ""
    if before:
        if hit := _money_before(language).search(before):
            money, start, before = hit[1], start - len(hit[0]), before[: hit.start()]
        if hit := _SIGN.search(before):
            sign, start = hit[0], start - len(hit[0])
            number = number if sign == "+" else -number
    return _with_unit(text, language, start, end, number, figure, sign, money)


@cache
def _money_before(language: str) -> re.Pattern[str]:
    signs = "|".join(re.escape(sign) for sign in sorted(money_before(language), key=len, reverse=True))
    return re.compile(rf"({signs}){GAP}?$")


def _plain(figure: str, language: str) -> str:
    """1,299.50 and 1 299,50 as 1299.50."""
    if figure.isdigit():
        return figure
    if language == "zh" or "." in figure:
        return _NOT_DIGITS.sub("", figure)
    return _SPACES.sub("", figure).replace(",", ".")


def _with_unit(
    text: str, language: str, start: int, end: int, number: Decimal, figure: str, sign: str, before: str
) -> Slot | None:
    """The number with the scale and the unit that follow it."""
    total, scale, unit = number, "", _unit_at(text, end, language)
    if unit is None and (scaled := _scale(language).match(text, end)):
        scale, total, end = scaled["scale"], number * scales(language)[scaled["scale"]], scaled.end()
        unit = _unit_at(text, end, language)
    if language == "zh" and unit is None and text[end : end + 1] == "折":
        return _discount(text, start, end + 1, number, figure)
    if unit is None or (before and unit[0].kind != "money"):
        if text[end : end + 1].isalpha() and not _ends_before(text, end, language):
            return None
        raw = text[start:end]
        if before:
            code = money_before(language)[before]
            return Slot("money", start, end, raw, f"money:{code}", total, number, code, None, "", "", scale, figure, sign, before)  # fmt: skip
        return Slot("number", start, end, raw, "number", total, number, "", None, "", "", scale, figure, sign)
    writing, gap, form, stop = unit
    if writing.of == "year" and not scale and len(figure) == 4 and _YEAR.fullmatch(figure):
        return Slot("year", start, end, text[start:end], "year", int(number), number, figure=figure)
    value, raw = total * writing.size, text[start:stop]
    return Slot(writing.kind, start, stop, raw, writing.tag, value, number, writing.of, writing, form, gap, scale, figure, sign, before)  # fmt: skip


def _ends_before(text: str, end: int, language: str) -> bool:
    """Whether a number may end before this letter: a multiplication sign, or Chinese after it."""
    return bool(_TIMES.match(text, end)) or (language == "zh" and not text[end].isascii())


@cache
def _tail() -> re.Pattern[str]:
    """What may stand after a Russian number: a whole word, or a unit's sign."""
    known = (word for word in writings("ru") if not word[0].isalpha())
    signs = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
    return re.compile(rf"({GAP}?)([А-Яа-яЁё]+|{signs}|[A-Za-z]+)(\.?)")


@cache
def _scale(language: str) -> re.Pattern[str]:
    words = "|".join(scales(language))
    return re.compile(rf"{GAP}?(?P<scale>{words})" if language == "zh" else rf"{GAP}(?P<scale>{words})\b\.?")


def _unit_at(text: str, end: int, language: str) -> tuple[Writing, str, str, int] | None:
    """The unit written there: how, the gap before it, the word as it stands, and where it ends."""
    return _chinese_unit(text, end) if language == "zh" else _russian_unit(text, end)


def _chinese_unit(text: str, end: int) -> tuple[Writing, str, str, int] | None:
    gap = text[end : end + 1] if text[end : end + 1] in _GAPS else ""
    start = end + len(gap)
    known = writings("zh")
    for length in range(_LONGEST, 0, -1):
        form = text[start : start + length]
        if len(form) == length and (writing := known.get(form)):
            break
    else:
        return None
    stop = start + length
    following = text[stop : stop + 1]
    if following and ((form[-1].isascii() and form[-1].isalpha() and following.isascii() and following.isalpha()) or following in _MISLEADING.get(form, "")):  # fmt: skip
        return None
    return writing, gap, form, stop


def _russian_unit(text: str, end: int) -> tuple[Writing, str, str, int] | None:
    hit = _tail().match(text, end)
    if hit is None:
        return None
    known, gap, form = writings("ru"), hit[1], hit[2]
    stop = hit.end(2)
    found = known.get(form) or known.get(form.lower().replace("ё", "е"))
    if found is None or text[stop : stop + 1] == "-":
        return None
    if form == "г" and hit[3] and _YEAR.fullmatch(text, max(0, end - 4), end):
        return known["год"], gap, form, stop
    if hit[3] and form in _DOTTED:
        return found, gap, form + ".", stop + 1
    return found, gap, form, stop


def _discount(text: str, start: int, end: int, number: Decimal, figure: str) -> Slot | None:
    """5折 is half the price off, 8.5折 and 85折 fifteen percent."""
    tenths = number if number < 10 else number / 10
    if not 0 < tenths < 10:
        return None
    return Slot("discount", start, end, text[start:end], "discount", 100 - tenths * 10, tenths, figure=figure)


def in_numerals(text: str, start: int, least: int) -> Slot | None:
    """A Chinese numeral, if something counted or measured follows it; 百分之四十五 is one too. What is before `least` is taken."""
    if share := _SHARE.match(text, start):
        return _share(share)
    hit = _NUMERAL.match(text, start)
    if hit is None:
        return None
    figure, end = hit[0], hit.end()
    if text[end : end + 1] == "折":
        tenths = in_characters("点".join(figure)) if len(figure) in (1, 2) else None
        return _discount(text, start, end + 1, tenths, figure) if tenths else None
    number = in_characters(figure)
    if number is None or (start and text[start - 1] in _PART_OF_WORD):
        return None
    unit = _unit_at(text, end, "zh")
    if unit is None:
        counted = end < len(text) and text[end] in counted_zh()
        return Slot("number", start, end, figure, "number", number, number, figure=figure) if counted else None
    sign = "零下" if text[max(least, start - 2) : start] == "零下" else ""
    if sign:
        number, start = -number, start - 2
    writing, gap, form, stop = unit
    value, raw = number * writing.size, text[start:stop]
    return Slot(writing.kind, start, stop, raw, writing.tag, value, number, writing.of, writing, form, gap, "", figure, sign)  # fmt: skip


def _share(hit: re.Match[str]) -> Slot | None:
    """百分之四十五, 百分之45."""
    figure = hit[1]
    percent = Decimal(figure) if figure[0].isascii() else in_characters(figure)
    if percent is None:
        return None
    writing = writings("zh")["%"]
    return Slot("measure", *hit.span(), hit[0], writing.tag, percent, percent, "percent", writing, "百分之", "", "", figure)  # fmt: skip
