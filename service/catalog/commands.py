"""`amurlive catalog`: import, check and list the cards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from service.catalog.media.commands import picture
from service.console import explained, progress_bar, say, show_json
from service.i18n import N_
from service.people.operating import opened

app = typer.Typer(no_args_is_help=True, help="The bilingual catalogue: import, check and list its cards.")
app.command()(picture)

Folder = Annotated[Path | None, typer.Option(help="Folder with families.yaml and products/; default: catalogs/.")]
SheetFile = Annotated[
    Path | None, typer.Argument(help="A sheet: .xlsx, .csv or .yaml; left out: catalogs/.", exists=True, dir_okay=False)
]
Apply = Annotated[bool, typer.Option("--apply", help="Take it over; without this the sheet is only checked.")]
MappingName = Annotated[str | None, typer.Option("--mapping", help="A saved column mapping.")]
Defaults = Annotated[
    list[str] | None,
    typer.Option("--default", help="field=value for rows without such a column, e.g. line=russian_goods."),
]
Reviewed = Annotated[bool, typer.Option("--reviewed", help="You have read the texts and answer for them.")]
MarkedCopy = Annotated[Path | None, typer.Option("--marked", help="Write a copy with faulty cells marked here.")]
OutFile = Annotated[Path, typer.Argument(help="Where to: .xlsx or .csv.")]
Query = Annotated[str, typer.Option(help="Only cards found by these words.")]
LineOption = Annotated[str | None, typer.Option("--line", help="Only this product line.")]
LocaleOption = Annotated[str | None, typer.Option("--locale", help="Language of the headers: zh, ru or en.")]
Changes = Annotated[list[str], typer.Argument(help="FIELD=VALUE, FIELD=, or FIELD:OLD=>NEW.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


@app.command("import")
def import_(
    file: SheetFile = None, folder: Folder = None, apply: Apply = False, mapping: MappingName = None,
    default: Defaults = None, reviewed: Reviewed = False, marked_copy: MarkedCopy = None,
) -> None:  # fmt: skip
    """Take cards over: catalogs/ as it is, or a sheet (XLSX, CSV, YAML). Example: amurlive catalog import cards.xlsx --apply

    A sheet is only checked unless --apply is given; catalogs/ is taken over all or nothing.
    """
    if file is not None:
        _import_sheet(file, apply, mapping, default or [], reviewed, marked_copy)
        return
    from service.catalog.importing import import_catalogue

    with explained(), opened() as database, database.writing() as session:
        report = import_catalogue(session, folder=folder)
    say(
        N_("Cards: {created} created, {updated} updated, {unchanged} unchanged."),
        created=len(report.created), updated=len(report.updated), unchanged=len(report.unchanged),
    )  # fmt: skip
    for text in report.kept_locked:
        say(N_("Kept, because locked: {text}"), text=text)


def _import_sheet(
    file: Path, apply: bool, mapping: str | None, default: list[str], reviewed: bool, marked_copy: Path | None
) -> None:
    from service.catalog.sheets.planning import SheetMapping
    from service.catalog.sheets.taking import find_profile, plan_file, take
    from service.catalog.sheets.writing import marked
    from service.i18n import guess_locale

    with explained(), opened() as database:
        with database.reading() as session:
            how = find_profile(session, mapping) if mapping else SheetMapping()
            defaults = how.defaults | dict(pair.split("=", 1) for pair in default if "=" in pair)
            how = how.model_copy(update={"defaults": defaults})
            plan, sheets = plan_file(session, name=file.name, content=file.read_bytes(), mapping=how, reviewed=reviewed)
        for fault in plan.faults[:50]:
            typer.echo(fault.say(guess_locale()), err=True)
        if marked_copy and plan.faults and sheets:
            marked_copy.write_bytes(marked(sheets, plan.faults, locale=guess_locale()))
            say(N_("The copy with faulty cells marked: {path}"), path=marked_copy)
        say(
            N_("To create: {created}, to change: {updated}, unchanged: {unchanged}; faults: {errors}, warnings: {warnings}."),
            created=plan.created, updated=plan.updated, unchanged=plan.unchanged, errors=plan.errors, warnings=plan.warnings,
        )  # fmt: skip
        if not apply and not plan.errors:
            say(N_("Nothing was changed. Take it over with --apply."))
            return
        with progress_bar(N_("Taking over")) as progress:
            batch = take(database.writing, plan, source=file.name, reviewed=reviewed, progress=progress)
    if batch is not None:
        say(N_("Done as batch {batch}; take it back with: amurlive catalog undo {batch}"), batch=batch)


@app.command()
def export(file: OutFile, query: Query = "", line: LineOption = None, locale: LocaleOption = None) -> None:
    """Write one's own cards into a sheet that an import reads. Example: amurlive catalog export cards.xlsx --locale ru"""
    from service.catalog.search.finding import Filter, chosen
    from service.catalog.sheets.reading import UnknownForm
    from service.catalog.sheets.writing import own_cards, written
    from service.i18n import LOCALES, guess_locale

    with explained(), opened() as database, database.reading() as session:
        form = file.suffix.lower().lstrip(".")
        if form not in ("xlsx", "csv"):
            raise UnknownForm(file=file.name)
        some = chosen(session, Filter(query, line=line, own=True)) if query or line else None
        language = next((one for one in LOCALES if one == locale), guess_locale())
        content = written(lambda: own_cards(session, some), form=form, locale=language)  # type: ignore[arg-type]
        file.write_bytes(content)
    say(N_("Written: {path}"), path=file)


