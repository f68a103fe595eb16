"""What validation finds: a rule, the place where a listing breaks it, limit, actual value, and words for people in their language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from service.i18n import Message
from service.listings.listing import Listing, label
from service.listings.rules import Base

__all__ = ["Check", "Teller", "Violation", "label_of"]


class Violation(NamedTuple):
    """One rule that a listing breaks. `field` is the place, such as "pictures.2"; `rule` the rule's id in the channel's file."""

    channel: str
    field: str
    rule: str
    limit: str
    actual: str
    level: Literal["error", "warn"]
    message: Message
    remedy: Message
    source: str
    checked: date
    verified: bool


Check = Callable[[Listing, list[Violation]], None]


class Teller:
    """Makes the violations of one rule."""

    def __init__(self, channel: str, rule: Base) -> None:
        self._channel = channel
        self._rule = rule
        self._level = rule.strikes

    def __call__(
        self, found: list[Violation], place: str, words: tuple[str, str], actual: object, limit: object, *,
        soft: bool = False, **facts: object,
    ) -> None:  # fmt: skip
        said = {"field": label_of(place), "actual": actual, "limit": limit, **facts}
        rule = self._rule
        found.append(
            Violation(
                self._channel, place, rule.id, _plain(limit), _plain(actual), "warn" if soft else self._level,
                Message(words[0], said), Message(words[1], said), rule.source, rule.checked, rule.verified,
            )
        )  # fmt: skip


label_of = lru_cache(maxsize=4096)(label)


def _plain(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
