"""Tables of promises: what a show or the orders may sell from a place, and who has reserved how much of it.

The pool is the only row a rush fights for, and its counters are in no index, so that PostgreSQL updates it in place (HOT).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    case,
    text,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from service.catalog.models import Sku
from service.database import Base, now
from service.inventory.models import Big, Place
from service.people.reach import Stock

__all__ = ["BOUND", "ORDERS", "Reservation", "SalePool"]

ORDERS = "orders"  # the pool of everything that is sold outside a show


class SalePool(Stock, Base):
    """Packs of a SKU in a place that a show may sell: `allotted` of them are promised to it, of these `reserved` and `sold`.

    `sold` are paid for and not picked yet; picking lowers `sold` and `allotted` together. `rank` is the order of preference.
    """

    __tablename__ = "sale_pool"
    __table_args__ = (
        UniqueConstraint("organisation_id", "show_key", "sku_id", "place_id"),
        CheckConstraint("reserved >= 0 AND sold >= 0 AND reserved + sold <= allotted", name="counters"),
        CheckConstraint("open OR allotted = reserved + sold", name="closed"),
        Index("ix_sale_pool_sku", "organisation_id", "sku_id", "place_id"),
        {"postgresql_with": {"fillfactor": "50"}},
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    show_key: Mapped[str] = mapped_column(String(60))
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id))
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    rank: Mapped[int] = mapped_column(default=0)
    allotted: Mapped[int] = mapped_column(BigInteger, default=0)
    reserved: Mapped[int] = mapped_column(BigInteger, default=0)
    sold: Mapped[int] = mapped_column(BigInteger, default=0)
    open: Mapped[bool] = mapped_column(default=True)
    sku: Mapped[Sku] = relationship()
    place: Mapped[Place] = relationship()

    @property
    def available(self) -> int:
        """What can still be reserved."""
        return self.allotted - self.reserved - self.sold if self.open else 0


class Reservation(Stock, Base):
    """One line of a reservation; lines under one `key` stand and fall together. `request` is a hash of what was asked under it.

    States lead one way: active → confirmed → picked, or active → released or expired. The table refers to its pool by number alone: only
    the settler writes it, pools are never removed, each reference checked cost a rush 5 µs a row; `verifying` names a row without a pool.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key", "line"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(
            "ix_reservation_ends_at", "ends_at",
            postgresql_where=text("state = 'active'"), sqlite_where=text("state = 'active'"),
        ),
        Index(
            "ix_reservation_to_pick", "pool_id", "id",
            postgresql_where=text("state = 'confirmed'"), sqlite_where=text("state = 'confirmed'"),
        ),
    )  # fmt: skip

    organisation_id: Mapped[int]
    id: Mapped[int] = mapped_column(Big, primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    line: Mapped[int]
    request: Mapped[str] = mapped_column(String(32))
    pool_id: Mapped[int]
    quantity: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10))  # active, confirmed, picked, released, expired
    order: Mapped[str | None] = mapped_column("order_number", String(60))
    made_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime]
    pool: Mapped[SalePool] = relationship(
        primaryjoin=lambda: foreign(Reservation.pool_id) == SalePool.id, viewonly=True
    )


# What somebody counts on of a pool, for queries (`promises.bound` says the same of rows that are held).
BOUND = case((SalePool.show_key == ORDERS, SalePool.reserved + SalePool.sold), else_=SalePool.allotted)
