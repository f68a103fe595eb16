"""HTTP: compose scripts, keep shows, change lines, take states further, fetch documents."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from service.catalog.files import Text
from service.compliance.answers import CorrectionShown, KeptCheckShown, ReviewShown, kept_shown
from service.compliance.keeping import findings_of, last_check
from service.compliance.reviewing import (
    CorrectionGiven,
    ReviewGiven,
    correct_on_air,
    corrections_of,
    review_broadcast,
    reviews_of,
)
from service.errors import NotFound
from service.http.kinds import Id, KeyPath, NamePath
from service.http.paging import After, Limit, Page
from service.http.versions import IfMatch, demand_version, known_already, tag
from service.i18n import N_, Message
from service.livestream.answers import (
    LineAnswer,
    Patterns,
    PatternShown,
    ScriptDocument,
    ScriptShown,
    ShowShown,
    StateShown,
)
from service.livestream.blocks import library
from service.livestream.brief import Language
from service.livestream.complying import check_stored, keep_check_of
from service.livestream.composing import compose
from service.livestream.editing import edit_line, lock_line, redo_line
from service.livestream.exports import FORMATS, render
from service.livestream.exports.json import as_data
from service.livestream.files import ShowPlan
from service.livestream.gathering import gather, plan_of_skus
from service.livestream.models import STATES, Show, StoredScript
from service.livestream.patterns import pattern, patterns
from service.livestream.shows import advance, brief_of, compose_show, find_script, find_show, save_show, show_page
from service.livestream.storing import restore
from service.people.caller import caller_of
from service.people.guard import Guarded, reading, writing

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["livestream"])
Reading = Annotated[Session, reading("shows:read")]
Writing = Annotated[Session, writing("shows:write")]
Checking = Annotated[Session, writing("compliance:read")]
Reviewing = Annotated[Session, writing("compliance:write")]
DocumentFormat = Literal["html", "docx", "xlsx", "csv", "srt", "vtt", "json"]
_DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document; JSON by default.",
        "content": {form.media.split(";")[0]: {} for form in FORMATS.values() if form.ending != "json"},
    }
}


class ComposeRequest(BaseModel):
    """A script from a bare list of SKUs; each may name its role after a colon."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "pattern": "evening-60", "skus": ["RU-ALENKA-90:hit", "HH-BLUEBERRY-JAM-320"], "languages": ["zh", "ru"],
                "minutes": 60, "seed": 7,
            }
        },
    )  # fmt: skip
    pattern: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$", max_length=40)]
    skus: list[Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)+(:[a-z]+)?$", max_length=60)]] = Field(
        min_length=1, max_length=100
    )
    languages: list[Language] = Field(["zh", "ru"], min_length=1, max_length=2)
    minutes: int | None = Field(None, gt=0, le=600)
    seed: int = Field(1, ge=0, lt=2**31)
    market: Literal["CN", "RU"] | None = None


class LineChange(BaseModel):
    """New words, a lock, or both. Words left out stay."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"zh": "大家好！", "ru": "Добрый вечер!"}})
    zh: Text | None = None
    ru: Text | None = None
    locked: bool | None = None


class StateChange(BaseModel):
    """The next state, and why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"to": "checked", "note": "价格核对过"}})
    to: Literal["draft", "checked", "reviewed", "ready", "aired"]
    note: Annotated[Text, StringConstraints(max_length=200)] | None = None


class Reviews(BaseModel):
    """Reviews before the broadcast."""

    items: list[ReviewShown]


class Corrections(BaseModel):
    """Corrections on air."""

    items: list[CorrectionShown]


@router.get("/patterns")
def list_patterns(session: Reading) -> Patterns:
    """Run-of-show patterns to choose from."""
    return Patterns(items=[PatternShown.model_validate(found, from_attributes=True) for found in patterns().values()])


