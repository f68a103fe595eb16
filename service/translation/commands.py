"""`amurlive translate`: drafts for what lacks a counterpart, the queue of readers, memory, terms, models."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from service.console import explained, progress_bar, say, show_json
from service.i18n import N_, Message
from service.people.operating import opened

if TYPE_CHECKING:  # imported when a command runs: `--help` must stay quick
    from service.translation.filling import Filled
    from service.translation.machine.packages import Package

app = typer.Typer(
    no_args_is_help=True,
    help="Translation: memory first, agreed words always, the machine for the rest, a person at the end.",
)
memory = typer.Typer(no_args_is_help=True, help="The memory of reviewed pairs: brought in, written out, searched.")
terms = typer.Typer(no_args_is_help=True, help="The term base: brought in, written out, searched, harvested.")
models = typer.Typer(no_args_is_help=True, help="Packages of the translation engine: listed, installed, removed.")
app.add_typer(memory, name="memory")
app.add_typer(terms, name="terms")
app.add_typer(models, name="models")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
ToOption = Annotated[
    Literal["zh", "ru"] | None, typer.Option("--to", help="Only into this language; default: into both.")
]
SomeProducts = Annotated[list[str] | None, typer.Option("--product", help="Only this card; may be repeated.")]
InFile = Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False)]
OutFile = Annotated[Path, typer.Argument(help="The file; its ending says in which form.")]
FormatOption = Annotated[
    str | None,
    typer.Option("--format", help="tmx, xliff2, xliff1, po, xlsx, csv, tbx or dsl; default: by the file's ending."),
]


@app.command()
def fill(
    to: ToOption = None, product: SomeProducts = None,
    field: Annotated[list[str] | None, typer.Option("--field", help="Only this field, such as description; may be repeated.")] = None,
    due: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day by which somebody should have read them.")] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Draft the texts of one's own cards that lack a counterpart; the drafts wait for a reader. Example: amurlive translate fill --to zh

    Without a model only what the memory and the term base hold is drafted; exit code 1 if something needs the machine.
    """
    from service.database import now
    from service.translation.filling import brand_names, drafts_for, keep_drafts, own_cards, undrafted, wanting
    from service.translation.machining import machines

    with explained(), opened() as database:
        with database.reading() as session:
            targets: list[Literal["zh", "ru"]] = [to] if to else ["zh", "ru"]
            places = [one for card in own_cards(session, product) for one in wanting(card, targets, field)]
            open_ = undrafted(session, places)
            with progress_bar(N_("drafting")) as progress:
                answered = drafts_for(
                    session, open_, day=now().date(), machine=machines(brand_names(session)), progress=progress
                )
        with database.writing() as session:
            report = keep_drafts(session, answered, due_on=due.date() if due else None)
        report.there += len(places) - len(open_)
        _tell_filled(report, as_json)
    if report.lacking:
        raise typer.Exit(1)


def _tell_filled(report: Filled, as_json: bool) -> None:
    if as_json:
        show_json({
            "made": report.made, "there": report.there, "by_origin": dict(report.by_origin), "untold": dict(report.untold),
        })  # fmt: skip
        return
    say(N_("Drafts made: {made}; waiting before: {there}."), made=report.made, there=report.there)
    for origin, count in sorted(report.by_origin.items()):
        say(N_("  {origin}: {count}"), origin=Message(ORIGINS[origin]), count=count)
    for key, places in sorted(report.untold.items()):
        typer.echo(f"  × {key}: {', '.join(places)}")
    if report.lacking:
        say(N_("{count} texts need the machine, and no model is installed: amurlive translate install FILE.argosmodel."), count=report.lacking)  # fmt: skip


ORIGINS = {
    "memory": N_("from the memory"), "terms": N_("agreed words"), "machine": N_("by the machine"),
    "mixed": N_("from several of these"), "authored": N_("written by a person"),
}  # fmt: skip


