"""Trade modes and their limits (`catalogs/trade-modes.yaml`): which are open to a deal, which are closed, why, and with what papers.

Pure and dated. A help to choose, not a customs opinion: each answer says its source and whether anybody has compared it with the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, StringConstraints

from service.authored import Strict, content_of
from service.catalog.files import Name, Pair, Text, Whole
from service.errors import DomainError
from service.i18n import N_, Locale, Message, Named
from service.resources import root

__all__ = ["Answer", "Day", "Deal", "Reason", "State", "UnknownWord", "Verdict", "choose", "modes"]


def _day(value: object) -> object:
    """Dates stand in the file as text, for YAML's own dates are left out."""
    return date.fromisoformat(value) if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_day)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Effect = Literal["closes", "taxed", "warns"]
About = Literal["direction", "buyer", "goods", "warehouse", "value", "year_value", "day_value", "weight_g", "zone_km"]


class Ask(Strict):
    """One thing a mode asks of a deal, and what follows if it is not so: the mode is closed, or taxes are due, or people must look.

    `most`: minor units of `currency`, or grams, or kilometres. `when`: only for this direction.
    """

    about: About
    among: list[Name] | None = None
    none_of: list[Name] | None = None
    most: Whole | None = None
    currency: Code | None = None
    when: Literal["export", "import"] | None = None
    effect: Effect = "closes"
    kind: Literal["deal", "limit", "document", "goods"]
    from_: Day | None = Field(None, alias="from")
    to: Day | None = None
    why: Pair
    source: Text
    verified: bool


class Mode(Strict):
    """One trade mode. `suits`: what it is made for; `documents`: keys of the file's list."""

    name: Pair
    suits: Pair
    side: Literal["CN", "EAEU"]
    asks: list[Ask]
    documents: dict[Literal["export", "import"], list[Name]]
    source: Text
    verified: bool


class Words(Strict):
    """What a deal may be told with."""

    direction: dict[Name, Pair]
    buyer: dict[Name, Pair]
    goods: dict[Name, Pair]
    warehouse: dict[Name, Pair]


class ModesFile(Strict):
    """`catalogs/trade-modes.yaml`."""

    about: Pair
    words: Words
    documents: dict[Name, Pair]
    modes: dict[Annotated[str, StringConstraints(pattern=r"^(\d{4}|[a-z_]+)$")], Mode]


class UnknownWord(DomainError):
    """A deal told with a word the file does not have."""

    title = N_("“{value}” is not known for {key}.")
    remedy = N_("Known: {known}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """What is known of a deal; None: not told. Values by currency, in minor units: of this deal, of the buyer's year, of the resident's day."""

    direction: str
    buyer: str
    goods: str = "other"
    warehouse: str = "none"
    value: Mapping[str, int] = field(default_factory=dict)
    year_value: Mapping[str, int] = field(default_factory=dict)
    day_value: Mapping[str, int] = field(default_factory=dict)
    weight_g: int | None = None
    zone_km: int | None = None


class State(StrEnum):
    """What a mode says to a deal."""

    OPEN = "open"
    ASKS = "asks"  # open, if what was not told is so
    CLOSED = "closed"


class Reason(NamedTuple):
    """Why, in both languages. `kind`: deal, limit, document or goods."""

    kind: str
    text: Named | Message
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """One mode's answer. `closed` holds why it is closed; `taxed` what makes taxes due; `warned` what people must look at; `asked` what

    was not told.
    """

    key: str
    name: Named
    side: str
    state: State
    suits: Named
    documents: tuple[Named, ...]
    closed: tuple[Reason, ...]
    taxed: tuple[Reason, ...]
    warned: tuple[Reason, ...]
    asked: tuple[Reason, ...]
    source: str
    verified: bool

    def as_data(self, locale: Locale) -> dict[str, Any]:
        """For programs."""
        said = {
            name: [one._asdict() | {"text": one.text.say(locale)} for one in getattr(self, name)]
            for name in ("closed", "taxed", "warned", "asked")
        }
        return {
            "mode": self.key, "name": self.name.say(locale), "side": self.side, "state": str(self.state), "suits": self.suits.say(locale),
            "documents": [one.say(locale) for one in self.documents], **said, "source": self.source, "verified": self.verified,
        }  # fmt: skip


class Answer(NamedTuple):
    """All modes: open ones first, then those that ask, then closed ones; each group in the file's order."""

    on: date
    verdicts: list[Verdict]


def choose(deal: Deal, *, on: date) -> Answer:
    """What each mode says to a deal on a day. Raises `UnknownWord`."""
    words = modes().words
    for name in ("direction", "buyer", "goods", "warehouse"):
        known: dict[str, Pair] = getattr(words, name)
        value = getattr(deal, name)
        if value not in known:
            raise UnknownWord(key=name, value=value, known=sorted(known))
    order = list(State)
    verdicts = [_verdict(key, mode, deal, on) for key, mode in modes().modes.items()]
    return Answer(on, sorted(verdicts, key=lambda verdict: order.index(verdict.state)))


@cache
def modes() -> ModesFile:
    """The file."""
    return content_of(root("catalogs") / "trade-modes.yaml", ModesFile)


def _verdict(key: str, mode: Mode, deal: Deal, on: date) -> Verdict:
    found: dict[str, list[Reason]] = {"closes": [], "taxed": [], "warns": [], "asks": []}
    for number, ask in enumerate(mode.asks):
        if ask.when not in (None, deal.direction) or not ((ask.from_ or on) <= on <= (ask.to or on)):
            continue
        holds = _holds(ask, deal)
        if holds:
            continue
        text: Named | Message = _named(f"{key}-{number + 1}", ask.why)
        group: str = ask.effect
        if holds is None and group != "warns":
            text, group = (
                Message(N_("Not told ({about}), and this depends on it: {why}"), {"about": ask.about, "why": text}),
                "asks",
            )
        found[group].append(Reason(ask.kind, text, ask.source, ask.verified))
    state = State.CLOSED if found["closes"] else State.ASKS if found["asks"] else State.OPEN
    papers = mode.documents.get("export" if deal.direction == "export" else "import", [])
    return Verdict(
        key, _named(key, mode.name), mode.side, state, suits=_named(key, mode.suits),
        documents=tuple(_named(paper, modes().documents[paper]) for paper in papers), closed=tuple(found["closes"]),
        taxed=tuple(found["taxed"]), warned=tuple(found["warns"]), asked=tuple(found["asks"]), source=mode.source, verified=mode.verified,
    )  # fmt: skip


def _holds(ask: Ask, deal: Deal) -> bool | None:
    """Whether it is so; None if it was not told."""
    told = getattr(deal, ask.about)
    if ask.most is not None:
        value = told.get(ask.currency) if isinstance(told, Mapping) else told
        return None if value is None else value <= ask.most
    if ask.among is not None:
        return told in ask.among
    return told not in (ask.none_of or [])


def _named(key: str, words: Pair) -> Named:
    return Named(key, words.zh, words.ru)
