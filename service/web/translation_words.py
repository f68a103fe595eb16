"""Translation in the reader's words: languages, origins and scores of drafts, findings with their place, agreed words in a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import ProductText
from service.catalog.wording_changes import Piece as Changed
from service.catalog.wording_changes import wording_changes
from service.i18n import N_, Locale, Message
from service.people.caller import caller_of
from service.people.models import Person
from service.translation.checks.ignoring import BINDING
from service.translation.checks.pair import Finding
from service.translation.commands import ORIGINS
from service.translation.memory.matches import Match
from service.translation.models import Draft
from service.translation.reviewing import STATES
from service.translation.terms.concepts import Meaning
from service.translation.terms.domains import domains
from service.translation.terms.spans import Span
from service.web.card_words import CardWords
from service.web.compliance_words import MARKETS
from service.web.posting import day_in, today

__all__ = [
    "Agreed", "Piece", "Placed", "TranslationWords", "agreed_words", "answered_languages", "card_names", "marked", "placed", "word_list",
]  # fmt: skip

INTO: Mapping[str, str] = {"zh": N_("into Chinese"), "ru": N_("into Russian")}
LANGUAGES: Mapping[str, str] = {"zh": N_("Chinese"), "ru": N_("Russian"), "en": N_("English")}
LEVELS: Mapping[str, str] = {
    "block": N_("must not be published"), "error": N_("to be mended"), "warn": N_("worth a look"), "info": N_("hint"),
}  # fmt: skip
KINDS: Mapping[str, str] = {
    "context": N_("the same words in this very place"), "exact": N_("the same words"), "numbers": N_("the same words, the numbers set anew"),
    "fuzzy": N_("similar words"),
}  # fmt: skip
STATUS_NAMES: Mapping[str, str] = {
    "preferred": N_("wording to write"), "admitted": N_("wording allowed"), "deprecated": N_("wording to avoid"),
    "forbidden": N_("wording forbidden"), "candidate": N_("wording proposed"),
}  # fmt: skip
UNIT_ORIGINS: Mapping[str, str] = {
    "authored": N_("written by a person"), "edited": N_("edited by a person"), "machine": N_("by the machine"), "imported": N_("from a file"),
}  # fmt: skip
GENDERS: Mapping[str, str] = {"m": N_("masculine"), "f": N_("feminine"), "n": N_("neuter")}
_AROUND = 24  # characters shown on each side of a place
_SOON = 3  # days


class Piece(NamedTuple):
    """A part of a text; `span`: it is an agreed word."""

    text: str
    span: Span | None


class Agreed(NamedTuple):
    """An agreed word of the source: what may be written for it, the best first, and what must not be."""

    text: str
    meaning: Meaning
    wanted: tuple[str, ...]
    avoid: tuple[str, ...]


@dataclass(frozen=True)
class Placed:
    """A finding with the words it is about and what stands around them."""

    finding: Finding
    before: str
    words: str
    after: str

    @property
    def ignorable(self) -> bool:
        """Whether it may be left with a reason."""
        return self.finding.check not in BINDING


def marked(text: str, spans: Iterable[Span]) -> list[Piece]:
    """A text in pieces, agreed words by themselves."""
    pieces, last = [], 0
    for span in spans:
        if span.start > last:
            pieces.append(Piece(text[last : span.start], None))
        pieces.append(Piece(text[span.start : span.end], span))
        last = span.end
    return [*pieces, Piece(text[last:], None)] if last < len(text) else pieces


def agreed_words(spans: Iterable[Span], target: str) -> list[Agreed]:
    """The agreed words of a source, each meaning once, with its wordings in the target language."""
    found: dict[str, Agreed] = {}
    for span in spans:
        for meaning, _ in span.senses:
            wanted = tuple(one.text for status in ("preferred", "admitted") for one in meaning.of(target, status))
            avoid = tuple(one.text for one in meaning.of(target, "deprecated", "forbidden"))
            if wanted or avoid:
                found.setdefault(meaning.key, Agreed(span.text, meaning, wanted, avoid))
    return list(found.values())


def placed(found: Iterable[Finding], texts: Mapping[str, str]) -> list[Placed]:
    """Findings with their places in the texts of both languages, the gravest first."""
    order = {"block": 0, "error": 1, "warn": 2, "info": 3}
    told = []
    for one in sorted(found, key=lambda each: order[each.level]):
        text = texts[one.side]
        before, after = text[max(0, one.start - _AROUND) : one.start], text[one.end : one.end + _AROUND]
        before = "…" + before if one.start > _AROUND else before
        after = after + "…" if one.end + _AROUND < len(text) else after
        whole = one.end - one.start > 3 * _AROUND
        told.append(
            Placed(one, "" if whole else before, "" if whole else text[one.start : one.end], "" if whole else after)
        )
    return told


def answered_languages(session: Session) -> frozenset[str]:
    """Languages in which the caller may answer for a text; the command line is the operator's and answers in both."""
    number = caller_of(session).person
    person = session.get(Person, number) if number is not None else None
    return frozenset({"zh", "ru"}) if number is None else frozenset(person.languages if person else ())


