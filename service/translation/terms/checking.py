"""Whether a text and its counterpart keep to the agreed words: what is missing, what should not be written, what is called two things.

Market and day are those of the term set. How strictly a domain is asked for stands in catalogs/term-domains.yaml.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from service.i18n import N_, Message
from service.language.russian.lemmas import bare_words, cited, lemmas_of
from service.translation.terms.concepts import Meaning
from service.translation.terms.domains import Asked, domains
from service.translation.terms.inflecting import Fix, replacing
from service.translation.terms.matching import Sense, Span, TermSet

__all__ = ["AVOIDED", "GOOD", "Level", "Side", "TermFinding", "check_terms", "check_wording"]

Level = Literal["error", "warn", "info"]
Side = Literal["source", "target"]
GOOD = ("preferred", "admitted")
AVOIDED = ("deprecated", "forbidden")


@dataclass(frozen=True)
class TermFinding:
    """One place where a text does not keep to the agreed words.

    `check`: term.required, term.forbidden, term.deprecated, term.inconsistent, term.casing. `start`, `end`: where, in the text of
    `side`. `wanted` are the wordings that would do, the best first; `fix` a repair of that text, where one can be told.
    """

    check: str
    level: Level
    message: Message
    side: Side
    start: int
    end: int
    concept: str
    wanted: tuple[str, ...] = ()
    fix: Fix | None = None

    @property
    def remedy(self) -> Message:
        """What to do: the wordings that would do, at most five."""
        if not self.wanted:
            return Message(N_("Take the word out, or say it in another way."))
        return Message(N_("Would do: {wanted}."), {"wanted": list(self.wanted[:5])})


def check_terms(
    terms: TermSet, source: str, target: str, *, source_locale: str, target_locale: str
) -> list[TermFinding]:
    """What stands against a pair, in the order of the places: first the target's, then the source's."""
    said, answered = terms.find(source, source_locale), terms.find(target, target_locale)
    inside = terms.find(target, target_locale, nested=True)
    found = [
        *_wordings(target, answered, target_locale, "target", named={key for span in said for key in span.concepts}),
        *_inconsistent(target, said, answered, target_locale),
        *_wordings(source, said, source_locale, "source", named={key for span in inside for key in span.concepts}),
        *_missing(said, inside, target, target_locale),
    ]
    return sorted(found, key=lambda one: (one.side == "source", one.start, one.end))


def check_wording(terms: TermSet, text: str, locale: str, *, side: Side = "target") -> list[TermFinding]:
    """What stands against a text by itself, whatever its counterpart.

    A deprecated wording is a hint here: «семья» is wrong for 家人们 only. Two names for one thing are no fault: 红鱼子酱（三文鱼子）
    explains, and only a source that says one name twice shows that one was meant.
    """
    return list(_wordings(text, terms.find(text, locale), locale, side))


def _missing(said: Sequence[Span], inside: Sequence[Span], target: str, locale: str) -> Iterator[TermFinding]:
    """Terms of the source without a counterpart. Whose counterpart stands in a wording to avoid has its finding already.

    A wording that is only admitted in the source is often a wider word (объём for 净含量): its counterpart is a hint.
    """
    answered = {key for span in inside for key in span.concepts}
    seen: set[frozenset[str]] = set()
    roots: frozenset[str] | None = None
    for span in said:
        if span.concepts in seen or not span.concepts.isdisjoint(answered):
            continue
        seen.add(span.concepts)
        level, wanted = asked_for(span.senses, locale)
        if level == "off" or not wanted:
            continue
        roots = roots if roots is not None else roots_of(target, locale)
        if any(rooted(text, roots) for text in wanted):
            continue
        facts = {"term": span.text, "wanted": wanted[0]}
        message = Message(N_("“{term}” is to be rendered as “{wanted}”."), facts)
        level = level if span.status == "preferred" else "info"
        yield TermFinding("term.required", level, message, "source", span.start, span.end, span.concept, wanted)


def roots_of(text: str, locale: str) -> frozenset[str]:
    """Beginnings of the lemmas of a Russian text, for words of the same root."""
    if locale != "ru":
        return frozenset()
    lemmas = {lemma for word in bare_words(text) for lemma in lemmas_of(word)}
    return frozenset(lemma[:size] for lemma in lemmas for size in (4, 5, len(lemma)))


def rooted(wording: str, roots: Collection[str]) -> bool:
    """Whether a text with these roots says a wording in other words: агатовый for «агат», «лапша из крахмала» for «крахмальная лапша»."""
    some = [{_root(lemma) for lemma in cited(word)} for word in bare_words(wording) if len(word) > 2]
    return bool(roots) and bool(some) and all(not one.isdisjoint(roots) for one in some)


def _root(lemma: str) -> str:
    """Enough of a word to know its kin by (голуби-ка, голуби-чный); short words stand for themselves."""
    return lemma[: 5 if len(lemma) > 6 else 4]


def asked_for(senses: Sequence[Sense], locale: str) -> tuple[Asked, tuple[str, ...]]:
    """How strictly a counterpart is demanded of a word with these senses, and which would do; any of a homonym's would."""
    wanted: list[str] = []
    levels: list[Asked] = []
    for sense in senses:
        meaning = sense.meaning
        some = [one.text for one in (*meaning.of(locale, "preferred"), *meaning.of(locale, "admitted"))]
        if not some:
            return "off", ()
        wanted += some
        levels.append(_level(meaning))
    return max(levels, key=("error", "warn", "info", "off").index, default="off"), tuple(dict.fromkeys(wanted))


