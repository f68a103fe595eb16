"""Brand lines with their stories, licences, and the papers of goods: what covers what, and what ends soon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from service.authored import words_for
from service.catalog.brands.api import BrandShown, brand_shown, today
from service.catalog.brands.expiring import expiring
from service.catalog.brands.files import PAPER_NUMBER, PaperNumber, paper_kinds, told_ahead
from service.catalog.brands.keeping import brand_page, find_brand, lineage
from service.catalog.brands.licensing import LicenceGiven, grant, uncovered
from service.catalog.brands.models import Certificate, Licence
from service.catalog.brands.papers import CertificateGiven, check_paper, keep_paper, own_paper, paper_page
from service.catalog.families import families
from service.errors import DomainError
from service.http.kinds import KeyPath, NameQuery
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
NumberQuery = Annotated[str | None, Query(pattern=PAPER_NUMBER, max_length=60)]
SHOWN = 100  # SKUs without a licence that a page lists

_Short = Annotated[str, Form(max_length=160)]
_Long = Annotated[str, Form(max_length=2000)]


class _Numbered(BaseModel):
    """The number of a paper, as it is typed."""

    number: PaperNumber


@router.get("/brands")
def brands(session: Reading, request: Request, locale: CallerLocale) -> HTMLResponse:
    """All brand lines, what ends soon, and what is sold without a licence."""
    rows, _ = brand_page(session, after=None, limit=200)
    shown, bare = [brand_shown(row) for row in rows], list(uncovered(session, on=today()))
    return page(
        request, locale, "brands.html", brands=shown, names=_names(shown, locale), ending=expiring(session, on=today()),
        bare=bare[:SHOWN], bare_count=len(bare), kinds=paper_kinds(), unchecked=_unchecked(locale),
    )  # fmt: skip


@router.get("/brands/{key}")
def brand(
    session: Reading, request: Request, locale: CallerLocale, key: KeyPath, change: NumberQuery = None
) -> HTMLResponse:
    """One brand: both languages side by side, its licences; one of them in the form, to be changed."""
    there = next((one for one in find_brand(session, key).licences if one.number == change), None)
    return _brand(session, request, locale, key, typed=_typed_licence(there) if there else {})


def _brand(
    session: Session, request: Request, locale: Locale, key: str, status: int = 200, **values: Any
) -> HTMLResponse:
    found = find_brand(session, key)
    shown = brand_shown(found)
    texts = {(text.locale, text.field): text for text in shown.texts}
    own = found.organisation_id == organisation_of(session)
    given = {"typed": {}, "fault": None} | values
    return page(
        request, locale, "brand.html", status, brand=shown, texts=texts, own=own, families=families(), today=today(),
        names=_names([brand_shown(one) for one in lineage(session, key)], locale), unchecked=_unchecked(locale),
        bare=[one for one in uncovered(session, on=today()) if one.brand == key][:SHOWN], **given,
    )  # fmt: skip


@router.post("/brands/{key}/licences", dependencies=OURS)
def licence(
    session: Writing, request: Request, locale: CallerLocale, key: KeyPath, number: _Short = "",
    licensee: _Short = "", organisation: _Short = "", family: Annotated[list[str] | None, Form()] = None, skus: _Long = "",
    valid_from: _Short = "", valid_to: _Short = "", state: _Short = "valid", source: _Long = "",
    verified: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Give a licence, or change the one of this number."""
    typed = {
        "licensee": licensee, "organisation": organisation or None, "families": family or [], "skus": skus.split(),
        "valid_from": valid_from, "valid_to": valid_to, "state": state, "source": source, "verified": verified,
    }  # fmt: skip
    try:
        given = LicenceGiven.model_validate(typed)
        grant(session, brand=key, number=_Numbered(number=number).number, given=given)
    except (DomainError, ValidationError) as error:
        shown = {**typed, "number": number, "skus": skus}
        return _brand(session, request, locale, key, 422, typed=shown, fault=_said(error, locale))
    return back(f"/brands/{key}")


def _typed_licence(there: Licence) -> dict[str, Any]:
    """A licence as if it had just been typed into the form."""
    names = ("number", "licensee", "families", "valid_from", "valid_to", "state", "source", "verified")
    typed = {name: getattr(there, name) for name in names}
    return {**typed, "organisation": there.organisation_key, "skus": " ".join(there.skus)}


