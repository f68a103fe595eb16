"""A composed script: deterministic, on time, without repetition, true to the facts in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.livestream.blocks import library
from service.livestream.brief import Brief
from service.livestream.composing import compose, redo
from service.livestream.patterns import pattern, patterns
from service.livestream.script import Script
from service.livestream.timeline import TOLERANCE

MakeBrief = Callable[..., Brief]


def _compose(brief: Brief, keep: Script | None = None) -> Script:
    return compose(brief, pattern(brief.pattern), library(), keep=keep)


def _texts(script: Script) -> list[tuple[str, ...]]:
    return [tuple(u.text for u in line.said.values()) for _, line in script.lines()]


def test_the_same_seed_gives_the_same_script_to_the_letter(brief: MakeBrief) -> None:
    assert _compose(brief()) == _compose(brief())


def test_another_seed_gives_other_words(brief: MakeBrief) -> None:
    one, other = _texts(_compose(brief(seed=1))), _texts(_compose(brief(seed=2)))
    assert len(set(one) & set(other)) < 0.6 * len(one)


@pytest.mark.parametrize("languages", [["zh", "ru"], ["zh"], ["ru"]])
@pytest.mark.parametrize(("key", "skus"), [
    ("evening-60", None),
    ("promotion-120", ["RU-ALENKA-90", "RU-KVAS-1500", "RU-RED-CAVIAR-95", "RU-HONEY-500", "RU-PINENUT-250", "RU-LIEBA-900",
                       "HH-WOODEAR-150", "HH-BLUEBERRY-JAM-320", "HH-YUBA-250", "RU-BLACKTEA-100", "RU-ZEFIR-250", "RU-CHEESE-250"]),
    ("single-20", ["RU-HONEY-500"]),
    ("brand-jijing", ["HH-BLUEBERRY-JAM-320", "HH-WOODEAR-150", "HH-SOYBEAN-1000", "HH-SBTJUICE-300", "HH-HONEYMUSH-200"]),
])  # fmt: skip
def test_every_pattern_lands_within_three_percent_of_its_time(
    brief: MakeBrief, key: str, skus: list[str] | None, languages: list[str]
) -> None:
    script = _compose(brief(skus, pattern_key=key, languages=languages))
    assert abs(script.seconds - script.target) <= TOLERANCE * script.target
    assert script.gap == 0


@pytest.mark.parametrize("minutes", [30, 45, 90])
def test_a_show_of_another_length_fits_too(brief: MakeBrief, minutes: int) -> None:
    script = _compose(brief(minutes=minutes))
    assert abs(script.seconds - minutes * 60) <= TOLERANCE * minutes * 60


def test_a_slot_too_long_for_its_items_says_how_much_is_missing(brief: MakeBrief) -> None:
    script = _compose(brief(["RU-HONEY-500"], minutes=240))
    assert script.gap > 0
    assert script.gap == pytest.approx(script.target - script.seconds, abs=0.2)


def test_a_slot_too_short_for_the_required_lines_says_so(brief: MakeBrief, all_skus: dict[str, list[str]]) -> None:
    script = _compose(brief(all_skus["CN"][:40], minutes=10))
    assert script.gap < 0


def test_lines_follow_each_other_without_gaps_or_overlaps(brief: MakeBrief) -> None:
    clock = 0.0
    for _, line in _compose(brief()).lines():
        assert line.start == pytest.approx(clock, abs=0.11)
        clock = line.start + line.seconds


def test_a_stronger_role_gets_more_time(brief: MakeBrief) -> None:
    script = _compose(
        brief(["RU-HONEY-500:traffic", "RU-PINENUT-250:hit", "RU-KVAS-1500:welfare", "RU-ALENKA-90:profit"])
    )
    told: dict[int, float] = {}
    for block in script.blocks:
        if block.item is not None and block.segment == "items":
            told[block.item] = told.get(block.item, 0) + block.seconds
    assert told[1] > told[3] > told[0]


def test_no_variant_returns_while_an_unused_one_fits(brief: MakeBrief) -> None:
    """For each line that repeats a variant, every variant of its slot that fits the item had been used before."""
    given_brief = brief()
    script = _compose(given_brief)
    uses: dict[str, int] = {}
    lines = frozenset(item.goods.line for item in given_brief.items)
    for _, line in script.lines():
        uses[line.variant] = uses.get(line.variant, 0) + 1
    for block, line in script.lines():
        if uses[line.variant] < 2:
            continue
        item = given_brief.items[block.item] if block.item is not None else None
        for variant in library().slot(line.kind, line.slot):
            if variant.suits(given_brief.market, item, lines) and variant.facts <= set(line.facts) | {
                "product",
                "point",
            }:
                assert uses.get(variant.id, 0) >= 1, f"{line.variant} twice, {variant.id} never"


def test_no_sentence_of_a_card_is_told_twice_in_one_round(brief: MakeBrief) -> None:
    for block in _compose(brief()).blocks:
        picks = [pick for line in block.lines for pick in line.picks.items()]
        assert len(picks) == len(set(picks)), block.key


_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def test_both_languages_say_the_same_numbers(brief: MakeBrief) -> None:
    """Chinese 9.9元 is 9 юаней 90 фэней; 零下18 is минус 18; so amounts are compared in minor units."""
    for _, line in _compose(brief()).lines():
        zh, ru = (line.said[locale].text for locale in ("zh", "ru"))
        zh = re.sub(r"(\d+)\.(\d)(\d?)元", lambda m: f"{m[1]} {m[2]}{m[3] or '0'}元", zh)
        numbers = {
            locale: sorted(n.replace(",", ".") for n in _NUMBER.findall(text))
            for locale, text in (("zh", zh), ("ru", ru))
        }
        assert set(numbers["zh"]) == set(numbers["ru"]), (zh, ru)


def test_spoken_text_holds_no_digit_and_no_foreign_letter(brief: MakeBrief, all_skus: dict[str, list[str]]) -> None:
    for market, pattern_minutes in (("CN", 180), ("RU", 180)):
        script = _compose(brief(all_skus[market], minutes=pattern_minutes * 2, market=market))
        for _, line in script.lines():
            for locale, utterance in line.said.items():
                foreign = r"[0-9A-Za-z]" if locale == "zh" else r"[0-9A-Za-z\u4e00-\u9fff]"
                assert not re.search(foreign, utterance.spoken), f"{line.variant}: {utterance.spoken}"
                assert "{" not in utterance.text
                assert not re.search(r"\s\s|\s[,.!?]|[，。！？]{2}", utterance.text), (
                    f"{line.variant}: {utterance.text}"
                )


def test_a_missing_fact_silences_its_lines_and_is_listed(brief: MakeBrief) -> None:
    full = brief()
    bare = replace(full, items=tuple(replace(item, price=None) for item in full.items))
    script = _compose(bare)
    assert not any(line.kind in ("offer", "price_anchor") for _, line in script.lines())
    silent = {entry.sku for entry in script.left_out if entry.kind == "offer" and "price.live" in entry.facts}
    assert silent == {item.goods.sku for item in full.items}


def test_unverified_facts_that_are_spoken_are_listed_with_their_lines(brief: MakeBrief) -> None:
    script = _compose(brief())
    assert script.to_check
    for entry in script.to_check:
        for key in entry.lines:
            found = script.line(key)
            assert found
            assert entry.fact.replace("attributes.", "attr.") in found[1].facts


def test_one_language_alone_never_speaks_of_two(brief: MakeBrief) -> None:
    script = _compose(brief(languages=["zh"]))
    assert all(set(line.said) == {"zh"} for _, line in script.lines())
    assert not any("bilingual" in line.facts for _, line in script.lines())


def test_redoing_a_line_changes_that_line_only_and_goes_through_all_that_fit(brief: MakeBrief) -> None:
    given_brief = brief()
    script = _compose(given_brief)
    key = next(line.key for _, line in script.lines() if line.slot == "answer")
    before = {line.key: line.said for _, line in script.lines()}
    first = script.line(key)
    assert first
    seen = {first[1].variant}
    picks = first[1].picks
    for _ in range(11):
        new = redo(script, given_brief, library(), key)
        assert new
        assert new.variant not in seen
        assert new.picks == picks
        seen.add(new.variant)
    assert {line.key: line.said for _, line in script.lines() if line.key != key} == {
        k: v for k, v in before.items() if k != key
    }


def test_locked_and_edited_lines_survive_recomposing_and_follow_their_item(brief: MakeBrief) -> None:
    script = _compose(brief())
    line = next(line for b, line in script.lines() if b.item == 2 and line.slot == "price")
    line.locked = True
    again = _compose(brief(seed=99), keep=script)
    found = again.line(line.key)
    assert found
    assert found[1].said == line.said
    turned = brief(["RU-RED-CAVIAR-95:hit", "RU-KVAS-1500:welfare", "RU-ALENKA-90:traffic"], seed=99)
    followed = _compose(turned, keep=script)
    kept = [(b.item, line) for b, line in followed.lines() if line.locked]
    assert [(item, line.said) for item, line in kept] == [(0, line.said)]


def test_lines_written_by_hand_stay_even_when_time_lacks(brief: MakeBrief) -> None:
    """What is taken out to fit a short slot are lines nobody touched."""
    script = _compose(brief(minutes=60))
    touched = [line for _, line in script.lines() if line.optional][:40]
    for line in touched:
        line.edited = True
    shorter = _compose(brief(minutes=12), keep=script)
    assert shorter.gap < 0
    assert [line.key for _, line in shorter.lines() if line.optional and not line.edited] == []


@settings(max_examples=25)
@given(data=st.data())
def test_any_choice_of_goods_composes(brief: MakeBrief, all_skus: dict[str, list[str]], data: st.DataObject) -> None:
    """Whatever is chosen: no crash, lines in order, nothing unsaid that has a fact, times add up."""
    market = data.draw(st.sampled_from(["CN", "RU"]))
    skus = data.draw(st.lists(st.sampled_from(all_skus[market]), min_size=1, max_size=8, unique=True))
    options = {
        "minutes": data.draw(st.integers(5, 180)), "seed": data.draw(st.integers(0, 2**31 - 1)), "market": market,
        "languages": data.draw(st.sampled_from([["zh", "ru"], ["ru", "zh"], ["zh"], ["ru"]])),
        "pattern_key": data.draw(st.sampled_from([key for key, p in patterns().items() if not p.lines])),
    }  # fmt: skip
    script = _compose(brief(skus, **options))
    assert script.seconds == pytest.approx(sum(line.seconds for _, line in script.lines()), abs=1)
    assert [set(line.said) for _, line in script.lines()] == [set(options["languages"])] * len(_texts(script))
    keys = [line.key for _, line in script.lines()]
    assert len(keys) == len(set(keys))
    if not script.gap:
        assert abs(script.seconds - script.target) <= TOLERANCE * script.target
