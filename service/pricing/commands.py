"""`amurlive prices`: what packs are bought for, offered at and paid for, exchange rates, a price explained, its floor, trade modes."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.console import explained, say, show_json
from service.i18n import N_, Message, guess_locale
from service.people.operating import opened

if TYPE_CHECKING:  # imported when a command runs: `--help` must stay quick
    from fractions import Fraction

    from service.pricing.landing import Money

app = typer.Typer(
    no_args_is_help=True,
    help="Prices: what packs are bought for, offered at and paid for, exchange rates, a price explained, trade modes.",
)
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
PurchasesFile = Annotated[
    Path, typer.Argument(help="A CSV with the columns sku, currency, amount, valid_from, source.", exists=True, dir_okay=False)
]  # fmt: skip
SkuCode = Annotated[str, typer.Argument(help="Code of the SKU.")]
ChannelOption = Annotated[str, typer.Option(help="Where it is sold, for instance ozon or douyin.")]
OnOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today if left out.")]
GoodsOption = Annotated[
    str | None, typer.Option(help="What a pack was bought for, for instance 8.50CNY; default: as stored.")
]
RegimeOption = Annotated[str | None, typer.Option(help="domestic, general, retail, hushi or parcel.")]
MarginOption = Annotated[str | None, typer.Option(help="The wanted margin in per cent of the price.")]
MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


@app.command()
def paid(file: DealsFile, as_json: AsJson = False) -> None:
    """Bring in what buyers paid: yuan or roubles for one pack, after coupons. Example: amurlive prices paid deals.csv

    Times without a zone are local: Asia/Shanghai in CN, Asia/Yakutsk in RU. A file brought in twice counts once.
    """
    from service.errors import shown_path
    from service.pricing.taking import import_paid

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
def purchases(file: PurchasesFile, as_json: AsJson = False) -> None:
    """Bring in what packs are bought for, without VAT. Example: amurlive prices purchases purchases.csv

    Each price holds from its day on. A file brought in twice counts once.
    """
    from service.errors import shown_path
    from service.pricing.purchasing import import_purchases

    with explained(), opened() as database, database.writing() as session:
        taken = import_purchases(session, name=shown_path(file), content=file.read_bytes())
    if as_json:
        show_json(taken._asdict())
        return
    say(N_("Purchase prices: {new} recorded, {known} were there already."), new=taken.new, known=taken.known)


@app.command()
def explain(
    sku: SkuCode,
    channel: ChannelOption,
    on: OnOption = None,
    price: Annotated[list[str] | None, typer.Option(help="What if it were sold at this price, for instance 129.00; may be repeated.")] = None,
    goods: GoodsOption = None,
    regime: RegimeOption = None,
    margin: MarginOption = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Explain what is left of a price, step by step. Example: amurlive prices explain RU-HONEY-500 --channel douyin

    Steps marked * rest on figures nobody has verified; sample figures stand in catalogs/costs.yaml. Several prices give a table.
    """
    from service.pricing.explaining import at_prices, reckon
    from service.pricing.explaining import explain as explanation
    from service.pricing.printing import of_explained, of_prices

    told = [_minor(one, "price") for one in price or []]
    day, bought, wanted = _day(on), _goods(goods), _share(margin)
    with explained() as locale, opened() as database, database.reading() as session:
        if len(told) > 1:
            once = reckon(session, sku, channel=channel, on=day, price=told[0], goods=bought, regime=regime)
            several = at_prices(once, told, wanted=wanted)
            if as_json:
                show_json([one.as_data(locale) for one in several])
            else:
                typer.echo("\n".join(of_prices(several, locale)))
            return
        given = told[0] if told else None
        found = explanation(session, sku, channel=channel, on=day, price=given, goods=bought, regime=regime, wanted=wanted)  # fmt: skip
        if as_json:
            show_json(found.as_data(locale))
        else:
            typer.echo("\n".join(of_explained(found, locale)))


