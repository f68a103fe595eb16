"""Yandex Market: what an offer looks like, which requests are made of offers, stock and prices, and what is held back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.listings.forms.form import Account, Offered, Plan, PriceLine, StockLine
from service.listings.listing import Answer, Dimensions, Listing, Money, Picture
from tests.listings.forms.gates import TODAY, api, clean, key_paths, known_paths, needs_schemas, official, plan_of, sent
from tests.listings.forms.random_listings import account_for, random_listing, random_listings

KEY = "yandex_market"
SHOP = Account("market", "RUB", {"business_id": "1234567"}, {"heihe": "501", "blagoveshchensk": "502"})
HONEY = Listing(
    code="RU-HONEY-500", title="Мёд липовый башкирский", languages=("ru",), description="Собран в июле.", brand="Пасека",
    tags=("мёд", "липа", "мёд"), pictures=(Picture("jpg", 1000, 1000, 1, "a", "https://cdn.example/a.jpg"),),
    price=Money(49_950, "RUB"), old_price=Money(60_000, "RUB"), vat="10", barcodes=("4600051000057", "4600051000057"),
    dimensions=Dimensions(81, 80, 120), weight=655, extras={"category": "1551", "tnved": "0409000000", "country": "Россия"},
    answers=(
        Answer("14871214", "Масса", "number", ((None, "0.5"),), unit="37"), Answer("7893318", "Бренд", "choice", (("501", "Пасека"), (None, "Своя"))),
    ),
)  # fmt: skip


def told(listing: Listing = HONEY, day: date = TODAY) -> Any:
    return sent(api(KEY).item(listing, day, SHOP))


def price_plan(*lines: PriceLine, day: date = TODAY, shop: Account = SHOP) -> Plan:
    return api(KEY).prices(lines, day, shop)


def many(count: int) -> list[Listing]:
    return [replace(HONEY, code=f"RU-HONEY-{at}", vat=None) for at in range(count)]


def test_an_offer_says_everything_in_the_markets_own_words() -> None:
    offer = told()["offer"]
    assert offer["weightDimensions"] == {"length": 8.1, "width": 8, "height": 12, "weight": 0.655}
    assert offer["basicPrice"] == {"value": 499.5, "currencyId": "RUR", "discountBase": 600}  # RUR, never RUB
    assert offer["tags"] == ["мёд", "липа"]  # the schema wants each once
    assert offer["barcodes"] == ["4600051000057"]
    assert offer["marketCategoryId"] == 1551
    assert offer["commodityCodes"] == [{"code": "0409000000", "type": "CUSTOMS_COMMODITY_CODE"}]
    assert offer["manufacturerCountries"] == ["Россия"]
    assert offer["parameterValues"] == [
        {"parameterId": 14871214, "unitId": 37, "value": "0.5"},
        {"parameterId": 7893318, "valueId": 501},
        {"parameterId": 7893318, "value": "Своя"},
    ]


def test_sizes_are_told_all_four_or_not_at_all() -> None:
    assert "weightDimensions" not in told(replace(HONEY, weight=None))["offer"]
    assert "weightDimensions" not in told(replace(HONEY, dimensions=None))["offer"]


@pytest.mark.parametrize(
    ("day", "rate", "code"),
    [
        (date(2025, 12, 31), "20", 7), (date(2025, 12, 31), "22", None), (date(2026, 1, 1), "22", 14), (date(2026, 1, 1), "20", 7),
        (date(2026, 6, 30), "20", 7), (date(2026, 7, 1), "20", None), (TODAY, "none", 6), (TODAY, "0", 5), (TODAY, "5", 10), (TODAY, "7", 11),
    ],
)  # fmt: skip
def test_a_vat_rate_has_the_code_of_its_day(day: date, rate: str, code: int | None) -> None:
    assert told(replace(HONEY, vat=rate), day).get("vat") == code


def test_cards_go_first_and_then_their_vat_codes_to_each_campaign() -> None:
    plan = plan_of(KEY, [HONEY], SHOP)
    assert plan.held == ()
    assert [one.call for one in plan.requests] == [
        "POST /v2/businesses/1234567/offer-mappings/update",
        "POST /v2/campaigns/501/offers/update",
        "POST /v2/campaigns/502/offers/update",
    ]
    assert plan.requests[1].body == {"offers": [{"offerId": "RU-HONEY-500", "vat": 2}]}
    assert {one.codes for one in plan.requests} == {("RU-HONEY-500",)}


@pytest.mark.parametrize(("count", "sizes"), [(100, [100]), (101, [100, 1]), (201, [100, 100, 1])])
def test_a_request_takes_a_hundred_cards(count: int, sizes: list[int]) -> None:
    plan = plan_of(KEY, many(count), SHOP)
    assert [len(one.body["offerMappings"]) for one in plan.requests] == sizes
    assert [code for one in plan.requests for code in one.codes] == [f"RU-HONEY-{at}" for at in range(count)]


@pytest.mark.parametrize(("count", "sizes"), [(500, [500]), (501, [500, 1])])
def test_prices_and_vat_codes_go_by_five_hundred(count: int, sizes: list[int]) -> None:
    lines = [PriceLine(f"A{at}", "honey", Money(100_00, "RUB"), None, "22") for at in range(count)]
    plan = price_plan(*lines, shop=replace(SHOP, warehouses={"heihe": "501"}))
    assert [len(one.body["offers"]) for one in plan.requests] == [*sizes, *sizes]


@pytest.mark.parametrize(("count", "sizes"), [(2000, [2000]), (2001, [2000, 1])])
def test_stock_goes_by_two_thousand(count: int, sizes: list[int]) -> None:
    lines = [StockLine(f"A{at}", "honey", "heihe", 3, datetime(2026, 11, 25, 8, tzinfo=UTC)) for at in range(count)]
    assert [len(one.body["skus"]) for one in api(KEY).stock(lines, TODAY, SHOP).requests] == sizes


def test_one_bad_card_would_spoil_the_whole_request_so_it_is_held_back() -> None:
    bad = [
        replace(HONEY, code="NO-URL", pictures=(Picture("jpg", 1000, 1000, 1),)),
        replace(HONEY, code="NO-CATEGORY", extras={"category": "мёд"}),
        replace(HONEY, code="ZERO-CATEGORY", extras={"category": "0"}),
        replace(
            HONEY, code="TOO-MUCH", answers=(Answer("1", "Вкус", "text", tuple((None, str(at)) for at in range(301))),)
        ),
        replace(HONEY, code="BAD-ANSWER", answers=(Answer("abc", "Масса", "number", ((None, "1"),)),)),
    ]
    plan = plan_of(KEY, [HONEY, *bad], SHOP)
    assert {one.code for one in plan.held} == {one.code for one in bad}
    assert {code for one in plan.requests for code in one.codes} == {"RU-HONEY-500"}
    assert "no number of yandex_market" in str(plan.held[1].message)


def test_the_same_card_twice_is_sent_once_as_it_was_told_last() -> None:
    (first, *_) = plan_of(KEY, [HONEY, replace(HONEY, title="Мёд липовый")], SHOP).requests
    assert [one["offer"]["name"] for one in first.body["offerMappings"]] == ["Мёд липовый"]


def test_without_the_number_of_the_business_everything_is_held_with_what_to_do() -> None:
    nobody = replace(SHOP, extras={})
    for plan in (plan_of(KEY, many(3), nobody), price_plan(PriceLine("A", "honey", Money(1, "RUB")), shop=nobody)):
        assert plan.requests == ()
        assert "business_id" in str(plan.held[0].message)
        assert "shop's settings" in str(plan.held[0].remedy)


def test_without_a_campaign_cards_go_and_their_vat_codes_are_held() -> None:
    plan = plan_of(KEY, [HONEY], replace(SHOP, warehouses={}))
    assert len(plan.requests) == 1
    assert [one.code for one in plan.held] == ["RU-HONEY-500"]


def test_stock_is_told_by_campaign_with_its_moment_and_zone() -> None:
    at = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    lines = [
        StockLine("A", "honey", "heihe", 3, at), StockLine("A", "honey", "blagoveshchensk", 5, at),
        StockLine("A", "honey", "heihe", 4, at.replace(hour=9)), StockLine("A", "honey", "moscow", 1, at),
        StockLine("B", "honey", "heihe", -2, at),
    ]  # fmt: skip
    plan = api(KEY).stock(lines, TODAY, SHOP)
    assert [one.call for one in plan.requests] == [
        "PUT /v2/campaigns/501/offers/stocks",
        "PUT /v2/campaigns/502/offers/stocks",
    ]
    assert plan.requests[0].body["skus"] == [
        {"sku": "A", "items": [{"count": 4, "updatedAt": "2026-11-25T09:30:00+00:00"}]},  # the newest counts
        {"sku": "B", "items": [{"count": 0, "updatedAt": "2026-11-25T08:30:00+00:00"}]},
    ]
    assert [one.code for one in plan.held] == ["A"]
    assert "moscow" in str(plan.held[0].message)


def test_two_of_our_warehouses_in_one_campaign_are_added_up() -> None:
    at = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
    shop = replace(SHOP, warehouses={"heihe": "501", "blagoveshchensk": "501"})
    plan = api(KEY).stock([StockLine("A", "h", place, 3, at) for place in shop.warehouses], TODAY, shop)
    assert plan.requests[0].body["skus"][0]["items"][0]["count"] == 6


def test_prices_keep_the_rules_of_the_day_and_the_accounts_currency() -> None:
    plan = price_plan(
        PriceLine("FINE", "honey", Money(100_00, "RUB"), Money(120_00, "RUB"), "22"),
        PriceLine("ZERO", "honey", Money(0, "RUB")), PriceLine("YUAN", "honey", Money(100_00, "CNY")),
        PriceLine("SMALL-GAP", "honey", Money(100_00, "RUB"), Money(101_00, "RUB")),
        PriceLine("OLD-VAT", "honey", Money(100_00, "RUB"), None, "20"),
    )  # fmt: skip
    assert plan.requests[0].body == {
        "offers": [{"offerId": "FINE", "price": {"value": 100, "currencyId": "RUR", "discountBase": 120}}]
    }
    assert plan.requests[1].body == {"offers": [{"offerId": "FINE", "vat": 14}]}
    assert {one.code for one in plan.held} == {"ZERO", "YUAN", "SMALL-GAP", "OLD-VAT"}


def test_the_file_is_the_same_every_time_and_says_what_is_held() -> None:
    items = [Offered(one.code, api(KEY).item(one, TODAY, SHOP)) for one in (HONEY, replace(HONEY, code="X", extras={}))]
    files = [BytesIO(), BytesIO()]
    for file in files:
        api(KEY).write(iter(items), file, TODAY, SHOP)
    assert files[0].getvalue() == files[1].getvalue()
    read = json.loads(files[0].getvalue())
    assert [read[name] for name in ("channel", "day", "revision")] == [KEY, "2026-11-25", "2026-07-17"]
    assert [one["code"] for one in read["held"]] == ["X"]
    assert read["requests"][0]["call"].startswith("POST /v2/businesses/1234567/")


def test_every_key_stands_in_the_channels_file() -> None:
    known = known_paths(KEY, "offerMappings[].", "offers[].")
    inner = {f"offer.parameterValues[].{name}" for name in ("parameterId", "unitId", "valueId", "value")}
    written = {path for one in (HONEY, *random_listings(KEY, 5, 300)) for path in key_paths(told(one))}
    assert written - set(known) - inner == set()


@needs_schemas
class TestOfficialSchema:
    """The schemas of the Partner API of 2026-07-17, with no key they do not name."""

    def check(self, plan: Plan) -> None:
        names = {
            "offer-mappings/update": "yandex.UpdateOfferMappingsRequest", "offers/update": "yandex.UpdateCampaignOffersRequest",
            "offer-prices/updates": "yandex.UpdateBusinessPricesRequest", "offers/stocks": "yandex.UpdateStocksRequest",
        }  # fmt: skip
        for one in plan.requests:
            name = next(name for end, name in names.items() if one.call.endswith(end))
            official(name).validate(sent(one.body))

    def test_a_wrong_key_or_currency_would_be_found(self) -> None:
        (request, *_) = plan_of(KEY, [HONEY], SHOP).requests
        good = sent(request.body)
        gate = official("yandex.UpdateOfferMappingsRequest")
        assert gate.is_valid(good)
        for old, new in (('"RUR"', '"RUB"'), ('"vendor"', '"vendr"'), ('"length"', '"lenght"')):
            assert not gate.is_valid(json.loads(json.dumps(good).replace(old, new)))

    @settings(max_examples=150)
    @given(st.randoms(use_true_random=False))
    def test_what_passes_our_rules_passes_theirs(self, random: Random) -> None:
        listing = random_listing(KEY, random)
        if clean(listing, KEY):
            self.check(plan_of(KEY, [listing], SHOP))

    def test_so_do_a_thousand_listings_with_their_stock_and_prices(self) -> None:
        fine = [one for one in random_listings(KEY, 1, 1000) if clean(one, KEY)]
        assert len(fine) > 300
        self.check(plan_of(KEY, fine, account_for(KEY)))
        at = datetime(2026, 11, 25, tzinfo=UTC)
        lines = [StockLine(one.code, one.product, "heihe", one.stock or 0, at) for one in random_listings(KEY, 2, 1000)]
        self.check(api(KEY).stock(lines, TODAY, SHOP))
        prices = [
            PriceLine(one.code, one.product, one.price, one.old_price, one.vat)
            for one in random_listings(KEY, 3, 1000) if one.price
        ]  # fmt: skip
        self.check(price_plan(*prices))
