"""An XLSX or XLSM template: read with the reader of catalogue sheets' care, and changed in one part only, the sheet that is filled.

The other parts of the package are copied as they are. A library that reads a workbook and writes it anew (openpyxl) loses what it does
not know: lists that refer to other sheets in the form of Excel 2010, rich text, shapes, form fields, links between parts.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from bisect import bisect_left, insort
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from lxml import etree

from service.catalog.cells import Cell, plain_text
from service.catalog.sheets.reading import column_name
from service.catalog.sheets.refusing import Broken, TooLarge, UnknownForm
from service.catalog.sheets.unpacking import inspected
from service.listings.filling.choosing import Allowed, Lists, range_of
from service.listings.filling.columns import READ_ROWS, Block
from service.listings.filling.refusing import NotATemplate
from service.listings.filling.values import Figure

__all__ = ["SheetTable", "Workbook"]

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
            raise TooLarge(name, f"{len(content) >> 20} MB")
        try:
            inspected(name, content)
        except UnknownForm:
            raise NotATemplate(file=name) from None
        from python_calamine import CalamineError, CalamineWorkbook

        try:
            self._package = zipfile.ZipFile(io.BytesIO(content))
            self._paths = {one.lower(): one for one in self._package.namelist()}
            if len(self._paths) != len(self._package.namelist()):
                raise Broken(file=name)
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            self._read_book()
            if [one.name for one in self._entries] != self._book.sheet_names:
                raise Broken(file=name)
            self.heads = [self._head(at) for at in range(len(self._entries))]
        except (CalamineError, etree.XMLSyntaxError, ValueError, OSError, KeyError, OverflowError) as error:
            raise Broken(file=name) from error
        except BaseException as error:
            if type(error).__name__ == "PanicException":  # calamine's own way to break, which no Exception catches
                raise Broken(file=name) from error
            raise

    def open(self, at: int) -> SheetTable:
        """The sheet at this place, to be filled. Raises `Broken`, `TooLarge`."""
        path = self._paths[self._entries[at].path.lower()]
        if (size := self._package.getinfo(path).file_size) > MOST_SHEET:
            raise TooLarge(self.name, f"{size >> 20} MB")
        try:
            return SheetTable(self, at, path)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Broken(file=self.name) from error

    def part(self, path: str) -> etree._Element:
        """A part as a tree. Entities and addresses in it are never followed."""
        return _tree(self._package.read(self._paths[path.lower()]))

    def rows(self, at: int, most: int | None = None) -> list[list[Cell]]:
        """Cells of a sheet from A1 on."""
        sheet: Any = self._book.get_sheet_by_index(at)
        if not sheet.height:
            return []
        return [list(row) for row in sheet.to_python(skip_empty_area=False, nrows=most)]

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
        rows = [[_shown(cell) for cell in row] for row in self.rows(at, READ_ROWS)]
        ranges = self._book.get_sheet_by_index(at).merged_cell_ranges or []
        return SheetHead(
            entry.name, False, rows, [Block(top, bottom, left, right) for (top, left), (bottom, right) in ranges]
        )


def _resolved(target: str) -> str:
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")


def _tree(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    return etree.fromstring(content, parser)


def _shown(cell: Any) -> str:
    return plain_text(cell) if isinstance(cell, (str, int, float)) else "" if cell is None else str(cell)


class SheetTable:
    """One sheet that is being filled. Rows and columns count from 0."""

    last_row = LAST_ROW

    def __init__(self, book: Workbook, at: int, path: str) -> None:
        self._book, self._path = book, path
        self.name, self.merged = book.heads[at].name, book.heads[at].merged
        self._root = book.part(path)
        space = etree.QName(self._root).namespace or ""
        self._tags = {name: f"{{{space}}}{name}" for name in ("row", "c", "v", "is", "t", "f")}
        data = self._root.find("{*}sheetData")
        if data is None:
            raise Broken(file=book.name)
        self._data = data
        self._rows = _numbered(data, self._tags["row"], self._tags["c"])
        self._order = sorted(self._rows)
        self._values = book.rows_of(at, None) or []
        self.formulas = {
            (cell.top, cell.left)
            for one in data.iter(self._tags["f"])
            if (parent := one.getparent()) is not None and (cell := range_of(parent.get("r", "")))
        }
        self.lists = Lists(self._root, book.names(at), lambda name: book.rows_of(at, name))
        self._columns = [
            (int(one.get("min", 0)) - 1, int(one.get("max", 0)) - 1, one.get("style"))
            for one in self._root.iterfind("{*}cols/{*}col")
        ]
        protection = self._root.find("{*}sheetProtection")
        self._protected = protection is not None and protection.get("sheet") in ("1", "true")
        self._like: dict[int, str | None] = {}
        self._like_row: int | None = None
        self._cells: dict[int, tuple[dict[int, etree._Element], list[int]]] = {}
        self._lowest = self._rightmost = 0

    def text(self, row: int, at: int) -> str:
        """What a cell shows; empty if nothing."""
        values = self._values[row] if row < len(self._values) else ()
        return _shown(values[at]) if at < len(values) else ""

    def filled_rows(self, columns: Sequence[int]) -> set[int]:
        """Rows where something stands in one of these columns: a value, a formula, a part of merged cells."""
        wanted = set(columns)
        rows = {
            number
            for number, row in enumerate(self._values)
            if any(at < len(row) and row[at] not in (None, "") for at in wanted)
        }
        rows |= {row for row, at in self.formulas if at in wanted}
        for block in self.merged:
            if any(block.left <= at <= block.right for at in wanted):
                rows |= set(range(block.top, block.bottom + 1))
        return rows

    def allowed(self, row: int, at: int) -> Allowed | None:
        """The list a cell's value must come from."""
        return self.lists.at(row, at)

    def untold(self, row: int, at: int) -> bool:
        """Whether a cell has a list, and nobody here can say what it holds."""
        return self.lists.untold(row, at)

    def prompt(self, row: int, at: int) -> str:
        """What spreadsheet programs show beside a cell."""
        return self.lists.prompt(row, at)

    def locked(self, row: int, at: int) -> bool:
        """Whether protection forbids to change a cell."""
        if not self._protected:
            return False
        style = self._style(row, at)
        number = int(style) if style and style.isdecimal() else 0
        return not (number < len(self._book.styles) and self._book.styles[number][1])

    def unwritable(self, text: str) -> str:
        """Signs of a text the file cannot hold."""
        return ""

    def like(self, row: int) -> None:
        """New rows look like this one."""
        self._like_row = row

    def put(self, row: int, at: int, value: Figure) -> None:
        """Write one cell. Text stays text whatever it begins with; figures are written digit by digit."""
        cells, order = self._line(row)
        cell = cells.get(at)
        if cell is None:
            cell = self._new_cell(row, at, cells, order)
        for child in list(cell):
            cell.remove(child)
        if isinstance(value, str) or self._is_text(cell.get("s")):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, self._tags["is"]), self._tags["t"])
            text.text = _escaped(str(value))
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        else:
            cell.attrib.pop("t", None)
            etree.SubElement(cell, self._tags["v"]).text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        self._lowest, self._rightmost = max(self._lowest, row), max(self._rightmost, at)

    def saved(self) -> bytes:
        """The whole file."""
        size = self._root.find("{*}dimension")
        known = range_of(size.get("ref", "")) if size is not None else None
        if size is not None and known is not None:
            right, bottom = max(known.right, self._rightmost), max(known.bottom, self._lowest)
            size.set("ref", f"{column_name(known.left)}{known.top + 1}:{column_name(right)}{bottom + 1}")
        part = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        return self._book.saved(self._path, part)

    def _line(self, row: int) -> tuple[dict[int, etree._Element], list[int]]:
        if row not in self._cells:
            line = self._rows.get(row)
            if line is None:
                line = self._new_row(row)
            line.attrib.pop("spans", None)  # a hint about its width, which may be wrong now
            cells = {found.left: one for one in line.iterfind(self._tags["c"]) if (found := range_of(one.get("r", "")))}
            self._cells[row] = cells, sorted(cells)
        return self._cells[row]

    def _new_row(self, row: int) -> etree._Element:
        line = etree.Element(self._tags["row"], {"r": str(row + 1)})
        like = self._rows.get(self._like_row) if self._like_row is not None else None
        for name in ("s", "customFormat", "ht", "customHeight"):
            if like is not None and (value := like.get(name)):
                line.set(name, value)
        at = bisect_left(self._order, row)
        if at < len(self._order):
            self._rows[self._order[at]].addprevious(line)
        else:
            self._data.append(line)
        self._order.insert(at, row)
        self._rows[row] = line
        return line

    def _new_cell(self, row: int, at: int, cells: dict[int, etree._Element], order: list[int]) -> etree._Element:
        style = self._inherited(row, at)
        cell = etree.Element(self._tags["c"], {"r": f"{column_name(at)}{row + 1}"} | ({"s": style} if style else {}))
        after = bisect_left(order, at)
        if after < len(order):
            cells[order[after]].addprevious(cell)
        else:
            self._rows[row].append(cell)
        insort(order, at)
        cells[at] = cell
        return cell

    def _style(self, row: int, at: int) -> str | None:
        """A cell's own style, else what a new one there gets."""
        if row in self._rows and (own := self._line(row)[0].get(at)) is not None:
            return own.get("s")
        return self._inherited(row, at)

    def _inherited(self, row: int, at: int) -> str | None:
        """The style of the row, of the row new ones are to look like, of the column."""
        line = self._rows.get(row)
        if line is not None and line.get("customFormat") in ("1", "true"):
            return line.get("s")
        if self._like_row is not None and row != self._like_row:
            if at not in self._like:
                self._like[at] = self._style(self._like_row, at)
            return self._like[at]
        return next((style for low, high, style in self._columns if low <= at <= high), None)

    def _is_text(self, style: str | None) -> bool:
        number = int(style) if style and style.isdecimal() else 0
        return number < len(self._book.styles) and self._book.styles[number][0]


def _numbered(data: etree._Element, tag: str, cell_tag: str) -> dict[int, etree._Element]:
    """Rows by number. Where the file leaves numbers of rows and cells out, they are counted and written."""
    rows: dict[int, etree._Element] = {}
    number = 0
    for line in data.iterfind(tag):
        number = int(line.get("r") or number + 1)
        line.set("r", str(number))
        at = -1
        for cell in line.iterfind(cell_tag):
            told = range_of(cell.get("r", "")) if cell.get("r") else None
            at = told.left if told else at + 1
            if told is None:
                cell.set("r", f"{column_name(at)}{number}")
        rows[number - 1] = line
    return rows


_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def _escaped(text: str) -> str:
    """Spreadsheets read _x0041_ as A: the underscore of such words is written as its own number."""
    return _ESCAPE.sub("_x005F_", text)
