"""Shops over HTTP: kept, changed by one at a time, seen by their organisation only, and their keys by nobody."""

from __future__ import annotations

from typing import Any

import pytest

from service.listings.sealing import keys_of
from service.listings.shops import find_shop
from tests.listings.conftest import Mart

SHOP = {
    "key": "ozon-second",
    "channel": "ozon",
    "currency": "RUB",
    "vat": "10",
    "settings": {"extras": {"brand": "Амур"}},
}
CHANGED = {"currency": "RUB", "vat": "22", "settings": {}}
SECRET = "0f6b-this-is-nobodys-business"


def test_a_shop_is_set_up_read_changed_and_removed(mart: Mart) -> None:
    client = mart.client()
    made = client.post("/shops", json=SHOP)
    assert made.status_code == 201, made.text
    assert made.json()["settings"] == {"warehouses": {}, "extras": {"brand": "Амур"}, "pictures_at": ""}
    assert (made.json()["keys"], made.json()["key_names"]) == (False, ["client_id", "api_key"])
    read = client.get("/shops/ozon-second")
    assert read.headers["etag"] == made.headers["etag"]
    assert client.get("/shops/ozon-second", headers={"if-none-match": read.headers["etag"]}).status_code == 304
    changed = client.put("/shops/ozon-second", json=CHANGED, headers={"if-match": read.headers["etag"]})
    assert (changed.status_code, changed.json()["vat"]) == (200, "22")
    assert changed.headers["etag"] != read.headers["etag"]
    assert client.delete("/shops/ozon-second", headers={"if-match": read.headers["etag"]}).status_code == 412
    assert client.delete("/shops/ozon-second").status_code == 204
    assert "ozon-second" not in [one["key"] for one in client.get("/shops").json()["items"]]


def test_of_two_who_change_a_shop_the_second_is_told(mart: Mart) -> None:
    client = mart.client()
    seen = client.get("/shops/ozon").headers["etag"]
    assert client.put("/shops/ozon", json=CHANGED, headers={"if-match": seen}).status_code == 200
    late = client.put("/shops/ozon", json=CHANGED | {"vat": "10"}, headers={"if-match": seen})
    assert late.status_code == 412
    assert client.get("/shops/ozon").json()["vat"] == "22"


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"channel": "ebay"}, 404, "ebay"),
        ({"key": "ozon"}, 409, "ozon"),
        ({"key": "Ozon"}, 422, "key"),
        ({"currency": "RUR"}, 422, "currency"),
        ({"vat": "20"}, 422, "vat"),
        ({"settings": {"warehouses": {"nowhere": "1"}}}, 404, "nowhere"),
        ({"settings": {"pictures_at": "https://x.test/pictures"}}, 422, "pictures_at"),
        ({"settings": {"wharehouses": {}}}, 422, "wharehouses"),
        ({"sealed": "AQ=="}, 422, "sealed"),
    ],
)
def test_a_shop_that_cannot_be_is_refused_with_its_place(mart: Mart, change: Any, status: int, said: str) -> None:
    answer = mart.client().post("/shops", json=SHOP | change)
    assert answer.status_code == status, answer.text
    assert said in answer.json()["detail"]


def test_keys_go_in_and_never_come_out(mart: Mart) -> None:
    client = mart.client()
    keys = {"client_id": "714", "api_key": SECRET}
    kept = client.put("/shops/ozon/keys", json={"keys": keys})
    assert (kept.status_code, kept.json()["keys"]) == (200, True)
    said = kept.text + "".join(client.get(path).text for path in ("/shops", "/shops/ozon", "/audit"))
    assert SECRET not in said
    with mart.database.reading() as session:
        assert dict(keys_of(find_shop(session, "ozon"), b"s" * 48)) == keys
    assert client.delete("/shops/ozon/keys").json()["keys"] is False


@pytest.mark.parametrize(
    "keys", [{"api_key": SECRET}, {"client_id": "1", "api_key": f"{SECRET} x"}, {"client_id": "1", "api_key": [SECRET]}]
)
def test_wrong_keys_are_refused_and_not_repeated(mart: Mart, keys: Any) -> None:
    answer = mart.client().put("/shops/ozon/keys", json={"keys": keys})
    assert answer.status_code == 422
    assert SECRET not in answer.text


def test_numbers_and_addresses_come_as_files_all_or_nothing(mart: Mart) -> None:
    client = mart.client()
    good = b"code,kind,value\nRU-HONEY-500,product_id,17\nlinden-honey,sku,18\n"
    sent = client.post("/shops/ozon/refs/uploads", params={"name": "numbers.csv"}, content=good)
    assert sent.json() == {"written": 2}
    wrong = client.post(
        "/shops/ozon/refs/uploads", params={"name": "numbers.csv"}, content=good + b"NO-SUCH,sku,1\nRU-HONEY-500,sku,a b\n"
    )  # fmt: skip
    assert wrong.status_code == 422
    assert [(one["line"], one["key"]) for one in wrong.json()["problems"]] == [(4, "code"), (5, "value")]
    refs = client.get("/shops/ozon/refs", params={"limit": 1}).json()
    assert (refs["items"][0]["value"], bool(refs["next"])) == ("17", True)
    pictures = b"code,number,url\nRU-HONEY-500,1,https://img.example.com/own.jpg\n"
    assert client.post(
        "/shops/ozon/pictures/uploads", params={"name": "p.csv"}, content=pictures
    ).json() == {"written": 1}  # fmt: skip
    shown = client.get("/listings/ozon/RU-HONEY-500").json()["composed"][0]["listing"]["pictures"][0]
    assert shown["url"] == "https://img.example.com/own.jpg"
    assert client.post("/shops/ozon/refs/uploads", params={"name": "x.csv"}, content=b"\xff\xfe\x00").status_code == 422


def test_another_organisations_shop_is_not_there(mart: Mart) -> None:
    amur = mart.client("amur")
    assert amur.get("/shops").json() == {"items": []}
    for method, path, body in (
        ("GET", "/shops/ozon", None), ("GET", "/shops/ozon/refs", None), ("PUT", "/shops/ozon", CHANGED),
        ("PUT", "/shops/ozon/keys", {"keys": {"client_id": "1", "api_key": "x"}}), ("DELETE", "/shops/ozon", None),
    ):  # fmt: skip
        answer = amur.request(method, path, json=body)
        assert answer.status_code == 404, (method, path, answer.text)
    assert amur.post("/shops", json=SHOP | {"key": "ozon"}).status_code == 201  # the same key of one's own is free
