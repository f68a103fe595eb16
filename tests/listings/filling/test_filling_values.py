"""What is written into a cell: money, sizes, taxes and words in the form the header asks for."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.i18n import LOCALES
from service.listings.channels import channel, channels
from service.listings.filling.columns import Column
from service.listings.filling.filling import fill
from service.listings.filling.headers import headers, language_of
from service.listings.filling.values import Asked, CannotStand, Figure, Part, parts_of, rows_of
from service.listings.listing import Dimensions, Listing, Money
from tests.listings.filling.templates import DAY, a_listing, a_template, parts


def told(listing: Listing, header: str, where: str | None = None, hint: str = "") -> list[Part]:
    """What a column of this header gets."""
    found = headers().meaning(header)
    column = Column(0, header, found.field, found.unit, found.required, f"{header}\n{hint}", None, language_of(header))
    return parts_of(rows_of(listing)[0], column, Asked(headers(), channel(where) if where else None, DAY))


def one(listing: Listing, header: str, where: str | None = None, hint: str = "") -> Figure:
    """Its first spelling."""
    return told(listing, header, where, hint)[0][0]


@pytest.mark.parametrize(
    ("header", "money", "written"),
    [
        ("Цена, руб.", Money(12950, "RUB"), Decimal("129.5")),
        ("Цена", Money(12900, "RUB"), 129),
        ("Цена, коп.", Money(12950, "RUB"), 12950),
        ("价格(元)", Money(5990, "CNY"), Decimal("59.9")),
        ("价格（分）", Money(5990, "CNY"), 5990),
        ("价格", Money(100000, "CNY"), 1000),
    ],
)
def test_money_in_the_header_s_unit(header: str, money: Money, written: Figure) -> None:
    assert one(a_listing(price=money), header) == written


def test_money_of_another_currency_is_refused() -> None:
    with pytest.raises(CannotStand) as fault:
        told(a_listing(price=Money(5990, "CNY")), "Цена, руб.*")
    assert (fault.value.value, fault.value.what.say("en")) == (
        "59.90 CNY",
        "The price is in CNY, the column wants RUB.",
    )
    with pytest.raises(CannotStand):
        told(a_listing(price=Money(5990, "RUB")), "售价", "douyin")


def test_a_channel_of_whole_roubles_gets_them_rounded() -> None:
    assert one(a_listing(price=Money(12950, "RUB")), "Цена", "wildberries") == 130


@pytest.mark.parametrize("where", ["douyin", "kuaishou", "wechat_shop", "pinduoduo"])
def test_programs_are_told_fen_but_a_back_office_yuan(where: str) -> None:
    assert one(a_listing(price=Money(5990, "CNY")), "价格", where) == Decimal("59.9")


@pytest.mark.parametrize(
    ("header", "written"),
    [
        ("Длина упаковки, мм", 165), ("Длина упаковки, см", Decimal("16.5")), ("包装长(米)", Decimal("0.165")),
        ("Вес с упаковкой, г", 95), ("Вес с упаковкой (кг)", Decimal("0.095")), ("毛重", 95), ("Высота упаковки", 12),
        ("Габариты с упаковкой, см", "16.5/8/1.2"), ("包装尺寸(长*宽*高,mm)", "165*80*12"),
    ],
)  # fmt: skip
def test_sizes_and_weights_in_the_header_s_unit(header: str, written: Figure) -> None:
    assert one(a_listing(), header) == written


def test_a_channel_of_whole_centimetres_gets_them_rounded_up() -> None:
    assert one(a_listing(), "Длина упаковки", "wildberries") == 17
    assert one(a_listing(), "Длина упаковки, см", "wildberries") == 17
    assert one(a_listing(), "Длина упаковки, мм", "wildberries") == 165


@pytest.mark.parametrize(
    ("header", "rate", "written"),
    [
        ("НДС, %", "22", 22), ("НДС, %", "none", "Не облагается"), ("税率(%)", "none", "免税"), ("VAT", "none", "No VAT"),
        ("НДС", "10", 10),
    ],
)  # fmt: skip
def test_tax(header: str, rate: str, written: Figure) -> None:
    assert one(a_listing(vat=rate), header) == written


def test_all_spellings_of_a_tax_are_offered_to_a_list() -> None:
    assert told(a_listing(), "НДС, %", "ozon") == [[22, "22%", "22 %", "0.22", "0.22"]]


def test_a_currency_as_the_channel_writes_it() -> None:
    assert one(a_listing(), "Валюта", "yandex_market") == "RUR"
    assert one(a_listing(), "Валюта") == "RUB"


def test_numbered_columns_want_one_part_each() -> None:
    bar = a_listing(bullets=("первое", "второе"))
    assert one(bar, "Фото 2") == "https://img.example/2.jpg"
    assert told(bar, "Фото 9") == []
    assert one(bar, "卖点2") == "второе"


def test_a_brand_nobody_told_is_looked_for_among_the_attributes() -> None:
    assert one(a_listing(brand="", attributes={"Бренд": "Алёнка"}), "Бренд*") == "Алёнка"


def test_a_price_with_decimals_is_written_digit_by_digit() -> None:
    done = fill(a_template([["Артикул*", "Цена, руб."]]), "t.xlsx", [a_listing(price=Money(10, "RUB"))], day=DAY)
    assert b"<v>0.1</v>" in parts(done.content)["xl/worksheets/sheet1.xml"]


@given(amount=st.integers(1, 10**11), where=st.sampled_from([None, *channels()]))
def test_no_price_is_ever_a_binary_fraction_or_off_by_a_hundred(amount: int, where: str | None) -> None:
    money = Money(amount, "RUB")
    try:
        figure = one(a_listing(price=money), "Цена", where)
    except CannotStand:
        return
    assert isinstance(figure, (int, Decimal))
    assert abs(Decimal(figure) - Decimal(amount) / 100) <= Decimal("0.5")


@given(st.integers(1, 10**6), st.sampled_from(["мм", "см", "м"]), st.sampled_from([None, *channels()]))
def test_goods_never_look_smaller_than_they_are(millimetres: int, unit: str, where: str | None) -> None:
    bar = replace(a_listing(), dimensions=Dimensions(millimetres, 1, 1))
    figure = one(bar, f"Длина упаковки, {unit}", where)
    assert Decimal(figure) * {"мм": 1, "см": 10, "м": 1000}[unit] >= millimetres


def test_reports_speak_three_languages() -> None:
    report = fill(
        a_template([["Артикул*", "Цена, руб.*", "Вес"]]), "t.xlsx", [a_listing(price=Money(1, "CNY"))], day=DAY
    ).report
    for locale in LOCALES:
        data = report.as_data(locale)
        assert data["refused"][0]["cell"] == "B2"
        assert all(one["what"] and one["remedy"] for one in data["refused"])
        assert len(data["notes"]) == 1
