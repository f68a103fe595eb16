"""HTTP: terms searched, read, written and retired; agreed words of a text; candidates decided on; files brought in and written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.catalog.answers import Both
from service.errors import NotFound
from service.http.languages import CallerLocale
from service.http.paging import After, Limit, Page
from service.http.versions import IfMatch, demand_version, tag
from service.i18n import N_, Message
from service.jobs.api import JobShown
from service.people.guard import Guarded, reading, writing
from service.people.reach import organisation_of
from service.translation.answers import Language, SpanShown, Status, Taken, Text, Words, span_shown
from service.translation.api import job_ordered
from service.translation.jobs import HarvestWanted, TermsExport, TermsImport
from service.translation.models import Concept
from service.translation.terms.concepts import Meaning, TermLocale, Wording
from service.translation.terms.domains import domains
from service.translation.terms.editing import (
    accept_candidate,
    add_concept,
    candidate_page,
    change_concept,
    concept,
    refuse_candidate,
    retire_concept,
)
from service.translation.terms.searching import search_terms
from service.translation.terms.sets import meaning_of, terms_in

router = APIRouter(route_class=Guarded, prefix="/api/v1/terms", tags=["translation"])
Reading = Annotated[Session, reading("catalogue:read")]
Exporting = Annotated[Session, writing("catalogue:read")]
Reviewing = Annotated[Session, writing("texts:review")]
_KEY = r"^[a-z0-9]+(-[a-z0-9]+)*$"
ConceptPath = Annotated[str, Path(pattern=_KEY, max_length=80, examples=["honey"])]
ConceptKey = Annotated[str, StringConstraints(pattern=_KEY, max_length=80)]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=40)]
Market = Literal["CN", "RU"]
On = Annotated[date | None, Query(description="Day the terms are asked for; today in UTC if left out.")]


class WordingGiven(Taken):
    """One wording. `pinyin` and `stress` are made if left out; grammar that was confirmed stays."""

    locale: TermLocale
    text: Annotated[Words, StringConstraints(max_length=200)]
    status: Status = "preferred"
    measures: list[Annotated[Words, StringConstraints(max_length=20)]] = Field([], max_length=20)
    pinyin: Annotated[Words, StringConstraints(max_length=300)] | None = None
    stress: Annotated[Words, StringConstraints(max_length=300)] | None = None
    note: Annotated[Words, StringConstraints(max_length=1000)] | None = None


class ConceptChange(Taken):
    """A concept as it shall be, whole. `market` null: everywhere; `verified`: somebody has compared it with its source."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "domain": "product", "source": "ГОСТ 19792-2017",
                "wordings": [{"locale": "zh", "text": "椴树蜜"}, {"locale": "ru", "text": "липовый мёд"}],
            }
        },
    )  # fmt: skip
    domain: Domain
    source: Annotated[Words, StringConstraints(max_length=200)]
    wordings: list[WordingGiven] = Field(min_length=1, max_length=50)
    market: Market | None = None
    definition_zh: Annotated[Words, StringConstraints(max_length=2000)] | None = None
    definition_ru: Annotated[Words, StringConstraints(max_length=2000)] | None = None
    note: Annotated[Words, StringConstraints(max_length=2000)] | None = None
    verified: bool = Field(False, strict=True)
    valid_from: date | None = None
    valid_to: date | None = None


class ConceptGiven(ConceptChange):
    """A new concept."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "key": "linden-honey-sample", "domain": "product", "source": "ГОСТ 19792-2017",
                "wordings": [{"locale": "zh", "text": "椴树蜜"}, {"locale": "ru", "text": "липовый мёд"}],
            }
        },
    )  # fmt: skip
    key: ConceptKey


class WordingShown(BaseModel):
    """One wording with its grammar: `card` has gender, animacy, number and forms, as far as somebody has confirmed them."""

    locale: TermLocale
    text: str
    status: Status
    card: dict[str, Any]
    measures: list[str]
    pinyin: str | None
    stress: str | None
    note: str | None


class ConceptShown(BaseModel):
    """A concept. `own`: of your organisation; another's is read, and one of your own under the same key stands before it."""

    key: str
    own: bool
    domain: str
    market: Market | None
    definition_zh: str | None
    definition_ru: str | None
    note: str | None
    source: str
    verified: bool
    valid_from: date | None
    valid_to: date | None
    person: str
    at: datetime
    version: int
    wordings: list[WordingShown]


