"""Sending to Yandex Market: one bad item spoils a batch, and the platform says so in several ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from service.listings.connectors import Report, push
from service.listings.connectors.yandex_market import YandexMarket
from service.listings.forms.form import Account, Plan, Request
from service.listings.sealing import Keys
from tests.listings.connectors.platforms import TIMEOUT, Call, Platform, Reply, shape_faults, standing

DAY = date(2026, 11, 25)
GOODS = "POST /v2/businesses/12/offer-mappings/update"
STOCK, PRICES = "PUT /v2/campaigns/34/offers/stocks", "POST /v2/businesses/12/offer-prices/updates"


class YandexHere:
    """Refuses a whole batch for goods named BAD-… (naming them) or MUTE-… (naming nobody); WARN-… get a warning, SOFT-… an error of their own."""

    def __init__(self) -> None:
        self.goods: set[str] = set()
        self.wrong: list[str] = []

    def __call__(self, call: Call) -> Reply:
        if call.headers.get("api-key") != "ACMA:yandex-secret":
            return Reply(
                401, {"status": "ERROR", "errors": [{"code": "UNAUTHORIZED", "message": "Token is not specified"}]}
            )
        if call.path.endswith("offers/stocks"):
            self.wrong += shape_faults("yandex.UpdateStocksRequest", call.body)
            return Reply(data={"status": "OK"})
        if call.path.endswith("offer-prices/updates"):
            self.wrong += shape_faults("yandex.UpdateBusinessPricesRequest", call.body)
            return Reply(data={"status": "OK"})
        self.wrong += shape_faults("yandex.UpdateOfferMappingsRequest", call.body)
        codes = [one["offer"]["offerId"] for one in call.body["offerMappings"]]
        if bad := [one for one in codes if one.startswith("BAD")]:
            error = {"type": "UNKNOWN_CATEGORY", "message": "Неизвестная категория"}
            return Reply(data={"status": "ERROR", "results": [{"offerId": one, "errors": [error]} for one in bad]})
        if any(one.startswith("MUTE") for one in codes):
            return Reply(400, {"status": "ERROR", "errors": [{"code": "BAD_REQUEST", "message": "Wrong value"}]})
        self.goods |= set(codes)
        results = [{"offerId": one, "warnings": [{"type": "NUMBER_FORMAT", "parameterId": 7, "message": "Не число"}]} for one in codes if one.startswith("WARN")]  # fmt: skip
        results += [{"offerId": one, "errors": [{"type": "INVALID_PICKER_URL", "message": "Нет ссылки"}]} for one in codes if one.startswith("SOFT")]  # fmt: skip
        return Reply(data={"status": "OK", "results": results})


@pytest.fixture
def here() -> YandexHere:
    return YandexHere()


@pytest.fixture
def market(here: YandexHere) -> Iterator[Platform]:
    with standing(Platform(here)) as platform:
        yield platform
    assert here.wrong == []


def sent(platform: Platform, *requests: Request) -> Report:
    connector = YandexMarket(
        Account("market", "RUB"), Keys({"api_key": "ACMA:yandex-secret"}), day=DAY, hosts={"": platform.address}, private=True,
        clock=platform.clock, timeout=TIMEOUT,
    )  # fmt: skip
    try:
        return push(connector, Plan(requests))
    finally:
        connector.close()


def goods(*codes: str) -> Request:
    return Request(GOODS, {"offerMappings": [{"offer": {"offerId": one, "name": one}} for one in codes]}, codes)


def stock(*codes: str) -> Request:
    return Request(STOCK, {"skus": [{"sku": one, "items": [{"count": 3}]} for one in codes]}, codes)


def states(report: Report) -> dict[str, str]:
    return {one.code: one.state for one in report.outcomes}


def test_a_batch_refused_for_named_goods_is_sent_again_without_them(market: Platform, here: YandexHere) -> None:
    report = sent(market, goods("A-1", "BAD-2", "A-3"))
    assert states(report) == {"A-1": "accepted", "BAD-2": "refused", "A-3": "accepted"}
    assert here.goods == {"A-1", "A-3"}
    (bad,) = [one for one in report.outcomes if one.state == "refused"]
    assert "newest list" in bad.errors[0].say("en")


def test_a_batch_refused_without_a_name_is_searched_by_halves(market: Platform, here: YandexHere) -> None:
    codes = [f"A-{at}" for at in range(15)]
    report = sent(market, goods(*codes[:9], "MUTE-1", *codes[9:]))
    assert {code for code, state in states(report).items() if state == "refused"} == {"MUTE-1"}
    assert here.goods == set(codes)
    assert len(market.calls) <= 9


def test_a_batch_in_which_all_is_wrong_is_not_searched_for_ever(market: Platform) -> None:
    report = sent(market, goods(*(f"MUTE-{at}" for at in range(100))))
    assert set(states(report).values()) == {"refused"}
    assert len(report.outcomes) == 100
    assert len(market.calls) <= 33


def test_warnings_stay_with_what_was_taken(market: Platform) -> None:
    (one,) = sent(market, goods("WARN-1")).outcomes
    assert one.state == "accepted"
    assert one.errors[0].field == "parameterId 7"


def test_errors_of_single_goods_in_a_batch_that_was_taken(market: Platform) -> None:
    report = sent(market, goods("SOFT-1", "A-2"))
    assert states(report) == {"SOFT-1": "refused", "A-2": "accepted"}
    assert next(one for one in report.outcomes if one.state == "refused").errors[0].field == "pictures"


def test_enhance_your_calm_is_obeyed(market: Platform) -> None:
    market.trouble(
        Reply(420, {"status": "ERROR", "errors": [{"code": "LIMIT_EXCEEDED", "message": "Hit rate limit"}]}), times=3
    )
    assert states(sent(market, stock("A-1"))) == {"A-1": "accepted"}
    gaps = [after.at - before.at for before, after in zip(market.calls, market.calls[1:], strict=False)]
    assert gaps == sorted(gaps)
    assert gaps[0] > 1


def test_a_locked_call_is_refused_once_and_explained(market: Platform) -> None:
    locked: dict[str, Any] = {"status": "ERROR", "errors": [{"code": "LOCKED", "message": "Метод недоступен"}]}
    market.trouble(Reply(423, locked))
    report = sent(market, stock("A-1", "A-2"), stock("A-3"))
    assert states(report) == {"A-1": "refused", "A-2": "refused", "A-3": "accepted"}
    assert len(market.calls) == 2
    assert "closed this call" in report.outcomes[0].errors[0].say("en")


def test_goods_are_counted_not_calls(market: Platform) -> None:
    sent(market, *(goods(*(f"{part}-{at}" for at in range(100))) for part in range(51)))
    assert market.calls[49].at == 0
    assert market.calls[50].at >= 60


def test_every_call_may_be_repeated(market: Platform) -> None:
    market.trouble("slow", done=True)
    market.trouble(Reply(503, b""))
    assert states(sent(market, goods("A-1"))) == {"A-1": "accepted"}
