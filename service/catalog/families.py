"""The product families of `catalogs/families.yaml` and the attributes their cards may carry."""

from __future__ import annotations

from functools import cache

from service.authored import content_of
from service.catalog.files import FamiliesFile, FamilyEntry
from service.resources import root

__all__ = ["families"]


@cache
def families() -> dict[str, FamilyEntry]:
    """All families by key."""
    return content_of(root("catalogs") / "families.yaml", FamiliesFile).families
