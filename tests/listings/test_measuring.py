"""How channels count a text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.listings.measuring import WAYS, Span, Way, effective, longest_that_fits, measure

SIGNS = "蜂蜜〇𠀀アｱ，！ (…)—“”·№ёЁжЯ abcXYZ 0189 <b>&\n\t√Ⅲ👍🏽❤️🇷🇺\u00a0\u3000\u0301é"
TEXTS = st.text(alphabet=st.sampled_from(SIGNS), max_size=120)


@pytest.mark.parametrize(
    ("text", "way", "least", "most"),
    [
        ("Шоколад Алёнка 90 г", "code_points", 19, 19),
        ("Шоколад Алёнка 90 г", "han_double", 19, 33),  # GBK has Cyrillic in two bytes; the platforms do not say
        ("俄罗斯巧克力90g", "han_double", 15, 15),
        ("俄罗斯巧克力，90g", "han_double", 17, 17),
        ("честный знак", "utf8_bytes", 23, 23),
        ("蜂蜜500g！", "effective", 6, 6),
        ("[五元]扇子", "effective", 4, 4),
        ("便携式折叠扇第Ⅲ代", "effective", 8, 8),
        ("", "han_double", 0, 0),
    ],
)
def test_lengths(text: str, way: Way, least: int, most: int) -> None:
    assert measure(text, way) == (least, most)


@given(TEXTS)
def test_each_way_agrees_with_counting_sign_by_sign(text: str) -> None:
    wide = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    strict = sum(1 if ord(sign) < 128 else 2 for sign in text)
    chinese = sum(sign == "〇" or unicodedata.name(sign, "").startswith("CJK UNIFIED IDEOGRAPH") for sign in text)
    latin = sum(sign.isascii() and sign.isalnum() for sign in text)
    assert measure(text, "code_points") == Span(len(text), len(text))
    assert measure(text, "han_double") == Span(wide, strict)
    assert effective(text) == chinese + latin
    assert measure(text, "utf8_bytes").most == len(text.encode())


@given(TEXTS, TEXTS, st.sampled_from(list(WAYS)))
def test_a_longer_text_is_never_shorter(text: str, more: str, way: Way) -> None:
    before, after = measure(text, way), measure(text + more, way)
    assert before.least <= before.most
    assert (after.least, after.most) == (before.least + measure(more, way).least, before.most + measure(more, way).most)


@given(TEXTS, st.integers(0, 130), st.sampled_from(list(WAYS)))
def test_what_is_cut_to_a_limit_fits_and_one_sign_more_does_not(text: str, limit: int, way: Way) -> None:
    end = longest_that_fits(text, way, limit)
    assert measure(text[:end], way).most <= limit
    assert end == len(text) or measure(text[: end + 1], way).most > limit


def test_half_a_surrogate_pair_is_measured_too() -> None:
    assert measure("a\ud83d", "utf8_bytes") == (4, 4)
    assert measure("a\ud83d", "han_double").most == 3
