"""HTTP: brands with their words and licences, certificates, and what ends soon."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.catalog.answers import Both, Locale
from service.catalog.brands.expiring import expiring
from service.catalog.brands.files import BrandEntry, brand_lines, paper_kinds
from service.catalog.brands.keeping import brand_page, find_brand, keep_brand, own_brand
from service.catalog.brands.licensing import LicenceGiven, grant, uncovered
from service.catalog.brands.models import Brand, Certificate, Licence
from service.catalog.brands.papers import CertificateGiven, check_paper, keep_paper, paper_gaps, paper_page
from service.errors import NotFound
from service.http.kinds import KeyPath, KeyQuery
from service.http.paging import After, Limit, Page
from service.http.versions import IfMatch, demand_version, known_already, tag
from service.people.guard import Guarded, reading, writing

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["brands"])
Reading = Annotated[Session, reading("catalogue:read")]
Writing = Annotated[Session, writing("catalogue:write")]
NumberPath = Annotated[
    str,
    Path(
        pattern=r"^[^\x00-\x1f\x7f/\\]+$",
        max_length=60,
        description="The paper's number; a slash in it is written as “-”.",
    ),
]
KindPath = Annotated[str, Path(pattern=r"^[a-z_]+$", max_length=40)]
On = Annotated[date | None, Query(description="Day it is asked for; today in UTC if left out.")]


def _with_example(schema: dict[str, Any]) -> None:
    schema["example"] = next(iter(brand_lines().values())).model_dump(mode="json", exclude={"key"})


class BrandGiven(BrandEntry):
    """A brand as `catalogs/brands.yaml` writes it, without its key."""

    model_config = ConfigDict(json_schema_extra=_with_example)
    key: Literal[""] = Field("", exclude=True)


class BrandText(BaseModel):
    """One text; `stale` tells that its source has changed since, `source_then` what it was made from."""

    locale: Locale
    field: str
    value: str
    reviewer: str | None
    stale: bool
    source_then: str | None


class LicenceShown(BaseModel):
    """Who may sell what under the brand, and when."""

    model_config = ConfigDict(from_attributes=True)
    number: str
    licensee: str
    organisation: str | None = Field(validation_alias="organisation_key")
    families: list[str]
    skus: list[str]
    valid_from: date
    valid_to: date
    state: str
    source: str
    verified: bool


class BrandShown(BaseModel):
    """A brand with its words and licences."""

    key: str
    organisation_id: int = Field(exclude=True)
    parent: str | None
    line: str
    county: str | None
    licensed: bool
    owner: Both
    registration: str | None
    source_locale: Locale
    source: str
    unverified: list[str]
    texts: list[BrandText]
    licences: list[LicenceShown]


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


class UncoveredShown(BaseModel):
    """A SKU under a licensed brand that no licence covers."""

    model_config = ConfigDict(from_attributes=True)
    product: str
    sku: str
    brand: str


class AllUncovered(BaseModel):
    """All SKUs under licensed brands that no licence covers on that day."""

    items: list[UncoveredShown]


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


def today() -> date:
    """The present day, UTC."""
    return datetime.now(UTC).date()


def brand_shown(brand: Brand) -> BrandShown:
    """A brand as it is answered."""
    texts = [
        BrandText(
            locale=text.locale, field=text.field, value=text.value, reviewer=text.reviewer,
            stale=text.made_from is not None, source_then=text.made_from,
        )
        for text in brand.texts
    ]  # fmt: skip
    return BrandShown(
        key=brand.key, organisation_id=brand.organisation_id, parent=brand.parent_key, line=brand.line, county=brand.county,
        licensed=brand.licensed, owner=Both(zh=brand.owner_zh, ru=brand.owner_ru), registration=brand.registration,
        source_locale=brand.source_locale, source=brand.source, unverified=brand.unverified, texts=texts,
        licences=[LicenceShown.model_validate(licence) for licence in brand.licences],
    )  # fmt: skip


def _certificate(paper: Certificate) -> CertificateShown:
    keys = sorted(one.product.key for one in paper.products if one.product is not None)
    names = [name for name in CertificateShown.model_fields if name != "products"]
    return CertificateShown(products=keys, **{name: getattr(paper, name) for name in names})


@router.get("/brands")
def read_brands(session: Reading, after: After = None, limit: Limit = 50) -> Page[BrandShown]:
    """A page of brands by key: one's own and those that are shared."""
    rows, following = brand_page(session, after=after, limit=limit)
    return Page(items=[brand_shown(row) for row in rows], next=following)


