"""WeChat shop: products, pictures from its own upload only, stock by differences, prices without an audit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from service.i18n import LOCALES
from service.listings.forms.form import Account, PriceLine, StockLine
from service.listings.listing import Answer, Listing, Money, Variant
from tests.listings.forms.chinese_goods import (
    CHOCOLATE,
    HONEY,
    LISTINGS,
    NOON,
    line,
    paths_without_a_field,
    pictures,
    said,
    stock_lines,
)  # fmt: skip
from tests.listings.forms.gates import TODAY, api, plan_of, sent

KEY = "wechat_shop"
HOST = "https://mmecimage.cn/p/wx0"
THERE = replace(HONEY, pictures=pictures(3, host=HOST), detail_pictures=pictures(2, "d", HOST), tall_pictures=())
TOLD = {"category": "10000212", "delivery": "0", "freight": "77"}
REFS = {
    "linden-honey": {"product_id": "10000000666721"}, "A": {"sku_id": "577952001"}, "B": {"sku_id": "577952002"}, "C": {"sku_id": "577952003"},
}  # fmt: skip
SHOP = Account("wechat", "CNY", TOLD)
LISTED = Account("wechat", "CNY", TOLD, {}, REFS)
BY_PLACE = Account("wechat", "CNY", TOLD, {"heihe": "H1", "suifenhe": "S1"}, REFS)


def item(listing: Listing = THERE, **extras: str) -> Any:
    return sent(api(KEY).item(listing, TODAY, replace(SHOP, extras={**TOLD, **extras})))


def sums(plan_requests: Any) -> dict[tuple[str, str], int]:
    """What the calls change, by the platform's number of the SKU and the warehouse."""
    found: dict[tuple[str, str], int] = {}
    for one in plan_requests:
        where = one.body["sku_id"], one.body.get("out_warehouse_id", "")
        assert where not in found
        found[where] = one.body["num"] * {1: 1, 2: -1}[one.body["diff_type"]]
    return found


class TestItems:
    def test_a_product_has_its_skus_in_fen(self) -> None:
        told = item()
        assert (told["title"], told["short_title"], told["out_product_id"]) == (HONEY.title, "椴树蜜", "linden-honey")
        assert (told["deliver_method"], told["cats_v2"]) == (0, [{"cat_id": "10000212"}])
        assert told["express_info"] == {"template_id": "77", "weight": 1155}
        assert told["skus"][0] == {
            "out_sku_id": "RU-HONEY-500-罐", "sku_code": "RU-HONEY-500-罐", "sale_price": 4990, "stock_num": 12,
            "thumb_img": f"{HOST}/p0.jpg", "bar_code": "4600051000057",
            "sku_attrs": [{"attr_key": "规格", "attr_value": "500克"}, {"attr_key": "包装", "attr_value": "罐"}],
        }  # fmt: skip

    def test_all_levels_of_a_category_stand_in_their_order(self) -> None:
        assert item(category="10000212/10000213/547805")["cats_v2"] == [{"cat_id": one} for one in ("10000212", "10000213", "547805")]  # fmt: skip

    def test_answers_go_by_name_and_before_what_the_card_says(self) -> None:
        told = {one["attr_key"]: one["attr_value"] for one in item()["attrs"]}
        assert told == {"保质期": "24个月", "产地": "俄罗斯", "品名": "椴树蜜", "包装": "木桶", "口味": "原味;蓝莓", "净含量": "500 15"}  # fmt: skip
        twice = replace(THERE, attributes={"产地": "黑河"}, answers=(Answer("1", "产地", "text", ((None, "俄罗斯"),)),))
        assert item(twice)["attrs"] == [{"attr_key": "产地", "attr_value": "俄罗斯"}]

    def test_it_stays_a_draft_unless_the_shop_says_otherwise(self) -> None:
        assert (item()["listing"], item(commit="yes")["listing"]) == (0, 1)

    def test_every_key_is_one_the_channels_file_knows(self) -> None:
        for told in (item(), item(commit="yes", brand_id="2100000000"), item(replace(CHOCOLATE, pictures=THERE.pictures))):  # fmt: skip
            assert paths_without_a_field(KEY, told) == set()


