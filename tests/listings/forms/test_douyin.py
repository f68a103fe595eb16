"""Douyin: options and SKUs in its own writing, fen, drafts, stock by product, and what is held back."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.i18n import LOCALES
from service.listings.channels import channel
from service.listings.forms.form import Account, Offered, PriceLine
from service.listings.listing import Listing, Money, Variant
from service.listings.validating import validate
from tests.listings.forms.chinese_goods import (  # fmt: skip
    CHOCOLATE,
    HONEY,
    LISTINGS,
    VALUES,
    line,
    matrix,
    paths_without_a_field,
    pictures,
    said,
)
from tests.listings.forms.gates import TODAY, api, plan_of, sent

KEY = "douyin"
TOLD = {"category": "20000", "freight": "123", "mobile": "40012345"}
REFS = {
    "linden-honey": {"product_id": "3506108675121111111"},
    "A": {"sku_id": "1791844509315072"}, "B": {"sku_id": "1791844509315073"}, "C": {"product_id": "77", "sku_id": "78"},
}  # fmt: skip
SHOP = Account("douyin", "CNY", TOLD)
LISTED = Account("douyin", "CNY", TOLD, {"heihe": "W1", "suifenhe": "W2"}, REFS)


def item(listing: Listing = HONEY, **extras: str) -> Any:
    return sent(api(KEY).item(listing, TODAY, replace(SHOP, extras={**TOLD, **extras})))


def specs_read(text: str) -> dict[str, list[str]]:
    """Options as the platform reads them."""
    return {name: values.split(",") for name, _, values in (part.partition("|") for part in text.split("^"))}


class TestItems:
    def test_options_stand_in_their_order_and_every_combination_has_a_price_in_fen(self) -> None:
        told = item()
        assert told["specs"] == "规格|500克,1000克^包装|罐,盒"
        rows = json.loads(told["spec_prices"])
        assert [(one["spec_detail_name1"], one["spec_detail_name2"], one["price"], one["stock_num"]) for one in rows] == [
            ("500克", "罐", 4990, 12), ("500克", "盒", 4990, 12), ("1000克", "罐", 8900, 0), ("1000克", "盒", 8900, 0),
        ]  # fmt: skip
        assert rows[0]["code"] == "RU-HONEY-500-罐"
        assert rows[0]["delivery_infos"] == [{"info_type": "weight", "info_value": "655", "info_unit": "g"}]

    def test_pictures_are_joined_and_the_description_is_pictures_only(self) -> None:
        told = item()
        assert told["pic"] == "|".join(one.url for one in HONEY.pictures)
        assert told["description"] == "|".join(one.url for one in HONEY.detail_pictures)
        assert told["main_image_three_to_four"] == "https://img.example/t0.jpg"

    def test_nothing_goes_on_sale_unless_the_shop_says_so(self) -> None:
        assert item()["commit"] is False
        assert item(commit="yes")["commit"] is True

    def test_what_a_card_says_goes_before_what_the_shop_says(self) -> None:
        assert item(replace(HONEY, extras={"freight": "9"}))["freight_id"] == 9

    def test_goods_of_no_brand_say_so(self) -> None:
        assert item()["standard_brand_id"] == 596120136
        assert item(brand_id="42")["standard_brand_id"] == 42

    def test_only_goods_for_live_rooms_name_the_way_they_are_sold(self) -> None:
        assert "sell_channel" not in item()
        assert item(live_only="yes")["sell_channel"] == [1]

    def test_own_words_where_a_choice_is_asked_are_marked(self) -> None:
        told = json.loads(item()["product_format_new"])
        assert told["405"] == [{"value": 27664, "name": "俄罗斯", "diy_type": 0}]
        assert told["449"] == [{"value": 0, "name": "椴树蜜", "diy_type": 0}]
        assert told["501"] == [{"value": 0, "name": "木桶", "diy_type": 1}]
        assert [one["value"] for one in told["855"]] == [1, 2]

    @pytest.mark.parametrize(("grams", "weight", "unit"), [(9_999, 9_999, 1), (10_000, 10, 0), (12_345, 12.345, 0)])
    def test_heavy_goods_are_weighed_in_kilograms(self, grams: int, weight: float, unit: int) -> None:
        told = item(replace(CHOCOLATE, weight=grams))
        assert (told["weight"], told["weight_unit"]) == (weight, unit)

    def test_the_price_before_stands_only_if_it_is_right_for_every_sku(self) -> None:
        assert item()["reference_price"] == 17800
        some = (*HONEY.variants[:3], replace(HONEY.variants[3], old_price=None))
        assert "reference_price" not in item(replace(HONEY, variants=some))
        cheap = (replace(HONEY.variants[0], price=Money(1780, "CNY"), old_price=Money(1781, "CNY")), *HONEY.variants[1:])  # fmt: skip
        assert "reference_price" not in item(replace(HONEY, variants=cheap))  # ten times the cheapest

    def test_every_key_is_one_the_channels_file_knows(self) -> None:
        for told in (item(), item(CHOCOLATE), item(commit="yes", live_only="yes", delay_days="2", cross_border="yes", seven_days="0", logistics="{}")):  # fmt: skip
            rows = json.loads(told["spec_prices"])
            assert paths_without_a_field(KEY, told | {"spec_prices": rows}) == set()


class TestRequests:
    def test_one_product_a_call(self) -> None:
        plan = plan_of(KEY, [HONEY, CHOCOLATE], SHOP)
        assert [(one.call, one.codes) for one in plan.requests] == [
            ("POST /product/addV2", ("linden-honey",)), ("POST /product/addV2", ("RU-ALENKA-90",)),
        ]  # fmt: skip
        assert plan.held == ()

    def test_goods_over_the_border_have_a_call_of_their_own_and_no_stock_but_in_warehouses(self) -> None:
        abroad = replace(SHOP, extras={**TOLD, "cross_border": "yes", "seven_days": "0"})
        (one,) = plan_of(KEY, [HONEY], abroad).requests
        assert one.call == "POST /product/addCbProduct"
        assert {row["stock_num"] for row in json.loads(one.body["spec_prices"])} == {0}
        assert (one.body["biz_kind"], one.body["supply_7day_return"]) == (2, 0)
        undecided = replace(SHOP, extras={**TOLD, "cross_border": "yes"})
        assert "seven_days" in said(plan_of(KEY, [HONEY], undecided).held)[0][1]

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"pictures": ()}, "Picture: not filled in."),
            ({"pictures": (replace(pictures(1)[0], url=""),)}, "no address"),
            ({"detail_pictures": (replace(pictures(1)[0], url="media/1.jpg"),)}, "no address"),
            ({"tall_pictures": (replace(pictures(1)[0], url="https://a|b"),)}, "no address"),
            ({"variants": HONEY.variants[:3]}, "Variants: not filled in."),
            ({"variants": matrix({"规格": ["a,b"]})}, "Variants: not filled in."),
            ({"variants": matrix({str(at): ["a"] for at in range(4)})}, "Variants: not filled in."),
            ({"variants": (Variant("A", {"规格": "一"}, price=Money(1, "RUB")),)}, "Price: not filled in."),
            ({"extras": {"category": "honey"}}, "“honey” is no number"),
            ({"extras": {"mobile": ""}}, "(mobile): not filled in."),
        ],
    )
    def test_what_lacks_something_is_held_back_and_named(self, change: dict[str, Any], words: str) -> None:
        plan = plan_of(KEY, [replace(HONEY, **change)], SHOP)
        assert plan.requests == ()
        assert [code for code, _ in said(plan.held)] == ["linden-honey"]
        assert words in said(plan.held)[0][1]
        assert len({plan.held[0].message.say(locale) for locale in LOCALES}) == len(LOCALES)

    def test_goods_that_are_there_are_not_created_again(self) -> None:
        plan = plan_of(KEY, [HONEY], LISTED)
        assert plan.requests == ()
        assert "3506108675121111111" in said(plan.held)[0][1]

    def test_the_file_holds_requests_and_what_is_not_in_them(self) -> None:
        to = BytesIO()
        form = api(KEY)
        bad = replace(CHOCOLATE, pictures=())
        form.write([Offered(one.code, form.item(one, TODAY, SHOP)) for one in (HONEY, bad)], to, TODAY, SHOP)
        told = json.loads(to.getvalue())
        assert (told["channel"], told["day"], told["revision"]) == ("douyin", "2026-11-25", "2023-06-03")
        assert [(one["call"], one["body"]["name"]) for one in told["requests"]] == [
            ("POST /product/addV2", HONEY.title)
        ]
        assert [(one["code"], sorted(one["message"])) for one in told["held"]] == [("RU-ALENKA-90", ["en", "ru", "zh"])]


class TestStockAndPrices:
    def test_stock_goes_by_product_for_each_takes_all_of_its_skus_or_none(self) -> None:
        shop = replace(LISTED, warehouses={})
        plan = api(KEY).stock([line("A", 5), line("C", 0, product="other"), line("B", 7)], TODAY, shop)
        assert [one.body for one in plan.requests] == [
            {
                "product_id": 3506108675121111111, "incremental": False,
                "sku_sync_list": [
                    {"sku_id": 1791844509315072, "sku_type": 0, "stock_num": 5},
                    {"sku_id": 1791844509315073, "sku_type": 0, "stock_num": 7},
                ],
            },
            {"product_id": 77, "incremental": False, "sku_sync_list": [{"sku_id": 78, "sku_type": 0, "stock_num": 0}]},
        ]  # fmt: skip
        assert [one.codes for one in plan.requests] == [("A", "B"), ("C",)]

    def test_with_numbers_of_warehouses_stock_stands_by_warehouse(self) -> None:
        plan = api(KEY).stock([line("A", 5, place="heihe"), line("A", 2, place="suifenhe"), line("A", 1, place="moscow")], TODAY, LISTED)  # fmt: skip
        (one,) = plan.requests
        assert one.body["sku_sync_list"] == [
            {
                "sku_id": 1791844509315072, "sku_type": 1,
                "stock_map": [{"out_warehouse_id": "W1", "stock_num": 5}, {"out_warehouse_id": "W2", "stock_num": 2}],
            },
        ]  # fmt: skip
        assert "moscow" in said(plan.held)[0][1]

    def test_goods_over_the_border_without_warehouses_are_held_back(self) -> None:
        shop = replace(LISTED, warehouses={}, extras={"cross_border": "yes"})
        plan = api(KEY).stock([line("A", 5, place="heihe")], TODAY, shop)
        assert (plan.requests, [code for code, _ in said(plan.held)]) == ((), ["A"])

    def test_skus_without_a_number_are_held_back(self) -> None:
        lines = [line("A", 5, place="heihe"), line("X", 5, place="heihe"), line("A2", 5, place="heihe", product="new")]
        plan = api(KEY).stock(lines, TODAY, LISTED)
        assert [(code, "sku_id" in words or "product_id" in words) for code, words in said(plan.held)] == [("X", True), ("A2", True)]  # fmt: skip
        assert [one.codes for one in plan.requests] == [("A",)]

    def test_prices_are_fen_one_sku_a_call(self) -> None:
        lines = [PriceLine("A", "linden-honey", Money(4990, "CNY")), PriceLine("B", "linden-honey", Money(100, "RUB"))]
        plan = api(KEY).prices(lines, TODAY, replace(LISTED, currency=""))
        assert [(one.call, one.body) for one in plan.requests] == [
            ("POST /sku/editPrice", {"product_id": 3506108675121111111, "sku_id": 1791844509315072, "price": 4990}),
        ]  # fmt: skip
        assert [code for code, _ in said(plan.held)] == ["B"]


class TestProperties:
    @given(LISTINGS)
    def test_options_are_read_back_as_they_were_or_not_written_at_all(self, listing: Listing) -> None:
        told = api(KEY).item(listing, TODAY, SHOP)
        names = {text for one in listing.variants for text in (*one.options, *one.options.values())}
        if "specs" not in told:
            assert any(set(",|^") & set(text) or not text.strip() for text in names)
            return
        read = specs_read(told["specs"])
        rows = json.loads(told["spec_prices"])
        assert len(rows) == len(listing.variants) == prod(len(values) for values in read.values())
        for row, one in zip(rows, listing.variants, strict=True):
            assert {name: row[f"spec_detail_name{at}"] for at, name in enumerate(read, 1)} == one.options
            assert all(one.options[name] in values for name, values in read.items())
            assert (row["price"], row["stock_num"]) == (one.price and one.price.amount, one.stock)

    @given(st.lists(VALUES, min_size=2, max_size=4, unique=True), st.integers(0, 3))
    def test_a_gap_in_the_matrix_is_never_sent(self, values: list[str], gone: int) -> None:
        variants = matrix({"规格": values, "包装": ["罐", "盒"]})
        listing = replace(HONEY, variants=variants[:gone] + variants[gone + 1 :])
        assert plan_of(KEY, [listing], SHOP).requests == ()

    @given(LISTINGS)
    def test_whatever_passes_the_rules_and_has_all_its_fields_is_sent(self, listing: Listing) -> None:
        told = replace(listing, extras=TOLD)
        clean = all(one.level != "error" for one in validate(told, channel(KEY), as_of=TODAY))
        blank = any(not value.strip() for one in listing.variants for value in one.options.values())
        assert bool(plan_of(KEY, [told], SHOP).requests) is (clean and not blank)


class TestRules:
    """What the channel's file says, at the numbers of the official comments."""

    @pytest.mark.parametrize(("title", "fits"), [("蜜" * 30, True), ("蜜" * 31, False), ("a" * 60, True), ("a" * 61, False), ("蜜" * 29 + "ab", True)])  # fmt: skip
    def test_a_chinese_character_counts_two(self, title: str, fits: bool) -> None:
        found = [
            one
            for one in validate(replace(HONEY, title=title), channel(KEY), as_of=TODAY)
            if one.rule == "title-length"
        ]
        assert (found == []) is fits

    @pytest.mark.parametrize(("details", "fits"), [(44, True), (45, True), (46, False)])
    def test_no_more_than_fifty_pictures_in_all(self, details: int, fits: bool) -> None:
        listing = replace(HONEY, pictures=pictures(5), tall_pictures=(), detail_pictures=pictures(details, "d"))
        found = [one.rule for one in validate(listing, channel(KEY), as_of=TODAY)]
        assert ("pictures-in-all" not in found) is fits

    @pytest.mark.parametrize("sign", ",|^")
    def test_signs_that_part_options_are_named_before_anything_is_sent(self, sign: str) -> None:
        listing = replace(HONEY, variants=matrix({"规格": [f"大{sign}小"]}))
        found = {one.rule: one for one in validate(listing, channel(KEY), as_of=TODAY)}
        assert found["option-values-signs"].level == "error"
