"""HTTP: categories of platforms as their own answers told them, and what is chosen for a family or a card. Part of `api`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.catalog.families import families
from service.catalog.models import Product
from service.database import now
from service.errors import NotFound
from service.http.paging import After, Limit, Page, page_of
from service.http.versions import IfMatch, demand_version, tag
from service.i18n import N_, Message
from service.listings.answers import CategoryFound, CategoryShown, ValueShown
from service.listings.api import ChannelPath, FileBody, FileName, GoodsPath, Reading, Writing
from service.listings.categories.finding import find_categories, find_category, prepared
from service.listings.categories.reading import Asked, Subject, read_answer
from service.listings.categories.snapshot import Spoken, both
from service.listings.categories.storing import Change, store
from service.listings.categories.suggesting import suggest
from service.listings.channels import Channel
from service.listings.channels import channel as find_channel
from service.listings.choosing import AnswerEntry, choice_of, choose
from service.listings.gathering import find_card
from service.listings.models import ListingChoice
from service.listings.showing import SHOWN, category_found, category_shown
from service.people.audit import record
from service.people.guard import Guarded

router = APIRouter(route_class=Guarded, prefix="/api/v1/channels/{channel}", tags=["listings"])

_PLAIN = r"^[^\x00-\x1f\x7f]+$"
FamilyPath = Annotated[str, Path(pattern=r"^[a-z0-9_]+$", max_length=40, examples=["honey"])]
CategoryPath = Annotated[str, Path(pattern=_PLAIN, max_length=80, examples=["17028922:97"], description="The platform's number.")]  # fmt: skip
NumberQuery = Annotated[str | None, Query(pattern=_PLAIN, max_length=80)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=_PLAIN)]
Words = Annotated[str, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="All of them must stand in it; in either language.")]  # fmt: skip


class ChangeTold(BaseModel):
    """One thing that is new, different or gone: `place` is category, category/attribute or category/attribute/value."""

    place: str
    name: str
    before: str
    after: str


class CategoriesTaken(BaseModel):
    """What an answer changed; the first of each kind are shown. `same`: things told as they were known."""

    new: int
    changed: int
    gone: int
    same: int
    first_new: list[ChangeTold]
    first_changed: list[ChangeTold]
    first_gone: list[ChangeTold]


class CategoriesFound(BaseModel):
    """Categories that fit, leaves first, short names first."""

    items: list[CategoryFound]


class Suggested(BaseModel):
    """Answers by facts of the card, where an attribute's name says so plainly; choose them, or others."""

    answers: dict[str, AnswerEntry]


