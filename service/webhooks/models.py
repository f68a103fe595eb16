"""Tables of the outbox and of webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.database import Base, now
from service.people.reach import Own

__all__ = ["Delivery", "Endpoint", "Event"]


class Event(Own, Base):
    """Something that happened, in the transaction in which it happened. `spread`: its deliveries have been made."""

    __tablename__ = "outbox_event"
    __table_args__ = (Index("ix_outbox_event_waiting", "spread", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=now)
    spread: Mapped[bool] = mapped_column(default=False)


class Endpoint(Own, Base):
    """Where a merchant's system listens, and for which kinds of events (none: all). Its secret is derived, never kept.

    `turn` changes the secret when it is renewed. After too many failures it pauses itself.
    """

    __tablename__ = "webhook_endpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(500))
    kinds: Mapped[list[Any]]
    active: Mapped[bool] = mapped_column(default=True)
    turn: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Delivery(Own, Base):
    """One event for one endpoint: what came of it so far, and when to try again."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("outbox_event.id", ondelete="CASCADE"), index=True)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting, sent, dead
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    status: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(String(500))
    milliseconds: Mapped[int | None]
    last_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    endpoint: Mapped[Endpoint] = relationship()
