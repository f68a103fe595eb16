"""Lengths, sentences lost and doubled, and the state of a pair."""

from __future__ import annotations

import pytest

from service.translation.checks import Fact, Limit, digest, facts_digest
from tests.translation.checks.judging import found, seen


@pytest.mark.parametrize(
    ("ru", "limit", "marked"),
    [
        ("Мёд липовый", Limit(4), "липовый"), ("Мёд липовый", Limit(10, "bytes"), "иповый"[-6:]), ("Мёд 🍯🍯", Limit(6, "utf16"), "🍯"), ("Мёд липовый", Limit(5, "width"), "иповый"),
    ],
)  # fmt: skip
def test_longer_than_the_channel_takes(ru: str, limit: Limit, marked: str) -> None:
    (finding,) = found("len.max", "椴树蜜", ru, field="name", limits={"name": limit})
    assert finding.level == "block"
    assert ru[finding.start : finding.end].endswith(marked)


@pytest.mark.parametrize("limit", [Limit(11), Limit(21, "bytes"), Limit(11, "width"), Limit(11, "utf16")])
def test_what_fits_exactly(limit: Limit) -> None:
    assert found("len.max", "椴树蜜", "Мёд липовый", field="name", limits={"name": limit}) == []


def test_limits_are_those_of_the_field_and_the_side() -> None:
    assert found("len.max", "椴树蜜", "Мёд", field="other", limits={"name": Limit(1)}) == []
    assert seen("len.max", "椴树蜜", "Мёд", field="name", limits={"name": Limit(4, "width", side="zh")}) == ["蜜"]
    assert seen("len.max", "椴树蜜", "Мёд", source="ru", field="name", limits={"name": Limit(2)}) == ["蜜"]


LONG_ZH = (
    "北安的黑土地，夏天昼热夜凉，玉米灌浆慢。糯玉米赶在嫩的时候掰下来，蒸熟、抽真空，冬天撕开一袋，还是夏天园子里那口。"
)
LONG_RU = "В Бэйане на чёрной земле летом днём жарко, а ночи прохладные, и кукуруза наливается не спеша. Початки собирают молодыми, готовят на пару и закрывают в вакуум."


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        (LONG_ZH, "Кукуруза из Бэйаня."),
        ("好玉米，又甜又糯，大家都喜欢。", LONG_RU),
        (LONG_ZH, LONG_ZH),
        ("", "Текст"),
        ("黑木耳", ""),
    ],
)
def test_far_too_short_or_long(zh: str, ru: str) -> None:
    assert found("len.ratio", zh, ru)


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        (LONG_ZH, LONG_RU),
        ("黑木耳", "Чёрные древесные грибы"),
        ("好", "Хорошо"),
        ("", ""),
        ("使用USB-C接口HDMI 2.1", "Разъёмы USB-C и HDMI 2.1"),
    ],
)
def test_usual_proportions(zh: str, ru: str) -> None:
    assert found("len.ratio", zh, ru) == []


FIRST, SECOND, THIRD = (
    "这款蜂蜜产自阿尔泰山区，颜色浅，香气足。",
    "每瓶净含量500克，玻璃瓶装，运输时加了防震箱。",
    "开盖后放在阴凉的地方，别用湿勺子舀。",
)
ERSTE = "Этот мёд собран в горах Алтая, он светлый и душистый."
ZWEITE = "В каждой банке 500 г, банки стеклянные и едут в коробках с мягкой прокладкой."
DRITTE = "Открытую банку держите в прохладном месте и не берите мёд мокрой ложкой."


@pytest.mark.parametrize(
    ("ru", "lost"), [(f"{ERSTE} {DRITTE}", SECOND), (f"{ZWEITE} {DRITTE}", FIRST), (f"{ERSTE} {ZWEITE}", THIRD)]
)
def test_a_sentence_the_translation_lost(ru: str, lost: str) -> None:
    assert seen("sentence.lost", FIRST + SECOND + THIRD, ru) == [lost]


@pytest.mark.parametrize(("zh", "extra"), [(FIRST + THIRD, ZWEITE), (SECOND + THIRD, ERSTE), (FIRST + SECOND, DRITTE)])
def test_a_sentence_nobody_wrote(zh: str, extra: str) -> None:
    assert seen("sentence.extra", zh, f"{ERSTE} {ZWEITE} {DRITTE}") == [extra]


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        (FIRST + SECOND + THIRD, f"{ERSTE} {ZWEITE} {DRITTE}"), (FIRST + SECOND + THIRD, f"Этот мёд собран в горах Алтая. Он светлый и душистый. {ZWEITE} {DRITTE}"),
        (FIRST.replace("，颜", "。颜") + SECOND, f"{ERSTE} {ZWEITE}"), ("好吃。", "Вкусно."), ("《广告法》第十七条、第十九条", "Закон о рекламе, ст. 17 и ч. 2 ст. 19"), ("看{{ a }}。再看{{ b }}。", "Вот {{ a }} и {{ b }}."),
    ],
)  # fmt: skip
def test_sentences_that_were_joined_or_cut(zh: str, ru: str) -> None:
    assert found("sentence.lost", zh, ru) + found("sentence.extra", zh, ru) == []


