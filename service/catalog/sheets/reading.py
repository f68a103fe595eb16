"""From an uploaded file to rows of cells: XLSX, CSV in the encodings the trade uses. What is damaged or dangerous is refused here."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from service.catalog.cells import Cell, Dated
from service.catalog.sheets.refusing import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_SIGNS,
    Broken,
    OldWorkbook,
    TooLarge,
    UnknownForm,
    WrongEncoding,
)  # fmt: skip
from service.catalog.sheets.unpacking import inspected
from service.i18n import N_, Message

__all__ = [
    "MOST_ROWS",
    "Broken",
    "Sheet",
    "TooLarge",
    "UnknownForm",
    "WrongEncoding",
    "column_name",
    "decoded",
    "delimiter_of",
    "read_sheets",
]


@dataclass
class Sheet:
    """One table, from A1 on. `formulas` are cells (C7) that hold a formula without its value, `errors` those that hold #N/A and the

    like, `merged` rows that hold merged cells.
    """

    name: str
    rows: list[list[Cell]]
    formulas: set[str] = field(default_factory=set)
    merged: set[int] = field(default_factory=set)
    errors: set[str] = field(default_factory=set)


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
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise OldWorkbook(file=name)
    if suffix in ("xlsx", "xlsm"):
        raise Broken(file=name)
    if suffix in ("csv", "tsv", "txt"):
        return [_csv(name, content)]
    raise UnknownForm(file=name)


def _workbook(name: str, content: bytes) -> Iterator[Sheet]:
    seen = inspected(name, content)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if len(book.sheet_names) != len(seen):
            raise Broken(file=name)
        for index, (title, part) in enumerate(zip(book.sheet_names, seen, strict=True)):
            sheet = book.get_sheet_by_index(index)
            low, last = sheet.end or (0, 0)
            if low > MOST_ROWS or last >= MOST_COLUMNS:
                raise TooLarge(name, f"{low + 1} × {last + 1}")
            # Rows come from the first on, cells only from the first column that holds anything.
            left: list[Cell] = [None] * (sheet.start[1] if sheet.start else 0)
            rows = [left + [None if cell == "" else _cell(cell) for cell in row] for row in sheet.iter_rows()]
            last_flagged = max((int(re.sub("[A-Z]+", "", cell)) for cell in part.formulas | part.errors), default=0)
            rows += [[] for _ in range(min(last_flagged, MOST_ROWS) - len(rows))]
            if any(cell is not None for row in rows for cell in row):
                merged = {
                    row
                    for (top, first), (bottom, end) in sheet.merged_cell_ranges or []
                    if end > first
                    for row in range(top, min(bottom, len(rows)) + 1)
                }
                yield Sheet(title, rows, part.formulas, merged, part.errors)
    except (CalamineError, ValueError, OSError, OverflowError) as error:
        raise Broken(file=name) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the reader's own way to break, which no Exception catches
            raise Broken(file=name) from error
        raise


def _cell(cell: Any) -> Cell:
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else str(cell)
    if isinstance(cell, (str, int)):
        return cell
    return Dated(cell.isoformat()) if hasattr(cell, "isoformat") else str(cell)


def _csv(name: str, content: bytes) -> Sheet:
    text = decoded(name, content)
    delimiter = delimiter_of(text)
    csv.field_size_limit(MOST_SIGNS)
    rows: list[list[Cell]] = []
    formulas: set[str] = set()
    errors: set[str] = set()
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            cells += len(row)
            if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS or cells > MOST_CELLS:
                raise TooLarge(name, f"{len(rows)} × {len(row)}")
            number = len(rows) + 1
            for index, cell in enumerate(row):
                if cell[:1] == "=" and cell[1:2].isalpha():
                    formulas.add(f"{column_name(index)}{number}")
                elif cell[:1] == "#" and cell in _ERRORS:
                    errors.add(f"{column_name(index)}{number}")
            rows.append([_unshielded(cell) if cell else None for cell in row])
    except csv.Error as error:
        if "field larger" in str(error):
            raise TooLarge(
                name, Message(N_("one cell holds more than {most} characters"), {"most": MOST_SIGNS})
            ) from error
        raise Broken(file=name) from error
    return Sheet("", rows, formulas, errors=errors)


_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#Н/Д", "#ССЫЛКА!", "#ЗНАЧ!", "#ДЕЛ/0!", "#ИМЯ?", "#ЧИСЛО!", "#ПУСТО!"})  # fmt: skip


def delimiter_of(text: str) -> str:
    """What parts the first twenty lines most evenly: headers such as «Цена, руб.» and a title above them hold commas of their own.

    Excel's own line “sep=;” says it.
    """
    told = re.match(r"sep=([,;\t])\r?\n", text)
    if told:
        return told[1]
    # A quoted cell may hold separators and line ends; other signs that Python takes for line ends are none here.
    bare = re.split(r"\r\n|\r|\n", re.sub(r'"[^"]*"', "x", text[:20000]))
    lines = [line for line in bare if line.strip(" ,;\t")][:20]

    if not lines:
        return max((",", ";", "\t"), key=text.count)

    def evenness(sign: str) -> tuple[int, int]:
        counts = Counter(number for line in lines if (number := line.count(sign)))
        return max(((times, number) for number, times in counts.items()), default=(0, 0))

    return max(("\t", ";", ","), key=evenness)


_SHIELD = re.compile(r"'+[=+\-@\t\r]")


def _unshielded(cell: str) -> str:
    """Exports put an apostrophe before what a spreadsheet would take for a formula; here it goes again."""
    return cell[1:] if cell[0] == "'" and _SHIELD.match(cell) else cell


def decoded(name: str, content: bytes) -> str:
    """The text of a file in any of the encodings merchants send. Raises `WrongEncoding`."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        order: tuple[str, ...] = ("utf-16",)
    elif wide := _wide(content):
        order = (wide,)
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


def _wide(content: bytes) -> str | None:
    """UTF-16 without its mark: line ends, separators and digits have their zero byte on one side (一 has it on the other)."""
    sample = content[:20000]
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    if len(content) % 2 or max(high, low) < 2 or 4 * min(high, low) > max(high, low):
        return None
    return "utf-16-be" if high > low else "utf-16-le"


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
