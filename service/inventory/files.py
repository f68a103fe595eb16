"""The form of `catalogs/warehouses.yaml`, `routes.yaml`, `shipment-states.yaml`, `stock-rules.yaml`: what may stand where."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import Field

from service.authored import Strict, content_of
from service.catalog.files import Key, Name, Text, Whole
from service.resources import root

__all__ = [
    "AREAS", "PlaceEntry", "Route", "StateEntry", "StockRules", "Transport", "Zone", "routes", "states", "stock_rules",
    "warehouses",
]  # fmt: skip

Kind = Literal[
    "warehouse", "bonded", "overseas", "transit", "customs", "supplier", "customer", "write_off", "difference",
]  # fmt: skip
Area = Literal["receiving", "staging", "quarantine"]
AREAS: tuple[Area, ...] = ("receiving", "staging", "quarantine")


class PlaceEntry(Strict):
    """One place; its areas become places of their own, `key-area`."""

    key: Key
    kind: Kind
    country: Literal["CN", "RU"] | None = None
    zone: Text
    zh: Text
    ru: Text
    temperatures: list[Name]
    areas: list[Area] = []


class WarehousesFile(Strict):
    """All places."""

    sample: bool
    source: Text
    places: list[PlaceEntry] = Field(min_length=1)


class Route(Strict):
    """A way between two warehouses by the places goods pass. `days`: least and most from handing over to arrival."""

    key: Key
    from_: Key = Field(alias="from")
    to: Key
    export: Key | None = None
    crossing: Key | None = None
    import_: Key | None = Field(None, alias="import")
    domestic: Key
    border: bool = True
    days: list[int] = Field(min_length=2, max_length=2)
    months: list[int] = []
    zh: Text
    ru: Text

    def open_in(self, month: int) -> bool:
        """Whether the way is passable in this month."""
        return not self.months or month in self.months


class RoutesFile(Strict):
    """All routes."""

    verified: bool
    routes: list[Route]


class StateEntry(Strict):
    """One state of a shipment: where the goods are then, what may follow (`inland`: besides, on a way without a border), after how many

    days it counts as stuck.
    """

    key: Name
    zh: Text
    ru: Text
    place: Literal[
        "stay", "origin", "staging", "export", "crossing", "import", "domestic", "receiving", "quarantine", "write_off"
    ]
    border: bool = False
    paper: bool = False
    ends: bool = False
    stuck: Whole | None = None
    next: list[Name]
    inland: list[Name] = []


class StatesFile(Strict):
    """All states."""

    verified: bool
    states: list[StateEntry]


class NearExpiry(Strict):
    """Goods with a whole shelf life of at least `shelf_days` are near their end with `left` days left."""

    shelf_days: int = Field(ge=0)
    left: Whole


class Zone(Strict):
    """A temperature zone of warehouses, °C."""

    key: Name
    from_: int = Field(alias="from")
    to: int
    zh: Text
    ru: Text


class Transport(Strict):
    """How a vehicle is kept; one without figures has the weather inside."""

    key: Name
    from_: int | None = Field(None, alias="from")
    to: int | None = None
    zh: Text
    ru: Text


class Outside(Strict):
    """The weather of a month, °C."""

    month: int = Field(ge=1, le=12)
    low: int
    high: int


class Bears(Strict):
    """What goods of some families bear on the road, °C; `zones` narrows it to goods kept so."""

    families: list[Name]
    zones: list[Name] = []
    from_: int = Field(alias="from")
    to: int


class Cover(Strict):
    """Days of sales a place should hold: below `low` it is short; an order fills it up to `target`."""

    low: Whole
    target: Whole


class Falling(Strict):
    """Sales of the last `days` below those of the days before them by so many per cent."""

    days: Whole
    by_percent: int = Field(gt=0, lt=100)


class StockRules(Strict):
    """All thresholds."""

    verified: bool
    near_expiry: list[NearExpiry] = Field(min_length=1)
    route_buffer_days: Whole
    zones: list[Zone]
    transports: list[Transport]
    outside: list[Outside] = Field(min_length=12, max_length=12)
    bears: list[Bears]
    sales_speed_days: Whole
    cover_days: Cover
    falling: Falling


@cache
def warehouses() -> WarehousesFile:
    """The shipped places."""
    return content_of(root("catalogs") / "warehouses.yaml", WarehousesFile)


@cache
def routes() -> dict[str, Route]:
    """Routes by key."""
    return {route.key: route for route in content_of(root("catalogs") / "routes.yaml", RoutesFile).routes}


@cache
def states() -> dict[str, StateEntry]:
    """States of shipments by key."""
    return {state.key: state for state in content_of(root("catalogs") / "shipment-states.yaml", StatesFile).states}


@cache
def stock_rules() -> StockRules:
    """Thresholds of stock keeping."""
    return content_of(root("catalogs") / "stock-rules.yaml", StockRules)