@app.command()
def search(query: str, as_json: AsJson = False) -> None:
    """Find cards by words of either language, codes, pinyin. Example: amurlive catalog search мёд"""
    from service.catalog.listing import summary
    from service.catalog.search.finding import Filter
    from service.catalog.search.finding import search as find

    with explained(), opened() as database, database.reading() as session:
        found = [summary(product) for product in find(session, Filter(query))]
    if as_json:
        show_json(found)
        return
    for one in found:
        typer.echo(f"{one['key']:<28} {one['name']['zh'] or '—'} · {one['name']['ru'] or '—'}")


@app.command()
def batches(as_json: AsJson = False) -> None:
    """List imports, bulk edits and undoes, newest first. Example: amurlive catalog batches"""
    from service.catalog.batches import batch_page

    with explained(), opened() as database, database.reading() as session:
        rows, _ = batch_page(session, after=None, limit=50)
    found = [
        {"batch": b.id, "kind": b.kind, "source": b.source, "state": b.state, "at": b.at.isoformat(), "created": b.created, "updated": b.updated}
        for b in rows
    ]  # fmt: skip
    if as_json:
        show_json(found)
        return
    for one in found:
        typer.echo(" · ".join(str(value) for value in one.values()))


@app.command()
def undo(batch: int) -> None:
    """Take a batch back; cards changed since are left alone and named. Example: amurlive catalog undo 12"""
    from service.catalog.batches import undo as take_back

    with explained(), opened() as database, progress_bar(N_("Taking back")) as progress:
        report = take_back(database.writing, batch, progress=progress)
    say(
        N_("Restored: {restored}, removed: {removed}, left alone: {conflicts}."),
        restored=report.restored,
        removed=report.removed,
        conflicts=len(report.conflicts),
    )
    for one in report.conflicts:
        say(N_("Left alone: {product}. {reason}"), product=one.product, reason=one.reason)


@app.command()
def duplicates(as_json: AsJson = False) -> None:
    """List cards that may be the same goods twice. Example: amurlive catalog duplicates"""
    from service.catalog.duplicates import twins

    with explained(), opened() as database, database.reading() as session:
        found = twins(session)
    if as_json:
        show_json([vars(one) for one in found])
        return
    for one in found:
        typer.echo(f"{one.reason:<5} {one.value:<24} {', '.join(one.keys)}")


