"""What packs are bought for: by day, told once, from CSV all or nothing; explaining reckons with it and says whose word it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import FilesRejected
from service.people.audit import AuditEntry
from service.people.operating import acting
from service.people.organisations import make_organisation
from service.pricing.explaining import explain
from service.pricing.landing import Money
from service.pricing.models import PurchasePrice
from service.pricing.purchasing import (
    BoughtForNothing,
    NoSeller,
    NoSuchCurrency,
    NoSuchDay,
    Purchase,
    PurchaseRefused,
    TooDear,
    import_purchases,
    purchase_page,
    purchase_price_on,
    record_purchases,
)
from service.pricing.rates import import_rates
from service.pricing.refusing import NoSuchSkus
from service.pricing.sheets import NotCsv
from tests.pricing.test_rates import daily, valute

HONEY, KVAS = "RU-HONEY-500", "RU-KVAS-1500"
DAY = date(2026, 11, 25)
HEADER = "sku,currency,amount,valid_from,source"
BOUGHT = Purchase(HONEY, "RUB", 21000, date(2026, 11, 1), "contract 17/26")


def tell(database: Database, *rows: Purchase) -> int:
    with database.writing() as session:
        return record_purchases(session, rows)


def bring(database: Database, *lines: str, name: str = "purchases.csv") -> tuple[int, int]:
    with database.writing() as session:
        return import_purchases(session, name=name, content="\n".join([HEADER, *lines]).encode())


def on(database: Database, day: date = DAY, sku: str = HONEY) -> Money | None:
    with database.reading() as session:
        found = purchase_price_on(session, sku, day)
    return found and found.money


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PurchasePrice)) or 0


# ---- told and asked


def test_a_price_holds_from_its_day_on_until_the_next_and_of_the_same_day_the_last_told(stocked: Database) -> None:
    assert on(stocked) is None
    tell(stocked, BOUGHT, replace(BOUGHT, amount=23000, valid_from=date(2026, 11, 20)))
    days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 19), date(2026, 11, 20), DAY]
    assert [found and found.amount for found in (on(stocked, day) for day in days)] == [
        None,
        21000,
        21000,
        23000,
        23000,
    ]
    tell(stocked, replace(BOUGHT, amount=20000))  # a correction of the first of November, told last
    assert [on(stocked, day) for day in days[1:4:2]] == [Money(20000, "RUB"), Money(23000, "RUB")]
    assert on(stocked, sku=KVAS) is None
    assert on(stocked, sku="RU-NOTHING-1") is None


def test_what_stands_there_counts_once(stocked: Database) -> None:
    assert tell(stocked, BOUGHT, BOUGHT) == 1
    assert tell(stocked, BOUGHT) == 0
    assert tell(stocked, replace(BOUGHT, source="contract 18/26")) == 1
    with stocked.reading() as session:
        assert count(session) == 2
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "prices.purchased"))
        assert [entry.thing for entry in entries] == ["contract 17/26", "contract 18/26"]


def test_what_others_pay_their_suppliers_is_nobody_elses_business(stocked: Database) -> None:
    with stocked.writing() as session:
        make_organisation(session, key="amur", kind="merchant", name_zh="阿穆尔商贸", name_ru="«Амур»")
    tell(acting(stocked, "amur"), BOUGHT)
    assert on(stocked) is None
    with stocked.reading() as session:
        assert purchase_page(session, after=None, limit=10) == ([], None)


@pytest.mark.parametrize("how", [update(PurchasePrice).values(amount=1), delete(PurchasePrice)], ids=["update", "delete"])  # fmt: skip
def test_no_row_is_ever_changed_or_removed(stocked: Database, how: Any) -> None:
    tell(stocked, BOUGHT)
    with pytest.raises(DBAPIError, match="never changed"), stocked.writing() as session:
        session.execute(how)


@pytest.mark.parametrize(
    ("change", "error", "column"),
    [
        ({"amount": 0}, BoughtForNothing, "amount"),
        ({"amount": 2**31}, TooDear, "amount"),
        ({"currency": "rub"}, NoSuchCurrency, "currency"),
        ({"currency": "XYZ"}, NoSuchCurrency, "currency"),
        ({"valid_from": date(1999, 12, 31)}, NoSuchDay, "valid_from"),
        ({"valid_from": date(2206, 11, 25)}, NoSuchDay, "valid_from"),
        ({"source": ""}, NoSeller, "source"),
        ({"source": "a\nb"}, NoSeller, "source"),
        ({"source": "x" * 81}, NoSeller, "source"),
    ],
)
def test_what_cannot_be_is_refused_and_its_row_named(
    shelf: Database, change: Any, error: type[PurchaseRefused], column: str
) -> None:
    with pytest.raises(error) as caught, shelf.writing() as session:
        record_purchases(session, [replace(BOUGHT, sku=KVAS), replace(BOUGHT, **change)])
    assert caught.value.more("en") == {"row": 2, "column": column}
    assert caught.value.say("ru").startswith("Строка 2")
    with pytest.raises(NoSuchSkus), shelf.writing() as session:
        record_purchases(session, [replace(BOUGHT, sku="RU-NOTHING-1")])
    with shelf.reading() as session:
        assert count(session) == 0


# ---- from a file


def test_a_file_is_taken_over_once_in_minor_units_of_its_currency(stocked: Database) -> None:
    lines = [
        f'{HONEY},rub,"1 210,5",2026-11-01,"ООО «Пасека», счёт 17"',
        f"{KVAS},CNY,4.07,25.11.2026,合同 3",
        f"HH-AGATE-8,JPY,1200,2026-11-25,東京",  # noqa: F541 (one row of three)
    ]
    assert bring(stocked, *lines) == (3, 0)
    assert bring(stocked, *lines) == (0, 3)
    assert (on(stocked), on(stocked, sku=KVAS)) == (Money(121050, "RUB"), Money(407, "CNY"))
    assert on(stocked, sku="HH-AGATE-8") == Money(1200, "JPY")  # a yen has no smaller coin


@given(minor=st.integers(1, 2**31 - 1), sign=st.sampled_from(".,"))
def test_every_price_is_kept_to_the_last_kopeck(stocked: Database, minor: int, sign: str) -> None:
    line = f'{HONEY},RUB,"{minor // 100}{sign}{minor % 100:02}",2026-11-25,x'
    with stocked.reading() as session:  # nothing is kept
        import_purchases(session, name="p.csv", content=f"{HEADER}\n{line}".encode())
        found = purchase_price_on(session, HONEY, DAY)
        assert found is not None
        assert found.money == Money(minor, "RUB")


@pytest.mark.parametrize(
    ("column", "value", "zh", "ru"),
    [
        ("sku", "RU-NOTHING-1", "没有", "нет"),
        ("currency", "юань", "货币代码", "код валюты"),
        ("amount", "1,280", "不是价格", "не цена"),
        ("amount", "-1", "不是价格", "не цена"),
        ("amount", "0", "大于零", "больше нуля"),
        ("amount", "12.345", "不是价格", "не цена"),
        ("valid_from", "2026-02-30", "不是日期", "не дата"),
        ("valid_from", "25/11/2026", "不是日期", "не дата"),
        ("valid_from", "1926-11-25", "2000-01-01", "2000-01-01"),
        ("source", "", "source", "source"),
    ],
)
def test_a_faulty_value_is_named_with_its_place_in_both_languages_and_nothing_is_taken(
    stocked: Database, column: str, value: str, zh: str, ru: str
) -> None:
    good = dict(zip(HEADER.split(","), (HONEY, "CNY", "8.50", "2026-11-25", "合同"), strict=True))
    with pytest.raises(FilesRejected) as caught:
        bring(stocked, ",".join(good.values()), "", ",".join(f'"{cell}"' for cell in (good | {column: value}).values()))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.key, problem.value) == ("purchases.csv", 4, column, value)
    assert zh in problem.say("zh")
    assert ru in problem.say("ru").lower()
    assert on(stocked) is None


def test_yen_have_no_decimals(stocked: Database) -> None:
    with pytest.raises(FilesRejected):
        bring(stocked, f"{HONEY},JPY,1200.5,2026-11-25,x")


def test_a_workbook_is_not_taken_and_columns_are_asked_for_by_name(stocked: Database) -> None:
    with pytest.raises(NotCsv):
        bring(stocked, name="purchases.xlsx")
    with pytest.raises(FilesRejected) as caught, stocked.writing() as session:
        import_purchases(session, name="p.csv", content=b"sku,price,valid_from,source,currency\n")
    assert {problem.key for problem in caught.value.problems} == {"price", "amount"}


# ---- reckoned with


@pytest.fixture
def shop(stocked: Database) -> Database:
    with stocked.writing() as session:
        import_rates(session, name="daily.xml", content=daily(valute("CNY", "10,0"), valute("EUR", "90,0")))
    return stocked


def test_a_price_is_explained_with_the_purchase_price_of_the_day_and_whose_word_that_is(shop: Database) -> None:
    tell(shop, BOUGHT)
    with shop.reading() as session:
        before = explain(session, HONEY, channel="douyin", on=DAY, goods=Money(1, "CNY"))
        found = explain(session, HONEY, channel="douyin", on=DAY)
    goods = found.costing.lines[0]
    assert (goods.what.id, goods.amount, goods.verified) == ("goods", 2100, True)  # 210.00 RUB ÷ 10.0
    assert "contract 17/26" in goods.source
    said = " ".join(note.say("ru") for note in found.notes)
    assert "contract 17/26" in said
    assert "2026-11-01" in said
    assert "Закупочная цена не указана" not in said
    assert before.costing.lines[0].amount == 1  # what is told stands before what is stored


def test_only_without_a_stored_price_a_part_of_the_price_at_home_is_reckoned(shop: Database) -> None:
    tell(shop, replace(BOUGHT, valid_from=date(2026, 11, 26)))  # from tomorrow on
    with shop.reading() as session:
        found = explain(session, HONEY, channel="douyin", on=DAY)
    assert "Закупочная цена не указана" in " ".join(note.say("ru") for note in found.notes)
    assert not found.costing.lines[0].verified
