"""HTTP: drafts read beside their source, checked while somebody writes, accepted or refused, talked about. Part of `api`."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.http.kinds import Id, KeyQuery
from service.http.languages import CallerLocale
from service.http.paging import After, Limit, Page
from service.http.versions import IfMatch, demand_version, tag
from service.people.guard import Guarded
from service.people.once import Once
from service.translation.answers import (
    CommentShown,
    DraftOpened,
    DraftShown,
    FindingShown,
    IgnoredShown,
    Language,
    State,
    Taken,
    Text,
    Words,
    comment_shown,
    draft_data,
    findings_shown,
    ignored_shown,
    match_shown,
    parts_shown,
    span_shown,
)
from service.translation.api import Reading, Reviewing, Writing
from service.translation.leaving import heed_finding, leave_finding, left_findings
from service.translation.models import Draft
from service.translation.reviewing import (
    accept,
    accept_exact,
    comment,
    find_draft,
    findings_of,
    open_draft,
    queue,
    refuse,
)

router = APIRouter(route_class=Guarded, prefix="/api/v1/drafts", tags=["translation"])
MOST_EXACT = 500
"""Drafts one request accepts at once."""

Seconds = Annotated[int, Field(ge=0, le=86_400, strict=True, description="How long the reader took.")]
CheckId = Annotated[str, StringConstraints(pattern=r"^[a-z]+([._-][a-z_]+)*$", max_length=40)]


class CheckWanted(Taken):
    """What stands in the editor."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": "泰加林蜂蜜，500克。"}})
    text: Text


class Findings(BaseModel):
    """What stands against a text, and what somebody has left in these very words."""

    items: list[FindingShown]
    ignored: list[IgnoredShown]


class Accepting(Taken):
    """A decision for a draft; `text`: the reader's own wording instead."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": "泰加林蜂蜜。", "seconds": 21}})
    text: Text | None = None
    seconds: Seconds | None = None


class Refusing(Taken):
    """Why a draft is no good."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "说的是另一种商品"}})
    reason: Annotated[Words, StringConstraints(max_length=500)]
    seconds: Seconds | None = None


class Saying(Taken):
    """A comment."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": "Это про другой сорт?"}})
    text: Annotated[Words, StringConstraints(max_length=1000)]


class Leaving(Taken):
    """A check whose findings are left in these words (the draft's own if `text` is left out), and why."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"check": "len.ratio", "reason": "品名本来就短"}}
    )
    check: CheckId
    reason: Annotated[Words, StringConstraints(max_length=500)]
    text: Text | None = None


class Heeding(Taken):
    """A check that counts again in these words."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"check": "len.ratio"}})
    check: CheckId
    text: Text | None = None


class ExactWanted(Taken):
    """Which drafts: of a language, of one card or all."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"locale": "zh"}})
    locale: Language
    product: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)] | None = None


class ExactTaken(BaseModel):
    """Numbers of the drafts accepted, and how many exact ones something stands against."""

    accepted: list[int]
    left: int


@router.get("")
def read_drafts(
    session: Reading, after: After = None, limit: Limit = 50, state: State = "waiting", locale: Language | None = None,
    product: KeyQuery = None, due_by: Annotated[date | None, Query(description="Only those due on this day or before.")] = None,
) -> Page[DraftShown]:  # fmt: skip
    """A page of drafts: those that wait, or those of another state."""
    rows, following = queue(
        session, after=after, limit=limit, locale=locale, product=product, states=[state], due_by=due_by
    )
    return Page(items=[DraftShown(**draft_data(row)) for row in rows], next=following)


@router.post("/accept-exact")
def post_exact(session: Reviewing, wanted: ExactWanted) -> ExactTaken:
    """Accept up to 500 drafts the memory holds word for word; those something stands against stay. You must know the language."""
    query = (
        select(Draft).options(joinedload(Draft.product), selectinload(Draft.comments)).order_by(Draft.id).limit(MOST_EXACT)
        .where(Draft.state == "waiting", Draft.locale == wanted.locale, Draft.origin == "memory", Draft.score >= 100)
    )  # fmt: skip
    if wanted.product is not None:
        query = query.where(Draft.product.has(key=wanted.product))
    rows = list(session.scalars(query))
    done = accept_exact(session, rows)
    return ExactTaken(accepted=[one.id for one in done], left=len(rows) - len(done))


