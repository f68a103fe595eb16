"""A package of drafts that goes to a reader outside and comes back: XLIFF for translation programs, XLSX or CSV for everybody else.

Each text travels under its key and the beginning of the digest of its source (`123.9f86d081884c7d65`). What comes back is held against
what was sent: a source that has changed meanwhile, or was changed in the package, is told and never overwritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from service.i18n import N_, Message
from service.translation.interchange.feeding import Fed, Source, opened, whole, written_whole
from service.translation.interchange.refusing import FormatCannot, MixedDirections
from service.translation.interchange.report import Report
from service.translation.interchange.sheets import rows_of, write_rows
from service.translation.interchange.xliff.reading import segments
from service.translation.interchange.xliff.segments import STATES, Note, Segment, State
from service.translation.interchange.xliff.writing import write as write_xliff

__all__ = ["Outcome", "Passage", "Returned", "compared", "read_review", "write_review"]

Became = Literal["edited", "confirmed", "unchanged", "emptied", "stale", "altered", "unknown", "repeated"]
"""Another text; the same text marked as read; the same text; no text any more; the source has changed since; the source was changed
in the package; nothing of this key was sent; the key came twice."""

_DIGITS = 16
_COLUMNS = ("id", "place", "source", "target", "state", "note")


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to be read: `key` names its draft, `digest` its source as the draft keeps it (hexadecimal), `place` product and field."""

    key: str
    digest: str
    source_locale: str
    source: str
    target: str | None = None
    state: State = "translated"
    place: str | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Returned:
    """A text as it came back; `digest` holds the digits its id carries."""

    key: str
    digest: str
    source: str
    target: str
    state: State
    notes: tuple[Note, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a text."""

    became: Became
    returned: Returned
    sent: Passage | None


def write_review(passages: Iterable[Passage], to: BinaryIO | Path, *, format: str = "xliff2") -> int:
    """How many were written, as xliff2, xliff1, xlsx or csv. Raises `FormatCannot`, `MixedDirections`, `TextTooLong`."""
    if format not in ("xliff2", "xliff1", "xlsx", "csv"):
        raise FormatCannot(format=format, known=["xliff2", "xliff1", "xlsx", "csv"])
    with written_whole(to) as file:
        if format in ("xlsx", "csv"):
            return write_rows(_COLUMNS, (_row(one) for one in passages), file, format=format)
        listed = iter(passages)
        first = next(listed, None)
        source = first.source_locale if first else "zh"
        return write_xliff(_segments(first, listed, source, format), file, version=format, source=source)


def _id(one: Passage) -> str:
    return f"{one.key}.{one.digest[:_DIGITS]}"


def _row(one: Passage) -> list[str | None]:
    note = "\n".join(f"{note.by}: {note.text}" if note.by else note.text for note in one.notes)
    return [_id(one), one.place, one.source, one.target, one.state, note or None]


def _segments(first: Passage | None, others: Iterable[Passage], source: str, format: str) -> Iterator[Segment]:
    for one in [first, *others] if first else []:
        if one.source_locale != source:
            raise MixedDirections(format="XLIFF")
        target = "ru" if source == "zh" else "zh"
        facts = {"place": one.place} if one.place else {}
        yield Segment(_id(one), source, target, one.source, one.target, one.state, 0, None, one.notes, facts)


def read_review(source: Source, name: str, *, report: Report | None = None) -> Iterator[Returned]:
    """What came back. Raises `FilesRejected` at the end of a faulty file, and what reading a sheet raises."""
    report = report or Report()
    report.file = name
    found = _from_sheet(source, name, report) if _is_sheet(name) else _from_xliff(source, report)
    for one in found:
        report.read += 1
        yield one
    report.close()


def _is_sheet(name: str) -> bool:
    return name.rpartition(".")[2].lower() in ("xlsx", "xlsm", "csv", "tsv", "txt")


def _from_xliff(source: Source, report: Report) -> Iterator[Returned]:
    with opened(source) as file:
        for one in segments(Fed(file), report, whole=True):
            if key := _key(one.unit, one.line, report):
                yield Returned(*key, one.source, one.target or "", one.state, one.notes, one.line)


def _from_sheet(source: Source, name: str, report: Report) -> Iterator[Returned]:
    for line, cells in rows_of(whole(source), name, report, ("id", "target")):
        if key := _key(cells.get("id", ""), line, report):
            state: State = cells["state"] if cells.get("state") in STATES else "translated"  # type: ignore[assignment]
            notes = (Note(cells["note"]),) if cells.get("note") else ()
            yield Returned(*key, cells.get("source", ""), cells.get("target", ""), state, notes, line)


def _key(told: str, line: int, report: Report) -> tuple[str, str] | None:
    key, _, digest = told.strip().rpartition(".")
    if key and len(digest) == _DIGITS:
        return key, digest
    what = Message(N_("“{value}” is no id of a package."), {"value": told[:80]})
    report.fault(line, "id", told, what, Message(N_("Leave the ids as they were sent; they say which text is meant.")))
    return None


def compared(sent: Mapping[str, Passage], returned: Iterable[Returned]) -> Iterator[Outcome]:
    """What came back against what is there now, by key: `sent` holds drafts as they stand today."""
    seen: set[str] = set()
    for one in returned:
        now = sent.get(one.key)
        yield Outcome(_became(one, now, one.key in seen), one, now)
        seen.add(one.key)


def _became(one: Returned, now: Passage | None, again: bool) -> Became:
    if now is None:
        return "unknown"
    if again:
        return "repeated"
    if not now.digest.startswith(one.digest):
        return "stale"
    if one.source and _bare(one.source) != _bare(now.source):
        return "altered"
    if not one.target.strip():
        return "emptied" if now.target else "unchanged"
    if one.target != now.target:
        return "edited"
    return "confirmed" if STATES.index(one.state) > STATES.index("translated") else "unchanged"


def _bare(text: str) -> str:
    """Without what programs change by themselves: kinds of line ends and spaces at the ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
