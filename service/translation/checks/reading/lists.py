"""What catalogs/translation-checks.yaml holds, validated and made ready for looking up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from service.authored import Strict, content_of
from service.language.russian.nouns import noun
from service.resources import root

__all__ = ["Lists", "UnitOf", "lists", "units"]


class _Unit(Strict):
    """A unit: what it measures, how much of the base unit it is, and how it is written."""

    kind: str
    factor: str
    zh: list[str] = []
    ru: list[str] = []
    noun: str | None = None
    stem: str | None = None


class _Yo(Strict):
    """Where ё is certain and where nothing is said."""

    vsyo_before: list[str]
    left: list[str]


class _Doubled(Strict):
    """Doubled words that are right, and that never are."""

    ru_right: list[str]
    ru_once: list[str]
    zh_once: list[str]
    zh_single: list[str]
    zh_right: list[str]


class _Grammar(Strict):
    """Prepositions by the case they ask for; words after which the case is open; adjectives that govern a noun of their own."""

    governing: dict[str, list[str]]
    open: list[str]
    own_noun: list[str]


class Lists(Strict):
    """The file."""

    units: list[_Unit]
    signs: dict[str, str]
    not_numbers: dict[str, list[str]]
    words: dict[str, dict[str, str]]
    wholes: dict[str, dict[str, str]]
    liang: list[str]
    vessels: list[str]
    measures: dict[str, list[str]]
    grammar: _Grammar
    yo: _Yo
    doubled: _Doubled
    misspelt: dict[str, str]
    contexts: dict[str, dict[str, list[str]]]
    label_fields: list[str]


@dataclass(frozen=True)
class UnitOf:
    """What a written unit means."""

    kind: str
    factor: Decimal


@cache
def lists() -> Lists:
    """The file, read once. Raises `FilesRejected`."""
    return content_of(root("catalogs") / "translation-checks.yaml", Lists)


@cache
def units(side: str) -> Mapping[str, UnitOf]:
    """Units by how they are written in a language; Russian words in lower case, in every form."""
    found: dict[str, UnitOf] = {}
    for entry in lists().units:
        unit = UnitOf(entry.kind, Decimal(entry.factor))
        written = list(entry.zh if side == "zh" else entry.ru)
        if side == "ru" and entry.noun:
            card = noun(entry.noun)
            written += [*card.singular.values(), *card.plural.values(), card.counted]
        for one in written:
            found.setdefault(one, unit)
            found.setdefault(one.lower(), unit)
    return found


@cache
def stems() -> Mapping[str, UnitOf]:
    """Units by the stem they have inside Russian adjectives."""
    return {entry.stem: UnitOf(entry.kind, Decimal(entry.factor)) for entry in lists().units if entry.stem}
