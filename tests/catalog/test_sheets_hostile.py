"""Sheets that are damaged, strange or meant to do harm: each gets a clear answer in every language, little memory, and leaves nothing."""

from __future__ import annotations

import io
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from service.catalog import batches
from service.catalog.editing import edit_card
from service.catalog.families import families
from service.catalog.jobs import BatchWanted, SheetWanted
from service.catalog.models import Batch, Product, Revision
from service.catalog.sheets.planning import Plan, SheetMapping
from service.catalog.sheets.reading import delimiter_of, read_sheets
from service.catalog.sheets.refusing import Broken, TooLarge, WrongEncoding
from service.catalog.sheets.taking import keep_upload, plan_file
from service.catalog.sheets.writing import marked, own_cards, written
from service.database import Database
from service.errors import DomainError
from service.i18n import LOCALES
from service.jobs.models import Job
from service.jobs.ordering import order
from service.jobs.running import run_job
from service.people.caller import MACHINE
from service.resources import root
from service.settings import Settings
from service.worker.making import make_queue
from tests.catalog.test_sheets import ROW, bring, card, plan, said, table, xlsx

Cells = dict[tuple[int, int], Any]


def book(**sheets: Cells) -> bytes:
    """A workbook with these cells."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as made:
        for name, cells in sheets.items():
            page = made.add_worksheet(name)
            for (row, column), value in cells.items():
                page.write(row, column, value)
    return out.getvalue()


def remade(content: bytes, change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """The package with its files changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    return out.getvalue()


def with_cells(xml: str) -> bytes:
    """A workbook whose table is this XML."""

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        if name == "xl/worksheets/sheet1.xml":
            content = re.sub(rb"<sheetData.*</sheetData>", f"<sheetData>{xml}</sheetData>".encode(), content)
        return name, content

    return remade(xlsx(ROW), change)


def errors(found: Plan) -> list[tuple[str, str]]:
    return [(place, what) for level, place, what in said(found) if level == "error"]


def refused(content: bytes, name: str = "a.xlsx") -> DomainError:
    with pytest.raises(DomainError) as told:
        read_sheets(name, content)
    words = {locale: told.value.say(locale) for locale in LOCALES}
    assert len(set(words.values())) == 3
    return told.value


# bombs: what unpacks to more than it seems; each in a process of its own, whose memory is measured

BOMBS = {
    "hundreds of megabytes of nothing": "sheet(zeros=290)",
    "more than may be unpacked": "sheet(zeros=301, noise=27)",
    "a bomb within a bomb": "nested()",
    "one cell in the last row and column": "cells('<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>')",
    "two cells far apart": "cells('<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"400000\"><c s=\"0\" r=\"SA400000\"><v>1</v></c></row>')",
    "entities that laugh": "laughing('xl/workbook.xml')",
    "entities that laugh in the strings": "laughing('xl/sharedStrings.xml')",
    "one endless string": "strings(200)",
    "a thousand tables that are one": "thousand()",
}  # fmt: skip

