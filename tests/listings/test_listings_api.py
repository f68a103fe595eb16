"""Channels, verdicts, composed listings and filled templates over HTTP."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.listings.conftest import Mart
from tests.listings.filling.templates import a_template

DAY = "2026-11-25"


def test_channels_say_how_well_they_are_known_and_what_only_the_seller_can_tell(mart: Mart) -> None:
    known = {one["key"]: one for one in mart.client().get("/channels").json()["items"]}
    assert (known["ozon"]["market"], known["ozon"]["exports"], known["ozon"]["can_be_sent"]) == (
        "RU",
        "requests",
        True,
    )
    assert known["ozon"]["keys"] == ["client_id", "api_key"]
    assert (known["yml_feed"]["exports"], known["yml_feed"]["can_be_sent"]) == ("file", False)
    assert {one["verification"] for one in known.values()} <= {"official_schema", "official_text", "sdk", "third_party"}
    told = [field for one in known.values() for field in one["fields"]]
    assert told
    assert all(field["says"]["zh"] and field["says"]["ru"] for field in told)


def test_a_card_is_judged_in_every_channel_of_its_markets(mart: Mart) -> None:
    answer = mart.client().get(
        "/listings", params={"product": "RU-HONEY-500", "channel": ["ozon", "douyin"], "on": DAY}
    )
    verdicts = answer.json()["items"]
    assert [(one["product"], one["channel"], one["market"]) for one in verdicts] == [
        ("linden-honey", "ozon", "RU"), ("linden-honey", "douyin", "CN"),
    ]  # fmt: skip
    assert verdicts[0]["state"] != "blocked"
    assert {"RU-HONEY-500", "RU-HONEY-1000"} == set(verdicts[0]["sendable"])
    only = mart.client().get(
        "/listings", params={"product": "linden-honey", "channel": ["ozon", "douyin"], "market": "CN"}
    )
    assert [one["channel"] for one in only.json()["items"]] == ["douyin"]


def test_reasons_are_told_in_the_callers_language(mart: Mart) -> None:
    asked = {"product": "linden-honey", "channel": "wildberries", "on": DAY}
    said = {
        lang: mart.client(lang=lang).get("/listings", params=asked).json()["items"][0]["reasons"]
        for lang in ("zh", "ru")
    }
    assert [one["code"] for one in said["zh"]] == [one["code"] for one in said["ru"]]
    assert said["zh"][0]["message"] != said["ru"][0]["message"]
    assert all(one["message"] and one["remedy"] for one in said["ru"])


def test_pages_of_cards_hold_each_card_once(mart: Mart) -> None:
    amur, seen, after = mart.client(), [], None
    while True:
        asked: dict[str, Any] = {"channel": "ozon", "limit": 30, "on": DAY} | ({"after": after} if after else {})
        page = amur.get("/listings", params=asked).json()
        seen += [one["product"] for one in page["items"]]
        if (after := page["next"]) is None:
            break
    assert seen == sorted(set(seen))
    assert len(seen) > 30


def test_a_listing_is_shown_as_it_would_be_with_what_is_not_in_it(mart: Mart) -> None:
    whole = mart.client().get("/listings/ozon/linden-honey", params={"on": DAY, "shop": "ozon"}).json()
    listings = [one["listing"] for one in whole["composed"]]
    assert [one["code"] for one in listings] == whole["verdict"]["listings"]
    assert listings[0]["title"]
    assert listings[0]["price"]["currency"] == "RUB"
    assert listings[0]["pictures"][0]["url"].startswith("https://img.example.com/")
    assert {"dropped", "left_out"} <= set(whole["composed"][0])
    variants = mart.client().get("/listings/douyin/linden-honey").json()["composed"][0]["listing"]["variants"]
    assert {one["code"] for one in variants} == {"RU-HONEY-500", "RU-HONEY-1000"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/listings?channel=ebay", 404),
        ("/listings?channel=Ebay", 422),
        ("/listings?product=nothing-of-ours", 404),
        ("/listings?after=x", 422),
        ("/listings?limit=1000", 422),
        ("/listings?on=yesterday", 422),
        ("/listings/ebay/linden-honey", 404),
        ("/listings/ozon/nothing-of-ours", 404),
        ("/listings/ozon/linden-honey?shop=nobodys", 404),
        ("/listings/ozon/linden-honey?market=CN", 422),
    ],
)
def test_what_is_not_there_is_named(mart: Mart, path: str, status: int) -> None:
    answer = mart.client().get(path)
    assert answer.status_code == status, answer.text
    assert answer.json()["remedy" if status == 404 else "detail"]


def test_streamers_read_and_trainers_do_not(mart: Mart) -> None:
    streamer = mart.client(role="streamer")
    assert streamer.get("/listings?channel=ozon&limit=1").status_code == 200
    assert streamer.get("/shops").status_code == 200
    assert streamer.post("/shops", json={"key": "x", "channel": "ozon", "currency": "RUB"}).status_code == 403
    for path in ("/channels", "/listings", "/exports", "/shops"):
        assert mart.client(role="trainer").get(path).status_code == 403


class TestTemplates:
    def kept(self, mart: Mart, content: bytes, name: str = "шаблон.xlsx") -> int:
        answer = mart.client().post("/listings/templates/uploads", params={"name": name}, content=content)
        assert answer.status_code == 201, answer.text
        number: int = answer.json()["id"]
        return number

    def test_a_template_comes_back_filled_with_a_report(self, mart: Mart) -> None:
        upload = self.kept(mart, a_template([["Артикул*", "Название товара", "Цвет*"], []]))
        wanted: dict[str, Any] = {"upload": upload, "channel": "ozon", "products": ["RU-HONEY-500"], "on": DAY}
        ordered = mart.client().post("/listings/fill", json=wanted)
        assert ordered.status_code == 202
        done = mart.work(ordered.json())
        assert done["state"] == "done", done["error"]
        assert (done["result"]["rows"], done["result"]["whole"]) == (1, False)
        assert [one["header"] for one in done["result"]["left"] if one["required"]] == ["Цвет*"]
        content = mart.client().get(ordered.headers["location"].removeprefix("/api/v1") + "/file").content
        rows = list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
        assert rows[1][0] == "RU-HONEY-500"

    def test_what_is_no_template_fails_with_the_reason(self, mart: Mart) -> None:
        upload = self.kept(mart, b"%PDF-1.7", "price.pdf")
        ordered = mart.client().post("/listings/fill", json={"upload": upload, "channel": "ozon"}).json()
        done = mart.work(ordered)
        assert done["state"] == "failed"
        assert "price.pdf" in done["error"]["title"]

    def test_only_ones_own_upload_can_be_filled(self, mart: Mart) -> None:
        upload = self.kept(mart, a_template([["Артикул*"], []]))
        body = {"upload": upload, "channel": "ozon"}
        assert mart.client("amur").post("/listings/fill", json=body).status_code == 404
        assert mart.client().post("/listings/fill", json=body | {"channel": "ebay"}).status_code == 404
        assert mart.client().post("/listings/fill", json=body | {"shop": "nobodys"}).status_code == 404
