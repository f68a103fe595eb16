"""schema.org Product: only names the vocabulary has, one JSON document a listing, numbers of goods only where they are true."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given

from service.listings.channels import channel
from service.listings.forms.form import Offered
from service.listings.forms.generic import Generic
from service.listings.listing import Money, Variant
from tests.listings.forms.feeding import HONEY, SHOP, TEXTS, TODAY, strange, written

FORM = Generic(channel("generic"))
VOCABULARY = {
    # schema.org/Product and /Thing
    "Product": {
        "additionalProperty", "brand", "countryOfOrigin", "depth", "description", "gtin8", "gtin12", "gtin13", "gtin14", "hasGS1DigitalLink", "height",
        "image", "inProductGroupWithID", "name", "offers", "sku", "url", "weight", "width",
    },
    # schema.org/ProductGroup, which is a Product
    "ProductGroup": {"additionalProperty", "brand", "countryOfOrigin", "description", "hasVariant", "image", "name", "productGroupID", "variesBy"},
    # schema.org/Offer
    "Offer": {"availability", "itemCondition", "price", "priceCurrency", "priceSpecification", "url"},
    # schema.org/UnitPriceSpecification
    "UnitPriceSpecification": {"price", "priceCurrency", "priceType"},
    "Brand": {"name"}, "Country": {"name"}, "PropertyValue": {"name", "propertyID", "value"}, "QuantitativeValue": {"unitCode", "value"},
}  # fmt: skip
"""Properties of each type, read at schema.org (2026-11-23); priceType StrikethroughPrice from memory."""


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inside in value.values():
            yield from nodes(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from nodes(inside)


def assert_in_vocabulary(document: dict[str, Any]) -> None:
    assert document["@context"] == "https://schema.org"
    for node in nodes(document):
        assert set(node) - {"@context", "@type"} <= VOCABULARY[node["@type"]]


def test_a_card_as_a_product() -> None:
    (document,) = json.loads(written(FORM, [HONEY]))
    assert_in_vocabulary(document)
    assert document["@type"] == "Product"
    assert (document["sku"], document["gtin13"]) == ("RU-HONEY-500", "4600000000015")
    assert document["hasGS1DigitalLink"] == "https://id.gs1.org/01/04600000000015"
    assert document["weight"] == {"@type": "QuantitativeValue", "value": 780, "unitCode": "GRM"}
    assert document["depth"] == {"@type": "QuantitativeValue", "value": 95, "unitCode": "MMT"}
    assert document["countryOfOrigin"] == {"@type": "Country", "name": "Россия"}
    assert document["offers"] == {
        "@type": "Offer", "price": "590.00", "priceCurrency": "RUB", "availability": "https://schema.org/InStock",
        "itemCondition": "https://schema.org/NewCondition", "url": "https://lavka.example/p/RU-HONEY-500",
        "priceSpecification": {
            "@type": "UnitPriceSpecification", "priceType": "https://schema.org/StrikethroughPrice", "price": "690.50", "priceCurrency": "RUB",
        },
    }  # fmt: skip


def test_variants_stand_in_their_group() -> None:
    variants = (
        Variant("RU-HONEY-500", {"вес": "500 г"}, ("4600000000015",), Money(59_000, "RUB"), None, 3),
        Variant("RU-HONEY-1000", {"вес": "1 кг"}, (), Money(99_000, "RUB"), None, 0, None, 1450),
    )
    (document,) = json.loads(written(FORM, [replace(HONEY, barcodes=(), variants=variants)]))
    assert_in_vocabulary(document)
    assert (document["@type"], document["productGroupID"], document["variesBy"]) == ("ProductGroup", "linden-honey", ["вес"])  # fmt: skip
    told = [(one["sku"], one.get("gtin13"), one["offers"]["price"], one["offers"]["availability"][19:], one["weight"]["value"]) for one in document["hasVariant"]]  # fmt: skip
    assert told == [
        ("RU-HONEY-500", "4600000000015", "590.00", "InStock", 780), ("RU-HONEY-1000", None, "990.00", "OutOfStock", 1450),
    ]  # fmt: skip
    assert len({one["name"] for one in document["hasVariant"]}) == 2


def test_a_shops_own_number_is_no_gtin() -> None:
    (document,) = json.loads(written(FORM, [replace(HONEY, barcodes=("2000000000008", "4600000000016"))]))
    assert not [name for name in document if name.startswith("gtin") or name == "hasGS1DigitalLink"]


def test_as_lines_for_programs() -> None:
    to = io.BytesIO()
    form = Generic(channel("generic"), lines=True)
    cards = [HONEY, replace(HONEY, code="B", description="Строка\nещё строка")]
    form.write([Offered(one.code, form.item(one, TODAY, SHOP)) for one in cards], to, TODAY, SHOP)
    assert [json.loads(line)["sku"] for line in to.getvalue().splitlines()] == ["RU-HONEY-500", "B"]


def test_no_cards_no_documents() -> None:
    assert json.loads(written(FORM, [])) == []


@given(TEXTS, TEXTS)
def test_every_text_comes_back(text: str, more: str) -> None:
    (document,) = json.loads(written(FORM, [strange(HONEY, text, more)]))
    assert_in_vocabulary(document)
    assert document["name"].startswith("Мёд ")
    assert "\x00" not in json.dumps(document, ensure_ascii=False)