BOMBER = r"""
import io, os, re, resource, sys, zipfile
import xlsxwriter

def base():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("s")
        page.write_row(0, 0, ["SKU", "name"]); page.write_row(1, 0, ["A-1", "x"])
    return out.getvalue()

def remade(changes, stored=()):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            content = changes.get(name, lambda text: text)(old.read(name))
            if isinstance(content, bytes):
                new.writestr(name, content)
            else:
                with new.open(name, "w", force_zip64=True) as file:
                    for piece in content:
                        file.write(piece)
    return out.getvalue()

def sheet(zeros, noise=0):
    def pieces(text):
        for number in range(zeros):
            yield b" " * (2**20 - noise * 400) + os.urandom(noise * 400)
    return remade({"xl/worksheets/sheet1.xml": pieces})

def cells(xml):
    return remade({"xl/worksheets/sheet1.xml": lambda text: re.sub(rb"<sheetData.*</sheetData>", b"<sheetData>" + xml.encode() + b"</sheetData>", text)})

def laughing(path):
    names = "abcdefghij"
    levels = "".join(f'<!ENTITY {b} "{("&" + a + ";") * 10}">' for a, b in zip(names, names[1:]))
    head = f'<!DOCTYPE x [<!ENTITY a "ha">{levels}]>'.encode()
    return remade({path: lambda text: text.replace(b"?>", b"?>" + head, 1).replace(b"<t>x</t>", b"<t>&j;</t>").replace(b'name="s"', b'name="&j;"')})

def strings(megabytes):
    def pieces(text):
        before, _, after = text.partition(b"<t>x</t>")
        yield before + b"<t>"
        for _ in range(megabytes):
            yield b"x" * 2**20
        yield b"</t>" + after
    return remade({"xl/sharedStrings.xml": pieces})

def thousand():
    def listed(text):
        one = re.search(rb"<sheet [^>]*/>", text)[0]
        return text.replace(one, b"".join(one.replace(b'"s"', b'"s%d"' % n) for n in range(5000)))
    return remade({"xl/workbook.xml": listed})

def nested():
    inner = sheet(50)
    return remade({"xl/worksheets/sheet1.xml": lambda text: inner})

from service.catalog.sheets.reading import read_sheets
from service.errors import DomainError
content = eval(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
try:
    print("read", len(read_sheets("bomb.xlsx", content)))
except DomainError as error:
    print("refused", type(error).__name__)
print(len(content) >> 10, int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) >> 10)  # of this process alone
"""


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_little_memory(bomb: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BOMBER, BOMBS[bomb]], capture_output=True, text=True, timeout=60,
        check=False, env={"PYTHONPATH": str(root("service").parent)},
    )  # fmt: skip
    verdict, figures = done.stdout.strip().splitlines()[-2:]
    assert verdict.startswith("refused"), done.stderr[-500:]
    assert int(figures.split()[1]) < 120, f"{figures}: packed KB, most memory in MB"


# damage


def test_a_workbook_cut_off_anywhere_is_refused() -> None:
    whole = xlsx(ROW)
    for length in [*range(4, 400, 7), *range(400, len(whole) - 1, 97)]:
        refused(whole[:length])


def test_a_workbook_with_any_byte_changed_is_read_or_refused() -> None:
    whole, dice = xlsx(ROW), random.Random(1)
    for _ in range(150):
        content = bytearray(whole)
        content[dice.randrange(4, len(whole))] ^= 1 << dice.randrange(8)
        try:
            read_sheets("a.xlsx", bytes(content))
        except DomainError:
            continue


def test_xml_damaged_inside_a_sound_package_is_read_or_refused() -> None:
    whole, dice = xlsx(ROW), random.Random(2)
    names = [name for name in zipfile.ZipFile(io.BytesIO(whole)).namelist() if name.startswith("xl/")]
    for number in range(100):
        chosen = names[number % len(names)]

        def damage(name: str, content: bytes, chosen: str = chosen) -> tuple[str, bytes]:
            if name != chosen:
                return name, content
            at = dice.randrange(len(content))
            noise = dice.choice([b"", b"<", b">", b'"', b"&", b"\xff", b"9" * 30, b"-1", b"</row>", b"&#0;", b"&x;"])
            return name, content[:at] + noise + content[at + dice.randrange(5) :]

        try:
            read_sheets("a.xlsx", remade(whole, damage))
        except DomainError:
            continue


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", b"", DomainError), ("a.csv", b"\n\n\n", DomainError), ("a.csv", b"\xef\xbb\xbf", DomainError),
        ("a.csv", "SKU,名称\nA-1,x\x00y\n".encode(), WrongEncoding), ("a.csv", b"\xff\xfe\x00\xd8", WrongEncoding),
        ("a.csv", b"SKU,name\nA-1," + b"x" * 1_100_000, TooLarge), ("a.csv", b"," * 20_000, TooLarge),
        ("a.csv", (b"," * 400 + b"\n") * 30_000, TooLarge), ("a.csv", b'SKU,"na\nme\nA-1,x', Broken),
    ],
)  # fmt: skip
def test_texts_that_are_no_sheets(sqlite_blank: Database, name: str, content: bytes, kind: type[DomainError]) -> None:
    with pytest.raises(kind) as told:
        plan(sqlite_blank, content, name)
    assert len({told.value.say(locale) for locale in LOCALES}) == 3


