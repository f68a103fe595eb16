"""HTTP: routes, shipments and their steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.catalog.answers import Both
from service.database import in_utc
from service.http.kinds import NameQuery
from service.http.paging import After, Limit, Page
from service.inventory.answers import key_of
from service.inventory.api import Everybody
from service.inventory.files import routes, states
from service.inventory.shipping.models import Shipment
from service.inventory.shipping.packing import ShipmentGiven, draft
from service.inventory.shipping.shipments import find_shipment, may_follow, shipment_page, under_way
from service.inventory.shipping.stepping import Step, advance
from service.inventory.watching.cover import lead_time
from service.people.guard import Guarded, reading, writing
from service.people.once import Once

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["shipments"])
Reading = Annotated[Session, reading("stock:read")]
Writing = Annotated[Session, writing("stock:write")]
NumberPath = Annotated[str, Path(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]


class RouteShown(BaseModel):
    """A way between two warehouses. `days` are usual (unverified); `measured` what the last shipments took, null before there are three."""

    key: str
    name: Both
    source: str
    target: str
    border: bool
    months: list[int]
    days: list[int]
    measured: list[int] | None


class StateShown(BaseModel):
    """A state of shipments, what may follow it, and whether the step wants a paper."""

    key: str
    name: Both
    next: list[str]
    border: bool
    paper: bool
    ends: bool


class Ways(BaseModel):
    """All routes and states."""

    routes: list[RouteShown]
    states: list[StateShown]


class LineShown(BaseModel):
    """One lot of a packing list, in packs."""

    sku: str
    lot: str
    packed: int
    received: int
    damaged: int
    lost: int
    returned: int
    under_way: int


class EventShown(BaseModel):
    """One step: when it happened and when it was entered."""

    number: int
    state: str
    paper: str | None
    place: str
    person: str
    note: str
    happened_at: datetime
    recorded_at: datetime
    document: int | None


class ShipmentShown(BaseModel):
    """A shipment with its packing list and its story. `place` is where what is under way stands now."""

    number: str
    route: str
    state: str
    may_follow: list[str]
    transport: str
    source: str
    target: str
    place: str
    departs_on: date
    expected_on: date | None
    note: str
    version: int
    under_way: int
    lines: list[LineShown]
    events: list[EventShown]


def shipment_shown(one: Shipment) -> ShipmentShown:
    """For the outside."""
    lines = [
        LineShown(
            sku=line.lot.sku_code, lot=line.lot.code, packed=line.packed, received=line.received, damaged=line.damaged, lost=line.lost,
            returned=line.returned, under_way=line.under_way,
        )
        for line in one.lines
    ]  # fmt: skip
    events = [
        EventShown(
            number=event.number, state=event.state, paper=event.paper, place=key_of(event.place), person=event.person, note=event.note,
            happened_at=event.happened_at, recorded_at=event.recorded_at, document=event.document_id,
        )
        for event in one.events
    ]  # fmt: skip
    return ShipmentShown(
        number=one.number, route=one.route, state=one.state, may_follow=may_follow(one), transport=one.transport, source=key_of(one.source),
        target=key_of(one.target), place=key_of(one.place), departs_on=one.departs_on, expected_on=one.expected_on, note=one.note,
        version=one.version, under_way=under_way(one), lines=lines, events=events,
    )  # fmt: skip


@router.get("/routes")
def read_routes(session: Reading) -> Ways:
    """The ways across the border and between warehouses, and the states of a shipment."""
    shown: list[RouteShown] = []
    for one in routes().values():
        lead = lead_time(session, one)
        shown.append(
            RouteShown(
                key=one.key, name=Both(zh=one.zh, ru=one.ru), source=one.from_, target=one.to, border=one.border, months=list(one.months),
                days=list(one.days), measured=[lead.least, lead.most] if lead.measured else None,
            )
        )  # fmt: skip
    known = [
        StateShown(
            key=s.key, name=Both(zh=s.zh, ru=s.ru), next=list(s.next), border=s.border, paper=s.paper, ends=s.ends
        )
        for s in states().values()
    ]
    return Ways(routes=shown, states=known)


@router.get("/shipments")
def read_shipments(
    session: Reading,
    state: NameQuery = None,
    open: bool = False,
    everybody: Everybody = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[ShipmentShown]:
    """A page of shipments, newest first; `open`: only those that are not over."""
    rows, following = shipment_page(session, after=after, limit=limit, state=state, open_only=open, everybody=everybody)
    return Page(items=[shipment_shown(row) for row in rows], next=following)


@router.post("/shipments", response_model=ShipmentShown, status_code=201)
def post_shipment(session: Writing, once: Once, shipment: ShipmentGiven) -> Response:
    """Prepare a shipment; lots are chosen by expiry where none is named. Nothing moves before it is packed."""
    return once(session, shipment, lambda: shipment_shown(draft(session, shipment)), status=201)


@router.get("/shipments/{number:path}")
def read_shipment(session: Reading, number: NumberPath) -> ShipmentShown:
    """One shipment."""
    return shipment_shown(find_shipment(session, number))


@router.post("/shipments/{number:path}/steps", response_model=ShipmentShown, status_code=201)
def post_step(session: Writing, once: Once, number: NumberPath, step: Step) -> Response:
    """The next step, with its paper; the goods move where the step says they are."""
    given = step.model_copy(update={"happened_at": in_utc(step.happened_at)})
    return once(session, step, lambda: shipment_shown(advance(session, number=number, step=given)), status=201)
