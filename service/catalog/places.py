"""Places a card may name, with the Russian «from …» and «in …» phrases that no rule gives."""

from __future__ import annotations

from functools import cache

from service.authored import content_of
from service.catalog.files import Place, PlacesFile
from service.resources import root

__all__ = ["counties", "country", "places"]


@cache
def _file() -> PlacesFile:
    return content_of(root("catalogs") / "names" / "places.yaml", PlacesFile)


def places() -> dict[str, Place]:
    """All places by key."""
    return _file().places


def counties() -> list[str]:
    """Keys of Heihe's six counties and districts."""
    return _file().counties


def country(code: str) -> Place:
    """The place that stands for a whole country, by its ISO 3166 code."""
    return _file().places[_file().countries[code]]