def test_sixteen_thousand_columns_are_too_many() -> None:
    assert isinstance(refused(book(s={(0, n): f"c{n}" for n in range(16_384)})), TooLarge)


def test_colours_to_the_end_of_the_sheet_cost_nothing(sqlite_blank: Database) -> None:
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>SKU</t></is></c><c r="B1" t="inlineStr"><is><t>名称</t></is></c></row>'
    ghosts = '<row r="1048576" s="1"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"/></row>'
    assert plan(sqlite_blank, with_cells(row + ghosts)).columns == {"SKU": "sku", "名称": "name[zh]"}


# strange, but honest


def test_tables_are_told_apart_whatever_their_files_are_called(sqlite_blank: Database) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        for name in ("第一", "第二"):
            page = made.add_worksheet(name)
            page.write_row(0, 0, list(ROW))
            page.write_row(1, 0, [f"{name == '第二'}", *list(ROW.values())[1:]])
        page.write_formula(1, 5, "=400+100", None, "")
    swap = {"sheet1.xml": "sheet2.xml", "sheet2.xml": "sheet1.xml"}

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        folder, _, last = name.rpartition("/")
        if folder == "xl/worksheets":
            name = f"{folder}/{swap[last]}"
        if name == "xl/_rels/workbook.xml.rels":
            content = re.sub(rb"sheet([12])\.xml", lambda m: b"sheet%d.xml" % (3 - int(m[1])), content)
        return name, content

    for content in (out.getvalue(), remade(out.getvalue(), change)):
        found = plan(sqlite_blank, content)
        assert [(f.sheet, f.column, f.row) for f in found.faults if f.level == "error"] == [("第二", "F", 2)]


def test_a_header_in_row_five_of_column_three_is_found_and_places_are_right(sqlite_blank: Database) -> None:
    names, values = list(ROW), list((ROW | {"净含量": "много"}).values())
    cells = {(0, 5): "供货商报价"} | {(4, 2 + n): name for n, name in enumerate(names)}
    cells |= {(5, 2 + n): value for n, value in enumerate(values)}
    assert errors(plan(sqlite_blank, book(s=cells))) == [("H6", "A whole number is expected here.")]


def test_hidden_and_chart_sheets_do_not_hinder(sqlite_blank: Database) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        made.add_worksheet("说明").write(0, 0, "请看第三页")
        made.add_chartsheet("图")
        page = made.add_worksheet("隐藏")
        page.write_row(0, 0, list(ROW))
        page.write_row(1, 0, list(ROW.values()))
        page.write_formula(1, 5, "=1", None, "")
        page.hide()
    assert errors(plan(sqlite_blank, out.getvalue())) == [("F2", "The cell holds a formula without a value.")]


