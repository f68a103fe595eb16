"""Shipments as they stand: found, listed, and what may follow next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.catalog.models import Sku
from service.errors import NotFound
from service.http.paging import page_of
from service.i18n import N_, Message, Named
from service.inventory.files import Route, StateEntry, routes, states
from service.inventory.models import Place
from service.inventory.shipping.models import Shipment, ShipmentEvent, ShipmentLine
from service.people.caller import caller_of
from service.people.reach import organisation_of

__all__ = [
    "find_shipment",
    "may_follow",
    "note_event",
    "route_named",
    "shipment_page",
    "state_named",
    "state_words",
    "under_way",
]


def route_named(key: str) -> Route:
    """A route by its key; raises `NotFound`."""
    if key not in routes():
        raise NotFound(kind=Message(N_("The route")), name=key, known=routes())
    return routes()[key]


def state_named(key: str) -> StateEntry:
    """A state by its key; raises `NotFound`."""
    if key not in states():
        raise NotFound(kind=Message(N_("The state")), name=key, known=states())
    return states()[key]


def may_follow(shipment: Shipment) -> list[str]:
    """The states that may follow now; on a route without a border its states are passed over."""
    route, known = route_named(shipment.route), states()
    follows = (
        known[shipment.state].next if route.border else [*known[shipment.state].inland, *known[shipment.state].next]
    )
    found = [key for key in follows if route.border or not known[key].border]
    if shipment.state in ("received", "putaway", "available", "lost"):
        left, arrived = under_way(shipment), sum(line.received - line.put_away for line in shipment.lines)
        if not left:
            found = [key for key in found if key not in ("received", "lost", "quarantine")]
        if not arrived:
            found = [key for key in found if key not in ("putaway", "available")]
    return found


def under_way(shipment: Shipment) -> int:
    """Packs that have neither arrived nor been given up."""
    return sum(line.under_way for line in shipment.lines)


def find_shipment(session: Session, number: str, *, hold: bool = False) -> Shipment:
    """One's own shipment with lines and events; raises `NotFound`."""
    mine = organisation_of(session)
    query = select(Shipment).where(Shipment.organisation_id == mine, Shipment.number == number).options(*_with_all())
    if hold:
        query = query.with_for_update(of=Shipment).execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        known = session.scalars(select(Shipment.number).where(Shipment.organisation_id == mine))
        raise NotFound(kind=Message(N_("The shipment")), name=number, known=known)
    return found


def shipment_page(
    session: Session,
    *,
    after: str | None,
    limit: int,
    state: str | None = None,
    open_only: bool = False,
    everybody: bool = False,
) -> tuple[list[Shipment], str | None]:
    """A page of shipments, newest first. Raises `BadCursor`."""
    query = select(Shipment).options(*_with_all())
    if not everybody:
        query = query.where(Shipment.organisation_id == organisation_of(session))
    if state:
        query = query.where(Shipment.state == state)
    if open_only:
        gone = ShipmentLine.received + ShipmentLine.damaged + ShipmentLine.lost + ShipmentLine.returned
        query = query.where(
            Shipment.lines.any(or_(ShipmentLine.packed > gone, ShipmentLine.received > ShipmentLine.put_away))
        )
    return page_of(session, query, by=[Shipment.id], after=after, limit=limit, newest_first=True)


def note_event(
    session: Session, shipment: Shipment, state: str, paper: str | None, happened: datetime, note: str, place: Place, document: int | None
) -> None:  # fmt: skip
    """Add a step to the shipment's story."""
    session.add(
        ShipmentEvent(
            organisation_id=shipment.organisation_id, shipment_id=shipment.id, number=len(shipment.events) + 1, state=state, paper=paper,
            place_id=place.id, person=caller_of(session).name[:80], note=note, happened_at=happened, document_id=document,
        )
    )  # fmt: skip
    session.flush()


def state_words(state: str) -> Named:
    """A state, for messages in any language."""
    return Named(state, states()[state].zh, states()[state].ru)


def _with_all() -> tuple[Any, ...]:
    lines = selectinload(Shipment.lines)
    return (
        lines.joinedload(ShipmentLine.sku).joinedload(Sku.product), lines.joinedload(ShipmentLine.lot),
        selectinload(Shipment.events).joinedload(ShipmentEvent.place), joinedload(Shipment.source), joinedload(Shipment.target),
        joinedload(Shipment.place),
    )  # fmt: skip
