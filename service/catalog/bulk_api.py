"""HTTP: many cards changed alike, cards that may be the same goods, and the words of a card for one reader."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.catalog.answers import Locale, ProductCard
from service.catalog.bulk import Operation, preview
from service.catalog.duplicates import Reason, tell_apart, twins
from service.catalog.files import Key
from service.catalog.jobs import BulkWanted, CardsChosen
from service.catalog.listing import product_card
from service.catalog.merging import merge, split
from service.catalog.resolving import resolved
from service.http.kinds import KeyPath
from service.http.languages import CallerLocale
from service.jobs.api import JobShown, shown
from service.jobs.ordering import order
from service.people.guard import Guarded, reading, writing

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["catalogue"])
Reading = Annotated[Session, reading("catalogue:read")]
Writing = Annotated[Session, writing("catalogue:write")]


class BulkEdit(BaseModel):
    """Which cards, and what is done to each of them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "chosen": {"query": "мёд", "line": "russian_goods"},
                "operations": [{"field": "name[ru]", "do": "replace", "find": "мед", "value": "мёд"}],
            }
        },
    )
    chosen: CardsChosen
    operations: list[Operation] = Field(min_length=1, max_length=20)


class FieldChange(BaseModel):
    """One field that would change; null: not there."""

    field: str
    before: Any
    after: Any


class CardChanged(BaseModel):
    """What would become of one card; `kept` are locked texts that stay."""

    key: str
    differences: list[FieldChange]
    kept: list[str]


class CardFaulty(BaseModel):
    """Why one card cannot be changed so."""

    key: str
    field: str
    message: str


class BulkPreview(BaseModel):
    """What a bulk edit would do; the first cards of each kind are shown. Order the job `catalogue.edit` with the seal to apply it."""

    cards: int
    changed: int
    faulty: int
    kept: int
    changes: list[CardChanged]
    faults: list[CardFaulty]
    seal: str


class TwinsShown(BaseModel):
    """Cards that share what only one card should have: the same GTIN, SKUs that look alike, the same name."""

    reason: Reason
    value: str
    keys: list[str]


class AllTwins(BaseModel):
    """All groups of cards that may be the same goods."""

    items: list[TwinsShown]


class Merging(BaseModel):
    """The card to take in: its SKUs move, its key leads here."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"key": "honey-old"}})
    key: Key


class Apart(BaseModel):
    """Two cards that are not the same."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"one": "honey", "other": "honey-gift"}})
    one: Key
    other: Key


class Said(BaseModel):
    """Done."""

    key: str


class Word(BaseModel):
    """One field for a reader; `resolved_from` is the language its words are in, `is_fallback` tells another's standing in."""

    field: str
    value: str | None
    resolved_from: Locale | None
    is_fallback: bool
    legal: bool
    reviewed: bool
    stale: bool


class Words(BaseModel):
    """All fields of a card in one language."""

    items: list[Word]


@router.post("/catalogue/bulk-edits/preview")
def preview_bulk(session: Reading, locale: CallerLocale, edit: BulkEdit) -> BulkPreview:
    """What a bulk edit would do to one's own cards, card by card; changes nothing."""
    found = preview(session, edit.chosen.as_filter(), edit.operations)
    return BulkPreview(
        cards=found.cards, changed=found.changed, faulty=found.faulty, kept=found.kept, seal=found.seal,
        changes=[
            CardChanged(
                key=one.key, kept=one.kept,
                differences=[FieldChange(field=d.field, before=d.before, after=d.after) for d in one.differences],
            )
            for one in found.changes
        ],
        faults=[CardFaulty(key=one.key, field=one.field, message=one.what.say(locale)) for one in found.faults],
    )  # fmt: skip


@router.post("/catalogue/bulk-edits", status_code=202)
def apply_bulk(session: Writing, request: Request, locale: CallerLocale, edit: BulkWanted) -> JobShown:
    """Apply what was looked at: a job. Its result names the batch, which can be taken back."""
    job = order(session, kind="catalogue.edit", parameters=edit)
    return shown(job, locale, request.app.state.queue)


@router.get("/catalogue/duplicates")
def read_duplicates(session: Reading) -> AllTwins:
    """Groups of one's own cards that may be the same goods, the surest reason first."""
    return AllTwins(items=[TwinsShown(reason=t.reason, value=t.value, keys=list(t.keys)) for t in twins(session)])


@router.post("/catalogue/duplicates/apart")
def post_apart(session: Writing, apart: Apart) -> Said:
    """Two cards look alike and are not the same: they are not shown together again."""
    tell_apart(session, one=apart.one, other=apart.other)
    return Said(key=apart.one)


@router.post("/products/{key}/merge")
def post_merge(session: Writing, key: KeyPath, merging: Merging) -> ProductCard:
    """Take another card of one's own into this one; the other key leads here from now on."""
    merge(session, into=key, key=merging.key)
    return ProductCard.model_validate(product_card(session, key))


@router.post("/products/{key}/split")
def post_split(session: Writing, key: KeyPath) -> ProductCard:
    """Take a merge back: the card that was merged away under this key is there again with its SKUs."""
    split(session, key=key)
    return ProductCard.model_validate(product_card(session, key))


@router.get("/products/{key}/words")
def read_words(
    session: Reading, key: KeyPath, locale: Locale = "zh",
    fallback: Annotated[bool, Query(description="Let the other language's words stand in; legal fields never do.")] = False,
) -> Words:  # fmt: skip
    """A card's words for a reader of one language; what stands in for them says so."""
    found = resolved(session, key, locale, fallback=fallback)
    return Words(items=[Word.model_validate(one, from_attributes=True) for one in found])
