"""Files that are refused as a whole, each with a way out."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl.styles import Protection

from service.catalog.sheets.refusing import Broken, TooLarge
from service.errors import DomainError
from service.i18n import LOCALES
from service.listings.filling.filling import fill
from service.listings.filling.refusing import Locked, NoHeaders, NoSuchHeader, NotATemplate, OldForm, UnknownField
from tests.listings.filling.templates import (
    DAY,
    RUSSIAN,
    a_listing,
    a_template,
    a_workbook,
    cells,
    parts,
    saved,
    with_parts,
)

GOOD = a_template([RUSSIAN])


def refusal(content: bytes, name: str = "template.xlsx", mapping: dict[str, str] | None = None) -> DomainError:
    """Why a file is refused; it must be said in every language."""
    with pytest.raises(DomainError) as refused:
        fill(content, name, [a_listing()], day=DAY, mapping=mapping)
    assert all(refused.value.say(locale) for locale in LOCALES)
    return refused.value


def test_an_old_or_locked_workbook() -> None:
    error = refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "template.xls")
    assert isinstance(error, OldForm)
    assert "XLSX" in error.say("ru")


@pytest.mark.parametrize(("content", "name"), [(b"%PDF-1.7", "t.pdf"), (b"<html>", "t.xls"), (b"", "t.xlsx")])
def test_what_is_no_template(content: bytes, name: str) -> None:
    assert isinstance(refusal(content, name), NotATemplate)


def test_a_zip_of_something_else() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    assert isinstance(refusal(out.getvalue()), NotATemplate)


@pytest.mark.parametrize("cut", [30, 400, 3000])
def test_a_file_cut_off(cut: int) -> None:
    assert isinstance(refusal(GOOD[:cut]), Broken)


def test_a_part_that_is_broken() -> None:
    assert isinstance(refusal(with_parts(GOOD, {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"})), Broken)


def test_a_bomb() -> None:
    assert isinstance(refusal(with_parts(GOOD, {"xl/media/a.bin": bytes(60 << 20)})), TooLarge)


@pytest.mark.parametrize("far", ["B999999999", "B1048577", "ZZ1048576"])
def test_a_cell_that_says_it_stands_far_below_its_row(far: str) -> None:
    sheet = parts(GOOD)["xl/worksheets/sheet1.xml"].replace(b'r="B1"', f'r="{far}"'.encode())
    assert isinstance(refusal(with_parts(GOOD, {"xl/worksheets/sheet1.xml": sheet})), TooLarge)


def test_a_file_larger_than_any_template() -> None:
    assert "50" in refusal(b"a;b\n" * (13 << 20), "t.csv").say("ru")


def test_entities() -> None:
    sheet = parts(GOOD)["xl/worksheets/sheet1.xml"]
    evil = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + sheet.partition(b"?>")[2]
    assert isinstance(refusal(with_parts(GOOD, {"xl/worksheets/sheet1.xml": evil})), Broken)


def test_no_header_that_is_known_names_what_was_found_and_what_was_looked_for() -> None:
    error = refusal(a_template([["Foo", "Bar"], ["Артикул*", "?"]]))
    assert isinstance(error, NoHeaders)
    assert "Foo, Bar" in error.say("en")
    assert "商家编码" in error.say("zh")
    assert "артикул" in error.say("ru")
    assert isinstance(refusal(b"a;b\n1;2\n", "t.csv"), NoHeaders)
    assert isinstance(refusal(a_template([])), NoHeaders)


def test_headers_of_a_hidden_sheet_do_not_count() -> None:
    assert isinstance(refusal(a_template([["Инструкция"]], sheets={"старый": [RUSSIAN]})), NoHeaders)


def test_a_mapping_that_names_what_is_not_there() -> None:
    assert isinstance(refusal(GOOD, mapping={"Цвет": "extra.colour"}), NoSuchHeader)
    assert isinstance(refusal(GOOD, mapping={"Бренд*": "brend"}), UnknownField)


def test_protected_cells_are_left_alone() -> None:
    book = a_workbook([RUSSIAN])
    page = book["Шаблон"]
    page.protection.sheet = True
    error = refusal(saved(book))
    assert isinstance(error, Locked)
    assert "A2" in error.say("zh")


def test_protection_that_leaves_the_cells_open_is_no_hindrance() -> None:
    book = a_workbook([RUSSIAN])
    page = book["Шаблон"]
    page.protection.sheet = True
    for at in range(1, len(RUSSIAN) + 1):
        page.cell(2, at).protection = Protection(locked=False)
    done = fill(saved(book), "t.xlsx", [a_listing()], day=DAY)
    assert cells(done.content)[1][0] == "RU-ALENKA-90"
    assert b'sheet="1"' in parts(done.content)["xl/worksheets/sheet1.xml"]
