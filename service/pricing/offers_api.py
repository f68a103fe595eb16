"""HTTP: what is offered, what holds at a moment, what packs are bought for. Part of `api`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.catalog.files import SKU_CODE, Market, Name, SkuCode, Whole
from service.catalog.listing import skus_by_code
from service.catalog.models import Sku
from service.database import in_utc, now
from service.errors import NotFound
from service.http.paging import After, Limit, Page
from service.i18n import N_, Message
from service.people.guard import Guarded, reading, writing
from service.people.once import Once
from service.pricing.models import OfferedPrice, PurchasePrice
from service.pricing.offering import CHANNEL, Offer, history, offer
from service.pricing.purchasing import Purchase, purchase_page, record_purchases
from service.pricing.standing import Reference, Standing, prices_at

router = APIRouter(route_class=Guarded, tags=["prices"])

Kind = Literal["base", "live", "floor", "compare_at", "border"]
ChannelKey = Annotated[str, StringConstraints(pattern=rf"{CHANNEL}|^$", max_length=40)]
SkuAsked = Annotated[str | None, Query(pattern=SKU_CODE, max_length=40, examples=["RU-ALENKA-90"])]
ChannelAsked = Annotated[
    ChannelKey | None,
    Query(description="Key of a channel; empty: what was told for all channels.", examples=["ozon"]),
]


class OfferGiven(BaseModel):
    """A price of one pack that is to be offered, or, without `amount`, to be taken back."""

    model_config = ConfigDict(extra="forbid")
    sku: SkuCode
    market: Market
    kind: Kind
    amount: Whole | None = Field(strict=True, description="Minor units (fen, kopecks); null takes back what was told before.")  # fmt: skip
    channel: ChannelKey = Field("", description="Empty: all channels without a price of their own.")
    basis: Name | None = Field(None, description="What a compare_at price is: a key of catalogs/price-bases.yaml.")
    valid_from: datetime | None = Field(None, description="Left out, or in the past: from now on. Without a time zone: UTC.")  # fmt: skip
    valid_to: datetime | None = Field(None, description="The first moment at which it no longer holds.")

    def offer(self) -> Offer:
        """For the record."""
        plain = self.model_dump(exclude={"valid_from", "valid_to"})
        return Offer(**plain, valid_from=in_utc(self.valid_from), valid_to=in_utc(self.valid_to))


class OffersGiven(BaseModel):
    """Offers, all or none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "offers": [
                    {"sku": "RU-ALENKA-90", "market": "CN", "kind": "floor", "amount": 990},
                    {"sku": "RU-ALENKA-90", "market": "CN", "kind": "base", "channel": "douyin", "amount": 1390,
                     "valid_to": "2027-01-01T00:00:00+08:00"},
                ]
            }
        },
    )  # fmt: skip
    offers: list[OfferGiven] = Field(min_length=1, max_length=1000)


class OfferShown(BaseModel):
    """A row of the record of offered prices; rows are only added, of those that hold the one told last counts."""

    id: int
    sku: str
    market: Market
    channel: str
    kind: Kind
    currency: Literal["CNY", "RUB"]
    amount: int | None = Field(description="Minor units; null: what was told before is taken back.")
    basis: str | None
    valid_from: datetime
    valid_to: datetime | None
    person: str
    at: datetime


class OffersMade(BaseModel):
    """The rows added, in the order of the request."""

    items: list[OfferShown]


class PriceInForce(BaseModel):
    """A price and where it comes from: `row` of the offered prices, or, `standing`, the price list of /api/v1/prices."""

    amount: int
    standing: bool
    row: int | None
    channel: str
    valid_from: datetime | None
    valid_to: datetime | None


class StandingShown(BaseModel):
    """What holds for a SKU at a moment, in minor units; null: nobody has told such a price."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "sku": "RU-ALENKA-90", "market": "CN", "channel": "douyin", "at": "2026-11-25T12:00:00Z", "currency": "CNY", "base": None,
                "live": {"amount": 1280, "standing": True, "row": None, "channel": "", "valid_from": None, "valid_to": None},
                "floor": {"amount": 990, "standing": False, "row": 7, "channel": "", "valid_from": "2026-11-20T00:00:00Z", "valid_to": None},
                "compare_at": None, "basis": None, "border": None,
            }
        }
    )  # fmt: skip
    sku: str
    market: Market
    channel: str
    at: datetime
    currency: Literal["CNY", "RUB"]
    base: PriceInForce | None
    live: PriceInForce | None
    floor: PriceInForce | None
    compare_at: PriceInForce | None
    basis: str | None
    border: PriceInForce | None


class PurchaseGiven(BaseModel):
    """What one pack is bought for from a day on, without VAT."""

    model_config = ConfigDict(extra="forbid")
    sku: SkuCode
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    amount: Whole = Field(strict=True, description="Minor units of the currency.")
    valid_from: date
    source: str = Field(min_length=1, max_length=80, description="Who sells it so: a supplier's offer, a contract's number.")  # fmt: skip


class PurchasesGiven(BaseModel):
    """Purchase prices, all or none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "purchases": [
                    {"sku": "RU-ALENKA-90", "currency": "RUB", "amount": 6200, "valid_from": "2026-11-01", "source": "contract 17/26"}
                ]
            }
        },
    )  # fmt: skip
    purchases: list[PurchaseGiven] = Field(min_length=1, max_length=1000)


