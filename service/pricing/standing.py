"""Which price holds at a moment: the channel's own offered one, else the market's, else the standing `Price`.

Of the offered rows that hold at a moment, the one told last counts; one without an amount takes back what was told before it, so that
the next of the three is asked. `settle` is pure; `prices_at` asks the database in two queries for any number of SKUs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from service.database import now
from service.pricing.landing import Money
from service.pricing.models import CURRENCIES, ZONES, OfferedPrice, Price

__all__ = ["Reference", "Standing", "Told", "from_now_on", "moment_of", "prices_at", "settle", "standing_of"]

NAMED = 20_000  # more SKUs than this are not named in the query: the whole market is read


class Told(NamedTuple):
    """An offered row: `id` says in which order rows were told; no `amount` takes back what was told before."""

    id: int
    channel: str
    kind: str
    amount: int | None
    basis: str | None
    valid_from: datetime
    valid_to: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


class Reference(NamedTuple):
    """What `Price` says of a SKU in a market."""

    id: int
    live: int
    reference: int | None
    basis: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The prices of one pack in force, by kind; None: nobody has told one. `basis` is what `compare_at` is.

    `origins` tells of each price that is there where it comes from: the offered row, or the standing `Price`.
    """

    base: Money | None = None
    live: Money | None = None
    floor: Money | None = None
    compare_at: Money | None = None
    border: Money | None = None
    basis: str | None = None
    origins: Mapping[str, Told | Reference] = field(default_factory=dict)

    def of_price(self, kind: str) -> bool:
        """Whether it comes from the standing `Price`, which no row of the history overrules."""
        return isinstance(self.origins.get(kind), Reference)


def settle(told: Mapping[tuple[str, str], Told], price: Reference | None, *, market: str, channel: str) -> Standing:
    """The prices of a SKU on a channel. `told`: of each channel and kind the row that was told last among those that hold."""
    currency = CURRENCIES[market]
    found: dict[str, Any] = {}
    origins: dict[str, Told | Reference] = {}
    for level in ("", channel) if channel else ("",):  # the channel's own overrules
        for kind in _KINDS:
            row = told.get((level, kind))
            if row is None or row.amount is None:
                continue
            found[kind] = Money(row.amount, currency)
            origins[kind] = row
            if kind == "compare_at":
                found["basis"] = row.basis
    if price is not None:
        if "live" not in found:
            found["live"], origins["live"] = Money(price.live, currency), price
        if "compare_at" not in found and price.reference is not None and price.basis:
            found["compare_at"], found["basis"] = Money(price.reference, currency), price.basis
            origins["compare_at"] = price
    return Standing(**found, origins=origins)


_KINDS = ("base", "live", "floor", "compare_at", "border")


def moment_of(day: date, market: str) -> datetime:
    """When on a day prices are asked for: today at this moment, on another day at noon by the market's clocks."""
    zone = ZoneInfo(ZONES[market])
    if day == now().astimezone(zone).date():
        return now()
    return datetime.combine(day, time(12), zone).astimezone(UTC)


def prices_at(
    session: Session, skus: Collection[int], *, market: str, channel: str = "", at: datetime
) -> dict[int, Standing]:
    """The prices in force of each of these SKUs (by id) in a market on a channel ("": on none in particular), minor units.

    Two queries for any number of SKUs. `Price` has no history: it answers for any moment of which the history says nothing.
    """
    own = and_(
        OfferedPrice.market == market, OfferedPrice.channel.in_({"", channel}), OfferedPrice.valid_from <= at,
        or_(OfferedPrice.valid_to.is_(None), OfferedPrice.valid_to > at),
    )  # fmt: skip
    mine: Any = True if len(skus) > NAMED else OfferedPrice.sku_id.in_(skus)
    last = select(func.max(OfferedPrice.id)).where(own, mine)
    last = last.group_by(OfferedPrice.sku_id, OfferedPrice.channel, OfferedPrice.kind)
    query = select(OfferedPrice.sku_id, *_COLUMNS).where(OfferedPrice.id.in_(last))
    told: dict[int, dict[tuple[str, str], Told]] = {}
    for values in session.execute(query):
        row = Told._make(values[1:])
        told.setdefault(values[0], {})[row.channel, row.kind] = row
    standing = standing_of(session, skus, [market])
    return {sku: settle(told.get(sku, {}), standing.get((sku, market)), market=market, channel=channel) for sku in skus}


_COLUMNS = [getattr(OfferedPrice, name) for name in Told._fields]


def standing_of(session: Session, skus: Collection[int], markets: Collection[str]) -> dict[tuple[int, str], Reference]:
    """What `Price` says, by SKU and market."""
    columns: list[Any] = [getattr(Price, name) for name in Reference._fields]
    query = select(Price.sku_id, Price.market, *columns).where(Price.market.in_(markets))
    if len(skus) <= NAMED:
        query = query.where(Price.sku_id.in_(skus))
    return {(sku, market): Reference(*values) for sku, market, *values in session.execute(query)}


def from_now_on(
    session: Session, skus: Collection[int], markets: Collection[str], *, at: datetime
) -> dict[tuple[int, str], list[Told]]:
    """The rows that hold at a moment or later, by SKU and market, in the order they were told.

    Of those that hold from then on for ever, only the last matters, and nothing that was told before it: however often a price was
    set, a few rows are read.
    """
    ended = and_(OfferedPrice.valid_to.is_not(None), OfferedPrice.valid_to <= at)
    for_ever = and_(OfferedPrice.valid_to.is_(None), OfferedPrice.valid_from <= at)
    mine: Any = True if len(skus) > NAMED else OfferedPrice.sku_id.in_(skus)
    group = (OfferedPrice.sku_id, OfferedPrice.market, OfferedPrice.channel, OfferedPrice.kind)
    last = func.max(case((for_ever, OfferedPrice.id))).over(partition_by=group)
    every = select(OfferedPrice.sku_id, OfferedPrice.market, *_COLUMNS, last.label("last"))
    rows = every.where(OfferedPrice.market.in_(markets), mine, ~ended).subquery()
    query = select(*rows.c).where(rows.c.id >= func.coalesce(rows.c.last, 0)).order_by(rows.c.id)
    found: dict[tuple[int, str], list[Told]] = {}
    for sku, market, *values, _last in session.execute(query):
        found.setdefault((sku, market), []).append(Told(*values))
    return found
