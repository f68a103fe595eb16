"""What a look into the memory answers with: pairs, how good they are, and why not better."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from service.i18n import N_, Message
from service.translation.memory.normal import digest, normal

__all__ = ["COLUMNS", "Context", "Found", "Kind", "Match", "Why", "penalties"]

Kind = Literal["context", "exact", "numbers", "fuzzy"]

UNREVIEWED, MACHINE, ELSEWHERE, OTHER_NUMBERS = 15, 20, 10, 8


@dataclass(frozen=True, slots=True)
class Context:
    """Where the text stands: family and field of the card, channel, digests of the sentences before and after. None: not known."""

    family: str | None = None
    field: str | None = None
    channel: str | None = None
    before: int | None = None
    after: int | None = None

    def between(self, before: str | None, after: str | None, language: str) -> Context:
        """The same place, with the neighbouring sentences as texts."""
        return Context(
            self.family, self.field, self.channel, _digest(before, language), _digest(after, language)
        )  # fmt: skip

    def holds(self, unit: Found) -> bool:
        """Whether a unit stood in this very place."""
        if (self.before, self.after) != (None, None) and (self.before, self.after) == (unit.before, unit.after):
            return True
        place = (self.family, self.field, self.channel)
        return self.field is not None and place == (unit.family, unit.field, unit.channel)


def _digest(text: str | None, language: str) -> int | None:
    return digest(normal(text, language)) if text else None


class Found(NamedTuple):
    """A unit as a look reads it."""

    id: int
    zh: str
    ru: str
    zh_exact: int
    ru_exact: int
    family: str | None
    field: str | None
    channel: str | None
    before: int | None
    after: int | None
    origin: str
    reviewed: bool
    reviewer: str | None
    reviewed_at: datetime | None
    at: datetime
    used: int

    def text(self, language: str) -> str:
        """Its words in one language."""
        return self.zh if language == "zh" else self.ru

    def rank(self) -> tuple[bool, float]:
        """Reviewed before unreviewed, newer before older."""
        return not self.reviewed, -(self.reviewed_at or self.at).timestamp()


COLUMNS = Found._fields


@dataclass(frozen=True, slots=True)
class Why:
    """One reason why a match is not worth more, with the points it cost. `key`: unreviewed, machine, channel, numbers, form, mapping, unit."""

    key: str
    points: int

    def message(self) -> Message:
        """For people."""
        return Message(_SAID[self.key], {"points": self.points})


_SAID = {
    "unreviewed": N_("nobody has reviewed it (−{points})"),
    "machine": N_("made by a machine (−{points})"),
    "channel": N_("written for another channel (−{points})"),
    "numbers": N_("other kinds of numbers (−{points})"),
    "form": N_("the numbers differ, and a word would need a form nobody has given (−{points})"),
    "mapping": N_("the numbers differ, and it is not certain which belongs where (−{points})"),
    "unit": N_("the numbers differ, and the value cannot be written in the unit that stands there (−{points})"),
}


@dataclass(frozen=True, slots=True)
class Match:
    """One pair that may serve. `text` is what is offered, in the target language; `kept` what the unit says, where numbers were changed.

    `kind`: context (101), exact (100), numbers (99), fuzzy. `score` is what remains of that after `why`. `source_text` are the unit's words.
    """

    unit: int
    kind: Kind
    score: int
    source_text: str
    text: str
    kept: str
    why: tuple[Why, ...]
    found: Found

    @property
    def sure(self) -> bool:
        """Whether it may stand as a draft that needs no comparing: reviewed, and the same words."""
        return self.score >= 99


def penalties(unit: Found, context: Context | None, *, elsewhere: bool) -> tuple[Why, ...]:
    """What a unit loses for where it comes from. A machine's text that a person has reviewed is that person's."""
    why = []
    if not unit.reviewed:
        why.append(Why("unreviewed", UNREVIEWED))
        if unit.origin == "machine":
            why.append(Why("machine", MACHINE))
    if elsewhere and context and context.channel and unit.channel and unit.channel != context.channel:
        why.append(Why("channel", ELSEWHERE))
    return tuple(why)