@app.command()
def status(as_json: AsJson = False) -> None:
    """Tell what lacks a counterpart, what waits for a reader, how drafts have served. Example: amurlive translate status"""
    from sqlalchemy import func, select

    from service.translation.filling import own_cards, wanting
    from service.translation.machine.packages import packages
    from service.translation.models import Concept, Draft, MemoryUnit
    from service.translation.reporting import productivity

    with explained() as locale, opened() as database, database.reading() as session:
        lacking = [one for card in own_cards(session) for one in wanting(card)]
        counts = {
            "lacking": sum(not one.stale for one in lacking), "stale": sum(one.stale for one in lacking),
            "waiting": session.scalar(select(func.count()).select_from(Draft).where(Draft.state == "waiting")) or 0,
            "memory": session.scalar(select(func.count()).select_from(MemoryUnit).where(MemoryUnit.retired_at.is_(None))) or 0,
            "terms": session.scalar(select(func.count()).select_from(Concept)) or 0,
        }  # fmt: skip
        rows = productivity(session)
        installed = [one.label for one in packages()]
        if as_json:
            show_json({**counts, "models": installed, "drafts": [vars(one) for one in rows]})
            return
        say(
            N_("Without a counterpart: {lacking}; older than their source: {stale}; drafts that wait: {waiting}."),
            **counts,
        )
        say(N_("In the memory: {memory} pairs; in the term base: {terms} concepts; models: {models}."), models=installed or "—", **counts)  # fmt: skip
        for one in rows:
            told = {
                "origin": Message(ORIGINS[one.origin]).say(locale), "engine": one.engine or "—", "locale": one.locale,
                "accepted": one.accepted, "edited": one.edited, "refused": one.refused, "waiting": one.waiting,
                "distance": "—" if one.distance is None else f"{one.distance / 10:.1f} %",
            }  # fmt: skip
            say(N_("{origin} → {locale} ({engine}): taken {accepted}, edited {edited}, refused {refused}, waiting {waiting}; edit distance {distance}"), **told)  # fmt: skip


