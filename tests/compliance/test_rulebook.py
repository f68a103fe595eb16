"""Rule files: what is wrong in one is told with file, rule and field, and nothing is loaded; patterns are linear in any text."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.compliance.rulebook import read_rules
from service.errors import FilesRejected

PAIR = {"zh": "样例", "ru": "образец"}
RULE: dict[str, Any] = {
    "id": "CN-TEST-1", "name": PAIR, "jurisdiction": "CN", "market": "CN", "kind": "pattern", "severity": "error",
    "scope": ["script"], "article": PAIR, "source": "test", "verified": False, "why": PAIR, "remedy": PAIR,
    "clear": {"by": ["park"], "evidence": ["survey"]}, "finds": [{"match": ["最好"]}],
    "examples": {"hits": ["最好", "最好的"], "misses": ["最后", "好"]},
}  # fmt: skip


def write(folder: Path, *rules: dict[str, Any], name: str = "cn-test.yaml") -> Path:
    content = {"about": PAIR, "rules": list(rules)}
    (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def rule(**changes: Any) -> dict[str, Any]:
    changed = {**RULE, **changes}
    return {name: value for name, value in changed.items() if value is not None}


def fact_rule(**changes: Any) -> dict[str, Any]:
    return rule(**{"finds": None, "kind": "required_field", "each": "item", "need": ["item.price"], **changes})


@pytest.mark.parametrize(
    ("broken", "field", "said"),
    [
        (rule(finds=[{"match": ["最(好"]}]), "rules.0.finds.0.match.0", "模式有误"),
        (rule(finds=[{"match": ["(?<!不)最好"]}]), "rules.0.finds.0.match.0", "spares"),
        (rule(spares=["[a"]), "rules.0.spares.0", "模式有误"),
        (rule(finds=[{"match": ["只剩(?P<n>\\d)"], "holds": "said.m == 1"}]), "rules.0.finds.0.holds", "said.n"),
        (rule(finds=[{"match": ["好"], "holds": "item.nonsense"}]), "rules.0.finds.0.holds", "item.nonsense"),
        (rule(finds=[{"match": ["好"], "holds": "item.price >"}]), "rules.0.finds.0.holds", "表达式有误"),
        (fact_rule(when="item.hs is in_heading('22')"), "rules.0.when", "heading"),
        (fact_rule(need=["item.prise"]), "rules.0.need.0", "item.price"),
        (fact_rule(need=[]), "rules.0", "holds"),
        (fact_rule(shape="["), "rules.0.shape", "模式有误"),
        (rule(each="item"), "rules.0", "finds"),
        (rule(severity="grave"), "rules.0.severity", "block"),
        (rule(**{"from": "2026-13-01"}), "rules.0.from", "值"),
        (rule(**{"from": "2026-07-01", "to": "2026-06-30"}), "rules.0.to", "2026-07-01"),
        (rule(sevrity="error"), "rules.0.sevrity", "severity"),
        (rule(examples={"hits": ["一"], "misses": ["二", "三"]}), "rules.0.examples.hits", "2"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_refused_with_its_place(tmp_path: Path, broken: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(FilesRejected) as refused:
        read_rules(write(tmp_path, broken))
    problem = next(one for one in refused.value.problems if one.key == field)
    assert problem.file.endswith("cn-test.yaml")
    assert problem.line > 1
    told = problem.say("zh")
    assert said in told
    assert not any(word in problem.say("ru") for word in ("The ", "Use "))


def test_an_id_stands_once_in_all_files(tmp_path: Path) -> None:
    write(tmp_path, RULE, name="cn-a.yaml")
    with pytest.raises(FilesRejected) as refused:
        read_rules(write(tmp_path, RULE, name="cn-b.yaml"))
    assert [one.file[-9:] for one in refused.value.problems] == ["cn-b.yaml"]


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, rule(spares=["("]), rule(id="CN-TEST-2", spares=[")"]), name="cn-a.yaml")
    with pytest.raises(FilesRejected) as refused:
        read_rules(write(tmp_path, rule(id="RU-TEST-1", market="RU", finds=[{"match": ["Слово!"]}]), name="ru-a.yaml"))
    assert len(refused.value.problems) == 3


def test_a_new_rule_needs_no_code(tmp_path: Path) -> None:
    from datetime import date

    from service.compliance import check

    book = read_rules(write(tmp_path, rule(**{"from": "2030-01-01"})))
    assert check("这是最好的", market="CN", on_date=date(2029, 12, 31), book=book) == []
    assert [one.rule for one in check("这是最好的", market="CN", on_date=date(2030, 1, 1), book=book)] == ["CN-TEST-1"]


def test_hostile_texts_cost_no_more_than_their_length() -> None:
    """Ten times the text, about ten times the time: an expression that backtracks would take a thousand times as long."""
    from service.compliance.matching import hits
    from service.compliance.rulebook import rulebook

    def slowest(market: Any, seeds: list[str], length: int) -> float:
        worst = 0.0
        for seed in seeds:
            text = (seed * length)[:length]
            began = time.perf_counter()
            hits(text, market, rulebook())
            worst = max(worst, time.perf_counter() - began)
        return worst

    zh = ["最", "最好", "只剩1", "送一", "俄罗斯", "a", " ", "1%", "我自己一直", "加微", "百" * 7, "zui", "·"]
    ru = ["самый ", "лучше, чем ", "1 ", "a", "л ", "-", "осталось 5 ", "скидка до ", "@", "не ", "http://", "ааа"]
    for market, seeds in (("CN", zh), ("RU", ru)):
        slowest(market, ["разогрев 最"], 50)
        short, long = slowest(market, seeds, 1000), slowest(market, seeds, 10_001)
        assert long < max(short, 0.001) * 60, (market, short, long)
