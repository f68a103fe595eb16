"""What a number does to the words after it: which case and number it asks of noun and adjective."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, NamedTuple

from service.language.russian.grammar import Case, Gender
from service.language.russian.nouns import Noun

__all__ = [
    "DIRECT", "Category", "Slot", "adjective_slot", "form_after", "noun_slot", "plain", "plural_category",
    "take",
]  # fmt: skip

Category = Literal["one", "few", "many", "other"]

DIRECT = (Case.NOM, Case.ACC)


class Slot(NamedTuple):
    """The form a word must take."""

    case: Case
    plural: bool


def plural_category(number: int | Decimal) -> Category:
    """The CLDR plural category; every number written with decimals is «other», 2.0 too."""
    if isinstance(number, Decimal):
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int):
            raise ValueError(f"not a number that can be counted: {number}")
        if exponent < 0:
            return "other"
    last_two = abs(int(number)) % 100
    last = last_two % 10
    if 11 <= last_two <= 14:
        return "many"
    return "one" if last == 1 else "few" if 2 <= last <= 4 else "many"


def plain(number: int | Decimal) -> int | Decimal:
    """The same value without idle decimals: 2.0 is 2, 1.50 is 1.5."""
    if isinstance(number, int):
        return number
    if not number.is_finite():
        raise ValueError(f"not a number that can be counted: {number}")
    return int(number) if number == number.to_integral_value() else number.normalize()


def noun_slot(number: int | Decimal, case: Case, *, animate: bool = False) -> Slot:
    """The form of a noun after `number`, the whole phrase standing in `case`."""
    if isinstance(number, Decimal):
        return Slot(Case.GEN, plural=False)  # the fraction governs: до 1,5 килограмма
    category = plural_category(number)
    if category == "one":
        return Slot(case, plural=False)
    if number % 1000 == 0:
        return Slot(Case.GEN, plural=True)  # тысяча and миллион are nouns themselves: к двум тысячам рублей
    if case not in DIRECT:
        return Slot(case, plural=True)
    paucal = category == "few" and not _as_genitive(number, case, animate=animate)
    return Slot(Case.GEN, plural=not paucal)


def adjective_slot(number: int | Decimal, case: Case, noun: Noun) -> Slot:
    """The form of an adjective between `number` and its noun."""
    slot = noun_slot(number, case, animate=noun.animate)
    if not noun.singular:
        return Slot(slot.case, plural=True)
    if isinstance(number, Decimal) or plural_category(number) != "few" or slot.plural:
        return slot
    # две большие коробки, but два больших ящика
    return Slot(Case.NOM if noun.gender is Gender.F else Case.GEN, plural=True)


def form_after(number: int | Decimal, noun: Noun, case: Case) -> str:
    """The noun as it stands after `number`."""
    return take(noun, noun_slot(number, case, animate=noun.animate))


def take(noun: Noun, slot: Slot) -> str:
    """A noun's form after a numeral: its genitive plural is the counted form (лет, человек)."""
    if noun.singular and not slot.plural:
        return noun.singular[slot.case]
    return noun.counted if slot.case is Case.GEN else noun.plural[slot.case]


def _as_genitive(number: int, case: Case, *, animate: bool) -> bool:
    """Accusative like genitive: вижу двух зрителей; compound numerals do not: двадцать два зрителя."""
    return animate and case is Case.ACC and abs(number) < 5
