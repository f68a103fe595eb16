"""Files other programs write, with their habits and mistakes (data/README.md says how each was made)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.translation.interchange import Report, read_concepts, read_units
from service.translation.memory.keeping import UnitGiven
from service.translation.terms.concepts import Meaning
from tests.translation.interchange.exchanging import DATA, read_whole

SENTENCES = [
    ("俄罗斯椴树蜜，500克", "Липовый мёд из России, 500 г"),
    ("第一行\n第二行", "Первая строка\nВторая строка"),
    ("<b>限时</b>优惠 & 包邮", "<b>Скидка</b> на время & доставка бесплатно"),
    ("  前后有空格  ", "  пробелы по краям  "),
]


def concepts(name: str) -> tuple[list[Meaning], Report]:
    report = Report()
    return list(read_concepts(DATA / name, name, report=report)), report


def said(meaning: Meaning) -> list[tuple[str, str, str]]:
    return [(word.locale, word.text, word.status) for word in meaning.wordings]


@pytest.mark.parametrize("name", ["toolkit.tmx", "toolkit.xlf", "toolkit2.xlf", "toolkit.po"])
def test_translate_toolkits_memories_are_read_though_they_call_every_source_english(name: str) -> None:
    units, report = read_whole(name)
    assert [(one.zh, one.ru) for one in units] == SENTENCES
    assert {one.source for one in units} == {"zh"}
    assert report.passed_over == {"empty": 1}


def test_approved_units_of_xliff_count_as_reviewed_and_those_that_need_work_do_not() -> None:
    units, _ = read_whole("toolkit.xlf")
    assert [one.reviewed for one in units] == [True, False, True, True]


def test_translate_toolkits_terms_said_to_be_english_are_known_by_their_signs() -> None:
    found, report = concepts("toolkit.tbx")
    assert next(said(one) for one in found) == [("zh", "椴树蜜", "preferred"), ("ru", "липовый мёд", "preferred")]
    assert (len(found), report.mended) == (3, 3)


def test_omegats_project_memory_gives_authors_times_and_neighbours() -> None:
    units, _ = read_whole("project_save.tmx")
    assert units == [
        UnitGiven(
            "每日现捞，当天发货。", "Свежий улов каждый день, отправка в тот же день.", "zh", reviewer="Ольга",
            at=datetime(2026, 11, 20, 9, 15, tzinfo=UTC),
        ),
        UnitGiven(
            "不添加防腐剂。", "Без консервантов.", "zh", reviewer="Ольга", file="fish/smoked.docx",
            at=datetime(2026, 11, 21, 10, 11, 12, tzinfo=UTC), before="冷熏工艺。", after="开袋即食。",
        ),
    ]  # fmt: skip


class TestWeblate:
    def test_the_context_is_the_field(self) -> None:
        (first, *_), _ = read_whole("weblate.po")
        assert (first.zh, first.ru, first.field, first.file) == (
            "购物车",
            "Корзина",
            "heading",
            "web/templates/shop.html:12",
        )

    def test_a_fuzzy_text_belongs_to_the_previous_source(self) -> None:
        units, _ = read_whole("weblate.po")
        assert ("满{sum}元包邮", "Бесплатная доставка от {sum} юаней") in [(one.zh, one.ru) for one in units]
        assert not any(one.reviewed for one in units)

    def test_of_plurals_the_first_and_the_last_form_are_pairs(self) -> None:
        units, _ = read_whole("weblate.po")
        counted = [(one.zh, one.ru) for one in units if "{count}" in one.zh]
        assert counted == [("{count} 件商品", "{count} товар"), ("共 {count} 件商品", "{count} товаров")]

    def test_what_is_struck_out_or_untranslated_is_counted(self) -> None:
        _, report = read_whole("weblate.po")
        assert report.passed_over == {"obsolete": 1, "empty": 1}


class TestCodesInTexts:
    def test_sentences_are_cut_by_the_marks_both_sides_have(self) -> None:
        units, _ = read_whole("trados.sdlxliff")
        assert [(one.zh, one.ru, one.reviewed) for one in units] == [
            ("<g3>冷熏</g3>工艺<x4/>。", "<g3>Холодное копчение</g3><x4/>.", True), ("开袋即食。", "Можно есть сразу.", True),
            ("净重{weight}", "Вес нетто {weight}", False),
        ]  # fmt: skip

    def test_the_documents_own_codes_come_back_where_the_file_carries_them(self) -> None:
        units, _ = read_whole("cat2.xlf")
        assert [(one.zh, one.ru, one.source, one.reviewed) for one in units] == [
            ("<b>蜂蜜</b>仅需{price}。", "<b>Мёд</b> всего за {price}.", "ru", True),
            ("<b>椴树</b>\x07香味", "<b>Вкус</b>\x07 липы", "ru", False),
        ]

    def test_or_the_text_alone_is_taken(self) -> None:
        units, _ = read_whole("trados.sdlxliff", inline="dropped")
        assert [one.zh for one in units] == ["冷熏工艺。", "开袋即食。", "净重"]

    def test_tmx_codes_of_every_kind(self) -> None:
        seg = (
            '<bpt i="1">&lt;b></bpt>蜜<ept i="1">&lt;/b></ept><ph x="2">{n}</ph><it pos="begin">[</it><hi>好</hi>'
            '<ph><sub>注</sub></ph><ut>%s</ut><x1/><bpt i="3"/>红<ept i="3"/>'
        )
        tmx = f'<tmx><body><tu><tuv xml:lang="zh"><seg>{seg}</seg></tuv><tuv xml:lang="ru"><seg>я</seg></tuv></tu></body></tmx>'
        (kept,) = read_units(tmx.encode(), "a.tmx")
        (dropped,) = read_units(tmx.encode(), "a.tmx", report=Report(inline="dropped"))
        assert (kept.zh, dropped.zh) == ("<b>蜜</b>{n}[好注%s<g3>红</g3>", "蜜好红")


class TestTermBases:
    def test_version_3_in_dca_style(self) -> None:
        (one,), report = concepts("basic_dca.tbx")
        assert (one.domain, one.definition_zh) == ("storage", "商品可以保存的期限")
        assert said(one) == [
            ("zh", "保质期", "preferred"),
            ("zh", "保存期", "deprecated"),
            ("ru", "срок годности", "preferred"),
        ]
        assert (one.wordings[1].note, report.passed_over) == ("旧标准用语", {"traditional": 1})

    def test_the_older_martif_form(self) -> None:
        (one,), _ = concepts("martif.tbx")
        assert said(one) == [
            ("zh", "直播", "preferred"),
            ("ru", "прямой эфир", "preferred"),
            ("ru", "стрим", "forbidden"),
        ]
        assert (one.domain, one.note) == ("live", "видеоторговля")

    def test_the_style_of_the_standards_own_example(self) -> None:
        file = """<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2" xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic">
          <text><body><conceptEntry id="c1"><min:subjectField>live</min:subjectField>
          <langSec xml:lang="zh-CN"><termSec><term>开播</term><min:administrativeStatus>admittedTerm-admn-sts</min:administrativeStatus></termSec></langSec>
          <langSec xml:lang="ru"><termSec><term>начать
            эфир</term></termSec></langSec></conceptEntry></body></text></tbx>"""
        (one,) = read_concepts(file.encode(), "a.tbx")
        assert said(one) == [("zh", "开播", "admitted"), ("ru", "начать эфир", "preferred")]


class TestLanguages:
    @pytest.mark.parametrize(
        "tags", [("zh-CN", "ru-RU"), ("zh_CN", "ru_RU"), ("zh-Hans", "ru"), ("ZH", "RUS"), ("cmn-Hans-CN", "Russian")]
    )
    def test_are_known_by_any_of_their_names(self, tags: tuple[str, str]) -> None:
        tmx = f'<tmx><header srclang="{tags[1]}"/><body><tu><tuv xml:lang="{tags[0]}"><seg>蜜</seg></tuv><tuv lang="{tags[1]}"><seg>мёд</seg></tuv></tu></body></tmx>'
        assert list(read_units(tmx.encode(), "a.tmx")) == [UnitGiven("蜜", "мёд", "ru")]

    def test_traditional_characters_and_other_languages_are_passed_over_and_counted(self) -> None:
        tu = '<tu><tuv xml:lang="{}"><seg>蜜</seg></tuv><tuv xml:lang="{}"><seg>мёд</seg></tuv></tu>'
        tmx = f"<tmx><body>{tu.format('zh-TW', 'ru')}{tu.format('ja', 'de')}{tu.format('zh', 'ru')}</body></tmx>"
        report = Report()
        assert len(list(read_units(tmx.encode(), "a.tmx", report=report))) == 1
        assert report.passed_over == {"traditional": 1, "other_language": 2}

    def test_a_header_that_names_another_source_is_not_believed(self) -> None:
        tmx = '<tmx><header srclang="en-US"/><body><tu><tuv xml:lang="ru"><seg>мёд</seg></tuv><tuv xml:lang="zh"><seg>蜜</seg></tuv></tu></body></tmx>'
        assert [one.source for one in read_units(tmx.encode(), "a.tmx")] == ["ru"]

    def test_every_variant_of_a_text_is_a_pair(self) -> None:
        tmx = '<tmx><body><tu><tuv xml:lang="zh"><seg>蜜</seg></tuv><tuv xml:lang="ru"><seg>мёд</seg></tuv><tuv xml:lang="ru"><seg>медок</seg></tuv></tu></body></tmx>'
        assert [one.ru for one in read_units(tmx.encode(), "a.tmx")] == ["мёд", "медок"]
