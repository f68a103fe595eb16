"""The stock of shows for those on air and beside them: what is left, promised, closed; and picking what was sold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from service.catalog.listing import skus_by_code
from service.catalog.models import Sku
from service.errors import DomainError, NotFound
from service.http.kinds import Id, KeyPath
from service.http.languages import CallerLocale
from service.i18n import N_, Locale, Message
from service.inventory.models import Movement, Place, StockDocument
from service.inventory.places import SELLING, place_list
from service.inventory.refusing import KeyUsed
from service.inventory.reserving.models import ORDERS, Reservation, SalePool
from service.inventory.reserving.picking import MOST, pick, to_pick
from service.inventory.reserving.pools import close_show, pools_of_show, promise
from service.inventory.watching.levels import stock_of, stock_page
from service.livestream.models import Show
from service.livestream.shows import list_shows
from service.people.guard import Guarded, reading
from service.people.reach import organisation_of
from service.web.layout import back, page
from service.web.posting import Key, new_key
from service.web.stock import PlaceQuery, TextQuery, link
from service.web.stock_acts import OURS, Writing, digits, refused
from service.web.stock_receive import read_code
from service.web.stock_words import StockWords

router = APIRouter(route_class=Guarded, prefix="/stock", include_in_schema=False)
Reading = Annotated[Session, reading("stock:read")]
DIGITS_OF_PACKS, DIGITS_OF_DAYS = 13, 4  # more is a slip of the finger
_Short = Annotated[str, Form(max_length=200)]
_Keys = Annotated[list[Annotated[str, Field(max_length=80)]] | None, Form(max_length=MOST)]


class NoPacks(DomainError):
    """A promise of nothing countable."""

    title = N_("“{packs}” is not a number of packs.")
    remedy = N_("Write a whole number; 0 takes the promise back.")


class NoDays(DomainError):
    """Days a lot must keep that are none."""

    title = N_("“{days}” is not a number of days.")
    remedy = N_("Write a whole number; 0: only lots that are over are left out.")


class NothingChosen(DomainError):
    """No reservation was ticked."""

    title = N_("No reservation is chosen.")
    remedy = N_("Tick at least one.")


@dataclass
class Selling:
    """A show's pools added up, in packs."""

    key: str
    show: Show | None
    skus: int = 0
    available: int = 0
    reserved: int = 0
    sold: int = 0
    open: bool = False


@dataclass
class Shelf:
    """All a show may sell of one SKU, from all places, in packs."""

    sku: Sku
    pools: list[SalePool] = field(default_factory=list)

    def total(self, name: str) -> int:
        """`available`, `reserved`, `sold` or `allotted` of all its pools."""
        return sum(getattr(pool, name) for pool in self.pools)

    @property
    def open(self) -> bool:
        """Whether it is on sale anywhere."""
        return any(pool.open for pool in self.pools)


@dataclass
class Take:
    """Packs of one lot to take from one place; `move` names them."""

    move: Movement
    packs: int = 0


@dataclass
class Sale:
    """What stands under one key and waits to be picked."""

    key: str
    order: str | None
    rows: list[Reservation] = field(default_factory=list)


@router.get("/selling")
def shows(session: Reading, request: Request, locale: CallerLocale) -> HTMLResponse:
    """Shows that sell from stock, and shows that nothing is promised to yet."""
    known = {show.key: show for show in list_shows(session)}
    left = case((SalePool.open, SalePool.allotted - SalePool.reserved - SalePool.sold), else_=0)
    sums = select(
        SalePool.show_key, func.count(SalePool.sku_id.distinct()), func.sum(left), func.sum(SalePool.reserved), func.sum(SalePool.sold),
        func.sum(case((SalePool.open, 1), else_=0)),
    ).where(SalePool.organisation_id == organisation_of(session)).group_by(SalePool.show_key)  # fmt: skip
    found = []
    for key, skus, available, reserved, sold, open_ in session.execute(sums):
        found.append(Selling(key, known.get(key), skus, int(available), int(reserved), int(sold), bool(open_)))
    newest = list(known)
    found.sort(key=lambda one: (one.key == ORDERS, not one.open, newest.index(one.key) if one.key in known else -1))
    there = {one.key for one in found}
    return page(
        request, locale, "selling.html", selling=found, bare=[show for key, show in known.items() if key not in there],
        orders=ORDERS, says=StockWords(locale),
    )  # fmt: skip


@router.get("/selling/{show}")
def live(
    session: Reading, request: Request, locale: CallerLocale, show: KeyPath, sku: TextQuery = "", place: PlaceQuery = "",
    said: str = "",
) -> HTMLResponse:  # fmt: skip
    """The live stock of a show; a SKU and a place in the form, if a link brought them."""
    return _live(session, request, locale, show, typed={"sku": sku, "place": place}, said=said)


def _live(
    session: Session, request: Request, locale: Locale, show: str, status: int = 200, **values: Any
) -> HTMLResponse:
    plan = next((one for one in list_shows(session) if one.key == show), None)
    links = {item.sku.code: item.link for item in plan.items} if plan else {}
    pools = pools_of_show(session, show)
    known = skus_by_code(session, {pool.sku.code for pool in pools} | links.keys(), with_texts=True)
    shelves = _shelves(pools)
    if not shelves and plan is None:
        raise NotFound(kind=Message(N_("The show")), name=show)
    shelves.sort(key=lambda one: (links.get(one.sku.code, len(links) + 1), one.sku.code))
    bare = [known[code] for code in links if code not in {one.sku.code for one in shelves}]
    given = {"typed": {}, "fault": None, "refused": "", "said": "", "key": new_key()} | values
    return page(
        request, locale, "selling_show.html", status, show=show, plan=plan, shelves=shelves, links=links, bare=stock_of(session, bare),
        places=[one for one in place_list(session) if one.kind in SELLING], sales=_sales(session, show), orders=show == ORDERS,
        known=stock_page(session, limit=200)[0], says=StockWords(locale), link=link, **given,
    )  # fmt: skip


