"""The sample catalogue on its way to every channel: what passes our rules passes the platforms' own schemas, what changed is told, nothing is lost."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from service.catalog.editing import edit_card
from service.database import Database
from service.listings.channels import channel, channels
from service.listings.exporting import (
    Export,
    NothingOfTheKind,
    export_cards,
    export_prices,
    export_stock,
    record_export,
    write_export,
)
from service.listings.forms import yml
from service.listings.forms.form import ApiForm
from service.listings.forms.registry import form_for
from service.listings.gathering import cards
from service.listings.models import ExportedItem, ListingExport, Shop
from service.listings.shops import Ref, find_shop, keep_refs
from service.listings.snapshots import differences
from service.people.operating import acting
from service.pricing.files import MarketPrice, PriceEntry
from service.pricing.setting import set_prices
from tests.conftest import Server
from tests.listings.forms.gates import needs_schemas, official, sent
from tests.listings.stall import TODAY

RUSSIAN = sorted(key for key, one in channels().items() if one.content.market == "RU")
CHINESE = sorted(key for key, one in channels().items() if one.content.market == "CN")
HELD = {
    "alibaba_1688": "the platform wants answers to its attributes",
    "pinduoduo": "the platform gives options their numbers first",
    "vk_market": "the platform gives pictures their numbers first",
}
"""Where an item cannot be sent before the platform has told a number or a category's attributes."""


GATES: dict[str, Callable[[], Any]] = {
    r"/v3/product/import$": lambda: official("ozon.product_import"),
    r"/barcode/add$": lambda: official("ozon.barcode_add"),
    r"/product/import/prices$": lambda: official("ozon.prices"),
    r"/v2/products/stocks$": lambda: official("ozon.stocks", loosely=("product_id", "quant_size")),
    r"/cards/upload$": lambda: official("wb.cards_upload", also=("kizMarked",)),
    r"/cards/update$": lambda: official("wb.cards_update", also=("kizMarked",)),
    r"/media/save$": lambda: official("wb.media_save"),
    r"/upload/task$": lambda: official("wb.prices"),
    r"/api/v3/stocks/": lambda: official("wb.stocks"),
    r"/offer-mappings/update$": lambda: official("yandex.UpdateOfferMappingsRequest"),
    r"/offers/stocks$": lambda: official("yandex.UpdateStocksRequest"),
    r"/offers/update$": lambda: official("yandex.UpdateCampaignOffersRequest"),
    r"/offer-prices/updates$": lambda: official("yandex.UpdateBusinessPricesRequest"),
}


@pytest.fixture(scope="module")
def stall(sqlite_server: Server) -> Iterator[Database]:
    """The whole sample catalogue with everything its sellers would add, and a shop at every channel; for tests that change nothing."""
    database = acting(Database(sqlite_server.create("listed")))
    yield database
    database.close()


@pytest.fixture
def small(server: Server) -> Iterator[Database]:
    """The same, on both databases, to be changed."""
    url = server.create("listed")
    database = acting(Database(url))
    yield database
    database.close()
    server.discard(url)


def made(database: Database, key: str, what: str = "cards", **how: object) -> Export:
    """An export of all cards to a channel's shop, not recorded."""
    with database.reading() as session:
        shop = session.scalars(select(Shop).where(Shop.channel == key)).one()
        work = {"cards": export_cards, "stock": export_stock, "prices": export_prices}[what]
        return work(session, cards(session), channel(key), as_of=TODAY, shop=shop, **how)  # type: ignore[operator, no-any-return]


def written(export: Export) -> bytes:
    """The file."""
    out = io.BytesIO()
    write_export(export, out)
    return out.getvalue()


