"""Whether a listing may stand in a channel on a day: all findings at once, each with limit, actual value and remedy.

The rules in force are compiled once for a channel and day into plain functions; a listing then only runs through them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from service.listings import figures, rules, wording
from service.listings.channels import Channel
from service.listings.listing import Listing
from service.listings.violations import Check, Teller, Violation

__all__ = ["Violation", "validate"]


def validate(listing: Listing, channel: Channel, *, as_of: date) -> list[Violation]:
    """All that a channel's rules in force on a day find in a listing; an empty list if it may be sent."""
    found: list[Violation] = []
    for check in _plan(channel, as_of):
        check(listing, found)
    return found


@lru_cache(maxsize=512)
def _plan(channel: Channel, day: date) -> tuple[Check, ...]:
    made = []
    for rule in channel.on(day):
        if maker := _MAKERS.get(type(rule)):
            check = maker(rule, Teller(channel, rule))
            made.append(_only_for(frozenset(rule.only_for), check) if rule.only_for else check)
    return tuple(made)


def _only_for(goods: frozenset[str], check: Check) -> Check:
    def narrowed(listing: Listing, found: list[Violation]) -> None:
        if not goods.isdisjoint(listing.goods):
            check(listing, found)

    return narrowed


_MAKERS: Mapping[type[rules.Base], Callable[[Any, Teller], Check]] = {
    rules.Required: wording.required, rules.Length: wording.length, rules.Pattern: wording.pattern, rules.Characters: wording.characters,
    rules.Words: wording.words, rules.Style: wording.style, rules.HowMany: figures.count, rules.Pixels: figures.picture, rules.Unique: figures.unique,
    rules.Number: figures.number, rules.Reference: figures.reference, rules.Currency: figures.currency, rules.Vat: figures.vat,
    rules.Barcode: figures.barcode, rules.Address: figures.address, rules.Spoken: figures.language, rules.Complete: figures.complete,
}  # fmt: skip
