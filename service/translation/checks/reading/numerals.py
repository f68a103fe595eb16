"""Russian words that say numbers and units, in every form: what `russian` looks up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from babel import Locale

from service.language.russian.cardinals import SCALES, cardinal, collective
from service.language.russian.grammar import CASES, Gender
from service.language.russian.ordinals import ordinal
from service.translation.checks.reading.lists import UnitOf, lists, stems, units
from service.translation.checks.reading.quantities import HINT, WORDS

__all__ = ["months", "numerals", "scales", "stem_of", "units_ru", "wholes"]


@cache
def numerals() -> Mapping[str, tuple[Decimal, int]]:
    """Numeral words in every form: their value, and how strongly they ask for a counterpart."""
    found: dict[str, tuple[Decimal, int]] = {}
    values = [*range(1, 20), *range(20, 100, 10), *range(100, 1000, 100)]
    for case in CASES:
        for value in (*range(1, 20), 20, 30, 40, 50, 100):
            for gender in Gender:
                found[ordinal(value, gender=gender, case=case)] = (Decimal(value), HINT)
            found[ordinal(value, plural=True, case=case)] = (Decimal(value), HINT)
        for value in values:
            for gender in Gender:
                for animate in (False, True):
                    found[cardinal(value, gender=gender, case=case, animate=animate)] = (Decimal(value), WORDS)
        for value in (1, 2, 3, 4):
            found[collective(value, case)] = (Decimal(value), WORDS)
    for word, written in lists().words["ru"].items():
        found[word] = (Decimal(written), HINT if Decimal(written) != Decimal("1.5") else WORDS)
    return {word.replace("ё", "е"): value for word, value in found.items()}


@cache
def scales() -> Mapping[str, int]:
    found = {"тыс": 1000, "млн": 10**6, "млрд": 10**9}
    for size, _, singular, plural in SCALES:
        found |= dict.fromkeys((*singular.values(), *plural.values()), size)
    return found


@cache
def months() -> Mapping[str, tuple[int, bool]]:
    """Month words, and whether the form is that of a date (марта)."""
    found: dict[str, tuple[int, bool]] = {}
    names = Locale.parse("ru").months
    for number, genitive in names["format"]["wide"].items():
        stem, soft = genitive[:-1], genitive.endswith("я")
        for form in (names["stand-alone"]["wide"][number], stem + ("ю" if soft else "у"), stem + "е"):
            found[form] = (number, False)
        found[genitive] = (number, True)
    return found


@cache
def units_ru() -> Mapping[str, UnitOf]:
    return {written.replace("ё", "е"): unit for written, unit in units("ru").items()}


@cache
def wholes() -> Mapping[str, tuple[str, Decimal]]:
    found = {}
    for word, value in lists().wholes["ru"].items():
        kind, _, number = value.partition(":")
        found[word.replace("ё", "е")] = (kind, Decimal(number))
    return found


def stem_of(word: str) -> UnitOf | None:
    return next((unit for stem, unit in stems().items() if word.startswith(stem.replace("ё", "е"))), None)
