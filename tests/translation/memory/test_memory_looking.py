from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from service.database import Database
from service.i18n import Message
from service.translation.memory.keeping import UnitGiven
from service.translation.memory.looking import concordance, exact, look_many
from service.translation.memory.matches import Context
from service.translation.memory.normal import normal
from tests.translation.memory.remembering import BREAD, HONEY, found, kept, pair


def test_the_same_place_comes_before_the_same_words_before_other_numbers_before_likeness(blank: Database) -> None:
    kept(
        blank,
        pair(*HONEY, family="honey", field="name", channel="douyin"),
        pair(HONEY[0], "Мёд липовый, 500 г", field="title"),
    )
    here = Context("honey", "name", "douyin")
    assert [(match.kind, match.score) for match in found(blank, HONEY[0], context=here)] == [
        ("context", 101),
        ("exact", 100),
    ]
    assert [match.score for match in found(blank, HONEY[0])] == [100, 100]
    refilled = found(blank, "椴树蜜净含量250克")
    assert [(match.kind, match.score) for match in refilled] == [("numbers", 99), ("numbers", 99)]
    assert {match.text for match in refilled} == {"Липовый мёд, масса нетто 250 г", "Мёд липовый, 250 г"}
    assert {match.kept for match in refilled} == {HONEY[1], "Мёд липовый, 500 г"}
    (like, *_) = found(blank, "荞麦蜜净含量500克")
    assert (like.kind, like.text) == ("fuzzy", like.kept)
    assert 60 <= like.score < 99


def test_neighbouring_sentences_make_the_place_too(blank: Database) -> None:
    kept(
        blank,
        pair("好吃。", "Вкусно.", before="黑列巴。", after="请密封。"),
        pair("好吃。", "Объедение.", before="列巴。", after="趁热。"),
    )
    between = Context().between("列巴。", "趁热。", "zh")
    assert [(match.score, match.text) for match in found(blank, "好吃。", context=between)] == [
        (101, "Объедение."),
        (100, "Вкусно."),
    ]


def test_of_two_texts_with_the_same_normal_form_the_one_written_to_the_letter_comes_first(blank: Database) -> None:
    kept(blank, pair("我们都吃了", "Мы всё съели"), pair("大家都吃了", "Мы все съели"))
    assert [match.text for match in found(blank, "Мы всё съели", "ru")] == ["我们都吃了", "大家都吃了"]
    assert [match.text for match in found(blank, "Мы все съели", "ru")] == ["大家都吃了", "我们都吃了"]


def test_both_directions_use_the_same_units(blank: Database) -> None:
    kept(blank, pair(*HONEY), pair(*BREAD, source="ru"))
    assert found(blank, "Липовый мед, масса нетто 1,5 кг", "ru")[0].text == "椴树蜜净含量1.5千克"
    (like, *_) = found(blank, "Чёрный хлеб хорош к борщу, нарезанный держите закрытым.", "ru")
    assert (like.kind, like.text) == ("fuzzy", BREAD[0])


def test_inflected_russian_words_are_alike(blank: Database) -> None:
    kept(blank, pair("蜂蜜礼盒", "Подарочная коробка с мёдом"), pair("列巴礼盒", "Подарочный короб с хлебом"))
    assert found(blank, "Подарочные коробки с мёдом", "ru")[0].text == "蜂蜜礼盒"


@pytest.mark.parametrize(
    ("unit", "points"),
    [
        (pair(*BREAD, reviewed=False), {"unreviewed": 15}),
        (pair(*BREAD, reviewed=False, origin="machine"), {"unreviewed": 15, "machine": 20}),
        (pair(*BREAD, origin="machine"), {}),
    ],
)
def test_what_nobody_has_reviewed_is_worth_less_and_says_so(
    blank: Database, unit: UnitGiven, points: dict[str, int]
) -> None:
    kept(blank, unit)
    (match,) = found(blank, BREAD[0])
    assert (match.score, {why.key: why.points for why in match.why}) == (100 - sum(points.values()), points)


def test_a_similar_text_of_another_channel_or_with_other_numbers_is_worth_less(blank: Database) -> None:
    kept(blank, pair(*BREAD, channel="ozon"))
    near = "黑列巴适合配汤，切片后密封保存。"
    plain, elsewhere = found(blank, near)[0], found(blank, near, context=Context(channel="douyin"))[0]
    assert plain.score - elsewhere.score == 10
    assert [why.key for why in elsewhere.why] == ["channel"]
    priced = found(blank, "黑列巴适合配汤，29元，切片后请密封保存。")[0]
    assert [(why.key, why.points) for why in priced.why] == [("numbers", 8)]


