"""Reservations through the settler: never oversold, every key answered once, whatever breaks in between."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text, update
from sqlalchemy.exc import OperationalError

from service.database import now
from service.errors import DomainError, NotFound
from service.inventory.models import Handling, Lot
from service.inventory.refusing import KeyUsed
from service.inventory.reserving.deciding import Answer, Reserve, Want
from service.inventory.reserving.picking import pick, to_pick
from service.inventory.reserving.pools import close_show, pools_of_show, sku_of
from service.inventory.reserving.refusing import (
    Lapsed,
    NothingToPick,
    PoolClosed,
    SoldBeyond,
    SoldOut,
    TooBusy,
    TooLittleFree,
    Unsettled,
)
from service.inventory.reserving.settler import SOLD_OUT, Settler
from service.inventory.reserving.settling import Book, anything_due, settle, sweep
from service.people.caller import MACHINE
from service.webhooks.models import Event

SKU, OTHER, DOLLS = "RU-ALENKA-90", "RU-HONEY-500", "RU-MATRYOSHKA-5"
PARK, SHOP = "heihe-park", "blagoveshchensk"
TODAY = now().date()

on_sqlite = pytest.mark.parametrize("server", ["sqlite"], indirect=True)  # what the program alone decides
on_postgresql = pytest.mark.parametrize("server", ["postgresql"], indirect=True)  # where transactions run side by side


@pytest.fixture
def show(house: Any) -> Any:
    """A hundred packs in the park, ten of them promised to “show”."""
    house.receive(SKU, 100)
    house.promise("show", SKU, 10)
    return house


@pytest.fixture
def settler(house: Any) -> Iterator[Settler]:
    with Settler(house.database) as made:
        yield made


def together(settler: Settler, *asked: Any) -> list[Any]:
    """Requests that wait at the same moment, answered in their order; what is refused comes back as what was raised."""

    async def ask() -> list[Any]:
        return await asyncio.gather(*(settler.settled(one) for one in asked), return_exceptions=True)

    return asyncio.run(ask())


def states(answers: list[Any]) -> list[Any]:
    return [one.state if isinstance(one, Answer) else type(one) for one in answers]


# ---- promises


def test_a_show_is_promised_what_is_free_and_no_more(house: Any) -> None:
    house.receive(SKU, 10)
    house.promise("a", SKU, 6)
    with pytest.raises(TooLittleFree) as caught:
        house.promise("b", SKU, 5)
    assert caught.value.facts["free"] == 4
    house.promise("b", SKU, 4)
    house.promise("a", SKU, 2)
    house.promise("b", SKU, 8)
    for refused, packs in (("a", 3), ("c", 1), ("a", -1)):
        with pytest.raises((TooLittleFree, SoldBeyond)):
            house.promise(refused, SKU, packs)
    assert house.wrong() == []


@on_sqlite
def test_a_promise_is_not_lowered_below_what_is_reserved(show: Any, settler: Settler) -> None:
    settler.do(show.reserve("k", (SKU, 6)))
    with pytest.raises(SoldBeyond):
        show.promise("show", SKU, 5)
    show.promise("show", SKU, 6)
    assert show.counters(SKU) == (6, 6, 0)


@on_sqlite
def test_only_goods_that_keep_long_enough_are_promised(house: Any) -> None:
    house.receive(SKU, 5, lot="near", ends=TODAY + timedelta(days=3))
    house.receive(SKU, 4)
    house.receive(SKU, 3, lot="bare", ends=None)
    with pytest.raises(TooLittleFree):
        house.promise("show", SKU, 8)
    house.promise("show", SKU, 7)
    assert house.counters(SKU) == (7, 0, 0)


@on_sqlite
def test_goods_are_sold_only_from_places_that_sell(house: Any) -> None:
    house.receive(SKU, 5, place="heihe-park-quarantine")
    for place in ("heihe-park-quarantine", "supplier", "nowhere"):
        with pytest.raises(NotFound):
            house.promise("show", SKU, 1, place=place)


@on_sqlite
def test_goods_in_quarantine_are_not_free_for_orders(house: Any, settler: Settler) -> None:
    house.receive(SKU, 5, place="heihe-park-quarantine")
    with pytest.raises((SoldOut, PoolClosed)):
        settler.do(house.reserve("o", (SKU, 1), show="orders"))


@on_sqlite
def test_old_goods_are_not_sold_twice_to_a_show_and_to_orders(house: Any, settler: Settler) -> None:
    house.receive(SKU, 10, ends=TODAY + timedelta(days=300))
    house.receive(SKU, 10, lot="old", ends=TODAY - timedelta(days=1))
    settler.do(house.reserve("o1", (SKU, 1), show="orders"))
    house.promise("show", SKU, 9)  # the rest of the good ones
    settler.do(house.reserve("s1", (SKU, 9)))
    with pytest.raises(SoldOut):
        settler.do(house.reserve("o2", (SKU, 9), show="orders"))


# ---- reserving


def test_what_is_reserved_is_counted_and_told(show: Any, settler: Settler) -> None:
    answer = settler.do(show.reserve("k", (SKU, 4), order="7", seconds=60))
    assert (answer.state, answer.order, answer.again) == ("active", "7", False)
    assert [(line.sku, line.place, line.quantity) for line in answer.lines] == [(SKU, PARK, 4)]
    assert timedelta(seconds=50) < answer.ends_at - now() <= timedelta(seconds=60)
    assert show.counters(SKU) == (10, 4, 0)
    told = show.rows(select(Event.data).where(Event.kind == "pool.changed").order_by(Event.id.desc()))[0][0]["pools"]
    assert told == [{"show": "show", "sku": SKU, "place": PARK, "available": 6, "reserved": 4, "sold": 0}]
    assert show.wrong() == []


def test_all_or_nothing_and_lines_on_one_sku_are_summed(show: Any, settler: Settler) -> None:
    show.receive(OTHER, 5)
    show.promise("show", OTHER, 5)
    with pytest.raises(SoldOut) as caught:
        settler.do(show.reserve("k1", (SKU, 6), (SKU, 6)))
    assert (caught.value.facts["wanted"], caught.value.facts["available"]) == (6, 4)
    with pytest.raises(SoldOut):
        settler.do(show.reserve("k2", (SKU, 6), (OTHER, 6)))
    assert show.counters(SKU) == (10, 0, 0)
    settler.do(show.reserve("k3", (SKU, 6), (OTHER, 5), (SKU, 4)))
    assert show.reserved("k3") == [(6, "active"), (5, "active"), (4, "active")]
    assert (show.counters(SKU), show.counters(OTHER)) == ((10, 10, 0), (5, 5, 0))
    assert show.wrong() == []


def test_a_smaller_request_still_fits_where_an_earlier_one_did_not(show: Any, settler: Settler) -> None:
    asked = [show.reserve(f"k{number}", (SKU, packs)) for number, packs in enumerate((8, 5, 2, 1))]
    assert states(together(settler, *asked)) == ["active", SoldOut, "active", SoldOut]
    assert show.counters(SKU) == (10, 10, 0)


@on_sqlite
def test_what_is_not_on_sale_is_refused_as_that(show: Any, settler: Settler) -> None:
    for asked in (
        show.reserve("a", (OTHER, 1)),
        show.reserve("b", ("NO-SUCH", 1)),
        show.reserve("c", (SKU, 1), show="no-such-show"),
        show.reserve("d", Want(SKU, 1, places=(SHOP,))),
    ):
        with pytest.raises(PoolClosed):
            settler.do(asked)
    assert show.counters(SKU) == (10, 0, 0)


def test_places_are_taken_in_the_order_of_preference_and_together_only_if_allowed(show: Any, settler: Settler) -> None:
    show.receive(SKU, 20, place=SHOP)
    show.promise("show", SKU, 6, place=SHOP)
    both = (SHOP, PARK)
    one = settler.do(show.reserve("k1", Want(SKU, 4, places=both)))
    assert [line.place for line in one.lines] == [SHOP]
    with pytest.raises(SoldOut) as caught:
        settler.do(show.reserve("k2", Want(SKU, 11, places=both)))
    assert caught.value.facts["available"] == 10
    split = settler.do(show.reserve("k3", Want(SKU, 11, places=both, split=True)))
    assert [(line.place, line.quantity) for line in split.lines] == [(SHOP, 2), (PARK, 9)]
    with pytest.raises(SoldOut) as caught:
        settler.do(show.reserve("k4", Want(SKU, 2, split=True)))
    assert caught.value.facts["available"] == 1
    assert show.wrong() == []


def test_orders_find_free_goods_and_leave_those_of_shows_alone(show: Any, settler: Settler) -> None:
    settler.do(show.reserve("o1", (SKU, 85), show="orders"))
    with pytest.raises(SoldOut):
        settler.do(show.reserve("o2", (SKU, 6), show="orders"))
    with pytest.raises(TooLittleFree):
        show.promise("show", SKU, 16)
    show.promise("show", SKU, 15)
    with pytest.raises(SoldOut):
        settler.do(show.reserve("o3", (SKU, 1), show="orders"))
    assert show.wrong() == []


@on_sqlite
def test_an_order_larger_than_the_first_place_is_served_whole_by_the_next(house: Any, settler: Settler) -> None:
    house.receive(SKU, 300, place=PARK)
    house.receive(SKU, 1000, place=SHOP)
    answer = settler.do(house.reserve("o", (SKU, 1000), show="orders"))
    assert [(line.place, line.quantity) for line in answer.lines] == [(SHOP, 1000)]


def test_an_organisation_sells_its_own_under_its_own_keys(show: Any, settler: Settler) -> None:
    other = show.other("amur")
    settler.do(show.reserve("k", (SKU, 4)))
    with pytest.raises(PoolClosed):
        settler.do(other.reserve("k", (SKU, 4)))
    with pytest.raises(NotFound):
        settler.do(other.act("k", "release"))
    other.receive(SKU, 5)
    other.promise("show", SKU, 5)
    assert states(together(settler, other.reserve("k", (SKU, 5)), show.reserve("k2", (SKU, 6)))) == ["active", "active"]
    assert settler.do(other.act("k", "confirm")).state == "confirmed"
    assert (show.counters(SKU), other.counters(SKU)) == ((10, 10, 0), (5, 0, 5))
    assert show.wrong() == other.wrong() == []


# ---- keys


def test_a_key_is_answered_alike_however_often_and_after_a_restart(show: Any) -> None:
    asked = show.reserve("k", (SKU, 4), (SKU, 1))
    with Settler(show.database) as settler:
        first = settler.do(asked)
        again = [settler.do(asked), *together(settler, *[asked] * 5)]
    with Settler(show.database) as settler:
        again += [settler.do(asked), *together(settler, asked, show.reserve("k2", (SKU, 1)))][:2]
    assert set(again) == {replace(first, again=True)}
    assert show.counters(SKU) == (10, 6, 0)


def test_any_text_may_be_a_key(show: Any, settler: Settler) -> None:
    show.promise("show", SKU, 100)
    keys = [
        "NULL", "null", "{}", "{a,b}", "a,b", '"', '""', "\\", '\\"', "'", "a b", " a", "a ", "\n", "\t", "%s", ":x", "$1", "ключ", "键", "🫙",
        "A", "a", "á", "[1]", '{"a":1}', "1", "01", "true",
    ]  # fmt: skip
    alone = [settler.do(show.reserve(key, (SKU, 1), order=key)) for key in keys[::2]]
    answers = alone + together(settler, *(show.reserve(key, (SKU, 1), order=key) for key in keys[1::2]))
    assert [(one.key, one.order, one.again) for one in answers] == [(key, key, False) for key in keys[::2] + keys[1::2]]
    again = together(settler, *(show.reserve(key, (SKU, 1), order=key) for key in keys))
    assert sorted(again, key=lambda one: one.key) == sorted(
        [replace(one, again=True) for one in answers], key=lambda one: one.key
    )
    assert states(together(settler, *(show.act(key, "confirm") for key in keys))) == ["confirmed"] * len(keys)
    assert show.counters(SKU) == (100, 0, len(keys))
    assert show.wrong() == []


def test_a_key_is_answered_though_its_pool_is_sold_out_or_closed(show: Any, settler: Settler) -> None:
    asked = show.reserve("k", (SKU, 10))
    settler.do(asked)
    refused = together(settler, *(show.reserve(f"late-{number}", (SKU, 1)) for number in range(4)), asked)
    assert states(refused) == [SoldOut] * 4 + ["active"]
    show.close("show")
    assert settler.do(asked).again
    assert show.wrong() == []


def test_a_key_is_answered_with_how_it_stands_now(show: Any, settler: Settler) -> None:
    asked = show.reserve("k", (SKU, 4))
    for act, state in (("confirm", "confirmed"), ("cancel", "released")):
        settler.do(asked)
        settler.do(show.act("k", act))
        assert settler.do(asked).state == state
    assert show.counters(SKU) == (10, 0, 0)  # a released key reserves nothing anew


def test_the_same_key_for_something_else_is_refused(show: Any, settler: Settler) -> None:
    settler.do(show.reserve("k", (SKU, 4)))
    other = show.reserve("k", (SKU, 5))
    with pytest.raises(KeyUsed):
        settler.do(other)
    with pytest.raises(KeyUsed):
        settler.do(show.reserve("k", (SKU, 4), show="orders", request="other"))
    assert states(together(settler, show.reserve("n", (SKU, 1)), show.reserve("n", (SKU, 2)), other)) == [
        "active",
        KeyUsed,
        KeyUsed,
    ]
    assert show.counters(SKU) == (10, 5, 0)


@on_sqlite
def test_a_refused_key_may_be_asked_again(show: Any, settler: Settler) -> None:
    settler.do(show.reserve("k", (SKU, 10)))
    late = show.reserve("late", (SKU, 3))
    with pytest.raises(SoldOut):
        settler.do(late)
    settler.do(show.act("k", "release"))
    assert not settler.do(late).again


# ---- what becomes of a reservation


@on_sqlite
def test_states_lead_one_way_and_each_step_counts_once(house: Any, settler: Settler) -> None:
    house.receive(SKU, 1000)
    for number, (acts, last, counters) in enumerate(
        [
            (["confirm"], "confirmed", (10, 0, 4)),
            (["confirm", "confirm"], "confirmed", (10, 0, 4)),
            (["release"], "released", (10, 0, 0)),
            (["release", "release"], "released", (10, 0, 0)),
            (["confirm", "cancel"], "released", (10, 0, 0)),
            (["confirm", "cancel", "cancel"], "released", (10, 0, 0)),
            (["release", "confirm"], Lapsed, (10, 0, 0)),
            (["release", "extend"], Lapsed, (10, 0, 0)),
            (["confirm", "release"], Lapsed, (10, 0, 4)),
            (["confirm", "extend"], Lapsed, (10, 0, 4)),
            (["cancel"], Lapsed, (10, 4, 0)),
            (["confirm", "cancel", "confirm"], Lapsed, (10, 0, 0)),
        ]
    ):
        for how in ("in one batch", "one by one"):
            show = f"{number} {how}"
            house.promise(show, SKU, 10)
            asked = [house.reserve(show, (SKU, 3), (SKU, 1), show=show), *(house.act(show, what, 60) for what in acts)]
            answers = (
                together(settler, *asked) if how == "in one batch" else [together(settler, one)[0] for one in asked]
            )
            assert states(answers)[-1] == last, (acts, how)
            assert house.counters(SKU, show) == counters, (acts, how)
    assert house.wrong() == []


def test_steps_on_both_databases(show: Any, settler: Settler) -> None:
    for key, acts in (("a", ["confirm"]), ("b", ["release"]), ("c", ["confirm", "cancel"]), ("d", ["extend"])):
        settler.do(show.reserve(key, (SKU, 1), (SKU, 1)))
        for what in acts:
            settler.do(show.act(key, what, 9999))
    assert show.counters(SKU) == (10, 2, 2)
    with pytest.raises(NotFound):
        settler.do(show.act("no-such", "confirm"))
    assert show.wrong() == []


def test_time_is_only_ever_added(show: Any, settler: Settler) -> None:
    first = settler.do(show.reserve("k", (SKU, 1), seconds=900))
    assert settler.do(show.act("k", "extend", 5)).ends_at == first.ends_at
    longer = settler.do(show.act("k", "extend", 9000))
    assert longer.ends_at > first.ends_at + timedelta(seconds=8000)
    assert settler.do(show.reserve("k", (SKU, 1))).ends_at == longer.ends_at


def test_what_has_run_out_cannot_be_paid_or_extended_but_given_back(show: Any, settler: Settler) -> None:
    settler.do(show.reserve("k", (SKU, 4), (SKU, 2), seconds=0))
    for what in ("confirm", "extend", "cancel"):
        with pytest.raises(Lapsed):
            settler.do(show.act("k", what, 60))
    assert settler.do(show.reserve("k", (SKU, 4), (SKU, 2), seconds=0)).state == "expired"
    assert settler.do(show.act("k", "release")).state == "expired"
    assert show.counters(SKU) == (10, 0, 0)
    assert show.wrong() == []


@pytest.mark.parametrize("kind", ["show", "orders"])
def test_what_runs_out_is_there_for_the_next_caller(house: Any, kind: str) -> None:
    house.receive(SKU, 10)
    house.promise("show", SKU, 10 if kind == "show" else 0)
    with Settler(house.database) as settler:
        settler.do(house.reserve("k", (SKU, 10), show=kind, seconds=0))
        time.sleep(SOLD_OUT * 1.5)  # a look for what ran out is not repeated more often
        assert settler.do(house.reserve("next", (SKU, 10), show=kind)).state == "active"
    assert house.reserved("k") == [(10, "expired")]
    assert house.wrong() == []


@on_sqlite
def test_what_runs_out_is_there_for_the_next_caller_at_once(show: Any, settler: Settler) -> None:
    settler.do(show.reserve("k", (SKU, 10), seconds=0))
    assert settler.do(show.reserve("next", (SKU, 10))).state == "active"


@on_sqlite
def test_what_ran_out_is_swept_without_anybody_asking(show: Any, settler: Settler) -> None:
    settler.do(show.reserve("k", (SKU, 4), seconds=0))
    deadline = time.monotonic() + 30
    while show.counters(SKU) != (10, 0, 0) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert show.reserved("k") == [(4, "expired")]
    assert show.counters(SKU) == (10, 0, 0)


@contextmanager
def machine(house: Any) -> Iterator[Connection]:
    """A transaction as the settler has it."""
    lane = house.database.lane(MACHINE)
    with lane.beginning() as connection:
        yield connection
    lane.close()


def test_sweeping_takes_what_is_overdue_once_and_nothing_else(show: Any, settler: Settler) -> None:
    settler.do(show.reserve("paid", (SKU, 1)))
    settler.do(show.act("paid", "confirm"))
    settler.do(show.reserve("live", (SKU, 2)))
    settler.do(show.reserve("gone", (SKU, 3)))
    for key in ("paid", "gone"):
        show.run_out(key)
    with machine(show) as connection:
        assert anything_due(connection)
        assert len(sweep(connection)) == 1
        assert not anything_due(connection)
        assert sweep(connection) == []
    assert show.counters(SKU) == (10, 2, 1)
    assert show.wrong() == []


@on_sqlite
def test_lines_of_a_reservation_fall_together(show: Any, settler: Settler) -> None:
    show.receive(OTHER, 10)
    show.promise("show", OTHER, 10)
    settler.do(show.reserve("k", (SKU, 4), (OTHER, 4)))
    settler.do(show.reserve("neighbour", (OTHER, 4)))
    show.run_out("k")
    with machine(show) as connection:
        sweep(connection)
    together(settler, show.act("k", "release"))
    assert show.counters(OTHER) == (10, 4, 0)  # the neighbour's four are still his
    assert show.wrong() == []


# ---- shows that close


def test_a_closed_show_sells_nothing_more_and_keeps_what_it_sold(show: Any, settler: Settler) -> None:
    settler.do(show.reserve("paid", (SKU, 2)))
    settler.do(show.act("paid", "confirm"))
    settler.do(show.reserve("open", (SKU, 3)))
    show.close("show")
    assert show.counters(SKU) == (5, 3, 2)
    with pytest.raises(PoolClosed):
        settler.do(show.reserve("late", (SKU, 1)))
    assert settler.do(show.act("open", "confirm")).state == "confirmed"
    assert show.counters(SKU) == (5, 0, 5)
    assert show.wrong() == []


def test_what_a_closed_show_gets_back_is_free(show: Any, settler: Settler) -> None:
    for how in ("release", "cancel", "expire"):
        show.promise(how, SKU, 10)
        settler.do(show.reserve(how, (SKU, 6), (SKU, 2), show=how))
        if how == "cancel":
            settler.do(show.act(how, "confirm"))
        show.close(how)
        with pytest.raises(TooLittleFree):
            show.promise("next", SKU, 83)
        if how == "expire":
            show.run_out(how)
            with machine(show) as connection:
                sweep(connection)
        else:
            settler.do(show.act(how, how))
        assert show.counters(SKU, how) == (0, 0, 0)
        show.promise("next", SKU, 90)
        show.close("next")
    assert show.wrong() == []


@on_sqlite
def test_a_show_that_closed_may_be_opened_again(show: Any, settler: Settler) -> None:
    settler.do(show.reserve("k", (SKU, 6)))
    show.close("show")
    with pytest.raises(SoldBeyond):
        show.promise("show", SKU, 5)
    show.promise("show", SKU, 8)
    assert settler.do(show.reserve("more", (SKU, 2))).state == "active"
    with pytest.raises(NotFound):
        show.close("no-such-show")


@on_sqlite
def test_what_a_show_has_just_been_given_is_on_sale_at_once(show: Any, settler: Settler) -> None:
    settler.do(show.reserve("k", (SKU, 1)))
    show.receive(OTHER, 5)
    show.promise("show", OTHER, 5)
    assert settler.do(show.reserve("next", (OTHER, 1))).state == "active"


@on_postgresql
def test_a_show_closes_by_what_is_reserved_now_though_its_session_looked_before(house: Any) -> None:
    house.receive(SKU, 10)
    house.promise("show", SKU, 10)
    with Settler(house.database) as settler:
        with house.database.writing() as session:
            seen = pools_of_show(session, "show")
            assert seen[0].reserved == 0
            settler.do(house.reserve("k", (SKU, 4)))
            close_show(session, show="show")
        assert house.counters(SKU) == (4, 4, 0)


# ---- picking


def test_what_ends_first_is_picked_first_and_leaves_the_pool(show: Any, settler: Settler) -> None:
    show.receive(SKU, 3, lot="soon", ends=TODAY + timedelta(days=100))
    settler.do(show.reserve("k1", (SKU, 2)))
    settler.do(show.reserve("k2", (SKU, 2), (SKU, 3)))
    for key in ("k1", "k2"):
        settler.do(show.act(key, "confirm"))
    with show.database.reading() as session:
        assert [(row.key, row.line) for row in to_pick(session)] == [("k1", 1), ("k2", 1), ("k2", 2)]
    picked = show.pick("k1", "k2", key="list")
    assert picked.lines == [
        ("k1", PARK, SKU, "soon", 2),
        ("k2", PARK, SKU, "soon", 1),
        ("k2", PARK, SKU, "A", 1),
        ("k2", PARK, SKU, "A", 3),
    ]
    assert (show.counters(SKU), show.on_hand(SKU), show.on_hand(SKU, "customer")) == ((3, 0, 0), 96, 7)
    again = show.pick("k2", "k1", key="list")
    assert (again.again, again.lines, again.document.id) == (True, picked.lines, picked.document.id)
    with pytest.raises(Lapsed):
        settler.do(show.act("k1", "cancel"))
    assert settler.do(show.act("k1", "confirm")).state == "picked"
    assert show.wrong() == []


@on_sqlite
def test_only_what_is_sold_is_picked_and_nothing_of_a_list_with_a_fault(show: Any, settler: Settler) -> None:
    for key in ("paid", "open", "back"):
        settler.do(show.reserve(key, (SKU, 1)))
    settler.do(show.act("paid", "confirm"))
    settler.do(show.act("back", "release"))
    for other, refusal in (("open", Lapsed), ("back", Lapsed), ("no-such", NotFound)):
        with pytest.raises(refusal):
            show.pick("paid", other, key="list")
    assert show.reserved("paid") == [(1, "confirmed")]
    show.pick("paid", key="list")
    with pytest.raises(Lapsed):
        show.pick("paid", key="list-2")
    for keys in (("paid", "open"), ("open",)):
        with pytest.raises(KeyUsed):
            show.pick(*keys, key="list")
    assert show.wrong() == []


@on_sqlite
def test_a_lot_too_old_on_the_day_is_left_and_a_lack_is_named(house: Any, settler: Settler) -> None:
    house.receive(SKU, 5, lot="soon", ends=TODAY + timedelta(days=60))
    house.receive(SKU, 5, lot="late", ends=TODAY + timedelta(days=200))
    house.promise("show", SKU, 10)
    for key, packs in (("k1", 5), ("k2", 1)):
        settler.do(house.reserve(key, (SKU, packs)))
        settler.do(house.act(key, "confirm"))
    far = TODAY + timedelta(days=61)
    with pytest.raises(NothingToPick) as caught:
        house.pick("k1", "k2", on=far)
    assert [(one["key"], one["missing"]) for one in caught.value.more("en")["lacking"]] == [("k2", 1)]
    assert house.pick("k1", on=TODAY, days=61).lines == [("k1", PARK, SKU, "late", 5)]
    assert house.pick("k2", on=TODAY, days=60).lines == [("k2", PARK, SKU, "soon", 1)]
    assert house.wrong() == []


@on_sqlite
def test_a_lot_that_ends_while_it_is_promised_does_not_hold_up_what_is_paid(house: Any, settler: Settler) -> None:
    """The promise was good when it was given; that it is short now is no reason to keep from a buyer what is there."""
    house.receive(SKU, 5, lot="ending", ends=TODAY + timedelta(days=60))
    house.receive(SKU, 5, lot="late", ends=TODAY + timedelta(days=200))
    house.promise("show", SKU, 10)
    settler.do(house.reserve("k", (SKU, 3)))
    settler.do(house.act("k", "confirm"))
    with house.database.writing() as session:  # weeks pass
        session.execute(update(Lot).where(Lot.code == "ending").values(expires_on=TODAY - timedelta(days=1)))
    assert house.pick("k").lines == [("k", PARK, SKU, "late", 3)]
    assert house.wrong() == []


@on_sqlite
def test_a_pick_that_is_taken_back_brings_the_goods_and_not_the_sale(show: Any, settler: Settler) -> None:
    settler.do(show.reserve("k", (SKU, 4)))
    settler.do(show.act("k", "confirm"))
    show.reverse(show.pick("k").document.id)
    assert (show.on_hand(SKU), show.counters(SKU)) == (100, (6, 0, 0))
    assert show.reserved("k") == [(4, "picked")]
    assert show.wrong() == []


@on_sqlite
def test_goods_kept_by_serial_number_can_be_picked(house: Any, settler: Settler) -> None:
    with house.database.writing() as session:
        session.add(Handling(sku_id=sku_of(session, DOLLS).id, track="serial", units={}))
    house.receive(DOLLS, 2, serials=("S1", "S2"), ends=None)
    house.promise("show", DOLLS, 2)
    settler.do(house.reserve("k", (DOLLS, 1)))
    settler.do(house.act("k", "confirm"))
    house.pick("k")
    assert house.on_hand(DOLLS) == 1


# ---- many at once


def reserved_by(settlers: list[Settler], asked: list[Reserve]) -> Callable[[], list[Any]]:
    """A worker who asks one after the other, of one settler and the next."""

    def ask() -> list[Any]:
        answers: list[Any] = []
        for number, one in enumerate(asked):
            try:
                answers.append(settlers[number % len(settlers)].do(one))
            except DomainError as refused:
                answers.append(refused)
        return answers

    return ask


@pytest.mark.parametrize("replicas", [1, 2])
def test_a_small_stock_sells_out_exactly(house: Any, at_once: Callable[..., Any], replicas: int) -> None:
    house.receive(SKU, 60)
    house.promise("show", SKU, 50)
    asked = [[house.reserve(f"{worker}-{turn}", (SKU, 1 + turn % 2)) for turn in range(12)] for worker in range(8)]
    settlers = [Settler(house.database) for _ in range(replicas)]
    answers = [one for some in at_once(*(reserved_by(settlers, some) for some in asked)) for one in some]
    assert set(states(answers)) == {"active", SoldOut}
    won = [one for one in answers if isinstance(one, Answer)]
    assert sum(line.quantity for one in won for line in one.lines) == 50
    assert house.counters(SKU) == (50, 50, 0)
    for one in asked[0]:  # and everybody gets the same answer again, from either
        before = next((answer for answer in won if answer.key == one.key), None)
        for settler in settlers:
            after = states(together(settler, one))
            assert after == [SoldOut] if before is None else [before.state]
    for settler in settlers:
        settler.close()
    assert house.wrong() == []


def test_orders_sell_out_exactly_too(house: Any, at_once: Callable[..., Any]) -> None:
    house.receive(SKU, 30)
    house.receive(SKU, 20, lot="B")
    with Settler(house.database) as one, Settler(house.database) as two:
        asked = [
            [house.reserve(f"{worker}-{turn}", (SKU, 1), show="orders") for turn in range(8)] for worker in range(8)
        ]
        answers = [a for some in at_once(*(reserved_by([one, two], some) for some in asked)) for a in some]
    assert states(answers).count("active") == 50
    assert states(answers).count(SoldOut) + states(answers).count(PoolClosed) == 14
    assert house.counters(SKU, "orders") == (50, 50, 0)
    assert house.wrong() == []


def test_a_key_sent_to_two_replicas_by_eight_reserves_once(show: Any, at_once: Callable[..., Any]) -> None:
    with Settler(show.database) as one, Settler(show.database) as two:
        for turn in range(4):
            asked = show.reserve(f"k{turn}", (SKU, 1), (SKU, 1)) if turn % 2 else show.reserve(f"k{turn}", (SKU, 2))
            answers = at_once(*(partial(settler.do, asked) for settler in (one, two) * 4))
            assert {replace(answer, again=True) for answer in answers} == {replace(answers[0], again=True)}
            assert [answer.again for answer in answers].count(False) == 1
    assert show.counters(SKU) == (10, 8, 0)
    assert show.wrong() == []


def test_of_paying_and_giving_back_at_the_same_moment_one_happens(show: Any, at_once: Callable[..., Any]) -> None:
    with Settler(show.database) as one, Settler(show.database) as two:
        for turn in range(5):
            one.do(show.reserve(f"k{turn}", (SKU, 1), (SKU, 1)))
            acts = [show.act(f"k{turn}", what) for what in ("confirm", "release")]
            answers = at_once(*(partial(settler.do, act) for act in acts for settler in (one, two) * 2))
            states_there = {state for _, state in show.reserved(f"k{turn}")}
            assert states_there in ({"confirmed"}, {"released"})
            assert {one.state for one in answers if isinstance(one, Answer)} == states_there
            assert sum(isinstance(one, Lapsed) for one in answers) == 4
    assert show.wrong() == []


def test_sales_picks_moves_and_promises_all_at_once(house: Any, at_once: Callable[..., Any]) -> None:
    """Nobody is locked out for good, and the books are right afterwards."""
    for place in (PARK, SHOP):
        house.receive(SKU, 200, place=place)
        house.receive(OTHER, 200, place=place)
        for sku in (SKU, OTHER):
            house.promise("show", sku, 60, place)
    with Settler(house.database) as one, Settler(house.database) as two:

        def sell(settler: Settler, who: str, kind: str) -> None:
            for turn in range(3):
                key = f"{who}-{turn}"
                wants = [Want(SKU, 2, split=True), Want(OTHER, 1)][:: 1 if turn % 2 else -1]
                settler.do(house.reserve(key, *wants, show=kind))
                settler.do(house.act(key, ("confirm", "release", "confirm")[turn % 3]))
                if turn % 3 == 2:
                    house.pick(key)

        def carry() -> None:
            for turn in range(3):
                there, back = (PARK, SHOP) if turn % 2 else (SHOP, PARK)
                house.reverse(
                    house.post((SKU, 3, there, back), (OTHER, 3, back, there), key=f"carry-{turn}").document.id,
                    f"back-{turn}",
                )

        def plan() -> None:
            for turn in range(3):
                house.promise("late show", (SKU, OTHER)[turn % 2], 5 + turn)

        answers = at_once(
            partial(sell, one, "a", "show"), partial(sell, two, "b", "show"), partial(sell, one, "c", "orders"),
            partial(sell, two, "d", "orders"), carry, plan,
        )  # fmt: skip
    assert [one for one in answers if one is not None] == []
    assert house.wrong() == []


def test_two_who_pick_one_list_at_once_get_one_answer(house: Any, meanwhile: Callable[..., Any]) -> None:  # fmt: skip
    house.receive(SKU, 10)
    house.promise("show", SKU, 10)
    with Settler(house.database) as settler:
        settler.do(house.reserve("k", (SKU, 4)))
        settler.do(house.act("k", "confirm"))
    one = partial(pick, reservations=["k"], key="list")
    assert getattr(meanwhile(one, one), "again", False)


def test_two_who_pick_the_same_sale_for_two_lists_pick_it_once(house: Any, meanwhile: Callable[..., Any]) -> None:
    house.receive(SKU, 10)
    house.promise("show", SKU, 10)
    with Settler(house.database) as settler:
        settler.do(house.reserve("k", (SKU, 4)))
        settler.do(house.act("k", "confirm"))
    one, two = (partial(pick, reservations=["k"], key=key) for key in ("one", "two"))
    assert isinstance(meanwhile(one, two), Lapsed)
    assert house.on_hand(SKU) == 6
    assert house.wrong() == []


@on_postgresql
def test_a_key_that_appears_and_is_paid_between_two_looks_is_paid_once(house: Any) -> None:
    """The other replica reserves after our first look at the keys and is paid after the second, before we lock its pool."""
    house.receive(SKU, 10)
    house.promise("show", SKU, 10)
    with Settler(house.database) as other:
        other.do(house.reserve("neighbour", (SKU, 4)))
        steps = [house.reserve("k", (SKU, 4)), house.act("k", "confirm")]
        with machine(house) as connection:

            @event.listens_for(connection, "after_cursor_execute")
            def between(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
                if "FROM reservation" in statement and steps:
                    other.do(steps.pop(0))

            settle(connection, [house.act("k", "confirm")], Book())
    assert house.counters(SKU) == (10, 4, 4)
    assert house.wrong() == []


# ---- what breaks


class Gathered(Settler):
    """Takes up nothing before it is told to, so that everything asked until then waits together."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.go = threading.Event()
        super().__init__(*arguments, **options)

    def _run(self) -> None:
        self.go.wait(30)
        super()._run()


