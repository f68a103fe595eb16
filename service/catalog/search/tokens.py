"""Words as the search index knows them: one tokeniser, in Python, for every database; the engines only match.

Chinese goes in character by character (a query is a phrase of characters, so one character is found as surely as a
sentence), Russian by its Snowball stem beside the form itself, Latin and digits as they stand; ё is е, traditional
characters are simplified, full-width forms are plain. Raise `VERSION` with any change here: cards are indexed anew then.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import opencc
import Stemmer  # type: ignore[import-not-found]

from service.language.chinese import syllable_list

__all__ = ["BREAK", "VERSION", "indexed", "normal", "pinyin_tokens", "stem", "warm", "words"]

VERSION = 1
BREAK = "_"  # stands between two texts, so that no phrase reaches across

_RUNS = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f]+|[а-яіїєґўѐ-џҐ-ӿ]+|[a-z]+|[0-9]+|_")
_STEMMER = Stemmer.Stemmer("russian", 0)  # its own cache is ours below
_SIMPLE = opencc.OpenCC("t2s")


def normal(text: str) -> str:
    """Lower case, plain width, е for ё, no stress marks."""
    text = unicodedata.normalize("NFKC", text).lower().replace("ё", "е")
    return text.replace("\u0301", "").replace("\u0300", "")


def words(text: str) -> Iterator[tuple[str, str]]:
    """The runs of a text with their script: han (as one run), cyrillic, latin, digits, and `BREAK` as it stands."""
    for run in _runs(text):
        first = run[0]
        if first >= "\u3400":
            yield "han", simplified(run)
        elif first >= "\u0400":
            yield "cyrillic", run
        else:
            yield ("latin" if first.isalpha() else "digits" if first.isdigit() else "break"), run


def indexed(text: str) -> Iterator[str]:
    """The tokens of running text: characters of Chinese, stems of Russian, everything else as it is."""
    for run in _runs(text):
        first = run[0]
        if first >= "\u3400":
            yield " ".join(simplified(run))
        elif first >= "\u0400":
            yield stem(run)
        else:
            yield run


@lru_cache(maxsize=16)  # names are asked for twice running, as words and as tokens
def _runs(text: str) -> list[str]:
    found: list[str] = _RUNS.findall(normal(text))
    return found


@lru_cache(maxsize=65536)
def simplified(run: str) -> str:
    """Chinese in simplified characters."""
    converted: str = _SIMPLE.convert(run)
    return converted


@lru_cache(maxsize=262144)
def stem(word: str) -> str:
    """The Snowball stem of a Russian word."""
    found: str = _STEMMER.stemWord(word)
    return found


@lru_cache(maxsize=65536)
def pinyin_tokens(run: str) -> tuple[str, ...]:
    """What a run of Chinese may be typed as: from each character on, the syllables joined and their initials."""
    syllables = [syllable for syllable in syllable_list(run) if syllable.isascii()]
    tokens: dict[str, None] = {}
    for start in range(len(syllables)):
        rest = syllables[start:]
        tokens["".join(rest)] = None
        if len(rest) > 1:
            tokens["".join(syllable[0] for syllable in rest)] = None
    return tuple(tokens)


def warm() -> None:
    """Load the dictionaries (half a second), so that no writing transaction waits for them."""
    pinyin_tokens("热")
    simplified("热")
