"""How good translations are beside reviewed ones, and when a new model takes the place of the old."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.translation.learning.deciding import decide
from service.translation.learning.measuring import Measured, Share, chrf, chrf_each, measure, surely_better

GOOD = ["Цена мёда — 25 юаней.", "Спасибо всем.", "В России рис стоит 120 рублей."]


def test_the_same_text_is_a_hundred_and_another_language_is_nothing() -> None:
    assert chrf(GOOD, GOOD) == 100
    assert chrf(["蜂蜜"], ["мёд"]) == 0
    assert chrf(["", ""], ["мёд", ""]) == 0


SACREBLEU = (
    ("Цена мёда — 52 юаня.", "Цена мёда — 25 юаней.", 53.845615), ("在黑河发货", "蜂蜜从黑河发货。", 32.213853),
    ("мёд", "Сушёная голубика", 2.645503), ("a b", "ab", 100),
)  # fmt: skip
"""Figures of sacrebleu 2.6.0, `CHRF()`."""


def test_chrf_is_that_of_sacrebleu() -> None:
    for output, reference, figure in SACREBLEU:
        assert chrf([output], [reference]) == pytest.approx(figure, abs=1e-6)
    outputs, references = ["Цена мёда — 52 юаня.", "Спасибо!"], ["Цена мёда — 25 юаней.", "Спасибо всем."]
    assert chrf(outputs, references) == pytest.approx(52.1875999, abs=1e-6)


texts = st.text("мёд 12蜂蜜.", max_size=12)


@given(texts, texts)
def test_chrf_lies_between_nothing_and_a_hundred(one: str, other: str) -> None:
    assert 0 <= chrf([one], [other]) <= 100
    assert chrf_each([one], [other]) == [chrf([one], [other])]


def missing(source: str, target: str) -> frozenset[str]:
    """A term base of one word."""
    return frozenset({"honey"} if "蜂蜜" in source and "мёд" not in target.lower() else ())


def measured(*outputs: str) -> Measured:
    sources = ["蜂蜜的价格是25元。", "谢谢大家。", "大米在俄罗斯卖120卢布。"]
    return measure(sources, GOOD, outputs, language="zh", missing=missing)


def test_terms_and_numbers_are_counted() -> None:
    right = measured(*GOOD)
    assert (right.terms, right.numbers) == (Share(1, 1), Share(3, 3))
    wrong = measured("Цена риса — 26 юаней.", "Спасибо всем 5.", GOOD[2])
    assert (wrong.terms, wrong.numbers) == (Share(0, 1), Share(1, 3))
    assert str(wrong.numbers) == "33.3 % (1/3)"
    assert wrong.chrf < right.chrf


def test_nobody_is_asked_what_the_reviewed_text_leaves_out() -> None:
    found = measure(["蜂蜜500克"], ["Сладость в банке"], ["Что-то"], language="zh", missing=missing)
    assert (found.terms, found.numbers) == (Share(0, 0), Share(0, 0))
    assert found.terms.percent == 100


def made(chrf: float, terms: int = 95, numbers: int = 98, spread: float = 0) -> Measured:
    """Figures on a hundred sentences; `spread`: every second one is that much worse, the others that much better."""
    return Measured(chrf, Share(terms, 100), Share(numbers, 100), tuple(chrf + (spread if i % 2 else -spread) for i in range(100)))  # fmt: skip


def test_a_clear_win_takes_the_place() -> None:
    verdict = decide(made(72), made(60))
    assert verdict.wins
    assert "+12.0" in verdict.reasons[0].say("en")


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (made(61), "+1.0"), (made(55), "-5.0"), (made(63, spread=40), "of 100"), (made(72, terms=94), "94.0 %"), (made(72, numbers=97), "97.0 %"),
    ],
)  # fmt: skip
def test_anything_less_does_not(new: Measured, told: str) -> None:
    verdict = decide(new, made(60))
    assert not verdict.wins
    assert told in " ".join(reason.say("en") for reason in verdict.reasons)


def test_all_that_speaks_against_it_is_told() -> None:
    assert len(decide(made(50, terms=10, numbers=20), made(60)).reasons) == 3


def test_where_nothing_is_installed_it_must_be_fit_for_drafts() -> None:
    assert decide(made(60), None).wins
    verdict = decide(made(40, terms=50, numbers=60), None)
    assert not verdict.wins
    assert len(verdict.reasons) == 3


def test_one_lucky_sentence_is_no_sure_gain() -> None:
    assert surely_better([100, *[50] * 30], [0, *[51] * 30]) < 80
    assert surely_better([60] * 30, [50] * 30) == 100
    assert surely_better([], []) == 0
