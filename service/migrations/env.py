"""Alembic's entry: runs on the connection that `Database.upgrade` hands over."""

from __future__ import annotations

from alembic import context

import service.catalog.models
import service.livestream.models
import service.people.audit
import service.people.models
import service.people.once
import service.pricing.models  # noqa: F401 (tables register themselves)
from service.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="service.database.",
)
with context.begin_transaction():
    context.run_migrations()
