"""`amurlive translate train`: a small model of one's own from the reviewed memory, installed only where it wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from service.console import explained, say, show_json
from service.i18n import N_, Locale, Message
from service.people.operating import opened

if TYPE_CHECKING:  # imported when the command runs: `--help` must stay quick
    from service.translation.learning.learner import Progress
    from service.translation.learning.measuring import Measured
    from service.translation.learning.training import Compared, Lesson

__all__ = ["train"]

_PASSED = {
    "uneven": N_("sentences do not answer one by one"), "long": N_("too long"), "same": N_("nothing to translate"),
    "name": N_("a name or address of the source is missing in the target"), "twice": N_("there already"),
}  # fmt: skip


def train(
    source: Annotated[Literal["zh", "ru"], typer.Option("--from", help="Source language.")],
    target: Annotated[Literal["zh", "ru"], typer.Option("--to", help="Target language.")],
    minutes: Annotated[float, typer.Option("--minutes", min=0.1, help="Most time training may take.")] = 10,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what was begun.")] = False,
    if_better: Annotated[bool, typer.Option("--install-if-better", help="Install it if it wins against what is installed.")] = False,
    anyway: Annotated[bool, typer.Option("--install", help="Install it in any case.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:  # fmt: skip
    """Train a small direct model on your reviewed memory and compare it with what is installed. Example: amurlive translate train --from zh --to ru

    Nothing is installed unless you ask for it. Only the extra `train` brings what it needs.
    """
    if source == target:
        raise typer.BadParameter(target, param_hint="--to")
    from service.database import now
    from service.settings import Settings
    from service.translation.filling import brand_names
    from service.translation.learning.learner import exported
    from service.translation.learning.refusing import need_learner
    from service.translation.learning.training import compared, prepare, trained
    from service.translation.machine.packages import install
    from service.translation.machine.refusing import need_engine
    from service.translation.terms.sets import term_set

    with explained() as locale:
        need_learner()
        need_engine()
        with opened() as database, database.reading() as session:
            lesson = prepare(session, source=source, target=target, names=brand_names(session), terms=term_set(session))
        mt_dir = Settings().mt_dir
        folder = mt_dir.parent / "train" / lesson.owner_key / f"{source}_{target}"
        if not as_json:
            _tell_lesson(lesson, locale)
        state = trained(lesson, folder=folder, minutes=minutes, resume=resume, told=(lambda _: None) if as_json else _tell_progress)  # fmt: skip
        file, found = compared(lesson, exported(folder, state), folder=folder, day=now().date(), mt_dir=mt_dir)
        shared = lesson.shared and not anyway
        installed = install(file) if anyway or (if_better and found.verdict.wins and not shared) else None
        if as_json:
            show_json(_as_data(lesson, found, locale) | {
                "seconds": state.seconds, "rounds": state.rounds, "ended": state.ended or "time", "package": str(file),
                "installed": installed.label if installed else None,
            })  # fmt: skip
            return
        _tell_compared(found, locale)
        say(N_("Package: {file}, {size} MB."), file=str(file), size=f"{file.stat().st_size / 1e6:.1f}")
        if installed:
            say(N_("Installed: {package}."), package=installed.label)
        elif if_better and found.verdict.wins:
            say(N_("Not installed: other organisations use this installation and would translate with your model. --install does it all the same."))  # fmt: skip
        else:
            say(N_("Nothing was installed. To install it: amurlive translate install {file}"), file=str(file))


def _tell_lesson(lesson: Lesson, locale: Locale) -> None:
    parts = lesson.parts
    say(
        N_("Reviewed sentences to learn: {learn}, with other numbers {more} more; to see when to stop: {watch}; kept back to measure with: {held}."),
        learn=len(parts.learn), more=len(lesson.more), watch=len(parts.watch), held=len(parts.held),
    )  # fmt: skip
    if lesson.passed_over:
        why = [
            f"{Message(_PASSED[reason]).say(locale)} {count}" for reason, count in sorted(lesson.passed_over.items())
        ]
        say(N_("Passed over: {reasons}."), reasons="; ".join(why))


def _tell_progress(one: Progress) -> None:
    say(
        N_("All seen {epoch} times: loss {loss}, on sentences not learnt {watched}{mark}; at most {left} s left."),
        epoch=f"{one.epoch:.1f}", loss=f"{one.loss:.3f}", watched=f"{one.watched:.3f}", mark=" *" if one.best else "", left=f"{one.left:.0f}",
    )  # fmt: skip


def _tell_compared(found: Compared, locale: Locale) -> None:
    say(N_("On {count} reviewed sentences that were kept back:"), count=found.sentences)
    rows = [
        (Message(N_("installed ({way})"), {"way": found.way or "—"}), found.old),
        (Message(N_("your own")), found.new),
    ]
    for name, measured in rows:
        if measured is None:
            say(N_("  {name}: none"), name=name)
            continue
        say(
            N_("  {name}: chrF {chrf}, agreed words {terms}, numbers {numbers}"),
            name=name, chrf=f"{measured.chrf:.1f}", terms=str(measured.terms), numbers=str(measured.numbers),
        )  # fmt: skip
    say(N_("It wins clearly.") if found.verdict.wins else N_("It does not win clearly."))
    for reason in found.verdict.reasons:
        typer.echo(f"  {reason.say(locale)}")


def _as_data(lesson: Lesson, found: Compared, locale: Locale) -> dict[str, Any]:
    parts = lesson.parts
    return {
        "from": lesson.source, "to": lesson.target, "learn": len(parts.learn), "varied": len(lesson.more), "watch": len(parts.watch),
        "held": len(parts.held), "passed_over": dict(lesson.passed_over), "way": found.way or None,
        "old": _figures(found.old) if found.old else None, "new": _figures(found.new), "wins": found.verdict.wins,
        "reasons": [reason.say(locale) for reason in found.verdict.reasons],
    }  # fmt: skip


def _figures(one: Measured) -> dict[str, Any]:
    return {
        "chrf": round(one.chrf, 2), "terms": round(one.terms.percent, 2), "terms_of": one.terms.of,
        "numbers": round(one.numbers.percent, 2), "numbers_of": one.numbers.of,
    }  # fmt: skip
