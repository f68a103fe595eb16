"""Domains tell here what happened; who listens is none of their business."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy.orm import Session

from service.database import nudge_after_commit
from service.people.caller import caller_of
from service.webhooks.models import Event

__all__ = ["EventKind", "tell"]

EventKind = Literal[
    "product.saved",
    "price.set",
    "show.saved",
    "script.composed",
    "script.state",
    "job.done",
    "job.failed",
    "paper.expiring",
    "pool.changed",
    "shipment.state",
    "stock.alert",
    "stocktake.approved",
    "compliance.checked",
    "evidence.kept",
    "evidence.revoked",
    "listings.exported",
    "draft.decided",
]


def tell(session: Session, kind: EventKind, data: dict[str, Any], *, organisation: int | None = None) -> None:
    """Put an event of the caller's organisation into the outbox, in this transaction. `data` names things by their keys."""
    session.add(Event(kind=kind, data=data, organisation_id=organisation or caller_of(session).organisation))
    nudge_after_commit(session, "outbox", "")
