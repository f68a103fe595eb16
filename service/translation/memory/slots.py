"""Finds the places of a text that hold a value: numbers, prices, weights, dates, discounts, counted nouns, codes, addresses, emoji.

A value is read for comparing and replacing only. What is not read for certain (1,2,3 · 7days · 1.2.3) is no slot and stays literal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from service.translation.memory.numerals import NUMERALS, in_characters
from service.translation.memory.written import Writing, counted_zh, money_before, scales, writings

__all__ = ["CLOSE", "MONTHS", "OPEN", "Slot", "slots_in"]

OPEN, CLOSE = "\ue000", "\ue001"  # around the tag of a slot in a skeleton
MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря")  # fmt: skip

_GAP = "[ \u00a0\u2009\u202f]"
_LINK = r"(?:https?://|www\.)[^\s，。；、）》」<>\"«»]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_EMOJI = "(?:[\U0001f1e6-\U0001f1ff]{2}|[\U0001f000-\U0001faff\u2600-\u26ff\u2702-\u27b0\u2b50\u2b55][\ufe0f\u200d\U0001f3fb-\U0001f3ff\U0001f000-\U0001faff]*)"  # fmt: skip
_CODE = (
    r"(?:ГОСТ(?: Р)?|ТУ|ТР (?:ТС|ЕАЭС)|СанПиН|GB(?:/T)?|SC|Q/[A-Z]+)\s?\d[\d./-]*\d|\+\d[\d ()-]{8,}\d|"
    r"(?<![A-Za-z\d])(?=[A-Z/_-]*\d)[A-Z][A-Z\d]*(?:[-_/][A-Z\d]+)*(?![A-Za-z\d])|(?<![\d.,])\d{7,}(?![\d.,]*\d)"
)
_FREE = r"(?:(?<![A-Za-zА-Яа-яЁё\d_])|(?<=\d[xXхХ×*]))(?<!\d[.,:/])"
_AFTER = r"(?![.,:/]?\d)"
_SIGN = rf"(?P<sign>(?<![\w%°)\]])[-−–+]|\bминус{_GAP}|零下{_GAP}?)?"
_DATE_RU = (
    rf"(?P<d1>\d\d?)\.(?P<m1>\d\d)\.(?P<y1>\d{{4}})(?![.\d])|(?P<y2>\d{{4}})-(?P<m2>\d\d)-(?P<d2>\d\d)(?![-\d])|"
    rf"(?P<d3>\d\d?){_GAP}(?P<w3>{'|'.join(MONTHS)})\b(?:{_GAP}(?P<y3>\d{{4}})(?!\d))?"
)
_DATE_ZH = (
    rf"(?:(?P<y3>\d{{4}}){_GAP}?年{_GAP}?)?(?P<m3>\d\d?){_GAP}?月{_GAP}?(?P<d3>\d\d?){_GAP}?[日号]|"
    r"(?P<y1>\d{4})(?P<p1>[./])(?P<m1>\d\d?)(?P=p1)(?P<d1>\d\d?)(?![.\d])|(?P<y2>\d{4})-(?P<m2>\d\d)-(?P<d2>\d\d)(?![-\d])"
)
_TIME = r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![:\d])"
_TIME_ZH = rf"{_TIME}|(?P<hour2>[01]?\d|2[0-4]){_GAP}?[点时]{_GAP}?(?:(?P<minute2>[0-5]\d){_GAP}?分|整)"
_NUMBER = {
    "ru": rf"\d{{1,3}}(?:,\d{{3}})+\.\d+|\d{{1,3}}(?:{_GAP}\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?",
    "zh": r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?",
}
_WIDE = str.maketrans({chr(0xFF01 + n): chr(0x21 + n) for n in range(94)} | {"\u3000": " "})
_HAN_SPACED = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Slot:
    """One value in a text, from `start` to `end`. `tag` is what it is replaced by in the skeleton.

    `kind`: number, count, money, measure, discount, date, time, year, code, link, emoji. `number` as written (of 5折 the 5), `value` what
    it means (in the smallest unit, a discount in percent off, a date as a tuple); `writing` of its unit; `form` the word as it stands.
    `style`: how the number is written: digits, words, a scale (万, тыс), grouped.
    """

    kind: str
    start: int
    end: int
    raw: str
    tag: str
    value: Any
    number: Decimal | None = None
    of: str = ""
    writing: Writing | None = None
    form: str = ""
    gap: str = ""
    scale: str = ""
    figure: str = ""  # the number as it stands, without sign, scale and unit
    sign: str = ""
    before: str = ""  # a sign of money in front

    @property
    def sense(self) -> tuple[Any, ...]:
        """What the slot means, the same in both languages."""
        match self.kind:
            case "number" | "count":
                return ("number", self.value)
            case "money" | "measure" if self.of != "percent":
                return (self.of, self.value)
            case "measure" | "discount":
                return ("percent", abs(self.value))
        return (self.kind, self.value)


def slots_in(text: str, language: str) -> list[Slot]:
    """The slots of a text in order; they never overlap."""
    text = text.translate(_WIDE)
    found: list[Slot] = []
    search = _pattern(language).search
    at = 0
    while hit := search(text, at):
        slot = _slot(hit, text, language)
        if slot is None:
            at = max(hit.end(), hit.start() + 1)
            continue
        found.append(slot)
        at = slot.end
    return found


@cache
def _pattern(language: str) -> re.Pattern[str]:
    signs = "|".join(re.escape(sign) for sign in sorted(money_before(language), key=len, reverse=True))
    arabic = rf"{_SIGN}(?:(?P<before>{signs}){_GAP}?)?{_FREE}(?P<number>{_NUMBER[language]}){_AFTER}"
    zh = language == "zh"
    dates = _DATE_ZH if zh else _DATE_RU
    parts = [
        rf"(?P<link>{_LINK})", rf"(?P<date>(?<!\d)(?<!\d[./-])(?:{dates}))", rf"(?P<time>(?<![\d:])(?:{_TIME_ZH if zh else _TIME}))",
        rf"(?P<code>{_CODE})", arabic,
    ]  # fmt: skip
    if zh:
        parts.append(rf"(?P<cold>零下)?(?P<hundredth>百分之)?(?P<characters>[{NUMERALS}]+(?:点[{NUMERALS}]+)?)")
    parts.append(rf"(?P<emoji>{_EMOJI})")
    return re.compile("|".join(parts))


@cache
def _tail(language: str) -> re.Pattern[str]:
    """What may stand after a number: a unit's sign, or a whole word."""
    known = sorted(
        (word for word in writings(language) if language == "zh" or not word[0].isalpha()), key=len, reverse=True
    )
    signs = "|".join(re.escape(word) for word in known)
    if language == "zh":
        return re.compile(rf"(?P<gap>{_GAP}?)(?P<unit>(?:{signs})(?![A-Za-z]))")
    return re.compile(rf"(?P<gap>{_GAP}?)(?P<unit>{signs}|[А-Яа-яЁё]+|[A-Za-z]+)(?P<dot>\.?)")


