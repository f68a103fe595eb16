"""How long stock lasts, and what to send so that it does not run out before the border lets more through.

Method, also told on the page: speed is what was picked for customers in the last 14 days (stock-rules.yaml) and what is sold and not picked
yet, divided by those days; shows and quiet days are averaged. Cover is what is available divided by speed. The lead time of a way is what
the last shipments by it took (three at least), else the route's usual longest. One orders when cover falls below lead time and reserve.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from service.catalog.models import Product, Sku
from service.database import now
from service.inventory.files import Route, routes, stock_rules
from service.inventory.models import Balance, Movement, Place, StockDocument
from service.inventory.places import SELLING, place_list
from service.inventory.reserving.models import Reservation, SalePool
from service.inventory.shipping.models import Shipment, ShipmentEvent, ShipmentLine
from service.inventory.watching.levels import SkuStock, stock_of
from service.people.reach import organisation_of

__all__ = ["Cover", "Lead", "cover", "lead_time", "sales_between"]


@dataclass(frozen=True)
class Lead:
    """Days by a route, least and most; `measured`: how many shipments that is taken from, 0: the route's usual figures."""

    route: str
    least: int
    most: int
    measured: int


@dataclass(frozen=True)
class Cover:
    """A SKU in a place that sells, in packs and days. `suggested` packs (whole cases) to send now; `send_by`: the last day to do so."""

    sku: Sku
    place: Place
    available: int
    sold: int
    days_watched: int
    incoming: int
    next_arrival: date | None
    lead: Lead | None
    days: int | None
    runs_out_on: date | None
    send_by: date | None
    suggested: int

    @property
    def speed(self) -> Fraction:
        """Packs a day."""
        return Fraction(self.sold, self.days_watched)

    @property
    def short(self) -> bool:
        """Lasts fewer days than the rules want."""
        return self.days is not None and self.days < stock_rules().cover_days.low


def cover(session: Session, *, on: date | None = None, place: Place | None = None) -> list[Cover]:
    """Every SKU that sells from a place or lies there, the first to run out first."""
    rules, day = stock_rules(), on or now().date()
    until = datetime.combine(day + timedelta(days=1), datetime.min.time(), now().tzinfo)
    sold = sales_between(session, until - timedelta(days=rules.sales_speed_days), until, waiting=True)
    places = {
        one.id: one for one in place_list(session) if one.kind in SELLING and (place is None or one.id == place.id)
    }
    coming = _coming(session)
    ids = {sku for sku, _ in sold} | {sku for sku, _ in coming} | _held(session, list(places))
    query = select(Sku).where(Sku.id.in_(ids)).options(selectinload(Sku.product).selectinload(Product.texts))
    leads = {route.key: lead_time(session, route) for route in routes().values() if route.open_in(now().month)}
    found: list[Cover] = []
    for stock in stock_of(session, list(session.scalars(query))):
        there = {one.place.id: one for one in stock.places}
        for at, where in places.items():
            packs, arriving = sold.get((stock.sku.id, at), 0), coming.get((stock.sku.id, at), (0, None))
            if not packs and at not in there and not arriving[0]:
                continue
            available = there[at].available if at in there else 0
            found.append(_one(stock.sku, where, available, packs, arriving, _lead(leads, stock, where), day))
    return sorted(found, key=lambda one: (one.days is None, one.days or 0, one.sku.code, one.place.key))


def _one(
    sku: Sku, place: Place, available: int, sold: int, arriving: tuple[int, date | None], lead: Lead | None, day: date
) -> Cover:  # fmt: skip
    rules = stock_rules()
    speed = Fraction(sold, rules.sales_speed_days)
    days = int(available / speed) if speed else None
    runs_out = day + timedelta(days=days) if days is not None else None
    suggested, send_by = 0, None
    if speed and days is not None and lead is not None:
        send_by = max(day, day + timedelta(days=days - lead.most - rules.cover_days.low))
        wanted = speed * (lead.most + rules.cover_days.target) - available - arriving[0]
        if days < lead.most + rules.cover_days.low and wanted > 0:
            case = sku.units_per_case or 1
            suggested = ceil(wanted / case) * case
    return Cover(
        sku, place, available, sold, rules.sales_speed_days, *arriving, lead, days, runs_out, send_by, suggested
    )


