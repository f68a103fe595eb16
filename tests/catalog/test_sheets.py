"""Sheets as merchants send them: what is read, what is repaired, what is refused and how it is told; out and back in without a change."""

from __future__ import annotations

import io
import string
import zipfile
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from service.catalog import batches
from service.catalog.models import Product
from service.catalog.search.finding import Filter, search
from service.catalog.sheets import reading
from service.catalog.sheets.planning import NoColumns, Plan, SheetMapping
from service.catalog.sheets.reading import Broken, TooLarge, UnknownForm, read_sheets
from service.catalog.sheets.refusing import OldWorkbook
from service.catalog.sheets.taking import SheetFaulty, plan_file, take
from service.catalog.sheets.writing import marked, own_cards, written
from service.catalog.storing import known
from service.database import Database
from service.errors import DomainError, FilesRejected

ROW = {
    "SKU": "LH-500", "产品线": "俄货", "品类": "honey", "名称": "椴树蜂蜜", "Название": "Мёд липовый", "净含量": 500,
    "净含量单位": "克", "条码": "4607123456781",
}  # fmt: skip


def xlsx(*rows: dict[str, Any], header: list[str] | None = None) -> bytes:
    header = header or list(dict.fromkeys(name for row in rows for name in row))
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("商品")
        page.write_row(0, 0, header)
        for number, row in enumerate(rows, 1):
            for index, name in enumerate(header):
                if row.get(name) is not None:
                    page.write(number, index, row[name])
    return out.getvalue()


