"""What one pack really costs where it is sold, and what is left of its price: step by step, each with its source.

Pure: everything is told, nothing is looked up. Money is whole minor units, shares are exact fractions; every step is rounded half up
to the minor unit by itself, as bills are, and the total is the sum of the rounded steps. Not an advice on taxes.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from babel.numbers import get_currency_precision

from service.errors import DomainError
from service.i18n import N_, Locale, Message, Named
from service.language import chinese
from service.language.russian import amounts
from service.language.units import UnknownCurrency
from service.pricing.rates import Rate, half_up

__all__ = [
    "Amount", "Changed", "Costing", "Figure", "HushiLimit", "Line", "Money", "OutOfRange", "Pack", "ParcelDuty",
    "Regime", "RetailLimits", "cost", "in_currency", "shown", "shown_share", "what_if",
]  # fmt: skip

MOST = 2**31 - 1  # the largest price there is
NONE = Fraction(0)


class OutOfRange(DomainError):
    """An input that no pack can have."""

    title = N_("“{key}” cannot be {value}.")
    remedy = N_("Shares lie from 0 % to below 100 %; amounts and weights are not below zero; a price is above it.")


class Money(NamedTuple):
    """Minor units of a currency."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A share, 0.22 for 22 %, and who says so. `verified`: somebody has compared it with its source."""

    share: Fraction
    source: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """Money, and who says so."""

    money: Money
    source: str
    verified: bool = False


class Regime(StrEnum):
    """How the pack comes to its buyer."""

    DOMESTIC = "domestic"  # no border between
    GENERAL = "general"  # imported by a company: 0110
    RETAIL = "retail"  # cross-border retail import to China: 1210, 1239, 9610
    HUSHI = "hushi"  # trade of border residents, to China
    PARCEL = "parcel"  # a parcel to a person in the Eurasian Economic Union


@dataclass(frozen=True, slots=True)
class ParcelDuty:
    """Duty on parcels: free up to `free` euro cents (and `free_g`, if told), above that `duty` of the whole value or, if `excess`, of what

    is above; not less than `per_kg` euro cents for each kilogram of the whole or of what is above.
    """

    free: int
    duty: Figure
    per_kg: int
    excess: bool
    free_g: int | None = None


@dataclass(frozen=True, slots=True)
class RetailLimits:
    """Fen of one purchase and of a person's year; within both, `part` of VAT and consumption tax is due and no duty."""

    single: int
    year: int
    part: Figure


