"""Importing this registers every table of the house, for whoever works on all of them: migrations, backups."""

from __future__ import annotations

import service.catalog.brands.models
import service.catalog.media.models
import service.catalog.models
import service.compliance.models
import service.inventory.counting.models
import service.inventory.models
import service.inventory.reserving.models
import service.inventory.shipping.models
import service.inventory.watching.models
import service.jobs.models
import service.listings.models
import service.livestream.models
import service.people.audit
import service.people.models
import service.people.once
import service.pricing.models
import service.translation.models
import service.webhooks.models
from service.database import Base

__all__ = ["metadata", "ours"]

metadata = Base.metadata


def ours(_thing: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Whether a migration written from the models may touch this: a full-text index belongs to its database, not to them."""
    if kind == "table":
        return not (name or "").startswith(("search_head", "search_body"))
    return name not in ("head_vector", "body_vector", "ix_search_document_head", "ix_search_document_body")
