"""Exchange rates: as the bank told them to the last digit, dated, told once; never invented; hostile files refused."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.database import Base, Database
from service.errors import FilesRejected
from service.people.audit import AuditEntry
from service.people.operating import acting
from service.people.organisations import make_organisation
from service.pricing.models import ExchangeRate
from service.pricing.rates import COLUMNS, Rate, RateMissing, RatesTaken, half_up, import_rates, rate_on
from service.pricing.sheets import NotCsv

DAY = date(2026, 11, 25)
HEADER = ",".join(COLUMNS)


def valute(code: str, value: str, nominal: str = "1") -> str:
    return f'<Valute ID="R0"><NumCode>1</NumCode><CharCode>{code}</CharCode><Nominal>{nominal}</Nominal><Name>Имя</Name><Value>{value}</Value><VunitRate>1</VunitRate></Valute>'


def daily(*valutes: str, day: str = "25.11.2026", head: str = "") -> bytes:
    """A file as the bank writes it."""
    lines = "\n".join(valutes)
    text = f'<?xml version="1.0" encoding="windows-1251"?>{head}\n<ValCurs Date="{day}" name="Foreign Currency Market">\n{lines}\n</ValCurs>'
    return text.encode("cp1251")


WEDNESDAY = daily(
    valute("CNY", "11,2345"), valute("EUR", "92,8806"), valute("USD", "80,0"), valute("KZT", "15,4321", "100")
)


@pytest.fixture
def bank(blank: Database) -> Database:
    """A database with no rates yet."""
    Base.metadata.create_all(blank.engine, tables=[Base.metadata.tables["exchange_rate"]], checkfirst=True)
    return blank


def bring(database: Database, content: bytes, name: str = "daily.xml", **options: Any) -> RatesTaken:
    with database.writing() as session:
        return import_rates(session, name=name, content=content, **options)


def sheet(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def asked(database: Database, base: str, quote: str, day: date = DAY) -> Rate:
    with database.reading() as session:
        return rate_on(session, base, quote, day)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ExchangeRate)) or 0


def faults(caught: pytest.ExceptionInfo[FilesRejected]) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.key, problem.value) for problem in caught.value.problems]


# ---- asked for


def test_a_rate_is_the_banks_to_the_last_digit_with_its_day_and_source(bank: Database) -> None:
    assert bring(bank, WEDNESDAY) == (4, 0, 0)
    yuan = asked(bank, "CNY", "RUB")
    assert (yuan.value, yuan.day, yuan.age, yuan.stale, yuan.via) == (Fraction(112345, 10000), DAY, 0, False, None)
    assert yuan.source == "cbr.ru XML_daily"
    assert asked(bank, "KZT", "RUB").value == Fraction(154321, 1000000)  # told for a hundred
    # 128.90 CNY × 11.2345 = 1448.12705 RUB
    assert yuan.minor(12890) == 144813


def test_the_other_way_round_and_across_the_rouble(bank: Database) -> None:
    bring(bank, WEDNESDAY)
    assert asked(bank, "RUB", "CNY").value == Fraction(10000, 112345)
    cross = asked(bank, "CNY", "EUR")
    assert cross.via == "RUB"
    assert cross.value == Fraction(112345, 928806)
    # 1000.00 CNY × 11.2345 ÷ 92.8806 = 120.9563… EUR
    assert cross.minor(100000) == 12096
    assert asked(bank, "CNY", "CNY").value == 1


def test_the_last_rate_before_the_day_is_given_with_its_age_and_is_stale_after_a_week(bank: Database) -> None:
    bring(bank, daily(valute("CNY", "11,0"), valute("EUR", "90,0"), day="10.11.2026"))
    bring(bank, daily(valute("CNY", "12,0"), day="17.11.2026"))
    assert (
        asked(bank, "CNY", "RUB", date(2026, 11, 16)).value,
        asked(bank, "CNY", "RUB", date(2026, 11, 17)).value,
    ) == (11, 12)
    assert [asked(bank, "CNY", "RUB", date(2026, 11, day)).stale for day in (24, 25)] == [False, True]
    cross = asked(bank, "CNY", "EUR", date(2026, 11, 17))
    assert (cross.day, cross.age) == (date(2026, 11, 10), 7)  # as old as its older half


@pytest.mark.parametrize(
    ("base", "quote", "day", "missing"),
    [
        ("CNY", "RUB", date(2026, 11, 24), "CNY/RUB"),  # told later only
        ("JPY", "RUB", DAY, "JPY/RUB"),
        ("RUB", "JPY", DAY, "RUB/JPY"),
        ("CNY", "JPY", DAY, "JPY/RUB"),
        ("CHF", "JPY", DAY, "CHF/RUB, JPY/RUB"),
    ],
)
def test_a_rate_nobody_told_is_missed_by_name_with_the_way_to_get_it(
    bank: Database, base: str, quote: str, day: date, missing: str
) -> None:
    bring(bank, WEDNESDAY)
    with pytest.raises(RateMissing) as caught:
        asked(bank, base, quote, day)
    for locale in ("zh", "ru", "en"):
        said = caught.value.say(locale)  # type: ignore[arg-type]
        assert f"{base}/{quote}" in said
        assert day.isoformat() in said
        assert "amurlive prices rates" in said
        assert f"date_req={day:%d/%m/%Y}" in said
    assert missing in caught.value.say("en")


def test_rates_are_common_to_all_organisations(bank: Database) -> None:
    with bank.writing() as session:
        make_organisation(session, key="amur", kind="merchant", name_zh="阿穆尔", name_ru="Амур")
    bring(bank, WEDNESDAY)
    assert asked(acting(bank, "amur"), "CNY", "RUB").value == Fraction(112345, 10000)


@given(value=st.fractions(-(10**6), 10**6))
def test_rounding_half_up_is_the_nearest_and_symmetric(value: Fraction) -> None:
    assert abs(half_up(value) - value) <= Fraction(1, 2)
    assert half_up(-value) == -half_up(value)
    assert half_up(Fraction(5, 2)) == 3


# ---- told


def test_a_file_told_again_counts_once_and_the_record_names_it(bank: Database) -> None:
    bring(bank, WEDNESDAY)
    assert bring(bank, WEDNESDAY) == (0, 4, 0)
    assert bring(bank, sheet("2026-11-25,CNY,RUB,1,11.23450,bank"), "rates.csv") == (0, 1, 0)
    with bank.reading() as session:
        assert count(session) == 4
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "rates.imported"))
        assert entry.detail["new"] == 4


def test_another_rate_for_the_same_day_is_a_fault_unless_it_is_to_replace_it(bank: Database) -> None:
    bring(bank, WEDNESDAY)
    other = sheet('2026-11-25,CNY,RUB,1,"11,3",bank', "2026-11-25,BYN,RUB,1,27,bank")
    with pytest.raises(FilesRejected) as caught:
        bring(bank, other, "rates.csv")
    assert faults(caught) == [(2, "CNY/RUB", "11.3")]
    assert "11.2345" in caught.value.problems[0].say("zh")
    with bank.reading() as session:
        assert count(session) == 4  # nothing of the file was taken
    assert bring(bank, other, "rates.csv", replace=True) == (1, 0, 1)
    assert asked(bank, "CNY", "RUB").value == Fraction(113, 10)
    assert asked(bank, "CNY", "RUB").source == "bank"


def test_a_csv_takes_the_trades_ways_of_writing(bank: Database) -> None:
    text = f"{HEADER.replace(',', ';').upper()}\r\n25.11.2026;CNY;RUB;10;112,345;Банк\r\n\r\n"
    assert bring(bank, text.encode("cp1251"), "rates.csv") == (1, 0, 0)
    assert asked(bank, "CNY", "RUB").value == Fraction(112345, 10000)


@given(units=st.integers(1, 10**17 - 1), nominal=st.sampled_from([1, 10, 100, 10000]), sign=st.sampled_from(".,"))
def test_every_rate_is_kept_to_its_eighth_decimal(bank: Database, units: int, nominal: int, sign: str) -> None:
    text = f"{units // 10**8}{sign}{units % 10**8:08}"
    with bank.reading() as session:  # nothing is kept
        import_rates(session, name="daily.xml", content=daily(valute("CNY", text, str(nominal))))
        assert rate_on(session, "CNY", "RUB", DAY).value == Fraction(units, 10**8 * nominal)


# ---- faulty


@pytest.mark.parametrize(
    ("column", "value", "zh", "ru"),
    [
        ("day", "2026-02-30", "2026-11-25", "2026-11-25"),
        ("day", "", "2026-11-25", "2026-11-25"),
        ("base", "cny", "三个大写字母", "три заглавные"),
        ("quote", "РУБ", "三个大写字母", "три заглавные"),
        ("quote", "CNY", "两种货币相同", "одинаковы"),
        ("nominal", "0", "整数", "целое число"),
        ("nominal", "1.5", "整数", "целое число"),
        ("nominal", "9999999", "整数", "целое число"),
        ("value", "11.234567891", "最多八位小数", "не больше восьми"),
        ("value", "-1", "这不是汇率", "не курс"),
        ("value", "1e3", "这不是汇率", "не курс"),
        ("value", "NaN", "这不是汇率", "не курс"),
        ("value", "0.00", "大于零", "больше нуля"),
        ("value", "١", "这不是汇率", "не курс"),
        ("source", "", "来源", "источник"),
    ],
)
def test_a_faulty_value_is_named_with_its_place_in_both_languages_and_nothing_is_taken(
    bank: Database, column: str, value: str, zh: str, ru: str
) -> None:
    good = dict(zip(COLUMNS, ("2026-11-25", "CNY", "RUB", "1", "11.2345", "bank"), strict=True))
    lines = [",".join((good | {"base": "EUR"}).values()), "", ",".join((good | {column: value}).values())]
    with pytest.raises(FilesRejected) as caught:
        bring(bank, sheet(*lines), "rates.csv")
    assert faults(caught) == [(4, column, value)]
    problem = caught.value.problems[0]
    assert zh in problem.say("zh").lower()
    assert ru in problem.say("ru").lower()
    with bank.reading() as session:
        assert count(session) == 0


def test_faults_of_the_banks_file_are_told_with_the_line_of_their_currency(bank: Database) -> None:
    with pytest.raises(FilesRejected) as caught:
        bring(bank, daily(valute("CNY", "11,2"), valute("EUR", "x"), "<Valute ID='R1'/>", valute("CNY", "11,3")))
    assert faults(caught) == [
        (4, "value", "x"),
        (5, "base", ""),
        (5, "nominal", ""),
        (5, "value", ""),
        (6, "CNY/RUB", "11.3"),
    ]


BOMB = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 100 + '"><!ENTITY c "' + "&b;" * 100 + '">]>'


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (daily(valute("&c;", "1"), head=BOMB), "DOCTYPE"),
        (daily(valute("CNY", "1"), head="<!DOCTYPE ValCurs>"), "DOCTYPE"),
        (daily(valute("&x;", "1"), head='<!DOCTYPE v [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "DOCTYPE"),
        (daily(valute("&x;", "1"), head='<!DOCTYPE v SYSTEM "http://127.0.0.1:9/x.dtd">'), "DOCTYPE"),
        (b"<html><body/></html>", "html"),
        (b"<ValCurs><Valute/></ValCurs>", "ValCurs"),
        (WEDNESDAY[:-20], ""),
        (daily(valute("CNY", "1"), day="25/11/2026"), "day"),
        (b"<?xml version='1.0' encoding='no-such'?><ValCurs Date='25.11.2026'/>", ""),
        (b"<" + b"a" * 2**21, ""),
        (daily(), ""),
    ],
)
def test_a_hostile_or_broken_file_is_refused_before_anything_in_it_is_done(
    bank: Database, content: bytes, key: str
) -> None:
    with pytest.raises(FilesRejected) as caught:
        bring(bank, content)
    assert [problem.key for problem in caught.value.problems] == [key]
    for locale in ("zh", "ru"):
        assert caught.value.problems[0].say(locale)


@pytest.mark.parametrize(
    ("header", "keys"),
    [
        ("", {"day", "base", "quote", "nominal", "value", "source"}),
        (HEADER.replace("nominal,", ""), {"nominal"}),
        (HEADER + ",Day", {"day"}),
    ],
)
def test_columns_that_are_missing_or_there_twice_are_named(bank: Database, header: str, keys: set[str]) -> None:
    with pytest.raises(FilesRejected) as caught:
        bring(bank, header.encode(), "rates.csv")
    assert {problem.key for problem in caught.value.problems} == keys


def test_a_decimal_comma_without_quotes_is_not_read_into_the_next_column(bank: Database) -> None:
    with pytest.raises(FilesRejected) as caught:
        bring(bank, sheet("2026-11-25,CNY,RUB,1,11,2345,bank"), "rates.csv")
    assert faults(caught) == [(2, "", "")]


def test_a_workbook_is_not_taken_for_its_fractions_are_binary(bank: Database) -> None:
    with pytest.raises(NotCsv):
        bring(bank, b"PK\x03\x04", "rates.xlsx")


def test_the_command_brings_rates_in(amurlive: Any, sqlite_server: Any, tmp_path: Path) -> None:
    url = sqlite_server.create("blank")
    database = Database(url)
    Base.metadata.create_all(database.engine, tables=[Base.metadata.tables["exchange_rate"]], checkfirst=True)
    database.close()
    (tmp_path / "daily.xml").write_bytes(WEDNESDAY)
    done = amurlive("prices", "rates", "daily.xml", "--json", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"new": 4, "known": 0, "replaced": 0}
    assert "уже были — 4" in amurlive("prices", "rates", "daily.xml", DATABASE_URL=url).stdout
    (tmp_path / "daily.xml").write_bytes(daily(valute("CNY", "9,9")))
    faulty = amurlive("prices", "rates", "daily.xml", DATABASE_URL=url)
    assert faulty.returncode == 1
    assert "--replace" in faulty.stderr
