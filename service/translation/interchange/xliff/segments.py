"""What both XLIFF versions say of one text, and how their words for its state compare.

Version 2 knows four states; version 1.2 ten, which are read as the nearest of the four.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["NAMESPACES", "OLD_STATES", "STATES", "Note", "Segment", "State"]

State = Literal["initial", "translated", "reviewed", "final"]
STATES: tuple[State, ...] = ("initial", "translated", "reviewed", "final")
NAMESPACES = {"xliff1": "urn:oasis:names:tc:xliff:document:1.2", "xliff2": "urn:oasis:names:tc:xliff:document:2.0"}

OLD_STATES: Mapping[str, State] = {
    "new": "initial", "needs-translation": "initial", "needs-adaptation": "initial", "needs-l10n": "initial",
    "translated": "translated", "needs-review-translation": "translated", "needs-review-adaptation": "translated",
    "needs-review-l10n": "translated", "signed-off": "reviewed", "final": "final",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """A remark and who made it."""

    text: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A text and its translation. `unit` is the id of what it belongs to; `facts` our own metadata; `target` None: there is no element."""

    unit: str
    source_locale: str
    target_locale: str
    source: str
    target: str | None
    state: State
    line: int
    file: str | None = None
    notes: tuple[Note, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
