"""HTTP: the prices of one's own organisation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from starlette.responses import Response

from service.catalog.files import SKU_CODE, Market, SkuCode, Whole
from service.database import in_utc
from service.http.paging import After, Limit, Page, page_of
from service.people.guard import Guarded, reading, writing
from service.people.once import Once
from service.pricing.deals import REFERENCE, SOURCE, Deal
from service.pricing.files import PriceEntry
from service.pricing.models import PaidPrice, Price
from service.pricing.offers_api import router as offers
from service.pricing.paid import paid_page, record_paid
from service.pricing.reckoning_api import router as reckoning
from service.pricing.setting import set_prices

router = APIRouter(route_class=Guarded, prefix="/api/v1/prices", tags=["prices"])
router.include_router(offers)
router.include_router(reckoning)


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


class DealGiven(BaseModel):
    """What a buyer paid for one SKU in one deal."""

    model_config = ConfigDict(extra="forbid")
    sku: SkuCode
    market: Market
    paid: Whole = Field(strict=True, description="For one pack, after coupons, in minor units (fen, kopecks).")
    quantity: Whole = Field(strict=True, description="Packs bought at this price.")
    paid_at: datetime = Field(description="With its time zone; without one: UTC.")
    source: str = Field(
        pattern=SOURCE, max_length=40, description="Where it was sold: a key such as douyin, shop, ozon."
    )
    reference: str = Field(
        pattern=REFERENCE, max_length=80, description="The deal's number there; told twice, it counts once."
    )

    def deal(self) -> Deal:
        """For the record."""
        return Deal(**self.model_dump(exclude={"paid_at"}), paid_at=in_utc(self.paid_at) or self.paid_at)


class DealsGiven(BaseModel):
    """Deals for the record of prices paid."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "deals": [
                    {
                        "sku": "RU-ALENKA-90", "market": "CN", "paid": 1180, "quantity": 2,
                        "paid_at": "2026-11-20T20:15:00+08:00", "source": "douyin", "reference": "6921-0001",
                    }
                ]
            }
        },
    )  # fmt: skip
    deals: list[DealGiven] = Field(min_length=1, max_length=1000)


class DealsTaken(BaseModel):
    """How many deals were new, and how many were there already."""

    new: int
    known: int


class DealShown(BaseModel):
    """What a buyer paid for one pack of an SKU, after coupons, in minor units; `quantity` packs at that price."""

    sku: str
    market: Market
    currency: Literal["CNY", "RUB"]
    paid: int
    quantity: int
    paid_at: datetime
    source: str
    reference: str


@router.get("")
def read_prices(
    session: Annotated[Session, reading("prices:read")], after: After = None, limit: Limit = 50
) -> Page[PriceShown]:
    """A page of the organisation's prices."""
    query = select(Price).options(joinedload(Price.sku))
    rows, following = page_of(session, query, by=[Price.sku_id, Price.market], after=after, limit=limit)
    return Page(items=[shown(row) for row in rows if row.sku], next=following)  # None: its card is no longer shared


@router.post("", response_model=PricesSet)
def post_prices(session: Annotated[Session, writing("prices:write")], once: Once, prices: PriceList) -> Response:
    """Set up to 1,000 prices at once, all or none."""
    return once(session, prices, lambda: PricesSet(items=[shown(row) for row in set_prices(session, prices.prices)]))


@router.get("/paid")
def read_paid(
    session: Annotated[Session, reading("prices:read")],
    sku: Annotated[str | None, Query(pattern=SKU_CODE, max_length=40)] = None, market: Market | None = None,
    after: After = None, limit: Limit = 50,
) -> Page[DealShown]:  # fmt: skip
    """A page of what buyers really paid, what was told last first; without goods whose card is no longer shared with you."""
    rows, following = paid_page(session, sku=sku, market=market, after=after, limit=limit)
    return Page(items=[deal_shown(row) for row in rows if row.sku], next=following)


@router.post("/paid", response_model=DealsTaken)
def post_paid(session: Annotated[Session, writing("prices:write")], once: Once, given: DealsGiven) -> Response:
    """Add up to 1,000 deals to the record of prices paid, all or none. The comparison-price rule asks this record."""

    def work() -> DealsTaken:
        new = record_paid(session, [one.deal() for one in given.deals])
        return DealsTaken(new=new, known=len(given.deals) - new)

    return once(session, given, work)


def deal_shown(row: PaidPrice) -> DealShown:
    """One deal for the outside."""
    return DealShown(
        sku=row.sku.code, market=row.market, currency=row.currency, paid=row.paid, quantity=row.quantity, paid_at=row.paid_at,
        source=row.source, reference=row.reference,
    )  # fmt: skip


def shown(price: Price) -> PriceShown:
    """One row for the outside."""
    return PriceShown(
        sku=price.sku.code, market=price.market, currency=price.currency, live=price.live, reference=price.reference,
        basis=price.basis, sample=price.sample,
    )  # fmt: skip