@router.get("/brands/{key}", response_model=BrandShown)
def read_brand(session: Reading, request: Request, response: Response, key: KeyPath) -> BrandShown | Response:
    """One brand with its words and licences."""
    brand = find_brand(session, key)
    if known_already(request, brand.id, brand.version):
        return Response(status_code=304)
    tag(response, brand.id, brand.version)
    return brand_shown(brand)


@router.put("/brands/{key}")
def put_brand(
    session: Writing, response: Response, key: KeyPath, brand: BrandGiven, if_match: IfMatch = None,
    reviewed: Annotated[bool, Query(description="You have read the words and answer for them.")] = False,
) -> BrandShown:  # fmt: skip
    """Make a brand of one's own under this key, or change it. A text whose source changes is kept and marked as stale."""
    if if_match is not None:
        try:
            there: Brand | None = own_brand(session, key)
        except NotFound:
            there = None
        demand_version(if_match, there.id if there else None, there.version if there else None)
    entry = BrandEntry.model_validate({**brand.model_dump(), "key": key})
    kept, _ = keep_brand(session, entry, reviewed=reviewed)
    session.flush()
    tag(response, kept.id, kept.version)
    return brand_shown(kept)


@router.put("/brands/{key}/licences/{number}")
def put_licence(session: Writing, key: KeyPath, number: NumberPath, licence: LicenceGiven) -> LicenceShown:
    """Give a licence to use a brand of one's own, or change it: scope, days, state."""
    given: Licence = grant(session, brand=key, number=number, given=licence)
    return LicenceShown.model_validate(given)


@router.get("/licences/uncovered")
def read_uncovered(session: Reading, on: On = None) -> AllUncovered:
    """SKUs of one's own under a licensed brand that no licence covers on a day."""
    found = uncovered(session, on=on or today())
    return AllUncovered(items=[UncoveredShown.model_validate(one) for one in found])


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


@router.put("/certificates/{kind}/{number}")
def put_certificate(
    session: Writing, kind: KindPath, number: NumberPath, certificate: CertificateGiven
) -> CertificateShown:
    """Keep a certificate with the cards it covers, or change it."""
    return _certificate(keep_paper(session, kind=kind, number=number, given=certificate))


@router.post("/certificates/{kind}/{number}/checks")
def post_check(session: Writing, kind: KindPath, number: NumberPath, checked: Checked) -> CertificateShown:
    """You have just looked the certificate up: what the register said, and which one."""
    return _certificate(check_paper(session, kind=kind, number=number, state=checked.state, source=checked.source))


@router.get("/products/{key}/paper-gaps")
def read_paper_gaps(session: Reading, key: KeyPath, market: Literal["CN", "RU"] = "CN", on: On = None) -> PaperGaps:
    """Kinds of papers a card needs for a market and does not have in force on a day."""
    return PaperGaps(items=paper_gaps(session, key, market, on=on or today()))


@router.get("/papers/expiring")
def read_expiring(session: Reading, within: Annotated[int, Query(ge=0, le=3650)] = 90, on: On = None) -> Endings:
    """One's own certificates and licences that end within so many days, and those already over; the next first."""
    found = expiring(session, on=on or today(), within=within)
    return Endings(items=[EndingShown.model_validate(one) for one in found])