def test_where_numbers_cannot_be_carried_over_the_match_is_only_similar_and_says_why(blank: Database) -> None:
    kept(blank, pair("礼盒里有5个工匠摆件", "В наборе 5 умельцев из дерева"))
    (match,) = found(blank, "礼盒里有3个工匠摆件")
    assert (match.kind, match.text, match.sure) == ("fuzzy", "В наборе 5 умельцев из дерева", False)
    assert [why.key for why in match.why] == ["form"]
    assert "форм" in match.why[0].message().say("ru")
    assert isinstance(match.why[0].message(), Message)


def test_nothing_below_sixty_is_told(blank: Database) -> None:
    kept(blank, pair(*BREAD))
    assert found(blank, "今晚八点直播间见") == []
    assert found(blank, "") == found(blank, " 。", "ru") == []


def test_a_hundred_means_the_same_words(blank: Database) -> None:
    kept(blank, pair("面积10 м²", "Площадь 10 м²"), pair("重1.5千克", "Вес 1,5 кг"))
    for text in ("面积10 м2", "重15千克", "重1,5千克"):
        assert all(match.score < 100 for match in found(blank, text))


@given(st.text(st.sampled_from("一二三克0123456789.,瓶 ²½«\"ё"), min_size=1, max_size=12), st.text(st.sampled_from("一二三克0123456789.,瓶 ²½«\"ё"), min_size=1, max_size=12))  # fmt: skip
def test_there_is_no_false_hundred(sqlite_memory: Database, kept_text: str, asked: str) -> None:
    with sqlite_memory.writing() as session:
        from service.translation.memory.keeping import import_units

        import_units(session, [pair(kept_text, "что-то")])
        for match in exact(session, asked, source="zh", target="ru"):
            assert normal(match.source_text, "zh") == normal(asked, "zh")
        session.rollback()


@pytest.fixture
def sqlite_memory(sqlite_server: object) -> Database:
    from service.people.operating import acting

    return acting(Database(sqlite_server.create("blank")))  # type: ignore[attr-defined]


def test_many_texts_at_once_get_the_same_answers(blank: Database) -> None:
    kept(
        blank,
        pair(*HONEY),
        pair(*BREAD),
        *(pair(f"第{number}款列巴很好吃", f"Хлеб номер {number} очень вкусный") for number in range(40)),
    )
    texts = [
        HONEY[0],
        "椴树蜜净含量250克",
        "黑列巴适合配汤，切片后密封保存。",
        "第7款列巴很好吃",
        HONEY[0],
        "没有这样的",
    ]
    with blank.reading() as session:
        together = look_many(session, [(text, None) for text in texts], source="zh", target="ru")
    assert together == [found(blank, text) for text in texts]


def test_concordance_shows_who_said_a_word(blank: Database) -> None:
    kept(blank, pair(*HONEY), pair(*BREAD), pair("荞麦蜜", "Гречишный мёд"), pair("蜂蜜水", "Медовая вода"))

    def said(phrase: str, language: str) -> list[str]:
        with blank.reading() as session:
            return [unit.ru for unit in concordance(session, phrase, language=language)]

    assert said("蜜", "zh") == ["Медовая вода", "Гречишный мёд", HONEY[1]]
    assert said("净含量", "zh") == [HONEY[1]]
    assert said("мёд", "ru") == said("мед", "ru") == ["Медовая вода", "Гречишный мёд", HONEY[1]]
    assert said("ХЛЕБ ХОРОШ", "ru") == [BREAD[1]]
    assert said("квас", "ru") == []


def test_units_are_read_by_their_ids_and_never_all_of_them(sqlite_memory: Database) -> None:
    """With ids in the statement SQLite reads every unit of the organisation: 180 ms a look with a million of them."""
    kept(sqlite_memory, *(pair(f"第{number}款列巴很好吃", f"Хлеб номер {number}") for number in range(300)))
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(sqlite_memory.engine, "before_cursor_execute", note)
    found(sqlite_memory, "第7款列巴真好吃")
    event.remove(sqlite_memory.engine, "before_cursor_execute", note)
    with sqlite_memory.reading() as session:
        plans = [
            str(session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
            for statement, parameters in asked if "FROM memory_unit" in statement
        ]  # fmt: skip
    assert len(plans) >= 3
    assert all("PRIMARY KEY" in plan or "_exact=?" in plan or "_skeleton=?" in plan for plan in plans)
