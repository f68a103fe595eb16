"""HTTP: what shows may sell, reservations single and many at once, picking, and a show's stock live.

Reservations are coroutines: they wait for the settler without holding a thread, so that a rush gathers into large batches.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Annotated, Any, Literal

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Request
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from starlette.responses import Response, StreamingResponse

from service.catalog.files import Key, SkuCode
from service.database import Database
from service.errors import DomainError, NotFound
from service.http.kinds import KeyPath
from service.http.languages import CallerLocale
from service.http.paging import After, Limit, Page, page_of
from service.i18n import N_, Locale, Message
from service.inventory.answers import SkuPath
from service.inventory.reserving.deciding import Act, Answer, Reserve, Want
from service.inventory.reserving.models import ORDERS, Reservation, SalePool
from service.inventory.reserving.picking import MOST, pick
from service.inventory.reserving.pools import close_show, pools_of_show, promise
from service.inventory.reserving.settler import Settler
from service.people.caller import Caller
from service.people.guard import Guarded, holding, reading, writing
from service.people.once import Once, OnceKey
from service.people.reach import organisation_of

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["reservations"])
Reading = Annotated[Session, reading("stock:read")]
Writing = Annotated[Session, writing("stock:write")]
STREAM, STEP = 25.0, 0.2  # seconds a stream lasts, and between looks
MOST_AT_ONCE = 500
_KEY = r"^[\x21-\x7e]+$"
ReservationKey = Annotated[str, Path(min_length=8, max_length=80, pattern=_KEY)]


class WantGiven(BaseModel):
    """So many packs of a SKU."""

    model_config = ConfigDict(extra="forbid")
    sku: SkuCode
    quantity: int = Field(ge=1, le=1_000_000, description="Packs.")
    places: list[Key] = Field([], max_length=20, description="Warehouses by preference; empty: as the show prefers.")
    split: bool = Field(False, description="May come from several warehouses.")


class ReservationGiven(BaseModel):
    """What to reserve, all of it or nothing."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"show": "sample-evening", "lines": [{"sku": "RU-ALENKA-90", "quantity": 2}], "seconds": 900}
        },
    )
    show: Key = Field(ORDERS, description="Key of the show; “orders”: outside shows.")
    lines: list[WantGiven] = Field(min_length=1, max_length=50)
    seconds: int = Field(900, ge=1, le=30 * 86400, description="How long it stands unless it is confirmed.")
    order: str | None = Field(
        None, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$", description="Your own order number; no personal data."
    )


class OneOfMany(ReservationGiven):
    """One reservation of many, under a key of its own."""

    key: str = Field(min_length=8, max_length=80, pattern=_KEY)


class ManyGiven(BaseModel):
    """Many reservations at once; each stands or falls by itself."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "key": "order-20261125-0001",
                        "show": "sample-evening",
                        "lines": [{"sku": "RU-ALENKA-90", "quantity": 1}],
                    }
                ]
            }
        },
    )
    items: list[OneOfMany] = Field(min_length=1, max_length=MOST_AT_ONCE)


class LineShown(BaseModel):
    """Packs reserved in a warehouse."""

    sku: str
    place: str
    quantity: int


class ReservationShown(BaseModel):
    """A reservation: active, confirmed (paid), picked, released or expired."""

    key: str
    state: str
    ends_at: datetime
    order: str | None
    lines: list[LineShown]
    again: bool = Field(description="The request had been answered before.")


class Refused(BaseModel):
    """Why one of many was refused."""

    code: str
    title: str
    remedy: str
    available: int | None = None


class OneShown(BaseModel):
    """The outcome of one of many."""

    key: str
    status: int
    reservation: ReservationShown | None
    problem: Refused | None


class ManyShown(BaseModel):
    """Outcomes in the order of the request."""

    items: list[OneShown]


class Extension(BaseModel):
    """How much longer, from now."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"seconds": 600}})
    seconds: int = Field(ge=1, le=30 * 86400)


class PoolGiven(BaseModel):
    """How many packs a show may sell from a warehouse; `rank` the order of preference, the smallest first."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"packs": 300, "rank": 0}})
    packs: int = Field(ge=0, le=2**40)
    rank: int | None = Field(None, ge=0, le=1000)
    on: date | None = Field(None, description="The day of the show; lots must keep long enough beyond it.")


class PoolShown(BaseModel):
    """What a show sells of a SKU from a warehouse, in packs."""

    show: str
    sku: str
    place: str
    rank: int
    allotted: int
    reserved: int
    sold: int
    available: int
    open: bool


class ShowStock(BaseModel):
    """All a show sells."""

    show: str
    items: list[PoolShown]


class PickGiven(BaseModel):
    """Reservations whose goods leave the warehouse now."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reservations": ["order-20261125-0001"]}})
    reservations: list[Annotated[str, Field(max_length=80, pattern=_KEY)]] = Field(min_length=1, max_length=MOST)
    days: int = Field(
        0, ge=0, le=3650, description="Days of life a lot must have left beyond today, for the way to the customer."
    )


