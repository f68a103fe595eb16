"""A stored SKU's price explained: the price, the dated rates and the costs of `catalogs/costs.yaml` put into `landing`.

Nothing is guessed: what is missing raises an error that names it; what is a sample or nobody has verified is said in the notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.catalog.models import Sku
from service.database import now
from service.errors import DomainError, NotFound
from service.i18n import N_, Locale, Message, Named
from service.pricing.costs import (
    Channel,
    CostsFile,
    NoWay,
    Way,
    by_hs,
    coins,
    costs,
    figure_of,
    row_on,
    vat_on,
)
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
from service.pricing.models import CURRENCIES, ZONES, Price
from service.pricing.purchasing import purchase_price_on
from service.pricing.rates import Rate, rate_on
from service.pricing.standing import prices_at

__all__ = [
    "REGIMES",
    "Explained",
    "FactMissing",
    "PriceMissing",
    "Reckoned",
    "WrongMarket",
    "at_prices",
    "explain",
    "per_mille",
    "reckon",
]

REGIMES = {
    Regime.DOMESTIC: N_("within the country"),
    Regime.GENERAL: N_("general trade"),
    Regime.RETAIL: N_("cross-border retail import"),
    Regime.HUSHI: N_("trade of border residents"),
    Regime.PARCEL: N_("parcel to a person"),
}


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


class Reckoned(NamedTuple):
    """What a price of a SKU on a channel is reckoned with."""

    sku: str
    channel: Named
    market: str
    on: date
    route: str
    pack: Pack
    rates: tuple[Rate, ...]
    notes: tuple[Message, ...]


def explain(
    session: Session, sku: str, *, channel: str, market: str | None = None, on: date, price: int | None = None, goods: Money | None = None,
    regime: str | None = None, wanted: Fraction | None = None, taxes_on_buyer: bool = True,
) -> Explained:  # fmt: skip
    """A SKU's live price on a channel, step by step, with its break-even and floor price.

    `price` (minor units of the market) and `goods` (what a pack was bought for) stand in for what is stored; without a purchase price a
    part of the live price at home is reckoned, and said so. Raises `NotFound`, `WrongMarket`, `PriceMissing`, `FactMissing`, `NoWay`,
    `RateMissing`, `OutOfRange`.
    """
    told = reckon(
        session, sku, channel=channel, market=market, on=on, price=price, goods=goods, regime=regime, taxes_on_buyer=taxes_on_buyer,
        priced=True,
    )  # fmt: skip
    (found,) = at_prices(told, [told.pack.price.amount], wanted=wanted)
    return found


def reckon(
    session: Session, sku: str, *, channel: str, market: str | None = None, on: date, price: int | None = None, goods: Money | None = None,
    regime: str | None = None, taxes_on_buyer: bool = True, priced: bool = False,
) -> Reckoned:  # fmt: skip
    """What goes into the costing of a SKU on a channel, as `explain` takes it. Unless it must be `priced`, a pack without a price gets

    the least there is: a floor does not depend on it.
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
    money, sample = _price(session, found, row.market, channel, prices, on) if price is None else (price, False)
    if money is None and priced:
        raise PriceMissing(sku=sku, market=row.market)
    way = _way(file, found, row.market, regime)
    bought, notes = _goods(session, file, found, prices, goods, on)
    freight = row_on([one for one in file.freight if one.route == way.route], on, f"freight {way.route}")
    per_kg, currency = coins(freight.per_kg, freight), CURRENCIES[row.market]
    needed = {bought.money.currency, per_kg.money.currency, row.packaging.currency, row.delivery.currency}
    needed |= {"EUR"} if way.regime == "parcel" else {"CNY"} if way.regime in ("retail", "hushi") else set()
    rates = {code: rate_on(session, code, currency, on) for code in sorted(needed - {currency})}
    pack, sampled, partial = _pack(file, found, row, way, on, price=Money(1 if money is None else money, currency), goods=bought, freight=per_kg, rates=rates, taxes_on_buyer=taxes_on_buyer)  # fmt: skip
    if sample:
        notes.append(Message(N_("The price is a sample.")))
    if sampled or row.sample or freight.sample or file.insurance.sample:
        notes.append(Message(N_("Some of these figures are samples, marked so in catalogs/costs.yaml; put your own in their place.")))  # fmt: skip
    if partial and pack.regime is not Regime.DOMESTIC:
        notes.append(Message(N_("Excise by litre or piece is left out.")))
    if row.market not in found.product.markets:
        notes.append(Message(N_("The card is not meant for this market: {market}."), {"market": row.market}))
    name = Named(channel, row.zh, row.ru)
    return Reckoned(sku, name, row.market, on, way.route, pack, tuple(rates.values()), tuple(notes))