def table(*rows: dict[str, Any], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    header = list(rows[0])
    lines = [header, *([str(row.get(name, "")) for name in header] for row in rows)]
    return "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)


def plan(database: Database, content: bytes, name: str = "a.xlsx", **options: Any) -> Plan:
    with database.reading() as session:
        return plan_file(
            session, name=name, content=content, mapping=SheetMapping.model_validate(options), reviewed=False
        )[0]


def bring(database: Database, content: bytes, name: str = "a.xlsx", **options: Any) -> int | None:
    return take(database.writing, plan(database, content, name, **options), source=name, reviewed=False)


def card(database: Database, key: str) -> Any:
    with database.reading() as session:
        return known(session, [key])[key].document


def said(found: Plan) -> list[tuple[str, str, str]]:
    return [(fault.level, f"{fault.column}{fault.row}", fault.what.say("en")) for fault in found.faults]


def test_a_row_becomes_a_card_that_is_found_and_knows_what_it_lacks(blank: Database) -> None:
    bring(blank, xlsx(ROW))
    there = card(blank, "lh-500")
    assert there["line"] == "russian_goods"
    assert there["source_locale"] == "ru"
    assert there["texts"]["zh"]["name"] == {"value": "椴树蜂蜜"}
    assert there["skus"] == [{"code": "LH-500", "net_value": 500, "net_unit": "g", "gtin": "4607123456781"}]
    with blank.reading() as session:
        [product] = search(session, Filter("мёдом"))
        assert product.readiness is not None
        assert product.readiness.gaps["ozon.ru"]["name"] == "draft"
        assert product.readiness.gaps["ozon.ru"]["description"] == "missing"


def test_checking_changes_nothing_and_the_same_file_again_changes_nothing(blank: Database) -> None:
    found = plan(blank, xlsx(ROW))
    assert (found.created, found.updated, found.unchanged) == (1, 0, 0)
    with blank.reading() as session:
        assert session.query(Product).count() == 0
    bring(blank, xlsx(ROW))
    found = plan(blank, xlsx(ROW))
    assert (found.created, found.updated, found.unchanged) == (0, 0, 1)
    assert bring(blank, xlsx(ROW)) is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_the_encodings_of_the_trade(blank: Database, encoding: str, delimiter: str) -> None:
    bring(blank, table(ROW, encoding=encoding, delimiter=delimiter), "a.csv")
    assert card(blank, "lh-500")["texts"]["ru"]["name"]["value"] == "Мёд липовый"


@pytest.mark.parametrize(
    "row",
    [
        {"Артикул": "A-1", "Линейка": "российские товары", "Семейство": "honey", "Название": "Мёд", "Нетто": 500, "Единица нетто": "г"},
        {"sku": "A-1", "line": "russian_goods", "family": "honey", "name[ru]": "ХЛЕБ", "net_value": 1, "net_unit": "pcs"},
        {"Артикул": "A-1", "Линейка": "российские товары", "Категория": "honey", "Наименование": "Хлеб «Бородинский» 5", "Нетто": 1, "Единица": "шт"},
    ],
)  # fmt: skip
def test_short_russian_sheets_in_windows_1251(blank: Database, row: dict[str, Any]) -> None:
    bring(blank, table(row, encoding="cp1251", delimiter=";"), "a.csv")
    name = next(value for key, value in row.items() if key.lower() in ("название", "наименование", "name[ru]"))
    assert card(blank, "a-1")["texts"]["ru"]["name"]["value"] == name


def test_several_rows_with_one_product_key_are_one_card(blank: Database) -> None:
    rows = [
        ROW | {"商品编号": "honey", "规格": "500克"},
        {"SKU": "LH-1000", "商品编号": "honey", "净含量": 1, "净含量单位": "件", "规格": "1公斤"},
    ]
    bring(blank, xlsx(*rows))
    there = card(blank, "honey")
    assert [sku["code"] for sku in there["skus"]] == ["LH-500", "LH-1000"]
    assert there["texts"]["zh"]["sku.LH-1000.label"]["value"] == "1公斤"


def test_empty_cells_keep_what_is_there_unless_the_column_clears(blank: Database) -> None:
    bring(blank, xlsx(ROW | {"描述": "旧的描述。"}))
    bring(blank, xlsx({"SKU": "LH-500", "描述": None, "名称": "新名称"}))
    assert card(blank, "lh-500")["texts"]["zh"]["description"]["value"] == "旧的描述。"
    bring(blank, xlsx({"SKU": "LH-500", "描述": None, "名称": "新名称"}), clear=["description[zh]"])
    assert "description" not in card(blank, "lh-500")["texts"]["zh"]


def test_a_row_finds_its_card_by_gtin_where_it_names_no_sku(blank: Database) -> None:
    bring(blank, xlsx(ROW))
    bring(blank, xlsx({"条码": "4607123456781", "毛重": 620}))
    assert card(blank, "lh-500")["skus"][0]["gross_g"] == 620


@pytest.mark.parametrize(
    "header",
    [
        ("包装长（毫米）", "包装宽（毫米）", "包装高（毫米）"), ("长(mm)", "宽(mm)", "高(mm)"), ("length_mm", "width_mm", "height_mm"),
        ("Длина упаковки, мм", "Ширина упаковки, мм", "Высота упаковки, мм"),
    ],
)  # fmt: skip
def test_sides_of_a_pack_are_read_where_the_header_says_millimetres(blank: Database, header: tuple[str, ...]) -> None:
    bring(blank, xlsx(ROW | dict(zip(header, (85, "86", 100.0), strict=True))))
    pack = card(blank, "lh-500")["skus"][0]
    assert (pack["length_mm"], pack["width_mm"], pack["height_mm"]) == (85, 86, 100)


def test_a_side_without_a_unit_is_not_taken_for_millimetres(blank: Database) -> None:
    """Wildberries' sheets give centimetres under «Длина упаковки»."""
    bring(blank, xlsx(ROW | {"Длина упаковки": 9}))
    assert "length_mm" not in card(blank, "lh-500")["skus"][0]


@pytest.mark.parametrize("value", [0, -5, "8,5", "много"])
def test_a_side_is_a_whole_number_above_nothing(blank: Database, value: Any) -> None:
    found = plan(blank, xlsx(ROW | {"高（mm）": value}))
    assert [(level, place) for level, place, _ in said(found)] == [("error", "I2")]


def test_excels_damage_is_repaired_with_a_warning(blank: Database) -> None:
    rows = [
        ROW | {"条码": 4607123456781.0},
        ROW | {"SKU": "АВ-7", "条码": "12345670"},
        ROW | {"SKU": 70015, "条码": 607123456780},
    ]
    rows[2]["条码"] = 36000291452  # a UPC whose leading zero Excel has dropped
    found = plan(blank, xlsx(*rows))
    assert not found.errors
    assert [(place, what) for _, place, what in said(found)] == [
        ("H2", "The GTIN stood here as a number; its digits are whole."),
        ("A3", "“АВ-7” holds Cyrillic letters that look Latin; read as AB-7."),
        ("A4", "The code stood here as a number; leading zeros may be lost."),
        ("H4", "Leading zeros were lost; read as 036000291452."),
    ]


def test_every_fault_is_told_at_once_with_its_cell_and_remedy_and_nothing_is_written(blank: Database) -> None:
    rows = [
        ROW | {"条码": "4607123456780", "净含量": "много"},
        ROW | {"SKU": "LH-500"},
        ROW | {"SKU": "X-2", "品类": "honeyy"},
        ROW | {"SKU": "X-3", "条码": "4.60712E+12"},
        {"SKU": "X-4", "净含量": 5, "净含量单位": "г"},
        {"名称": "没有货号"},
    ]
    found = plan(blank, xlsx(*rows))
    assert [fault.say("zh")[:30] for fault in found.faults if fault.level == "error"]
    places = {place for level, place, _ in said(found) if level == "error"}
    assert places == {"F2", "H2", "A3", "C4", "H5", "B6", "C6", "D6", "A7"}
    russian = next(fault for fault in found.faults if fault.column == "C").say("ru")
    assert russian.startswith("商品 · C4 · 品类 [honeyy]: «honeyy» — не из допустимых слов. Допустимы:")
    with pytest.raises(SheetFaulty) as refused:
        take(blank.writing, found, source="a.xlsx", reviewed=False)
    assert refused.value.say("ru").startswith(f"В «a.xlsx» {found.errors} ошиб")
    with blank.reading() as session:
        assert session.query(Product).count() == 0


def test_the_marked_copy_can_be_mended_and_sent_again(blank: Database) -> None:
    content = xlsx(ROW | {"条码": "4607123456780"})
    with blank.reading() as session:
        found, sheets = plan_file(session, name="a.xlsx", content=content, mapping=SheetMapping(), reviewed=False)
    copy = marked(sheets, found.faults, locale="zh")
    with zipfile.ZipFile(io.BytesIO(copy)) as package:
        notes = package.read("xl/comments1.xml").decode()
    assert "校验码" in notes
    rows = CalamineWorkbook.from_filelike(io.BytesIO(copy)).get_sheet_by_index(0).to_python()
    mended = dict(zip(rows[0], rows[1], strict=True)) | {"条码": "4607123456781"}
    assert plan(blank, xlsx(mended)).errors == 0


def test_headers_may_be_mapped_by_hand_and_rows_given_defaults(blank: Database) -> None:
    row = {"Код 1С": "A-9", "Имя": "Хлеб", "Вес": 300}
    options = {
        "columns": {"Код 1С": "sku", "Имя": "name[ru]", "Вес": "net_value"},
        "defaults": {"line": "俄货", "family": "bakery", "net_unit": "г"},
    }
    bring(blank, xlsx(row), **options)
    assert card(blank, "a-9")["skus"] == [{"code": "A-9", "net_value": 300, "net_unit": "g"}]


# files that are no sheets, or want to be more than that


def formula() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, list(ROW))
        page.write_row(1, 0, list(ROW.values()))
        page.write_formula(1, 5, "=400+100", None, "")
    return out.getvalue()