@cache
def _scale(language: str) -> re.Pattern[str]:
    words = "|".join(scales(language))
    return re.compile(rf"{_GAP}?(?P<scale>{words})" if language == "zh" else rf"{_GAP}(?P<scale>{words})\b\.?")


def _slot(hit: re.Match[str], text: str, language: str) -> Slot | None:
    kind = hit.lastgroup
    start, end = hit.span()
    for plain in ("link", "code", "emoji"):
        if hit[plain]:
            if plain == "link":
                end = start + len(hit[0].rstrip(".,;:!?)"))
            raw = text[start:end]
            return Slot(plain, start, end, raw, plain, raw)
    if hit["date"]:
        return _date(hit, text)
    if hit["time"]:
        return _time(hit, language)
    if hit["number"]:
        return _number(hit, text, language)
    return _in_characters(hit, text) if kind else None


def _date(hit: re.Match[str], text: str) -> Slot | None:
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
    if hour is None:
        hour, minute = hit["hour2"], hit["minute2"] or "0"
    return Slot("time", *hit.span(), hit[0], "time", (int(hour), int(minute)))


def _number(hit: re.Match[str], text: str, language: str) -> Slot | None:
    figure = hit["number"]
    number = Decimal(_plain(figure, language))
    sign = hit["sign"] or ""
    if sign.strip() not in ("", "+"):
        number = -number
    return _with_unit(text, language, hit.start(), hit.end(), number, figure, sign, hit["before"] or "")


def _plain(figure: str, language: str) -> str:
    """1,299.50 and 1 299,50 as 1299.50."""
    if language == "zh" or "." in figure:
        return re.sub(rf"{_GAP}|,", "", figure)
    return re.sub(_GAP, "", figure).replace(",", ".")


