"""Ozon: what an item looks like, which requests are made of items, stock and prices, and what is held back."""

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

KEY = "ozon"
SHOP = Account("ozon", "RUB", {}, {"heihe": "22142605386000"}, {"RU-HONEY-500": {"sku": "777"}})
PICTURES = tuple(Picture("jpg", 1000, 1000, 1, name, f"https://cdn.example/{name}.jpg") for name in "abc")
HONEY = Listing(
    code="RU-HONEY-500", title="Мёд липовый башкирский, 500 г", languages=("ru",), description="Собран в июле.", pictures=PICTURES,
    price=Money(129_00, "RUB"), old_price=Money(199_50, "RUB"), vat="10", barcodes=("4600051000057", "46101111", "46101111"),
    dimensions=Dimensions(81, 80, 120), weight=655, extras={"category": "17028922", "type": "970895715"},
    answers=(
        Answer("85", "Бренд", "choice", (("5060050", "Пасека"),)), Answer("8229", "Вид", "text", ((None, "липовый"), (None, "башкирский"))),
        Answer("21841", "Видео: ссылка", "text", ((None, "https://cdn.example/a.mp4"),), group="100001"),
        Answer("21837", "Видео: название", "text", ((None, "Сбор"),), group="100001"),
    ),
)  # fmt: skip


def told(listing: Listing = HONEY, day: date = TODAY, shop: Account = SHOP) -> Any:
    return sent(api(KEY).item(listing, day, shop))


def test_an_item_says_everything_in_ozons_own_words() -> None:
    assert told() == {
        "offer_id": "RU-HONEY-500", "name": "Мёд липовый башкирский, 500 г", "description_category_id": 17028922, "type_id": 970895715,
        "primary_image": "https://cdn.example/a.jpg", "images": ["https://cdn.example/b.jpg", "https://cdn.example/c.jpg"],
        "price": "129.00", "old_price": "199.50", "currency_code": "RUB", "vat": "0.1",
        "barcode": "4600051000057", "barcodes": [{"barcode": "46101111"}],
        "depth": 81, "width": 80, "height": 120, "dimension_unit": "mm", "weight": 655, "weight_unit": "g",
        "attributes": [
            {"id": 85, "complex_id": 0, "values": [{"dictionary_value_id": 5060050, "value": "Пасека"}]},
            {"id": 8229, "complex_id": 0, "values": [{"value": "липовый"}, {"value": "башкирский"}]},
        ],
        "complex_attributes": [{"attributes": [
            {"id": 21841, "complex_id": 100001, "values": [{"value": "https://cdn.example/a.mp4"}]},
            {"id": 21837, "complex_id": 100001, "values": [{"value": "Сбор"}]},
        ]}],
    }  # fmt: skip


def test_the_description_goes_where_the_shop_says_and_nowhere_else() -> None:
    shop = replace(SHOP, extras={"description_attribute": "4191"})
    assert {"id": 4191, "complex_id": 0, "values": [{"value": "Собран в июле."}]} in told(shop=shop)["attributes"]
    answered = replace(HONEY, answers=(Answer("4191", "Аннотация", "text", ((None, "Своими словами."),)),))
    assert told(answered, shop=shop)["attributes"] == [
        {"id": 4191, "complex_id": 0, "values": [{"value": "Своими словами."}]}
    ]


@pytest.mark.parametrize(
    ("day", "rate", "code"),
    [
        (date(2025, 12, 31), "20", "0.2"), (date(2025, 12, 31), "22", None), (date(2026, 1, 1), "22", "0.22"), (date(2026, 1, 1), "20", None),
        (TODAY, "none", "0"), (TODAY, "5", "0.05"), (TODAY, "7", "0.07"), (TODAY, "10", "0.1"),
    ],
)  # fmt: skip
def test_a_vat_rate_is_written_as_on_its_day(day: date, rate: str, code: str | None) -> None:
    assert told(replace(HONEY, vat=rate), day).get("vat") == code


@pytest.mark.parametrize(("amount", "written"), [(1, "0.01"), (100, "1.00"), (12_990, "129.90"), (10**11, "1000000000.00")])  # fmt: skip
def test_prices_are_text_with_a_point_and_two_decimals(amount: int, written: str) -> None:
    assert told(replace(HONEY, price=Money(amount, "RUB"), old_price=None))["price"] == written