def card_names(session: Session, products: Iterable[int]) -> dict[int, dict[str, str]]:
    """Names of cards by their number and language."""
    text, found = ProductText, dict[int, dict[str, str]]()
    query = select(text.product_id, text.locale, text.value).where(
        text.product_id.in_(set(products)), text.field == "name"
    )
    for product, locale, value in session.execute(query):
        found.setdefault(product, {})[locale] = value
    return found


def word_list(meaning: Meaning, locale: str) -> list[str]:
    """What may be written in a language, the preferred wording first; candidates where there is nothing else."""
    return [one.text for status in ("preferred", "admitted") for one in meaning.of(locale, status)] or [
        one.text for one in meaning.of(locale)
    ]


class TranslationWords(CardWords):
    """What the templates of translation ask; `names` are names of cards by number."""

    def __init__(self, locale: Locale, names: Mapping[int, Mapping[str, str]] | None = None) -> None:
        super().__init__(locale)
        self.names = names or {}

    def card(self, draft: Draft) -> str:
        """The name of a draft's card in the reader's language, else in the other, else its key."""
        names = self.names.get(draft.product_id, {})
        first, second = ("ru", "zh") if self.locale == "ru" else ("zh", "ru")
        return names.get(first) or names.get(second) or draft.product.key

    def into(self, locale: str) -> str:
        """The direction of a draft."""
        return Message(INTO[locale]).say(self.locale)

    def language(self, locale: str) -> str:
        """A language of texts or terms."""
        return Message(LANGUAGES[locale]).say(self.locale)

    def origin(self, draft: Draft) -> str:
        """Where a draft comes from, with the memory's score."""
        said = self.origin_name(draft.origin)
        return f"{said} · {draft.score}" if draft.origin == "memory" and draft.score is not None else said

    def origin_name(self, key: str) -> str:
        """Where texts come from."""
        return Message(ORIGINS[key]).say(self.locale) if key in ORIGINS else key

    def unit_origin(self, key: str) -> str:
        """Where a pair of the memory comes from."""
        return Message(UNIT_ORIGINS[key]).say(self.locale) if key in UNIT_ORIGINS else key

    def state(self, key: str) -> str:
        """What became of a draft."""
        return Message(STATES[key]).say(self.locale)

    def level(self, key: str) -> str:
        """How grave a finding is, in a word."""
        return Message(LEVELS[key]).say(self.locale)

    def kind(self, match: Match) -> str:
        """How a pair of the memory is like the text."""
        return Message(KINDS[match.kind]).say(self.locale)

    def why(self, match: Match) -> list[str]:
        """Why a pair is not worth more."""
        return [one.message().say(self.locale) for one in match.why]

    def status(self, key: str) -> str:
        """How a wording stands."""
        return Message(STATUS_NAMES[key]).say(self.locale)

    def gender(self, key: str | None) -> str:
        """A grammatical gender."""
        return Message(GENDERS[key]).say(self.locale) if key is not None and key in GENDERS else "—"

    def domain(self, key: str) -> str:
        """A domain of terms."""
        found = domains().get(key)
        return self.side(found.zh, found.ru) if found else key

    def market(self, key: str) -> str:
        """A country goods are sold in."""
        return Message(MARKETS[key]).say(self.locale) if key in MARKETS else key

    def definition(self, meaning: Meaning) -> str:
        """What a concept means, in the reader's language if it is told there."""
        zh, ru = meaning.definition_zh or "", meaning.definition_ru or ""
        return (ru or zh) if self.locale == "ru" else (zh or ru)

    def day(self, day: date | None) -> str:
        """A day as the reader writes it."""
        return "—" if day is None else day_in(day, self.locale)

    def due(self, day: date) -> str:
        """How urgent a deadline is: late, soon, near."""
        left = (day - today(self.locale)).days
        return "late" if left < 0 else "soon" if left <= _SOON else "near"

    def changes(self, before: str, after: str, locale: str) -> Sequence[Changed]:
        """What differs between two wordings of one language."""
        return wording_changes(before, after, locale)

    def signs(self, count: int) -> str:
        """A number of characters as people write it."""
        return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")

    def percent(self, thousandths: int | None) -> str:
        """Thousandths as percent."""
        if thousandths is None:
            return "—"
        said = f"{thousandths / 10:.1f}"
        return f"{said.replace('.', ',')}\N{NO-BREAK SPACE}%" if self.locale == "ru" else f"{said}%"

    def seconds(self, seconds: int | None) -> str:
        """How long somebody took, in minutes and seconds."""
        return "—" if seconds is None else f"{seconds // 60}:{seconds % 60:02}"
