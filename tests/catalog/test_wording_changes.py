"""The words that changed are marked, and nothing is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.wording_changes import wording_changes


def _marked(before: str, after: str, locale: str) -> str:
    signs = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(signs[piece.kind].format(piece.text) for piece in wording_changes(before, after, locale))


@pytest.mark.parametrize(
    ("locale", "before", "after", "marked"),
    [
        ("zh", "保质期十二个月，阴凉处存放。", "保质期九个月，阴凉处存放。", "保质期[-十二-][+九+]个月，阴凉处存放。"),
        ("zh", "净含量90克", "净含量100克", "净含量[-90-][+100+]克"),
        ("ru", "Мёд липовый, банка.", "Мёд цветочный, банка.", "Мёд [-липовый-][+цветочный+], банка."),
        (
            "ru",
            "очень вкусный хлеб из печи",
            "совсем другой хлеб из печи",
            "[-очень вкусный-][+совсем другой+] хлеб из печи",
        ),
        ("ru", "хлеб", "хлеб ржаной", "хлеб[+ ржаной+]"),
        ("ru", "то же", "то же", "то же"),
        ("zh", "", "新", "[+新+]"),
        (
            "zh",
            "端午粽子都离不了红小豆。",
            "黑土地种的豆，煮粥好吃。",
            "[-端午粽子都离不了红小豆-][+黑土地种的豆，煮粥好吃+]。",
        ),
    ],
)
def test_the_changed_words_are_marked(locale: str, before: str, after: str, marked: str) -> None:
    assert _marked(before, after, locale) == marked


@given(st.text("аб вг.，甲乙1", max_size=40), st.text("аб вг.，甲乙1", max_size=40), st.sampled_from(["zh", "ru"]))
def test_both_wordings_can_be_put_together_again(before: str, after: str, locale: str) -> None:
    pieces = wording_changes(before, after, locale)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
