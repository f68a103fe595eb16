"""Shops: what they may be, whose they are, what the platform calls our goods, and where pictures lie."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from sqlalchemy import inspect, text
from typer.testing import CliRunner, Result

from service.catalog.media.keeping import keep_picture, put_on_card
from service.database import Database
from service.errors import DomainError, FilesRejected, NotFound
from service.http.versions import ChangedMeanwhile
from service.inventory.places import import_places
from service.listings import shop_commands
from service.listings.sealing import BadKeys, KeysUnreadable, NoKeys, forget_keys, keep_keys, keys_of
from service.listings.shops import (
    ShopExists,
    ShopRefused,
    account_of,
    add_shop,
    change_shop,
    find_shop,
    import_pictures,
    import_refs,
    picture_urls,
    remove_shop,
    shop_list,
)
from service.people.operating import acting
from service.people.organisations import make_organisation
from tests.conftest import Server
from tests.pictures import digest_of, drawn

Run = Callable[..., Result]
HOUSE, OTHER = b"k" * 48, b"j" * 48
SECRET = "0f6b-this-is-nobodys-business"
OZON = {"client_id": "714", "api_key": SECRET}


@pytest.fixture
def store(stocked: Database) -> Database:
    """The catalogue, warehouses and an Ozon shop."""
    with stocked.writing() as session:
        import_places(session)
        add_shop(
            session,
            key="ozon-main",
            channel="ozon",
            currency="RUB",
            settings={"warehouses": {"blagoveshchensk": "22655"}},
        )
    return stocked


def test_a_shop_keeps_what_it_was_told(store: Database) -> None:
    with store.reading() as session:
        account = account_of(session, find_shop(session, "ozon-main"))
    assert (account.key, account.currency, account.warehouses) == ("ozon-main", "RUB", {"blagoveshchensk": "22655"})


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"currency": "RUR"}, "currency"),
        ({"vat": "20"}, "vat"),
        ({"settings": {"pictures_at": "https://x.test/pictures"}}, "pictures_at"),
        ({"settings": {"pictures_at": "https://x.test/{digest}.{size}"}}, "pictures_at"),
        ({"settings": {"extras": {"Freight": "1"}}}, "extras.Freight"),
        ({"settings": {"wharehouses": {}}}, "wharehouses"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(store: Database, given: dict[str, object], place: str) -> None:
    with store.writing() as session:
        shop = find_shop(session, "ozon-main")
        with pytest.raises(ShopRefused) as refused:
            change_shop(session, shop, **given)  # type: ignore[arg-type]
    assert place in refused.value.say("ru")


def test_a_warehouse_must_be_one_of_ours(store: Database) -> None:
    with store.writing() as session, pytest.raises(NotFound):
        change_shop(session, find_shop(session, "ozon-main"), settings={"warehouses": {"nowhere": "1"}})


def test_channels_and_keys_are_checked(store: Database) -> None:
    with store.writing() as session:
        with pytest.raises(NotFound):
            add_shop(session, key="a", channel="ebay", currency="RUB")
        with pytest.raises(ShopExists):
            add_shop(session, key="ozon-main", channel="ozon", currency="RUB")
        with pytest.raises(ShopRefused):
            add_shop(session, key="Ozon Main", channel="ozon", currency="RUB")


def test_two_who_change_a_shop_at_once_are_told(store: Database) -> None:
    with store.writing() as session:
        shop = find_shop(session, "ozon-main")
        seen = shop.version
        change_shop(session, shop, version=seen, vat="10")
        with pytest.raises(ChangedMeanwhile):
            change_shop(session, shop, version=seen, vat="22")


def test_shops_are_their_organisations(store: Database) -> None:
    with store.writing() as session:
        make_organisation(session, key="amur", kind="merchant", name_zh="阿穆尔", name_ru="«Амур»")
    with acting(store, "amur").writing() as session:
        assert shop_list(session) == []
        add_shop(session, key="ozon-main", channel="ozon", currency="CNY")
    with store.reading() as session:
        assert [one.currency for one in shop_list(session)] == ["RUB"]


def test_numbers_are_imported_once_and_changed_later(store: Database) -> None:
    first = b"\xef\xbb\xbfcode;kind;value\r\nRU-HONEY-500;product_id;17\r\nlinden-honey;sku;18\r\n"
    with store.writing() as session:
        shop = find_shop(session, "ozon-main")
        assert import_refs(session, shop, first, "refs.csv") == 2
        assert import_refs(session, shop, first.replace(b"17", b"19"), "refs.csv") == 1
        assert account_of(session, shop).refs == {"RU-HONEY-500": {"product_id": "19"}, "linden-honey": {"sku": "18"}}


def test_every_wrong_row_is_named_and_nothing_is_written(store: Database) -> None:
    content = (
        b"code,kind,value\nNO-SUCH,product_id,1\nRU-HONEY-500,Product,2\nRU-HONEY-500,sku,a b\nRU-HONEY-500,sku,4\n"
    )
    with store.writing() as session:
        shop = find_shop(session, "ozon-main")
        with pytest.raises(FilesRejected) as refused:
            import_refs(session, shop, content, "refs.csv")
        assert [(one.line, one.key) for one in refused.value.problems] == [
            (2, "code"),
            (3, "kind"),
            (4, "value"),
            (5, "code"),
        ]
        assert account_of(session, shop).refs == {}
        with pytest.raises(FilesRejected):
            import_refs(session, shop, b"sku,number\n1,2\n", "refs.csv")
        with pytest.raises(FilesRejected):
            import_refs(session, shop, b"code,kind,value\n\xff\xfe", "refs.csv")


def test_an_address_of_its_own_goes_before_the_pattern(store: Database) -> None:
    one, other = drawn(colour="#36c"), drawn(colour="#3c6")
    with store.writing() as session:
        for content in (one, other):
            keep_picture(session, name="a.png", content=content)
        put_on_card(session, "linden-honey", digest=digest_of(one), role="main")
        shop = find_shop(session, "ozon-main")
        change_shop(session, shop, settings={"pictures_at": "https://x.test/{digest}.{type}"})
        assert (
            import_pictures(session, shop, b"code,number,url\nRU-HONEY-500,1,https://mmecimage.cn/p/1\n", "p.csv") == 1
        )
        urls = picture_urls(session, shop, [digest_of(one), digest_of(other), "0" * 64])
    assert urls == {
        digest_of(one): "https://mmecimage.cn/p/1",
        digest_of(other): f"https://x.test/{digest_of(other)}.png",
    }


def test_addresses_and_pictures_that_are_none_are_named(store: Database) -> None:
    content = f"digest,url\n{'0' * 64},https://x.test/1\n".encode()
    with store.writing() as session:
        shop = find_shop(session, "ozon-main")
        with pytest.raises(FilesRejected) as refused:
            import_pictures(session, shop, content, "p.csv")
        assert [(one.line, one.key) for one in refused.value.problems] == [(2, "digest")]
        with pytest.raises(FilesRejected) as refused:
            import_pictures(
                session, shop, b"code,number,url\nRU-HONEY-500,9,ftp://x\nNO,1,https://x.test/a b\n", "p.csv"
            )
    assert [(one.line, one.key) for one in refused.value.problems] == [
        (2, "number"),
        (2, "url"),
        (3, "code"),
        (3, "url"),
    ]


def test_keys_open_for_this_shop_only(store: Database) -> None:
    with store.writing() as session:
        shop = find_shop(session, "ozon-main")
        with pytest.raises(NoKeys):
            keys_of(shop, HOUSE)
        keep_keys(session, shop, OZON, HOUSE)
        assert dict(keys_of(shop, HOUSE)) == OZON
        other = add_shop(session, key="ozon-second", channel="ozon", currency="RUB")
        other.sealed = shop.sealed
        with pytest.raises(KeysUnreadable):
            keys_of(other, HOUSE)
        other.sealed = None
        with pytest.raises(KeysUnreadable):
            keys_of(shop, OTHER)


@pytest.mark.parametrize("at", [0, 1, 12, 13, -1])
def test_a_changed_record_opens_nothing(store: Database, at: int) -> None:
    with store.writing() as session:
        shop = find_shop(session, "ozon-main")
        keep_keys(session, shop, OZON, HOUSE)
        changed = bytearray(shop.sealed or b"")
        changed[at] ^= 1
        shop.sealed = bytes(changed)
        with pytest.raises(KeysUnreadable) as unreadable:
            keys_of(shop, HOUSE)
        assert SECRET not in unreadable.value.say("en")
        shop.sealed = b"\x01short"
        with pytest.raises(KeysUnreadable):
            keys_of(shop, HOUSE)


def test_keys_stand_nowhere_in_plain_text(store: Database, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), store.writing() as session:
        shop = find_shop(session, "ozon-main")
        keep_keys(session, shop, OZON, HOUSE)
        keys = keys_of(shop, HOUSE)
    with store.reading() as session:  # the audit is written with the commit
        tables = inspect(session.connection()).get_table_names()
        rows = [str(tuple(row)) for table in tables for row in session.execute(text(f'SELECT * FROM "{table}"'))]
    assert SECRET not in "".join(rows) + caplog.text + repr(keys) + str(keys) + f"{keys}"
    assert "api_key" in "".join(rows)  # the audit names which keys were kept
    assert keys.hide(f"Invalid key {SECRET}!") == "Invalid key ••••!"
    with pytest.raises(TypeError):
        __import__("pickle").dumps(keys)


@pytest.mark.parametrize(
    "given", [{}, {"client_id": "1"}, OZON | {"more": "1"}, OZON | {"api_key": f"{SECRET} x"}, OZON | {"api_key": ""}]
)
def test_what_cannot_be_keys_is_refused_and_not_repeated(store: Database, given: dict[str, str]) -> None:
    with store.writing() as session, pytest.raises(BadKeys) as refused:
        keep_keys(session, find_shop(session, "ozon-main"), given, HOUSE)
    assert SECRET not in refused.value.say("zh") + refused.value.say("ru") + repr(refused.value.facts)


def test_forgotten_keys_and_removed_shops_are_gone(store: Database) -> None:
    with store.writing() as session:
        shop = find_shop(session, "ozon-main")
        keep_keys(session, shop, OZON, HOUSE)
        forget_keys(session, shop)
        with pytest.raises(NoKeys):
            keys_of(shop, HOUSE)
        import_refs(session, shop, b"code,kind,value\nRU-HONEY-500,sku,1\n", "refs.csv")
        remove_shop(session, shop)
        assert shop_list(session) == []
        assert session.execute(text("SELECT count(*) FROM listing_ref")).scalar() == 0


def test_errors_are_said_in_three_languages() -> None:
    for error in (
        NoKeys(shop="a"),
        KeysUnreadable(shop="a"),
        BadKeys(channel="ozon", names=["x"]),
        ShopExists(shop="a"),
    ):
        assert isinstance(error, DomainError)
        assert len({error.say("zh"), error.say("ru"), error.say("en")}) == 3


@pytest.fixture
def run(server: Server, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command over a database with the catalogue, in English."""
    monkeypatch.setenv("DATABASE_URL", server.create("stocked"))
    monkeypatch.setenv("AMURLIVE_SECRET_KEY", "s" * 48)
    monkeypatch.setenv("LANG", "C")

    def command(*arguments: str, given: str | None = None) -> Result:
        return CliRunner().invoke(shop_commands.app, list(arguments), input=given)

    return command