def _shelves(pools: Sequence[SalePool]) -> list[Shelf]:
    """Pools by SKU."""
    found: dict[int, Shelf] = {}
    for pool in pools:
        found.setdefault(pool.sku_id, Shelf(pool.sku)).pools.append(pool)
    return list(found.values())


def _sales(session: Session, show: str) -> list[Sale]:
    """What was sold and waits to be picked, the oldest first."""
    found: dict[str, Sale] = {}
    for row in to_pick(session, show=show):
        found.setdefault(row.key, Sale(row.key, row.order)).rows.append(row)
    return list(found.values())


@router.post("/selling/{show}/promise", dependencies=OURS)
def give(
    session: Writing, request: Request, locale: CallerLocale, show: KeyPath, sku: _Short = "", place: _Short = "", packs: _Short = "",
) -> Response:  # fmt: skip
    """Let the show sell so many packs of a SKU from a place, or change what it may."""
    _demand_show(show)
    typed = {"sku": sku, "place": place, "packs": packs}
    try:
        wanted = digits(packs)
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) <= DIGITS_OF_PACKS):
            raise NoPacks(packs=packs[:40])
        with session.begin_nested():
            promise(session, show=show, sku=read_code(session, sku).sku.code, place=place, packs=int(wanted))
    except DomainError as error:
        fault = refused(session, error, locale)
        return _live(session, request, locale, show, fault.status, typed=typed, refused="promise", fault=fault)
    return back(f"/stock/selling/{show}", "promised")


@router.post("/selling/{show}/close", dependencies=OURS)
def close(session: Writing, show: KeyPath) -> Response:
    """The show sells nothing more; what nobody has reserved is free again."""
    _demand_show(show)
    close_show(session, show=show)
    return back(f"/stock/selling/{show}", "closed")


def _demand_show(show: str) -> None:
    """Orders outside shows have a pool that nobody fills or closes by hand."""
    if show == ORDERS:
        raise NotFound(kind=Message(N_("The show")), name=show)


@router.post("/selling/{show}/pick", dependencies=OURS)
def take_out(
    session: Writing, request: Request, locale: CallerLocale, show: KeyPath, key: Key, reservation: _Keys = None, days: _Short = "",
) -> Response:  # fmt: skip
    """Pick the ticked reservations; lots must live `days` longer. The list is shown."""
    keys, least = reservation or [], digits(days) or "0"
    try:
        if not keys:
            raise NothingChosen()
        if not (least.isascii() and least.isdigit() and len(least) <= DIGITS_OF_DAYS):
            raise NoDays(days=days[:40])
        with session.begin_nested():
            picked = pick(session, reservations=keys, key=f"page/{key}", days=int(least))
    except DomainError as error:
        typed = {"reservation": keys, "days": days}
        fault, fresh = refused(session, error, locale), new_key() if isinstance(error, KeyUsed) else key
        return _live(session, request, locale, show, fault.status, typed=typed, refused="pick", fault=fault, key=fresh)
    return back(f"/stock/picks/{picked.document.id}")


@router.get("/picks/{document}")
def pick_list(session: Reading, request: Request, locale: CallerLocale, document: Id) -> HTMLResponse:
    """What to take from where, and which order gets what; to be read in the warehouse or printed."""
    query = select(Movement).join(Movement.document).where(
        Movement.document_id == document, Movement.organisation_id == organisation_of(session), StockDocument.kind == "pick"
    )  # fmt: skip
    with_all = (
        joinedload(Movement.document),
        joinedload(Movement.sku),
        joinedload(Movement.lot),
        joinedload(Movement.source),
    )
    moves = session.scalars(query.options(*with_all).order_by(Movement.id)).all()
    if not moves:
        raise NotFound(kind=Message(N_("The pick list")), name=str(document))
    skus_by_code(session, {move.sku.code for move in moves}, with_texts=True)
    return page(
        request, locale, "selling_pick.html", document=moves[0].document, takes=_takes(moves), packs=sum(move.quantity for move in moves), parcels=_parcels(moves),
        orders=_orders(session, moves), says=StockWords(locale),
    )  # fmt: skip


def _takes(moves: Sequence[Movement]) -> list[tuple[Place, list[Take]]]:
    """Packs of each lot to take, by place, in the order of a walk."""
    found: dict[tuple[int, int], Take] = {}
    for move in moves:
        found.setdefault((move.from_place_id, move.lot_id), Take(move)).packs += move.quantity
    walk = sorted(found.values(), key=lambda one: (one.move.source.position, one.move.source.key, one.move.sku.code))
    return [(place, list(some)) for place, some in groupby(walk, key=lambda one: one.move.source)]


def _parcels(moves: Sequence[Movement]) -> dict[str, list[Movement]]:
    """What belongs to each reservation."""
    found: dict[str, list[Movement]] = {}
    for move in moves:
        found.setdefault(move.reservation or "—", []).append(move)
    return found


def _orders(session: Session, moves: Sequence[Movement]) -> dict[str, str]:
    """Order numbers by reservation, where the seller gave one."""
    keys = {move.reservation for move in moves}
    query = select(Reservation.key, Reservation.order).where(
        Reservation.organisation_id == organisation_of(session), Reservation.key.in_(keys)
    )
    return {key: order for key, order in session.execute(query) if order}
