"""Shops: accounts at channels with currency, VAT, warehouses and the channel's own fields; their keys, never shown; numbers and addresses from files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.errors import DomainError, FilesRejected
from service.http.languages import CallerLocale
from service.http.versions import ChangedMeanwhile
from service.i18n import N_, Locale, Message
from service.inventory.models import Place
from service.inventory.places import SELLING, place_list
from service.listings.channels import Channel, channel, channels, fields_to_tell
from service.listings.models import ListingRef, PictureAddress, Shop
from service.listings.sealing import KEY_NAMES, TOKEN_KINDS, forget_keys, keep_keys
from service.listings.shops import (
    VATS,
    ShopRefused,
    add_shop,
    change_shop,
    find_shop,
    import_pictures,
    import_refs,
    remove_shop,
    settings_of,
    shop_list,
)
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.pricing.models import CURRENCIES
from service.web.layout import back, page
from service.web.listings_words import ListingWords
from service.web.posting import Fault, file_name, refusal, today
from service.web.sheets import NoFile

router = APIRouter(route_class=Guarded, prefix="/shops", include_in_schema=False)
Reading = Annotated[Session, reading("listings:read")]
Writing = Annotated[Session, writing("listings:write")]
OURS = [Depends(form_is_ours)]
MOST_BYTES = 20 << 20  # of a CSV file
ShopPath = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
_Typed = Annotated[
    str, Form(max_length=2000, pattern=r"^[^\x00]*$")
]  # judged by the domain: a refusal keeps what was typed
_List = Annotated[list[Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]] | None, Form(max_length=200)]
_Version = Annotated[int, Form(ge=1, lt=2**31)]
_EMPTY = {"key": "", "channel": "", "currency": "", "vat": "auto"}
_SAID = {
    "added": N_("The shop is set up."), "saved": N_("Saved."), "keys": N_("The keys are kept, encrypted; nobody can read them here."),
    "forgotten": N_("The keys are removed."), "removed": N_("The shop is removed; what was exported stays."),
    "refs": N_("The file was taken over."),
}  # fmt: skip
_WRITTEN, _LINE = N_("Lines written: {count}."), N_("line {number}")
KEY_LABELS: Mapping[str, str] = {
    "client_id": "Client-Id", "api_key": "Api-Key", "token": "Token", "kind": N_("Kind of the token"), "app_key": "app_key",
    "app_secret": "app_secret", "access_token": "access_token",
}  # fmt: skip
_TOKEN_NAMES = {"personal": N_("personal token"), "service": N_("service token"), "basic": N_("basic token")}
_PLACES = {
    "key": N_("Name in the address"), "currency": N_("Currency of the account"), "vat": N_("VAT"),
    "pictures_at": N_("Where pictures lie"), "warehouses": N_("Warehouses"), "extras": N_("The channel's own fields"),
}  # fmt: skip


class ChangedHere(ChangedMeanwhile):
    """Somebody else has saved the form since it was opened."""

    remedy = N_(
        "What you typed still stands below. Open the page anew to see what is there now; save once more if yours is to hold."
    )


@router.get("")
def shops(
    session: Reading, request: Request, locale: CallerLocale, said: str = "", channel: Annotated[str, Query(max_length=40)] = ""
) -> HTMLResponse:  # fmt: skip
    """All shops, and the form to set one up, for a channel if one is named."""
    return _shops(session, request, locale, said=said, typed=_EMPTY | {"channel": channel})


def _shops(session: Session, request: Request, locale: Locale, status: int = 200, **values: Any) -> HTMLResponse:
    given = {"said": "", "fault": None, "typed": _EMPTY} | values
    return page(
        request, locale, "shops.html", status, shops=shop_list(session), channels=list(channels().values()), vats=VATS,
        currencies=sorted({*CURRENCIES.values(), "USD", "EUR"}), says=ListingWords(locale), done=_said(given.pop("said"), locale), **given,
    )  # fmt: skip


@router.post("", dependencies=OURS)
def add(
    session: Writing, request: Request, locale: CallerLocale, key: _Typed = "", channel_key: Annotated[_Typed, Form(alias="channel")] = "",
    currency: _Typed = "", vat: _Typed = "auto",
) -> Response:  # fmt: skip
    """Set up a shop; its own fields are told on its page."""
    typed = {"key": key.strip(), "channel": channel_key, "currency": currency, "vat": vat}
    try:
        with session.begin_nested():
            where = channel(channel_key)
            named = typed["key"] or _free_key(session, where)
            told = currency or CURRENCIES["CN" if where.content.market == "CN" else "RU"]
            shop = add_shop(session, key=named, channel=where.key, currency=told, vat=vat)
    except DomainError as error:
        fault = _fault(session, error, locale)
        return _shops(session, request, locale, fault.status, typed=typed, fault=fault)
    return back(f"/shops/{shop.key}", "added")


def _free_key(session: Session, where: Channel) -> str:
    """A name nobody has typed: the channel's, with a number where that is taken."""
    stem = where.key.replace("_", "-")
    taken = {one.key for one in shop_list(session)}
    return next(one for one in (stem, *(f"{stem}-{number}" for number in range(2, 1000))) if one not in taken)


