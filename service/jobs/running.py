"""Runs a job: taken by one worker, finished once in effect.

A worker takes a job by raising `attempt` under a lock. Its effect and the mark `done` are one transaction that demands the
attempt be still its own: a worker that was thought dead and comes back finds another number and leaves no trace.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database, now
from service.errors import DomainError
from service.i18n import LOCALES, N_, Message
from service.jobs.kinds import KINDS, Kind, Outcome
from service.jobs.models import FINAL, Job, JobFile
from service.people.audit import record
from service.people.caller import MACHINE, Caller
from service.people.recognising import as_person
from service.queue import Queue
from service.webhooks.telling import tell

__all__ = ["run_job", "sweep"]

log = structlog.get_logger(__name__)
BEAT, DEAD = 3.0, 12.0  # seconds between signs of life; without one for this long, a worker is dead
MOST_ATTEMPTS = 5


class Cancelled(Exception):
    """Somebody cancelled the job."""


class Interrupted(Exception):
    """The worker stops; another goes on."""


class Superseded(Exception):
    """Another worker has taken the job over."""


class _Work:
    """See `kinds.Work`."""

    def __init__(self, database: Database, queue: Queue, number: int, attempt: int) -> None:
        self._database, self._queue, self.number, self._attempt = database, queue, number, attempt
        self._told = 0.0
        self.done = 0
        self.total: int | None = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._database.reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self._database.writing() as session:
            _mine(session, self.number, self._attempt)
            yield session

    def progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self._queue.stopping.is_set():
            raise Interrupted
        if time.monotonic() - self._told < 0.2 and done < total:
            return
        self._told = time.monotonic()
        self._queue.put(f"progress:{self.number}", [done, total])
        with self._database.acting(MACHINE).reading() as session:
            if session.scalar(select(Job.cancel_wanted).where(Job.id == self.number)):
                raise Cancelled


def run_job(database: Database, queue: Queue, number: int) -> None:
    """Take a job and bring it to its end, if nobody else has it."""
    taken = _take(database, queue, number)
    if taken is None:
        return
    job, caller = taken
    attempt = job.attempt
    with structlog.contextvars.bound_contextvars(job=number, kind=job.kind, attempt=attempt), _beating(queue, number):
        log.info("job begins")
        machine = database.acting(MACHINE)
        if job.attempt > MOST_ATTEMPTS:
            _end(machine, number, attempt, "failed", error=_error(_ENDLESS, _ENDLESS_REMEDY))
            return
        kind = KINDS.get(job.kind)
        if caller is None or kind is None or not caller.may(kind.right):
            _end(machine, number, attempt, "failed", error=_error(_NO_RIGHT, _NO_RIGHT_REMEDY))
            return
        work = _Work(database.acting(caller), queue, number, attempt)
        try:
            outcome = kind.run(work, kind.parameters.model_validate(job.parameters))
            _finish(database.acting(caller), number, attempt, work, kind, outcome)
        except Superseded:
            log.warning("another worker has taken it over; this one leaves no trace")
        except Interrupted:
            _back(machine, number, attempt)
        except Cancelled:
            _end(machine, number, attempt, "cancelled", work=work)
        except DomainError as error:
            _end(machine, number, attempt, "failed", work=work, error=_error_of(error))
        except Exception:
            log.exception("job failed")
            _end(machine, number, attempt, "failed", work=work, error=_error(_BROKE, _BROKE_REMEDY))
    queue.forget(f"beat:{number}", f"progress:{number}")


def _take(database: Database, queue: Queue, number: int) -> tuple[Job, Caller | None] | None:
    machine = database.acting(MACHINE)
    with machine.reading() as session:
        seen = session.get(Job, number)
        if seen is None or seen.state in FINAL or (seen.state == "running" and queue.beats(str(number), DEAD)):
            return None
        attempt = seen.attempt
    with machine.writing() as session:
        job = session.scalar(select(Job).where(Job.id == number).with_for_update())
        if job is None or job.state in FINAL or job.attempt != attempt:
            return None
        job.state, job.attempt, job.started_at = "running", attempt + 1, job.started_at or now()
        queue.beat(str(number))
        return job, as_person(session, job.person_id, job.organisation_id)


@contextmanager
def _beating(queue: Queue, number: int) -> Iterator[None]:
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            queue.beat(str(number))

    thread = threading.Thread(target=beat, daemon=True, name=f"beat-{number}")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _mine(session: Session, number: int, attempt: int) -> Job:
    job = session.scalar(select(Job).where(Job.id == number).with_for_update())
    if job is None or job.state != "running" or job.attempt != attempt:
        raise Superseded
    return job


def _finish(database: Database, number: int, attempt: int, work: _Work, kind: Kind, outcome: Outcome) -> None:
    with database.writing() as session:
        job = _mine(session, number, attempt)
        if job.cancel_wanted:
            raise Cancelled
        result = dict(outcome.result)
        if outcome.effect:
            result |= outcome.effect(session) or {}
        if outcome.file:
            job.file = outcome.file.name
            session.add(JobFile(job_id=number, media=outcome.file.media, content=outcome.file.content))
        job.state, job.result, job.finished_at = "done", result, now()
        job.done, job.total = (work.total or 0, work.total)
        record(session, "job.done", f"{number} {kind.name}")
        tell(session, "job.done", {"job": number, "kind": kind.name})
    log.info("job done")


def _end(
    machine: Database,
    number: int,
    attempt: int,
    state: str,
    *,
    work: _Work | None = None,
    error: dict[str, Any] | None = None,
) -> None:
    with machine.writing() as session:
        try:
            job = _mine(session, number, attempt)
        except Superseded:
            return
        job.state, job.error, job.finished_at = state, error, now()
        if work:
            job.done, job.total = work.done, work.total
        record(session, f"job.{state}", f"{number} {job.kind}", organisation=job.organisation_id)
        if state == "failed":
            tell(session, "job.failed", {"job": number, "kind": job.kind}, organisation=job.organisation_id)
    log.info("job ended", state=state)


def _back(machine: Database, number: int, attempt: int) -> None:
    """The worker stops on purpose: that is no failed attempt."""
    with machine.writing() as session:
        try:
            job = _mine(session, number, attempt)
        except Superseded:
            return
        job.state = "queued"
    log.info("job goes back to the queue")


def sweep(database: Database, queue: Queue) -> None:
    """Wake workers for jobs nobody has: their message was lost, or their worker died."""
    with database.acting(MACHINE).reading() as session:
        waiting = session.scalars(select(Job.id).where(Job.state.in_(("queued", "running"))).order_by(Job.id)).all()
    for number in waiting:
        if not queue.beats(str(number), DEAD):
            queue.nudge("job", str(number))


_BROKE, _BROKE_REMEDY = N_("Something broke on our side; nothing was changed."), N_("Try again; if it stays, tell the operator the time. The log holds the reason.")  # fmt: skip
_ENDLESS, _ENDLESS_REMEDY = N_("The job was interrupted {times} times."), N_("Start it again when the service runs quietly; tell the operator if it stays.")  # fmt: skip
_NO_RIGHT, _NO_RIGHT_REMEDY = N_("Whoever wanted this job may no longer do it."), N_("Ask an administrator of your organisation.")  # fmt: skip


def _error(title: str, remedy: str) -> dict[str, Any]:
    facts = {"times": MOST_ATTEMPTS}
    return {lang: [Message(title, facts).say(lang), Message(remedy, facts).say(lang)] for lang in LOCALES}


def _error_of(error: DomainError) -> dict[str, Any]:
    return {lang: [error.message().say(lang), error.advice().say(lang)] for lang in LOCALES}