@router.post("/scripts/compose", response_model=ScriptDocument, responses=_DOCUMENT)
def compose_script(session: Reading, request: ComposeRequest, format: DocumentFormat = "json") -> Response:
    """Compose a script without keeping it; the answer is the document of the wanted format."""
    plan = plan_of_skus(
        request.skus, pattern_key=request.pattern, languages=request.languages, minutes=request.minutes,
        seed=request.seed, market=request.market,
    )  # fmt: skip
    brief = gather(session, plan)
    script = compose(brief, pattern(plan.pattern), library())
    return _document(render(script, brief, format), format, plan.key)


@router.get("/shows")
def read_shows(session: Reading, after: After = None, limit: Limit = 50) -> Page[ShowShown]:
    """A page of shows, newest first."""
    rows, following = show_page(session, after=after, limit=limit)
    return Page(items=[shown(show) for show in rows], next=following)


@router.put("/shows/{key}")
def put_show(session: Writing, response: Response, key: KeyPath, plan: ShowPlan, if_match: IfMatch = None) -> ShowShown:
    """Create a show, or change the one under this key."""
    if if_match is not None:
        before = find_show(session, key)
        demand_version(if_match, before.id, before.revision)
    show = save_show(session, ShowPlan.model_validate(plan.model_dump() | {"key": key}))
    tag(response, show.id, show.revision)
    return shown(show)


@router.get("/shows/{key}", response_model=ShowShown)
def read_show(session: Reading, response: Response, key: KeyPath) -> ShowShown:
    """One show with the versions of its script."""
    show = find_show(session, key)
    tag(response, show.id, show.revision)
    return shown(show)


@router.post("/shows/{key}/scripts")
def post_script(session: Writing, response: Response, key: KeyPath) -> ScriptShown:
    """Compose the show's script: a new version, or the newest if nothing changed since."""
    return _script(session, response, compose_show(session, find_show(session, key), person=_name(session)))


@router.get("/shows/{key}/scripts/{version}", response_model=ScriptShown)
def read_script(
    session: Reading, request: Request, response: Response, key: KeyPath, version: Id
) -> ScriptShown | Response:
    """One version with all its lines."""
    stored = find_script(session, key, version)
    if known_already(request, stored.id, stored.revision):
        return Response(status_code=304)
    return _script(session, response, stored)


@router.get("/shows/{key}/scripts/{version}/export/{format}", response_model=ScriptDocument, responses=_DOCUMENT)
def export_script(session: Reading, key: KeyPath, version: Id, format: DocumentFormat) -> Response:
    """One version as a document: html, docx, xlsx, csv, srt, vtt or json."""
    stored = find_script(session, key, version)
    content = render(restore(stored), brief_of(session, stored), format)
    return _document(content, format, f"{key}-v{version}")


@router.patch("/shows/{key}/scripts/{version}/lines/{line}")
def patch_line(
    session: Writing, response: Response, key: KeyPath, version: Id, line: NamePath, change: LineChange,
    if_match: IfMatch = None,
) -> LineAnswer:  # fmt: skip
    """Write own words into a line, lock it or free it."""
    stored = find_script(session, key, version)
    demand_version(if_match, stored.id, stored.revision)
    if change.locked is False:
        lock_line(session, stored, line=line, locked=False)
    words: dict[Language, str] = {}
    if change.zh is not None:
        words["zh"] = change.zh
    if change.ru is not None:
        words["ru"] = change.ru
    if words:
        edit_line(session, stored, line=line, words=words, person=_name(session))
    if change.locked:
        lock_line(session, stored, line=line, locked=True)
    return _line(session, response, stored, line)


@router.post("/shows/{key}/scripts/{version}/lines/{line}/redo")
def post_redo(
    session: Writing, response: Response, key: KeyPath, version: Id, line: NamePath, if_match: IfMatch = None
) -> LineAnswer:
    """Another wording for a line; the others keep their words."""
    stored = find_script(session, key, version)
    demand_version(if_match, stored.id, stored.revision)
    redo_line(session, stored, line=line, person=_name(session))
    return _line(session, response, stored, line)


@router.post("/shows/{key}/scripts/{version}/state")
def post_state(
    session: Writing, response: Response, key: KeyPath, version: Id, change: StateChange, if_match: IfMatch = None
) -> StateShown:
    """Take a script one state further, or back to draft."""
    stored = find_script(session, key, version)
    demand_version(if_match, stored.id, stored.revision)
    advance(session, stored, to=change.to, person=_name(session), note=change.note)
    tag(response, stored.id, stored.revision)
    return StateShown(version=stored.version, state=stored.state, states=list(STATES))


