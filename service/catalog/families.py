"""The product families of `catalogs/families.yaml` and the attributes their cards may carry."""

from __future__ import annotations

from functools import cache

from sqlalchemy.orm import Session

from service.authored import content_of
from service.catalog.files import FamiliesFile, FamilyEntry
from service.catalog.models import Family, FamilyAttribute
from service.resources import root

__all__ = ["ensure_family", "families", "take_family"]


@cache
def families() -> dict[str, FamilyEntry]:
    """All families by key."""
    return content_of(root("catalogs") / "families.yaml", FamiliesFile).families


def ensure_family(session: Session, key: str) -> None:
    """A family of the files gets its rows when the first card names it."""
    if session.get(Family, key) is None:
        take_family(session, key, families()[key])
        session.flush()


def take_family(session: Session, key: str, entry: FamilyEntry) -> None:
    """Make a family and its attributes what the entry says."""
    family = session.get(Family, key) or Family(key=key, name_zh="", name_ru="")
    family.name_zh, family.name_ru = entry.name.zh, entry.name.ru
    present = {attribute.key: attribute for attribute in family.attributes}
    for position, (name, attribute) in enumerate(entry.attributes.items()):
        row = present.pop(name, None)
        if row is None:
            row = FamilyAttribute(key=name)
            family.attributes.append(row)
        row.position, row.type, row.unit = position, attribute.type, attribute.unit
        row.name_zh, row.name_ru = attribute.name.zh, attribute.name.ru
        row.options = {option: pair.model_dump() for option, pair in attribute.options.items()}
    for gone in present.values():
        family.attributes.remove(gone)
    session.add(family)
