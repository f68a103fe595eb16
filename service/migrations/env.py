"""Alembic's entry: runs on the connection that `Database.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from service.tables import metadata, ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    include_object=ours,
    user_module_prefix="service.database.",
)
with context.begin_transaction():
    context.run_migrations()
