"""Numerals in words, against hand-written cases and a second, independently typed table."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.language.russian import Case, Gender, cardinal, decimal_words, ordinal

NOM, GEN, DAT, ACC, INS, LOC = Case
M, F, N = Gender

# Nominative, genitive, dative, instrumental, prepositional; the accusative of these is the nominative.
TABLE = """
3 три трёх трём тремя трёх
4 четыре четырёх четырём четырьмя четырёх
5 пять пяти пяти пятью пяти
6 шесть шести шести шестью шести
7 семь семи семи семью семи
8 восемь восьми восьми восьмью восьми
9 девять девяти девяти девятью девяти
10 десять десяти десяти десятью десяти
11 одиннадцать одиннадцати одиннадцати одиннадцатью одиннадцати
12 двенадцать двенадцати двенадцати двенадцатью двенадцати
13 тринадцать тринадцати тринадцати тринадцатью тринадцати
14 четырнадцать четырнадцати четырнадцати четырнадцатью четырнадцати
15 пятнадцать пятнадцати пятнадцати пятнадцатью пятнадцати
16 шестнадцать шестнадцати шестнадцати шестнадцатью шестнадцати
17 семнадцать семнадцати семнадцати семнадцатью семнадцати
18 восемнадцать восемнадцати восемнадцати восемнадцатью восемнадцати
19 девятнадцать девятнадцати девятнадцати девятнадцатью девятнадцати
20 двадцать двадцати двадцати двадцатью двадцати
30 тридцать тридцати тридцати тридцатью тридцати
40 сорок сорока сорока сорока сорока
50 пятьдесят пятидесяти пятидесяти пятьюдесятью пятидесяти
60 шестьдесят шестидесяти шестидесяти шестьюдесятью шестидесяти
70 семьдесят семидесяти семидесяти семьюдесятью семидесяти
80 восемьдесят восьмидесяти восьмидесяти восьмьюдесятью восьмидесяти
90 девяносто девяноста девяноста девяноста девяноста
100 сто ста ста ста ста
200 двести двухсот двумстам двумястами двухстах
300 триста трёхсот трёмстам тремястами трёхстах
400 четыреста четырёхсот четырёмстам четырьмястами четырёхстах
500 пятьсот пятисот пятистам пятьюстами пятистах
600 шестьсот шестисот шестистам шестьюстами шестистах
700 семьсот семисот семистам семьюстами семистах
800 восемьсот восьмисот восьмистам восьмьюстами восьмистах
900 девятьсот девятисот девятистам девятьюстами девятистах
"""


def six(forms: str) -> dict[Case, str]:
    return dict(zip(Case, forms.split(), strict=True))


WORDS = {int(line.split()[0]): line.split()[1:] for line in TABLE.split("\n") if line}
COLUMN = {NOM: 0, GEN: 1, DAT: 2, ACC: 0, INS: 3, LOC: 4}
ONE = {
    M: six("один одного одному один одним одном"),
    F: six("одна одной одной одну одной одной"),
    N: six("одно одного одному одно одним одном"),
}
TWO = six("два двух двум два двумя двух")
THOUSAND = six("тысяча тысячи тысяче тысячу тысячей тысяче")
THOUSANDS = six("тысячи тысяч тысячам тысячи тысячами тысячах")


def oracle(number: int, gender: Gender, case: Case) -> str:
    """1 … 9999 by taking the largest word away, again and again."""
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        if thousands == 1:
            head = THOUSAND[case]
        else:
            many = thousands > 4 and case in (NOM, ACC)
            head = oracle(thousands, F, case) + " " + ("тысяч" if many else THOUSANDS[case])
        return head + (" " + oracle(rest, gender, case) if rest else "")
    if number == 1:
        return ONE[gender][case]
    if number == 2:
        return "две" if gender is F and case in (NOM, ACC) else TWO[case]
    largest = max(value for value in WORDS if value <= number)
    word = WORDS[largest][COLUMN[case]]
    return word + (" " + oracle(number - largest, gender, case) if number > largest else "")


@pytest.mark.parametrize("case", Case)
def test_one_to_9999_decline_as_in_the_table(case: Case) -> None:
    for gender in Gender:
        wrong = [n for n in range(1, 10_000) if cardinal(n, gender=gender, case=case) != oracle(n, gender, case)]
        assert not wrong


@pytest.mark.parametrize(
    ("number", "gender", "case", "expected"),
    [
        (0, M, NOM, "ноль"),
        (0, M, GEN, "нуля"),
        (0, F, INS, "нулём"),
        (1, N, NOM, "одно"),
        (500, M, GEN, "пятисот"),
        (800, M, INS, "восьмьюстами"),
        (2000, M, INS, "двумя тысячами"),
        (1000, M, NOM, "тысяча"),
        (1299, M, NOM, "тысяча двести девяносто девять"),
        (1299, M, ACC, "тысячу двести девяносто девять"),
        (1999, F, LOC, "тысяче девятистах девяноста девяти"),
        (21_000, M, NOM, "двадцать одна тысяча"),
        (21_000, M, GEN, "двадцати одной тысячи"),
        (11_000, M, NOM, "одиннадцать тысяч"),
        (22_022, F, ACC, "двадцать две тысячи двадцать две"),
        (1_000_000, M, NOM, "один миллион"),
        (2_000_001, F, NOM, "два миллиона одна"),
        (5_000_000_000, M, INS, "пятью миллиардами"),
        (1_001_001, M, NOM, "один миллион одна тысяча один"),
        (-7, M, DAT, "минус семи"),
        (
            999_999_999_999,
            M,
            NOM,
            "девятьсот девяносто девять миллиардов девятьсот девяносто девять миллионов "
            "девятьсот девяносто девять тысяч девятьсот девяносто девять",
        ),
    ],
)
def test_every_part_of_a_numeral_declines(number: int, gender: Gender, case: Case, expected: str) -> None:
    assert cardinal(number, gender=gender, case=case) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "одного"),
        (2, "двух"),
        (3, "трёх"),
        (4, "четырёх"),
        (5, "пять"),
        (21, "двадцать одного"),
        (22, "двадцать два"),
    ],
)
def test_beings_have_their_own_accusative(number: int, expected: str) -> None:
    assert cardinal(number, case=ACC, animate=True) == expected


@pytest.mark.parametrize("say", [cardinal, ordinal])
@pytest.mark.parametrize("number", [10**12, -(10**12)])
def test_too_large_a_number_is_refused(say: object, number: int) -> None:
    with pytest.raises(ValueError, match="too large"):
        say(number)  # type: ignore[operator]


@settings(deadline=None)
@given(number=st.integers(0, 999_999_999_999), case=st.sampled_from(Case))
def test_a_negative_number_is_the_same_after_minus(number: int, case: Case) -> None:
    if number:
        assert cardinal(-number, case=case) == "минус " + cardinal(number, case=case)


@settings(deadline=None)
@given(st.lists(st.integers(0, 999_999_999_999), min_size=2, max_size=2, unique=True), st.sampled_from(Case))
def test_different_numbers_sound_different(numbers: list[int], case: Case) -> None:
    first, second = numbers
    assert cardinal(first, case=case) != cardinal(second, case=case)
    assert ordinal(first, case=case) != ordinal(second, case=case)


@pytest.mark.parametrize(
    ("number", "gender", "case", "expected"),
    [
        (0, M, NOM, "нулевой"),
        (1, F, ACC, "первую"),
        (2, N, NOM, "второе"),
        (3, M, GEN, "третьего"),
        (3, F, NOM, "третья"),
        (3, N, NOM, "третье"),
        (6, M, NOM, "шестой"),
        (8, F, GEN, "восьмой"),
        (11, M, NOM, "одиннадцатый"),
        (19, M, NOM, "девятнадцатый"),
        (21, M, NOM, "двадцать первый"),
        (30, M, LOC, "тридцатом"),
        (40, F, NOM, "сороковая"),
        (50, M, NOM, "пятидесятый"),
        (80, M, NOM, "восьмидесятый"),
        (90, M, NOM, "девяностый"),
        (100, M, NOM, "сотый"),
        (103, M, NOM, "сто третий"),
        (300, M, NOM, "трёхсотый"),
        (800, F, NOM, "восьмисотая"),
        (1000, M, NOM, "тысячный"),
        (1001, M, NOM, "тысяча первый"),
        (1945, M, GEN, "тысяча девятьсот сорок пятого"),
        (2000, M, NOM, "двухтысячный"),
        (2026, M, GEN, "две тысячи двадцать шестого"),
        (21_000, M, NOM, "двадцатиоднотысячный"),
        (40_000, M, NOM, "сорокатысячный"),
        (90_000, M, NOM, "девяностотысячный"),
        (100_000, M, NOM, "стотысячный"),
        (250_000, M, NOM, "двухсотпятидесятитысячный"),
        (2_000_000, M, NOM, "двухмиллионный"),
        (1_000_005, M, NOM, "один миллион пятый"),
        (-1, M, NOM, "минус первый"),
    ],
)
def test_only_the_last_word_of_an_ordinal_declines(number: int, gender: Gender, case: Case, expected: str) -> None:
    assert ordinal(number, gender=gender, case=case) == expected


def test_ordinals_have_a_plural_and_agree_with_beings() -> None:
    assert ordinal(3, case=INS, plural=True) == "третьими"
    assert ordinal(2, case=ACC, plural=True) == "вторые"
    assert ordinal(2, case=ACC, plural=True, animate=True) == "вторых"
    assert ordinal(1, case=ACC, animate=True) == "первого"


@pytest.mark.parametrize(
    ("number", "case", "expected"),
    [
        ("2.5", NOM, "две целых пять десятых"),
        ("1.1", NOM, "одна целая одна десятая"),
        ("1.1", ACC, "одну целую одну десятую"),
        ("2.5", GEN, "двух целых пяти десятых"),
        ("2.5", DAT, "двум целым пяти десятым"),
        ("2.5", INS, "двумя целыми пятью десятыми"),
        ("0.02", NOM, "ноль целых две сотых"),
        ("0.021", NOM, "ноль целых двадцать одна тысячная"),
        ("21.3", NOM, "двадцать одна целая три десятых"),
        ("1000.5", NOM, "тысяча целых пять десятых"),
        ("3.50", NOM, "три целых пять десятых"),
        ("-0.5", NOM, "минус ноль целых пять десятых"),
        ("0.00001", NOM, "ноль целых одна стотысячная"),
        ("12.0", NOM, "двенадцать"),
        ("4E+1", GEN, "сорока"),
    ],
)
def test_decimals_are_read_as_fractions(number: str, case: Case, expected: str) -> None:
    assert decimal_words(Decimal(number), case=case) == expected
