"""What the API tells of drafts, findings, matches and agreed words, described for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.i18n import Locale
from service.translation.checks.ignoring import BINDING
from service.translation.checks.pair import Finding
from service.translation.memory.matches import Match
from service.translation.models import CheckIgnored, Draft, DraftComment
from service.translation.terms.spans import Span

__all__ = [
    "CommentShown", "DraftOpened", "DraftShown", "FieldName", "FindingShown", "IgnoredShown", "Language", "Level", "MatchShown", "SpanShown",
    "State", "Taken", "Text", "Words", "draft_data", "findings_shown", "ignored_shown", "match_shown", "span_shown",
]  # fmt: skip

Language = Literal["zh", "ru"]
Level = Literal["info", "warn", "error", "block"]
State = Literal["waiting", "accepted", "edited", "refused", "withdrawn"]
Origin = Literal["memory", "terms", "machine", "mixed"]
Status = Literal["preferred", "admitted", "deprecated", "forbidden", "candidate"]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$")]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[A-Za-z0-9_-]+)*$", max_length=60)]


class Taken(BaseModel):
    """Base of request bodies: unknown keys are faults."""

    model_config = ConfigDict(extra="forbid")


class FixShown(BaseModel):
    """A repair that is certain: `text` in place of what stands from `start` to before `end` of the finding's side."""

    start: int
    end: int
    text: str


class FindingShown(BaseModel):
    """What is wrong with a pair, where (code points of the text of `side`), what to do; `ignorable`: it may be left with a reason."""

    check: str
    level: Level
    side: Language
    start: int
    end: int
    message: str
    remedy: str
    fix: FixShown | None
    ignorable: bool


class IgnoredShown(BaseModel):
    """A finding somebody has left in these very words."""

    check: str
    reason: str
    person: str
    at: datetime


class MatchShown(BaseModel):
    """A pair of the memory that may serve. `text` is offered, `kept` what the pair says where numbers were changed, `why` what it lost."""

    unit: int
    kind: Literal["context", "exact", "numbers", "fuzzy"]
    score: int = Field(description="101: in this very place; 100: the same words; 99: all but numbers; below: similar.")
    source: str
    text: str
    kept: str
    why: list[str]
    origin: str
    reviewed: bool
    reviewer: str | None
    at: datetime


class SenseShown(BaseModel):
    """What an agreed word may mean; `wanted` are its counterparts in the other language, the best first."""

    concept: str
    wording: str
    status: Status
    wanted: list[str]


class SpanShown(BaseModel):
    """An agreed word in a text, from `start` to before `end` (code points)."""

    start: int
    end: int
    text: str
    senses: list[SenseShown]


class CommentShown(BaseModel):
    """What somebody says about a draft."""

    id: int
    person: str
    at: datetime
    text: str


class Noted(BaseModel):
    """What stood against a draft when it was made."""

    check: str
    level: Level


class DraftShown(BaseModel):
    """A text nobody had reviewed, and what became of it. `distance`: how far the person's text is from it, in thousandths."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 12, "product": "taiga-honey", "field": "description", "locale": "zh", "source_locale": "ru", "source": "Мёд таёжный.",
                "text": "泰加林蜂蜜。", "origin": "memory", "score": 100, "engine": None, "noted": [], "state": "waiting", "due_on": "2026-12-01",
                "person": "Лена", "at": "2026-11-25T08:00:00Z", "decided_by": None, "decided_at": None, "seconds": None, "reason": None,
                "final": None, "distance": None, "version": 1, "comments": [],
            }
        }
    )  # fmt: skip
    id: int
    product: str
    field: str
    locale: Language
    source_locale: Language
    source: str
    text: str
    origin: Origin
    score: int | None = Field(description="The lowest of its sentences; null: a machine's are among them.")
    engine: str | None
    noted: list[Noted]
    state: State
    due_on: date | None
    person: str
    at: datetime
    decided_by: str | None
    decided_at: datetime | None
    seconds: int | None
    reason: str | None
    final: str | None
    distance: int | None
    version: int
    comments: list[CommentShown]


class PartShown(BaseModel):
    """One sentence of a draft, and where it comes from."""

    source: str
    text: str
    origin: Literal["memory", "terms", "machine"]
    score: int | None = None
    route: str | None = None
    engine: str | None = None
    unit: int | None = None


class DraftOpened(DraftShown):
    """A draft beside all its reader needs. `previous`: what the card says now; `stale`: the source has changed since."""

    previous: str | None
    stale: bool
    sentences: list[PartShown]
    matches: list[MatchShown]
    terms: list[SpanShown]
    findings: list[FindingShown]
    ignored: list[IgnoredShown]


def draft_data(draft: Draft) -> dict[str, Any]:
    """A draft for `DraftShown`."""
    same = {name: getattr(draft, name) for name in DraftShown.model_fields if hasattr(Draft, name)}
    comments = [comment_shown(one) for one in draft.comments]
    return same | {
        "product": draft.product.key,
        "source": draft.source_text,
        "noted": draft.findings,
        "comments": comments,
    }


def comment_shown(one: DraftComment) -> CommentShown:
    """A comment for the outside."""
    return CommentShown(id=one.id, person=one.person, at=one.at, text=one.text)


def findings_shown(found: Iterable[Finding], locale: Locale) -> list[FindingShown]:
    """Findings in the caller's language."""
    return [
        FindingShown.model_validate(one.as_data(locale) | {"ignorable": one.check not in BINDING}) for one in found
    ]  # fmt: skip


def ignored_shown(rows: Iterable[CheckIgnored]) -> list[IgnoredShown]:
    """Findings somebody has left."""
    return [IgnoredShown(check=row.check_id, reason=row.reason, person=row.person, at=row.at) for row in rows]


def match_shown(one: Match, locale: Locale) -> MatchShown:
    """A match in the caller's language."""
    unit = one.found
    return MatchShown(
        unit=one.unit, kind=one.kind, score=one.score, source=one.source_text, text=one.text, kept=one.kept,
        why=[why.message().say(locale) for why in one.why], origin=unit.origin, reviewed=unit.reviewed, reviewer=unit.reviewer,
        at=unit.reviewed_at or unit.at,
    )  # fmt: skip


def span_shown(span: Span, target: str) -> SpanShown:
    """An agreed word with its counterparts in the target language."""
    senses = [
        SenseShown(
            concept=meaning.key, wording=wording.text, status=wording.status,
            wanted=[one.text for status in ("preferred", "admitted") for one in meaning.of(target, status)],
        )
        for meaning, wording in span.senses
    ]  # fmt: skip
    return SpanShown(start=span.start, end=span.end, text=span.text, senses=senses)


def parts_shown(sentences: Sequence[dict[str, Any]]) -> list[PartShown]:
    """The sentences of a draft."""
    return [PartShown.model_validate(one) for one in sentences]
