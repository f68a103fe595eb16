"""Picking: what was sold leaves the warehouse. Only now lots are chosen, first expired first out, among those that keep long enough."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.catalog.models import Sku
from service.database import now
from service.errors import NotFound
from service.i18n import N_, Message
from service.inventory import fefo, ledger
from service.inventory.balances import hold
from service.inventory.models import Balance, Lot, StockDocument
from service.inventory.places import outside
from service.inventory.refusing import KeyUsed
from service.inventory.reserving.deciding import STATES
from service.inventory.reserving.models import Reservation, SalePool
from service.inventory.reserving.refusing import Lapsed, NothingToPick
from service.inventory.serials import serials_in
from service.people.reach import organisation_of

__all__ = ["Picked", "pick", "to_pick"]

MOST = 200  # reservations on one pick list


@dataclass(frozen=True)
class Picked:
    """The document, and what to take from where for which reservation: (key, place, SKU, lot, packs)."""

    document: StockDocument
    lines: list[tuple[str, str, str, str, int]]
    again: bool = False


def to_pick(session: Session, *, show: str | None = None, limit: int = MOST) -> list[Reservation]:
    """Sold and not picked, the oldest first."""
    query = select(Reservation).join(Reservation.pool).options(joinedload(Reservation.pool).joinedload(SalePool.sku))
    query = query.where(Reservation.organisation_id == organisation_of(session), Reservation.state == "confirmed")
    if show:
        query = query.where(SalePool.show_key == show)
    return list(session.scalars(query.order_by(Reservation.id).limit(limit)))


def pick(session: Session, *, reservations: Sequence[str], key: str, on: date | None = None, days: int = 0) -> Picked:
    """Take what these reservations bought out of its warehouses, as one document; lots must live `days` beyond the day of picking.

    Raises `NotFound`, `Lapsed` for what is not sold, `NothingToPick` where no lot keeps long enough; then nothing is picked.
    """
    mine, day = organisation_of(session), on or now().date()
    if before := _before(session, mine, key, reservations):
        return before
    rows = _sold(session, mine, reservations)
    pairs = {(row.pool.place, row.pool.sku) for row in rows}
    balances = hold(session, pairs)
    if before := _before(session, mine, key, reservations):  # picked by somebody else while we waited for the balances
        return before
    pools = {
        pool.id: pool
        for pool in session.scalars(
            select(SalePool).where(SalePool.id.in_({row.pool_id for row in rows})).order_by(SalePool.id)
            .with_for_update(key_share=True).execution_options(populate_existing=True)
        )
    }  # fmt: skip
    again = (
        select(Reservation)
        .where(Reservation.id.in_([row.id for row in rows]))
        .execution_options(populate_existing=True)
    )
    rows = sorted(session.scalars(again.with_for_update()), key=lambda row: row.id)
    _demand_sold(rows)
    lines, lacking = _lines(session, rows, balances, day, days)
    if lacking:
        raise NothingToPick(lacking)
    lowered: dict[tuple[int, int], int] = defaultdict(int)
    for row in rows:
        pool = pools[row.pool_id]
        lowered[pool.place_id, pool.sku_id] += row.quantity
        pool.sold -= row.quantity
        pool.allotted -= row.quantity
        row.state = "picked"
    session.flush()
    posted = ledger.post(session, kind="pick", key=key, lines=lines, lowered=lowered)
    return Picked(posted.document, [_said(line) for line in lines])


def _sold(session: Session, mine: int, keys: Sequence[str]) -> list[Reservation]:
    query = select(Reservation).where(Reservation.organisation_id == mine, Reservation.key.in_(keys))
    pool = joinedload(Reservation.pool)
    query = query.options(pool.joinedload(SalePool.sku).joinedload(Sku.product), pool.joinedload(SalePool.place))
    rows = list(session.scalars(query.order_by(Reservation.id)))
    if missing := [key for key in keys if key not in {row.key for row in rows}]:
        raise NotFound(kind=Message(N_("The reservation")), name=missing[0])
    _demand_sold(rows)
    return rows


def _demand_sold(rows: Sequence[Reservation]) -> None:
    for row in rows:
        if row.state != "confirmed":
            raise Lapsed(key=row.key, state=Message(STATES[row.state]), wanted=Message(N_("picked")))


def _lines(
    session: Session, rows: Sequence[Reservation], balances: Sequence[Balance], day: date, days: int
) -> tuple[list[ledger.Line], list[dict[str, Any]]]:
    customer = outside(session, "customer")
    there: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    lots: dict[int, Lot] = {}
    for one in balances:
        there[one.place_id, one.sku_id][one.lot_id] = one.on_hand
        lots[one.lot_id] = one.lot
    lines: list[ledger.Line] = []
    numbered: dict[tuple[int, int], list[str]] = {}
    lacking: list[dict[str, Any]] = []
    for row in rows:
        sku, place = row.pool.sku, row.pool.place
        held = there[place.id, sku.id]
        in_lots = [fefo.InLot(lot, packs, lots[lot].expires_on, lots[lot].made_on) for lot, packs in held.items()]
        taken, missing = fefo.allocate(in_lots, row.quantity, on=day, days=days)
        if missing:
            lacking.append({"key": row.key, "sku": sku.code, "place": place.key, "missing": missing})
        for lot, packs in taken:
            held[lot] -= packs
            if (place.id, lot) not in numbered:
                numbered[place.id, lot] = serials_in(session, sku, lots[lot], place)
            serials = tuple(numbered[place.id, lot][:packs])
            del numbered[place.id, lot][:packs]
            lines.append(ledger.Line(sku, lots[lot], place, customer, packs, serials, reservation=row.key))
    return lines, lacking


def _said(line: ledger.Line) -> tuple[str, str, str, str, int]:
    return (line.reservation or "", line.source.key, line.sku.code, line.lot.code, line.quantity)


def _before(session: Session, mine: int, key: str, reservations: Sequence[str]) -> Picked | None:
    """A pick list that was picked under this key."""
    found = session.scalar(select(StockDocument).where(StockDocument.organisation_id == mine, StockDocument.key == key))
    if found is None:
        return None
    if {move.reservation for move in found.movements} != set(reservations):
        raise KeyUsed(key=key)
    lines = [
        (move.reservation or "", move.source.key, move.sku.code, move.lot.code, move.quantity)
        for move in found.movements
    ]
    return Picked(found, lines, again=True)
