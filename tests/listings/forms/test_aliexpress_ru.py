"""AliExpress Russia: products in the shape of its open API; what is no number or has no address is held back and named."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given

from service.listings.channels import channel
from service.listings.forms.aliexpress_ru import AliExpressRu
from service.listings.forms.form import Account, ApiForm, Offered, PriceLine, StockLine
from service.listings.listing import Answer, Dimensions, Listing, Money, Picture, Variant
from tests.listings.forms.feeding import HONEY, TEXTS, TODAY, strange

FORM = AliExpressRu(channel("aliexpress_ru"))
SHOP = Account(
    currency="RUB", extras={"freight_template": "71", "shipping_lead_time": "5", "product_unit": "100000015"},
    refs={"linden-honey": {"product_id": "1005"}},
)  # fmt: skip
CARD = replace(HONEY, extras={"category": "200", "tnved": "0409000000"})
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def plan(*cards: Listing) -> Any:
    return FORM.requests([Offered(one.code, FORM.item(one, TODAY, SHOP)) for one in cards], TODAY, SHOP)


def test_a_card_as_a_product() -> None:
    (call,) = plan(CARD).requests
    assert call.call == "POST /api/v1/product/create"
    (product,) = call.body["products"]
    assert product == {
        "aliexpress_category_id": 200, "freight_template_id": 71, "shipping_lead_time": 5, "product_unit": 100000015, "language": "ru",
        "main_image_urls_list": [f"https://lavka.example/m/{at}.jpg" for at in range(3)], "brand_name": "Лавка",
        "multi_language_subject_list": [{"language": "ru", "subject": CARD.title}],
        "multi_language_description_list": [{"language": "ru", "web_detail": CARD.description, "mobile_detail": CARD.description}],
        "attribute_list": [{"attribute_name": "Сорт", "attribute_value": "липовый"}, {"attribute_name": "Страна", "attribute_value": "Россия"}],
        "package_length": 10, "package_width": 10, "package_height": 14, "weight": "0.78", "tnved_codes": ["0409 00 000 0"],
        "sku_info_list": [{"sku_code": "RU-HONEY-500", "price": "690.50", "discount_price": "590.00", "inventory": "12", "gtin": "4600000000015"}],
    }  # fmt: skip


def test_variants_are_skus_of_one_product() -> None:
    variants = tuple(Variant(f"RU-HONEY-{at}", {"вес": f"{at} г"}, (), Money(at * 100, "RUB"), None, at, Dimensions(90, 90, at), at) for at in (500, 1000))  # fmt: skip
    (call,) = plan(replace(CARD, variants=variants, dimensions=None, old_price=None, weight=None)).requests
    (product,) = call.body["products"]
    assert [(one["sku_code"], one["price"], one["inventory"]) for one in product["sku_info_list"]] == [
        ("RU-HONEY-500", "500.00", "500"), ("RU-HONEY-1000", "1000.00", "1000"),
    ]  # fmt: skip
    assert (product["package_height"], product["weight"]) == (100, "1")


def test_answers_name_what_the_platform_knows() -> None:
    answers = (Answer("3", "Сорт", "choice", (("31", "липовый"),)), Answer("4", "Вкус", "text", ((None, "мягкий"),)))
    (call,) = plan(replace(CARD, attributes={}, answers=answers)).requests
    assert call.body["products"][0]["attribute_list"] == [
        {"aliexpress_attribute_name_id": "3", "aliexpress_attribute_value_id": "31", "attribute_value": "липовый"},
        {"aliexpress_attribute_name_id": "4", "attribute_value": "мягкий"},
    ]


def test_what_cannot_be_sent_is_held_back_with_its_reason() -> None:
    cards = (replace(CARD, code="A", extras={"category": "мёд"}), replace(CARD, code="B", pictures=(Picture("jpg", 1, 1, 1),)), replace(CARD, code="C"))  # fmt: skip
    told = plan(*cards)
    assert [one.codes for one in told.requests] == [("C",)]
    assert [one.code for one in told.held] == ["A", "B"]
    for one in told.held:
        assert one.message.say("ru") != one.message.say("zh")


def test_many_products_go_in_parts() -> None:
    assert [len(one.codes) for one in plan(*[replace(CARD, code=f"A-{at}") for at in range(120)]).requests] == [100, 20]


def test_stock_and_prices_of_one_product_go_together() -> None:
    lines = [StockLine(code, "linden-honey", "main", 4, NOW) for code in ("A", "B")]
    stock = FORM.stock([*lines, StockLine("X", "new-card", "main", 1, NOW)], TODAY, SHOP)
    (call,) = stock.requests
    assert call.body == {
        "products": [{"product_id": "1005", "skus": [{"sku_code": "A", "inventory": "4"}, {"sku_code": "B", "inventory": "4"}]}]
    }  # fmt: skip
    assert [one.code for one in stock.held] == ["X"]
    prices = FORM.prices([PriceLine("A", "linden-honey", Money(59_000, "RUB"), Money(69_000, "RUB"))], TODAY, SHOP)
    assert prices.requests[0].body["products"][0]["skus"] == [{"sku_code": "A", "price": "690.00", "discount_price": "590.00"}]  # fmt: skip


@given(TEXTS, TEXTS)
def test_every_document_can_be_read(text: str, more: str) -> None:
    to = io.BytesIO()
    card = strange(CARD, text, more)
    FORM.write([Offered(card.code, FORM.item(card, TODAY, SHOP))], to, TODAY, SHOP)
    assert len(json.loads(to.getvalue())["requests"]) == 1


def test_is_a_form_of_calls() -> None:
    assert isinstance(FORM, ApiForm)
