"""What wants a person: low stock, lots near their end, shipments that stand still, the cold chain, sales that fall.

Alerts are rows: opened once, told once (`stock.alert`), closed by themselves when what they tell of is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import Sku
from service.database import now
from service.http.paging import page_of
from service.i18n import N_
from service.inventory.files import states, stock_rules
from service.inventory.models import Handling, Place
from service.inventory.places import SELLING
from service.inventory.shipping.shipments import route_named, shipment_page, under_way
from service.inventory.shipping.stepping import cold_chain
from service.inventory.verifying import Difference
from service.inventory.watching.ageing import ageing
from service.inventory.watching.cover import cover, sales_between
from service.inventory.watching.models import Alert
from service.people.reach import organisation_of
from service.webhooks.telling import tell

__all__ = ["KINDS", "Watched", "alert_page", "watch"]

KINDS = {
    "low": N_("runs low"), "expiring": N_("near its end"), "stuck": N_("stands still"), "cold_chain": N_("too cold or too warm"),
    "falling": N_("sales fall"), "drift": N_("numbers do not add up"),
}  # fmt: skip
PASSING = ("transit", "customs")  # goods there are in the vehicle, which has an alert of its own
LEAST_SOLD = 10  # packs in the days before, below which a fall says nothing


@dataclass(frozen=True)
class Watched:
    """Alerts opened and closed by one look."""

    opened: int
    closed: int


def watch(session: Session, *, on: date | None = None, drift: Sequence[Difference] | None = None) -> Watched:
    """Look at everything of one's own organisation once. `drift` is what `verifying.verify` has just found; None: it did not look."""
    mine, day = organisation_of(session), on or now().date()
    found = {(kind, subject): data for kind, subject, data in [*_all(session, day), *_drift(drift or ())]}
    query = select(Alert).where(Alert.organisation_id == mine, Alert.over_at.is_(None))
    there = {(one.kind, one.subject): one for one in session.scalars(query.with_for_update())}
    opened = closed = 0
    for about, data in found.items():
        if about in there:
            there[about].data = data
            continue
        session.add(Alert(organisation_id=mine, kind=about[0], subject=about[1], data=data))
        tell(session, "stock.alert", {"kind": about[0], "subject": about[1], **data})
        opened += 1
    for about, alert in there.items():
        if about not in found and (drift is not None or alert.kind != "drift"):
            alert.over_at = now()
            closed += 1
    session.flush()
    return Watched(opened, closed)


def alert_page(
    session: Session, *, after: str | None, limit: int, kind: str | None = None, over: bool = False
) -> tuple[list[Alert], str | None]:
    """A page of alerts, newest first; those that are over only if asked for. Raises `BadCursor`."""
    query = select(Alert).where(Alert.organisation_id == organisation_of(session))
    if not over:
        query = query.where(Alert.over_at.is_(None))
    if kind:
        query = query.where(Alert.kind == kind)
    return page_of(session, query, by=[Alert.id], after=after, limit=limit, newest_first=True)


Found = tuple[str, str, dict[str, Any]]


def _all(session: Session, day: date) -> Iterator[Found]:
    yield from _low(session, day)
    yield from _expiring(session, day)
    yield from _shipments(session, day)
    yield from _kept_wrongly(session, day)
    yield from _falling(session, day)


def _drift(differences: Sequence[Difference]) -> Iterator[Found]:
    """Numbers that are not what they are made of: somebody should hear of it before a customer does."""
    for one in differences:
        yield "drift", f"{one.what} {one.sku}/{one.lot}@{one.place} {one.show}".strip(), vars(one)


def _low(session: Session, day: date) -> Iterator[Found]:
    mine = organisation_of(session)
    wanted = {
        one.sku_id: one.low_at
        for one in session.scalars(
            select(Handling).where(Handling.organisation_id == mine, Handling.low_at.is_not(None))
        )
    }
    for one in cover(session, on=day):
        low_at = wanted.get(one.sku.id)
        if one.short or (low_at is not None and one.available < low_at):
            data = {
                "sku": one.sku.code, "place": one.place.key, "available": one.available, "days": one.days, "incoming": one.incoming,
                "suggested": one.suggested,
            }  # fmt: skip
            yield "low", f"{one.sku.code}@{one.place.key}", data


def _expiring(session: Session, day: date) -> Iterator[Found]:
    for one in ageing(session, on=day, states=("near", "expired")):
        data = {
            "sku": one.sku.code, "place": one.place.key, "lot": one.lot.code, "packs": one.packs, "days": one.days_left,
            "expires_on": one.lot.expires_on.isoformat() if one.lot.expires_on else None,
        }  # fmt: skip
        yield "expiring", f"{one.sku.code}/{one.lot.code}@{one.place.key}", data


def _shipments(session: Session, day: date) -> Iterator[Found]:
    after: str | None = None
    while True:
        rows, after = shipment_page(session, after=after, limit=200, open_only=True)
        for one in rows:
            if not under_way(one) or one.state == "draft":
                continue
            since = one.events[-1].happened_at
            days, most = (day - since.date()).days, states()[one.state].stuck
            if most is not None and days > most:
                yield (
                    "stuck",
                    one.number,
                    {"shipment": one.number, "state": one.state, "place": one.place.key, "days": days},
                )
            if problems := cold_chain(session, one, route_named(one.route)):
                data = {
                    "shipment": one.number,
                    "transport": one.transport,
                    "lots": [f"{p['sku']}/{p['lot']}" for p in problems[:20]],
                }
                yield "cold_chain", one.number, data
        if after is None:
            return


def _kept_wrongly(session: Session, day: date) -> Iterator[Found]:
    """Lots in a warehouse that has not their temperature."""
    for one in ageing(session, on=day):
        zone = one.lot.zone
        if zone and one.place.kind not in PASSING and one.place.temperatures and zone not in one.place.temperatures:
            data = {"sku": one.sku.code, "lot": one.lot.code, "place": one.place.key, "zone": zone, "packs": one.packs}
            yield "cold_chain", f"{one.sku.code}/{one.lot.code}@{one.place.key}", data


def _falling(session: Session, day: date) -> Iterator[Found]:
    rule = stock_rules().falling
    until = datetime.combine(day + timedelta(days=1), datetime.min.time(), now().tzinfo)
    middle, begin = until - timedelta(days=rule.days), until - timedelta(days=2 * rule.days)
    late, early = sales_between(session, middle, until), sales_between(session, begin, middle)
    names = {sku.id: sku.code for sku in session.scalars(select(Sku).where(Sku.id.in_({sku for sku, _ in early})))}
    places = {place.id: place for place in session.scalars(select(Place).where(Place.kind.in_(SELLING)))}
    for (sku, place), before in early.items():
        since = late.get((sku, place), 0)
        if before >= LEAST_SOLD and since * 100 <= before * (100 - rule.by_percent) and place in places:
            data = {"sku": names[sku], "place": places[place].key, "before": before, "since": since, "days": rule.days}
            yield "falling", f"{names[sku]}@{places[place].key}", data
