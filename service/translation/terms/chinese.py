"""Finds Chinese wordings in a text: the leftmost longest, traditional and full-width signs folded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import opencc

from service.translation.terms.spans import Sense, Span

__all__ = ["Han", "fold"]

_LETTERS, _DIGITS = frozenset("abcdefghijklmnopqrstuvwxyz"), frozenset("0123456789")
_COUNTED = frozenset("0123456789一二两三四五六七八九十百千万半几每整多各这那数")


class _Simple(dict[int, int]):
    """Signs as they are compared: simplified, half width, small. One for one, so that places stay."""

    def __missing__(self, code: int) -> int:
        sign = chr(code)
        if 0xFF01 <= code <= 0xFF5E:
            sign = chr(code - 0xFEE0)
        elif code == 0x3000:
            sign = " "
        elif code >= 0x3400:
            simple = _converter().convert(sign)
            sign = simple if len(simple) == 1 else sign
        lower = sign.lower()
        self[code] = ord(lower if len(lower) == 1 else sign)
        return self[code]


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


_SIMPLE = _Simple()


def fold(text: str) -> str:
    """Chinese as it is compared, of the same length."""
    return text.translate(_SIMPLE)


class Han:
    """Finds Chinese wordings; one of a single character only where something is counted by it (三罐, 每克)."""

    def __init__(self, wordings: Mapping[str, tuple[Sense, ...]], not_terms: Iterable[str]) -> None:
        self._heads: dict[str, list[tuple[str, tuple[Sense, ...]]]] = {}
        for key, senses in sorted(
            (dict.fromkeys(not_terms, ()) | dict(wordings)).items(), key=lambda one: -len(one[0])
        ):
            if key:
                self._heads.setdefault(key[0], []).append((key, senses))

    def find(self, text: str, *, nested: bool) -> list[Span]:
        plain = fold(text)
        heads = self._heads
        spans: list[Span] = []
        free = blocked = 0
        for place, sign in enumerate(plain):
            options = heads.get(sign)
            if options is None or place < (blocked if nested else free):
                continue
            for key, senses in options:
                if not plain.startswith(key, place) or not _edges(key, plain, place):
                    continue
                end = place + len(key)
                if not senses:
                    free, blocked = max(free, end), end
                    break
                spans.append(Span(place, end, text[place:end], senses))
                free = end
                if not nested:
                    break
        return spans


def _edges(key: str, text: str, place: int) -> bool:
    """Latin words and numbers are whole in Chinese too (扣1 is not in 扣10); a single character needs a number before it."""
    end = place + len(key)
    if (place and _continues(text[place - 1], key[0])) or (end < len(text) and _continues(key[-1], text[end])):
        return False
    return len(key) > 1 or text[:place].rstrip()[-1:] in _COUNTED


def _continues(one: str, other: str) -> bool:
    return (one in _LETTERS and other in _LETTERS) or (one in _DIGITS and other in _DIGITS)
