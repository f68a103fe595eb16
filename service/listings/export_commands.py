"""`amurlive listing export`, `diff`, `exports`: what goes to a channel as a file, and what was told before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from service.console import explained, say, show_json
from service.i18n import N_, Locale
from service.listings.commands import AsJson, ChannelOption, MarketOption, OnOption, SomeProducts
from service.people.operating import opened

if TYPE_CHECKING:  # imported when a command runs: `--help` must stay quick
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.listings.exporting import Export
    from service.listings.snapshots import Change

__all__ = ["diff", "export", "exports"]

KindOption = Annotated[
    Literal["cards", "stock", "prices"], typer.Option("--kind", help="Listings, or only their stock or prices.")
]
ShopOption = Annotated[str | None, typer.Option("--shop", help="Key of a shop; default: the only one at this channel.")]
EverythingOption = Annotated[
    bool, typer.Option("--everything", help="Also what says the same as in the export before.")
]


def export(
    channel: ChannelOption,
    out: Annotated[Path, typer.Option("--out", help="The file; its ending chooses among a channel's forms.")],
    kind: KindOption = "cards", shop: ShopOption = None, product: SomeProducts = None, market: MarketOption = None,
    on: OnOption = None, everything: EverythingOption = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Write what a channel takes into a file, and remember what it says; exit code 1 if something was held back.

    Example: amurlive listing export --channel ozon --out ozon.json
    """
    from service.listings.exporting import record_export, write_export

    with explained() as locale, opened() as database, database.writing() as session:
        made = _made(session, channel, kind, shop, product, market, on, everything, out.suffix.removeprefix("."))
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = out.with_name(out.name + ".part")
        try:
            with draft.open("wb") as file:
                write_export(made, file)
            kept = record_export(session, made)
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)
        if as_json:
            show_json(
                {
                    "export": kept.id,
                    "file": str(out),
                    "counts": kept.counts,
                    "held": [_held(one, locale) for one in made.held],
                }
            )
        else:
            for one in made.held:
                typer.echo(f"  × {one.code}: {one.message.say(locale)} {one.remedy.say(locale)}")
            say(
                N_("{file}: {new} new, {changed} changed, {gone} no longer offered, {unchanged} as before; held back: {held}."),
                file=str(out), **kept.counts,
            )  # fmt: skip
    if made.held:
        raise typer.Exit(1)


def diff(
    channel: ChannelOption, kind: KindOption = "cards", shop: ShopOption = None, product: SomeProducts = None,
    market: MarketOption = None, on: OnOption = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Show what the next export would tell a channel that it does not know yet. Example: amurlive listing diff --channel ozon"""
    with explained(), opened() as database, database.reading() as session:
        made = _made(session, channel, kind, shop, product, market, on, False, "")
        if as_json:
            show_json([_change(one) for one in made.told.changed])
            return
        for one in made.told.changed:
            typer.echo(f"{_SIGNS[one.what]} {one.code}")
            for difference in one.differences if one.what == "changed" else ():
                typer.echo(f"    {difference.path}: {_short(difference.before)} → {_short(difference.after)}")
        say(N_("{changed} differ from what the channel was told last, {unchanged} do not."), changed=len(made.told.changed), unchanged=made.told.unchanged)  # fmt: skip


def exports(
    channel: Annotated[str | None, typer.Option("--channel", help="Only this channel.")] = None, as_json: AsJson = False
) -> None:
    """List the last exports, newest first. Example: amurlive listing exports --channel ozon"""
    from sqlalchemy import select

    from service.listings.models import ListingExport

    with explained(), opened() as database, database.reading() as session:
        query = select(ListingExport).order_by(ListingExport.id.desc()).limit(50)
        if channel:
            query = query.where(ListingExport.channel == channel)
        rows = list(session.scalars(query))
        if as_json:
            show_json([
                {"id": one.id, "at": one.at.isoformat(), "channel": one.channel, "market": one.market, "shop": one.shop, "kind": one.kind,
                 "as_of": one.as_of.isoformat(), "person": one.person, "counts": one.counts} for one in rows
            ])  # fmt: skip
            return
        for one in rows:
            counts = " ".join(f"{name}={number}" for name, number in one.counts.items())
            typer.echo(
                f"{one.id:>6}  {one.at:%Y-%m-%d %H:%M}Z  {one.channel:<15} {one.shop or '—':<15} {one.kind:<7} {counts}"
            )


_SIGNS = {"new": "+", "changed": "~", "gone": "-"}


def _made(
    session: Session, channel: str, kind: str, shop: str | None, product: Sequence[str] | None, market: str | None,
    on: datetime | None, everything: bool, ending: str,
) -> Export:  # fmt: skip
    from service.listings.jobs import ExportWanted, export_of

    # As it was typed: what does not exist is told by name, as everywhere on the command line.
    typed: dict[str, Any] = {
        "channel": channel, "kind": kind, "shop": shop, "market": market and market.upper(), "products": list(product) if product else None,
        "everything": everything, "on": on.date() if on else None, "ending": ending,
    }  # fmt: skip
    return export_of(session, ExportWanted.model_construct(**typed))


def _held(one: Any, locale: Locale) -> dict[str, str]:
    return {"code": one.code, "message": one.message.say(locale), "remedy": one.remedy.say(locale)}


def _change(one: Change) -> dict[str, Any]:
    return {
        "code": one.code,
        "what": one.what,
        "differences": [each._asdict() for each in one.differences] if one.what == "changed" else [],
    }


def _short(value: Any) -> str:
    text = "—" if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
