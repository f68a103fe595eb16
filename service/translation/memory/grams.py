"""What the index of similar texts is made of: pairs of Chinese characters, runs of four Russian letters, and rows that carry a length.

Four letters, not three: Russian sentences share so many threes that the rarest of them still name tens of thousands of texts (bench/memory.py).
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from service.translation.memory.normal import normal

__all__ = ["LANGUAGES", "SIZE", "Row", "grams", "length_class", "row_of", "searchable"]

LANGUAGES = ("zh", "ru")
SIZE = {"zh": 2, "ru": 4}
_NOT_WORDS = re.compile(r"[\W_]+")

Row = int  # the row's number in the index: unit << 10 | owner's class << 6 | length's class


def searchable(text: str, language: str) -> str:
    """Letters and digits only, in lower case; in Russian words stay apart by one sign, and that sign stands at both ends."""
    plain = normal(text, language).lower()
    if language == "zh":
        return f"\u00b7{_NOT_WORDS.sub('', plain)}\u00b7"
    return _NOT_WORDS.sub("\u00b7", f" {plain} ")


def grams(form: str, language: str) -> set[str]:
    """The grams of a searchable form."""
    size = SIZE[language]
    return {form[at : at + size] for at in range(len(form) - size + 1)}


@lru_cache(maxsize=8192)
def length_class(length: int) -> int:
    """Lengths in steps of 12 %, 0 … 63."""
    return min(63, round(math.log(max(length, 1)) / math.log(1.12)))


def row_of(unit: int, owner: int, length: int) -> Row:
    """The row of a unit. Owner and length only save work: two owners may share a class, and the database decides."""
    return unit << 10 | (owner & 15) << 6 | length_class(length)
