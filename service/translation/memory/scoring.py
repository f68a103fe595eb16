"""How alike two texts are: 0 … 100, by letters and by words (Russian lemmas, pairs of Chinese characters)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from service.translation.memory.normal import Masked

__all__ = ["alike", "nearest", "other_numbers", "words"]

_WORDS = re.compile(r"[а-яa-z]+|\d+")
_HAN = re.compile(r"\W+")


def nearest(text: str, among: Mapping[int, str], *, limit: int, least: float) -> list[tuple[int, float]]:
    """The nearest of these by letters, best first."""
    found = process.extract(text, among, scorer=fuzz.ratio, limit=limit, score_cutoff=least)
    return [(key, ratio) for _, ratio, key in found]


def alike(ratio: float, one: list[str], other: list[str]) -> float:
    """The likeness of letters and of words together."""
    return 0.7 * ratio + 0.3 * 100 * Indel.normalized_similarity(one, other)


def words(text: str, language: str) -> list[str]:
    """What is compared besides letters: lemmas of Russian, pairs of characters of Chinese."""
    text = text.lower()
    if language == "zh":
        plain = _HAN.sub("", text)
        return [plain[at : at + 2] for at in range(len(plain) - 1)] or [plain]
    return [_lemma(word) for word in _WORDS.findall(text)]


def other_numbers(one: Masked, other: Masked) -> bool:
    """Whether the two hold other kinds of values: a weight here, a price there."""
    return Counter(slot.tag for slot in one.slots) != Counter(slot.tag for slot in other.slots)


@lru_cache(maxsize=65536)
def _lemma(word: str) -> str:
    if not word.isalpha() or word.isascii():
        return word
    return str(_analyser().parse(word)[0].normal_form).replace("ё", "е")


@cache
def _analyser() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")
