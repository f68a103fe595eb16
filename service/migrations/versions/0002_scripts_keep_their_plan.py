"""Scripts keep the plan they were composed from; older ones take the show as it stands."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_FIELDS = ("key", "name", "pattern", "minutes", "languages", "market", "seed", "place", "host", "cohost", "preview")
_json = {name: sa.JSON(none_as_null=True) for name in ("name", "languages", "host", "cohost", "preview")}
_show = sa.table("show", sa.column("id"), *(sa.column(name, _json.get(name)) for name in _FIELDS))
_item = sa.table(
    "show_item", *(sa.column(name) for name in ("show_id", "position", "sku_id", "role", "link", "most")),
    sa.column("gift", sa.JSON(none_as_null=True)),
)  # fmt: skip
_sku = sa.table("sku", sa.column("id"), sa.column("code"))
_script = sa.table("script", sa.column("show_id"), sa.column("plan", sa.JSON()))


def upgrade() -> None:
    """Add the column and fill it for scripts that are there.

    The default only serves this step. Making the column without one would rebuild the table on SQLite, and dropping the
    old table there deletes what refers to it.
    """
    op.add_column("script", sa.Column("plan", sa.JSON(), nullable=False, server_default="{}"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(_show)).mappings().all():
        plan = {name: row[name] for name in _FIELDS} | {"items": _items(connection, row["id"])}
        connection.execute(sa.update(_script).where(_script.c.show_id == row["id"]).values(plan=plan))


def downgrade() -> None:
    """Forget the plans."""
    op.drop_column("script", "plan")


def _items(connection: sa.Connection, show_id: int) -> list[dict[str, Any]]:
    query = sa.select(_item, _sku.c.code).join(_sku, _sku.c.id == _item.c.sku_id)
    rows = connection.execute(query.where(_item.c.show_id == show_id).order_by(_item.c.position)).mappings()
    return [
        {"sku": row["code"], "role": row["role"], "link": row["link"], "limit": row["most"], "gift": row["gift"]}
        for row in rows
    ]