@router.get("/papers")
def papers(
    session: Reading, request: Request, locale: CallerLocale, after: After = None, soon: bool = False,
    kind: NameQuery = None, change: NumberQuery = None,
) -> HTMLResponse:  # fmt: skip
    """All certificates, with what is left of them, or those that end soon; one in the form, to be changed."""
    there = own_paper(session, kind, change) if kind and change else None
    return _papers(session, request, locale, after=after, soon=soon, typed=_typed_paper(there) if there else {})


def _typed_paper(there: Certificate) -> dict[str, Any]:
    """A certificate as if it had just been typed into the form."""
    names = (
        "kind", "number", "issuer", "country", "holder", "issued", "valid_from", "valid_to", "state", "note", "verified",
    )  # fmt: skip
    keys = [one.product.key for one in there.products]
    return {name: getattr(there, name) for name in names} | {"products": " ".join(keys)}


def _papers(
    session: Session, request: Request, locale: Locale, status: int = 200, *, after: str | None = None,
    soon: bool = False, **values: Any,
) -> HTMLResponse:  # fmt: skip
    rows, following = paper_page(
        session, on=today(), ends_within=told_ahead()[0] if soon else None, after=after, limit=50
    )
    kinds = {key: kind for key, kind in paper_kinds().items() if kind.kept == "goods"}
    given = {"typed": {}, "fault": None} | values
    return page(
        request, locale, "papers.html", status, papers=rows, following=following, kinds=kinds, today=today(), soon=soon,
        ahead=told_ahead()[0], me=organisation_of(session), **given,
    )  # fmt: skip


@router.post("/papers", dependencies=OURS)
def keep(
    session: Writing, request: Request, locale: CallerLocale, kind: Annotated[str, Form(max_length=40)], number: _Short = "",
    issuer: _Short = "", country: _Short = "", holder: _Short = "", issued: _Short = "",
    valid_from: _Short = "", valid_to: _Short = "", state: _Short = "unknown", note: _Long = "", products: _Long = "",
    verified: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Keep a certificate with the cards it covers."""
    typed = {
        "issuer": issuer, "country": country.upper(), "holder": holder, "issued": issued or None, "valid_from": valid_from or None,
        "valid_to": valid_to or None, "state": state, "note": note, "verified": verified, "products": products.split(),
    }  # fmt: skip
    try:
        given = CertificateGiven.model_validate(typed)
        keep_paper(session, kind=kind, number=_Numbered(number=number).number, given=given)
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


_NAMES = {
    "owner": N_("owner"), "registration": N_("number of the trade mark"), "story": N_("story"),
    "name": N_("the Russian name"),
}  # fmt: skip
_FIELDS = {
    "number": N_("Number"), "licensee": N_("Licensee"), "organisation": N_("Key of the organisation here"), "valid_from": N_("From"),
    "valid_to": N_("To (last day)"), "state": N_("State"), "skus": N_("SKUs, with spaces between them"),
    "source": N_("Where it can be seen"), "issuer": N_("Issued by"), "issued": N_("Issued on"), "country": N_("Country, two letters"), "holder": N_("Holder"),
    "note": N_("Note"), "products": N_("Cards it covers: their keys, with spaces between them"),
}  # fmt: skip


def _names(brands: list[BrandShown], locale: Locale) -> dict[str, str]:
    """The names of brands in the reader's language."""
    side = "ru" if locale == "ru" else "zh"
    return {
        brand.key: text.value
        for brand in brands
        for text in brand.texts
        if text.field == "name" and text.locale == side
    }


def _unchecked(locale: Locale) -> Callable[[BrandShown], str]:
    """What of a brand nobody has checked, in the reader's words."""
    between = "、" if locale == "zh" else ", "
    return lambda brand: between.join(Message(_NAMES.get(name, name)).say(locale) for name in brand.unverified)


def _said(error: DomainError | ValidationError, locale: Locale) -> str:
    if isinstance(error, DomainError):
        return error.say(locale)
    said = [
        f"{_field(item['loc'], locale)}: " + " ".join(part.say(locale) for part in words_for(item))
        for item in error.errors()
    ]
    return " ".join(said)


def _field(place: tuple[int | str, ...], locale: Locale) -> str:
    """The label of the field a fault is in."""
    name = str(place[0]) if place else ""
    return Message(_FIELDS[name]).say(locale) if name in _FIELDS else name
