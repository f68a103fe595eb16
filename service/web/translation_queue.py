"""Which drafts somebody works through, in which order: what is due first at the front, then the oldest; what comes after one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlencode

from fastapi import Depends, Query
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.translation.models import Draft

__all__ = ["DUE", "ORIGINS", "STATES", "Counts", "Narrowed", "Queue", "count_waiting"]

To = Literal["", "zh", "ru"]
Origin = Literal["", "exact", "memory", "terms", "machine", "mixed"]
Due = Literal["", "late", "week", "dated", "undated"]
State = Literal["waiting", "accepted", "edited", "refused", "withdrawn"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)[1:]
DUE: tuple[Due, ...] = get_args(Due)[1:]
STATES: tuple[State, ...] = get_args(State)
EXACT = 100
"""The lowest score of a pair that says the same words."""
_NEVER = date(9999, 12, 31)
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Queue:
    """What is shown of the drafts. `origin` exact: what the memory holds word for word; `due` by the reader's `day`."""

    to: To = ""
    origin: Origin = ""
    due: Due = ""
    product: str = ""
    state: State = "waiting"

    @property
    def filtered(self) -> bool:
        """Whether it narrows anything."""
        return self != Queue()

    def address(self, path: str = "/translation", **changes: Any) -> str:
        """The address of a page with this filter, some of it changed; what is empty is left out."""
        values = asdict(self) | changes
        kept = {name: value for name, value in values.items() if value and (name, value) != ("state", "waiting")}
        return f"{path}?{urlencode(kept)}" if kept else path

    def page(self, session: Session, day: date, *, number: int, size: int) -> tuple[list[Draft], bool]:
        """A page of drafts, and whether there are more."""
        query = self._wanted(day).options(joinedload(Draft.product), selectinload(Draft.comments))
        decided = self.state != "waiting"
        order = (Draft.decided_at.desc(), Draft.id.desc()) if decided else (_due(), Draft.id)
        rows = session.scalars(query.order_by(*order).offset((number - 1) * size).limit(size + 1)).all()
        return list(rows[:size]), len(rows) > size

    def following(self, session: Session, draft: Draft, day: date) -> int | None:
        """The number of the draft that waits after this one; at the end of the queue the first one. None: no other waits."""
        waiting = Queue(self.to, self.origin, self.due, self.product)._wanted(day).where(Draft.id != draft.id)
        place = draft.due_on or _NEVER
        later = or_(_due() > place, and_(_due() == place, Draft.id > draft.id))
        for query in (waiting.where(later), waiting):
            found: Draft | None = session.scalar(query.order_by(_due(), Draft.id).limit(1))
            if found is not None:
                return found.id
        return None

    def exact(self, session: Session, languages: Sequence[str], day: date, *, most: int) -> list[Draft]:
        """Drafts of the filter that the memory holds word for word, in these languages."""
        query = Queue(self.to, "exact", self.due, self.product)._wanted(day).where(Draft.locale.in_(languages))
        query = query.options(joinedload(Draft.product), selectinload(Draft.comments))
        return list(session.scalars(query.order_by(Draft.id).limit(most)))

    def _wanted(self, day: date) -> Select[Any]:
        query = select(Draft).where(Draft.state == self.state)
        if self.to:
            query = query.where(Draft.locale == self.to)
        if self.origin == "exact":
            query = query.where(Draft.origin == "memory", Draft.score >= EXACT)
        elif self.origin:
            query = query.where(Draft.origin == self.origin)
        if self.product:
            query = query.where(Draft.product.has(key=self.product))
        if self.due == "late":
            query = query.where(Draft.due_on < day)
        elif self.due == "week":
            query = query.where(Draft.due_on <= day + _WEEK)
        elif self.due:
            query = query.where(Draft.due_on.is_not(None) if self.due == "dated" else Draft.due_on.is_(None))
        return query


def _due() -> Any:
    return func.coalesce(Draft.due_on, _NEVER)


def _asked(
    to: To = "", origin: Origin = "", due: Due = "", state: State = "waiting",
    product: Annotated[str, Query(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", max_length=60)] = "",
) -> Queue:  # fmt: skip
    return Queue(to, origin, due, product, state)


Narrowed = Annotated[Queue, Depends(_asked)]
"""A filter as addresses carry it."""


@dataclass
class Counts:
    """How many drafts wait, and which."""

    total: int = 0
    late: int = 0
    to: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    """By language, those the memory holds word for word."""


def count_waiting(session: Session, day: date) -> Counts:
    """Of all drafts that wait."""
    same = and_(Draft.origin == "memory", Draft.score >= EXACT)
    late = func.coalesce(Draft.due_on < day, False)
    query = select(Draft.locale, same, late, func.count()).where(Draft.state == "waiting")
    counts = Counts()
    for locale, exact, overdue, number in session.execute(query.group_by(Draft.locale, same, late)):
        counts.total += number
        counts.to[locale] += number
        counts.exact[locale] += number if exact else 0
        counts.late += number if overdue else 0
    return counts
