"""Wildberries: groups of cards, pictures by the card's number, prices before a discount, stock by size, and what is held back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.listings.forms.form import Account, Offered, Plan, PriceLine, StockLine, written
from service.listings.forms.wildberries import before_discount
from service.listings.listing import Answer, Dimensions, Listing, Money, Picture, Variant
from tests.listings.forms.gates import TODAY, api, clean, key_paths, known_paths, needs_schemas, official, plan_of, sent
from tests.listings.forms.random_listings import account_for, random_listing, random_listings

KEY = "wildberries"
KNOWN = {"nm_id": "71", "chrt_id": "81"}
SHOP = Account("wb", "RUB", {}, {"heihe": "1001", "blagoveshchensk": "1002"}, {})
LISTED = replace(SHOP, refs={"HONEY-250": {"nm_id": "70", "chrt_id": "80"}, "HONEY-500": KNOWN})
AT = datetime(2026, 11, 25, 8, tzinfo=UTC)
HONEY = Listing(
    code="honey", title="Мёд липовый башкирский", languages=("ru",), description="Собран в июле.", brand="Пасека",
    pictures=tuple(Picture("jpg", 900, 1200, 1, name, f"https://cdn.example/{name}.jpg") for name in "ab"),
    variants=(
        Variant("HONEY-250", {"Фасовка": "250 г"}, ("4600051000057", "46101111"), Money(300_00, "RUB"), dimensions=Dimensions(61, 60, 75), weight=333),
        Variant("HONEY-500", {"Фасовка": "500 г"}, (), Money(500_00, "RUB"), weight=1250),
    ),
    dimensions=Dimensions(80, 80, 101), extras={"subject": "2560"},
    answers=(
        Answer("14177449", "Вкус", "choice", (("7", "липа"), ("8", "гречиха"))), Answer("88952", "Вес", "number", ((None, "0,5"),)),
        Answer("90", "Штук", "number", ((None, "12"),)), Answer("15001405", "Ставка НДС", "text", ((None, "10"),)),
    ),
)  # fmt: skip


def told(listing: Listing = HONEY, day: date = TODAY, shop: Account = SHOP) -> Any:
    return sent(api(KEY).item(listing, day, shop))


def titles(title: str, *labels: str) -> list[str]:
    variants = tuple(Variant(f"A{at}", {"Фасовка": label}) for at, label in enumerate(labels))
    return [one["title"] for one in told(replace(HONEY, title=title, variants=variants))["variants"]]


def test_a_listing_is_a_group_of_cards_one_for_each_pack() -> None:
    item = told()
    assert item["subjectID"] == 2560
    assert item["data"] == ["https://cdn.example/a.jpg", "https://cdn.example/b.jpg"]
    assert item["variants"][0] == {
        "vendorCode": "HONEY-250", "title": "Мёд липовый башкирский, 250 г", "description": "Собран в июле.", "brand": "Пасека",
        "dimensions": {"length": 7, "width": 6, "height": 8, "weightBrutto": 0.333},
        "sizes": [{"price": 300, "skus": ["4600051000057", "46101111"]}],
        "characteristics": [
            {"id": 14177449, "value": ["липа", "гречиха"]}, {"id": 88952, "value": 0.5}, {"id": 90, "value": 12},
            {"id": 15001405, "value": ["10"]},
        ],
    }  # fmt: skip
    assert item["variants"][1]["dimensions"] == {"length": 8, "width": 8, "height": 11, "weightBrutto": 1.25}


def test_one_pack_alone_keeps_the_title_as_it_is() -> None:
    assert titles("Мёд липовый", "250 г") == ["Мёд липовый"]
    alone = told(replace(HONEY, variants=(), barcodes=("46101111",), weight=333, price=Money(300_00, "RUB")))
    assert [one["vendorCode"] for one in alone["variants"]] == ["honey"]
    assert alone["variants"][0]["sizes"] == [{"price": 300, "skus": ["46101111"]}]


def test_long_titles_lose_whole_words_so_that_cards_differ() -> None:
    long = "Мёд липовый башкирский натуральный в подарочной упаковке"  # 56 signs
    assert titles(long, "250 г", "0,5 кг") == [
        "Мёд липовый башкирский натуральный в подарочной, 250 г",  # no number loses its unit, no word is cut
        "Мёд липовый башкирский натуральный в подарочной, 0,5 кг",
    ]
    assert titles("Мёд липовый башкирский натуральный в подарочной упаковке жёлтой", "250 г", "1 кг")[1].endswith(
        ", 1 кг"
    )
    assert titles("Мёд липовый, 250 г", "250 г", "1250 г") == ["Мёд липовый, 250 г", "Мёд липовый, 250 г, 1250 г"]
    assert titles("Мёд липовый башкирский для чая", "банка 500 г, стекло, в подарочной упаковке", "1 кг")[0] == (
        "Мёд липовый, банка 500 г, стекло, в подарочной упаковке"
    )
    assert titles("Мёд липовый", "ё" * 60, "1 кг") == ["Мёд липовый", "Мёд липовый, 1 кг"]


@pytest.mark.parametrize(("mm", "cm"), [(1, 1), (10, 1), (11, 2), (99, 10), (100, 10), (101, 11)])
def test_sides_are_whole_centimetres_and_never_smaller_than_they_are(mm: int, cm: int) -> None:
    card = told(replace(HONEY, variants=(), dimensions=Dimensions(mm, mm, mm)))["variants"][0]
    assert card["dimensions"] == {"length": cm, "width": cm, "height": cm}


@pytest.mark.parametrize(("grams", "kilograms"), [(1, 0.001), (10, 0.01), (999, 0.999), (1000, 1), (12_345, 12.345)])
def test_weights_are_kilograms_with_three_decimals_at_most(grams: int, kilograms: float) -> None:
    card = told(replace(HONEY, variants=(), dimensions=None, weight=grams))["variants"][0]
    assert card["dimensions"] == {"weightBrutto": kilograms}


def test_marked_goods_say_so_since_2026() -> None:
    marked = replace(HONEY, extras={"subject": "2560", "marked": "true"}, goods=frozenset({"marked"}))
    assert all(one["kizMarked"] is True for one in told(marked)["variants"])
    assert not any("kizMarked" in one for one in told(marked, date(2025, 12, 31))["variants"])
    assert not any("kizMarked" in one for one in told()["variants"])


def test_new_cards_are_made_and_their_pictures_wait_for_a_number() -> None:
    plan = plan_of(KEY, [HONEY], SHOP)
    assert [(one.call, one.codes) for one in plan.requests] == [("POST /content/v2/cards/upload", ("honey",))]
    assert [one.code for one in plan.held] == ["honey", "honey"]  # so that the next export comes back to it
    assert "HONEY-250 (nm_id)" in str(plan.held[0].message)
    assert "amurlive listing shop refs SHOP FILE" in str(plan.held[0].remedy)


def test_cards_with_a_number_are_changed_and_get_their_pictures() -> None:
    plan = plan_of(KEY, [HONEY], LISTED)
    assert [one.call for one in plan.requests] == [
        "POST /content/v2/cards/update", "POST /content/v3/media/save", "POST /content/v3/media/save"
    ]  # fmt: skip
    first, second = plan.requests[0].body
    assert (first["nmID"], first["sizes"]) == (70, [{"chrtID": 80, "skus": ["4600051000057", "46101111"]}])
    assert (second["nmID"], second["sizes"]) == (71, [{"chrtID": 81}])
    assert plan.requests[1].body == {"nmId": 70, "data": ["https://cdn.example/a.jpg", "https://cdn.example/b.jpg"]}
    assert plan.held == ()


def test_a_pack_that_came_later_is_made_beside_those_that_are_changed() -> None:
    plan = plan_of(KEY, [HONEY], replace(SHOP, refs={"HONEY-500": KNOWN}))
    assert [one.call.rpartition("/")[2] for one in plan.requests] == ["upload", "update", "save"]
    assert [one["vendorCode"] for one in plan.requests[0].body[0]["variants"]] == ["HONEY-250"]
    assert [one["vendorCode"] for one in plan.requests[1].body] == ["HONEY-500"]


def test_a_card_whose_size_has_no_number_yet_is_not_changed() -> None:
    plan = plan_of(KEY, [HONEY], replace(SHOP, refs={"HONEY-250": {"nm_id": "70"}, "HONEY-500": KNOWN}))
    assert [one["vendorCode"] for one in plan.requests[0].body] == ["HONEY-500"]
    assert ["chrt_id" in str(one.message) for one in plan.held] == [True]


def test_one_picture_without_an_address_keeps_all_of_them_but_not_the_card() -> None:
    half = replace(HONEY, pictures=(*HONEY.pictures, Picture("jpg", 900, 1200, 1)))
    plan = plan_of(KEY, [half], LISTED)
    assert [one.call for one in plan.requests] == ["POST /content/v2/cards/update"]
    assert [one.code for one in plan.held] == ["honey"]


def test_a_card_without_pictures_waits_for_nothing() -> None:
    assert plan_of(KEY, [replace(HONEY, pictures=())], SHOP).held == ()


def test_an_answer_known_by_its_number_only_holds_the_group_back() -> None:
    plan = plan_of(KEY, [replace(HONEY, answers=(Answer("14177449", "Вкус", "choice", (("7", ""),)),))], SHOP)
    assert plan.requests == ()
    assert "14177449" in str(plan.held[0].message)


def test_a_subject_that_is_no_number_holds_the_group_back() -> None:
    plan = plan_of(KEY, [replace(HONEY, extras={"subject": "мёд"})], SHOP)
    assert plan.requests == ()
    assert [one.code for one in plan.held] == ["honey"]


@pytest.mark.parametrize(("count", "sizes"), [(100, [100]), (101, [100, 1])])
def test_a_request_takes_a_hundred_groups(count: int, sizes: list[int]) -> None:
    cards = [replace(HONEY, code=f"A{at}", variants=(), pictures=()) for at in range(count)]
    assert [len(one.body) for one in plan_of(KEY, cards, SHOP).requests] == sizes


def test_a_request_has_ten_million_bytes_and_not_one_more() -> None:
    packs = tuple(Variant(f"A-{at}", {"Фасовка": f"{at + 1} кг"}) for at in range(30))
    cards = [replace(HONEY, code=f"A{at}", description="ё" * 5000, variants=packs, pictures=()) for at in range(70)]
    bodies = [one.body for one in plan_of(KEY, cards, SHOP).requests]
    assert sum(map(len, bodies)) == 70
    assert len(bodies) > 1
    for body, following in pairwise(bodies):
        assert len(written(body)) <= 10_000_000 < len(written([*body, following[0]]))


@pytest.mark.parametrize(("count", "sizes"), [(3000, [3000]), (3001, [3000, 1])])
def test_changes_go_by_three_thousand(count: int, sizes: list[int]) -> None:
    cards = [replace(HONEY, code=f"A{at}", variants=(), pictures=()) for at in range(count)]
    shop = replace(SHOP, refs={one.code: KNOWN for one in cards})
    assert [len(one.body) for one in plan_of(KEY, cards, shop).requests] == sizes


@pytest.mark.parametrize(("count", "sizes"), [(1000, [1000]), (1001, [1000, 1])])
def test_stock_and_prices_go_by_a_thousand(count: int, sizes: list[int]) -> None:
    shop = replace(SHOP, refs={f"A{at}": {"nm_id": str(at + 1), "chrt_id": str(at + 1)} for at in range(count)})
    stock = api(KEY).stock([StockLine(f"A{at}", "honey", "heihe", 3, AT) for at in range(count)], TODAY, shop)
    assert [len(one.body["stocks"]) for one in stock.requests] == sizes
    prices = api(KEY).prices([PriceLine(f"A{at}", "honey", Money(1_00, "RUB")) for at in range(count)], TODAY, shop)
    assert [len(one.body["data"]) for one in prices.requests] == sizes


def test_stock_goes_by_size_to_each_warehouse() -> None:
    lines = [
        StockLine("HONEY-500", "honey", "heihe", 3, AT), StockLine("HONEY-500", "honey", "blagoveshchensk", 4, AT),
        StockLine("NEW", "honey", "heihe", 1, AT), StockLine("HONEY-250", "honey", "heihe", 100_001, AT),
    ]  # fmt: skip
    plan = api(KEY).stock(lines, TODAY, LISTED)
    assert [(one.call, one.body) for one in plan.requests] == [
        ("PUT /api/v3/stocks/1001", {"stocks": [{"chrtId": 81, "amount": 3}]}),
        ("PUT /api/v3/stocks/1002", {"stocks": [{"chrtId": 81, "amount": 4}]}),
    ]
    assert {one.code for one in plan.held} == {"NEW", "HONEY-250"}


def test_a_price_goes_with_the_discount_that_leads_to_it() -> None:
    lines = [
        PriceLine("HONEY-500", "honey", Money(750_00, "RUB"), Money(1000_00, "RUB")), PriceLine("HONEY-250", "honey", Money(300_00, "RUB")),
        PriceLine("NEW", "honey", Money(300_00, "RUB")), PriceLine("KOPECKS", "honey", Money(300_50, "RUB")),
        PriceLine("NOTHING", "honey", Money(0, "RUB"), Money(20_00, "RUB")),
    ]  # fmt: skip
    plan = api(KEY).prices(lines, TODAY, LISTED)
    assert plan.requests[0].body == {
        "data": [{"nmID": 71, "price": 1000, "discount": 25}, {"nmID": 70, "price": 300, "discount": 0}]
    }
    assert {one.code for one in plan.held} == {"NEW", "KOPECKS", "NOTHING"}


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_the_buyer_pays_the_price_and_no_old_price_is_made_up(price: int, old: int) -> None:
    full, discount = before_discount(price, old)
    assert 0 <= discount < 100
    assert full <= max(price, old)
    assert price <= Decimal(full) * (100 - discount) / 100 < price + 1


@pytest.mark.parametrize(("now", "price", "goes"), [("900", 300, False), ("899", 300, True), ("1500", 300, False), ("300", 900, True)])  # fmt: skip
def test_a_fall_to_a_third_would_end_in_quarantine_and_is_held(now: str, price: int, goes: bool) -> None:
    shop = replace(SHOP, refs={"HONEY-500": {**KNOWN, "price": now}})
    plan = api(KEY).prices([PriceLine("HONEY-500", "honey", Money(price * 100, "RUB"))], TODAY, shop)
    assert bool(plan.requests) == goes
    assert [f"from {now} to {price}" in str(one.message) for one in plan.held] == [] if goes else [True]


def test_an_amount_of_another_currency_is_never_told_as_roubles() -> None:
    yuan = replace(HONEY, variants=(), price=Money(300_00, "CNY"))
    assert "sizes" not in told(yuan)["variants"][0]
    assert told(yuan, shop=replace(SHOP, currency="CNY"))["variants"][0]["sizes"] == [{"price": 300}]
    plan = api(KEY).prices([PriceLine("HONEY-500", "honey", Money(300_00, "CNY"))], TODAY, LISTED)
    assert plan.requests == ()
    assert "kept in RUB" in str(plan.held[0].message)


def test_the_file_is_the_same_every_time() -> None:
    files = [BytesIO(), BytesIO()]
    for file in files:
        api(KEY).write(iter([Offered(HONEY.code, api(KEY).item(HONEY, TODAY, SHOP))]), file, TODAY, SHOP)
    assert files[0].getvalue() == files[1].getvalue()
    assert json.loads(files[0].getvalue())["requests"][0]["body"][0]["subjectID"] == 2560


def test_every_key_stands_in_the_channels_file() -> None:
    marked = replace(HONEY, extras={"subject": "2560", "marked": "true"})
    known = known_paths(KEY, "[].")
    inner = {f"variants[].characteristics[].{name}" for name in ("id", "value")}
    keys = {path for one in (HONEY, marked, *random_listings(KEY, 5, 300)) for path in key_paths(told(one))}
    assert keys - set(known) - inner == set()


class TestOfficialModels:
    """wildberries-sdk 0.1.177, whose models come from the live description of October 2026."""

    def check(self, plan: Plan) -> None:
        from wildberries_sdk.items.models.post_v2_cards_update_request_inner import PostV2CardsUpdateRequestInner
        from wildberries_sdk.items.models.post_v2_cards_upload_request_inner import PostV2CardsUploadRequestInner
        from wildberries_sdk.items.models.post_v2_upload_task_request import PostV2UploadTaskRequest
        from wildberries_sdk.items.models.post_v3_media_save_request import PostV3MediaSaveRequest
        from wildberries_sdk.items.models.put_v3_stocks_warehouse_id_request import PutV3StocksWarehouseIdRequest

        models: dict[str, Any] = {
            "/content/v2/cards/upload": PostV2CardsUploadRequestInner, "/content/v2/cards/update": PostV2CardsUpdateRequestInner,
            "/api/v2/upload/task": PostV2UploadTaskRequest, "/content/v3/media/save": PostV3MediaSaveRequest,
        }  # fmt: skip
        for one in plan.requests:
            model = models.get(one.call.partition(" ")[2], PutV3StocksWarehouseIdRequest)
            body = sent(one.body)
            for part in body if isinstance(body, list) else [body]:
                read = model.model_validate(part)
                assert (
                    sent(read.model_dump(by_alias=True, exclude_unset=True)) == part
                )  # nothing was skipped in silence

    def test_a_title_too_long_would_be_found(self) -> None:
        with pytest.raises(ValueError, match="60"):
            self.check(plan_of(KEY, [replace(HONEY, title="ё" * 61, variants=())], SHOP))

    def test_every_request_is_one_wildberries_knows(self) -> None:
        fine = tuple(one for one in random_listings(KEY, 1, 400) if clean(one, KEY))
        assert len(fine) > 100
        for shop in (SHOP, account_for(KEY, fine)):
            self.check(plan_of(KEY, fine, shop))
        self.check(api(KEY).stock([StockLine("HONEY-500", "honey", "heihe", 3, AT)], TODAY, LISTED))
        self.check(api(KEY).prices([PriceLine("HONEY-500", "honey", Money(1_00, "RUB"))], TODAY, LISTED))


@needs_schemas
class TestOfficialSchema:
    """The schemas of December 2025, with no key they do not name but kizMarked, which came after them."""

    def check(self, plan: Plan) -> None:
        for one in plan.requests:
            name = {"upload": "cards_upload", "update": "cards_update", "save": "media_save", "task": "prices"}.get(
                one.call.rpartition("/")[2], "stocks"
            )
            official(f"wb.{name}", also=("kizMarked",)).validate(sent(one.body))

    def test_a_wrong_key_or_form_would_be_found(self) -> None:
        good = sent(plan_of(KEY, [HONEY], SHOP).requests[0].body)
        gate = official("wb.cards_upload", also=("kizMarked",))
        assert gate.is_valid(good)
        for old, new in (('"title"', '"titel"'), ('"length": 7', '"length": 6.1'), ('"price": 300', '"price": "300"')):
            assert not gate.is_valid(json.loads(json.dumps(good).replace(old, new)))

    @settings(max_examples=150)
    @given(st.randoms(use_true_random=False))
    def test_what_passes_our_rules_passes_theirs(self, random: Random) -> None:
        listing = random_listing(KEY, random)
        if clean(listing, KEY):
            for shop in (SHOP, account_for(KEY, (listing,))):
                self.check(plan_of(KEY, [listing], shop))

    def test_so_do_a_thousand_listings_with_their_stock_and_prices(self) -> None:
        fine = tuple(one for one in random_listings(KEY, 1, 1000) if clean(one, KEY))
        assert len(fine) > 300
        for shop in (SHOP, account_for(KEY, fine)):
            self.check(plan_of(KEY, fine, shop))
        some = [pack for one in random_listings(KEY, 2, 1000) for pack in one.variants]
        shop = replace(SHOP, refs={one.code: KNOWN for one in some})
        self.check(api(KEY).stock([StockLine(one.code, "", "heihe", one.stock or 0, AT) for one in some], TODAY, shop))
        prices = [PriceLine(one.code, "", one.price, one.old_price) for one in some if one.price]
        self.check(api(KEY).prices(prices, TODAY, shop))