@pytest.mark.parametrize(
    ("ru", "twice"),
    [
        (f"{ERSTE} {ERSTE}", ERSTE),
        (f"{ERSTE} {ZWEITE} {ERSTE}", ERSTE),
        (f"{ERSTE} {ERSTE.replace('душистый', 'душистой')}", "Этот"),
    ],
)
def test_a_sentence_said_twice(ru: str, twice: str) -> None:
    (marked,) = seen("sentence.doubled", FIRST + SECOND, ru)
    assert marked.startswith(twice)


@pytest.mark.parametrize(
    ("zh", "ru"),
    [
        (FIRST + SECOND, f"{ERSTE} {ZWEITE}"),
        ("上车！上车！", "Поехали! Поехали!"),
        (FIRST + FIRST, f"{ERSTE} {ERSTE}"),
        ("500克一瓶。300克一瓶。", "В банке 500 г мёда. В банке 300 г мёда."),
    ],
)
def test_sentences_said_once_or_twice_in_both(zh: str, ru: str) -> None:
    assert found("sentence.doubled", zh, ru) == []


@pytest.mark.parametrize("origin", ["machine", "memory", "terms", "mixed"])
def test_what_nobody_has_reviewed_blocks(origin: str) -> None:
    assert [one.level for one in found("ai.unreviewed", "好", "да", origin=origin, reviewed=False)] == ["block"]
    assert found("ai.unreviewed", "好", "да", origin=origin, reviewed=True) == []


@pytest.mark.parametrize("origin", ["authored", "edited", "imported"])
def test_what_a_person_wrote_needs_no_review(origin: str) -> None:
    assert found("ai.unreviewed", "好", "да", origin=origin, reviewed=False) == []


def test_a_source_that_changed_after_approval() -> None:
    assert found("stale.source", "好吃", "Вкусно", approved_source=digest("好"))
    assert found("stale.source", "好吃", "Очень вкусно", source="ru", approved_source=digest("Вкусно"))
    assert found("stale.source", "好吃 ", "Вкусно", approved_source=digest("好吃"))
    assert found("stale.source", "好吃", "Вкусно", approved_source=digest("好吃")) == []
    assert found("stale.source", "好吃", "Очень вкусно", approved_source=digest("好吃")) == []
    assert found("stale.source", "好吃", "Вкусно") == []


def test_values_that_changed_after_approval() -> None:
    old, new = {"price": Fact("price", 12800, "CNY")}, {"price": Fact("price", 11800, "CNY")}
    assert found("stale.fact", "好", "да", facts=new, approved_facts=facts_digest(old))
    assert found("stale.fact", "好", "да", approved_facts=facts_digest(old))
    assert found("stale.fact", "好", "да", facts={**old, "stock": Fact("stock", 3)}, approved_facts=facts_digest(old))
    assert found("stale.fact", "好", "да", facts=old, approved_facts=facts_digest(old)) == []
    assert found("stale.fact", "好", "да", facts=new) == []
    assert facts_digest({"a": old["price"], "b": new["price"]}) == facts_digest({"b": new["price"], "a": old["price"]})


RU_FORMS = {"one": "{n} банка", "few": "{n} банки", "many": "{n} банок", "other": "{n} банки"}


def test_counted_texts_have_every_form_of_their_language() -> None:
    some = {name: text for name, text in RU_FORMS.items() if name != "few"}
    assert found("plural.missing", "{n}罐", "{n} банок", plurals={"ru": some})
    assert found("plural.missing", "{n}罐", "{n} банок", plurals={"zh": {"one": "{n}罐"}, "ru": RU_FORMS})
    assert found("plural.missing", "{n, plural, other {# 罐}}", "{n, plural, one {# банка} other {# банки}}")
    assert found("plural.missing", "{n}罐", "{n} банок", plurals={"ru": RU_FORMS, "zh": {"other": "{n}罐"}}) == []
    assert (
        found("plural.missing", "{n}罐", "{n, plural, one {# банка} few {# банки} many {# банок} other {# банки}}")
        == []
    )
    assert found("plural.missing", "三罐", "3 банки") == []


def test_one_translation_of_two_sources() -> None:
    def known(source: str | None):  # type: ignore[no-untyped-def]
        return found("reuse.diff_source", "木耳", "Грибы", elsewhere=lambda _: source)

    assert known("蘑菇")
    assert known("香菇")
    assert "蘑菇" in known("蘑菇")[0].message.say("en")
    assert known("木耳") == []
    assert known("木耳 ") == []
    assert known(None) == []
