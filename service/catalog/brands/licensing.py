"""Who may sell what under a licensed brand, and on which day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.brands.keeping import lineage, own_brand, seen_brands
from service.catalog.brands.models import Brand, Licence
from service.catalog.families import families
from service.catalog.files import Key, Name, SkuCode
from service.catalog.models import Product, Sku
from service.database import now
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.people.audit import record
from service.people.models import Organisation
from service.people.reach import organisation_of

__all__ = ["EndsBeforeItBegins", "LicenceGiven", "Uncovered", "covered", "covering", "grant", "uncovered"]


class EndsBeforeItBegins(DomainError):
    """A paper or licence ends before its first day."""

    title = N_("The last day, {to}, lies before the first, {from_}.")
    remedy = N_("Swap the two days, or correct one.")


class LicenceGiven(BaseModel):
    """A licence. `families` and `skus` narrow it; with neither it covers everything the licensee sells under the brand."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "licensee": "样例玉米食品厂 / Комбинат кукурузных продуктов (образец)", "organisation": "park",
                "families": ["preserves"], "valid_from": "2026-01-01", "valid_to": "2026-12-31", "source": "样例 · образец",
            }
        },
    )  # fmt: skip
    licensee: str = Field(min_length=1, max_length=120)
    organisation: Key | None = Field(None, description="Key of the licensee's organisation here.")
    families: list[Name] = Field([], max_length=50)
    skus: list[SkuCode] = Field([], max_length=500)
    valid_from: date
    valid_to: date = Field(description="The last day on which it holds.")
    state: str = Field("valid", pattern="^(valid|suspended|revoked)$")
    source: str = Field(min_length=1, max_length=300, description="Where the licence can be seen.")
    verified: bool = Field(False, description="Somebody has seen the paper itself.")


def grant(session: Session, *, brand: str, number: str, given: LicenceGiven) -> Licence:
    """Give a licence to use a brand of one's own under this number, or change it.

    Raises `NotFound` (also for a family there is not: it would cover nothing), `EndsBeforeItBegins`.
    """
    if given.valid_to < given.valid_from:
        raise EndsBeforeItBegins(to=given.valid_to.isoformat(), from_=given.valid_from.isoformat())
    for family in given.families:
        if family not in families():
            raise NotFound(kind=Message(N_("The family of goods")), name=family, known=families())
    owner = own_brand(session, brand)
    licence = next((one for one in owner.licences if one.number == number), None)
    if licence is None:
        licence = Licence(organisation_id=owner.organisation_id, number=number, told=None)
        owner.licences.append(licence)
    elif licence.valid_to != given.valid_to:
        licence.told = None
    licence.licensee, licence.organisation_key = given.licensee, given.organisation
    licence.families, licence.skus = list(given.families), list(given.skus)
    licence.valid_from, licence.valid_to, licence.state = given.valid_from, given.valid_to, given.state
    licence.source, licence.verified = given.source, given.verified
    owner.updated_at = now()
    session.flush()
    record(session, "licence.saved", f"{brand} {number}", state=given.state, valid_to=given.valid_to.isoformat())
    return licence


def covering(session: Session, *, brand: str, sku: str, family: str, organisation: str, on: date) -> Licence | None:
    """The licence under which an organisation may sell this SKU of a family under a brand on a day; None if there is none.

    A county's line is covered by a licence of its own or of the mark it stands below. Raises `NotFound`.
    """
    line = lineage(session, brand)
    return next(_holding(line, sku=sku, family=family, organisation=organisation, on=on), None)


def covered(
    brands: Mapping[str, Brand], brand: str | None, *, sku: str, family: str, organisation: str, on: date
) -> tuple[bool, bool]:
    """Whether a brand is carried under a licence only, and whether one covers this SKU on that day; `brands` as `seen_brands` gives them."""
    line = _above(brands, brand or "")
    licensed = any(one.licensed for one in line)
    return licensed, any(_holding(line, sku=sku, family=family, organisation=organisation, on=on))


def _holding(line: list[Brand], *, sku: str, family: str, organisation: str, on: date) -> Iterator[Licence]:
    for brand in line:
        for licence in brand.licences:
            if (
                licence.state == "valid" and licence.valid_from <= on <= licence.valid_to
                and licence.organisation_key == organisation
                and ((not licence.families and not licence.skus) or family in licence.families or sku in licence.skus)
            ):  # fmt: skip
                yield licence


@dataclass(frozen=True)
class Uncovered:
    """A SKU whose licensed brand no licence covers on that day. `known` False: nobody has set such a brand down here."""

    product: str
    sku: str
    brand: str
    known: bool = True


def uncovered(session: Session, *, on: date) -> Iterator[Uncovered]:
    """SKUs of one's own cards under a licensed brand that no licence covers on that day, and those under an unknown one."""
    me = organisation_of(session)
    own, brands = session.get_one(Organisation, me).key, seen_brands(session)
    carried = session.scalars(
        select(Product.brand_key).where(Product.organisation_id == me, Product.brand_key.is_not(None)).distinct()
    )
    lines = {key: _above(brands, key) for key in carried if key}
    strict = {key: line for key, line in lines.items() if not line or any(brand.licensed for brand in line)}
    cards = (
        select(Product.key, Product.family_key, Product.brand_key, Sku.code)
        .join(Sku, Sku.product_id == Product.id)
        .where(Product.organisation_id == me, Product.brand_key.in_(strict))
    )
    for product, family, carried_key, sku in session.execute(cards.order_by(Product.key, Sku.position, Sku.id)):
        brand = carried_key or ""
        line = strict[brand]
        if not any(_holding(line, sku=sku, family=family, organisation=own, on=on)):
            yield Uncovered(product, sku, brand, known=bool(line))


def _above(brands: Mapping[str, Brand], key: str) -> list[Brand]:
    """A brand and what it stands below, the brand first; empty if there is none of this key."""
    line: list[Brand] = []
    brand = brands.get(key)
    while brand is not None and brand not in line:
        line.append(brand)
        brand = brands.get(brand.parent_key or "")
    return line
