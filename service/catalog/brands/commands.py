"""`amurlive brand`: brand lines, licences and papers."""

from __future__ import annotations

from typing import Annotated

import typer

from service.console import explained, say, show_json
from service.i18n import N_
from service.people.operating import opened

app = typer.Typer(no_args_is_help=True, help="Brand lines, licences to use them, and papers of goods.")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Within = Annotated[int, typer.Option(min=0, max=3650, help="Days ahead.")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List brands with their names and licences. Example: amurlive brand list"""
    from service.catalog.brands.keeping import brand_page

    with explained(), opened() as database, database.reading() as session:
        rows, _ = brand_page(session, after=None, limit=200)
        found = [
            {
                "brand": row.key, "parent": row.parent_key, "licensed": row.licensed, "licences": len(row.licences),
                **{text.locale: text.value for text in row.texts if text.field == "name"},
            }
            for row in rows
        ]  # fmt: skip
    if as_json:
        show_json(found)
        return
    for one in found:
        typer.echo(f"{one['brand']:<28} {one['zh']} · {one['ru']}")


@app.command("import")
def import_() -> None:
    """Take the brand lines of catalogs/brands.yaml over. Example: amurlive brand import"""
    from service.catalog.brands.keeping import import_brands

    with explained(), opened() as database, database.writing() as session:
        changed = import_brands(session)
    say(N_("Brands changed: {changed}."), changed=changed)


@app.command()
def expiring(within: Within = 90, as_json: AsJson = False) -> None:
    """List papers and licences that end soon, the next first. Example: amurlive brand expiring --within 30"""
    from service.catalog.brands.expiring import expiring as ending
    from service.database import now

    with explained(), opened() as database, database.reading() as session:
        found = ending(session, on=now().date(), within=within)
    if as_json:
        show_json([{**vars(one), "valid_to": one.valid_to.isoformat()} for one in found])
        return
    for one in found:
        typer.echo(f"{one.valid_to}  {one.days:>5}  {one.kind:<24} {one.number} · {one.holder}")


@app.command()
def uncovered(as_json: AsJson = False) -> None:
    """List SKUs under a licensed brand that no licence covers today. Example: amurlive brand uncovered"""
    from service.catalog.brands.licensing import uncovered as bare
    from service.database import now

    with explained(), opened() as database, database.reading() as session:
        found = list(bare(session, on=now().date()))
    if as_json:
        show_json([vars(one) for one in found])
        return
    for one in found:
        typer.echo(f"{one.sku:<26} {one.product:<32} {one.brand}")