def test_cards_go_first_then_the_bar_codes_that_did_not_fit() -> None:
    plan = plan_of(KEY, [HONEY], SHOP)
    assert [one.call for one in plan.requests] == ["POST /v3/product/import", "POST /v1/barcode/add"]
    assert "barcodes" not in plan.requests[0].body["items"][0]
    assert plan.requests[1].body == {"barcodes": [{"barcode": "46101111", "sku": 777}]}
    assert plan.held == ()


def test_more_bar_codes_wait_until_ozon_has_given_the_card_its_number() -> None:
    plan = plan_of(KEY, [HONEY], replace(SHOP, refs={}))
    assert [one.call for one in plan.requests] == ["POST /v3/product/import"]
    assert "amurlive listing shop refs SHOP FILE" in str(plan.held[0].remedy)


@pytest.mark.parametrize(("count", "sizes"), [(100, [100]), (101, [100, 1])])
def test_cards_bar_codes_and_stock_go_by_a_hundred(count: int, sizes: list[int]) -> None:
    cards = [replace(HONEY, code=f"A{at}") for at in range(count)]
    shop = replace(SHOP, refs={one.code: {"sku": str(at)} for at, one in enumerate(cards)})
    plan = plan_of(KEY, cards, shop)
    assert [len(one.body["items"]) for one in plan.requests if "items" in one.body] == sizes
    assert [len(one.body["barcodes"]) for one in plan.requests if "barcodes" in one.body] == sizes
    lines = [StockLine(one.code, "honey", "heihe", 3, datetime(2026, 11, 25, tzinfo=UTC)) for one in cards]
    assert [len(one.body["stocks"]) for one in api(KEY).stock(lines, TODAY, shop).requests] == sizes


@pytest.mark.parametrize(("count", "sizes"), [(1000, [1000]), (1001, [1000, 1])])
def test_prices_go_by_a_thousand(count: int, sizes: list[int]) -> None:
    lines = [PriceLine(f"A{at}", "honey", Money(100_00, "RUB")) for at in range(count)]
    assert [len(one.body["prices"]) for one in api(KEY).prices(lines, TODAY, SHOP).requests] == sizes


def test_what_ozon_could_not_take_is_held_and_named() -> None:
    bad = [
        replace(HONEY, code="NO-URL", pictures=(*PICTURES, Picture("jpg", 1000, 1000, 1))),
        replace(HONEY, code="NO-TYPE", extras={"category": "1", "type": "мёд"}),
        replace(HONEY, code="YUAN", price=Money(100, "CNY"), old_price=None),  # the account is kept in roubles
        replace(HONEY, code="BAD-ANSWER", answers=(Answer("85", "Бренд", "choice", (("x", "Пасека"),)),)),
    ]
    plan = plan_of(KEY, [HONEY, *bad], SHOP)
    assert [one.code for one in plan.held] == [one.code for one in bad]
    assert {code for one in plan.requests for code in one.codes} == {"RU-HONEY-500"}


def test_an_account_in_yuan_takes_yuan() -> None:
    yuan = replace(HONEY, price=Money(100_00, "CNY"), old_price=None, barcodes=())
    plan = plan_of(KEY, [yuan], replace(SHOP, currency="CNY"))
    assert plan.held == ()
    assert plan.requests[0].body["items"][0]["currency_code"] == "CNY"


def test_stock_names_the_goods_and_the_warehouse_by_number() -> None:
    plan = api(KEY).stock([StockLine("A", "honey", "heihe", 3, datetime(2026, 11, 25, tzinfo=UTC))], TODAY, SHOP)
    assert plan.requests[0].body == {"stocks": [{"offer_id": "A", "warehouse_id": 22142605386000, "stock": 3}]}
    named = replace(SHOP, warehouses={"heihe": "main-store"})
    assert (
        api(KEY).stock([StockLine("A", "h", "heihe", 3, datetime(2026, 11, 25, tzinfo=UTC))], TODAY, named).held[0].code
        == "A"
    )


