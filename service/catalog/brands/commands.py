"""`amurlive brand`: brand lines, licences and papers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from service.console import explained, say, show_json, usage
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
def import_(
    samples: Annotated[bool, typer.Option("--samples", help="Also made-up licences and certificates.")] = False,
) -> None:
    """Take the brand lines of catalogs/brands.yaml over. Example: amurlive brand import"""
    from service.catalog.brands.keeping import import_brands
    from service.catalog.brands.samples import import_samples
    from service.database import now

    with explained(), opened() as database, database.writing() as session:
        changed = import_brands(session)
        made_up = import_samples(session, on=now().date()) if samples else 0
    say(N_("Brands changed: {changed}."), changed=changed)
    if samples:
        say(N_("Made-up papers added: {count}. Each says that it is a sample."), count=made_up)


@app.command()
def licence(
    brand: Annotated[str, typer.Argument(help="Key of a brand of one's own.")],
    number: Annotated[str, typer.Argument(help="The licence's number.")],
    licensee: Annotated[str, typer.Option(help="Who may use the brand.")],
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
    source: Annotated[str, typer.Option(help="Where the licence can be seen.")],
    organisation: Annotated[str | None, typer.Option(help="Key of the licensee's organisation here.")] = None,
    family: Annotated[list[str] | None, typer.Option(help="Only this family; may be repeated.")] = None,
    sku: Annotated[list[str] | None, typer.Option(help="Only this SKU; may be repeated.")] = None,
    state: Annotated[str, typer.Option(help="valid, suspended or revoked.")] = "valid",
) -> None:
    """Give a licence, or change the one of this number. Example: amurlive brand licence jijing-hanyang 1/26 --licensee 样例厂 --organisation park --from 2026-01-01 --to 2026-12-31 --source 样例"""
    from pydantic import TypeAdapter, ValidationError

    from service.catalog.brands.files import PaperNumber
    from service.catalog.brands.licensing import LicenceGiven, grant

    try:
        name = TypeAdapter(PaperNumber).validate_python(number)
        given = LicenceGiven(
            licensee=licensee, organisation=organisation, families=family or [], skus=sku or [],
            valid_from=since.date(), valid_to=until.date(), state=state, source=source,
        )  # fmt: skip
    except ValidationError as error:
        usage(error, whole="number")
    with explained(), opened() as database, database.writing() as session:
        grant(session, brand=brand, number=name, given=given)
    say(N_("The licence {number} of “{brand}” holds from {since} to {until}."), number=name, brand=brand, since=since.date(), until=until.date())  # fmt: skip


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
