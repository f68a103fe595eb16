"""Steps of a shipment: each is an event with its paper, and moves the goods where the step says they are.

They are in exactly one place at every moment: what is under way stands at the place of the last step, the rest where it arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.catalog.files import SkuCode
from service.database import now
from service.errors import NotFound
from service.i18n import N_, Message
from service.inventory import ledger
from service.inventory.files import Route, StateEntry, stock_rules
from service.inventory.lots import LOT_CODE, bearing, handling_of
from service.inventory.models import Place
from service.inventory.places import area_of, find_place, outside
from service.inventory.refusing import Anticipated
from service.inventory.shipping.carrying import fits, inside, months_of, suited
from service.inventory.shipping.models import Shipment
from service.inventory.shipping.packing import demand_open
from service.inventory.shipping.refusing import (
    ArrivedTooMuch,
    BeforeLastStep,
    ColdChain,
    OutOfOrder,
    PaperMissing,
)  # fmt: skip
from service.inventory.shipping.shipments import (
    find_shipment,
    may_follow,
    note_event,
    route_named,
    state_named,
    state_words,
    under_way,
)
from service.people.audit import record
from service.webhooks.telling import tell

__all__ = ["Arrived", "Step", "advance", "cold_chain"]


class Arrived(BaseModel):
    """What of a lot arrived, in packs: `received` well, `damaged`."""

    model_config = ConfigDict(extra="forbid")
    sku: SkuCode
    lot: str = Field("", max_length=40, pattern=LOT_CODE)
    received: int = Field(0, ge=0, le=2**40)
    damaged: int = Field(0, ge=0, le=2**40)


class Step(BaseModel):
    """One step of a shipment. `arrived` counts a partial receipt; left out, everything under way has arrived.

    `reason` sends goods all the same that the season forbids; it stands in the event.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"state": "export_declared", "paper": "样例报关单 0001"}}
    )
    state: str = Field(max_length=24)
    paper: str | None = Field(None, max_length=60, description="Number of the declaration, receipt or act.")
    happened_at: datetime | None = Field(None, description="With its time zone; left out: now.")
    note: str = Field("", max_length=300)
    arrived: list[Arrived] | None = Field(None, max_length=500)
    reason: str | None = Field(None, min_length=3, max_length=200)


def advance(session: Session, *, number: str, step: Step) -> Shipment:
    """Take a shipment one step further, goods and all.

    Raises `NotFound`, `OutOfOrder`, `BeforeLastStep`, `PaperMissing`, `ColdChain`, `ArrivedTooMuch`, and what `ledger.post` raises;
    then nothing is changed.
    """
    shipment = find_shipment(session, number, hold=True)
    state, route = state_named(step.state), route_named(shipment.route)
    allowed = may_follow(shipment)
    if state.key not in allowed:
        raise OutOfOrder(
            number=number, state=state_words(shipment.state), wanted=state_words(state.key),
            allowed=[state_words(key) for key in allowed] or "—",
        )  # fmt: skip
    happened = step.happened_at or now()
    if happened > now() + ledger.SKEW:
        raise Anticipated(when=happened.isoformat())
    if (
        shipment.state != "draft" and happened < shipment.events[-1].happened_at
    ):  # a draft may be entered later than it was packed
        raise BeforeLastStep(when=happened.isoformat(), last=shipment.events[-1].happened_at.isoformat())
    if state.paper and not step.paper:
        raise PaperMissing(wanted=state_words(state.key))
    if state.key == "packed":
        demand_open(route, shipment.departs_on)
        _demand_climate(session, shipment, route, step.reason)
    place, lines = _moved(session, shipment, state, route, step)
    document = None
    if lines:
        key = f"shipment/{shipment.id}/{len(shipment.events) + 1}"
        document = ledger.post(
            session, kind="shipment", key=key, lines=lines, number=step.paper or number, happened_at=step.happened_at, note=step.note
        ).document.id  # fmt: skip
    if state.key == "handed_over":
        shipment.expected_on = happened.date() + timedelta(days=route.days[1])
    shipment.state, shipment.place_id = state.key, place.id
    note = f"{step.note} · {step.reason}".strip(" ·") if step.reason else step.note
    note_event(session, shipment, state.key, step.paper, happened, note, place, document)
    record(session, "shipment.step", f"{number} {state.key}"[:200], paper=step.paper)
    tell(
        session,
        "shipment.state",
        {"shipment": number, "state": state.key, "paper": step.paper, "under_way": under_way(shipment)},
    )
    session.flush()
    session.expire(shipment)
    return find_shipment(session, number)


