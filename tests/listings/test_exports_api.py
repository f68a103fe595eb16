"""Exports over HTTP: made once, looked at, fetched as files, and sent only when somebody says so."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from service.catalog.editing import edit_card
from service.listings import connectors, exports_api
from service.listings.channels import channel
from service.listings.connectors.ozon import Ozon
from service.listings.exporting import export_cards, write_export
from service.listings.forms.form import Account, Offered
from service.listings.gathering import cards
from service.listings.models import ListingRef
from service.listings.sealing import Keys
from service.listings.shops import find_shop
from service.listings.snapshots import Aim, changes, keep
from service.people.caller import MACHINE
from service.webhooks.models import Event
from tests.listings.conftest import Mart
from tests.listings.connectors.platforms import TIMEOUT, Platform, Reply, standing
from tests.listings.connectors.test_ozon_connector import OzonHere
from tests.listings.stall import TODAY, shop_for

DAY = TODAY.isoformat()
KEYS = {"client_id": "714", "api_key": "0f6b-secret-of-ozon"}


def once(number: int = 1) -> dict[str, str]:
    return {"idempotency-key": f"export-of-day-{number}"}


def exported(client: TestClient, number: int = 1, **wanted: Any) -> Any:
    """A whole export of Ozon's cards, unless something else is wanted."""
    return client.post("/exports", json={"channel": "ozon", "on": DAY} | wanted, headers=once(number))


def test_an_export_is_made_once_and_the_next_tells_only_what_differs(mart: Mart) -> None:
    client = mart.client()
    made = exported(client)
    assert made.status_code == 201, made.text
    assert made.json()["counts"]["new"] > 50
    assert exported(client).headers["idempotency-replayed"] == "true"
    with mart.database.writing() as session:
        edit_card(session, "linden-honey", {"sku.RU-HONEY-500.gross_g": 801})
    preview = client.get("/exports/preview", params={"channel": "ozon", "on": DAY}).json()
    assert preview["counts"] == made.json()["counts"] | {
        "new": 0,
        "changed": 1,
        "unchanged": made.json()["counts"]["new"] - 1,
    }
    (change,) = preview["changes"]
    assert (change["code"], change["what"], change["differences"][0]["path"]) == ("RU-HONEY-500", "changed", "weight")
    second = exported(client, 2).json()
    whole = client.get(f"/exports/{second['id']}").json()
    assert whole["told"] == [{"code": "RU-HONEY-500", "what": "changed"}]
    (item,) = client.get(f"/exports/{second['id']}/items").json()["items"]
    assert (item["code"], item["item"]["weight"]) == ("RU-HONEY-500", 801)
    assert [one["id"] for one in client.get("/exports", params={"channel": "ozon"}).json()["items"]] == [
        second["id"], made.json()["id"],
    ]  # fmt: skip


def test_what_is_held_back_is_told_with_its_reason_and_the_rest_goes(mart: Mart) -> None:
    with mart.database.writing() as session:
        edit_card(session, "linden-honey", {"sku.RU-HONEY-500.height_mm": None})
    made = exported(mart.client(), products=["linden-honey"]).json()
    assert (made["counts"]["new"], made["counts"]["held"]) == (1, 1)
    assert {one["code"] for one in made["held"]} == {"RU-HONEY-500"}
    assert any("Высота" in one["message"] and one["remedy"] for one in made["held"])
    (back,) = mart.client().get(f"/exports/{made['id']}").json()["held"]
    assert back == {"code": "RU-HONEY-500", "reasons": len(made["held"])}


def test_goods_no_longer_offered_are_gone(mart: Mart) -> None:
    client = mart.client()
    exported(client)
    with mart.database.writing() as session:
        edit_card(session, "linden-honey", {"facts.markets": ["CN"]})
    second = exported(client, 2).json()
    told = client.get(f"/exports/{second['id']}").json()["told"]
    assert {(one["code"], one["what"]) for one in told} == {("RU-HONEY-500", "gone"), ("RU-HONEY-1000", "gone")}
    assert {one["item"] for one in client.get(f"/exports/{second['id']}/items").json()["items"]} == {None}


