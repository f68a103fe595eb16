"""Brand lines with their stories, licences, and the papers of goods: what covers what, and what ends soon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.authored import words_for
from service.catalog.brands.api import BrandShown, brand_shown, today
from service.catalog.brands.expiring import expiring
from service.catalog.brands.files import paper_kinds
from service.catalog.brands.keeping import brand_page, find_brand
from service.catalog.brands.licensing import LicenceGiven, grant, uncovered
from service.catalog.brands.papers import CertificateGiven, check_paper, keep_paper, paper_page
from service.catalog.families import families
from service.catalog.places import places
from service.errors import DomainError
from service.http.kinds import KeyPath
from service.http.languages import CallerLocale
from service.http.paging import After
from service.i18n import N_, Locale, Message
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.people.reach import organisation_of
from service.web.layout import back, page

router = APIRouter(route_class=Guarded, include_in_schema=False)
Reading = Annotated[Session, reading("catalogue:read")]
Writing = Annotated[Session, writing("catalogue:write")]
OURS = [Depends(form_is_ours)]
_Short = Annotated[str, Form(max_length=160)]
_Long = Annotated[str, Form(max_length=2000)]


@router.get("/brands")
def brands(session: Reading, request: Request, locale: CallerLocale) -> HTMLResponse:
    """All brand lines, what ends soon, and what is sold without a licence."""
    rows, _ = brand_page(session, after=None, limit=200)
    return page(
        request, locale, "brands.html", brands=[brand_shown(row) for row in rows], places=places(),
        ending=expiring(session, on=today()), bare=list(uncovered(session, on=today())), kinds=paper_kinds(),
        unchecked=_unchecked(locale),
    )  # fmt: skip


@router.get("/brands/{key}")
def brand(session: Reading, request: Request, locale: CallerLocale, key: KeyPath) -> HTMLResponse:
    """One brand: both languages side by side, its licences."""
    return _brand(session, request, locale, key)


def _brand(
    session: Session, request: Request, locale: Locale, key: str, status: int = 200, **values: Any
) -> HTMLResponse:
    found = find_brand(session, key)
    shown = brand_shown(found)
    texts = {(text.locale, text.field): text for text in shown.texts}
    own = found.organisation_id == organisation_of(session)
    given = {"typed": {}, "fault": None} | values
    return page(request, locale, "brand.html", status, brand=shown, texts=texts, own=own, families=families(), today=today(), unchecked=_unchecked(locale), **given)  # fmt: skip


@router.post("/brands/{key}/licences", dependencies=OURS)
def licence(
    session: Writing, request: Request, locale: CallerLocale, key: KeyPath, number: Annotated[str, Form(max_length=60)],
    licensee: _Short = "", organisation: _Short = "", family: Annotated[list[str] | None, Form()] = None, skus: _Long = "",
    valid_from: _Short = "", valid_to: _Short = "", state: _Short = "valid", source: _Short = "",
) -> Response:  # fmt: skip
    """Give a licence, or change the one of this number."""
    typed = {
        "licensee": licensee, "organisation": organisation or None, "families": family or [], "skus": skus.split(),
        "valid_from": valid_from, "valid_to": valid_to, "state": state, "source": source,
    }  # fmt: skip
    try:
        grant(session, brand=key, number=number, given=LicenceGiven.model_validate(typed))
    except (DomainError, ValidationError) as error:
        shown = {**typed, "number": number, "skus": skus}
        return _brand(session, request, locale, key, 422, typed=shown, fault=_said(error, locale))
    return back(f"/brands/{key}")


@router.get("/papers")
def papers(session: Reading, request: Request, locale: CallerLocale, after: After = None) -> HTMLResponse:
    """All certificates, with what is left of them."""
    return _papers(session, request, locale, after=after)


def _papers(
    session: Session, request: Request, locale: Locale, status: int = 200, *, after: str | None = None, **values: Any
) -> HTMLResponse:
    rows, following = paper_page(session, on=today(), after=after, limit=50)
    kinds = {key: kind for key, kind in paper_kinds().items() if kind.kept == "goods"}
    given = {"typed": {}, "fault": None} | values
    return page(request, locale, "papers.html", status, papers=rows, following=following, kinds=kinds, today=today(), me=organisation_of(session), **given)  # fmt: skip


@router.post("/papers", dependencies=OURS)
def keep(
    session: Writing, request: Request, locale: CallerLocale, kind: Annotated[str, Form(max_length=40)],
    number: Annotated[str, Form(max_length=60)], issuer: _Short = "", country: _Short = "", holder: _Short = "",
    valid_from: _Short = "", valid_to: _Short = "", state: _Short = "unknown", note: _Long = "", products: _Long = "",
    verified: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Keep a certificate with the cards it covers."""
    typed = {
        "issuer": issuer, "country": country.upper(), "holder": holder, "valid_from": valid_from or None,
        "valid_to": valid_to or None, "state": state, "note": note, "verified": verified, "products": products.split(),
    }  # fmt: skip
    try:
        if not number.strip():
            raise ValidationError.from_exception_data("", [{"type": "missing", "loc": ("number",), "input": ""}])
        keep_paper(session, kind=kind, number=number.strip(), given=CertificateGiven.model_validate(typed))
    except (DomainError, ValidationError) as error:
        shown = {**typed, "kind": kind, "number": number, "products": products}
        return _papers(session, request, locale, 422, typed=shown, fault=_said(error, locale))
    return back("/papers")


@router.post("/papers/check", dependencies=OURS)
def check(
    session: Writing, request: Request, locale: CallerLocale, kind: Annotated[str, Form(max_length=40)],
    number: Annotated[str, Form(max_length=80)], state: Annotated[Literal["valid", "suspended", "revoked", "unknown"], Form()],
    source: Annotated[str, Form(min_length=1, max_length=300)],
) -> Response:  # fmt: skip
    """Somebody has looked it up in a register."""
    try:
        check_paper(session, kind=kind, number=number, state=state, source=source)
    except DomainError as error:
        return _papers(session, request, locale, error.status, fault=error.say(locale))
    return back("/papers")


_NAMES = {"owner": N_("owner"), "registration": N_("number of the trade mark"), "story": N_("story")}


def _unchecked(locale: Locale) -> Callable[[BrandShown], str]:
    """What of a brand nobody has checked, in the reader's words."""
    return lambda brand: ", ".join(Message(_NAMES.get(name, name)).say(locale) for name in brand.unverified)


def _said(error: DomainError | ValidationError, locale: Locale) -> str:
    if isinstance(error, DomainError):
        return error.say(locale)
    said = [
        f"{'.'.join(str(part) for part in item['loc'])}: " + " ".join(part.say(locale) for part in words_for(item))
        for item in error.errors()
    ]
    return " ".join(said)
