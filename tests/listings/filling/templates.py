"""Made-up templates, as back offices give them out, and listings to fill them with."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineWorkbook

from service.listings.listing import Dimensions, Listing, Money, Picture

DAY = date(2026, 11, 25)

RUSSIAN = [
    "Артикул*", "Название товара", "Цена, руб.*", "НДС, %*", "Вес в упаковке, г*", "Ширина упаковки, мм*",
    "Высота упаковки, мм*", "Длина упаковки, мм*", "Ссылка на главное фото*", "Ссылки на дополнительные фото",
    "Бренд*", "Штрихкод",
]  # fmt: skip
CHINESE = ["商品标题", "商家编码（必填）", "价格(元)", "库存", "主图", "品牌"]


def a_listing(code: str = "RU-ALENKA-90", **more: Any) -> Listing:
    """A bar of chocolate for a Russian channel."""
    told: dict[str, Any] = {
        "title": "Шоколад «Алёнка», 90 г", "languages": ("ru",), "price": Money(12950, "RUB"), "vat": "22", "brand": "Алёнка",
        "weight": 95, "dimensions": Dimensions(165, 80, 12), "barcodes": ("0460060123456",), "stock": 7,
        "pictures": tuple(Picture("jpg", 900, 1200, 1000, str(at), f"https://img.example/{at}.jpg") for at in (1, 2, 3)),
    }  # fmt: skip
    return Listing(code=code, **{**told, **more})


def a_workbook(
    rows: Sequence[Sequence[object]], *, lists: Mapping[str, str] | None = None, sheets: Mapping[str, Sequence[Sequence[object]]] | None = None,
    merged: Sequence[str] = (), name: str = "Шаблон",
) -> Workbook:  # fmt: skip
    """A template: rows of its sheet, drop-down lists by their cells (B3:B100), hidden sheets, merged cells."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = name
    for row in rows:
        page.append(list(row))
    for cells in merged:
        page.merge_cells(cells)
    for title, content in (sheets or {}).items():
        hidden = book.create_sheet(title)
        hidden.sheet_state = "hidden"
        for row in content:
            hidden.append(list(row))
    for cells, formula in (lists or {}).items():
        rule = DataValidation(type="list", formula1=formula)
        rule.add(cells)
        page.add_data_validation(rule)
    return book


def saved(book: Workbook) -> bytes:
    """The file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_template(rows: Sequence[Sequence[object]], **more: Any) -> bytes:
    """The file of such a template."""
    return saved(a_workbook(rows, **more))


def opened(content: bytes) -> Workbook:
    """The file as openpyxl reads it."""
    return load_workbook(io.BytesIO(content), keep_vba=True)


def cells(content: bytes, sheet: int = 0) -> list[list[object]]:
    """All cells of a sheet, as another program reads them: empty ones are ""."""
    page = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet)
    return [list(row) for row in page.to_python(skip_empty_area=False)]


def parts(content: bytes) -> dict[str, bytes]:
    """The parts of the package."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_parts(content: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The package with parts changed or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in {**parts(content), **changed}.items():
            package.writestr(name, part)
    return out.getvalue()


def csv_rows(content: bytes, encoding: str, delimiter: str = ";") -> list[list[str]]:
    """The rows of a CSV."""
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=delimiter))
