"""The form of `catalogs/prices/*.yaml`, and the words a reference price is named with."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from pydantic import StringConstraints

from service.authored import Strict, content_of
from service.catalog.files import Forms, Name, SkuCode, Text, Whole
from service.resources import root

__all__ = ["Basis", "PriceEntry", "PricesFile", "bases"]


class MarketPrice(Strict):
    """Minor units: fen in CN, kopecks in RU."""

    live: Whole
    reference: Whole | None = None
    basis: Name | None = None


class PriceEntry(Strict):
    """Prices of one SKU by market."""

    CN: MarketPrice | None = None
    RU: MarketPrice | None = None


class PricesFile(Strict):
    """One price list; `sample` lists are invented figures for trying the tool."""

    source: Text
    sample: bool
    prices: dict[SkuCode, PriceEntry]


class Basis(Strict):
    """What a reference price is: its name in both languages, the Russian one in all cases."""

    zh: Text
    ru: Forms
    source: Annotated[str, StringConstraints(min_length=1)]


class BasesFile(Strict):
    """`catalogs/prices/bases.yaml`."""

    bases: dict[Name, Basis]


@cache
def bases() -> dict[str, Basis]:
    """All bases a reference price may stand on."""
    return content_of(root("catalogs") / "price-bases.yaml", BasesFile).bases
