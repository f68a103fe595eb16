"""First expired, first out: which lots a quantity comes from. Pure; quantities in packs, life in days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["InLot", "allocate", "least_days", "order", "still_good"]


@dataclass(frozen=True)
class InLot:
    """What is there of one lot."""

    lot: int
    quantity: int
    expires_on: date | None = None
    made_on: date | None = None


def order(lots: Iterable[InLot]) -> list[InLot]:
    """By date of expiry, then of production, then of arrival in the books; goods without a date last."""
    return sorted(lots, key=lambda one: (one.expires_on or date.max, one.made_on or date.max, one.lot))


def still_good(lot: InLot, *, on: date, days: int) -> bool:
    """Whether the lot has at least so many days of life left on that day; goods without a date always have."""
    return lot.expires_on is None or lot.expires_on >= on + timedelta(days=days)


def allocate(lots: Iterable[InLot], quantity: int, *, on: date, days: int) -> tuple[list[tuple[int, int]], int]:
    """(lot, packs) to take, earliest expiry first among those that live `days` beyond `on`, and how many packs are missing."""
    taken: list[tuple[int, int]] = []
    for one in order(lots):
        if quantity and one.quantity > 0 and still_good(one, on=on, days=days):
            packs = min(quantity, one.quantity)
            taken.append((one.lot, packs))
            quantity -= packs
    return taken, quantity


def least_days(shelf_days: int | None, thresholds: Iterable[tuple[int, int]]) -> int:
    """Days before its end from which goods with this whole shelf life count as near it.

    `thresholds` are (shelf life of at least, days left); goods without a shelf life have no end.
    """
    if shelf_days is None:
        return 0
    return next((left for least, left in sorted(thresholds, reverse=True) if shelf_days >= least), 0)
