"""The inventory over HTTP, as shops, warehouses and marketplaces' connectors use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.settings import Settings
from tests.crew import bearer

SKU = "RU-ALENKA-90"


def once(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


def refusal(answer: Any) -> str:
    """What kind of refusal a problem document is."""
    return str(answer.json()["type"]).rpartition(":")[2]


@pytest.fixture
def api(server: Any, tmp_path: Path) -> Iterator[TestClient]:
    """The API as the park's administrator, in Russian, with places and a receipt of 100 packs."""
    app = create_app(
        Settings(
            database_url=server.create("manned"),
            secret_file=tmp_path / "key",
            out_dir=tmp_path,
            log_level="ERROR",
            workers=0,
        )
    )
    headers = bearer(server.tokens["park", "admin"]) | {"Accept-Language": "ru"}
    with TestClient(app, base_url="http://testserver/api/v1", headers=headers) as client:
        client.post("/places/import")
        line = {"sku": SKU, "quantity": 100, "lot": {"code": "A", "made_on": "2026-10-01"}}
        receipt = {"place": "heihe-park", "number": "ТН-1", "lines": [line]}
        assert client.post("/movements/receive", headers=once("receipt-1"), json=receipt).status_code == 201
        yield client


def test_an_act_is_posted_once_under_its_key(api: TestClient) -> None:
    move = {"from": "heihe-park", "to": "moscow", "lines": [{"sku": SKU, "quantity": 1, "unit": "case", "lot": "A"}]}
    first = api.post("/movements/move", headers=once("move-key-1"), json=move)
    again = api.post("/movements/move", headers=once("move-key-1"), json=move)
    assert (first.status_code, first.json()) == (201, again.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    there = {(one["place"], one["on_hand"]) for one in api.get("/balances", params={"sku": SKU}).json()["items"]}
    assert there == {("heihe-park", 76), ("moscow", 24)}
    told = api.get("/balances/explained", params={"sku": SKU, "place": "heihe-park"}).json()["items"]
    assert [(one["change"], one["after"]) for one in told] == [(100, 100), (-24, 76)]


def test_a_document_is_taken_back_by_another(api: TestClient) -> None:
    adjustment = {"place": "heihe-park", "reason": "damage", "lines": [{"sku": SKU, "quantity": 3, "lot": "A"}]}
    document = api.post("/movements/adjust", headers=once("adjust-key-1"), json=adjustment).json()["document"]
    assert api.post(f"/movements/{document}/reverse", headers=once("back-key-1"), json={}).status_code == 201
    refused = api.post(f"/movements/{document}/reverse", headers=once("back-key-2"), json={})
    assert (refused.status_code, refusal(refused)) == (409, "reversed-already")
    assert [one["on_hand"] for one in api.get("/balances").json()["items"]] == [100]


@pytest.mark.parametrize(
    ("line", "status", "code"),
    [
        ({"sku": "RU-NONE-1", "quantity": 1}, 404, "not-found"), ({"sku": SKU, "quantity": -1, "lot": "A"}, 422, "bad-quantity"),
        ({"sku": SKU, "quantity": 1.5, "lot": "A"}, 422, None), ({"sku": SKU, "quantity": "1.5", "lot": "A"}, 422, "not-whole"),
        ({"sku": SKU, "quantity": 1, "unit": "barrel", "lot": "A"}, 422, "unknown-unit"), ({"sku": SKU, "quantity": 101, "lot": "A"}, 409, "not-enough"),
        ({"sku": SKU, "quantity": 1, "lot": "B"}, 404, "not-found"),
    ],
)  # fmt: skip
def test_bad_lines_are_refused_in_the_callers_language_and_change_nothing(api: TestClient, line: dict[str, Any], status: int, code: str | None) -> None:  # fmt: skip
    good = {"sku": SKU, "quantity": 5, "lot": "A"}
    answer = api.post(
        "/movements/move",
        headers=once("move-key-2"),
        json={"from": "heihe-park", "to": "moscow", "lines": [good, line]},
    )
    assert answer.status_code == status
    if code:
        assert refusal(answer) == code
        assert any("а" <= sign <= "я" for sign in answer.json()["title"])
    assert [one["on_hand"] for one in api.get("/balances").json()["items"]] == [100]


def test_goods_are_counted_in_units_of_ones_own(api: TestClient) -> None:
    handling = {"units": {"витрина": [12, 1]}, "cases_per_pallet": 2}
    assert api.put(f"/skus/{SKU}/handling", json=handling).status_code == 200
    assert api.get(f"/skus/{SKU}/handling").json()["units"] == {"витрина": [12, 1]}
    lines = [
        {"sku": SKU, "quantity": 1, "unit": "витрина", "lot": "A"},
        {"sku": SKU, "quantity": 1, "unit": "pallet", "lot": "A"},
    ]
    assert (
        api.post(
            "/movements/move", headers=once("move-key-5"), json={"from": "heihe-park", "to": "moscow", "lines": lines}
        ).json()["packs"]
        == 60
    )
    assert refusal(api.put(f"/skus/{SKU}/handling", json={"units": {"case": [2, 1]}})) == "own-unit"


def test_a_show_sells_what_it_was_promised_and_not_more(api: TestClient) -> None:
    pool = api.put(f"/shows/evening/stock/{SKU}/heihe-park", json={"packs": 10}).json()
    assert (pool["available"], pool["open"]) == (10, True)
    body = {"show": "evening", "lines": [{"sku": SKU, "quantity": 4}], "seconds": 600, "order": "A-1"}
    made = api.post("/reservations", headers=once("order-key-1"), json=body)
    again = api.post("/reservations", headers=once("order-key-1"), json=body)
    assert (made.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (201, 200, "true")
    assert refusal(api.post("/reservations", headers=once("order-key-1"), json=body | {"order": "A-2"})) == "key-used"
    refused = api.post(
        "/reservations", headers=once("order-key-2"), json=body | {"lines": [{"sku": SKU, "quantity": 7}]}
    )
    assert (refused.status_code, refused.json()["available"]) == (409, 6)
    assert api.post("/reservations/order-key-1/confirm").json()["state"] == "confirmed"
    picked = api.post("/picks", headers=once("pick-key-1"), json={"reservations": ["order-key-1"]}).json()
    assert picked["items"] == [
        {"reservation": "order-key-1", "place": "heihe-park", "sku": SKU, "lot": "A", "quantity": 4}
    ]
    [left] = api.get("/shows/evening/stock").json()["items"]
    assert (left["allotted"], left["reserved"], left["sold"], left["available"]) == (6, 0, 0, 6)
    assert api.get("/reservations/order-key-1").json()["state"] == "picked"
    assert refusal(api.post("/reservations/order-key-1/release")) == "lapsed"
    assert api.get("/stock/verify").json()["differences"] == []


def test_many_reservations_come_in_one_request_and_each_has_its_own_answer(api: TestClient) -> None:
    api.put(f"/shows/evening/stock/{SKU}/heihe-park", json={"packs": 3})
    items = [{"key": f"bulk-key-{n}", "show": "evening", "lines": [{"sku": SKU, "quantity": 1}]} for n in range(5)]
    answer = api.post("/reservations/bulk", json={"items": items}).json()["items"]
    assert [one["status"] for one in answer] == [201, 201, 201, 409, 409]
    assert answer[4]["problem"]["code"] == "sold-out"
    again = api.post("/reservations/bulk", json={"items": items}).json()["items"]
    assert [one["status"] for one in again] == [200, 200, 200, 409, 409]


def test_a_rush_over_http_sells_exactly_what_there_is(api: TestClient) -> None:
    api.put(f"/shows/evening/stock/{SKU}/heihe-park", json={"packs": 20})
    body = {"show": "evening", "lines": [{"sku": SKU, "quantity": 1}]}
    with ThreadPoolExecutor(8) as crowd:
        answers = list(
            crowd.map(
                lambda n: api.post("/reservations", headers=once(f"rush-key-{n}"), json=body).status_code, range(60)
            )
        )
    assert (answers.count(201), answers.count(409)) == (20, 40)
    assert api.get("/shows/evening/stock").json()["items"][0]["reserved"] == 20


def test_the_stock_of_a_show_is_followed_live(api: TestClient) -> None:
    api.put(f"/shows/evening/stock/{SKU}/heihe-park", json={"packs": 3})
    with api.stream("GET", "/shows/evening/stock/events") as stream:
        lines = stream.iter_lines()
        first = next(json.loads(line[6:]) for line in lines if line.startswith("data: "))
        assert first["items"][0]["available"] == 3


def test_a_shipment_is_led_over_the_border(api: TestClient) -> None:
    shipment = {
        "number": "HB-1", "route": "heihe-blagoveshchensk-bridge", "transport": "heated", "departs_on": "2026-11-28",
        "lines": [{"sku": SKU, "quantity": 1, "unit": "case"}],
    }  # fmt: skip
    made = api.post("/shipments", headers=once("ship-key-1"), json=shipment).json()
    assert (made["state"], made["may_follow"], made["lines"][0]["lot"]) == ("draft", ["packed", "cancelled"], "A")
    for n, step in enumerate(
        ({"state": "packed"}, {"state": "handed_over"}, {"state": "export_declared", "paper": "0001"})
    ):
        assert api.post("/shipments/HB-1/steps", headers=once(f"step-key-{n}"), json=step).status_code == 201
    wrong = api.post("/shipments/HB-1/steps", headers=once("step-key-9"), json={"state": "received"})
    assert (wrong.status_code, refusal(wrong)) == (409, "out-of-order")
    shown = api.get("/shipments/HB-1").json()
    assert (shown["place"], shown["under_way"], len(shown["events"])) == ("heihe-port", 24, 4)
    assert len(api.get("/routes").json()["states"]) >= 20


def test_a_place_is_counted_and_the_same_person_may_not_approve(api: TestClient) -> None:
    number = api.post("/stocktakes", headers=once("count-key-1"), json={"place": "heihe-park"}).json()["id"]
    lines = {"lines": [{"sku": SKU, "lot": "A", "quantity": 98}]}
    counted = api.post(f"/stocktakes/{number}/counts", json=lines).json()
    assert counted["gaps"] is None
    closed = api.post(f"/stocktakes/{number}/close", json={}).json()
    assert [gap["difference"] for gap in closed["gaps"]] == [-2]
    assert refusal(api.post(f"/stocktakes/{number}/approve")) == "own-count"


def test_a_stock_report_is_uploaded_and_its_difference_taken_over(api: TestClient) -> None:
    files = {"file": ("остатки.csv", "Артикул;Остаток\nRU-ALENKA-90;97\n".encode("cp1251"), "text/csv")}
    report = api.post("/stock-reports/uploads", data={"place": "heihe-park"}, files=files).json()
    [line] = report["differing"]
    assert (line["reported"], line["ours"], line["difference"]) == (97, 100, -3)
    done = api.post(
        f"/stock-reports/{report['id']}/lines/{line['line']}/put-right", headers=once("right-key-1"), json={}
    )
    assert done.status_code == 201
    assert [one["on_hand"] for one in api.get("/balances").json()["items"]] == [97]
    assert api.get("/stock/scanned", params={"code": SKU}).json()["lot"] == "A"


def test_a_merchant_sees_his_own_stock_only_and_the_park_sees_all(api: TestClient, server: Any) -> None:
    merchant = bearer(server.tokens["amur", "admin"])
    line = {"sku": SKU, "quantity": 7, "lot": "M"}
    receipt = {"place": "heihe-park", "lines": [{"sku": SKU, "quantity": 7, "lot": {"code": "M"}}]}
    assert api.post("/movements/receive", headers=merchant | once("receipt-2"), json=receipt).status_code == 201
    mine = api.get("/balances", headers=merchant).json()["items"]
    assert [(one["lot"], one["on_hand"]) for one in mine] == [("amur-secret", 10), ("M", 7)]
    assert [one["on_hand"] for one in api.get("/balances").json()["items"]] == [100]
    park = bearer(server.tokens["park", "park"])
    assert sorted(
        one["on_hand"] for one in api.get("/balances", params={"everybody": True}, headers=park).json()["items"]
    ) == [7, 10, 10, 100]
    everybody = api.get("/balances", params={"everybody": True}, headers=merchant).json()["items"]
    assert [one["on_hand"] for one in everybody] == [10, 7]
    taken = {"from": "heihe-park", "to": "moscow", "lines": [line | {"lot": "A"}]}
    assert api.post("/movements/move", headers=merchant | once("move-key-3"), json=taken).status_code == 404
    streamer = bearer(server.tokens["amur", "streamer"])
    assert api.post("/movements/receive", headers=streamer | once("receipt-3"), json=receipt).status_code == 403
    assert (
        api.post(
            "/reservations", headers=streamer | once("order-key-9"), json={"lines": [{"sku": SKU, "quantity": 1}]}
        ).status_code
        == 403
    )
