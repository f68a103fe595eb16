"""Where agreed words stand in a text, and what they mean there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from service.translation.terms.concepts import STATUSES, Meaning, Status, Wording

__all__ = ["Sense", "Span", "ranked"]


class Sense(NamedTuple):
    """What a place in a text may mean: a meaning, by one of its wordings."""

    meaning: Meaning
    wording: Wording


@dataclass(frozen=True)
class Span:
    """An agreed word in a text, from `start` to before `end`. Homonyms give several senses, the best status first."""

    start: int
    end: int
    text: str
    senses: tuple[Sense, ...]

    @property
    def concept(self) -> str:
        """The key of the first sense."""
        return self.senses[0].meaning.key

    @property
    def concepts(self) -> frozenset[str]:
        """The keys of all senses."""
        return frozenset(sense.meaning.key for sense in self.senses)

    @property
    def status(self) -> Status:
        """The best status of any sense: a word that is right for one thing is not wrong."""
        return self.senses[0].wording.status


def ranked(senses: Iterable[Sense]) -> tuple[Sense, ...]:
    """Each sense once, the best status first: a form that may be of a right word («в Бэйане») is not one of a wrong word."""
    unique = {(one.meaning.key, one.wording.text): one for one in senses}
    return tuple(sorted(unique.values(), key=lambda one: STATUSES.index(one.wording.status)))