@dataclass(frozen=True, slots=True)
class HushiLimit:
    """Fen a border resident brings in free of taxes in a day; `excluded`: these goods never are."""

    day: int
    source: str
    verified: bool
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One pack on its way to a buyer. `rates` lead from each currency named here to the price's, by code.

    `freight` is for a kilogram. `vat_payer`: the seller owes VAT within the price and sets import VAT off. `taxes_on_buyer`: duty and taxes
    of a retail purchase or a parcel are the buyer's, as the law has it; else the seller bears them. `bought_this_year` and
    `traded_today` are the buyer's and the resident's other purchases, in fen.
    """

    price: Money
    goods: Amount
    gross_g: int
    freight: Amount
    insurance: Figure
    duty: Figure
    vat: Figure
    consumption: Figure
    packaging: Amount
    delivery: Amount
    commission: Figure
    acquiring: Figure
    returns: Figure
    regime: Regime
    rates: Mapping[str, Rate] = field(default_factory=dict)
    vat_payer: bool = True
    taxes_on_buyer: bool = True
    parcel: ParcelDuty | None = None
    retail: RetailLimits | None = None
    hushi: HushiLimit | None = None
    bought_this_year: int = 0
    traded_today: int = 0

    def __post_init__(self) -> None:
        for part in fields(self):
            value = getattr(self, part.name)
            number = (
                value.share if isinstance(value, Figure) else value.money.amount if isinstance(value, Amount) else value
            )
            if isinstance(value, Figure) and not 0 <= value.share < 1:
                raise OutOfRange(key=part.name, value=shown_share(value.share))
            if isinstance(number, int) and number < 0:
                raise OutOfRange(key=part.name, value=number)
        if not 0 < self.price.amount <= MOST:
            raise OutOfRange(key="price", value=self.price.amount)
        if self.gross_g == 0:
            raise OutOfRange(key="gross_g", value=0)


@dataclass(frozen=True, slots=True)
class Line:
    """One step: `amount` minor units, from `base` and `rate` as `formula` says in words; rounded half up."""

    what: Message
    formula: Message
    base: Money | None
    rate: Message | None
    amount: int
    currency: str
    source: str
    verified: bool

    def as_data(self, locale: Locale) -> dict[str, Any]:
        """For programs; no value is a binary fraction."""
        return {
            "what": self.what.say(locale), "formula": self.formula.say(locale), "base": self.base and self.base._asdict(),
            "rate": self.rate and self.rate.say(locale), "amount": self.amount, "currency": self.currency,
            "rounding": "half_up", "source": self.source, "verified": self.verified,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Costing:
    """The steps the seller bears, those the buyer bears besides the price, and what is left.

    `landed`: of `total`, what the pack costs before it is sold: goods, way, insurance, duty and import taxes.
    """

    price: Money
    lines: tuple[Line, ...]
    buyer_lines: tuple[Line, ...]
    landed: int
    notes: tuple[Message, ...]

    @property
    def total(self) -> int:
        """All the seller bears."""
        return sum(line.amount for line in self.lines)

    @property
    def margin(self) -> int:
        """What is left of the price; below zero, a loss."""
        return self.price.amount - self.total

    @property
    def margin_share(self) -> Fraction:
        """Of the price."""
        return Fraction(self.margin, self.price.amount)

    @property
    def buyer_pays(self) -> int:
        """The price, and the taxes the buyer owes."""
        return self.price.amount + sum(line.amount for line in self.buyer_lines)


class Changed(NamedTuple):
    """The same pack before and after, and the steps that differ: name, before, after (None: there is no such step)."""

    before: Costing
    after: Costing
    steps: list[tuple[Message, int | None, int | None]]


def cost(pack: Pack) -> Costing:
    """All steps from the purchase to what is left of the price."""
    steps = _Steps(pack)
    landed = _landing(steps)
    import_vat = next((line.amount for line in steps.lines if line.what.id == IMPORT_VAT), 0)
    _selling(steps, landed)
    if pack.vat_payer and pack.regime not in (Regime.RETAIL, Regime.PARCEL):
        within = pack.vat.share / (1 + pack.vat.share)
        hundredfold = pack.vat.share * 100
        rate = (
            Message("{value}", {"value": f"{hundredfold}/{100 + hundredfold}"})
            if hundredfold.denominator == 1
            else None
        )  # 22/122, not 11/61
        steps.add(N_("VAT within the price"), N_("price × {rate}"), pack.price.amount * within, base=pack.price.amount, share=within, of=pack.vat, of_price=rate)  # fmt: skip
        if import_vat:
            steps.add(N_("import VAT set off"), N_("the VAT paid at the border, given back"), Fraction(-import_vat), of=pack.vat)  # fmt: skip
    if pack.regime is Regime.PARCEL and pack.parcel:
        _parcel(steps, pack.parcel)
    if pack.regime is Regime.RETAIL and pack.retail:
        _retail(steps, pack.retail)
    return Costing(pack.price, tuple(steps.lines), tuple(steps.buyer_lines), landed, tuple(steps.notes))


def what_if(pack: Pack, **changes: Any) -> Changed:
    """The costing with some inputs changed, beside the one without. Raises `OutOfRange`."""
    before, after = cost(pack), cost(replace(pack, **changes))
    old, new = ({line.what.id: line.amount for line in one.lines + one.buyer_lines} for one in (before, after))
    steps = [(Message(name), old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)]
    return Changed(before, after, steps)


def shown(money: Money) -> Named:
    """Money in digits: 12.90 CNY, 12.9元, 12,90 юаня."""
    return _Coins("", "", "", money)


@dataclass(frozen=True)
class _Coins(Named):
    """Put into words only when it is said: most steps are reckoned and never read."""

    money: Money

    def say(self, locale: Locale) -> str:
        with suppress(UnknownCurrency):  # then by its code, as for programs
            if locale == "zh":
                return chinese.money_written(*self.money)
            if locale == "ru":
                return amounts.money_written(*self.money)
        value = Decimal(self.money.amount).scaleb(-get_currency_precision(self.money.currency))
        return f"{value:f} {self.money.currency}"


class _Digits(Named):
    """A number with the reader's decimal sign."""

    def __init__(self, text: str) -> None:
        super().__init__(text, text, text.replace(".", ",").replace("-", "−"))


def shown_share(share: Fraction) -> Message:
    """A share in per cent if that is exact within four decimals (22 %), else as it is (11/61)."""
    hundredths = share * 10**6
    if hundredths.denominator != 1:
        return Message("{value}", {"value": _Digits(f"{share}")})
    text = f"{Decimal(hundredths.numerator).scaleb(-4):f}".rstrip("0").rstrip(".")
    return Message(N_("{value} %"), {"value": _Digits(text or "0")})


