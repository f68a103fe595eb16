"""Puts many rows into one table in one go; SQLAlchemy's work on each of their values took a quarter of an import's time.

SQLite gets tuples through its driver. PostgreSQL gets all rows as one JSON text in one statement: one trip, and row-level
security is told nothing new (COPY it would refuse). Callers stand in for `people.reach`: every row names its organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Dialect, Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

__all__ = ["insert_missing", "insert_rows", "next_ids"]


class _Way(NamedTuple):
    statement: str
    processors: list[tuple[str, Callable[[Any], Any]]]


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]], *, types: Mapping[str, str] | None = None
) -> None:
    """Insert these rows, all with the same columns. `types` are PostgreSQL's of columns that only PostgreSQL has."""
    if not rows:
        return
    names = tuple(rows[0])
    if connection.dialect.name == "postgresql":
        way = _by_json(table, names, tuple((types or {}).items()), connection.dialect)
        connection.exec_driver_sql(way.statement, (orjson.dumps(rows, default=_hex).decode(),))
        return
    way = _by_driver(table, names, connection.dialect)
    for name, process in way.processors:
        for row in rows:
            row[name] = process(row[name])
    connection.exec_driver_sql(way.statement, [tuple(row.values()) for row in rows])


def insert_missing(session: Session, model: type[DeclarativeBase], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of a mapped class whose unique keys are not there yet; two who make the same one at once make it once."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(model).on_conflict_do_nothing(), rows)


def next_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """Ids nobody else gets, for rows about to be inserted; SQLite's writer is alone until it commits."""
    if connection.dialect.name == "postgresql":
        query = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(connection.scalars(query, {"name": table.name, "count": count}))
    last = connection.scalar(select(func.max(table.c.id))) or 0
    return list(range(last + 1, last + 1 + count))


def _hex(value: Any) -> str:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(type(value).__name__)


@lru_cache(maxsize=64)
def _by_json(table: Table, names: tuple[str, ...], types: tuple[tuple[str, str], ...], dialect: Dialect) -> _Way:
    own = dict(types)
    typed = ", ".join(f"{name} {own.get(name) or table.c[name].type.compile(dialect)}" for name in names)
    columns = ", ".join(names)
    return _Way(
        f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM json_to_recordset(%s::json) AS rows({typed})", []
    )


@lru_cache(maxsize=64)
def _by_driver(table: Table, names: tuple[str, ...], dialect: Dialect) -> _Way:
    found = [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names]
    places = ", ".join("?" * len(names))
    return _Way(
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", [(name, p) for name, p in found if p]
    )