def _level(meaning: Meaning) -> Asked:
    domain = domains().get(meaning.domain)
    return domain.required if domain else "warn"


def _wordings(
    text: str, spans: Sequence[Span], locale: str, side: Side, *, named: Collection[str] = ()
) -> Iterator[TermFinding]:
    """Wordings to avoid, and names without their capitals. `named`: what the other text speaks of."""
    for span in spans:
        if span.status in AVOIDED:
            yield _avoided(text, span, locale, side, meant=not span.concepts.isdisjoint(named))
        elif locale == "ru" and (fix := _capitals(span)):
            message = Message(N_("“{term}” is written “{wanted}”."), {"term": span.text, "wanted": fix.text})
            yield TermFinding(
                "term.casing", "warn", message, side, span.start, span.end, span.concept, (fix.text,), fix
            )


def _avoided(text: str, span: Span, locale: str, side: Side, *, meant: bool) -> TermFinding:
    """`meant`: the other text names the concept. If not, a word wrong for this thing may be right for another («телескоп»)."""
    meaning = span.senses[0].meaning
    better = meaning.preferred(locale) or next(meaning.of(locale, "admitted"), None)
    facts = {"term": span.text, "wanted": better.text if better else ""}
    forbidden = span.status == "forbidden"
    if better is None:
        what = N_("“{term}” is not to be written here.")
    elif forbidden:
        what = N_("“{term}” is not to be written here; the word is “{wanted}”.")
    elif meant:
        what = N_("“{term}” is out of use or wrong for this; write “{wanted}”.")
    else:
        what = N_("If “{term}” is to mean “{wanted}” here, write that.")
    level: Level = "error" if forbidden else "warn" if meant else "info"
    fix = replacing(text, span, better) if better else None
    wanted = tuple(one.text for one in (*meaning.of(locale, "preferred"), *meaning.of(locale, "admitted")))
    return TermFinding(
        f"term.{span.status}", level, Message(what, facts), side, span.start, span.end, meaning.key, wanted, fix
    )  # fmt: skip


def _capitals(span: Span) -> Fix | None:
    """A name's capitals (Амурская область), where they stand word by word as in its wording."""
    if any(sense.wording.text[:1].islower() for sense in span.senses):
        return None
    model, shown = span.senses[0].wording.text.split(), span.text.split()
    if len(model) != len(shown) or not any(
        one[:1].isupper() and two[:1].islower() for one, two in zip(model, shown, strict=True)
    ):
        return None
    words = [two[:1].upper() + two[1:] if one[:1].isupper() else two for one, two in zip(model, shown, strict=True)]
    if model[0][:2].isupper() and len(model) == 1:
        words = [model[0]]
    return Fix(span.start, span.end, " ".join(words))


def _inconsistent(text: str, said: Sequence[Span], answered: Sequence[Span], locale: str) -> Iterator[TermFinding]:
    """A concept that one text calls two things, though the other calls it one."""
    by_concept: dict[str, list[Span]] = {}
    for span in answered:
        if span.status in GOOD and _level(span.senses[0].meaning) != "off":
            by_concept.setdefault(span.concept, []).append(span)
    for key, spans in by_concept.items():
        words = {span.senses[0].wording.text for span in spans}
        longest = max(words, key=len, default="")
        if len(words) < 2 or all(word in longest for word in words) or not _called_one_thing(said, key):
            continue
        meaning = spans[0].senses[0].meaning
        preferred = meaning.preferred(locale)
        kept = preferred if preferred and preferred.text in words else spans[0].senses[0].wording
        for span in spans:
            wording = span.senses[0].wording
            if wording.text == kept.text:
                continue
            facts = {"term": wording.text, "wanted": kept.text}
            message = Message(N_("This text calls one thing “{wanted}” and “{term}”."), facts)
            fix = replacing(text, span, kept)
            yield TermFinding(
                "term.inconsistent", "warn", message, "target", span.start, span.end, key, (kept.text,), fix
            )  # fmt: skip


def _called_one_thing(said: Sequence[Span], key: str) -> bool:
    words = [span.senses[0].wording.text for span in said if key in span.concepts]
    return len(words) > 1 and len(set(words)) == 1
