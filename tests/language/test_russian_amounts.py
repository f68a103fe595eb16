"""Money, measures, dates and times, spoken and written."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from service.language.russian import (
    Case,
    UnknownCurrency,
    UnknownUnit,
    date_words,
    measure,
    money,
    money_written,
    noun,
    time_words,
)
from service.resources import root

NOM, GEN, DAT, ACC, INS, LOC = Case
NBSP = "\u00a0"
NAMES = yaml.safe_load((root("catalogs") / "names" / "units.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("amount", "code", "case", "expected"),
    [
        (29990, "RUB", NOM, "двести девяносто девять рублей девяносто копеек"),
        (29990, "RUB", GEN, "двухсот девяноста девяти рублей девяноста копеек"),
        (29990, "RUB", INS, "двумястами девяноста девятью рублями девяноста копейками"),
        (29900, "RUB", NOM, "двести девяносто девять рублей"),
        (101, "RUB", NOM, "один рубль одна копейка"),
        (101, "RUB", ACC, "один рубль одну копейку"),
        (202, "RUB", NOM, "два рубля две копейки"),
        (129900, "RUB", ACC, "тысячу двести девяносто девять рублей"),
        (200000, "RUB", DAT, "двум тысячам рублей"),
        (90, "RUB", NOM, "девяносто копеек"),
        (0, "RUB", NOM, "ноль рублей"),
        (-50000, "RUB", NOM, "минус пятьсот рублей"),
        (100, "CNY", NOM, "один юань"),
        (1205, "CNY", NOM, "двенадцать юаней пять фэней"),
        (201, "CNY", NOM, "два юаня один фэнь"),
        (2100, "CNY", GEN, "двадцати одного юаня"),
        (123, "USD", NOM, "один доллар двадцать три цента"),
        (500, "EUR", INS, "пятью евро"),
    ],
)
def test_money_is_said_in_both_units(amount: int, code: str, case: Case, expected: str) -> None:
    assert money(amount, code, case=case) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (29990, "двести девяносто девять девяносто"),
        (29900, "двести девяносто девять"),
        (1205, "двенадцать ноль пять"),
        (2121, "двадцать один двадцать одна"),
        (50, "пятьдесят копеек"),
        (-1205, "минус двенадцать ноль пять"),
    ],
)
def test_sellers_leave_the_currency_out(amount: int, expected: str) -> None:
    assert money(amount, "RUB", short=True) == expected


@pytest.mark.parametrize(
    ("amount", "code", "expected"),
    [
        (29990, "RUB", f"299,90{NBSP}₽"),
        (29905, "RUB", f"299,05{NBSP}₽"),
        (129900, "RUB", f"1{NBSP}299{NBSP}₽"),
        (-500, "RUB", f"−5{NBSP}₽"),
        (-5, "RUB", f"−0,05{NBSP}₽"),
        (0, "RUB", f"0{NBSP}₽"),
        (1250, "CNY", "12,50 юаня"),
        (1200, "CNY", "12 юаней"),
        (100, "CNY", "1 юань"),
        (2200, "CNY", "22 юаня"),
        (123400, "CNY", f"1{NBSP}234 юаня"),
        (-100, "CNY", "минус 1 юань"),
        (1999, "USD", f"19,99{NBSP}$"),
        (500, "EUR", f"5{NBSP}€"),
    ],
)
def test_money_is_written_with_the_sign_or_the_word(amount: int, code: str, expected: str) -> None:
    assert money_written(amount, code) == expected


@pytest.mark.parametrize(
    ("amount", "code", "case", "expected"),
    [
        (29990, "RUB", NOM, "299 рублей 90 копеек"),
        (29990, "RUB", GEN, "299 рублей 90 копеек"),
        (2101, "RUB", GEN, "21 рубля 1 копейки"),
        (1250, "CNY", NOM, "12 юаней 50 фэней"),
        (1250, "CNY", DAT, "12 юаням 50 фэням"),
        (1000_00, "RUB", DAT, f"1{NBSP}000 рублей"),
        (7, "RUB", NOM, "7 копеек"),
    ],
)
def test_money_is_written_with_names(amount: int, code: str, case: Case, expected: str) -> None:
    assert money_written(amount, code, sign=False, case=case) == expected


def test_the_name_after_digits_follows_the_case() -> None:
    assert money_written(1200, "CNY", case=INS) == "12 юанями"
    assert money_written(1250, "CNY", case=INS) == "12,50 юаня"


@pytest.mark.parametrize("say", [money, money_written])
def test_an_unknown_currency_is_refused(say: object) -> None:
    with pytest.raises(UnknownCurrency):
        say(100, "XAU")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("value", "unit", "case", "words", "expected"),
    [
        (500, "g", NOM, False, "500 граммов"),
        (Decimal("0.5"), "kg", NOM, False, "0,5 килограмма"),
        (Decimal("1.5"), "kg", NOM, True, "полтора килограмма"),
        (45, "percent", NOM, False, "45 процентов"),
        (45, "percent", NOM, True, "сорок пять процентов"),
        (Decimal("3.2"), "percent", GEN, True, "трёх целых двух десятых процента"),
        (12, "month", GEN, True, "двенадцати месяцев"),
        (12, "month", NOM, False, "12 месяцев"),
        (2, "year", GEN, False, "2 лет"),
        (-18, "celsius", GEN, True, "минус восемнадцати градусов"),
        (1, "minute", ACC, True, "одну минуту"),
        (3, "pcs", NOM, False, "3 штуки"),
        (Decimal("1.5"), "l", GEN, True, "полутора литров"),
        (250, "ml", INS, True, "двумястами пятьюдесятью миллилитрами"),
        (30, "day", NOM, False, "30 дней"),
        (21, "cm", NOM, False, "21 сантиметр"),
    ],
)
def test_measures_name_their_unit(value: int | Decimal, unit: str, case: Case, words: bool, expected: str) -> None:
    assert measure(value, unit, case=case, words=words) == expected


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(UnknownUnit):
        measure(1, "pud")


def test_every_unit_and_currency_has_cards_and_chinese_names() -> None:
    for entry in NAMES["units"].values():
        assert noun(entry["ru"])
        assert entry["zh"]
        assert entry["zh_spoken"]
    for entry in NAMES["currencies"].values():
        assert noun(entry["ru"]["major"])
        assert noun(entry["ru"]["minor"])
        assert entry["zh"]["major"]
        assert entry["zh"]["minor"]


@settings(deadline=None)
@given(
    amount=st.integers(-(10**12), 10**12),
    case=st.sampled_from(Case),
    code=st.sampled_from(sorted(NAMES["currencies"])),
)
def test_no_latin_letter_in_money(amount: int, case: Case, code: str) -> None:
    for text in (
        money(amount, code, case=case),
        money(amount, code, case=case, short=True),
        money_written(amount, code, case=case),
        money_written(amount, code, sign=False, case=case),
    ):
        assert re.fullmatch("[а-яё0-9 ,−₽$€\u00a0]+", text)


@settings(deadline=None)
@given(
    value=st.integers(-(10**9), 10**9) | st.decimals(-(10**6), 10**6, places=2),
    case=st.sampled_from(Case),
    words=st.booleans(),
)
def test_no_latin_letter_in_measures(value: int | Decimal, case: Case, words: bool) -> None:
    for unit in NAMES["units"]:
        assert re.fullmatch("[а-яё0-9 ,\u00a0]+", measure(value, unit, case=case, words=words))


@pytest.mark.parametrize(
    ("day", "case", "year", "expected"),
    [
        (date(2026, 11, 24), GEN, True, "двадцать четвёртого ноября две тысячи двадцать шестого года"),
        (date(2026, 11, 24), NOM, False, "двадцать четвёртое ноября"),
        (date(2027, 5, 3), GEN, False, "третьего мая"),
        (date(2026, 3, 8), DAT, False, "восьмому марта"),
        (date(2000, 1, 31), INS, True, "тридцать первым января двухтысячного года"),
        (date(1999, 9, 1), NOM, True, "первое сентября тысяча девятьсот девяносто девятого года"),
    ],
)
def test_dates_are_said_with_ordinals(day: date, case: Case, year: bool, expected: str) -> None:
    assert date_words(day, case=case, year=year) == expected


@settings(deadline=None)
@given(st.integers(0, 366 * 400).map(lambda days: date(1800, 1, 1) + timedelta(days=days)))
def test_a_date_is_in_the_genitive_unless_told(day: date) -> None:
    assert date_words(day).endswith(" года")
    assert re.match("[а-яё ]*(?:ого|его) ", date_words(day))


@pytest.mark.parametrize(
    ("hour", "minute", "case", "expected"),
    [
        (20, 30, NOM, "двадцать часов тридцать минут"),
        (20, 0, NOM, "двадцать часов"),
        (1, 1, NOM, "один час одна минута"),
        (21, 1, ACC, "двадцать один час одну минуту"),
        (2, 22, NOM, "два часа двадцать две минуты"),
        (0, 5, NOM, "ноль часов пять минут"),
        (19, 45, GEN, "девятнадцати часов сорока пяти минут"),
    ],
)
def test_times_are_said_in_hours_and_minutes(hour: int, minute: int, case: Case, expected: str) -> None:
    assert time_words(hour, minute, case=case) == expected
