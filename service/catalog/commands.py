"""`amurlive catalog`: import, check and list the cards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.console import explained, say, show_json
from service.i18n import N_
from service.people.operating import opened

app = typer.Typer(no_args_is_help=True, help="The bilingual catalogue: import, check and list its cards.")

Folder = Annotated[Path | None, typer.Option(help="Folder with families.yaml and products/; default: catalogs/.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.command("import")
def import_(folder: Folder = None) -> None:
    """Take cards over into the database: all or nothing. Example: amurlive catalog import"""
    from service.catalog.importing import import_catalogue

    with explained(), opened() as database, database.writing() as session:
        report = import_catalogue(session, folder=folder)
    say(
        N_("Cards: {created} created, {updated} updated, {unchanged} unchanged."),
        created=len(report.created), updated=len(report.updated), unchanged=len(report.unchanged),
    )  # fmt: skip
    for text in report.kept_locked:
        say(N_("Kept, because locked: {text}"), text=text)


@app.command()
def check(folder: Folder = None) -> None:
    """Read all catalogue files and list every fault; changes nothing. Example: amurlive catalog check"""
    from service.catalog.checking import read_catalogue

    with explained():
        files = read_catalogue(folder)
    skus = sum(len(card.skus) for _, card in files.cards)
    say(N_("No faults: {cards} cards, {skus} SKUs."), cards=len(files.cards), skus=skus)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List SKUs with their names. Example: amurlive catalog list"""
    from service.catalog.listing import sku_list

    with explained(), opened() as database, database.reading() as session:
        found = sku_list(session)
    if as_json:
        show_json(found)
        return
    for entry in found:
        typer.echo(f"{entry['sku']:<26} {entry['zh']} · {entry['ru']}")
