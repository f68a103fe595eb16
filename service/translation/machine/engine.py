"""Texts in, drafts out: cut into sentences, each different one decoded once in batches, checked, repaired where that is certain.

A sentence whose names or numbers do not come back is tried in the other forms of `protecting`; one that fails in all of them stays in its
own language and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from service.i18n import N_, Message
from service.translation.machine.cutting import cut
from service.translation.machine.guards import Finding, TermCheck, pick
from service.translation.machine.protecting import FORMS, Form, Shown, protect
from service.translation.machine.refusing import TranslationStopped
from service.translation.machine.routes import Route, route
from service.translation.machine.worker import Stopped, Worker, shared

__all__ = ["BATCH", "Sentence", "Translated", "translate"]

BATCH = 64
Language = Literal["zh", "ru", "en"]


@dataclass(frozen=True)
class Sentence:
    """One sentence of a text: what it was, what it became, what speaks against that, what else the machine thought of."""

    source: str
    text: str
    findings: tuple[Finding, ...] = ()
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Translated:
    """A draft. `route` such as zh>en>ru; `engine` names packages, versions, checksums and the width of the search."""

    text: str
    route: str
    engine: str
    findings: tuple[Finding, ...]
    alternatives: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    origin: Literal["machine"] = "machine"
    score: None = None


@dataclass
class _Job:
    """What all sentences of one call have in common."""

    way: Route
    worker: Worker
    names: Mapping[str, str]
    terms: TermCheck | None
    beam: int
    best: int
    cancelled: Callable[[], bool] | None
    on_progress: Callable[[int, int], None] | None
    total: int = 0
    done: int = 0
    languages: tuple[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.languages = (self.way.hops[0].source, self.way.hops[-1].target)


def translate(
    texts: Sequence[str],
    *,
    source: Language,
    target: Language,
    protected_terms: Mapping[str, str] | None = None,
    term_check: TermCheck | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    folder: Path | None = None,
    worker: Worker | None = None,
    beam: int = 4,
    best: int = 4,
) -> list[Translated]:
    """A draft for each text, in order. Lines, blank lines and bullets stay where they are.

    `protected_terms`: brands and other names, and how the target writes them. `term_check` sees source and candidate of each sentence and says
    what is wrong with its terms; candidates that pass come first. `on_progress` hears of different sentences done and in all; what it raises
    ends the work. `beam`, `best`: width of the search and candidates kept (1 and 1 for live help). Raises NoModel, EngineMissing,
    EngineFailed, TranslationStopped.
    """
    way = route(source, target, folder=folder)
    job = _Job(way, worker or shared(), protected_terms or {}, term_check, beam, best, cancelled, on_progress)
    cuts = [cut(text, source) for text in texts]
    asked = list(dict.fromkeys(sentence for one in cuts for sentence in one.sentences))
    known = _sentences(asked, job)
    engine = way.engine(beam)
    drafts = []
    for one in cuts:
        sentences = tuple(known[sentence] for sentence in one.sentences)
        findings = tuple(replace(found, sentence=i) for i, done in enumerate(sentences) for found in done.findings)
        versions = [
            one.joined([_version(sentence, rank) for sentence in sentences], source, target) for rank in range(best)
        ]
        others = tuple(dict.fromkeys(version for version in versions if version != versions[0]))
        drafts.append(Translated(versions[0], way.label, engine, findings, others, sentences))
    return drafts


def _version(sentence: Sentence, rank: int) -> str:
    """The text with the sentence's rank-th candidate, or its best where there are not so many."""
    return sentence.alternatives[rank - 1] if 0 < rank <= len(sentence.alternatives) else sentence.text


def _sentences(asked: Sequence[str], job: _Job) -> dict[str, Sentence]:
    """Each different sentence, in the first form that brings everything back, else with the least against it."""
    best: dict[str, Sentence] = {}
    rounds: dict[_Try, list[str]] = {_Try("natural", 0): list(asked)}
    while rounds:
        this = min(rounds)
        waiting = rounds.pop(this)
        shown = {text: protect(text, source=job.languages[0], target=job.languages[1], names=job.names, form=this.form) for text in waiting}  # fmt: skip
        answers = _decoded([piece for one in shown.values() for piece in one.pieces], job, no_repeat=this.no_repeat)
        for text, one in shown.items():
            made = _chosen(text, one, answers, job)
            if made is not None and (text not in best or _weight(made) < _weight(best[text])):
                best[text] = made
            after = _next(this, made)
            if after is not None and one.pieces:
                rounds.setdefault(after, []).append(text)
    return {text: best.get(text) or _given_up(text) for text in asked}