def at_prices(told: Reckoned, prices: Sequence[int], *, wanted: Fraction | None = None) -> list[Explained]:
    """The same pack at each of several prices. Break-even and floor do not depend on them: they are looked for once. Raises `OutOfRange`."""
    aim = costs().margin.figure.share if wanted is None else wanted
    even, floor = _floor(told.pack, Fraction(0)), _floor(told.pack, aim)
    found = []
    for price in prices:
        pack = replace(told.pack, price=Money(price, told.pack.price.currency))
        done = cost(pack)
        notes = (*told.notes, *_judged(done, told.rates, even, floor, aim), *done.notes)
        found.append(Explained(told.sku, told.channel, told.market, told.on, pack.regime, told.route, pack, done, aim, even, floor, told.rates, notes))  # fmt: skip
    return found


# ---- the inputs


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


def _price(
    session: Session, sku: Sku, market: str, channel: str, prices: dict[str, Price], on: date
) -> tuple[int | None, bool]:  # fmt: skip
    """What is asked for it on the channel by the end of the day, today: now; and whether that is a sample."""
    zone = ZoneInfo(ZONES[market])
    today = on == now().astimezone(zone).date()
    moment = now() if today else datetime.combine(on, time.max, zone)
    standing = prices_at(session, [sku.id], market=market, channel=channel, at=moment)[sku.id]
    money = standing.live or standing.base
    sample = market in prices and prices[market].sample and standing.of_price("live")
    return money and money.amount, sample


def _goods(
    session: Session, file: CostsFile, sku: Sku, prices: dict[str, Price], told: Money | None, on: date
) -> tuple[Amount, list[Message]]:  # fmt: skip
    """What a pack is bought for: as told, else as stored for the day, else a part of its live price at home."""
    if told is not None:
        return Amount(told, "told", True), []
    if stored := purchase_price_on(session, sku.code, on):
        said = {"price": shown(stored.money), "day": stored.valid_from.isoformat(), "source": stored.source}
        note = Message(N_("The purchase price is {price} from {day} on: {source}."), said)
        return Amount(stored.money, f"{stored.source}, {stored.valid_from.isoformat()}", True), [note]
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
    product = sku.product
    if sku.gross_g is None:
        raise FactMissing(sku=sku.code, fact=Message(N_("gross weight")))
    if not product.hs_code:
        raise FactMissing(sku=sku.code, fact=Message(N_("HS code")))
    hs, market = product.hs_code, channel.market
    vat, source, verified = vat_on(file, hs, market, on)
    duty = by_hs(file.duty, market, hs, on, "duty")
    consumption = by_hs(file.consumption, market, hs, on, "consumption tax")
    regime = Regime(way.regime)
    parcel = retail = hushi = None
    if regime is Regime.PARCEL:
        one = row_on(file.parcel, on, "parcel")
        parcel = ParcelDuty(one.free, one.figure, one.per_kg, one.excess, one.free_g)
    elif regime is Regime.RETAIL:
        limits = row_on(file.retail, on, "retail")
        retail = RetailLimits(limits.single, limits.year, limits.figure)
    elif regime is Regime.HUSHI:
        limit = row_on(file.hushi, on, "hushi")
        out = hs.startswith(tuple(code for codes in limit.excluded.values() for code in codes))
        hushi = HushiLimit(limit.day, limit.source, limit.verified, out)
    pack = Pack(
        price=price, goods=goods, gross_g=sku.gross_g, freight=freight, insurance=file.insurance.figure, duty=duty.figure,
        vat=Figure(vat.figure.share, source, verified), consumption=consumption.figure,
        packaging=coins(channel.packaging, channel), delivery=coins(channel.delivery, channel),
        commission=figure_of(channel.commission, channel), acquiring=figure_of(channel.acquiring, channel),
        returns=figure_of(channel.returns, channel), regime=regime, rates=rates, taxes_on_buyer=taxes_on_buyer,
        parcel=parcel, retail=retail, hushi=hushi,
    )  # fmt: skip
    return pack, duty.sample, consumption.partial


# ---- what to mind


def _floor(pack: Pack, wanted: Fraction) -> Floor | None:
    try:
        return floor_price(pack, wanted)
    except NoFloor:
        return None


def _judged(
    done: Costing, rates: Sequence[Rate], even: Floor | None, floor: Floor | None, wanted: Fraction
) -> list[Message]:
    notes = []
    for rate in rates:
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
