"""`amurlive stock promise|close|reserve|confirm|release|pick|show`: selling from stock."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from service.console import explained, say
from service.i18n import N_, Message
from service.people.operating import opened

__all__ = ["add_commands"]

Goods = Annotated[list[str], typer.Argument(help="SKU=PACKS, for instance RU-ALENKA-90=2.")]


def _wanted(goods: list[str]) -> list[tuple[str, int]]:
    found = []
    for text in goods:
        sku, _, packs = text.partition("=")
        if not packs.isdecimal() or int(packs) < 1:
            raise typer.BadParameter(f"{text}: SKU=PACKS")
        found.append((sku.upper(), int(packs)))
    return found


def _settle(key: str, what: str) -> Any:
    from service.inventory.reserving.deciding import STATES, Act
    from service.inventory.reserving.settler import Settler

    with explained(), opened() as database, Settler(database) as settler:
        answer = settler.do(Act(database.caller.organisation, key, what))  # type: ignore[attr-defined]
    say(N_("Reservation {key}: {state}."), key=answer.key, state=Message(STATES[answer.state]))
    return answer


def promise(show: str, goods: Goods, place: Annotated[str, typer.Option(help="Key of the warehouse.")]) -> None:
    """Let a show sell so many packs. Example: amurlive stock promise sample-evening RU-ALENKA-90=48 --place heihe-park"""
    from service.inventory.reserving.pools import promise as give

    wanted = _wanted(goods)
    with explained(), opened() as database, database.writing() as session:
        for sku, packs in wanted:
            pool = give(session, show=show, sku=sku, place=place, packs=packs)
            say(N_("{show}: {packs} packs of {sku} at {place}, {available} available."), show=show, packs=pool.allotted, sku=sku, place=place, available=pool.available)  # fmt: skip


def close(show: str) -> None:
    """A show sells nothing more; what nobody reserved is free again. Example: amurlive stock close sample-evening"""
    from service.inventory.reserving.pools import close_show

    with explained(), opened() as database, database.writing() as session:
        say(N_("{show}: {pools} pools closed."), show=show, pools=len(close_show(session, show=show)))


def show(show: str) -> None:
    """What a show sells, and how much of it is left. Example: amurlive stock show sample-evening"""
    from service.inventory.reserving.pools import pools_of_show

    with explained(), opened() as database, database.reading() as session:
        for pool in pools_of_show(session, show):
            typer.echo(
                f"{pool.sku.code:<28} {pool.place.key:<20} {pool.available:>6} / {pool.allotted:<6} {pool.reserved:>6} {pool.sold:>6}"
            )


def reserve(
    key: str, goods: Goods, show: Annotated[str, typer.Option(help="Key of the show; default: outside shows.")] = "orders",
    place: Annotated[list[str] | None, typer.Option(help="Warehouses by preference.")] = None,
    seconds: Annotated[int, typer.Option(min=1, max=30 * 86400, help="How long it stands unless confirmed.")] = 900,
    order: Annotated[str | None, typer.Option(help="Your own order number.")] = None,
) -> None:  # fmt: skip
    """Reserve packs under a key, all or none. Example: amurlive stock reserve order-0001 RU-ALENKA-90=2 --show sample-evening"""
    from service.inventory.reserving.api import ReservationGiven, WantGiven, asked
    from service.inventory.reserving.deciding import STATES
    from service.inventory.reserving.settler import Settler

    lines = [WantGiven(sku=sku, quantity=packs, places=place or []) for sku, packs in _wanted(goods)]
    given = ReservationGiven(show=show, lines=lines, seconds=seconds, order=order)
    with explained(), opened() as database, Settler(database) as settler:
        answer = settler.do(asked(database.caller.organisation, key, given))  # type: ignore[attr-defined]
    for line in answer.lines:
        typer.echo(f"{line.sku:<28} {line.place:<20} {line.quantity:>6}")
    say(
        N_("Reservation {key}: {state}, until {until}."),
        key=answer.key,
        state=Message(STATES[answer.state]),
        until=f"{answer.ends_at:%Y-%m-%d %H:%M}Z",
    )


def confirm(key: str, picked: Annotated[bool, typer.Option("--pick", help="Pick it at once.")] = False) -> None:
    """It is paid for; with --pick its goods leave the warehouse now. Example: amurlive stock confirm order-0001 --pick"""
    _settle(key, "confirm")
    if picked:
        pick([key])


def release(key: str) -> None:
    """It will not be paid for. Example: amurlive stock release order-0001"""
    _settle(key, "release")


def cancel(key: str) -> None:
    """It was paid for and is called off before it was picked. Example: amurlive stock cancel order-0001"""
    _settle(key, "cancel")


def pick(keys: Annotated[list[str], typer.Argument(help="Keys of confirmed reservations.")]) -> None:
    """Pick what was sold: lots first expired first out. Example: amurlive stock pick order-0001 order-0002"""
    from uuid import uuid4

    from service.inventory.reserving.picking import pick as take

    with explained(), opened() as database, database.writing() as session:
        done = take(session, reservations=keys, key=f"cli/{uuid4()}")
        for key, place, sku, lot, packs in done.lines:
            typer.echo(f"{key:<24} {place:<20} {sku:<28} {lot or '—':<14} {packs:>6}")
        say(N_("Document {document}: {packs} packs in {lines} lines."), document=done.document.id, packs=sum(line[4] for line in done.lines), lines=len(done.lines))  # fmt: skip


def add_commands(app: typer.Typer) -> None:
    """Put these under `amurlive stock`."""
    for command in (promise, close, show, reserve, confirm, release, cancel, pick):
        app.command()(command)
