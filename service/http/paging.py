"""Pages of long lists: keyset, so that rows added meanwhile neither repeat nor hide any, and no page costs more than the first."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.errors import DomainError
from service.i18n import N_

__all__ = ["After", "BadCursor", "Limit", "Page", "page_of"]

Row = TypeVar("Row")
Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=200, description="Most items of the page.")]
After = Annotated[
    str | None, Query(max_length=400, description="`next` of the page before; leave out for the first page.")
]


class BadCursor(DomainError):
    """`after` is not a `next` that we gave out."""

    title = N_("This is no continuation of a list.")
    remedy = N_("Pass on “next” of the page before, unchanged, or leave “after” out.")


class Page(BaseModel, Generic[Item]):
    """Some items of a list, in stable order."""

    items: list[Item]
    next: str | None = Field(description="Pass it as `after` for the next page; null at the end.")


def page_of(
    session: Session, query: Select[Any], *, by: Sequence[InstrumentedAttribute[Any]], after: str | None, limit: int,
    newest_first: bool = False,
) -> tuple[list[Any], str | None]:  # fmt: skip
    """One page of entities and the cursor of the next. `by` are columns that together are unique. Raises `BadCursor`."""
    if after is not None:
        place = _read(after, by)
        columns = tuple_(*by)
        query = query.where(columns < tuple_(*place) if newest_first else columns > tuple_(*place))
    query = query.order_by(*(column.desc() if newest_first else column.asc() for column in by)).limit(limit + 1)
    rows = list(session.scalars(query))
    shown = rows[:limit]
    return shown, _write([getattr(shown[-1], column.key) for column in by]) if len(rows) > limit else None


def _write(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def _read(cursor: str, by: Sequence[InstrumentedAttribute[Any]]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise BadCursor() from None
    if not isinstance(values, list) or len(values) != len(by):
        raise BadCursor()
    for value, column in zip(values, by, strict=True):
        wanted = column.type.python_type
        if type(value) is not wanted or (wanted is int and not 0 <= value < 2**31) or "\0" in str(value):
            raise BadCursor()
    return values
