"""The price no show or listing may undercut: the lowest one from which every higher price leaves the wanted margin.

Pure. Each step of a costing is rounded by itself, so a margin may sink by a few minor units where the price rises by one: a floor
holds for all prices above it, and one minor unit less does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from service.errors import DomainError
from service.i18n import N_
from service.pricing.landing import MOST, NONE, Money, OutOfRange, Pack, Regime, cost, in_currency, shown_share
from service.pricing.rates import half_up

__all__ = ["Floor", "NoFloor", "floor_price"]


class NoFloor(DomainError):
    """No price leaves the wanted margin."""

    title = N_("No price leaves a margin of {wanted}: {taken} of any price go elsewhere.")
    remedy = N_("Lower the wanted margin, the commission or the costs, or choose another channel or trade mode.")


class Floor(NamedTuple):
    """The lowest price from which on the margin is always reached, up to and with `until` where a limit breaks the row."""

    price: Money
    until: Money | None


def floor_price(pack: Pack, wanted: Fraction = NONE) -> Floor:
    """The lowest price that leaves `wanted` of itself as margin and from which on every higher one does too; 0: the break-even price.

    Each step is rounded by itself, so near that price a higher one may leave a minor unit less: those that fall short are all
    below the floor. Raises `NoFloor`, `OutOfRange`.
    """
    if not 0 <= wanted < 1:
        raise OutOfRange(key="margin", value=shown_share(wanted))
    slope = 1 - wanted - _taken(pack)
    if slope <= 0:
        raise NoFloor(wanted=shown_share(wanted), taken=shown_share(_taken(pack)))
    reaches, steps = _reaching(pack, wanted)
    slack = ceil(steps / slope)  # how far rounding can put two prices out of order
    bands = _bands(pack)
    floors = [_sound_from(low, high, slack, reaches) for low, high in bands]
    for number, (_low, high) in enumerate(bands):
        if floors[number] > high:
            continue
        broken = next((at for at in range(number + 1, len(bands)) if floors[at] > bands[at][0]), None)
        until = None if broken is None else Money(bands[broken][0] - 1, pack.price.currency)
        return Floor(Money(floors[number], pack.price.currency), until)
    raise NoFloor(wanted=shown_share(wanted), taken=shown_share(_taken(pack)))


def _shares(pack: Pack) -> list[Fraction]:
    """What is taken of any price, whatever it is."""
    shares = [pack.commission.share, pack.acquiring.share]
    if pack.vat_payer and pack.regime not in (Regime.RETAIL, Regime.PARCEL):
        shares.append(pack.vat.share / (1 + pack.vat.share))
    return shares


def _reaching(pack: Pack, wanted: Fraction) -> tuple[Callable[[int], bool], int]:
    """Tells of a price whether it leaves the wanted margin; and by how many minor units rounding may put prices out of order."""
    if pack.regime in (Regime.RETAIL, Regime.PARCEL) and not pack.taxes_on_buyer:

        def reaches(price: int) -> bool:
            done = cost(replace(pack, price=Money(price, pack.price.currency)))
            return done.margin >= wanted * price

        return reaches, 20  # a step may rest on steps that were rounded

    shares = _shares(pack)
    fixed = cost(pack).total - sum(half_up(pack.price.amount * share) for share in shares)
    ratios = [share.as_integer_ratio() for share in shares]
    above_wanted, below_wanted = wanted.as_integer_ratio()

    def reaches_quickly(price: int) -> bool:  # the same in whole numbers: a floor asks it a hundred times
        taken = sum((2 * price * above + below) // (2 * below) for above, below in ratios)
        return (price - fixed - taken) * below_wanted >= above_wanted * price

    return reaches_quickly, len(shares)


def _taken(pack: Pack) -> Fraction:
    """The part of every further unit of price that goes elsewhere, at most."""
    taken = sum(_shares(pack), NONE)
    if pack.taxes_on_buyer:
        return taken
    if pack.regime is Regime.PARCEL and pack.parcel:
        taken += pack.parcel.duty.share
    if pack.regime is Regime.RETAIL and pack.retail:
        inner = (1 + pack.duty.share) / (1 - pack.consumption.share)
        taken += pack.duty.share + inner * (pack.consumption.share + pack.vat.share)
    return taken


def _bands(pack: Pack) -> list[tuple[int, int]]:
    """Ranges of prices within which the same rule holds; at their ends the seller's taxes leap."""
    edges: list[Fraction] = []
    if not pack.taxes_on_buyer:
        if pack.regime is Regime.PARCEL and pack.parcel:
            edges = [in_currency(pack, "EUR", Fraction(pack.parcel.free))]
        if pack.regime is Regime.RETAIL and pack.retail:
            left = pack.retail.year - pack.bought_this_year
            edges = [in_currency(pack, "CNY", Fraction(min(pack.retail.single, left)))]
    last = [int(edge) for edge in edges if 1 <= edge < MOST]
    return list(zip([1, *(edge + 1 for edge in last)], [*last, MOST], strict=True))


def _sound_from(low: int, high: int, slack: int, reaches: Callable[[int], bool]) -> int:
    """The lowest price of a range from which on all reach; `high` + 1 if the last does not."""
    if not reaches(high):
        return high + 1
    failing, passing = low - 1, high
    while passing - failing > 1:
        middle = (failing + passing) // 2
        failing, passing = (failing, middle) if reaches(middle) else (middle, passing)
    for price in range(min(passing + slack, high), passing, -1):
        if not reaches(price):
            return price + 1
    return passing