@app.command()
def merge(into: str, key: str) -> None:
    """Take the card KEY into the card INTO; the old key leads there. Example: amurlive catalog merge linden-honey honey-2"""
    from service.catalog.merging import merge as take_in

    with explained(), opened() as database, database.writing() as session:
        take_in(session, into=into, key=key)
    say(N_("“{key}” is part of “{into}” now; take it back with: amurlive catalog split {key}"), key=key, into=into)


@app.command()
def split(key: str) -> None:
    """Take a merge back. Example: amurlive catalog split honey-2"""
    from service.catalog.merging import split as take_back

    with explained(), opened() as database, database.writing() as session:
        take_back(session, key=key)
    say(N_("“{key}” is a card of its own again."), key=key)


@app.command()
def edit(
    change: Changes, query: Query = "", line: LineOption = None, apply: Apply = False, reviewed: Reviewed = False
) -> None:
    """Change many cards alike: FIELD=VALUE sets, FIELD= clears, FIELD:OLD=>NEW replaces words.

    Example: amurlive catalog edit "name[ru]:мед=>мёд" --query мёд
    """
    from service.catalog.bulk import apply as apply_bulk
    from service.catalog.bulk import preview
    from service.catalog.search.finding import Filter

    operations = [_operation(one) for one in change]
    with explained() as locale, opened() as database:
        with database.reading() as session:
            seen = preview(session, Filter(query, line=line, own=True), operations)
        for card in seen.changes:
            for field, before, after in card.differences:
                typer.echo(f"{card.key} · {field}: {before or '—'} → {after or '—'}")
        for fault in seen.faults:
            typer.echo(f"{fault.key} · {fault.field}: {fault.what.say(locale)}", err=True)
        say(N_("Cards chosen: {cards}, to change: {changed}, with faults: {faulty}."), cards=seen.cards, changed=seen.changed, faulty=seen.faulty)  # fmt: skip
        if not apply:
            say(N_("Nothing was changed. Take it over with --apply."))
            return
        with progress_bar(N_("Taking over")) as progress:
            batch = apply_bulk(database.writing, seen, operations, seal=seen.seal, reviewed=reviewed, progress=progress)
    if batch is not None:
        say(N_("Done as batch {batch}; take it back with: amurlive catalog undo {batch}"), batch=batch)


def _operation(text: str) -> Any:
    from service.catalog.bulk import Operation

    name, sign, rest = text.partition(":")
    if sign and "=>" in rest and "=" not in name:
        find, _, words = rest.partition("=>")
        return Operation(field=name, do="replace", find=find, value=words)
    name, _, value = text.partition("=")
    return Operation(field=name, do="set", value=value) if value else Operation(field=name, do="clear")


@app.command()
def readiness(as_json: AsJson = False) -> None:
    """How many cards each channel could use, and what the others lack. Example: amurlive catalog readiness"""
    from service.catalog.readiness import overview

    with explained(), opened() as database, database.reading() as session:
        found = overview(session)
    if as_json:
        show_json([vars(one) for one in found])
        return
    for one in found:
        lacking = sorted(((sum(states.values()), field) for field, states in one.lacking.items()), reverse=True)[:4]
        typer.echo(
            f"{one.channel}.{one.locale:<4} {one.ready}/{one.cards}   "
            + ", ".join(f"{field} {count}" for count, field in lacking)
        )


@app.command()
def rebuild() -> None:
    """Build search and readiness anew. Example: amurlive catalog rebuild"""
    from service.catalog.rebuilding import rebuild_some

    done, last = 0, 0
    with explained(), opened() as database:
        while True:
            with database.writing() as session:
                some, last = rebuild_some(session, after=last)
            done += some
            if not some:
                break
    say(N_("Cards built anew: {cards}."), cards=done)


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
