"""Rebuilds every balance from the movements, every pool's counters from the reservations, and names each difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import BigInteger, case, cast, exists, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from service.catalog.models import Sku
from service.inventory.models import Balance, Lot, Movement, Place
from service.inventory.places import HOLDING, SELLING, places_by_key
from service.inventory.reserving.models import BOUND, Reservation, SalePool
from service.people.audit import record
from service.people.reach import organisation_of

__all__ = ["Difference", "Verified", "rebuild", "verify"]


@dataclass(frozen=True)
class Difference:
    """A number that is not what it is made of. `what`: balance, reserved, sold or promised; `found` stands there, `made_of` should."""

    what: str
    place: str
    sku: str
    lot: str
    show: str
    found: int
    made_of: int


@dataclass(frozen=True)
class Verified:
    """What was looked at, and every difference."""

    movements: int
    balances: int
    pools: int
    differences: list[Difference]


def verify(session: Session) -> Verified:
    """Compare all of one's own balances and pools with what they are made of, the movements in one pass."""
    mine = organisation_of(session)
    movements, wrong = _balances(session, mine)
    found = [*wrong, *_counters(session, mine), *_promises(session, mine)]
    count = [
        session.scalar(select(func.count()).select_from(table).where(table.organisation_id == mine)) or 0
        for table in (Balance, SalePool)
    ]
    return Verified(movements, count[0], count[1], found)


def rebuild(session: Session) -> list[Difference]:
    """Set every balance that differs to the sum of its movements, also one that is missing; returns what was set right.

    Movements are never touched.
    """
    mine = organisation_of(session)
    _, wrong = _balances(session, mine)
    places = places_by_key(session)
    for one in wrong:
        lots = select(Lot).join(Sku, Sku.id == Lot.sku_id)
        lot = session.scalars(lots.where(Lot.organisation_id == mine, Sku.code == one.sku, Lot.code == one.lot)).first()
        if lot is None or one.place not in places:
            continue  # a card or place that is gone; the difference stays to be told
        place = places[one.place]
        there = select(Balance).where(
            Balance.organisation_id == mine, Balance.place_id == place.id, Balance.lot_id == lot.id
        )
        balance = session.scalars(there).first()
        if balance is None:
            bounded = place.kind in HOLDING
            balance = Balance(
                organisation_id=mine, place_id=place.id, sku_id=lot.sku_id, lot_id=lot.id, bounded=bounded
            )
            session.add(balance)
        balance.on_hand = one.made_of
    session.flush()
    if wrong:
        record(session, "stock.rebuilt", "balances", changed=len(wrong))
    return wrong


def _balances(session: Session, mine: int) -> tuple[int, list[Difference]]:
    """How many movements there are, and every balance that is not their sum."""
    went = (  # the lot first: it tells rows apart soonest
        select(
            Movement.lot_id.label("lot"), Movement.from_place_id.label("source"), Movement.to_place_id.label("target"),
            Movement.sku_id.label("sku"), cast(func.sum(Movement.quantity), BigInteger).label("packs"), func.count().label("count"),
        )
        .where(Movement.organisation_id == mine)
        .group_by(Movement.lot_id, Movement.from_place_id, Movement.to_place_id, Movement.sku_id).cte("went")
    )  # fmt: skip
    held = select(
        Balance.place_id.label("place"), Balance.sku_id.label("sku"), Balance.lot_id.label("lot"), Balance.on_hand.label("found"),
        literal(0).label("made"),
    ).where(Balance.organisation_id == mine)  # fmt: skip
    both = union_all(
        held,
        select(went.c.source, went.c.sku, went.c.lot, literal(0), -went.c.packs),
        select(went.c.target, went.c.sku, went.c.lot, literal(0), went.c.packs),
    ).subquery()
    found, made = func.sum(both.c.found), func.sum(both.c.made)
    differing = (
        select(both.c.place, both.c.sku, both.c.lot, found.label("found"), made.label("made"))
        .group_by(both.c.place, both.c.sku, both.c.lot).having(found != made)
    ).subquery()  # fmt: skip
    total = select(func.coalesce(func.sum(went.c.count), 0).label("movements")).subquery()
    query = (
        select(total.c.movements, Place.key, Sku.code, Lot.code, differing.c.found, differing.c.made)
        .select_from(total).outerjoin(differing, true())
        .outerjoin(Place, Place.id == differing.c.place).outerjoin(Sku, Sku.id == differing.c.sku)
        .outerjoin(Lot, Lot.id == differing.c.lot).order_by(Place.key, Sku.code, Lot.code)
    )  # fmt: skip
    rows = session.execute(query).all()
    differences = [
        Difference("balance", place or "?", sku or "?", lot or "", "", int(there), int(should))
        for _, place, sku, lot, there, should in rows
        if there is not None
    ]
    return int(rows[0][0]), differences


