"""Whether goods bear the trip: the temperature in a vehicle in the months of the trip against what each lot bears. Pure; °C.

The weather and what families bear are data of `catalogs/stock-rules.yaml`, marked unverified there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from service.inventory.files import StockRules
from service.inventory.lots import Bearing

__all__ = ["Inside", "fits", "inside", "months_of", "suited"]


@dataclass(frozen=True)
class Inside:
    """The coldest and warmest it may get in a vehicle, °C."""

    coldest: int
    warmest: int


def months_of(departs: date, days: int) -> list[int]:
    """The months a trip of so many days touches."""
    return sorted({(departs + timedelta(days=day)).month for day in range(days + 1)})


def inside(transport: str, months: Iterable[int], rules: StockRules) -> Inside:
    """How cold and warm it may get in a vehicle kept like this, in these months. A heater does not cool: its upper end is the weather's."""
    kept = next(one for one in rules.transports if one.key == transport)
    weather = [one for one in rules.outside if one.month in set(months)]
    low, high = min(one.low for one in weather), max(one.high for one in weather)
    if kept.from_ is None or kept.to is None:
        return Inside(low, high)
    return Inside(kept.from_, max(kept.to, high) if kept.key == "heated" else kept.to)


def fits(bears: Bearing, there: Inside) -> bool:
    """Whether goods that bear this can stand that."""
    return (bears.low is None or bears.low <= there.coldest) and (bears.high is None or there.warmest <= bears.high)


def suited(bears: Bearing, months: Iterable[int], rules: StockRules) -> list[str]:
    """The transports that would do, the plainest first."""
    months = list(months)
    return [one.key for one in rules.transports if fits(bears, inside(one.key, months, rules))]
