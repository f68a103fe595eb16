"""HTTP: the prices of one's own organisation."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from starlette.responses import Response

from service.catalog.files import SkuCode
from service.http.paging import After, Limit, Page, page_of
from service.people.guard import Guarded, reading, writing
from service.people.once import Once
from service.pricing.files import PriceEntry
from service.pricing.models import Price
from service.pricing.setting import set_prices

router = APIRouter(route_class=Guarded, prefix="/api/v1/prices", tags=["prices"])


class PriceShown(BaseModel):
    """The price of one SKU in one market, in minor units (fen, kopecks). `sample` prices are invented."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "sku": "RU-ALENKA-90", "market": "CN", "currency": "CNY", "live": 1280, "reference": None, "basis": None,
                "sample": False,
            }
        }
    )  # fmt: skip
    sku: str
    market: Literal["CN", "RU"]
    currency: Literal["CNY", "RUB"]
    live: int
    reference: int | None
    basis: str | None
    sample: bool


class PriceList(BaseModel):
    """Prices by SKU and market; those not named stay."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"prices": {"RU-ALENKA-90": {"CN": {"live": 1280}, "RU": {"live": 12900}}}},
        },
    )
    prices: dict[SkuCode, PriceEntry] = Field(min_length=1, max_length=1000)


class PricesSet(BaseModel):
    """The prices named in the request, as they are now."""

    items: list[PriceShown]


@router.get("")
def read_prices(
    session: Annotated[Session, reading("prices:read")], after: After = None, limit: Limit = 50
) -> Page[PriceShown]:
    """A page of the organisation's prices."""
    query = select(Price).options(joinedload(Price.sku))
    rows, following = page_of(session, query, by=[Price.sku_id, Price.market], after=after, limit=limit)
    return Page(items=[shown(row) for row in rows], next=following)


@router.post("", response_model=PricesSet)
def post_prices(session: Annotated[Session, writing("prices:write")], once: Once, prices: PriceList) -> Response:
    """Set up to 1,000 prices at once, all or none."""
    return once(session, prices, lambda: PricesSet(items=[shown(row) for row in set_prices(session, prices.prices)]))


def shown(price: Price) -> PriceShown:
    """One row for the outside."""
    return PriceShown(
        sku=price.sku.code, market=price.market, currency=price.currency, live=price.live, reference=price.reference,
        basis=price.basis, sample=price.sample,
    )  # fmt: skip
