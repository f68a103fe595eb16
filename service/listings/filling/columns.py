"""Finds the sheet, the row of headers and what each column wants; a person's mapping goes before what headers say.

Headers may stand in the first fifteen rows, under groups merged over several columns, in one row or in two (one a language). What
stands right below them are hints: they may name units, separators, and that a column is required.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from service.catalog.sheets.reading import column_name
from service.listings.filling.headers import FIELDS, Headers, Language, Meaning, field_exists, folded, language_of
from service.listings.filling.refusing import NoHeaders, NoSuchHeader, UnknownField

__all__ = ["READ_ROWS", "Block", "Column", "Columns", "Head", "find_columns"]

HEAD_ROWS = 15
HINT_ROWS = 3
READ_ROWS = HEAD_ROWS + HINT_ROWS + 1


class Block(NamedTuple):
    """Merged cells: first and last row, first and last column, from 0."""

    top: int
    bottom: int
    left: int
    right: int


class Head(Protocol):
    """The upper rows of a sheet as text, and its merged cells."""

    @property
    def name(self) -> str: ...
    @property
    def hidden(self) -> bool: ...
    @property
    def rows(self) -> Sequence[Sequence[str]]: ...
    @property
    def merged(self) -> Sequence[Block]: ...


@dataclass(frozen=True)
class Column:
    """A column of the template. `field` None: nothing is known for it. `separator` None: no hint names one."""

    index: int
    header: str
    field: str | None
    unit: str | None
    required: bool
    hint: str = ""
    separator: str | None = None
    language: Language = "en"

    @property
    def letter(self) -> str:
        """As spreadsheets call it."""
        return column_name(self.index)


@dataclass(frozen=True)
class Columns:
    """Of the sheet `sheet` (its place in the file): the row of headers, the last row of hints, all columns that have a header."""

    sheet: int
    header_row: int
    hint_row: int
    all: tuple[Column, ...]
    known: tuple[Column, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", tuple(one for one in self.all if one.field))


class _Found(NamedTuple):
    sheet: int
    row: int
    score: int


def find_columns(
    heads: Sequence[Head], words: Headers, *, file: str, mapping: Mapping[str, str], names: Collection[str]
) -> Columns:
    """Where the table is and what its columns want; `names` are attributes that listings answer, taken where no other name fits.

    Raises `NoHeaders`, `NoSuchHeader`, `UnknownField`.
    """
    for meant in mapping.values():
        if meant and not field_exists(meant):
            raise UnknownField(name=meant, known=sorted(FIELDS))
    reader = _Reader(
        words, {_key(header): meant for header, meant in mapping.items()}, {folded(one): one for one in names}
    )
    seen = [reader.best(at, head) for at, head in enumerate(heads) if not head.hidden]
    best = max(seen, key=lambda one: one.score, default=None)
    if best is None or best.score < 2:
        raise NoHeaders(file=file, found=_some(heads), looked=_looked(words))
    found = reader.columns(best, heads[best.sheet])
    there = {_key(one.header) for one in found.all}
    for header in mapping:
        if _key(header) not in there:
            raise NoSuchHeader(name=header, known=[" ".join(one.header.split())[:40] for one in found.all][:20])
    return found


def _key(header: str) -> str:
    """A header as a person may write it, on one line."""
    return " ".join(folded(header).split())


def _some(heads: Sequence[Head]) -> list[str] | str:
    cells = [cell for head in heads for row in head.rows for cell in row if cell.strip()]
    return [" ".join(cell.split())[:40] for cell in cells[:12]] or "—"


def _looked(words: Headers) -> list[str]:
    shown: dict[str, str] = {}
    for name, meant in words.fields.items():
        if meant in ("code", "title", "price", "stock", "barcodes"):
            shown.setdefault(f"{meant} {language_of(name)}", name)
    return [name for key, name in shown.items() if not key.endswith(" en")]


class _Reader:
    def __init__(self, words: Headers, mapping: Mapping[str, str], names: Mapping[str, str]) -> None:
        self.words, self.mapping, self.names = words, mapping, names

    def meaning(self, text: str) -> Meaning:
        """What a header means: as a person says, as the file of names says, else an attribute of the same name."""
        found = self.words.meaning(text)
        told = self.mapping.get(_key(text))
        if told is not None:
            return found._replace(field=told or None)
        if found.field is None and (name := self._named(text)):
            return found._replace(field=f"answer.{name}")
        return found

    def _named(self, text: str) -> str | None:
        if not self.names:
            return None
        bare = folded(text).replace("*", "").strip(" ,.:;")
        return (
            self.names.get(bare)
            or self.names.get(bare.rpartition("(")[0].strip())
            or self.names.get(bare.rpartition(",")[0])
        )

    def best(self, at: int, head: Head) -> _Found:
        """The row of a sheet that names most columns."""
        rows = _spread(head)[:HEAD_ROWS]
        scores = [
            (len({m.field for cell in row if cell and (m := self.meaning(cell)).field} | self._told(row)), -number)
            for number, row in enumerate(rows)
        ]
        score, number = max(scores, default=(0, 0))
        return _Found(at, -number, score)

    def _told(self, row: Iterable[str]) -> set[str | None]:
        """Headers a person has spoken of count, also those to be left out."""
        return {f"= {cell}" for cell in row if cell and self.mapping.get(_key(cell)) == ""}

    def columns(self, best: _Found, head: Head) -> Columns:
        """All columns under the row, with what the other row of headers and the hints add."""
        rows = _spread(head)
        first = rows[best.row]
        meanings = {at: self.meaning(cell) for at, cell in enumerate(first) if cell}
        others = [row for row in (best.row - 1, best.row + 1) if self._also_headers(rows, row, meanings)]
        below = max([best.row, *others])
        hint_row = _last_hint(rows, head.merged, below, {at for at, one in meanings.items() if one.field})
        columns = []
        for at in range(max(len(rows[row]) for row in (best.row, *others))):
            cell = _cell(rows, best.row, at)
            said = [cell, *(_cell(rows, row, at) for row in others)]
            texts = [one for one in said if one]
            if not texts:
                continue
            known = [self.meaning(one) for one in texts]
            told = next((one for one in texts if _key(one) in self.mapping), None)
            meant = self.meaning(told) if told else next((one for one in known if one.field), known[0])
            hint = "\n".join(filter(None, (_cell(rows, row, at) for row in range(below + 1, hint_row + 1))))
            columns.append(self._column(at, told or texts[0], meant, known, "\n".join([*texts, hint])))
        return Columns(best.sheet, best.row, hint_row, tuple(columns))

    def _column(self, at: int, header: str, meant: Meaning, known: Sequence[Meaning], hint: str) -> Column:
        unit = meant.unit or next((one.unit for one in known if one.unit), None) or self.words.unit_in(hint)
        required = any(one.required for one in known) or self.words.demands(hint)
        return Column(
            at, header, meant.field, unit, required, hint, self.words.separator(hint), language_of(header)
        )  # fmt: skip

    def _also_headers(self, rows: Sequence[Sequence[str]], row: int, meanings: Mapping[int, Meaning]) -> bool:
        """Whether a neighbouring row names the same columns in another language."""
        if not 0 <= row < len(rows):
            return False
        there = {at: one.field for at, cell in enumerate(rows[row]) if cell and (one := self.words.meaning(cell)).field}
        mine = {at: one.field for at, one in meanings.items() if one.field}
        agreed = sum(mine.get(at) == meant for at, meant in there.items())
        return agreed >= 2 and 2 * agreed >= len(mine) - 1


def _spread(head: Head) -> list[list[str]]:
    """The rows, a header merged over several of them standing in each."""
    upper = head.rows[:READ_ROWS]
    width = max((len(row) for row in upper), default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in upper]
    for block in head.merged:
        if block.top < HEAD_ROWS and block.bottom > block.top and block.left < width and block.top < len(rows):
            for row in range(block.top + 1, min(block.bottom, len(rows) - 1) + 1):
                rows[row][block.left] = rows[block.top][block.left]
    return rows


def _cell(rows: Sequence[Sequence[str]], row: int, at: int) -> str:
    return rows[row][at] if row < len(rows) and at < len(rows[row]) else ""


_NUMBER = re.compile(r"[\d\s.,%-]+")


def _last_hint(rows: Sequence[Sequence[str]], merged: Iterable[Block], header: int, known: Set[int]) -> int:
    """The last of the three rows below the headers that holds anything where we would write, or words anywhere.

    Numbers, and words that stand in the next row too (a unit, a country), are prepared for listings and no hints.
    """
    last = header
    for row in range(header + 1, min(header + HINT_ROWS, len(rows) - 1) + 1):
        for at, text in enumerate(rows[row]):
            if text.strip() and (at in known or not (_NUMBER.fullmatch(text) or text == _cell(rows, row + 1, at))):
                last = row
    for block in merged:
        if (
            block.top <= header + HINT_ROWS
            and block.bottom > header
            and known & set(range(block.left, block.right + 1))
        ):
            last = max(last, block.bottom)
    return last