def one_batch(house: Any, *asked: Any, made: type[Gathered] = Gathered, **options: Any) -> list[Any]:
    """What a settler answers to requests that all wait when it begins."""

    async def ask(settler: Gathered) -> list[Any]:
        tasks = [asyncio.ensure_future(settler.settled(one)) for one in asked]
        await asyncio.sleep(0)
        settler.go.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    with made(house.database, **options) as settler:
        return asyncio.run(ask(settler))


POISON: dict[str, Callable[[Any], Any]] = {
    "a key with a NUL": lambda house: house.reserve("a\x00b", (SKU, 1)),
    "half a character as key": lambda house: house.reserve("\ud800", (SKU, 1)),
    "a key without an end": lambda house: house.reserve("k" * 10_000, (SKU, 1)),
    "an act on a key with a NUL": lambda house: house.act("c\x00d", "confirm"),
    "an act on half a character": lambda house: house.act("\ud800", "release"),
    "a show with a NUL": lambda house: house.reserve("p", (SKU, 1), show="a\x00b"),
    "half a character as SKU": lambda house: house.reserve("p", ("\ud800", 1), request="x"),
    "half an order number": lambda house: house.reserve("p", (SKU, 1), order="\ud800"),
    "nothing": lambda house: house.reserve("p", (SKU, 0)),
    "less than nothing": lambda house: house.reserve("p", (SKU, -3)),
    "more than a number": lambda house: house.reserve("p", (SKU, 2**70)),
    "for all time": lambda house: house.reserve("p", (SKU, 1), seconds=10**15),
    "no lines": lambda house: house.reserve("p"),
}  # fmt: skip


