"""Tables whose rows are never changed and never removed: the database itself refuses it, whoever asks.

What is wrong in such a table is set right by another row. PostgreSQL needs a function to refuse; it decides nothing else.
"""

from __future__ import annotations

from alembic import op

__all__ = ["close_to_changes", "reopen"]

_SAID = "rows of {table} are never changed: post a correction"


def close_to_changes(table: str) -> None:
    """From here on rows can only be added."""
    said = _SAID.format(table=table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_is_closed() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{said}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_closed BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_is_closed()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_closed_to_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )


def reopen(table: str) -> None:
    """Undo `close_to_changes`."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_closed ON {table}")
        op.execute(f"DROP FUNCTION {table}_is_closed()")
        return
    for act in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_closed_to_{act}")
