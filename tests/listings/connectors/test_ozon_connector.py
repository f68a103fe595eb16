"""Sending to Ozon: tasks, item by item answers, and what is done when nobody knows whether a call has arrived."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from email.utils import formatdate
from typing import Any

import pytest

from service.listings.connectors import Report, foresee, look, push
from service.listings.connectors.ozon import Ozon
from service.listings.forms.form import Account, Plan, Request
from service.listings.sealing import Keys
from tests.listings.connectors.platforms import SCHEMAS, TIMEOUT, WALL, Call, Platform, Reply, shape_faults, standing

DAY = date(2026, 11, 25)
KEYS = Keys({"client_id": "714", "api_key": "0f6b-secret-of-ozon"})
CARDS, STOCKS, PRICES = "POST /v3/product/import", "POST /v2/products/stocks", "POST /v1/product/import/prices"


class OzonHere:
    """Keeps goods and stock; goods named BAD-… fail, a pair told twice within 30 seconds comes too soon."""

    def __init__(self) -> None:
        self.goods: dict[str, dict[str, Any]] = {}
        self.stock: dict[tuple[str, int], tuple[int, float]] = {}
        self.tasks: list[list[str]] = []
        self.wrong: list[str] = []
        self.slow_tasks = 0

    def __call__(self, call: Call) -> Reply:
        if call.headers.get("client-id") != "714" or call.headers.get("api-key") != "0f6b-secret-of-ozon":
            return Reply(403, {"code": 7, "message": f"Invalid Api-Key {call.headers.get('api-key')}"})
        return getattr(self, "_" + call.path.strip("/").replace("/", "_"))(call)  # type: ignore[no-any-return]

    def _v3_product_import(self, call: Call) -> Reply:
        self.wrong += shape_faults("ozon.product_import", call.body)
        self.goods |= {one["offer_id"]: one for one in call.body["items"]}
        self.tasks.append([one["offer_id"] for one in call.body["items"]])
        return Reply(data={"result": {"task_id": len(self.tasks)}})

    def _v1_product_import_info(self, call: Call) -> Reply:
        if self.slow_tasks:
            self.slow_tasks -= 1
            states = ("pending", "pending")
        else:
            states = ("imported", "failed")
        items = []
        for code in self.tasks[call.body["task_id"] - 1]:
            bad = code.startswith("BAD")
            error = {"code": "price_too_low", "message": "price must be above", "field": "old_price", "level": "error"}
            items.append({"offer_id": code, "product_id": 0 if bad else _number(code), "status": states[bad], "errors": [error] if bad else []})  # fmt: skip
        return Reply(data={"result": {"items": items, "total": len(items)}})

    def _v3_product_info_list(self, call: Call) -> Reply:
        found = [one for one in call.body["offer_id"] if one in self.goods]
        return Reply(data={"items": [{"id": _number(one), "offer_id": one, "sku": _number(one) + 1} for one in found]})

    def _v2_products_stocks(self, call: Call) -> Reply:
        self.wrong += shape_faults("ozon.stocks", call.body, optional=("product_id", "quant_size"))
        return Reply(data={"result": [self._one_stock(one, call.at) for one in call.body["stocks"]]})

    def _one_stock(self, one: dict[str, Any], at: float) -> dict[str, Any]:
        pair = one["offer_id"], one["warehouse_id"]
        soon = pair in self.stock and at - self.stock[pair][1] < 30
        error = {"code": "TOO_MANY_REQUESTS", "message": "Stock is updated too frequently"}
        if pair[0].startswith("NEW"):
            error = {"code": "NOT_FOUND", "message": "Product is not found"}
        bad = soon or pair[0].startswith("NEW")
        if not bad:
            self.stock[pair] = one["stock"], at
        return {
            "offer_id": pair[0],
            "product_id": 1,
            "warehouse_id": pair[1],
            "updated": not bad,
            "errors": [error] if bad else [],
        }

    def _v1_product_import_prices(self, call: Call) -> Reply:
        self.wrong += shape_faults("ozon.prices", call.body)
        bad = [at for at, one in enumerate(call.body["prices"]) if one["price"] == "-1"]
        if bad:
            return Reply(
                400, {"code": 3, "message": f"invalid ImportPricesRequest.Prices[{bad[0]}].Price", "details": []}
            )
        return Reply(data={"result": [{"offer_id": one["offer_id"], "product_id": 1, "updated": True, "errors": []} for one in call.body["prices"]]})  # fmt: skip


def _number(code: str) -> int:
    return 1000 + sum(code.encode())


@pytest.fixture
def here() -> OzonHere:
    return OzonHere()


@pytest.fixture
def ozon(here: OzonHere) -> Iterator[Platform]:
    with standing(Platform(here)) as platform:
        yield platform
    assert here.wrong == []


def connected(platform: Platform, *, keys: Keys = KEYS, account: Account | None = None) -> Ozon:
    return Ozon(
        account or Account("ozon-main", "RUB"), keys, day=DAY, hosts={"": platform.address}, private=True, clock=platform.clock, timeout=TIMEOUT
    )  # fmt: skip


def sent(platform: Platform, *requests: Request, account: Account | None = None, keys: Keys = KEYS) -> Report:
    connector = connected(platform, account=account, keys=keys)
    try:
        return push(connector, Plan(requests))
    finally:
        connector.close()


def cards(*codes: str) -> Request:
    return Request(
        CARDS,
        {"items": [{"offer_id": one, "description_category_id": 17, "type_id": 9, "name": one} for one in codes]},
        codes,
    )


def stocks(*codes: str) -> Request:
    return Request(STOCKS, {"stocks": [{"offer_id": one, "warehouse_id": 5, "stock": 3} for one in codes]}, codes)


def prices(**by_code: str) -> Request:
    return Request(
        PRICES, {"prices": [{"offer_id": one, "price": price} for one, price in by_code.items()]}, tuple(by_code)
    )


def states(report: Report) -> dict[str, str]:
    return {one.code: one.state for one in report.outcomes}


def test_cards_are_taken_by_a_task_that_is_asked_about_until_it_is_decided(ozon: Platform, here: OzonHere) -> None:
    here.slow_tasks = 2
    report = sent(ozon, cards("A-1", "BAD-2"))
    assert states(report) == {"A-1": "accepted", "BAD-2": "refused"}
    assert {(one.code, one.kind) for one in report.learned} == {("A-1", "product_id"), ("A-1", "sku")}
    assert len(ozon.of("/v1/product/import/info")) == 3


def test_a_refusal_names_our_field_and_what_to_do(ozon: Platform) -> None:
    (bad,) = sent(ozon, cards("BAD-2")).outcomes
    assert bad.errors[0].field == "old_price"
    assert bad.errors[0].say("en") == (
        "Price before: price must be above [price_too_low]. "
        "Mend this on the card or in the channel's fields and send the listing again."
    )


def test_what_is_not_decided_in_time_waits_and_can_be_asked_about_later(ozon: Platform, here: OzonHere) -> None:
    here.slow_tasks = 99
    connector = connected(ozon)
    report = push(connector, Plan((cards("A-1"),)), patience=20)
    assert states(report) == {"A-1": "waiting"}
    here.slow_tasks = 0
    assert states(look(connector, report)) == {"A-1": "accepted"}
    connector.close()


def test_a_pair_is_told_once_in_thirty_seconds(ozon: Platform) -> None:
    report = sent(ozon, stocks("A-1", "A-2"), stocks("A-1"), stocks("A-3"))
    assert set(states(report).values()) == {"accepted"}
    first, second, third = ozon.of("/v2/products/stocks")
    assert second.at - first.at >= 30
    assert third.at - second.at < 1


def test_a_pair_that_another_program_told_just_before_is_told_again_alone(ozon: Platform, here: OzonHere) -> None:
    here.stock["A-1", 5] = (1, ozon.clock.now())
    report = sent(ozon, stocks("A-1", "A-2"))
    assert states(report) == {"A-1": "accepted", "A-2": "accepted"}
    assert [len(one.body["stocks"]) for one in ozon.of("/v2/products/stocks")] == [2, 1]


def test_goods_the_platform_does_not_know_yet_need_their_card_first(ozon: Platform) -> None:
    (one,) = sent(ozon, stocks("NEW-1")).outcomes
    assert one.state == "refused"
    assert "Send the card first" in one.errors[0].say("en")


def test_eighty_calls_a_minute_and_not_one_more(ozon: Platform) -> None:
    sent(ozon, *(stocks(f"A-{at}") for at in range(81)))
    calls = ozon.of("/v2/products/stocks")
    assert calls[79].at == calls[0].at
    assert calls[80].at - calls[0].at >= 60


def test_the_pause_the_platform_asks_for_is_kept(ozon: Platform) -> None:
    ozon.trouble(Reply(429, {"message": "slow down"}, {"Retry-After": "17"}), times=2)
    assert states(sent(ozon, prices(A1="10"))) == {"A1": "accepted"}
    at = [one.at for one in ozon.calls]
    assert at[1] - at[0] >= 17
    assert at[2] - at[1] >= 17


def test_a_day_and_time_to_come_again_is_understood(ozon: Platform) -> None:
    ozon.trouble(Reply(429, {}, {"Retry-After": formatdate(WALL + 60, usegmt=True)}))
    sent(ozon, prices(A1="10"))
    assert 55 <= ozon.calls[1].at < 70


def test_a_platform_that_stays_busy_is_left_alone_and_the_goods_named(ozon: Platform) -> None:
    ozon.trouble(Reply(429, {"message": "come tomorrow"}, {"Retry-After": "86400"}))
    (one,) = sent(ozon, prices(A1="10")).outcomes
    assert (one.code, one.state, one.errors[0].code) == ("A1", "refused", "429")
    assert len(ozon.calls) == 1


@pytest.mark.parametrize("trouble", [Reply(500, {"message": "oops"}), Reply(200, b'{"result": ['), "reset", "slow"])
def test_what_may_be_repeated_is_repeated(ozon: Platform, trouble: Any) -> None:
    ozon.trouble(trouble)
    assert states(sent(ozon, prices(A1="10"))) == {"A1": "accepted"}
    assert len(ozon.calls) == 2


@pytest.mark.parametrize("trouble", [Reply(502, b"<html>"), Reply(200, b"{"), "reset", "slow"])
def test_a_card_whose_answer_was_lost_is_not_sent_twice(ozon: Platform, trouble: Any) -> None:
    ozon.trouble(trouble)
    (one,) = sent(ozon, cards("A-1")).outcomes
    assert (one.code, one.state) == ("A-1", "unknown")
    assert "before you send it again" in one.errors[0].say("en")
    assert len(ozon.of("/v3/product/import")) == 1


def test_new_goods_that_are_found_after_a_lost_answer_have_arrived(ozon: Platform) -> None:
    ozon.trouble("slow", done=True)
    report = sent(ozon, cards("A-1"))
    assert states(report) == {"A-1": "accepted"}
    assert ("A-1", "product_id") in {(one.code, one.kind) for one in report.learned}
    assert len(ozon.of("/v3/product/import")) == 1


def test_of_goods_known_before_nobody_can_tell_whether_the_change_has_arrived(ozon: Platform) -> None:
    ozon.trouble("slow", done=True)
    account = Account("ozon-main", "RUB", refs={"A-1": {"product_id": "1"}})
    assert states(sent(ozon, cards("A-1"), account=account)) == {"A-1": "unknown"}


def test_a_lost_card_stays_unknown_when_even_looking_fails(ozon: Platform) -> None:
    ozon.trouble("slow")
    ozon.trouble(Reply(403, {"message": "no"}))
    report = sent(ozon, cards("A-1"))
    assert states(report) == {"A-1": "unknown"}
    assert report.unsent == ()


def test_a_refused_batch_is_sent_again_without_the_item_it_names(ozon: Platform) -> None:
    report = sent(ozon, prices(A1="10", A2="-1", A3="12"))
    assert states(report) == {"A1": "accepted", "A2": "refused", "A3": "accepted"}


def test_refused_keys_stop_everything_and_are_not_repeated_by_anybody(
    ozon: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = Keys({"client_id": "714", "api_key": "f00d-another-secret"})
    with caplog.at_level(logging.DEBUG):
        report = sent(ozon, prices(A1="10"), prices(A2="10"), keys=wrong)
    assert report.outcomes == ()
    assert report.unsent == ("A1", "A2")
    assert len(ozon.calls) == 1
    assert report.stopped is not None
    for text in (report.stopped.say("zh"), report.stopped.say("ru"), caplog.text, repr(wrong)):
        assert "f00d" not in text


def test_what_was_sent_before_the_connection_broke_is_not_lost(ozon: Platform, here: OzonHere) -> None:
    connector = connected(ozon)
    plan = Plan((prices(A1="10"), prices(A2="10"), prices(A3="10")))
    calls = 0

    def cut(done: int, _all: int) -> None:
        nonlocal calls
        calls += 1
        if done == 1:
            connector._caller._hosts = {"": "http://127.0.0.1:1"}

    report = push(connector, plan, progress=cut)
    connector.close()
    assert states(report) == {"A1": "accepted"}
    assert report.unsent == ("A2", "A3")
    assert report.stopped is not None


def test_addresses_in_a_private_network_are_not_called(ozon: Platform) -> None:
    from service.listings.connectors.calling import NoPlatform

    with pytest.raises(NoPlatform):
        Ozon(Account(), KEYS, day=DAY, hosts={"": ozon.address})
    connector = Ozon(Account(), KEYS, day=DAY, hosts={"": "https://127.0.0.1:9"}, clock=ozon.clock)
    report = push(connector, Plan((prices(A1="10"),)))
    connector.close()
    assert report.unsent == ("A1",)
    assert ozon.calls == []


def test_a_request_of_another_platform_stops_all_before_anything_is_sent(ozon: Platform) -> None:
    from service.listings.connectors import BadRequest

    with pytest.raises(BadRequest):
        sent(ozon, prices(A1="10"), Request("POST /content/v2/cards/upload", [], ()))
    assert ozon.calls == []


def test_what_sending_takes_is_told_beforehand() -> None:
    foreseen = foresee("ozon", Plan(tuple(stocks("A-1", f"B-{at}") for at in range(3))), DAY)
    assert foreseen.seconds == 60
    assert [(one.items, one.after) for one in foreseen.steps] == [(2, 0), (2, 30), (2, 60)]


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason=f"the official schemas are not at {SCHEMAS} (CHANNEL_SCHEMAS)")
def test_the_platform_here_knows_a_wrong_body() -> None:
    assert shape_faults("ozon.product_import", {"items": [{"offer_id": 7}]})
    assert not shape_faults("ozon.product_import", cards("A-1").body)


@pytest.mark.parametrize(
    "odd", [[], "x", 7, None, {"result": "x"}, {"result": [1]}, {"result": {}}, {"result": [{"errors": 3}]}]
)
def test_an_answer_of_a_shape_nobody_has_described_tells_nothing(ozon: Platform, odd: Any) -> None:
    for request in (prices(A1="10"), stocks("A1"), cards("A1")):
        ozon.trouble(Reply(200, odd))
        assert states(sent(ozon, request)) == {"A1": "unknown"}


def test_a_task_whose_answer_cannot_be_read_keeps_waiting(ozon: Platform) -> None:
    connector = connected(ozon)
    report = push(connector, Plan((cards("A-1"),)), patience=0.001)
    ozon.trouble(Reply(200, {"result": {"items": "many"}}))
    assert states(look(connector, report)) in ({"A-1": "waiting"}, {"A-1": "accepted"})
    connector.close()


def test_keys_repeated_in_the_platforms_words_are_hidden(ozon: Platform) -> None:
    ozon.trouble(Reply(404, {"code": 5, "message": "no such method for 0f6b-secret-of-ozon"}))
    (one,) = sent(ozon, prices(A1="10")).outcomes
    assert one.errors[0].text == "no such method for ••••"