@router.post("/shows/{key}/scripts/{version}/check")
def post_check(session: Checking, key: KeyPath, version: Id) -> KeptCheckShown:
    """Check one version with the facts as they are now, and keep the check."""
    stored = find_script(session, key, version)
    findings = check_stored(session, stored, restore(stored), brief_of(session, stored))
    return kept_shown(keep_check_of(session, stored, findings), findings)


@router.get("/shows/{key}/scripts/{version}/check")
def read_check(session: Reading, key: KeyPath, version: Id) -> KeptCheckShown:
    """The newest kept check of one version."""
    stored = find_script(session, key, version)
    kept = last_check(session, kind="show", key=key, version=stored.version)
    if kept is None:
        raise NotFound(kind=Message(N_("The check")), name=f"{key} v{version}")
    return kept_shown(kept, findings_of(kept))


@router.post("/shows/{key}/scripts/{version}/review")
def post_review(session: Reviewing, key: KeyPath, version: Id, given: ReviewGiven) -> ReviewShown:
    """Your review before the broadcast: what of the five points you have looked at and found in order."""
    stored = find_script(session, key, version)
    return ReviewShown.model_validate(review_broadcast(session, show=key, version=stored.version, given=given))


@router.get("/shows/{key}/reviews")
def read_reviews(session: Reading, key: KeyPath) -> Reviews:
    """All reviews of a show's versions, the newest first."""
    find_show(session, key)
    return Reviews(items=[ReviewShown.model_validate(one) for one in reviews_of(session, key)])


@router.post("/shows/{key}/corrections")
def post_correction(session: Writing, key: KeyPath, given: CorrectionGiven) -> CorrectionShown:
    """A slip on air and the words it was put right with, as they were said."""
    find_show(session, key)
    return CorrectionShown.model_validate(correct_on_air(session, show=key, given=given))


@router.get("/shows/{key}/corrections")
def read_corrections(session: Reading, key: KeyPath) -> Corrections:
    """All corrections on air of a show, the newest first."""
    find_show(session, key)
    return Corrections(items=[CorrectionShown.model_validate(one) for one in corrections_of(session, key)])


def shown(show: Show) -> ShowShown:
    """One show for the outside."""
    return ShowShown.model_validate(
        {
            "key": show.key, "name": show.name, "pattern": show.pattern, "minutes": show.minutes,
            "languages": show.languages, "market": show.market, "seed": show.seed, "revision": show.revision,
            "items": [{"sku": item.sku.code, "role": item.role, "link": item.link} for item in show.items],
            "scripts": [
                {"version": s.version, "state": s.state, "seconds": s.seconds, "gap": s.gap} for s in show.scripts
            ],
        }
    )  # fmt: skip


def _name(session: Session) -> str:
    return caller_of(session).name


def _script(session: Session, response: Response, stored: StoredScript) -> ScriptShown:
    tag(response, stored.id, stored.revision)
    data = as_data(restore(stored), brief_of(session, stored))
    steps = [{"state": s.state, "at": s.at, "person": s.person, "note": s.note} for s in stored.steps]
    return ScriptShown.model_validate(
        data
        | {
            "show": stored.show.key, "version": stored.version, "revision": stored.revision, "state": stored.state,
            "steps": steps,
        }
    )  # fmt: skip


def _line(session: Session, response: Response, stored: StoredScript, key: str) -> LineAnswer:
    script = _script(session, response, stored)
    line = next(line for block in script.blocks for line in block.lines if line.key == key)
    return LineAnswer(state=script.state, revision=script.revision, line=line)


def _document(content: bytes, format: str, name: str) -> Response:
    form = FORMATS[format]
    shown = "inline" if form.ending in ("html", "json") else "attachment"
    disposition = f'{shown}; filename="{name}.{form.ending}"'
    return Response(content, media_type=form.media, headers={"Content-Disposition": disposition})
