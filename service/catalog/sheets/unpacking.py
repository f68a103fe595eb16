"""A workbook looked through before another library is trusted with it: unpacked piece by piece, nothing held.

Sizes, checksums, where cells stand (a cell in the last row of the last column makes a table of 17 billion), entities, and the
cells that library does not tell apart from empty ones: formulas without a value, and errors such as #N/A.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from service.catalog.sheets.refusing import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_RATIO,
    MOST_ROWS,
    MOST_SIGNS,
    MOST_UNPACKED,
    Broken,
    TooLarge,
    UnknownForm,
)  # fmt: skip
from service.i18n import N_, Message

__all__ = ["Part", "inspected"]

_CHUNK = 2**20
_TAIL = 20_000  # no cell of a sheet is longer: a formula has 8,192 signs at most
_LARGE = 50 * 2**20
_TABLES = 1000
_LISTS = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the other ways to pack may ask for any amount of memory


@dataclass
class Part:
    """One table's file: cells with a formula but no value, cells with an error, and how far it reaches."""

    formulas: set[str] = field(default_factory=set)
    errors: set[str] = field(default_factory=set)
    rows: int = 0
    columns: int = 0


def inspected(name: str, content: bytes) -> list[Part]:
    """What was seen in each table, in the workbook's order. Raises `Broken`, `TooLarge`, `UnknownForm`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if "xl/workbook.xml" not in package.NameToInfo:
                raise UnknownForm(file=name)
            _weigh(name, package.infolist())
            # Every file, whatever its name: any of them may be called a table.
            seen = {entry.filename.lower(): _look(name, package, entry) for entry in package.infolist()}
            parts = [seen.get(path.lower()) or Part() for path in _order(package)]
    except (
        zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError,
        LookupError, ElementTree.ParseError,
    ) as error:  # fmt: skip
        raise Broken(file=name) from error
    if len(parts) > _TABLES:
        raise TooLarge(name, f"{len(parts)} × 1")
    if sum(part.rows * part.columns for part in parts) > MOST_CELLS:
        widest = max(parts, key=lambda part: part.rows * part.columns)
        raise TooLarge(name, f"{widest.rows} × {widest.columns}")
    return parts


def _weigh(name: str, entries: list[zipfile.ZipInfo]) -> None:
    size = sum(entry.file_size for entry in entries)
    bomb = any(entry.file_size > _LARGE and entry.file_size > MOST_RATIO * entry.compress_size for entry in entries)
    lists = sum(entry.file_size for entry in entries if entry.filename in _LISTS)
    if len(entries) > 10_000 or size > MOST_UNPACKED or bomb or lists > _LARGE // 10:
        raise TooLarge(name, f"{size >> 20} MB")
    if any(entry.compress_type not in _PLAIN for entry in entries):
        raise Broken(file=name)


def _pieces(name: str, package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's content, never more than its declared size. Entities and endless texts are refused."""
    xml = entry.filename.lower().endswith((".xml", ".rels"))
    edge = b""
    with package.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            start = edge + piece
            if xml and (
                b"\x00" in piece or (b"<!" in start and _ENTITY.search(start))
            ):  # zeros: UTF-16, in which none would be seen
                raise Broken(file=name)
            if xml and len(piece) == _CHUNK and b"<" not in piece:
                raise TooLarge(name, Message(N_("one cell holds more than {most} characters"), {"most": MOST_SIGNS}))
            edge = piece[-10:]
            yield piece


def _order(package: zipfile.ZipFile) -> list[str]:
    """Files of the tables as the workbook lists them: the numbers in their names say nothing."""
    relations, book = (ElementTree.fromstring(package.read(path)) for path in _LISTS[::-1])
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    found = []
    for sheet in book.iter():
        if sheet.tag.rpartition("}")[2] == "sheet":
            number = next((value for key, value in sheet.items() if key.endswith("}id")), None)
            target = targets.get(number, "")
            found.append(posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}"))
    return found


_LETTERS_SOON, _ROWS_SOON = re.compile(rb'<c r="([A-Z]{1,3})\d'), re.compile(rb'<row r="(\d+)"')
# A cell may say it stands in another row than the one around it, and the table would reach to there.
_PLACES_SOON = re.compile(rb'<c r="[A-Z]{1,3}(\d+)')
_PLACES = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']\s*\$?[A-Za-z]{1,3}\$?(\d+)""")
_LETTERS = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Za-z]{1,3})\d""")
_ROWS = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d+)""")
_FILLED = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Za-z]{1,3})(\d+)["'][^>]*(?<!/)>""")
_FORMULA = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]+\d+)["'][^>]*><(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"""
)
_ERROR = re.compile(rb"""<(?:\w+:)?c\b(?=[^>]*?\bt=["']e["'])[^>]*?\br=["']([A-Z]+\d+)["']""")


def _look(name: str, package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Part:
    part = Part()
    letters: set[bytes] = set()
    tail = b""
    cells = 0
    for piece in _pieces(name, package, entry):
        text = tail + piece
        letters.update(_found(text, b"c", _LETTERS_SOON, _LETTERS))
        told = {*_found(text, b"row", _ROWS_SOON, _ROWS), *_found(text, b"c", _PLACES_SOON, _PLACES)}
        part.rows = max(part.rows, *(int(one[:12]) for one in told), 0)
        cells += piece.count(b"<c") + piece.count(b":c ")
        if b"<f" in text or b":f" in text:
            part.formulas.update(cell.decode() for cell in _FORMULA.findall(text))
        if b't="e"' in text or b"t='e'" in text:
            part.errors.update(cell.decode() for cell in _ERROR.findall(text))
        tail = text[-_TAIL:]
    if cells > 2 * MOST_CELLS:
        raise TooLarge(name, f"> {MOST_CELLS}")
    part.columns = max(map(_index, letters), default=0)
    if part.rows > MOST_ROWS + 1 or part.columns > MOST_COLUMNS or part.rows * part.columns > MOST_CELLS:
        part.rows, part.columns = _filled(name, package, entry)
    if part.rows > MOST_ROWS + 1 or part.columns > MOST_COLUMNS:
        raise TooLarge(name, f"{part.rows} × {part.columns}")
    return part


def _found(text: bytes, tag: bytes, soon: re.Pattern[bytes], any_way: re.Pattern[bytes]) -> list[bytes]:
    """What stands in the `r` of these tags: as all programs write them, or, where that leaves any over, however XML allows."""
    found = soon.findall(text)
    return any_way.findall(text) if len(found) != text.count(b"<" + tag) or b":" + tag in text else found


def _filled(name: str, package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[int, int]:
    """How far cells with content reach: colours and borders may go on to the end of the sheet and cost nothing."""
    rows, letters, tail = 0, set[bytes](), b""
    for piece in _pieces(name, package, entry):
        for column, row in _FILLED.findall(tail + piece):
            letters.add(column)
            rows = max(rows, int(row[:12]))
        tail = piece[-_TAIL:]
    return rows, max(map(_index, letters), default=0)


def _index(letters: bytes) -> int:
    number = 0
    for sign in letters.upper():
        number = number * 26 + sign - 64
    return number