class TestRequests:
    def test_one_product_a_call(self) -> None:
        (one,) = plan_of(KEY, [THERE], SHOP).requests
        assert (one.call, one.codes) == ("POST /channels/ec/product/add", ("linden-honey",))

    @pytest.mark.parametrize(
        ("change", "extras", "words"),
        [
            ({"pictures": pictures(3)}, {}, "only pictures its own upload"),
            ({"detail_pictures": pictures(1)}, {}, "only pictures its own upload"),
            ({"pictures": pictures(3, host="https://mmecimage.cn.evil.example/p")}, {}, "only pictures its own upload"),
            ({"pictures": ()}, {}, "Picture: not filled in."),
            ({}, {"category": ""}, "(category): not filled in."),
            ({}, {"delivery": "express"}, "“express” is no number"),
            ({}, {"freight": ""}, "(freight): not filled in."),
            ({"variants": (Variant("A", {"规格": "一"}, price=Money(1, "RUB")),)}, {}, "Price: not filled in."),
        ],
    )
    def test_what_lacks_something_is_held_back_and_named(self, change: Any, extras: dict[str, str], words: str) -> None:
        shop = replace(SHOP, extras={name: text for name, text in {**TOLD, **extras}.items() if text})
        plan = plan_of(KEY, [replace(THERE, **change)], shop)
        assert plan.requests == ()
        assert words in said(plan.held)[0][1]
        assert len({plan.held[0].message.say(locale) for locale in LOCALES}) == len(LOCALES)

    def test_what_goes_without_an_express_needs_no_template(self) -> None:
        shop = replace(SHOP, extras={"category": "1", "delivery": "3"})
        assert len(plan_of(KEY, [THERE], shop).requests) == 1

    def test_goods_that_are_there_are_not_created_again(self) -> None:
        assert plan_of(KEY, [THERE], LISTED).requests == ()


class TestStock:
    @pytest.mark.parametrize(("quantity", "last", "kind", "num"), [(10, 4, 1, 6), (4, 10, 2, 6), (0, 3, 2, 3), (3, 0, 1, 3)])  # fmt: skip
    def test_more_is_added_less_is_taken_away(self, quantity: int, last: int, kind: int, num: int) -> None:
        (one,) = api(KEY).stock([line("A", quantity, last)], TODAY, LISTED).requests
        assert one.call == "POST /channels/ec/product/stock/update"
        assert one.body == {"product_id": "10000000666721", "sku_id": "577952001", "diff_type": kind, "num": num}

    def test_what_has_not_changed_is_not_sent(self) -> None:
        plan = api(KEY).stock([line("A", 4, 4)], TODAY, LISTED)
        assert (plan.requests, plan.held) == ((), ())

    def test_nobody_guesses_what_was_told_before(self) -> None:
        plan = api(KEY).stock([line("A", 4), line("B", 4, 1)], TODAY, LISTED)
        assert [one.codes for one in plan.requests] == [("B",)]
        assert "only differences" in said(plan.held)[0][1]

    def test_skus_without_a_number_are_held_back(self) -> None:
        assert "sku_id" in said(api(KEY).stock([line("X", 4, 1)], TODAY, LISTED).held)[0][1]

    @given(stock_lines())
    def test_differences_add_up_to_what_there_is_now(self, lines: list[StockLine]) -> None:
        plan = api(KEY).stock(lines, TODAY, LISTED)
        changed = sums(plan.requests)
        held = {one.code for one in plan.held}
        for code in {one.code for one in lines}:
            own = [one for one in lines if one.code == code]
            if any(one.last is None for one in own):
                assert code in held
                continue
            by = changed.get((REFS[code]["sku_id"], ""), 0)
            assert sum(one.last or 0 for one in own) + by == sum(one.quantity for one in own)

    @given(stock_lines())
    def test_the_same_in_each_warehouse(self, lines: list[StockLine]) -> None:
        plan = api(KEY).stock(lines, TODAY, BY_PLACE)
        assert {one.call for one in plan.requests} <= {"POST /channels/ec/warehouse/stock/update"}
        changed = sums(plan.requests)
        for one in lines:
            where = REFS[one.code]["sku_id"], BY_PLACE.warehouses[one.place]
            assert changed.get(where, 0) == (0 if one.last is None else one.quantity - one.last)

    def test_the_newest_of_two_counts_counts(self) -> None:
        old = line("A", 9, 1)._replace(at=NOON.replace(hour=1))
        (one,) = api(KEY).stock([line("A", 5, 1), old], TODAY, LISTED).requests
        assert one.body["num"] == 4


class TestPrices:
    def test_prices_are_fen_by_product_and_change_nothing_else(self) -> None:
        lines = [PriceLine(code, "linden-honey", Money(price, "CNY")) for code, price in (("A", 4990), ("B", 8900))]
        (one,) = api(KEY).prices(lines, TODAY, LISTED).requests
        assert one.call == "POST /channels/ec/product/auditfree"
        assert one.body == {
            "product_id": "10000000666721",
            "skus": [{"sku_id": "577952001", "sale_price": 4990}, {"sku_id": "577952002", "sale_price": 8900}],
        }  # fmt: skip

    def test_roubles_are_never_written_as_fen(self) -> None:
        plan = api(KEY).prices(
            [PriceLine("A", "linden-honey", Money(4990, "RUB"))], TODAY, replace(LISTED, currency="")
        )
        assert plan.requests == ()
        assert "RUB" in said(plan.held)[0][1]


@given(LISTINGS)
def test_a_listing_is_written_the_same_every_time_and_with_known_keys(listing: Listing) -> None:
    assert item(listing) == item(listing)
    assert paths_without_a_field(KEY, item(listing)) == set()
