"""The forms translations are exchanged in: by name, told from a file's name and first bytes, and how each is read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from service.i18n import N_, Message
from service.translation.interchange.feeding import Fed, Source, opened, whole, written_whole
from service.translation.interchange.refusing import FormatCannot, FormatUnknown
from service.translation.interchange.report import Report
from service.translation.memory.keeping import UnitGiven
from service.translation.terms.concepts import Meaning

__all__ = ["Format", "formats", "known_format", "read_concepts", "read_units", "write_concepts", "write_units"]


@dataclass(frozen=True)
class Format:
    """A form: its name, ending and media type, and whether it holds pairs and terms. `directed`: a file has one source language."""

    name: str
    ending: str
    media: str
    purpose: Message
    units: str = "rw"
    concepts: str = ""
    directed: bool = False


_FORMATS = {
    one.name: one
    for one in (
        Format("tmx", "tmx", "application/x-tmx+xml", Message(N_("TMX 1.4b: memories of every translation program"))),
        Format("xliff2", "xlf", "application/xliff+xml", Message(N_("XLIFF 2.1: texts with states and notes")), directed=True),
        Format("xliff1", "xlf", "application/xliff+xml", Message(N_("XLIFF 1.2: the same for older programs")), directed=True),
        Format("po", "po", "text/x-gettext-translation", Message(N_("PO: gettext and Weblate")), directed=True),
        Format("xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Message(N_("XLSX: a sheet for people")), concepts="rw"),
        Format("csv", "csv", "text/csv; charset=utf-8", Message(N_("CSV: a sheet for programs")), concepts="rw"),
        Format("tbx", "tbx", "application/x-tbx", Message(N_("TBX v3 (TBX-Basic): term bases")), units="", concepts="rw"),
        Format("dsl", "dsl", "text/plain; charset=utf-16", Message(N_("DSL: dictionaries of Lingvo and 大БКРС")), units="r", concepts="rw", directed=True),
    )
}  # fmt: skip
_ENDINGS = {
    "tmx": "tmx", "xlf": "xliff2", "xliff": "xliff2", "sdlxliff": "xliff1", "mqxliff": "xliff1", "mxliff": "xliff1", "po": "po",
    "pot": "po", "xlsx": "xlsx", "xlsm": "xlsx", "csv": "csv", "tsv": "csv", "tbx": "tbx", "dsl": "dsl",
}  # fmt: skip
_ROOTS = {b"<tmx": "tmx", b"<xliff": "xliff2", b"<martif": "tbx", b"<tbx": "tbx"}


def formats() -> tuple[Format, ...]:
    """All of them, the most useful first."""
    return tuple(_FORMATS.values())


def known_format(name: str, head: bytes = b"") -> Format:
    """The form of a file by its name, else by its first bytes. Raises `FormatUnknown`."""
    told = _ENDINGS.get(name.removesuffix(".dz").rpartition(".")[2].lower())
    if told is None:
        bare = head[:4000].replace(b"\0", b"")
        told = next((form for root, form in _ROOTS.items() if root in bare), None)
        told = told or ("dsl" if b"#INDEX_LANGUAGE" in bare else "po" if b'msgid "' in bare else None)
        told = told or ("xlsx" if head[:4] == b"PK\x03\x04" else "csv" if name.lower().endswith(".txt") else None)
    if told is None:
        raise FormatUnknown(file=name, known=list(_FORMATS))
    return _FORMATS[told]


def _named(format: str | None, name: str, source: Source) -> Format:
    if format is None:
        with opened(source) as file:
            head = file.read(4000) if file.seekable() else b""
            if file.seekable():
                file.seek(-len(head), 1)
        return known_format(name, head)
    if format not in _FORMATS:
        raise FormatUnknown(file=name, known=list(_FORMATS))
    return _FORMATS[format]


def _able(form: Format, what: str, doing: str) -> Format:
    if doing not in getattr(form, what):
        raise FormatCannot(format=form.name, known=[one.name for one in formats() if doing in getattr(one, what)])
    return form


def read_units(
    source: Source, name: str, *, format: str | None = None, report: Report | None = None
) -> Iterator[UnitGiven]:
    """Pairs of a file, one after the other; the file is called `name` in what is told of it.

    Unless `report.partial`, a faulty file raises `FilesRejected` with all its faults when its end is reached: whoever keeps pairs does so in
    one transaction. Raises `FormatUnknown`, `FormatCannot`; of sheets what `read_sheets` raises.
    """
    form = _able(_named(format, name, source), "units", "r")
    return _read(source, name, form, report or Report(), _UNITS)


def read_concepts(
    source: Source, name: str, *, format: str | None = None, report: Report | None = None
) -> Iterator[Meaning]:
    """Concepts of a file; as `read_units`. Lemmas are not read: they are made from the texts."""
    form = _able(_named(format, name, source), "concepts", "r")
    return _read(source, name, form, report or Report(), _CONCEPTS)


_UNITS = {
    "tmx": ("tmx.reading", "read"), "xliff1": ("xliff.reading", "read"), "xliff2": ("xliff.reading", "read"),
    "po": ("po.reading", "read"), "dsl": ("dsl.reading", "examples"), "csv": ("sheets", "read_units"), "xlsx": ("sheets", "read_units"),
}  # fmt: skip
_CONCEPTS = {
    "tbx": ("tbx.reading", "read"),
    "dsl": ("dsl.reading", "read"),
    "csv": ("term_sheets", "read"),
    "xlsx": ("term_sheets", "read"),
}
_WRITE_UNITS = {
    "tmx": ("tmx.writing", "write"), "po": ("po.writing", "write"), "csv": ("sheets", "write_units"), "xlsx": ("sheets", "write_units"),
}  # fmt: skip
_WRITE_CONCEPTS = {
    "tbx": ("tbx.writing", "write"),
    "dsl": ("dsl.writing", "write"),
    "csv": ("term_sheets", "write"),
    "xlsx": ("term_sheets", "write"),
}


def _of(table: dict[str, tuple[str, str]], form: Format) -> Callable[..., Any]:
    module, verb = table[form.name]
    found: Callable[..., Any] = getattr(import_module(f"service.translation.interchange.{module}"), verb)
    return found


def _read(source: Source, name: str, form: Format, report: Report, table: dict[str, tuple[str, str]]) -> Iterator[Any]:
    report.file = name
    read = _of(table, form)
    if form.name in ("csv", "xlsx"):
        suited = name.lower().endswith((".csv", ".tsv", ".txt", ".xlsx", ".xlsm"))
        found = read(whole(source), name if suited else f"{name}.{form.name}", report)
        for one in found:
            report.read += 1
            yield one
    else:
        with opened(source) as file, closing(read(Fed(file), report)) as found:
            for one in found:
                report.read += 1
                yield one
    if not report.read and not report.faults and not report.passed_over:
        report.fault(
            1,
            "",
            "",
            Message(N_("Nothing was found in the file.")),
            Message(N_("Look whether it is the right file and the right form; the form can be named.")),
        )
    report.close()


def write_units(units: Iterable[UnitGiven], to: BinaryIO | Path, format: str, *, source: str = "zh") -> int:
    """How many were written. `source`: the language texts are translated from, in forms that have one. A path appears when it is whole.

    Raises `FormatUnknown`, `FormatCannot`, `TextTooLong`.
    """
    form = _able(_named(format, "", b""), "units", "w")
    with written_whole(to) as file:
        if form.name in ("xliff1", "xliff2"):
            writing = import_module("service.translation.interchange.xliff.writing")
            return int(writing.write(writing.segments_of(units, source), file, version=form.name, source=source))
        write = _of(_WRITE_UNITS, form)
        if form.name == "po":
            return int(write(units, file, source=source))
        return int(write(units, file, format=form.name) if form.name in ("csv", "xlsx") else write(units, file))


def write_concepts(meanings: Iterable[Meaning], to: BinaryIO | Path, format: str, *, source: str = "zh") -> int:
    """How many were written (rows, of sheets). `source`: the language of a dictionary's headwords. Raises as `write_units`."""
    form = _able(_named(format, "", b""), "concepts", "w")
    with written_whole(to) as file:
        write = _of(_WRITE_CONCEPTS, form)
        if form.name == "dsl":
            return int(write(meanings, file, source=source))
        return int(write(meanings, file, format=form.name) if form.name in ("csv", "xlsx") else write(meanings, file))