class PickLine(BaseModel):
    """Take so many packs of this lot for this reservation."""

    reservation: str
    place: str
    sku: str
    lot: str
    quantity: int


class PickShown(BaseModel):
    """A pick list."""

    document: int
    items: list[PickLine]


def _settler(request: Request) -> Settler:
    settler: Settler = request.app.state.settler
    return settler


def asked(organisation: int, key: str, given: ReservationGiven) -> Reserve:
    """The request as the settler takes it."""
    wants = tuple(Want(line.sku, line.quantity, tuple(line.places), line.split) for line in given.lines)
    mark = hashlib.blake2b(repr((given.show, wants, given.order)).encode(), digest_size=16).hexdigest()
    return Reserve(organisation, key, given.show, wants, given.seconds, mark, given.order)


def shown(answer: Answer) -> ReservationShown:
    """For the outside."""
    return ReservationShown(
        key=answer.key, state=answer.state, ends_at=answer.ends_at, order=answer.order, again=answer.again,
        lines=[LineShown(sku=line.sku, place=line.place, quantity=line.quantity) for line in answer.lines],
    )  # fmt: skip


def _told(answer: Answer, status: int = 200) -> Response:
    headers = {"Idempotency-Replayed": "true"} if answer.again else None
    return Response(shown(answer).model_dump_json(), 200 if answer.again else status, headers, "application/json")


@router.post("/reservations", response_model=ReservationShown, status_code=201)
@holding("stock:write")
async def post_reservation(request: Request, key: OnceKey, reservation: ReservationGiven) -> Response:
    """Reserve for a show or an order, all lines or none. The Idempotency-Key is the reservation's name from then on.

    201: reserved; 200: it was reserved before under this key; 409: too little left, or the key stands for something else.
    """
    caller: Caller = request.state.caller
    return _told(await _settler(request).settled(asked(caller.organisation, key, reservation)), 201)


@router.post("/reservations/bulk", response_model=ManyShown)
@holding("stock:write")
async def post_reservations(request: Request, locale: CallerLocale, many: ManyGiven) -> Response:
    """Up to 500 reservations in one request, each under its own key, each standing or falling by itself."""
    caller: Caller = request.state.caller
    found = await _settler(request).settled_all([asked(caller.organisation, given.key, given) for given in many.items])
    items = [_outcome(given.key, answer, locale) for given, answer in zip(many.items, found, strict=True)]
    return Response(ManyShown(items=items).model_dump_json(), media_type="application/json")


def _outcome(key: str, answer: Answer | DomainError, locale: Locale) -> OneShown:
    if isinstance(answer, Answer):
        return OneShown(key=key, status=200 if answer.again else 201, reservation=shown(answer), problem=None)
    problem = Refused(
        code=answer.code,
        title=answer.message().say(locale),
        remedy=answer.advice().say(locale),
        available=answer.facts.get("available"),
    )
    return OneShown(key=key, status=answer.status, reservation=None, problem=problem)


@router.post("/reservations/{key}/confirm", response_model=ReservationShown)
@holding("stock:write")
async def post_confirm(request: Request, key: ReservationKey) -> Response:
    """It is paid for: the packs are sold, and wait to be picked."""
    return _told(await _settler(request).settled(Act(request.state.caller.organisation, key, "confirm")))


@router.post("/reservations/{key}/release", response_model=ReservationShown)
@holding("stock:write")
async def post_release(request: Request, key: ReservationKey) -> Response:
    """It will not be paid for: the packs can be reserved by others at once."""
    return _told(await _settler(request).settled(Act(request.state.caller.organisation, key, "release")))


@router.post("/reservations/{key}/cancel", response_model=ReservationShown)
@holding("stock:write")
async def post_cancel(request: Request, key: ReservationKey) -> Response:
    """It was paid for and is called off before it was picked."""
    return _told(await _settler(request).settled(Act(request.state.caller.organisation, key, "cancel")))


@router.post("/reservations/{key}/extend", response_model=ReservationShown)
@holding("stock:write")
async def post_extend(request: Request, key: ReservationKey, extension: Extension) -> Response:
    """Let it stand longer, from now."""
    act = Act(request.state.caller.organisation, key, "extend", extension.seconds)
    return _told(await _settler(request).settled(act))