def test_a_formula_without_a_value_is_named(blank: Database) -> None:
    assert ("error", "F2", "The cell holds a formula without a value.") in said(plan(blank, formula()))
    assert ("error", "A2", "The cell holds a formula without a value.") in said(
        plan(blank, table(ROW | {"SKU": "=SUM(A1:A2)"}), "a.csv")
    )


def test_merged_headers_are_named(blank: Database) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, list(ROW))
        page.merge_range(0, 3, 0, 4, "名称")
        page.write_row(1, 0, list(ROW.values()))
    errors = [what for level, _, what in said(plan(blank, out.getvalue())) if level == "error"]
    assert "Cells of the header row are merged." in errors


def test_a_sheet_without_known_headers_says_what_it_found(blank: Database) -> None:
    with pytest.raises(NoColumns, match="foo, bar"):
        plan(blank, xlsx({"foo": 1, "bar": 2}))


@pytest.mark.parametrize(
    ("name", "content", "refused"),
    [
        ("a.xlsx", xlsx(ROW)[:2000], Broken),
        ("a.xlsx", b"PK\x03\x04nonsense", Broken),
        ("a.xlsx", b"", Broken),
        ("a.xls", b"\xd0\xcf\x11\xe0", OldWorkbook),
        ("a.csv", b'sku,name\n"open', Broken),
        ("a.exe", b"MZ", UnknownForm),
        ("a.yaml", b"line: [", FilesRejected),
        ("a.yaml", b"\xff\xfe\x00", FilesRejected),
    ],
)
def test_damaged_files_are_refused_in_words(
    blank: Database, name: str, content: bytes, refused: type[DomainError]
) -> None:
    with pytest.raises(refused) as told:
        plan(blank, content, name)
    for locale in ("zh", "ru", "en"):
        assert len(told.value.say(locale)) > 20  # type: ignore[arg-type]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    import tracemalloc

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(2048):
                sheet.write(b"\x00" * 2**20)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        read_sheets("bomb.xlsx", out.getvalue())
    assert tracemalloc.get_traced_memory()[1] < 30 * 2**20
    tracemalloc.stop()