# ---- the steps

IMPORT_VAT = N_("VAT at import")
DUTY = N_("duty")


class _Steps:
    """Gathers lines in the price's currency."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.lines: list[Line] = []
        self.buyer_lines: list[Line] = []
        self.notes: list[Message] = []

    def add(
        self, what: str, formula: str, exact: Fraction, *, of: Figure | Amount, base: int | None = None, share: Fraction | None = None,
        by_buyer: bool = False, of_price: Message | None = None, **facts: Any,
    ) -> int:  # fmt: skip
        """Note a step; returns its rounded amount."""
        currency = self.pack.price.currency
        rate = None if share is None else of_price or shown_share(share)
        money = None if base is None else Money(base, currency)
        said = {"rate": rate, "base": money and shown(money)} | facts
        amount = half_up(exact)
        line = Line(Message(what), Message(formula, said), money, rate, amount, currency, of.source, of.verified)
        (self.buyer_lines if by_buyer else self.lines).append(line)
        return amount

    def money(self, what: str, amount: Amount, formula: str, *, times: Fraction = Fraction(1), **facts: Any) -> int:
        """Note a step that is money, perhaps of another currency."""
        told = amount.money
        exact = told.amount * times
        facts |= {"money": shown(told)}
        if told.currency == self.pack.price.currency:
            return self.add(what, formula, exact, of=amount, base=told.amount, **facts)
        rate = self.pack.rates[told.currency]
        inner = Message(formula, facts)
        number = f"{Decimal(rate.value.numerator) / Decimal(rate.value.denominator):.6f}".rstrip("0").rstrip(".")
        line = Line(
            Message(what), Message(N_("{inner}, × {number} ({pair}, rate of {day})"), {"inner": inner, "number": _Digits(number), "pair": f"{rate.base}/{rate.quote}", "day": rate.day.isoformat()}),
            told, Message("{number}", {"number": _Digits(number)}), half_up(rate.exact(exact)), self.pack.price.currency,
            f"{amount.source}; {rate.source}", amount.verified,
        )  # fmt: skip
        self.lines.append(line)
        return line.amount


def _landing(steps: _Steps) -> int:
    """Goods, way, insurance, and what a company or a resident pays at the border; returns their sum."""
    pack = steps.pack
    kilograms = Fraction(pack.gross_g, 1000)
    weight = f"{Decimal(pack.gross_g).scaleb(-3).normalize():f}"
    goods = steps.money(N_("goods"), pack.goods, N_("the purchase price of a pack, without VAT: {money}"))
    freight = steps.money(N_("freight"), pack.freight, N_("{weight} kg × {money} per kg"), times=kilograms, weight=_Digits(weight))  # fmt: skip
    insured = goods + freight
    insurance = steps.add(N_("insurance"), N_("(goods + freight) × {rate}"), insured * pack.insurance.share, base=insured, share=pack.insurance.share, of=pack.insurance)  # fmt: skip
    value = taxable = insured + insurance
    if pack.regime not in (Regime.GENERAL, Regime.HUSHI):
        return value
    if pack.regime is Regime.HUSHI and pack.hushi:
        taxable = _taxable(steps, pack.hushi, value)
    duty = steps.add(DUTY, N_("(goods + freight + insurance: {base}) × {rate}"), taxable * pack.duty.share, base=taxable, share=pack.duty.share, of=pack.duty)  # fmt: skip
    excise = _excise(steps, taxable + duty, part=Fraction(1), by_buyer=False)
    base = taxable + duty + excise
    vat = steps.add(IMPORT_VAT, N_("(goods + freight + insurance + duty + consumption tax: {base}) × {rate}"), base * pack.vat.share, base=base, share=pack.vat.share, of=pack.vat)  # fmt: skip
    return value + duty + excise + vat


def _excise(steps: _Steps, base: int, *, part: Fraction, by_buyer: bool) -> int:
    """Consumption tax lies within its own base: base ÷ (1 − rate) × rate. No step where the goods bear none."""
    figure = steps.pack.consumption
    if not figure.share:
        return 0
    exact = base / (1 - figure.share) * figure.share * part
    formula = N_("{base} ÷ (1 − {rate}) × {rate}, of that {part}")
    return steps.add(N_("consumption tax"), formula, exact, base=base, share=figure.share, of=figure, by_buyer=by_buyer, part=shown_share(part))  # fmt: skip


def _taxable(steps: _Steps, limit: HushiLimit, value: int) -> int:
    """What of a resident's purchase lies above the exemption of the day."""
    pack = steps.pack
    if limit.excluded:
        steps.notes.append(Message(N_("Such goods are outside the exemption of border residents: all taxes are due.")))
        return value
    free = half_up(in_currency(pack, "CNY", Fraction(max(limit.day - pack.traded_today, 0))))
    if value > free:
        facts = {"free": shown(Money(limit.day, "CNY"))}
        steps.notes.append(Message(N_("Above the exemption of {free} a day, taxes are due on what is above."), facts))
    return max(value - free, 0)