def test_a_shop_is_set_up_from_the_terminal_and_its_keys_are_never_shown(run: Run) -> None:
    assert run("add", "ozon-main", "--channel", "ozon", "--currency", "RUB", "--extra", "warehouse=1").exit_code == 0
    asked = run("key", "ozon-main", given=f"714\n{SECRET}\n")
    assert asked.exit_code == 0
    assert SECRET not in asked.output
    assert run("key", "ozon-main", "--stdin", given=f"client_id=714\napi_key={SECRET}\n").exit_code == 0
    wrong = run("key", "ozon-main", "--stdin", given=f"{SECRET}\n")
    assert wrong.exit_code == 1
    assert SECRET not in wrong.output
    shown = run("show", "ozon-main").output
    assert '"keys": true' in shown
    assert SECRET not in shown
    assert "ozon-main" in run("list").output
    assert run("change", "ozon-main", "--extra", "warehouse=").exit_code == 0
    assert '"extras": {}' in run("show", "ozon-main").output
    assert run("key", "ozon-main", "--forget").exit_code == 0
    assert '"keys": false' in run("show", "ozon-main").output
    assert run("remove", "ozon-main", "--yes").exit_code == 0


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    """What an export for Ozon has written."""
    body = {"stocks": [{"offer_id": "RU-HONEY-500", "warehouse_id": 5, "stock": 3}]}
    call = {"call": "POST /v2/products/stocks", "body": body}
    path = tmp_path / "ozon.json"
    path.write_text(
        json.dumps({"channel": "ozon", "day": "2026-11-25", "requests": [call, call], "held": []}), encoding="utf-8"
    )
    return path


def test_nothing_is_sent_unless_somebody_says_so_and_there_are_keys(run: Run, requests: Path) -> None:
    alone = typer.Typer()
    alone.command()(shop_commands.push)
    assert run("add", "ozon-main", "--channel", "ozon", "--currency", "RUB").exit_code == 0
    told = CliRunner().invoke(alone, ["ozon-main", str(requests)])
    assert told.exit_code == 0
    assert "POST /v2/products/stocks  × 1" in told.output
    assert "rates make them take 30 s" in told.output
    assert "Nothing was sent" in told.output
    refused = CliRunner().invoke(alone, ["ozon-main", str(requests), "--send"])
    assert refused.exit_code == 1
    assert "has no keys" in refused.output


def test_a_file_for_another_channel_is_refused(run: Run, requests: Path) -> None:
    alone = typer.Typer()
    alone.command()(shop_commands.push)
    assert run("add", "wb-main", "--channel", "wildberries", "--currency", "RUB").exit_code == 0
    assert "holds no requests for wildberries" in CliRunner().invoke(alone, ["wb-main", str(requests)]).output
    requests.write_text("[]", encoding="utf-8")
    assert CliRunner().invoke(alone, ["wb-main", str(requests)]).exit_code == 1
