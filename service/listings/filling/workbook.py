"""An XLSX or XLSM template: read with the reader of catalogue sheets' care, and changed in one part only, the sheet that is filled.

The other parts of the package are copied as they are. A library that reads a workbook and writes it anew (openpyxl) loses what it does
not know: lists that refer to other sheets in the form of Excel 2010, rich text, shapes, form fields, links between parts.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from service.catalog.cells import Cell, plain_text
from service.catalog.sheets.refusing import MOST_CELLS, Broken, TooLarge, UnknownForm
from service.catalog.sheets.unpacking import inspected
from service.listings.filling.choosing import Range, range_of
from service.listings.filling.columns import READ_ROWS, Block
from service.listings.filling.refusing import NotATemplate, TemplateTooLarge

if TYPE_CHECKING:
    from service.listings.filling.sheet import SheetTable

__all__ = ["LAST_ROW", "Workbook", "shown"]

MOST_SHEET = 60 * 2**20  # of the sheet to be filled, unpacked: its tree takes some ten times as much memory
MOST_PACKED = 50 * 2**20
LAST_ROW = 1_048_575


class _Entry(NamedTuple):
    name: str
    hidden: bool
    path: str


class SheetHead(NamedTuple):
    """A sheet's upper rows."""

    name: str
    hidden: bool
    rows: Sequence[Sequence[str]]
    merged: Sequence[Block]


