"""Those who set prices of one organisation wait for each other: what one decides rests on what the other has written."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.people.reach import organisation_of

__all__ = ["take_turns"]

_PRICES = 4245  # the lock's number, of our own choosing; no other place takes a pair of numbers


def take_turns(session: Session) -> None:
    """Wait until nobody else is setting prices of this organisation; others wait until this session's transaction ends.

    SQLite's writer is alone anyway. Rows cannot be locked instead: the SKU may be another organisation's.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_PRICES, organisation_of(session))))
