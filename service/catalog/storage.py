"""Storage classes (frozen, chilled, ambient) by the upper temperature of a card; the bounds are data, `catalogs/storage.yaml`."""

from __future__ import annotations

from functools import cache

from service.authored import Strict, content_of
from service.catalog.files import Name, Text
from service.resources import root

__all__ = ["StorageClass", "storage_classes", "storage_of"]


class StorageClass(Strict):
    """One class: goods that may be kept up to so many °C."""

    key: Name
    up_to: int
    zh: Text
    ru: Text


class _File(Strict):
    verified: bool
    classes: list[StorageClass]


@cache
def storage_classes() -> list[StorageClass]:
    """All classes, from cold to warm."""
    return sorted(content_of(root("catalogs") / "storage.yaml", _File).classes, key=lambda one: one.up_to)


@cache
def storage_of(temperature_max: int | None) -> str | None:
    """The class of goods that may be kept up to this temperature, °C; None where the card does not say."""
    if temperature_max is None:
        return None
    return next((one.key for one in storage_classes() if temperature_max <= one.up_to), None)
