"""Numbers as they stand in running text of three languages: where, and which values they can mean. Pure.

1,299.50 = 1 299,50 · 1.2万 = 12 тыс. · 8折 = скидка 20 % · 2斤 = 1 кг. A number may have several readings (1,299 is twelve hundred and
ninety-nine or a little more than one); two numbers agree if they share one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.dates import get_month_names

__all__ = ["Figure", "difference", "figures", "localised", "spoken"]


@dataclass(frozen=True)
class Figure:
    """A number in a text: its place, how it is written there, what it may mean."""

    start: int
    end: int
    text: str
    values: frozenset[Decimal]


_SPACE = " \u00a0\u202f\u2009"
_DATE = r"(?P<y>(?<!\d)\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)|(?<![\d.])(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4}|\d{2})(?![\d])"
_SPACED = rf"\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?!\d)(?:[.,]\d+)?"
_PLAIN = r"\d{1,3}(?:,\d{3})+(?![\d])(?:\.\d+)?|\d+(?:[.,]\d+)?"
_TIMES = r"(?P<times>百万|千万|万|亿|千(?![克米瓦卡])|тыс\.?(?!\w)|млн(?!\w)|млрд(?!\w)|thousand|million)"
_NUMBER = re.compile(rf"{_DATE}|(?P<n>{_SPACED}|{_PLAIN})(?:[{_SPACE}]?{_TIMES})?(?P<off>\s?折)?(?P<jin>\s?斤)?")
_PARTED = re.compile(rf"\d[.,．，{_SPACE}]\d")
_DIGIT = re.compile(r"\d")
_MULTIPLES = {
    "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "тыс": 3, "млн": 6, "млрд": 9, "thousand": 3, "million": 6,
}  # fmt: skip
_WIDE = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_HAN = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_HAN_RUN = re.compile("[零〇一二两三四五六七八九十百千万半]+")


def figures(text: str, language: str | None = None) -> list[Figure]:
    """All numbers written in digits, in order. A date is three of them: year, month, day.

    With the `language` the text is written in, a comma before three digits is no longer doubtful.
    """
    found: list[Figure] = []
    if not _DIGIT.search(text):
        return found
    flat = text if text.isascii() else text.translate(_WIDE)
    for hit in _NUMBER.finditer(flat):
        written = text[hit.start() : hit.end()]
        if hit["n"] is None:
            parts = (hit["y"], hit["m"], hit["d"]) if hit["y"] else (hit["y2"], hit["m2"], hit["d2"])
            found += [Figure(hit.start(), hit.end(), written, frozenset({Decimal(part)})) for part in parts]
        else:
            values = _readings(hit["n"], language)
            if hit["times"]:
                values = {value * 10 ** _MULTIPLES[hit["times"].rstrip(".")] for value in values}
            if hit["off"]:
                values |= {100 - value * (1 if value > 10 else 10) for value in values}
            if hit["jin"]:
                values |= {value / 2 for value in values} | {value * 500 for value in values}
            found.append(Figure(hit.start(), hit.start("n") + len(hit["n"]), hit["n"], frozenset(values)))
    return found


def _readings(written: str, language: str | None) -> set[Decimal]:
    bare = re.sub(f"[{_SPACE}]", "", written)
    if not re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", bare):
        return {Decimal(bare.replace(",", "."))}
    grouped = {Decimal(bare.replace(",", ""))}
    if language in ("zh", "en") or bare.count(",") > 1 or "." in bare:
        return grouped
    decimal = {Decimal(bare.replace(",", "."))}
    return decimal if language == "ru" else grouped | decimal


def difference(source: str, target: str, language: str | None = None) -> tuple[list[Figure], list[Figure]]:
    """Numbers of the source that the target has lost, and numbers it has invented.

    Numbers in words and names of months (一盒, ноября) need no counterpart but may be one. `language` is the source's.
    """
    lost, invented = [], figures(target)
    for figure in figures(source, language):
        match = next((other for other in invented if other.values & figure.values), None)
        if match is None:
            lost.append(figure)
        else:
            invented.remove(match)
    if lost:
        lost = _without(lost, spoken(target))
    if invented:
        invented = _without(invented, spoken(source))
    return lost, invented


def _without(items: Sequence[Figure], values: list[Decimal]) -> list[Figure]:
    left = list(values)
    rest = []
    for item in items:
        match = next((value for value in left if value in item.values), None)
        if match is None:
            rest.append(item)
        else:
            left.remove(match)
    return rest


def spoken(text: str) -> list[Decimal]:
    """Numbers said in words: Chinese numerals, Russian one to ten in all forms, months by name."""
    words = re.findall(r"[a-zа-яё]+", text.lower())
    found = [_words()[word] for word in words if word in _words()]
    for run in _HAN_RUN.findall(text):
        found += [Decimal("0.5")] if run == "半" else [Decimal(_han(run))]
    return found


def _han(run: str) -> int:
    total, digit = 0, 0
    for sign in run.replace("半", ""):
        if sign in _HAN_PLACES:
            place = _HAN_PLACES[sign]
            total, digit = ((total + digit) * place, 0) if place == 10000 else (total + (digit or 1) * place, 0)
        else:
            digit = _HAN[sign]
    return total + digit


@cache
def _words() -> dict[str, Decimal]:
    from service.language.russian.cardinals import cardinal
    from service.language.russian.grammar import Case, Gender

    words = {
        cardinal(number, gender=gender, case=case): Decimal(number)
        for number in range(1, 11)
        for gender in Gender
        for case in Case
    }
    for locale in ("ru", "en"):
        for context in ("format", "stand-alone"):
            for number, name in get_month_names("wide", context=context, locale=Locale(locale)).items():
                words[name.lower()] = Decimal(number)
    words["one"], words["may"] = Decimal(1), Decimal(5)
    return words


def localised(text: str, source: str, language: str, source_language: str | None = None) -> str:
    """A translation with the numbers of its source written as its language writes them: 1 299,5 in Russian, 1,299.5 elsewhere.

    Only numbers with a fraction or groups change, and only where the source has them.
    """
    if not _PARTED.search(source):
        return text
    known = [figure for figure in figures(source, source_language) if re.search(rf"[.,{_SPACE}]", figure.text)]
    if not known:
        return text
    parts, done = [], 0
    for figure in figures(text):
        match = next((one for one in known if one.values & figure.values), None)
        if match is not None and figure.start >= done and len(match.values) == 1 and _alone(text, figure):
            parts += [text[done : figure.start], _written(match, language)]
            done = figure.end
    return "".join(parts) + text[done:]


def _alone(text: str, figure: Figure) -> bool:
    """Not a date, and not part of an item number or a version."""
    return not re.fullmatch(_DATE, figure.text) and not re.search(r"[A-Za-z_.-]$", text[: figure.start][-1:])


def _written(figure: Figure, language: str) -> str:
    bare = re.sub(f"[{_SPACE}]", "", figure.text)
    bare = bare.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", bare) else bare.replace(",", ".")
    whole, _, fraction = bare.partition(".")
    grouped = re.search(rf"[{_SPACE}]|\d,\d{{3}}(?!\d)", figure.text) is not None
    comma, group = (",", "\N{NO-BREAK SPACE}") if language == "ru" else (".", ",")
    if grouped:
        whole = re.sub(r"(?<=\d)(?=(\d{3})+$)", group, whole)
    return whole + (comma + fraction if fraction else "")
