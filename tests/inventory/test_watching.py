"""What the ledger tells: stock by place and state, ageing, how long it lasts and what to send, alerts that open and close by themselves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from service.database import now
from service.inventory.history import explain, movement_page
from service.inventory.models import Balance, Handling
from service.inventory.opening import import_opening
from service.inventory.places import find_place
from service.inventory.reserving.deciding import Want
from service.inventory.reserving.overdue import give_back
from service.inventory.reserving.pools import sku_of
from service.inventory.reserving.settler import Settler
from service.inventory.shipping.packing import Packing, ShipmentGiven, draft
from service.inventory.shipping.stepping import Step, advance
from service.inventory.verifying import rebuild
from service.inventory.watching.ageing import ageing
from service.inventory.watching.alerts import alert_page, watch
from service.inventory.watching.cover import cover
from service.inventory.watching.levels import by_state, stock_page
from service.inventory.watching.rounds import watch_all
from service.people.caller import MACHINE
from service.webhooks.models import Event

PARK, SKU, OTHER, TODAY = "heihe-park", "RU-ALENKA-90", "RU-HONEY-500", now().date()


def sold(house: Any, sku: str, packs: int, days_ago: int = 1) -> None:
    """So many packs were picked for a customer so many days ago."""
    house.post((sku, packs, PARK, "customer"), kind="pick", happened_at=now() - timedelta(days=days_ago))


def look(house: Any, on: date | None = None) -> set[tuple[str, str]]:
    """What is open after a look."""
    with house.database.writing() as session:
        watch(session, on=on)
        return {(one.kind, one.subject) for one in alert_page(session, after=None, limit=200)[0]}


def test_a_sku_is_shown_by_place_with_what_is_promised_and_what_is_free(house: Any) -> None:
    house.receive(SKU, 50, ends=TODAY + timedelta(days=300))
    house.receive(SKU, 7, lot="OLD", place="heihe-park-quarantine", ends=TODAY - timedelta(days=1))
    house.promise("show", SKU, 20)
    with Settler(house.database) as settler:
        settler.do(house.reserve("order-key-1", Want(SKU, 4), show="orders"))
    with house.database.reading() as session:
        [stock], _ = stock_page(session)
        states = by_state(session)
    shown = [(one.place.key, one.state, one.on_hand, one.promised, one.available) for one in stock.places]
    assert shown == [(PARK, "sellable", 50, 24, 26), ("heihe-park-quarantine", "quarantine", 7, 0, 0)]
    assert (stock.on_hand, stock.available, stock.places[0].ends_first) == (57, 26, TODAY + timedelta(days=300))
    assert states == {"sellable": 50, "quarantine": 7}


def test_stock_is_found_by_part_of_its_code_by_place_and_by_state(house: Any) -> None:
    house.receive(SKU, 5)
    house.receive(OTHER, 5, place="moscow")
    with house.database.reading() as session:
        moscow = find_place(session, "moscow")
        assert [one.sku.code for one in stock_page(session, text="alen")[0]] == [SKU]
        assert [one.sku.code for one in stock_page(session, place=moscow)[0]] == [OTHER]
        assert [one.sku.code for one in stock_page(session, state="sellable")[0]] == [SKU, OTHER]
        first, following = stock_page(session, limit=1)
        assert [one.sku.code for one in first + stock_page(session, limit=1, after=following)[0]] == [SKU, OTHER]


def test_every_number_is_explained_by_its_movements(house: Any) -> None:
    house.receive(SKU, 50)
    house.post((SKU, 8, PARK, "moscow"))
    house.post((SKU, 3, "supplier", PARK), kind="receipt", happened_at=now() - timedelta(days=9))
    with house.database.reading() as session:
        told = explain(session, sku=sku_of(session, SKU), place=find_place(session, PARK))
        page, _ = movement_page(session, sku=sku_of(session, SKU), after=None, limit=10)
    assert [(one.change, one.after) for one in told] == [(50, 50), (-8, 42), (3, 45)]
    assert [move.quantity for move in page] == [3, 8, 50]


def test_lots_are_listed_by_their_end_with_the_threshold_of_their_shelf_life(house: Any) -> None:
    """Chocolate keeps a year: 45 days before its end it counts as near it."""
    for lot, days in (("G", 46), ("N", 45), ("E", -1)):
        house.receive(SKU, 1, lot=lot, place="heihe-park-quarantine", ends=TODAY + timedelta(days=days))
    house.receive("HH-AGATE-8", 1, ends=None)
    with house.database.reading() as session:
        found = ageing(session)
    assert [(one.lot.code, one.state, one.days_left) for one in found] == [("E", "expired", -1), ("N", "near", 45), ("G", "good", 46), ("A", "undated", None)]  # fmt: skip
    assert all(one.since and one.since.date() == TODAY for one in found)


def test_cover_is_what_is_free_by_the_speed_of_fourteen_days(house: Any) -> None:
    house.receive(SKU, 100)
    sold(house, SKU, 28)
    sold(house, SKU, 12, days_ago=30)
    with house.database.reading() as session:
        [one] = cover(session)
    assert (one.available, one.sold, one.days) == (60, 28, 30)
    assert one.speed == 2
    assert one.runs_out_on == TODAY + timedelta(days=30)
    assert one.suggested == 0


def test_what_runs_out_before_a_shipment_could_arrive_is_suggested_in_whole_cases(house: Any) -> None:
    house.receive(SKU, 60)
    sold(house, SKU, 28)
    with house.database.reading() as session:
        [one] = cover(session, place=find_place(session, PARK))
    # 32 left, 2 a day; the way back over the bridge takes up to 7 days: reserve for 7 + 7 days is just met
    assert (one.available, one.days, one.suggested) == (32, 16, 0)
    sold(house, SKU, 14)
    with house.database.reading() as session:
        [one] = cover(session)
    # 18 left, 3 a day, 6 days: 3 x (7 + 30) - 18 = 93, in cases of 24
    assert (one.available, one.days, one.suggested) == (18, 6, 96)
    assert one.short
    assert one.send_by == TODAY


def test_what_is_on_its_way_counts_against_the_suggestion(house: Any) -> None:
    house.receive(SKU, 100, place="blagoveshchensk")
    house.receive(SKU, 60)
    sold(house, SKU, 42)
    with house.database.writing() as session:
        draft(session, ShipmentGiven(number="T-1", route="blagoveshchensk-heihe-bridge", transport="heated", departs_on=TODAY, lines=[Packing(sku=SKU, quantity=90)]))  # fmt: skip
        advance(session, number="T-1", step=Step(state="packed"))
        advance(session, number="T-1", step=Step(state="handed_over"))
    with house.database.reading() as session:
        one = next(one for one in cover(session) if one.place.key == PARK)
    assert (one.incoming, one.suggested) == (90, 24)
    assert one.next_arrival == TODAY + timedelta(days=7)


def test_alerts_open_once_are_told_once_and_close_by_themselves(house: Any) -> None:
    house.receive(SKU, 60)
    sold(house, SKU, 42)
    assert ("low", f"{SKU}@{PARK}") in look(house)
    assert ("low", f"{SKU}@{PARK}") in look(house)
    with house.database.reading() as session:
        told = [event.data["subject"] for event in session.query(Event) if event.kind == "stock.alert"]
    assert told.count(f"{SKU}@{PARK}") == 1
    house.receive(SKU, 500, lot="B")
    assert ("low", f"{SKU}@{PARK}") not in look(house)


def test_a_threshold_of_ones_own_warns_without_any_sales(house: Any) -> None:
    house.receive(SKU, 5)
    assert look(house) == set()
    with house.database.writing() as session:
        session.add(Handling(sku_id=sku_of(session, SKU).id, low_at=6, track="lot", units={}))
    assert look(house) == {("low", f"{SKU}@{PARK}")}


def test_lots_near_their_end_shipments_that_stand_still_and_the_wrong_cold_are_told(house: Any) -> None:
    house.receive(SKU, 5, lot="N", ends=TODAY + timedelta(days=40))
    house.receive("RU-PLOMBIR-80", 5, lot="ICE", place="heihe-bonded", ends=TODAY + timedelta(days=400))
    house.receive("RU-HONEY-500", 20, place="blagoveshchensk")
    with house.database.writing() as session:
        draft(session, ShipmentGiven(number="T-1", route="blagoveshchensk-heihe-bridge", transport="ambient", departs_on=date(2027, 1, 10), lines=[Packing(sku="RU-HONEY-500", quantity=9)]))  # fmt: skip
        advance(session, number="T-1", step=Step(state="packed", reason="термочехлы"))
    assert look(house) == {
        ("expiring", f"{SKU}/N@{PARK}"), ("cold_chain", "RU-PLOMBIR-80/ICE@heihe-bonded"), ("cold_chain", "T-1"),
    }  # fmt: skip
    assert ("stuck", "T-1") in look(house, on=TODAY + timedelta(days=5))


@pytest.mark.parametrize(("since", "told"), [(5, True), (6, False)])
def test_sales_that_fall_by_half_are_told(house: Any, since: int, told: bool) -> None:
    house.receive(SKU, 1000)
    sold(house, SKU, 10, days_ago=9)
    sold(house, SKU, since, days_ago=2)
    assert (("falling", f"{SKU}@{PARK}") in look(house)) is told


def test_the_worker_looks_at_every_organisation_and_each_sees_its_own(house: Any) -> None:
    merchant = house.other("amur")
    house.receive(SKU, 5, lot="N", ends=TODAY + timedelta(days=40))
    merchant.receive(SKU, 5, lot="M", ends=TODAY + timedelta(days=40))
    watch_all(house.database)
    for one, lot in ((house, "N"), (merchant, "M")):
        with one.database.reading() as session:
            assert [alert.subject for alert in alert_page(session, after=None, limit=9)[0]] == [f"{SKU}/{lot}@{PARK}"]


def test_a_number_that_does_not_add_up_is_told_and_closes_when_it_is_set_right(house: Any) -> None:
    house.receive(SKU, 50)
    with house.database.acting(MACHINE).writing() as session:
        session.execute(update(Balance).where(Balance.bounded).values(on_hand=51))
    watch_all(house.database)
    assert look(house) == {("drift", f"balance {SKU}/A@{PARK}")}
    with house.database.writing() as session:
        rebuild(session)
    watch_all(house.database)
    assert look(house) == set()


def test_the_worker_gives_back_what_ran_out_while_nobody_asked(house: Any) -> None:
    house.receive(SKU, 10)
    house.promise("show", SKU, 10)
    with Settler(house.database) as settler:
        settler.do(house.reserve("left-key-1", Want(SKU, 4)))
    assert give_back(house.database) == 0
    house.run_out("left-key-1")
    assert give_back(house.database) == 1
    assert house.counters(SKU) == (10, 0, 0)
    assert house.reserved("left-key-1") == [(4, "expired")]


def test_the_sample_stock_is_brought_in_once_and_needs_no_alert(house: Any) -> None:
    with house.database.writing() as session:
        assert import_opening(session).lines > 80
        assert import_opening(session).lines == 0
    assert house.wrong() == []
    assert look(house) == set()
