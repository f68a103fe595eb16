"""The seams of a translation: spaces, punctuation and capitals where pieces meet. Pure; between equal languages nothing changes."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["fitted", "glued", "marks", "wide"]

_MARKS = {"，": ", ", "、": ", ", "；": "; ", "：": ": ", "。": ". ", "！": "! ", "？": "? ", "（": " (", "）": ") "}
_WIDE = {",": "，", ";": "；", ":": "：", ".": "。", "!": "！", "?": "？"}
_HAN = "㐀-鿿"
_NARROW_BETWEEN = re.compile(rf"(?<=[{_HAN}])([,;:!?])\s?(?=[{_HAN}]|$)|(?<=[{_HAN}])(\.)(?=\s|$)")
_ENDS = ".!?。！？…"


def marks(text: str, source: str, target: str) -> str:
    """Punctuation that stands alone between two kept things, as the target writes it."""
    if (source == "zh") == (target == "zh"):
        return text
    if target == "zh":
        return re.sub(r"([,;:.!?])\s*", lambda hit: _WIDE[hit[1]], text) if re.search(r"[,;:.!?]", text) else text
    return re.sub(r"[，、；：。！？（）]", lambda hit: _MARKS[hit[0]], text)


def fitted(text: str, piece: str, *, first: bool, last: bool) -> str:
    """A piece of a divided sentence: no full stop the source piece has not, no capital in the middle, single spaces."""
    text = re.sub(r" {2,}", " ", text)
    if not last and text[-1:] in _ENDS and piece[-1:] not in _ENDS:
        text = text.rstrip(_ENDS)
    if not first and text[:1].isupper() and (text[1:2].islower() or len(text) == 1) and not (piece[:1].isupper()):
        text = text[:1].lower() + text[1:]
    return text


def glued(parts: Sequence[str], source: str, target: str) -> str:
    """Parts put together: Chinese had no space where Russian needs one, and the other way round."""
    if (source == "zh") == (target == "zh"):
        return "".join(parts)
    text = ""
    for part in (part for part in parts if part):
        if target == "zh":
            text = _close(text, part)
        else:
            text += (" " if _apart(text, part) else "") + (part.lstrip() if text.endswith(" ") else part)
    return re.sub(r" (?=[,.;:!?)])", "", text).rstrip() if target != "zh" else text


def _apart(left: str, right: str) -> bool:
    if not left or left[-1].isspace() or right[0].isspace():
        return False
    opens = right[0].isalnum() or right[0] in "«“(¥€$" or re.match(r"<[A-Za-z]", right) is not None
    closes = left[-1].isalnum() or left[-1] in "»”)%₽,;:.!?" or re.search(r"</[^<>]*>$", left) is not None
    return opens and closes


def _close(left: str, right: str) -> str:
    """Spaces only between Latin words."""
    bare = left.rstrip(" ")
    if left != bare and not (bare[-1:].isascii() and right[:1].isascii()):
        return bare + right
    if right.strip(" ") == "" and bare and not bare[-1].isascii():
        return left
    if right[:1] == " " and bare and not bare[-1].isascii():
        return left + right.lstrip(" ")
    return left + right


def wide(text: str) -> str:
    """Chinese with its own punctuation: models answer with commas of ASCII (facts: mt.md §5)."""
    return _NARROW_BETWEEN.sub(lambda hit: _WIDE[hit[1] or hit[2]], text)
