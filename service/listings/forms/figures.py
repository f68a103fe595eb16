"""Prices, sizes, weights and taxes as a channel's own file says they are written: no form rounds or names a currency by itself."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Any

from babel.numbers import get_currency_precision

from service.listings.channels import Channel
from service.listings.listing import Money
from service.listings.rules import Base, Currency, PriceForm, UnitForm, Vat

__all__ = ["currency", "price", "size", "vat"]

_PER: dict[str, int] = {"mm": 1, "cm": 10, "g": 1, "kg": 1000}


def price(channel: Channel, money: Money, day: date, field: str = "price") -> str | int | Decimal:
    """An amount as the channel writes it: "129.00", 129, 12900 or 129.5. A channel of whole units gets it rounded half up."""
    form = _rule(channel, day, PriceForm, field) or _rule(channel, day, PriceForm, "price")
    if form is None or form.form == "integer_minor":
        return money.amount
    major = Decimal(money.amount).scaleb(-get_currency_precision(money.currency))
    if form.form == "integer_major":
        return int(major + Decimal("0.5"))
    if form.form == "string_dot":
        return f"{major:.{form.scale}f}"
    return int(major) if major == int(major) else major.normalize()


def currency(channel: Channel, code: str, day: date) -> str:
    """An ISO 4217 code as the channel writes it: Yandex still says RUR."""
    rule = _rule(channel, day, Currency, "price")
    return rule.codes.get(code, code) if rule else code


def vat(channel: Channel, rate: str, day: date) -> str | None:
    """A rate in per cent (or "none") as the channel writes it; None if it knows none such."""
    rule = _rule(channel, day, Vat, "vat")
    return rule.codes.get(rate) if rule else rate


def size(channel: Channel, value: int, day: date, field: str) -> int | Decimal:
    """Millimetres or grams in the channel's unit, rounded up to what its form holds: goods never look smaller than they are."""
    form = _rule(channel, day, UnitForm, field)
    if form is None:
        return value
    exact = Decimal(value) / _PER[form.unit]
    if form.form == "integer":
        return int(exact.to_integral_value(ROUND_CEILING))
    told = exact.quantize(Decimal(1).scaleb(-form.decimals), ROUND_CEILING)
    return int(told) if told == int(told) else told.normalize()


@lru_cache(maxsize=4096)
def _rule(channel: Channel, day: date, kind: type[Any], field: str) -> Any:
    found: list[Base] = [one for one in channel.on(day) if isinstance(one, kind) and one.field == field]
    return found[0] if found else None
