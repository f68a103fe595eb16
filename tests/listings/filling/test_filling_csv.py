"""Templates that are CSV: the same encoding, separator, quotes and line ends come back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.listings.filling.filling import fill
from tests.listings.filling.templates import DAY, a_listing, csv_rows

RUSSIAN = "Артикул*;Название товара;Цена, руб.*;Остаток"
CHINESE = "商家编码,商品标题,价格(元),库存"
BAR = ["RU-ALENKA-90", "Шоколад «Алёнка», 90 г", "129.5", "7"]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("cp1251", b""), ("gb18030", b""), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b"")],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_encoding_separator_and_line_ends_come_back(encoding: str, mark: bytes, end: str) -> None:
    head = (
        f"Шаблон для загрузки товаров{end}{RUSSIAN}{end}"
        if encoding != "gb18030"
        else f"商品导入模板{end}{RUSSIAN}{end}"
    )
    template = mark + head.encode(encoding)
    done = fill(template, "template.csv", [a_listing()], day=DAY)
    assert done.content.startswith(template)
    added = done.content.removeprefix(template).decode(encoding)
    assert added == f"{';'.join(BAR)}{end}"


def test_a_chinese_csv_of_excel() -> None:
    template = f"{CHINESE}\r\n必填,必填,,\r\n".encode("gb18030")
    done = fill(template, "t.csv", [a_listing(title="椴树蜜", price=None)], day=DAY)
    assert csv_rows(done.content, "gb18030", ",")[2] == ["RU-ALENKA-90", "椴树蜜", "", "7"]


def test_a_last_line_without_an_end_gets_one() -> None:
    done = fill(RUSSIAN.encode(), "t.csv", [a_listing()], day=DAY)
    assert csv_rows(done.content, "utf-8")[1] == BAR


def test_prepared_empty_lines_are_used_and_the_others_stay() -> None:
    template = f'{RUSSIAN};Прим.\r\n;;;;"к 1"\r\n;;;;\r\nитого: ;"x"\r\n'.encode()
    done = fill(template, "t.csv", [a_listing("A"), a_listing("B")], day=DAY)
    lines = done.content.decode().splitlines()
    assert lines[0] == f"{RUSSIAN};Прим."
    assert lines[3] == 'итого: ;"x"'
    assert [line.split(";")[0] for line in lines] == ["Артикул*", "", "", "итого: ", "A", "B"]


def test_quotes_around_everything_come_back() -> None:
    template = '"Артикул*";"Название"\n'.encode()
    assert fill(template, "t.csv", [a_listing("A", title="Мёд")], day=DAY).content == template + '"A";"Мёд"\n'.encode()


def test_excel_s_line_of_the_separator_stays() -> None:
    template = f"sep=;\r\n{RUSSIAN}\r\n".encode()
    done = fill(template, "t.csv", [a_listing()], day=DAY)
    assert done.content.startswith(template)
    assert done.report.first_row == 3


def test_a_sign_the_encoding_lacks_is_told() -> None:
    done = fill(f"{RUSSIAN}\r\n".encode("cp1251"), "t.csv", [a_listing(title="Шоколад 巧克力")], day=DAY)
    assert csv_rows(done.content, "cp1251")[1][1] == ""
    (one,) = done.report.refused
    assert one.what.say("ru") == "В кодировке файла нет знака «巧»."
    assert one.cell == "B2"


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    lambda text: text.strip() == text
)


@settings(max_examples=100, deadline=None)
@given(texts)
@example('=HYPERLINK("http://x")')
@example("+7 999")
@example("-1")
@example("@x")
@example('"a";b')
def test_any_text_comes_back_and_no_spreadsheet_takes_it_for_a_formula(title: str) -> None:
    done = fill(f"{RUSSIAN}\r\n".encode(), "t.csv", [a_listing(title=title)], day=DAY)
    (cell,) = [row[1] for row in csv.reader(io.StringIO(done.content.decode(), newline=""), delimiter=";")][1:]
    assert cell.removeprefix("'") == title.removeprefix("'")
    assert cell[0] not in "=+-@"
