"""Fills a template with listings and tells what it could not fill. Nothing that stands in the file is overwritten."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from service.i18n import N_, Message
from service.listings.channels import Channel
from service.listings.filling.choosing import Allowed
from service.listings.filling.columns import Column, Columns, Head, find_columns
from service.listings.filling.headers import headers
from service.listings.filling.refusing import Locked, NotATemplate, OldForm
from service.listings.filling.report import FilledColumn, LeftColumn, NotFilled, RefusedValue, Report
from service.listings.filling.values import Asked, CannotStand, Figure, Part, Row, parts_of, rows_of
from service.listings.listing import Listing

__all__ = ["Filled", "fill"]

MOST_SIGNS = 32_767  # of a cell, by Excel's own limit


@dataclass(frozen=True)
class Filled:
    """The template filled, in the form it came in, and what became of it."""

    content: bytes
    report: Report


def fill(
    template: bytes, name: str, listings: Sequence[Listing], *, channel: Channel | None = None, day: date,
    mapping: Mapping[str, str] | None = None,
) -> Filled:  # fmt: skip
    """A template with a row for each listing, or for each of its variants.

    `name` is the file's, for messages and for its form. `mapping` says by hand what a header means: a field (see `FIELDS`),
    `extra.<name>`, `answer.<name of an attribute>`, or nothing, to leave the column out. Figures are written in the unit of the header;
    where it names none, in that of `channel` on `day`.
    Raises `Broken`, `TooLarge`, `WrongEncoding`, `NotATemplate`, `OldForm`, `NoHeaders`, `NoSuchHeader`, `UnknownField`, `Locked`.
    """
    book = _opened(template, name)
    names = {answer.name for one in listings for answer in one.answers}
    names |= {key for one in listings for key in one.attributes}
    names |= {key for one in listings for variant in one.variants for key in variant.options}
    found = find_columns(book.heads, headers(), file=name, mapping=mapping or {}, names=names)
    table = book.open(found.sheet)
    return _Filler(table, found, Asked(headers(), channel, day), name).filled(listings)


class Table(Protocol):
    """The sheet being filled; rows and columns count from 0."""

    name: str
    last_row: int

    def text(self, row: int, at: int) -> str: ...
    def filled_rows(self, columns: Sequence[int]) -> set[int]: ...
    def allowed(self, row: int, at: int) -> Allowed | None: ...
    def untold(self, row: int, at: int) -> bool: ...
    def prompt(self, row: int, at: int) -> str: ...
    def locked(self, row: int, at: int) -> bool: ...
    def unwritable(self, text: str) -> str: ...
    def like(self, row: int) -> None: ...
    def put(self, row: int, at: int, value: Figure) -> None: ...
    def saved(self) -> bytes: ...


class Book(Protocol):
    """A template opened."""

    @property
    def heads(self) -> Sequence[Head]: ...
    def open(self, at: int) -> Table: ...


def _opened(content: bytes, name: str) -> Book:
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise OldForm(file=name)
    if content[:4] == b"PK\x03\x04":
        from service.listings.filling.workbook import Workbook

        return Workbook(name, content)
    if name.rpartition(".")[2].lower() in ("csv", "tsv", "txt"):
        from service.listings.filling.delimited import Delimited

        return Delimited(name, content)
    raise NotATemplate(file=name)


class _Filler:
    def __init__(self, table: Table, found: Columns, asked: Asked, file: str) -> None:
        self.table, self.asked, self.file = table, asked, file
        self.found = found
        indices = [one.index for one in found.known]
        self.taken = table.filled_rows(indices)
        self.last = found.hint_row
        self.first = self._next_free()
        self.columns = [self._prompted(one) for one in found.known]
        self.counts: Counter[int] = Counter()
        self.report = Report(table.name, found.header_row + 1)
        code = next((one.index for one in found.known if one.field == "code"), None)
        there = sorted(row for row in self.taken if row > found.header_row) if code is not None else []
        self.codes = {text: row for row in reversed(there) if (text := table.text(row, code or 0).strip())}

    def filled(self, listings: Sequence[Listing]) -> Filled:
        """All listings, one after the other."""
        self._see_protection()
        self.table.like(self.first)
        for listing in listings:
            for row in rows_of(listing):
                self._take(row)
        self._tell()
        return Filled(self.table.saved(), self.report)

    def _next_free(self) -> int:
        """The next row below the last one in which nothing stands where we write."""
        row = self.last + 1
        while row in self.taken:
            row += 1
        return row

    def _prompted(self, column: Column) -> Column:
        """A column with what its cells' prompts add to its hints."""
        prompt = self.table.prompt(self.first, column.index)
        if not prompt:
            return column
        words = self.asked.words
        unit = column.unit or words.unit_in(prompt)
        return replace(
            column, unit=unit, hint=f"{column.hint}\n{prompt}", separator=column.separator or words.separator(prompt),
            required=column.required or words.demands(prompt),
        )  # fmt: skip

    def _see_protection(self) -> None:
        for column in self.columns:
            if self.table.locked(self.first, column.index):
                cell = f"{column.letter}{self.first + 1}"
                raise Locked(file=self.file, sheet=self.table.name, cell=cell)

    def _take(self, row: Row) -> None:
        if (stands := self.codes.get(row.code)) is not None:
            what = Message(N_("“{code}” stands in row {row} already."), {"code": row.code, "row": stands + 1})
            self.report.not_filled.append(
                NotFilled(row.code, what, Message(N_("Delete that row, or leave this listing out.")))
            )
            return
        at = self._next_free()
        if at > self.table.last_row:
            what = Message(N_("The sheet has no empty row left."))
            self.report.not_filled.append(
                NotFilled(row.code, what, Message(N_("Split the listings over several templates.")))
            )
            return
        for column in self.columns:
            try:
                value = self._value(row, column, at)
            except CannotStand as fault:
                self._refuse(row, column, at, fault)
                continue
            if value is not None:
                self.table.put(at, column.index, value)
                self.counts[column.index] += 1
        self.last = at
        self.codes[row.code] = at
        self.report.rows += 1

    def _value(self, row: Row, column: Column, at: int) -> Figure | None:
        """What goes into a cell; None if nothing does. Raises `CannotStand`."""
        parts = parts_of(row, column, self.asked)
        if not parts:
            if column.required:
                raise CannotStand(
                    "", Message(N_("The platform demands it, and the listing does not tell it.")), _COMPLETE
                )
            return None
        allowed = self.table.allowed(at, column.index) or self.table.allowed(self.first, column.index)
        chosen = [self._chosen(part, allowed) for part in parts]
        if len(chosen) == 1:
            return self._fitting(chosen[0])
        separator = column.separator or _SEPARATORS.get((column.field or "").partition(".")[0], ";")
        return self._fitting(separator.join(f"{one:f}" if isinstance(one, Decimal) else str(one) for one in chosen))

    def _chosen(self, part: Part, allowed: Allowed | None) -> Figure:
        if allowed is None:
            return part[0]
        found = allowed.find(part)
        if found is not None:
            return found
        near = allowed.near(str(part[0]))
        what = Message(N_("The column's list does not hold it."))
        remedy = Message(N_("Near it are: {near}."), {"near": near}) if near else Message(N_("The list begins: {near}."), {"near": allowed.words[:5]})  # fmt: skip
        raise CannotStand(str(part[0]), what, remedy)

    def _fitting(self, value: Figure) -> Figure:
        if not isinstance(value, str):
            return value
        text = _clean(value)
        if len(text) > MOST_SIGNS:
            what = Message(N_("The text is too long: {length} characters."), {"length": len(text)})
            raise CannotStand(
                text, what, Message(N_("At most {max_length} characters are allowed."), {"max_length": MOST_SIGNS})
            )
        if sign := self.table.unwritable(text):
            what = Message(N_("The file's encoding has no sign for “{sign}”."), {"sign": sign})
            raise CannotStand(text, what, Message(N_("Save the template as “CSV UTF-8” or XLSX and fill that.")))
        return text

    def _refuse(self, row: Row, column: Column, at: int, fault: CannotStand) -> None:
        self.report.refuse(
            RefusedValue(
                self.table.name, at + 1, column.letter, f"{column.letter}{at + 1}", column.header, column.field or "",
                row.code, fault.value if len(fault.value) <= 80 else fault.value[:79] + "…", fault.what, fault.remedy,
            )
        )  # fmt: skip

    def _tell(self) -> None:
        report, table = self.report, self.table
        report.first_row = self.first + 1 if report.rows else 0
        report.filled = [
            FilledColumn(one.letter, one.header, one.field or "", self.counts[one.index])
            for one in self.columns
            if self.counts[one.index]
        ]
        for one in self.found.all:
            if one.field is None:
                allowed = table.allowed(self.first, one.index)
                report.left.append(
                    LeftColumn(
                        one.letter, one.header, self._prompted(one).required, allowed.words[:8] if allowed else ()
                    )
                )
        for column in self.columns:
            self._note(column)

    def _note(self, column: Column) -> None:
        facts = {"column": column.letter, "header": " ".join(column.header.split())}
        if self.counts[column.index] and self.table.untold(self.first, column.index):
            self.report.notes.append(
                Message(
                    N_("Column {column} ({header}): its list is made by a formula, so its values were not checked."),
                    facts,
                )
            )
        measured = column.field in ("weight", "length", "width", "height", "dimensions")
        if self.counts[column.index] and measured and column.unit is None:
            self.report.notes.append(
                Message(
                    N_("Column {column} ({header}) names no unit; check one value before you upload the file."), facts
                )
            )


_COMPLETE = Message(N_("Complete the card or the channel's choices, or type it into the file."))
_SEPARATORS = {"description": "\n", "bullets": "\n", "option_values": " ", "option_names": " "}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def _clean(text: str) -> str:
    """A text without signs no file holds; its line ends are \\n."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
