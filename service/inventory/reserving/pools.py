"""Pools: how many packs of a SKU a show may sell from a place. Given, changed and closed here; filled up by themselves for orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from service.catalog.listing import skus_by_code
from service.catalog.models import Sku
from service.database import now
from service.errors import NotFound
from service.i18n import N_, Message
from service.inserting import insert_missing
from service.inventory.balances import hold
from service.inventory.models import Balance, Place
from service.inventory.places import SELLING, find_place, place_list
from service.inventory.promises import bound, hold_pools, make_free, sellable_packs
from service.inventory.reserving.models import ORDERS, SalePool
from service.inventory.reserving.refusing import SoldBeyond, TooLittleFree
from service.people.audit import record
from service.people.caller import caller_of
from service.people.reach import act_for, organisation_of
from service.webhooks.telling import tell

__all__ = ["close_show", "pools_of_show", "promise", "sku_of", "top_up"]

CHUNK = 500  # packs the orders' pool grows by at a time, if so many are free


def sku_of(session: Session, code: str) -> Sku:
    """A SKU by its code, one's own before a shared one; raises `NotFound` with names that are near."""
    found = skus_by_code(session, [code]).get(code)
    if found is None:
        raise NotFound(kind=Message(N_("The SKU")), name=code, known=session.scalars(select(Sku.code)))
    return found


def promise(
    session: Session, *, show: str, sku: str, place: str, packs: int, rank: int | None = None, on: date | None = None
) -> SalePool:
    """Let a show sell so many packs of a SKU from a place; what it was promised before is changed to that.

    Only lots count that keep long enough beyond the day of the show (`on`, default: today). Raises `NotFound`, `TooLittleFree`,
    `SoldBeyond`.
    """
    item, where = sku_of(session, sku), _selling(session, place)
    balances = hold(session, [(where, item)])
    pool = _own_pool(session, show, item, where, rank)
    pools = hold_pools(session, item, where)
    pool = next(one for one in pools if one.id == pool.id)
    if packs < pool.reserved + pool.sold:
        raise SoldBeyond(show=show, sku=sku, taken=pool.reserved + pool.sold, wanted=packs)
    free = _free(session, item, balances, [one for one in pools if one.id != pool.id], on or now().date())
    if packs > free and packs > pool.allotted:
        raise TooLittleFree(sku=sku, place=place, wanted=packs, free=max(0, free))
    pool.allotted, pool.open = packs, True
    if rank is not None:
        pool.rank = rank
    make_free(pools, sellable_packs(session, item, balances, on=now().date()))
    session.flush()
    record(session, "pool.promised", f"{show} {sku} {place}"[:200], packs=packs)
    _told(session, [pool], item.code, where.key)
    return pool


def close_show(session: Session, *, show: str) -> list[SalePool]:
    """A show sells nothing more: what nobody has reserved or bought of its pools is free again; reservations stand until they end."""
    mine = organisation_of(session)
    query = select(SalePool).join(SalePool.sku).join(SalePool.place)
    query = query.where(SalePool.organisation_id == mine, SalePool.show_key == show).options(
        contains_eager(SalePool.sku), contains_eager(SalePool.place)
    )
    pools = list(
        session.scalars(
            query.order_by(SalePool.id)
            .with_for_update(of=SalePool, key_share=True)
            .execution_options(populate_existing=True)
        )
    )
    if not pools:
        raise NotFound(kind=Message(N_("The stock of the show")), name=show)
    for pool in pools:
        pool.open, pool.allotted = False, pool.reserved + pool.sold
    session.flush()
    record(session, "pool.closed", show, pools=len(pools))
    for pool in pools:
        _told(session, [pool], pool.sku.code, pool.place.key)
    return pools


def pools_of_show(session: Session, show: str) -> list[SalePool]:
    """What a show sells from where, by SKU and preference; empty if nothing was promised to it."""
    query = (
        select(SalePool).join(SalePool.sku).join(SalePool.place)
        .where(SalePool.organisation_id == organisation_of(session), SalePool.show_key == show)
        .options(contains_eager(SalePool.sku), contains_eager(SalePool.place))
        .order_by(Sku.code, SalePool.rank, SalePool.id)
    )  # fmt: skip
    return list(session.scalars(query))


def top_up(session: Session, wanted: Mapping[tuple[int, str, tuple[str, ...]], int]) -> bool:
    """Let the orders' pools grow by what was wanted and is free, for (organisation, SKU, places by preference); whether any did.

    For the settler, whose session acts for the machine.
    """
    grown, machine = False, caller_of(session)
    for (organisation, code, places), packs in sorted(wanted.items()):
        act_for(session, replace(machine, organisation=organisation, everything=False))
        try:
            grown = _grow(session, code, places, packs) or grown
        finally:
            act_for(session, machine)
    return grown


def _grow(session: Session, code: str, places: tuple[str, ...], packs: int) -> bool:
    item = skus_by_code(session, [code]).get(code)
    if item is None:
        return False
    known = {place.key: place for place in place_list(session) if place.kind in SELLING}
    grown = False
    for key in places or tuple(known):
        if key not in known:
            continue
        balances = hold(session, [(known[key], item)])
        if not any(one.on_hand > 0 for one in balances):
            continue
        own = _own_pool(session, ORDERS, item, known[key], list(known).index(key))
        pools = hold_pools(session, item, known[key])
        pool = next(one for one in pools if one.id == own.id)
        taken = pool.reserved + pool.sold
        free = _free(session, item, balances, pools, now().date())
        room = min(free, max(packs, CHUNK))
        if room > pool.allotted - taken:
            pool.allotted, pool.open, grown = taken + room, True, True
            session.flush()
        if room >= packs:  # enough for all that was wanted, perhaps because another settler has just seen to it
            return True
    return grown


def _free(session: Session, item: Sku, balances: list[Balance], pools: list[SalePool], on: date) -> int:
    return sellable_packs(session, item, balances, on=on) - bound(pools)


def _selling(session: Session, key: str) -> Place:
    place = find_place(session, key, holding=True)
    if place.kind not in SELLING:
        names = [one.key for one in place_list(session) if one.kind in SELLING]
        raise NotFound(kind=Message(N_("The warehouse to sell from")), name=key, known=names)
    return place


def _own_pool(session: Session, show: str, item: Sku, place: Place, rank: int | None) -> SalePool:
    """The pool, made if it is new; two who make it at once get one."""
    mine = organisation_of(session)
    values = {
        "organisation_id": mine, "show_key": show, "sku_id": item.id, "place_id": place.id, "rank": rank or 0, "allotted": 0,
        "reserved": 0, "sold": 0, "open": True,
    }  # fmt: skip
    insert_missing(session, SalePool, [values])
    query = select(SalePool).where(
        SalePool.organisation_id == mine,
        SalePool.show_key == show,
        SalePool.sku_id == item.id,
        SalePool.place_id == place.id,
    )
    return session.scalars(query).one()


def _told(session: Session, pools: list[SalePool], sku: str, place: str) -> None:
    said = [
        {"show": one.show_key, "sku": sku, "place": place, "available": one.available, "reserved": one.reserved, "sold": one.sold}
        for one in pools
    ]  # fmt: skip
    tell(session, "pool.changed", {"pools": said})
