"""Whether a model of one's own is to serve instead of what serves now. Pure.

A direct model takes the place of the way through English for every text, so it must win clearly, and lose in nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.i18n import N_, Message
from service.translation.learning.measuring import Measured, surely_better

__all__ = ["Verdict", "decide"]

GAIN = 2.0
"""Points of chrF: less than that readers do not notice."""
SURE = 95.0
"""Of a hundred draws from the held-out sentences, in how many the new one must be better."""
FLOOR_CHRF, FLOOR_TERMS, FLOOR_NUMBERS = 50.0, 90.0, 95.0
"""What is asked where nothing is installed: below, a reader writes anew what he should only have to mend."""


@dataclass(frozen=True)
class Verdict:
    """`reasons`: with figures, all that speaks against it, or what speaks for it."""

    wins: bool
    reasons: tuple[Message, ...]


def decide(new: Measured, old: Measured | None) -> Verdict:
    """`old`: what is installed now, on the same sentences; None if nothing leads from one language to the other."""
    against = _below_floor(new) if old is None else _not_better(new, old)
    if against:
        return Verdict(False, tuple(against))
    if old is None:
        return Verdict(
            True, (Message(N_("Nothing is installed for this direction, and it is good enough to draft with.")),)
        )
    facts = {"gain": f"{new.chrf - old.chrf:+.1f}", "sure": f"{surely_better(new.each, old.each):.0f}"}
    return Verdict(
        True, (Message(N_("chrF {gain}, better in {sure} of 100 draws; agreed words and numbers no worse."), facts),)
    )


def _not_better(new: Measured, old: Measured) -> list[Message]:
    found = []
    gain, sure = new.chrf - old.chrf, surely_better(new.each, old.each)
    if gain < GAIN or sure < SURE:
        facts = {"gain": f"{gain:+.1f}", "sure": f"{sure:.0f}", "least": f"{GAIN:.0f}", "least_sure": f"{SURE:.0f}"}
        found.append(
            Message(N_("chrF {gain}, better in {sure} of 100 draws; asked are +{least} and {least_sure}."), facts)
        )
    for one, other, what in (
        (new.terms, old.terms, N_("Agreed words: {new}, were {old}.")),
        (new.numbers, old.numbers, N_("Numbers: {new}, were {old}.")),
    ):
        if one.percent < other.percent:
            found.append(Message(what, {"new": str(one), "old": str(other)}))
    return found


def _below_floor(new: Measured) -> list[Message]:
    asked = (
        (new.chrf, FLOOR_CHRF, N_("chrF {new}; at least {least} is asked where nothing is installed.")),
        (new.terms.percent, FLOOR_TERMS, N_("Agreed words {new} %; at least {least} % is asked.")),
        (new.numbers.percent, FLOOR_NUMBERS, N_("Numbers {new} %; at least {least} % is asked.")),
    )
    return [Message(what, {"new": f"{one:.1f}", "least": f"{least:.0f}"}) for one, least, what in asked if one < least]
