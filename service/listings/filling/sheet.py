"""The one sheet of a workbook that is filled: its cells, lists and looks, and the cells written into it."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Sequence
from decimal import Decimal

from lxml import etree

from service.catalog.sheets.reading import column_name
from service.catalog.sheets.refusing import Broken
from service.listings.filling.choosing import Allowed, Lists, range_of
from service.listings.filling.values import Figure
from service.listings.filling.workbook import LAST_ROW, Workbook, shown

__all__ = ["SheetTable"]


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
        return shown(values[at]) if at < len(values) else ""

    def filled_rows(self, columns: Sequence[int]) -> set[int]:
        """Rows where something stands in one of these columns: a value, a formula, a part of merged cells."""
        wanted = set(columns)
        rows = {
            number
            for number, row in enumerate(self._values)
            if any(at < len(row) and row[at] not in (None, "") for at in wanted)
        }
        rows |= {row for row, at in self.formulas if at in wanted}
        reached = 0
        for block in sorted(self.merged):
            if any(block.left <= at <= block.right for at in wanted):
                rows.update(range(max(block.top, reached), block.bottom + 1))
                reached = max(reached, block.bottom + 1)
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
