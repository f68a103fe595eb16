"""Finds the places of a text that hold a value: numbers, prices, weights, dates, discounts, counted nouns, codes, addresses, emoji.

A value is read for comparing and replacing only. What is not read for certain (1,2,3 · 7days · 1.2.3) is no slot and stays literal.
"""

from __future__ import annotations

import re
from functools import cache

from service.translation.memory.numerals import NUMERALS
from service.translation.memory.slot import CLOSE, GAP, MONTHS, OPEN, Slot
from service.translation.memory.values import in_digits, in_numerals

__all__ = ["CLOSE", "MONTHS", "OPEN", "Slot", "slots_in"]

_LINK = r"(?:https?://|www\.)[^\s，。；、）》」<>\"«»]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_EMOJI_FIRST = "[\U0001f000-\U0001faff\u2600-\u26ff\u2702-\u27b0\u2b50\u2b55]"
_EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|{_EMOJI_FIRST}(?:[\ufe0f\U0001f3fb-\U0001f3ff]|\u200d{_EMOJI_FIRST})*"
)
_CODE = re.compile(r"(?<![A-Za-z\d])(?=[A-Z/_-]*\d)[A-Z][A-Z\d]*(?:[-_/][A-Z\d]+)*(?![A-Za-z\d])")
_STANDARD = re.compile(r"(?:\bГОСТ(?: Р)?|\bТУ|\bТР (?:ТС|ЕАЭС)|\bСанПиН|GB(?:/T)?|SC|Q/[A-Z]+) ?$")
_STANDARD_NUMBER = re.compile(r"\d[\d./-]*\d")
_PHONE = re.compile(r"\d[\d ()-]{8,}\d")
_FREE = r"(?:(?<![A-Za-zА-Яа-яЁё\d_])|(?<=\d[xXхХ×*]))(?<!\d[.,:/])"
_DATE_RU = (
    rf"(?P<d1>\d\d?)\.(?P<m1>\d\d)\.(?P<y1>\d{{4}})(?![.\d])|(?P<y2>\d{{4}})-(?P<m2>\d\d)-(?P<d2>\d\d)(?![-\d])|"
    rf"(?P<d3>\d\d?){GAP}(?P<w3>{'|'.join(MONTHS)})\b(?:{GAP}(?P<y3>\d{{4}})(?!\d))?"
)
_DATE_ZH = (
    rf"(?:(?P<y3>\d{{4}}){GAP}?年{GAP}?)?(?P<m3>\d\d?){GAP}?月{GAP}?(?P<d3>\d\d?){GAP}?[日号]|"
    r"(?P<y1>\d{4})(?P<p1>[./])(?P<m1>\d\d?)(?P=p1)(?P<d1>\d\d?)(?![.\d])|(?P<y2>\d{4})-(?P<m2>\d\d)-(?P<d2>\d\d)(?![-\d])"
)
_TIME = r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![:\d])"
_TIME_ZH = rf"{_TIME}|(?P<hour2>[01]?\d|2[0-4]){GAP}?[点时]{GAP}?(?:(?P<minute2>[0-5]\d){GAP}?分|整)"
_NUMBER = {
    "ru": rf"\d{{1,3}}(?:,\d{{3}})+\.\d+|\d{{1,3}}(?:{GAP}\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?",
    "zh": r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?",
}
_SIMPLE = {
    "ru": re.compile(rf"{_FREE}\d{{1,7}}(?![\d.,:/-]|{GAP}[\dяфмаисонд])"),
    "zh": re.compile(rf"{_FREE}\d{{1,7}}(?![\d.,:/-]|{GAP}?[年月点时])"),
}
_WIDE = str.maketrans({chr(0xFF01 + n): chr(0x21 + n) for n in range(94)} | {"\u3000": " "})
_HAS_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ％＄￥．－＋]|\\d：\\d")


def slots_in(text: str, language: str) -> list[Slot]:
    """The slots of a text in order; they never overlap."""
    if _HAS_WIDE.search(text):
        text = text.translate(_WIDE)
    found: list[Slot] = []
    first, at, taken = _first(language, "@" in text or "://" in text or "www." in text), 0, 0
    while begun := first.search(text, at):
        slot = _slot(begun, text, language, taken)
        if slot is None:
            at = begun.end()
        else:
            found.append(slot)
            at = taken = slot.end
    return found


