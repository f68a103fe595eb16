"""Tables of counting: stocktakes with their counts, stock reports of warehouses and marketplaces with their lines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.catalog.models import Sku
from service.database import Base, now
from service.inventory.models import Lot, Place, StockDocument
from service.people.reach import Stock

__all__ = ["StockReport", "StockReportLine", "Stocktake", "StocktakeCount"]


class Stocktake(Stock, Base):
    """One count of a place. `uncounted` says what becomes of lots nobody counted: left alone, or taken for gone."""

    __tablename__ = "stocktake"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    state: Mapped[str] = mapped_column(String(10))  # counting, counted, approved, dropped
    uncounted: Mapped[str] = mapped_column(String(5), default="leave")  # leave, zero
    note: Mapped[str] = mapped_column(String(300), default="")
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_by_id: Mapped[int | None]
    opened_at: Mapped[datetime] = mapped_column(default=now)
    counted_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(80))
    approved_at: Mapped[datetime | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey(StockDocument.id))
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    place: Mapped[Place] = relationship()
    counts: Mapped[list[StocktakeCount]] = relationship(
        back_populates="stocktake", cascade="all, delete-orphan", order_by="StocktakeCount.id"
    )


class StocktakeCount(Stock, Base):
    """One lot as counted. `expected` is the balance at that very moment, so that sales may go on while people count."""

    __tablename__ = "stocktake_count"
    __table_args__ = (
        UniqueConstraint("stocktake_id", "sku_id", "lot_id"),
        CheckConstraint("counted >= 0", name="counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stocktake_id: Mapped[int] = mapped_column(ForeignKey(Stocktake.id, ondelete="CASCADE"))
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id))
    lot_id: Mapped[int] = mapped_column(ForeignKey(Lot.id))
    counted: Mapped[int] = mapped_column(BigInteger)
    expected: Mapped[int] = mapped_column(BigInteger)
    person: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(default=now)
    stocktake: Mapped[Stocktake] = relationship(back_populates="counts")
    sku: Mapped[Sku] = relationship()
    lot: Mapped[Lot] = relationship()


class StockReport(Stock, Base):
    """What somebody else says is in a place: a warehouse's or marketplace's report, true at `as_of`."""

    __tablename__ = "stock_report"
    __table_args__ = (UniqueConstraint("organisation_id", "place_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[datetime]
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
    place: Mapped[Place] = relationship()
    lines: Mapped[list[StockReportLine]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="StockReportLine.row"
    )


class StockReportLine(Stock, Base):
    """One SKU as reported, and what the ledger held at the same moment. `lot_code` only where the report names lots."""

    __tablename__ = "stock_report_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey(StockReport.id, ondelete="CASCADE"), index=True)
    row: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id))
    lot_code: Mapped[str | None] = mapped_column(String(40))
    reported: Mapped[int] = mapped_column(BigInteger)
    ours: Mapped[int] = mapped_column(BigInteger)
    document_id: Mapped[int | None] = mapped_column(ForeignKey(StockDocument.id))
    report: Mapped[StockReport] = relationship(back_populates="lines")
    sku: Mapped[Sku] = relationship()
