"""1688: products for wholesale in yuan and kilograms, stock by differences, no prices by themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from service.i18n import LOCALES
from service.listings.channels import channel
from service.listings.forms.form import Account, PriceLine, StockLine
from service.listings.listing import Listing, Money
from service.listings.validating import validate
from tests.listings.forms.chinese_goods import (  # fmt: skip
    CHOCOLATE,
    HONEY,
    LISTINGS,
    line,
    matrix,
    paths_without_a_field,
    said,
    stock_lines,
)
from tests.listings.forms.gates import TODAY, api, plan_of, sent

KEY = "alibaba_1688"
TOLD = {
    "category": "122196005",
    "freight": "3485370",
    "address": "11933061",
    "unit": "件",
    "min_order": "2",
    "days": "200",
    "option": "450",
}
REFS = {
    "linden-honey": {"product_id": "525171140408"}, "A": {"spec_id": "b265340beb52182c6bcfbff1fad02f0b"}, "B": {"spec_id": "c0"},
    "C": {"product_id": "574991510545"},
}  # fmt: skip
SHOP = Account("1688", "CNY", TOLD)
LISTED = Account("1688", "CNY", TOLD, {}, REFS)
SIZES = replace(HONEY, variants=matrix({"规格": ["500克", "1000克"]}, 4990))


def item(listing: Listing = SIZES, **extras: str) -> Any:
    return sent(api(KEY).item(listing, TODAY, replace(SHOP, extras={**TOLD, **extras})))


class TestItems:
    def test_several_skus_each_have_a_price_in_yuan(self) -> None:
        told = item()
        assert told["saleInfo"] == {"unit": "件", "minOrderQuantity": 2, "amountOnSale": 1, "quoteType": 1}
        assert told["skuInfos"] == [
            {"attributes": [{"attributeID": 450, "attributeValue": "500克"}], "cargoNumber": "S0", "amountOnSale": 0, "price": 49.9},
            {"attributes": [{"attributeID": 450, "attributeValue": "1000克"}], "cargoNumber": "S1", "amountOnSale": 1, "price": 49.91},
        ]  # fmt: skip
        assert told["shippingInfo"] == {"freightTemplateID": 3485370, "sendGoodsAddressId": 11933061, "unitWeight": 0.1}
        assert (told["webSite"], told["language"], told["productType"], told["bizType"]) == ("1688", "CHINESE", "wholesale", 1)  # fmt: skip

    def test_one_sku_has_a_price_from_the_least_order_on(self) -> None:
        told = item(CHOCOLATE)
        assert told["saleInfo"]["priceRanges"] == [{"startQuantity": 2, "price": 12.9}]
        assert (told["saleInfo"]["quoteType"], "skuInfos" in told) == (0, False)

    def test_two_options_are_named_by_the_answers_of_their_names(self) -> None:
        (pack,) = (one for one in HONEY.answers if one.name == "包装")
        both = replace(HONEY, answers=(pack, pack._replace(attribute="502", name="规格")))
        assert item(both)["skuInfos"][0]["attributes"] == [
            {"attributeID": 502, "attributeValue": "500克"}, {"attributeID": 501, "attributeValue": "罐"},
        ]  # fmt: skip
        assert item(HONEY)["skuInfos"] == []  # «规格» has no number

    def test_own_words_are_marked_among_the_attributes(self) -> None:
        told = {one["attributeID"]: one for one in item()["attributes"]}
        assert told[405] == {"attributeID": 405, "attributeName": "产地", "value": "俄罗斯", "valueID": 27664, "isCustom": False}  # fmt: skip
        assert told[449]["isCustom"] is True

    def test_the_description_is_html_with_its_pictures(self) -> None:
        assert item()["description"].startswith("七月采收。<br/>可直接食用")
        assert item()["description"].endswith('<img src="https://img.example/d2.jpg"/>')

    def test_every_key_is_one_the_channels_file_knows(self) -> None:
        for told in (item(), item(CHOCOLATE)):
            assert paths_without_a_field(KEY, told) == set()


class TestRequests:
    def test_one_product_a_call(self) -> None:
        plan = plan_of(KEY, [SIZES, CHOCOLATE], SHOP)
        assert [one.codes for one in plan.requests] == [("linden-honey",), ("RU-ALENKA-90",)]
        assert {one.call for one in plan.requests} == {"POST /openapi/param2/1/com.alibaba.product/alibaba.product.add"}

    @pytest.mark.parametrize(
        ("change", "extras", "words"),
        [
            ({"pictures": (replace(HONEY.pictures[0], url=""),)}, {}, "no address"),
            ({"answers": ()}, {}, "Attribute: not filled in."),
            ({"variants": HONEY.variants}, {}, "(option): not filled in."),
            ({"variants": (*SIZES.variants, replace(SIZES.variants[0], code="S9"))}, {}, "(option): not filled in."),
            ({}, {"unit": ""}, "(unit): not filled in."),
            ({}, {"min_order": "two"}, "“two” is no number"),
            ({}, {"address": ""}, "(address): not filled in."),
            ({}, {"days": ""}, "(days): not filled in."),
            (
                {"variants": (replace(SIZES.variants[0], price=Money(1, "RUB")), SIZES.variants[1])},
                {},
                "Price: not filled in.",
            ),
            ({"variants": (replace(SIZES.variants[0], price=Money(1, "RUB")),)}, {}, "Price: not filled in."),
        ],
    )
    def test_what_lacks_something_is_held_back_and_named(self, change: Any, extras: dict[str, str], words: str) -> None:
        shop = replace(SHOP, extras={name: text for name, text in {**TOLD, **extras}.items() if text})
        plan = plan_of(KEY, [replace(SIZES, **change)], shop)
        assert plan.requests == ()
        assert words in said(plan.held)[0][1]
        assert len({plan.held[0].message.say(locale) for locale in LOCALES}) == len(LOCALES)


class TestStockAndPrices:
    def test_differences_go_by_product_and_name_the_spec(self) -> None:
        lines = [line("A", 5, 1), line("B", 0, 3), line("C", 9, 4, product="tea"), line("D", 1, 0)]
        plan = api(KEY).stock(lines, TODAY, LISTED)
        assert [one.body for one in plan.requests] == [
            {
                "productStockChange": [
                    {"productId": 525171140408, "skuStocks": [{"skuId": REFS["A"]["spec_id"], "stockChange": 4}, {"skuId": "c0", "stockChange": -3}]},
                ],
                "webSite": "1688",
            },
            {"productStockChange": [{"productId": 574991510545, "productAmountChange": 5}], "webSite": "1688"},
        ]  # fmt: skip
        assert [code for code, _ in said(plan.held)] == ["D"]

    @given(stock_lines())
    def test_differences_add_up(self, lines: list[StockLine]) -> None:
        plan = api(KEY).stock(lines, TODAY, LISTED)
        by: dict[str, int] = {}
        for call in plan.requests:
            for change in call.body["productStockChange"]:
                specs = change.get("skuStocks") or [{"skuId": "C", "stockChange": change["productAmountChange"]}]
                by |= {one["skuId"]: one["stockChange"] for one in specs}
        for code in {one.code for one in lines} - {one.code for one in plan.held}:
            own = [one for one in lines if one.code == code]
            changed = by.get(REFS[code].get("spec_id", "C"), 0)
            assert sum(one.last or 0 for one in own) + changed == sum(one.quantity for one in own)

    def test_every_price_is_named_as_not_sent(self) -> None:
        plan = api(KEY).prices([PriceLine("A", "linden-honey", Money(4990, "CNY"))], TODAY, LISTED)
        assert plan.requests == ()
        assert [code for code, _ in said(plan.held)] == ["A"]


@given(LISTINGS)
def test_yuan_are_exact_to_the_fen(listing: Listing) -> None:
    told = api(KEY).item(listing, TODAY, SHOP)
    for sku, one in zip(told.get("skuInfos") or (), listing.variants, strict=False):
        assert one.price
        assert sku["price"] * 100 == one.price.amount  # decimals, no binary fractions


def test_what_only_an_sdk_says_warns_and_stops_nothing() -> None:
    found = validate(replace(SIZES, title="蜜" * 65, pictures=(), attributes={}), channel(KEY), as_of=TODAY)
    assert {one.level for one in found} == {"warn"}
    assert {"title-length", "pictures-required", "attributes-least"} <= {one.rule for one in found}
