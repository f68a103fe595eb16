"""Sending to Wildberries: three hosts, errors that come later and elsewhere, and calls that count tenfold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from service.listings.connectors import Report, foresee, push
from service.listings.connectors.wildberries import Wildberries
from service.listings.forms.form import Account, Plan, Request
from service.listings.sealing import Keys
from tests.listings.connectors.platforms import TIMEOUT, WALL, Call, Platform, Reply, shape_faults, standing

DAY = date(2026, 11, 25)
UPLOAD, STOCKS, PRICES = "POST /content/v2/cards/upload", "PUT /api/v3/stocks/77", "POST /api/v2/upload/task"
ACCOUNT = Account(
    "wb-main", "RUB", refs={f"K-{at}": {"nm_id": str(500 + at), "chrt_id": str(900 + at)} for at in range(5)}
)


class WildberriesHere:
    """Makes cards at once, those named BAD-… with errors; sizes of 904 are unknown to its warehouses."""

    def __init__(self) -> None:
        self.cards: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.uploads: list[list[dict[str, Any]]] = []
        self.stock: dict[int, int] = {}
        self.wrong: list[str] = []
        self.platform: Platform | None = None

    def __call__(self, call: Call) -> Reply:
        if call.headers.get("authorization") != "eyJ-wb-token":
            return Reply(401, {"title": "unauthorized", "detail": "token problem; token is malformed", "status": 401})
        paths = {
            "/content/v2/cards/upload": self.upload, "/content/v2/cards/error/list": self.error_list,
            "/content/v2/get/cards/list": self.card_list, "/api/v3/stocks/77": self.stocks, "/api/v2/upload/task": self.prices,
            "/api/v2/history/goods/task": self.history, "/content/v3/media/save": self.media,
        }  # fmt: skip
        return paths[call.path](call)

    def upload(self, call: Call) -> Reply:
        self.wrong += shape_faults("wb.cards_upload", call.body)
        cards = [card for group in call.body for card in group["variants"]]
        if any("title" in one and not one["title"] for one in cards):
            bad = {one["vendorCode"]: ["Укажите наименование"] for one in cards if not one.get("title", "x")}
            return Reply(400, {"data": None, "error": True, "errorText": "Неверный запрос", "additionalErrors": bad})
        for card in cards:
            code = card["vendorCode"]
            if code.startswith("BAD"):
                self.errors.append({"batchUUID": "b", "vendorCodes": [code], "errors": {code: ["Недопустимый баркод"]}, "updatedAt": self.now()})  # fmt: skip
            else:
                number = 100 + len(self.cards)
                self.cards.append({"nmID": number, "imtID": number, "vendorCode": code, "sizes": [{"chrtID": number * 10}], "updatedAt": self.now()})  # fmt: skip
        return Reply(data={"data": None, "error": False, "errorText": "", "additionalErrors": {}})

    def error_list(self, call: Call) -> Reply:
        data = {"items": self.errors[::-1], "cursor": {"next": False, "updatedAt": self.now(), "batchUUID": "b"}}
        return Reply(data={"data": data, "error": False, "errorText": "", "additionalErrors": None})

    def card_list(self, call: Call) -> Reply:
        return Reply(data={"cards": self.cards[::-1], "cursor": {"total": len(self.cards)}})

    def stocks(self, call: Call) -> Reply:
        self.wrong += shape_faults("wb.stocks", call.body)
        bad = [one for one in call.body["stocks"] if one["chrtId"] == 904]
        if bad:
            return Reply(
                409, [{"code": "NotFound", "message": "Не найдены", "data": [{"sku": "", "chrtId": 904, "amount": 1}]}]
            )
        self.stock |= {one["chrtId"]: one["amount"] for one in call.body["stocks"]}
        return Reply(204)

    def prices(self, call: Call) -> Reply:
        self.wrong += shape_faults("wb.prices", call.body)
        self.uploads.append(call.body["data"])
        return Reply(data={"data": {"id": len(self.uploads), "alreadyExists": False}, "error": False, "errorText": ""})

    def history(self, call: Call) -> Reply:
        goods = [
            {"nmID": one["nmID"], "status": 3 if one["price"] < 10 else 2, "errorText": "Item has been moved to Price Quarantine" if one["price"] < 10 else ""}
            for one in self.uploads[int(call.query["uploadID"]) - 1]
        ]  # fmt: skip
        return Reply(data={"data": {"uploadID": 1, "historyGoods": goods}, "error": False, "errorText": ""})

    def media(self, call: Call) -> Reply:
        self.wrong += shape_faults("wb.media_save", call.body)
        return Reply(data={"data": {}, "error": False, "errorText": "", "additionalErrors": None})

    def now(self) -> str:
        assert self.platform is not None
        return datetime.fromtimestamp(self.platform.clock.wall(), UTC).isoformat()


@pytest.fixture
def here() -> WildberriesHere:
    return WildberriesHere()


@pytest.fixture
def wb(here: WildberriesHere) -> Iterator[Platform]:
    with standing(Platform(here)) as platform:
        here.platform = platform
        yield platform
    assert here.wrong == []


def sent(platform: Platform, *requests: Request, kind: str = "personal", token: str = "eyJ-wb-token") -> Report:
    hosts = dict.fromkeys(("content", "marketplace", "prices"), platform.address)
    keys = Keys({"token": token, "kind": kind})
    connector = Wildberries(ACCOUNT, keys, day=DAY, hosts=hosts, private=True, clock=platform.clock, timeout=TIMEOUT)
    try:
        return push(connector, Plan(requests))
    finally:
        connector.close()


def cards(*codes: str, **more: Any) -> Request:
    return Request(UPLOAD, [{"subjectID": 3, "variants": [{"vendorCode": one, **more}]} for one in codes], codes)


def stocks(*codes: str) -> Request:
    return Request(
        STOCKS, {"stocks": [{"chrtId": int(ACCOUNT.refs[one]["chrt_id"]), "amount": 3} for one in codes]}, codes
    )


def prices(**by_code: int) -> Request:
    data = [{"nmID": int(ACCOUNT.refs[one.replace("_", "-")]["nm_id"]), "price": price, "discount": 0} for one, price in by_code.items()]  # fmt: skip
    return Request(PRICES, {"data": data}, tuple(one.replace("_", "-") for one in by_code))


def states(report: Report) -> dict[str, str]:
    return {one.code: one.state for one in report.outcomes}


def test_cards_made_tell_their_numbers_and_bad_ones_their_errors(wb: Platform) -> None:
    report = sent(wb, cards("A-1", "BAD-2", "A-3"))
    assert states(report) == {"A-1": "accepted", "BAD-2": "refused", "A-3": "accepted"}
    assert {one[1:] for one in report.learned if one.code == "A-1"} == {
        ("nm_id", "100"),
        ("imt_id", "100"),
        ("chrt_id", "1000"),
    }
    (bad,) = [one for one in report.outcomes if one.state == "refused"]
    assert "Недопустимый баркод" in bad.errors[0].say("zh")


def test_an_old_error_of_a_card_is_not_taken_for_a_new_one(wb: Platform, here: WildberriesHere) -> None:
    before = (datetime.fromtimestamp(WALL, UTC) - timedelta(days=3)).isoformat()
    here.errors.append({"batchUUID": "a", "vendorCodes": ["A-1"], "errors": {"A-1": ["old"]}, "updatedAt": before})
    assert states(sent(wb, cards("A-1"))) == {"A-1": "accepted"}


def test_cards_refused_by_name_do_not_keep_the_others_back(wb: Platform) -> None:
    request = Request(UPLOAD, [{"subjectID": 3, "variants": [{"vendorCode": code, "title": title}]} for code, title in (("A-1", "x"), ("A-2", ""))], ("A-1", "A-2"))  # fmt: skip
    report = sent(wb, request)
    assert states(report) == {"A-1": "accepted", "A-2": "refused"}


def test_a_card_whose_answer_was_lost_is_looked_for_and_not_sent_twice(wb: Platform) -> None:
    wb.trouble("slow", done=True)
    report = sent(wb, cards("A-1", "BAD-2"))
    assert states(report) == {"A-1": "accepted", "BAD-2": "refused"}
    assert len(wb.of("/content/v2/cards/upload")) == 1


def test_a_card_that_is_nowhere_after_a_lost_answer_is_unknown(wb: Platform) -> None:
    wb.trouble("reset")
    assert states(sent(wb, cards("A-1"))) == {"A-1": "unknown"}
    assert len(wb.of("/content/v2/cards/upload")) == 1


def test_stock_the_warehouse_refuses_by_size_is_sent_again_without_it(wb: Platform, here: WildberriesHere) -> None:
    report = sent(wb, stocks("K-1", "K-4", "K-2"))
    assert states(report) == {"K-1": "accepted", "K-4": "refused", "K-2": "accepted"}
    assert here.stock == {901: 3, 902: 3}


def test_a_refused_change_of_stock_counts_as_ten_calls(wb: Platform) -> None:
    sent(wb, *([stocks("K-4")] * 30), stocks("K-1"))
    calls = wb.of("/api/v3/stocks/77")
    assert calls[29].at < 60
    assert calls[30].at >= 60


def test_ten_cards_calls_a_minute_with_a_burst_of_five(wb: Platform) -> None:
    sent(wb, *(cards(f"A-{at}") for at in range(7)))
    at = [one.at for one in wb.of("/content/v2/cards/upload")]
    assert at[4] == 0
    assert at[5] == pytest.approx(6)
    assert at[6] == pytest.approx(12)


def test_a_basic_token_uploads_prices_four_times_an_hour() -> None:
    plan = Plan(tuple(prices(K_1=100) for _ in range(5)))
    assert foresee("wildberries", plan, DAY, "basic").seconds >= 2700
    assert foresee("wildberries", plan, DAY, "personal").seconds == 0


def test_prices_are_answered_later_and_quarantine_is_explained(wb: Platform) -> None:
    report = sent(wb, prices(K_1=100, K_2=1))
    assert states(report) == {"K-1": "accepted", "K-2": "refused"}
    (bad,) = [one for one in report.outcomes if one.state == "refused"]
    assert "cabinet" in bad.errors[0].say("en")


def test_pictures_are_taken_at_once(wb: Platform) -> None:
    request = Request("POST /content/v3/media/save", {"nmId": 501, "data": ["https://x.test/1.jpg"]}, ("K-1",))
    assert states(sent(wb, request)) == {"K-1": "accepted"}


def test_a_bad_token_stops_everything(wb: Platform) -> None:
    report = sent(wb, stocks("K-1"), stocks("K-2"), token="wrong")
    assert report.unsent == ("K-1", "K-2")
    assert "401" in (report.stopped.say("en") if report.stopped else "")
