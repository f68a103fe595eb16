"""What a model of one's own is learnt from, and what is kept back to measure it with."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.database import Database
from service.translation.checks.pair import Name
from service.translation.learning.data import (
    Example,
    Gathered,
    Split,
    data_digest,
    demand_enough,
    examples_of,
    gather,
    split,
)
from service.translation.learning.refusing import TooFewPairs
from service.translation.learning.varying import varied
from service.translation.memory.keeping import UnitGiven, import_units, page, retire
from service.translation.memory.normal import mask, normal


def learnt(*pairs: tuple[str, str], names: Mapping[str, str] | None = None) -> Gathered:
    return examples_of(pairs, source="zh", target="ru", names=names or {})


def test_texts_are_learnt_sentence_by_sentence_as_the_engine_asks_them() -> None:
    found = learnt(("欢迎来到直播间！谢谢大家。", "Добро пожаловать! Спасибо всем."))
    assert [(one.source, one.target) for one in found.examples] == [
        ("欢迎来到直播间！", "Добро пожаловать!"), ("谢谢大家。", "Спасибо всем."),
    ]  # fmt: skip


def test_texts_whose_sentences_do_not_answer_one_by_one_are_passed_over() -> None:
    found = learnt(("欢迎来到直播间！谢谢大家。", "Добро пожаловать и спасибо всем."))
    assert found == Gathered((), {"uneven": 1})


def test_a_pair_counts_once_however_its_quotes_and_spaces_are_written() -> None:
    found = learnt(("蜂蜜", "мёд"), ("蜂蜜", "мед"), ("“蜂蜜”", "«мёд»"), ('"蜂蜜"', '"мёд"'))
    assert len(found.examples) == 2
    assert found.passed_over == {"twice": 2}


def test_what_is_no_language_is_not_learnt() -> None:
    assert learnt(("500", "500"), ("SKU-7", "SKU-7"), ("蜂" * 401, "мёд")).passed_over == {"same": 2, "uneven": 1}


def test_names_of_brands_are_shown_as_the_engine_shows_them() -> None:
    (one,) = learnt(("极境寒养蜂蜜", "Мёд «Цзицзин»"), names={"极境寒养": "«Цзицзин»"}).examples
    assert one.shown == (("Velmar蜂蜜", "Мёд Velmar"),)
    assert one.target == "Мёд «Цзицзин»"


def test_a_pair_without_the_name_of_its_source_would_teach_to_lose_names() -> None:
    assert learnt(("极境寒养蜂蜜", "Мёд"), names={"极境寒养": "«Цзицзин»"}).passed_over == {"name": 1}


def test_numbers_are_copied_as_the_source_writes_them() -> None:
    (one,) = learnt(("价格1,299.5元", "Цена 1\u00a0299,5 юаня")).examples
    assert one.shown == (("价格1,299.5元", "Цена 1,299.5 юаня"),)
    (other,) = learnt(("1.2万人", "12 тыс. человек")).examples
    assert other.shown == (("1.2万人", "12 тыс. человек"),)


def test_addresses_and_emoji_are_no_words_to_learn() -> None:
    (one,) = learnt(("蜂蜜🎁今天", "Мёд🎁Сегодня")).examples
    assert one.shown == (("蜂蜜", "Мёд"), ("今天", "Сегодня"))
    assert learnt(("蜂蜜🎁今天", "Мёд сегодня")).passed_over == {"name": 1}


def test_only_reviewed_pairs_in_use_of_the_own_organisation_are_learnt(blank: Database) -> None:
    def pair(zh: str, ru: str, **more: bool) -> UnitGiven:
        return UnitGiven(zh, ru, "zh", **{"reviewed": True} | more)

    with blank.writing() as session:
        import_units(session, [pair("蜂蜜", "мёд"), pair("红茶", "чай", reviewed=False), pair("大米", "рис")])
        gone = next(one.id for one in page(session) if one.zh == "大米")
        retire(session, [gone])
    with blank.reading() as session:
        assert [one.target for one in gather(session, source="zh", target="ru").examples] == ["мёд"]
        assert [one.target for one in gather(session, source="ru", target="zh", names=[Name("极境", "Цз")]).examples] == ["蜂蜜"]  # fmt: skip


zh_texts = st.lists(
    st.sampled_from(["蜂蜜", "红茶", "净含量", "500克", "3瓶", "，", "12个月", "好"]), min_size=1, max_size=4
).map("".join)
ru_texts = st.lists(st.sampled_from(["мёд", "чай", "500 г", "3 бутылки", "нетто", "12 месяцев", "ёж"]), min_size=1, max_size=4).map(" ".join)  # fmt: skip
some_pairs = st.lists(st.tuples(zh_texts, ru_texts), max_size=60)


def sides(part: list[Example]) -> set[tuple[str, str]]:
    """Normal forms and skeletons of all texts, with their language."""
    return {
        (language, form)
        for one in part
        for language, text in (("zh", one.source), ("ru", one.target))
        for form in (normal(text, language), mask(text, language).skeleton)
    }


@settings(max_examples=60)
@given(some_pairs)
def test_no_text_and_no_text_with_other_numbers_stands_on_two_sides(pairs: list[tuple[str, str]]) -> None:
    known = learnt(*pairs).examples
    parts = split(known, source="zh", target="ru")
    assert sorted(map(repr, known)) == sorted(map(repr, [*parts.learn, *parts.watch, *parts.held]))
    for one, other in ((parts.learn, parts.held), (parts.learn, parts.watch), (parts.watch, parts.held)):
        assert sides(one).isdisjoint(sides(other))


def test_the_order_of_the_memory_does_not_change_the_split(examples: tuple[Example, ...]) -> None:
    one, other = (split(some, source="zh", target="ru") for some in (examples, examples[::-1]))
    assert set(one.held) == set(other.held)
    assert data_digest(one) == data_digest(other)


def test_a_learnt_sentence_is_never_asked_as_the_memory_grows(examples: tuple[Example, ...]) -> None:
    before = split(examples[: len(examples) // 2], source="zh", target="ru")
    after = split(examples, source="zh", target="ru")
    groups = sides(before.learn)
    assert sides(after.held).isdisjoint(groups)


def test_about_a_tenth_is_kept_back(examples: tuple[Example, ...]) -> None:
    parts = split(examples, source="zh", target="ru")
    assert 0.05 < len(parts.held) / len(examples) < 0.2
    assert 0.02 < len(parts.watch) / len(examples) < 0.1


def test_too_few_pairs_are_told_with_a_remedy(examples: tuple[Example, ...]) -> None:
    demand_enough(split(examples, source="zh", target="ru"))
    with pytest.raises(TooFewPairs) as refused:
        demand_enough(split(examples[:100], source="zh", target="ru"))
    assert "500" in refused.value.say("en")
    assert "memory import" in refused.value.say("ru")
    with pytest.raises(TooFewPairs):
        demand_enough(Split())


def test_the_digest_of_the_data_changes_with_any_text(examples: tuple[Example, ...]) -> None:
    whole = split(examples, source="zh", target="ru")
    less = Split(whole.learn[1:], whole.watch, whole.held)
    assert data_digest(whole) != data_digest(less)


def test_other_numbers_come_with_the_right_forms_of_words() -> None:
    known = learnt(*((f"仓库里还有{n}瓶格瓦斯。", f"На складе ещё {n} {word} кваса.") for n, word in ((1, "бутылка"), (2, "бутылки"), (7, "бутылок"))))  # fmt: skip
    made = list(varied(known.examples, source="zh", target="ru", names={}, times=5))
    assert len(made) > 8
    for one in made:
        number = int("".join(filter(str.isdigit, one.source)))
        last = number % 100
        form = (
            "бутылок"
            if 11 <= last <= 14 or last % 10 in (0, 5, 6, 7, 8, 9)
            else "бутылка"
            if last % 10 == 1
            else "бутылки"
        )
        assert one.target == f"На складе ещё {number} {form} кваса."


def test_dates_item_numbers_and_fractions_are_not_varied() -> None:
    known = learnt(
        ("货号AB-12。", "Артикул AB-12."), ("1.5升", "1,5 л"), ("2026-11-25", "25.11.2026"), ("谢谢。", "Спасибо.")
    )
    assert list(varied(known.examples, source="zh", target="ru", names={})) == []


def test_a_date_stays_as_the_target_writes_it() -> None:
    (one,) = learnt(("生产日期2026-11-25", "Дата изготовления 25.11.2026")).examples
    assert one.shown == (("生产日期2026-11-25", "Дата изготовления 25.11.2026"),)
