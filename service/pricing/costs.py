"""The form of `catalogs/costs.yaml`, and which of its rows are in force for goods, a market and a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import Field, StringConstraints

from service.authored import Strict, content_of
from service.catalog.files import Name, Text
from service.errors import DomainError
from service.i18n import N_
from service.pricing.landing import Amount, Figure, Money
from service.pricing.modes import Day
from service.resources import root

__all__ = [
    "ByHs", "Channel", "Coins", "CostsFile", "NoWay", "Row", "Way", "by_hs", "coins", "costs", "figure_of", "row_on", "vat_on",
    "vat_rate",
]  # fmt: skip

Percent = Annotated[str, StringConstraints(pattern=r"^\d{1,2}(\.\d{1,4})?$")]
Hs = Annotated[str, StringConstraints(pattern=r"^\d{0,10}$")]
Market = Literal["CN", "RU"]
Minor = Annotated[int, Field(ge=0, lt=2**31)]


class Row(Strict):
    """What every figure says of itself; days are the first and the last."""

    source: Text
    verified: bool
    sample: bool = False
    from_: Day | None = Field(None, alias="from")
    to: Day | None = None

    def on(self, day: date) -> bool:
        """Whether it is in force."""
        return (self.from_ or day) <= day <= (self.to or day)


class Share(Row):
    """A share of something."""

    percent: Percent

    @property
    def figure(self) -> Figure:
        """As landing takes it."""
        return figure_of(self.percent, self)


class Coins(Strict):
    """Minor units."""

    amount: Minor
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Vat(Share):
    """VAT of a market, for listed food or all else."""

    market: Market
    food: bool


class FoodList(Row):
    """Which goods bear the lower rate, by the beginnings of their codes; `excluded` ones do not."""

    market: Market
    hs: list[Hs]
    excluded: list[Hs] = Field(alias="except")


class ByHs(Share):
    """Duty or consumption tax of goods whose code begins so; `partial`: a part by litre or piece is left out."""

    market: Market
    hs: Hs
    partial: bool = False


class Parcel(Share):
    """See `ParcelDuty`."""

    free: Minor
    free_g: Minor | None = None
    excess: bool
    per_kg: Minor


class Retail(Share):
    """See `RetailLimits`."""

    single: Minor
    year: Minor


class Hushi(Row):
    """See `HushiLimit`; `excluded` by kind of goods."""

    day: Minor
    excluded: dict[Name, list[Hs]]


class Freight(Row):
    """For a kilogram on a route."""

    route: str
    per_kg: Coins


class Way(Strict):
    """How goods of an origin reach a market."""

    origin: Market
    market: Market
    regime: Literal["domestic", "general", "retail", "hushi", "parcel"]
    mode: str | None = None
    route: str


class Channel(Row):
    """What a channel keeps."""

    market: Market
    zh: Text
    ru: Text
    commission: Percent
    acquiring: Percent
    returns: Percent
    packaging: Coins
    delivery: Coins


class CostsFile(Strict):
    """`catalogs/costs.yaml`."""

    margin: Share
    insurance: Share
    goods: Share
    vat: list[Vat]
    food: list[FoodList]
    duty: list[ByHs]
    consumption: list[ByHs]
    parcel: list[Parcel]
    retail: list[Retail]
    hushi: list[Hushi]
    freight: list[Freight]
    ways: list[Way]
    channels: dict[Name, Channel]


class NoWay(DomainError):
    """No row of the costs fits."""

    title = N_("The costs hold nothing for this: {what}.")
    remedy = N_("Known: {known}. Add a row to catalogs/costs.yaml.")


@cache
def costs() -> CostsFile:
    """The file."""
    return content_of(root("catalogs") / "costs.yaml", CostsFile)


class VatRate(NamedTuple):
    """VAT of goods in per cent, as text: "10". `verified`: both the rate and the list that puts the goods under it were compared

    with their sources.
    """

    percent: str
    verified: bool


@lru_cache(maxsize=4096)
def vat_rate(product_hs_code: str, market: str, on: date) -> VatRate:
    """The VAT that goods of this HS code bear in a market on a day. Raises `NoWay` where no row is in force."""
    row, _source, verified = vat_on(costs(), product_hs_code, market, on)
    return VatRate(row.percent, verified)


def vat_on(file: CostsFile, hs: str, market: str, on: date) -> tuple[Vat, str, bool]:
    """The row of VAT, its source with that of the list of food, and whether both are verified. Raises `NoWay`."""
    lists = [one for one in file.food if one.market == market and one.on(on)]
    food = any(hs.startswith(tuple(one.hs)) and not hs.startswith(tuple(one.excluded)) for one in lists)
    vat = row_on([one for one in file.vat if (one.market, one.food) == (market, food)], on, f"VAT {market}")
    listed = all(one.verified for one in lists)  # the rate may be sure and the list not
    return vat, f"{vat.source}; {lists[0].source}" if lists else vat.source, vat.verified and listed


R = TypeVar("R", bound=Row)
H = TypeVar("H", bound=ByHs)


def figure_of(percent: str, row: Row) -> Figure:
    """A share of a row, as landing takes it."""
    return Figure(Fraction(percent) / 100, row.source, row.verified)


def row_on(rows: Sequence[R], on: date, what: str) -> R:
    """The row in force. Raises `NoWay`."""
    fitting = [row for row in rows if row.on(on)]
    if not fitting:
        raise NoWay(what=f"{what}, {on.isoformat()}", known="—")
    return fitting[0]


def by_hs(rows: Sequence[H], market: str, hs: str, on: date, what: str) -> H:
    """The row with the longest beginning of the code. Raises `NoWay`."""
    fitting = [row for row in rows if row.market == market and hs.startswith(row.hs)]
    return row_on(sorted(fitting, key=lambda row: -len(row.hs)), on, f"{what} {market} {hs}")


def coins(told: Coins, row: Row) -> Amount:
    """Money of a row, as landing takes it."""
    return Amount(Money(told.amount, told.currency), row.source, row.verified)