def test_a_request_that_breaks_the_database_leaves_its_neighbours_settled(show: Any) -> None:
    show.promise("show", SKU, 100)
    for number, (name, poison) in enumerate(POISON.items()):
        asked = [show.reserve(f"n{number}-{turn}", (SKU, 1)) for turn in range(4)]
        bad, place, before = poison(show), number % 5, show.counters(SKU)[1]
        answers = one_batch(show, *asked[:place], bad, *asked[place:])
        said = answers.pop(place)
        assert states(answers) == ["active"] * 4, name
        kept = [packs for packs, _ in show.reserved(bad.key)] if isinstance(said, Answer) else []
        assert isinstance(said, Exception) or kept == [1], name
        assert show.counters(SKU)[1] == before + 4 + sum(kept), name
    assert show.wrong() == []


@on_sqlite
def test_several_poisoned_ones_are_all_found(show: Any) -> None:
    good = [show.reserve(f"n{turn}", (SKU, 1)) for turn in range(4)]
    bad = [show.reserve(f"b{turn}", (SKU, 0)) for turn in range(4)]
    mixed = [one for pair in zip(good, bad, strict=True) for one in pair]
    answers = one_batch(show, *mixed)
    assert states(answers[::2]) == ["active"] * 4
    assert not any(isinstance(one, Answer) for one in answers[1::2])
    assert show.wrong() == []


