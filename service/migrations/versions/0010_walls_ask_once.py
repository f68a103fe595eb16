"""Row-level security asks each setting once for a statement instead of once for a row."""

from __future__ import annotations

from typing import Literal

from alembic import op
from sqlalchemy import text

from service.migrations.walls import rebuild_wall

revision = "0010"
down_revision = "0009"

_POLICIES = text(
    "SELECT tablename, max(qual) FILTER (WHERE policyname = 'reading') AS reading FROM pg_policies"
    " WHERE schemaname = current_schema() AND policyname IN ('machine', 'own', 'reading') GROUP BY tablename ORDER BY tablename"
)


def upgrade() -> None:
    """Give the policies of every table their present words; those made by the migrations before have them already."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, reading in op.get_bind().execute(_POLICIES).all():
        reach: Literal["own", "shared", "stock"] = "own"
        if reading:
            reach = "shared" if "shares_catalogue" in reading else "stock"
        rebuild_wall(table, reach)


def downgrade() -> None:
    """Nothing to undo: the old words meant the same."""
