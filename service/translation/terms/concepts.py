"""What the term base holds, as plain data: meanings and their wordings. Files, tables and checks all speak of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

__all__ = ["MARKETS", "STATUSES", "Meaning", "Status", "TermLocale", "TextLocale", "Wording"]

TermLocale = Literal["zh", "ru", "en"]
TextLocale = Literal["zh", "ru"]
Status = Literal["preferred", "admitted", "deprecated", "forbidden", "candidate"]
STATUSES: tuple[Status, ...] = get_args(Status)
MARKETS = ("CN", "RU")


@dataclass(frozen=True)
class Wording:
    """One wording of a meaning.

    `lemmas` is what it is found by (`matching.key_of`); `card` its grammar as far as a person has confirmed it (`cards.Card`);
    `measures` Chinese measure words.
    """

    locale: TermLocale
    text: str
    status: Status = "preferred"
    lemmas: str = ""
    card: Mapping[str, Any] = field(default_factory=dict, hash=False)
    measures: tuple[str, ...] = ()
    pinyin: str | None = None
    stress: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Meaning:
    """A concept with its wordings. `market` None: everywhere. `verified`: compared with `source`. The last day of it is `valid_to`."""

    key: str
    domain: str
    wordings: tuple[Wording, ...]
    market: str | None = None
    definition_zh: str | None = None
    definition_ru: str | None = None
    note: str | None = None
    source: str = ""
    verified: bool = False
    valid_from: date | None = None
    valid_to: date | None = None

    def preferred(self, locale: str) -> Wording | None:
        """The wording to write."""
        return next(self.of(locale, "preferred"), None)

    def of(self, locale: str, *statuses: Status) -> Iterator[Wording]:
        """Wordings of a language, of some statuses or all."""
        return (one for one in self.wordings if one.locale == locale and (not statuses or one.status in statuses))

    def holds(self, market: str | None, on: date) -> bool:
        """Whether it is in force in a market (None: in any) on a day."""
        if market and self.market and market != self.market:
            return False
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)
