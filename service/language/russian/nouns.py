"""Nouns as reviewed cards (catalogs/names/nouns.yaml). A dictionary may propose a form; the card decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from service.language.russian.grammar import CASES, Case, Gender
from service.resources import root

__all__ = ["Noun", "UnknownNoun", "noun", "nouns", "possessives"]


class UnknownNoun(LookupError):
    """No card for this noun: write one, forms are never guessed."""

    def __init__(self, lemma: str) -> None:
        self.lemma = lemma
        super().__init__(f"no card in catalogs/names/nouns.yaml for «{lemma}»")


@dataclass(frozen=True)
class Noun:
    """One noun with all its forms; `singular` is empty where there is none (сутки).

    `counted` is the form after пять, десять … (лет for год); `stressed` the lemma with U+0301.
    """

    lemma: str
    gender: Gender
    animate: bool
    singular: Mapping[Case, str] = field(hash=False)
    plural: Mapping[Case, str] = field(hash=False)
    counted: str
    stressed: str


def noun(lemma: str) -> Noun:
    """The card of a noun by its dictionary form. Raises `UnknownNoun` if nobody has written one."""
    try:
        return nouns()[lemma]
    except KeyError:
        raise UnknownNoun(lemma) from None


@cache
def nouns() -> Mapping[str, Noun]:
    """All cards by lemma."""
    return {lemma: _card(lemma, entry) for lemma, entry in _file()["nouns"].items()}


@cache
def possessives() -> frozenset[str]:
    """Adjectives in -ий that decline as третий."""
    return frozenset(_file()["adjectives"]["possessive"])


@cache
def _file() -> dict[str, Any]:
    text = (root("catalogs") / "names" / "nouns.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return data


def _card(lemma: str, entry: Mapping[str, Any]) -> Noun:
    singular = dict(zip(CASES, entry["sg"], strict=True)) if entry["sg"] else {}
    plural = dict(zip(CASES, entry["pl"], strict=True))
    return Noun(
        lemma=lemma,
        gender=Gender(entry["gender"]),
        animate=entry["animate"],
        singular=singular,
        plural=plural,
        counted=entry.get("counted", plural[Case.GEN]),
        stressed=entry["stressed"],
    )
