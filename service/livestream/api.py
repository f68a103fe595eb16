"""HTTP: compose scripts, keep shows, change lines, take states further, fetch documents."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.http import Reader, Writer
from service.livestream.blocks import library
from service.livestream.brief import Language
from service.livestream.composing import compose
from service.livestream.editing import edit_line, lock_line, redo_line
from service.livestream.exports import FORMATS, render
from service.livestream.exports.json import as_data
from service.livestream.files import ShowPlan
from service.livestream.gathering import gather, plan_of_skus
from service.livestream.models import STATES, Show, StoredScript
from service.livestream.patterns import pattern, patterns
from service.livestream.shows import advance, brief_of, compose_show, find_script, find_show, list_shows, save_show
from service.livestream.storing import restore

router = APIRouter(tags=["livestream"])


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
    pattern: str
    skus: list[str] = Field(min_length=1, max_length=100)
    languages: list[Language] = Field(["zh", "ru"], min_length=1, max_length=2)
    minutes: int | None = Field(None, gt=0, le=600)
    seed: int = Field(1, ge=0, lt=2**31)
    market: Literal["CN", "RU"] | None = None


class LineChange(BaseModel):
    """New words, a lock, or both. Words left out stay."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"zh": "大家好！", "ru": "Добрый вечер!"}})
    zh: str | None = Field(None, max_length=2000)
    ru: str | None = Field(None, max_length=2000)
    locked: bool | None = None


class StateChange(BaseModel):
    """The next state, and who says so."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"to": "checked", "person": "Лена"}})
    to: Literal["draft", "checked", "reviewed", "ready", "aired"]
    person: str = Field(min_length=1, max_length=80)
    note: str | None = Field(None, max_length=200)


@router.get("/patterns")
def list_patterns() -> dict[str, Any]:
    """Run-of-show patterns to choose from."""
    return {
        "items": [
            {"key": found.key, "name": found.name.model_dump(), "purpose": found.purpose.model_dump(), "minutes": found.minutes}
            for found in patterns().values()
        ]
    }  # fmt: skip


@router.post("/scripts/compose")
def compose_script(session: Reader, request: ComposeRequest, format: str = "json") -> Response:
    """Compose a script without keeping it; the answer is the document of the wanted format."""
    plan = plan_of_skus(
        request.skus, pattern_key=request.pattern, languages=request.languages, minutes=request.minutes,
        seed=request.seed, market=request.market,
    )  # fmt: skip
    brief = gather(session, plan)
    script = compose(brief, pattern(plan.pattern), library())
    return _document(render(script, brief, format), format, plan.key)


@router.get("/shows")
def read_shows(session: Reader) -> dict[str, Any]:
    """All shows, newest first."""
    return {"items": [_show(show) for show in list_shows(session)]}


@router.put("/shows/{key}")
def put_show(session: Writer, key: str, plan: ShowPlan) -> dict[str, Any]:
    """Create a show, or change the one under this key."""
    return _show(save_show(session, ShowPlan.model_validate(plan.model_dump() | {"key": key})))


@router.get("/shows/{key}")
def read_show(session: Reader, key: str) -> dict[str, Any]:
    """One show with the versions of its script."""
    return _show(find_show(session, key))


@router.post("/shows/{key}/scripts")
def post_script(session: Writer, key: str, person: str = "") -> dict[str, Any]:
    """Compose the show's script: a new version, or the newest if nothing changed since."""
    return _script(session, compose_show(session, find_show(session, key), person=person))


@router.get("/shows/{key}/scripts/{version}")
def read_script(session: Reader, key: str, version: int) -> dict[str, Any]:
    """One version with all its lines."""
    return _script(session, find_script(session, key, version))


@router.get("/shows/{key}/scripts/{version}/export/{format}")
def export_script(session: Reader, key: str, version: int, format: str) -> Response:
    """One version as a document: html, docx, xlsx, csv, srt, vtt or json."""
    stored = find_script(session, key, version)
    content = render(restore(stored), brief_of(session, stored), format)
    return _document(content, format, f"{key}-v{version}")


@router.patch("/shows/{key}/scripts/{version}/lines/{line}")
def patch_line(session: Writer, key: str, version: int, line: str, change: LineChange) -> dict[str, Any]:
    """Write own words into a line, lock it or free it."""
    stored = find_script(session, key, version)
    if change.locked is False:
        lock_line(session, stored, line=line, locked=False)
    words: dict[Language, str] = {}
    if change.zh is not None:
        words["zh"] = change.zh
    if change.ru is not None:
        words["ru"] = change.ru
    if words:
        edit_line(session, stored, line=line, words=words)
    if change.locked:
        lock_line(session, stored, line=line, locked=True)
    return _line(session, stored, line)


@router.post("/shows/{key}/scripts/{version}/lines/{line}/redo")
def post_redo(session: Writer, key: str, version: int, line: str) -> dict[str, Any]:
    """Another wording for a line; the others keep their words."""
    stored = find_script(session, key, version)
    redo_line(session, stored, line=line)
    return _line(session, stored, line)


@router.post("/shows/{key}/scripts/{version}/state")
def post_state(session: Writer, key: str, version: int, change: StateChange) -> dict[str, Any]:
    """Take a script one state further, or back to draft."""
    stored = find_script(session, key, version)
    advance(session, stored, to=change.to, person=change.person, note=change.note)
    return {"version": stored.version, "state": stored.state, "states": list(STATES)}


def _show(show: Show) -> dict[str, Any]:
    return {
        "key": show.key, "name": show.name, "pattern": show.pattern, "minutes": show.minutes, "languages": show.languages,
        "market": show.market, "seed": show.seed,
        "items": [{"sku": item.sku.code, "role": item.role, "link": item.link} for item in show.items],
        "scripts": [{"version": s.version, "state": s.state, "seconds": s.seconds, "gap": s.gap} for s in show.scripts],
    }  # fmt: skip


def _script(session: Session, stored: StoredScript) -> dict[str, Any]:
    data = as_data(restore(stored), brief_of(session, stored))
    steps = [{"state": s.state, "at": s.at.isoformat(), "person": s.person, "note": s.note} for s in stored.steps]
    return {"show": stored.show.key, "version": stored.version, "state": stored.state, "steps": steps, **data}


def _line(session: Session, stored: StoredScript, key: str) -> dict[str, Any]:
    data = _script(session, stored)
    lines = (line for block in data["blocks"] for line in block["lines"])
    return {"state": stored.state, "line": next(line for line in lines if line["key"] == key)}


def _document(content: bytes, format: str, name: str) -> Response:
    form = FORMATS[format]
    shown = "inline" if form.ending in ("html", "json") else "attachment"
    disposition = f'{shown}; filename="{name}.{form.ending}"'
    return Response(content, media_type=form.media, headers={"Content-Disposition": disposition})