@router.get("/reservations")
def read_reservations(
    session: Reading, show: Annotated[Key | None, Query()] = None,
    state: Literal["active", "confirmed", "picked", "released", "expired"] | None = None, after: After = None, limit: Limit = 50,
) -> Page[ReservationShown]:  # fmt: skip
    """A page of lines of reservations, newest first."""
    query = select(Reservation).where(Reservation.organisation_id == organisation_of(session)).options(*_with_pool())
    if state:
        query = query.where(Reservation.state == state)
    if show:
        query = query.where(Reservation.pool.has(SalePool.show_key == show))
    rows, following = page_of(session, query, by=[Reservation.id], after=after, limit=limit, newest_first=True)
    return Page(items=[_rows_shown([row]) for row in rows], next=following)


@router.get("/reservations/{key}")
def read_reservation(session: Reading, key: ReservationKey) -> ReservationShown:
    """One reservation with all its lines."""
    query = select(Reservation).where(Reservation.organisation_id == organisation_of(session), Reservation.key == key)
    rows = list(session.scalars(query.order_by(Reservation.line).options(*_with_pool())))
    if not rows:
        raise NotFound(kind=Message(N_("The reservation")), name=key)
    return _rows_shown(rows)


def _rows_shown(rows: list[Reservation]) -> ReservationShown:
    first = rows[0]
    return ReservationShown(
        key=first.key, state=first.state, ends_at=first.ends_at, order=first.order, again=False,
        lines=[LineShown(sku=row.pool.sku.code, place=row.pool.place.key, quantity=row.quantity) for row in rows],
    )  # fmt: skip


def _with_pool() -> tuple[Any, ...]:
    pool = joinedload(Reservation.pool)
    return pool.joinedload(SalePool.sku), pool.joinedload(SalePool.place)


@router.post("/picks", response_model=PickShown, status_code=201)
def post_pick(session: Writing, once: Once, key: OnceKey, wanted: PickGiven) -> Response:
    """Pick what was sold: lots are chosen first expired first out, movements posted, the list told."""

    def work() -> PickShown:
        done = pick(session, reservations=wanted.reservations, key=f"api/{key}"[:80], days=wanted.days)
        names = ("reservation", "place", "sku", "lot", "quantity")
        return PickShown(
            document=done.document.id, items=[PickLine(**dict(zip(names, line, strict=True))) for line in done.lines]
        )

    return once(session, wanted, work, status=201)


def pool_shown(pool: SalePool) -> PoolShown:
    """For the outside."""
    return PoolShown(
        show=pool.show_key, sku=pool.sku.code, place=pool.place.key, rank=pool.rank, allotted=pool.allotted, reserved=pool.reserved,
        sold=pool.sold, available=pool.available, open=pool.open,
    )  # fmt: skip


@router.put("/shows/{key}/stock/{sku}/{place}")
def put_pool(session: Writing, key: KeyPath, sku: SkuPath, place: KeyPath, pool: PoolGiven) -> PoolShown:
    """Promise a show so many packs of a SKU from a warehouse, or change the promise."""
    return pool_shown(promise(session, show=key, sku=sku, place=place, packs=pool.packs, rank=pool.rank, on=pool.on))


@router.get("/shows/{key}/stock")
def read_show_stock(session: Reading, key: KeyPath) -> ShowStock:
    """What a show sells from where, and how much of it is left."""
    return ShowStock(show=key, items=[pool_shown(pool) for pool in _given(session, key)])


def _given(session: Session, show: str) -> list[SalePool]:
    found = pools_of_show(session, show)
    if not found:
        raise NotFound(kind=Message(N_("The stock of the show")), name=show)
    return found


@router.post("/shows/{key}/stock/close")
def post_close(session: Writing, key: KeyPath) -> ShowStock:
    """The show is over: what nobody has reserved is free again."""
    return ShowStock(show=key, items=[pool_shown(pool) for pool in close_show(session, show=key)])


@router.get(
    "/shows/{key}/stock/events", response_class=Response, responses={200: {"content": {"text/event-stream": {}}}}
)
def stream_show_stock(session: Reading, request: Request, key: KeyPath) -> Response:
    """Server-sent events: the show's stock each time it changes, at most five times a second. The stream ends after 25 s; come back then."""
    _given(session, key)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx must not hold events back
    return StreamingResponse(_changes(request, key), media_type="text/event-stream", headers=headers)


async def _changes(request: Request, key: str) -> AsyncIterator[bytes]:
    caller: Caller = request.state.caller
    database: Database = request.app.state.database

    def look() -> str:
        with database.acting(caller).reading() as session:
            return ShowStock(
                show=key, items=[pool_shown(pool) for pool in pools_of_show(session, key)]
            ).model_dump_json()

    last, until = "", time.monotonic() + STREAM
    while time.monotonic() < until:
        now = await run_sync(look)
        if now != last:
            yield format_sse_event(data_str=now, event="stock", retry=1000)
            last = now
        if request.app.state.leaving.is_set() or await request.is_disconnected():
            return
        await anyio.sleep(STEP)
