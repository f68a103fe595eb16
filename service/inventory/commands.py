"""`amurlive stock`: what is where, and every act that moves it. Shipments: `stock ship`, `stock step`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from service.console import explained, say, show_json, usage
from service.i18n import N_, Message
from service.people.operating import opened

app = typer.Typer(
    no_args_is_help=True, help="Stock on both banks: receive, move, reserve, ship, count, report, verify."
)
Goods = Annotated[
    list[str], typer.Argument(help="SKU=QUANTITY[UNIT][@LOT], for instance RU-ALENKA-90=10case@L2609-01.")
]
Place = Annotated[str, typer.Option("--place", help="Key of the place; see “amurlive stock places”.")]
Key = Annotated[
    str,
    typer.Option("--key", help="Makes the act happen once; repeat it when you repeat the command. Default: a new one."),
]
Number = Annotated[str | None, typer.Option("--number", help="Number of the paper.")]
Happened = Annotated[datetime | None, typer.Option("--at", help="When it happened (UTC), if earlier.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
SheetFile = Annotated[Path, typer.Argument(help="A sheet: .xlsx or .csv.", exists=True, dir_okay=False)]


def lines_of(goods: list[str], kind: Any) -> list[Any]:
    """Lines as the acts take them; what cannot be read ends the command with code 2."""
    import re

    from pydantic import ValidationError

    found = []
    for text in goods:
        match = re.fullmatch(r"([^=@]+)=([-0-9.,]+)([a-z]*)(?:@(.+))?", text.strip())
        if match is None:
            what = Message(
                N_("“{text}” cannot be read; write SKU=QUANTITY, SKU=QUANTITYUNIT or SKU=QUANTITY@LOT."), {"text": text}
            )
            raise typer.BadParameter(what.say("en"))
        sku, quantity, unit, lot = match.groups()
        try:
            found.append(kind(sku=sku.upper(), quantity=quantity, unit=unit or "pack", **({"lot": lot} if lot else {})))
        except ValidationError as error:
            usage(error, whole=text)
    return found


def _aware(moment: datetime | None) -> datetime | None:
    from datetime import UTC

    return moment.replace(tzinfo=UTC) if moment else None


def _new(key: str) -> str:
    from uuid import uuid4

    return key or f"cli/{uuid4()}"


def _tell(posted: Any) -> None:
    from service.inventory.acting import taken

    done = taken(posted)
    if done.again:
        say(N_("Document {document} was posted before under this key; nothing was changed."), document=done.document)
    else:
        say(
            N_("Document {document}: {packs} packs in {lines} lines."),
            document=done.document,
            packs=done.packs,
            lines=done.lines,
        )


@app.command()
def places(
    bring: Annotated[bool, typer.Option("--import", help="Bring the shipped places in first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Places goods can be in. Example: amurlive stock places --import"""
    from service.inventory.answers import place_shown
    from service.inventory.places import KIND_NAMES, import_places, place_list

    with explained() as locale, opened() as database, database.writing() as session:
        if bring:
            import_places(session)
        found = place_list(session)
        if as_json:
            show_json([place_shown(place).model_dump(mode="json") for place in found])
            return
        for place in found:
            typer.echo(f"{place.key:<32} {place.name(locale)} · {Message(KIND_NAMES[place.kind]).say(locale)}")


@app.command()
def receive(
    goods: Goods, place: Place, made: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day the lots were made.")] = None,
    expires: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Their last day.")] = None, number: Number = None,
    at: Happened = None, key: Key = "",
) -> None:  # fmt: skip
    """Goods come from a supplier. Example: amurlive stock receive RU-ALENKA-90=10case@L2609-01 --place heihe-park --made 2026-09-01"""
    from service.inventory.acting import Receiving
    from service.inventory.acting import receive as take
    from service.inventory.lots import LotGiven

    lines = lines_of(goods, Receiving)
    if made or expires:
        days = {"made_on": made.date() if made else None, "expires_on": expires.date() if expires else None}
        lines = [one.model_copy(update={"lot": LotGiven(code=one.lot, **days)}) for one in lines]
    else:
        lines = [one.model_copy(update={"lot": LotGiven(code=one.lot)}) for one in lines]
    with explained(), opened() as database, database.writing() as session:
        _tell(take(session, place=place, lines=lines, key=_new(key), number=number, happened_at=_aware(at)))


