"""Importing this registers every table of the house, for whoever works on all of them: migrations, backups."""

from __future__ import annotations

import service.catalog.models
import service.jobs.models
import service.livestream.models
import service.people.audit
import service.people.models
import service.people.once
import service.pricing.models
import service.webhooks.models
from service.database import Base

__all__ = ["metadata"]

metadata = Base.metadata
