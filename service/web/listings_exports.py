"""Exports: what a channel would be told anew, looked at first; made, kept and fetched as the file the channel takes; those of before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NamedTuple

import orjson
from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.errors import DomainError, NotFound
from service.http.kinds import Id
from service.http.languages import CallerLocale
from service.http.paging import After
from service.i18n import N_, Locale, Message
from service.jobs.api import shown
from service.jobs.models import STATE_NAMES
from service.jobs.ordering import find_job, order
from service.listings.channels import channel as find_channel
from service.listings.channels import channels
from service.listings.exporting import Export, record_export
from service.listings.forms.form import ApiForm
from service.listings.forms.registry import form_for, forms
from service.listings.jobs import MOST_CARDS, ExportWanted, TooManyCards, export_of
from service.listings.models import ListingExport, Shop
from service.listings.remaking import export_page, find_export, told_in
from service.listings.shops import shop_list
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.layout import back, page
from service.web.listings_words import KINDS, ListingWords
from service.web.posting import Fault, Key, Said, names_in, new_key, once, refusal

router = APIRouter(route_class=Guarded, prefix="/listings/export", include_in_schema=False)
Reading = Annotated[Session, reading("listings:read")]
Writing = Annotated[Session, writing("listings:write")]
OURS = [Depends(form_is_ours)]
SHOWN = 50  # changes, and codes held back, told one by one
PLACES = 12  # places of one listing that differ
SHORT = 160  # characters of a value
_Word = r"^[a-z0-9_-]*$"
Word = Annotated[str, Query(max_length=60, pattern=_Word)]
Typed = Annotated[str, Form(max_length=60, pattern=r"^[A-Za-z0-9_-]*$")]
ENDINGS: Mapping[str, tuple[str, ...]] = {"generic": ("", "jsonl", "tsv", "xml")}
_ENDING_NAMES = {"": "JSON-LD", "jsonl": "JSON Lines", "tsv": "TSV (Google)", "xml": "RSS (Google)"}
_EMPTY: dict[str, Any] = {"channel": "", "shop": "", "kind": "cards", "market": "", "ending": "", "everything": False}


class Goods(NamedTuple):
    """What a code of an export is called, and the key of its card; without one, the goods are no longer there."""

    name: str
    card: str


class Value(NamedTuple):
    """One place of a listing that says something else, short enough to read."""

    path: str
    before: str
    after: str


@router.get("")
def exports(
    session: Reading, request: Request, locale: CallerLocale, channel: Word = "", shop: Word = "", kind: Word = "cards",
    market: Annotated[str, Query(max_length=2, pattern=r"^(CN|RU)?$")] = "", ending: Word = "", everything: bool = False,
    after: After = None,
) -> HTMLResponse:  # fmt: skip
    """Choose a channel; what it would be told; what was exported before."""
    wanted = {
        "channel": channel,
        "shop": shop,
        "kind": kind,
        "market": market,
        "ending": ending,
        "everything": everything,
    }
    made, fault, many = None, None, False
    if channel:
        try:
            made = export_of(session, _wanted(wanted, locale), most=MOST_CARDS)
        except TooManyCards as error:
            fault, many = _fault(session, error, locale, status=200), True
        except (DomainError, ValidationError) as error:
            fault = _fault(session, error, locale)
    return _exports(session, request, locale, fault.status if fault else 200, wanted=wanted, made=made, fault=fault, many=many, after=after)  # fmt: skip


def _exports(
    session: Session, request: Request, locale: Locale, status: int = 200, *, after: str | None = None, **values: Any
) -> HTMLResponse:  # fmt: skip
    given: dict[str, Any] = {"wanted": _EMPTY, "made": None, "fault": None, "many": False} | values
    made: Export | None = given["made"]
    channel = given["wanted"]["channel"]
    rows, following = export_page(session, channel=channel or None, after=after, limit=20)
    where = channels().get(channel)
    codes = [one.code for one in made.told.changed[:SHOWN]] + list(_held(made))[:SHOWN] if made else []
    return page(
        request, locale, "listings_export.html", status, rows=rows, following=following, where=where, key=new_key(),
        channels=[channels()[one] for one in forms() if one in channels()], shops=_by_channel(shop_list(session)), kinds=KINDS,
        asks=where is not None and channel in forms() and isinstance(form_for(where), ApiForm), endings=_endings(channel),
        held=_held(made) if made else {}, counts=_counts(made) if made else {}, different=_different, shown=SHOWN, goods=_goods(session, codes, locale),
        says=ListingWords(locale), **given,
    )  # fmt: skip


def _endings(channel: str) -> dict[str, str]:
    return {one: _ENDING_NAMES[one] for one in ENDINGS.get(channel, ())}


def _wanted(values: Mapping[str, Any], locale: Locale) -> ExportWanted:
    """What was chosen. Raises `NotFound` for what no list offers, `ValidationError`."""
    where = find_channel(values["channel"])
    kind, ending = values["kind"] or "cards", values["ending"] if values["channel"] in ENDINGS else ""
    if kind not in KINDS:
        raise NotFound(kind=Message(N_("The kind of export")), name=kind, known=KINDS)
    if ending not in ("", *_ENDING_NAMES):
        raise NotFound(kind=Message(N_("The form of file")), name=ending, known=_ENDING_NAMES)
    market = values["market"] or None if where.content.market == "any" else None
    return ExportWanted.model_validate(
        {"channel": where.key, "shop": values["shop"] or None, "kind": kind, "market": market, "ending": ending,
         "everything": bool(values["everything"]), "locale": locale}
    )  # fmt: skip


def _by_channel(shops: Iterable[Shop]) -> dict[str, list[Shop]]:
    found: dict[str, list[Shop]] = {}
    for one in shops:
        found.setdefault(one.channel, []).append(one)
    return found


def _held(made: Export) -> dict[str, list[tuple[Message, Message]]]:
    """Why each code is held back; what is wrong with it, and what to do."""
    found: dict[str, list[tuple[Message, Message]]] = {}
    for one in made.held:
        found.setdefault(one.code, []).append((one.message, one.remedy))
    return found


def _counts(made: Export) -> dict[str, int]:
    whats = [one.what for one in made.told.changed]
    return {what: whats.count(what) for what in ("new", "changed", "gone")} | {"unchanged": made.told.unchanged}


def _different(change: Any) -> tuple[list[Value], int]:
    """The first places where a listing differs, and how many more there are."""
    found = change.differences
    return [Value(one.path, _short(one.before), _short(one.after)) for one in found[:PLACES]], max(
        0, len(found) - PLACES
    )


def _short(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _goods(session: Session, codes: Iterable[str], locale: Locale) -> dict[str, Goods]:
    """Names of what is exported: of SKUs, and of cards whose SKUs are variants of one listing."""
    wanted = set(codes)
    skus = skus_by_code(session, wanted, with_texts=True) if wanted else {}
    names = names_in(session, skus.values(), locale) if skus else {}
    return {code: Goods(names[code], sku.product.key) for code, sku in skus.items()} | {
        code: Goods(code, code) for code in wanted - set(skus)
    }


@router.post("", dependencies=OURS)
def make(
    session: Writing, request: Request, locale: CallerLocale, key: Key, channel: Typed = "", shop: Typed = "", kind: Typed = "cards",
    market: Typed = "", ending: Typed = "", everything: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Make the export and write down what it says; more cards than one request takes are a job."""
    wanted = {
        "channel": channel,
        "shop": shop,
        "kind": kind,
        "market": market,
        "ending": ending,
        "everything": everything,
    }
    asked: ExportWanted | None = None

    def work() -> Said:
        nonlocal asked
        asked = _wanted(wanted, locale)
        try:
            made = export_of(session, asked, most=MOST_CARDS)
        except TooManyCards:
            return Said(to=f"/listings/export/jobs/{order(session, kind='listings.export', parameters=asked).id}")
        tail = f"?ending={asked.ending}" if asked.ending else ""
        return Said(to=f"/listings/export/{record_export(session, made).id}{tail}")

    try:
        done = once(request, session, key, wanted, work)
    except (DomainError, ValidationError) as error:
        fault = _fault(session, error, locale)
        return _exports(session, request, locale, fault.status, wanted=wanted, fault=fault)
    return back(done.to)


