"""Megamarket: a YML feed with stock by warehouse; prices and stock in the calls others make."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from lxml import etree

from service.listings.channels import channel
from service.listings.forms.form import Account, ApiForm, PriceLine, StockLine
from service.listings.forms.megamarket import Megamarket
from service.listings.forms.yml import faults
from service.listings.listing import Money
from tests.listings.forms.feeding import HONEY, SHOP, TODAY, written

FORM = Megamarket(channel("megamarket"))
HERE = Account(
    currency="RUB", extras={**SHOP.extras, "outlet": "7", "shipment_days": "1", "order_before": "15"}, warehouses={"main": "7"}
)  # fmt: skip
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def test_a_card_in_the_feed() -> None:
    feed = written(FORM, [HONEY, replace(HONEY, code="B", stock=0)], HERE)
    assert faults(feed) == []
    told = [(one.findtext("price"), dict(one.find("outlets/outlet").attrib), dict(one.find("shipment-options/option").attrib), one.find("count")) for one in etree.fromstring(feed).iter("offer")]  # type: ignore[union-attr]  # fmt: skip
    option = {"days": "1", "order-before": "15"}
    assert told == [
        ("590", {"id": "7", "instock": "12"}, option, None), ("590", {"id": "7", "instock": "0"}, option, None),
    ]  # fmt: skip


def test_a_shop_without_a_warehouse_tells_no_stock() -> None:
    feed = written(FORM, [HONEY])
    assert faults(feed) == []
    assert b"outlet" not in feed


def test_its_cards_go_by_file() -> None:
    assert not isinstance(FORM, ApiForm)


def test_prices_and_stock_in_parts() -> None:
    lines = [PriceLine(f"A-{at}", "honey", Money(10_049 + at, "RUB")) for at in range(150)]
    plan = FORM.prices([*lines, PriceLine("CN", "honey", Money(100, "CNY"))], TODAY, HERE)
    assert [len(one.codes) for one in plan.requests] == [100, 50]
    assert plan.requests[0].call == "POST /api/merchantIntegration/v1/offerService/manualPrice/save"
    assert plan.requests[0].body["data"]["prices"][1] == {"offerId": "A-1", "price": 101, "isDeleted": False}
    assert [one.code for one in plan.held] == ["CN"]
    stock = FORM.stock([StockLine("A", "honey", "main", 4, NOW), StockLine("B", "honey", "main", -1, NOW)], TODAY, HERE)
    assert [one.body for one in stock.requests] == [
        {"meta": {}, "data": {"stocks": [{"offerId": "A", "quantity": 4}, {"offerId": "B", "quantity": 0}]}}
    ]
