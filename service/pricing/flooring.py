"""A floor from what a pack costs: the price from which on every higher one leaves the wanted margin, kept as a floor if so wished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from service.i18n import Locale
from service.pricing.costs import costs
from service.pricing.explaining import Reckoned, reckon
from service.pricing.floors import Floor, floor_price
from service.pricing.landing import Money, shown_share
from service.pricing.models import OfferedPrice
from service.pricing.offering import Offer, offer
from service.pricing.rounding import Suggested, suggest

__all__ = ["FloorFound", "find_floor", "keep_floor"]


@dataclass(frozen=True, slots=True)
class FloorFound:
    """The floor of a SKU on a channel that leaves `wanted`, its break-even price, and the price above it that ends as usual there."""

    reckoned: Reckoned
    wanted: Fraction
    break_even: Floor
    floor: Floor
    suggested: Suggested

    def as_data(self, locale: Locale) -> dict[str, Any]:
        """For programs; money in minor units."""
        told = self.reckoned
        goods = told.pack.goods
        return {
            "sku": told.sku, "channel": told.channel.key, "market": told.market, "on": told.on.isoformat(), "route": told.route,
            "regime": str(told.pack.regime), "currency": self.floor.price.currency, "wanted": shown_share(self.wanted).say(locale),
            "goods": {**goods.money._asdict(), "source": goods.source, "verified": goods.verified},
            "break_even": self.break_even.price.amount, "floor": self.floor.price.amount,
            "until": self.floor.until and self.floor.until.amount, "suggested": self.suggested.amount,
            "notes": [note.say(locale) for note in told.notes],
        }  # fmt: skip


def find_floor(
    session: Session, sku: str, *, channel: str, on: date, goods: Money | None = None, regime: str | None = None,
    wanted: Fraction | None = None,
) -> FloorFound:  # fmt: skip
    """The floor of a SKU on a channel for a wanted margin (None: that of the costs). Needs no price, for a floor does not depend on it.

    Raises `NoFloor`, and what `explain` raises but `PriceMissing` for the price itself.
    """
    told = reckon(session, sku, channel=channel, on=on, goods=goods, regime=regime)
    aim = costs().margin.figure.share if wanted is None else wanted
    floor = floor_price(told.pack, aim)
    amount = floor.price.amount
    return FloorFound(told, aim, floor_price(told.pack), floor, suggest(amount, told.market, channel, amount))


def keep_floor(session: Session, found: FloorFound) -> OfferedPrice:
    """Offer it as the channel's floor from now on. Raises `BelowFloor` if a price that is offered, or planned, lies below it."""
    told, price = found.reckoned, found.floor.price
    (row,) = offer(session, [Offer(sku=told.sku, market=told.market, channel=told.channel.key, kind="floor", amount=price.amount)])  # fmt: skip
    return row