@router.get("/{number}")
def read_draft(session: Reading, response: Response, locale: CallerLocale, number: Id) -> DraftOpened:
    """A draft beside its source, with what the memory and the term base know and what stands against it."""
    draft = find_draft(session, number)
    opened = open_draft(session, draft)
    tag(response, draft.id, draft.version)
    return DraftOpened(
        **draft_data(draft), previous=opened.previous, stale=opened.stale, sentences=parts_shown(draft.sentences),
        matches=[match_shown(one, locale) for one in opened.matches], terms=[span_shown(one, draft.locale) for one in opened.source_terms],
        findings=findings_shown(opened.findings, locale), ignored=ignored_shown(left_findings(session, draft)),
    )  # fmt: skip


@router.post("/{number}/check")
def post_check(session: Reading, locale: CallerLocale, number: Id, wanted: CheckWanted) -> Findings:
    """What stands against a text for this draft, live while somebody writes; nothing is kept."""
    draft = find_draft(session, number)
    return Findings(
        items=findings_shown(findings_of(session, draft, wanted.text.strip()), locale),
        ignored=ignored_shown(left_findings(session, draft, wanted.text)),
    )


@router.post("/{number}/accept")
def post_accept(
    session: Reviewing, response: Response, number: Id, wanted: Accepting, if_match: IfMatch = None
) -> DraftShown:  # fmt: skip
    """Put the draft, or your own wording, on the card; the pair goes into the memory. You must know the target language."""
    draft = find_draft(session, number)
    demand_version(if_match, draft.id, draft.version)
    return _decided(session, response, accept(session, draft, text=wanted.text, seconds=wanted.seconds))


@router.post("/{number}/refuse")
def post_refuse(
    session: Reviewing, response: Response, number: Id, wanted: Refusing, if_match: IfMatch = None
) -> DraftShown:  # fmt: skip
    """Take a draft off the queue with a reason. You must know the target language."""
    draft = find_draft(session, number)
    demand_version(if_match, draft.id, draft.version)
    return _decided(session, response, refuse(session, draft, reason=wanted.reason, seconds=wanted.seconds))


@router.post("/{number}/comments", status_code=201, response_model=CommentShown)
def post_comment(session: Writing, once: Once, number: Id, wanted: Saying) -> Response:
    """Say something about a draft; whoever sees it may."""
    draft = find_draft(session, number)
    return once(session, wanted, lambda: comment_shown(comment(session, draft, wanted.text)), status=201)


@router.post("/{number}/ignore")
def post_ignore(session: Reviewing, locale: CallerLocale, number: Id, wanted: Leaving) -> Findings:
    """Leave the findings of a check in these very words, with a reason; a change of either text brings them back."""
    draft = find_draft(session, number)
    leave_finding(session, draft, wanted.check, reason=wanted.reason, text=wanted.text)
    return _standing(session, draft, wanted.text, locale)


@router.post("/{number}/heed")
def post_heed(session: Reviewing, locale: CallerLocale, number: Id, wanted: Heeding) -> Findings:
    """Take notice again of a check somebody has left in these words."""
    draft = find_draft(session, number)
    heed_finding(session, draft, wanted.check, text=wanted.text)
    return _standing(session, draft, wanted.text, locale)


def _standing(session: Session, draft: Draft, text: str | None, locale: CallerLocale) -> Findings:
    words = draft.text if text is None else text.strip()
    return Findings(
        items=findings_shown(findings_of(session, draft, words), locale),
        ignored=ignored_shown(left_findings(session, draft, words)),
    )


def _decided(session: Session, response: Response, draft: Draft) -> DraftShown:
    tag(response, draft.id, draft.version)
    return DraftShown(**draft_data(draft))
