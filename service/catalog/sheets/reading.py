"""From an uploaded file to rows of cells: XLSX, CSV in the encodings the trade uses. What is damaged or dangerous is refused here.

Limits: `MOST_BYTES` of upload, `MOST_UNPACKED` after unpacking (a workbook is a zip), `MOST_ROWS` rows, `MOST_COLUMNS` columns.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from service.catalog.cells import Cell
from service.errors import DomainError
from service.i18n import N_

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "Broken",
    "Sheet",
    "TooLarge",
    "UnknownForm",
    "WrongEncoding",
    "column_name",
    "read_sheets",
]

MOST_BYTES = 200 * 2**20
MOST_UNPACKED = 2**30
MOST_ROWS = 500_000
MOST_COLUMNS = 500
_CHUNK = 2**20


class Broken(DomainError):
    """The file is damaged or no workbook at all."""

    title = N_("“{file}” cannot be read: it is damaged, cut off, or not what its name says.")
    remedy = N_("Open it in a spreadsheet program, save it again as XLSX and upload that.")


class TooLarge(DomainError):
    """More than the limits allow."""

    status = 413
    title = N_("“{file}” is too large: {what}.")
    remedy = N_(
        "Split it into several files; at most {bytes} MB, unpacked {unpacked} MB, {rows} rows and {columns} columns."
    )

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            file=file,
            what=what,
            bytes=MOST_BYTES >> 20,
            unpacked=MOST_UNPACKED >> 20,
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
        )


class UnknownForm(DomainError):
    """Not a form we read."""

    title = N_("“{file}” is not a file of cards.")
    remedy = N_("Upload XLSX, CSV or YAML; old XLS files: save them as XLSX first.")


class WrongEncoding(DomainError):
    """A CSV whose letters cannot be told."""

    title = N_("The encoding of “{file}” cannot be told.")
    remedy = N_("Save it as “CSV UTF-8” or as XLSX; read here are UTF-8, UTF-16, Windows-1251 and GB18030.")


@dataclass
class Sheet:
    """One table, from A1 on. `formulas` are cells (C7) that hold a formula without its value, `merged` rows that hold merged cells."""

    name: str
    rows: list[list[Cell]]
    formulas: set[str] = field(default_factory=set)
    merged: set[int] = field(default_factory=set)


def column_name(index: int) -> str:
    """The letters of a column, counted from 0: A, Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read_sheets(name: str, content: bytes) -> list[Sheet]:
    """All tables of a file that hold anything. Raises `Broken`, `TooLarge`, `UnknownForm`, `WrongEncoding`."""
    if len(content) > MOST_BYTES:
        raise TooLarge(name, f"{len(content) >> 20} MB")
    suffix = name.rpartition(".")[2].lower()
    if content[:4] == b"PK\x03\x04":
        return list(_workbook(name, content))
    if suffix in ("xlsx", "xlsm"):
        raise Broken(file=name)
    if suffix in ("csv", "tsv", "txt"):
        return [_csv(name, content)]
    raise UnknownForm(file=name)


def _workbook(name: str, content: bytes) -> Iterator[Sheet]:
    formulas = _inspected(name, content)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for index, title in enumerate(book.sheet_names):
            sheet = book.get_sheet_by_index(index)
            if sheet.height > MOST_ROWS + 1 or sheet.width > MOST_COLUMNS:
                raise TooLarge(name, f"{sheet.height} × {sheet.width}")
            rows = [[None if cell == "" else _cell(cell) for cell in row] for row in sheet.iter_rows()]
            if any(cell is not None for row in rows for cell in row):
                merged = {
                    row
                    for (top, left), (low, right) in sheet.merged_cell_ranges or []
                    if right > left
                    for row in range(top, low + 1)
                }
                yield Sheet(title, rows, formulas.get(index, set()), merged)
    except (CalamineError, ValueError, OSError) as error:
        raise Broken(file=name) from error


def _cell(cell: Any) -> Cell:
    if isinstance(cell, (str, float, int)):
        return cell
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)


_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml$")
_EMPTY_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*><f[^>]*(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>')


def _inspected(name: str, content: bytes) -> dict[int, set[str]]:
    """Unpack piece by piece, holding nothing: sizes and checksums before another library trusts them; formulas without value."""
    found: dict[int, set[str]] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            entries = package.infolist()
            if "xl/workbook.xml" not in package.NameToInfo:
                raise UnknownForm(file=name)
            if len(entries) > 10_000 or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise TooLarge(name, f"{sum(entry.file_size for entry in entries) >> 20} MB")
            for entry in entries:
                sheet = _SHEET.match(entry.filename)
                tail = b""
                with package.open(entry) as stream:
                    while piece := stream.read(_CHUNK):
                        total += len(piece)
                        if total > MOST_UNPACKED:
                            raise TooLarge(name, f"{total >> 20} MB")
                        if sheet and b"<f" in piece:
                            cells = found.setdefault(int(sheet[1]) - 1, set())
                            cells |= {cell.decode() for cell in _EMPTY_FORMULA.findall(tail + piece)}
                        tail = piece[-2000:]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Broken(file=name) from error
    return found


def _csv(name: str, content: bytes) -> Sheet:
    text = _decoded(name, content)
    sample = text[:20000]
    first = sample.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    csv.field_size_limit(1_000_000)
    rows: list[list[Cell]] = []
    formulas: set[str] = set()
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS:
                raise TooLarge(name, f"{len(rows)} × {len(row)}")
            number = len(rows) + 1
            formulas |= {
                f"{column_name(i)}{number}" for i, cell in enumerate(row) if cell[:1] == "=" and cell[1:2].isalpha()
            }
            rows.append([_unshielded(cell) if cell else None for cell in row])
    except csv.Error as error:
        raise Broken(file=name) from error
    return Sheet("", rows, formulas=formulas)


_SHIELD = re.compile(r"'+[=+\-@\t\r]")


def _unshielded(cell: str) -> str:
    """Exports put an apostrophe before what a spreadsheet would take for a formula; here it goes again."""
    return cell[1:] if cell[0] == "'" and _SHIELD.match(cell) else cell


def _decoded(name: str, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        order: tuple[str, ...] = ("utf-16",)
    elif _looks_russian(content):
        order = ("utf-8-sig", "cp1251", "gb18030")
    else:
        order = ("utf-8-sig", "gb18030", "cp1251")
    for encoding in order:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise WrongEncoding(file=name)


def _looks_russian(content: bytes) -> bool:
    """Windows-1251 before GB18030 if, read so, the file is mostly Russian words: runs of one case, vowels among them.

    charset-normalizer took one of three short Russian sheets for Chinese; this tells all of tests/catalog/test_sheets.py.
    """
    sample = content[:200_000].decode("cp1251", errors="replace")
    words = re.findall(r"[А-Яа-яЁё]+", sample)
    plain = sum(
        len(w)
        for w in words
        if len(w) > 2 and re.fullmatch(r"[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+", w) and re.search(r"[аеёиоуыэюяАЕЁИОУЫЭЮЯ]", w)
    )
    foreign = sum(not sign.isascii() for sign in sample)
    return bool(foreign) and plain > 0.6 * foreign
