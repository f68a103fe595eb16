"""HTTP: the memory looked into, searched by words, paged, retired; files of pairs brought in and written out by jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.http.kinds import Id, NameQuery, WordQuery
from service.http.languages import CallerLocale
from service.http.paging import After, BadCursor, Limit, Page
from service.jobs.api import JobShown
from service.people.audit import record
from service.people.guard import Guarded, reading, writing
from service.people.reach import organisation_of
from service.translation.answers import Language, MatchShown, Taken, match_shown
from service.translation.api import job_ordered
from service.translation.jobs import MemoryExport, MemoryImport
from service.translation.memory.keeping import find, page, retire
from service.translation.memory.looking import concordance, look
from service.translation.memory.matches import Context
from service.translation.models import MemoryUnit

router = APIRouter(route_class=Guarded, prefix="/api/v1/memory", tags=["translation"])
Reading = Annotated[Session, reading("texts:translate")]
Exporting = Annotated[Session, writing("texts:translate")]
Reviewing = Annotated[Session, writing("texts:review")]
Sentence = Annotated[str, Query(min_length=1, max_length=2000, examples=["保质期12个月"])]
Field_ = Annotated[str | None, Query(pattern=r"^[a-z_]+(\.[A-Za-z0-9_-]+)*$", max_length=60, description="Field of the card.")]  # fmt: skip
Neighbour = Annotated[str | None, Query(max_length=2000, description="The sentence next to it, in the same language.")]
Origin = Literal["authored", "edited", "machine", "imported"]


class Matches(BaseModel):
    """Pairs that may serve, the best first."""

    items: list[MatchShown]


class UnitShown(BaseModel):
    """A pair of the memory. `own`: of your organisation; others' are read, not changed."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 3, "own": True, "source": "zh", "zh": "保质期12个月。", "ru": "Срок годности 12 месяцев.", "family": "honey",
                "field": "description", "channel": None, "origin": "authored", "reviewed": True, "reviewer": "Лена",
                "reviewed_at": "2026-11-25T08:00:00Z", "file": None, "person": "Лена", "at": "2026-11-25T08:00:00Z", "used": 2,
                "used_at": "2026-11-25T09:00:00Z", "retired_at": None,
            }
        }
    )  # fmt: skip
    id: int
    own: bool
    source: Language = Field(description="The language it was written in first.")
    zh: str
    ru: str
    family: str | None
    field: str | None
    channel: str | None
    origin: Origin
    reviewed: bool
    reviewer: str | None
    reviewed_at: datetime | None
    file: str | None
    person: str
    at: datetime
    used: int
    used_at: datetime | None
    retired_at: datetime | None


class Retiring(Taken):
    """Numbers of pairs nothing shall be offered from any more."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"ids": [2]}})
    ids: list[Annotated[int, Field(ge=1, lt=2**31, strict=True)]] = Field(min_length=1, max_length=1000)


class Retired(BaseModel):
    """How many pairs were taken out of use."""

    retired: int


@router.get("/look")
def read_look(
    session: Reading, locale: CallerLocale, text: Sentence, source: Annotated[Language, Query(description="Language of the text.")],
    family: NameQuery = None, field: Field_ = None, channel: NameQuery = None, before: Neighbour = None, following: Neighbour = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 5, least: Annotated[int, Query(ge=60, le=101, description="The lowest score told.")] = 60,
) -> Matches:  # fmt: skip
    """The best pairs for a text: word for word, the same but for its numbers, similar. Where it stands makes the difference of 101 to 100."""
    target = "ru" if source == "zh" else "zh"
    context = Context(family, field, channel).between(before, following, source)
    found = look(session, text, source=source, target=target, context=context, limit=limit, least=least)
    return Matches(items=[match_shown(one, locale) for one in found])


@router.get("/concordance")
def read_concordance(
    session: Reading, text: Annotated[str, Query(min_length=1, max_length=200, examples=["蜂蜜"])],
    language: Annotated[Language, Query(description="Language of the words.")], after: After = None, limit: Limit = 50,
) -> Page[UnitShown]:  # fmt: skip
    """A page of pairs that hold these words, newest first."""
    if not text.strip():
        return Page(items=[], next=None)
    rows = concordance(session, text, language=language, before=_place(after), limit=limit)
    return _page(session, rows, limit)


@router.get("/units")
def read_units(
    session: Reading, after: After = None, limit: Limit = 50, reviewed: bool | None = None, origin: Origin | None = None,
    family: NameQuery = None, field: Field_ = None, channel: NameQuery = None, file: WordQuery = None, retired: bool = False,
) -> Page[UnitShown]:  # fmt: skip
    """A page of pairs in use (or of retired ones), newest first."""
    rows = page(
        session, after=_place(after), limit=limit, reviewed=reviewed, origin=origin, family=family, field=field, channel=channel, file=file,
        retired=retired,
    )  # fmt: skip
    return _page(session, rows, limit)


@router.get("/units/{number}")
def read_unit(session: Reading, number: Id) -> UnitShown:
    """One pair, in use or not."""
    return _unit(session, find(session, number))


@router.post("/units/retire")
def post_retire(session: Reviewing, wanted: Retiring) -> Retired:
    """Take pairs out of use; they stay readable. Numbers of no pair in use are passed over."""
    count = retire(session, wanted.ids)
    if count:
        record(session, "memory.retired", f"{min(wanted.ids)}", count=count, ids=[str(one) for one in wanted.ids[:50]])
    return Retired(retired=count)


@router.post("/import", status_code=202)
def post_import(
    session: Reviewing, request: Request, response: Response, locale: CallerLocale, wanted: MemoryImport
) -> JobShown:
    """Bring an uploaded file of pairs in, by a job: TMX, XLIFF, PO, XLSX, CSV, DSL. A file brought in twice counts once."""
    return job_ordered(session, request, response, locale, "memory.import", wanted)


@router.post("/export", status_code=202)
def post_export(
    session: Exporting, request: Request, response: Response, locale: CallerLocale, wanted: MemoryExport
) -> JobShown:
    """Write your own pairs out, by a job; its file is the answer."""
    return job_ordered(session, request, response, locale, "memory.export", wanted)


def _place(after: str | None) -> int | None:
    if after is None:
        return None
    if not (after.isascii() and after.isdecimal() and len(after) < 10):
        raise BadCursor()
    return int(after)


def _page(session: Session, rows: list[MemoryUnit], limit: int) -> Page[UnitShown]:
    following = str(rows[-1].id) if len(rows) == limit else None
    return Page(items=[_unit(session, one) for one in rows], next=following)


def _unit(session: Session, one: MemoryUnit) -> UnitShown:
    same = {name: getattr(one, name) for name in UnitShown.model_fields if name != "own"}
    return UnitShown(own=one.organisation_id == organisation_of(session), **same)
