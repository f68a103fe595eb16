"""Prices as a merchant sets them, and as others may read them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.errors import DomainError
from service.i18n import N_
from service.people.audit import record
from service.pricing.files import MarketPrice, PriceEntry, bases
from service.pricing.models import CURRENCIES, Price
from service.webhooks.telling import tell

__all__ = ["BasisMissing", "NoSuchSkus", "ReferenceTooLow", "set_prices"]


class NoSuchSkus(DomainError):
    """Prices for goods that have no card."""

    status = 404
    title = N_("No card has these SKUs: {skus}.")
    remedy = N_("Correct the codes, or write the cards first. No price was changed.")


class BasisMissing(DomainError):
    """A price named beside the live one must say what it is."""

    title = N_("The reference price of {sku} in {market} has no known basis.")
    remedy = N_("Known: {known}. No price was changed.")


class ReferenceTooLow(DomainError):
    """A reference price that is no higher than the live one."""

    title = N_("The reference price of {sku} in {market} is not above the live price.")
    remedy = N_("Correct it, or leave the reference out. No price was changed.")


def set_prices(session: Session, prices: Mapping[str, PriceEntry]) -> list[Price]:
    """Set the caller's own prices, all or none; returns the rows as they are now, by SKU and market.

    Raises `NoSuchSkus`, `BasisMissing`, `ReferenceTooLow`.
    """
    skus = skus_by_code(session, prices)
    if unknown := sorted(set(prices) - set(skus)):
        raise NoSuchSkus(skus=unknown)
    ids = {sku.id for sku in skus.values()}
    present = {(p.sku_id, p.market): p for p in session.scalars(select(Price).where(Price.sku_id.in_(ids)))}
    rows = []
    for code in sorted(prices):
        for market, currency in CURRENCIES.items():
            given: MarketPrice | None = getattr(prices[code], market)
            if given is None:
                continue
            _check(code, market, given)
            row = present.get((skus[code].id, market)) or Price(sku=skus[code], market=market)
            values = (currency, given.live, given.reference, given.basis, False)
            if (row.currency, row.live, row.reference, row.basis, row.sample) != values:
                before = row.live
                row.currency, row.live, row.reference, row.basis, row.sample = values
                session.add(row)
                record(session, "price.set", f"{code} {market}", before=before, after=given.live)
                tell(session, "price.set", {"sku": code, "market": market, "currency": currency, "live": given.live})
            rows.append(row)
    session.flush()
    return rows


def _check(code: str, market: str, given: MarketPrice) -> None:
    if given.reference is None:
        return
    if given.basis not in bases():
        raise BasisMissing(sku=code, market=market, known=sorted(bases()))
    if given.reference <= given.live:
        raise ReferenceTooLow(sku=code, market=market)
