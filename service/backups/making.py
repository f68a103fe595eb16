"""Makes, checks and restores backups while the service runs: SQLite by its online backup, PostgreSQL by pg_dump in one snapshot."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from service import __version__
from service.backups.archive import BackupDamaged, Manifest, pack, unpack
from service.backups.contents import contents
from service.database import Database, now
from service.errors import DomainError, shown_path
from service.i18n import N_
from service.people.caller import MACHINE

__all__ = ["NotEmpty", "ToolFailed", "WrongKind", "make_backup", "restore_backup", "verify_backup"]


class NotEmpty(DomainError):
    """A backup goes into an empty database only: nothing is ever overwritten."""

    status = 409
    title = N_("The database {name} is not empty.")
    remedy = N_("Name an empty one in DATABASE_URL (for SQLite: a file that does not exist), then restore into that.")


class WrongKind(DomainError):
    """A backup of SQLite goes into SQLite, one of PostgreSQL into PostgreSQL."""

    title = N_("The backup is of {kind}, but DATABASE_URL names {other}.")
    remedy = N_("Name a database of the same kind.")


class ToolFailed(DomainError):
    """PostgreSQL's own programs are missing or refuse."""

    title = N_("{tool} failed: {reason}")
    remedy = N_(
        "Install PostgreSQL's client programs of at least the server's version; AMURLIVE_PG_BIN names their folder."
    )


def make_backup(database: Database, *, folder: Path, pg_bin: Path | None = None) -> tuple[Path, Manifest]:
    """Write a backup of the whole database into `folder`. Raises `ToolFailed`."""
    folder.mkdir(parents=True, exist_ok=True)
    moment = now()
    file = folder / f"amurlive-{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}.backup"
    state = database.state()
    manifest = {"made_at": moment, "version": __version__, "schema_version": state.schema or ""}
    with tempfile.TemporaryDirectory(dir=folder) as place:
        data = Path(place) / "data"
        if database.url.get_backend_name() == "sqlite":
            tables = _copy_sqlite(database.url.database or "", data)
            return file, pack(file, data, manifest | {"kind": "sqlite", "tables": tables})
        with database.acting(MACHINE).reading() as session:
            connection = session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            options = [
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                "--enable-row-security",
                "--exclude-table=huey_*",
            ]
            _pg(pg_bin, "pg_dump", database.url, *options, f"--snapshot={snapshot}", f"--file={data}")
            tables = contents(connection)
        return file, pack(file, data, manifest | {"kind": "postgresql", "tables": tables})


def _copy_sqlite(source: str, target: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy, pages=2000, sleep=0.01)
        copy.execute("PRAGMA journal_mode=DELETE")
    with _opened_sqlite(target) as connection:
        return contents(connection)


@contextmanager
def _opened_sqlite(path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def verify_backup(file: Path, *, server: URL | None = None, pg_bin: Path | None = None) -> tuple[Manifest, bool]:
    """Check a backup; the second value tells whether its rows were read back and compared, table by table.

    SQLite needs nothing else. PostgreSQL restores into a database made for the purpose on `server`, if its user may make
    one. Raises `BackupDamaged`, `ToolFailed`.
    """
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        manifest = unpack(file, data)
        if manifest.kind == "sqlite":
            with _opened_sqlite(data) as connection:
                _compare(file, manifest, connection)
                if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
                    raise BackupDamaged(file=shown_path(file), reason="integrity_check")
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise BackupDamaged(file=shown_path(file), reason="foreign_key_check")
            return manifest, True
        _pg(pg_bin, "pg_restore", None, "--list", str(data))
        if server is None or server.get_backend_name() != "postgresql":
            return manifest, False
        return manifest, _verify_on_server(file, manifest, data, server, pg_bin)


def _verify_on_server(file: Path, manifest: Manifest, data: Path, server: URL, pg_bin: Path | None) -> bool:
    name = f"amurlive_verify_{secrets.token_hex(4)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    except DBAPIError:
        admin.dispose()
        return False
    try:
        _load(data, server.set(database=name), pg_bin)
        check = Database(server.set(database=name).render_as_string(hide_password=False))
        with check.acting(MACHINE).reading() as session:
            _compare(file, manifest, session.connection())
        check.close()
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()
    return True


def _compare(file: Path, manifest: Manifest, connection: Connection) -> None:
    found = contents(connection)
    if wrong := [name for name, table in manifest.tables.items() if found.get(name) != table]:
        raise BackupDamaged(file=shown_path(file), reason=", ".join(wrong))


def restore_backup(file: Path, url: URL, *, pg_bin: Path | None = None) -> Manifest:
    """Fill an empty database from a backup, and compare every table with what the backup says it held.

    Raises `BackupDamaged`, `WrongKind`, `NotEmpty`, `ToolFailed`.
    """
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        manifest = unpack(file, data)
        if url.get_backend_name() != manifest.kind:
            raise WrongKind(kind=manifest.kind, other=url.get_backend_name())
        name = url.render_as_string(hide_password=True)
        if manifest.kind == "sqlite":
            target = Path(url.database or "")
            if target.exists() and target.stat().st_size:
                raise NotEmpty(name=name)
            target.parent.mkdir(parents=True, exist_ok=True)
            with _opened_sqlite(data) as connection:
                _compare(file, manifest, connection)
            shutil.copy(data, target)
            return manifest
        database = Database(url.render_as_string(hide_password=False))
        with database.acting(MACHINE).reading() as session:
            if set(inspect(session.connection()).get_table_names()) - _queue_tables(session.connection()):
                raise NotEmpty(name=name)
        _load(data, url, pg_bin)
        with database.acting(MACHINE).reading() as session:
            _compare(file, manifest, session.connection())
        database.close()
        return manifest


def _queue_tables(connection: Connection) -> set[str]:
    return {name for name in inspect(connection).get_table_names() if name.startswith("huey_")}


def _load(data: Path, url: URL, pg_bin: Path | None) -> None:
    options = [
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        "--dbname",
        url.database or "",
    ]
    _pg(pg_bin, "pg_restore", url, *options, str(data))


def _pg(folder: Path | None, tool: str, url: URL | None, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; address and password go through the environment, where no process list shows them."""
    program = shutil.which(tool, path=str(folder)) if folder else shutil.which(tool)
    if program is None:
        raise ToolFailed(tool=tool, reason="—")
    environment = dict(os.environ, PGOPTIONS="-c amurlive.all=on", LC_MESSAGES="C")
    if url is not None:
        named: dict[str, Any] = {
            "PGHOST": url.host or url.query.get("host"), "PGPORT": url.port or url.query.get("port"),
            "PGUSER": url.username, "PGPASSWORD": url.password, "PGDATABASE": url.database,
        }  # fmt: skip
        environment |= {name: str(value) for name, value in named.items() if value}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolFailed(tool=tool, reason=done.stderr.strip()[-300:] or str(done.returncode))
