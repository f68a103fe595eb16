"""The shipped rules: each strikes its own hits and leaves its near misses alone, knows its day, and says where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from service.compliance import Document, check
from service.compliance.checking import _asked  # one rule alone, without the rest of the book
from service.compliance.entries import RuleEntry
from service.compliance.facts import ItemFacts, declared_fields, marking_groups
from service.compliance.matching import hits
from service.compliance.rulebook import LANGUAGE_OF, rulebook

RULES = list(rulebook().rules.values())
TEXT_RULES = [rule for rule in RULES if rule.claims]
FACT_RULES = [rule for rule in RULES if rule.entry.each]


def nested(facts: Mapping[str, Any]) -> dict[str, Any]:
    """`{"item.papers.organic": 1}` as the checker's context; days are days."""
    context: dict[str, Any] = {"on": date(2026, 11, 25)}
    for name, value in facts.items():
        parts = name.split(".")
        place = context
        for part in parts[:-1]:
            place = place.setdefault(part, {})
        place[parts[-1]] = (
            date.fromisoformat(value) if isinstance(value, str) and parts[-1] in ("on", "marking_from") else value
        )
    return context


@pytest.mark.parametrize("rule", TEXT_RULES, ids=lambda rule: rule.id)
def test_a_text_rule_strikes_its_hits_and_spares_its_near_misses(rule: Any) -> None:
    def struck(text: str) -> bool:
        return any(hit.rule == rule.id for hit in hits(text, rule.entry.market, rulebook()))

    examples = rule.entry.examples
    assert [text for text in examples.hits if not struck(text)] == []
    assert [text for text in examples.misses if struck(text)] == []


@pytest.mark.parametrize("rule", FACT_RULES, ids=lambda rule: rule.id)
def test_a_rule_on_facts_strikes_its_hits_and_spares_its_near_misses(rule: Any) -> None:
    def struck(facts: Mapping[str, Any]) -> bool:
        context = nested(facts)
        return any(True for _ in _asked(rule, rule.entry.market, "x", context, context["on"]))

    examples = rule.entry.examples
    assert [facts for facts in examples.hits if not struck(facts)] == []
    assert [facts for facts in examples.misses if struck(facts)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_where_it_comes_from_and_what_to_do_in_both_languages(rule: Any) -> None:
    entry: RuleEntry = rule.entry
    for pair in (entry.name, entry.article, entry.why, entry.remedy):
        assert any("\u4e00" <= sign <= "\u9fff" for sign in pair.zh), pair
        assert any("а" <= sign.lower() <= "я" for sign in pair.ru), pair
    assert entry.source
    if rule.claims:
        assert entry.safer, "a text rule offers words to say instead"
        own = LANGUAGE_OF[entry.market]
        struck = [hit for hit in hits(getattr(entry.safer, own), entry.market, rulebook()) if hit.rule == entry.id]
        assert all(rule.claims[hit.claim].holds for hit in struck), (
            "the safer wording breaks the rule itself, and no fact proves it"
        )


def test_all_rules_of_the_research_are_there() -> None:
    """The 62 researched rules, by their ids or by the rules they were divided into."""
    import json
    from pathlib import Path

    file = Path(__file__).parents[3] / "shared" / "facts" / "rules.json"
    if not file.exists():
        pytest.skip("the research lies beside the repository only where it is written")
    data = json.loads(file.read_text(encoding="utf-8"))
    for entry in data if isinstance(data, list) else data["rules"]:
        assert any(name == entry["id"] or name.startswith(entry["id"] + "-") for name in rulebook().rules), entry["id"]


def _chocolate(on: str) -> set[str]:
    found = marking_groups()
    start = next(
        group.from_
        for group in found
        if any("180632".startswith(prefix) for prefix in group.hs) and group.from_ == date(2026, 7, 1)
    )
    item = ItemFacts(
        "A", food=True, origin="CN", hs="180632", marking_group="sweets", marking_from=start, markets=("RU",)
    )
    findings = check(Document(items={"A": item}), market="RU", on_date=date.fromisoformat(on))
    return {one.rule for one in findings}


def test_the_same_chocolate_meets_the_marking_rule_from_its_first_day() -> None:
    assert "RU-CZ" not in _chocolate("2026-06-30")
    assert "RU-CZ" in _chocolate("2026-07-01")


def test_the_same_text_meets_the_rules_of_its_day() -> None:
    def found(text: str, on: str, market: Any = "CN") -> dict[str, str]:
        return {one.rule: one.severity for one in check(text, market=market, on_date=date.fromisoformat(on))}

    assert "RU-LANG" not in found("Мёд на распродаже: big sale", "2026-02-28", "RU")
    assert "RU-LANG" in found("Мёд на распродаже: big sale", "2026-03-01", "RU")

    before, after = found("零添加蓝莓汁", "2027-03-15"), found("零添加蓝莓汁", "2027-03-16")
    assert before.get("CN-FOOD-ADDFREE") in (None, "warn")
    assert after["CN-FOOD-ADDFREE"] == "error"


def test_declared_facts_do_not_hide_what_is_computed() -> None:
    own = {one.name for one in fields(ItemFacts)}
    assert [one.key for one in declared_fields() if one.of == "item" and one.key in own] == []
    names = [(one.of, one.key) for one in declared_fields()]
    assert len(names) == len(set(names))
