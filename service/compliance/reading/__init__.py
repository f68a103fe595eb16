"""Reading a text as it is meant: disguises undone, every sign still knowing its place in the original."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from service.authored import content_of
from service.compliance.entries import Disguises
from service.resources import root

__all__ = ["Reading", "disguises"]


@dataclass(frozen=True)
class Reading:
    """A normalised text. `at[i]` is where its sign i begins in the original; one entry more for the end.

    `tokens` (Russian): the words with their lemmas, written so that a phrase is a regular expression over them; `token_at` tells of
    each its position there, its start and end in the original, and whether it was disguised.
    """

    text: str
    at: tuple[int, ...]
    tokens: str = ""
    token_at: tuple[tuple[int, int, int, bool], ...] = field(default=())

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of a stretch of `text`."""
        first = min(self.at[start], self.at[-1])
        return first, min(self.at[end - 1] + 1, self.at[-1]) if end > start else first


@cache
def disguises() -> Disguises:
    """How people write around a word (`catalogs/rules/disguises.yaml`)."""
    return content_of(root("catalogs") / "rules" / "disguises.yaml", Disguises)
