"""Prices as people are used to see them: whole roubles, 12.90 yuan. The rules are `catalogs/price-rounding.yaml`; pure.

Only suggests: a price that somebody told is never rounded behind their back.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, NamedTuple

from pydantic import Field

from service.authored import Strict, content_of
from service.catalog.files import Market, Text, Whole
from service.pricing.landing import MOST
from service.resources import root

__all__ = ["RoundingFile", "RoundingRule", "Suggested", "rounding", "suggest"]

Ending = Annotated[int, Field(ge=0, lt=10**6)]


class RoundingRule(Strict):
    """How prices of a market, or of one channel in it, end up to a price."""

    market: Market
    channel: str | None = None
    up_to: Whole | None = None
    unit: Whole
    endings: list[Ending] = Field(min_length=1)
    must: bool = False
    source: Text
    verified: bool


class RoundingFile(Strict):
    """`catalogs/price-rounding.yaml`."""

    rules: list[RoundingRule]


class Suggested(NamedTuple):
    """A price in minor units, and the rule it follows; None: there is none, and the price is as it was, or the floor."""

    amount: int
    rule: RoundingRule | None


@cache
def rounding() -> RoundingFile:
    """The file."""
    return content_of(root("catalogs") / "price-rounding.yaml", RoundingFile)


def suggest(price: int, market: str, channel: str = "", floor: int | None = None) -> Suggested:
    """The nearest price that ends as usual in a market or on a channel, minor units; of two as near, the lower.

    Never below `floor`, never below one minor unit, never above the largest price there is: where no usual ending is left, the price
    itself (or the floor) is given back.
    """
    least = max(floor or 1, 1)
    wanted = max(price, least)
    rule = next((one for one in _rules(market, channel) if one.up_to is None or wanted <= one.up_to), None)
    if rule is None:
        return Suggested(wanted, None)
    whole = wanted // rule.unit
    near = [step * rule.unit + end for step in (whole - 1, whole, whole + 1) for end in rule.endings if end < rule.unit]
    fitting = [one for one in near if least <= one <= MOST]
    if not fitting:
        return Suggested(wanted, None)
    return Suggested(min(fitting, key=lambda one: (abs(one - wanted), one)), rule)


@cache
def _rules(market: str, channel: str) -> tuple[RoundingRule, ...]:
    """The channel's own, else the market's."""
    rules = [one for one in rounding().rules if one.market == market]
    own = [one for one in rules if one.channel == channel]
    return tuple(own or [one for one in rules if one.channel is None])
