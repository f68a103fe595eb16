"""A CSV template: read as sheets of cards are, written back in the same encoding, with the same separator, quotes and line ends.

Lines nothing is written into go out as they came in, byte for byte.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import islice
from typing import Literal

from service.catalog.sheets.reading import decoded, delimiter_of
from service.catalog.sheets.refusing import MOST_SIGNS, Broken
from service.listings.filling.choosing import Allowed
from service.listings.filling.columns import READ_ROWS, Block
from service.listings.filling.headers import headers
from service.listings.filling.refusing import TemplateTooLarge
from service.listings.filling.values import Figure

__all__ = ["Delimited", "TextTable"]

MOST_BYTES = 50 * 2**20
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_MARKS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


class TextHead:
    """Its upper rows."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self.name, self.hidden, self.rows = "", False, rows
        self.merged: Sequence[Block] = ()


class Delimited:
    """The file opened. Raises `Broken`, `TooLarge`, `WrongEncoding`."""

    def __init__(self, name: str, content: bytes) -> None:
        if len(content) > MOST_BYTES:
            raise TemplateTooLarge(name, len(content), MOST_BYTES)
        text = decoded(name, content)
        self.mark, self.encoding = _encoding(content, text)
        text = text.removeprefix("\ufeff")
        lines = _LINES.findall(text)
        csv.field_size_limit(MOST_SIGNS)
        self.delimiter = _told(text) or max((delimiter_of(text), ";", ",", "\t"), key=lambda one: _known(lines, one))
        reader = csv.reader(iter(lines), delimiter=self.delimiter, strict=True)
        self.records: list[tuple[list[str], str]] = []
        before = 0
        try:
            for row in reader:
                self.records.append((row, "".join(lines[before : reader.line_num])))
                before = reader.line_num
        except csv.Error as error:
            raise Broken(file=name) from error
        self.heads = [TextHead([row for row, _ in self.records[:READ_ROWS]])]

    def open(self, at: int) -> TextTable:
        """The table, to be filled."""
        return TextTable(self)


def _told(text: str) -> str | None:
    """The separator of Excel's own line “sep=;”."""
    found = re.match(r"sep=([,;\t])[\r\n]", text)
    return found[1] if found else None


def _known(lines: Sequence[str], delimiter: str) -> int:
    """How many headers are known in the row that holds most, read with this separator: “Цена, руб.;Вес, г” has more commas than others."""
    meaning = headers().meaning
    try:
        rows = list(islice(csv.reader(iter(lines), delimiter=delimiter), READ_ROWS))
    except csv.Error:
        return 0
    return max((len({field for cell in row if cell and (field := meaning(cell).field)}) for row in rows), default=0)


def _encoding(content: bytes, text: str) -> tuple[bytes, str]:
    """The mark at the beginning, and the encoding in which the text was read."""
    for name, mark in _MARKS.items():
        if content.startswith(mark):
            return mark, name.removesuffix("-sig")
    for name in ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "cp1251"):
        try:
            if content.decode(name) == text:
                return b"", name
        except UnicodeDecodeError:
            continue
    return b"", "utf-8"


class TextTable:
    """The table being filled. Rows and columns count from 0."""

    name, merged = "", ()
    last_row = 2**31
    formulas: frozenset[tuple[int, int]] = frozenset()

    def __init__(self, file: Delimited) -> None:
        self._file = file
        self._new: dict[int, list[str]] = {}
        source = "".join(raw for _, raw in file.records)
        first = next((raw for row, raw in file.records if any(row)), "")
        self._end = next((end for end in ("\r\n", "\n", "\r") if end in source), "\r\n")
        self._quoted = first.startswith('"')
        self._width = max((len(row) for row, _ in file.records), default=0)

    def text(self, row: int, at: int) -> str:
        """What a cell holds; empty if nothing."""
        cells = self._file.records[row][0] if row < len(self._file.records) else ()
        return cells[at] if at < len(cells) else ""

    def filled_rows(self, columns: Sequence[int]) -> set[int]:
        """Rows where something stands in one of these columns."""
        return {
            number
            for number, (row, _) in enumerate(self._file.records)
            if any(at < len(row) and row[at].strip() for at in columns)
        }

    def allowed(self, row: int, at: int) -> Allowed | None:
        """CSV has no lists."""
        return None

    def untold(self, row: int, at: int) -> bool:
        """CSV has no lists."""
        return False

    def prompt(self, row: int, at: int) -> str:
        """CSV shows nothing beside cells."""
        return ""

    def locked(self, row: int, at: int) -> bool:
        """CSV has no protection."""
        return False

    def unwritable(self, text: str) -> str:
        """The first sign of a text the file's encoding does not have."""
        try:
            text.encode(self._file.encoding)
        except UnicodeEncodeError as error:
            return text[error.start]
        return ""

    def like(self, row: int) -> None:
        """CSV has no looks."""

    def put(self, row: int, at: int, value: Figure) -> None:
        """Write one cell; an apostrophe goes before text that a spreadsheet would take for a formula."""
        if row not in self._new:
            old = self._file.records[row][0] if row < len(self._file.records) else []
            self._new[row] = [*old, *[""] * (self._width - len(old))]
        shown = value if isinstance(value, str) else f"{value:f}" if not isinstance(value, int) else str(value)
        self._new[row][at] = f"'{shown}" if isinstance(value, str) and _FORMULA.match(shown) else shown

    def saved(self) -> bytes:
        """The whole file."""
        parts: list[str] = []
        for number in range(max([len(self._file.records), *(row + 1 for row in self._new)])):
            if number in self._new:
                if parts and not parts[-1].endswith(("\n", "\r")):
                    parts.append(self._end)
                parts.append(self._line(self._new[number]))
            elif number < len(self._file.records):
                parts.append(self._file.records[number][1])
            else:
                parts.append(self._end)
        return self._file.mark + "".join(parts).encode(self._file.encoding)

    def _line(self, row: Sequence[str]) -> str:
        out = io.StringIO(newline="")
        quoting: Literal[0, 1] = csv.QUOTE_ALL if self._quoted else csv.QUOTE_MINIMAL
        csv.writer(out, delimiter=self._file.delimiter, quoting=quoting, lineterminator=self._end).writerow(row)
        return out.getvalue()