class TermFoundShown(BaseModel):
    """A concept a search leads to, by one of its wordings; `zh` and `ru` are its wordings, the preferred ones first."""

    key: str
    domain: str
    market: Market | None
    wording: str
    status: Status
    zh: list[str]
    ru: list[str]
    valid_to: date | None


class DomainShown(BaseModel):
    """A domain, and what it means if a counterpart is missing; `off`: its words are shown, never demanded."""

    key: str
    name: Both
    required: Literal["error", "warn", "info", "off"]


class Domains(BaseModel):
    """All domains."""

    items: list[DomainShown]


class TextGiven(Taken):
    """A text whose agreed words are wanted."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"text": "椴树蜜，保质期12个月。", "locale": "zh"}}
    )
    text: Text
    locale: Language
    market: Market | None = None
    on: date | None = None


class Spans(BaseModel):
    """Agreed words of a text, in order."""

    items: list[SpanShown]


class Retiring(Taken):
    """The last day a concept holds; left out: it holds no longer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"last": "2026-12-31"}})
    last: date | None = None


class CandidateRefused(BaseModel):
    """The candidate that was refused."""

    key: str


@router.get("")
def read_terms(
    session: Reading, text: Annotated[str, Query(max_length=200, description="A part of a word, any Russian form, pinyin or its initials.")] = "",
    locale: TermLocale | None = None, domain: Annotated[Domain | None, Query()] = None, status: Status | None = None,
    after: After = None, limit: Limit = 50,
) -> Page[TermFoundShown]:  # fmt: skip
    """A page of concepts a text leads to, the nearest first; all by their keys if there is none."""
    found, following = search_terms(
        session, text, locale=locale, domain=domain, status=status, after=after, limit=limit
    )
    items = [
        TermFoundShown(
            key=one.meaning.key, domain=one.meaning.domain, market=one.meaning.market, wording=one.wording.text,
            status=one.wording.status, zh=_words(one.meaning, "zh"), ru=_words(one.meaning, "ru"), valid_to=one.meaning.valid_to,
        )
        for one in found
    ]  # fmt: skip
    return Page(items=items, next=following)


@router.get("/domains")
def read_domains(session: Reading) -> Domains:
    """What terms are grouped by."""
    found = domains().items()
    return Domains(items=[DomainShown(key=key, name=Both(zh=one.zh, ru=one.ru), required=one.required) for key, one in found])  # fmt: skip


@router.get("/in-text")
def read_in_text(
    session: Reading, text: Annotated[str, Query(max_length=2000, examples=["椴树蜜"])], locale: Language,
    market: Market | None = None, on: On = None,
) -> Spans:  # fmt: skip
    """Agreed words of a text, with their counterparts."""
    return _spans(session, text, locale, market, on)


@router.post("/in-text")
def post_in_text(session: Reading, given: TextGiven) -> Spans:
    """The same for a long text."""
    return _spans(session, given.text, given.locale, given.market, given.on)


def _spans(session: Session, text: str, locale: Language, market: Market | None, on: date | None) -> Spans:
    target = "ru" if locale == "zh" else "zh"
    return Spans(items=[span_shown(one, target) for one in terms_in(session, text, locale, market=market, on=on)])


@router.post("/concepts", status_code=201)
def post_concept(session: Reviewing, response: Response, given: ConceptGiven) -> ConceptShown:
    """A new concept of one's own."""
    return _told(session, response, add_concept(session, _meaning(given, given.key)))


@router.get("/concepts/{key}")
def read_concept(session: Reading, response: Response, key: ConceptPath) -> ConceptShown:
    """One concept: one's own, else a shared one."""
    rows = session.scalars(select(Concept).options(selectinload(Concept.terms)).where(Concept.key == key)).all()
    own = organisation_of(session)
    found = min(rows, key=lambda row: (row.organisation_id != own, row.id), default=None)
    if found is None:
        raise NotFound(kind=Message(N_("The concept")), name=key)
    return _told(session, response, found)


