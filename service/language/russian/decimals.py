"""Decimals in words: две целых пять десятых."""

from __future__ import annotations

from decimal import Decimal

from service.language.russian.adjectives import adjective
from service.language.russian.agreement import Slot, noun_slot, plain
from service.language.russian.cardinals import cardinal
from service.language.russian.grammar import Case, Gender
from service.language.russian.ordinals import ordinal

__all__ = ["decimal_words"]


def decimal_words(number: Decimal, *, case: Case = Case.NOM) -> str:
    """A decimal as it is read; a whole value is a cardinal. Idle zeros at the end are not read."""
    value = plain(number)
    if isinstance(value, int):
        return cardinal(value, case=case)
    whole, _, fraction = f"{abs(value):f}".partition(".")
    sign = "минус " if value < 0 else ""
    wholes = _share(int(whole), "целый", case)
    return f"{sign}{wholes} {_share(int(fraction), ordinal(10 ** len(fraction)), case)}"


def _share(number: int, name: str, case: Case) -> str:
    """одна целая, две целых, пятью десятыми: the noun «часть» is understood."""
    slot = noun_slot(number, case)
    if slot.case is not case:
        slot = Slot(Case.GEN, plural=True)  # две целых, две десятых
    word = adjective(name, gender=Gender.F, case=slot.case, plural=slot.plural)
    return f"{cardinal(number, gender=Gender.F, case=case)} {word}"