@app.command()
def move(
    goods: Goods, source: Annotated[str, typer.Option("--from", help="Key of the place.")],
    target: Annotated[str, typer.Option("--to", help="Key of the place.")], number: Number = None, at: Happened = None, key: Key = "",
) -> None:  # fmt: skip
    """Goods go from one place to another. Example: amurlive stock move RU-ALENKA-90=12@S051A --from heihe-park --to heihe-park-quarantine"""
    from service.inventory.acting import Moving
    from service.inventory.acting import move as take

    lines = lines_of(goods, Moving)
    with explained(), opened() as database, database.writing() as session:
        _tell(
            take(
                session, source=source, target=target, lines=lines, key=_new(key), number=number, happened_at=_aware(at)
            )
        )


@app.command()
def adjust(
    goods: Goods, place: Place,
    reason: Annotated[str, typer.Option(help="damage, expired, theft, sample, found, entry_error, other.")],
    more: Annotated[bool, typer.Option("--more", help="There is more than the books say; without it: less.")] = False, number: Number = None,
    at: Happened = None, note: str = "", key: Key = "",
) -> None:  # fmt: skip
    """Put stock right by hand, for a reason. Example: amurlive stock adjust RU-ALENKA-90=1@S051A --place heihe-park --reason damage"""
    from service.inventory.acting import Moving
    from service.inventory.acting import adjust as take

    lines = [(line, 1 if more else -1) for line in lines_of(goods, Moving)]
    with explained(), opened() as database, database.writing() as session:
        _tell(
            take(
                session,
                place=place,
                lines=lines,
                reason=reason,
                key=_new(key),
                number=number,
                happened_at=_aware(at),
                note=note,
            )
        )


@app.command()
def reverse(document: int, note: str = "", key: Key = "") -> None:
    """Take a document back by a correction. Example: amurlive stock reverse 12 --note "entered twice" """
    from service.inventory.ledger import reverse as take

    with explained(), opened() as database, database.writing() as session:
        _tell(take(session, document=document, key=_new(key), note=note))


