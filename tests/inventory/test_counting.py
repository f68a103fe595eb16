"""Stocktakes counted blind and approved by a second person; other people's stock reports reconciled; histories brought in; codes scanned."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import xlsxwriter
from sqlalchemy import delete, update

from service.catalog.models import Sku
from service.database import now
from service.errors import NotFound, WrongState
from service.inventory.counting.refusing import CountedTwice, NothingCounted, OwnCount, ReportRejected
from service.inventory.counting.reports import find_report, put_right, reconcile, take_report
from service.inventory.counting.sheets import NoColumns, dated, read_stock_sheet
from service.inventory.counting.stocktakes import (
    Counted,
    approve,
    close,
    count,
    drop,
    find_stocktake,
    gaps,
    open_stocktake,
)
from service.inventory.history import stock_at
from service.inventory.importing import import_movements
from service.inventory.places import find_place
from service.inventory.refusing import Anticipated, NotEnough, NothingMoves
from service.inventory.reserving.settler import Settler
from service.inventory.scanning import NotACode, scan
from service.inventory.verifying import rebuild, verify
from service.people.caller import Caller

PARK, SKU, OTHER = "heihe-park", "RU-ALENKA-90", "RU-HONEY-500"


def as_person(house: Any, name: str) -> Any:
    """The database acting for somebody else of the same organisation."""
    caller: Caller = house.database.caller
    return house.database.acting(Caller(organisation=caller.organisation, name=name, rights=caller.rights))


class Count:
    """One stocktake, with who counts and who approves."""

    def __init__(self, house: Any) -> None:
        self.house, self.counter, self.second = house, as_person(house, "Люй"), as_person(house, "Ольга")
        with self.counter.writing() as session:
            self.number = open_stocktake(session, place=PARK).id

    def count(self, *lines: Counted) -> None:
        with self.counter.writing() as session:
            count(session, stocktake=self.number, counted=lines)

    def close(self, uncounted: str = "leave") -> None:
        with self.counter.writing() as session:
            close(session, stocktake=self.number, uncounted=uncounted)

    def approve(self) -> None:
        with self.second.writing() as session:
            approve(session, stocktake=self.number)

    def gaps(self) -> list[tuple[str, str, int, int | None]]:
        with self.second.reading() as session:
            return [
                (one.sku, one.lot, one.expected, one.counted)
                for one in gaps(session, find_stocktake(session, self.number))
            ]


@pytest.fixture
def counted(house: Any) -> Count:
    house.receive(SKU, 50, lot="A")
    house.receive(OTHER, 20, lot="H")
    return Count(house)


def test_differences_are_posted_when_a_second_person_has_seen_them(counted: Count) -> None:
    counted.count(Counted(sku=SKU, lot="A", quantity=47), Counted(sku=OTHER, lot="H", quantity=21))
    counted.close()
    assert counted.gaps() == [(SKU, "A", 50, 47), (OTHER, "H", 20, 21)]
    with pytest.raises(OwnCount), counted.counter.writing() as session:
        approve(session, stocktake=counted.number)
    counted.approve()
    assert (counted.house.on_hand(SKU), counted.house.on_hand(OTHER)) == (47, 21)
    assert counted.house.wrong() == []
    with pytest.raises(WrongState):
        counted.approve()


def test_goods_that_leave_while_people_count_do_not_become_a_difference(counted: Count) -> None:
    counted.count(Counted(sku=SKU, lot="A", quantity=49))  # one is missing now
    counted.house.post((SKU, 10, PARK, "customer"))
    counted.close()
    counted.approve()
    assert counted.house.on_hand(SKU) == 39


def test_what_nobody_counted_is_left_alone_or_taken_for_gone(counted: Count) -> None:
    counted.count(Counted(sku=SKU, lot="A", quantity=50))
    counted.close()
    assert counted.gaps() == [(OTHER, "H", 20, None)]
    counted.approve()
    assert counted.house.on_hand(OTHER) == 20
    again = Count(counted.house)
    again.count(Counted(sku=SKU, lot="A", quantity=50))
    again.close("zero")
    again.approve()
    assert counted.house.on_hand(OTHER) == 0


def test_a_lot_counted_again_replaces_its_count_or_adds_to_it(counted: Count) -> None:
    counted.count(Counted(sku=SKU, lot="A", quantity=2, unit="case"))
    counted.count(Counted(sku=SKU, lot="A", quantity=1, add=True))
    counted.count(Counted(sku=SKU, lot="A", quantity=1, add=True))
    counted.close()
    assert counted.gaps() == [(OTHER, "H", 20, None)]
    counted.approve()
    assert counted.house.on_hand(SKU) == 50


def test_a_count_without_a_lot_is_of_the_only_one_there(counted: Count) -> None:
    counted.count(Counted(sku=SKU, quantity=49))
    counted.close()
    assert (SKU, "A", 50, 49) in counted.gaps()
    counted.approve()
    counted.house.receive(SKU, 5, lot="B")
    again = Count(counted.house)
    with pytest.raises(NotFound) as refused:
        again.count(Counted(sku=SKU, quantity=54))
    assert "A" in str(refused.value.facts["known"])


def test_two_people_of_one_name_are_two_people(counted: Count) -> None:
    caller = counted.house.database.caller
    one, other = (counted.house.database.acting(Caller(organisation=caller.organisation, name="Ли Мин", person=number, rights=caller.rights)) for number in (1, 2))  # fmt: skip
    with one.writing() as session:
        count(session, stocktake=counted.number, counted=[Counted(sku=SKU, lot="A", quantity=49)])
        close(session, stocktake=counted.number)
    with one.writing() as session, pytest.raises(OwnCount):
        approve(session, stocktake=counted.number)
    with other.writing() as session:
        approve(session, stocktake=counted.number)
    assert counted.house.on_hand(SKU) == 49


def test_a_lot_the_books_do_not_know_is_found(counted: Count) -> None:
    counted.count(Counted(sku=SKU, lot="NEW", quantity=7))
    counted.close()
    counted.approve()
    assert counted.house.on_hand(SKU, lot="NEW") == 7


def test_counting_refuses_what_cannot_be_and_changes_nothing(counted: Count) -> None:
    with pytest.raises(CountedTwice):
        counted.count(Counted(sku=SKU, lot="A", quantity=1), Counted(sku=SKU, lot="A", quantity=2))
    with pytest.raises(NotFound):
        counted.count(Counted(sku=SKU, lot="A", quantity=1), Counted(sku="RU-NONE-1", quantity=2))
    with pytest.raises(Exception, match="not a quantity"):
        counted.count(Counted(sku=SKU, lot="A", quantity=-1))
    with pytest.raises(NothingCounted):
        counted.close()
    with pytest.raises(WrongState), counted.counter.writing() as session:
        open_stocktake(session, place=PARK)
    with counted.counter.writing() as session:
        drop(session, stocktake=counted.number)
    assert counted.house.on_hand(SKU) == 50


# ---- stock reports


def sheet(*rows: list[Any]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet()
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def report(
    house: Any, content: bytes, name: str = "wb.xlsx", **more: Any
) -> tuple[int, list[tuple[str, int, int, dict[str, int]]]]:
    with house.database.writing() as session:
        found, _ = take_report(session, place=PARK, name=name, content=content, **more)
        differing = reconcile(session, found)
        return found.id, [
            (one.line.sku.code, one.line.reported, one.line.ours, {why.kind: why.packs for why in one.reasons})
            for one in differing
        ]


@pytest.mark.parametrize(
    "head", [["Артикул продавца", "Остаток"], ["货号", "库存数量"], ["Seller SKU", "Available"]], ids=["ru", "zh", "en"]
)
def test_a_report_is_compared_and_each_difference_put_right_by_one_click(house: Any, head: list[str]) -> None:
    house.receive(SKU, 50, lot="A", ends=date(2099, 1, 1))
    house.receive(SKU, 5, lot="B", ends=date(2098, 1, 1))
    house.receive(OTHER, 20)
    number, differing = report(house, sheet(["Отчёт об остатках"], [], head, [SKU, 48], [OTHER, 20]))
    assert differing == [(SKU, 48, 55, {})]
    with house.database.writing() as session:
        line = reconcile(session, find_report(session, number))[0].line.id
        put_right(session, report=number, line=line)
    assert (house.on_hand(SKU, lot="A"), house.on_hand(SKU, lot="B")) == (
        48,
        0,
    )  # what ends first is taken for sold first
    with house.database.writing() as session, pytest.raises(NothingMoves):
        put_right(session, report=number, line=line)
    assert house.wrong() == []


def test_a_difference_that_is_no_longer_there_is_not_taken_over_in_part(house: Any) -> None:
    house.receive(SKU, 80)
    number, _ = report(house, sheet(["sku", "quantity"], [SKU, 10]))
    house.post((SKU, 77, PARK, "moscow"))
    with house.database.writing() as session:
        line = reconcile(session, find_report(session, number))[0].line.id
        with pytest.raises(NotEnough):
            put_right(session, report=number, line=line)
    assert house.on_hand(SKU) == 3


def test_a_report_of_the_past_is_compared_with_the_past_and_says_what_happened_since(house: Any) -> None:
    then = now() - timedelta(days=2)
    house.receive(SKU, 50)
    house.post((SKU, 30, "supplier", PARK), kind="receipt", happened_at=then - timedelta(days=1))
    _, differing = report(house, sheet(["sku", "quantity"], [SKU, 28]), as_of=then)
    assert differing == [(SKU, 28, 30, {"since": 50})]


def test_what_is_sold_and_not_picked_explains_a_marketplaces_lower_number(house: Any) -> None:
    house.receive(SKU, 50)
    house.promise("show", SKU, 20)
    with Settler(house.database) as settler:
        settler.do(house.reserve("sold-key-1", (SKU, 4)))
        settler.do(house.act("sold-key-1", "confirm"))
    assert report(house, sheet(["sku", "quantity"], [SKU, 46]))[1] == [(SKU, 46, 50, {"sold": -4})]


def test_what_a_report_does_not_name_it_says_is_not_there(house: Any) -> None:
    house.receive(SKU, 50)
    house.receive(OTHER, 3)
    assert report(house, sheet(["sku", "quantity"], [SKU, 50]))[1] == [(OTHER, 0, 3, {})]


def test_the_same_file_is_one_report(house: Any) -> None:
    house.receive(SKU, 50)
    content = sheet(["sku", "quantity"], [SKU, 49])
    assert report(house, content)[0] == report(house, content, name="again.xlsx")[0]
    with house.database.writing() as session, pytest.raises(Anticipated):
        take_report(session, place=PARK, name="x.xlsx", content=b"x", as_of=now() + timedelta(days=1))


def test_every_fault_of_a_sheet_is_told_with_its_cell(house: Any) -> None:
    content = sheet(["sku", "quantity"], [SKU, 5], ["RU-NONE-1", 3], [OTHER, -2], [OTHER, "2,5"], ["", 9])
    with house.database.writing() as session, pytest.raises(ReportRejected) as refused:
        read_stock_sheet(session, name="x.xlsx", content=content)
    assert [(fault.row, fault.column, fault.value) for fault in refused.value.faults] == [
        (3, "A", "RU-NONE-1"), (4, "B", "-2"), (5, "B", "2,5"), (6, "A", ""),
    ]  # fmt: skip
    assert "4 ошибки" in refused.value.message().say("ru")
    with house.database.writing() as session, pytest.raises(NoColumns):
        read_stock_sheet(session, name="x.csv", content="цвет,размер\n1,2\n".encode("cp1251"))


# ---- histories


def test_a_history_is_taken_over_once_and_stands_at_its_own_time(house: Any) -> None:
    rows = [
        "key,sku,lot,from,to,quantity,happened", f"m-1,{SKU},X,supplier,{PARK},40,2026-01-10 09:00",
        f"m-2,{SKU},X,{PARK},customer,15,12.02.2026", f"m-3,{SKU},X,{PARK},blagoveshchensk,5,2026/3/1",
    ]  # fmt: skip
    content = "\n".join(rows).encode()
    for taken, known in ((3, 0), (0, 3)):
        with house.database.writing() as session:
            done = import_movements(session, name="history.csv", content=content)
        assert (done.taken, done.known) == (taken, known)
    assert (house.on_hand(SKU), house.on_hand(SKU, "blagoveshchensk")) == (20, 5)
    with house.database.reading() as session:
        place = find_place(session, PARK)
        then = [packs for *_, packs in stock_at(session, datetime(2026, 2, 1, tzinfo=UTC), place=place)]
        booked = stock_at(session, datetime(2026, 2, 1, tzinfo=UTC), place=place, by="recorded")
    assert then == [40]
    assert booked == []
    more = content + f"\nm-4,{SKU},X,{PARK},customer,20,2026-04-01".encode()
    with house.database.writing() as session:
        assert import_movements(session, name="history.csv", content=more).taken == 1
    assert house.on_hand(SKU) == 0
    assert house.wrong() == []


def test_a_history_that_would_leave_less_than_nothing_is_refused_whole(house: Any) -> None:
    content = f"key,sku,from,to,quantity,happened\nm-1,{SKU},supplier,{PARK},5,2026-01-10\nm-2,{SKU},{PARK},customer,6,2026-01-11".encode()
    with house.database.writing() as session, pytest.raises(NotEnough):
        import_movements(session, name="history.csv", content=content)
    assert house.on_hand(SKU) == 0
    wrong = b"key,sku,from,to,quantity,happened\nm-1,RU-ALENKA-90,supplier,nowhere,5,2026-01-10\nm-2,RU-ALENKA-90,supplier,heihe-park,5,soon"
    with house.database.writing() as session, pytest.raises(ReportRejected) as refused:
        import_movements(session, name="history.csv", content=wrong)
    assert [fault.row for fault in refused.value.faults] == [2, 3]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-25", "2026-11-24T16:00"), ("25.11.2026", "2026-11-24T16:00"), ("2026年11月5日", "2026-11-04T16:00"),
        ("2026-11-25 14:30", "2026-11-25T06:30"), ("25.11.2026 14:30", "2026-11-25T06:30"), ("2026-11-25T14:30+03:00", "2026-11-25T11:30"),
    ],
)  # fmt: skip
def test_a_date_without_a_zone_is_of_the_place(text: str, moment: str) -> None:
    assert dated(text, zone="Asia/Shanghai").strftime("%Y-%m-%dT%H:%M") == moment


# ---- verifying, scanning


def test_a_balance_somebody_meddled_with_is_named_and_set_right_from_the_movements(house: Any) -> None:
    house.receive(SKU, 50)
    with house.database.reading() as session:
        assert verify(session).differences == []
    from service.inventory.models import Balance
    from service.people.caller import MACHINE

    with house.database.acting(MACHINE).writing() as session:
        session.execute(update(Balance).where(Balance.bounded).values(on_hand=51))
    with house.database.writing() as session:
        [one] = verify(session).differences
        assert (one.what, one.place, one.sku, one.found, one.made_of) == ("balance", PARK, SKU, 51, 50)
        rebuild(session)
        assert verify(session).differences == []


def test_a_balance_that_is_missing_is_made_again(house: Any) -> None:
    from service.inventory.models import Balance
    from service.people.caller import MACHINE

    house.receive(SKU, 50)
    with house.database.acting(MACHINE).writing() as session:
        session.execute(delete(Balance).where(Balance.bounded))
    with house.database.writing() as session:
        assert [(one.found, one.made_of) for one in rebuild(session)] == [(0, 50)]
        assert verify(session).differences == []
    assert house.wrong() == []


@pytest.fixture
def barcoded(house: Any) -> Any:
    from service.people.caller import MACHINE

    with house.database.acting(MACHINE).writing() as session:
        session.execute(update(Sku).where(Sku.code == SKU).values(gtin="4606272002955"))
    return house


@pytest.mark.parametrize(
    ("code", "lot", "ends", "serial"),
    [
        (SKU, "A", None, None),
        ("4606272002955", "A", None, None),
        ("]d201046062720029551727083110L26-01\x1d215ab", "L26-01", date(2027, 8, 31), "5ab"),
        ("0104606272002955215'q=Yz\x1d91EE06\x1d92abcdef", "A", None, "5'q=Yz"),
    ],
    ids=["sku", "ean", "gs1", "chestny-znak"],
)
def test_a_scanned_code_tells_sku_lot_end_and_serial(
    barcoded: Any, code: str, lot: str, ends: date | None, serial: str | None
) -> None:
    barcoded.receive(SKU, 5, lot="A")
    with barcoded.database.reading() as session:
        found = scan(session, code)
    assert (found.sku.code, found.lot, found.expires_on, found.serial) == (SKU, lot, ends, serial)


def test_codes_nobody_knows_are_told_apart_from_what_is_no_code(barcoded: Any) -> None:
    with barcoded.database.reading() as session:
        with pytest.raises(NotFound):
            scan(session, "4600702079999")
        with pytest.raises(NotACode):
            scan(session, "привет")