class TestTheWholeCatalogue:
    @pytest.mark.parametrize("key", RUSSIAN + CHINESE)
    def test_every_card_meant_for_a_channel_may_stand_there(self, stall: Database, key: str) -> None:
        export = made(stall, key)
        market = channel(key).content.market
        with stall.reading() as session:
            meant = [one.key for one in cards(session) if market in one.markets]
        assert [one.product for one in export.verdicts] == meant
        assert [one for one in export.verdicts if one.state == "blocked"] == []
        assert len(export.items) == sum(len(one.composed) for one in export.verdicts)
        if key in HELD:
            assert export.plan is not None
            assert {one.code for one in export.held} == {one.code for one in export.items}
        elif export.plan is not None:
            assert {code for one in export.plan.requests for code in one.codes} == {one.code for one in export.items}

    @needs_schemas
    @pytest.mark.parametrize("key", ["ozon", "wildberries", "yandex_market"])
    @pytest.mark.parametrize("what", ["cards", "stock", "prices"])
    def test_what_is_sent_passes_the_official_schema(self, stall: Database, key: str, what: str) -> None:
        if key == "wildberries":
            with stall.writing() as session:  # numbers the platform would have told after the cards were made
                codes = [sku.code for product in cards(session) for sku in product.skus]
                refs = [Ref(code, kind, str(at + 1)) for at, code in enumerate(codes) for kind in ("nm_id", "chrt_id")]
                keep_refs(session, find_shop(session, "wildberries"), refs)
        plan = made(stall, key, what).plan
        assert plan is not None
        assert plan.requests
        for request in plan.requests:
            gate = next(gate for pattern, gate in GATES.items() if re.search(pattern, request.call))
            assert [str(one) for one in gate().iter_errors(sent(request.body))] == []

    def test_feeds_are_of_our_own_grammar(self, stall: Database) -> None:
        for key in ("yml_feed", "yml_search"):
            feed = written(made(stall, key))
            assert yml.faults(feed, "yml" if key == "yml_feed" else key) == []
            assert len(etree.fromstring(feed).findall("shop/offers/offer")) > 50

    def test_a_packet_for_taobao_opens_as_a_table(self, stall: Database) -> None:
        text = written(made(stall, "taobao")).decode("utf-16")
        rows = list(csv.reader(io.StringIO(text), delimiter="\t"))
        assert {len(row) for row in rows[1:]} == {63}
        assert "俄罗斯" in text

    @pytest.mark.parametrize(("ending", "begin"), [("", b"["), ("jsonl", b"{"), ("tsv", b"id\t"), ("xml", b"<?xml")])
    def test_a_channel_with_several_forms_goes_by_the_file(self, stall: Database, ending: str, begin: bytes) -> None:
        assert written(made(stall, "generic", ending=ending)).startswith(begin)

    @pytest.mark.parametrize("key", ["ozon", "yml_feed", "douyin"])
    def test_the_same_cards_give_the_same_file(self, stall: Database, key: str) -> None:
        assert written(made(stall, key)) == written(made(stall, key))


