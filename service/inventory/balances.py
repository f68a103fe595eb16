"""Balances: held under locks in one order, changed by what moves, never below nothing where there are walls, never below what is promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, selectinload

from service.catalog.models import Sku
from service.inserting import insert_missing
from service.inventory.models import Balance, Lot, Place
from service.inventory.places import HOLDING, SELLING
from service.inventory.promises import demand_free
from service.inventory.refusing import NotEnough
from service.people.reach import organisation_of

__all__ = ["At", "hold", "hold_with_room", "shift"]

At = tuple[int, int, int]  # place, SKU, lot
CHUNK = 2000


def hold(session: Session, pairs: Iterable[tuple[Place, Sku]]) -> list[Balance]:
    """The balances of these SKUs in these places, held until the transaction ends; by id, as everywhere."""
    return _held(session, sorted({(place.id, sku.id) for place, sku in pairs}))


def hold_with_room(session: Session, change: Mapping[At, int], places: Mapping[int, Place]) -> list[Balance]:
    """The same, with a balance for every lot that comes to a place first; two who make the same one at once get one."""
    mine = organisation_of(session)
    rows = [
        {"organisation_id": mine, "place_id": at, "sku_id": sku, "lot_id": lot, "on_hand": 0, "bounded": places[at].kind in HOLDING}
        for at, sku, lot in sorted(change)
    ]  # fmt: skip
    insert_missing(session, Balance, rows)
    return _held(session, sorted({(at, sku) for at, sku, _ in change}))


def _held(session: Session, pairs: list[tuple[int, int]]) -> list[Balance]:
    mine, ids = organisation_of(session), list[int]()
    for start in range(0, len(pairs), CHUNK):
        about = tuple_(Balance.place_id, Balance.sku_id).in_(pairs[start : start + CHUNK])
        ids += session.scalars(select(Balance.id).where(Balance.organisation_id == mine, about))
    ids.sort()
    found: list[Balance] = []
    for start in range(0, len(ids), CHUNK):
        query = select(Balance).where(Balance.id.in_(ids[start : start + CHUNK])).order_by(Balance.id)
        query = query.options(selectinload(Balance.lot)).with_for_update(of=Balance)
        found += session.scalars(query.execution_options(populate_existing=True))
    return found


def shift(
    session: Session, balances: list[Balance], change: Mapping[At, int], places: Mapping[int, Place],
    lots: Mapping[int, tuple[Sku, Lot]], lowered: Mapping[tuple[int, int], int] | None = None,
) -> None:  # fmt: skip
    """Change held balances; `lowered` says by how much promises were lowered with it, by (place, SKU). Raises `NotEnough` for every lot a place would have less than nothing of, `Promised`."""
    there = {(one.place_id, one.sku_id, one.lot_id): one for one in balances}
    lacking = [
        {
            "sku": lots[lot][0].code, "lot": lots[lot][1].code or "—", "place": places[place].key, "wanted": -packs,
            "there": there[place, sku, lot].on_hand,
        }
        for (place, sku, lot), packs in change.items()
        if places[place].kind in HOLDING and there[place, sku, lot].on_hand + packs < 0
    ]  # fmt: skip
    if lacking:
        raise NotEnough(lacking)
    for at, packs in change.items():
        there[at].on_hand += packs
    session.flush()
    left = {(place, sku) for (place, sku, _), packs in change.items() if packs < 0 and places[place].kind in SELLING}
    items = {sku.id: sku for sku, _ in lots.values()}
    for place, sku in sorted(left):
        of_sku = [one for one in balances if one.place_id == place and one.sku_id == sku]
        by_lot = {lot: packs for (at, item, lot), packs in change.items() if at == place and item == sku}
        demand_free(session, items[sku], places[place], of_sku, by_lot, lowered=(lowered or {}).get((place, sku), 0))
