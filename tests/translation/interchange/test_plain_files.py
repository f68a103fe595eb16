"""PO, sheets and dictionaries: how people and other readers see what we write, and how tolerant we are of what they write."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from babel.messages.pofile import read_po, write_po

from service.translation.interchange import Report, read_concepts, read_units
from service.translation.memory.keeping import UnitGiven
from service.translation.terms.concepts import Meaning, Wording
from tests.translation.interchange.exchanging import DATA, concepts_back, written, written_concepts

HONEY = Meaning(
    "honey", "product",
    (
        Wording("zh", "椴树蜜", pinyin="duànshùmì", measures=("瓶", "罐")), Wording("ru", "липовый мёд", card={"gender": "m", "sg": ["липовый мёд"]}),
        Wording("ru", "мёд [липа]", "admitted"), Wording("ru", "медок", "forbidden"), Wording("en", "linden honey"),
    ),
    market="RU", definition_ru="Мёд с цветов липы", note="ярлык: {честный знак}", source="ГОСТ 19792", verified=True, valid_from=date(2026, 3, 1),
)  # fmt: skip


class TestPo:
    UNITS = [
        UnitGiven("购物车", "Корзина", "zh", field="heading", reviewed=True),
        UnitGiven('第一行\n第二行 "引号" \\ \t完', 'Первая\nвторая "кавычки" \\ \tконец', "zh"),
        UnitGiven("购物车", "Тележка", "zh", field="heading", reviewed=True),
    ]

    def test_babel_reads_what_we_write(self) -> None:
        book = read_po(io.BytesIO(written(self.UNITS, "po")))
        assert [(one.id, one.string, one.context, one.fuzzy) for one in book if one.id] == [
            ("购物车", "Корзина", "heading", False), (self.UNITS[1].zh, self.UNITS[1].ru, None, True), ("购物车", "Тележка", "heading#3", False),
        ]  # fmt: skip
        assert str(book.locale) == "ru"

    def test_and_we_read_what_babel_writes_of_it(self) -> None:
        to = io.BytesIO()
        write_po(to, read_po(io.BytesIO(written(self.UNITS, "po"))), width=40)
        assert [(one.zh, one.ru) for one in read_units(to.getvalue(), "a.po")] == [
            (one.zh, one.ru) for one in self.UNITS
        ]

    def test_the_other_direction(self) -> None:
        book = read_po(io.BytesIO(written(self.UNITS, "po", source="ru")))
        assert [one.string for one in book if one.id] == [one.zh for one in self.UNITS]

    def test_octal_and_hexadecimal_escapes_of_c_are_understood(self) -> None:
        po = 'msgid "蜜\\001\\x41\\a"\nmsgstr "мёд\\"\\\\n"\n'
        assert [(one.zh, one.ru) for one in read_units(po.encode(), "a.po")] == [("蜜\x01A\x07", 'мёд"\\n')]

    def test_entries_need_no_empty_line_between_them(self) -> None:
        po = 'msgid "蜜"\nmsgstr "мёд"\nmsgid "茶"\nmsgstr "чай"\n#~ msgid "旧"\n#~ msgstr "старый"\n'
        assert [one.ru for one in read_units(po.encode(), "a.po")] == ["мёд", "чай"]

    def test_a_missing_quotation_mark_is_named_by_its_line(self) -> None:
        report = Report(partial=True)
        po = 'msgid "蜜"\nmsgstr "мёд"\n\nmsgid "茶\nmsgstr "чай"\n'
        assert [one.ru for one in read_units(po.encode(), "a.po", report=report)] == ["мёд"]
        assert [one.line for one in report.faults] == [4]


class TestSheets:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1251"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_headers_in_any_language_and_encoding(self, encoding: str, delimiter: str) -> None:
        headers = ["китайский", "Русский", "Поле"] if encoding == "cp1251" else ["中文", "俄文", "字段"]
        row = ["SKU 蜜" if encoding != "cp1251" else "SKU-12", "Липовый мёд, разнотравье и цветы", "title"]
        content = "\r\n".join(
            delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in line) for line in ([*headers], [*row])
        ).encode(encoding)
        assert [(one.zh, one.ru, one.field) for one in read_units(content, "a.csv")] == [tuple(row)]

    def test_columns_source_and_target_are_told_apart_by_their_signs(self) -> None:
        content = "Источник;Перевод\r\nмёд;蜂蜜\r\n红茶;чёрный чай\r\nhoney;miel\r\nмолоко;\r\n".encode()
        report = Report()
        units = list(read_units(content, "a.csv", report=report))
        assert units == [UnitGiven("蜂蜜", "мёд", "ru"), UnitGiven("红茶", "чёрный чай", "zh")]
        assert report.passed_over == {"other_language": 1, "empty": 1}

    def test_no_cell_is_a_formula(self) -> None:
        unit = UnitGiven("=1+1 蜜", "@мёд", "zh", field="-2", file="+7")
        sheet = openpyxl.load_workbook(io.BytesIO(written([unit], "xlsx"))).active
        assert sheet is not None
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
        for cell in (b"'=1+1", b"'@", b"'-2", b"'+7"):
            assert cell in written([unit], "csv")

    def test_terms_with_a_column_for_each_language(self) -> None:
        tsv = "zh\tru\ten\tdomain\tnote\n直播\tпрямой эфир\tlive stream\tlive\t\n开播\tначать эфир\t\tlive\tв студии\n只有\t\t\tlive\t\n"
        report = Report()
        one, other = read_concepts(tsv.encode(), "terms.tsv", report=report)
        assert [(word.locale, word.text) for word in one.wordings] == [
            ("zh", "直播"),
            ("ru", "прямой эфир"),
            ("en", "live stream"),
        ]
        assert (one.key, one.domain, other.note, report.passed_over) == ("直播", "live", "в студии", {"empty": 1})

    def test_people_may_write_status_and_measure_words_their_way(self) -> None:
        csv = "术语,语言,状态,量词,概念\n椴树蜜,中文,首选,瓶、罐,honey\nмедок,俄语,禁用,,honey\n"
        (one,) = read_concepts(csv.encode(), "a.csv")
        assert [(word.locale, word.status, word.measures) for word in one.wordings] == [
            ("zh", "preferred", ("瓶", "罐")),
            ("ru", "forbidden", ()),
        ]


class TestDictionaries:
    def test_a_card_of_ours_is_readable_by_lingvo(self) -> None:
        file = written_concepts([HONEY], "dsl")
        assert file[:2] == b"\xff\xfe"
        lines = file.decode("utf-16").split("\r\n")
        assert lines[:3] == ['#NAME "AmurLive"', '#INDEX_LANGUAGE "Chinese"', '#CONTENTS_LANGUAGE "Russian"']
        assert lines[4] == "椴树蜜"
        assert lines[6:] == [
            " duànshùmì", " [m1][trn]липовый мёд[/trn][/m]", r" [m1][p]допуст.[/p] [trn]мёд \[липа\][/trn][/m]",
            " [m1][p]запрещ.[/p] [trn]медок[/trn][/m]", " [m2][com]Мёд с цветов липы[/com][/m]",
            r" [m2][com]ярлык: \{честный знак\}[/com][/m]", "",
        ]  # fmt: skip

    def test_and_comes_back_with_all_that_is_not_shown(self) -> None:
        assert concepts_back([HONEY], "dsl") == [HONEY]
        assert concepts_back([HONEY], "dsl", source="ru") == [HONEY]

    def test_what_somebody_changed_in_it_is_believed(self) -> None:
        file = written_concepts([HONEY], "dsl").decode("utf-16").replace("[trn]медок[/trn]", "[trn]медочек[/trn]")
        (one,) = read_concepts(file.encode(), "a.dsl")
        assert [(word.text, word.status) for word in one.of("ru")] == [
            ("липовый мёд", "preferred"), ("мёд [липа]", "admitted"), ("медочек", "candidate"),
        ]  # fmt: skip

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
    def test_the_large_dictionarys_layout_gives_candidates(self, encoding: str) -> None:
        content = (DATA / "bkrs.dsl").read_text(encoding="utf-8").encode(encoding)
        report = Report()
        found = list(read_concepts(content, "bkrs.dsl", report=report))
        said = [
            (one.key, [word.text for word in one.of("zh")], [word.text for word in one.of("ru")], one.note)
            for one in found
        ]
        assert said == [
            ("学习#1", ["学习", "學習"], ["учиться", "обучаться"], "в школе"),
            ("学习#2", ["学习", "學習"], ["перенимать опыт", "брать пример"], "перен."),
            ("椴树蜜#1", ["椴树蜜"], ["липовый мёд"], None),
            ("保质期[食品]#1", ["保质期[食品]"], [], None),
        ]
        assert {word.status for one in found for word in one.wordings} == {"candidate"}
        assert (found[0].wordings[0].pinyin, found[0].source, found[0].verified) == ("xuéxí", "大БКРС (образец)", False)
        assert found[3].definition_ru is not None
        assert report.passed_over == {"no_translation": 1}

    def test_its_examples_are_pairs(self) -> None:
        (one,) = read_units(DATA / "bkrs.dsl", "bkrs.dsl")
        assert (one.zh, one.ru, one.source, one.reviewed) == ("我学习汉语", "я изучаю китайский язык", "zh", False)

    def test_an_ansi_dictionary_names_its_code_page(self) -> None:
        dsl = '#NAME "Словарь"\n#INDEX_LANGUAGE "Russian"\n#CONTENTS_LANGUAGE "English"\n#SOURCE_CODE_PAGE "Cyrillic"\n\nмёд\n\t[m1]honey[/m]\n'
        report = Report()
        assert list(read_concepts(dsl.encode("cp1251"), "a.dsl", report=report)) == []
        assert report.passed_over == {"no_translation": 1}

    def test_from_russian_to_chinese(self) -> None:
        dsl = (
            '#INDEX_LANGUAGE "Russian"\n#CONTENTS_LANGUAGE "Chinese"\n\nпрямой эфир\n\t[m1][trn]直播；实况[/trn][/m]\n'
        )
        (one,) = read_concepts(dsl.encode(), "a.dsl")
        assert [(word.locale, word.text) for word in one.wordings] == [
            ("ru", "прямой эфир"),
            ("zh", "直播"),
            ("zh", "实况"),
        ]

    def test_optional_and_unsorted_parts_of_a_headword(self) -> None:
        dsl = '#INDEX_LANGUAGE "Russian"\n#CONTENTS_LANGUAGE "Chinese"\nмёд(ок) {[i]липовый[/i]}\\(л\\)\n 蜜\n'
        (one,) = read_concepts(dsl.encode(), "a.dsl")
        assert [word.text for word in one.of("ru")] == ["мёдок (л)", "мёд (л)"]

    def test_a_body_without_headword_an_open_comment_and_another_file_are_told_by_line(self) -> None:
        report = Report(partial=True)
        dsl = '#INDEX_LANGUAGE "Chinese"\n#INCLUDE "two.dsl"\n мёд\n蜜\n мёд\n茶 {{ забыто\n чай\n'
        assert len(list(read_concepts(dsl.encode(), "a.dsl", report=report))) == 1
        assert [one.line for one in report.faults] == [2, 3, 6]