@router.get("/{key}")
def one(
    session: Reading, request: Request, locale: CallerLocale, key: ShopPath, said: str = "", count: int = 0
) -> HTMLResponse:
    """One shop: everything about it but its keys."""
    return _one(session, request, locale, find_shop(session, key), said=said, count=count)


@router.get("/{key}/{form}")
@router.get("/{key}/{form}/uploads")
def again(_session: Reading, locale: CallerLocale, key: ShopPath, form: str) -> Response:
    """Where a refused form stands; read in another language it begins anew."""
    return RedirectResponse(f"/shops/{key}?lang={locale}", status_code=303)


def _one(
    session: Session, request: Request, locale: Locale, shop: Shop, status: int = 200, *, said: str = "", count: int = 0, **values: Any
) -> HTMLResponse:  # fmt: skip
    where = channel(shop.channel)
    settings = settings_of(shop)
    typed = {
        "currency": shop.currency, "vat": shop.vat, "warehouses": settings.warehouses, "extras": settings.extras,
        "pictures_at": settings.pictures_at, "version": shop.version,
    }  # fmt: skip
    numbers = {
        name: session.scalar(select(func.count()).select_from(table).where(table.shop_id == shop.id)) or 0
        for name, table in (("refs", ListingRef), ("pictures", PictureAddress))
    }
    done = _said(said, locale)
    if said == "refs":
        done = f"{done} {Message(_WRITTEN, {'count': count}).say(locale)}"
    given = {"fault": None, "refused": "", "typed": typed} | values
    return page(
        request, locale, "shop.html", status, shop=shop, where=where, vats=VATS, numbers=numbers, done=done,
        sites=_sites(session, settings.warehouses), tell=fields_to_tell(where, today(locale)), own=where.own, strange=_strange(where, settings.extras),
        key_names=KEY_NAMES.get(where.key, ()), key_labels={one: Message(name).say(locale) for one, name in KEY_LABELS.items()},
        token_kinds={one: Message(_TOKEN_NAMES.get(one, one)).say(locale) for one in TOKEN_KINDS}, says=ListingWords(locale), **given,
    )  # fmt: skip


def _sites(session: Session, named: Mapping[str, str]) -> list[Place]:
    """Warehouses that sell, as wholes, and what the shop names besides."""
    places = {one.key: one for one in place_list(session)}
    keys = dict.fromkeys(one.site or one.key for one in places.values() if one.kind in (*SELLING, "bonded"))
    return [places[key] for key in (*keys, *(one for one in named if one not in keys)) if key in places]


def _strange(where: Channel, extras: Mapping[str, str]) -> list[str]:
    """Fields the shop tells that the channel's file does not explain."""
    known = {"brand", *(one.name for one in fields_to_tell(where))}
    return [one for one in extras if one not in known]


@router.post("/{key}", dependencies=OURS)
def change(
    session: Writing, request: Request, locale: CallerLocale, key: ShopPath, version: _Version, currency: _Typed = "", vat: _Typed = "",
    place: _List = None, number: _List = None, field: _List = None, value: _List = None, pictures_at: _Typed = "",
) -> Response:  # fmt: skip
    """Change a shop; an empty number or field is taken out."""
    warehouses = dict(zip(place or [], (one.strip() for one in number or []), strict=False))
    extras = dict(zip(field or [], (one.strip() for one in value or []), strict=False))
    typed = {
        "currency": currency, "vat": vat, "warehouses": warehouses, "extras": extras, "pictures_at": pictures_at.strip(), "version": version,
    }  # fmt: skip
    shop = find_shop(session, key)

    def work() -> str:
        settings = {
            "warehouses": {one: text for one, text in warehouses.items() if text},
            "extras": {one: text for one, text in extras.items() if text}, "pictures_at": typed["pictures_at"],
        }  # fmt: skip
        if version != shop.version:
            raise ChangedHere()
        change_shop(session, shop, version=version, currency=currency.strip().upper(), vat=vat, settings=settings)
        return "saved"

    return _act(session, request, locale, shop, "change", work, typed=typed | {"version": shop.version})