def sales_between(
    session: Session, since: datetime, until: datetime, *, waiting: bool = False
) -> Mapping[tuple[int, int], int]:
    """Packs picked for customers by (SKU, place), less what came back; `waiting` adds what is sold and not picked yet."""
    mine = organisation_of(session)
    found: dict[tuple[int, int], int] = defaultdict(int)
    query = (
        select(Movement.sku_id, Movement.from_place_id, func.sum(Movement.quantity)).join(StockDocument)
        .where(Movement.organisation_id == mine, StockDocument.kind == "pick", Movement.happened_at >= since, Movement.happened_at < until)
        .group_by(Movement.sku_id, Movement.from_place_id)
    )  # fmt: skip
    for sku, place, packs in session.execute(query):
        found[sku, place] += int(packs)
    if waiting:
        unpicked = (
            select(SalePool.sku_id, SalePool.place_id, func.sum(Reservation.quantity)).join(SalePool, SalePool.id == Reservation.pool_id)
            .where(Reservation.organisation_id == mine, Reservation.state == "confirmed")
            .group_by(SalePool.sku_id, SalePool.place_id)
        )  # fmt: skip
        for sku, place, packs in session.execute(unpicked):
            found[sku, place] += int(packs)
    return found


def lead_time(session: Session, route: Route) -> Lead:
    """What the last ten shipments by this way took from handing over to receipt, if there were three; else its usual days."""
    mine = organisation_of(session)
    shipments = select(Shipment.id).where(Shipment.organisation_id == mine, Shipment.route == route.key)
    query = (
        select(ShipmentEvent.shipment_id, ShipmentEvent.state, func.min(ShipmentEvent.happened_at))
        .where(ShipmentEvent.shipment_id.in_(shipments), ShipmentEvent.state.in_(("handed_over", "received")))
        .group_by(ShipmentEvent.shipment_id, ShipmentEvent.state)
    )  # fmt: skip
    steps: dict[int, dict[str, datetime]] = defaultdict(dict)
    for shipment, state, at in session.execute(query):
        steps[shipment][state] = at
    done = sorted((one["received"], one["handed_over"]) for one in steps.values() if len(one) == 2)[-10:]
    days = [ceil((end - begin) / timedelta(days=1)) for end, begin in done]
    if len(days) < 3:
        return Lead(route.key, route.days[0], route.days[1], 0)
    return Lead(route.key, min(days), max(days), len(days))


def _lead(leads: Mapping[str, Lead], stock: SkuStock, place: Place) -> Lead | None:
    """By the quickest way from a warehouse that has the goods; if none has, across the border."""
    ways = [route for route in routes().values() if route.to == place.key and route.key in leads]
    from_stock = [route for route in ways if any(one.place.key == route.from_ and one.on_hand for one in stock.places)]
    usable = from_stock or [route for route in ways if route.border] or ways
    return min((leads[route.key] for route in usable), key=lambda lead: lead.most, default=None)


def _coming(session: Session) -> dict[tuple[int, int], tuple[int, date | None]]:
    """Packs under way by (SKU, place they go to), and when the first of them should arrive."""
    mine = organisation_of(session)
    query = select(ShipmentLine, Shipment).join(Shipment).where(
        Shipment.organisation_id == mine, Shipment.state.not_in(("draft", "cancelled", "returned", "destroyed"))
    )  # fmt: skip
    found: dict[tuple[int, int], tuple[int, date | None]] = {}
    for line, shipment in session.execute(query):
        if line.under_way:
            packs, first = found.get((line.sku_id, shipment.to_place_id), (0, None))
            dates = [one for one in (first, shipment.expected_on) if one is not None]
            found[line.sku_id, shipment.to_place_id] = (packs + line.under_way, min(dates, default=None))
    return found


def _held(session: Session, places: list[int]) -> set[int]:

    query = select(Balance.sku_id).where(Balance.organisation_id == organisation_of(session), Balance.on_hand > 0)
    return set(session.scalars(query.where(Balance.place_id.in_(places))))
