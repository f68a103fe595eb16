"""Papers and licences that end soon: listed for people, and told to their organisation ahead of time, once per threshold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.catalog.brands.files import told_ahead
from service.catalog.brands.models import Certificate, Licence
from service.people.reach import organisation_of
from service.webhooks.telling import tell

__all__ = ["Ending", "expiring", "tell_expiring"]


@dataclass(frozen=True)
class Ending:
    """A paper that ends: `days` until after its last day begins to count, negative once it is over."""

    what: Literal["certificate", "licence"]
    kind: str  # kind of certificate, or the brand's key
    number: str
    holder: str
    valid_to: date
    days: int


def expiring(session: Session, *, on: date, within: int = 90) -> list[Ending]:
    """One's own papers and licences in force that end within so many days of `on`, and those already over; the next first."""
    me, last = organisation_of(session), on + timedelta(days=within)
    papers = session.scalars(
        select(Certificate).where(
            Certificate.organisation_id == me, Certificate.valid_to <= last, Certificate.state != "revoked"
        )
    )
    licences = session.scalars(
        select(Licence)
        .where(Licence.organisation_id == me, Licence.valid_to <= last, Licence.state != "revoked")
        .options(selectinload(Licence.brand))
    )
    found = [
        Ending("certificate", one.kind, one.number, one.holder, one.valid_to, (one.valid_to - on).days)
        for one in papers if one.valid_to
    ] + [
        Ending("licence", one.brand.key, one.number, one.licensee, one.valid_to, (one.valid_to - on).days)
        for one in licences
    ]  # fmt: skip
    return sorted(found, key=lambda ending: (ending.valid_to, ending.what, ending.number))


def tell_expiring(session: Session, *, on: date) -> int:
    """Tell each organisation of what crossed a threshold of `told_ahead` since it was told last; returns how many.

    Each threshold is told once; a paper that is given a new end is told anew. For a session that sees everything.
    """
    thresholds = told_ahead()
    last, told = on + timedelta(days=thresholds[0]), 0
    rows: list[Certificate | Licence] = [
        *session.scalars(select(Certificate).where(Certificate.valid_to <= last, Certificate.state == "valid")),
        *session.scalars(
            select(Licence)
            .where(Licence.valid_to <= last, Licence.state == "valid")
            .options(selectinload(Licence.brand))
        ),
    ]
    for row in rows:
        if row.valid_to is None:
            continue
        days = (row.valid_to - on).days
        crossed = min(one for one in thresholds if days <= one)
        if row.told is not None and row.told <= crossed:
            continue
        row.told = crossed
        what, kind = ("certificate", row.kind) if isinstance(row, Certificate) else ("licence", row.brand.key)
        data = {"what": what, "kind": kind, "number": row.number, "valid_to": row.valid_to.isoformat(), "days": days}
        tell(session, "paper.expiring", data, organisation=row.organisation_id)
        told += 1
    return told
