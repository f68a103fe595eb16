"""What of the stock in a place is promised: the ledger asks here before goods leave it, shows before they are given more.

Orders outside shows have a pool that grows and shrinks by itself: what of it nobody has reserved counts as free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import Sku
from service.database import now
from service.inventory import fefo
from service.inventory.lots import handling_of, least_days_of
from service.inventory.models import Balance, Place
from service.inventory.refusing import Promised
from service.inventory.reserving.models import ORDERS, SalePool
from service.people.reach import organisation_of

__all__ = ["bound", "demand_free", "good_packs", "hold_pools", "make_free", "sellable_packs"]


def hold_pools(session: Session, sku: Sku, place: Place) -> list[SalePool]:
    """The pools of a SKU in a place, held until the transaction ends. Balances are held before them, everywhere."""
    query = select(SalePool).where(
        SalePool.organisation_id == organisation_of(session), SalePool.sku_id == sku.id, SalePool.place_id == place.id
    )
    query = query.order_by(SalePool.id).with_for_update(key_share=True)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def bound(pools: Iterable[SalePool]) -> int:
    """Packs that somebody counts on: all that shows were given, and of the orders' pool what is reserved or sold."""
    return sum(pool.reserved + pool.sold if pool.show_key == ORDERS else pool.allotted for pool in pools)


def good_packs(balances: Iterable[Balance], *, on: date, days: int) -> int:
    """Packs in lots that live `days` beyond `on`."""
    lots = (fefo.InLot(one.lot_id, one.on_hand, one.lot.expires_on) for one in balances)
    return sum(lot.quantity for lot in lots if fefo.still_good(lot, on=on, days=days))


def sellable_packs(session: Session, sku: Sku, balances: Iterable[Balance], *, on: date) -> int:
    """Packs of these balances that keep long enough to be sold on a day."""
    return good_packs(balances, on=on, days=least_days_of(sku.product, handling_of(session, sku)))


def make_free(pools: Iterable[SalePool], there: int) -> None:
    """Shrink the orders' pool to what is left for it of `there` packs; what is reserved or sold in it stays."""
    pools = list(pools)
    others = sum(pool.allotted for pool in pools if pool.show_key != ORDERS)
    for pool in pools:
        if pool.show_key == ORDERS:
            pool.allotted = max(pool.reserved + pool.sold, min(pool.allotted, there - others))


def demand_free(
    session: Session,
    sku: Sku,
    place: Place,
    balances: Iterable[Balance],
    change: Mapping[int, int],
    *,
    lowered: int = 0,
) -> None:
    """Raises `Promised` if what is left in the place does not cover what is promised from it; `change` is what came or left, by lot;

    `lowered` by how much the promise was lowered with it (picking).

    Goods too old to be sold do not stand in for promised ones; they may leave as long as the promise is not made worse.
    """
    balances = list(balances)
    pools = hold_pools(session, sku, place)
    taken, left = bound(pools), sum(one.on_hand for one in balances)
    days = least_days_of(sku.product, handling_of(session, sku))
    good = good_packs(balances, on=now().date(), days=days)
    lots = [fefo.InLot(one.lot_id, change.get(one.lot_id, 0), one.lot.expires_on) for one in balances]
    gone = -sum(lot.quantity for lot in lots if fefo.still_good(lot, on=now().date(), days=days))
    if left < taken or taken - good > max(0, taken + lowered - good - gone):
        leaving = -sum(change.values())
        raise Promised(
            sku=sku.code, place=place.key, wanted=leaving, free=max(0, min(left + leaving, good + gone) - taken)
        )
    make_free(pools, good)
    session.flush()
