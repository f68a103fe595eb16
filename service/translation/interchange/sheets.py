"""Pairs and terms in sheets: XLSX and CSV of any encoding read as sheets of cards are, headers in zh, ru or en.

Written sheets hold no formulas: cells of XLSX are strings, and in CSV an apostrophe stands before what a spreadsheet would take for one;
reading takes it away. Terms have a row for each wording; sheets with a column for each language (zh, ru, en, domain, note) are read too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from functools import cache
from typing import Any, BinaryIO

from pydantic import Field

from service.authored import Strict, content_of
from service.catalog.cells import Cell
from service.catalog.files import Name
from service.catalog.sheets.reading import Sheet, read_sheets
from service.i18n import N_, Message
from service.resources import root
from service.translation.interchange.languages import locale_of, script_of
from service.translation.interchange.refusing import TextTooLong
from service.translation.interchange.report import Report
from service.translation.interchange.tmx.reading import moment
from service.translation.memory.keeping import UnitGiven

__all__ = ["UNIT_COLUMNS", "read_units", "rows_of", "said_yes", "write_rows", "write_units"]

UNIT_COLUMNS = (
    "zh", "ru", "source", "family", "field", "channel", "reviewed", "reviewer", "origin", "file", "at", "before", "after",
)  # fmt: skip
_MOST_IN_CELL = 32_767
_LOOK = 25  # rows from the top in which the headers may stand
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_OWN_CSV = re.compile(rb"\xef\xbb\xbf(?:[a-z_]+,)+[a-z_]+\r\n")
_YES = frozenset({"yes", "true", "1", "да", "是", "y", "√", "✓", "+"})


class _Columns(Strict):
    verified: bool
    columns: dict[Name, list[str]] = Field(min_length=1)


@cache
def _headers() -> dict[str, str]:
    columns = content_of(root("catalogs") / "translation-columns.yaml", _Columns).columns
    return {_bare(word): key for key, words in columns.items() for word in (key, *words)}


def _bare(word: str) -> str:
    return re.sub(r"[\W_]+", "", word.casefold())


def said_yes(cell: str | None) -> bool:
    """Whether a cell says yes in one of our languages."""
    return (cell or "").strip().casefold() in _YES


def rows_of(content: bytes, name: str, report: Report, *needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows below the headers as texts by column, of every table that has one of the sets of headers `needed`.

    Raises what `read_sheets` raises; no such table is a fault.
    """
    some = False
    shift = 0
    if _OWN_CSV.match(content):  # the separator need not be guessed, which texts with many tabs could mislead
        content, shift = b"\xef\xbb\xbfsep=,\r\n" + content[3:], 1
    for sheet in read_sheets(name, content):
        if (found := next((found for one in needed if (found := _columns(sheet, one))), None)) is None:
            continue
        some = True
        top, columns = found
        for number, row in enumerate(sheet.rows[top + 1 :], top + 2):
            cells = {key: _text(row[at]) for key, at in columns.items() if at < len(row) and row[at] is not None}
            if cells:
                yield number - shift, cells
    if not some:
        what = Message(N_("No row of headers was found that names {missing}."), {"missing": list(needed[0])})
        report.fault(1, "", "", what, Message(N_("Write the headers above the columns; known headers stand in catalogs/translation-columns.yaml.")))  # fmt: skip


def _columns(sheet: Sheet, needed: Sequence[str]) -> tuple[int, dict[str, int]] | None:
    headers = _headers()
    for top, row in enumerate(sheet.rows[:_LOOK]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(row):
            if isinstance(cell, str) and (key := headers.get(_bare(cell))):
                columns.setdefault(key, at)
        if all(key in columns for key in needed):
            return top, columns
    return None


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def read_units(content: bytes, name: str, report: Report) -> Iterator[UnitGiven]:
    """Pairs of a sheet with columns zh and ru, or source and target (then the signs tell which is which)."""
    for _, cells in rows_of(content, name, report, ("zh", "ru"), ("source", "target")):
        get = cells.get
        if "zh" in cells or "ru" in cells:
            told = locale_of(get("source"))
            zh, ru, source = get("zh", ""), get("ru", ""), told if told in ("zh", "ru") else "zh"
        else:
            one, other = get("source", ""), get("target", "")
            source = "ru" if script_of(one) == "ru" else "zh"
            zh, ru = (one, other) if source == "zh" else (other, one)
            if one and other and {script_of(one), script_of(other)} != {"zh", "ru"}:
                report.passed_over["other_language"] += 1
                continue
        if not zh.strip() or not ru.strip():
            report.passed_over["empty"] += 1
            continue
        at, origin = get("at"), get("origin")
        yield UnitGiven(
            zh, ru, source, get("family"), get("field"), get("channel"), said_yes(get("reviewed")), get("reviewer"),
            origin if origin in ("authored", "edited", "machine", "imported") else "imported", get("file"),
            moment(at) if at else None, get("before"), get("after"),
        )  # fmt: skip


def write_units(units: Iterable[UnitGiven], to: BinaryIO, *, format: str) -> int:
    """How many were written. Raises `TextTooLong`."""
    return write_rows(UNIT_COLUMNS, (_row(unit) for unit in units), to, format=format)


def _row(unit: UnitGiven) -> list[str | None]:
    at = (unit.at if unit.at.tzinfo else unit.at.replace(tzinfo=UTC)).isoformat() if unit.at else None
    return [
        unit.zh, unit.ru, unit.source, unit.family, unit.field, unit.channel, "yes" if unit.reviewed else "no", unit.reviewer,
        unit.origin, unit.file, at, unit.before, unit.after,
    ]  # fmt: skip


def write_rows(headers: Sequence[str], rows: Iterable[Sequence[str | None]], to: BinaryIO, *, format: str) -> int:
    """A sheet of strings, row by row. How many rows; raises `TextTooLong` for XLSX."""
    return _xlsx(headers, rows, to) if format == "xlsx" else _csv(headers, rows, to)


def _csv(headers: Sequence[str], rows: Iterable[Sequence[str | None]], to: BinaryIO) -> int:
    text = io.TextIOWrapper(to, encoding="utf-8-sig", newline="")
    table = csv.writer(text)
    table.writerow(headers)
    count = 0
    for row in rows:
        table.writerow(["'" + cell if cell and _FORMULA.match(cell) else cell for cell in row])
        count += 1
    text.flush()
    text.detach()
    return count


def _xlsx(headers: Sequence[str], rows: Iterable[Sequence[str | None]], to: BinaryIO) -> int:
    import xlsxwriter

    whole = io.BytesIO()
    count = 0
    with xlsxwriter.Workbook(whole, {"constant_memory": True}) as book:
        page: Any = book.add_worksheet("AmurLive")
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        page.freeze_panes(1, 0)
        page.set_column(0, len(headers) - 1, 30)
        for at, header in enumerate(headers):
            page.write_string(0, at, header, bold)
        for count, row in enumerate(rows, 1):
            for at, cell in enumerate(row):
                if not cell:
                    continue
                if len(cell) > _MOST_IN_CELL:
                    raise TextTooLong(signs=len(cell), most=_MOST_IN_CELL)
                page.write_string(count, at, cell, wrapped)
    to.write(whole.getvalue())
    return count
