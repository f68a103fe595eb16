"""VK market: what an item looks like, one call for each item, stock and prices as edits, and what is held back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from service.listings.forms.form import Account, Offered, Plan, PriceLine, StockLine
from service.listings.listing import Dimensions, Listing, Money, Picture
from tests.listings.forms.gates import TODAY, api, clean, key_paths, known_paths, needs_schemas, official, plan_of, sent
from tests.listings.forms.random_listings import account_for, random_listing, random_listings

KEY = "vk_market"
SHOP = Account("vk", "RUB", {"owner_id": "-98765"}, {}, {"honey": {"photo_1": "11", "photo_2": "12"}})
HONEY = Listing(
    code="RU-HONEY-500", title="Мёд липовый", languages=("ru",), description="Собран в июле.", product="honey",
    pictures=(Picture("jpg", 1000, 1000, 1, "a"), Picture("jpg", 1000, 1000, 1, "b")), price=Money(499_50, "RUB"),
    old_price=Money(600_00, "RUB"), dimensions=Dimensions(81, 80, 120), weight=655, stock=7, extras={"category": "5"},
)  # fmt: skip
LISTED = replace(SHOP, refs={**SHOP.refs, "RU-HONEY-500": {"item_id": "4321"}})
AT = datetime(2026, 11, 25, 8, tzinfo=UTC)


def told(listing: Listing = HONEY, shop: Account = SHOP) -> Any:
    return sent(api(KEY).item(listing, TODAY, shop))


def test_an_item_says_everything_in_vks_own_words() -> None:
    assert told() == {
        "owner_id": -98765, "name": "Мёд липовый", "description": "Собран в июле.", "category_id": 5, "sku": "RU-HONEY-500",
        "price": 499.5, "old_price": 600, "main_photo_id": 11, "photo_ids": [12], "stock_amount": 7,
        "dimension_length": 81, "dimension_width": 80, "dimension_height": 120, "weight": 655,
    }  # fmt: skip


def test_each_item_has_a_call_of_its_own() -> None:
    cards = [replace(HONEY, code=f"A{at}") for at in range(3)]
    assert [(one.call, one.codes) for one in plan_of(KEY, cards, SHOP).requests] == [
        ("POST /method/market.add", (one.code,)) for one in cards
    ]


def test_what_vk_has_a_number_for_is_edited() -> None:
    (request,) = plan_of(KEY, [HONEY], LISTED).requests
    assert request.call == "POST /method/market.edit"
    assert request.body["item_id"] == 4321


def test_pictures_that_were_not_uploaded_hold_the_item_back() -> None:
    two, none, strange = (
        plan_of(KEY, [one], shop)
        for one, shop in ((replace(HONEY, product="tea"), SHOP), (replace(HONEY, pictures=()), SHOP), (HONEY, replace(SHOP, refs={"honey": {"photo_1": "11"}})))
    )  # fmt: skip
    assert two.requests == none.requests == strange.requests == ()
    assert [str(one.message).split("(")[1] for one in two.held] == ["photo_1).", "photo_2)."]
    assert [str(one.message).split("(")[1] for one in none.held] == ["photo_1)."]
    assert [str(one.message).split("(")[1] for one in strange.held] == ["photo_2)."]
    assert "amurlive listing shop refs SHOP FILE" in str(two.held[0].remedy)


def test_without_the_community_everything_is_held() -> None:
    nobody = replace(LISTED, extras={})
    plans = [
        plan_of(KEY, [HONEY], nobody), api(KEY).stock([StockLine("RU-HONEY-500", "honey", "heihe", 3, AT)], TODAY, nobody),
        api(KEY).prices([PriceLine("RU-HONEY-500", "honey", Money(1, "RUB"))], TODAY, nobody),
    ]  # fmt: skip
    for plan in plans:
        assert plan.requests == ()
        assert "owner_id" in str(plan.held[0].message)


def test_a_category_that_is_no_number_holds_the_item_back() -> None:
    plan = plan_of(KEY, [replace(HONEY, extras={"category": "мёд"})], SHOP)
    assert plan.requests == ()
    assert "мёд" in str(plan.held[0].message)


def test_stock_is_the_sum_of_all_places_as_an_edit() -> None:
    lines = [StockLine("RU-HONEY-500", "honey", place, count, AT) for place, count in (("heihe", 3), ("moscow", 4))]
    plan = api(KEY).stock([*lines, StockLine("NEW", "honey", "heihe", 1, AT)], TODAY, LISTED)
    (request,) = plan.requests
    assert request.call == "POST /method/market.edit"
    assert request.body == {"owner_id": -98765, "item_id": 4321, "stock_amount": 7}
    assert [one.code for one in plan.held] == ["NEW"]
    only_heihe = api(KEY).stock(lines, TODAY, replace(LISTED, warehouses={"heihe": "1"}))
    assert only_heihe.requests[0].body["stock_amount"] == 3
    assert "moscow" in str(only_heihe.held[0].message)


def test_prices_are_edits_and_other_currencies_are_held() -> None:
    lines = [PriceLine("RU-HONEY-500", "honey", Money(499_50, "RUB")), PriceLine("YUAN", "honey", Money(1_00, "CNY"))]
    plan = api(KEY).prices(lines, TODAY, LISTED)
    assert [sent(one.body) for one in plan.requests] == [
        {"owner_id": -98765, "item_id": 4321, "price": 499.5, "old_price": 0}
    ]
    assert [one.code for one in plan.held] == ["YUAN"]


def test_an_amount_of_another_currency_is_never_told_as_roubles() -> None:
    assert "price" not in told(replace(HONEY, price=Money(100, "CNY")))


def test_the_file_is_the_same_every_time() -> None:
    files = [BytesIO(), BytesIO()]
    for file in files:
        api(KEY).write(iter([Offered(HONEY.code, api(KEY).item(HONEY, TODAY, SHOP))]), file, TODAY, SHOP)
    assert files[0].getvalue() == files[1].getvalue()
    assert json.loads(files[0].getvalue())["requests"][0]["call"] == "POST /method/market.add"


def test_every_key_stands_in_the_channels_file() -> None:
    written = {path for one in (HONEY, *random_listings(KEY, 5, 300)) for path in key_paths(told(one))}
    assert written - set(known_paths(KEY)) == set()


@needs_schemas
class TestOfficialSchema:
    """The schema of API 5.199. It has market.add only; the text of market.edit is the same with item_id and nothing else demanded."""

    def check(self, plan: Plan) -> None:
        edit = official("vk.market_add", loosely=("name", "description", "category_id"))
        for one in plan.requests:
            body = sent(one.body)
            if one.call.endswith("edit"):
                assert isinstance(body.pop("item_id"), int)
                edit.validate(body)
            else:
                official("vk.market_add").validate(body)

    @settings(max_examples=150)
    @given(st.randoms(use_true_random=False))
    def test_what_passes_our_rules_passes_theirs(self, random: Random) -> None:
        listing = random_listing(KEY, random)
        if clean(listing, KEY):
            self.check(plan_of(KEY, [listing], account_for(KEY, (listing,))))

    def test_so_do_a_thousand_listings_with_their_stock_and_prices(self) -> None:
        fine = tuple(one for one in random_listings(KEY, 1, 1000) if clean(one, KEY))
        assert len(fine) > 300
        plan = plan_of(KEY, fine, account_for(KEY, fine))
        assert len(plan.requests) > 300
        self.check(plan)
        some = list(random_listings(KEY, 2, 1000))
        shop = replace(LISTED, refs={one.code: {"item_id": str(at)} for at, one in enumerate(some)})
        self.check(api(KEY).stock([StockLine(one.code, "", "heihe", one.stock or 0, AT) for one in some], TODAY, shop))
        prices = [PriceLine(one.code, "", one.price, one.old_price) for one in some if one.price]
        self.check(api(KEY).prices(prices, TODAY, shop))
