"""Numbers with nouns, as a Russian reader expects them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from service.language.russian import (
    Case,
    UnknownAdjective,
    UnknownNoun,
    adjective,
    cardinal,
    count,
    noun,
    plural_category,
)
from service.language.russian.nouns import nouns

NOM, GEN, DAT, ACC, INS, LOC = Case
D = Decimal


@pytest.mark.parametrize(
    ("number", "lemma", "described", "case", "expected"),
    [
        (1, "коробка", None, NOM, "1 коробка"),
        (21, "коробка", None, NOM, "21 коробка"),
        (5, "коробка", "большой", NOM, "5 больших коробок"),
        (2, "коробка", "большой", NOM, "2 большие коробки"),
        (2, "ящик", "большой", NOM, "2 больших ящика"),
        (21, "коробка", "большой", NOM, "21 большая коробка"),
        (21, "коробка", None, GEN, "21 коробки"),
        (21, "коробка", None, ACC, "21 коробку"),
        (2, "коробка", None, INS, "2 коробками"),
        (11, "банка", None, NOM, "11 банок"),
        (5, "банка", None, NOM, "5 банок"),
        (111, "банка", None, NOM, "111 банок"),
        (112, "банка", None, DAT, "112 банкам"),
        (122, "банка", None, NOM, "122 банки"),
        (2, "яйцо", None, NOM, "2 яйца"),
        (10, "яйцо", None, NOM, "10 яиц"),
        (2, "яйцо", "куриный", NOM, "2 куриных яйца"),
        (30, "яйцо", "куриный", INS, "30 куриными яйцами"),
        (1, "сутки", None, NOM, "1 сутки"),
        (2, "сутки", None, NOM, "2 суток"),
        (5, "сутки", None, NOM, "5 суток"),
        (21, "сутки", None, NOM, "21 сутки"),
        (22, "сутки", None, NOM, "22 суток"),
        (1, "сутки", None, GEN, "1 суток"),
        (3, "сутки", None, DAT, "3 суткам"),
        (1, "год", None, NOM, "1 год"),
        (2, "год", None, NOM, "2 года"),
        (5, "год", None, NOM, "5 лет"),
        (2, "год", None, GEN, "2 лет"),
        (5, "год", None, DAT, "5 годам"),
        (1, "человек", None, ACC, "1 человека"),
        (3, "человек", None, NOM, "3 человека"),
        (5, "человек", None, NOM, "5 человек"),
        (2, "человек", None, ACC, "2 человек"),
        (5, "человек", None, GEN, "5 человек"),
        (2, "человек", None, INS, "2 людьми"),
        (2, "зритель", None, ACC, "2 зрителей"),
        (22, "зритель", None, ACC, "22 зрителя"),
        (21, "зритель", None, ACC, "21 зрителя"),
        (7, "зритель", "новый", ACC, "7 новых зрителей"),
        (3, "зритель", "новый", NOM, "3 новых зрителя"),
        (500, "грамм", None, NOM, "500 граммов"),
        (5, "килограмм", None, NOM, "5 килограммов"),
        (1, "килограмм", None, NOM, "1 килограмм"),
        (5, "раз", None, NOM, "5 раз"),
        (3, "раз", None, NOM, "3 раза"),
        (2, "ведёрко", None, NOM, "2 ведёрка"),
        (2, "блюдо", None, INS, "2 блюдами"),
        (3, "паллета", None, NOM, "3 паллеты"),
        (6, "паллета", None, NOM, "6 паллет"),
        (2, "сумка", "холщовый", NOM, "2 холщовые сумки"),
        (1, "ложка", "деревянный", ACC, "1 деревянную ложку"),
        (1, "сумка", "большой холщовый", INS, "1 большой холщовой сумкой"),
        (2, "полотенце", "льняной", NOM, "2 льняных полотенца"),
        (1, "полотенце", "синий", NOM, "1 синее полотенце"),
        (0, "коробка", None, NOM, "0 коробок"),
        (0, "коробка", None, DAT, "0 коробок"),
        (1000, "рубль", None, INS, "1\u00a0000 рублей"),
        (2000, "рубль", None, DAT, "2\u00a0000 рублей"),
        (1299, "рубль", None, NOM, "1\u00a0299 рублей"),
        (1_234_561, "подписчик", None, NOM, "1\u00a0234\u00a0561 подписчик"),
        (D("1.5"), "килограмм", None, NOM, "1,5 килограмма"),
        (D("1.5"), "килограмм", None, GEN, "1,5 килограмма"),
        (D("2.0"), "килограмм", None, NOM, "2 килограмма"),
        (D("5.0"), "килограмм", None, NOM, "5 килограммов"),
        (D("0.75"), "литр", None, INS, "0,75 литра"),
        (D("1234.50"), "тонна", None, NOM, "1\u00a0234,5 тонны"),
        (D("5E+2"), "грамм", None, NOM, "500 граммов"),
        (D("1E-7"), "грамм", None, NOM, "0,0000001 грамма"),
        (D("1.5"), "сутки", None, NOM, "1,5 суток"),
        (D("2.5"), "ложка", "чайный", NOM, "2,5 чайной ложки"),
        (-18, "градус", None, NOM, "минус 18 градусов"),
        (-21, "градус", None, GEN, "минус 21 градуса"),
    ],
)
def test_a_number_in_digits_governs_its_noun(
    number: int | Decimal, lemma: str, described: str | None, case: Case, expected: str
) -> None:
    assert count(number, lemma, described, case=case) == expected


@pytest.mark.parametrize(
    ("number", "lemma", "described", "case", "expected"),
    [
        (21, "коробка", None, NOM, "двадцать одна коробка"),
        (21, "коробка", None, ACC, "двадцать одну коробку"),
        (1, "коробка", None, ACC, "одну коробку"),
        (1, "ящик", None, ACC, "один ящик"),
        (1, "зритель", None, ACC, "одного зрителя"),
        (2, "коробка", "большой", GEN, "двух больших коробок"),
        (2, "коробка", "большой", NOM, "две большие коробки"),
        (2, "коробка", None, INS, "двумя коробками"),
        (2, "яйцо", None, NOM, "два яйца"),
        (1, "яйцо", None, NOM, "одно яйцо"),
        (51, "яйцо", None, ACC, "пятьдесят одно яйцо"),
        (2, "зритель", None, ACC, "двух зрителей"),
        (4, "зритель", "новый", ACC, "четырёх новых зрителей"),
        (22, "зритель", None, ACC, "двадцать два зрителя"),
        (21, "зритель", "новый", ACC, "двадцать одного нового зрителя"),
        (5, "человек", None, INS, "пятью людьми"),
        (1, "сутки", None, NOM, "одни сутки"),
        (2, "сутки", None, NOM, "двое суток"),
        (3, "сутки", None, ACC, "трое суток"),
        (4, "сутки", "полный", NOM, "четверо полных суток"),
        (1, "сутки", "полный", NOM, "одни полные сутки"),
        (5, "сутки", None, NOM, "пять суток"),
        (12, "сутки", None, NOM, "двенадцать суток"),
        (22, "сутки", None, NOM, "двадцать двое суток"),
        (31, "сутки", None, INS, "тридцатью одними сутками"),
        (2, "сутки", None, GEN, "двух суток"),
        (3, "сутки", None, INS, "тремя сутками"),
        (D("1.5"), "килограмм", None, NOM, "полтора килограмма"),
        (D("1.5"), "килограмм", None, GEN, "полутора килограммов"),
        (D("1.5"), "килограмм", None, INS, "полутора килограммами"),
        (D("1.50"), "тонна", None, NOM, "полторы тонны"),
        (D("1.5"), "ложка", "чайный", ACC, "полторы чайные ложки"),
        (D("1.5"), "год", None, GEN, "полутора лет"),
        (D("1.5"), "сутки", None, NOM, "полтора суток"),
        (D("-1.5"), "градус", None, NOM, "минус полтора градуса"),
        (D("2.5"), "процент", None, NOM, "две целых пять десятых процента"),
        (D("2.5"), "процент", None, INS, "двумя целыми пятью десятыми процента"),
        (D("0.1"), "процент", None, NOM, "ноль целых одна десятая процента"),
        (1000, "рубль", None, NOM, "тысяча рублей"),
        (1000, "рубль", None, ACC, "тысячу рублей"),
        (1001, "коробка", None, ACC, "тысячу одну коробку"),
        (2000, "рубль", None, DAT, "двум тысячам рублей"),
        (2002, "рубль", None, INS, "двумя тысячами двумя рублями"),
        (0, "товар", None, NOM, "ноль товаров"),
        (100, "штука", None, GEN, "ста штук"),
        (40, "минута", None, INS, "сорока минутами"),
        (-18, "градус", None, GEN, "минус восемнадцати градусов"),
    ],
)
def test_a_number_in_words_agrees_with_its_noun(
    number: int | Decimal, lemma: str, described: str | None, case: Case, expected: str
) -> None:
    assert count(number, lemma, described, case=case, words=True) == expected


def test_a_card_may_be_given_instead_of_its_lemma() -> None:
    assert count(3, noun("банка"), "стеклянный", words=True) == "три стеклянные банки"


def test_a_noun_without_a_card_is_not_guessed() -> None:
    with pytest.raises(UnknownNoun) as caught:
        count(2, "гвоздь")
    assert caught.value.lemma == "гвоздь"


@pytest.mark.parametrize("word", ["хаки", "холщовая", "экстра", "", "ый"])
def test_a_word_the_rules_do_not_cover_is_not_guessed(word: str) -> None:
    with pytest.raises(UnknownAdjective) as caught:
        adjective(word)
    assert caught.value.lemma == word


@pytest.mark.parametrize("number", [D("NaN"), D("Infinity")])
def test_what_is_no_number_is_refused(number: Decimal) -> None:
    with pytest.raises(ValueError, match="not a number"):
        count(number, "грамм")
    with pytest.raises(ValueError, match="not a number"):
        plural_category(number)


def test_categories_agree_with_cldr() -> None:
    cldr = Locale.parse("ru").plural_form
    assert all(plural_category(number) == cldr(number) for number in range(100_001))


@settings(deadline=None)
@given(st.decimals(-(10**12), 10**12, places=3) | st.integers())
def test_categories_of_all_numbers_agree_with_cldr(number: Decimal | int) -> None:
    assert plural_category(number) == Locale.parse("ru").plural_form(number)


@settings(deadline=None)
@given(number=st.integers(-(10**11), 10**11), described=st.sampled_from([None, "большой", "синий", "третий"]))
def test_only_russian_letters_and_digits_come_out(number: int, described: str | None) -> None:
    for card in nouns().values():
        for case in Case:
            assert re.fullmatch("[а-яё0-9 \u00a0]+", count(number, card, described, case=case))


@settings(deadline=None)
@given(st.decimals(-(10**6), 10**6, places=3))
def test_decimals_come_out_in_russian_too(number: Decimal) -> None:
    for case in Case:
        assert re.fullmatch("[а-яё0-9, \u00a0]+", count(number, "килограмм", "чистый", case=case))
        assert re.fullmatch("[а-яё ]+", count(number, "килограмм", "чистый", case=case, words=True))


@settings(deadline=None)
@given(number=st.integers(0, 10**9), case=st.sampled_from(Case), lemma=st.sampled_from(sorted(nouns())))
def test_digits_and_words_take_the_same_form_of_the_noun(number: int, case: Case, lemma: str) -> None:
    written, spoken = count(number, lemma, case=case), count(number, lemma, case=case, words=True)
    assert written.rsplit(" ", 1)[1] == spoken.rsplit(" ", 1)[1]


@settings(deadline=None)
@given(number=st.integers(0, 10**9), case=st.sampled_from(Case))
def test_a_counted_noun_is_said_with_its_own_numeral(number: int, case: Case) -> None:
    card = noun("коробка")
    assert count(number, card, case=case, words=True).startswith(cardinal(number, gender=card.gender, case=case))