@pytest.mark.parametrize("title", ["'", "История", "a" * 31, "=1+1", "😀𠮷", " x ", "History"])
def test_weird_names_of_sheets_come_through_into_the_marked_copy(sqlite_blank: Database, title: str) -> None:
    name = title if title not in ("'", "History") else "x"

    def change(path: str, content: bytes) -> tuple[str, bytes]:
        return path, content.replace(b'name="x"', f'name="{title}"'.encode()) if path == "xl/workbook.xml" else content

    content = remade(book(**{name: {(0, 0): "SKU", (0, 1): "名称", (1, 1): "没有编码"}}), change)
    with sqlite_blank.reading() as session:
        found, sheets = plan_file(session, name="a.xlsx", content=content, mapping=SheetMapping(), reviewed=False)
    assert found.errors
    copy = marked([*sheets, *sheets], found.faults, locale="zh")
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(copy)).sheet_names) == 2


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_error_cells_are_named_and_do_not_count_as_empty(sqlite_blank: Database, error: str) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        page = made.add_worksheet()
        page.write_row(0, 0, list(ROW))
        page.write_row(1, 0, list(ROW.values()))
        page.write_formula(1, 3, "=VLOOKUP(1,A1:B1,2)", None, error)
        page.write_formula(2, 3, "=A1", None, error)
    what = "The cell holds an error of the spreadsheet, such as #N/A, instead of a value."
    assert [one for one in errors(plan(sqlite_blank, out.getvalue())) if one[1] == what] == [("D2", what), ("D3", what)]
    assert ("D2", what) in errors(plan(sqlite_blank, table(ROW | {"名称": error}), "a.csv"))


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("净含量", date(2026, 5, 1), "A whole number is expected here."), ("净含量", True, "A whole number is expected here."),
        ("净含量", "1,000", "“1,000” can be read in two ways."), ("净含量", "1e400000000", "A whole number is expected here."),
        ("净含量", 1e300, "A whole number is expected here."), ("净含量", -5, "The number does not fit here."),
        ("净含量", 2**31, "The number does not fit here."), ("净含量", 0.5, "A whole number is expected here."),
        ("净含量", "NaN", "A whole number is expected here."), ("净含量", "9" * 5000, "A whole number is expected here."),
        ("SKU", date(2026, 5, 1), "Excel has made a date of this code: 2026-05-01."),
        ("SKU", datetime.fromisoformat("2026-05-01T08:00"), "Excel has made a date of this code: 2026-05-01."),
        ("SKU", "1.0E+12", "Excel has shortened this number to 1.0E+12; its last digits are lost."),
        ("条码", "4,60712E+12", "Excel has shortened this number to 4,60712E+12; its last digits are lost."),
        ("条码", 4.60713e12, "This is not a GTIN: the number of digits or the check digit is wrong."),
        ("名称", "蜂蜜" * 2000, "The text is too long: 4000 characters."),
        ("名称", "蜂\x07蜜", "The text holds a control character (U+0007)."),
        ("品类", "honey\u202e", None), ("品类", "мёд\u00a0", None), ("净含量", "\u200b500\u00a0", None), ("净含量", "５００", None),
        ("名称", "😀𠮷𪚥 \u200fא", None), ("SKU", "LH\u200b-500\ufeff", None), ("SKU", "\u00a0lh-500 ", None),
        ("SKU", "ＬＨ－５００", None), ("条码", "\u20604607123456781", None), ("条码", "４６０７１２３４５６７８１", None),
        ("条码", "4607 1234 56781", None),
    ],
)  # fmt: skip
def test_what_spreadsheets_and_keyboards_do_to_cells(
    sqlite_blank: Database, field: str, value: Any, what: str | None
) -> None:
    row = ROW | {field: value}
    cells = {(0, n): name for n, name in enumerate(row)} | {(1, n): cell for n, cell in enumerate(row.values())}
    found = plan(sqlite_blank, book(s=cells))
    assert [said for _, said in errors(found)] == ([what] if what else [])
    if what is None:
        assert (found.created, found.packed[0][0]) == (1, "lh-500")


@pytest.mark.parametrize(
    "header",
    [
        "S\u200bKU",
        " sku ",
        "\ufeffSKU",
        "ＳＫＵ",
        "SKU\u00a0",
        "\u200eSKU\u200f",
        "Арти\u00adкул",
        "货\n号",
        "артикул:",
    ],
)
def test_headers_are_known_in_spite_of_what_nobody_sees(sqlite_blank: Database, header: str) -> None:
    row = {header: "LH-500"} | {name: value for name, value in ROW.items() if name != "SKU"}
    assert plan(sqlite_blank, xlsx(row)).created == 1


