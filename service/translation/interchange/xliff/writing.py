"""Segments to XLIFF 1.2 or 2.1, and pairs through them.

The source language is the same for a whole file, so pairs are written in one direction; in which language each was written first stands
in our metadata (2.1: the metadata module; 1.2: a context-group). Control characters: `<cp hex="0001"/>`, in 1.2 a ph of the type x-char.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from service.translation.interchange.languages import TAGS
from service.translation.interchange.markup import attribute, written
from service.translation.interchange.xliff.segments import NAMESPACES, Segment, State
from service.translation.memory.keeping import UnitGiven

__all__ = ["facts_of", "segments_of", "write"]

_CP = '<cp hex="{code}"/>'
_PH = '<ph id="c{code}" ctype="x-char">U+{code}</ph>'
_OLD: Mapping[State, str] = {
    "initial": "needs-translation", "translated": "needs-review-translation", "reviewed": "signed-off", "final": "final",
}  # fmt: skip
_PIECE = 200


def write(segments: Iterable[Segment], to: BinaryIO, *, version: str, source: str) -> int:
    """How many were written. All segments go from `source` to the other language."""
    target = "ru" if source == "zh" else "zh"
    new = version == "xliff2"
    space = NAMESPACES[version]
    to.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    if new:
        to.write(
            f'<xliff version="2.1" xmlns="{space}" xmlns:mda="urn:oasis:names:tc:xliff:metadata:2.0" srcLang="{TAGS[source]}"'
            f' trgLang="{TAGS[target]}">\n<file id="f1" original="amurlive">\n'.encode()
        )
    else:
        to.write(
            f'<xliff version="1.2" xmlns="{space}">\n<file original="amurlive" datatype="plaintext" source-language="{TAGS[source]}"'
            f' target-language="{TAGS[target]}"><body>\n'.encode()
        )
    count = 0
    lines: list[str] = []
    for one in segments:
        lines.append(_new(one) if new else _old(one))
        count += 1
        if count % _PIECE == 0:
            to.write("".join(lines).encode())
            lines.clear()
    if new and not count:  # a file element must hold something
        lines.append('<unit id="none" translate="no"><segment><source></source></segment></unit>\n')
    end = "</file>\n</xliff>\n" if new else "</body></file>\n</xliff>\n"
    to.write(f"{''.join(lines)}{end}".encode())
    return count


def _new(one: Segment) -> str:
    facts = "".join(
        f'<mda:meta type="{attribute(kind)}">{written(value)}</mda:meta>' for kind, value in one.facts.items()
    )
    if facts:
        facts = f'<mda:metadata><mda:metaGroup category="amurlive">{facts}</mda:metaGroup></mda:metadata>'
    notes = "".join(f"<note{_told('category', note.by, 'by ')}>{written(note.text)}</note>" for note in one.notes)
    if notes:
        notes = f"<notes>{notes}</notes>"
    target = "" if one.target is None else f"<target>{written(one.target, _CP)}</target>"
    return (
        f'<unit id="{attribute(one.unit)}" canResegment="no" xml:space="preserve">{facts}{notes}<segment state="{one.state}">'
        f"<source>{written(one.source, _CP)}</source>{target}</segment></unit>\n"
    )


def _told(name: str, value: str | None, before: str = "") -> str:
    return f' {name}="{before}{attribute(value)}"' if value else ""


def _old(one: Segment) -> str:
    facts = "".join(
        f'<context context-type="x-amurlive-{attribute(kind)}">{written(value)}</context>'
        for kind, value in one.facts.items()
    )
    if facts:
        facts = f'<context-group name="amurlive" purpose="information">{facts}</context-group>'
    notes = "".join(f"<note{_told('from', note.by)}>{written(note.text)}</note>" for note in one.notes)
    approved = ' approved="yes"' if one.state in ("reviewed", "final") else ""
    target = "" if one.target is None else f'<target state="{_OLD[one.state]}">{written(one.target, _PH)}</target>'
    return (
        f'<trans-unit id="{attribute(one.unit)}"{approved} xml:space="preserve"><source>{written(one.source, _PH)}</source>'
        f"{target}{facts}{notes}</trans-unit>\n"
    )


def segments_of(units: Iterable[UnitGiven], source: str) -> Iterator[Segment]:
    """Pairs as segments, `source` first."""
    for number, unit in enumerate(units, 1):
        text, translated = (unit.zh, unit.ru) if source == "zh" else (unit.ru, unit.zh)
        yield Segment(
            f"u{number}", source, "ru" if source == "zh" else "zh", text, translated, "final" if unit.reviewed else "translated",
            0, facts=facts_of(unit),
        )  # fmt: skip


def facts_of(unit: UnitGiven) -> dict[str, str]:
    """What stands in a unit besides its two texts."""
    told = {
        "origin": unit.origin, "source": unit.source, "reviewed": "yes" if unit.reviewed else None, "reviewer": unit.reviewer,
        "family": unit.family, "field": unit.field, "channel": unit.channel, "file": unit.file,
        "at": unit.at.isoformat() if unit.at else None, "before": unit.before, "after": unit.after,
    }  # fmt: skip
    return {kind: value for kind, value in told.items() if value is not None}
