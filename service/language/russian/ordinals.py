"""Ordinal numerals in words: двадцать первый, сороковая, двухтысячный."""

from __future__ import annotations

from service.language.russian.adjectives import adjective
from service.language.russian.cardinals import LARGEST, cardinal
from service.language.russian.grammar import Case, Gender

__all__ = ["ordinal"]

_LEMMAS = {0: "нулевой", 1: "первый", 2: "второй", 3: "третий", 4: "четвёртый", 6: "шестой", 7: "седьмой",
           8: "восьмой", 40: "сороковой", 90: "девяностый", 100: "сотый"}  # fmt: skip
_SCALES = ((10**9, "миллиардный"), (10**6, "миллионный"), (10**3, "тысячный"))
# Inside двадцатиоднотысячный the parts stand in the genitive, but for these.
_INSIDE = {1: "одно", 90: "девяносто", 100: "сто"}


def ordinal(
    number: int,
    *,
    gender: Gender = Gender.M,
    case: Case = Case.NOM,
    plural: bool = False,
    animate: bool = False,
) -> str:
    """A whole number as an ordinal: only its last word declines."""
    value = abs(number)
    if value > LARGEST:
        raise ValueError(f"too large to be spoken: {number}")
    last = _last(value)
    words = ["минус"] if number < 0 else []
    words += [cardinal(value - last)] if value > last else []
    words.append(adjective(_lemma(last), gender=gender, case=case, plural=plural, animate=animate))
    return " ".join(words)


def _last(number: int) -> int:
    """The part of a number that its last word names: 2026 → 6, 1945 → 5, 21 000 → 21 000."""
    scale = 1
    while number and number % (scale * 1000) == 0:
        scale *= 1000
    group = number // scale % 1000
    if scale > 1:
        return group * scale
    tail = group % 100
    return (tail if tail < 20 else tail % 10 or tail) or group


def _lemma(number: int) -> str:
    if number in _LEMMAS:
        return _LEMMAS[number]
    for size, word in _SCALES:
        if number >= size:
            return _inside(number // size) + word
    if number > 100:
        return _inside(number // 100) + "сотый"
    if number in (50, 60, 70, 80):
        return cardinal(number // 10, case=Case.GEN) + "десятый"
    return cardinal(number).removesuffix("ь") + "ый"  # пятый, девятнадцатый, тридцатый


def _inside(group: int) -> str:
    """The count that grows onto the scale: двадцатиодно(тысячный); nothing for one."""
    if group == 1:
        return ""
    tail = group % 100
    values = [group // 100 * 100] + ([tail] if tail < 20 else [tail // 10 * 10, tail % 10])
    return "".join(_INSIDE.get(value) or cardinal(value, case=Case.GEN) for value in values if value)
