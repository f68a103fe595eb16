"""`amurlive script`: compose, export and check scripts; keep shows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.console import explained, say, show_json, usage
from service.i18n import N_, guess_locale
from service.people.operating import opened

app = typer.Typer(no_args_is_help=True, help="Livestream scripts: compose, change, export; check the wording files.")

Skus = Annotated[
    list[str],
    typer.Option("--sku", help="SKU, or SKU:role (traffic, welfare, profit, hit); repeat or separate by commas."),
]
Languages = Annotated[str, typer.Option(help="zh, ru, or zh,ru in speaking order.")]
Formats = Annotated[str, typer.Option(help="Documents to write: html,docx,xlsx,csv,srt,vtt,json.")]
Out = Annotated[Path | None, typer.Option(help="Folder for the documents; default: out/.")]
Version = Annotated[int | None, typer.Option(help="Version of the script; default: the newest.")]


@app.command("compose")
def compose_command(
    sku: Skus,
    pattern: Annotated[str, typer.Option(help="Run-of-show pattern, see “amurlive script patterns”.")] = "evening-60",
    languages: Languages = "zh,ru",
    minutes: Annotated[int | None, typer.Option(help="Length of the slot; default: the pattern's.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another choice of wording.")] = 1,
    market: Annotated[str | None, typer.Option(help="CN or RU; default: CN where Chinese is spoken.")] = None,
    formats: Formats = "html,docx,xlsx,csv,srt,vtt,json",
    out: Out = None,
    save: Annotated[str | None, typer.Option(help="Keep it as a show under this key.")] = None,
) -> None:
    """Write the script of a show into documents.

    Example: amurlive script compose --pattern evening-60 --sku RU-ALENKA-90:hit --sku RU-KVAS-1500 --languages zh,ru --minutes 60 --seed 7 --out out/
    """
    from pydantic import ValidationError

    from service.livestream.blocks import library
    from service.livestream.complying import check_script, check_stored
    from service.livestream.composing import compose
    from service.livestream.gathering import gather, plan_of_skus
    from service.livestream.patterns import pattern as pattern_of
    from service.livestream.shows import brief_of, compose_show, save_show
    from service.livestream.storing import restore
    from service.livestream.writing import told, write_documents

    with explained(), opened() as database:
        codes = [code.strip() for text in sku for code in text.split(",") if code.strip()]
        try:
            plan = plan_of_skus(
                codes, pattern_key=pattern, languages=languages.split(","), minutes=minutes, seed=seed,  # type: ignore[arg-type]
                market=market, key=save or "show",
            )  # fmt: skip
        except ValidationError as error:
            usage(error, whole="languages")
        if save:
            with database.writing() as session:
                stored = compose_show(session, save_show(session, plan))
                script, brief = restore(stored), brief_of(session, stored)
                findings = check_stored(session, stored, script, brief)
        else:
            with database.reading() as session:
                brief = gather(session, plan)
                script = compose(brief, pattern_of(plan.pattern), library())
                findings = check_script(session, script, brief)
        written = write_documents(
            script, brief, folder=_folder(out), name=save or f"{pattern}-{seed}", formats=formats.split(",")
        )
    for line in told(script, brief, written, findings=findings, locale=guess_locale()):
        typer.echo(line)


@app.command()
def export(
    show: str, version: Version = None, formats: Formats = "html,docx,xlsx,csv,srt,vtt,json", out: Out = None
) -> None:
    """Write a kept show's script into documents. Example: amurlive script export sample-evening --formats docx,srt"""
    from service.livestream.shows import brief_of, find_script
    from service.livestream.storing import restore
    from service.livestream.writing import told, write_documents

    with explained(), opened() as database, database.reading() as session:
        stored = find_script(session, show, version)
        script, brief = restore(stored), brief_of(session, stored)
        name = f"{show}-v{stored.version}"
        written = write_documents(script, brief, folder=_folder(out), name=name, formats=formats.split(","))
    for line in told(script, brief, written, locale=guess_locale()):
        typer.echo(line)


@app.command()
def redo(show: str, line: str, version: Version = None) -> None:
    """Take another wording for one line. Example: amurlive script redo sample-evening items.1:pitch.feature.1"""
    from service.livestream.editing import redo_line
    from service.livestream.shows import find_script

    with explained(), opened() as database, database.writing() as session:
        new = redo_line(session, find_script(session, show, version), line=line, person="cli")
    for utterance in new.said.values():
        typer.echo(utterance.text)


@app.command()
def edit(
    show: str,
    line: str,
    zh: Annotated[str | None, typer.Option(help="New Chinese words.")] = None,
    ru: Annotated[str | None, typer.Option(help="New Russian words.")] = None,
    lock: Annotated[bool | None, typer.Option("--lock/--unlock", help="Lock the line, or free it.")] = None,
    version: Version = None,
) -> None:
    """Write own words into one line, lock or free it. Example: amurlive script edit sample-evening opening:opening.greet.1 --zh 大家好！ --lock"""
    from service.livestream.brief import Language
    from service.livestream.editing import edit_line, lock_line
    from service.livestream.shows import find_script

    given: dict[Language, str] = {}
    if zh is not None:
        given["zh"] = zh
    if ru is not None:
        given["ru"] = ru
    with explained(), opened() as database, database.writing() as session:
        stored = find_script(session, show, version)
        if lock is False:
            lock_line(session, stored, line=line, locked=False)
        if given:
            edit_line(session, stored, line=line, words=given, person="cli")
        if lock:
            lock_line(session, stored, line=line, locked=True)
    say(N_("The line {line} is changed."), line=line)


@app.command()
def state(
    show: str, to: str, person: Annotated[str, typer.Option(help="Who says so.")], version: Version = None
) -> None:
    """Take a script further: draft, checked, reviewed, ready, aired. Example: amurlive script state sample-evening checked --person Лена"""
    from service.livestream.shows import advance, find_script

    with explained(), opened() as database, database.writing() as session:
        stored = advance(session, find_script(session, show, version), to=to, person=person)
        say(N_("Version {version} is now in state {state}."), version=stored.version, state=stored.state)


@app.command()
def patterns(as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False) -> None:
    """List the run-of-show patterns. Example: amurlive script patterns"""
    from service.livestream.patterns import patterns as read_all

    with explained() as locale:
        found = read_all()
    if as_json:
        show_json([pattern.model_dump() for pattern in found.values()])
        return
    for pattern in found.values():
        purpose = pattern.purpose.ru if locale == "ru" else pattern.purpose.zh
        typer.echo(f"{pattern.key:<16} {purpose}")


@app.command()
def check() -> None:
    """Read all wording and pattern files and list every fault. Example: amurlive script check"""
    from service.errors import FilesRejected
    from service.livestream.blocks import library
    from service.livestream.patterns import patterns as read_all

    with explained():
        count = len(read_all())
        words = library()
        if words.problems:
            raise FilesRejected(words.problems)
    say(N_("No faults: {variants} variants, {patterns} patterns."), variants=len(words.variants), patterns=count)


def _folder(out: Path | None) -> Path:
    from service.settings import Settings

    return out or Settings().out_dir
