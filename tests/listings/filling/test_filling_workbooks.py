"""Templates that are workbooks: where the table is found, what is written, and that all else stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from service.listings.channels import channel
from service.listings.filling.filling import fill
from service.listings.filling.report import Report
from service.listings.listing import Answer, Listing, Money, Variant
from tests.listings.filling.templates import (  # fmt: skip
    CHINESE,
    DAY,
    RUSSIAN,
    a_listing,
    a_template,
    a_workbook,
    cells,
    opened,
    parts,
    saved,
    with_parts,
)

HINTS = ["Обязательное поле", "", "Цена продажи", "", "", "", "", "", "", "Каждую ссылку — с новой строки", "", ""]


def filled(template: bytes, *listings: Listing, **more: Any) -> tuple[list[list[Any]], Report]:
    """The sheet after filling, and the report."""
    done = fill(template, "template.xlsx", listings, day=DAY, **more)
    return cells(done.content), done.report


def test_a_listing_stands_below_headers_and_hints() -> None:
    rows, report = filled(a_template([["Основное", *[""] * 11], RUSSIAN, HINTS]), a_listing())
    assert rows[:3] == [["Основное", *[""] * 11], RUSSIAN, HINTS]
    assert rows[3] == [
        "RU-ALENKA-90", "Шоколад «Алёнка», 90 г", 129.5, 22, 95, 80, 12, 165, "https://img.example/1.jpg",
        "https://img.example/2.jpg\nhttps://img.example/3.jpg", "Алёнка", "0460060123456",
    ]  # fmt: skip
    assert (report.sheet, report.header_row, report.first_row, report.rows) == ("Шаблон", 2, 4, 1)
    assert [(one.column, one.field, one.cells) for one in report.filled][:3] == [("A", "code", 1), ("B", "title", 1), ("C", "price", 1)]  # fmt: skip
    assert report.whole


def test_a_chinese_template_is_filled_in_yuan() -> None:
    honey = a_listing("CN-1", title="椴树蜜", languages=("zh",), price=Money(5990, "CNY"), brand="黑河", stock=3)
    rows, _ = filled(a_template([CHINESE]), honey)
    assert rows[1] == ["椴树蜜", "CN-1", 59.9, 3, "https://img.example/1.jpg", "黑河"]


@pytest.mark.parametrize("row", [1, 4, 15])
def test_headers_may_stand_in_the_first_fifteen_rows(row: int) -> None:
    rows, report = filled(a_template([*[["说明"]] * (row - 1), CHINESE]), a_listing(price=Money(100, "CNY")))
    assert (report.header_row, report.first_row) == (row, row + 1)
    assert rows[row][1] == "RU-ALENKA-90"


def test_headers_in_two_rows_one_a_language() -> None:
    russian = ["Название товара", "Артикул*", "Цена, руб.", "Остаток", "Вес в упаковке, г", "Цвет"]
    chinese = ["商品标题", "商家编码", "价格", "库存", "", "颜色"]
    for upper, lower in ((russian, chinese), (chinese, russian)):
        rows, report = filled(a_template([upper, lower]), a_listing())
        assert report.first_row == 3
        assert rows[2][:5] == ["Шоколад «Алёнка», 90 г", "RU-ALENKA-90", 129.5, 7, 95]
        assert [one.required for one in report.left] == [False]


def test_headers_merged_over_two_rows_beside_groups() -> None:
    template = a_template(
        [["Артикул*", "Название", "Габариты", "", ""], ["", "", "Ширина упаковки, мм", "Высота упаковки, мм", "Длина упаковки, мм"]],
        merged=["A1:A2", "B1:B2", "C1:E1"],
    )  # fmt: skip
    rows, report = filled(template, a_listing())
    assert rows[2] == ["RU-ALENKA-90", "Шоколад «Алёнка», 90 г", 80, 12, 165]
    assert report.first_row == 3


def test_a_merged_row_of_hints_is_passed_over() -> None:
    _, report = filled(a_template([CHINESE, ["请按示例填写", *[""] * 5]], merged=["A2:F3"]), a_listing(price=None))
    assert report.first_row == 4


def test_rows_that_hold_something_are_skipped() -> None:
    template = a_template([["Артикул*", "Название"], ["SAMPLE-1", "Пример"], ["", ""], ["", "занято"]])
    rows, report = filled(template, a_listing("A"), a_listing("B"), a_listing("C"))
    assert report.first_row == 5  # hints are looked for three rows deep
    assert [row[0] for row in rows] == ["Артикул*", "SAMPLE-1", "", "", "A", "B", "C"]


def test_prepared_cells_of_other_columns_stay() -> None:
    template = a_template([["№", "Артикул*", "Название", "Сумма"], *([at, "", "", f"=B{at}"] for at in range(2, 5))])
    done = fill(template, "t.xlsx", [a_listing("A"), a_listing("B")], day=DAY)
    page = opened(done.content).active
    assert page is not None
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=2)] == [
        [2, "A", "Шоколад «Алёнка», 90 г", "=B2"], [3, "B", "Шоколад «Алёнка», 90 г", "=B3"], [4, None, None, "=B4"],
    ]  # fmt: skip


def test_variants_have_a_row_each() -> None:
    honey = replace(
        a_listing("honey", product="linden-honey"),
        variants=(
            Variant("HONEY-500", {"Фасовка": "500 г"}, ("4600000000015",), Money(50000, "RUB"), weight=560),
            Variant("HONEY-1000", {"Фасовка": "1 кг"}, price=Money(90000, "RUB"), stock=0),
        ),
    )
    names = ["Артикул*", "Группа", "Название", "Цена, руб.", "Остаток", "Вес с упаковкой, г", "Штрихкод", "Вариант"]
    rows, report = filled(a_template([names]), honey)
    assert rows[1:] == [
        ["HONEY-500", "linden-honey", "Шоколад «Алёнка», 90 г", 500, 7, 560, "4600000000015", "500 г"],
        ["HONEY-1000", "linden-honey", "Шоколад «Алёнка», 90 г", 900, 0, 95, "0460060123456", "1 кг"],
    ]
    assert report.rows == 2


def test_attributes_and_answers_go_where_a_header_has_their_name() -> None:
    bar = a_listing(
        attributes={"Срок годности": "12 месяцев", "Состав": "какао"},
        answers=(
            Answer("1", "Тип", "choice", (("97", "Шоколадная плитка"),)), Answer("2", "Вес нетто, г", "number", ((None, "90.5"),)),
            Answer("3", "Веган", "yes", ((None, "false"),)), Answer("4", "Начинка", "choice", (("1", "орех"), ("2", "изюм"))),
        ),
    )  # fmt: skip
    names = ["Артикул*", "Название", "Тип*", "Вес нетто, г", "Веган", "Начинка", "Срок годности", "СОСТАВ *"]
    rows, _ = filled(a_template([names]), bar)
    assert rows[1][2:] == ["Шоколадная плитка", 90.5, "Нет", "орех;изюм", "12 месяцев", "какао"]


def test_a_person_says_what_headers_mean() -> None:
    bar = a_listing(extras={"type": "97"}, attributes={"Состав": "какао"})
    names = ["Артикул*", "Название", "Код типа", "Что внутри", "Бренд"]
    mapping = {"код типа": "extra.type", "Что внутри": "answer.Состав", "Бренд": ""}
    rows, report = filled(a_template([names]), bar, mapping=mapping)
    assert rows[1] == ["RU-ALENKA-90", "Шоколад «Алёнка», 90 г", "97", "какао", ""]
    assert [(one.column, one.header) for one in report.left] == [("E", "Бренд")]


def test_a_header_of_two_lines_can_be_named_on_one() -> None:
    rows, _ = filled(
        a_template([["Артикул*", "Название", "Тип\nтовара"]]), a_listing(), mapping={"тип товара": "brand"}
    )
    assert rows[1][2] == "Алёнка"


def test_what_a_cell_s_prompt_says_counts_as_a_hint() -> None:
    book = a_workbook([["Артикул*", "Название", "Штрихкоды", "Вес"]])
    for cells_of, prompt in (("C2:C99", "Несколько — через запятую"), ("D2:D99", "Укажите в кг. Обязательное поле")):
        rule = DataValidation(type="textLength", operator="lessThan", formula1="90", promptTitle="!", prompt=prompt)
        rule.add(cells_of)
        book["Шаблон"].add_data_validation(rule)
    rows, report = filled(saved(book), a_listing("A", barcodes=("46000001", "46000002")), a_listing("B", weight=None))
    assert rows[1][2:] == ["46000001,46000002", 0.095]
    assert [one.cell for one in report.refused] == ["D3"]


def test_a_column_that_names_no_unit_is_told() -> None:
    _, report = filled(a_template([["Артикул*", "Название", "Вес"]]), a_listing())
    assert [one.say("ru") for one in report.notes] == ["В столбце C (Вес) не указана единица; проверьте одно значение перед загрузкой файла."]  # fmt: skip


def test_a_row_of_hints_for_other_columns_is_no_place_for_a_listing() -> None:
    rows, report = filled(a_template([["Артикул*", "Название", "Сертификат"], ["", "", "номер и дата"]]), a_listing())
    assert rows[1] == ["", "", "номер и дата"]
    assert report.first_row == 3


def test_units_prepared_in_every_row_are_no_hints() -> None:
    template = a_template([["Артикул*", "Название", "Ед."], *[["", "", "шт"]] * 6])
    rows, report = filled(template, a_listing())
    assert rows[1] == ["RU-ALENKA-90", "Шоколад «Алёнка», 90 г", "шт"]
    assert report.first_row == 2


def test_columns_the_platform_demands_and_nobody_knows_are_told_with_their_lists() -> None:
    template = a_template([["Артикул*", "Название", "Сертификат*", "Ещё"], ["", "", "", "Обязательно для заполнения"]], lists={"C3:C9": '"есть,нет"'})  # fmt: skip
    _, report = filled(template, a_listing())
    assert [(one.column, one.header, one.choices) for one in report.unmapped] == [("C", "Сертификат*", ["есть", "нет"]), ("D", "Ещё", ())]  # fmt: skip
    assert not report.whole


def test_what_must_be_there_and_is_not_is_told_by_its_cell() -> None:
    _, report = filled(a_template([RUSSIAN]), a_listing(weight=None, barcodes=()))
    (one,) = report.refused
    assert (one.row, one.column, one.cell, one.field, one.code) == (2, "E", "E2", "weight", "RU-ALENKA-90")
    assert one.what.say("ru") == "Площадка требует это поле, а в карточке его нет."


def test_the_same_code_is_not_written_twice() -> None:
    rows, report = filled(
        a_template([["Артикул*", "Название"], ["A", "старое"]]), a_listing("A"), a_listing("B"), a_listing("B")
    )
    assert [row[0] for row in rows] == ["Артикул*", "A", "B"]
    assert [(one.code, one.what.say("en")) for one in report.not_filled] == [
        ("A", "“A” stands in row 2 already."), ("B", "“B” stands in row 3 already."),
    ]  # fmt: skip


def test_a_picture_without_an_address_is_told() -> None:
    bar = a_listing()
    bar = replace(bar, pictures=(replace(bar.pictures[0], url=""),))
    _, report = filled(a_template([RUSSIAN]), bar)
    assert [(one.cell, one.field) for one in report.refused] == [("I2", "picture.main")]


# drop-down lists

LISTS = {
    "inline": ('"Не облагается,10%,22%"', '"Нет бренда,Алёнка"'),
    "a range of a hidden sheet": ("dict!$A$1:$A$3", "dict!$B:$B"),
    "a quoted sheet": ("'dict'!$A$1:$A$3", "='dict'!$B$1:$B$2"),
    "names": ("rates", "brands"),
}


def _with_lists(of: Sequence[str]) -> bytes:
    book = a_workbook(
        [RUSSIAN], lists={"D2:D1000": of[0], "K2:K1000": of[1]},
        sheets={"dict": [["Не облагается", "Нет бренда"], ["10%", "Алёнка"], ["22%", ""]]},
    )  # fmt: skip
    book.defined_names["rates"] = DefinedName("rates", attr_text="dict!$A$1:$A$3")
    book.defined_names["brands"] = DefinedName("brands", attr_text="dict!$B$1:$B$2")
    return saved(book)


@pytest.mark.parametrize("kind", LISTS)
def test_values_come_from_the_list_in_its_own_spelling(kind: str) -> None:
    rows, report = filled(_with_lists(LISTS[kind]), a_listing("A", brand="АЛЕНКА"), a_listing("B", vat="none"))
    assert [(row[3], row[10]) for row in rows[1:]] == [("22%", "Алёнка"), ("Не облагается", "Алёнка")]
    assert report.whole


@pytest.mark.parametrize("kind", LISTS)
def test_what_is_not_in_the_list_is_not_written_but_told_with_the_nearest(kind: str) -> None:
    rows, report = filled(_with_lists(LISTS[kind]), a_listing(brand="Фабрика Алёнка", vat="7"))
    assert (rows[1][3], rows[1][10]) == ("", "")
    vat, brand = report.refused
    assert (vat.cell, vat.value, brand.cell, brand.value) == ("D2", "7", "K2", "Фабрика Алёнка")
    assert brand.remedy.say("ru") == "Похожие значения: Алёнка."


def test_numbers_of_a_list_stay_numbers() -> None:
    template = a_template(
        [["Артикул*", "Название", "НДС, %"]], lists={"C2:C9": "rates!$A$1:$A$2"}, sheets={"rates": [[10], [22]]}
    )
    assert filled(template, a_listing())[0][1][2] == 22


def test_each_of_several_values_must_be_in_the_list() -> None:
    template = a_template([["Артикул*", "Название", "Теги"]], lists={"C2:C9": '"шоколад,подарок"'})
    assert filled(template, a_listing(tags=("Шоколад", "подарок")))[0][1][2] == "шоколад;подарок"
    rows, report = filled(template, a_listing(tags=("шоколад", "мёд")))
    assert rows[1][2:] == [""]
    assert report.refused[0].value == "мёд"


def test_a_list_made_by_a_formula_is_told() -> None:
    _, report = filled(a_template([RUSSIAN], lists={"K2:K9": "INDIRECT($A2)"}), a_listing())
    assert [one.say("en") for one in report.notes] == [
        "Column K (Бренд*): its list is made by a formula, so its values were not checked."
    ]


X14 = (
    '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}">'
    '<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1"><x14:dataValidation type="list">'
    "<x14:formula1><xm:f>dict!$A$1:$A$2</xm:f></x14:formula1><xm:sqref>B2:B500</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
)


def test_lists_in_the_form_of_excel_2010_are_asked_and_kept() -> None:
    plain = a_template([["Артикул*", "Бренд*"]], sheets={"dict": [["Алёнка"], ["Нет бренда"]]})
    sheet = parts(plain)["xl/worksheets/sheet1.xml"].replace(b"</worksheet>", X14.encode() + b"</worksheet>")
    template = with_parts(plain, {"xl/worksheets/sheet1.xml": sheet})
    done = fill(template, "t.xlsx", [a_listing("A", brand="аленка"), a_listing("B", brand="Ритер")], day=DAY)
    assert cells(done.content)[1:] == [["A", "Алёнка"], ["B", ""]]
    assert b"<xm:f>dict!$A$1:$A$2</xm:f>" in parts(done.content)["xl/worksheets/sheet1.xml"]


# what is kept


def _dressed() -> bytes:
    book = a_workbook(
        [RUSSIAN, HINTS], lists={"K3:K1000": '"Алёнка,Нет бренда"'}, sheets={"Справочник": [["a", 1], ["b", 2]]}
    )
    page = book["Шаблон"]
    page["A1"].font = Font(bold=True, color="FF0000")
    page["A1"].comment = Comment("Ваш код", "кабинет")
    page.column_dimensions["B"].width = 44.5
    page.row_dimensions[1].height = 60
    page.freeze_panes = "C3"
    page.auto_filter.ref = "A1:L2"
    page.conditional_formatting.add(
        "C3:C99", CellIsRule(operator="lessThan", formula=["1"], fill=PatternFill("solid", bgColor="FF0000"))
    )
    for at in range(1, 13):
        page.cell(3, at).fill = PatternFill("solid", fgColor="FFFF00")
        page.cell(3, at).number_format = "@" if at == 12 else "0.00"
    note = book.create_sheet("Инструкция", 0)
    note["A1"] = "Как заполнять"
    note["A2"] = "=1+1"
    very = book.create_sheet("служебный")
    very.sheet_state = "veryHidden"
    very["A1"] = "v3"
    return saved(book)


def test_all_other_parts_stay_byte_for_byte() -> None:
    template = _dressed()
    before, after = parts(template), parts(fill(template, "t.xlsx", [a_listing()], day=DAY).content)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet2.xml"]


def test_sheets_styles_widths_lists_and_notes_stay() -> None:
    template = _dressed()
    before, after = (
        opened(template),
        opened(fill(template, "t.xlsx", [a_listing("A"), a_listing("B")], day=DAY).content),
    )
    assert [(one.title, one.sheet_state) for one in before] == [(one.title, one.sheet_state) for one in after]
    old, new = before["Шаблон"], after["Шаблон"]
    assert new.column_dimensions["B"].width == 44.5
    assert new.row_dimensions[1].height == 60
    assert (new.freeze_panes, new.auto_filter.ref) == ("C3", "A1:L2")
    assert new["A1"].comment is not None
    assert new["A1"].comment.text == "Ваш код"
    assert new["A1"].font.color.rgb == old["A1"].font.color.rgb
    assert [(one.sqref, one.formula1) for one in new.data_validations.dataValidation] == [
        (one.sqref, one.formula1) for one in old.data_validations.dataValidation
    ]  # fmt: skip
    assert [str(one.sqref) for one in new.conditional_formatting] == ["C3:C99"]
    assert after["Инструкция"]["A2"].value == "=1+1"


def test_new_rows_look_like_the_first_one() -> None:
    page = opened(fill(_dressed(), "t.xlsx", [a_listing("A"), a_listing("B")], day=DAY).content)["Шаблон"]
    for row in (3, 4):
        assert page.cell(row, 2).fill.fgColor.rgb == "00FFFF00"
        assert page.cell(row, 3).number_format == "0.00"
        assert page.cell(row, 12).number_format == "@"


def test_columns_that_are_text_get_text() -> None:
    book = a_workbook([["Артикул*", "Цена, руб."]])
    book.active["B2"].number_format = "@"  # type: ignore[index]
    assert filled(saved(book), a_listing(price=Money(1_000_010, "RUB")))[0][1][1] == "10000.1"


def test_names_of_sheets_with_signs_of_xml() -> None:
    template = a_template(
        [["Артикул*", "Бренд"]], name="A & <B>", lists={"B2:B9": "'d & ''e'''!$A$1:$A$2"}, sheets={"d & 'e'": [["Алёнка"]]}
    )  # fmt: skip
    rows, report = filled(template, a_listing(brand="аленка"))
    assert rows[1] == ["RU-ALENKA-90", "Алёнка"]
    assert (report.sheet, report.whole) == ("A & <B>", True)


def test_macros_stay() -> None:
    plain = a_template([CHINESE])
    types = parts(plain)["[Content_Types].xml"].replace(
        b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
    )
    template = with_parts(plain, {"xl/vbaProject.bin": b"\xd0\xcf macros", "[Content_Types].xml": types})
    done = fill(template, "t.xlsm", [a_listing(price=None)], day=DAY)
    assert parts(done.content)["xl/vbaProject.bin"] == b"\xd0\xcf macros"
    assert cells(done.content)[1][1] == "RU-ALENKA-90"


def test_the_same_template_and_listings_give_the_same_file() -> None:
    template = _dressed()
    one, other = (fill(template, "t.xlsx", [a_listing()], day=DAY, channel=channel("ozon")).content for _ in range(2))
    assert one == other


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(
    lambda text: text.strip() == text
)


@settings(max_examples=60, deadline=None)
@given(title=texts, brand=texts)
@example(title='=HYPERLINK("http://x","y")', brand="+7")
@example(title="-1+1", brand="@SUM(A1)")
@example(title="_x0041_ и _x000D_", brand="<b>&amp;</b>")
def test_any_text_comes_back_as_text_and_never_as_a_formula(title: str, brand: str) -> None:
    done = fill(
        a_template([["Артикул*", "Название", "Бренд"]]), "t.xlsx", [a_listing(title=title, brand=brand)], day=DAY
    )
    assert cells(done.content)[1][1:] == [title, brand]
    assert b"<f>" not in parts(done.content)["xl/worksheets/sheet1.xml"]


def test_line_ends_and_signs_no_workbook_holds() -> None:
    rows, _ = filled(a_template([["Артикул*", "Описание"]]), a_listing(description="одна\r\nдве\x07\rтри"))
    assert rows[1][1] == "одна\nдве\nтри"


def test_a_text_longer_than_a_cell_is_told() -> None:
    rows, report = filled(a_template([["Артикул*", "Описание", "Название"]]), a_listing(description="х" * 32_768))
    assert rows[1][1] == ""
    assert [one.cell for one in report.refused] == ["B2"]


def test_a_file_without_numbers_of_rows_and_cells_is_read() -> None:
    plain = a_template([["Артикул*", "Название"], ["образец", "пример"]])
    sheet = parts(plain)["xl/worksheets/sheet1.xml"]
    for place in (b"A1", b"B1", b"A2", b"B2", b"1", b"2"):
        sheet = sheet.replace(b' r="' + place + b'"', b"")
    rows, _ = filled(with_parts(plain, {"xl/worksheets/sheet1.xml": sheet}), a_listing("A"))
    assert rows[2] == ["A", "Шоколад «Алёнка», 90 г"]