def test_headers_twice_or_empty_or_endless_are_told(sqlite_blank: Database) -> None:
    names = [*ROW, "商品名称", "名称", None, "𠮷" * 40_000]
    cells = {(0, n): name for n, name in enumerate(names)} | {(1, n): value for n, value in enumerate(ROW.values())}
    cells[1, len(names) - 2] = "x"
    content = book(s={place: value for place, value in cells.items() if value is not None and len(str(value)) < 32_000})
    told = said(plan(sqlite_blank, content))
    assert [what for level, _, what in told if level == "error"] == [
        "Two columns mean the same field: 名称 and 商品名称.", "Two columns mean the same field: 名称 and 名称.",
    ]  # fmt: skip
    assert ("warning", "K1", "This column has no name and is left out.") in told


TRADE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp1251"]


@pytest.mark.parametrize("encoding", TRADE)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_of_either_country(sqlite_blank: Database, encoding: str, delimiter: str) -> None:
    chinese = {
        "SKU": "A-1",
        "产品线": "俄货",
        "品类": "蜂蜜",
        "名称": "椴树蜂蜜，一级；新蜜",
        "净含量": 500,
        "净含量单位": "克",
    }
    russian = {"Артикул": "A-1", "Линейка": "российские товары", "Семейство": "мёд", "Название": "Мёд «Липовый»", "Нетто": 500, "Единица нетто": "г"}  # fmt: skip
    row = russian if encoding == "cp1251" else chinese
    assert plan(sqlite_blank, table(row, encoding=encoding, delimiter=delimiter), "a.csv").created == 1


@pytest.mark.parametrize("lead", ["", "sep=;\n", "\n;;;\n"])
def test_quoted_line_breaks_and_separators_in_csv(sqlite_blank: Database, lead: str) -> None:
    text = (
        lead
        + 'SKU;产品线;品类;"名称,全称";名称;描述;净含量;净含量单位\r\nA-1;俄货;honey;;"蜜;""好""";"一\r\n二\n三";500;克\r\n'
    )
    bring(sqlite_blank, text.encode(), "a.csv")
    texts = card(sqlite_blank, "a-1")["texts"]["zh"]
    assert (texts["name"]["value"], texts["description"]["value"]) == ('蜜;"好"', "一\n二\n三")


def test_a_header_alone_brings_nothing(sqlite_blank: Database) -> None:
    found = plan(sqlite_blank, "SKU,名称\n".encode(), "a.csv")
    assert (found.created, found.updated, found.unchanged, found.errors) == (0, 0, 0, 0)


def test_a_pack_nobody_knows_must_say_what_is_in_it(sqlite_blank: Database) -> None:
    bring(sqlite_blank, xlsx(ROW | {"商品编号": "honey"}))
    found = plan(sqlite_blank, xlsx({"SKU": "LH-50O", "商品编号": "honey", "名称": "椴树蜂蜜"}))
    assert "The SKU LH-50O does not say how much is in it." in [what for _, what in errors(found)]


# jobs: what the record of a job says, and what an import that broke off leaves


