"""The whole way: sentences of the memory, training, a package, and what it is worth beside what is installed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.people.models import Organisation
from service.people.reach import organisation_of
from service.translation.checks.pair import Name
from service.translation.drafting import Language
from service.translation.learning.data import Example, Split, data_digest, demand_enough, gather, split
from service.translation.learning.deciding import Verdict, decide
from service.translation.learning.learner import PIECES, Progress, learn
from service.translation.learning.measuring import Measured, measure
from service.translation.learning.packing import About, pack
from service.translation.learning.refusing import need_learner
from service.translation.learning.state import State, resumed, shape_for
from service.translation.learning.varying import varied
from service.translation.machine.engine import translate
from service.translation.machine.guards import TermCheck
from service.translation.machine.packages import install
from service.translation.machine.refusing import NoModel, need_engine
from service.translation.machine.routes import route
from service.translation.machine.worker import Worker
from service.translation.terms.asking import for_machine
from service.translation.terms.enforcing import term_check
from service.translation.terms.matching import TermSet

__all__ = ["Compared", "Lesson", "compared", "prepare", "trained"]


@dataclass(frozen=True)
class Lesson:
    """What a training works with, read from the database once. `more`: learnt sentences with other numbers."""

    source: Language
    target: Language
    parts: Split
    more: tuple[Example, ...]
    passed_over: Mapping[str, int]
    names: Mapping[str, str]
    terms: TermSet
    owner: str
    owner_key: str = ""
    shared: bool = False
    """Whether other organisations use this installation: they would translate with the same packages."""

    @property
    def learnt(self) -> list[tuple[str, str]]:
        """Pieces as the engine shows them."""
        return [piece for one in (*self.parts.learn, *self.more) for piece in one.shown]

    @property
    def watched(self) -> list[tuple[str, str]]:
        """The same of the sentences that tell when to stop."""
        return [piece for one in self.parts.watch for piece in one.shown]


@dataclass(frozen=True)
class Compared:
    """Held-out sentences by the new model and by what is installed (None: nothing leads there). `way`: the installed one's languages."""

    sentences: int
    new: Measured
    old: Measured | None
    way: str
    verdict: Verdict


def prepare(session: Session, *, source: Language, target: Language, names: Sequence[Name], terms: TermSet) -> Lesson:
    """Read and split. Raises TooFewPairs."""
    gathered = gather(session, source=source, target=target, names=names)
    parts = split(gathered.examples, source=source, target=target)
    demand_enough(parts)
    kept = {getattr(name, source): getattr(name, target) for name in names}
    more = tuple(varied(parts.learn, source=source, target=target, names=kept))
    owner = session.get_one(Organisation, organisation_of(session))
    others = session.scalar(select(func.count()).where(Organisation.active, Organisation.id != owner.id)) or 0
    return Lesson(
        source, target, parts, more, gathered.passed_over, kept, terms, owner.name_zh if source == "zh" else owner.name_ru,
        owner_key=owner.key, shared=others > 0,
    )  # fmt: skip


def trained(
    lesson: Lesson, *, folder: Path, minutes: float, resume: bool = False, told: Callable[[Progress], None] = lambda progress: None
) -> State:  # fmt: skip
    """Train, or go on with what was begun in `folder`. Raises LearnerMissing, NothingToResume, MemoryChanged, NothingLearnt."""
    need_learner()
    data, pairs = data_digest(lesson.parts), lesson.learnt
    if resume:
        state = resumed(folder, source=lesson.source, target=lesson.target, data=data)
    else:
        signs = len({sign for pair in pairs for text in pair for sign in text})
        state = State(lesson.source, lesson.target, data, shape_for(len(lesson.parts.learn), signs))
    return learn(pairs, lesson.watched, folder=folder, state=state, minutes=minutes, told=told)


def compared(
    lesson: Lesson, model: Path, *, folder: Path, day: date, mt_dir: Path | None = None
) -> tuple[Path, Compared]:  # fmt: skip
    """The package of a model in `folder`, and its figures beside those of what is installed in `mt_dir` (None: this installation's).

    `model`: a folder of CTranslate2; its pieces of words lie in `folder`. Both go the whole way of the engine: cut, names kept, four
    candidates, the best by its checks and the agreed words. Raises EngineMissing, EngineFailed, PackageRefused.
    """
    need_engine()
    file = folder / f"own-{lesson.source}_{lesson.target}.argosmodel"
    about = About(lesson.source, lesson.target, lesson.owner, day, len(lesson.parts.learn), {})
    pack(model, folder / PIECES, about, file)  # once more below, with its figures told
    with tempfile.TemporaryDirectory(prefix="amurlive-train-") as place:
        install(file, folder=Path(place))
        new = _measured(lesson, Path(place))
    try:
        way = route(lesson.source, lesson.target, folder=mt_dir).label
        old: Measured | None = _measured(lesson, mt_dir)
    except NoModel:
        way, old = "", None
    figures = {"chrF": f"{new.chrf:.1f}", "agreed words": str(new.terms), "numbers": str(new.numbers)}
    pack(model, folder / PIECES, replace(about, figures=figures), file)
    return file, Compared(len(lesson.parts.held), new, old, way, decide(new, old))


def _measured(lesson: Lesson, mt_dir: Path | None) -> Measured:
    sources = [one.source for one in lesson.parts.held]
    check: TermCheck = for_machine(lesson.terms, source_locale=lesson.source, target_locale=lesson.target)
    worker = Worker(folder=mt_dir)
    try:
        made = translate(
            sources, source=lesson.source, target=lesson.target, protected_terms=lesson.names, term_check=check, folder=mt_dir, worker=worker
        )  # fmt: skip
    finally:
        worker.close()
    missing = term_check(lesson.terms, source_locale=lesson.source, target_locale=lesson.target)
    references, outputs = [one.target for one in lesson.parts.held], [one.text for one in made]
    return measure(sources, references, outputs, language=lesson.source, missing=missing)
