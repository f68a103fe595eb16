"""The ledger: every act once, nothing from nowhere, nothing below zero, nothing that is promised, nothing rewritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from service.database import now
from service.errors import NotFound
from service.inventory import ledger
from service.inventory.lots import LotGiven, find_lot, keep_lot
from service.inventory.models import Handling, Lot, Movement, Place, Serial, StockDocument
from service.inventory.places import area_of, find_place, import_places, outside, place_list
from service.inventory.refusing import (
    Anticipated,
    DatesContradict,
    KeyUsed,
    LotDiffers,
    NotEnough,
    NothingMoves,
    Promised,
    ReversedAlready,
    SamePlace,
    SerialsMissing,
)
from service.inventory.reserving.pools import sku_of
from service.inventory.reserving.refusing import SoldOut, TooLittleFree
from service.inventory.reserving.settler import Settler
from service.people.caller import MACHINE

SKU, OTHER = "RU-ALENKA-90", "RU-HONEY-500"
DOLLS = "RU-MATRYOSHKA-5"
PARK, SHOP, HELD = "heihe-park", "blagoveshchensk", "heihe-park-quarantine"
TODAY = now().date()
on_sqlite = pytest.mark.parametrize("server", ["sqlite"], indirect=True)  # what the program alone decides


def _keep_by_serial(house: Any) -> None:
    with house.database.writing() as session:
        session.add(Handling(sku_id=sku_of(session, DOLLS).id, track="serial", units={}))


def _move_dolls(house: Any, packs: int, *serials: str, lot: str = "A", source: str = PARK, target: str = SHOP) -> Any:
    with house.database.writing() as session:
        line = house.line(session, DOLLS, packs, source, target, lot=lot, serials=serials)
        return ledger.post(session, kind="move", key=house.new_key(), lines=[line])


def _where(house: Any) -> dict[str, str]:
    query = select(Serial.code, Place.key, Lot.code).join(Place, Place.id == Serial.place_id)
    return {code: f"{place} {lot}" for code, place, lot in house.rows(query.join(Lot, Lot.id == Serial.lot_id))}


@pytest.fixture
def dolls(house: Any) -> Any:
    """Three numbered dolls of lot A in the park."""
    _keep_by_serial(house)
    house.receive(DOLLS, 3, serials=("S1", "S2", "S3"), ends=None)
    return house


# ---- places


@on_sqlite
def test_the_shipped_places_are_brought_in_once(house: Any) -> None:
    with house.database.writing() as session:
        assert import_places(session) == 0
        places = place_list(session)
        assert len({place.key for place in places}) == len(places) == 43
        assert find_place(session, PARK, holding=True).kind == "warehouse"
        assert area_of(session, find_place(session, PARK), "quarantine").key == HELD
        for key in ("supplier", "nowhere", ""):
            with pytest.raises(NotFound):
                find_place(session, key, holding=True)
        with pytest.raises(NotFound):
            outside(session, "moon")


@on_sqlite
def test_a_warehouse_without_areas_stands_for_them(house: Any) -> None:
    with house.database.reading() as session:
        port = find_place(session, "heihe-port")
        assert area_of(session, port, "receiving") is port


# ---- posting


def test_what_arrives_came_from_somewhere(house: Any) -> None:
    posted = house.receive(SKU, 100)
    assert not posted.again
    assert house.on_hand(SKU) == 100
    assert house.on_hand(SKU, "supplier") == -100
    assert house.wrong() == []


def test_the_same_act_under_its_key_is_posted_once(house: Any) -> None:
    first = house.receive(SKU, 10, key="one")
    again = house.receive(SKU, 10, key="one")
    assert (first.again, again.again) == (False, True)
    assert again.document.id == first.document.id
    assert house.on_hand(SKU) == 10
    house.post((SKU, 10, PARK, SHOP), key="two")
    assert house.post((SKU, 10, PARK, SHOP), key="two").again  # though nothing is left to move
    assert house.on_hand(SKU, SHOP) == 10
    assert house.wrong() == []


def test_the_same_key_for_another_act_is_refused_and_changes_nothing(house: Any) -> None:
    house.receive(SKU, 50)
    house.receive(SKU, 50, lot="B")
    house.receive(OTHER, 50)
    as_it_was = (SKU, 5, PARK, SHOP)
    house.post(as_it_was, key="one")
    others: list[tuple[list[Any], dict[str, Any]]] = [
        ([(SKU, 6, PARK, SHOP)], {}),
        ([(SKU, 5, PARK, HELD)], {}),
        ([(SKU, 5, SHOP, PARK)], {}),
        ([(SKU, 5, PARK, SHOP, "B")], {}),
        ([(OTHER, 5, PARK, SHOP)], {}),
        ([as_it_was, as_it_was], {}),
        ([as_it_was], {"kind": "shipment"}),
        ([as_it_was], {"number": "7"}),
        ([as_it_was], {"reason": "other"}),
        ([as_it_was], {"happened_at": datetime(2026, 1, 1, tzinfo=UTC)}),
    ]
    for lines, more in others:
        with pytest.raises(KeyUsed):
            house.post(*lines, key="one", **more)
    assert house.on_hand(SKU, SHOP) == 5
    assert house.wrong() == []


def test_a_refused_act_may_be_tried_again_under_its_key(house: Any) -> None:
    with pytest.raises(NotEnough):
        house.post((SKU, 5, PARK, SHOP), key="one")
    house.receive(SKU, 5)
    assert not house.post((SKU, 5, PARK, SHOP), key="one").again


def test_keys_of_another_organisation_are_its_own(house: Any) -> None:
    other = house.other("amur")
    house.receive(SKU, 10, key="one")
    assert not other.receive(SKU, 3, key="one").again
    assert (house.on_hand(SKU), other.on_hand(SKU)) == (10, 3)
    with pytest.raises(NotEnough):
        other.post((SKU, 4, PARK, SHOP))
    assert house.wrong() == other.wrong() == []


def test_more_than_there_is_does_not_leave_and_every_lack_is_named(house: Any) -> None:
    house.receive(SKU, 5)
    with pytest.raises(NotEnough) as caught:
        house.post((SKU, 1, PARK, SHOP), (SKU, 6, PARK, SHOP), (OTHER, 2, PARK, SHOP))
    assert [(one["sku"], one["wanted"], one["there"]) for one in caught.value.more("en")["lacking"]] == [
        (SKU, 7, 5),
        (OTHER, 2, 0),
    ]
    assert (house.on_hand(SKU), house.on_hand(SKU, SHOP)) == (5, 0)


def test_two_lines_on_one_balance_are_checked_together(house: Any) -> None:
    house.receive(SKU, 10)
    with pytest.raises(NotEnough):
        house.post((SKU, 6, PARK, SHOP), (SKU, 6, PARK, HELD))
    assert house.on_hand(SKU) == 10
    house.post((SKU, 6, PARK, SHOP), (SKU, 4, PARK, HELD))
    assert (house.on_hand(SKU), house.on_hand(SKU, SHOP), house.on_hand(SKU, HELD)) == (0, 6, 4)
    assert house.wrong() == []


def test_another_lot_does_not_stand_in_for_one_that_lacks(house: Any) -> None:
    house.receive(SKU, 10)
    house.receive(SKU, 10, lot="B")
    with pytest.raises(NotEnough):
        house.post((SKU, 11, PARK, SHOP))
    assert house.on_hand(SKU, lot="A") == house.on_hand(SKU, lot="B") == 10


def test_goods_may_pass_through_a_place_within_one_document(house: Any) -> None:
    house.receive(SKU, 10)
    house.post((SKU, 10, PARK, "amur-bridge"), (SKU, 10, "amur-bridge", SHOP))
    assert (house.on_hand(SKU, "amur-bridge"), house.on_hand(SKU, SHOP)) == (0, 10)
    assert house.wrong() == []


@on_sqlite
def test_an_act_that_moves_nothing_or_backwards_is_refused(house: Any) -> None:
    house.receive(SKU, 10)
    for lines in ([], [(SKU, 0, PARK, SHOP)], [(SKU, 5, PARK, SHOP), (SKU, -5, PARK, SHOP)]):
        with pytest.raises(NothingMoves):
            house.post(*lines)
    assert house.on_hand(SKU) == 10


@on_sqlite
def test_from_a_place_to_itself_is_refused(house: Any) -> None:
    house.receive(SKU, 10)
    with pytest.raises(SamePlace):
        house.post((SKU, 5, PARK, SHOP), (SKU, 5, PARK, PARK))
    assert house.on_hand(SKU) == 10


def test_what_happened_before_is_recorded_now_and_stands_at_its_time(house: Any) -> None:
    before = now() - timedelta(days=40)
    house.receive(SKU, 10)
    posted = house.post((SKU, 4, PARK, SHOP), key="late", happened_at=before)
    assert house.on_hand(SKU, SHOP) == 4
    found = house.rows(
        select(Movement.happened_at, Movement.recorded_at).where(Movement.document_id == posted.document.id)
    )
    assert [(at, recorded > before + timedelta(days=39)) for at, recorded in found] == [(before, True)]
    assert house.post((SKU, 4, PARK, SHOP), key="late", happened_at=before).again


@on_sqlite
def test_the_same_moment_told_in_another_time_zone_is_the_same_act(house: Any) -> None:
    house.receive(SKU, 10)
    at = datetime(2026, 11, 1, 12, tzinfo=UTC)
    house.post((SKU, 4, PARK, SHOP), key="late", happened_at=at)
    heihe = datetime.fromisoformat("2026-11-01T20:00:00+08:00")
    assert house.post((SKU, 4, PARK, SHOP), key="late", happened_at=heihe).again


def test_what_has_not_happened_is_refused_but_clocks_may_run_minutes_ahead(house: Any, tomorrow: datetime) -> None:
    house.receive(SKU, 10)
    with pytest.raises(Anticipated):
        house.post((SKU, 4, PARK, SHOP), happened_at=tomorrow)
    assert house.on_hand(SKU) == 10
    house.post((SKU, 4, PARK, SHOP), happened_at=now() + timedelta(minutes=4))
    assert house.on_hand(SKU) == 6


# ---- nothing is rewritten


def test_the_database_itself_refuses_to_change_what_was_posted(dolls: Any) -> None:
    for statement in (
        "UPDATE movement SET quantity = quantity + 1",
        "UPDATE movement SET happened_at = recorded_at, reservation = 'x'",
        "DELETE FROM movement",
        "DELETE FROM stock_document",
        "UPDATE serial_move SET movement_id = movement_id + 1",
        "DELETE FROM serial_move",
    ):
        with pytest.raises(DBAPIError), dolls.database.acting(MACHINE).writing() as session:
            session.execute(text(statement))
    assert dolls.on_hand(DOLLS) == 3
    assert dolls.wrong() == []


def test_our_own_code_cannot_change_it_either(house: Any) -> None:
    house.receive(SKU, 10)
    for change in (update(Movement).values(quantity=1), delete(Movement)):
        with pytest.raises(DBAPIError), house.database.writing() as session:
            session.execute(change)
    with pytest.raises(DBAPIError), house.database.writing() as session:
        session.scalars(select(Movement)).one().quantity = 99
    with pytest.raises(DBAPIError), house.database.writing() as session:
        session.delete(session.scalars(select(Movement)).one())
    assert house.wrong() == []


def test_the_database_refuses_a_replacement_of_a_movement(house: Any) -> None:
    """SQLite's REPLACE deletes without asking the trigger of deletion; PostgreSQL's way to say it is an update."""
    house.receive(SKU, 10)
    columns = ", ".join(column.name for column in Movement.__table__.columns)
    if house.database.engine.dialect.name == "sqlite":
        changed = columns.replace("quantity", "quantity + 1")
        statement = f"REPLACE INTO movement ({columns}) SELECT {changed} FROM movement"
    else:
        same = f"INSERT INTO movement ({columns}) SELECT {columns} FROM movement"
        statement = f"{same} ON CONFLICT (id) DO UPDATE SET quantity = 11"
    with pytest.raises(DBAPIError), house.database.acting(MACHINE).writing() as session:
        session.execute(text(statement))


def test_no_place_with_walls_holds_less_than_nothing_whatever_the_code_does(house: Any) -> None:
    house.receive(SKU, 10)
    for statement in ("UPDATE balance SET on_hand = -1 WHERE bounded", "UPDATE sale_pool SET reserved = allotted + 1"):
        house.promise("show", SKU, 5)
        with pytest.raises(DBAPIError), house.database.acting(MACHINE).writing() as session:
            session.execute(text(statement))


# ---- what is promised stays


def test_what_a_show_was_promised_does_not_leave_the_place(house: Any) -> None:
    house.receive(SKU, 10)
    house.promise("show", SKU, 7)
    for kind, target in (("move", SHOP), ("move", HELD), ("write_off", "write_off"), ("adjustment", "difference"), ("pick", "customer")):  # fmt: skip
        with pytest.raises(Promised) as caught:
            house.post((SKU, 4, PARK, target), kind=kind)
        assert caught.value.facts["free"] == 3
    house.post((SKU, 3, PARK, SHOP))
    with pytest.raises(Promised):
        house.post((SKU, 1, PARK, SHOP))
    house.close("show")
    house.post((SKU, 7, PARK, SHOP))
    assert house.wrong() == []


def test_lines_of_one_document_are_held_against_the_promise_together(house: Any) -> None:
    house.receive(SKU, 10)
    house.receive(SKU, 10, lot="B")
    house.promise("show", SKU, 15)
    with pytest.raises(Promised):
        house.post((SKU, 3, PARK, SHOP), (SKU, 3, PARK, SHOP, "B"))
    house.post((SKU, 3, PARK, SHOP), (SKU, 2, PARK, SHOP, "B"))
    assert house.wrong() == []


def test_what_comes_in_by_the_same_document_counts(house: Any) -> None:
    house.receive(SKU, 10)
    house.receive(SKU, 10, lot="B", place=SHOP)
    house.promise("show", SKU, 10)
    house.post((SKU, 10, PARK, SHOP), (SKU, 10, SHOP, PARK, "B"))
    assert house.wrong() == []


def test_orders_bind_what_they_reserved_and_no_more(house: Any) -> None:
    house.receive(SKU, 10)
    with Settler(house.database) as settler:
        settler.do(house.reserve("o1", (SKU, 4), show="orders"))
        with pytest.raises(Promised):
            house.post((SKU, 7, PARK, SHOP))
        house.post((SKU, 6, PARK, HELD))
        with pytest.raises(SoldOut):
            settler.do(house.reserve("o2", (SKU, 1), show="orders"))
        settler.do(house.act("o1", "release"))
    house.post((SKU, 4, PARK, SHOP))
    assert house.wrong() == []


def test_goods_too_old_to_sell_do_not_stand_in_for_promised_ones(house: Any) -> None:
    house.receive(SKU, 10, ends=TODAY + timedelta(days=300))
    house.receive(SKU, 10, lot="old", ends=TODAY - timedelta(days=1))
    house.promise("show", SKU, 10)  # the good ten
    with pytest.raises(Promised):
        house.post((SKU, 10, PARK, SHOP))


def test_goods_too_old_to_sell_may_leave_when_all_good_ones_are_promised(house: Any) -> None:
    house.receive(SKU, 10, ends=TODAY + timedelta(days=300))
    house.receive(SKU, 10, lot="old", ends=TODAY - timedelta(days=1))
    house.promise("show", SKU, 10)
    house.post((SKU, 10, PARK, "write_off", "old"), kind="write_off")
    assert house.on_hand(SKU) == 10


# ---- corrections


def test_an_act_is_taken_back_by_another_and_only_once(house: Any) -> None:
    house.receive(SKU, 10)
    wrong = house.post((SKU, 4, PARK, SHOP), number="7").document
    first = house.reverse(wrong.id, "back")
    assert (house.on_hand(SKU), house.on_hand(SKU, SHOP)) == (10, 0)
    assert (first.document.kind, first.document.reverses_id, first.document.number) == ("correction", wrong.id, "7")
    again = house.reverse(wrong.id, "back")
    assert again.again
    assert again.document.id == first.document.id
    with pytest.raises(ReversedAlready) as caught:
        house.reverse(wrong.id, "back-2")
    assert caught.value.facts["by"] == first.document.id
    assert house.wrong() == []


def test_a_correction_can_be_taken_back_in_turn(house: Any) -> None:
    house.receive(SKU, 10)
    wrong = house.post((SKU, 4, PARK, SHOP)).document
    back = house.reverse(wrong.id).document
    house.reverse(back.id)
    assert (house.on_hand(SKU), house.on_hand(SKU, SHOP)) == (6, 4)
    assert house.wrong() == []


def test_what_has_gone_on_or_is_promised_cannot_be_taken_back(house: Any) -> None:
    arrived = house.receive(SKU, 10).document
    house.promise("show", SKU, 10)
    with pytest.raises(Promised):
        house.reverse(arrived.id)
    house.close("show")
    house.post((SKU, 1, PARK, SHOP))
    with pytest.raises(NotEnough):
        house.reverse(arrived.id)
    assert house.wrong() == []


def test_the_key_of_another_act_takes_nothing_back(house: Any) -> None:
    house.receive(SKU, 10, key="r")
    one, two = (house.post((SKU, 1, PARK, SHOP), key=key).document for key in ("one", "two"))
    house.reverse(one.id, "back")
    for key in ("r", "two", "back"):
        with pytest.raises(KeyUsed):
            house.reverse(two.id, key)
    assert house.on_hand(SKU, SHOP) == 1


def test_nobody_takes_back_what_is_not_there_or_not_theirs(house: Any) -> None:
    mine = house.receive(SKU, 10).document
    with pytest.raises(NotFound):
        house.reverse(mine.id + 999)
    with pytest.raises(NotFound):
        house.other("amur").reverse(mine.id)
    assert house.on_hand(SKU) == 10


# ---- lots


def _lot(house: Any, sku: str = SKU, **given: Any) -> Lot:
    with house.database.writing() as session:
        return keep_lot(session, sku_of(session, sku), LotGiven(**given))


@on_sqlite
def test_the_end_of_a_lot_is_counted_from_the_day_it_was_made(house: Any) -> None:
    for sku, made, ends in (
        ("RU-ALENKA-90", date(2026, 9, 1), date(2027, 9, 1)),  # 12 months
        ("RU-MAYO-200", date(2026, 8, 31), date(2027, 2, 28)),  # 6 months, by the calendar
        ("RU-SAUSAGE-400", date(2026, 1, 31), date(2026, 3, 17)),  # 45 days
        ("RU-TUSHONKA-338", date(2024, 2, 29), date(2027, 2, 28)),  # 3 years from a leap day
        ("RU-MATRYOSHKA-5", date(2026, 9, 1), None),
    ):
        assert _lot(house, sku, code="L", made_on=made).expires_on == ends


@on_sqlite
def test_a_lot_that_ends_before_it_was_made_is_refused(house: Any) -> None:
    with pytest.raises(DatesContradict):
        _lot(house, code="L", made_on=date(2026, 5, 2), expires_on=date(2026, 5, 1))
    assert _lot(house, code="L", made_on=date(2026, 5, 1), expires_on=date(2026, 5, 1)).id


def test_a_lot_is_known_by_its_dates(house: Any) -> None:
    first = _lot(house, code="L", made_on=date(2026, 5, 1))
    for other in ({"made_on": date(2026, 1, 5)}, {"expires_on": date(2027, 1, 5)}):
        with pytest.raises(LotDiffers):
            _lot(house, code="L", **other)
    assert _lot(house, code="L", expires_on=first.expires_on).id == first.id
    assert _lot(house, OTHER, code="L", made_on=date(2026, 1, 5)).id != first.id


@on_sqlite
def test_what_was_not_known_of_a_lot_is_filled_in_and_stays(house: Any) -> None:
    _lot(house, code="L")
    _lot(house, code="L", made_on=date(2026, 5, 1), declaration="10/1")
    filled = _lot(house, code="L", declaration="10/2")
    assert (filled.made_on, filled.expires_on, filled.declaration) == (date(2026, 5, 1), date(2027, 5, 1), "10/1")


@on_sqlite
def test_dates_that_come_one_by_one_may_not_contradict_either(house: Any) -> None:
    _lot(house, code="L", expires_on=date(2026, 1, 1))
    with pytest.raises(DatesContradict):
        _lot(house, code="L", made_on=date(2026, 5, 1))


@on_sqlite
def test_a_mistyped_year_is_a_refusal_and_no_crash(house: Any) -> None:
    from service.errors import DomainError

    with pytest.raises(DomainError):
        _lot(house, code="L", made_on=date(9999, 12, 31))


@on_sqlite
def test_an_unknown_lot_is_named_with_those_there_are(house: Any) -> None:
    _lot(house, code="L-1")
    with house.database.reading() as session, pytest.raises(NotFound) as caught:
        find_lot(session, sku_of(session, SKU), "L-2")
    assert caught.value.facts["known"] == ["L-1"]
    with house.other("amur").database.reading() as session, pytest.raises(NotFound):
        find_lot(session, sku_of(session, SKU), "L-1")


# ---- pieces with numbers


def test_pieces_go_where_their_movement_goes_and_come_back_with_its_correction(dolls: Any) -> None:
    moved = _move_dolls(dolls, 2, "S1", "S3").document
    assert _where(dolls) == {"S1": f"{SHOP} A", "S2": f"{PARK} A", "S3": f"{SHOP} A"}
    dolls.reverse(moved.id)
    assert set(_where(dolls).values()) == {f"{PARK} A"}
    assert dolls.wrong() == []


def test_numbers_that_do_not_fit_are_refused_and_nothing_moves(dolls: Any) -> None:
    for packs, serials in (
        (1, []),
        (2, ["S1"]),
        (1, ["S1", "S2"]),
        (2, ["S1", "S1"]),
        (1, ["S9"]),
        (1, ["s1"]),
        (1, [""]),
        (2, ["S1", "S9"]),
    ):
        with pytest.raises(SerialsMissing):
            _move_dolls(dolls, packs, *serials)
    assert set(_where(dolls).values()) == {f"{PARK} A"}
    assert (dolls.on_hand(DOLLS), dolls.on_hand(DOLLS, SHOP)) == (3, 0)


def test_a_piece_is_in_one_place_and_arrives_once(dolls: Any) -> None:
    _move_dolls(dolls, 1, "S1")
    with pytest.raises(SerialsMissing):
        _move_dolls(dolls, 1, "S1")
    with pytest.raises(SerialsMissing):
        dolls.receive(DOLLS, 1, serials=("S1",), ends=None)
    with dolls.database.writing() as session:
        lines = [dolls.line(session, DOLLS, 1, PARK, place, serials=("S2",)) for place in (SHOP, HELD)]
        with pytest.raises(SerialsMissing):
            ledger.post(session, kind="move", key="twice", lines=lines)
        session.rollback()


def test_a_sold_piece_may_come_back_from_its_buyer(dolls: Any) -> None:
    _move_dolls(dolls, 1, "S1", target="customer")
    with pytest.raises(SerialsMissing):
        _move_dolls(dolls, 1, "S1", source="supplier", target=PARK)
    _move_dolls(dolls, 1, "S1", source="customer", target=PARK)
    assert _where(dolls)["S1"] == f"{PARK} A"


def test_a_piece_moves_with_its_own_lot(dolls: Any) -> None:
    dolls.receive(DOLLS, 1, lot="B", serials=("S4",), ends=None)
    with pytest.raises(SerialsMissing):
        _move_dolls(dolls, 1, "S1", lot="B")  # S1 is of lot A
    assert _where(dolls)["S1"] == f"{PARK} A"


def test_goods_without_numbers_may_be_given_some_and_are_then_held_to_them(house: Any) -> None:
    house.receive(DOLLS, 2, serials=("S1", "S2"), ends=None)
    _move_dolls(house, 1, "S1")
    with pytest.raises(SerialsMissing):
        _move_dolls(house, 1, "S1")
    assert _where(house) == {"S1": f"{SHOP} A", "S2": f"{PARK} A"}


def test_numbers_of_another_organisation_are_its_own(dolls: Any) -> None:
    other = dolls.other("amur")
    other.receive(DOLLS, 1, serials=("S1",), ends=None)
    with pytest.raises(SerialsMissing):
        _move_dolls(other, 1, "S2")
    assert other.wrong() == dolls.wrong() == []


# ---- many at once


def _count(answers: list[Any], kind: type) -> int:
    strangers = [one for one in answers if not isinstance(one, (ledger.Posted, kind))]
    assert strangers == []
    return sum(isinstance(one, ledger.Posted) for one in answers)


def test_eight_who_move_the_same_goods_never_move_more_than_there_are(house: Any, at_once: Callable[..., Any]) -> None:
    house.receive(SKU, 45)

    def clear(worker: int) -> list[Any]:
        answers: list[Any] = []
        for turn in range(4):
            try:
                answers.append(house.post((SKU, 2, PARK, SHOP), (SKU, 1, PARK, HELD), key=f"{worker}-{turn}"))
            except NotEnough as refused:
                answers.append(refused)
        return answers

    answers = [one for some in at_once(*(partial(clear, worker) for worker in range(8))) for one in some]
    assert _count(answers, NotEnough) == 15
    assert (house.on_hand(SKU), house.on_hand(SKU, SHOP), house.on_hand(SKU, HELD)) == (0, 30, 15)
    assert house.wrong() == []


def test_goods_that_cross_each_other_do_not_lock_each_other_out(house: Any, at_once: Callable[..., Any]) -> None:
    for place in (PARK, SHOP):
        for sku in (SKU, OTHER):
            house.receive(sku, 100, place=place)

    def carry(worker: int) -> list[Any]:
        there, back = (PARK, SHOP) if worker % 2 else (SHOP, PARK)
        goods = (SKU, OTHER) if worker % 4 < 2 else (OTHER, SKU)
        return [house.post(*((sku, 1, there, back) for sku in goods), key=f"{worker}-{turn}") for turn in range(3)]

    answers = at_once(*(partial(carry, worker) for worker in range(8)))
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert (house.on_hand(SKU), house.on_hand(OTHER, SHOP)) == (100, 100)
    assert house.wrong() == []


def test_eight_with_one_key_post_once_and_get_one_answer(house: Any, at_once: Callable[..., Any]) -> None:
    house.receive(SKU, 60)
    answers = at_once(*[lambda: house.post((SKU, 7, PARK, SHOP), key="one")] * 8)
    assert _count(answers, ledger.Posted) == 8
    assert len({one.document.id for one in answers}) == 1
    assert sum(not one.again for one in answers) == 1
    assert house.on_hand(SKU, SHOP) == 7


def test_a_promise_and_a_move_at_the_same_moment_do_not_both_take_the_goods(
    house: Any, at_once: Callable[..., Any]
) -> None:
    for turn in range(3):
        house.receive(SKU, 10, lot=f"L{turn}")
        promised, moved = at_once(
            lambda turn=turn: house.promise(f"show-{turn}", SKU, 10),
            lambda turn=turn: house.post((SKU, 10, PARK, SHOP, f"L{turn}")),
        )
        assert [promised is None, isinstance(moved, ledger.Posted)].count(True) == 1
        assert promised is None or isinstance(promised, TooLittleFree)
        assert isinstance(moved, (ledger.Posted, Promised))
        assert house.wrong() == []


def _posting(house: Any, *line: Any, key: str, lot: str = "A") -> Callable[[Any], Any]:
    def post(session: Any) -> Any:
        return ledger.post(session, kind="move", key=key, lines=[house.line(session, *line, lot=lot)])

    return post


def test_a_second_act_under_a_key_that_is_just_being_posted_is_answered(
    house: Any, meanwhile: Callable[..., Any]
) -> None:
    house.receive(SKU, 10)
    same = _posting(house, SKU, 4, PARK, SHOP, key="one")
    assert meanwhile(same, same).again
    assert house.on_hand(SKU) == 6


def test_another_act_under_a_key_that_is_just_being_posted_is_refused(
    house: Any, meanwhile: Callable[..., Any]
) -> None:
    house.receive(SKU, 10)
    house.receive(OTHER, 10)
    first, second = (_posting(house, sku, 4, PARK, SHOP, key="one") for sku in (SKU, OTHER))
    assert isinstance(meanwhile(first, second), KeyUsed)
    assert house.wrong() == []


def test_two_who_take_the_same_act_back_at_once_under_one_key_get_one_answer(
    house: Any, meanwhile: Callable[..., Any]
) -> None:
    house.receive(SKU, 10)
    wrong = house.post((SKU, 4, PARK, SHOP)).document
    back = partial(ledger.reverse, document=wrong.id, key="back")
    assert getattr(meanwhile(back, back), "again", False)


def test_two_who_take_the_same_act_back_at_once_take_it_back_once(house: Any, meanwhile: Callable[..., Any]) -> None:
    house.receive(SKU, 10)
    wrong = house.post((SKU, 4, PARK, SHOP)).document
    first, second = (partial(ledger.reverse, document=wrong.id, key=key) for key in ("one", "two"))
    assert isinstance(meanwhile(first, second), ReversedAlready)
    assert house.on_hand(SKU) == 10


def test_two_deliveries_of_a_lot_nobody_knew_make_one_lot(house: Any, meanwhile: Callable[..., Any]) -> None:
    first, second = (_posting(house, SKU, 4, "supplier", PARK, key=key, lot="new") for key in ("one", "two"))
    answer = meanwhile(first, second)
    assert isinstance(answer, ledger.Posted)
    assert house.on_hand(SKU, lot="new") == 8


def test_every_document_holds_something(house: Any) -> None:
    house.receive(SKU, 10)
    with pytest.raises(NotEnough):
        house.post((SKU, 11, PARK, SHOP))
    empty = select(StockDocument.id).where(~StockDocument.movements.any())
    assert house.rows(empty) == []
