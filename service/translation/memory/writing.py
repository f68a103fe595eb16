"""What writing a value anew needs in both languages: how many of the old unit a new value is, and how it is scaled."""

from __future__ import annotations

from decimal import Decimal

from service.translation.memory.slots import Slot

__all__ = ["NotCertain", "amount_in", "tidy", "unit_for"]


class NotCertain(Exception):
    """A pair cannot be refilled. `reason`: skeleton, mapping, form (a Russian word would need a form nobody has given), unit, reading."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def unit_for(new: Slot, old: Slot, slot: Slot) -> str | None:
    """The key of the unit the value is written in: that of the slot, or the query's where the query has changed it (500克 → 1.5千克)."""
    assert slot.writing is not None
    if new.writing is None or old.writing is None or new.writing.unit == old.writing.unit:
        return slot.writing.unit
    return new.writing.unit


def amount_in(new: Slot, slot: Slot, size: Decimal) -> Decimal:
    """How many units of this size the new value is."""
    if new.kind in ("number", "count") or slot.kind in ("number", "count"):
        return Decimal(new.value) if new.kind in ("number", "count", "money") else _shown(new)
    return Decimal(new.value) / size


def _shown(new: Slot) -> Decimal:
    if new.number is None:
        raise NotCertain("mapping")
    return new.number


def tidy(value: Decimal) -> Decimal:
    """Without idle zeros and never in powers of ten: 1.50 is 1.5, 5E+1 is 50."""
    return Decimal(int(value)) if value == value.to_integral_value() else value.normalize()
