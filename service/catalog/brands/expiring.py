"""Papers and licences that end soon: listed for people, and told to their organisation ahead of time, once per threshold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from service.catalog.brands.files import told_ahead
from service.catalog.brands.models import Certificate, Licence
from service.people.models import Organisation
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
    """Papers and licences that end within so many days of `on`, and those already over; the next first.

    One's own, and licences that others who share their brands have given to one. What was revoked is left out.
    """
    me, last = organisation_of(session), on + timedelta(days=within)
    name = session.get_one(Organisation, me).key
    papers = session.scalars(
        select(Certificate).where(
            Certificate.organisation_id == me, Certificate.valid_to <= last, Certificate.state != "revoked"
        )
    )
    licences = session.scalars(
        select(Licence)
        .where(
            or_(Licence.organisation_id == me, Licence.organisation_key == name), Licence.valid_to <= last,
            Licence.state != "revoked",
        )
        .options(selectinload(Licence.brand))
    )  # fmt: skip
    found = [
        Ending("certificate", one.kind, one.number, one.holder, one.valid_to, (one.valid_to - on).days)
        for one in papers if one.valid_to
    ] + [
        Ending("licence", one.brand.key, one.number, one.licensee, one.valid_to, (one.valid_to - on).days)
        for one in licences
    ]  # fmt: skip
    return sorted(found, key=lambda ending: (ending.valid_to, ending.what, ending.number))


def tell_expiring(session: Session, *, on: date) -> int:
    """Tell whom it concerns of each paper that crossed a threshold of `told_ahead` since it was told last; returns how many papers.

    Each threshold is told once; a paper that is given a new end is told anew. For a session that sees everything.
    """
    thresholds = told_ahead()
    last, told = on + timedelta(days=thresholds[0]), 0
    # Held until the end: another process that looks at the same moment waits here, and then reads what was told.
    papers = select(Certificate).where(Certificate.valid_to <= last, Certificate.state == "valid")
    licences = select(Licence).where(Licence.valid_to <= last, Licence.state == "valid")
    rows: list[Certificate | Licence] = [
        *session.scalars(papers.order_by(Certificate.id).with_for_update()),
        *session.scalars(licences.order_by(Licence.id).options(selectinload(Licence.brand)).with_for_update()),
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
        for organisation in _concerned(session, row):
            tell(session, "paper.expiring", data, organisation=organisation)
        told += 1
    return told


def _concerned(session: Session, row: Certificate | Licence) -> set[int]:
    """Whose paper it is; and who was given a licence, if its owner's brands can be read by all: else anybody could write to anybody."""
    concerned = {row.organisation_id}
    if isinstance(row, Licence) and row.organisation_key:
        licensee = session.scalar(select(Organisation).where(Organisation.key == row.organisation_key))
        if licensee and licensee.active and session.get_one(Organisation, row.organisation_id).shares_catalogue:
            concerned.add(licensee.id)
    return concerned
