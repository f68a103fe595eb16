"""States of many cards in the channels of a market, kept while nobody has changed anything, so that counts and filters cost little."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fastapi import Request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.catalog.models import Product
from service.compliance.entries import Market
from service.listings.channels import Channel, channels
from service.listings.checking import Verdict, matrix
from service.people.audit import AuditHead
from service.people.reach import organisation_of

__all__ = ["MOST_COUNTED", "States", "channels_in", "states_in", "verdicts_of", "whole_cards"]

MOST_COUNTED = 600
"""Cards that are judged for one page at most: some five seconds; beyond, people narrow what they look at."""
_KEPT_FOR = 120.0  # seconds; cards others share with us change without our record telling so
_MOST_KEPT = 64


@dataclass
class States:
    """What is known of one organisation in one market on one day: states by channel, by the id of the card."""

    stamp: str
    until: float
    known: dict[int, Mapping[str, str]] = field(default_factory=dict)

    def learn(self, products: Sequence[Product], verdicts: Sequence[Verdict]) -> None:
        """Take over what was judged just now."""
        ids = {one.key: one.id for one in products}
        found: dict[int, dict[str, str]] = {one: {} for one in ids.values()}
        for verdict in verdicts:
            found[ids[verdict.product]][verdict.channel] = verdict.state
        self.known.update(found)

    def of(
        self, session: Session, market: Market, day: date, ids: Sequence[int]
    ) -> Mapping[int, Mapping[str, str]] | None:
        """States of these cards; None where too many of them have not been judged yet."""
        unknown = [one for one in ids if one not in self.known]
        if len(unknown) > MOST_COUNTED:
            return None
        if unknown:
            products = whole_cards(session, unknown)
            self.learn(products, verdicts_of(session, products, channels_in(market), market, day))
        return {one: self.known.get(one, {}) for one in ids}


def channels_in(market: Market) -> list[Channel]:
    """The channels that sell in a market, in the order of their keys; those that sell anywhere last."""
    found = [one for one in channels().values() if one.content.market in (market, "any")]
    return sorted(found, key=lambda one: (one.content.market == "any", one.key))


def states_in(request: Request, session: Session, market: Market, day: date) -> States:
    """The states known of the caller's organisation, for as long as its record has no newer entry."""
    kept: dict[Any, States] = getattr(request.app.state, "listing_states", None) or {}
    request.app.state.listing_states = kept
    own = organisation_of(session)
    stamp = session.scalar(select(AuditHead.digest).where(AuditHead.organisation_id == own)) or ""
    found = kept.get((own, market, day))
    if found is None or found.stamp != stamp or found.until < time.monotonic():
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        found = kept[own, market, day] = States(stamp, time.monotonic() + _KEPT_FOR)
    return found


def whole_cards(session: Session, ids: Sequence[int]) -> list[Product]:
    """Cards with all their texts and SKUs, in the order of their keys."""
    query = select(Product).where(Product.id.in_(ids)).order_by(Product.key)
    options = (selectinload(Product.texts), selectinload(Product.skus), joinedload(Product.family))
    return list(session.scalars(query.options(*options)))


def verdicts_of(
    session: Session, products: Sequence[Product], some: Sequence[Channel], market: Market, day: date
) -> list[Verdict]:  # fmt: skip
    """Verdicts on cards in one market."""
    return [one for one in matrix(session, products, some, day) if one.market == market]
