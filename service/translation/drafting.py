"""The road of a text without a counterpart: exact memory, similar memory, agreed words, the machine; then the checks.

Sentence by sentence, each with where it comes from. What no step can say stays unsaid: a draft is whole or there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from service.translation.checks.checking import check
from service.translation.checks.pair import Finding, Name, Pair
from service.translation.machine import guards
from service.translation.machine.cutting import Cut, cut
from service.translation.machine.engine import Translated
from service.translation.memory.looking import look_many
from service.translation.memory.matches import Context, Match
from service.translation.terms.asking import for_checks, for_machine
from service.translation.terms.enforcing import enforce
from service.translation.terms.matching import TermSet

__all__ = ["Drafted", "Machine", "Part", "Untold", "Wanted", "draft"]

INSERT = 85
"""A similar pair below this is shown to the reviewer and not put into a draft."""

Language = Literal["zh", "ru"]
Machine = Callable[[Sequence[str], guards.TermCheck], list[Translated]]
"""Sentences to the machine, with what it asks of terms."""


@dataclass(frozen=True)
class Wanted:
    """A text that needs a counterpart, and where it stands."""

    text: str
    source: Language
    family: str | None = None
    field: str = ""
    market: str | None = None

    @property
    def target(self) -> Language:
        """The language it is to be put into."""
        return "ru" if self.source == "zh" else "zh"


@dataclass(frozen=True)
class Part:
    """One sentence of a draft. `score` is the memory's; `route` the machine's way (zh>en>ru); `unit` the memory's pair."""

    source: str
    text: str
    origin: Literal["memory", "terms", "machine"]
    score: int | None = None
    route: str | None = None
    engine: str | None = None
    unit: int | None = None

    def as_data(self) -> dict[str, Any]:
        """For `Draft.sentences`."""
        told = {"source": self.source, "text": self.text, "origin": self.origin}
        more = {"score": self.score, "route": self.route, "engine": self.engine, "unit": self.unit}
        return told | {name: value for name, value in more.items() if value is not None}


@dataclass(frozen=True)
class Drafted:
    """A draft of a whole text. `score` is the lowest of its sentences' (None: a machine's are among them)."""

    wanted: Wanted
    text: str
    origin: Literal["memory", "terms", "machine", "mixed"]
    score: int | None
    engine: str | None
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Untold:
    """A text no step had an answer for: these sentences need the machine, and there is none."""

    wanted: Wanted
    sentences: tuple[str, ...]


@dataclass
class _Open:
    """A text on its way: cut, with the parts found so far."""

    wanted: Wanted
    cut: Cut
    parts: list[Part | None] = field(default_factory=list)


def draft(
    session: Session, wanted: Sequence[Wanted], *, terms: TermSet, day: date, machine: Machine | None = None, names: Sequence[Name] = (),
) -> list[Drafted | Untold]:  # fmt: skip
    """Drafts in the order of what is wanted. `machine` None: there is none, and what only it could say is told.

    All texts must be of one source language. Raises what the machine raises.
    """
    if not wanted:
        return []
    source, target = wanted[0].source, wanted[0].target
    whole = _remembered(session, [(one, one.text) for one in wanted], source, target)
    found: list[Drafted | Untold | None] = []
    rest: list[_Open] = []
    for one, match in zip(wanted, whole, strict=True):
        if match is not None and match.score >= 99:
            part = Part(one.text, match.text, "memory", match.score, unit=match.unit)
            found.append(_finished(one, match.text, [part], terms, day, names))
        else:
            rest.append(_Open(one, cut(one.text, source)))
            found.append(None)
    _from_memory(session, rest, source, target)
    _from_terms(rest, terms, source, target)
    if machine is not None:
        _from_machine(rest, machine, terms, source, target)
    waiting = iter(rest)
    return [one if one is not None else _settled(next(waiting), terms, day, names) for one in found]


def _remembered(
    session: Session, asked: Sequence[tuple[Wanted, str]], source: Language, target: Language
) -> list[Match | None]:  # fmt: skip
    places = [(text, Context(one.family, one.field or None)) for one, text in asked]
    matches = look_many(session, places, source=source, target=target, limit=1, least=INSERT)
    return [each[0] if each and each[0].found.reviewed else None for each in matches]


def _from_memory(session: Session, texts: Sequence[_Open], source: Language, target: Language) -> None:
    asked = [(one.wanted, sentence) for one in texts for sentence in one.cut.sentences]
    answers = iter(_remembered(session, asked, source, target))
    for one in texts:
        for sentence in one.cut.sentences:
            match = next(answers)
            one.parts.append(
                None if match is None else Part(sentence, match.text, "memory", match.score, unit=match.unit)
            )


def _from_terms(texts: Sequence[_Open], terms: TermSet, source: Language, target: Language) -> None:
    """A sentence that is an agreed word and nothing else."""
    for one in texts:
        for at, sentence in enumerate(one.cut.sentences):
            if one.parts[at] is None:
                spans = terms.find(sentence, source)
                if len(spans) == 1 and (spans[0].start, spans[0].end) == (0, len(sentence)):
                    wording = spans[0].senses[0].meaning.preferred(target)
                    if wording is not None:
                        one.parts[at] = Part(sentence, wording.text, "terms")


def _from_machine(texts: Sequence[_Open], machine: Machine, terms: TermSet, source: Language, target: Language) -> None:
    lacking = {
        sentence for one in texts for sentence, part in zip(one.cut.sentences, one.parts, strict=True) if part is None
    }
    if not lacking:
        return
    asked = sorted(lacking)
    judged = for_machine(terms, source_locale=source, target_locale=target)
    told: Mapping[str, Translated] = dict(zip(asked, machine(asked, judged), strict=True))
    for one in texts:
        for at, sentence in enumerate(one.cut.sentences):
            if one.parts[at] is None:
                answer = told[sentence]
                better = enforce(terms, sentence, answer.text, source_locale=source, target_locale=target)
                one.parts[at] = Part(sentence, better.text, "machine", route=answer.route, engine=answer.engine)


def _settled(one: _Open, terms: TermSet, day: date, names: Sequence[Name]) -> Drafted | Untold:
    lacking = tuple(sentence for sentence, part in zip(one.cut.sentences, one.parts, strict=True) if part is None)
    if lacking or not one.parts:
        return Untold(one.wanted, lacking)
    parts = [part for part in one.parts if part is not None]
    text = one.cut.joined([part.text for part in parts], one.wanted.source, one.wanted.target)
    return _finished(one.wanted, text, parts, terms, day, names)


def _finished(
    wanted: Wanted, text: str, parts: Sequence[Part], terms: TermSet, day: date, names: Sequence[Name]
) -> Drafted:  # fmt: skip
    origins = {part.origin for part in parts}
    scores = [part.score for part in parts if part.score is not None]
    engines = list(dict.fromkeys(part.engine for part in parts if part.engine))
    origin = next(iter(origins)) if len(origins) == 1 else "mixed"
    zh, ru = (wanted.text, text) if wanted.source == "zh" else (text, wanted.text)
    pair = Pair(
        wanted.source, zh, ru, field=wanted.field, family=wanted.family, market=wanted.market, origin=origin, reviewed=False, names=names
    )  # fmt: skip
    findings = [
        one for one in check(pair, terms=for_checks(terms)) if one.check != "ai.unreviewed"
    ]  # that it waits is no fault of its words
    score = None if "machine" in origins else min(scores, default=100)
    return Drafted(wanted, text, origin, score, "; ".join(engines) or None, tuple(parts), tuple(findings))
