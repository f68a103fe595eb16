"""The record of prices paid: each deal once, whoever tells it again; the lowest of seven days, else the last; files all or nothing."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.database import Database, now
from service.errors import FilesRejected
from service.people.audit import AuditEntry
from service.people.caller import MACHINE
from service.people.models import Organisation
from service.people.operating import acting
from service.people.organisations import make_organisation
from service.pricing.deals import (
    BadName,
    Deal,
    DealDiffers,
    DealRefused,
    NoSuchMarket,
    NotAboveZero,
    NotPaidYet,
    PaidLongAgo,
    TooMuch,
)
from service.pricing.models import PaidPrice
from service.pricing.paid import Paid, paid_before, paid_page, record_paid
from service.pricing.refusing import NoSuchSkus
from service.pricing.sheets import NotCsv
from service.pricing.taking import import_paid

SHOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HONEY, KVAS = "RU-HONEY-500", "RU-KVAS-1500"
HEADER = "sku,market,paid,quantity,paid_at,source,reference"


def deal(paid: int = 1180, *, before: timedelta = timedelta(days=1), sku: str = HONEY, reference: str = "6921-1", **more: Any) -> Deal:  # fmt: skip
    """A deal so long before the show."""
    told: dict[str, Any] = {"market": "CN", "quantity": 1, "paid_at": SHOW - before, "source": "douyin"} | more
    return Deal(sku=sku, paid=paid, reference=reference, **told)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def ids(session: Session, *codes: str) -> list[int]:
    found = skus_by_code(session, codes)
    return [found[code].id for code in codes]


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PaidPrice)) or 0


# ---- telling


def test_a_deal_told_again_counts_once(stocked: Database) -> None:
    deals = [deal(), deal(sku=KVAS), deal(source="shop"), deal(reference="6921-2")]
    with stocked.writing() as session:
        assert record_paid(session, deals[:2]) == 2
    with stocked.writing() as session:
        assert record_paid(session, deals) == 2
        assert record_paid(session, [deals[0], deals[0]]) == 0
    with stocked.reading() as session:
        assert count(session) == 4
        row = session.scalars(select(PaidPrice).where(PaidPrice.source == "shop")).one()
        assert (row.sku.code, row.market, row.currency, row.paid, row.quantity) == (HONEY, "CN", "CNY", 1180, 1)
        acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "prices.paid").order_by(AuditEntry.number))
        assert [(act.thing, act.detail) for act in acts] == [
            ("douyin", {"new": 2, "known": 0}),
            ("douyin, shop", {"new": 2, "known": 2}),
        ]


@pytest.mark.parametrize(
    "change", [{"paid": 990}, {"quantity": 2}, {"paid_at": SHOW - days(2)}, {"market": "RU"}], ids=lambda c: next(iter(c))
)  # fmt: skip
def test_a_deal_told_again_with_other_figures_is_refused_and_what_was_recorded_stays(
    stocked: Database, change: dict[str, Any]
) -> None:
    with stocked.writing() as session:
        record_paid(session, [deal()])
    told = [deal(reference="6921-7"), replace(deal(), **change)]
    with pytest.raises(DealDiffers) as caught, stocked.writing() as session:
        record_paid(session, told)
    assert caught.value.row == 2
    assert "CN, 11.80 CNY × 1, 2026-11-23 12:00:00Z" in caught.value.say("en")
    with stocked.reading() as session:
        assert session.scalars(select(PaidPrice.paid)).all() == [1180]


def test_two_lines_of_one_deal_at_two_prices_need_a_reference_each(stocked: Database) -> None:
    """Else the second, half as dear, would be lost, and with it the lowest price."""
    with pytest.raises(DealDiffers, match="6921-1-2"), stocked.writing() as session:
        record_paid(session, [deal(1180), deal(590)])
    with stocked.writing() as session:
        assert record_paid(session, [deal(1180), deal(590, reference="6921-1-2")]) == 2


def test_two_who_tell_the_same_deals_at_once_neither_fail_nor_count_them_twice(stocked: Database) -> None:
    deals = [deal(reference=f"r{number}") for number in range(300)]
    start = threading.Barrier(2)

    def tell(some: list[Deal]) -> int:
        with stocked.writing() as session:
            if stocked.engine.dialect.name == "postgresql":  # SQLite's second writer waits before it has begun
                start.wait()
            return record_paid(session, some)

    with ThreadPoolExecutor(2) as both:
        assert sum(both.map(tell, (deals, deals[::-1]))) == 300
    with stocked.reading() as session:
        assert count(session) == 300


@pytest.mark.parametrize(
    ("change", "kind", "column"),
    [
        ({"paid": 0}, NotAboveZero, "paid"),
        ({"paid": -1}, NotAboveZero, "paid"),
        ({"paid": 2**31}, TooMuch, "paid"),
        ({"quantity": 0}, NotAboveZero, "quantity"),
        ({"market": "US"}, NoSuchMarket, "market"),
        ({"paid_at": datetime(1, 1, 1, tzinfo=UTC)}, PaidLongAgo, "paid_at"),
        ({"source": "Дуинь"}, BadName, "source"),
        ({"source": "d" * 41}, BadName, "source"),
        ({"reference": ""}, BadName, "reference"),
        ({"reference": "1\n2"}, BadName, "reference"),
        ({"reference": "1\n"}, BadName, "reference"),
        ({"reference": "1" * 81}, BadName, "reference"),
    ],
)
def test_what_cannot_have_been_is_refused_and_its_row_named(
    shelf: Database, change: dict[str, Any], kind: type[DealRefused], column: str
) -> None:
    with pytest.raises(kind) as caught, shelf.writing() as session:
        record_paid(session, [deal(reference="fine"), replace(deal(), **change)])
    assert caught.value.more("en") == {"row": 2, "column": column}
    assert caught.value.say("zh").startswith("第 2 行")
    assert caught.value.say("ru").startswith("Строка 2")
    with shelf.reading() as session:
        assert count(session) == 0


def test_nothing_is_paid_tomorrow_but_clocks_may_differ_by_a_little(stocked: Database) -> None:
    with stocked.writing() as session:
        assert record_paid(session, [deal(paid_at=now() + timedelta(minutes=2))]) == 1
    with pytest.raises(NotPaidYet), stocked.writing() as session:
        record_paid(session, [deal(reference="later", paid_at=now() + timedelta(hours=1))])


def test_goods_without_a_card_are_refused_by_name(stocked: Database) -> None:
    with pytest.raises(NoSuchSkus, match="RU-NOTHING-1"), stocked.writing() as session:
        record_paid(session, [deal(), deal(sku="RU-NOTHING-1")])


# ---- asking


def test_the_lowest_of_seven_days_before_and_the_last_at_any_age(stocked: Database) -> None:
    told = [
        deal(900, before=days(7) + timedelta(seconds=1), reference="a"),  # a second too old
        deal(1200, before=days(7), reference="b"),
        deal(1500, before=timedelta(seconds=1), reference="c"),
        deal(100, before=days(0), reference="d"),  # in the show itself
        deal(50, before=days(1), reference="e", market="RU"),
        deal(700, before=days(90), reference="f", sku=KVAS),
        deal(800, before=days(40), reference="g", sku=KVAS),
    ]
    with stocked.writing() as session:
        record_paid(session, told)
    with stocked.reading() as session:
        honey, kvas, unsold = ids(session, HONEY, KVAS, "RU-ALENKA-90")
        found = paid_before(session, [honey, kvas, unsold], market="CN", before=SHOW)
        assert found == {honey: Paid(1200, 1500), kvas: Paid(None, 800), unsold: Paid(None, None)}
        assert paid_before(session, [honey], market="CN", before=SHOW, days=8) == {honey: Paid(900, 1500)}
        assert paid_before(session, [], market="CN", before=SHOW) == {}


def test_what_others_were_paid_for_the_same_goods_does_not_count(stocked: Database) -> None:
    with stocked.writing() as session:
        make_organisation(session, key="amur", kind="merchant", name_zh="阿穆尔商贸", name_ru="«Амур»")
        record_paid(session, [deal(1180)])
    with acting(stocked, "amur").writing() as session:
        assert record_paid(session, [deal(500, before=timedelta(hours=1))]) == 1
    with stocked.reading() as session:
        (honey,) = ids(session, HONEY)
        assert paid_before(session, [honey], market="CN", before=SHOW) == {honey: Paid(1180, 1180)}
        assert [row.paid for row in paid_page(session, after=None, limit=10)[0]] == [1180]


AGES = st.sampled_from([timedelta(0), timedelta(hours=1), *(days(n) for n in (1, 6, 7, 8, 30))])
TOLD = st.tuples(st.sampled_from([HONEY, KVAS]), st.sampled_from(["CN", "RU"]), st.integers(1, 9), AGES)


@given(
    told=st.lists(TOLD, max_size=12), within=st.integers(1, 9), asked=AGES, market=st.sampled_from(["CN", "RU"]),
    shuffle=st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_answer_is_that_of_a_plain_list(
    stocked: Database, told: list[Any], within: int, asked: timedelta, market: str, shuffle: Any
) -> None:
    before = SHOW - asked
    deals = [
        deal(paid, before=age, sku=sku, market=place, reference=f"r{number}")
        for number, (sku, place, paid, age) in enumerate(told)
    ]
    expected = {}
    for sku in (HONEY, KVAS):
        mine = [one for one in deals if one.sku == sku and one.market == market and one.paid_at < before]
        recent = [one.paid for one in mine if one.paid_at >= before - timedelta(days=within)]
        newest = max((one.paid_at for one in mine), default=None)
        last = min((one.paid for one in mine if one.paid_at == newest), default=None)
        expected[sku] = Paid(min(recent, default=None), last)
    shuffle.shuffle(deals)
    with stocked.reading() as session:  # nothing is kept
        record_paid(session, deals)
        found = paid_before(session, ids(session, HONEY, KVAS), market=market, before=before, days=within)
        assert dict(zip(expected, found.values(), strict=True)) == expected


def test_any_number_of_goods_is_asked_for_in_one_query_that_reads_nothing_but_its_index(shelf: Database) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    with shelf.reading() as session:
        several = [sku.id for sku in skus_by_code(session).values()]
        event.listen(shelf.engine, "before_cursor_execute", note)
        try:
            assert len(paid_before(session, several, market="CN", before=SHOW)) > 80
        finally:
            event.remove(shelf.engine, "before_cursor_execute", note)
        ((statement, parameters),) = asked
        if shelf.engine.dialect.name == "sqlite":  # PostgreSQL reads an empty table as a whole, and rightly
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [step.detail for step in plan if "paid_price" in step.detail]
            assert len(steps) == 3
            assert all("COVERING INDEX ix_paid_price_sku" in step for step in steps), steps


# ---- over HTTP


def told(**change: Any) -> dict[str, Any]:
    line = {
        "sku": HONEY, "market": "CN", "paid": 1180, "quantity": 2, "paid_at": "2026-11-20T20:15:00+08:00",
        "source": "douyin", "reference": "6921-1",
    }  # fmt: skip
    return line | change


def key(number: int) -> dict[str, str]:
    return {"idempotency-key": f"deals-of-day-{number}"}


def test_deals_are_told_once_and_read_page_by_page(town: Any) -> None:
    amur = town("amur")
    deals = {"deals": [told(reference=f"r{n}", paid=1000 + n) for n in range(5)] + [told(sku="AMUR-ONE", market="RU")]}
    first = amur.post("/prices/paid", json=deals, headers=key(1))
    assert first.json() == {"new": 6, "known": 0}, first.text
    assert amur.post("/prices/paid", json=deals, headers=key(1)).headers["idempotency-replayed"] == "true"
    assert amur.post("/prices/paid", json=deals, headers=key(2)).json() == {"new": 0, "known": 6}
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"sku": HONEY, "market": "CN", "limit": 2}
    while True:
        page = amur.get("/prices/paid", params=query).json()
        found += page["items"]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert sorted(one["paid"] for one in found) == [1000, 1001, 1002, 1003, 1004]
    assert found[0]["paid_at"] == "2026-11-20T12:15:00Z"
    assert found[0]["currency"] == "CNY"
    (other,) = amur.get("/prices/paid", params={"market": "RU"}).json()["items"]
    assert (other["sku"], other["currency"]) == ("AMUR-ONE", "RUB")
    assert town("heihe").get("/prices/paid").json()["items"] == []
    assert "RU-HONEY-500" in amur.get("/prices/paid", params={"sku": "RU-HONNEY-500"}).json()["detail"]


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"sku": "RU-NOTHING-1"}, 404, "RU-NOTHING-1"),
        ({"paid": 0}, 422, "deals.0.paid"),
        ({"paid": "1180"}, 422, "deals.0.paid"),
        ({"paid": 12.8}, 422, "deals.0.paid"),
        ({"quantity": 2**31}, 422, "deals.0.quantity"),
        ({"paid_at": "2099-01-01T00:00:00Z"}, 422, "Строка 1"),
        ({"paid_at": "0001-01-01T00:00:00+14:00"}, 422, "2000-01-01"),
        ({"paid_at": "9999-12-31T23:59:59-14:00"}, 422, "Строка 1"),
        ({"source": "抖音"}, 422, "deals.0.source"),
        ({"reference": " "}, 422, "deals.0.reference"),
        ({"currency": "USD"}, 422, "deals.0.currency"),
    ],
)
def test_a_deal_that_cannot_be_is_refused_in_the_callers_language(
    town: Any, change: dict[str, Any], status: int, said: str
) -> None:
    amur = town("amur")
    answer = amur.post("/prices/paid", json={"deals": [told(**change)]}, headers=key(1))
    assert answer.status_code == status, answer.text
    assert said in answer.json()["detail"], answer.text
    assert amur.get("/prices/paid").json()["items"] == []


def test_who_may_only_read_prices_tells_no_deals(town: Any) -> None:
    streamer = town("amur", "streamer")
    assert streamer.post("/prices/paid", json={"deals": [told()]}, headers=key(1)).status_code == 403
    assert streamer.get("/prices/paid").status_code == 200
    assert town("amur", "trainer").get("/prices/paid").status_code == 403


def test_a_card_that_is_no_longer_shared_takes_its_prices_off_the_pages_not_out_of_the_record(town: Any) -> None:
    amur = town("amur")
    amur.post("/prices", json={"prices": {HONEY: {"CN": {"live": 1280}}}}, headers=key(1))
    amur.post("/prices/paid", json={"deals": [told(), told(sku="AMUR-ONE")]}, headers=key(2))
    with town.database.acting(MACHINE).writing() as session:
        session.execute(update(Organisation).where(Organisation.key == "park").values(shares_catalogue=False))
    for path in ("/prices", "/prices/paid"):
        answer = amur.get(path)
        assert answer.status_code == 200, answer.text
        assert {one["sku"] for one in answer.json()["items"]} == {"AMUR-ONE"}
    with acting(town.database, "amur").reading() as session:
        assert count(session) == 2


# ---- from a file


def bring(database: Database, *lines: str, name: str = "deals.csv", header: str = HEADER) -> tuple[int, int]:
    with database.writing() as session:
        return import_paid(session, name=name, content="\n".join([header, *lines]).encode())


def test_a_file_is_taken_over_once_in_minor_units_and_in_utc(stocked: Database) -> None:
    lines = [
        f"{HONEY},CN,12.80,2,2026-11-20 20:15,douyin,1",
        f"{HONEY},RU,129,1,2026-11-20T20:15:30,shop,1",
        f"{KVAS},cn,0.07,1,2026-11-20T20:15+03:00,shop,2",
        "",
        f'{KVAS},RU,"1 280,5",10,2026-11-20T12:15:00Z,ozon,"№ 17, касса 2"',
        f'{KVAS},RU,"1,280.50",10,2026-11-20T12:15:00Z,ozon,18',
    ]
    assert bring(stocked, *lines) == (5, 0)
    assert bring(stocked, *lines, f"{KVAS},RU,1,1,2026-11-20T12:15:00Z,ozon,19") == (1, 5)
    with stocked.reading() as session:
        rows = {(row.source, row.reference): row for row in session.scalars(select(PaidPrice))}
    assert {name: (row.paid, row.currency, f"{row.paid_at:%H:%M:%S}") for name, row in rows.items()} == {
        ("douyin", "1"): (1280, "CNY", "12:15:00"),  # Heihe's clock
        ("shop", "1"): (12900, "RUB", "11:15:30"),  # Blagoveshchensk's, an hour ahead
        ("shop", "2"): (7, "CNY", "17:15:00"),
        ("ozon", "№ 17, касса 2"): (128050, "RUB", "12:15:00"),
        ("ozon", "18"): (128050, "RUB", "12:15:00"),
        ("ozon", "19"): (100, "RUB", "12:15:00"),
    }


@given(minor=st.integers(1, 2**31 - 1), sign=st.sampled_from(".,"))
def test_every_price_is_kept_to_the_last_fen(stocked: Database, minor: int, sign: str) -> None:
    line = f'{HONEY},CN,"{minor // 100}{sign}{minor % 100:02}",1,2026-11-20 20:15,douyin,1'
    with stocked.reading() as session:
        import_paid(session, name="deals.csv", content=f"{HEADER}\n{line}".encode())
        assert session.scalars(select(PaidPrice.paid)).all() == [minor]


def test_the_trades_encodings_and_separators_are_read(stocked: Database) -> None:
    text = f"{HEADER.replace(',', ';')}\r\n{HONEY};CN;12,80;2;2026-11-20 20:15;douyin;单号一\r\n"
    with stocked.writing() as session:
        assert import_paid(session, name="deals.csv", content=text.encode("gb18030")).new == 1
        assert session.scalars(select(PaidPrice.reference)).all() == ["单号一"]
        assert import_paid(session, name="deals.csv", content=text.encode("utf-8-sig")).known == 1


@pytest.mark.parametrize(
    ("column", "value", "zh", "ru"),
    [
        ("sku", "RU-NOTHING-1", "没有这个 SKU", "Такого артикула нет"),
        ("market", "US", "可选：CN、RU", "Допустимы: CN, RU"),
        ("paid", "", "缺少“paid”", "«paid»"),
        ("paid", "12.805", "最多两位小数", "не больше двух знаков"),
        ("paid", '"1,280"', "这不是价格", "Это не цена"),
        ("paid", "¥12.80", "这不是价格", "Это не цена"),
        ("paid", "-3", "这不是价格", "Это не цена"),
        ("paid", "1e3", "这不是价格", "Это не цена"),
        ("paid", "٣", "这不是价格", "Это не цена"),
        ("paid", "0.00", "大于零", "больше нуля"),
        ("paid", "21474836.48", "太大", "слишком велико"),
        ("quantity", "0", "大于零", "больше нуля"),
        ("quantity", "1.5", "用数字写件数", "число упаковок цифрами"),
        ("paid_at", "2026-11-20", "2026-11-25 14:30", "2026-11-25 14:30"),
        ("paid_at", "20.11.2026 20:15", "2026-11-25 14:30", "2026-11-25 14:30"),
        ("paid_at", "2026-13-20 20:15", "2026-11-25 14:30", "2026-11-25 14:30"),
        ("paid_at", "2099-11-20 20:15", "还没到", "ещё не наступил"),
        ("paid_at", "0001-01-01 00:00", "早于 2000-01-01", "раньше 2000-01-01"),
        ("source", "Douyin", "不能用来标识", "обозначить нельзя"),
        ("reference", "x" * 81, "不能用来标识", "обозначить нельзя"),
    ],
)
def test_a_faulty_value_is_named_with_its_place_in_both_languages_and_nothing_is_written(
    shelf: Database, column: str, value: str, zh: str, ru: str
) -> None:
    good = dict(zip(HEADER.split(","), f"{HONEY},CN,12.80,2,2026-11-20 20:15,douyin,1".split(","), strict=True))
    with pytest.raises(FilesRejected) as caught:
        bring(shelf, ",".join(good.values()), "", ",".join((good | {"reference": "2", column: value}).values()))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.key, problem.value) == ("deals.csv", 4, column, value.strip('"')[:60])
    assert zh in problem.say("zh")
    assert ru in problem.say("ru")
    with shelf.reading() as session:
        assert count(session) == 0


def test_all_faults_of_a_file_are_told_at_once(shelf: Database) -> None:
    with pytest.raises(FilesRejected) as caught:
        bring(
            shelf,
            "RU-NOTHING-1,US,x,y,z,A B,",
            f'{HONEY},CN,12.80,2,2026-11-20 20:15,douyin,"1\n2"',
            f"{HONEY},CN,12,80,2,2026-11-20 20:15,douyin,1",
            f"{HONEY},CN",
        )
    places = [(problem.line, problem.key) for problem in caught.value.problems]
    columns = HEADER.split(",")
    # The third deal begins in the fifth line, for the second has a line break within quotes.
    assert places == [*((2, one) for one in columns), (3, "reference"), (5, ""), *((6, one) for one in columns[2:])]
    cut = next(problem for problem in caught.value.problems if problem.line == 5)
    assert "8" in cut.say("zh")
    assert "кавычки" in cut.say("ru")


@pytest.mark.parametrize(
    ("header", "keys"),
    [
        ("", ["sku", "market", "paid", "quantity", "paid_at", "source", "reference"]),
        (HEADER.replace("paid,", "price,", 1), ["price", "paid"]),
        (HEADER + ",currency", ["currency"]),
        (HEADER + ",SKU", ["SKU"]),
    ],
)
def test_columns_that_are_missing_unknown_or_there_twice_are_named(
    shelf: Database, header: str, keys: list[str]
) -> None:
    with pytest.raises(FilesRejected) as caught:
        bring(shelf, header=header)
    assert [(problem.line, problem.key) for problem in caught.value.problems] == [(1, one) for one in keys]


def test_lines_that_contradict_the_record_or_each_other_are_named(stocked: Database) -> None:
    bring(stocked, f"{HONEY},CN,12.80,2,2026-11-20 20:15,douyin,1")
    with pytest.raises(FilesRejected) as caught:
        bring(
            stocked,
            f"{HONEY},CN,12.80,2,2026-11-20 20:15,douyin,0",
            f"{HONEY},CN,12.90,2,2026-11-20 20:15,douyin,1",
            f"{KVAS},CN,9,1,2026-11-20 20:15,douyin,1",
            f"{KVAS},CN,4.50,1,2026-11-20 20:15,douyin,1",
        )
    assert [(problem.line, problem.key, problem.value) for problem in caught.value.problems] == [
        (3, "reference", "1"),
        (5, "reference", "1"),
    ]
    assert "CN, 12.80 CNY × 2" in caught.value.problems[0].say("ru")
    assert "1-2" in caught.value.problems[1].say("zh")
    with stocked.reading() as session:
        assert count(session) == 1


@pytest.mark.parametrize("name", ["deals.xlsx", "deals"])
def test_another_form_of_file_is_refused(shelf: Database, name: str) -> None:
    with pytest.raises(NotCsv, match=name):
        bring(shelf, name=name)


def test_the_command_tells_what_it_took_and_where_the_faults_are(stocked_amurlive: Any, tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(f"{HEADER}\n{HONEY},CN,12.80,2,2026-11-20 20:15,douyin,1\n", encoding="utf-8")
    done = stocked_amurlive("prices", "paid", "deals.csv", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"new": 1, "known": 0}
    assert "已有 1 笔" in stocked_amurlive("prices", "paid", "deals.csv", lang="zh_CN.UTF-8").stdout
    file.write_text(f"{HEADER}\n{HONEY},CN,12.8,two,2026-11-20 20:15,douyin,2\n", encoding="utf-8")
    faulty = stocked_amurlive("prices", "paid", "deals.csv")
    assert faulty.returncode == 1
    assert faulty.stderr.startswith("deals.csv:2 · quantity [two]: ")
    assert "ничего не изменено" in faulty.stderr
