"""`amurlive stock ship|step|shipments|count`: goods on the road, and counts from a sheet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from service.console import explained, say
from service.i18n import N_
from service.people.operating import opened

__all__ = ["add_commands"]


def ship(
    number: str, goods: Annotated[list[str], typer.Argument(help="SKU=QUANTITY[UNIT][@LOT].")],
    route: Annotated[str, typer.Option(help="Key of the route; see catalogs/routes.yaml.")],
    departs: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day of departure.")],
    transport: Annotated[str, typer.Option(help="ambient, heated, chilled, supercooled, frozen.")] = "ambient",
) -> None:  # fmt: skip
    """Prepare a shipment; lots are chosen by expiry. Example: amurlive stock ship HB-2611-07 HH-HAZELNUT-250=4case --route heihe-blagoveshchensk-bridge --departs 2026-11-28 --transport heated"""
    from service.inventory.commands import lines_of
    from service.inventory.shipping.packing import Packing, ShipmentGiven, draft

    lines = lines_of(goods, Packing)
    given = ShipmentGiven(number=number, route=route, transport=transport, departs_on=departs.date(), lines=lines)
    with explained(), opened() as database, database.writing() as session:
        for line in draft(session, given).lines:
            typer.echo(f"{line.sku.code:<28} {line.lot.code or '—':<14} {line.packed:>8}")
    say(N_("Shipment {number} is prepared; “amurlive stock step {number} packed” packs it."), number=number)


def step(
    number: str, state: str, paper: Annotated[str | None, typer.Option(help="Number of the declaration, receipt or act.")] = None,
    note: str = "", reason: Annotated[str | None, typer.Option(help="Why goods are sent that the season forbids.")] = None,
) -> None:  # fmt: skip
    """The next step of a shipment. Example: amurlive stock step HB-2611-07 export_declared --paper 0001"""
    from service.inventory.files import states
    from service.inventory.shipping.shipments import may_follow, under_way
    from service.inventory.shipping.stepping import Step, advance

    with explained() as locale, opened() as database, database.writing() as session:
        shipment = advance(session, number=number, step=Step(state=state, paper=paper, note=note, reason=reason))
        known = states()
        name = known[shipment.state].ru if locale == "ru" else known[shipment.state].zh
        say(
            N_("Shipment {number}: {state}, {packs} packs under way, now at {place}. Next: {next}."), number=number, state=name,
            packs=under_way(shipment), place=shipment.place.key, next=[f"{key} ({known[key].ru if locale == 'ru' else known[key].zh})" for key in may_follow(shipment)] or "—",
        )  # fmt: skip


def shipments(every: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False) -> None:
    """Shipments under way. Example: amurlive stock shipments"""
    from service.inventory.shipping.shipments import shipment_page, under_way

    with explained(), opened() as database, database.reading() as session:
        rows, _ = shipment_page(session, after=None, limit=200, open_only=not every)
        for one in rows:
            typer.echo(
                f"{one.number:<20} {one.route:<30} {one.state:<20} {under_way(one):>8}  {one.expected_on or '—'}"
            )


def count(
    place: str, file: Annotated[Path, typer.Argument(help="A count sheet: SKU or bar code, lot, quantity.", exists=True, dir_okay=False)],
    uncounted: Annotated[str, typer.Option(help="leave: lots not in the sheet stay; zero: they are not there.")] = "leave",
) -> None:  # fmt: skip
    """Count a place from a sheet; a second person approves it on the stocktake's page. Example: amurlive stock count heihe-park counted.xlsx"""
    from service.inventory.counting.sheets import read_stock_sheet
    from service.inventory.counting.stocktakes import Counted, close, gaps, open_stocktake
    from service.inventory.counting.stocktakes import count as note

    with explained(), opened() as database, database.writing() as session:
        rows = read_stock_sheet(session, name=file.name, content=file.read_bytes())
        found = open_stocktake(session, place=place, note=file.name)
        note(session, stocktake=found.id, counted=[Counted(sku=row.sku.code, lot=row.values.get("lot", ""), quantity=row.packs) for row in rows])  # fmt: skip
        closed = close(session, stocktake=found.id, uncounted="zero" if uncounted == "zero" else "leave")
        session.refresh(closed)
        differing = gaps(session, closed)
        for gap in differing:
            counted = "—" if gap.counted is None else str(gap.counted)
            typer.echo(f"{gap.sku:<28} {gap.lot or '—':<14} {gap.expected:>8} {counted:>8} {gap.difference:+8}")
        say(N_("Stocktake {stocktake}: {lines} lots counted, {differing} differ; a second person approves it."), stocktake=found.id, lines=len(rows), differing=len(differing))  # fmt: skip


def add_commands(app: typer.Typer) -> None:
    """Put these under `amurlive stock`."""
    for command in (ship, step, shipments, count):
        app.command()(command)