class PurchasesTaken(BaseModel):
    """How many purchase prices were new, and how many stood there already."""

    new: int
    known: int


class PurchaseShown(BaseModel):
    """What one pack is bought for from a day on, without VAT, in minor units."""

    sku: str
    currency: str
    amount: int
    valid_from: date
    source: str
    person: str
    at: datetime


@router.get("/offered")
def read_offered(
    session: Annotated[Session, reading("prices:read")], sku: SkuAsked = None, market: Market | None = None,
    channel: ChannelAsked = None, kind: Kind | None = None, after: After = None, limit: Limit = 50,
) -> Page[OfferShown]:  # fmt: skip
    """A page of all prices ever offered, what was told last first; without goods whose card is no longer shared with you."""
    rows, following = history(session, sku=sku, market=market, channel=channel, kind=kind, after=after, limit=limit)
    return Page(items=[offer_shown(row) for row in rows if row.sku], next=following)


@router.post("/offered", response_model=OffersMade)
def post_offered(session: Annotated[Session, writing("prices:write")], once: Once, given: OffersGiven) -> Response:
    """Offer up to 1,000 prices at once, all or none. Nothing may lie below a floor, now or at any moment that is planned."""

    def work() -> OffersMade:
        return OffersMade(items=[offer_shown(row) for row in offer(session, [one.offer() for one in given.offers])])

    return once(session, given, work)


@router.get("/standing")
def read_standing(
    session: Annotated[Session, reading("prices:read")],
    sku: Annotated[str, Query(pattern=SKU_CODE, max_length=40, examples=["RU-ALENKA-90"])], market: Market, channel: ChannelKey = "",
    at: Annotated[datetime | None, Query(description="Without a time zone: UTC; left out: now.")] = None,
) -> StandingShown:  # fmt: skip
    """What holds for a SKU on a channel at a moment: its own offered prices, else the market's, else the price list."""
    found = skus_by_code(session, [sku]).get(sku)
    if found is None:
        raise NotFound(kind=Message(N_("The SKU")), name=sku, known=session.scalars(select(Sku.code)))
    moment = in_utc(at) or now()
    standing = prices_at(session, [found.id], market=market, channel=channel, at=moment)[found.id]
    return StandingShown(
        sku=sku, market=market, channel=channel, at=moment, currency="CNY" if market == "CN" else "RUB", basis=standing.basis,
        **{kind: _in_force(standing, kind) for kind in ("base", "live", "floor", "compare_at", "border")},
    )  # fmt: skip


@router.get("/purchases")
def read_purchases(
    session: Annotated[Session, reading("prices:read")], sku: SkuAsked = None, after: After = None, limit: Limit = 50
) -> Page[PurchaseShown]:
    """A page of purchase prices, what was told last first; without goods whose card is no longer shared with you."""
    rows, following = purchase_page(session, sku=sku, after=after, limit=limit)
    return Page(items=[purchase_shown(row) for row in rows if row.sku], next=following)


@router.post("/purchases", response_model=PurchasesTaken)
def post_purchases(session: Annotated[Session, writing("prices:write")], once: Once, given: PurchasesGiven) -> Response:
    """Add up to 1,000 purchase prices, all or none. Explaining a price and finding a floor reckon with them."""

    def work() -> PurchasesTaken:
        new = record_purchases(session, [Purchase(**one.model_dump()) for one in given.purchases])
        return PurchasesTaken(new=new, known=len(given.purchases) - new)

    return once(session, given, work)


def _in_force(standing: Standing, kind: str) -> PriceInForce | None:
    money = getattr(standing, kind)
    if money is None:
        return None
    origin = standing.origins[kind]
    if isinstance(origin, Reference):
        return PriceInForce(amount=money.amount, standing=True, row=None, channel="", valid_from=None, valid_to=None)
    return PriceInForce(
        amount=money.amount, standing=False, row=origin.id, channel=origin.channel, valid_from=origin.valid_from, valid_to=origin.valid_to
    )  # fmt: skip


def offer_shown(row: OfferedPrice) -> OfferShown:
    """One offered price for the outside."""
    plain: dict[str, Any] = {name: getattr(row, name) for name in OfferShown.model_fields if name != "sku"}
    return OfferShown(sku=row.sku.code, **plain)


def purchase_shown(row: PurchasePrice) -> PurchaseShown:
    """One purchase price for the outside."""
    plain: dict[str, Any] = {name: getattr(row, name) for name in PurchaseShown.model_fields if name != "sku"}
    return PurchaseShown(sku=row.sku.code, **plain)
