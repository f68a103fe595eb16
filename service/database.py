"""The database: engine, sessions that read, sessions that write, and the schema brought up to date.

On SQLite a writing session takes the write lock at once (BEGIN IMMEDIATE), else read-decide-write loses updates
(shared measurement: 1,645 of 5,501 decrements lost without, none with it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import JSON, URL, Connection, DateTime, Dialect, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

__all__ = ["Base", "Database", "State", "UtcTime", "address", "in_utc", "now", "nudge_after_commit"]


def now() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)


def in_utc(moment: datetime | None) -> datetime | None:
    """A moment as it was given; one that names no zone is UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


class UtcTime(TypeDecorator[datetime]):
    """A moment, stored in UTC and always returned aware; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses times that do not know their zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must know its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, dict[str, Any]: JSON(none_as_null=True), list[Any]: JSON}


def address(url: str) -> URL:
    """A database's address as SQLAlchemy takes it; plain postgresql:// means psycopg."""
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    return make_url(url)


def nudge_after_commit(session: Session, topic: str, argument: str) -> None:
    """Wake a worker once what this session wrote can be seen; without a queue, or after a rollback, nobody is woken."""
    session.info.setdefault("nudges", []).append((topic, argument))


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    nudge = session.info.get("nudge")
    for topic, argument in dict.fromkeys(session.info.pop("nudges", [])):
        if nudge is not None:
            nudge(topic, argument)


@event.listens_for(Session, "after_rollback")
def _let_sleep(session: Session) -> None:
    session.info.pop("nudges", None)


class State(NamedTuple):
    """Schema there and schema known, as migration numbers; `walled`: PostgreSQL holds our user to row-level security."""

    reached: bool
    schema: str | None
    newest: str
    walled: bool | None


class Database:
    """One database, opened once per process."""

    def __init__(self, url: str) -> None:
        self.caller: object = None
        self.nudge: Callable[[str, str], None] | None = None
        self.url = address(url)
        self.engine = _sqlite(url) if self.url.get_backend_name() == "sqlite" else create_engine(self.url)
        self._writing = self.engine.execution_options(writing=True)

    def acting(self, caller: object) -> Database:
        """The same database, its sessions acting for `caller` (`service.people`); without one they see no domain's rows."""
        view = copy(self)
        view.caller = caller
        return view

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session whose changes are never kept."""
        with Session(self.engine, autoflush=False, info=self._info()) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session committed at the end, or undone whole if anything is raised."""
        with Session(self._writing, expire_on_commit=False, info=self._info()) as session, session.begin():
            yield session

    @contextmanager
    def beginning(self) -> Iterator[Connection]:
        """A writing transaction without a session, for statements on tables; committed at the end or undone whole."""
        with self._writing.connect() as connection, connection.begin():
            yield connection

    def lane(self, caller: object) -> Database:
        """The same database by a connection of its own, which nobody else waits for; close it when done.

        On PostgreSQL that connection is told once that it acts for the machine, so that single statements may run on it bare.
        """
        engine = (
            _sqlite(self.url)
            if self.engine.dialect.name == "sqlite"
            else create_engine(self.url, pool_size=1, max_overflow=1)
        )
        if engine.dialect.name == "postgresql":

            @event.listens_for(engine, "connect")
            def tell(connection: Any, _record: Any) -> None:
                connection.execute("SELECT set_config('amurlive.all', 'on', false)")
                connection.commit()

        view = copy(self)
        view.caller, view.engine = caller, engine
        view._writing = engine.execution_options(writing=True)
        return view

    def _info(self) -> dict[str, Any]:
        return {"caller": self.caller, "nudge": self.nudge}

    def upgrade(self) -> None:
        """Bring the schema to the newest migration; one look when it is there already, for every command asks."""
        state = self.state()
        if state.schema == state.newest:
            return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.migrating() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A transaction that may rebuild tables, one process at a time.

        SQLite rebuilds by dropping the old table, which would delete what refers to it: references are not enforced
        meanwhile and are checked before the commit (the way SQLite's ALTER TABLE page tells).
        """
        with self._writing.connect() as connection:
            driver = connection.connection.driver_connection
            sqlite = connection.dialect.name == "sqlite"
            if sqlite and driver:
                driver.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    if not sqlite:
                        connection.exec_driver_sql(
                            "SELECT pg_advisory_xact_lock(4242), set_config('amurlive.all', 'on', true)"
                        )
                    yield connection
                    if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                        raise RuntimeError(f"the migration leaves a row that refers to nothing: {tuple(broken)}")
            finally:
                if sqlite and driver:
                    driver.execute("PRAGMA foreign_keys=ON")

    def state(self) -> State:
        """Whether the database can be reached, and which schema it has. Never raises."""
        newest = max(path.name[:4] for path in (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))
        try:
            with self.engine.connect() as connection:
                schema = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
                walled = None
                if connection.dialect.name == "postgresql":
                    query = "SELECT NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname = current_user"
                    walled = bool(connection.exec_driver_sql(query).scalar())
        except SQLAlchemyError:
            return State(False, None, newest, None)
        return State(True, schema, newest, walled)

    def close(self) -> None:
        """Give connections back."""
        self.engine.dispose()


def _sqlite(url: str | URL) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=30000",
            "cache_size=-32768",
            "recursive_triggers=ON",  # else REPLACE would delete without telling the triggers
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
