"""CSV files people bring in, their first line naming the columns: read line by line, every fault with its place, all of them at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.catalog.models import Sku
from service.catalog.sheets.reading import read_sheets
from service.errors import DomainError, FilesRejected, Problem
from service.i18n import N_, Message

__all__ = ["CHUNK", "NotCsv", "Row", "Table", "Unreadable", "known_skus", "minor_units", "read_table", "rows_of"]

CHUNK = 500  # names asked for in one statement


class NotCsv(DomainError):
    """A file in another form, whose fractions might be binary."""

    title = N_("“{file}” is not a CSV file.")
    remedy = N_("Save the sheet as “CSV UTF-8” and import that.")


class Unreadable(Exception):
    """A value that does not say what it should; `what` and `remedy` go into the list of faults."""

    def __init__(self, what: Message, remedy: Message) -> None:
        self.what, self.remedy = what, remedy


class Table(NamedTuple):
    """A file's lines that hold anything, each with its number, and where each column stands."""

    name: str
    columns: Mapping[str, int]
    lines: Sequence[tuple[int, list[str]]]


class Row(NamedTuple):
    """A line whose values could all be read."""

    line: int
    values: dict[str, Any]


def read_table(name: str, content: bytes, columns: Sequence[str]) -> Table:
    """The lines of a CSV with exactly these columns in any order. Raises `NotCsv`, `FilesRejected`, and what reading a sheet raises."""
    if name.rpartition(".")[2].lower() not in ("csv", "tsv", "txt") or content.startswith(b"PK\x03\x04"):
        raise NotCsv(file=name)
    (top, header), *lines = list(_lines(read_sheets(name, content)[0].rows)) or [(1, [])]
    return Table(name, _columns(name, top, header, columns), lines)


def known_skus(session: Session, table: Table) -> dict[str, Sku]:
    """The SKUs a table names in its column `sku` that have a card."""
    at = table.columns["sku"]
    codes = sorted({cells[at] for _, cells in table.lines if at < len(cells)})
    found: dict[str, Sku] = {}
    for start in range(0, len(codes), CHUNK):
        found |= skus_by_code(session, codes[start : start + CHUNK])
    return found


def rows_of(
    table: Table, skus: Mapping[str, Sku], read: Callable[[int, str, Mapping[str, str]], Any], problems: list[Problem]
) -> Iterator[Row]:
    """Each line whose values `read` (line, column, texts by column) can tell; what it calls `Unreadable` is added to `problems`."""
    for line, cells in table.lines:
        if len(cells) > len(table.columns):
            # 12,80 in a file separated by commas: what follows it would be in wrong columns
            what = Message(N_("The line has {count} values, the first line names {wanted}."), {"count": len(cells), "wanted": len(table.columns)})  # fmt: skip
            remedy = Message(N_("Put a value that holds the separator into quotes."))
            problems.append(Problem(table.name, line, "", "", what, remedy))
            continue
        texts = {column: cells[at] if at < len(cells) else "" for column, at in table.columns.items()}
        values: dict[str, Any] = {}
        for column, text in texts.items():
            try:
                if not text:
                    raise Unreadable(Message(N_("“{key}” is missing."), {"key": column}), Message(N_("Add it here.")))
                if column == "sku" and text not in skus:
                    raise Unreadable(
                        Message(N_("No card has this SKU.")), Message(N_("Correct it, or write the card first."))
                    )
                values[column] = read(line, column, texts)
            except Unreadable as error:
                problems.append(Problem(table.name, line, column, text[:60], error.what, error.remedy))
        if len(values) == len(table.columns):
            yield Row(line, values)


_PRICE = re.compile(
    r"(\d{1,12}|\d{1,3}([ \u00a0\u202f]\d{3}){1,3})([.,]\d{1,2})?|\d{1,3}(,\d{3}){1,3}\.\d{1,2}", re.ASCII
)


def minor_units(text: str, *, decimals: int = 2) -> int:
    """Minor units of a price such as 12.80, 12,8, 1 280,00 or 1,280.00; 1,280 could be either and is refused. Raises `Unreadable`."""
    bare = re.sub(r"\s", "", text)
    value = (
        Decimal(bare.replace(",", "") if "." in bare else bare.replace(",", ".")) if _PRICE.fullmatch(text) else None
    )
    amount = None if value is None else value.scaleb(decimals)
    if amount is None or amount != amount.to_integral_value():
        remedy = N_("Write yuan or roubles for one pack with at most two decimals, for instance 12.80.")
        raise Unreadable(Message(N_("This is no price.")), Message(remedy))
    return int(amount)


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, each with its line in the file: a quoted value may run over several."""
    line = 1
    for row in rows:
        cells = ["" if cell is None else str(cell) for cell in row]
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]
        line += 1 + sum(cell.count("\n") for cell in cells)


def _columns(name: str, line: int, header: Sequence[str], wanted: Sequence[str]) -> dict[str, int]:
    """Where each column stands. Raises `FilesRejected`."""
    columns: dict[str, int] = {}
    problems = []
    known = Message(N_("Known: {known}."), {"known": wanted})
    for at, word in enumerate(header):
        column = word.casefold()
        if column in columns:
            what, once = (
                Message(N_("The key “{key}” stands here twice."), {"key": word}),
                Message(N_("Keep one of the two.")),
            )
            problems.append(Problem(name, line, word, word, what, once))
        elif column not in wanted:
            problems.append(
                Problem(name, line, word, word, Message(N_("“{value}” is not known."), {"value": word}), known)
            )
        columns[column] = at
    first = Message(N_("The first line names the columns: {known}."), {"known": wanted})
    for column in wanted:
        if column not in columns:
            problems.append(Problem(name, line, column, "", Message(N_("“{key}” is missing."), {"key": column}), first))
    if problems:
        raise FilesRejected(problems)
    return columns
