"""Tables of the ledger: places, how a SKU is handled, lots, serials, documents, movements, balances.

Quantities are whole packs (the SKU's base unit). A movement takes goods from one place to another, so nothing is ever made or
lost in the sum; balances follow in the same transaction and can be rebuilt from the movements at any time.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from service.catalog.models import Sku
from service.database import Base, now
from service.people.reach import Shared, Stock

__all__ = ["Balance", "Handling", "Lot", "Movement", "Place", "Serial", "SerialMove", "StockDocument"]

# SQLite numbers rows by itself only under an INTEGER key.
Big = BigInteger().with_variant(Integer, "sqlite")


class Place(Shared, Base):
    """Where goods can be. `site` is the warehouse a receiving area or quarantine belongs to; `zone` the local time zone.

    Kinds with walls (`inventory.places.HOLDING`) never hold less than nothing; supplier, customer, write-off and count
    difference are the outside, whose balances say how much came from there or went there.
    """

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(12))
    site: Mapped[str | None] = mapped_column(String(60))
    position: Mapped[int]
    country: Mapped[str | None] = mapped_column(String(2))
    zone: Mapped[str] = mapped_column(String(40))
    name_zh: Mapped[str] = mapped_column(String(80))
    name_ru: Mapped[str] = mapped_column(String(80))
    temperatures: Mapped[list[Any]]
    sample: Mapped[bool]
    source: Mapped[str] = mapped_column(String(300))
    unverified: Mapped[list[Any]]

    def name(self, locale: str) -> str:
        """In the reader's language; Chinese stands for English too."""
        return self.name_ru if locale == "ru" else self.name_zh


class Handling(Stock, Base):
    """How an organisation handles a SKU, where that differs from what its card says.

    `track`: lots (default) or every single serial. `least_days` of life a lot must have left when it is sold; `temperature_min`
    the cold the goods bear on the road, °C; `units` other units people count in, each as [numerator, denominator] of packs.
    """

    __tablename__ = "handling"
    __table_args__ = (UniqueConstraint("organisation_id", "sku_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id, ondelete="CASCADE"))
    track: Mapped[str] = mapped_column(String(6), default="lot")  # lot, serial
    cases_per_pallet: Mapped[int | None]
    units: Mapped[dict[str, Any]] = mapped_column(default=dict)
    least_days: Mapped[int | None]
    temperature_min: Mapped[int | None]
    low_at: Mapped[int | None]
    sku: Mapped[Sku] = relationship()


class Lot(Stock, Base):
    """The same SKU, made on the same day, kept until the same day. `code` "" is the lot of goods that came without one.

    `temperature_min` is the lowest °C it may be carried at; `marking` the Chestny ZNAK group and how many codes it has. `sku_code` lets
    park staff name goods whose cards are not shared with them.
    """

    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sku_id", "code"),
        UniqueConstraint("organisation_id", "sku_id", "id", name="uq_lot_owner"),
        Index("ix_lot_expires_on", "expires_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id))
    sku_code: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    made_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    origin_batch: Mapped[str | None] = mapped_column(String(60))
    declaration: Mapped[str | None] = mapped_column(String(60))
    zone: Mapped[str | None] = mapped_column(String(20))
    temperature_min: Mapped[int | None]
    gtin: Mapped[str | None] = mapped_column(String(14))
    marking: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    sku: Mapped[Sku] = relationship()


class StockDocument(Stock, Base):
    """Why goods moved: one act with its movements. A correction is a new document that names what it takes back (`reverses_id`).

    `key` makes the act happen once; `request` is a hash of what was asked under it. `happened_at` may lie before `recorded_at`.
    """

    __tablename__ = "stock_document"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        Index("ix_stock_document_kind", "organisation_id", "kind", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))  # see ledger.KINDS
    key: Mapped[str] = mapped_column(String(80))
    request: Mapped[str] = mapped_column(String(64))
    number: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(300), default="")
    person: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("stock_document.id"), unique=True)
    movements: Mapped[list[Movement]] = relationship(back_populates="document", order_by="Movement.id")


class Movement(Stock, Base):
    """So many packs of a lot from one place to another. Never changed and never deleted: a trigger refuses it.

    `reservation` is the key of the sale it served.
    """

    __tablename__ = "movement"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("from_place_id <> to_place_id", name="places"),
        Index("ix_movement_sku", "organisation_id", "sku_id", "id"),
        # One reference for owner, SKU and lot; both ends stand in balances, which refer to their places: a history of a million
        # rows pays for every further one.
        ForeignKeyConstraint(["organisation_id", "sku_id", "lot_id"], ["lot.organisation_id", "lot.sku_id", "lot.id"]),
    )

    organisation_id: Mapped[int]
    id: Mapped[int] = mapped_column(Big, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey(StockDocument.id), index=True)
    key: Mapped[str] = mapped_column(String(90))
    sku_id: Mapped[int]
    lot_id: Mapped[int]
    from_place_id: Mapped[int]
    to_place_id: Mapped[int]
    quantity: Mapped[int] = mapped_column(BigInteger)
    reservation: Mapped[str | None] = mapped_column(String(80))
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    document: Mapped[StockDocument] = relationship(back_populates="movements")
    sku: Mapped[Sku] = relationship(primaryjoin=lambda: foreign(Movement.sku_id) == Sku.id, viewonly=True)
    lot: Mapped[Lot] = relationship(primaryjoin=lambda: foreign(Movement.lot_id) == Lot.id, viewonly=True)
    source: Mapped[Place] = relationship(primaryjoin=lambda: foreign(Movement.from_place_id) == Place.id, viewonly=True)
    target: Mapped[Place] = relationship(primaryjoin=lambda: foreign(Movement.to_place_id) == Place.id, viewonly=True)


class Balance(Stock, Base):
    """What of a lot is in a place now. `bounded`: a place with walls, which cannot hold less than nothing."""

    __tablename__ = "balance"
    __table_args__ = (
        UniqueConstraint("organisation_id", "place_id", "sku_id", "lot_id"),
        CheckConstraint("on_hand >= 0 OR NOT bounded", name="on_hand"),
        Index("ix_balance_sku", "organisation_id", "sku_id", "place_id"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id))
    lot_id: Mapped[int] = mapped_column(ForeignKey(Lot.id), index=True)
    on_hand: Mapped[int] = mapped_column(BigInteger)
    bounded: Mapped[bool]
    place: Mapped[Place] = relationship()
    sku: Mapped[Sku] = relationship()
    lot: Mapped[Lot] = relationship()


class Serial(Stock, Base):
    """One single piece with a number of its own, and where it is."""

    __tablename__ = "serial"
    __table_args__ = (UniqueConstraint("organisation_id", "sku_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id))
    lot_id: Mapped[int] = mapped_column(ForeignKey(Lot.id))
    code: Mapped[str] = mapped_column(String(60))
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id), index=True)


class SerialMove(Stock, Base):
    """Which pieces a movement took along."""

    __tablename__ = "serial_move"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    movement_id: Mapped[int] = mapped_column(ForeignKey(Movement.id), primary_key=True)
    serial_id: Mapped[int] = mapped_column(ForeignKey(Serial.id), primary_key=True, index=True)
