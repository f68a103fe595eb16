"""Certificates of goods: kept with their cards, looked up again, and what a card still lacks for a market."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import case, select
from sqlalchemy.orm import Session, selectinload

from service.catalog.brands.files import paper_kinds
from service.catalog.brands.licensing import EndsBeforeItBegins
from service.catalog.brands.models import Certificate, CertificateProduct
from service.catalog.editing import own_document
from service.catalog.files import Key
from service.catalog.listing import find_product
from service.catalog.models import Product
from service.database import now
from service.errors import NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.people.audit import record
from service.people.reach import organisation_of

__all__ = [
    "CertificateGiven", "check_paper", "find_paper", "keep_paper", "own_paper", "paper_gaps", "paper_page", "papers_of",
]  # fmt: skip

_STATES = "^(valid|suspended|revoked|unknown)$"


class CertificateGiven(BaseModel):
    """A certificate as its paper says it, and the cards it covers."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "issuer": "样例机构 / Орган по сертификации (образец)", "country": "RU", "holder": "样例厂 / Изготовитель (образец)",
                "valid_from": "2026-01-15", "valid_to": "2029-01-14", "products": ["linden-honey"],
            }
        },
    )  # fmt: skip
    issuer: str = Field(min_length=1, max_length=160)
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166.")
    holder: str = Field(min_length=1, max_length=160)
    issued: date | None = None
    valid_from: date | None = None
    valid_to: date | None = Field(None, description="The last day on which it holds; null: without an end.")
    state: str = Field("unknown", pattern=_STATES)
    note: str = Field("", max_length=500)
    verified: bool = Field(False, description="Somebody has seen the paper itself or its entry in the register.")
    products: list[Key] = Field([], max_length=500)


def paper_page(
    session: Session, *, product: str | None = None, state: str | None = None, ends_within: int | None = None,
    on: date, after: str | None, limit: int,
) -> tuple[list[Certificate], str | None]:  # fmt: skip
    """A page of certificates this session sees; `ends_within` days of `on`. Raises `BadCursor`, `NotFound`."""
    query = select(Certificate).options(
        selectinload(Certificate.products).joinedload(CertificateProduct.product)
    )  # fmt: skip
    if state:
        query = query.where(Certificate.state == state)
    if ends_within is not None:
        query = query.where(Certificate.valid_to <= on + timedelta(days=ends_within))
    if product:
        number = find_product(session, product).id
        query = query.where(Certificate.products.any(CertificateProduct.product_id == number))
    return page_of(session, query, by=[Certificate.kind, Certificate.number, Certificate.id], after=after, limit=limit)


def find_paper(session: Session, kind: str, number: str) -> Certificate:
    """One certificate, one's own before a shared one; raises `NotFound`."""
    own_first = case((Certificate.organisation_id == organisation_of(session), 0), else_=1)
    query = select(Certificate).where(Certificate.kind == kind, Certificate.number == number)
    found = session.scalar(query.order_by(own_first, Certificate.id).limit(1))
    if found is None:
        raise NotFound(kind=Message(N_("The certificate")), name=f"{kind} {number}")
    return found


def own_paper(session: Session, kind: str, number: str, *, hold: bool = False) -> Certificate | None:
    """One's own certificate, None if there is none. `hold`: nobody else changes it until the transaction ends."""
    query = select(Certificate).where(Certificate.kind == kind, Certificate.number == number)
    query = query.where(Certificate.organisation_id == organisation_of(session))
    return session.scalar(query.with_for_update() if hold else query)


def keep_paper(session: Session, *, kind: str, number: str, given: CertificateGiven) -> Certificate:
    """Keep a certificate, or change it; a new end is told anew. Raises `NotFound`, `EndsBeforeItBegins`."""
    if kind not in paper_kinds():
        raise NotFound(kind=Message(N_("The kind of certificate")), name=kind, known=paper_kinds())
    if given.valid_from and given.valid_to and given.valid_to < given.valid_from:
        raise EndsBeforeItBegins(to=given.valid_to.isoformat(), from_=given.valid_from.isoformat())
    cards = {own_document(session, key).id for key in given.products}
    me = organisation_of(session)
    paper = own_paper(session, kind, number, hold=True)
    if paper is None:
        paper = Certificate(organisation_id=me, kind=kind, number=number, told=None, products=[])
        session.add(paper)
    elif paper.valid_to != given.valid_to:
        paper.told = None
    for name, value in given.model_dump(exclude={"products"}).items():
        setattr(paper, name, value)
    paper.products = [one for one in paper.products if one.product_id in cards]
    there = {one.product_id for one in paper.products}
    paper.products += [CertificateProduct(organisation_id=me, product_id=one) for one in sorted(cards - there)]
    session.flush()
    record(session, "certificate.saved", f"{kind} {number}"[:200], state=given.state, cards=len(cards))
    return paper


def check_paper(session: Session, *, kind: str, number: str, state: str, source: str) -> Certificate:
    """Somebody has looked a certificate up in a register just now and found it in this state. Raises `NotFound`."""
    paper = own_paper(session, kind, number, hold=True)
    if paper is None:
        raise NotFound(kind=Message(N_("The certificate")), name=f"{kind} {number}")
    paper.state, paper.checked_at, paper.check_source = state, now(), source
    session.flush()
    record(session, "certificate.checked", f"{kind} {number}"[:200], state=state, source=source)
    return paper


def papers_of(session: Session, key: str) -> list[Certificate]:
    """The certificates that cover a card; raises `NotFound`."""
    number = find_product(session, key).id
    query = select(Certificate).where(Certificate.products.any(CertificateProduct.product_id == number))
    return list(session.scalars(query.order_by(Certificate.kind, Certificate.number)))


def paper_gaps(session: Session, key: str, market: str, *, on: date) -> list[str]:
    """Kinds of papers a card says its goods need for a market and that no certificate in force covers. Raises `NotFound`.

    Papers of the shipment and of the label are not kept with a card and do not count here.
    """
    product: Product = find_product(session, key)
    held = {
        paper.kind
        for paper in papers_of(session, key)
        if paper.state == "valid" and (paper.valid_from is None or paper.valid_from <= on)
        and (paper.valid_to is None or on <= paper.valid_to)
    }  # fmt: skip
    kinds = paper_kinds()
    wanted = product.certificates.get(market, [])
    return [kind for kind in wanted if kind not in held and (kind not in kinds or kinds[kind].kept == "goods")]
