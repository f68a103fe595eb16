"""The second wall: PostgreSQL's row-level security, raised by the migration that makes a table. SQLite has none.

`service.people.reach` tells the server, for each transaction, for whom it acts. FORCE, for our own user owns the tables; a
superuser would still pass, which `/readyz` and `amurlive db verify` tell.
"""

from __future__ import annotations

from typing import Literal

from alembic import op

__all__ = ["Reach", "raise_wall", "rebuild_wall", "take_down_wall"]

Reach = Literal["own", "shared", "stock"]

# Each setting is asked for in a query of its own: once for a statement, not once for a row (0010).
_ALL = "(SELECT current_setting('amurlive.all', true)) = 'on'"
_OWN = "organisation_id = (SELECT NULLIF(current_setting('amurlive.own', true), '')::integer)"
_READS = f"{_OWN} OR organisation_id IN (SELECT id FROM organisation WHERE shares_catalogue AND active)"
_STOCK = f"(SELECT current_setting('amurlive.stock', true)) = 'all' OR {_OWN}"


def raise_wall(table: str, reach: Reach = "own") -> None:
    """Rows of `table` are changed by their organisation only, and read as far as its mixin in `reach` says."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY machine ON {table} USING ({_ALL}) WITH CHECK ({_ALL})")
    op.execute(f"CREATE POLICY own ON {table} USING ({_OWN}) WITH CHECK ({_OWN})")
    if reach != "own":
        op.execute(f"CREATE POLICY reading ON {table} FOR SELECT USING ({_READS if reach == 'shared' else _STOCK})")


def rebuild_wall(table: str, reach: Reach) -> None:
    """Give a table's policies their present words."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"ALTER POLICY machine ON {table} USING ({_ALL}) WITH CHECK ({_ALL})")
    op.execute(f"ALTER POLICY own ON {table} USING ({_OWN}) WITH CHECK ({_OWN})")
    if reach != "own":
        op.execute(f"ALTER POLICY reading ON {table} USING ({_READS if reach == 'shared' else _STOCK})")


def take_down_wall(table: str) -> None:
    """Undo `raise_wall`."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for policy in ("machine", "own", "reading"):
        op.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
    op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
