"""Kuaishou: products with every combination of options, 500 new ones a day, stock by differences."""

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

KEY = "kuaishou"
TOLD = {"category": "1031", "freight": "55", "refund": "1", "ship_seconds": "172800"}
REFS = {"linden-honey": {"product_id": "22137"}, "A": {"sku_id": "1"}, "B": {"sku_id": "2"}, "C": {"sku_id": "3"}}
SHOP = Account("kuaishou", "CNY", TOLD)
LISTED = Account("kuaishou", "CNY", TOLD, {}, REFS)


def item(listing: Listing = HONEY, **extras: str) -> Any:
    return sent(api(KEY).item(listing, TODAY, replace(SHOP, extras={**TOLD, **extras})))


class TestItems:
    def test_a_product_has_its_skus_in_fen(self) -> None:
        told = item()
        assert (told["title"], told["shortTitle"], told["categoryId"], told["expressTemplateId"]) == (HONEY.title, "椴树蜜", 1031, 55)  # fmt: skip
        assert told["serviceRule"] == {"refundRule": "1", "promiseDeliveryTime": 172800, "immediatelyOnOfflineFlag": 1}
        sku = told["skuList"][3]
        assert (sku["skuNick"], sku["skuSalePrice"], sku["skuMarketPrice"], sku["skuStock"]) == ("RU-HONEY-1000-盒", 8900, 17800, 0)  # fmt: skip
        assert [(one["propName"], one["propValueName"], one["propSortNum"], one["propValueSortNum"]) for one in sku["skuProps"]] == [
            ("规格", "1000克", 1, 2), ("包装", "盒", 2, 2),
        ]  # fmt: skip
        assert told["threeQuartersImageUrls"] == ["https://img.example/t0.jpg"]

    def test_answers_stand_by_their_kind(self) -> None:
        told = {one["propId"]: one for one in item()["itemPropValues"]}
        assert told[405]["radioPropValue"] == {"propValueId": 27664, "propValue": "俄罗斯"}
        assert told[449]["textPropValue"] == "椴树蜜"
        assert [one["propValueId"] for one in told[855]["checkBoxPropValuesList"]] == [1, 2]
        assert (told[900]["inputType"], told[900]["unitPropValueId"]) == (3, 15)

    def test_it_does_not_go_on_sale_unless_the_shop_says_so(self) -> None:
        assert item(commit="yes")["serviceRule"]["immediatelyOnOfflineFlag"] == 0

    def test_every_key_is_one_the_channels_file_knows(self) -> None:
        for told in (item(), item(CHOCOLATE)):
            assert paths_without_a_field(KEY, told) == set()


class TestRequests:
    def test_five_hundred_new_products_a_day_and_the_others_are_told(self) -> None:
        many = [replace(CHOCOLATE, code=f"RU-{at}") for at in range(502)]
        plan = plan_of(KEY, many, SHOP)
        assert len(plan.requests) == 500
        assert {one.call for one in plan.requests} == {"POST /open/item/new"}
        assert [code for code, _ in said(plan.held)] == ["RU-500", "RU-501"]
        assert "another day" in said(plan.held)[0][1]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"variants": HONEY.variants[:3]}, "Variants: not filled in."),
            ({"pictures": (replace(HONEY.pictures[0], url=""),)}, "no address"),
            ({"detail_pictures": ()}, "Detail picture: not filled in."),
            ({"extras": {"category": "honey"}}, "“honey” is no number"),
            ({"variants": (replace(HONEY.variants[0], price=Money(1, "RUB")),)}, "Price: not filled in."),
        ],
    )
    def test_what_lacks_something_is_held_back_and_named(self, change: Any, words: str) -> None:
        plan = plan_of(KEY, [replace(HONEY, **change)], SHOP)
        assert plan.requests == ()
        assert words in said(plan.held)[0][1]
        assert len({plan.held[0].message.say(locale) for locale in LOCALES}) == len(LOCALES)


class TestStockAndPrices:
    @pytest.mark.parametrize(("quantity", "last", "kind", "num"), [(18, 10, 1, 8), (7, 10, 2, 3)])
    def test_more_is_added_less_is_taken_away(self, quantity: int, last: int, kind: int, num: int) -> None:
        (one,) = api(KEY).stock([line("A", quantity, last)], TODAY, LISTED).requests
        assert one.call == "POST /open/item/sku/stock/update"
        assert one.body == {"kwaiItemId": 22137, "skuId": 1, "skuChangeStock": num, "changeType": kind}

    @given(stock_lines())
    def test_differences_add_up_over_all_places(self, lines: list[StockLine]) -> None:
        plan = api(KEY).stock(lines, TODAY, LISTED)
        changed = {
            one.codes[0]: one.body["skuChangeStock"] * {1: 1, 2: -1}[one.body["changeType"]] for one in plan.requests
        }
        assert all(one.body["skuChangeStock"] > 0 for one in plan.requests)
        for code in {one.code for one in lines} - {one.code for one in plan.held}:
            own = [one for one in lines if one.code == code]
            assert sum(one.last or 0 for one in own) + changed.get(code, 0) == sum(one.quantity for one in own)

    def test_prices_are_fen_one_sku_a_call(self) -> None:
        plan = api(KEY).prices([PriceLine("A", "linden-honey", Money(4990, "CNY"))], TODAY, LISTED)
        assert [(one.call, one.body) for one in plan.requests] == [("POST /open/item/sku/price/update", {"itemId": 22137, "skuId": 1, "price": 4990})]  # fmt: skip


@given(LISTINGS)
def test_skus_are_the_whole_matrix_with_their_own_fen(listing: Listing) -> None:
    told = item(listing)
    assert [(one["skuSalePrice"], one["skuStock"]) for one in told["skuList"]] == [
        (one.price and one.price.amount, one.stock) for one in listing.variants
    ]
    assert len({tuple(part["propValueName"] for part in one["skuProps"]) for one in told["skuList"]}) == len(listing.variants)  # fmt: skip


def test_what_only_sdks_say_warns_and_stops_nothing() -> None:
    crowded = replace(HONEY, variants=matrix({"规格": [str(at) for at in range(601)]}))
    found = {one.rule: one.level for one in validate(crowded, channel(KEY), as_of=TODAY)}
    assert found["variants-count"] == "warn"
