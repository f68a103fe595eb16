"""Tables of prices. Money is integer minor units of the market's currency."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.catalog.models import Sku
from service.database import Base, now
from service.people.reach import Own

__all__ = ["CURRENCIES", "KINDS", "ZONES", "ExchangeRate", "OfferedPrice", "PaidPrice", "Price", "PurchasePrice"]

CURRENCIES = {"CN": "CNY", "RU": "RUB"}
KINDS = ("base", "live", "floor", "compare_at", "border")
"""What a price is for: the shop's own, a show's, the one nothing may undercut, the higher one named beside it, border residents' trade."""
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


class OfferedPrice(Own, Base):
    """A price somebody decided to offer: minor units of one pack, in a market, from one moment to another (none: until further notice).

    `channel` is empty for all channels of the market; `basis` says what a `compare_at` price is. Rows are only added: of those that
    hold at a moment, the one told last counts, and one with `amount` None takes back what was told before it.
    """

    __tablename__ = "offered_price"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
        Index("ix_offered_price_sku", "sku_id", "organisation_id", "market", "channel", "kind", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id))
    market: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int | None]
    basis: Mapped[str | None] = mapped_column(String(40))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
    sku: Mapped[Sku] = relationship()


class PurchasePrice(Own, Base):
    """What one pack was bought for, without VAT, in minor units of any currency, from a day on. Rows are only added: the last told counts.

    `source` says who sells it so: a supplier's offer, a contract's number.
    """

    __tablename__ = "purchase_price"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_purchase_price_sku", "sku_id", "organisation_id", "valid_from", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(80))
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
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
