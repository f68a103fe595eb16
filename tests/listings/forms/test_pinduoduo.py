"""Pinduoduo: products with three prices in fen, goods from abroad with what customs ask, full stock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from service.i18n import LOCALES
from service.listings.forms.form import Account, PriceLine, StockLine
from service.listings.listing import Listing, Money
from tests.listings.forms.chinese_goods import (  # fmt: skip
    CHOCOLATE,
    HONEY,
    LISTINGS,
    line,
    paths_without_a_field,
    said,
    stock_lines,
)
from tests.listings.forms.gates import TODAY, api, plan_of, sent

KEY = "pinduoduo"
TOLD = {"category": "13", "freight": "21", "single_more": "500", "refundable": "no", "ship_seconds": "172800"}
ABROAD = {
    "hs_code": "0409000000",
    "vat_percent": "9",
    "consumption_tax_percent": "0",
    "customs_broker": "海关代理",
    "country": "7",
}
SPECS = {one.code: {"spec_ids": f"20,{at}"} for at, one in enumerate(HONEY.variants)}
REFS = {"linden-honey": {"product_id": "44622906858"}, "A": {"sku_id": "901"}, "B": {}, "C": {"sku_id": "903"}}
SHOP = Account("pdd", "CNY", TOLD, {}, SPECS)
LISTED = Account("pdd", "CNY", TOLD, {}, REFS)


def item(listing: Listing = HONEY, **extras: str) -> Any:
    return sent(api(KEY).item(listing, TODAY, replace(SHOP, extras={**TOLD, **extras})))


class TestItems:
    def test_a_product_has_a_group_price_a_single_price_and_a_reference_price_in_fen(self) -> None:
        told = item()
        assert told["market_price"] == 17800
        sku = told["sku_list"][0]
        assert (sku["multi_price"], sku["price"], sku["weight"], sku["quantity"]) == (4990, 5490, 655, 12)
        assert (sku["out_sku_sn"], sku["spec_id_list"], sku["limit_quantity"]) == ("RU-HONEY-500-罐", "[20,0]", 999)
        assert told["carousel_gallery"] == [one.url for one in HONEY.pictures]
        assert (told["goods_type"], told["country_id"], told["is_refundable"], told["is_folt"]) == (1, 0, False, False)

    @pytest.mark.parametrize(
        ("kind", "seconds", "country"), [("2", 172800, 7), ("3", 96 * 3600, 7), ("4", 120 * 3600, 0)]
    )
    def test_goods_from_abroad_have_their_own_times_and_customs(self, kind: str, seconds: int, country: int) -> None:
        told = item(HONEY, goods_type=kind, **ABROAD)
        assert (told["shipment_limit_second"], told["country_id"]) == (seconds, country)
        assert told["oversea_goods"] == {
            "hs_code": "0409000000", "value_added_tax_rate": 9, "consumption_tax_rate": 0, "customs_broker": "海关代理",
        }  # fmt: skip

    def test_answers_name_the_dictionarys_value_where_there_is_one(self) -> None:
        told = item()["goods_properties"]
        assert told[0] == {"ref_pid": 405, "value": "俄罗斯", "vid": 27664}
        assert told[-1] == {"ref_pid": 900, "value": "500", "value_unit": "15"}

    def test_every_key_is_one_the_channels_file_knows(self) -> None:
        for told in (item(), item(HONEY, goods_type="3", bonded_warehouse="NB", **ABROAD), item(CHOCOLATE)):
            assert paths_without_a_field(KEY, told) == set()


class TestRequests:
    def test_one_product_a_call(self) -> None:
        plan = plan_of(KEY, [HONEY], SHOP)
        assert [(one.call, one.codes) for one in plan.requests] == [("POST pdd.goods.add", ("linden-honey",))]

    @pytest.mark.parametrize(
        ("change", "extras", "words"),
        [
            ({"variants": HONEY.variants[:3]}, {}, "Variants: not filled in."),
            ({"variants": tuple(replace(one, old_price=None) for one in HONEY.variants)}, {}, "Price before: not filled in."),
            ({"variants": tuple(replace(one, weight=None) for one in HONEY.variants)}, {}, "Weight: not filled in."),
            ({"detail_pictures": (replace(HONEY.pictures[0], url=""),)}, {}, "no address"),
            ({}, {"single_more": ""}, "(single_more): not filled in."),
            ({}, {"refundable": ""}, "(refundable): not filled in."),
            ({}, {"goods_type": "3"}, "(country): not filled in."),
            ({}, {"cross_border": "yes"}, "(goods_type): not filled in."),
        ],
    )  # fmt: skip
    def test_what_lacks_something_is_held_back_and_named(self, change: Any, extras: dict[str, str], words: str) -> None:
        shop = replace(SHOP, extras={name: text for name, text in {**TOLD, **extras}.items() if text})
        plan = plan_of(KEY, [replace(HONEY, **change)], shop)
        assert plan.requests == ()
        assert any(words in one for _, one in said(plan.held))
        assert len({plan.held[0].message.say(locale) for locale in LOCALES}) == len(LOCALES)

    def test_options_the_platform_has_given_no_numbers_hold_the_product_back(self) -> None:
        plan = plan_of(KEY, [HONEY], replace(SHOP, refs={}))
        assert plan.requests == ()
        assert "spec_ids" in said(plan.held)[0][1]


class TestStockAndPrices:
    def test_stock_is_full_and_by_our_code_where_theirs_is_not_known(self) -> None:
        plan = api(KEY).stock([line("A", 5), line("B", 0), line("X", 1, product="new")], TODAY, LISTED)
        assert [(one.call, one.body) for one in plan.requests] == [
            ("POST pdd.goods.quantity.update", {"goods_id": 44622906858, "sku_id": 901, "quantity": 5, "update_type": 1}),
            ("POST pdd.goods.quantity.update", {"goods_id": 44622906858, "outer_id": "B", "quantity": 0, "update_type": 1}),
        ]  # fmt: skip
        assert [code for code, _ in said(plan.held)] == ["X"]

    @given(stock_lines())
    def test_stock_of_all_places_is_added_up(self, lines: list[StockLine]) -> None:
        plan = api(KEY).stock(lines, TODAY, LISTED)
        assert {one.codes[0]: one.body["quantity"] for one in plan.requests} == {
            code: sum(one.quantity for one in lines if one.code == code) for code in {one.code for one in lines}
        }

    def test_prices_are_fen_by_product_and_buying_alone_follows(self) -> None:
        lines = [PriceLine(code, "linden-honey", Money(price, "CNY")) for code, price in (("A", 4990), ("C", 8900))]
        (one,) = api(KEY).prices(lines, TODAY, LISTED).requests
        assert one.call == "POST pdd.goods.sku.price.update"
        assert one.body == {
            "goods_id": 44622906858, "sync_goods_operate": 1,
            "sku_price_list": [
                {"sku_id": 901, "group_price": 4990, "single_price": 5490}, {"sku_id": 903, "group_price": 8900, "single_price": 9400},
            ],
        }  # fmt: skip
        (alone,) = api(KEY).prices(lines[:1], TODAY, replace(LISTED, extras={})).requests
        assert alone.body["sku_price_list"] == [{"sku_id": 901, "group_price": 4990}]


@given(LISTINGS)
def test_every_sku_has_its_own_fen(listing: Listing) -> None:
    told = item(listing)
    assert [(one["multi_price"], one["price"]) for one in told["sku_list"]] == [
        (one.price.amount, one.price.amount + 500) for one in listing.variants if one.price
    ]
