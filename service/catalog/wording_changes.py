"""What changed between two wordings, in pieces people can read: characters of Chinese, whole words of other languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

__all__ = ["Piece", "wording_changes"]

ANEW = 0.5  # a text that keeps less of itself was written anew; single signs it happens to share would only confuse
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_SIGNS = re.compile(r"[0-9A-Za-z]+|\s+|.", re.DOTALL)  # a number or Latin word inside Chinese stays whole


@dataclass(frozen=True)
class Piece:
    """Some of the words: in both wordings, gone from the old one, or new."""

    kind: Literal["same", "gone", "new"]
    text: str


def wording_changes(before: str, after: str, locale: str) -> list[Piece]:
    """The way from `before` to `after`: all pieces but the new ones make up the old wording, all but those gone the new one."""
    pattern = _SIGNS if locale == "zh" else _WORDS
    old, new = pattern.findall(before), pattern.findall(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    pieces = [Piece("same", "".join(old[:start]))]
    inner_old, inner_new = old[start : len(old) - end], new[start : len(new) - end]
    matcher = SequenceMatcher(None, inner_old, inner_new, autojunk=False)
    common = start + end + sum(block.size for block in matcher.get_matching_blocks())
    whole = 2 * common < ANEW * (len(old) + len(new))
    steps = [("replace", 0, len(inner_old), 0, len(inner_new))] if whole else matcher.get_opcodes()
    for tag, i, j, k, m in steps:
        if tag == "equal":
            pieces.append(Piece("same", "".join(inner_old[i:j])))
        else:
            pieces += [Piece("gone", "".join(inner_old[i:j])), Piece("new", "".join(inner_new[k:m]))]
    pieces.append(Piece("same", "".join(old[len(old) - end :])))
    return _joined([piece for piece in pieces if piece.text])


def _alike(one: list[str], other: list[str]) -> int:
    """How many pieces both begin with: most of a long text, which then need not be compared."""
    pairs = zip(one, other, strict=False)
    return next((count for count, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _joined(pieces: list[Piece]) -> list[Piece]:
    """A space between two changed words changes with them: one mark instead of two."""
    result: list[Piece] = []
    gone, new = "", ""
    for index, piece in enumerate(pieces):
        bridge = piece.kind == "same" and not piece.text.strip() and (gone or new) and index + 1 < len(pieces)
        if piece.kind == "same" and not bridge:
            result += [Piece("gone", gone)] * bool(gone) + [Piece("new", new)] * bool(new) + [piece]
            gone, new = "", ""
        else:
            gone += piece.text if piece.kind != "new" else ""
            new += piece.text if piece.kind != "gone" else ""
    return result + [Piece("gone", gone)] * bool(gone) + [Piece("new", new)] * bool(new)
