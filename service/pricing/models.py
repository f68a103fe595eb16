"""Tables of prices. Money is integer minor units of the market's currency."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.catalog.models import Sku
from service.database import Base
from service.people.reach import Own

__all__ = ["CURRENCIES", "ZONES", "ExchangeRate", "PaidPrice", "Price"]

CURRENCIES = {"CN": "CNY", "RU": "RUB"}
ZONES = {"CN": "Asia/Shanghai", "RU": "Asia/Yakutsk"}  # clocks of Heihe and Blagoveshchensk


class Price(Own, Base):
    """The price of an SKU in a market: `live` in a show; `reference` may be named beside it only with its `basis`."""

    __tablename__ = "price"
    __table_args__ = (UniqueConstraint("organisation_id", "sku_id", "market"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id, ondelete="CASCADE"))
    market: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    live: Mapped[int]
    reference: Mapped[int | None]
    basis: Mapped[str | None] = mapped_column(String(40))
    sample: Mapped[bool]
    sku: Mapped[Sku] = relationship()


class PaidPrice(Own, Base):
    """What a buyer really paid: `paid` for one pack, after coupons, in minor units; `quantity` packs at that price. Rows are only added.

    `source` is where it was sold (douyin, shop, ozon), `reference` the deal's number there: a deal told twice counts once.
    """

    __tablename__ = "paid_price"
    __table_args__ = (
        UniqueConstraint("organisation_id", "source", "reference", "sku_id"),
        CheckConstraint("paid > 0", name="paid"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_paid_price_organisation_id", "organisation_id", "id"),
        # The SKU first, for it also answers whether a SKU that leaves its card was sold; the price last, so that the lowest is
        # read without the rows.
        Index("ix_paid_price_sku", "sku_id", "organisation_id", "market", "paid_at", "paid"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id))
    market: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    paid: Mapped[int]
    quantity: Mapped[int]
    paid_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(80))
    sku: Mapped[Sku] = relationship()


class ExchangeRate(Base):
    """What `nominal` units of `base` cost on a day: `value` hundred-millionths (1e-8) of one unit of `quote`, as `source` told it.

    Common to all organisations, for a rate is nobody's. One rate of a pair on a day.
    """

    __tablename__ = "exchange_rate"
    __table_args__ = (
        UniqueConstraint("base", "quote", "day"),
        CheckConstraint("value > 0", name="value"),
        CheckConstraint("nominal > 0", name="nominal"),
        CheckConstraint("base <> quote", name="pair"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    base: Mapped[str] = mapped_column(String(3))
    quote: Mapped[str] = mapped_column(String(3))
    day: Mapped[date]
    nominal: Mapped[int]
    value: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(80))
