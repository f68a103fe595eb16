"""The grammatical categories everything here agrees in: case and gender."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["CASES", "Case", "Gender", "paradigm"]


class Case(StrEnum):
    """The six cases; `LOC` is the form after «о»."""

    NOM = "nom"
    GEN = "gen"
    DAT = "dat"
    ACC = "acc"
    INS = "ins"
    LOC = "loc"


class Gender(StrEnum):
    """Masculine, feminine, neuter."""

    M = "m"
    F = "f"
    N = "n"


CASES: tuple[Case, ...] = tuple(Case)


def paradigm(forms: str) -> dict[Case, str]:
    """Six forms in the order of `CASES`, written with spaces between."""
    return dict(zip(CASES, forms.split(), strict=True))
