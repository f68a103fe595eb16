"""What the memory is given and keeps: units added, met again, overruled, retired; read one by one or in pages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from service.database import in_utc, now
from service.errors import NotFound
from service.i18n import N_, Message
from service.inserting import insert_rows, next_ids
from service.people.caller import caller_of
from service.people.reach import NotYours, organisation_of
from service.translation.memory.normal import digest, mask, normal
from service.translation.memory.picking import analyse, columns_of, in_use
from service.translation.models import MemoryUnit

__all__ = ["Taken", "UnitGiven", "count_use", "find", "import_units", "page", "remember", "retire"]

BATCH = 5_000
_MANY = 1_000
_ORIGINS = ("authored", "edited", "machine", "imported")
_LANGUAGES = ("zh", "ru")


@dataclass(frozen=True, slots=True)
class UnitGiven:
    """A pair to be kept, as files and cards give it.

    `source` is the language it was written in first, `origin`: authored, edited, machine, imported. `before` and `after` are the source
    sentences next to it, where they are known. `at` is when it was made or reviewed; None: now.
    """

    zh: str
    ru: str
    source: str
    family: str | None = None
    field: str | None = None
    channel: str | None = None
    reviewed: bool = False
    reviewer: str | None = None
    origin: str = "imported"
    file: str | None = None
    at: datetime | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of pairs that were given: new ones, ones that were there, ones a reviewer has now confirmed, ones with an empty side."""

    added: int = 0
    met: int = 0
    confirmed: int = 0
    empty: int = 0

    def __add__(self, other: Taken) -> Taken:
        return Taken(
            self.added + other.added, self.met + other.met, self.confirmed + other.confirmed, self.empty + other.empty
        )


def remember(session: Session, units: Iterable[UnitGiven]) -> Taken:
    """Keep pairs, idempotently: the same words in the same place are one unit, and a reviewer's word is never taken back.

    Two counterparts of one text are both kept. A reviewed pair that differs from an unreviewed one only in signs (quotes, dashes, ё) takes
    its place.
    """
    return import_units(session, units)


