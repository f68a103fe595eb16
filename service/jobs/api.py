"""HTTP: order jobs, follow them, cancel them, fetch what they made."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from service.database import Database
from service.http.kinds import Id
from service.http.languages import CallerLocale
from service.http.paging import After, Limit, Page
from service.i18n import Locale, Message
from service.jobs.kinds import KINDS, Nothing
from service.jobs.models import FINAL, Job, State
from service.jobs.ordering import cancel, file_of, find_job, job_page, live, order
from service.people.caller import Caller
from service.people.guard import Guarded, reading, writing
from service.queue import Queue

router = APIRouter(route_class=Guarded, prefix="/api/v1/jobs", tags=["jobs"])
Reading = Annotated[Session, reading("jobs:run")]
Writing = Annotated[Session, writing("jobs:run")]
STREAM = 25.0  # seconds: a stream ends before a stopping service would have to wait; browsers come back by themselves
STEP = 0.4  # seconds between looks


class JobWanted(BaseModel):
    """A kind of job and its parameters."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"kind": "documents", "parameters": {"shows": ["sample-evening"], "formats": ["docx", "srt"]}}
        },
    )
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z.]+$", max_length=40)]
    parameters: dict[str, Any] = Field({}, max_length=20)


class JobError(BaseModel):
    """Why it failed, in the caller's language."""

    title: str
    remedy: str


class JobShown(BaseModel):
    """One job: who wanted what, how far it is, what came of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 12, "kind": "documents", "title": "脚本文档打包", "parameters": {"shows": ["sample-evening"]},
                "person": "Лена", "state": "running", "attempt": 1, "done": 3, "total": 14, "result": None, "file": None,
                "error": None, "cancel_wanted": False, "created_at": "2026-11-24T12:00:00Z",
                "started_at": "2026-11-24T12:00:01Z", "finished_at": None,
            }
        }
    )  # fmt: skip
    id: int
    kind: str
    title: str
    parameters: dict[str, Any]
    person: str
    state: State
    attempt: int
    done: int
    total: int | None
    result: dict[str, Any] | None
    file: str | None
    error: JobError | None
    cancel_wanted: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class KindShown(BaseModel):
    """A kind of job with the JSON schema of its parameters."""

    kind: str
    title: str
    right: str
    parameters: dict[str, Any]


@router.get("/kinds")
def read_kinds(_session: Reading, locale: CallerLocale) -> list[KindShown]:
    """What can be ordered."""
    return [
        KindShown(
            kind=k.name, title=Message(k.title).say(locale), right=k.right, parameters=k.parameters.model_json_schema()
        )
        for k in KINDS.values()
    ]


@router.post("", status_code=202)
def post_job(
    session: Writing, request: Request, response: Response, locale: CallerLocale, wanted: JobWanted
) -> JobShown:
    """Order a job. It is queued in this very transaction; follow it at `Location`."""
    known = KINDS.get(wanted.kind)
    parameters = known.parameters.model_validate(wanted.parameters) if known else Nothing()
    job = order(session, kind=wanted.kind, parameters=parameters)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return shown(job, locale, request.app.state.queue)


@router.get("")
def read_jobs(
    session: Reading, request: Request, locale: CallerLocale, after: After = None, limit: Limit = 50
) -> Page[JobShown]:
    """A page of the organisation's jobs, newest first."""
    rows, following = job_page(session, after=after, limit=limit)
    return Page(items=[shown(job, locale, request.app.state.queue) for job in rows], next=following)


@router.get("/{job}")
def read_job(session: Reading, request: Request, locale: CallerLocale, job: Id) -> JobShown:
    """One job, with live progress while it runs."""
    return shown(find_job(session, job), locale, request.app.state.queue)


@router.post("/{job}/cancel")
def post_cancel(session: Writing, request: Request, locale: CallerLocale, job: Id) -> JobShown:
    """Cancel a job: at once if it waits, at its next step if it runs. What it did until then is undone."""
    return shown(cancel(session, job=job), locale, request.app.state.queue)


@router.get("/{job}/file", response_class=Response, responses={200: {"content": {"application/octet-stream": {}}}})
def read_file(session: Reading, job: Id) -> Response:
    """The file it made."""
    name, file = file_of(session, job=job)
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in ".-_") else "_" for sign in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(file.content, media_type=file.media, headers={"Content-Disposition": disposition})


@router.get("/{job}/events", response_class=Response, responses={200: {"content": {"text/event-stream": {}}}})
def stream_job(session: Reading, request: Request, locale: CallerLocale, job: Id) -> Response:
    """Server-sent events: the job each time it changes, until it is over. The stream ends after 25 s; come back then."""
    find_job(session, job)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx must not hold events back
    return StreamingResponse(_changes(request, locale, job), media_type="text/event-stream", headers=headers)


async def _changes(request: Request, locale: Locale, job: int) -> AsyncIterator[bytes]:
    caller: Caller = request.state.caller
    database: Database = request.app.state.database
    queue: Queue = request.app.state.queue

    def look() -> JobShown:
        with database.acting(caller).reading() as session:
            return shown(find_job(session, job), locale, queue)

    last, until = None, time.monotonic() + STREAM
    while time.monotonic() < until:
        now = await run_sync(look)
        if now != last:
            yield format_sse_event(data_str=now.model_dump_json(), event="job", retry=1000)
            last = now
        if now.state in FINAL or request.app.state.leaving.is_set() or await request.is_disconnected():
            return
        await anyio.sleep(STEP)


def shown(job: Job, locale: Locale, queue: Queue | None) -> JobShown:
    """One job for the outside; the live figures come from the queue."""
    progress = queue.get(f"progress:{job.id}") if queue and job.state == "running" else None
    done, total = live(job, progress)
    known = KINDS.get(job.kind)
    title = Message(known.title).say(locale) if known else job.kind
    error = JobError(title=job.error[locale][0], remedy=job.error[locale][1]) if job.error else None
    return JobShown(
        id=job.id, kind=job.kind, title=title, parameters=job.parameters, person=job.person, state=job.state,
        attempt=job.attempt, done=done, total=total, result=job.result, file=job.file, error=error,
        cancel_wanted=job.cancel_wanted, created_at=job.created_at, started_at=job.started_at, finished_at=job.finished_at,
    )  # fmt: skip
