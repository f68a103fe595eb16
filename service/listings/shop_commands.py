"""`amurlive listing shop`: accounts at channels and their keys; `amurlive listing push`: sending to them what was exported."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.console import explained, progress_bar, say, show_json
from service.errors import DomainError
from service.i18n import N_, Locale, Message
from service.people.operating import opened

if TYPE_CHECKING:  # imported when a command runs: `--help` must stay quick
    from service.listings.connectors import Foreseen, Report
    from service.listings.forms.form import Plan
    from service.listings.models import Shop

__all__ = ["NotForShop", "app", "push", "tell_foreseen", "tell_report"]

app = typer.Typer(
    no_args_is_help=True, help="Shops: accounts at channels, their keys, warehouses, numbers and pictures."
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
ShopKey = Annotated[str, typer.Argument(metavar="SHOP", help="Key of the shop.")]
Csv = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file, UTF-8.")]
Currency = Annotated[str, typer.Option("--currency", help="Currency of the account: RUB, CNY …")]
Vat = Annotated[str, typer.Option("--vat", help="VAT in per cent, none, or auto: as the goods have it.")]
Warehouses = Annotated[
    list[str] | None, typer.Option("--warehouse", help="our-key=their-number; repeat; “our-key=” takes it away.")
]
Extras = Annotated[list[str] | None, typer.Option("--extra", help="A field of the channel for all goods, name=text; repeat; “name=” takes it away.")]  # fmt: skip
PicturesAt = Annotated[str | None, typer.Option("--pictures-at", help="Where pictures lie: https://…/{digest}.{type}")]


class NotForShop(DomainError):
    """A file of requests is not one of this shop's channel."""

    title = N_("{file} holds no requests for {channel}.")
    remedy = N_("Export them for this shop first; the file must be one that an export has written.")


class NotAPair(DomainError):
    """name=value was expected."""

    title = N_("“{text}” is not of the form name=value.")
    remedy = N_("Write the name, an equals sign and the value, without blanks around it.")


@app.command("list")
def list_shops(as_json: AsJson = False) -> None:
    """Every shop with its channel, and whether it has keys. Example: amurlive listing shop list"""
    from service.listings.shops import shop_list

    with explained(), opened() as database, database.reading() as session:
        shown = [_shown(one) for one in shop_list(session)]
    if as_json:
        show_json(shown)
        return
    for one in shown:
        typer.echo(
            f"{one['key']:<24} {one['channel']:<15} {one['currency']} {one['vat']:<5} {'✓' if one['keys'] else '—'}"
        )


@app.command("show")
def show_shop(shop: ShopKey) -> None:
    """Everything about a shop but its keys. Example: amurlive listing shop show ozon-main"""
    from service.listings.shops import find_shop

    with explained(), opened() as database, database.reading() as session:
        show_json(_shown(find_shop(session, shop)))


@app.command("add")
def add(
    shop: ShopKey, channel: Annotated[str, typer.Option("--channel", help="Key of a channel.")], currency: Currency, vat: Vat = "auto",
    warehouse: Warehouses = None, extra: Extras = None, pictures_at: PicturesAt = None,
) -> None:  # fmt: skip
    """Set up a shop. Example: amurlive listing shop add ozon-main --channel ozon --currency RUB --warehouse heihe-bonded=22655170176000"""
    from service.listings.shops import add_shop

    with explained(), opened() as database, database.writing() as session:
        settings = _changed({}, warehouse, extra, pictures_at)
        add_shop(session, key=shop, channel=channel, currency=currency, vat=vat, settings=settings)
        say(N_("The shop “{shop}” is set up."), shop=shop)


@app.command("change")
def change(
    shop: ShopKey, currency: Annotated[str | None, typer.Option("--currency")] = None, vat: Annotated[str | None, typer.Option("--vat")] = None,
    warehouse: Warehouses = None, extra: Extras = None, pictures_at: PicturesAt = None,
) -> None:  # fmt: skip
    """Change what is named and leave the rest. Example: amurlive listing shop change ozon-main --vat 10"""
    from service.listings.shops import change_shop, find_shop

    with explained(), opened() as database, database.writing() as session:
        found = find_shop(session, shop)
        settings = _changed(found.settings, warehouse, extra, pictures_at)
        change_shop(session, found, currency=currency, vat=vat, settings=settings)
        say(N_("The shop “{shop}” is changed."), shop=shop)


