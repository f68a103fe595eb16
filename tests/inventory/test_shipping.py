"""Shipments across the border: packed from lots that live long enough, led through its states, received in whole or in part."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from service.database import now
from service.inventory.files import routes, states, stock_rules
from service.inventory.lots import Bearing
from service.inventory.models import Balance, Place
from service.inventory.refusing import Anticipated, NotByItself, NotEnough
from service.inventory.shipping.carrying import Inside, fits, inside, months_of, suited
from service.inventory.shipping.packing import Packing, ShipmentGiven, draft
from service.inventory.shipping.refusing import (
    ArrivedTooMuch,
    BeforeLastStep,
    ColdChain,
    NumberTaken,
    OutOfOrder,
    PaperMissing,
    RouteClosed,
    TooShortLived,
)
from service.inventory.shipping.shipments import find_shipment, may_follow, shipment_page, under_way
from service.inventory.shipping.stepping import Arrived, Step, advance
from service.inventory.watching.cover import lead_time

BRIDGE, TODAY = "heihe-blagoveshchensk-bridge", now().date()
SKU, JAM = "HH-WOODEAR-150", "HH-BLUEBERRY-JAM-320"
ROAD = (
    "packed", "handed_over", "export_declared", "export_released", "at_border", "crossed", "import_declared", "duty_paid", "import_released",
    "in_transit_domestic",
)  # fmt: skip


class Carrier:
    """Short words for what a forwarder does."""

    def __init__(self, house: Any) -> None:
        self.house = house

    def draft(
        self,
        *lines: Packing,
        number: str = "T-1",
        route: str = BRIDGE,
        transport: str = "heated",
        departs: date = TODAY,
    ) -> Any:
        given = ShipmentGiven(number=number, route=route, transport=transport, departs_on=departs, lines=list(lines))
        with self.house.database.writing() as session:
            return draft(session, given)

    def step(self, *wanted: str, number: str = "T-1", **more: Any) -> None:
        for state in wanted:
            with self.house.database.writing() as session:
                paper = "样例 0001" if states()[state].paper else None
                advance(session, number=number, step=Step(**{"state": state, "paper": paper} | more))

    def at(self, number: str = "T-1") -> tuple[str, str, int]:
        """(state, place of what is under way, packs under way)."""
        with self.house.database.reading() as session:
            one = find_shipment(session, number)
            return one.state, one.place.key, under_way(one)

    def places(self, sku: str = SKU) -> dict[str, int]:
        """Where the packs of a SKU are, in places that hold."""
        query = select(Place.key, func.sum(Balance.on_hand)).join(Place, Place.id == Balance.place_id).join(Balance.sku)
        query = query.where(Balance.bounded, Balance.on_hand != 0, Balance.sku.property.mapper.class_.code == sku)
        return dict(self.house.rows(query.group_by(Place.key)))


@pytest.fixture
def carrier(house: Any) -> Carrier:
    house.receive(SKU, 100, lot="A", ends=TODAY + timedelta(days=400))
    return Carrier(house)


def test_every_step_moves_the_goods_and_they_are_in_one_place_only(carrier: Carrier) -> None:
    carrier.draft(Packing(sku=SKU, quantity=40))
    assert carrier.places() == {"heihe-park": 100}
    seen = []
    for state in ROAD:
        carrier.step(state)
        assert sum(carrier.places().values()) == 100
        assert set(carrier.places()) == {"heihe-park", carrier.at()[1]}
        seen.append(carrier.at()[1])
    assert seen == [
        "heihe-park-staging", "heihe-port", "heihe-port", "heihe-port", "amur-bridge", "kanikurgan", "kanikurgan", "kanikurgan", "kanikurgan",
        "russia-road",
    ]  # fmt: skip
    carrier.step("received")
    assert carrier.places() == {"heihe-park": 60, "blagoveshchensk-receiving": 40}
    carrier.step("putaway", "available")
    assert carrier.places() == {"heihe-park": 60, "blagoveshchensk": 40}
    assert carrier.house.wrong() == []


def test_the_packing_list_takes_lots_by_expiry_and_leaves_those_that_would_arrive_too_old(carrier: Carrier) -> None:
    carrier.house.receive(SKU, 10, lot="OLD", ends=TODAY + timedelta(days=20))
    carrier.house.receive(SKU, 10, lot="SOON", ends=TODAY + timedelta(days=200))
    shipment = carrier.draft(Packing(sku=SKU, quantity=15))
    assert [(line.lot.code, line.packed) for line in shipment.lines] == [("SOON", 10), ("A", 5)]
    with pytest.raises(TooShortLived) as refused:
        carrier.draft(Packing(sku=SKU, quantity=1, lot="OLD"), number="T-2")
    assert refused.value.facts["left"] == 20
    with pytest.raises(NotEnough):
        carrier.draft(Packing(sku=SKU, quantity=500), number="T-2")


def test_part_arrives_part_is_damaged_and_the_rest_is_given_up(carrier: Carrier) -> None:
    carrier.draft(Packing(sku=SKU, quantity=40))
    carrier.step(*ROAD)
    carrier.step("received", arrived=[Arrived(sku=SKU, lot="A", received=25, damaged=5)])
    assert carrier.places() == {
        "heihe-park": 60, "blagoveshchensk-receiving": 25, "blagoveshchensk-quarantine": 5, "russia-road": 10,
    }  # fmt: skip
    with pytest.raises(ArrivedTooMuch):
        carrier.step("received", arrived=[Arrived(sku=SKU, lot="A", received=11)])
    carrier.step("available")
    assert carrier.places()["blagoveshchensk"] == 25
    carrier.step("received", arrived=[Arrived(sku=SKU, lot="A", received=4)])
    carrier.step("lost", "available")
    assert carrier.places() == {"heihe-park": 60, "blagoveshchensk": 29, "blagoveshchensk-quarantine": 5}
    assert carrier.at()[2] == 0
    assert carrier.house.wrong() == []


def test_a_detained_shipment_stays_where_it_is_and_may_come_back(carrier: Carrier) -> None:
    carrier.draft(Packing(sku=SKU, quantity=40))
    carrier.step(*ROAD[:3])
    carrier.step("detained")
    assert carrier.at() == ("detained", "heihe-port", 40)
    carrier.step("returned")
    assert carrier.places() == {"heihe-park": 100}
    assert carrier.at()[2] == 0


def test_goods_held_back_on_arrival_wait_in_quarantine(carrier: Carrier) -> None:
    carrier.draft(Packing(sku=SKU, quantity=40))
    carrier.step(*ROAD[:-1])
    carrier.step("quarantine")
    assert carrier.places()["blagoveshchensk-quarantine"] == 40
    carrier.step("received", "available")
    assert carrier.places()["blagoveshchensk"] == 40


def test_steps_out_of_order_without_paper_or_before_the_last_one_change_nothing(carrier: Carrier) -> None:
    carrier.draft(Packing(sku=SKU, quantity=40))
    with pytest.raises(OutOfOrder) as refused:
        carrier.step("crossed")
    assert "已装箱" in refused.value.say("zh")
    assert "упаковано" in refused.value.say("ru")
    carrier.step("packed", "handed_over")
    with pytest.raises(PaperMissing):
        carrier.step("export_declared", paper=None)
    with pytest.raises(BeforeLastStep):
        carrier.step("export_declared", happened_at=now() - timedelta(days=3))
    with pytest.raises(OutOfOrder):
        carrier.step("in_transit_domestic")
    assert carrier.at() == ("handed_over", "heihe-port", 40)
    with pytest.raises(NumberTaken):
        carrier.draft(Packing(sku=SKU, quantity=1))


def test_no_step_is_taken_before_it_happened_and_a_step_is_not_taken_back_in_the_ledger(carrier: Carrier) -> None:
    carrier.draft(Packing(sku=SKU, quantity=40))
    carrier.step("packed", "handed_over")
    with pytest.raises(Anticipated):
        carrier.step("export_declared", happened_at=now() + timedelta(days=400))
    with carrier.house.database.reading() as session:
        document = find_shipment(session, "T-1").events[1].document_id
    with pytest.raises(NotByItself):
        carrier.house.reverse(document)
    carrier.step("export_declared")


def test_a_shipment_stays_open_while_anything_of_it_is_under_way(carrier: Carrier) -> None:
    carrier.draft(Packing(sku=SKU, quantity=40))
    carrier.step(*ROAD)
    carrier.step("received", arrived=[Arrived(sku=SKU, lot="A", received=25)])
    carrier.step("available")

    def still_open() -> list[str]:
        with carrier.house.database.reading() as session:
            return [one.number for one in shipment_page(session, after=None, limit=9, open_only=True)[0]]

    assert still_open() == ["T-1"]
    carrier.step("received", "available")
    assert still_open() == []


def test_packed_goods_are_gone_from_what_can_be_sold_and_a_cancelled_shipment_gives_them_back(carrier: Carrier) -> None:
    carrier.house.promise("show", SKU, 70)
    carrier.draft(Packing(sku=SKU, quantity=40))
    with pytest.raises(Exception, match="promised"):
        carrier.step("packed")
    carrier.house.promise("show", SKU, 60)
    carrier.step("packed", "cancelled")
    assert carrier.places() == {"heihe-park": 100}


def test_a_way_without_a_border_passes_its_states_over(house: Any) -> None:
    carrier = Carrier(house)
    house.receive(SKU, 50, place="blagoveshchensk")
    carrier.draft(Packing(sku=SKU, quantity=20), route="blagoveshchensk-khabarovsk")
    carrier.step("packed", "handed_over")
    with house.database.reading() as session:
        assert may_follow(find_shipment(session, "T-1")) == ["in_transit_domestic", "lost", "returned"]
    carrier.step("in_transit_domestic", "received", "available")
    assert carrier.places() == {"blagoveshchensk": 30, "khabarovsk": 20}


def test_goods_that_freeze_are_not_packed_into_a_cold_vehicle_in_winter(house: Any) -> None:
    carrier = Carrier(house)
    house.receive(JAM, 50, ends=date(2029, 1, 1))
    carrier.draft(Packing(sku=JAM, quantity=20), transport="ambient", departs=date(2027, 1, 10))
    with pytest.raises(ColdChain) as refused:
        carrier.step("packed")
    assert "heated" in refused.value.facts["better"]
    carrier.step("packed", reason="термочехлы и самописец")
    with house.database.reading() as session:
        assert "термочехлы" in find_shipment(session, "T-1").events[-1].note


def test_a_ferry_does_not_run_in_winter(carrier: Carrier) -> None:
    with pytest.raises(RouteClosed):
        carrier.draft(Packing(sku=SKU, quantity=1), route="heihe-blagoveshchensk-ferry", departs=date(2027, 1, 10))


def test_lead_time_is_learnt_from_three_shipments_that_arrived(carrier: Carrier) -> None:
    for number, days in (("L-1", 3), ("L-2", 5), ("L-3", 9)):
        carrier.draft(Packing(sku=SKU, quantity=1), number=number)
        for at, state in enumerate((*ROAD, "received")):
            ago = 20 if at < 2 else 20 - days
            carrier.step(state, number=number, happened_at=now() - timedelta(days=ago) + timedelta(minutes=at))
    with carrier.house.database.reading() as session:
        lead = lead_time(session, routes()[BRIDGE])
        ferry = lead_time(session, routes()["heihe-blagoveshchensk-ferry"])
    assert (lead.least, lead.most, lead.measured) == (4, 10, 3)  # begun days count whole
    assert (ferry.least, ferry.most, ferry.measured) == (2, 7, 0)


# ---- pure: the weather


@pytest.mark.parametrize(
    ("bears", "month", "transports"),
    [
        (Bearing(0, 35), 1, ["heated", "chilled"]),
        (Bearing(-40, 40), 1, ["ambient", "heated", "chilled", "supercooled", "frozen"]),
        (Bearing(None, -18), 7, ["frozen"]),
        (Bearing(0, 6), 7, ["chilled"]),
        (Bearing(-6, -2), 1, ["supercooled"]),
        (Bearing(None, None), 1, ["ambient", "heated", "chilled", "supercooled", "frozen"]),
    ],
)
def test_what_goods_bear_decides_the_vehicle(bears: Bearing, month: int, transports: list[str]) -> None:
    assert suited(bears, [month], stock_rules()) == transports


def test_a_trip_over_new_year_meets_both_months() -> None:
    assert months_of(date(2026, 12, 28), 6) == [1, 12]
    assert inside("ambient", [12, 1], stock_rules()) == Inside(-35, -8)
    assert not fits(Bearing(0, 30), inside("ambient", [12], stock_rules()))


def test_the_states_of_a_shipment_lead_somewhere_and_every_place_of_a_route_is_known(house: Any) -> None:
    known = states()
    for state in known.values():
        assert set(state.next) | set(state.inland) <= set(known)
        assert state.next or state.ends
    places = {key for (key,) in house.rows(select(Place.key))}
    for route in routes().values():
        used = {route.from_, route.to, route.domestic, route.export, route.crossing, route.import_} - {None}
        assert used <= places
        assert route.border == (route.crossing is not None)