def import_units(
    session: Session,
    units: Iterable[UnitGiven],
    *,
    file: str | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Taken:
    """The same for very many, in portions of 5,000; `file` is where those come from that do not say so. `progress` is told the count."""
    given, taken, done = iter(units), Taken(), 0
    while portion := list(islice(given, BATCH)):
        taken += _take(session, [replace(unit, file=file) for unit in portion] if file else portion)
        done += len(portion)
        progress(done)
    if taken.added >= _MANY:
        analyse(session)
    return taken


def _take(session: Session, units: Sequence[UnitGiven]) -> Taken:
    person, owner, moment = caller_of(session).name[:80], organisation_of(session), now()
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    empty = met = 0
    for unit in units:
        row = _row(unit, person, moment)
        if row is None:
            empty += 1
            continue
        row["organisation_id"] = owner
        place = _place(row)
        if (other := rows.get(place)) and (other["reviewed"] or not row["reviewed"]):
            met += 1
            continue
        met += place in rows
        rows[place] = row
    session.flush()
    there = _there(session, rows, owner)
    confirmed: list[tuple[MemoryUnitKnown, dict[str, Any]]] = []
    outworn: list[int] = []
    new: list[dict[str, Any]] = []
    for place, row in rows.items():
        known = there.get(place)
        if known is None:
            new.append(row)
        elif row["reviewed"] and not known.reviewed:
            if (known.zh, known.ru) == (row["zh"], row["ru"]):
                confirmed.append((known, row))
            else:
                outworn.append(known.id)
                new.append(row)
        else:
            met += 1
    _confirm(session, confirmed)
    _write(session, [{"unit": unit, "retired_at": moment} for unit in outworn])
    _insert(session, new)
    return Taken(len(new) - len(outworn), met, len(confirmed) + len(outworn), empty)


@dataclass(frozen=True, slots=True)
class MemoryUnitKnown:
    """A unit that is there already."""

    id: int
    zh: str
    ru: str
    reviewed: bool


def _row(unit: UnitGiven, person: str, moment: datetime) -> dict[str, Any] | None:
    if unit.source not in _LANGUAGES or unit.origin not in _ORIGINS:
        raise ValueError(f"no source or origin of a unit: {unit.source}, {unit.origin}")
    zh, ru = _clean(unit.zh), _clean(unit.ru)
    if not zh or not ru:
        return None
    zh_normal, ru_normal = normal(zh, "zh"), normal(ru, "ru")
    if not zh_normal or not ru_normal:
        return None
    zh_masked, ru_masked = mask(zh, "zh"), mask(ru, "ru")
    at = in_utc(unit.at) or moment
    return {
        "source": unit.source, "zh": zh, "ru": ru, "zh_exact": digest(zh_normal), "ru_exact": digest(ru_normal),
        "zh_skeleton": digest(zh_masked.skeleton), "ru_skeleton": digest(ru_masked.skeleton),
        "family": _cut(unit.family, 40), "field": _cut(unit.field, 60), "channel": _cut(unit.channel, 40),
        "before": _neighbour(unit.before, unit.source), "after": _neighbour(unit.after, unit.source),
        "origin": unit.origin, "reviewed": unit.reviewed, "reviewer": (_cut(unit.reviewer, 80) or person) if unit.reviewed else None,
        "reviewed_at": at if unit.reviewed else None, "file": _cut(unit.file, 120), "person": person, "at": at, "used": 0,
        "used_at": None, "retired_at": None,
    }  # fmt: skip


def _clean(text: str) -> str:
    """Without what databases refuse: the sign zero, halves of surrogate pairs."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.strip()


def _cut(text: str | None, length: int) -> str | None:
    return _clean(text)[:length] or None if text else None


def _neighbour(text: str | None, language: str) -> int | None:
    return digest(normal(text, language)) if text else None


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("zh_exact", "ru_exact", "family", "field", "channel", "before", "after"))


def _there(session: Session, places: Collection[tuple[Any, ...]], owner: int) -> dict[tuple[Any, ...], MemoryUnitKnown]:
    """Which of these places hold a unit of ours that is in use."""
    unit = MemoryUnit
    query = select(
        unit.zh_exact, unit.ru_exact, unit.family, unit.field, unit.channel, unit.before, unit.after, unit.id, unit.zh, unit.ru, unit.reviewed
    ).where(unit.organisation_id == owner, unit.zh_exact.in_([place[0] for place in places]), unit.retired_at.is_(None))  # fmt: skip
    found: dict[tuple[Any, ...], MemoryUnitKnown] = {}
    rows = session.execute(query).all()
    for row in rows:
        found[tuple(row[:7])] = MemoryUnitKnown(*row[7:])
    for row in rows:  # who knows no neighbours means the pair wherever it stands in the field
        found.setdefault((*row[:5], None, None), MemoryUnitKnown(*row[7:]))
    return found


def _confirm(session: Session, confirmed: Iterable[tuple[MemoryUnitKnown, dict[str, Any]]]) -> None:
    """A reviewer answers for what nobody answered for."""
    values = [
        {"unit": known.id, "reviewed": True, "reviewer": row["reviewer"], "reviewed_at": row["reviewed_at"], "origin": row["origin"]}
        for known, row in confirmed
    ]  # fmt: skip
    _write(session, values)


def _write(session: Session, values: list[dict[str, Any]]) -> None:
    """Change units of ours, each by its id (`unit`)."""
    if not values:
        return
    table = cast("Table", MemoryUnit.__table__)
    columns: dict[str, Any] = {name: bindparam(name) for name in values[0] if name != "unit"}
    session.connection().execute(table.update().where(table.c.id == bindparam("unit")).values(columns), values)
    session.expire_all()


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    connection, table = session.connection(), cast("Table", MemoryUnit.__table__)
    for row, number in zip(rows, next_ids(connection, table, len(rows)) if rows else (), strict=True):
        row["id"] = number
    insert_rows(connection, table, rows)


def retire(session: Session, ids: Collection[int]) -> int:
    """Take units out of use; how many were. They stay readable by `find`, and nothing is offered from them. Raises `NotYours`."""
    units = in_use(session, ids)
    if any(unit.organisation_id != organisation_of(session) for unit in units):
        raise NotYours()
    for unit in units:
        unit.retired_at = now()
    session.flush()
    return len(units)


def find(session: Session, unit_id: int) -> MemoryUnit:
    """One unit, in use or not. Raises `NotFound`."""
    found = session.scalar(select(MemoryUnit).where(MemoryUnit.id == unit_id))
    if found is None:
        raise NotFound(kind=Message(N_("The pair of the memory")), name=str(unit_id))
    return found


def page(
    session: Session,
    *,
    after: int | None = None,
    limit: int = 50,
    reviewed: bool | None = None,
    origin: str | None = None,
    family: str | None = None,
    field: str | None = None,
    channel: str | None = None,
    file: str | None = None,
    retired: bool = False,
) -> list[MemoryUnit]:
    """Units in use (or retired ones), newest first, older than the unit `after`; all that is given narrows."""
    unit = MemoryUnit
    query = select(unit).where(unit.retired_at.is_not(None) if retired else unit.retired_at.is_(None))
    for column, value in ((unit.reviewed, reviewed), (unit.origin, origin), (unit.family, family), (unit.field, field), (unit.channel, channel), (unit.file, file)):  # fmt: skip
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        query = query.where(unit.id < after)
    return list(session.scalars(query.order_by(unit.id.desc()).limit(limit)))


def count_use(session: Session, ids: Collection[int]) -> None:
    """Note that units were taken into a text. Other organisations' units are not written to."""
    own = columns_of(session, ("id", "organisation_id"), ids)
    owner, moment = organisation_of(session), now()
    table = cast("Table", MemoryUnit.__table__)
    for unit, holder in own:
        if holder == owner:
            counted = table.update().where(table.c.id == unit).values(used=table.c.used + 1, used_at=moment)
            session.connection().execute(counted)
