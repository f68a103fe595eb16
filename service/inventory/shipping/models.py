"""Tables of shipments: what was packed, every step with its paper, what arrived."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.catalog.models import Sku
from service.database import Base, now
from service.inventory.models import Lot, Place, StockDocument
from service.people.reach import Stock

__all__ = ["Shipment", "ShipmentEvent", "ShipmentLine"]


class Shipment(Stock, Base):
    """Goods going from one warehouse to another by a route. `place_id` is where what is still under way stands now.

    `transport` is how the vehicle is kept (ambient, heated, chilled, frozen); `expected_on` the day it should arrive.
    """

    __tablename__ = "shipment"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60))
    route: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(24), index=True)
    transport: Mapped[str] = mapped_column(String(20))
    from_place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    to_place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    departs_on: Mapped[date]
    expected_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    __mapper_args__ = {"version_id_col": version}
    lines: Mapped[list[ShipmentLine]] = relationship(
        back_populates="shipment", cascade="all, delete-orphan", order_by="ShipmentLine.id"
    )
    events: Mapped[list[ShipmentEvent]] = relationship(back_populates="shipment", order_by="ShipmentEvent.number")
    source: Mapped[Place] = relationship(foreign_keys=[from_place_id])
    target: Mapped[Place] = relationship(foreign_keys=[to_place_id])
    place: Mapped[Place] = relationship(foreign_keys=[place_id])


class ShipmentLine(Stock, Base):
    """One lot on the packing list, in packs: of what was `packed`, so much has `received` well, `damaged`, `lost`, gone back; `put_away` of what was received.

    What is left of it is still under way.
    """

    __tablename__ = "shipment_line"
    __table_args__ = (
        UniqueConstraint("shipment_id", "sku_id", "lot_id"),
        CheckConstraint("packed > 0", name="packed"),
        CheckConstraint("received + damaged + lost + returned <= packed", name="arrived"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey(Shipment.id, ondelete="CASCADE"))
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id))
    lot_id: Mapped[int] = mapped_column(ForeignKey(Lot.id))
    packed: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    damaged: Mapped[int] = mapped_column(BigInteger, default=0)
    lost: Mapped[int] = mapped_column(BigInteger, default=0)
    returned: Mapped[int] = mapped_column(BigInteger, default=0)
    put_away: Mapped[int] = mapped_column(BigInteger, default=0)
    shipment: Mapped[Shipment] = relationship(back_populates="lines")
    sku: Mapped[Sku] = relationship()
    lot: Mapped[Lot] = relationship()

    @property
    def under_way(self) -> int:
        """Packs that have neither arrived nor been given up."""
        return self.packed - self.received - self.damaged - self.lost - self.returned


class ShipmentEvent(Stock, Base):
    """One step of a shipment: who, when, with which paper; `document_id` is the movement of goods it caused."""

    __tablename__ = "shipment_event"
    __table_args__ = (UniqueConstraint("shipment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey(Shipment.id, ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(24))
    paper: Mapped[str | None] = mapped_column(String(60))
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    person: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(300), default="")
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(default=now)
    document_id: Mapped[int | None] = mapped_column(ForeignKey(StockDocument.id))
    shipment: Mapped[Shipment] = relationship(back_populates="events")
    place: Mapped[Place] = relationship()
