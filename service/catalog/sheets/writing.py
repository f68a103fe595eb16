"""Cards as a sheet, under headers that an import reads: what goes out and comes back unchanged changes nothing.

One row per SKU; fields of the card stand in its first row. CSV cells that a spreadsheet would take for a formula get an
apostrophe, which an import takes away; XLSX cells are strings, never formulas.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.catalog.cells import Cell
from service.catalog.columns import all_columns, column_of, header_of
from service.catalog.document import Document, flat, unpack
from service.catalog.models import Product
from service.catalog.sheets.reading import Sheet, column_name
from service.catalog.storing import CHUNK
from service.i18n import Locale
from service.people.reach import organisation_of

__all__ = ["MEDIA", "Form", "marked", "own_cards", "sheet_of", "written"]

Form = Literal["xlsx", "csv"]
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8",
}  # fmt: skip
Cards = Callable[[], Iterable[tuple[str, Document]]]
_EXCELS_MOST = 32_767  # signs of a cell
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def own_cards(session: Session, chosen: Select[Any] | None = None) -> Iterator[tuple[str, Document]]:
    """Key and content of the caller's own cards by key; `chosen` selects ids of some of them."""
    last = ""
    while True:
        query = (
            select(Product.key, Product.document)
            .where(Product.organisation_id == organisation_of(session), Product.key > last)
            .order_by(Product.key).limit(CHUNK)
        )  # fmt: skip
        if chosen is not None:
            query = query.where(Product.id.in_(chosen))
        rows = session.execute(query).all()
        for key, document in rows:
            yield key, unpack(document)
        if len(rows) < CHUNK:
            return
        last = rows[-1][0]


def sheet_of(cards: Cards, *, locale: Locale) -> tuple[list[str], Iterator[dict[str, Cell]]]:
    """Headers, and rows by header. `cards` is asked twice: first for which columns there are."""
    paths = _paths(cards())
    headers = {path: header_of(path, locale) for path in paths}
    return list(headers.values()), _rows(cards(), headers, locale)


def _paths(cards: Iterable[tuple[str, Document]]) -> list[str]:
    used: dict[str, None] = {"key": None, "sku": None}
    for _, document in cards:
        for path, _value in flat(document):
            used[_column_path(path)] = None
    known = [path for path in all_columns() if path in used]
    return [*known, *sorted((path for path in used if path not in known), key=_zh_first)]


def _zh_first(path: str) -> str:
    return path.replace("[zh]", "[1]").replace(".zh", ".1")


def _column_path(path: str) -> str:
    return path[4:].rpartition(".")[2] if path.startswith("sku.") else path


def _rows(
    cards: Iterable[tuple[str, Document]], headers: Mapping[str, str], locale: Locale
) -> Iterator[dict[str, Cell]]:
    writers = {path: column.kind.write for path in headers if (column := column_of(path))}
    empty: dict[str, Cell] = dict.fromkeys(headers.values())
    for key, document in cards:
        own: dict[str, dict[str, Cell]] = {sku["code"]: {} for sku in document["skus"]}
        card: dict[str, Cell] = {}
        for path, value in flat(document):
            name = _column_path(path)
            where = own.setdefault(path[4:].rpartition(".")[0], {}) if path.startswith("sku.") else card
            where[headers[name]] = writers[name](value, locale)
        for number, (code, cells) in enumerate(own.items()):
            yield {**empty, **(card if number == 0 else {}), headers["key"]: key, headers["sku"]: code, **cells}


def written(cards: Cards, *, form: Form, locale: Locale) -> bytes:
    """The file."""
    headers, rows = sheet_of(cards, locale=locale)
    if form == "csv":
        out = io.StringIO(newline="")
        table = csv.writer(out)
        table.writerow(headers)
        for row in rows:
            table.writerow([_shielded(cell) for cell in row.values()])
        return out.getvalue().encode("utf-8-sig")
    from rustpy_xlsxwriter import write_worksheet

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cards.xlsx"
        some = list(rows) or [dict.fromkeys(headers)]
        write_worksheet(some, str(path), sheet_name="AmurLive", freeze_row=1, bold_headers=True)
        return path.read_bytes()


def _shielded(cell: Cell) -> Cell:
    return "'" + cell if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _title(name: str, taken: set[str]) -> str:
    """A name Excel takes: it forbids some signs, more than 31 of them, and the same name twice."""
    plain = re.sub(r"[\x00-\x1f\[\]:*?/\\]", " ", name).strip("' ")[:31].strip("' ") or "AmurLive"
    title, number = plain, 1
    while title.lower() in taken or title.lower() == "history":
        number += 1
        title = f"{plain[:26]} {number}"
    taken.add(title.lower())
    return title


def marked(sheets: Sequence[Sheet], faults: Iterable[Any], *, locale: Locale) -> bytes:
    """A copy of the uploaded tables, faulty cells coloured and each fault written beside its cell as a note."""
    import xlsxwriter

    notes: dict[tuple[str, int, str], list[Any]] = {}
    for fault in faults:
        notes.setdefault((fault.sheet, fault.row, fault.column), []).append(fault)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        colours = {
            "error": book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"}),
            "warning": book.add_format({"bg_color": "#FFEB9C"}),
        }
        taken: set[str] = set()
        for sheet in sheets:
            page = book.add_worksheet(_title(sheet.name, taken))
            for number, row in enumerate(sheet.rows):
                for index, cell in enumerate(row):
                    found = notes.get((sheet.name, number + 1, column_name(index)))
                    colour = colours[min(fault.level for fault in found)] if found else None
                    if isinstance(cell, str):
                        page.write_string(number, index, cell[:_EXCELS_MOST], colour)
                    elif isinstance(cell, bool):
                        page.write_boolean(number, index, cell, colour)
                    elif cell is not None:
                        page.write_number(number, index, cell, colour)
                    elif colour:
                        page.write_blank(number, index, None, colour)
                    if found:
                        words = "\n".join(f"{f.what.say(locale)} {f.remedy.say(locale)}" for f in found)
                        page.write_comment(number, index, words[:2000], {"x_scale": 2})
    return out.getvalue()
