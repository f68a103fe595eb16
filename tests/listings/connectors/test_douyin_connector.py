"""Sending to Douyin: signatures, products that must not be made twice, and tokens that run out."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from service.listings.connectors import Report, push
from service.listings.connectors.douyin import Douyin
from service.listings.forms.form import Account, Plan, Request
from service.listings.sealing import Keys
from tests.listings.connectors.platforms import TIMEOUT, WALL, Call, Platform, Reply, standing

DAY = date(2026, 11, 25)
SECRET, TOKEN = "douyin-app-secret-9", "token-0b4c7d"
ACCOUNT = Account(
    "douyin", "CNY", refs={"S-1": {"sku_id": "81", "product_id": "7"}, "S-2": {"sku_id": "82", "product_id": "7"}}
)


class DouyinHere:
    """Checks signatures by itself, numbers products from 3,600,000,000,000,000,001 on."""

    def __init__(self) -> None:
        self.products: dict[str, int] = {}
        self.stock: dict[int, int] = {}

    def __call__(self, call: Call) -> Reply:
        query = call.query
        text = SECRET + "".join(
            f"{name}{value}"
            for name, value in sorted({**{one: query[one] for one in ("app_key", "method", "timestamp", "v")}, "param_json": call.raw}.items())
        ) + SECRET  # fmt: skip
        if (
            hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest() != query["sign"]
            or query["sign_method"] != "hmac-sha256"
        ):
            return failed(40003, "isv.signature-invalid", "验签失败")
        if abs(int(query["timestamp"]) - WALL) > 600 or query["method"].replace(".", "/") != call.path.strip("/"):
            return failed(40003, "isv.timestamp-invalid", "时间戳不正确")
        assert call.raw == json.dumps(call.body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if query["access_token"] != TOKEN:
            return failed(30002, "isv.access-token-expired", "授权token已过期")
        return getattr(self, query["method"].replace(".", "_"))(call.body)  # type: ignore[no-any-return]

    def product_addV2(self, body: dict[str, Any]) -> Reply:  # noqa: N802
        code = body["outer_product_id"]
        if "|" in body["name"]:
            return failed(50002, "isv.business-failed:2010001", "商品标题含有特殊字符")
        self.products[code] = 3_600_000_000_000_000_001 + len(self.products)
        skus = [{"sku_id": 1_700_000_000_000_000_001, "code": f"{code}-500"}]
        return done({"product_id": self.products[code], "outer_product_id": code, "sku": skus})

    def product_detail(self, body: dict[str, Any]) -> Reply:
        if body["out_product_id"] not in self.products:
            return failed(50002, "isv.business-failed:2010002", "商品不存在")
        return done(
            {
                "product_id": self.products[body["out_product_id"]],
                "outer_product_id": body["out_product_id"],
                "spec_prices": [],
            }
        )

    def sku_syncStockBatch(self, body: dict[str, Any]) -> Reply:  # noqa: N802
        self.stock |= {one["sku_id"]: one["stock_num"] for one in body["sku_sync_list"]}
        return done({})

    def sku_editPrice(self, body: dict[str, Any]) -> Reply:  # noqa: N802
        return done({})


def done(data: Any) -> Reply:
    return Reply(data={"code": 10000, "msg": "success", "sub_code": "", "sub_msg": "", "data": data})


def failed(code: int, sub_code: str, sub_msg: str) -> Reply:
    return Reply(data={"code": code, "msg": "failed", "sub_code": sub_code, "sub_msg": sub_msg, "data": None})


@pytest.fixture
def here() -> DouyinHere:
    return DouyinHere()


@pytest.fixture
def douyin(here: DouyinHere) -> Iterator[Platform]:
    with standing(Platform(here)) as platform:
        yield platform


def sent(platform: Platform, *requests: Request, token: str = TOKEN) -> Report:
    keys = Keys({"app_key": "6991", "app_secret": SECRET, "access_token": token})
    connector = Douyin(
        ACCOUNT, keys, day=DAY, hosts={"": platform.address}, private=True, clock=platform.clock, timeout=TIMEOUT
    )
    try:
        return push(connector, Plan(requests))
    finally:
        connector.close()


def product(code: str, name: str = "蜂蜜 <500克> & Мёд") -> Request:
    return Request("POST /product/addV2", {"outer_product_id": code, "name": name, "commit": False}, (code,))


def states(report: Report) -> dict[str, str]:
    return {one.code: one.state for one in report.outcomes}


def test_a_signed_product_is_taken_and_tells_its_numbers(douyin: Platform) -> None:
    report = sent(douyin, product("P-1"))
    assert states(report) == {"P-1": "accepted"}
    assert set(report.learned) == {
        ("P-1", "product_id", "3600000000000000001"), ("P-1-500", "sku_id", "1700000000000000001"),
        ("P-1-500", "product_id", "3600000000000000001"),
    }  # fmt: skip


def test_a_refusal_carries_the_platforms_words(douyin: Platform) -> None:
    (one,) = sent(douyin, product("P-1", "蜂|蜜")).outcomes
    assert one.state == "refused"
    assert "商品标题含有特殊字符" in one.errors[0].say("ru")


@pytest.mark.parametrize(("arrived", "state"), [(True, "accepted"), (False, "unknown")])
def test_a_product_whose_answer_was_lost_is_looked_for_and_never_made_twice(
    douyin: Platform, *, arrived: bool, state: str
) -> None:
    douyin.trouble("slow", done=arrived)
    assert states(sent(douyin, product("P-1"))) == {"P-1": state}
    assert len(douyin.of("/product/addV2")) == 1


def test_a_token_that_has_run_out_stops_everything_and_shows_in_no_log(
    douyin: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        report = sent(douyin, product("P-1"), product("P-2"), token="old-token-77")
    assert report.unsent == ("P-1", "P-2")
    assert report.stopped is not None
    assert "授权token已过期" in report.stopped.say("zh")
    for secret in (SECRET, "old-token-77"):
        assert secret not in caplog.text
        assert secret not in report.stopped.say("zh")


def test_too_many_calls_are_waited_out(douyin: Platform) -> None:
    douyin.trouble(failed(60000, "isp.call-limit", "流控"), times=2)
    assert states(sent(douyin, product("P-1"))) == {"P-1": "accepted"}
    assert douyin.calls[2].at > douyin.calls[1].at > 0


def test_full_stock_may_be_told_twice_a_difference_without_a_mark_not(douyin: Platform, here: DouyinHere) -> None:
    body = {
        "product_id": 7,
        "incremental": False,
        "sku_sync_list": [{"sku_id": 81, "stock_num": 4}, {"sku_id": 82, "stock_num": 5}],
    }
    douyin.trouble("reset")
    report = sent(douyin, Request("POST /sku/syncStockBatch", body, ("S-1", "S-2")))
    assert states(report) == {"S-1": "accepted", "S-2": "accepted"}
    assert here.stock == {81: 4, 82: 5}
    douyin.trouble("reset")
    report = sent(douyin, Request("POST /sku/syncStockBatch", body | {"incremental": True}, ("S-1", "S-2")))
    assert states(report) == {"S-1": "unknown", "S-2": "unknown"}


def test_a_price_goes_by_the_number_of_its_sku(douyin: Platform) -> None:
    request = Request("POST /sku/editPrice", {"product_id": 7, "sku_id": 81, "price": 1990}, ())
    assert states(sent(douyin, request)) == {"S-1": "accepted"}
