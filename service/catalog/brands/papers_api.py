"""HTTP: certificates of goods, what cards lack, and what ends soon."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from service.catalog.answers import Both
from service.catalog.brands.api import NumberPath, On, Reading, Writing, today
from service.catalog.brands.expiring import expiring
from service.catalog.brands.files import paper_kinds
from service.catalog.brands.models import Certificate
from service.catalog.brands.papers import (
    CertificateGiven,
    check_paper,
    find_paper,
    keep_paper,
    own_paper,
    paper_gaps,
    paper_page,
)
from service.http.kinds import KeyPath, KeyQuery
from service.http.paging import After, Limit, Page
from service.http.versions import IfMatch, demand_version, known_already, tag
from service.people.guard import Guarded

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["brands"])
KindPath = Annotated[str, Path(pattern=r"^[a-z_]+$", max_length=40)]


class CertificateShown(BaseModel):
    """A certificate; `products` are the keys of the cards it covers that you see."""

    kind: str
    number: str
    issuer: str
    country: str
    holder: str
    issued: date | None
    valid_from: date | None
    valid_to: date | None
    state: str
    checked_at: datetime | None
    check_source: str | None
    note: str
    verified: bool
    products: list[str]


class Checked(BaseModel):
    """What a register said just now."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"state": "valid", "source": "реестр ФСА · 样例"}}
    )
    state: Literal["valid", "suspended", "revoked", "unknown"]
    source: str = Field(min_length=1, max_length=300, description="Which register, or who.")


class EndingShown(BaseModel):
    """A paper or licence that ends: `days` are left, negative once it is over."""

    model_config = ConfigDict(from_attributes=True)
    what: Literal["certificate", "licence"]
    kind: str
    number: str
    holder: str
    valid_to: date
    days: int


class Endings(BaseModel):
    """What ends soon, the next first."""

    items: list[EndingShown]


class PaperGaps(BaseModel):
    """Kinds of papers a card needs for a market and does not have in force."""

    items: list[str]


class PaperKindShown(BaseModel):
    """A kind of paper; only those kept with the `goods` are certificates of a card."""

    kind: str
    name: Both
    asked_by: str
    kept: Literal["goods", "shipment", "label"]


class PaperKinds(BaseModel):
    """All kinds of papers."""

    items: list[PaperKindShown]


def _certificate(paper: Certificate) -> CertificateShown:
    keys = sorted(one.product.key for one in paper.products if one.product is not None)
    names = [name for name in CertificateShown.model_fields if name != "products"]
    return CertificateShown(products=keys, **{name: getattr(paper, name) for name in names})


def _version(shown: CertificateShown) -> tuple[str, str]:
    """A certificate keeps no count of its versions: what it says names the version."""
    return shown.kind, sha256(shown.model_dump_json().encode()).hexdigest()[:20]


@router.get("/certificates/kinds")
def read_kinds(session: Reading) -> PaperKinds:
    """The kinds of papers goods may need."""
    return PaperKinds(
        items=[
            PaperKindShown(kind=key, name=Both(zh=kind.zh, ru=kind.ru), asked_by=kind.asked_by, kept=kind.kept)
            for key, kind in paper_kinds().items()
        ]
    )


@router.get("/certificates")
def read_certificates(
    session: Reading, product: KeyQuery = None,
    state: Literal["valid", "suspended", "revoked", "unknown"] | None = None,
    ends_within: Annotated[int | None, Query(ge=0, le=3650, description="Days from today.")] = None,
    after: After = None, limit: Limit = 50,
) -> Page[CertificateShown]:  # fmt: skip
    """A page of certificates by kind and number."""
    rows, following = paper_page(
        session, product=product, state=state, ends_within=ends_within, on=today(), after=after, limit=limit
    )
    return Page(items=[_certificate(row) for row in rows], next=following)


@router.get("/certificates/{kind}/{number:path}", response_model=CertificateShown)
def read_certificate(
    session: Reading, request: Request, response: Response, kind: KindPath, number: NumberPath
) -> CertificateShown | Response:
    """One certificate, one's own before a shared one."""
    shown = _certificate(find_paper(session, kind, number))
    if known_already(request, *_version(shown)):
        return Response(status_code=304)
    tag(response, *_version(shown))
    return shown


@router.put("/certificates/{kind}/{number:path}")
def put_certificate(
    session: Writing, response: Response, kind: KindPath, number: NumberPath, certificate: CertificateGiven,
    if_match: IfMatch = None,
) -> CertificateShown:  # fmt: skip
    """Keep a certificate with the cards it covers, or change it."""
    if if_match is not None:
        there = own_paper(session, kind, number, hold=True)
        demand_version(if_match, *(_version(_certificate(there)) if there else (None,)))
    shown = _certificate(keep_paper(session, kind=kind, number=number, given=certificate))
    tag(response, *_version(shown))
    return shown


@router.post("/certificates/{kind}/{number:path}/checks")
def post_check(
    session: Writing, response: Response, kind: KindPath, number: NumberPath, checked: Checked
) -> CertificateShown:
    """You have just looked the certificate up: what the register said, and which one."""
    shown = _certificate(check_paper(session, kind=kind, number=number, state=checked.state, source=checked.source))
    tag(response, *_version(shown))
    return shown


@router.get("/products/{key}/paper-gaps")
def read_paper_gaps(session: Reading, key: KeyPath, market: Literal["CN", "RU"] = "CN", on: On = None) -> PaperGaps:
    """Kinds of papers a card needs for a market and does not have in force on a day."""
    return PaperGaps(items=paper_gaps(session, key, market, on=on or today()))


@router.get("/papers/expiring")
def read_expiring(session: Reading, within: Annotated[int, Query(ge=0, le=3650)] = 90, on: On = None) -> Endings:
    """One's own certificates and licences that end within so many days, and those already over; the next first."""
    found = expiring(session, on=on or today(), within=within)
    return Endings(items=[EndingShown.model_validate(one) for one in found])
