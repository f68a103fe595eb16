"""`amurlive compliance`: rules, kept checks and their reports, evidence, facts. Texts are checked by `amurlive check`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from service.console import explained, say, show_json, usage
from service.i18n import N_
from service.people.operating import opened

app = typer.Typer(no_args_is_help=True, help="Rules, checks, evidence, facts for the rules, reviews and corrections.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
OnOption = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day the rules are asked for; default: today.")
]


@app.command()
def rules(
    market: Annotated[str | None, typer.Option(help="cn or ru.")] = None, on: OnOption = None, as_json: AsJson = False
) -> None:
    """List the rules in force on a day. Example: amurlive compliance rules --market ru --on 2026-07-01"""
    from service.compliance.answers import rule_shown
    from service.compliance.rulebook import rulebook
    from service.database import now

    day = on.date() if on else now().date()
    with explained() as locale:
        found = [
            one for one in rulebook().rules.values()
            if one.entry.in_force(day) and (market is None or one.entry.market == market.upper())
        ]  # fmt: skip
    if as_json:
        show_json([rule_shown(one, day).model_dump(mode="json") for one in found])
        return
    for one in found:
        typer.echo(
            f"{one.id:<22} {one.entry.severity_on(day):<6} {getattr(one.entry.name, 'ru' if locale == 'ru' else 'zh')}"
        )


@app.command()
def rule(name: str) -> None:
    """Explain one rule in both languages. Example: amurlive compliance rule CN-AD-ABS-2"""
    from service.compliance.rulebook import find_rule

    with explained():
        entry = find_rule(name).entry
    for own in ("zh", "ru"):
        typer.echo(f"{entry.id} · {getattr(entry.name, own)} · {getattr(entry.article, own)}")
        typer.echo(f"  {getattr(entry.why, own)}\n  → {getattr(entry.remedy, own)}")
        if entry.safer:
            typer.echo(f"  “{getattr(entry.safer, own)}”")
    typer.echo(f"{entry.source}" + ("" if entry.verified else " · unverified · 未核实 · не сверено"))


@app.command()
def evidence(
    type_: Annotated[
        str,
        typer.Option("--type", help="Kind: lab_report, survey, certificate, registration, licence, import_record …"),
    ],
    title: Annotated[str, typer.Option(help="What it is.")],
    source: Annotated[str, typer.Option(help="Who made or issued it.")],
    locator: Annotated[str, typer.Option(help="Where the claim stands in it, or its address.")],
    rule_: Annotated[list[str], typer.Option("--rule", help="The rule it answers; may be repeated.")],
    sku: Annotated[list[str] | None, typer.Option(help="Only for this SKU; may be repeated.")] = None,
    words: Annotated[list[str] | None, typer.Option(help="Only for these words of the claim; may be repeated.")] = None,
    since: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")] = None,
    until: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")] = None,
    file: Annotated[Path | None, typer.Option(help="The paper itself: PDF, PNG or JPEG.")] = None,
) -> None:
    """Keep evidence you have looked at. Example: amurlive compliance evidence --type survey --title 样例 --source 样例机构 --locator 表3 --rule CN-QUOTE --sku RU-ALENKA-90 --to 2026-12-31"""
    from pydantic import ValidationError

    from service.compliance.evidence import EvidenceGiven, keep_evidence

    try:
        given = EvidenceGiven(
            type=type_, title=title, source=source, locator=locator, rules=rule_, skus=sku or [], words=words or [],
            valid_from=since.date() if since else None, valid_to=until.date() if until else None,
        )  # fmt: skip
    except ValidationError as error:
        usage(error, whole="evidence")
    with explained(), opened() as database, database.writing() as session:
        kept = keep_evidence(session, given, file=(file.name, file.read_bytes()) if file else None)
        number = kept.id
    say(N_("Evidence {number} is kept."), number=number)


@app.command()
def revoke(number: int, why: Annotated[str, typer.Option(help="Why it no longer holds.")]) -> None:
    """Take evidence out of force. Example: amurlive compliance revoke 3 --why 报告被撤回"""
    from service.compliance.evidence import revoke_evidence

    with explained(), opened() as database, database.writing() as session:
        revoke_evidence(session, number, why=why)
    say(N_("Evidence {number} is revoked; what it cleared is open again."), number=number)


@app.command()
def declare(
    subject: Annotated[str, typer.Argument(help="seller/self, show/KEY or item/SKU.")],
    fact: Annotated[list[str] | None, typer.Argument(help="field=value …; an empty value takes the fact back.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell facts the rules ask for; without facts: list them. Example: amurlive compliance declare item/RU-ALENKA-90 import_record=样例-0001"""
    from service.compliance.declaring import declare as tell_facts
    from service.compliance.declaring import facts_of_words, fields_about, subject_of, told

    with explained() as locale, opened() as database, database.writing() as session:
        of, key = subject_of(subject)
        if fact:
            tell_facts(session, of=of, key=key, facts=facts_of_words(of, fact))
        known = {row.field: row.value["is"] for row in told(session, of, key)}
        if as_json:
            show_json(known)
            return
        for name, field in fields_about(of).items():
            value = known.get(name)
            typer.echo(
                f"{name:<20} {'' if value is None else value!s:<30} {getattr(field.name, 'ru' if locale == 'ru' else 'zh')}"
            )


@app.command()
def samples() -> None:
    """Tell made-up facts about the sample seller, show and goods, marked as samples, so that everything can be tried. Example: amurlive compliance samples"""
    from service.compliance.samples import declare_samples

    with explained(), opened() as database, database.writing() as session:
        count = declare_samples(session)
    say(N_("Made-up facts told: {count}. Each is marked as a sample."), count=count)


@app.command()
def checks(
    key: Annotated[str | None, typer.Option(help="Only of this show or card.")] = None, as_json: AsJson = False
) -> None:
    """List kept checks, the newest first. Example: amurlive compliance checks --key sample-evening"""
    from service.compliance.answers import CheckShown
    from service.compliance.keeping import check_page

    with explained(), opened() as database, database.reading() as session:
        rows, _ = check_page(session, after=None, limit=200, key=key)
        found = [CheckShown.model_validate(row).model_dump(mode="json") for row in rows]
    if as_json:
        show_json(found)
        return
    for one in found:
        typer.echo(
            f"{one['id']:>5}  {one['at'][:16]}  {one['kind']} {one['key']} v{one['version']}  {one['market']}  {one['stops']}  {one['person']}"
        )


@app.command()
def report(
    number: Annotated[int, typer.Argument(help="Number of a kept check.")],
    formats: Annotated[str, typer.Option(help="html,docx,json.")] = "html,docx",
    out: Annotated[Path, typer.Option(help="Folder for the documents.")] = Path("out"),
) -> None:
    """Write a kept check as a document to file. Example: amurlive compliance report 1 --formats docx"""
    from service.compliance.keeping import find_check
    from service.compliance.reports import FORMATS, report_form
    from service.compliance.reports import report as render
    from service.errors import shown_path

    with explained(), opened() as database, database.reading() as session:
        kept = find_check(session, number)
        wanted = [report_form(name.strip()) for name in formats.split(",")]
        out.mkdir(parents=True, exist_ok=True)
        for name in wanted:
            path = out / f"check-{number}.{FORMATS[name].ending}"
            path.write_bytes(render(session, kept, name))
            typer.echo(shown_path(path))
