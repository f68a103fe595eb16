"""HTTP: channels, may goods stand there and why not, listings as they would be, templates filled."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.catalog.listing import in_front
from service.catalog.models import Product
from service.catalog.sheets.taking import find_upload, keep_upload
from service.compliance.entries import Market
from service.database import now
from service.http.languages import CallerLocale
from service.http.paging import After, Page, page_of
from service.jobs.api import JobShown, shown
from service.jobs.ordering import order
from service.listings.answers import ChannelShown, ListingWhole, VerdictShown
from service.listings.channels import channel as find_channel
from service.listings.channels import channels
from service.listings.checking import check_product, matrix
from service.listings.gathering import find_card, market_for
from service.listings.jobs import ChannelKey, FillWanted, GoodsName, ShopKey
from service.listings.shops import find_shop
from service.listings.showing import channel_shown, listing_whole, verdict_shown
from service.listings.terms import terms_of
from service.people.guard import Guarded, reading, writing

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["listings"])
Reading = Annotated[Session, reading("listings:read")]
Writing = Annotated[Session, writing("listings:write")]

ChannelPath = Annotated[str, Path(pattern=r"^[a-z0-9_]+$", max_length=40, examples=["ozon"])]
GoodsPath = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9]+([-._][A-Za-z0-9]+)*$", max_length=60, examples=["linden-honey"], description="Key of a card, or a SKU's code.")
]  # fmt: skip
On = Annotated[date | None, Query(description="Day whose rules and prices count; today in UTC if left out.")]
ShopQuery = Annotated[ShopKey | None, Query(description="Whose terms count; left out: your only shop's there.")]
FileName = Annotated[str, Query(max_length=120, pattern=r"^[^\x00-\x1f\x7f/\\]+$", description="File name with its ending.")]  # fmt: skip
FileBody = Annotated[bytes, Body(media_type="application/octet-stream", min_length=1)]
MarketQuery = Annotated[Market | None, Query(description="For a channel that sells in both; left out: the card's first.")]  # fmt: skip


class Channels(BaseModel):
    """All channels of the installation."""

    items: list[ChannelShown]


class TemplateKept(BaseModel):
    """A template of a back office, kept for a week; /api/v1/listings/fill fills it."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"id": 7, "name": "template.xlsx", "size": 18211, "at": "2026-11-25T08:00:00Z"}}
    )
    id: int
    name: str
    size: int
    at: datetime


@router.get("/channels")
def read_channels(session: Reading, on: On = None) -> Channels:
    """Every channel: where it sells, in which languages, how well its rules are verified, and what only you can tell it."""
    day = on or now().date()
    return Channels(items=[channel_shown(one, day) for one in channels().values()])


@router.get("/listings")
def read_listings(
    session: Reading, locale: CallerLocale,
    channel: Annotated[list[ChannelKey] | None, Query(max_length=40, description="Only these; left out: all.")] = None,
    product: Annotated[list[GoodsName] | None, Query(max_length=100, description="Only these cards: their keys, or codes of SKUs.")] = None,
    market: Market | None = None, on: On = None, after: After = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Most cards of the page.")] = 20,
) -> Page[VerdictShown]:  # fmt: skip
    """May cards stand in channels, and why not? A page of cards by key, each in all channels that sell in its markets."""
    wanted = [find_channel(one) for one in channel] if channel else list(channels().values())
    query = in_front(session, select(Product)).options(
        selectinload(Product.texts), selectinload(Product.skus), joinedload(Product.family)
    )
    if product:
        query = query.where(Product.id.in_({find_card(session, one)[0].id for one in product}))
    rows, following = page_of(session, query, by=[Product.key, Product.id], after=after, limit=limit)
    found = [one for one in matrix(session, rows, wanted, on or now().date()) if market in (None, one.market)]
    return Page(items=[verdict_shown(one, locale) for one in found], next=following)


@router.get("/listings/{channel}/{product}")
def read_listing(
    session: Reading, locale: CallerLocale, channel: ChannelPath, product: GoodsPath, market: MarketQuery = None,
    shop: ShopQuery = None, on: On = None,
) -> ListingWhole:  # fmt: skip
    """A card as it would be listed: its listings, what did not fit, what was left out, the answers to the category, the verdict."""
    where, card, day = find_channel(channel), find_card(session, product)[0], on or now().date()
    sold_in = market_for(where, card, market)
    terms = terms_of(session, where, find_shop(session, shop), sold_in, day) if shop else None
    return listing_whole(check_product(session, card, where, as_of=day, market=sold_in, terms=terms), locale)


@router.post("/listings/templates/uploads", status_code=201)
def post_template(session: Writing, content: FileBody, name: FileName) -> TemplateKept:
    """Send a back office's template as the body: XLSX, XLSM or CSV. The same file again is the same upload."""
    kept = keep_upload(session, name=name, content=content)
    return TemplateKept(id=kept.id, name=kept.name, size=kept.size, at=kept.at)


@router.post("/listings/fill", status_code=202)
def post_fill(
    session: Writing, request: Request, response: Response, locale: CallerLocale, wanted: FillWanted
) -> JobShown:  # fmt: skip
    """Fill an uploaded template: a job. Its result is the report, its file the template filled, in the form it came in."""
    find_channel(wanted.channel)
    find_upload(session, wanted.upload)
    if wanted.shop:
        find_shop(session, wanted.shop)
    chosen = wanted if "locale" in wanted.model_fields_set else wanted.model_copy(update={"locale": locale})
    job = order(session, kind="listings.fill", parameters=chosen)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return shown(job, locale, request.app.state.queue)