def _demand_climate(session: Session, shipment: Shipment, route: Route, reason: str | None) -> None:
    if reason:
        return
    if problems := cold_chain(session, shipment, route):
        raise ColdChain(problems)


def cold_chain(session: Session, shipment: Shipment, route: Route) -> list[dict[str, object]]:
    """Lots the trip is too cold or too warm for, with the transports that would do."""
    rules, months = stock_rules(), months_of(shipment.departs_on, route.days[1])
    there = inside(shipment.transport, months, rules)
    problems: list[dict[str, object]] = []
    for line in shipment.lines:
        bears = bearing(line.sku.product, line.lot, handling_of(session, line.sku))
        if not fits(bears, there):
            problems.append(
                {
                    "sku": line.sku.code, "lot": line.lot.code or "—", "low": bears.low if bears.low is not None else "−∞",
                    "high": bears.high if bears.high is not None else "∞", "transport": shipment.transport,
                    "coldest": there.coldest, "warmest": there.warmest, "better": suited(bears, months, rules) or "—",
                }
            )  # fmt: skip
    return problems


def _moved(
    session: Session, shipment: Shipment, state: StateEntry, route: Route, step: Step
) -> tuple[Place, list[ledger.Line]]:
    """Where the goods are after a step, and the movements that bring them there; the lines' counts follow."""
    here = shipment.place
    target = _target(session, shipment, state, route)
    lines: list[ledger.Line] = []
    if state.key == "received":
        return here, _received(session, shipment, target, step.arrived)
    if state.key in ("putaway", "available"):
        if state.key == "available":
            receiving = area_of(session, shipment.target, "receiving")
            for line in shipment.lines:
                packs, line.put_away = line.received - line.put_away, line.received
                if packs and receiving.id != shipment.to_place_id:
                    lines.append(ledger.Line(line.sku, line.lot, receiving, shipment.target, packs))
        return here, lines
    for line in shipment.lines:
        packs = line.under_way
        if not packs:
            continue
        if state.key in ("lost", "destroyed"):
            line.lost += packs
        elif state.key in ("returned", "cancelled"):
            line.returned += packs
        if target.id != here.id and not (state.key == "cancelled" and shipment.state == "draft"):
            lines.append(ledger.Line(line.sku, line.lot, here, target, packs))
    return target, lines


def _received(
    session: Session, shipment: Shipment, target: Place, arrived: Sequence[Arrived] | None
) -> list[ledger.Line]:
    counts = {(line.sku.code, line.lot.code): (line, line.under_way, 0) for line in shipment.lines}
    if arrived is not None:
        known, counts = counts, {}
        for one in arrived:
            if (one.sku, one.lot) not in known:
                names = [f"{sku} {lot}".strip() for sku, lot in known]
                raise NotFound(
                    kind=Message(N_("The line of the packing list")), name=f"{one.sku} {one.lot}".strip(), known=names
                )
            line, received, damaged = counts.get((one.sku, one.lot), (known[one.sku, one.lot][0], 0, 0))
            counts[one.sku, one.lot] = (line, received + one.received, damaged + one.damaged)
    quarantine = area_of(session, shipment.target, "quarantine")
    lines: list[ledger.Line] = []
    for line, received, damaged in counts.values():
        if received + damaged > line.under_way:
            raise ArrivedTooMuch(
                sku=line.sku.code, lot=line.lot.code or "—", arrived=received + damaged, under_way=line.under_way
            )
        line.received += received
        line.damaged += damaged
        for packs, place in ((received, target), (damaged, quarantine)):
            if packs and place.id != shipment.place_id:
                lines.append(ledger.Line(line.sku, line.lot, shipment.place, place, packs))
    return lines


def _target(session: Session, shipment: Shipment, state: StateEntry, route: Route) -> Place:
    if state.place == "stay":
        return shipment.place
    if state.place == "origin":
        return shipment.source
    if state.place == "write_off":
        return outside(session, "write_off")
    if state.place == "staging":
        return area_of(session, shipment.source, "staging")
    if state.place in ("receiving", "quarantine"):
        return area_of(session, shipment.target, state.place)
    keys = {"export": route.export, "crossing": route.crossing, "import": route.import_, "domestic": route.domestic}
    return find_place(session, keys[state.place] or route.domestic, holding=True)
