from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from service.database import Database
from service.people.operating import acting


@pytest.fixture
def sqlite_blank(sqlite_server: Any) -> Iterator[Database]:
    """For properties of the program alone, which need not be tried on two databases."""
    database = Database(sqlite_server.create("blank"))
    yield acting(database)
    database.close()


@pytest.fixture
def sqlite_stocked(sqlite_server: Any) -> Iterator[Database]:
    """The shipped catalogue on SQLite alone, for what is SQLite's own."""
    database = Database(sqlite_server.create("stocked"))
    yield acting(database)
    database.close()
