"""All checks together: our own texts are clean, repairs repair, places lie inside the text, everything is said in both languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from service.resources import root
from service.translation.checks import CHECKS, Finding, Pair, apply, check
from service.translation.checks.pair import Fix
from tests.translation.checks.judging import pair

ROOT = Path(__file__).parents[3]


def _texts(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for one in node:
            yield from _texts(one)
    elif isinstance(node, dict) and {"zh", "ru"} <= set(node):
        yield from _both(node["zh"], node["ru"])
    elif isinstance(node, dict):
        for one in node.values():
            yield from _texts(one)


def _both(zh: Any, ru: Any) -> Iterator[tuple[str, str]]:
    if isinstance(zh, str) and isinstance(ru, str):
        yield zh, ru
    elif isinstance(zh, list) and isinstance(ru, list):
        for one, other in zip(zh, ru, strict=False):
            yield from _both(one, other)
    elif isinstance(zh, dict) and isinstance(ru, dict):
        for key in zh.keys() & ru.keys():
            yield from _both(zh[key], ru[key])


def _cards() -> list[Pair]:
    found = []
    for path in sorted((root("catalogs") / "products").glob("*.yaml")):
        for card in yaml.safe_load(path.read_text(encoding="utf-8"))["products"]:
            for part in ("texts", "skus", "attributes"):
                found += [Pair(card.get("source_locale", "zh"), zh, ru) for zh, ru in _texts(card.get(part))]
    return found


def _blocks() -> list[Pair]:
    found = []
    for path in sorted((root("scripts") / "blocks").rglob("*.yaml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["variants"]:
            if isinstance(block.get("zh"), str) and isinstance(block.get("ru"), str):
                found.append(Pair("zh", block["zh"], block["ru"]))
    return found


@pytest.mark.parametrize("texts", [_cards, _blocks])
def test_our_own_texts_are_clean_but_for_no_break_spaces(texts: Any) -> None:
    own = texts()
    assert len(own) > 400
    found = [(one.check, pair.text(one.side)[one.start : one.end], pair) for pair in own for one in check(pair)]
    assert [one for one in found if one[0] != "ru.nbsp"] == []


def test_a_number_in_our_cards_changed_to_one_the_pair_has_not_is_always_found() -> None:
    missed = []
    for own in _cards():
        for side, text in (("zh", own.text_zh), ("ru", own.text_ru)):
            for match in re.finditer("[0-9]+", text):
                changed = text[: match.start()] + _other(int(match[0]), own) + text[match.end() :]
                two = replace(own, text_zh=changed) if side == "zh" else replace(own, text_ru=changed)
                if not any(one.check in ("num.mismatch", "num.unit") for one in check(two)):
                    missed.append((match[0], two.text_zh, two.text_ru))
    assert missed == []


def _other(number: int, own: Pair) -> str:
    """A number near this one that stands in neither text."""
    return next(str(one) for one in range(number + 3, number + 99) if str(one) not in own.text_zh + own.text_ru)


# Pieces that set checks off, and harmless ones between them.
ZH = [
    "二瓶",
    "買",
    "好吃,",
    "很甜",
    " ",
    "(五常)",
    "５",
    "的的",
    "。",
    "，",
    "100元",
    "第两",
    "\u200b",
    "見",
    "黑河",
    "{a}",
    "A",
    "我们我们",
    "  ",
    "！",
    "蜂蜜",
    ".",
    "二",
    "个",
    "(",
    ")",
]
RU = ["5 банки", "мед", " - ", '"чай"', "8-10", "cахар", " c ", "в в", " ", "  ", "все ещё", "500 г", "мёд", ", ", ". ", "\u00ad", "Хейхе", "2 бутылка", "„х”", '"', "«", "»", "—", "-", "5", "RUB", "2026-03-21", " .", "и и и"]  # fmt: skip
PIECES = st.tuples(
    st.lists(st.sampled_from(ZH), max_size=9).map("".join), st.lists(st.sampled_from(RU), max_size=9).map("".join)
)


def _mended(two: Pair, name: str) -> tuple[Pair, list[Finding]]:
    fixable = [one for one in check(two) if one.check == name and one.fix]
    fixes = {side: [one.fix for one in fixable if one.side == side and one.fix] for side in ("zh", "ru")}
    return replace(two, text_zh=apply(two.text_zh, fixes["zh"]), text_ru=apply(two.text_ru, fixes["ru"])), fixable


@given(PIECES, st.sampled_from(sorted(CHECKS)))
@example(("", "в в в"), "dup.word")
@example(("買二瓶,好(吃)", ""), "zh.fullwidth")
def test_a_repair_makes_its_finding_go_and_brings_no_new_one_of_its_kind(texts: tuple[str, str], name: str) -> None:
    two = pair(*texts)
    before = Counter(one.fix is None for one in check(two) if one.check == name)
    after, fixes = _mended(two, name)
    for _ in range(12):  # of repairs that touch each other one is made at a time
        after, more = _mended(after, name)
        if not more:
            break
    left = Counter(one.fix is None for one in check(after) if one.check == name)
    assert left[False] == 0
    assert left[True] <= before[True] + len(fixes)


@given(PIECES)
def test_every_place_lies_inside_its_text(texts: tuple[str, str]) -> None:
    two = pair(*texts, approved_source="x", origin="machine", reviewed=False)
    for one in check(two):
        size = len(two.text(one.side))
        assert 0 <= one.start <= one.end <= size, one
        assert one.start < one.end or not size, one
        if one.fix:
            assert 0 <= one.fix.start <= one.fix.end <= size, one
            assert apply(two.text(one.side), [one.fix]) != two.text(one.side), one


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_at_all_is_checked(zh: str, ru: str) -> None:
    for one in check(pair(zh, ru)):
        assert one.message.say("zh")
        assert one.remedy.say("ru")


def test_findings_come_in_the_order_of_the_texts() -> None:
    found = check(pair("二瓶,好", "Мед - 5 банки"))
    assert [(one.side, one.start) for one in found] == sorted(
        ((one.side, one.start) for one in found), key=lambda at: (at[0] == "ru", at[1])
    )


def test_a_clean_pair_has_no_findings() -> None:
    assert check(pair("黑河的蜂蜜，500克一瓶。", "Мёд из Хэйхэ, в банке 500\u00a0г.")) == []


def test_repairs_that_overlap_are_made_one_after_the_other() -> None:
    assert apply("abcdef", [Fix(3, 5, "X"), Fix(0, 2, "Y"), Fix(1, 4, "Z")]) == "YcXf"
    assert apply("abc", []) == "abc"


def test_a_finding_can_be_kept_as_data() -> None:
    (one,) = [one for one in check(pair("二瓶", "две бутылки")) if one.check == "zh.liang"]
    data = one.as_data("ru")
    assert (data["check"], data["level"], data["fix"]) == ("zh.liang", "warn", {"start": 0, "end": 1, "text": "两"})


def test_every_check_is_described() -> None:
    text = (ROOT / "docs" / "translation-checks.md").read_text(encoding="utf-8")
    assert [name for name in CHECKS if f"`{name}`" not in text] == []


def test_a_text_of_a_megabyte_is_checked_in_the_end() -> None:
    zh, ru = "黑木耳很好吃，500克一瓶。" * 8000, "Чёрные грибы, 500 г в банке. " * 8000
    assert any(one.check == "sentence.doubled" for one in check(pair(zh[:20], ru[:200])))
    check(pair(zh, ru))