class House:
    """A database and its queue; jobs run when a test says so."""

    def __init__(self, database: Database, queue: Any) -> None:
        self.database, self.queue = database, queue

    def upload(self, content: bytes, name: str = "a.xlsx") -> SheetWanted:
        with self.database.writing() as session:
            return SheetWanted(upload=keep_upload(session, name=name, content=content).id)

    def order(self, kind: str, wanted: Any) -> int:
        with self.database.writing() as session:
            return order(session, kind=kind, parameters=wanted).id

    def run(self, number: int) -> Job:
        run_job(self.database, self.queue, number)
        with self.database.acting(MACHINE).reading() as session:
            return session.get_one(Job, number)

    def do(self, kind: str, wanted: Any) -> Job:
        return self.run(self.order(kind, wanted))

    def counts(self) -> tuple[int, int]:
        with self.database.reading() as session:
            products, revisions = (session.scalar(select(func.count()).select_from(one)) for one in (Product, Revision))
            return products or 0, revisions or 0

    def states(self) -> list[tuple[str, str]]:
        with self.database.reading() as session:
            return [(batch.kind, batch.state) for batch in session.scalars(select(Batch).order_by(Batch.id))]


def manned(database: Database, folder: Any) -> Iterator[House]:
    url = database.url.render_as_string(hide_password=False)
    queue = make_queue(Settings(database_url=url, secret_file=folder / "key"), b"k" * 32, database)
    yield House(database, queue)
    queue.stop()


@pytest.fixture
def house(sqlite_blank: Database, tmp_path: Any) -> Iterator[House]:
    yield from manned(sqlite_blank, tmp_path)


@pytest.fixture
def either_house(blank: Database, tmp_path: Any) -> Iterator[House]:
    """On SQLite, and on PostgreSQL."""
    yield from manned(blank, tmp_path)


def test_ten_thousand_faulty_rows_are_told_in_every_language_and_marked(house: House) -> None:
    rows = [ROW | {"SKU": f"A-{n}", "条码": "123"} for n in range(10_000)]
    job = house.do("catalogue.check", house.upload(table(*rows), "a.csv"))
    assert job.state == "done", job.error
    assert job.result is not None
    assert job.result["errors"] == 10_000
    assert len(job.result["faults"]) == 200
    assert set(job.result["faults"][0]["message"]) == set(LOCALES)
    assert house.counts() == (0, 0)


def test_signs_no_database_takes_are_shown_as_such(either_house: House) -> None:
    row = ROW | {"条码": "12\x01", "名\x02": "\x03"}
    job = either_house.do("catalogue.check", either_house.upload(table(row), "a\U0001f600.csv"))
    assert job.state == "done", job.error
    assert job.result is not None
    assert [fault["value"] for fault in job.result["faults"]] == ["12�", "名�"]


