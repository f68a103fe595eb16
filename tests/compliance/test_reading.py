"""Reading what is meant: disguises in both scripts undone, every word still knowing its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.compliance.reading import chinese, russian


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("全·网 第.一", "全网第一"),
        ("１００％纯正", "100%纯正"),
        ("國家級品質", "国家级品质"),
        ("囯家级", "国家级"),
        ("最★佳", "最佳"),
        ("全网“最”低", "全网最低"),
        ("卫❤信", "卫信"),
        ("1️⃣号仓", "1号仓"),
        ("顶\u200b级", "顶级"),
        ("№1", "no1"),
    ],
)
def test_chinese_disguises_are_undone(written: str, meant: str) -> None:
    assert chinese.read(written).text == meant


@pytest.mark.parametrize(
    "plain", ["今天，最后五分钟。", "SKU A-1 与 B-2", "可可72%，净含量90 g", "3.5 斤", "http://a.b/c"]
)
def test_what_is_no_disguise_stays(plain: str) -> None:
    """Signs between Latin words and numbers, and punctuation, say something."""
    kept = chinese.read(plain).text
    assert [c for c in kept if c in "，。%.:/"] == [c for c in plain if c in "，。%.:/"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("лyчший", "лучший"),  # Latin y
        ("Cамый", "самый"),  # Latin C
        ("л у ч ш и й", "лучший"),
        ("л-у-ч-ш-и-й", "лучший"),
        ("луч-ший", "лучший"),
        ("саааамый", "самый"),
        ("л4чший", "лучший"),
        ("лу́чший", "лучший"),  # with a stress mark
        ("бecплaтнo", "бесплатно"),
        ("инст@грам", "инстаграм"),
        ("ЛУЧШИЙ", "лучший"),
    ],
)
def test_russian_disguises_are_undone(written: str, meant: str) -> None:
    assert russian.read(written).text.strip() == meant


def test_transliteration_is_read_beside_the_latin_word() -> None:
    assert "хороший" in russian.read("luchshiy").tokens
    assert "=luchshiy" in russian.read("luchshiy").tokens


@pytest.mark.parametrize(
    "plain", ["по-русски", "топ-1", "бизнес-ланч", "5-литровый", "А и Б", "в с. Ивановка", "COVID-19", "kg"]
)
def test_russian_words_that_are_no_disguise_stay(plain: str) -> None:
    assert "".join(russian.read(plain).text.split()) == "".join(plain.lower().split())


def test_every_inflection_has_the_same_lemma() -> None:
    forms = ["скидка", "скидки", "скидке", "скидку", "скидкой", "скидок", "скидкам", "скидками", "скидках"]
    assert all("|скидка|" in russian.read(form).tokens for form in forms)


@given(st.text(max_size=200))
def test_places_always_lead_into_the_original(text: str) -> None:
    for reading in (chinese.read(text), russian.read(text)):
        assert len(reading.at) == len(reading.text) + 1
        for start in range(len(reading.text)):
            one, two = reading.span(start, start + 1)
            assert 0 <= one <= two <= len(text)
        for _, start, end, _ in reading.token_at:
            assert 0 <= start < end <= len(text)


@given(st.integers(0, 9999))
def test_chinese_numerals_are_read_as_they_are_spoken(number: int) -> None:
    from service.language.chinese import cardinal

    assert chinese.number_of(cardinal(number)) == number
    assert chinese.number_of(str(number)) == number


@pytest.mark.parametrize(
    ("words", "number"), [("一百二", 120), ("两千三", 2300), ("一万二", 12000), ("俩", 2), ("好多", None), ("", None)]
)
def test_short_numerals_of_the_market(words: str, number: int | None) -> None:
    assert chinese.number_of(words) == number
