"""Posts that move stock or money happen once: the same `Idempotency-Key` gets the same answer, also after a restart.

The key is stored in the transaction that does the work: if that fails, neither is there and the caller may try again. Two at
once: the second waits for the first and gets its answer. A key used again with another request is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import String, UniqueConstraint, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column
from starlette.responses import Response

from service.database import Base, now
from service.errors import DomainError
from service.i18n import N_
from service.people.caller import caller_of
from service.people.reach import Own

__all__ = ["Answered", "KeyReused", "Once", "OnceKey", "forget_old"]

KEPT = timedelta(days=30)
OnceKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key", min_length=8, max_length=80, pattern=r"^[\x21-\x7e]+$", examples=["9f1c2a52-0c1e-4b57"],
        description="A random word of your own for this act; repeat it when you repeat the request. Kept for 30 days.",
    ),
]  # fmt: skip


class Answered(Own, Base):
    """An answer that was given, under the key of its request."""

    __tablename__ = "answered"
    __table_args__ = (UniqueConstraint("organisation_id", "who", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(String(24))
    key: Mapped[str] = mapped_column(String(80))
    request: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now, index=True)


class KeyReused(DomainError):
    """The key belongs to another request."""

    status = 409
    title = N_("This Idempotency-Key was used for a different request; nothing was changed.")
    remedy = N_("Take a new key for a new request; repeat a request unchanged under its old key.")


class Doing:
    """Does the work of one request, or finds what it answered before."""

    def __init__(self, request: Request, key: str) -> None:
        self._key = key
        self._place = f"{request.method} {request.url.path}?{request.url.query}"

    def __call__(
        self, session: Session, body: BaseModel, work: Callable[[], BaseModel], *, status: int = 200
    ) -> Response:
        """The answer of `work`, done now or before. Raises `KeyReused`, and whatever `work` raises."""
        caller = caller_of(session)
        who = f"person:{caller.person}" if caller.person is not None else caller.name[:24]
        mark = hashlib.sha256(f"{self._place}\n{body.model_dump_json()}".encode()).hexdigest()
        row = Answered(who=who, key=self._key, request=mark, status=status, body="")
        if before := _before(session, who, self._key):
            return _again(before, mark)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another request with this key came first; we waited for it here
            before = _before(session, who, self._key)
            if before is None:
                raise
            return _again(before, mark)
        row.body = work().model_dump_json()
        return _answer(row.body, status)


def _before(session: Session, who: str, key: str) -> Answered | None:
    return session.scalar(select(Answered).where(Answered.who == who, Answered.key == key))


def _again(before: Answered, mark: str) -> Response:
    if before.request != mark:
        raise KeyReused()
    response = _answer(before.body, before.status)
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _answer(body: str, status: int) -> Response:
    return Response(body, status_code=status, media_type="application/json")


async def _doing(request: Request, key: OnceKey) -> Doing:
    return Doing(request, key)


Once = Annotated[Doing, Depends(_doing)]


def forget_old(session: Session) -> int:
    """Drop answers older than 30 days; returns how many."""
    result: Any = session.execute(delete(Answered).where(Answered.at < now() - KEPT))
    return int(result.rowcount)