@pytest.mark.parametrize("key", ["ozon", "douyin", "yml_feed"])
def test_the_file_is_the_one_that_was_exported_however_much_came_later(mart: Mart, key: str) -> None:
    client, out = mart.client(), io.BytesIO()
    with mart.database.reading() as session:
        shop = find_shop(session, key.replace("_", "-"))
        made = export_cards(session, cards(session), channel(key), as_of=TODAY, shop=shop, all_cards=True)
        write_export(made, out)
    number = exported(client, channel=key).json()["id"]
    with mart.database.writing() as session:
        edit_card(session, "linden-honey", {"sku.RU-HONEY-500.gross_g": 801, "facts.markets": ["CN", "RU"]})
    exported(client, 2, channel=key)
    answer = client.get(f"/exports/{number}/file")
    assert answer.headers["content-disposition"].endswith(f'"{key}-cards-{number}.{made.form.suffix}"')
    if made.plan is None:
        assert sorted(answer.content.splitlines()) == sorted(out.getvalue().splitlines())
    else:
        assert json.loads(answer.content)["requests"] == json.loads(out.getvalue())["requests"]


@pytest.mark.parametrize("kind", ["stock", "prices"])
def test_stock_and_prices_come_back_as_their_requests(mart: Mart, kind: str) -> None:
    client = mart.client()
    made = exported(client, kind=kind).json()
    document = client.get(f"/exports/{made['id']}/file").json()
    told = [
        one for request in document["requests"] for one in request["body"]["stocks" if kind == "stock" else "prices"]
    ]
    assert {one["offer_id"] for one in told} == {
        one["code"] for one in client.get(f"/exports/{made['id']}").json()["told"]
    }
    assert exported(client, 2, kind=kind).json()["counts"]["new"] == 0


@pytest.mark.parametrize(("ending", "begin"), [("", b"["), ("jsonl", b"{"), ("tsv", b"id\t"), ("xml", b"<?xml")])
def test_a_channel_with_several_forms(mart: Mart, ending: str, begin: bytes) -> None:
    with mart.database.writing() as session:
        shop_for(session, channel("generic"))
    made = exported(mart.client(), channel="generic", market="RU", ending=ending)
    assert made.status_code == 201, made.text
    answer = mart.client().get(f"/exports/{made.json()['id']}/file", params={"ending": ending})
    assert answer.content.startswith(begin)


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"channel": "ebay"}, 404),
        ({"shop": "nobodys"}, 404),
        ({"products": ["nothing-of-ours"]}, 404),
        ({"products": []}, 422),
        ({"kind": "reviews"}, 422),
        ({"everything": "yes"}, 422),
        ({"on": "2026-13-01"}, 422),
        ({"channel": "yml_feed", "kind": "stock"}, 422),
        ({"shops": "ozon"}, 422),
    ],
)
def test_an_export_that_cannot_be_is_refused_and_nothing_is_written(mart: Mart, wanted: Any, status: int) -> None:
    answer = exported(mart.client(), **wanted)
    assert answer.status_code == status, answer.text
    assert mart.client().get("/exports").json()["items"] == []


def test_more_cards_than_a_request_takes_are_a_job(mart: Mart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports_api, "MOST_CARDS", 20)
    client = mart.client()
    too_many = client.get("/exports/preview", params={"channel": "ozon"})
    assert (too_many.status_code, too_many.json()["type"]) == (409, "urn:amurlive:problem:too-many-cards")
    ordered = exported(client)
    assert ordered.status_code == 202
    done = mart.work(ordered.json())
    assert done["state"] == "done", done["error"]
    number = done["result"]["export"]
    assert client.get(f"/exports/{number}").json()["counts"] == done["result"]["counts"]
    file = client.get(f"/jobs/{done['id']}/file")
    assert file.json()["requests"] == client.get(f"/exports/{number}/file").json()["requests"]
    assert exported(client, 2, products=["linden-honey"]).status_code == 201


