"""`amurlive prices`: the record of what buyers really paid, exchange rates, and a price explained."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.console import explained, say, show_json
from service.i18n import N_, Locale, Message, guess_locale
from service.people.operating import opened

if TYPE_CHECKING:  # imported when a command runs: `--help` must stay quick
    from service.pricing.explaining import Explained

app = typer.Typer(no_args_is_help=True, help="Prices: what buyers really paid, exchange rates, a price explained.")
DealsFile = Annotated[
    Path,
    typer.Argument(
        help="A CSV with the columns sku, market, paid, quantity, paid_at, source, reference.",
        exists=True,
        dir_okay=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


RatesFile = Annotated[
    Path,
    typer.Argument(
        help="XML_daily of the Bank of Russia, or a CSV with the columns day, base, quote, nominal, value, source.",
        exists=True,
        dir_okay=False,
    ),
]


@app.command()
def paid(file: DealsFile, as_json: AsJson = False) -> None:
    """Bring in what buyers paid: yuan or roubles for one pack, after coupons. Example: amurlive prices paid deals.csv

    Times without a zone are local: Asia/Shanghai in CN, Asia/Yakutsk in RU. A file brought in twice counts once.
    """
    from service.errors import shown_path
    from service.pricing.paid import import_paid

    with explained(), opened() as database, database.writing() as session:
        taken = import_paid(session, name=shown_path(file), content=file.read_bytes())
    if as_json:
        show_json(taken._asdict())
        return
    say(N_("Deals: {new} recorded, {known} were there already."), new=taken.new, known=taken.known)


@app.command()
def rates(
    file: RatesFile,
    replace: Annotated[bool, typer.Option("--replace", help="Put these rates in the place of others of the same day.")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Bring in exchange rates. Example: amurlive prices rates XML_daily.xml

    The file comes from https://www.cbr.ru/scripts/XML_daily.asp. A file brought in twice counts once; rates are never invented.
    """
    from service.errors import shown_path
    from service.pricing.rates import import_rates

    with explained(), opened() as database, database.writing() as session:
        taken = import_rates(session, name=shown_path(file), content=file.read_bytes(), replace=replace)
    if as_json:
        show_json(taken._asdict())
        return
    say(N_("Rates: {new} new, {known} were there already, {replaced} replaced."), **taken._asdict())


@app.command()
def explain(
    sku: Annotated[str, typer.Argument(help="Code of the SKU.")],
    channel: Annotated[str, typer.Option(help="Where it is sold, for instance ozon or douyin.")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today if left out.")] = None,
    price: Annotated[str | None, typer.Option(help="What if it were sold at this price, for instance 129.00.")] = None,
    goods: Annotated[str | None, typer.Option(help="What a pack was bought for, for instance 8.50CNY.")] = None,
    regime: Annotated[str | None, typer.Option(help="domestic, general, retail, hushi or parcel.")] = None,
    margin: Annotated[str | None, typer.Option(help="The wanted margin in per cent of the price.")] = None,
    as_json: AsJson = False,
) -> None:
    """Explain what is left of a price, step by step. Example: amurlive prices explain RU-HONEY-500 --channel douyin

    Steps marked * rest on figures nobody has verified; sample figures stand in catalogs/costs.yaml.
    """
    from fractions import Fraction
    from zoneinfo import ZoneInfo

    from service.database import now
    from service.pricing.explaining import explain as explanation
    from service.pricing.landing import Money
    from service.pricing.models import ZONES

    wanted = None if margin is None else Fraction(_decimal(margin, "margin", most=2)) / 100
    told = None if price is None else _minor(price, "price")
    bought = None if goods is None else Money(_minor(goods[:-3], "goods"), goods[-3:].upper())
    day = (on or now().astimezone(ZoneInfo(ZONES["CN"]))).date()
    with explained() as locale, opened() as database, database.reading() as session:
        found = explanation(
            session, sku, channel=channel, on=day, price=told, goods=bought, regime=regime, wanted=wanted
        )  # fmt: skip
        if as_json:
            show_json(found.as_data(locale))
        else:
            typer.echo("\n".join(_table(found, locale)))


def _table(found: Explained, locale: Locale) -> list[str]:
    """The explanation as lines for a terminal."""
    from service.pricing.explaining import REGIMES, per_mille
    from service.pricing.landing import Money, shown, shown_share

    currency = found.costing.price.currency

    def line(amount: int, text: Message) -> str:
        return f"{shown(Money(amount, currency)).say(locale):>16}  {text.say(locale)}"

    done = found.costing
    facts = {
        "sku": found.sku,
        "channel": found.channel,
        "day": found.on.isoformat(),
        "regime": Message(REGIMES[found.regime]),
        "route": found.route,
    }
    lines = [Message(N_("{sku} · {channel} · {day} · {regime} · {route}"), facts).say(locale)]
    step = N_("{what}{star} = {formula}")
    for one in done.lines:
        lines.append(
            line(
                one.amount,
                Message(step, {"what": one.what, "star": "" if one.verified else "*", "formula": one.formula}),
            )
        )
    left = Message(
        N_("margin, {share} of the price of {price}"),
        {"share": shown_share(per_mille(done.margin_share)), "price": shown(done.price)},
    )
    lines += [line(done.total, Message(N_("together, each step rounded half up"))), line(done.margin, left)]
    for one in done.buyer_lines:
        by_buyer = Message(
            N_("paid by the buyer: {what}{star} = {formula}"),
            {"what": one.what, "star": "" if one.verified else "*", "formula": one.formula},
        )
        lines.append(line(one.amount, by_buyer))
    if found.break_even:
        lines.append(line(found.break_even.price.amount, Message(N_("break-even price"))))
    if found.floor:
        lines.append(
            line(
                found.floor.price.amount,
                Message(N_("floor price for a margin of {wanted}"), {"wanted": shown_share(found.wanted)}),
            )
        )
    return [*lines, *(note.say(locale) for note in found.notes)]


def _decimal(text: str, option: str, *, most: int = 9) -> Decimal:
    """Digits with at most two decimals; else the command was used wrongly."""
    if not re.fullmatch(rf"[0-9]{{1,{most}}}([.,][0-9]{{1,2}})?", text):
        said = Message(N_("“{value}” is not an amount such as 12.80."), {"value": text}).say(guess_locale())
        raise typer.BadParameter(said, param_hint=f"--{option}")
    return Decimal(text.replace(",", "."))


def _minor(text: str, option: str) -> int:
    return int(_decimal(text, option).scaleb(2))
