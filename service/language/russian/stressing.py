"""Stress marks for the prompter, and syllables for its pace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from service.language.russian.nouns import nouns

__all__ = ["stress", "syllables"]

ACUTE = "\N{COMBINING ACUTE ACCENT}"
_VOWEL = re.compile("[аеёиоуыэюя]", re.IGNORECASE)


def stress(text: str, overrides: Mapping[str, str] | None = None) -> str:
    """`text` with U+0301 on the nouns we have cards for, where they stand in the dictionary form.

    `overrides` adds words and names, plain to stressed ({"Хэйхэ": "Хэйхэ́"}), and wins over the cards.
    Other words, words already marked, and ё stay as they are. Raises `ValueError` if an override changes
    more than the stress.
    """
    pattern, marked = _marks(frozenset((overrides or {}).items()))
    return pattern.sub(lambda found: _mark(found.group(), marked[found.group().casefold()]), text)


def syllables(text: str) -> int:
    """How many Russian vowels, hence syllables, a text has."""
    return len(_VOWEL.findall(text))


@lru_cache(maxsize=256)
def _marks(overrides: frozenset[tuple[str, str]]) -> tuple[re.Pattern[str], dict[str, list[int]]]:
    """What to look for, and after how many letters of each word its marks stand."""
    stressed = {lemma: card.stressed for lemma, card in nouns().items()} | dict(overrides)
    for plain, spelled in stressed.items():
        if spelled.replace(ACUTE, "").casefold() != plain.casefold():
            raise ValueError(f"not the same word: «{plain}», «{spelled}»")
    longest_first = sorted(stressed, key=len, reverse=True)
    words = "|".join(map(re.escape, longest_first))
    # a hyphen joins words into another word (пара-тройка), and a mark makes one done already
    pattern = re.compile(rf"(?<![\w{ACUTE}-])(?:{words})(?![\w{ACUTE}-])", re.IGNORECASE)
    return pattern, {plain.casefold(): _places(spelled) for plain, spelled in stressed.items()}


def _places(spelled: str) -> list[int]:
    places, letters = [], 0
    for before, char in zip(" " + spelled, spelled, strict=False):
        if char != ACUTE:
            letters += 1
        elif before not in "ёЁ":
            places.append(letters)
    return places


def _mark(word: str, places: list[int]) -> str:
    for place in reversed(places):
        word = word[:place] + ACUTE + word[place:]
    return word