def test_a_zip_that_lies_about_its_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b"\x00" * 4_000_000)
    content = out.getvalue().replace((4_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    with pytest.raises(Broken):
        read_sheets("liar.xlsx", content)
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    with pytest.raises(TooLarge):
        read_sheets("long.csv", b"sku,name\n" * 6)


def test_ten_thousand_faulty_rows_are_all_counted(blank: Database) -> None:
    rows = [ROW | {"SKU": f"A-{n}", "条码": "123"} for n in range(10_000)]
    found = plan(blank, table(*rows), "a.csv")
    assert found.errors == 10_000
    assert len(found.faults) == 10_000


# out and back in


def _text(**options: Any) -> st.SearchStrategy[str]:
    signs = st.sampled_from("蜂蜜椴树 мёдЛипа\"',;=+-@\t\n'« »abc019" + string.punctuation)
    return st.text(signs, min_size=1, **options).map(str.strip).filter(bool)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.tuples(_text(max_size=40), _text(max_size=200)), min_size=1, max_size=4),
    form=st.sampled_from(["xlsx", "csv"]), locale=st.sampled_from(["zh", "ru", "en"]), number=st.integers(1, 10**6),
)  # fmt: skip
def test_what_goes_out_and_comes_back_unchanged_changes_nothing(
    sqlite_blank: Database, texts: list[tuple[str, str]], form: Any, locale: Any, number: int
) -> None:
    edits = [
        (
            f"p-{n}",
            {
                "line": "russian_goods", "family": "honey", "name[ru]": name, "description[zh]": description,
                f"sku.S-{n}.net_value": number, f"sku.S-{n}.net_unit": "g", f"sku.S-{n}.label[ru]": name,
                **{f"sku.S-{n}.{side}_mm": number + n for side in ("length", "width", "height")},
                "facts.temperature_min": -18, "facts.temperature_max": 0, "facts.allergens": ["milk", "nuts"],
                "facts.attributes.floral_source": {"zh": "椴树", "ru": "липа"}, "facts.maker_is_sample": n % 2 == 0,
            },
        )
        for n, (name, description) in enumerate(texts)
    ]  # fmt: skip
    batches.apply(sqlite_blank.writing, edits, len(edits), kind="import", source="test")
    with sqlite_blank.reading() as session:
        content = written(lambda: own_cards(session), form=form, locale=locale)
    found = plan(sqlite_blank, content, f"a.{form}")
    assert (said(found), found.created, found.updated) == ([], 0, 0)


def test_a_cell_that_looks_like_a_formula_leaves_csv_as_text(blank: Database) -> None:
    bring(blank, xlsx(ROW | {"名称": "=1+1"}))
    with blank.reading() as session:
        content = written(lambda: own_cards(session), form="csv", locale="zh").decode("utf-8-sig")
    assert "'=1+1" in content


def test_the_shipped_catalogue_goes_out_and_comes_back(stocked: Database) -> None:
    for form in ("xlsx", "csv"):
        with stocked.reading() as session:
            content = written(lambda: own_cards(session), form=form, locale="ru")  # type: ignore[arg-type]
        found = plan(stocked, content, f"a.{form}")
        assert (said(found), found.created, found.updated, found.unchanged) == ([], 0, 0, 64)


def test_yaml_files_are_taken_like_sheets(blank: Database) -> None:
    from service.resources import root

    content = (root("catalogs") / "products" / "jijing-hanyang.yaml").read_bytes()
    assert bring(blank, content, "jijing-hanyang.yaml")
    found = plan(blank, content, "jijing-hanyang.yaml")
    assert found.created == found.updated == 0