@router.post("/{key}/keys", dependencies=OURS)
def keys(
    session: Writing, request: Request, locale: CallerLocale, key: ShopPath, name: _List = None,
    value: Annotated[list[str] | None, Form(max_length=20)] = None,
) -> Response:  # fmt: skip
    """Keep the platform's keys, sealed. They are never shown again, nor in a refusal."""
    shop = find_shop(session, key)
    given = dict(zip(name or [], value or [], strict=False))

    def work() -> str:
        keep_keys(session, shop, given, request.app.state.key)
        return "keys"

    return _act(session, request, locale, shop, "keys", work)


@router.post("/{key}/forget", dependencies=OURS)
def forget(session: Writing, request: Request, locale: CallerLocale, key: ShopPath) -> Response:
    """Remove a shop's keys."""
    shop = find_shop(session, key)

    def work() -> str:
        forget_keys(session, shop)
        return "forgotten"

    return _act(session, request, locale, shop, "keys", work)


@router.post("/{key}/remove", dependencies=OURS)
def remove(session: Writing, key: ShopPath) -> Response:
    """Remove a shop with its keys, numbers and addresses."""
    remove_shop(session, find_shop(session, key))
    return back("/shops", "removed")


@router.post("/{key}/refs/uploads", dependencies=OURS)
def refs(
    session: Writing, request: Request, locale: CallerLocale, key: ShopPath, file: Annotated[UploadFile | None, File()] = None
) -> Response:  # fmt: skip
    """The platform's numbers of our goods, from a CSV file."""
    return _import(session, request, locale, key, file, "refs", import_refs)


@router.post("/{key}/pictures/uploads", dependencies=OURS)
def pictures(
    session: Writing, request: Request, locale: CallerLocale, key: ShopPath, file: Annotated[UploadFile | None, File()] = None
) -> Response:  # fmt: skip
    """Where pictures lie for the platform, from a CSV file."""
    return _import(session, request, locale, key, file, "pictures", import_pictures)


def _import(
    session: Session, request: Request, locale: Locale, key: str, file: UploadFile | None, refused: str,
    take: Callable[[Session, Shop, bytes, str], int],
) -> Response:  # fmt: skip
    shop = find_shop(session, key)
    counted = []

    def work() -> str:
        if file is None or not file.filename:
            raise NoFile()
        counted.append(take(session, shop, file.file.read(MOST_BYTES), file_name(file)))
        return "refs"

    answer = _act(session, request, locale, shop, refused, work)
    if counted and answer.status_code == 303:
        answer.headers["location"] += f"&count={counted[0]}"
    return answer


def _act(
    session: Session, request: Request, locale: Locale, shop: Shop, refused: str, work: Callable[[], str], **values: Any
) -> Response:  # fmt: skip
    """Do it and go back to the shop; or its page with the fault beside the form and all that was typed."""
    try:
        with session.begin_nested():
            said = work()
    except DomainError as error:
        fault = _fault(session, error, locale)
        return _one(session, request, locale, shop, fault.status, fault=fault, refused=refused, **values)
    return back(f"/shops/{shop.key}", said)


def _fault(session: Session, error: DomainError, locale: Locale) -> Fault:
    """Why a form came back: fields by their names, faults of a file by their lines."""
    if isinstance(error, FilesRejected):
        places = [
            f"{Message(_LINE, {'number': one.line}).say(locale)}{f' · {one.key}' if one.key else ''}"
            f"{f' [{one.value}]' if one.value else ''}: {one.what.say(locale)} {one.remedy.say(locale)}"
            for one in error.problems
        ]
        count = len(error.problems)
        words = Message(N_("The file holds {count} fault; nothing was taken over."), {"count": count}, N_("The file holds {count} faults; nothing was taken over."), count)  # fmt: skip
        return Fault(error.status, words.say(locale), places)
    if isinstance(error, ShopRefused):
        error.facts["place"] = _place(str(error.facts["place"]), locale)
    return refusal(session, error, locale, {})


def _place(path: str, locale: Locale) -> str:
    head, _, rest = path.partition(".")
    name = Message(_PLACES.get(head, head)).say(locale)
    return f"{name} · {rest}" if rest else name


def _said(said: str, locale: Locale) -> str:
    return Message(_SAID[said]).say(locale) if said in _SAID else ""
