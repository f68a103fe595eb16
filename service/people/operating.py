"""What commands open: the installation's database, acting for the organisation they were told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported when a command runs: `--help` must stay quick
    from service.database import Database

__all__ = ["acting", "opened"]


@contextmanager
def opened() -> Iterator[Database]:
    """The database of the settings, its schema up to date, for AMURLIVE_ORGANISATION; closed afterwards."""
    from service.database import Database
    from service.settings import Settings

    settings = Settings()
    database = Database(settings.database_url)
    try:
        database.upgrade()
        yield acting(database, settings.organisation)
    finally:
        database.close()


def acting(database: Database, organisation: str = "park") -> Database:
    """This database for an operator of `organisation`. Raises `NotFound`."""
    from service.people.recognising import operator

    with database.reading() as session:
        return database.acting(operator(session, organisation))
