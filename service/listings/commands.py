"""`amurlive listing`: how goods would be listed in a channel, and what stands against it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from service.console import explained, say, show_json
from service.i18n import N_, Locale, Message
from service.people.operating import opened

if TYPE_CHECKING:  # imported when a command runs: `--help` must stay quick
    from service.listings.channels import Channel
    from service.listings.checking import Verdict
    from service.listings.composing import Composed
    from service.listings.reasons import Reason

app = typer.Typer(
    no_args_is_help=True, help="Listings of goods for marketplaces: composed from cards, checked, explained."
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
ChannelOption = Annotated[str, typer.Option("--channel", help="Key of a channel; see “amurlive listing channels”.")]
SomeChannels = Annotated[list[str] | None, typer.Option("--channel", help="Only this channel; may be repeated.")]
SomeProducts = Annotated[
    list[str] | None, typer.Option("--product", help="Only this SKU's or key's card; may be repeated.")
]
MarketOption = Annotated[
    Literal["cn", "ru"] | None,
    typer.Option("--market", help="Market, for a channel that sells in both; default: the card's first."),
]
OnOption = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day whose rules count; default: today.")
]


@app.command()
def channels(
    fields: Annotated[bool, typer.Option("--fields", help="What a seller has to tell each channel, and where to find it.")] = False,
    older_than: Annotated[int | None, typer.Option("--older-than", min=1, help="Rules nobody has checked for so many days.")] = None,
    channel: SomeChannels = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """List the channels with market, languages and level of verification. Example: amurlive listing channels --fields --channel ozon"""
    from service.database import now
    from service.listings.channels import channel as find
    from service.listings.channels import channels as known
    from service.listings.channels import fields_to_tell, stale_rules

    with explained() as locale:
        chosen = [find(one) for one in channel] if channel else list(known().values())
    own = "ru" if locale == "ru" else "zh"
    if older_than is not None:
        stale = [one for one in stale_rules(now().date(), older_than) if one.channel in {each.key for each in chosen}]
        if as_json:
            show_json([{"channel": one.channel, "rule": one.rule.id, "days": one.days} for one in stale])
            return
        for late in stale:
            typer.echo(f"{late.days:>6}  {late.channel:<15} {late.rule.id}")
        return
    if as_json:
        shown = [one.content.model_dump(mode="json", include=set(_SHOWN)) for one in chosen]
        for place, entry in zip(chosen, shown, strict=True):
            if fields:
                entry["fields"] = [
                    {"name": each.name, "zh": each.says.zh, "ru": each.says.ru, "required": each.required}
                    for each in fields_to_tell(place)
                ]
        show_json(shown)
        return
    for each in chosen:
        one = each.content
        typer.echo(
            f"{one.key:<15} {one.market:<4} {','.join(one.languages):<9} {one.verification:<16} {getattr(one.name, own)}"
        )
        for told in fields_to_tell(each) if fields else ():
            choices = each.own[f"extra.{told.name}"].choices
            typer.echo(
                f"  {'*' if told.required else ' '} {told.name:<20} {getattr(told.says, own)}{' · ' + ' | '.join(choices) if choices else ''}"
            )


_SHOWN = ("key", "name", "direction", "market", "languages", "verification", "revision")


@app.command()
def compose(
    product: Annotated[str, typer.Argument(metavar="SKU_OR_KEY", help="Code of a SKU, or key of a card.")],
    channel: ChannelOption, market: MarketOption = None, on: OnOption = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Show how goods would be listed, what did not fit and what was left out. Example: amurlive listing compose RU-ALENKA-90 --channel ozon"""
    from service.compliance.entries import Market
    from service.listings.channels import channel as find
    from service.listings.composing import compose as write
    from service.listings.gathering import find_card, gather, market_for
    from service.listings.patterns import pattern_for

    wanted: Market | None = None if market is None else "CN" if market == "cn" else "RU"
    with explained() as locale, opened() as database, database.reading() as session:
        card, code = find_card(session, product)
        where = find(channel)
        goods = gather(session, [card], market_for(where, card, wanted))[card.key]
        made = write(goods, where, pattern_for(channel, goods.language), as_of=_day(on))
        found = [one for one in made if code is None or one.listing.variants or one.listing.code == code]
        if as_json:
            show_json([_composed(one) for one in found])
            return
        for one in found:
            _show(one, locale)