def test_a_price_without_an_old_one_takes_the_old_one_back() -> None:
    plan = api(KEY).prices(
        [
            PriceLine("A", "honey", Money(399_00, "RUB"), Money(419_00, "RUB"), "22"), PriceLine("B", "honey", Money(399_00, "RUB")),
            PriceLine("SMALL-GAP", "honey", Money(399_00, "RUB"), Money(418_99, "RUB")), PriceLine("USD", "honey", Money(1_00, "USD")),
        ],
        TODAY, SHOP,
    )  # fmt: skip
    assert plan.requests[0].body["prices"] == [
        {"offer_id": "A", "price": "399.00", "old_price": "419.00", "currency_code": "RUB", "vat": "0.22"},
        {"offer_id": "B", "price": "399.00", "old_price": "0", "currency_code": "RUB"},
    ]
    assert {one.code for one in plan.held} == {"SMALL-GAP", "USD"}


def test_the_file_is_the_same_every_time() -> None:
    files = [BytesIO(), BytesIO()]
    for file in files:
        api(KEY).write(iter([Offered(HONEY.code, api(KEY).item(HONEY, TODAY, SHOP))]), file, TODAY, SHOP)
    assert files[0].getvalue() == files[1].getvalue()
    assert json.loads(files[0].getvalue())["requests"][0]["body"]["items"][0]["offer_id"] == "RU-HONEY-500"


def test_every_key_stands_in_the_channels_file() -> None:
    known = known_paths(KEY, "items[].")
    inner = {
        f"{start}[].{name}"
        for start in ("attributes", "complex_attributes[].attributes")
        for name in ("id", "complex_id", "values[].dictionary_value_id", "values[].value")
    }
    written = {path for one in (HONEY, *random_listings(KEY, 5, 300)) for path in key_paths(told(one))}
    assert written - set(known) - inner - {"attributes"} == set()


@needs_schemas
class TestOfficialSchema:
    """The schemas of the Seller API of 2025-09, with no key they do not name.

    Its stock call demands product_id and quant_size; its prose says: offer_id or product_id, and newer texts know no quant_size.
    """

    def check(self, plan: Plan) -> None:
        gates = {
            "/v3/product/import": official("ozon.product_import"), "/v1/barcode/add": official("ozon.barcode_add"),
            "/v1/product/import/prices": official("ozon.prices"),
            "/v2/products/stocks": official("ozon.stocks", loosely=("product_id", "quant_size")),
        }  # fmt: skip
        for one in plan.requests:
            gates[one.call.removeprefix("POST ")].validate(sent(one.body))

    def test_a_wrong_key_or_form_would_be_found(self) -> None:
        good = sent(plan_of(KEY, [HONEY], SHOP).requests[0].body)
        gate = official("ozon.product_import")
        assert gate.is_valid(good)
        for old, new in (('"129.00"', "129"), ('"depth"', '"length"'), ('"depth": 81', '"depth": 8.1')):
            assert not gate.is_valid(json.loads(json.dumps(good).replace(old, new)))

    @settings(max_examples=150)
    @given(st.randoms(use_true_random=False))
    def test_what_passes_our_rules_passes_theirs(self, random: Random) -> None:
        listing = random_listing(KEY, random)
        if clean(listing, KEY):
            self.check(plan_of(KEY, [listing], account_for(KEY, (listing,))))

    def test_so_do_a_thousand_listings_with_their_stock_and_prices(self) -> None:
        fine = tuple(one for one in random_listings(KEY, 1, 1000) if clean(one, KEY))
        assert len(fine) > 300
        self.check(plan_of(KEY, fine, account_for(KEY, fine)))
        at = datetime(2026, 11, 25, tzinfo=UTC)
        lines = [StockLine(one.code, one.product, "heihe", one.stock or 0, at) for one in random_listings(KEY, 2, 1000)]
        self.check(api(KEY).stock(lines, TODAY, SHOP))
        prices = [
            PriceLine(one.code, one.product, one.price, one.old_price, one.vat)
            for one in random_listings(KEY, 3, 1000) if one.price
        ]  # fmt: skip
        self.check(api(KEY).prices(prices, TODAY, SHOP))
