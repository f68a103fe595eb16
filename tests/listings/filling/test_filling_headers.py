"""What headers of templates mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import FilesRejected
from service.listings.filling.headers import field_exists, headers, read_headers
from service.resources import root


@pytest.mark.parametrize(
    ("header", "field", "unit", "required"),
    [
        ("Артикул*", "code", None, True),
        ("Название товара", "title", None, False),
        ("Цена, руб.*", "price", "RUB", True),
        ("Цена до скидки, руб.", "old_price", "RUB", False),
        ("Вес в упаковке, г*", "weight", "g", True),
        ("Ширина упаковки, мм*", "width", "mm", True),
        ("Ссылка на главное фото*", "picture.main", None, True),
        ("НДС, %*", "vat", "percent", True),
        ("Штрихкод (Серийный номер / EAN)", "barcodes", None, False),
        ("Название модели (для объединения в одну карточку)*", "group", None, True),
        ("Габариты с упаковкой, см *", "dimensions", "cm", True),
        ("ВЕС С УПАКОВКОЙ (КГ)", "weight", "kg", False),
        ("Зачеркнутая цена", "old_price", None, False),
        ("Баркод (обязательное поле)", "barcodes", None, True),
        ("Бренд (необязательное поле)", "brand", None, False),
        ("Фото 3", "pictures.3", None, False),
        ("商品标题", "title", None, False),
        ("商家编码（必填）", "code", None, True),
        ("*库存", "stock", None, True),
        ("价格(元)", "price", "CNY", False),
        ("价格（分）", "price", "fen", False),
        ("品牌【选填】", "brand", None, False),
        ("主图2", "pictures.2", None, False),
        ("卖点1", "bullets.1", None, False),
        ("重量kg", "weight", "kg", False),
        ("包装长(厘米)", "length", "cm", False),
        ("包装尺寸(长*宽*高,cm)", "dimensions", "cm", False),
        ("商品标题 / Название товара", "title", None, False),
        ("商品标题\nНазвание товара*", "title", None, True),
        ("Main image URL (required)", "picture.main", None, True),
        ("Вес товара, г", None, "g", False),  # net weight: a listing does not tell it
        ("净重(克)", None, "g", False),
        ("Тип*", None, None, True),
    ],
)
def test_a_header_says_field_unit_and_whether_it_must_be_filled(
    header: str, field: str | None, unit: str | None, required: bool
) -> None:
    assert headers().meaning(header) == (field, unit, required)


@pytest.mark.parametrize(
    ("hint", "sign"),
    [
        ("Каждую ссылку указывайте с новой строки", "\n"),
        ("Несколько значений — через точку с запятой", ";"),
        ("多个值用；隔开", ";"),
        ("多张图片请换行填写", "\n"),
        ("Separate them by a comma", ","),
        ("Как на упаковке", None),
    ],
)
def test_a_hint_may_name_the_separator(hint: str, sign: str | None) -> None:
    assert headers().separator(hint) == sign


@pytest.mark.parametrize(
    ("hint", "unit"), [("单位：元", "CNY"), ("Укажите в граммах", "g"), ("длина в см", "cm"), ("как есть", None)]
)
def test_a_hint_may_name_the_unit(hint: str, unit: str | None) -> None:
    assert headers().unit_in(hint) == unit


def test_every_name_of_the_file_leads_to_its_field() -> None:
    known = headers()
    assert all(field_exists(field) for field in known.fields.values())
    assert {name: known.meaning(name).field for name in known.names()} == dict(known.fields)


def test_faults_of_the_file_are_named(tmp_path: Path) -> None:
    shipped = (root("scripts") / "listings" / "filling" / "headers.yaml").read_text(encoding="utf-8")
    path = tmp_path / "headers.yaml"
    path.write_text(
        shipped.replace("- field: brand", "- field: brend").replace("[短标题,", "[短标题, 品名,"), encoding="utf-8"
    )
    with pytest.raises(FilesRejected) as refused:
        read_headers(path)
    assert [(one.key, one.value) for one in refused.value.problems] == [
        ("headers.3.zh.1", "品名"),
        ("headers.6.field", "brend"),
    ]
