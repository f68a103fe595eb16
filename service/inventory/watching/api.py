"""HTTP: stock at a glance, ageing, cover and what to send, alerts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy.orm import Session

from service.catalog.answers import Both
from service.http.paging import After, Limit, Page
from service.inventory.answers import KeyOfPlace
from service.inventory.places import find_place
from service.inventory.watching.ageing import LotAge, ageing
from service.inventory.watching.alerts import alert_page, watch
from service.inventory.watching.cover import Cover, cover
from service.inventory.watching.levels import SkuStock, by_state, names_of, stock_page
from service.inventory.watching.models import Alert
from service.people.guard import Guarded, reading, writing

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["stock"])
Reading = Annotated[Session, reading("stock:read")]
Writing = Annotated[Session, writing("stock:write")]
StateQuery = Annotated[
    Literal["sellable", "bonded", "transit", "customs", "arriving", "leaving", "quarantine"] | None, Query()
]


class AtPlaceShown(BaseModel):
    """A SKU in one place, in packs."""

    place: str
    state: str
    on_hand: int
    promised: int
    available: int
    expired: int
    ends_first: date | None


class SkuStockShown(BaseModel):
    """A SKU in all its places."""

    sku: str
    name: Both
    on_hand: int
    available: int
    places: list[AtPlaceShown]


class States(BaseModel):
    """All packs by state."""

    states: dict[str, int]


class LotAgeShown(BaseModel):
    """A lot in a place: good, near its end, expired, or without a date; `since` when it first came there."""

    sku: str
    name: Both
    place: str
    lot: str
    packs: int
    expires_on: date | None
    days_left: int | None
    state: str
    since: datetime | None


class Ages(BaseModel):
    """Lots, the next to end first."""

    items: list[LotAgeShown]


class CoverShown(BaseModel):
    """How long a SKU lasts in a place, and what to send there now. `sold` packs in `days_watched` days; `lead` the days of the way, least and most."""

    sku: str
    name: Both
    place: str
    available: int
    sold: int
    days_watched: int
    days: int | None
    runs_out_on: date | None
    incoming: int
    next_arrival: date | None
    lead: list[int] | None
    lead_measured: int
    send_by: date | None
    suggested: int


class Covers(BaseModel):
    """SKUs by place, the first to run out first."""

    items: list[CoverShown]


class AlertShown(BaseModel):
    """Something that wants a person; `over_at` null: still so."""

    id: int
    kind: str
    subject: str
    data: dict[str, Any]
    since: datetime
    over_at: datetime | None


class WatchedShown(BaseModel):
    """Alerts opened and closed by one look."""

    opened: int
    closed: int


def sku_stock_shown(one: SkuStock) -> SkuStockShown:
    """For the outside."""
    places = [
        AtPlaceShown(
            place=at.place.key, state=at.state, on_hand=at.on_hand, promised=at.promised, available=at.available, expired=at.expired,
            ends_first=at.ends_first,
        )
        for at in one.places
    ]  # fmt: skip
    return SkuStockShown(
        sku=one.sku.code, name=Both(**names_of(one.sku)), on_hand=one.on_hand, available=one.available, places=places
    )


def lot_age_shown(one: LotAge) -> LotAgeShown:
    """For the outside."""
    return LotAgeShown(
        sku=one.sku.code, name=Both(**names_of(one.sku)), place=one.place.key, lot=one.lot.code, packs=one.packs,
        expires_on=one.lot.expires_on, days_left=one.days_left, state=one.state, since=one.since,
    )  # fmt: skip


def cover_shown(one: Cover) -> CoverShown:
    """For the outside."""
    names = (
        "available",
        "sold",
        "days_watched",
        "days",
        "runs_out_on",
        "incoming",
        "next_arrival",
        "send_by",
        "suggested",
    )
    return CoverShown(
        sku=one.sku.code, name=Both(**names_of(one.sku)), place=one.place.key, lead=[one.lead.least, one.lead.most] if one.lead else None,
        lead_measured=one.lead.measured if one.lead else 0, **{name: getattr(one, name) for name in names},
    )  # fmt: skip


def alert_shown(one: Alert) -> AlertShown:
    """For the outside."""
    return AlertShown(
        id=one.id, kind=one.kind, subject=one.subject, data=one.data, since=one.since, over_at=one.over_at
    )


@router.get("/stock")
def read_stock(
    session: Reading, text: Annotated[str | None, Query(max_length=40, pattern=r"^[\x20-\x7e]+$")] = None, place: KeyOfPlace = None,
    state: StateQuery = None, after: After = None, limit: Limit = 50,
) -> Page[SkuStockShown]:  # fmt: skip
    """A page of SKUs with what is where and what of it is free; `text` is part of a SKU."""
    rows, following = stock_page(
        session, after=after, limit=limit, text=text, place=find_place(session, place) if place else None, state=state
    )
    return Page(items=[sku_stock_shown(row) for row in rows], next=following)


@router.get("/stock/states")
def read_states(session: Reading) -> States:
    """All packs by the state they are in."""
    return States(states=by_state(session))


@router.get("/stock/ageing")
def read_ageing(
    session: Reading, place: KeyOfPlace = None, state: Annotated[list[Literal["expired", "near", "good", "undated"]] | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Ages:  # fmt: skip
    """Lots and the days they have left, the next to end first."""
    found = ageing(session, place=find_place(session, place) if place else None, states=state, limit=limit)
    return Ages(items=[lot_age_shown(one) for one in found])


@router.get("/stock/cover")
def read_cover(session: Reading, place: KeyOfPlace = None) -> Covers:
    """Days of cover and what to send now. Speed: picked for customers in 14 days and sold since, divided by 14; cover: available by speed;

    lead time: measured from the last shipments by the way (three at least), else its usual longest.
    """
    return Covers(
        items=[cover_shown(one) for one in cover(session, place=find_place(session, place) if place else None)]
    )


@router.get("/stock/alerts")
def read_alerts(
    session: Reading, kind: Annotated[Literal["low", "expiring", "stuck", "cold_chain", "falling", "drift"] | None, Query()] = None,
    over: bool = False, after: After = None, limit: Limit = 50,
) -> Page[AlertShown]:  # fmt: skip
    """A page of alerts, newest first."""
    rows, following = alert_page(session, after=after, limit=limit, kind=kind, over=over)
    return Page(items=[alert_shown(row) for row in rows], next=following)


@router.post("/stock/alerts/look")
def post_look(session: Writing) -> WatchedShown:
    """Look now; the service looks once an hour by itself."""
    return WatchedShown(**vars(watch(session)))
