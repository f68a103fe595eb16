"""All forms of a Russian word, from pymorphy3's dictionary: for finding, never for writing (written words come from checked cards)."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

__all__ = ["forms_of", "is_known"]


@cache
def _analyser() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(maxsize=8192)
def forms_of(word: str) -> frozenset[str]:
    """Every form of every word this could be a form of, in lower case with ё as е; of unknown words as it guesses them.

    Also unlikely readings count: «банка» is read as «банк» by 95 %, and still means the jar (shared/facts/catalog.md §3).
    """
    forms = {word}
    for parse in _analyser().parse(word):
        forms.add(parse.normal_form)
        forms.update(form.word for form in parse.lexeme)
    return frozenset(form.lower().replace("ё", "е") for form in forms)


@lru_cache(maxsize=8192)
def is_known(word: str) -> bool:
    """Whether the dictionary holds the word, ё or е."""
    return bool(_analyser().word_is_known(word)) or any(parse.is_known for parse in _analyser().parse(word))
