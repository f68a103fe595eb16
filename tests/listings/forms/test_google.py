"""Google's product data: one line or one RSS item a listing, with texts that break neither."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from service.listings.channels import channel
from service.listings.forms.feed import ShopUntold
from service.listings.forms.form import Account
from service.listings.forms.google import Google, GoogleRss
from service.listings.listing import Listing, Picture
from tests.listings.forms.feeding import HONEY, TEXTS, TODAY, strange, without_lost, written

TABLE = Google(channel("generic"))
RSS = GoogleRss(channel("generic"))
G = "{http://base.google.com/ns/1.0}"


def lines(*cards: Listing) -> list[dict[str, str]]:
    text = written(TABLE, cards).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", strict=True))


def products(*cards: Listing) -> list[dict[str, Any]]:
    root = etree.fromstring(written(RSS, cards))
    return [
        {name: [one.text for one in item.iterfind(name)] for name in {str(child.tag) for child in item}}
        for item in root.iterfind("channel/item")
    ]


def test_a_card_in_the_table() -> None:
    (line,) = lines(HONEY)
    assert {name: value for name, value in line.items() if value} == {
        "id": "RU-HONEY-500", "title": HONEY.title, "description": HONEY.description, "link": "https://lavka.example/p/RU-HONEY-500",
        "image_link": "https://lavka.example/m/0.jpg", "additional_image_link": "https://lavka.example/m/1.jpg,https://lavka.example/m/2.jpg",
        "availability": "in_stock", "price": "690.50 RUB", "sale_price": "590.00 RUB", "brand": "Лавка", "gtin": "4600000000015", "condition": "new",
        "item_group_id": "linden-honey", "product_type": "Продукты / Мёд", "shipping_weight": "780 g", "shipping_length": "9.5 cm",
        "shipping_width": "9.5 cm", "shipping_height": "14 cm",
    }  # fmt: skip


def test_a_card_as_an_item() -> None:
    (item,) = products(HONEY)
    assert item[f"{G}id"] == ["RU-HONEY-500"]
    assert item[f"{G}price"] == ["690.50 RUB"]
    assert item[f"{G}additional_image_link"] == ["https://lavka.example/m/1.jpg", "https://lavka.example/m/2.jpg"]
    assert f"{G}structured_title" not in item


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"barcodes": ()}, "identifier_exists", "no"), ({"barcodes": ("2000000000008",)}, "gtin", ""), ({"stock": 0}, "availability", "out_of_stock"),
        ({"stock": None}, "availability", ""), ({"old_price": None}, "price", "590.00 RUB"), ({"old_price": None}, "sale_price", ""),
        ({"pictures": (Picture("jpg", 1, 1, 1, "a", "https://lavka.example/a,b.jpg"),) * 2}, "additional_image_link", "https://lavka.example/a%2Cb.jpg"),
        ({"extras": {"measure": "500 g", "vendor_code": "H-5"}, "barcodes": ()}, "identifier_exists", ""),
        ({"extras": {"measure": "500 g"}}, "unit_pricing_measure", "500 g"),
    ],
)  # fmt: skip
def test_what_changes_with_the_card(change: dict[str, Any], column: str, value: str) -> None:
    assert lines(replace(HONEY, **change))[0][column] == value


def test_the_file_stays_open_for_others() -> None:
    to = io.BytesIO()
    TABLE.write([], to, TODAY, Account())
    assert not to.closed


def test_rss_needs_the_shops_name() -> None:
    with pytest.raises(ShopUntold):
        written(RSS, [HONEY], Account())


@given(TEXTS, TEXTS)
def test_no_text_breaks_a_line_or_an_item(text: str, more: str) -> None:
    card = strange(HONEY, text, more)
    line, other = lines(card, HONEY)
    assert other["title"] == HONEY.title
    assert line["title"] == " ".join(without_lost(card.title).split())
    item, after = products(card, HONEY)
    assert after[f"{G}title"] == [HONEY.title]
    assert item[f"{G}title"] == [without_lost(card.title)]
