"""Looks whether the database is sound as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from service.database import Database
from service.i18n import N_, Message
from service.people.audit import Broken, verify
from service.people.caller import MACHINE

__all__ = ["check_database"]


def check_database(database: Database) -> Iterator[Message]:
    """Every fault found; nothing, if all is well."""
    state = database.state()
    if state.schema != state.newest:
        yield Message(
            N_("The schema is {found}, this version knows {known}."),
            {"found": state.schema or "—", "known": state.newest},
        )
    if state.walled is False:
        yield Message(N_("The database user is a superuser: PostgreSQL's row-level security does not hold it. Connect as an ordinary user."))  # fmt: skip
    with database.acting(MACHINE).reading() as session:
        if database.url.get_backend_name() == "sqlite":
            connection = session.connection()
            for row in connection.exec_driver_sql("PRAGMA integrity_check"):
                if row[0] != "ok":
                    yield Message(N_("SQLite reports: {what}"), {"what": row[0]})
            for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
                yield Message(N_("A row of {table} refers to nothing in {other}."), {"table": row[0], "other": row[2]})
        for found in verify(session):
            if isinstance(found, Broken):
                facts = {"organisation": found.organisation, "number": found.number}
                yield Message(N_("Organisation {organisation}: the chain is broken at entry {number}."), facts)
