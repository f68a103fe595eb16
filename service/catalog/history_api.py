"""HTTP: what cards said before, what is stale in them, and batches taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.catalog.answers import Locale, ProductCard
from service.catalog.batches import batch_page, find_batch
from service.catalog.document import Difference
from service.catalog.editing import edit_card, judge_texts
from service.catalog.history import restore, revision_differences, revision_page, source_changes
from service.catalog.jobs import BatchWanted
from service.catalog.listing import find_product, product_card
from service.catalog.models import Batch
from service.catalog.writing import demand_unchanged, own_card
from service.http.kinds import Id, KeyPath
from service.http.languages import CallerLocale
from service.http.paging import After, Limit, Page
from service.http.versions import IfMatch, tag
from service.jobs.api import JobShown, shown
from service.jobs.ordering import order
from service.people.guard import Guarded, reading, writing

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["catalogue"])
Reading = Annotated[Session, reading("catalogue:read")]
Writing = Annotated[Session, writing("catalogue:write")]


class Changed(BaseModel):
    """One field that differs; null: not there."""

    field: str
    before: Any
    after: Any


class RevisionShown(BaseModel):
    """One change of a card."""

    number: int
    kind: str
    person: str
    at: datetime
    batch: int | None
    fields: list[str]


class Differences(BaseModel):
    """All fields that differ between two revisions."""

    items: list[Changed]


class StaleText(BaseModel):
    """A text whose source has changed since it was written: `then` is the source it was made from, `now` the present one."""

    locale: Locale
    field: str
    value: str
    then: str | None
    now: str


class StaleTexts(BaseModel):
    """All stale texts of a card."""

    items: list[StaleText]


class Edit(BaseModel):
    """Fields to change: path → value; null takes the field away."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"fields": {"name[ru]": "Мёд липовый", "facts.hs_code": "040900"}, "reviewed": False}
        },
    )
    fields: dict[Annotated[str, Field(max_length=120)], Any] = Field(min_length=1, max_length=200)
    reviewed: bool = Field(False, description="You have read the words and answer for them.")


class TextPlace(BaseModel):
    """One text."""

    model_config = ConfigDict(extra="forbid")
    locale: Locale
    field: str = Field(max_length=60)


class Judgement(BaseModel):
    """Texts a person has read beside their sources; none named: all."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"texts": [{"locale": "ru", "field": "name"}]}}
    )
    texts: list[TextPlace] | None = Field(None, max_length=200)
    lock: bool | None = Field(None, description="True keeps imports from overwriting them, false lets them go.")


class BatchShown(BaseModel):
    """Many cards changed by one act."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    kind: Literal["import", "bulk", "undo", "merge"]
    source: str
    person: str
    at: datetime
    state: Literal["applying", "applied", "undone", "broken"]
    created: int
    updated: int
    unchanged: int
    undoes: int | None


@router.patch("/products/{key}")
def patch_product(
    session: Writing, response: Response, key: KeyPath, edit: Edit, if_match: IfMatch = None
) -> ProductCard:
    """Change some fields of a card of one's own. With an ETag that is not the newest: 412, with what stood then, what stands now

    and what you sent, field by field.
    """
    demand_unchanged(session, key, if_match, edit.fields)
    edit_card(session, key, edit.fields, reviewed=edit.reviewed)
    return _card(session, response, key)


@router.post("/products/{key}/review")
def post_review(
    session: Writing, response: Response, key: KeyPath, judgement: Judgement, if_match: IfMatch = None
) -> ProductCard:
    """Mark texts as read by you beside their sources: they are reviewed, fresh, and count for channels."""
    demand_unchanged(session, key, if_match, {})
    places = None if judgement.texts is None else [(text.locale, text.field) for text in judgement.texts]
    judge_texts(session, key, places, lock=judgement.lock)
    return _card(session, response, key)


def _card(session: Session, response: Response, key: str) -> ProductCard:
    product = own_card(session, key) or find_product(session, key)
    tag(response, product.id, product.version)
    return ProductCard.model_validate(product_card(session, key))


@router.get("/products/{key}/stale")
def read_stale(session: Reading, key: KeyPath) -> StaleTexts:
    """Stale texts of a card of one's own, each with the change of its source."""
    return StaleTexts(
        items=[StaleText.model_validate(one, from_attributes=True) for one in source_changes(session, key)]
    )


@router.get("/products/{key}/revisions")
def read_revisions(session: Reading, key: KeyPath, after: After = None, limit: Limit = 50) -> Page[RevisionShown]:
    """A page of revisions of a card of one's own, newest first."""
    rows, following = revision_page(session, key, after=after, limit=limit)
    items = [
        RevisionShown(number=r.number, kind=r.kind, person=r.person, at=r.at, batch=r.batch_id, fields=r.fields)
        for r in rows
    ]
    return Page(items=items, next=following)


@router.get("/products/{key}/revisions/{number}")
def read_revision(session: Reading, key: KeyPath, number: Id, against: int | None = None) -> Differences:
    """What a revision changed; with `against`, how it differs from that one."""
    return Differences(items=_changes(revision_differences(session, key, number, against=against)))


def _changes(differences: list[Difference]) -> list[Changed]:
    return [Changed(field=one.field, before=one.before, after=one.after) for one in differences]


@router.post("/products/{key}/revisions/{number}/restore")
def post_restore(
    session: Writing, response: Response, key: KeyPath, number: Id, if_match: IfMatch = None
) -> ProductCard:
    """Bring back what the card said in a revision, as a new revision."""
    demand_unchanged(session, key, if_match, {})
    restore(session, key, number)
    return _card(session, response, key)


@router.get("/batches")
def read_batches(session: Reading, after: After = None, limit: Limit = 50) -> Page[BatchShown]:
    """A page of the organisation's batches, newest first."""
    rows, following = batch_page(session, after=after, limit=limit)
    return Page(items=[BatchShown.model_validate(row) for row in rows], next=following)


@router.get("/batches/{batch}")
def read_batch(session: Reading, batch: Id) -> BatchShown:
    """One batch."""
    found: Batch = find_batch(session, batch)
    return BatchShown.model_validate(found)


@router.post("/batches/{batch}/undo", status_code=202)
def post_undo(session: Writing, request: Request, locale: CallerLocale, batch: Id) -> JobShown:
    """Take a batch back: a job. Cards changed since are left alone and named in its result."""
    find_batch(session, batch)
    return shown(
        order(session, kind="catalogue.undo", parameters=BatchWanted(batch=batch)), locale, request.app.state.queue
    )
