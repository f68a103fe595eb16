"""Agreed words in drafts: which of several drafts keeps to them best, and the wrong word of the right thing replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.translation.terms.checking import AVOIDED, GOOD, asked_for
from service.translation.terms.inflecting import Fix, replacing
from service.translation.terms.matching import Span, TermSet

__all__ = ["Enforced", "Replaced", "TermCheck", "enforce", "term_check"]

TermCheck = Callable[[str, str], frozenset[str]]


@dataclass(frozen=True)
class Replaced:
    """A word that was written for another: concept, what stood there, what stands there now."""

    concept: str
    before: str
    after: str


@dataclass(frozen=True)
class Enforced:
    """A draft with its words put right; concepts still missing, and repairs somebody has to look at."""

    text: str
    replaced: tuple[Replaced, ...]
    missing: frozenset[str]
    unsure: tuple[Fix, ...]


def term_check(terms: TermSet, *, source_locale: str, target_locale: str) -> TermCheck:
    """A function that tells of a source and a draft which concepts are missing, to choose the best draft by.

    Also domains that are never asked of people count (`off` are words of packs and of the show desk): here it costs nothing.
    A concept that stands there in a wording to avoid is missing. The source's words are remembered between calls.
    """
    last: tuple[str, list[Span]] = ("", [])

    def missing(source: str, target: str) -> frozenset[str]:
        nonlocal last
        if last[0] != source:
            last = (source, terms.find(source, source_locale))
        return _missing(terms, last[1], target, target_locale)

    return missing


def enforce(terms: TermSet, source: str, target: str, *, source_locale: str, target_locale: str) -> Enforced:
    """Replace wordings to avoid by the preferred ones, in their case and number, where nothing else has to change.

    A deprecated wording is replaced only if the source names its concept: it may be the right word of another thing. What is not sure
    is left as it stands and told. Concepts of the source that the draft does not name at all are `missing`.
    """
    said = terms.find(source, source_locale)
    named = {key for span in said for key in span.concepts}
    spans = [
        span for span in terms.find(target, target_locale)
        if span.status in AVOIDED and (span.status == "forbidden" or not span.concepts.isdisjoint(named))
    ]  # fmt: skip
    replaced: list[Replaced] = []
    unsure: list[Fix] = []
    text, free = target, len(target)
    for span in reversed(spans):
        meaning = span.senses[0].meaning
        better = meaning.preferred(target_locale) or next(meaning.of(target_locale, "admitted"), None)
        fix = replacing(target, span, better) if better else None
        if fix is None:
            continue
        if not fix.sure or fix.end > free:
            unsure.append(fix)
            continue
        text, free = fix.applied(text), fix.start
        replaced.append(Replaced(meaning.key, target[fix.start : fix.end], fix.text))
    missing = _missing(terms, said, text, target_locale)
    return Enforced(text, tuple(reversed(replaced)), missing, tuple(reversed(unsure)))


def _missing(terms: TermSet, said: list[Span], target: str, locale: str) -> frozenset[str]:
    answered = {
        sense.meaning.key
        for span in terms.find(target, locale, nested=True) for sense in span.senses if sense.wording.status in GOOD
    }  # fmt: skip
    return frozenset(
        span.concept for span in said if span.concepts.isdisjoint(answered) and asked_for(span.senses, locale)[1]
    )