@app.command("queue")
def queue_(
    to: ToOption = None, product: Annotated[str | None, typer.Option("--product", help="Only this card.")] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """List drafts that wait for a reader. Example: amurlive translate queue --to ru"""
    from service.translation.reviewing import queue

    with explained() as locale, opened() as database, database.reading() as session:
        rows, _ = queue(session, limit=200, locale=to, product=product)
        if as_json:
            show_json([
                {"id": one.id, "product": one.product.key, "field": one.field, "locale": one.locale, "source": one.source_text, "text": one.text,
                 "origin": one.origin, "score": one.score, "engine": one.engine, "findings": one.findings} for one in rows
            ])  # fmt: skip
            return
        for one in rows:
            typer.echo(
                f"{one.id:>6}  {one.product.key} {one.field}[{one.locale}]  {Message(ORIGINS[one.origin]).say(locale)} {one.score or ''}"
            )
            typer.echo(f"        {_line(one.source_text)}\n        {_line(one.text)}")


@app.command("accept")
def accept_(
    draft: Annotated[int, typer.Argument(help="Number of a draft; see “amurlive translate queue”.")],
    text: Annotated[str | None, typer.Option("--text", help="Your own wording instead.")] = None,
) -> None:
    """Put a draft you have read on its card; the pair goes into the memory. Example: amurlive translate accept 12"""
    from service.translation.reviewing import accept, find_draft

    with explained(), opened() as database, database.writing() as session:
        done = accept(session, find_draft(session, draft), text=text)
        say(N_("{product} {field}: on the card, and in the memory."), product=done.product.key, field=f"{done.field}[{done.locale}]")  # fmt: skip


@app.command("refuse")
def refuse_(
    draft: Annotated[int, typer.Argument(help="Number of a draft.")],
    reason: Annotated[str, typer.Option("--reason", help="What is wrong with it.")],
) -> None:
    """Take a draft off the queue with a reason. Example: amurlive translate refuse 12 --reason "wrong product" """
    from service.translation.reviewing import find_draft, refuse

    with explained(), opened() as database, database.writing() as session:
        refuse(session, find_draft(session, draft), reason=reason)
        say(N_("Refused."))


@app.command("exact")
def exact_(to: ToOption = None) -> None:
    """Accept at once what the memory holds word for word and nothing stands against. Example: amurlive translate exact"""
    from service.translation.reviewing import accept_exact, queue

    with explained(), opened() as database, database.writing() as session:
        rows, _ = queue(session, limit=1000, locale=to)
        say(N_("Accepted: {count}."), count=len(accept_exact(session, rows)))


@memory.command("import")
def memory_import(
    file: InFile, form: FormatOption = None,
    reviewed: Annotated[bool, typer.Option("--reviewed", help="You answer for these pairs.")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="Take what can be read of a broken file.")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Bring pairs in, from TMX, XLIFF, PO, XLSX, CSV or DSL; a file brought in twice counts once. Example: amurlive translate memory import all.tmx"""
    from dataclasses import replace

    from service.errors import shown_path
    from service.translation.interchange.formats import read_units
    from service.translation.interchange.report import Report
    from service.translation.memory.keeping import import_units

    report = Report(partial=partial)
    with explained() as locale, opened() as database, database.writing() as session:
        units = read_units(file, shown_path(file), format=form, report=report)
        if reviewed:
            units = (replace(one, reviewed=True) for one in units)
        with progress_bar(N_("pairs")) as progress:
            taken = import_units(
                session, units, file=shown_path(file)[:120], progress=lambda done: progress(done, done)
            )
        if as_json:
            show_json({
                **vars_of(taken), "passed_over": dict(report.passed_over), "faults": [one.say(locale) for one in report.faults],
            })  # fmt: skip
            return
        for fault in report.faults[:20]:
            typer.echo(f"  ! {fault.say(locale)}")
        say(
            N_("Pairs: {added} new, {met} were there already, {confirmed} confirmed, {empty} with an empty side."),
            **vars_of(taken),
        )


@memory.command("export")
def memory_export(
    file: OutFile, form: FormatOption = None,
    source: Annotated[Literal["zh", "ru"], typer.Option("--from", help="Source language, where the form has one.")] = "zh",
) -> None:  # fmt: skip
    """Write the memory out. Example: amurlive translate memory export memory.tmx"""
    from service.translation.interchange.formats import known_format, write_units
    from service.translation.memory.giving import all_units

    with explained(), opened() as database, database.reading() as session:
        count = write_units(all_units(session), file, form or known_format(file.name).name, source=source)
        say(N_("{file}: {count} pairs."), file=str(file), count=count)


@memory.command("harvest")
def memory_harvest() -> None:
    """Take the reviewed pairs of all own cards into the memory. Example: amurlive translate memory harvest"""
    from service.translation.filling import own_cards
    from service.translation.memory.harvesting import remember_card
    from service.translation.memory.keeping import Taken

    with explained(), opened() as database, database.writing() as session:
        taken = Taken()
        for card in own_cards(session):
            taken += remember_card(session, card)
        say(
            N_("Pairs: {added} new, {met} were there already, {confirmed} confirmed, {empty} with an empty side."),
            **vars_of(taken),
        )


@memory.command("find")
def memory_find(
    words: Annotated[str, typer.Argument(help="A sentence, or words of one.")],
    language: Annotated[Literal["zh", "ru"], typer.Option("--in", help="Language of the words.")],
    as_json: AsJson = False,
) -> None:
    """Show what the memory knows like these words. Example: amurlive translate memory find "保质期12个月" --in zh"""
    from service.translation.memory.looking import concordance, look

    with explained(), opened() as database, database.reading() as session:
        target = "ru" if language == "zh" else "zh"
        found = [(one.score, one.source_text, one.text) for one in look(session, words, source=language, target=target)]
        if not found:
            found = [
                (0, getattr(one, language), getattr(one, target))
                for one in concordance(session, words, language=language)
            ]
        if as_json:
            show_json([{"score": score, "source": source, "text": text} for score, source, text in found])
            return
        for score, source, text in found:
            typer.echo(f"{score or '…':>4}  {_line(source)}\n      {_line(text)}")


@memory.command("rebuild")
def memory_rebuild() -> None:
    """Make the index of similar pairs anew. Example: amurlive translate memory rebuild"""
    from service.translation.memory.following import follower_of

    with explained(), opened() as database, database.reading() as session, progress_bar(N_("pairs")) as progress:
        count = follower_of(session).rebuild(progress=progress)
        say(N_("Accepted: {count}."), count=count)


@terms.command("import")
def terms_import(file: Annotated[Path | None, typer.Argument(help="TSV, TBX, XLSX, CSV or DSL; default: the shipped terms.", dir_okay=False)] = None, form: FormatOption = None) -> None:  # fmt: skip
    """Bring terms in; a file brought in twice counts once. Example: amurlive translate terms import"""
    from service.errors import shown_path
    from service.translation.taking import bring_in, read_meanings
    from service.translation.terms.storing import import_terms

    with explained(), opened() as database, database.writing() as session:
        if file is None:
            shipped = import_terms(session)
            counts = {
                "new": len(shipped.created),
                "changed": len(shipped.updated),
                "same": len(shipped.unchanged) + len(shipped.kept),
            }
        else:
            name = shown_path(file)
            taken = bring_in(session, read_meanings(file.read_bytes(), name, format=form), file=name)
            counts = {"new": taken.added, "changed": taken.changed, "same": taken.same}
        say(N_("Terms: {new} new, {changed} changed, {same} as before."), **counts)


@terms.command("export")
def terms_export(
    file: OutFile, form: FormatOption = None,
    source: Annotated[Literal["zh", "ru"], typer.Option("--from", help="Source language, where the form has one.")] = "zh",
) -> None:  # fmt: skip
    """Write the term base out. Example: amurlive translate terms export terms.tbx"""
    from service.translation.interchange.formats import known_format, write_concepts
    from service.translation.terms.sets import meanings_of
    from service.translation.terms.storing import export_terms

    with explained(), opened() as database, database.reading() as session:
        if form is None and file.suffix == ".tsv":
            file.write_text(export_terms(session), encoding="utf-8")
            count = len(meanings_of(session))
        else:
            count = write_concepts(meanings_of(session), file, form or known_format(file.name).name, source=source)
        say(N_("{file}: {count} concepts."), file=str(file), count=count)


@terms.command("find")
def terms_find(
    words: Annotated[str, typer.Argument(help="Words in either language, their beginning, or pinyin.")],
    as_json: AsJson = False,
) -> None:
    """Search the term base. Example: amurlive translate terms find 蜂蜜"""
    from service.translation.terms.searching import search_terms

    with explained(), opened() as database, database.reading() as session:
        found, _ = search_terms(session, words, limit=50)
        if as_json:
            show_json(
                [
                    {"key": one.meaning.key, "zh": _words(one.meaning, "zh"), "ru": _words(one.meaning, "ru")}
                    for one in found
                ]
            )
            return
        for one in found:
            typer.echo(
                f"{one.meaning.key:<28} {' / '.join(_words(one.meaning, 'zh'))}  —  {' / '.join(_words(one.meaning, 'ru'))}"
            )


@models.command("list")
def models_list(as_json: AsJson = False) -> None:
    """List installed packages with size, version and licence. Example: amurlive translate models list"""
    from service.translation.machine.packages import packages

    with explained():
        found = packages()
    if as_json:
        show_json([_package(one) for one in found])
        return
    for one in found:
        typer.echo(
            f"{one.source} → {one.target}  {one.version}  {one.size / 1e6:.0f} MB  {one.licence or '—'}  {one.sha256[:12]}"
        )
    if not found:
        say(
            N_(
                "No model is installed. Fetch packages for zh → en and en → ru (or direct ones), then: amurlive translate install FILE.argosmodel"
            )
        )


@app.command("install")
@models.command("install")
def models_install(
    file: InFile,
    sha256: Annotated[str | None, typer.Option("--sha256", help="The checksum its publisher tells.")] = None,
    licence: Annotated[str, typer.Option("--licence", help="Its licence, if the file does not say it.")] = "",
    allow_synthetic: Annotated[bool, typer.Option("--allow-synthetic", help="Also a test model, which is no translator.")] = False,
) -> None:  # fmt: skip
    """Install a package; it is looked through before anything is unpacked. Example: amurlive translate install translate-zh_en-1_9.argosmodel"""
    from service.translation.machine.packages import install

    with explained():
        one = install(file, sha256=sha256, licence=licence, allow_synthetic=allow_synthetic)
        say(N_("Installed: {package}."), package=one.label)


@models.command("remove")
def models_remove(
    source: Annotated[str, typer.Argument(help="From: zh, ru or en.")], target: Annotated[str, typer.Argument(help="To: zh, ru or en.")]
) -> None:  # fmt: skip
    """Take a package out. Example: amurlive translate models remove zh en"""
    from service.translation.machine.packages import remove

    with explained():
        one = remove(source, target)
        say(N_("Removed: {package}."), package=one.label)


def _package(one: Package) -> dict[str, object]:
    return {
        "from": one.source, "to": one.target, "version": one.version, "size": one.size, "licence": one.licence, "sha256": one.sha256,
        "installed_at": one.installed_at.isoformat(),
    }  # fmt: skip


def _words(meaning: object, locale: str) -> list[str]:
    return [one.text for one in meaning.of(locale)]  # type: ignore[attr-defined]


def vars_of(taken: object) -> dict[str, int]:
    """Counts as facts of a sentence."""
    from dataclasses import asdict

    return asdict(taken)  # type: ignore[call-overload, no-any-return]


def _line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 100 else f"{flat[:99]}…"