@on_sqlite
def test_an_order_for_an_impossible_sku_leaves_its_neighbours_answered(show: Any) -> None:
    bad = show.reserve("p", ("\ud800", 1), show="orders", request="x")
    answers = one_batch(show, show.reserve("n1", (SKU, 1)), bad, show.reserve("n2", (SKU, 1)))
    assert states([answers[0], answers[2]]) == ["active", "active"]


def losing(times: int = 1, *, before: bool = False) -> type[Gathered]:
    """A settler whose connection is gone right after COMMIT was sent, or right before."""

    class Losing(Gathered):
        left = times

        @contextmanager
        def _transaction(self) -> Iterator[Connection]:
            with super()._transaction() as connection:
                yield connection
                if before:
                    self._lose()
            self._lose()

        def _lose(self) -> None:
            if self.left:
                self.left -= 1
                raise OperationalError("COMMIT", None, Exception("the connection is gone"))

    return Losing


@pytest.mark.parametrize("before", [False, True])
def test_a_commit_nobody_knows_the_outcome_of_happens_once(show: Any, before: bool) -> None:
    lost = partial(one_batch, show, made=losing(1, before=before))
    asked = [show.reserve("k1", (SKU, 4)), show.reserve("k2", (SKU, 7)), show.reserve("k3", (SKU, 2), (SKU, 3))]
    answers = lost(*asked)
    assert states(answers) == ["active", SoldOut, "active"]
    assert [line.quantity for line in answers[2].lines] == [2, 3]
    assert (show.reserved("k1"), show.reserved("k2")) == ([(4, "active")], [])
    assert show.counters(SKU) == (10, 9, 0)
    paid = lost(show.act("k1", "confirm"), show.act("k3", "release"), show.reserve("k4", (SKU, 6)))
    assert states(paid) == ["confirmed", "released", "active"]
    assert show.counters(SKU) == (10, 6, 4)
    assert states(lost(show.act("k1", "cancel"), show.act("k4", "extend", 9999))) == ["released", "active"]
    assert show.counters(SKU) == (10, 6, 0)
    assert states(lost(show.reserve("o1", (SKU, 5), show="orders"), show.reserve("o2", (SKU, 86), show="orders"))) == [
        "active",
        SoldOut,
    ]
    assert show.wrong() == []