def _counters(session: Session, mine: int) -> Iterator[Difference]:
    kept = (
        select(
            Reservation.pool_id.label("pool"),
            func.sum(case((Reservation.state == "active", Reservation.quantity), else_=0)).label("reserved"),
            func.sum(case((Reservation.state == "confirmed", Reservation.quantity), else_=0)).label("sold"),
        )
        .where(Reservation.organisation_id == mine, Reservation.state.in_(("active", "confirmed")))
        .group_by(Reservation.pool_id).subquery()
    )  # fmt: skip
    reserved, sold = func.coalesce(kept.c.reserved, 0), func.coalesce(kept.c.sold, 0)
    query = (
        select(Place.key, Sku.code, SalePool.show_key, SalePool.reserved, reserved, SalePool.sold, sold)
        .join(Place, Place.id == SalePool.place_id).join(Sku, Sku.id == SalePool.sku_id)
        .outerjoin(kept, kept.c.pool == SalePool.id)
        .where(SalePool.organisation_id == mine, or_(SalePool.reserved != reserved, SalePool.sold != sold))
    )  # fmt: skip
    lost = select(Reservation.key, Reservation.quantity).where(
        Reservation.organisation_id == mine, Reservation.state.in_(("active", "confirmed")), ~exists().where(SalePool.id == Reservation.pool_id)
    )  # fmt: skip
    for key, packs in session.execute(lost):
        yield Difference("reserved", "?", "?", "", key, packs, 0)
    for place, sku, show, has, should, has_sold, should_sold in session.execute(query):
        if has != should:
            yield Difference("reserved", place, sku, "", show, has, int(should))
        if has_sold != should_sold:
            yield Difference("sold", place, sku, "", show, has_sold, int(should_sold))


def _promises(session: Session, mine: int) -> Iterator[Difference]:
    """Places that are promised more than they hold."""
    promised = (
        select(SalePool.place_id.label("place"), SalePool.sku_id.label("sku"), func.sum(BOUND).label("packs"))
        .where(SalePool.organisation_id == mine).group_by(SalePool.place_id, SalePool.sku_id).subquery()
    )  # fmt: skip
    there = (
        select(Balance.place_id.label("place"), Balance.sku_id.label("sku"), func.sum(Balance.on_hand).label("packs"))
        .where(Balance.organisation_id == mine).group_by(Balance.place_id, Balance.sku_id).subquery()
    )  # fmt: skip
    on_hand = func.coalesce(there.c.packs, 0)
    query = (
        select(Place.key, Sku.code, promised.c.packs, on_hand)
        .select_from(promised).join(Place, Place.id == promised.c.place).join(Sku, Sku.id == promised.c.sku)
        .outerjoin(there, (there.c.place == promised.c.place) & (there.c.sku == promised.c.sku))
        .where(promised.c.packs > on_hand, Place.kind.in_(SELLING))
    )  # fmt: skip
    for place, sku, packs, held in session.execute(query):
        yield Difference("promised", place, sku, "", "", int(packs), int(held))
