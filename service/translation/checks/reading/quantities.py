"""A quantity as read from a text, and when two of them say the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["DIGITS", "HINT", "WORDS", "Day", "Quantity", "joined", "same"]

DIGITS, WORDS, HINT = 2, 1, 0
"""How strongly a quantity asks for its counterpart: written in digits; in words with a unit; a mere numeral word or unit word."""

Day = tuple[int | None, int | None, int | None]
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
        return plain.kind in ("", "time") and dated.day is not None and dated.day.count(None) == 2 and plain.raw in dated.day
    if "code" in kinds:
        return False
    return "" in kinds and one.raw == other.raw


def _equal(one: Quantity, other: Quantity) -> bool:
    if one.kind == "date":
        assert one.day and other.day
        pairs = list(zip(one.day, other.day, strict=True))
        return all(a == b or a is None or b is None for a, b in pairs) and any(a == b is not None for a, b in pairs)
    if one.kind == "code":
        return one.code == other.code
    if one.kind == "clock":
        return one.value % 720 == other.value % 720
    if one.value == other.value:
        return True
    return one.kind == "time" and abs(one.value - other.value) <= _MONTH * max(one.value, other.value)


def joined(found: list[Quantity], text: str, connectors: frozenset[str]) -> list[Quantity]:
    """Two numbers before one unit share it (8至10分钟, 2–8 °C); 1 кг 200 г is one quantity."""
    made: list[Quantity] = []
    for quantity in found:
        before = made[-1] if made else None
        if before is not None and not quantity.kind:
            made.append(quantity)
            continue
        if before is not None and quantity.kind == before.kind and quantity.factor < before.factor:
            between = text[before.end : quantity.start]
            if before.kind in ("mass", "time", "length") or before.kind.startswith("money"):  # noqa: SIM102
                if between in ("", " ", "\N{NO-BREAK SPACE}", " и ", "零"):
                    weight = max(before.weight, quantity.weight)
                    made[-1] = Quantity(
                        quantity.kind, before.value + quantity.value, before.raw, before.start, quantity.end, weight,
                        factor=quantity.factor,
                    )  # fmt: skip
                    continue
        if before is not None and not before.kind and quantity.kind not in ("date", "code", "clock", "times"):
            if text[before.end : quantity.start].strip() in connectors and before.end != quantity.start:
                before.kind, before.factor = quantity.kind, quantity.factor
                before.value = before.raw * quantity.factor
                if quantity.kind == "celsius" and quantity.value < 0 and before.value > 0 and before.raw > -quantity.raw:
                    before.value = -before.value  # −22…−18 is written with one sign: минус 22–18
                before.weight = max(before.weight, quantity.weight)
        made.append(quantity)
    return made