def _selling(steps: _Steps, landed: int) -> None:
    pack = steps.pack
    price = pack.price.amount
    packaging = steps.money(N_("packaging"), pack.packaging, N_("for a pack: {money}"))
    delivery = steps.money(N_("delivery to the buyer"), pack.delivery, N_("for a pack: {money}"))
    lost = landed + packaging + delivery
    steps.add(N_("returns"), N_("a pack that comes back counts as lost: (landed cost + packaging + delivery) × {rate}"), lost * pack.returns.share, base=lost, share=pack.returns.share, of=pack.returns)  # fmt: skip
    for what, figure in ((N_("commission"), pack.commission), (N_("acquiring"), pack.acquiring)):
        steps.add(what, N_("price × {rate}"), price * figure.share, base=price, share=figure.share, of=figure)


def _parcel(steps: _Steps, rule: ParcelDuty) -> None:
    """Duty on a parcel with this one pack; its value is the price."""
    pack = steps.pack
    value = pack.price.amount / in_currency(pack, "EUR", Fraction(1))
    heavy = rule.free_g is not None and pack.gross_g > rule.free_g
    if value <= rule.free and not heavy:
        return
    free, free_g = (rule.free, rule.free_g or 0) if rule.excess else (0, 0)
    by_value = max(value - free, Fraction(0)) * rule.duty.share
    by_weight = Fraction(max(pack.gross_g - free_g, 0), 1000) * rule.per_kg
    formula = N_("parcel of {value}: {rate} of the whole value, not less than {per_kg} per kg of the whole weight")
    if rule.excess:
        formula = N_(
            "parcel of {value}: {rate} of what is above {free}, not less than {per_kg} per kg above {free_kg} kg"
        )
    steps.add(
        N_("duty on the parcel"), formula, in_currency(pack, "EUR", max(by_value, by_weight)), base=pack.price.amount, share=rule.duty.share,
        of=rule.duty, by_buyer=pack.taxes_on_buyer, value=shown(Money(half_up(value), "EUR")), free=shown(Money(rule.free, "EUR")),
        per_kg=shown(Money(rule.per_kg, "EUR")), free_kg=_Digits(f"{Decimal(rule.free_g or 0).scaleb(-3).normalize():f}"),
    )  # fmt: skip


def _retail(steps: _Steps, limits: RetailLimits) -> None:
    """The composite tax of a retail purchase; its value is the price."""
    pack = steps.pack
    price = pack.price.amount
    value = price / in_currency(pack, "CNY", Fraction(1))
    within = value <= limits.single and value + pack.bought_this_year <= limits.year
    part, duty = limits.part.share if within else Fraction(1), 0
    if not within:
        facts = {"single": shown(Money(limits.single, "CNY")), "year": shown(Money(limits.year, "CNY"))}
        steps.notes.append(Message(N_("Above {single} for a purchase or {year} for a year: full taxes; above the year's limit, or with several articles, only as general trade."), facts))  # fmt: skip
        duty = steps.add(DUTY, N_("price × {rate}"), price * pack.duty.share, base=price, share=pack.duty.share, of=pack.duty, by_buyer=pack.taxes_on_buyer)  # fmt: skip
    _excise(steps, price + duty, part=part, by_buyer=pack.taxes_on_buyer)
    base = half_up((price + duty) / (1 - pack.consumption.share))
    of = Figure(pack.vat.share, f"{pack.vat.source}; {limits.part.source}", pack.vat.verified and limits.part.verified)
    formula = N_("(price + duty + consumption tax: {base}) × {rate}, of that {part}")
    steps.add(N_("VAT of the retail purchase"), formula, base * pack.vat.share * part, base=base, share=pack.vat.share, of=of, by_buyer=pack.taxes_on_buyer, part=shown_share(part))  # fmt: skip


def in_currency(pack: Pack, currency: str, amount: Fraction) -> Fraction:
    """An amount of another currency in the price's, exact."""
    return amount if currency == pack.price.currency else pack.rates[currency].exact(amount)
