"""Table of prices. Money is integer minor units of the market's currency."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.catalog.models import Sku
from service.database import Base
from service.people.reach import Own

__all__ = ["CURRENCIES", "Price"]

CURRENCIES = {"CN": "CNY", "RU": "RUB"}


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
