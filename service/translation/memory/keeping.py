"""What the memory is given and keeps: units added, met again, overruled, retired; read one by one or in pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["UnitGiven"]


@dataclass(frozen=True, slots=True)
class UnitGiven:
    """A pair to be kept, as files and cards give it.

    `source` is the language it was written in first, `origin`: authored, edited, machine, imported. `before` and `after` are the source
    sentences next to it, where they are known. `at` is when it was made; None: now.
    """

    zh: str
    ru: str
    source: str
    family: str | None = None
    field: str | None = None
    channel: str | None = None
    reviewed: bool = False
    reviewer: str | None = None
    origin: str = "imported"
    file: str | None = None
    at: datetime | None = None
    before: str | None = None
    after: str | None = None
