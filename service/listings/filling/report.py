"""What became of a template: columns filled, columns the platform demands and nothing is known for, values refused, listings left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from service.i18n import Locale, Message

__all__ = ["MOST_REFUSED", "FilledColumn", "LeftColumn", "NotFilled", "RefusedValue", "Report"]

MOST_REFUSED = 10_000
"""Refused values kept with their places; beyond, they are counted only."""


class FilledColumn(NamedTuple):
    """A column something was written into: its letter, header, field, and how many cells."""

    column: str
    header: str
    field: str
    cells: int


class LeftColumn(NamedTuple):
    """A column nothing was written into, for no field is known for it. `choices`: the first words of its list."""

    column: str
    header: str
    required: bool
    choices: Sequence[str] = ()


class RefusedValue(NamedTuple):
    """A cell left empty: its place (row 7, column C, cell C7), whose it is, what would have stood there, why not, what to do."""

    sheet: str
    row: int
    column: str
    cell: str
    header: str
    field: str
    code: str
    value: str
    what: Message
    remedy: Message

    def say(self, locale: Locale) -> str:
        """One line for a terminal."""
        place = f"{self.sheet + ' · ' if self.sheet else ''}{self.cell} · {' '.join(self.header.split())} · {self.code}"
        return f"{place} [{self.value}]: {self.what.say(locale)} {self.remedy.say(locale)}"


class NotFilled(NamedTuple):
    """A listing, or one of its variants, that got no row."""

    code: str
    what: Message
    remedy: Message


@dataclass
class Report:
    """Rows count from 1, as spreadsheets show them."""

    sheet: str
    header_row: int
    first_row: int = 0
    rows: int = 0
    filled: list[FilledColumn] = field(default_factory=list)
    left: list[LeftColumn] = field(default_factory=list)
    refused: list[RefusedValue] = field(default_factory=list)
    refused_count: int = 0
    not_filled: list[NotFilled] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)

    @property
    def unmapped(self) -> list[LeftColumn]:
        """Columns the platform demands and nothing is known for."""
        return [one for one in self.left if one.required]

    @property
    def whole(self) -> bool:
        """Whether nothing is left for a person to do."""
        return not (self.unmapped or self.refused_count or self.not_filled)

    def refuse(self, one: RefusedValue) -> None:
        """Count a refused value, and keep it while there is room."""
        self.refused_count += 1
        if len(self.refused) < MOST_REFUSED:
            self.refused.append(one)

    def as_data(self, locale: Locale) -> dict[str, Any]:
        """For programs and pages."""
        return {
            "sheet": self.sheet, "header_row": self.header_row, "first_row": self.first_row, "rows": self.rows,
            "filled": [one._asdict() for one in self.filled],
            "left": [one._asdict() | {"choices": list(one.choices)} for one in self.left],
            "refused_count": self.refused_count,
            "refused": [_said(one, locale) for one in self.refused],
            "not_filled": [_said(one, locale) for one in self.not_filled],
            "notes": [one.say(locale) for one in self.notes],
        }  # fmt: skip


def _said(one: RefusedValue | NotFilled, locale: Locale) -> dict[str, Any]:
    told: dict[str, Any] = one._asdict()
    return told | {"what": one.what.say(locale), "remedy": one.remedy.say(locale)}
