"""The memory as it goes out: every pair in use, read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.people.reach import organisation_of
from service.translation.memory.keeping import UnitGiven
from service.translation.models import MemoryUnit

__all__ = ["all_units"]

_AT_ONCE = 2000


def all_units(session: Session, *, reviewed: bool = False) -> Iterator[UnitGiven]:
    """One's own pairs in the order they were kept; `reviewed`: only those somebody answers for."""
    last = 0
    while True:
        query = select(MemoryUnit).where(
            MemoryUnit.organisation_id == organisation_of(session), MemoryUnit.id > last, MemoryUnit.retired_at.is_(None)
        )  # fmt: skip
        if reviewed:
            query = query.where(MemoryUnit.reviewed)
        rows = list(session.scalars(query.order_by(MemoryUnit.id).limit(_AT_ONCE)))
        for one in rows:
            yield UnitGiven(
                one.zh, one.ru, one.source, family=one.family, field=one.field, channel=one.channel, reviewed=one.reviewed, reviewer=one.reviewer,
                origin=one.origin, file=one.file, at=one.reviewed_at or one.at,
            )  # fmt: skip
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].id
        for one in rows:
            session.expunge(one)
