"""Tables of background work."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from service.database import Base, now
from service.i18n import N_
from service.people.reach import Own

__all__ = ["FINAL", "STATE_NAMES", "Job", "JobFile", "State"]

State = Literal["queued", "running", "done", "failed", "cancelled"]
STATE_NAMES: dict[State, str] = {
    "queued": N_("waiting"),
    "running": N_("running"),
    "done": N_("done"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
}
FINAL = ("done", "failed", "cancelled")


class Job(Own, Base):
    """One piece of work. `attempt` counts the workers who took it: only the last of them may finish it.

    `done` of `total` is what stood when it last stopped; while it runs, the live figures are in the queue's store.
    `error` holds title and remedy in each language.
    """

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    parameters: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    person: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    result: Mapped[dict[str, Any] | None]
    file: Mapped[str | None] = mapped_column(String(120))
    error: Mapped[dict[str, Any] | None]
    cancel_wanted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobFile(Own, Base):
    """The file a job made: in the database, so that every web process can hand it out."""

    __tablename__ = "job_file"

    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), primary_key=True)
    media: Mapped[str] = mapped_column(String(80))
    content: Mapped[bytes]
