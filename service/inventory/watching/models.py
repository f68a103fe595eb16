"""Table of alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base, now
from service.people.reach import Stock

__all__ = ["Alert"]


class Alert(Stock, Base):
    """Something about stock that wants a person: opened once per `subject`, closed by itself when it is over.

    Kinds: low, expiring, stuck, cold_chain, falling, drift. `data` names SKU, place, lot or shipment and the figures behind it.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "uq_alert_open", "organisation_id", "kind", "subject", unique=True,
            postgresql_where=text("over_at IS NULL"), sqlite_where=text("over_at IS NULL"),
        ),
    )  # fmt: skip

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(200))
    data: Mapped[dict[str, Any]]
    since: Mapped[datetime] = mapped_column(default=now)
    over_at: Mapped[datetime | None]