@cache
def _first(language: str, links: bool) -> re.Pattern[str]:
    """The first sign a slot may begin with: a number's is its first digit, what stands in front of it is looked for afterwards."""
    signs = f"0-9A-Z{_EMOJI_FIRST[1:-1]}" + (NUMERALS if language == "zh" else "")
    return re.compile(f"(?P<link>{_LINK})|[{signs}]" if links else f"[{signs}]")


@cache
def _numbers(language: str) -> re.Pattern[str]:
    """What may begin with a digit that stands free."""
    dates, times = (_DATE_ZH, _TIME_ZH) if language == "zh" else (_DATE_RU, _TIME)
    return re.compile(
        rf"{_FREE}(?:(?P<date>(?<!\d[./-])(?:{dates}))|(?P<time>{times})|(?P<code>\d{{8,}}(?![\d.,]*\d))|"
        rf"(?P<number>{_NUMBER[language]})(?![.,:/]?\d))"
    )


def _slot(begun: re.Match[str], text: str, language: str, least: int) -> Slot | None:
    """The slot that begins there; `least` is where the one before it has ended."""
    start, sign = begun.start(), begun[0]
    if len(sign) > 1:
        raw = sign.rstrip(".,;:!?)")
        return Slot("link", start, start + len(raw), raw, "link", raw)
    if "0" <= sign <= "9":
        return _from_digit(text, language, start, least)
    if sign <= "Z":
        code = _CODE.match(text, start)
        return Slot("code", *code.span(), code[0], "code", code[0]) if code else None
    if sign in NUMERALS:
        return in_numerals(text, start, least)
    emoji = _EMOJI.match(text, start)
    return Slot("emoji", *emoji.span(), emoji[0], "emoji", emoji[0]) if emoji else None


def _from_digit(text: str, language: str, start: int, least: int) -> Slot | None:
    before = text[max(least, start - 12) : start]
    if before and (code := _long_code(text, start, before)):
        return code
    simple = _SIMPLE[language].match(text, start)
    if simple:  # most numbers are no date, no time, no code
        return in_digits(simple[0], text, language, start, simple.end(), before)
    hit = _numbers(language).match(text, start)
    if hit is None:
        return None
    if hit["number"]:
        return in_digits(hit["number"], text, language, start, hit.end(), before)
    if hit["code"]:
        return Slot("code", *hit.span(), hit[0], "code", hit[0])
    return _date(hit) if hit["date"] else _time(hit, language)


def _long_code(text: str, start: int, before: str) -> Slot | None:
    """A standard's or a telephone number: ГОСТ 31450-2013, GB 4789.1-2016, +7 914 123-45-67."""
    rest = None
    if before[-1] == "+":
        begin, rest = start - 1, _PHONE.match(text, start)
    elif standard := _STANDARD.search(before):
        begin, rest = start - len(standard[0]), _STANDARD_NUMBER.match(text, start)
    if rest is None:
        return None
    raw = text[begin : rest.end()]
    return Slot("code", begin, rest.end(), raw, "code", raw)


def _date(hit: re.Match[str]) -> Slot | None:
    groups = hit.groupdict()
    way = next(way for way in "123" if groups.get("d" + way))
    month = groups.get("m" + way)
    number = int(month) if month else MONTHS.index(groups["w3"]) + 1
    year, day = groups["y" + way], int(groups["d" + way])
    if not (1 <= number <= 12 and 1 <= day <= 31):
        return None
    value = (int(year) if year else None, number, day)
    return Slot("date", *hit.span(), hit[0], "date-year" if year else "date", value, figure=way)


def _time(hit: re.Match[str], language: str) -> Slot:
    hour, minute = hit["hour"], hit["minute"]
    if language == "zh" and hour is None:
        hour, minute = hit["hour2"], hit["minute2"] or "0"
    return Slot("time", *hit.span(), hit[0], "time", (int(hour), int(minute)))
