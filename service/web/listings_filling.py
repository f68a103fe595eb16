"""Templates of back offices: sent, filled with our listings by a job, fetched again with a report; columns nobody knew are named by hand."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.catalog.sheets.taking import find_upload, keep_upload
from service.errors import DomainError, NotFound
from service.http.kinds import Id
from service.http.languages import CallerLocale
from service.i18n import N_, Locale, Message
from service.jobs.api import shown
from service.jobs.models import STATE_NAMES, Job
from service.jobs.ordering import find_job, order
from service.listings.channels import channel as find_channel
from service.listings.channels import channels
from service.listings.filling.headers import FIELDS
from service.listings.gathering import find_card
from service.listings.jobs import FillWanted
from service.listings.listing import FIELDS as LISTED
from service.listings.shops import find_shop, shop_list
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.layout import back, page
from service.web.listings_words import ListingWords
from service.web.posting import Fault, file_name, refusal
from service.web.sheets import NoFile

router = APIRouter(route_class=Guarded, prefix="/listings/fill", include_in_schema=False)
Reading = Annotated[Session, reading("listings:read")]
Writing = Annotated[Session, writing("listings:write")]
OURS = [Depends(form_is_ours)]
ASKED = 80  # columns that can be named by hand on the page
_Word = Annotated[str, Form(max_length=60, pattern=r"^[A-Za-z0-9_-]*$")]
_Words = Annotated[str, Form(max_length=30_000, pattern=r"^[^\x00]*$")]
_OTHER = {
    "group": N_("number that joins variants"), "currency": N_("currency"), "dimensions": N_("length, width and height together"),
    "picture.main": N_("main picture"), "picture.rest": N_("other pictures"), "pictures": N_("all pictures"),
    "bullets": N_("selling points"), "tags": N_("tags"), "tall_pictures": N_("tall pictures"), "detail_pictures": N_("detail pictures"),
}  # fmt: skip
_EMPTY = {"channel": "", "shop": "", "market": "", "products": ""}


@router.get("")
def fill(session: Reading, request: Request, locale: CallerLocale, channel: str = "") -> HTMLResponse:
    """The form to send a template."""
    return _fill(session, request, locale, typed=_EMPTY | {"channel": channel[:40]})


@router.get("/uploads")
def again(_session: Reading, locale: CallerLocale) -> Response:
    """Where a refused form stands; read in another language it begins anew."""
    return RedirectResponse(f"/listings/fill?lang={locale}", status_code=303)


def _fill(session: Session, request: Request, locale: Locale, status: int = 200, **values: Any) -> HTMLResponse:
    given = {"typed": _EMPTY, "fault": None, "file": ""} | values
    return page(
        request, locale, "listings_fill.html", status, channels=list(channels().values()), shops=shop_list(session),
        most=request.app.state.settings.max_upload >> 20, says=ListingWords(locale), **given,
    )  # fmt: skip


@router.post("/uploads", dependencies=OURS)
def send(
    session: Writing, request: Request, locale: CallerLocale, file: Annotated[UploadFile | None, File()] = None, channel: _Word = "",
    shop: _Word = "", market: _Word = "", products: _Words = "",
) -> Response:  # fmt: skip
    """Keep the template and have it filled."""
    typed = {"channel": channel, "shop": shop, "market": market, "products": products}
    name = file_name(file) if file and file.filename else ""
    try:
        with session.begin_nested():
            if file is None or not name:
                raise NoFile()
            where = find_channel(channel)
            if shop:
                find_shop(session, shop)
            goods = [one for one in re.split(r"[\s,;，；、]+", products) if one]
            for one in goods:
                find_card(session, one)
            kept = keep_upload(session, name=name, content=file.file.read())
            wanted = FillWanted.model_validate(
                {"upload": kept.id, "channel": where.key, "shop": shop or None, "products": goods or None, "locale": locale,
                 "market": market or None if where.content.market == "any" else None}
            )  # fmt: skip
            job = order(session, kind="listings.fill", parameters=wanted)
    except (DomainError, ValidationError) as error:
        fault = refusal(session, error, locale, {"products": N_("Only these cards or SKUs")})
        return _fill(session, request, locale, fault.status, typed=typed, fault=fault, file=name)
    return back(f"/listings/fill/{job.id}")


@router.get("/{job}")
def filled(session: Reading, request: Request, locale: CallerLocale, job: Id) -> HTMLResponse:
    """How far it is; then the filled file with its report."""
    return _filled(session, request, locale, _followed(session, job))


@router.get("/{job}/columns")
def columns_again(_session: Reading, locale: CallerLocale, job: Id) -> Response:
    """Where a refused form stands."""
    return RedirectResponse(f"/listings/fill/{job}?lang={locale}", status_code=303)


def _followed(session: Session, job: int) -> Job:
    found = find_job(session, job)
    if found.kind != "listings.fill":
        raise NotFound(kind=Message(N_("The template")), name=str(job))
    return found


def _filled(
    session: Session, request: Request, locale: Locale, found: Job, status: int = 200, *, fault: Fault | None = None
) -> HTMLResponse:
    wanted = FillWanted.model_validate(found.parameters)
    try:
        name = find_upload(session, wanted.upload).name
    except NotFound:
        name = ""
    states = {state: Message(text).say(locale) for state, text in STATE_NAMES.items()}
    return page(
        request, locale, "listings_filled.html", status, job=shown(found, locale, request.app.state.queue), states=states, fault=fault,
        report=found.result if found.state == "done" else None, wanted=wanted, name=name, fields=_fields(wanted, locale), asked=ASKED,
        says=ListingWords(locale),
    )  # fmt: skip


def _fields(wanted: FillWanted, locale: Locale) -> list[tuple[str, str]]:
    """What a column may hold, by name, in the order of the words; the channel's own fields after those of every listing."""
    where = find_channel(wanted.channel)
    named = {one: Message(_OTHER[one] if one in _OTHER else LISTED[one].label).say(locale) for one in FIELDS}
    own = {one: where.label(one).say(locale) for one in sorted(where.fields) if one.startswith("extra.")}
    return [
        (key, name[:1].upper() + name[1:]) for key, name in sorted(named.items(), key=lambda one: one[1].lower())
    ] + list(own.items())


@router.post("/{job}/columns", dependencies=OURS)
def columns(
    session: Writing, request: Request, locale: CallerLocale, job: Id,
    header: Annotated[list[str] | None, Form(max_length=500)] = None,
    field: Annotated[list[str] | None, Form(max_length=500)] = None,
) -> Response:  # fmt: skip
    """Say what columns mean, and fill the same template again."""
    found = _followed(session, job)
    before = FillWanted.model_validate(found.parameters)
    said = {one: meant for one, meant in zip(header or [], field or [], strict=False) if meant}
    try:
        with session.begin_nested():
            find_upload(session, before.upload)
            wanted = FillWanted.model_validate(
                before.model_dump() | {"mapping": before.mapping | said, "locale": locale}
            )
            again = order(session, kind="listings.fill", parameters=wanted)
    except (DomainError, ValidationError) as error:
        fault = refusal(session, error, locale, {})
        return _filled(session, request, locale, found, fault.status, fault=fault)
    return back(f"/listings/fill/{again.id}")