@app.command()
def check(
    channel: SomeChannels = None, product: SomeProducts = None, on: OnOption = None, as_json: AsJson = False
) -> None:
    """Tell for each card and channel whether it may be listed, and why not; exit code 1 if anything is blocked.

    Example: amurlive listing check --channel ozon --product RU-ALENKA-90
    """
    from service.listings.channels import channel as find
    from service.listings.channels import channels as known
    from service.listings.checking import matrix
    from service.listings.gathering import cards, find_card

    with explained() as locale, opened() as database, database.reading() as session:
        chosen: list[Channel] = [find(one) for one in channel] if channel else list(known().values())
        keys = [find_card(session, one)[0].key for one in product] if product else None
        verdicts = matrix(session, cards(session, keys), chosen, _day(on))
        if as_json:
            show_json([_verdict(one, locale) for one in verdicts])
        else:
            for one in verdicts:
                _tell(one, locale)
            states = [one.state for one in verdicts]
            counts = {state: states.count(state) for state in ("ready", "warnings", "blocked")}
            say(N_("Ready: {ready}; with warnings: {warnings}; blocked: {blocked}."), **counts)
    if any(one.state == "blocked" for one in verdicts):
        raise typer.Exit(1)


def _day(on: datetime | None) -> date:
    from service.database import now

    return on.date() if on else now().date()


def _show(one: Composed, locale: Locale) -> None:
    from service.listings.listing import label

    listing = one.listing
    typer.echo(f"== {listing.code}")
    for name in ("title", "short_title", "brand", "description"):
        if text := getattr(listing, name):
            typer.echo(f"{label(name).say(locale)}: {text}")
    for name in ("bullets", "tags"):
        for text in getattr(listing, name):
            typer.echo(f"{label(name).say(locale)}: {text}")
    for name, text in listing.attributes.items():
        typer.echo(f"  {name}: {text}")
    for variant in listing.variants:
        typer.echo(f"  {variant.code}: {', '.join(variant.options.values())}")
    for dropped in one.dropped:
        words = {"slot": label(dropped.slot), "words": dropped.words}
        typer.echo(Message(N_("Did not fit ({slot}): {words}"), words).say(locale))
    for left in one.left_out:
        facts = {"slot": label(left.slot), "facts": list(left.facts)}
        typer.echo(Message(N_("Left out ({slot}), for the card does not tell: {facts}"), facts).say(locale))


def _tell(verdict: Verdict, locale: Locale) -> None:
    typer.echo(f"{verdict.product:<26} {verdict.channel:<15} {Message(_STATES[verdict.state]).say(locale)}")
    for one in verdict.reasons:
        typer.echo(f"  {'×' if one.blocks else '!'} {one.message.say(locale)} {one.remedy.say(locale)}")


_STATES = {
    "ready": N_("ready to be listed"),
    "warnings": N_("can be listed, with warnings"),
    "blocked": N_("cannot be listed"),
}


def _composed(one: Composed) -> dict[str, Any]:
    listing = asdict(one.listing) | {"goods": sorted(one.listing.goods)}
    return {
        "listing": listing,
        "dropped": [item._asdict() for item in one.dropped],
        "left_out": [item._asdict() for item in one.left_out],
    }


def _verdict(one: Verdict, locale: Locale) -> dict[str, Any]:
    return {
        "product": one.product, "channel": one.channel, "market": one.market, "state": one.state,
        "reasons": [_reason(reason, locale) for reason in one.reasons],
    }  # fmt: skip


def _reason(one: Reason, locale: Locale) -> dict[str, Any]:
    return {
        "blocks": one.blocks, "kind": one.kind, "code": one.code, "place": one.place,
        "message": one.message.say(locale), "remedy": one.remedy.say(locale),
    }  # fmt: skip