@router.put("/concepts/{key}")
def put_concept(
    session: Reviewing, response: Response, key: ConceptPath, given: ConceptChange, if_match: IfMatch = None
) -> ConceptShown:  # fmt: skip
    """Write a concept of one's own anew."""
    row = concept(session, key)
    demand_version(if_match, row.id, row.version)
    return _told(
        session, response, change_concept(session, _meaning(given, key, meaning_of(row)), version=row.version)
    )  # fmt: skip


@router.post("/concepts/{key}/retire")
def post_retire(
    session: Reviewing, response: Response, key: ConceptPath, given: Retiring, if_match: IfMatch = None
) -> ConceptShown:  # fmt: skip
    """Let a concept hold until a day; old texts can still be checked by it."""
    row = concept(session, key)
    demand_version(if_match, row.id, row.version)
    return _told(session, response, retire_concept(session, key, last=given.last))


@router.get("/candidates")
def read_candidates(session: Reading, after: After = None, limit: Limit = 50) -> Page[ConceptShown]:
    """A page of words found in reviewed pairs that nobody has decided on; the note has counts and likelihood."""
    rows, following = candidate_page(session, after=after, limit=limit)
    return Page(items=[concept_shown(session, row) for row in rows], next=following)


@router.post("/candidates/{key}/accept")
def post_accept(
    session: Reviewing, response: Response, key: ConceptPath, given: ConceptGiven, if_match: IfMatch = None
) -> ConceptShown:  # fmt: skip
    """Make a candidate a concept as you have written it, under a key of its own."""
    row = concept(session, key)
    demand_version(if_match, row.id, row.version)
    meaning = _meaning(given, given.key, meaning_of(row))
    return _told(session, response, accept_candidate(session, key, meaning, version=row.version))


@router.post("/candidates/{key}/refuse")
def post_refuse(session: Reviewing, key: ConceptPath) -> CandidateRefused:
    """The words are no term; they are not proposed again."""
    refuse_candidate(session, key)
    return CandidateRefused(key=key)


@router.post("/harvest", status_code=202)
def post_harvest(
    session: Reviewing, request: Request, response: Response, locale: CallerLocale, wanted: HarvestWanted
) -> JobShown:
    """Look for candidates in reviewed pairs, by a job."""
    return job_ordered(session, request, response, locale, "terms.harvest", wanted)


@router.post("/import", status_code=202)
def post_import(
    session: Reviewing, request: Request, response: Response, locale: CallerLocale, wanted: TermsImport
) -> JobShown:
    """Bring an uploaded file of terms in, by a job: TBX, XLSX, CSV, DSL, TSV. All or nothing."""
    return job_ordered(session, request, response, locale, "terms.import", wanted)


@router.post("/export", status_code=202)
def post_export(
    session: Exporting, request: Request, response: Response, locale: CallerLocale, wanted: TermsExport
) -> JobShown:
    """Write your own terms out, by a job; its file is the answer."""
    return job_ordered(session, request, response, locale, "terms.export", wanted)


def _meaning(given: ConceptChange, key: str, before: Meaning | None = None) -> Meaning:
    """What was given, with the confirmed grammar of wordings that were there."""
    cards = {(one.locale, one.text): one.card for one in before.wordings} if before else {}
    wordings = tuple(
        Wording(
            one.locale, one.text, one.status, card=cards.get((one.locale, one.text), {}), measures=tuple(one.measures), pinyin=one.pinyin,
            stress=one.stress, note=one.note,
        )
        for one in given.wordings
    )  # fmt: skip
    plain = given.model_dump(exclude={"key", "wordings"})
    return replace(Meaning(key, given.domain, wordings), **plain)


def _told(session: Session, response: Response, row: Concept) -> ConceptShown:
    tag(response, row.id, row.version)
    return concept_shown(session, row)


def concept_shown(session: Session, row: Concept) -> ConceptShown:
    """One concept for the outside."""
    same = {name: getattr(row, name) for name in ConceptShown.model_fields if name not in ("own", "wordings")}
    wordings = [
        WordingShown.model_validate({name: getattr(one, name) for name in WordingShown.model_fields}) for one in row.terms
    ]  # fmt: skip
    return ConceptShown(own=row.organisation_id == organisation_of(session), wordings=wordings, **same)


def _words(meaning: Meaning, locale: str) -> list[str]:
    listed = [*meaning.of(locale, "preferred"), *meaning.of(locale)]
    return list(dict.fromkeys(one.text for one in listed))
