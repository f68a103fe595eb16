"""Preparing a shipment: a packing list from lots that live long enough for the way, by a route that is open."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.catalog.files import Key, SkuCode
from service.catalog.models import Sku
from service.database import now
from service.errors import NotFound
from service.i18n import N_, Message
from service.inventory import fefo
from service.inventory.files import Route, stock_rules
from service.inventory.lots import LOT_CODE, find_lot, handling_of, least_days_of
from service.inventory.models import Balance, Lot, Place
from service.inventory.places import find_place
from service.inventory.refusing import NotEnough
from service.inventory.reserving.pools import sku_of
from service.inventory.shipping.models import Shipment, ShipmentLine
from service.inventory.shipping.refusing import (
    NumberTaken,
    RouteClosed,
    TooShortLived,
)  # fmt: skip
from service.inventory.shipping.shipments import (
    find_shipment,
    note_event,
    route_named,
)
from service.inventory.units import in_packs, units_of
from service.people.audit import record
from service.people.reach import organisation_of

__all__ = ["Packing", "ShipmentGiven", "demand_open", "draft"]


class Packing(BaseModel):
    """One line of a packing list; without a lot the lots are chosen first expired first out among those that live long enough."""

    model_config = ConfigDict(extra="forbid")
    sku: SkuCode
    quantity: int | str = Field(examples=[10])
    unit: str = Field("pack", max_length=20)
    lot: str | None = Field(None, max_length=40, pattern=LOT_CODE)


class ShipmentGiven(BaseModel):
    """A shipment to be prepared."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "number": "HB-2611-07", "route": "heihe-blagoveshchensk-bridge", "transport": "heated", "departs_on": "2026-11-28",
                "lines": [{"sku": "HH-HAZELNUT-250", "quantity": 4, "unit": "case"}],
            }
        },
    )  # fmt: skip
    number: str = Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")
    route: Key
    transport: str = Field("ambient", max_length=20)
    departs_on: date
    lines: list[Packing] = Field(min_length=1, max_length=500)
    note: str = Field("", max_length=300)


def draft(session: Session, given: ShipmentGiven) -> Shipment:
    """Prepare a shipment: nothing moves yet. Raises `NumberTaken`, `RouteClosed`, `NotFound`, `TooShortLived`, `NotEnough`, quantities' errors."""
    mine, route = organisation_of(session), route_named(given.route)
    if given.transport not in {one.key for one in stock_rules().transports}:
        raise NotFound(
            kind=Message(N_("The transport")), name=given.transport, known=[one.key for one in stock_rules().transports]
        )
    demand_open(route, given.departs_on)
    query = select(Shipment.id).where(Shipment.organisation_id == mine, Shipment.number == given.number)
    if session.scalar(query) is not None:
        raise NumberTaken(number=given.number)
    source, target = find_place(session, route.from_, holding=True), find_place(session, route.to, holding=True)
    packed: dict[tuple[int, int], int] = {}
    for line in given.lines:
        for sku, lot, packs in _chosen(session, line, source, route, given.departs_on, packed):
            packed[sku.id, lot.id] = packed.get((sku.id, lot.id), 0) + packs
    shipment = Shipment(
        organisation_id=mine, number=given.number, route=route.key, state="draft", transport=given.transport, from_place_id=source.id,
        to_place_id=target.id, place_id=source.id, departs_on=given.departs_on, note=given.note,
        lines=[
            ShipmentLine(organisation_id=mine, sku_id=sku, lot_id=lot, packed=packs, received=0, damaged=0, lost=0, returned=0, put_away=0)
            for (sku, lot), packs in packed.items()
        ],
    )  # fmt: skip
    session.add(shipment)
    session.flush()
    note_event(session, shipment, "draft", None, now(), given.note, source, None)
    record(session, "shipment.drafted", given.number, lines=len(packed))
    return find_shipment(session, given.number)


def _chosen(
    session: Session, line: Packing, source: Place, route: Route, departs: date, packed: dict[tuple[int, int], int]
) -> list[tuple[Sku, Lot, int]]:
    """The lots of a line: the one it names, or by expiry; each must live through the way, a reserve and the time to sell."""
    sku = sku_of(session, line.sku)
    handling = handling_of(session, sku)
    packs = in_packs(line.quantity, line.unit, sku=sku.code, units=units_of(sku, handling))
    needed = route.days[1] + stock_rules().route_buffer_days + least_days_of(sku.product, handling)
    if line.lot is not None:
        lot = find_lot(session, sku, line.lot)
        if not fefo.still_good(fefo.InLot(lot.id, packs, lot.expires_on), on=departs, days=needed):
            assert lot.expires_on is not None
            left = (lot.expires_on - departs).days
            raise TooShortLived([{"sku": sku.code, "lot": lot.code or "—", "left": left, "needed": needed}])
        return [(sku, lot, packs)]
    query = select(Balance).options(joinedload(Balance.lot)).where(
        Balance.organisation_id == organisation_of(session), Balance.place_id == source.id, Balance.sku_id == sku.id, Balance.on_hand > 0
    )  # fmt: skip
    there = {one.lot_id: one for one in session.scalars(query)}
    lots = [
        fefo.InLot(one.lot_id, one.on_hand - packed.get((sku.id, one.lot_id), 0), one.lot.expires_on, one.lot.made_on)
        for one in there.values()
    ]
    taken, missing = fefo.allocate(lots, packs, on=departs, days=needed)
    if missing:
        short = [
            one
            for one in there.values()
            if not fefo.still_good(fefo.InLot(0, 1, one.lot.expires_on), on=departs, days=needed)
        ]
        if short and sum(lot.quantity for lot in lots) >= packs:
            raise TooShortLived(
                [
                    {"sku": sku.code, "lot": one.lot.code or "—", "left": (one.lot.expires_on - departs).days, "needed": needed}
                    for one in short if one.lot.expires_on
                ]
            )  # fmt: skip
        raise NotEnough([{"sku": sku.code, "lot": "*", "place": source.key, "wanted": packs, "there": packs - missing}])
    return [(sku, there[lot].lot, quantity) for lot, quantity in taken]


def demand_open(route: Route, departs: date) -> None:
    if not route.open_in(departs.month):
        raise RouteClosed(route=route.key, month=departs.month, months=route.months)
