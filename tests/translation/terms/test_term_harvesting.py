"""Words that pairs translate alike again and again are proposed; what is known, and what stands together by chance, is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from service.database import Database
from service.translation.models import MemoryUnit
from service.translation.terms.concepts import Meaning
from service.translation.terms.harvesting import harvest, memory_pairs
from service.translation.terms.matching import TermSet

PAIRS = [
    ("杏仁饼干很香", "Печенье с миндалём ароматное"),
    ("加一把杏仁", "Добавьте горсть миндаля"),
    ("杏仁切碎", "Миндаль порубите"),
    ("烤箱预热到180度", "Разогрейте духовку до 180 градусов"),
    ("放进烤箱烤20分钟", "Поставьте в духовку на 20 минут"),
    ("烤箱温度不要太高", "Температура духовки не должна быть высокой"),
    ("从烤箱取出杏仁", "Достаньте миндаль из духовки"),
    ("今天天气很好", "Сегодня хорошая погода"),
    ("明天再来", "Приходите завтра"),
    ("蜂蜜要保存好", "Храните мёд правильно"),
]


def test_words_that_go_together_are_proposed(terms: TermSet) -> None:
    found = {one.zh: one for one in harvest(PAIRS, terms)}
    assert set(found) == {"杏仁", "烤箱"}
    almond = found["杏仁"]
    assert (almond.together, almond.zh_pairs, almond.ru_pairs, almond.dice) == (4, 4, 4, 1.0)
    assert almond.ru == "миндаль"
    assert almond.likelihood > 10
    assert PAIRS[0] in almond.examples


def test_known_terms_are_left_out(make: Callable[..., Meaning]) -> None:
    known = TermSet([make("almond", zh="杏仁", ru="миндаль"), make("oven", zh="烤箱", ru="духовка")])
    assert harvest(PAIRS, known) == []


def test_rare_words_are_left_out(terms: TermSet) -> None:
    assert harvest(PAIRS, terms, least=5) == []
    assert harvest(PAIRS[:2] * 9, terms) == [], "the same pair again is no evidence"


def test_whole_words_are_proposed_rather_than_their_parts(terms: TermSet) -> None:
    pairs = [
        (f"{number}{'包袋份盒'[number % 4]}开心果仁", f"Очищенные фисташки, пакетов: {number}")
        for number in range(100, 140)
    ]
    pairs += [(f"第{number}天", f"День {number}") for number in range(40)]
    assert [(one.zh, one.ru) for one in harvest(pairs, terms)] == [("开心果仁", "очищенные фисташки")]


def test_pairs_come_from_the_reviewed_memory(blank: Database, terms: TermSet) -> None:
    with blank.writing() as session:
        for number, (zh, ru) in enumerate(PAIRS):
            session.add(
                MemoryUnit(
                    source="zh", zh=zh, ru=ru, zh_exact=number, ru_exact=number, zh_skeleton=number, ru_skeleton=number, origin="authored",
                    reviewed=number != 2, person="a test", retired_at=datetime(2026, 1, 1, tzinfo=UTC) if number == 7 else None,
                )
            )  # fmt: skip
    with blank.reading() as session:
        pairs = list(memory_pairs(session))
    assert sorted(pairs) == sorted(PAIRS[:2] + PAIRS[3:7] + PAIRS[8:])
    assert [one.zh for one in harvest(pairs, terms)] == ["烤箱", "杏仁"]


@given(st.lists(st.tuples(st.text("杏仁饼干的好吃", max_size=8), st.text("миндаль хлеб.", max_size=20)), max_size=12))
def test_counts_never_exceed_the_pairs(terms: TermSet, pairs: list[tuple[str, str]]) -> None:
    for one in harvest(pairs, terms, least=1, dice=0.1):
        assert 1 <= one.together <= min(one.zh_pairs, one.ru_pairs) <= len(pairs)
        assert 0 < one.dice <= 1
