"""What the checks speak of: a pair of texts with what is known about it, and what is found wrong in it. No check is here."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple, Protocol

from service.i18n import Message

__all__ = [
    "LEVELS", "Fact", "Finding", "Fix", "Level", "Limit", "Measured", "Name", "Pair", "Side", "TermCheck", "TermFinding",
    "apply", "digest", "facts_digest", "pair_digest",
]  # fmt: skip

Side = Literal["zh", "ru"]
Level = Literal["info", "warn", "error", "block"]
LEVELS: tuple[Level, ...] = ("block", "error", "warn", "info")
"""The gravest first. `block`: neither published nor said on air."""


class Fact(NamedTuple):
    """A value of the data that a text may state.

    `kind`: price (also the price before, the saving), discount, stock, weight, produced, expires. `value` in minor units of the currency
    `unit` (kopecks, fen), in percent, pieces, grams or millilitres (`unit` "g" or "ml"), or as the ISO date for the last two.
    """

    kind: Literal["price", "discount", "stock", "weight", "produced", "expires"]
    value: int | str
    unit: str = ""

    @property
    def day(self) -> date:
        """The date of produced and expires."""
        return date.fromisoformat(str(self.value))


Measured = Literal["points", "utf16", "bytes", "width"]


class Limit(NamedTuple):
    """How long a field may be. `unit`: code points, UTF-16 units, UTF-8 bytes, or width (a Chinese sign counts 2, others 1)."""

    most: int
    unit: Measured = "points"
    side: Side | None = None
    """None: the target."""


class Name(NamedTuple):
    """A name as registered in both languages: a brand, a maker. A Russian brand has one Chinese name, and the other way round."""

    zh: str
    ru: str


@dataclasses.dataclass(frozen=True)
class Pair:
    """A text in both languages and what is known of it. `source`: the language it was written in first.

    `limits` are by field. `facts` are the values bound to the text, under any names. `origin`: authored (written by hand in both
    languages: neither placeholders nor ends are compared), edited, memory, terms, machine, mixed, imported. `approved_source` and `approved_facts` are the digests (`digest`, `facts_digest`) the text was approved with: None
    where nothing was approved. `plurals` are the forms of a counted text by CLDR category. `filters` are those a template may use
    (None: any that Jinja knows). `elsewhere` finds the source of another pair that has the same target text.
    """

    source: Side
    text_zh: str
    text_ru: str
    field: str = ""
    family: str | None = None
    market: str | None = None
    limits: Mapping[str, Limit] = dataclasses.field(default_factory=dict)
    facts: Mapping[str, Fact] = dataclasses.field(default_factory=dict)
    origin: str = "authored"
    reviewed: bool = True
    approved_source: str | None = None
    approved_facts: str | None = None
    names: Collection[Name] = ()
    plurals: Mapping[Side, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    filters: Collection[str] | None = None
    elsewhere: Callable[[Pair], str | None] | None = None

    @property
    def target(self) -> Side:
        """The language it was put into."""
        return "ru" if self.source == "zh" else "zh"

    def text(self, side: Side) -> str:
        """The text of a language."""
        return self.text_zh if side == "zh" else self.text_ru


class Fix(NamedTuple):
    """A repair that is certain: `text` in place of what stands from `start` to before `end` of the finding's side."""

    start: int
    end: int
    text: str


@dataclasses.dataclass(frozen=True)
class Finding:
    """What is wrong, where (code points of the text of `side`), and what to do. `fix` only where there is one right answer."""

    check: str
    level: Level
    side: Side
    start: int
    end: int
    message: Message
    remedy: Message
    fix: Fix | None = None

    def as_data(self, locale: Literal["zh", "ru", "en"]) -> dict[str, Any]:
        """For programs and for `Draft.findings`."""
        return {
            "check": self.check, "level": self.level, "side": self.side, "start": self.start, "end": self.end,
            "message": self.message.say(locale), "remedy": self.remedy.say(locale),
            "fix": self.fix._asdict() if self.fix else None,
        }  # fmt: skip


class TermFinding(Protocol):
    """What a term base finds: `check` is term.required, term.forbidden, term.casing, term.inconsistent or another id; `fix` the wording to

    put in place of the span, if that is certain.
    """

    @property
    def check(self) -> str: ...
    @property
    def level(self) -> Level: ...
    @property
    def side(self) -> Side: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def message(self) -> Message: ...
    @property
    def remedy(self) -> Message: ...
    @property
    def fix(self) -> str | None: ...


TermCheck = Callable[[Pair], Iterable[TermFinding]]
"""A term base bound to a market and a day: it looks at a pair and tells what breaks with the agreed words."""


def apply(text: str, fixes: Iterable[Fix]) -> str:
    """The text with the repairs made. Of two that overlap the one that begins first is made; ask the checks again for the other."""
    made, last = "", 0
    for fix in sorted(set(fixes), key=lambda fix: (fix.start, fix.end)):
        if fix.start < last:
            continue
        made += text[last : fix.start] + fix.text
        last = fix.end
    return made + text[last:]


def digest(text: str) -> str:
    """Names a text: SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def facts_digest(facts: Mapping[str, Fact]) -> str:
    """Names the values bound to a text."""
    return digest("\n".join(f"{name}\t{fact.kind}\t{fact.value}\t{fact.unit}" for name, fact in sorted(facts.items())))


def pair_digest(pair: Pair) -> str:
    """Names these very words in both languages."""
    return digest(f"{pair.source}\0{pair.text_zh}\0{pair.text_ru}")
