"""Jobs as people see them: ordered, listed, cancelled, looked at."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import now, nudge_after_commit
from service.errors import DomainError, NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.jobs.kinds import KINDS
from service.jobs.models import FINAL, Job, JobFile
from service.people.audit import record
from service.people.caller import caller_of
from service.people.rights import named

__all__ = ["JobOver", "NoFile", "NotYourRight", "cancel", "file_of", "find_job", "job_page", "order"]


class NotYourRight(DomainError):
    """The job does something the caller may not do."""

    status = 403
    title = N_("Your roles here do not allow this job: it needs {right}.")
    remedy = N_("Ask an administrator of your organisation.")


class JobOver(DomainError):
    """A job that has ended cannot be cancelled."""

    status = 409
    title = N_("The job {job} is over: {state}.")
    remedy = N_("Start a new one if you need it again.")


class NoFile(DomainError):
    """The job made no file, or has not come to it."""

    status = 404
    title = N_("The job {job} has no file (state: {state}).")
    remedy = N_("Wait until it is done; only some kinds make a file.")


def order(session: Session, *, kind: str, parameters: BaseModel) -> Job:
    """Queue a job for the caller. Raises `NotFound` (no such kind), `NotYourRight`."""
    caller = caller_of(session)
    known = KINDS.get(kind)
    if known is None:
        raise NotFound(kind=Message(N_("The kind of job")), name=kind, known=KINDS)
    if not caller.may(known.right):
        raise NotYourRight(right=named(known.right))
    job = Job(kind=kind, parameters=parameters.model_dump(mode="json"), person_id=caller.person, person=caller.name)
    session.add(job)
    session.flush()
    record(session, "job.ordered", f"{job.id} {kind}")
    nudge_after_commit(session, "job", str(job.id))
    return job


def find_job(session: Session, job: int) -> Job:
    """One job of the organisation; raises `NotFound`."""
    found = session.scalar(select(Job).where(Job.id == job))
    if found is None:
        raise NotFound(kind=Message(N_("The job")), name=str(job))
    return found


def job_page(session: Session, *, after: str | None, limit: int) -> tuple[list[Job], str | None]:
    """The organisation's jobs, newest first."""
    return page_of(session, select(Job), by=[Job.id], after=after, limit=limit, newest_first=True)


def cancel(session: Session, *, job: int) -> Job:
    """Take a waiting job out of the queue, or ask a running one to stop. Raises `NotFound`, `JobOver`."""
    found = find_job(session, job)
    session.refresh(found, with_for_update=True)
    if found.state in FINAL:
        raise JobOver(job=job, state=found.state)
    found.cancel_wanted = True
    if found.state == "queued":
        found.state, found.finished_at = "cancelled", now()
    record(session, "job.cancelled", f"{found.id} {found.kind}")
    return found


def file_of(session: Session, *, job: int) -> tuple[str, JobFile]:
    """Name and content of the file a job made. Raises `NotFound`, `NoFile`."""
    found = find_job(session, job)
    file = session.get(JobFile, job)
    if file is None or found.file is None:
        raise NoFile(job=job, state=found.state)
    return found.file, file


def live(job: Job, progress: Any) -> tuple[int, int | None]:
    """How far a job is: the live figures while it runs, else those of its row."""
    if job.state == "running" and isinstance(progress, list) and len(progress) == 2:
        return int(progress[0]), progress[1]
    return job.done, job.total