class Workbook:
    """A workbook opened. Raises `Broken`, `NotATemplate`, `TooLarge`."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content
        if len(content) > MOST_PACKED:
            raise TemplateTooLarge(name, len(content), MOST_PACKED)
        try:
            inspected(name, content)
        except UnknownForm:
            raise NotATemplate(file=name) from None
        from python_calamine import CalamineWorkbook

        with _reading(name):
            self._package = zipfile.ZipFile(io.BytesIO(content))
            _see_reach(name, self._package)
            self._paths = {one.lower(): one for one in self._package.namelist()}
            if len(self._paths) != len(self._package.namelist()):
                raise Broken(file=name)
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            self._read_book()
            if [one.name for one in self._entries] != self._book.sheet_names:
                raise Broken(file=name)
            self.heads = [self._head(at) for at in range(len(self._entries))]

    def open(self, at: int) -> SheetTable:
        """The sheet at this place, to be filled. Raises `Broken`, `TooLarge`."""
        path = self._paths[self._entries[at].path.lower()]
        if (size := self._package.getinfo(path).file_size) > MOST_SHEET:
            raise TemplateTooLarge(self.name, size, MOST_SHEET)
        from service.listings.filling.sheet import SheetTable

        with _reading(self.name):
            return SheetTable(self, at, path)

    def part(self, path: str) -> etree._Element:
        """A part as a tree. Entities and addresses in it are never followed."""
        with _reading(self.name):
            return _tree(self._package.read(self._paths[path.lower()]))

    def rows(self, at: int, most: int | None = None) -> list[list[Cell]]:
        """Cells of a sheet from A1 on."""
        with _reading(self.name):
            sheet: Any = self._book.get_sheet_by_index(at)
            return [list(row) for row in sheet.to_python(skip_empty_area=False, nrows=most)] if sheet.height else []

    def rows_of(self, at: int, name: str | None) -> list[list[Cell]] | None:
        """Cells of a sheet by its name, or of the one at this place; None if there is none such."""
        if name is not None:
            wanted = name.casefold()
            at = next((number for number, one in enumerate(self._entries) if one.name.casefold() == wanted), -1)
        if at < 0:
            return None
        if at not in self._cells:
            self._cells[at] = self.rows(at)
        return self._cells[at]

    def names(self, at: int) -> dict[str, str]:
        """The names a sheet knows and what they stand for: its own go before those of the book."""
        own = {name: text for name, text, sheet in self._names if sheet == str(at)}
        return {name: text for name, text, sheet in self._names if sheet is None} | own

    def saved(self, path: str, part: bytes) -> bytes:
        """The package with one part changed."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
            for entry in self._package.infolist():
                content = part if entry.filename == path else self._package.read(entry)
                copy.writestr(entry, content)
        return out.getvalue()

    @cached_property
    def styles(self) -> list[tuple[bool, bool]]:
        """Of each style of cells, whether it makes text of what is typed, and whether it leaves the cell open under protection."""
        path = next((target for kind, target in self._relations.values() if kind == "styles"), "")
        if path.lower() not in self._paths:
            return []
        root = self.part(path)
        texts = {one.get("numFmtId") for one in root.iterfind("{*}numFmts/{*}numFmt") if one.get("formatCode") == "@"}
        return [
            (one.get("numFmtId") in {"49", *texts}, any(p.get("locked") in ("0", "false") for p in one.iterfind("{*}protection")))
            for one in root.iterfind("{*}cellXfs/{*}xf")
        ]  # fmt: skip

    def _read_book(self) -> None:
        book, relations = self.part("xl/workbook.xml"), self.part("xl/_rels/workbook.xml.rels")
        self._relations = {
            one.get("Id", ""): (one.get("Type", "").rpartition("/")[2], _resolved(one.get("Target", "")))
            for one in relations.iterfind("{*}Relationship")
        }
        self._entries = []
        for sheet in book.iterfind("{*}sheets/{*}sheet"):
            number = next((value for key, value in sheet.items() if key.endswith("}id")), "")
            kind, path = self._relations.get(number, ("", ""))
            hidden = sheet.get("state", "visible") != "visible" or kind != "worksheet"
            self._entries.append(_Entry(sheet.get("name", ""), hidden, path))
        self._names = [
            (one.get("name", "").casefold(), one.text or "", one.get("localSheetId"))
            for one in book.iterfind("{*}definedNames/{*}definedName")
        ]
        self._cells: dict[int, list[list[Cell]]] = {}

    def _head(self, at: int) -> SheetHead:
        entry = self._entries[at]
        if entry.hidden:
            return SheetHead(entry.name, True, [], [])
        rows = [[shown(cell) for cell in row] for row in self.rows(at, READ_ROWS)]
        ranges = self._book.get_sheet_by_index(at).merged_cell_ranges or []
        return SheetHead(
            entry.name, False, rows, [Block(top, bottom, left, right) for (top, left), (bottom, right) in ranges]
        )


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """What breaks inside because of what stands in the file is raised as `Broken`."""
    from python_calamine import CalamineError

    broken = (
        CalamineError, etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, ValueError, OSError, LookupError, OverflowError,
    )  # fmt: skip
    try:
        yield
    except broken as error:
        raise Broken(file=name) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # calamine's own way to break, which no Exception catches
            raise Broken(file=name) from error
        raise


_REFERENCE = re.compile(rb"""\br\s*=\s*["']\s*\$?([A-Za-z]{1,3})\$?(\d+)""")


def _see_reach(name: str, package: zipfile.ZipFile) -> None:
    """Cells may say they stand in another row than the one around them, and calamine asks for memory up to there; with none left it ends

    the process. Raises `TooLarge`.
    """
    for entry in package.infolist():
        if not entry.filename.lower().endswith(".xml"):
            continue
        row = column = 0
        tail = b""
        with package.open(entry) as stream:
            while piece := stream.read(2**20):
                for letters, digits in set(_REFERENCE.findall(tail + piece)):
                    row = max(row, int(digits[:9]))
                    column = max(column, (range_of(letters.decode() + "1") or Range(0, 0, 0, 0)).right + 1)
                tail = piece[-64:]
        if row > LAST_ROW + 1 or row * column > MOST_CELLS:
            raise TooLarge(name, f"{row} × {column}")


def _resolved(target: str) -> str:
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")


def _tree(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return etree.fromstring(content, parser)


def shown(cell: Any) -> str:
    """A cell as text; empty if nothing stands there."""
    return plain_text(cell) if isinstance(cell, (str, int, float)) else "" if cell is None else str(cell)