@app.command("remove")
def remove(shop: ShopKey, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Remove a shop with its keys, numbers and addresses. Example: amurlive listing shop remove ozon-old --yes"""
    from service.listings.shops import find_shop, remove_shop

    with explained() as locale, opened() as database, database.writing() as session:
        found = find_shop(session, shop)
        if not yes:
            typer.confirm(
                Message(N_("Remove the shop “{shop}” with its keys?"), {"shop": shop}).say(locale), abort=True
            )
        remove_shop(session, found)
        say(N_("The shop “{shop}” is removed."), shop=shop)


@app.command("key")
def key(
    shop: ShopKey, stdin: Annotated[bool, typer.Option("--stdin", help="Read name=value lines instead of asking.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Remove the keys.")] = False,
) -> None:  # fmt: skip
    """Enter the keys of the platform's interface; they are kept encrypted and shown to nobody. Example: amurlive listing shop key ozon-main"""
    from service.listings.sealing import KEY_NAMES, forget_keys, keep_keys
    from service.listings.shops import find_shop
    from service.people.secrets import installation_key
    from service.settings import Settings

    with explained(), opened() as database:
        with database.reading() as session:
            names = KEY_NAMES.get(find_shop(session, shop).channel, ())
        given = (
            {}
            if forget
            else _read_keys()
            if stdin
            else {one: typer.prompt(one, hide_input=one != "kind") for one in names}
        )
        with database.writing() as session:
            found = find_shop(session, shop)
            if forget:
                forget_keys(session, found)
            else:
                keep_keys(session, found, given, installation_key(Settings()))
        say(
            N_("The keys of “{shop}” are removed.") if forget else N_("The keys of “{shop}” are kept, encrypted."),
            shop=shop,
        )


@app.command("refs")
def refs(shop: ShopKey, file: Csv) -> None:
    """Import the platform's numbers: code, kind, value. Example: amurlive listing shop refs wb-main numbers.csv"""
    from service.listings.shops import find_shop, import_refs

    with explained(), opened() as database, database.writing() as session:
        written = import_refs(session, find_shop(session, shop), file.read_bytes(), file.name)
        say(N_("Numbers written: {count}."), count=written)


@app.command("pictures")
def pictures(shop: ShopKey, file: Csv) -> None:
    """Import where pictures lie: digest,url or code,number,url. Example: amurlive listing shop pictures wechat-main pictures.csv"""
    from service.listings.shops import find_shop, import_pictures

    with explained(), opened() as database, database.writing() as session:
        written = import_pictures(session, find_shop(session, shop), file.read_bytes(), file.name)
        say(N_("Addresses written: {count}."), count=written)


def push(
    shop: ShopKey, file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Requests, as an export has written them.")],
    send: Annotated[bool, typer.Option("--send", help="Really send; without it, only tell what would be sent.")] = False,
    patience: Annotated[float, typer.Option("--patience", min=0, help="Seconds to wait for what the platform decides later.")] = 60.0,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Tell what sending a file of requests would take; with --send, send it. Example: amurlive listing push ozon-main out/ozon.json --send"""
    from service.database import now
    from service.listings import connectors
    from service.listings.sealing import keys_of
    from service.listings.shops import Ref, account_of, find_shop, keep_refs
    from service.people.secrets import installation_key
    from service.settings import Settings

    with explained() as locale, opened() as database:
        with database.reading() as session:
            found = find_shop(session, shop)
            plan = _plan(file, found.channel)
            account = account_of(session, found)
            keys = keys_of(found, installation_key(Settings())) if send or found.sealed else None
            kind, day = connectors.connector_of(found.channel), now().date()
        foreseen = connectors.foresee(kind.channel, plan, day, keys.get("kind", "") if keys else "")
        if not send or keys is None:
            if as_json:
                show_json({"steps": [one._asdict() for one in foreseen.steps], "seconds": foreseen.seconds})
            else:
                tell_foreseen(foreseen, locale)
            return
        connector = kind(account, keys, day=day)
        try:
            with progress_bar(N_("Sending")) as progress:
                report = connectors.push(connector, plan, patience=patience, progress=progress)
        finally:
            connector.close()
        with database.writing() as session:
            keep_refs(session, find_shop(session, shop), [Ref(*one) for one in report.learned])
        if as_json:
            show_json(connectors.as_data(report, locale))
        else:
            tell_report(report, locale)
    if not report.clean:
        raise typer.Exit(1)


def tell_foreseen(foreseen: Foreseen, locale: Locale) -> None:
    """What would be sent, call by call, and how long the rates make it take."""
    for one in foreseen.steps:
        typer.echo(f"{one.after:8.1f} s  {one.call}  × {one.items}  {one.bytes / 1000:.1f} kB")
    facts = {"count": len(foreseen.steps), "seconds": round(foreseen.seconds)}
    typer.echo(Message(N_("Requests: {count}; the platform's rates make them take {seconds} s."), facts).say(locale))
    typer.echo(Message(N_("Nothing was sent; add --send to send it.")).say(locale))


def tell_report(report: Report, locale: Locale) -> None:
    """What became of every listing: those that need somebody by name, the others counted."""
    for one in report.outcomes:
        if one.state != "accepted" or one.errors:
            typer.echo(f"{one.code:<28} {Message(_STATES[one.state]).say(locale)}")
            for fault in one.errors:
                typer.echo(f"  {fault.say(locale)}")
    for held in report.held:
        typer.echo(f"{held.code:<28} {held.message.say(locale)} {held.remedy.say(locale)}")
    if report.stopped:
        typer.echo(report.stopped.say(locale))
        typer.echo(Message(N_("Not sent: {codes}"), {"codes": list(report.unsent)}).say(locale))
    counts = {state: report.count(state) for state in ("accepted", "refused", "waiting", "unknown")}
    typer.echo(Message(_COUNTS, counts).say(locale))


_STATES = {
    "accepted": N_("accepted, with remarks"), "refused": N_("refused"), "waiting": N_("not decided yet"), "unknown": N_("unknown whether it arrived"),
}  # fmt: skip
_COUNTS = N_("Accepted: {accepted}; refused: {refused}; not decided yet: {waiting}; unknown: {unknown}.")


def _shown(shop: Shop) -> dict[str, Any]:
    return {
        "key": shop.key, "channel": shop.channel, "currency": shop.currency, "vat": shop.vat, "keys": shop.sealed is not None,
        "settings": shop.settings, "version": shop.version,
    }  # fmt: skip


def _changed(settings: dict[str, Any], warehouses: list[str] | None, extras: list[str] | None, at: str | None) -> dict[str, Any]:  # fmt: skip
    changed = dict(settings)
    for name, pairs in (("warehouses", warehouses), ("extras", extras)):
        kept = dict(changed.get(name, {}))
        for one in pairs or ():
            left, equals, right = one.partition("=")
            if not equals or not left:
                raise NotAPair(text=one)
            kept[left] = right
        changed[name] = {left: right for left, right in kept.items() if right}
    if at is not None:
        changed["pictures_at"] = at
    return changed


def _read_keys() -> dict[str, str]:
    """name=value by lines. What is no pair is not repeated to anybody: it may be a key."""
    pairs = [line.partition("=") for line in sys.stdin.read(20_000).splitlines() if line.strip()]
    return {name.strip(): value for name, equals, value in pairs if equals}


def _plan(file: Path, channel: str) -> Plan:
    import orjson

    from service.listings.forms.form import Plan, Request

    try:
        data = orjson.loads(file.read_bytes())
        if data["channel"] != channel:
            raise NotForShop(file=file.name, channel=channel)
        return Plan(tuple(Request(str(one["call"]), one["body"], ()) for one in data["requests"]))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise NotForShop(file=file.name, channel=channel) from None