class TestWhatChanged:
    def test_a_second_export_tells_only_what_differs(self, small: Database) -> None:
        with small.writing() as session:
            first = record_export(session, made(small, "ozon", all_cards=True))
            assert first.counts["new"] > 50
        assert made(small, "ozon", all_cards=True).told.changed == ()
        with small.writing() as session:
            edit_card(session, "linden-honey", {"sku.RU-HONEY-500.gross_g": 801})
        (change,) = made(small, "ozon", all_cards=True).told.changed
        assert (change.code, change.what) == ("RU-HONEY-500", "changed")
        assert [(one.path, one.after) for one in change.differences] == [("weight", 801)]

    def test_goods_no_longer_sold_there_are_gone(self, small: Database) -> None:
        with small.writing() as session:
            record_export(session, made(small, "ozon", all_cards=True))
            edit_card(session, "linden-honey", {"facts.markets": ["CN"]})
        export = made(small, "ozon", all_cards=True)
        assert {(one.code, one.what) for one in export.told.changed} == {
            ("RU-HONEY-500", "gone"),
            ("RU-HONEY-1000", "gone"),
        }
        with small.writing() as session:
            record_export(session, export)
        assert made(small, "ozon", all_cards=True).told.changed == ()

    def test_a_feed_always_holds_everything(self, small: Database) -> None:
        with small.writing() as session:
            record_export(session, made(small, "yml_feed", all_cards=True))
        export = made(small, "yml_feed", all_cards=True)
        assert export.told.changed == ()
        assert written(export).count(b"<offer ") == len(export.items)

    def test_a_price_that_changed_goes_by_itself(self, small: Database) -> None:
        with small.writing() as session:
            record_export(session, made(small, "ozon", "prices"))
            set_prices(session, {"RU-HONEY-500": PriceEntry(RU=MarketPrice(live=54_321))})
        plan = made(small, "ozon", "prices").plan
        assert plan is not None
        ((request),) = plan.requests
        assert request.codes == ("RU-HONEY-500",)
        assert request.body["prices"][0]["price"] == "543.21"

    def test_snapshots_are_never_changed(self, small: Database) -> None:
        with small.writing() as session:
            record_export(session, made(small, "ozon"))
        for statement in (update(ExportedItem).values(code="x"), delete(ListingExport)):
            with pytest.raises(DatabaseError), small.writing() as session:
                session.execute(statement)

    def test_differences_name_their_place(self) -> None:
        before = {"name": "a", "prices": [1, 2], "old": None}
        after = {"name": "b", "prices": [1], "new": {"x": 1}}
        assert [tuple(one) for one in differences(before, after)] == [
            ("name", "a", "b"), ("new", None, {"x": 1}), ("prices.1", 2, None),
        ]  # fmt: skip


class TestWhatIsHeldBack:
    def test_the_rest_goes_and_the_reason_is_told(self, small: Database) -> None:
        with small.writing() as session:
            edit_card(session, "linden-honey", {"sku.RU-HONEY-500.height_mm": None})
        export = made(small, "ozon")
        codes = {one.code for one in export.items}
        assert "RU-HONEY-500" not in codes
        assert "RU-HONEY-1000" in codes
        assert any("Высота" in one.message.say("ru") for one in export.held)
        document = json.loads(written(export))
        assert {one["code"] for one in document["held"]} == {"RU-HONEY-500"}
        assert set(document["held"][0]["remedy"]) >= {"zh", "ru"}

    def test_stock_is_what_the_shops_warehouses_can_sell(self, small: Database) -> None:
        export = made(small, "ozon", "stock")
        assert export.plan is not None
        told = {
            (row["offer_id"], row["warehouse_id"]): row["stock"]
            for one in export.plan.requests
            for row in one.body["stocks"]
        }
        assert {place for _, place in told} == {2002, 2003}
        assert all(quantity >= 0 for quantity in told.values())

    def test_a_feed_has_no_stock_of_its_own(self, small: Database) -> None:
        with pytest.raises(NothingOfTheKind):
            made(small, "yml_feed", "stock")

    def test_a_price_in_the_accounts_currency_needs_a_rate(self, small: Database) -> None:
        with small.writing() as session:
            session.scalars(select(Shop).where(Shop.channel == "ozon")).one().currency = "CNY"
        export = made(small, "ozon")
        assert export.items == ()
        assert {one.message.say("zh") for one in export.held if "汇率" in one.message.say("zh")}


def test_every_channel_has_a_form() -> None:
    for key, one in channels().items():
        form = form_for(one)
        assert form.channel is one
        assert isinstance(form, ApiForm) or form.suffix, key


def test_the_command_writes_a_file_and_tells_what_was_held_back(stocked_amurlive: object, tmp_path: Path) -> None:
    out = stocked_amurlive("listing", "export", "--channel", "ozon", "--out", "ozon.json")  # type: ignore[operator]
    assert out.returncode == 1
    assert "задержано" in out.stdout
    document = json.loads((tmp_path / "ozon.json").read_text(encoding="utf-8"))
    assert document["channel"] == "ozon"
    assert document["requests"] == []
    assert document["held"]
