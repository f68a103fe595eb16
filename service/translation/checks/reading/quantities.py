"""A quantity as read from a text, and when two of them say the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["DIGITS", "HINT", "WORDS", "Day", "Quantity", "is_word", "joined", "roughness", "same"]

DIGITS, WORDS, HINT = 2, 1, 0
"""How strongly a quantity asks for its counterpart: written in digits; in words with a unit; a mere numeral word or unit word."""

Day = tuple[int | None, int | None, int | None]
_WORD = re.compile("[A-Za-z]+[0-9][A-Za-z]+")
_MONTH = Decimal("0.02")
"""Months are 28 to 31 days long: 30 days and a month are the same, 7 days and 8 are not."""


@dataclass(slots=True)
class Quantity:
    """`value` in the base unit of `kind` (mass g, volume ml, length mm, time s, money:XXX minor units, celsius, percent, times, clock

    minutes; "" a bare number); `raw` the number as written. A date has `day` (year, month, day as far as said), a code its `code`.
    """

    kind: str
    value: Decimal
    raw: Decimal
    start: int
    end: int
    weight: int
    day: Day | None = None
    code: str | None = None
    factor: Decimal = Decimal(1)
    rough: Decimal = Decimal(0)
    """Half of the last place of a number in millions: 29,6 млн may stand for 2959.6万."""


def same(one: Quantity, other: Quantity) -> bool:
    """Whether one can be the translation of the other."""
    if one.kind == other.kind:
        return _equal(one, other)
    kinds = {one.kind, other.kind}
    if kinds == {"clock", "time"}:
        hours, clock = (one, other) if one.kind == "time" else (other, one)
        return hours.value == clock.value * 60 or (hours.value / 60) % 720 == clock.value % 720
    if "date" in kinds:  # «24号» and «лот 24», «2026» and «2026 год»
        dated, plain = (one, other) if one.kind == "date" else (other, one)
        return (
            plain.kind in ("", "time")
            and dated.day is not None
            and dated.day.count(None) == 2
            and plain.raw in dated.day
        )
    if "code" in kinds:
        return False
    return "" in kinds and abs(one.raw - other.raw) <= one.rough + other.rough


def is_word(code: str) -> bool:
    """B2B and C2C are words of the trade that may be translated, no article numbers."""
    return bool(_WORD.fullmatch(code))


def roughness(number: Decimal, scale: int) -> Decimal:
    """How far a number in millions may lie from the exact one: half of its last place; nothing for smaller scales."""
    places = -int(number.as_tuple().exponent)
    return Decimal(scale) / 2 / 10**places if scale >= 10**6 and places > 0 else Decimal(0)


def _equal(one: Quantity, other: Quantity) -> bool:
    if one.kind == "date":
        assert one.day is not None
        assert other.day is not None
        pairs = list(zip(one.day, other.day, strict=True))
        return all(a == b or a is None or b is None for a, b in pairs) and any(a == b is not None for a, b in pairs)
    if one.kind == "code":
        return one.code == other.code
    if one.kind == "clock":
        return one.value % 720 == other.value % 720
    if abs(one.value - other.value) <= (one.rough + other.rough) * max(one.factor, other.factor):
        return True
    return one.kind == "time" and abs(one.value - other.value) <= _MONTH * max(one.value, other.value)


def joined(found: list[Quantity], text: str, connectors: frozenset[str]) -> list[Quantity]:
    """Two numbers before one unit share it (8至10分钟, 2–8 °C); 1 кг 200 г is one quantity."""
    made: list[Quantity] = []
    for quantity in found:
        before = made[-1] if made else None
        between = text[before.end : quantity.start] if before else ""
        if before is not None and _adds_to(before, quantity, between):
            made[-1] = Quantity(
                quantity.kind, before.value + quantity.value, before.raw, before.start, quantity.end,
                max(before.weight, quantity.weight), factor=quantity.factor,
            )  # fmt: skip
            continue
        shared = quantity.kind in _SHARED or quantity.kind.startswith("money")
        if before is not None and not before.kind and shared and between and between.strip() in connectors:
            _share(before, quantity)
        made.append(quantity)
    return made


_SHARED = frozenset({"mass", "volume", "length", "time", "celsius", "percent"})
_ADDED = frozenset({"mass", "time", "length"})
_NOTHING = frozenset({"", " ", "\N{NO-BREAK SPACE}", " и ", "零"})


def _adds_to(before: Quantity, quantity: Quantity, between: str) -> bool:
    """1 кг 200 г, 1小时30分钟, 3 рубля 50 копеек."""
    same_kind = (
        bool(quantity.kind)
        and quantity.kind == before.kind
        and (quantity.kind in _ADDED or quantity.kind.startswith("money"))
    )
    return same_kind and quantity.factor < before.factor and between in _NOTHING


def _share(before: Quantity, quantity: Quantity) -> None:
    """Give the unit of a range's second number to its first."""
    before.kind, before.factor = quantity.kind, quantity.factor
    before.value = before.raw * quantity.factor
    if quantity.kind == "celsius" and quantity.value < 0 and before.raw > -quantity.raw:
        before.value = -before.value  # минус 22–18 has one sign for both
    before.weight = max(before.weight, quantity.weight)