@dataclass(frozen=True, order=True)
class _Try:
    """How a sentence is tried: in which form, and whether no run of `no_repeat` pieces of words may come twice. Smaller is earlier."""

    rank: int = field(init=False)
    form: Form
    no_repeat: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "rank", FORMS.index(self.form))


def _next(this: _Try, made: Sentence | None) -> _Try | None:
    """What may help: nothing where the machine simply does not know better."""
    against = {found.id for found in made.findings if found.grave} if made else set()
    if made and against & {"loop", "len.ratio", "sentence.doubled"} and not this.no_repeat:
        return _Try(this.form, 3)
    if (made is None or against & {"num.mismatch", "kept"}) and this.form != "divided":
        return _Try("other" if made is None and this.form == "natural" else "divided", this.no_repeat)
    return None


def _chosen(text: str, one: Shown, answers: Mapping[str, Sequence[str]], job: _Job) -> Sentence | None:
    """The best candidate of a form; None if in all of them something protected is lost."""
    if not one.pieces:
        return Sentence(text, one.restored(()) or text)
    pieces = [_best_first(piece, answers[piece], job, alone=len(one.pieces) == 1) for piece in one.pieces]
    ranked = [
        [piece[min(rank, len(piece) - 1)] if piece else "" for piece in pieces]
        for rank in range(max(map(len, pieces), default=0))
    ]
    ranked.sort(key=lambda candidate: not one.in_order(candidate))
    whole = [made for made in dict.fromkeys(map(one.restored, map(tuple, ranked))) if made is not None]
    if not whole:
        return None
    bare, terms = one.without_names(text, of="own"), job.terms
    index, against = pick(
        bare, whole, languages=job.languages,
        prepared=lambda candidate: one.without_names(candidate, of="becomes"),
        terms=(lambda _, candidate: terms(text, candidate)) if terms else None,
    )  # fmt: skip
    if one.form == "divided" and len(one.pieces) + len(one.held) > 1:
        against = [*against, Finding("divided", Message(N_("Put together from pieces: read the cases and the order of words.")), grave=False)]  # fmt: skip
    others = tuple(candidate for place, candidate in enumerate(whole) if place != index)
    return Sentence(text, whole[index], tuple(against), others)


def _best_first(piece: str, candidates: Sequence[str], job: _Job, *, alone: bool) -> list[str]:
    """Of several pieces each has its own best; a single one is judged as a whole sentence later."""
    if alone or len(candidates) < 2:
        return list(candidates)
    index, _ = pick(piece, candidates, languages=job.languages)
    return [candidates[index], *(text for place, text in enumerate(candidates) if place != index)]


def _weight(sentence: Sentence) -> tuple[int, int]:
    return sum(found.grave for found in sentence.findings), len(sentence.findings)


def _given_up(text: str) -> Sentence:
    message = Message(N_("The machine loses names, numbers or markup here; the sentence stays as it is."))
    return Sentence(text, text, (Finding("untranslated", message),))


def _decoded(pieces: Sequence[str], job: _Job, *, no_repeat: int) -> dict[str, list[str]]:
    """Candidates for each different piece, decoded in batches of like lengths."""
    different = sorted(dict.fromkeys(pieces), key=len)
    job.total += len(different)
    answers: dict[str, list[str]] = {}
    for start in range(0, len(different), BATCH):
        batch = different[start : start + BATCH]
        try:
            if job.cancelled and job.cancelled():
                raise Stopped
            made = job.worker.translate(job.way, batch, beam=job.beam, best=job.best, no_repeat=no_repeat, cancelled=job.cancelled)  # fmt: skip
        except Stopped:
            raise TranslationStopped(done=job.done, total=job.total) from None
        answers.update(zip(batch, made, strict=True))
        job.done += len(batch)
        if job.on_progress:
            job.on_progress(job.done, job.total)
    return answers