@app.command()
def report(
    place: Annotated[str | None, typer.Option(help="Only this place.")] = None,
    text: Annotated[str | None, typer.Option(help="Part of a SKU.")] = None,
    at: Annotated[datetime | None, typer.Option(help="As it was at this moment (UTC).")] = None,
    ageing: Annotated[bool, typer.Option("--ageing", help="Lots, the next to end first.")] = False,
    cover: Annotated[bool, typer.Option("--cover", help="Days of cover, and what to send.")] = False,
    alerts: Annotated[bool, typer.Option("--alerts", help="What wants a person.")] = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Stock by SKU and place. Examples: amurlive stock report --place heihe-park; amurlive stock report --ageing; amurlive stock report --at 2026-11-01"""
    from service.inventory import reporting

    with explained() as locale, opened() as database, database.writing() as session:
        if at is not None:
            lines, data = reporting.then(session, _aware(at), place)
        elif ageing:
            lines, data = reporting.ages(session, place, locale)
        elif cover:
            lines, data = reporting.covers(session, place, locale)
        elif alerts:
            lines, data = reporting.alerts(session, locale)
        else:
            lines, data = reporting.now(session, place, text, locale)
    if as_json:
        show_json(data)
        return
    for line in lines:
        typer.echo(line)


@app.command()
def explain(sku: str, place: str) -> None:
    """Why a number is what it is: every movement behind it. Example: amurlive stock explain RU-ALENKA-90 heihe-park"""
    from service.inventory.history import explain as told
    from service.inventory.places import find_place
    from service.inventory.reserving.pools import sku_of

    with explained(), opened() as database, database.reading() as session:
        for one in told(session, sku=sku_of(session, sku.upper()), place=find_place(session, place)):
            move = one.movement
            late = " *" if move.happened_at.date() < move.recorded_at.date() else ""
            typer.echo(
                f"{move.happened_at:%Y-%m-%d %H:%M}Z{late}  {move.document.kind:<11} {move.source.key} → {move.target.key}"
                f"  {one.change:+}  = {one.after}  {move.lot.code or '—'}  #{move.document_id} {move.document.number or ''}"
            )


@app.command()
def verify(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Set balances that differ to the sum of their movements.")] = False, as_json: AsJson = False
) -> None:  # fmt: skip
    """Rebuild every number from what it is made of, and name each difference; code 1 if there is one. Example: amurlive stock verify"""
    from service.inventory.verifying import rebuild as set_right
    from service.inventory.verifying import verify as look

    with explained(), opened() as database:
        if rebuild:
            with database.writing() as session:
                say(N_("Balances set right: {count}."), count=len(set_right(session)))
        with database.reading() as session:
            found = look(session)
    if as_json:
        show_json(
            {
                "movements": found.movements,
                "balances": found.balances,
                "pools": found.pools,
                "differences": [vars(one) for one in found.differences],
            }
        )
    else:
        for one in found.differences:
            say(N_("{what}: {place} {sku} {lot} {show}: {found} stands there, {made_of} would be right."), **vars(one))
        say(
            N_("{movements} movements, {balances} balances, {pools} pools: {differences} differences."), movements=found.movements,
            balances=found.balances, pools=found.pools, differences=len(found.differences),
        )  # fmt: skip
    if found.differences:
        raise SystemExit(1)


@app.command("import")
def import_(
    file: SheetFile, place: Annotated[str | None, typer.Option(help="The place the report is of.")] = None,
    as_of: Annotated[datetime | None, typer.Option("--as-of", help="The moment it tells of (UTC); default: now.")] = None,
    movements: Annotated[bool, typer.Option("--movements", help="The sheet is a history of movements: key, SKU, from, to, quantity, when.")] = False,
) -> None:  # fmt: skip
    """Compare a warehouse's or marketplace's stock report, or bring a history in. Examples: amurlive stock import wb.xlsx --place moscow; amurlive stock import history.csv --movements"""
    from service.inventory.counting.reports import reconcile, take_report
    from service.inventory.importing import import_movements

    if not movements and not place:
        raise typer.BadParameter("--place, or --movements")
    with explained(), opened() as database, database.writing() as session:
        if movements:
            done = import_movements(session, name=file.name, content=file.read_bytes())
            say(N_("Movements: {taken} taken over, {known} were there already."), taken=done.taken, known=done.known)
            return
        found, again = take_report(
            session, place=place or "", name=file.name, content=file.read_bytes(), as_of=_aware(as_of)
        )
        differing = reconcile(session, found)
        for one in differing:
            why = ", ".join(f"{reason.kind} {reason.packs:+}" for reason in one.reasons)
            typer.echo(
                f"{one.line.sku.code:<28} {one.line.lot_code or '':<12} {one.line.reported:>8} {one.line.ours:>8} {one.difference:+8}  {why}"
            )
        if again:
            say(N_("This file was taken before, as report {report}."), report=found.id)
        say(
            N_("Report {report}: {lines} lines, {differing} differ."),
            report=found.id,
            lines=len(found.lines),
            differing=len(differing),
        )


from service.inventory.reserving.commands import add_commands as _selling  # noqa: E402
from service.inventory.shipping.commands import add_commands as _shipping  # noqa: E402

_selling(app)
_shipping(app)
