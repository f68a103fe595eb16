"""`amurlive listing fill`: a template of a back office, filled with our listings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.console import explained, say, show_json
from service.i18n import N_, Locale, Message
from service.listings.commands import AsJson, ChannelOption, MarketOption, OnOption, SomeProducts
from service.people.operating import opened

if TYPE_CHECKING:  # imported when a command runs: `--help` must stay quick
    from service.compliance.entries import Market
    from service.listings.filling.report import Report

app = typer.Typer(help="A template of a back office, filled with our listings.")

TemplateFile = Annotated[
    Path, typer.Argument(metavar="TEMPLATE", help="XLSX, XLSM or CSV of the back office.", exists=True, dir_okay=False)
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="HEADER=FIELD",
        help="What a header means; nothing after “=”: leave the column out. May be repeated.",
    ),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Where to; default: beside the template, “.filled” in its name.")
]

ShopOption = Annotated[
    str | None, typer.Option("--shop", help="Key of a shop, whose terms count; default: your only one at the channel.")
]


@app.command()
def fill(
    template: TemplateFile, channel: ChannelOption, shop: ShopOption = None, market: MarketOption = None,
    product: SomeProducts = None, mapping: MapOption = None, on: OnOption = None, out: OutOption = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Fill a template the back office gave you; exit code 1 if something is left for you to complete.

    Goods the law holds back, or whose card lacks a title, a price or a paper, get no row. What only the channel still wants to know
    can be typed into the file. Example: amurlive listing fill template.xlsx --channel ozon --map "Тип*=extra.type"
    """
    from service.database import now
    from service.listings.channels import channel as find
    from service.listings.filling.fillable import fillable
    from service.listings.filling.filling import fill as filled
    from service.listings.shops import find_shop

    day = on.date() if on else now().date()
    target = out or template.with_name(f"{template.stem}.filled{template.suffix}")
    wanted: Market | None = None if market is None else "CN" if market == "cn" else "RU"
    with explained() as locale:
        where, meant = find(channel), dict(_pair(one) for one in mapping or [])
        with opened() as database, database.reading() as session:
            account = find_shop(session, shop) if shop else None
            listings, held = fillable(session, where, shop=account, market=wanted, products=product, day=day)
        done = filled(template.read_bytes(), template.name, listings, channel=where, day=day, mapping=meant)
        done.report.not_filled[:0] = held
        target.write_bytes(done.content)
        if as_json:
            show_json(done.report.as_data(locale) | {"file": str(target)})
        else:
            _show(done.report, locale)
            say(N_("Written to {path}; rows filled: {rows}."), path=target, rows=done.report.rows)
    if not done.report.whole:
        raise typer.Exit(1)


def _pair(text: str) -> tuple[str, str]:
    header, equals, field = text.rpartition("=")
    if not equals:
        raise typer.BadParameter(text, param_hint="--map")
    return header.strip(), field.strip()


def _show(report: Report, locale: Locale) -> None:
    for column in report.filled:
        typer.echo(f"{column.column:<4} {' '.join(column.header.split()):<40} {column.field:<20} {column.cells}")
    for left in report.left:
        text = N_("demanded, but no field is known for it") if left.required else N_("left as it was")
        typer.echo(f"{left.column:<4} {' '.join(left.header.split()):<40} {Message(text).say(locale)}")
    for refused in report.refused:
        typer.echo(f"× {refused.say(locale)}")
    for one in report.not_filled:
        typer.echo(f"× {one.code}: {one.what.say(locale)} {one.remedy.say(locale)}")
    for note in report.notes:
        typer.echo(f"! {note.say(locale)}")
