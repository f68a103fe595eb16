"""What validation finds: a rule, the place where a listing breaks it, limit, actual value, and words for people in their language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal, NamedTuple

from service.i18n import Message
from service.listings.channels import Channel
from service.listings.listing import Listing
from service.listings.rules import Base

__all__ = ["Check", "Teller", "Violation"]


class Violation(NamedTuple):
    """One rule that a listing breaks. `field` is the place, such as "pictures.2"; `rule` the rule's id in the channel's file."""

    channel: str
    field: str
    rule: str
    limit: str
    actual: str
    level: Literal["error", "warn"]
    source: str
    checked: date
    verified: bool
    words: tuple[str, str]
    facts: Mapping[str, object]

    @property
    def message(self) -> Message:
        """What is wrong. Made when it is asked for: most findings are only counted."""
        return Message(self.words[0], self.facts)

    @property
    def remedy(self) -> Message:
        """What to do about it."""
        return Message(self.words[1], self.facts)


Check = Callable[[Listing, list[Violation]], None]


class Teller:
    """Makes the violations of one rule."""

    def __init__(self, channel: Channel, rule: Base) -> None:
        self._channel = channel
        self.label = channel.label
        self._rule = rule
        self._level = rule.strikes
        self._verified = rule.verified

    def __call__(
        self, found: list[Violation], place: str, words: tuple[str, str], actual: object, limit: object, *,
        soft: bool = False, **facts: object,
    ) -> None:  # fmt: skip
        said = {"field": self.label(place), "actual": actual, "limit": limit, **facts}
        rule = self._rule
        found.append(
            Violation(
                self._channel.key, place, rule.id, _plain(limit), _plain(actual), "warn" if soft else self._level,
                rule.source, rule.checked, self._verified, words, said,
            )
        )  # fmt: skip


def _plain(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
