"""Prices as a merchant sets them, and as others may read them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.database import now
from service.people.audit import record
from service.pricing.files import MarketPrice, PriceEntry, bases
from service.pricing.models import CURRENCIES, Price
from service.pricing.offering import Wanted, add_rows, told_anew
from service.pricing.refusing import BasisMissing, NoSuchSkus, ReferenceTooLow
from service.pricing.turns import take_turns
from service.webhooks.telling import tell

__all__ = ["BasisMissing", "NoSuchSkus", "ReferenceTooLow", "set_prices"]


def set_prices(session: Session, prices: Mapping[str, PriceEntry]) -> list[Price]:
    """Set the caller's own prices, all or none; returns the rows as they are now, by SKU and market.

    The history of offered prices says the same from now on, for all channels that have no price of their own. Raises `NoSuchSkus`,
    `BasisMissing`, `ReferenceTooLow`, `BelowFloor`, `CompareTooLow`.
    """
    take_turns(session)
    skus = skus_by_code(session, prices)
    if unknown := sorted(set(prices) - set(skus)):
        raise NoSuchSkus(skus=unknown)
    wanted = []
    for code in sorted(prices):
        for market in CURRENCIES:
            given: MarketPrice | None = getattr(prices[code], market)
            if given is not None:
                _check(code, market, given)
                wanted.append(Wanted(skus[code].id, code, market, given.live, given.reference, given.basis))
    history, refused = told_anew(session, wanted, now())
    if refused:
        raise refused[0].error
    ids = {sku.id for sku in skus.values()}
    present = {(p.sku_id, p.market): p for p in session.scalars(select(Price).where(Price.sku_id.in_(ids)))}
    told = {(row["sku_id"], row["market"]) for row in history}
    rows = []
    for one in wanted:
        currency = CURRENCIES[one.market]
        row = present.get((one.sku_id, one.market)) or Price(sku=skus[one.code], market=one.market)
        values = (currency, one.live, one.reference, one.basis, False)
        if (row.currency, row.live, row.reference, row.basis, row.sample) != values or (one.sku_id, one.market) in told:
            before = row.live
            row.currency, row.live, row.reference, row.basis, row.sample = values
            session.add(row)
            record(session, "price.set", f"{one.code} {one.market}", before=before, after=one.live)
            tell(session, "price.set", {"sku": one.code, "market": one.market, "currency": currency, "live": one.live})
        rows.append(row)
    session.flush()
    add_rows(session, history)
    return rows


def _check(code: str, market: str, given: MarketPrice) -> None:
    if given.reference is None:
        return
    if given.basis not in bases():
        raise BasisMissing(sku=code, market=market, known=sorted(bases()))
    if given.reference <= given.live:
        raise ReferenceTooLow(sku=code, market=market)