def test_listeners_are_told_of_an_export(mart: Mart) -> None:
    made = exported(mart.client(), products=["linden-honey"]).json()
    with mart.database.acting(MACHINE).reading() as session:
        (event,) = session.scalars(select(Event).where(Event.kind == "listings.exported"))
    assert event.data == {
        "export": made["id"], "channel": "ozon", "market": "RU", "shop": "ozon", "kind": "cards", "counts": made["counts"],
    }  # fmt: skip


def test_exports_are_their_organisations(mart: Mart) -> None:
    number = exported(mart.client(), products=["linden-honey"]).json()["id"]
    amur = mart.client("amur")
    assert amur.get("/exports").json()["items"] == []
    for path in ("", "/items", "/file"):
        assert amur.get(f"/exports/{number}{path}").status_code == 404
    assert amur.post(f"/exports/{number}/push", json={}, headers=once()).status_code == 404
    assert amur.post("/exports", json={"channel": "ozon", "shop": "ozon"}, headers=once()).status_code == 404


class TestSending:
    @pytest.fixture
    def here(self) -> OzonHere:
        return OzonHere()

    @pytest.fixture
    def ozon(self, here: OzonHere, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
        """Ozon on this machine."""
        with standing(Platform(here)) as platform:

            class Near(Ozon):
                def __init__(self, account: Account, keys: Keys, **more: Any) -> None:
                    hosts: Mapping[str, str] = {"": platform.address}
                    super().__init__(
                        account, keys, hosts=hosts, private=True, clock=platform.clock, timeout=TIMEOUT, **more
                    )

            monkeypatch.setitem(connectors.CONNECTORS, "ozon", Near)
            yield platform

    def pushed(self, client: TestClient, export: int, number: int = 1, **asked: Any) -> Any:
        return client.post(f"/exports/{export}/push", json=asked, headers=once(100 + number))

    def test_nothing_goes_unless_somebody_says_so(self, mart: Mart, ozon: Platform) -> None:
        client = mart.client()
        number = exported(client, products=["linden-honey"]).json()["id"]
        foreseen = self.pushed(client, number)
        assert foreseen.status_code == 200, foreseen.text
        assert foreseen.json()["steps"][0]["call"] == "POST /v3/product/import"
        assert foreseen.json()["steps"][0]["items"] == 2
        refused = self.pushed(client, number, 2, dry_run=False)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:amurlive:problem:no-keys")
        assert ozon.calls == []

    def test_it_is_sent_and_what_became_of_it_is_told(self, mart: Mart, ozon: Platform, here: OzonHere) -> None:
        client = mart.client()
        client.put("/shops/ozon/keys", json={"keys": KEYS})
        number = exported(client, products=["linden-honey"]).json()["id"]
        ordered = self.pushed(client, number, dry_run=False)
        assert ordered.status_code == 202, ordered.text
        assert self.pushed(client, number, dry_run=False).headers["idempotency-replayed"] == "true"
        done = mart.work(ordered.json())
        assert done["state"] == "done", done["error"]
        assert set(here.goods) == {"RU-HONEY-500", "RU-HONEY-1000"}
        assert (done["result"]["refused"], done["result"]["stopped"]) == (0, None)
        report = client.get(f"/jobs/{done['id']}/file").json()
        assert {one["code"] for one in report["outcomes"]} == {"RU-HONEY-500", "RU-HONEY-1000"}
        with mart.database.reading() as session:
            kept = session.scalars(select(ListingRef.kind).where(ListingRef.code == "RU-HONEY-500"))
            assert {"product_id", "sku"} <= set(kept)
        assert KEYS["api_key"] not in json.dumps(done) + json.dumps(report)

    def test_refused_keys_stop_it_and_what_was_not_sent_is_named(self, mart: Mart, ozon: Platform) -> None:
        client = mart.client()
        client.put("/shops/ozon/keys", json={"keys": KEYS | {"api_key": "another-one"}})
        number = exported(client, products=["linden-honey"]).json()["id"]
        done = mart.work(self.pushed(client, number, dry_run=False).json())
        assert done["state"] == "done"
        assert done["result"]["stopped"]
        assert {"RU-HONEY-500", "RU-HONEY-1000"} == set(done["result"]["unsent"])
        assert "another-one" not in json.dumps(done)

    def test_what_a_later_export_has_told_anew_is_not_sent_from_the_old_one(self, mart: Mart, ozon: Platform) -> None:
        client = mart.client()
        first = exported(client, products=["linden-honey"]).json()["id"]
        with mart.database.writing() as session:
            edit_card(session, "linden-honey", {"sku.RU-HONEY-500.gross_g": 801})
        second = exported(client, 2, products=["linden-honey"]).json()["id"]
        old = self.pushed(client, first, 1).json()
        assert (old["overtaken"], old["steps"][0]["items"]) == (["RU-HONEY-500"], 1)
        new = self.pushed(client, second, 2).json()
        assert (new["overtaken"], new["steps"][0]["items"]) == ([], 1)

    def test_a_sending_that_broke_off_is_not_taken_up_again(
        self, mart: Mart, ozon: Platform, here: OzonHere, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = mart.client()
        client.put("/shops/ozon/keys", json={"keys": KEYS})
        number = exported(client, products=["linden-honey"]).json()["id"]
        job = self.pushed(client, number, dry_run=False).json()

        def dies(*_: Any, **__: Any) -> None:
            raise SystemExit  # as if the process ended

        monkeypatch.setattr("service.listings.jobs.push", dies)
        with pytest.raises(SystemExit):
            mart.work(job)
        monkeypatch.undo()
        mart.app.state.queue.forget(f"beat:{job['id']}")
        done = mart.work(job)
        assert done["state"] == "done"
        assert (done["result"]["unknown"], done["result"]["accepted"]) == (2, 0)
        assert "кабинете" in done["result"]["stopped"]
        assert ozon.calls == []

    def test_old_stock_is_not_sent(self, mart: Mart, monkeypatch: pytest.MonkeyPatch) -> None:
        client = mart.client()
        number = exported(client, kind="stock", products=["linden-honey"]).json()["id"]
        assert self.pushed(client, number).status_code == 200
        monkeypatch.setattr("service.listings.remaking.STOCK_LASTS", timedelta(seconds=-1))
        late = self.pushed(client, number, 2)
        assert (late.status_code, late.json()["type"]) == (409, "urn:amurlive:problem:stock-too-old")

    def test_a_feed_has_nobody_to_send_it_to(self, mart: Mart) -> None:
        client = mart.client()
        number = exported(client, channel="yml_feed", products=["linden-honey"]).json()["id"]
        assert self.pushed(client, number).status_code == 404
        with mart.database.writing() as session:
            session.delete(find_shop(session, "ozon"))
        alone = exported(client, 2, kind="prices", products=["linden-honey"]).json()
        assert alone["shop"] == ""
        assert self.pushed(client, alone["id"], 2).json()["type"] == "urn:amurlive:problem:for-no-shop"

    def test_a_platform_that_refuses_an_item_is_quoted(self, mart: Mart, ozon: Platform) -> None:
        client = mart.client()
        client.put("/shops/ozon/keys", json={"keys": KEYS})
        number = exported(client, kind="prices", products=["linden-honey"]).json()["id"]
        ozon.trouble(Reply(400, {"code": 3, "message": "prices must be whole"}), times=9)
        done = mart.work(self.pushed(client, number, dry_run=False).json())
        assert done["result"]["refused"] == 2
        assert "prices must be whole" in done["result"]["problems"][0]["errors"][0]["text"]


def test_what_another_version_has_kept_is_refused_and_not_guessed(mart: Mart) -> None:
    client = mart.client()
    with mart.database.writing() as session:
        told = changes([Offered("RU-HONEY-500", {"cost": 1})], {})
        number = keep(session, Aim("ozon", "RU", "ozon", "prices"), told, [], as_of=TODAY, revision=TODAY).id
    answer = client.get(f"/exports/{number}/file")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:amurlive:problem:of-another-form")