@pytest.mark.parametrize(
    ("name", "content"), [("a.xlsx", b"PK\x03\x04nonsense"), ("a.csv", b""), ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1")]
)
def test_a_job_over_a_bad_file_fails_in_words_of_each_language(house: House, name: str, content: bytes) -> None:
    for kind in ("catalogue.check", "catalogue.take"):
        job = house.do(kind, house.upload(content, name))
        assert job.state == "failed"
        assert job.error is not None
        assert len({job.error[lang][0] for lang in LOCALES}) == 3
        assert "broke on our side" not in job.error["en"][0]
    assert house.counts() == (0, 0)


def many(count: int, name: str = "蜂蜜") -> bytes:
    return table(*(ROW | {"SKU": f"A-{n}", "条码": "", "名称": f"{name}{n}"} for n in range(count)))


class Killed(BaseException):
    """The worker's process is gone: nothing of it runs any more."""


@pytest.mark.parametrize("at", [0, 1, 3, 4])
def test_a_killed_import_is_gone_on_with_by_the_next_worker(
    house: House, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(batches, "STEP", 5)
    wanted, steps, real = house.upload(many(23), "a.csv"), [], batches.save

    def save(*arguments: Any, **more: Any) -> Any:
        if len(steps) == at:
            raise Killed
        steps.append(1)
        return real(*arguments, **more)

    number = house.order("catalogue.take", wanted)
    with monkeypatch.context() as broken:
        broken.setattr(batches, "save", save)
        with pytest.raises(Killed):
            house.run(number)
    house.queue.forget(f"beat:{number}")
    assert house.counts()[0] == 5 * at
    job = house.run(number)
    assert (job.state, job.attempt) == ("done", 2)
    assert job.result == {"file": "a.csv", "batch": 1, "created": 23, "updated": 0, "unchanged": 0}
    assert house.states() == [("import", "applied")]
    assert house.counts() == (23, 23)


def test_an_import_killed_before_its_last_word_is_finished(
    either_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = either_house
    monkeypatch.setattr(batches, "STEP", 5)
    number = house.order("catalogue.take", house.upload(many(10), "a.csv"))

    def finish(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(batches, "_finish", finish)
        with pytest.raises(Killed):
            house.run(number)
    house.queue.forget(f"beat:{number}")
    job = house.run(number)
    assert job.result is not None
    assert (job.result["batch"], job.result["created"], job.result["unchanged"]) == (1, 10, 0)
    assert house.states() == [("import", "applied")]


def test_an_import_that_breaks_leaves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "STEP", 5)
    steps, real = [], batches.save

    def save(*arguments: Any, **more: Any) -> Any:
        steps.append(1)
        if len(steps) == 3:
            raise RuntimeError("the disk is full")
        return real(*arguments, **more)

    with monkeypatch.context() as broken:
        broken.setattr(batches, "save", save)
        job = house.do("catalogue.take", house.upload(many(23), "a.csv"))
    assert job.state == "failed"
    assert house.counts()[0] == 0
    assert house.states()[0] == ("import", "undone")


def test_a_killed_undo_is_gone_on_with_and_counts_all(either_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house = either_house
    house.do("catalogue.take", house.upload(many(8), "a.csv"))
    changed = house.do("catalogue.take", house.upload(many(23, "蜜"), "b.csv"))
    assert changed.result is not None
    monkeypatch.setattr(batches, "STEP", 5)
    steps, real = [], batches._take_back

    def take_back(*arguments: Any) -> Any:
        if len(steps) == 3:
            raise Killed
        steps.append(1)
        return real(*arguments)

    number = house.order("catalogue.undo", BatchWanted(batch=changed.result["batch"]))
    with monkeypatch.context() as broken:
        broken.setattr(batches, "_take_back", take_back)
        with pytest.raises(Killed):
            house.run(number)
    house.queue.forget(f"beat:{number}")
    job = house.run(number)
    assert job.result is not None
    assert (job.result["restored"], job.result["removed"], job.result["conflicts"]) == (8, 15, [])
    assert house.states() == [("import", "applied"), ("import", "undone"), ("undo", "applied")]
    assert card(house.database, "a-7")["texts"]["zh"]["name"]["value"] == "蜂蜜7"


def test_two_who_take_a_batch_back_do_it_once(house: House) -> None:
    taken = house.do("catalogue.take", house.upload(many(3), "a.csv"))
    assert taken.result is not None
    wanted = BatchWanted(batch=taken.result["batch"])
    first, second = house.do("catalogue.undo", wanted), house.do("catalogue.undo", wanted)
    assert (first.state, second.state) == ("done", "failed")
    assert second.error is not None
    assert len({second.error[lang][0] for lang in LOCALES}) == 3


# out and back in: what test_sheets.py does not cover


def _every_attribute() -> list[tuple[str, dict[str, Any]]]:
    values: dict[str, Any] = {"integer": 7, "decimal": "3.20", "boolean": False, "text": None, "enum": None}
    cards = []
    for number, (key, family) in enumerate(families().items()):
        edit: dict[str, Any] = {
            "line": "russian_goods",
            "family": key,
            "name[ru]": "Товар",
            f"sku.F-{number}.net_value": 5,
        }
        edit |= {f"sku.F-{number}.net_unit": "pcs", "facts.origin_country": "RU", "facts.markets": ["CN", "RU"]}
        for name, entry in family.attributes.items():
            path = f"facts.attributes.{name}"
            if entry.type == "text":
                edit |= {f"{path}.zh": "椴树，头道", f"{path}.ru": "липа, первый; сорт"}
            else:
                edit[path] = next(iter(entry.options)) if entry.type == "enum" else values[entry.type]
        cards.append((f"f-{number}", edit))
    return cards


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_attributes_of_every_kind_go_out_and_come_back(sqlite_blank: Database, form: Any, locale: Any) -> None:
    cards = _every_attribute()
    batches.apply(sqlite_blank.writing, cards, len(cards), kind="import", source="test")
    with sqlite_blank.reading() as session:
        content = written(lambda: own_cards(session), form=form, locale=locale)
    found = plan(sqlite_blank, content, f"a.{form}")
    assert (said(found), found.created, found.updated) == ([], 0, 0)


@settings(max_examples=25)
@given(
    text=st.text(st.sampled_from("=+-@'\"\t\n,;#|№ aБ蜜𠮷😀\u200d\u00a0\u2028\ufe0f0E_x"), min_size=1, max_size=30)
    .map(str.strip).filter(bool),
    form=st.sampled_from(["xlsx", "csv"]),
)  # fmt: skip
def test_texts_of_any_signs_go_out_and_come_back(sqlite_blank: Database, text: str, form: Any) -> None:
    edit = {
        "line": "russian_goods", "family": "honey", "name[ru]": text, "description[zh]": f"{text}\n\n={text}", "sku.S-1.net_value": 1,
        "sku.S-1.net_unit": "g", "sku.S-1.label[ru]": text, "ingredients[ru]": f"'{text}", "usage[zh]": f"#N/A {text}",
    }  # fmt: skip
    batches.apply(sqlite_blank.writing, [("p", edit)], 1, kind="import", source="test")
    with sqlite_blank.reading() as session:
        content = written(lambda: own_cards(session), form=form, locale="zh")
    found = plan(sqlite_blank, content, f"a.{form}")
    assert (said(found), found.created, found.updated) == ([], 0, 0)


@pytest.mark.parametrize("typed", [" x ", "a\r\nb", "\u3000x", "x\n", "'x", "=1"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_was_typed_through_the_api_goes_out_and_comes_back(sqlite_blank: Database, typed: str, form: Any) -> None:
    bring(sqlite_blank, xlsx(ROW))
    with sqlite_blank.writing() as session:
        edit_card(session, "lh-500", {"name[ru]": typed})
    with sqlite_blank.reading() as session:
        content = written(lambda: own_cards(session), form=form, locale="zh")
    found = plan(sqlite_blank, content, f"a.{form}")
    assert (said(found), found.created, found.updated) == ([], 0, 0)


@pytest.mark.parametrize("place", ["B999999999", "b999999999", "XFD999999"])
def test_a_cell_that_claims_a_far_away_row_is_refused_before_memory_is_asked_for(place: str) -> None:
    """calamine asks for memory up to the row a cell names and ends the process if there is none."""

    def moved(path: str, content: bytes) -> tuple[str, bytes]:
        return path, content.replace(b'r="B2"', f'r="{place}"'.encode()) if path.endswith("sheet1.xml") else content

    bad = remade(xlsx(ROW), moved)
    assert bad != xlsx(ROW)
    with pytest.raises(TooLarge):
        read_sheets("t.xlsx", bad)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Цена, руб.;Вес, г\n12,50;300\n", ";"), ("Прайс, ноябрь\nАртикул;Цена\nA;1\nB;2\n", ";"), ("a,b,c\n1,2,3\n", ","),
        ("a\tb\n1,5\t2,5\n", "\t"), ('"a;b",c\n"1;2",3\n', ","), ("только один\n", "\t"), ('"SKU","Name"\r\n"1","x, y"\r\n', ","),
    ],
)  # fmt: skip
def test_what_parts_cells_is_what_parts_all_lines(text: str, sign: str) -> None:
    assert delimiter_of(text) == sign