def _with_unit(
    text: str, language: str, start: int, end: int, number: Decimal, figure: str, sign: str, before: str
) -> Slot | None:
    """The number with the scale and the unit that follow it; None where letters follow that make it part of a name (3D)."""
    total, scale, unit = number, "", _unit_at(text, end, language)
    if unit is None and (scaled := _scale(language).match(text, end)):
        scale, total, end = scaled["scale"], number * scales(language)[scaled["scale"]], scaled.end()
        unit = _unit_at(text, end, language)
    if language == "zh" and not unit and text[end : end + 1] == "折":
        return _discount(text, start, end + 1, number, figure)
    if unit is None or (before and unit[0].kind != "money"):
        if text[end : end + 1].isalpha() and not _stands(text, end, language):
            return None
        if before:
            code = money_before(language)[before]
            return Slot(
                "money",
                start,
                end,
                text[start:end],
                f"money:{code}",
                total,
                number,
                code,
                None,
                "",
                "",
                scale,
                figure,
                sign,
                before,
            )
        return Slot(
            "number", start, end, text[start:end], "number", total, number, "", None, "", "", scale, figure, sign
        )
    writing, gap, form, stop = unit
    if writing.of == "year" and not scale and _is_year(number, figure, form):
        return Slot("year", start, end, text[start:end], "year", int(number), number, figure=figure)
    tag = f"{writing.kind}:{writing.of}"
    value = total * writing.size
    return Slot(
        writing.kind,
        start,
        stop,
        text[start:stop],
        tag,
        value,
        number,
        writing.of,
        writing,
        form,
        gap,
        scale,
        figure,
        sign,
        before,
    )


def _is_year(number: Decimal, figure: str, form: str) -> bool:
    return len(figure) == 4 and figure.isdigit() and 1900 <= number <= 2100


def _stands(text: str, end: int, language: str) -> bool:
    """Whether a number may end before this letter: a multiplication sign, or Chinese after it."""
    following = text[end : end + 2]
    return bool(re.match(r"[xXхХ]\d", following)) or (language == "zh" and not following[:1].isascii())


def _unit_at(text: str, end: int, language: str) -> tuple[Writing, str, str, int] | None:
    """The unit written there: how, the gap before it, the word as it stands, and where it ends."""
    hit = _tail(language).match(text, end)
    if hit is None:
        return None
    form = hit["unit"]
    known = writings(language)
    if language == "zh":
        writing = known[form]
        stop = hit.end("unit")
        if writing.unit in ("day", "liang", "celsius") and text[stop : stop + 1] in _MISLEADING.get(form, ""):
            return None
        return writing, hit["gap"], form, stop
    plain = form.replace("ё", "е").replace("Ё", "Е")
    found = known.get(plain) or known.get(plain.lower())
    if found is None or (text[hit.end("unit") : hit.end("unit") + 1] == "-"):
        return None
    if form in ("г", "Г") and hit["dot"] and re.fullmatch(r"(?:19|20)\d\d", text[max(0, end - 4) : end]):
        found, stop = known["год"], hit.end("unit")
        return found, hit["gap"], "г", stop
    short = found.lemma is None and form[-1].isalpha() and form[-1] >= "а"
    keeps_dot = short and hit["dot"] and form in _DOTTED
    return found, hit["gap"], form + ("." if keeps_dot else ""), hit.end() if keeps_dot else hit.end("unit")


_DOTTED = frozenset({"руб", "р", "мес", "дн", "сут", "нед", "мин", "сек", "долл", "шт", "уп"})
_MISLEADING = {"日": "本常期", "两": "个种款", "度": "假过"}


def _discount(text: str, start: int, end: int, number: Decimal, figure: str) -> Slot | None:
    """5折 is half the price off, 8.5折 and 85折 fifteen percent."""
    tenths = number if number < 10 else number / 10
    if not 0 < tenths < 10:
        return None
    off = 100 - tenths * 10
    return Slot("discount", start, end, text[start:end], "discount", off.normalize(), tenths, figure=figure)


def _in_characters(hit: re.Match[str], text: str) -> Slot | None:
    """A Chinese numeral, if something counted or measured follows it; 百分之四十五 is one too."""
    figure = hit["characters"]
    start, end = hit.start(), hit.end()
    if hit["hundredth"]:
        percent = in_characters(figure)
        writing = writings("zh")["%"]
        if percent is None:
            return None
        return Slot(
            "measure",
            start,
            end,
            hit[0],
            "measure:percent",
            percent,
            percent,
            "percent",
            writing,
            "百分之",
            "",
            "",
            figure,
        )
    if text[end : end + 1] == "折":
        digits = (
            in_characters(figure)
            if len(figure) == 1
            else in_characters("点".join(figure))
            if len(figure) == 2
            else None
        )
        return _discount(text, start, end + 1, digits, figure) if digits else None
    number = in_characters(figure)
    if number is None or (_HAN_SPACED.match(text[start - 1 : start]) and text[start - 1] in "第之十百千万几数"):
        return None
    unit = _unit_at(text, end, "zh")
    if unit is None:
        if text[end : end + 1] not in counted_zh() or not text[end : end + 1]:
            return None
        return Slot("number", start, end, text[start:end], "number", number, number, figure=figure)
    sign = "零下" if hit["cold"] else ""
    number = -number if sign else number
    writing, gap, form, stop = unit
    value = number * writing.size
    return Slot(
        writing.kind,
        start,
        stop,
        text[start:stop],
        f"{writing.kind}:{writing.of}",
        value,
        number,
        writing.of,
        writing,
        form,
        gap,
        "",
        figure,
        sign,
    )