@app.command()
def floor(
    sku: SkuCode,
    channel: ChannelOption,
    on: OnOption = None,
    goods: GoodsOption = None,
    regime: RegimeOption = None,
    margin: MarginOption = None,
    keep: Annotated[bool, typer.Option("--set", help="Keep it: from now on nothing on this channel may be offered below.")] = False,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Find the price no offer may undercut. Example: amurlive prices floor RU-HONEY-500 --channel douyin --margin 15

    From it on every higher price leaves the wanted margin.
    """
    from service.pricing.flooring import find_floor, keep_floor
    from service.pricing.landing import shown
    from service.pricing.printing import of_floor

    with explained() as locale, opened() as database, database.writing() as session:
        found = find_floor(session, sku, channel=channel, on=_day(on), goods=_goods(goods), regime=regime, wanted=_share(margin))  # fmt: skip
        if keep:
            keep_floor(session, found)
        if as_json:
            show_json(found.as_data(locale) | {"set": keep})
            return
        typer.echo("\n".join(of_floor(found, locale)))
        if keep:
            say(N_("Kept: on {channel} nothing may be offered below {floor}."), channel=found.reckoned.channel, floor=shown(found.floor.price))  # fmt: skip


@app.command()
def offer(
    sku: SkuCode,
    market: Annotated[str, typer.Option(help="CN or RU.")],
    kind: Annotated[str, typer.Option(help="base, live, floor, compare_at or border.")],
    price: Annotated[str | None, typer.Option(help="The price of one pack, for instance 129.00; without it the price is taken back.")] = None,
    channel: Annotated[str, typer.Option(help="Only on this channel; without it on all that have no price of their own.")] = "",
    basis: Annotated[str | None, typer.Option(help="What a compare_at price is: a key of catalogs/price-bases.yaml.")] = None,
    since: Annotated[datetime | None, typer.Option("--from", formats=MOMENTS, help="Local time of the market; default: now.")] = None,
    until: Annotated[datetime | None, typer.Option("--until", formats=MOMENTS, help="Local time of the market; default: until further notice.")] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Offer a price, or take one back. Example: amurlive prices offer RU-HONEY-500 --market CN --kind live --price 45.90

    Nothing may lie below the floor, now or at any moment that is planned.
    """
    from zoneinfo import ZoneInfo

    from service.pricing.models import ZONES
    from service.pricing.offering import Offer
    from service.pricing.offering import offer as make

    amount, zone = None if price is None else _minor(price, "price"), ZoneInfo(ZONES.get(market.upper(), "UTC"))
    begins, ends = (moment and moment.replace(tzinfo=zone) for moment in (since, until))
    told = Offer(sku=sku, market=market.upper(), kind=kind, amount=amount, channel=channel, basis=basis, valid_from=begins, valid_to=ends)  # fmt: skip
    with explained(), opened() as database, database.writing() as session:
        (row,) = make(session, [told])
        data = {"id": row.id, "sku": sku, "market": row.market, "channel": row.channel, "kind": row.kind, "currency": row.currency,
                "amount": row.amount, "basis": row.basis, "valid_from": row.valid_from.isoformat(),
                "valid_to": row.valid_to and row.valid_to.isoformat()}  # fmt: skip
    if as_json:
        show_json(data)
        return
    say(N_("Written into the record of offered prices."))


@app.command()
def modes(
    direction: Annotated[str, typer.Option(help="export or import, seen from China.")],
    buyer: Annotated[str, typer.Option(help="person, company or border_resident.")],
    goods: Annotated[str, typer.Option(help="other, alcohol, tobacco …: words of catalogs/trade-modes.yaml.")] = "other",
    warehouse: Annotated[str, typer.Option(help="none, park, bonded, overseas or overseas_registered.")] = "none",
    value: Annotated[list[str] | None, typer.Option(help="Value of the deal, for instance 80.00CNY; once for each currency.")] = None,
    year_value: Annotated[list[str] | None, typer.Option(help="What the buyer has bought this year, with this.")] = None,
    day_value: Annotated[list[str] | None, typer.Option(help="What the border resident has traded today, with this.")] = None,
    weight_g: Annotated[int | None, typer.Option(min=0, help="Weight of the parcel in grams.")] = None,
    zone_km: Annotated[int | None, typer.Option(min=0, help="Kilometres from the border.")] = None,
    on: OnOption = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Tell which trade modes are open to a deal, and why. Example: amurlive prices modes --direction export --buyer person

    Limits and documents are catalogs/trade-modes.yaml; * marks what nobody has verified. Not a customs opinion.
    """
    from service.pricing.modes import Deal, choose
    from service.pricing.printing import of_modes

    coins = {
        name: {one[-3:].upper(): _minor(one[:-3], option) for one in told or []}
        for name, option, told in (("value", "value", value), ("year_value", "year-value", year_value), ("day_value", "day-value", day_value))
    }  # fmt: skip
    deal = Deal(direction=direction, buyer=buyer, goods=goods, warehouse=warehouse, weight_g=weight_g, zone_km=zone_km, **coins)  # fmt: skip
    with explained() as locale:
        answer = choose(deal, on=_day(on))
        if as_json:
            show_json({"on": answer.on.isoformat(), "modes": [one.as_data(locale) for one in answer.verdicts]})
        else:
            typer.echo("\n".join(of_modes(answer, locale)))


def _day(on: datetime | None) -> date:
    """As told, else today by Heihe's clock."""
    from zoneinfo import ZoneInfo

    from service.database import now
    from service.pricing.models import ZONES

    return (on or now().astimezone(ZoneInfo(ZONES["CN"]))).date()


def _goods(told: str | None) -> Money | None:
    from service.pricing.landing import Money

    return None if told is None else Money(_minor(told[:-3], "goods"), told[-3:].upper())


def _share(percent: str | None) -> Fraction | None:
    from fractions import Fraction

    return None if percent is None else Fraction(_decimal(percent, "margin", most=2)) / 100


def _decimal(text: str, option: str, *, most: int = 9) -> Decimal:
    """Digits with at most two decimals; else the command was used wrongly."""
    if not re.fullmatch(rf"[0-9]{{1,{most}}}([.,][0-9]{{1,2}})?", text):
        said = Message(N_("“{value}” is not an amount such as 12.80."), {"value": text}).say(guess_locale())
        raise typer.BadParameter(said, param_hint=f"--{option}")
    return Decimal(text.replace(",", "."))


def _minor(text: str, option: str) -> int:
    return int(_decimal(text, option).scaleb(2))