@router.get("/jobs/{job}")
def under_way(session: Reading, request: Request, locale: CallerLocale, job: Id) -> Response:
    """An export that is being made; when it is, the export itself."""
    found = find_job(session, job)
    if found.kind != "listings.export":
        raise NotFound(kind=Message(N_("The export")), name=str(job))
    if found.state == "done" and found.result and found.result.get("export"):
        return RedirectResponse(f"/listings/export/{found.result['export']}", status_code=303)
    states = {state: Message(name).say(locale) for state, name in STATE_NAMES.items()}
    return page(
        request, locale, "listings_export_job.html", job=shown(found, locale, request.app.state.queue), states=states
    )


@router.get("/{number}")
def one(
    session: Reading, request: Request, locale: CallerLocale, number: Id, ending: Word = "",
) -> HTMLResponse:  # fmt: skip
    """One export: what it told, what was held back, and its file."""
    export = find_export(session, number)
    told = told_in(session, export)
    codes = [one.code for one in told[:SHOWN]] + list(export.held)[:SHOWN]
    return page(
        request, locale, "listings_exported.html", export=export, told=told, where=channels().get(export.channel), shown=SHOWN,
        held=dict(sorted(export.held.items())), goods=_goods(session, codes, locale), endings=_endings(export.channel) if export.kind == "cards" else {},
        ending=ending if ending in _endings(export.channel) else "", says=ListingWords(locale),
        asks=_takes_requests(export),
    )  # fmt: skip


def _takes_requests(export: ListingExport) -> bool:
    return export.channel in forms() and isinstance(form_for(find_channel(export.channel)), ApiForm)


def _fault(
    session: Session, error: DomainError | ValidationError, locale: Locale, *, status: int | None = None
) -> Fault:
    found = refusal(session, error, locale, {})
    return Fault(status or found.status, found.said, found.places)
