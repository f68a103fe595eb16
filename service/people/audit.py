"""The record of who did what to which thing, from where: append-only, each entry chained to the one before by its hash.

Each organisation has a chain of its own, numbered from 1. A changed, removed or inserted entry breaks the chain; a cut-off
end shows because the head keeps number and hash of the last entry. Who can rewrite the whole database can rewrite the
chain too: keep an export, or note the last hash that `amurlive audit verify` prints, somewhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.database import Base, now
from service.people.caller import MACHINE, caller_of
from service.people.models import HOST
from service.people.reach import Own, act_for

__all__ = ["AuditEntry", "AuditHead", "Broken", "record", "verify"]


class AuditEntry(Own, Base):
    """One act. `person` is the name as it was then; `thing` names what was acted on, `detail` what changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    at: Mapped[datetime]
    person_id: Mapped[int | None]
    person: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60), index=True)
    thing: Mapped[str] = mapped_column(String(200))
    detail: Mapped[dict[str, Any]]
    address: Mapped[str | None] = mapped_column(String(45))
    request: Mapped[str | None] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Own, Base):
    """Number and hash of an organisation's last entry; the row is locked while an entry is added."""

    __tablename__ = "audit_head"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True)
class Broken:
    """The first place where an organisation's chain does not hold."""

    organisation: int
    number: int


def record(
    session: Session,
    action: str,
    thing: str,
    *,
    organisation: int | None = None,
    **detail: str | int | bool | list[str] | None,
) -> None:
    """Note an act of this session's caller, in the same transaction.

    `action` is noun.verb, `thing` the key people know it by. Never put a secret, or words of a person's message, into `detail`.
    `organisation` is the one it concerns, if not the caller's own; acts for nobody stand in the host's chain.
    """
    caller = caller_of(session)
    entry = AuditEntry(
        organisation_id=organisation or caller.organisation or HOST, at=now(), person_id=caller.person, person=caller.name[:80],
        action=action, thing=thing[:200], detail=detail, address=caller.address, request=caller.request,
    )  # fmt: skip
    session.info.setdefault("audit", []).append(entry)


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    """Entries join their chains last, so that its lock is held for the commit only."""
    entries: list[AuditEntry] = session.info.pop("audit", [])
    if not entries:
        return
    session.flush()
    caller = caller_of(session)
    act_for(session, MACHINE)
    for organisation in sorted({entry.organisation_id for entry in entries}):
        head = _head(session, organisation)
        for entry in (e for e in entries if e.organisation_id == organisation):
            entry.number, entry.previous = head.number + 1, head.digest
            entry.digest = digest_of(entry)
            head.number, head.digest = entry.number, entry.digest
            session.add(entry)
    session.flush()
    act_for(session, caller)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("audit", None)


def _head(session: Session, organisation: int) -> AuditHead:
    head = session.scalar(select(AuditHead).where(AuditHead.organisation_id == organisation).with_for_update())
    if head is None:  # made with the organisation; here for one that was made by other means
        head = AuditHead(organisation_id=organisation, number=0, digest="")
        session.add(head)
    return head


def digest_of(entry: AuditEntry) -> str:
    """SHA-256 over the entry's content and the hash before it, as canonical JSON: anybody can compute it from an export."""
    text = json.dumps(as_data(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def as_data(entry: AuditEntry) -> Mapping[str, Any]:
    """What the hash covers, and what an export holds beside it."""
    return {
        "organisation": entry.organisation_id, "number": entry.number, "at": entry.at.isoformat(),
        "person_id": entry.person_id, "person": entry.person, "action": entry.action, "thing": entry.thing,
        "detail": entry.detail, "address": entry.address, "request": entry.request, "previous": entry.previous,
    }  # fmt: skip


def verify(session: Session) -> Iterator[Broken | AuditHead]:
    """Walk the chains this session sees: for each its head if it holds, else the first place where it does not."""
    for head in session.scalars(select(AuditHead).order_by(AuditHead.organisation_id)):
        yield _walk(session, head)


def _walk(session: Session, head: AuditHead) -> Broken | AuditHead:
    number, digest = 0, ""
    query = select(AuditEntry).where(AuditEntry.organisation_id == head.organisation_id).order_by(AuditEntry.number)
    for entry in session.scalars(query.execution_options(yield_per=1000)):
        number += 1
        if (entry.number, entry.previous, entry.digest) != (number, digest, digest_of(entry)):
            return Broken(head.organisation_id, number)
        digest = entry.digest
    return head if (number, digest) == (head.number, head.digest) else Broken(head.organisation_id, number + 1)
