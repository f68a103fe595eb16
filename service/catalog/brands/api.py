"""HTTP: brands with their words and licences, and what is sold without one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.catalog.answers import Both, Locale
from service.catalog.brands.files import PAPER_NUMBER, BrandEntry, brand_lines
from service.catalog.brands.keeping import brand_page, find_brand, keep_brand, own_brand
from service.catalog.brands.licensing import LicenceGiven, grant, uncovered
from service.catalog.brands.models import Brand, Licence
from service.errors import NotFound
from service.http.kinds import KeyPath
from service.http.paging import After, Limit, Page
from service.http.versions import IfMatch, demand_version, known_already, tag
from service.people.guard import Guarded, reading, writing

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["brands"])
Reading = Annotated[Session, reading("catalogue:read")]
Writing = Annotated[Session, writing("catalogue:write")]
NumberPath = Annotated[
    str, Path(pattern=PAPER_NUMBER, max_length=60, description="The number as the paper has it, slashes as they stand.", examples=["12/2026"])
]  # fmt: skip
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


class LicencesShown(BaseModel):
    """All licences of one brand."""

    items: list[LicenceShown]


class UncoveredShown(BaseModel):
    """A SKU under a licensed brand that no licence covers. `known` false: nobody has set such a brand down."""

    model_config = ConfigDict(from_attributes=True)
    product: str
    sku: str
    brand: str
    known: bool


class AllUncovered(BaseModel):
    """All SKUs under licensed brands that no licence covers on that day."""

    items: list[UncoveredShown]


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


@router.get("/brands/{key}/licences")
def read_licences(session: Reading, response: Response, key: KeyPath) -> LicencesShown:
    """All licences of a brand, over and suspended ones too, under the ETag of the brand."""
    brand = find_brand(session, key)
    tag(response, brand.id, brand.version)
    return LicencesShown(items=[LicenceShown.model_validate(licence) for licence in brand.licences])


@router.put("/brands/{key}")
def put_brand(
    session: Writing, response: Response, key: KeyPath, brand: BrandGiven, if_match: IfMatch = None,
    reviewed: Annotated[bool, Query(description="You have read the words and answer for them.")] = False,
) -> BrandShown:  # fmt: skip
    """Make a brand of one's own under this key, or change it. A text whose source changes is kept and marked as stale."""
    _demand(session, key, if_match)
    entry = BrandEntry.model_validate({**brand.model_dump(), "key": key})
    kept, _ = keep_brand(session, entry, reviewed=reviewed)
    session.flush()
    tag(response, kept.id, kept.version)
    return brand_shown(kept)


def _demand(session: Session, key: str, if_match: str | None) -> None:
    if if_match is not None:
        try:
            there: Brand | None = own_brand(session, key)
        except NotFound:
            there = None
        demand_version(if_match, there.id if there else None, there.version if there else None)


@router.put("/brands/{key}/licences/{number:path}")
def put_licence(
    session: Writing, response: Response, key: KeyPath, number: NumberPath, licence: LicenceGiven, if_match: IfMatch = None
) -> LicenceShown:  # fmt: skip
    """Give a licence to use a brand of one's own, or change it: scope, days, state. The ETag is that of the brand."""
    _demand(session, key, if_match)
    given: Licence = grant(session, brand=key, number=number, given=licence)
    tag(response, given.brand.id, given.brand.version)
    return LicenceShown.model_validate(given)


@router.get("/licences/uncovered")
def read_uncovered(session: Reading, on: On = None) -> AllUncovered:
    """SKUs of one's own under a licensed or unknown brand that no licence covers on a day."""
    found = uncovered(session, on=on or today())
    return AllUncovered(items=[UncoveredShown.model_validate(one) for one in found])
