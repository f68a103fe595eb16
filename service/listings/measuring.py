"""How long a text is, in the ways channels count it.

Where a platform does not say how it counts a sign, the length is a span: whatever the platform does lies within it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple
from unicodedata import east_asian_width

__all__ = ["HAN", "WAYS", "Span", "Way", "effective", "longest_that_fits", "measure"]

Way = Literal["code_points", "han_double", "effective", "utf8_bytes"]

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Chinese characters, as the inside of a regular expression's brackets."""

_EFFECTIVE = re.compile(f"[0-9A-Za-z{HAN}]")


class Span(NamedTuple):
    """The least and the most a length can be. The two differ only where the counting is not documented."""

    least: int
    most: int


def measure(text: str, way: Way) -> Span:
    """The length of a text, counted in one way."""
    return WAYS[way](text)


def effective(text: str) -> int:
    """WeChat's effective characters: Chinese characters, Latin letters and digits; signs, spaces and emoji count nothing."""
    return len(_EFFECTIVE.findall(text))


def longest_that_fits(text: str, way: Way, limit: int) -> int:
    """How many code points of the beginning surely fit into `limit`. For cutting: the caller looks for the end of a word."""
    if WAYS[way](text).most <= limit:
        return len(text)
    low, high = 0, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        if WAYS[way](text[:middle]).most <= limit:
            low = middle
        else:
            high = middle
    return low


def _code_points(text: str) -> Span:
    return Span(len(text), len(text))


def _han_double(text: str) -> Span:
    """Chinese characters and full-width signs count two, ASCII one. Cyrillic and all other signs may be one or two.

    GBK, in which these platforms once counted bytes, has Cyrillic in two; none of them says what it does today.
    """
    if text.isascii():
        return Span(len(text), len(text))
    ascii_signs = len(text.encode("ascii", "ignore"))
    wide = sum(1 for sign in text if sign > "\u10ff" and east_asian_width(sign) in "WF")
    return Span(len(text) + wide, 2 * len(text) - ascii_signs)


def _effective(text: str) -> Span:
    count = effective(text)
    return Span(count, count)


def _utf8_bytes(text: str) -> Span:
    count = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return Span(count, count)


WAYS: Mapping[Way, Callable[[str], Span]] = {
    "code_points": _code_points,
    "han_double": _han_double,
    "effective": _effective,
    "utf8_bytes": _utf8_bytes,
}