class ChoiceGiven(BaseModel):
    """What is chosen; what is not given is taken out. `answers` by attribute: a fact, a value, a value's number; null takes back the family's."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"category": None, "answers": {"85": {"fact": "brand"}, "31": {"value": "20"}}, "extras": {}}
        },
    )
    category: Short | None = None
    answers: dict[Short, AnswerEntry | None] = Field({}, max_length=500)
    extras: dict[Short, Annotated[str, StringConstraints(min_length=1, max_length=500)]] = Field({}, max_length=100)


class ChoiceShown(BaseModel):
    """What is chosen in a channel for a family, or for one card (its answers go before its family's)."""

    channel: str
    family: str | None
    product: str | None
    category: str | None
    answers: dict[str, Any]
    extras: dict[str, Any]
    person: str
    version: int
    at: datetime


@router.post("/categories/uploads")
def post_answer(
    session: Writing, channel: ChannelPath, content: FileBody, name: FileName,
    subject: Annotated[Subject, Query(description="What the answer tells.")] = "tree",
    language: Annotated[Spoken | None, Query(description="Of the names; left out: the channel's first.")] = None,
    category: NumberQuery = None, attribute: NumberQuery = None,
    whole: Annotated[bool | None, Query(description="What is not there is gone; left out: as the answer's form says.")] = None,
    on: Annotated[date | None, Query(description="Day of the answer; today in UTC if left out.")] = None,
) -> CategoriesTaken:  # fmt: skip
    """Take over what a platform told: its saved answer (JSON), or a sheet, as the body. Tells what differs from before."""
    where = find_channel(channel)
    spoken = language or _first_language(where)
    told = read_answer(channel, subject, name, content, Asked(spoken, category, attribute))
    found = store(session, channel, told, language=spoken, day=on or now().date(), whole=whole)
    return CategoriesTaken(
        new=len(found.new), changed=len(found.changed), gone=len(found.gone), same=found.same,
        first_new=_first(found.new), first_changed=_first(found.changed), first_gone=_first(found.gone),
    )  # fmt: skip


@router.get("/categories")
def read_categories(
    session: Reading, channel: ChannelPath, words: Words = "", leaves: bool = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 30,
) -> CategoriesFound:  # fmt: skip
    """Look for categories by their names, or by a number."""
    where = find_channel(channel)
    spoken = _first_language(where)
    found = find_categories(session, where.key, words, most=limit, leaves=leaves)
    return CategoriesFound(
        items=[category_found(one.category, [both(step.name_zh, step.name_ru, spoken) or step.external for step in one.above]) for one in found]
    )  # fmt: skip


@router.get("/categories/{category}")
def read_category(
    session: Reading, channel: ChannelPath, category: CategoryPath,
    attribute: Annotated[str | None, Query(pattern=_PLAIN, max_length=80, description="Show the values of this attribute.")] = None,
    words: Words = "", limit: Limit = 50,
) -> CategoryShown:  # fmt: skip
    """What a platform asks in a category; with `attribute`, also the first of its values that hold all the words."""
    key = find_channel(channel).key
    found = prepared(session, key, [category], [attribute] if attribute else []).get(category)
    if found is None:
        found = find_category(session, key, category)  # tells what is known instead
    if attribute is None:
        return category_shown(found, None)
    asked = next((one for one in found.attributes if one.external == attribute), None)
    if asked is None:
        known = [one.external for one in found.attributes]
        raise NotFound(kind=Message(N_("The attribute")), name=attribute, known=known)
    wanted = words.casefold().split()
    hits = [
        ValueShown(external=one.external, zh=one.zh, ru=one.ru) for one in asked.values or ()
        if all(word in f"{one.zh or ''} {one.ru or ''}".casefold() for word in wanted)
    ]  # fmt: skip
    return category_shown(found, hits[:limit])


@router.get("/categories/{category}/suggestions/{family}")
def read_suggestions(
    session: Reading, channel: ChannelPath, category: CategoryPath, family: FamilyPath
) -> Suggested:  # fmt: skip
    """Which facts of a family's cards answer the category's attributes; nothing is chosen yet."""
    _known_family(family)
    found = suggest(find_category(session, find_channel(channel).key, category), family)
    return Suggested(answers={key: AnswerEntry.model_validate(one) for key, one in found.items()})


@router.get("/choices")
def read_choices(
    session: Reading, channel: ChannelPath, after: After = None, limit: Limit = 50
) -> Page[ChoiceShown]:  # fmt: skip
    """A page of all that is chosen in a channel, what was chosen first first."""
    query = (
        select(ListingChoice).where(ListingChoice.channel == find_channel(channel).key)
        .options(joinedload(ListingChoice.product))
    )  # fmt: skip
    rows, following = page_of(session, query, by=[ListingChoice.id], after=after, limit=limit)
    return Page(items=[_shown(row, row.product) for row in rows], next=following)


@router.get("/choices/families/{family}")
def read_family_choice(session: Reading, response: Response, channel: ChannelPath, family: FamilyPath) -> ChoiceShown:
    """What is chosen for all cards of a family."""
    return _answered(response, _chosen(session, channel, family, None), None)


@router.get("/choices/products/{product}")
def read_card_choice(session: Reading, response: Response, channel: ChannelPath, product: GoodsPath) -> ChoiceShown:
    """What is chosen for one card by itself."""
    card = find_card(session, product)[0]
    return _answered(response, _chosen(session, channel, None, card), card)


@router.put("/choices/families/{family}")
def put_family_choice(
    session: Writing, response: Response, channel: ChannelPath, family: FamilyPath, given: ChoiceGiven,
    if_match: IfMatch = None,
) -> ChoiceShown:  # fmt: skip
    """Choose a category, answers and the channel's own fields for all cards of a family."""
    return _answered(response, _choose(session, channel, family, None, given, if_match), None)


@router.put("/choices/products/{product}")
def put_card_choice(
    session: Writing, response: Response, channel: ChannelPath, product: GoodsPath, given: ChoiceGiven,
    if_match: IfMatch = None,
) -> ChoiceShown:  # fmt: skip
    """Choose for one card; what is left open is as its family has it."""
    card = find_card(session, product)[0]
    return _answered(response, _choose(session, channel, None, card, given, if_match), card)


@router.delete("/choices/families/{family}", status_code=204)
def delete_family_choice(session: Writing, channel: ChannelPath, family: FamilyPath, if_match: IfMatch = None) -> None:
    """Take back what is chosen for a family; what is chosen for its cards stays."""
    _forget(session, _chosen(session, channel, family, None), family, if_match)


@router.delete("/choices/products/{product}", status_code=204)
def delete_card_choice(session: Writing, channel: ChannelPath, product: GoodsPath, if_match: IfMatch = None) -> None:
    """Take back what is chosen for one card; its family's choice holds again."""
    card = find_card(session, product)[0]
    _forget(session, _chosen(session, channel, None, card), card.key, if_match)


def _first_language(where: Channel) -> Spoken:
    return "ru" if where.content.languages[0] == "ru" else "zh"


def _first(changes: list[Change]) -> list[ChangeTold]:
    return [ChangeTold(**one._asdict()) for one in changes[:SHOWN]]


def _known_family(family: str) -> None:
    if family not in families():
        raise NotFound(kind=Message(N_("The family")), name=family, known=families())


def _chosen(session: Session, channel: str, family: str | None, card: Product | None) -> ListingChoice:
    key = find_channel(channel).key
    if family is not None:
        _known_family(family)
    row = choice_of(session, key, family=family, product=card)
    if row is None:
        raise NotFound(kind=Message(N_("The choice")), name=family or (card.key if card else ""))
    return row


def _choose(
    session: Session, channel: str, family: str | None, card: Product | None, given: ChoiceGiven, if_match: str | None
) -> ListingChoice:  # fmt: skip
    key = find_channel(channel).key
    if if_match is not None:
        before = choice_of(session, key, family=family, product=card)
        demand_version(if_match, *(("choice", before.id, before.version) if before else (None,)))
    answers = {name: None if one is None else one.model_dump(exclude_none=True) for name, one in given.answers.items()}
    return choose(
        session, key, family=family, product=card, category=given.category, answers=answers, extras=given.extras
    )


def _forget(session: Session, row: ListingChoice, name: str, if_match: str | None) -> None:
    demand_version(if_match, "choice", row.id, row.version)
    record(session, "listing.choose", f"{row.channel} {name}", before=row.category, after=None, answers=0)
    session.delete(row)
    session.flush()


def _answered(response: Response, row: ListingChoice, card: Product | None) -> ChoiceShown:
    tag(response, "choice", row.id, row.version)
    return _shown(row, card)


def _shown(row: ListingChoice, card: Product | None) -> ChoiceShown:
    return ChoiceShown(
        channel=row.channel, family=row.family_key, product=card.key if card else None, category=row.category, answers=row.answers,
        extras=row.extras, person=row.person, version=row.version, at=row.at,
    )  # fmt: skip
