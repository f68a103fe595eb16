"""A stored SKU's price explained: the price, the dated rates and the costs of `catalogs/costs.yaml` put into `landing`.

Nothing is guessed: what is missing raises an error that names it; what is a sample or nobody has verified is said in the notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.authored import Strict, content_of
from service.catalog.files import Name, Text
from service.catalog.listing import skus_by_code
from service.catalog.models import Product, Sku
from service.errors import DomainError, NotFound
from service.i18n import N_, Locale, Message, Named
from service.pricing.floors import Floor, NoFloor, floor_price
from service.pricing.landing import (
    Amount,
    Costing,
    Figure,
    HushiLimit,
    Money,
    Pack,
    ParcelDuty,
    Regime,
    RetailLimits,
    cost,
    shown,
    shown_share,
)
from service.pricing.models import Price
from service.pricing.modes import Day
from service.pricing.rates import Rate, rate_on
from service.resources import root

__all__ = [
    "CostsFile",
    "Explained",
    "FactMissing",
    "NoWay",
    "PriceMissing",
    "WrongMarket",
    "costs",
    "explain",
    "per_mille",
]

REGIMES = {
    Regime.DOMESTIC: N_("within the country"),
    Regime.GENERAL: N_("general trade"),
    Regime.RETAIL: N_("cross-border retail import"),
    Regime.HUSHI: N_("trade of border residents"),
    Regime.PARCEL: N_("parcel to a person"),
}
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
        return _figure(self.percent, self)


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


class PriceMissing(DomainError):
    """A SKU without the price that is to be explained."""

    status = 409
    title = N_("{sku} has no price in {market}.")
    remedy = N_("Set one, or tell a price or a purchase price to reckon with.")


class FactMissing(DomainError):
    """The card lacks a fact the costs depend on."""

    status = 409
    title = N_("The card of {sku} does not say: {fact}.")
    remedy = N_("Complete the card.")


class NoWay(DomainError):
    """No row of the costs fits."""

    title = N_("The costs hold nothing for this: {what}.")
    remedy = N_("Known: {known}. Add a row to catalogs/costs.yaml.")


class WrongMarket(DomainError):
    """A channel that sells elsewhere."""

    title = N_("{channel} does not sell in {market}.")
    remedy = N_("It sells in {known}.")


@dataclass(frozen=True, slots=True)
class Explained:
    """The costing of a SKU on a channel. `floor`: the lowest price that leaves `wanted`; None: no price does. `notes`: what to mind."""

    sku: str
    channel: Named
    market: str
    on: date
    regime: Regime
    route: str
    pack: Pack
    costing: Costing
    wanted: Fraction
    break_even: Floor | None
    floor: Floor | None
    rates: tuple[Rate, ...]
    notes: tuple[Message, ...]

    def as_data(self, locale: Locale) -> dict[str, Any]:
        """For programs; money in minor units."""
        costing = self.costing
        return {
            "sku": self.sku, "channel": self.channel.key, "market": self.market, "on": self.on.isoformat(), "regime": str(self.regime),
            "route": self.route, "price": costing.price._asdict(), "lines": [line.as_data(locale) for line in costing.lines],
            "buyer_lines": [line.as_data(locale) for line in costing.buyer_lines], "landed": costing.landed, "total": costing.total,
            "margin": costing.margin, "margin_share": shown_share(per_mille(costing.margin_share)).say(locale), "buyer_pays": costing.buyer_pays,
            "wanted": shown_share(self.wanted).say(locale), "break_even": self.break_even and self.break_even.price.amount,
            "floor": self.floor and self.floor.price.amount,
            "rates": [
                {"base": rate.base, "quote": rate.quote, "value": str(rate.value), "day": rate.day.isoformat(), "age": rate.age,
                 "stale": rate.stale, "via": rate.via, "source": rate.source} for rate in self.rates
            ],
            "notes": [note.say(locale) for note in self.notes],
        }  # fmt: skip


def explain(
    session: Session, sku: str, *, channel: str, market: str | None = None, on: date, price: int | None = None, goods: Money | None = None,
    regime: str | None = None, wanted: Fraction | None = None, taxes_on_buyer: bool = True,
) -> Explained:  # fmt: skip
    """A SKU's live price on a channel, step by step, with its break-even and floor price.

    `price` (minor units of the market) and `goods` (what a pack was bought for) stand in for what is stored; without `goods` a part of
    the live price at home is reckoned, and said so. Raises `NotFound`, `WrongMarket`, `PriceMissing`, `FactMissing`, `NoWay`,
    `RateMissing`, `OutOfRange`.
    """
    file = costs()
    if channel not in file.channels:
        raise NotFound(kind=Message(N_("The channel")), name=channel, known=file.channels)
    row = file.channels[channel]
    if market not in (None, row.market):
        raise WrongMarket(channel=channel, market=market, known=row.market)
    found = skus_by_code(session, [sku]).get(sku)
    if found is None:
        raise NotFound(kind=Message(N_("The SKU")), name=sku, known=session.scalars(select(Sku.code)))
    prices = {one.market: one for one in session.scalars(select(Price).where(Price.sku_id == found.id))}
    money = _price(sku, row.market, prices, price)
    way = _way(file, found, row.market, regime)
    bought, notes = _goods(file, found, prices, goods)
    freight = _one([one for one in file.freight if one.route == way.route], on, f"freight {way.route}")
    per_kg = Amount(Money(freight.per_kg.amount, freight.per_kg.currency), freight.source, freight.verified)
    needed = {bought.money.currency, per_kg.money.currency, row.packaging.currency, row.delivery.currency}
    needed |= {"EUR"} if way.regime == "parcel" else {"CNY"} if way.regime in ("retail", "hushi") else set()
    rates = {code: rate_on(session, code, money.currency, on) for code in sorted(needed - {money.currency})}
    pack, sampled, partial = _pack(file, found, row, way, on, price=money, goods=bought, freight=per_kg, rates=rates, taxes_on_buyer=taxes_on_buyer)  # fmt: skip
    done = cost(pack)
    aim = file.margin.figure.share if wanted is None else wanted
    even, floor = _floor(pack, Fraction(0)), _floor(pack, aim)
    if price is None and prices[row.market].sample:
        notes.append(Message(N_("The price is a sample.")))
    if sampled or row.sample or freight.sample or file.insurance.sample:
        notes.append(Message(N_("Some of these figures are samples, marked so in catalogs/costs.yaml; put your own in their place.")))  # fmt: skip
    if partial and pack.regime is not Regime.DOMESTIC:
        notes.append(Message(N_("Excise by litre or piece is left out.")))
    if row.market not in found.product.markets:
        notes.append(Message(N_("The card is not meant for this market: {market}."), {"market": row.market}))
    notes += _judged(done, rates, even, floor, aim)
    name = Named(channel, row.zh, row.ru)
    return Explained(
        sku, name, row.market, on, pack.regime, way.route, pack, done, aim, even, floor, tuple(rates.values()), (*notes, *done.notes)
    )  # fmt: skip


@cache
def costs() -> CostsFile:
    """The file."""
    return content_of(root("catalogs") / "costs.yaml", CostsFile)


# ---- the inputs

R = TypeVar("R", bound=Row)
H = TypeVar("H", bound=ByHs)


def _figure(percent: str, row: Row) -> Figure:
    return Figure(Fraction(percent) / 100, row.source, row.verified)


def _one(rows: Sequence[R], on: date, what: str) -> R:
    """The row in force. Raises `NoWay`."""
    fitting = [row for row in rows if row.on(on)]
    if not fitting:
        raise NoWay(what=f"{what}, {on.isoformat()}", known="—")
    return fitting[0]


def _by_hs(rows: Sequence[H], market: str, hs: str, on: date, what: str) -> H:
    """The row with the longest beginning of the code. Raises `NoWay`."""
    fitting = [row for row in rows if row.market == market and hs.startswith(row.hs)]
    return _one(sorted(fitting, key=lambda row: -len(row.hs)), on, f"{what} {market} {hs}")


def _price(sku: str, market: str, prices: dict[str, Price], told: int | None) -> Money:
    if told is not None:
        return Money(told, {"CN": "CNY", "RU": "RUB"}[market])
    if market not in prices:
        raise PriceMissing(sku=sku, market=market)
    return Money(prices[market].live, prices[market].currency)


def _way(file: CostsFile, sku: Sku, market: str, regime: str | None) -> Way:
    origin = sku.product.origin_country
    if origin is None:
        raise FactMissing(sku=sku.code, fact=Message(N_("country of origin")))
    ways = [way for way in file.ways if (way.origin, way.market) == (origin, market)]
    chosen = next((way for way in ways if regime in (None, way.regime)), None)
    if chosen is None:
        raise NoWay(
            what=" ".join(filter(None, (origin, "→", market, regime))), known=[way.regime for way in ways] or "—"
        )
    return chosen


def _goods(
    file: CostsFile, sku: Sku, prices: dict[str, Price], told: Money | None
) -> tuple[Amount, list[Message]]:  # fmt: skip
    """What a pack is bought for: as told, else a part of its live price at home."""
    if told is not None:
        return Amount(told, "told", True), []
    home = sku.product.origin_country or ""
    if home not in prices:
        raise PriceMissing(sku=sku.code, market=home)
    part, live = file.goods.figure, prices[home]
    facts = {"part": shown_share(part.share), "price": shown(Money(live.live, live.currency))}
    note = Message(N_("No purchase price was told: {part} of the price at home, {price}, is reckoned."), facts)
    return Amount(Money(int(live.live * part.share), live.currency), part.source, False), [note]


def _pack(
    file: CostsFile, sku: Sku, channel: Channel, way: Way, on: date, *, price: Money, goods: Amount, freight: Amount,
    rates: dict[str, Rate], taxes_on_buyer: bool,
) -> tuple[Pack, bool, bool]:  # fmt: skip
    """The pack; whether its duty is a sample; whether a part of its consumption tax is left out."""
    product: Product = sku.product
    if sku.gross_g is None:
        raise FactMissing(sku=sku.code, fact=Message(N_("gross weight")))
    if not product.hs_code:
        raise FactMissing(sku=sku.code, fact=Message(N_("HS code")))
    hs, market = product.hs_code, channel.market
    lists = [one for one in file.food if one.market == market and one.on(on)]
    food = any(hs.startswith(tuple(one.hs)) and not hs.startswith(tuple(one.excluded)) for one in lists)
    vat = _one([one for one in file.vat if (one.market, one.food) == (market, food)], on, f"VAT {market}")
    listed = all(one.verified for one in lists)  # the rate may be sure and the list not
    duty = _by_hs(file.duty, market, hs, on, "duty")
    consumption = _by_hs(file.consumption, market, hs, on, "consumption tax")
    regime = Regime(way.regime)
    parcel = retail = hushi = None
    if regime is Regime.PARCEL:
        one = _one(file.parcel, on, "parcel")
        parcel = ParcelDuty(one.free, one.figure, one.per_kg, one.excess, one.free_g)
    elif regime is Regime.RETAIL:
        limits = _one(file.retail, on, "retail")
        retail = RetailLimits(limits.single, limits.year, limits.figure)
    elif regime is Regime.HUSHI:
        limit = _one(file.hushi, on, "hushi")
        out = hs.startswith(tuple(code for codes in limit.excluded.values() for code in codes))
        hushi = HushiLimit(limit.day, limit.source, limit.verified, out)
    source = f"{vat.source}; {lists[0].source}" if lists else vat.source
    pack = Pack(
        price=price, goods=goods, gross_g=sku.gross_g, freight=freight, insurance=file.insurance.figure, duty=duty.figure,
        vat=Figure(vat.figure.share, source, vat.verified and listed), consumption=consumption.figure,
        packaging=_coins(channel.packaging, channel), delivery=_coins(channel.delivery, channel),
        commission=_figure(channel.commission, channel), acquiring=_figure(channel.acquiring, channel),
        returns=_figure(channel.returns, channel), regime=regime, rates=rates, taxes_on_buyer=taxes_on_buyer,
        parcel=parcel, retail=retail, hushi=hushi,
    )  # fmt: skip
    return pack, duty.sample, consumption.partial


def _coins(coins: Coins, row: Row) -> Amount:
    return Amount(Money(coins.amount, coins.currency), row.source, row.verified)


# ---- what to mind


def _floor(pack: Pack, wanted: Fraction) -> Floor | None:
    try:
        return floor_price(pack, wanted)
    except NoFloor:
        return None


def _judged(
    done: Costing, rates: dict[str, Rate], even: Floor | None, floor: Floor | None, wanted: Fraction
) -> list[Message]:
    notes = []
    for rate in rates.values():
        facts = {"pair": f"{rate.base}/{rate.quote}", "day": rate.day.isoformat(), "age": rate.age, "via": rate.via}
        if rate.stale:
            notes.append(Message(N_("The rate {pair} is of {day}, {age} days old: bring in a newer one."), facts))
        if rate.via:
            notes.append(Message(N_("The rate {pair} is a cross rate through {via}."), facts))
    if any(not line.verified for line in done.lines + done.buyer_lines):
        notes.append(Message(N_("Steps marked * rest on figures nobody has verified.")))
    if done.margin < 0:
        loss = shown(Money(-done.margin, done.price.currency))
        notes.append(
            Message(N_("At this price each pack loses {loss}: raise the price or lower a cost."), {"loss": loss})
        )
    elif floor is not None and done.price.amount < floor.price.amount:
        facts = {"floor": shown(floor.price), "wanted": shown_share(wanted)}
        notes.append(Message(N_("The price is below the floor of {floor} that leaves {wanted}."), facts))
    if floor is None:
        notes.append(Message(N_("No price leaves the wanted margin of {wanted}."), {"wanted": shown_share(wanted)}))
    for one in (even, floor):
        if one is not None and one.until is not None:
            facts = {"from_": shown(one.price), "until": shown(one.until)}
            notes.append(Message(N_("The floor {from_} holds up to {until}: above that, taxes leap."), facts))
    return notes


def per_mille(share: Fraction) -> Fraction:
    """A share to a tenth of a per cent, for people."""
    return Fraction(round(share * 1000), 1000)