def test_requests_whose_answers_were_lost_on_the_way_happen_once(show: Any) -> None:
    """By the short way of PostgreSQL; SQLite has none."""

    class Deaf(Gathered):
        def _swiftly(self, asked: Any) -> Any:
            super()._swiftly(asked)

    assert states(one_batch(show, show.reserve("k", (SKU, 4)), made=Deaf)) == ["active"]
    asked = [show.reserve(f"k{number}", (SKU, 2)) for number in range(3)]
    assert states(one_batch(show, *asked, made=Deaf)) == ["active"] * 3
    assert show.counters(SKU) == (10, 10, 0)
    assert show.wrong() == []


def test_a_database_that_stays_away_is_said_so_and_the_key_settles_it_later(show: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("service.inventory.reserving.settler.TRIES", 2)
    asked = show.reserve("k", (SKU, 4), (SKU, 1))
    assert states(one_batch(show, asked, made=losing(99))) == [Unsettled]
    assert states(one_batch(show, asked)) == ["active"]
    assert show.counters(SKU) == (10, 5, 0)


@on_postgresql
def test_connections_the_database_dropped_are_opened_again(house: Any) -> None:
    house.receive(SKU, 10)
    house.promise("show", SKU, 5)
    drop = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    asked = [house.reserve("one", (SKU, 1)), house.reserve("two", (SKU, 1), (SKU, 1)), house.act("one", "confirm")]
    with Settler(house.database) as settler:
        for one in asked:
            with house.database.acting(MACHINE).reading() as session:
                session.execute(drop)
            assert settler.do(one).state in ("active", "confirmed")
    assert house.counters(SKU) == (5, 2, 1)


@on_sqlite
def test_a_full_queue_refuses_at_once_and_settles_what_it_took(show: Any) -> None:
    asked = [show.reserve(f"k{number}", (SKU, 1)) for number in range(7)]
    assert states(one_batch(show, *asked, waiting=4)) == ["active"] * 4 + [TooBusy] * 3
    assert show.counters(SKU) == (10, 4, 0)
    assert states(one_batch(show, *asked, most=2)) == ["active"] * 7


@on_sqlite
def test_who_waited_too_long_is_told_and_not_settled(show: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.inventory.reserving.settler.PATIENCE", 0.0)
    assert states(one_batch(show, show.reserve("k1", (SKU, 1)), show.reserve("k2", (SKU, 1)))) == [TooBusy, TooBusy]
    assert show.counters(SKU) == (10, 0, 0)


@on_sqlite
def test_requests_are_decided_in_the_order_they_came_however_batches_are_cut(show: Any) -> None:
    asked = [show.reserve(f"k{number}", (SKU, 3)) for number in range(5)]
    asked[2:2] = [show.act("k0", "release")]
    assert states(one_batch(show, *asked, most=2)) == ["active", "active", "released", "active", "active", SoldOut]
    assert show.counters(SKU) == (10, 9, 0)


@on_sqlite
def test_a_caller_who_goes_away_is_settled_all_the_same(show: Any) -> None:
    async def leave(settler: Gathered) -> Any:
        gone = asyncio.ensure_future(settler.settled(show.reserve("gone", (SKU, 4))))
        stays = asyncio.ensure_future(settler.settled(show.reserve("stays", (SKU, 2))))
        await asyncio.sleep(0)
        gone.cancel()
        settler.go.set()
        return await stays

    with Gathered(show.database) as settler:
        assert asyncio.run(leave(settler)).state == "active"
        assert settler.do(show.reserve("gone", (SKU, 4))).again


@on_sqlite
def test_an_event_loop_that_is_closed_takes_nobody_with_it(show: Any) -> None:
    async def vanish(settler: Gathered) -> None:
        waiting = asyncio.ensure_future(settler.settled(show.reserve("gone", (SKU, 4))))
        await asyncio.sleep(0)
        assert not waiting.done()

    with Gathered(show.database) as settler:
        asyncio.run(vanish(settler))
        settler.go.set()
        assert settler.do(show.reserve("stays", (SKU, 2))).state == "active"
        assert settler.do(show.reserve("gone", (SKU, 4))).again
    assert show.wrong() == []


@on_sqlite
def test_a_settler_that_closes_settles_what_waits_and_takes_nothing_more(show: Any, at_once: Callable[..., Any]) -> None:  # fmt: skip
    settler = Gathered(show.database)
    closing = threading.Timer(0.1, lambda: (settler.go.set(), settler.close()))
    closing.start()
    answers = at_once(*(partial(settler.do, show.reserve(f"k{number}", (SKU, 1))) for number in range(6)))
    closing.join()
    assert set(states(answers)) <= {"active", Unsettled}
    assert show.counters(SKU)[1] == states(answers).count("active")
    with pytest.raises(Unsettled):
        settler.do(show.reserve("late", (SKU, 1)))
    Settler(show.database).close()  # one that was never asked
