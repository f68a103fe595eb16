"""Offered, standing and purchase prices, explanations, floors and trade modes over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.database import Database, now
from service.people.caller import MACHINE
from service.pricing.rates import import_rates
from tests.pricing.test_rates import daily, valute

HONEY = "RU-HONEY-500"


def key(number: int) -> dict[str, str]:
    return {"idempotency-key": f"offers-of-day-{number}"}


def told(amount: int | None, kind: str = "live", **more: Any) -> dict[str, Any]:
    return {"sku": HONEY, "market": "CN", "kind": kind, "amount": amount} | more


def rates(database: Database) -> None:
    with database.acting(MACHINE).writing() as session:
        import_rates(session, name="daily.xml", content=daily(valute("CNY", "10,0"), valute("EUR", "90,0")))


def test_prices_are_offered_once_stand_and_stay_in_the_record(town: Any) -> None:
    amur = town("amur")
    later = (now() + timedelta(days=1)).isoformat()
    body = {"offers": [told(4500), told(4000, "floor"), told(4200, channel="douyin", valid_to=later)]}
    first = amur.post("/prices/offered", json=body, headers=key(1))
    assert first.status_code == 200, first.text
    assert amur.post("/prices/offered", json=body, headers=key(1)).headers["idempotency-replayed"] == "true"
    rows = amur.get("/prices/offered", params={"sku": HONEY}).json()["items"]
    assert [row["id"] for row in rows] == [row["id"] for row in first.json()["items"]][::-1]
    assert (rows[0]["channel"], rows[0]["amount"], rows[0]["currency"]) == ("douyin", 4200, "CNY")
    asked = {"sku": HONEY, "market": "CN", "channel": "douyin"}
    standing = amur.get("/prices/standing", params=asked).json()
    assert (standing["live"]["amount"], standing["live"]["row"]) == (4200, rows[0]["id"])
    assert (standing["floor"]["amount"], standing["base"]) == (4000, None)
    after = amur.get("/prices/standing", params=asked | {"at": (now() + timedelta(days=2)).isoformat()}).json()
    assert after["live"]["amount"] == 4500
    assert amur.get("/prices/offered", params={"channel": "", "kind": "floor"}).json()["items"][0]["amount"] == 4000
    assert town("heihe").get("/prices/offered", params={"sku": HONEY}).json()["items"] == []
    assert town("heihe").get("/prices/standing", params=asked).json()["live"] is None


def test_a_price_list_shows_where_it_stands(town: Any) -> None:
    amur = town("amur")
    standing = amur.get("/prices/standing", params={"sku": "AMUR-ONE", "market": "RU"}).json()
    assert (standing["live"]["amount"], standing["currency"]) == (9900, "RUB")
    assert amur.get("/prices/standing", params={"sku": "AMUR-ONNE", "market": "RU"}).status_code == 404


@pytest.mark.parametrize(
    ("offers", "status", "said"),
    [
        ([told(3999)], 409, "39,99"),
        ([told(0)], 422, "offers.0.amount"),
        ([told(12.5)], 422, "offers.0.amount"),  # type: ignore[arg-type]
        ([{"sku": HONEY, "market": "CN", "kind": "live"}], 422, "offers.0.amount"),
        ([told(5000, "wholesale")], 422, "offers.0.kind"),
        ([told(5000, channel="Озон")], 422, "offers.0.channel"),
        ([told(5000, "compare_at", basis="market")], 422, "msrp"),
        ([told(5000, valid_to="2020-01-01T00:00:00Z")], 422, "Строка 1"),
        ([told(5000, sku="RU-NOTHING-1")], 404, "RU-NOTHING-1"),
        ([], 422, "offers"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_in_the_callers_language(
    town: Any, offers: list[Any], status: int, said: str
) -> None:
    amur = town("amur")
    assert amur.post("/prices/offered", json={"offers": [told(4000, "floor")]}, headers=key(1)).status_code == 200
    answer = amur.post("/prices/offered", json={"offers": offers}, headers=key(2))
    assert answer.status_code == status, answer.text
    assert said in answer.json()["detail"], answer.text
    assert len(amur.get("/prices/offered", params={"sku": HONEY}).json()["items"]) == 1


def test_a_price_list_below_the_floor_is_refused(town: Any) -> None:
    amur = town("amur")
    amur.post("/prices/offered", json={"offers": [told(4000, "floor")]}, headers=key(1))
    answer = amur.post("/prices", json={"prices": {HONEY: {"CN": {"live": 3999}}}}, headers=key(2))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:amurlive:problem:below-floor")
    assert amur.get("/prices").json()["items"][0]["sku"] == "AMUR-ONE"


def test_what_a_pack_is_bought_for_is_reckoned_with(town: Any) -> None:
    amur = town("amur")
    rates(town.database)
    body = {"purchases": [{"sku": HONEY, "currency": "RUB", "amount": 21000, "valid_from": "2026-11-01", "source": "договор 17/26"}]}  # fmt: skip
    assert amur.post("/prices/purchases", json=body, headers=key(1)).json() == {"new": 1, "known": 0}
    assert amur.post("/prices/purchases", json=body, headers=key(2)).json() == {"new": 0, "known": 1}
    (row,) = amur.get("/prices/purchases", params={"sku": HONEY}).json()["items"]
    assert (row["amount"], row["currency"], row["source"]) == (21000, "RUB", "договор 17/26")
    assert town("heihe").get("/prices/purchases").json()["items"] == []
    asked = {"sku": HONEY, "channel": "douyin", "on": "2026-11-25", "margin": "20"}
    found = amur.get("/prices/explain", params=asked | {"price": 9000}).json()
    assert (found["lines"][0]["amount"], found["wanted"]) == (2100, "20 %")
    assert "договор 17/26" in found["lines"][0]["source"]
    floor = amur.get("/prices/floor", params=asked).json()
    assert floor["floor"] == found["floor"] <= floor["suggested"]
    assert floor["goods"]["source"].startswith("договор 17/26")
    cheaper = amur.get("/prices/floor", params=asked | {"goods": "100CNY"}).json()
    assert cheaper["floor"] < floor["floor"]
    assert amur.get("/prices/explain", params=asked).status_code == 409  # it has no price yet


def test_what_is_missing_is_named(town: Any) -> None:
    amur = town("amur")
    asked = {"sku": HONEY, "channel": "douyin", "goods": "850CNY", "on": "2020-01-01", "price": 9000}
    answer = amur.get("/prices/explain", params=asked)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:amurlive:problem:rate-missing")
    assert amur.get("/prices/floor", params=asked | {"channel": "amazon"}).status_code == 404
    assert amur.get("/prices/floor", params=asked | {"margin": "-1"}).status_code == 422


def test_the_chooser_of_trade_modes_says_why(town: Any) -> None:
    asked = {"direction": "export", "buyer": "person", "value": ["8000CNY", "1000EUR"], "weight_g": 145, "on": "2026-11-25"}  # fmt: skip
    answer = town("amur").get("/prices/modes", params=asked).json()
    assert {one["mode"] for one in answer["modes"] if one["state"] == "open"} == {"9610", "eaeu_parcel"}
    closed = next(one for one in answer["modes"] if one["mode"] == "9810")
    assert closed["closed"][0]["text"]
    assert town("amur").get("/prices/modes", params=asked | {"buyer": "moon"}).status_code == 422


def test_who_may_only_read_prices_offers_none(town: Any) -> None:
    streamer = town("amur", "streamer")
    assert streamer.post("/prices/offered", json={"offers": [told(4500)]}, headers=key(1)).status_code == 403
    assert streamer.get("/prices/offered").status_code == 200
    assert town("amur", "trainer").get("/prices/purchases").status_code == 403


def test_the_examples_of_the_description_work(town: Any) -> None:
    amur = town("amur")
    schemas = amur.get("/openapi.json").json()["components"]["schemas"]
    for number, (path, name) in enumerate((("/prices/offered", "OffersGiven"), ("/prices/purchases", "PurchasesGiven"))):  # fmt: skip
        answer = amur.post(path, json=schemas[name]["example"], headers=key(number))
        assert answer.status_code == 200, answer.text
