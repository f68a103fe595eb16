"""Pairs to TMX 1.4b, strictly by its DTD; nothing of a unit is lost on the way back.

Our own facts stand in `prop` elements (`x-amurlive-…`), file and neighbours under OmegaT's names. Control characters, which XML cannot
hold, go as `<ph type="x-char">U+0001</ph>`. Names with such characters are written with U+FFFD in their place.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from typing import BinaryIO

from service.database import now
from service.translation.interchange.languages import TAGS
from service.translation.interchange.markup import attribute, written
from service.translation.interchange.tmx.reading import OWN
from service.translation.memory.keeping import UnitGiven

__all__ = ["write"]

_CHAR = '<ph type="x-char">U+{code}</ph>'
_PIECE = 500


def write(units: Iterable[UnitGiven], to: BinaryIO) -> int:
    """How many were written."""
    to.write(_head().encode())
    count = 0
    lines: list[str] = []
    for unit in units:
        lines.append(_unit(unit))
        count += 1
        if count % _PIECE == 0:
            to.write("".join(lines).encode())
            lines.clear()
    to.write(f"{''.join(lines)}</body>\n</tmx>\n".encode())
    return count


def _head() -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n'
        '<header creationtool="AmurLive" creationtoolversion="1" segtype="block" o-tmf="AmurLive" adminlang="en" srclang="*all*"'
        f' datatype="plaintext" creationdate="{now():%Y%m%dT%H%M%SZ}"/>\n<body>\n'
    )


def _unit(unit: UnitGiven) -> str:
    changed = by = ""
    props = f'<prop type="{OWN}origin">{unit.origin}</prop>'
    if unit.at is not None:
        at = unit.at if unit.at.tzinfo else unit.at.replace(tzinfo=UTC)
        changed = f' changedate="{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"'
        if at.microsecond or at.tzinfo is not UTC:
            props += _prop(f"{OWN}at", at.isoformat())
    if unit.reviewer is not None:
        by = f' changeid="{attribute(unit.reviewer)}"'
        props += _prop(f"{OWN}reviewer", unit.reviewer)
    if unit.reviewed:
        props += f'<prop type="{OWN}reviewed">yes</prop>'
    for kind, value in (
        (f"{OWN}family", unit.family), (f"{OWN}field", unit.field), (f"{OWN}channel", unit.channel), ("file", unit.file),
        ("prev", unit.before), ("next", unit.after),
    ):  # fmt: skip
        if value is not None:
            props += _prop(kind, value)
    told = by + changed
    first, second = ("zh", "ru") if unit.source == "zh" else ("ru", "zh")
    one, other = (unit.zh, unit.ru) if unit.source == "zh" else (unit.ru, unit.zh)
    return (
        f'<tu srclang="{TAGS[first]}">{props}<tuv xml:lang="{TAGS[first]}"><seg>{written(one, _CHAR)}</seg></tuv>'
        f'<tuv xml:lang="{TAGS[second]}"{told}><seg>{written(other, _CHAR)}</seg></tuv></tu>\n'
    )


def _prop(kind: str, value: str) -> str:
    return f'<prop type="{kind}">{written(value)}</prop>'
