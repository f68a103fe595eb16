"""The product families of `catalogs/families.yaml` and the attributes their cards may carry."""

from __future__ import annotations

from functools import cache

from service.authored import read
from service.catalog.files import FamiliesFile, FamilyEntry
from service.errors import FilesRejected
from service.resources import root

__all__ = ["families"]


@cache
def families() -> dict[str, FamilyEntry]:
    """All families by key."""
    file = read(root("catalogs") / "families.yaml", FamiliesFile)
    if file.content is None:
        raise FilesRejected(file.problems)
    return file.content.families
