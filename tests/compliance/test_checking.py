"""The checker on small rule books: days, facts, evidence, both languages of a line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.compliance import Document, Line, Proof, check
from service.compliance.facts import ItemFacts, ShowFacts
from service.compliance.rulebook import Book, read_rules
from tests.compliance.test_rulebook import fact_rule, rule, write

TODAY = date(2026, 11, 25)


def book(folder: Path, *rules: dict[str, Any]) -> Book:
    for market in ("CN", "RU"):
        if own := [one for one in rules if one["market"] == market]:
            write(folder, *own, name=f"{market.lower()}-test.yaml")
    return read_rules(folder)


def ids(findings: Any) -> list[str]:
    return [one.rule for one in findings]


def test_the_words_found_are_named_in_the_original(tmp_path: Path) -> None:
    rules = book(tmp_path, rule(finds=[{"match": ["全网第一"]}]))
    text = "今天的蜂蜜全·网 第.一！"
    (found,) = check(text, market="CN", on_date=TODAY, book=rules)
    assert text[found.start : found.end] == found.excerpt == "全·网 第.一"


def test_an_innocent_use_is_left_alone_and_a_guilty_one_beside_it_is_not(tmp_path: Path) -> None:
    rules = book(tmp_path, rule(finds=[{"match": ["最佳"]}], spares=["最佳(赏味|食用)期"]))
    (found,) = check("最佳赏味期三天，这是最佳品质", market="CN", on_date=TODAY, book=rules)
    assert found.start == 10


def test_a_watched_word_is_heard_behind_its_sound(tmp_path: Path) -> None:
    rules = book(tmp_path, rule(finds=[{"match": ["最佳", "顶级"]}], watch=["最佳", "顶级"]))
    for text in ("罪佳口感", "zui佳口感", "顶ji货"):
        (found,) = check(text, market="CN", on_date=TODAY, book=rules)
        assert found.disguised
    assert check("他酒后醉驾被抓", market="CN", on_date=TODAY, book=rules) == []


def test_russian_phrases_strike_in_every_inflection(tmp_path: Path) -> None:
    rules = book(tmp_path, rule(id="RU-T-1", market="RU", finds=[{"match": ["самый низкий цена", "@supr"]}]))
    for text in ("Самая низкая цена", "по самым низким ценам", "вкуснейшего мёда"):
        assert ids(check(text, market="RU", on_date=TODAY, book=rules)) == ["RU-T-1"], text
    assert check("в самом начале цены низкие", market="RU", on_date=TODAY, book=rules) == []


def test_severity_and_force_go_by_the_day(tmp_path: Path) -> None:
    dated = rule(
        **{"from": "2026-07-01", "to": "2027-06-30"},
        severity="warn",
        later=[{"from": "2027-03-16", "severity": "error"}],
    )
    rules = book(tmp_path, dated)

    def on(day: str) -> list[str]:
        return [one.severity for one in check("最好", market="CN", on_date=date.fromisoformat(day), book=rules)]

    assert on("2026-06-30") == []
    assert on("2026-07-01") == ["warn"]
    assert on("2027-03-15") == ["warn"]
    assert on("2027-03-16") == ["error"]
    assert on("2027-07-01") == []


def test_a_number_in_the_text_is_compared_with_the_stock(tmp_path: Path) -> None:
    scarce = rule(
        finds=[{"match": ["只剩(?P<n>[\\d一二三四五六七八九十百两]+)(单|箱)"], "holds": "said.n == item.stock"}]
    )
    rules = book(tmp_path, scarce)

    def said(text: str, stock: int | None) -> bool:
        document = Document(lines=(Line("1", {"zh": text}, "A"),), items={"A": ItemFacts("A", stock=stock)})
        return bool(check(document, market="CN", on_date=TODAY, book=rules))

    assert not said("只剩五十单", 50)
    assert not said("只剩50单", 50)
    assert said("只剩五十单", 49)
    assert said("只剩五十单", None)
    assert ids(check("只剩五十单", market="CN", on_date=TODAY, book=rules)) == ["CN-TEST-1"], (
        "nothing told proves nothing"
    )


def test_facts_decide_for_the_item_a_line_is_about(tmp_path: Path) -> None:
    rules = book(
        tmp_path, rule(finds=[{"match": ["俄罗斯进口"], "holds": "item.origin == 'RU' and item.import_record"}])
    )
    items = {
        "RU1": ItemFacts("RU1", origin="RU", declared={"import_record": "样例-1"}),
        "CN1": ItemFacts("CN1", origin="CN"),
    }
    lines = tuple(Line(sku, {"zh": "俄罗斯进口"}, sku) for sku in items)
    found = check(Document(lines=lines, items=items), market="CN", on_date=TODAY, book=rules)
    assert [one.place for one in found] == ["CN1"]


def test_a_disguised_claim_is_not_excused_by_facts(tmp_path: Path) -> None:
    rules = book(tmp_path, rule(finds=[{"match": ["有机"], "holds": "item.papers.organic"}], watch=["有机"]))
    document = Document(
        lines=(Line("1", {"zh": "you机蓝莓"}, "A"),), items={"A": ItemFacts("A", papers={"organic": "1"})}
    )
    assert ids(check(document, market="CN", on_date=TODAY, book=rules)) == ["CN-TEST-1"]


def test_missing_facts_are_named(tmp_path: Path) -> None:
    rules = book(
        tmp_path, fact_rule(need=["item.papers.gacc_registration", "item.price"], shape="^C|^\\d", when="item.food")
    )
    items = {
        "A": ItemFacts("A", food=True), "B": ItemFacts("B", food=False),
        "C": ItemFacts("C", food=True, papers={"gacc_registration": "X1"}, price=100),
        "D": ItemFacts("D", food=True, papers={"gacc_registration": "C1"}, price=100),
    }  # fmt: skip
    found = check(Document(items=items), market="CN", on_date=TODAY, book=rules)
    assert {one.place: one.missing for one in found} == {
        "A": ("item.papers.gacc_registration", "item.price"), "C": ("item.papers.gacc_registration",),
    }  # fmt: skip


def test_what_nobody_has_told_holds_nothing(tmp_path: Path) -> None:
    rules = book(tmp_path, fact_rule(need=[], holds="item.reference <= item.lowest_paid", when="item.reference"))

    def judged(**facts: Any) -> list[str]:
        return ids(check(Document(items={"A": ItemFacts("A", **facts)}), market="CN", on_date=TODAY, book=rules))

    assert judged(reference=900, lowest_paid=900) == []
    assert judged(reference=901, lowest_paid=900) == ["CN-TEST-1"]
    assert judged(reference=901) == ["CN-TEST-1"]
    assert judged() == []


def test_a_rule_for_the_audience_is_asked_where_its_language_is_spoken(tmp_path: Path) -> None:
    alcohol = fact_rule(id="RU-T-2", market="RU", each="show", need=[], holds="not show.alcohol", scope=["show"])
    rules = book(tmp_path, {**alcohol, "audience": True}, {**alcohol, "id": "RU-T-3"})

    def found(market: Any, *languages: str) -> list[str]:
        document = Document(show=ShowFacts(market=market, languages=languages, alcohol=True), scope="show")
        return ids(check(document, market=market, on_date=TODAY, book=rules))

    assert found("CN", "zh") == []
    assert found("CN", "zh", "ru") == ["RU-T-2"]
    assert found("RU", "ru") == ["RU-T-2", "RU-T-3"]


class TestEvidence:
    """Only a record in force, of an accepted kind, about these goods and words, clears a finding."""

    PROOF = Proof(7, "survey", frozenset({"CN-TEST-1"}), frozenset({"A"}), (), date(2026, 1, 1), date(2026, 12, 31))

    @pytest.mark.parametrize(
        ("proof", "day", "clears"),
        [
            (PROOF, "2026-11-25", True),
            (PROOF, "2026-12-31", True),
            (PROOF, "2027-01-01", False),  # expiry reopens it
            (PROOF, "2025-12-31", False),
            (Proof(7, "award", PROOF.rules, PROOF.skus, (), None, None), "2026-11-25", False),
            (Proof(7, "survey", frozenset({"CN-OTHER-1"}), PROOF.skus, (), None, None), "2026-11-25", False),
            (Proof(7, "survey", PROOF.rules, frozenset({"B"}), (), None, None), "2026-11-25", False),
            (Proof(7, "survey", PROOF.rules, frozenset(), ("销量第一",), None, None), "2026-11-25", True),
            (Proof(7, "survey", PROOF.rules, frozenset(), ("品质第一",), None, None), "2026-11-25", False),
        ],
    )
    def test_what_clears(self, tmp_path: Path, proof: Proof, day: str, clears: bool) -> None:
        rules = book(tmp_path, rule(finds=[{"match": ["(销量|品质)第一"]}]))
        document = Document(lines=(Line("1", {"zh": "全省销量第一"}, "A"),), items={"A": ItemFacts("A")})
        (found,) = check(document, market="CN", on_date=date.fromisoformat(day), proofs=[proof], book=rules)
        assert found.open is not clears
        assert found.stops is not clears

    def test_a_claim_proven_in_one_language_must_stand_in_the_other(self, tmp_path: Path) -> None:
        pair = fact_rule(
            id="CN-PAIR-1",
            each="script_line",
            need=[],
            holds="not script_line.alone",
            kind="cross_field",
            severity="warn",
        )
        rules = book(
            tmp_path, pair, rule(finds=[{"match": ["销量第一"]}], claim="superlative"),
            rule(id="RU-T-1", market="RU", claim="superlative", finds=[{"match": ["@supr"]}]),
        )  # fmt: skip
        proof = [self.PROOF, Proof(8, "survey", frozenset({"RU-T-1"}), frozenset({"A"}), (), None, None)]

        def pair_of(zh: str, ru: str) -> dict[str, bool]:
            document = Document(lines=(Line("1", {"zh": zh, "ru": ru}, "A"),), items={"A": ItemFacts("A")})
            return {one.rule: one.open for one in check(document, market="CN", on_date=TODAY, proofs=proof, book=rules)}

        assert pair_of("销量第一", "лучший") == {"CN-TEST-1": False, "RU-T-1": False}
        assert pair_of("销量第一", "мёд") == {"CN-TEST-1": False, "CN-PAIR-1": True}
        assert pair_of("蜂蜜", "мёд") == {}


def test_scopes_of_rules_meet_the_kinds_of_documents(tmp_path: Path) -> None:
    rules = book(tmp_path, rule(scope=["listing"]), rule(id="CN-TEST-2", scope=["script"]))

    def found(scope: Any) -> list[str]:
        document = Document(lines=(Line("1", {"zh": "最好"}),), scope=scope)
        return ids(check(document, market="CN", on_date=TODAY, book=rules))

    assert found("script") == ["CN-TEST-2"]
    assert found("listing") == ["CN-TEST-1"]
    assert found(None) == ["CN-TEST-1", "CN-TEST-2"]


def test_facts_of_orders_are_asked_when_they_are_given(tmp_path: Path) -> None:
    limit = fact_rule(each="order", need=[], holds="order.value <= 500000", scope=["order"])
    rules = book(tmp_path, limit)

    def judged(others: dict[str, dict[str, int]]) -> list[str]:
        return ids(check(Document(others=others), market="CN", on_date=TODAY, book=rules))

    assert judged({"order": {"value": 500000}}) == []
    assert judged({"order": {"value": 500001}}) == ["CN-TEST-1"]
    assert judged({}) == []
