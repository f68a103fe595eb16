"""The pages of shops: set up, changed, their keys kept and never shown, numbers and addresses from files."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from service.inventory.opening import import_opening
from service.listings.models import ListingRef, PictureAddress, Shop
from service.listings.sealing import keys_of
from service.listings.shops import add_shop, change_shop, find_shop
from tests.crew import DIGESTS
from tests.web.test_compliance_pages import Desk, alert, opened, read

SHOP = "/shops/ozon-main"
SECRET = "9a8b7c6d-never-shown"


@pytest.fixture
def desk(server: Any, tmp_path: Path) -> Iterator[Desk]:
    with opened(server, tmp_path) as desk:
        with desk.amur.writing() as session:
            import_opening(session)
            add_shop(session, key="ozon-main", channel="ozon", currency="RUB")
        yield desk


def form(desk: Desk, **changes: Any) -> dict[str, Any]:
    """What a browser would send of the shop's form as it stands, with changes."""
    page = desk.get(SHOP).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    return {"version": version[1], "currency": "RUB", "vat": "auto", "pictures_at": ""} | changes


def kept(desk: Desk) -> dict[str, Any]:
    with desk.amur.reading() as session:
        shop = find_shop(session, "ozon-main")
        return {"currency": shop.currency, "vat": shop.vat, **shop.settings}


@pytest.mark.parametrize("lang", ["zh", "ru", "en"])
def test_shops_are_read_in_ones_language_and_changed_by_merchants_only(desk: Desk, lang: str) -> None:
    for path in ("/shops", SHOP):
        assert desk.get(path, lang).status_code == 200
        mine = desk.get(path, lang, "streamer")
        assert mine.status_code == 200
        assert 'method="post"' not in mine.text.partition("<main")[2]
        assert desk.get(path, lang, "trainer").status_code == 403
    assert {"zh": "按商品税率", "ru": "как у товара", "en": "as the goods have it"}[lang] in desk.plain("/shops", lang)
    acts = {
        "/shops": {"channel": "ozon"},
        SHOP: {"version": "1"},
        f"{SHOP}/keys": {},
        f"{SHOP}/forget": {},
        f"{SHOP}/remove": {},
    }
    for path, fields in acts.items():
        assert desk.post(path, fields, lang, "streamer").status_code == 403, path
    assert desk.get("/shops/no-shop", lang).status_code == 404


def test_a_shop_is_set_up_with_what_its_market_needs(desk: Desk) -> None:
    made = desk.post("/shops", {"channel": "douyin"})
    assert made.headers["location"] == "/shops/douyin?said=added"
    assert 'name="currency" required maxlength="3"' in desk.get("/shops/douyin").text
    assert "Магазин добавлен." in desk.plain("/shops/douyin?said=added")
    with desk.amur.reading() as session:
        assert find_shop(session, "douyin").currency == "CNY"
    again = desk.post("/shops", {"channel": "douyin"})
    assert again.headers["location"] == "/shops/douyin-2?said=added"


def test_a_refused_shop_keeps_what_was_typed(desk: Desk) -> None:
    cases = (
        ({"channel": "ozon", "key": "ozon-main"}, 409, "ozon-main"),
        ({"channel": "ozon", "key": "Большой"}, 422, "Имя в адресе"),
        ({"channel": "ozon", "key": "x", "currency": "USD", "vat": "19"}, 422, "НДС"),
        ({"channel": "", "key": "x"}, 404, "Площадка"),
    )
    for fields, status, said in cases:
        refused = desk.post("/shops", {"currency": "RUB", "vat": "10"} | fields)
        assert refused.status_code == status, fields
        assert said in alert(refused), fields
        assert f'value="{fields["key"]}"' in refused.text
    assert (
        '<option value="10" selected>' in desk.post("/shops", {"channel": "ozon", "key": "ozon-main", "vat": "10"}).text
    )


def test_currency_vat_warehouses_and_the_channels_own_fields_are_changed_and_explained(desk: Desk) -> None:
    page = desk.get(SHOP)
    assert "description_category_id" in read(page.text)  # the field is explained
    assert 'name="place" value="blagoveshchensk"' in page.text
    fields = form(
        desk, vat="10", place=["blagoveshchensk", "moscow"], number=["2002", ""], field=["category", "type", "brand"],
        value=["17028922", "", "Нет бренда"], pictures_at="https://img.example.com/{digest}.{type}",
    )  # fmt: skip
    assert desk.post(SHOP, fields).headers["location"] == f"{SHOP}?said=saved"
    assert kept(desk) == {
        "currency": "RUB", "vat": "10", "warehouses": {"blagoveshchensk": "2002"},
        "extras": {"category": "17028922", "brand": "Нет бренда"}, "pictures_at": "https://img.example.com/{digest}.{type}",
    }  # fmt: skip
    shown = desk.get(SHOP).text
    assert 'value="2002"' in shown
    assert 'value="Нет бренда"' in shown


def test_a_refused_change_keeps_everything_and_another_ones_change_is_not_overwritten(desk: Desk) -> None:
    typed = {"place": ["moscow"], "number": ["№ 5"], "field": ["category"], "value": ["<b>1"], "vat": "22"}
    refused = desk.post(SHOP, form(desk, **typed))
    assert refused.status_code == 422
    assert "Склады · moscow" in alert(refused)
    assert 'value="№ 5"' in refused.text
    assert f'value="{html.escape("<b>1")}"' in refused.text
    assert '<option value="22" selected>' in refused.text
    fields = form(desk, **typed | {"number": ["5"]})
    with desk.amur.writing() as session:
        change_shop(session, find_shop(session, "ozon-main"), vat="5")
    late = desk.post(SHOP, fields)
    assert late.status_code == 412
    assert "осталось ниже" in alert(late)
    assert 'value="5"' in late.text
    assert kept(desk)["vat"] == "5"
    version = re.search(r'name="version" value="(\d+)"', late.text)
    assert version is not None
    assert desk.post(SHOP, fields | {"version": version[1]}).status_code == 303  # looked at, and saved once more
    assert kept(desk)["vat"] == "22"


def test_keys_are_kept_and_removed_and_stand_on_no_page(desk: Desk) -> None:
    fields = {"name": ["client_id", "api_key"], "value": ["123456", SECRET]}
    refused = desk.post(f"{SHOP}/keys", fields | {"value": ["123456", f"{SECRET} с пробелом"]})
    assert refused.status_code == 422
    assert SECRET not in refused.text
    assert "api_key" in alert(refused)
    assert desk.post(f"{SHOP}/keys", fields).headers["location"] == f"{SHOP}?said=keys"
    with desk.amur.reading() as session:
        assert keys_of(find_shop(session, "ozon-main"), desk.client.app.state.key)["api_key"] == SECRET  # type: ignore[attr-defined]
    for path in (SHOP, "/shops", "/audit"):
        page = desk.get(path).text
        assert SECRET not in page
        assert "123456" not in page
    assert "ключи сохранены" in desk.plain("/shops")
    assert desk.post(f"{SHOP}/forget", {}).headers["location"] == f"{SHOP}?said=forgotten"
    assert "ключей нет" in desk.plain(SHOP)


def test_numbers_and_addresses_come_from_files_with_every_fault_named(desk: Desk) -> None:
    before = desk.count(ListingRef), desk.count(PictureAddress)
    refs = b"code,kind,value\nAMUR-ONE,product_id,777\n"
    assert (
        desk.send(f"{SHOP}/refs/uploads", {}, file=("numbers.csv", refs)).headers["location"]
        == f"{SHOP}?said=refs&count=1"
    )
    assert "Записано строк: 1." in desk.plain(f"{SHOP}?said=refs&count=1")
    pictures = f"digest,url\n{DIGESTS['amur']},https://img.example.com/1.png\n".encode()
    assert desk.send(f"{SHOP}/pictures/uploads", {}, file=("p.csv", pictures)).status_code == 303
    assert (desk.count(ListingRef), desk.count(PictureAddress)) == (before[0] + 1, before[1] + 1)
    bad = desk.send(
        f"{SHOP}/refs/uploads", {}, file=("bad.csv", b"code,kind,value\nNO-SKU,product_id,1\nAMUR-ONE,Bad,2\n")
    )
    assert bad.status_code == 422
    assert "В файле 2 ошибки" in alert(bad)
    assert "строка 2 · code [NO-SKU]" in alert(bad)
    assert desk.count(ListingRef) == before[0] + 1
    assert desk.post(f"{SHOP}/refs/uploads", {}).status_code == 422
    assert desk.get(f"{SHOP}/refs/uploads?lang=zh").url.path == SHOP


def test_a_removed_shop_is_gone(desk: Desk) -> None:
    assert desk.post(f"{SHOP}/remove", {}).headers["location"] == "/shops?said=removed"
    assert SHOP not in desk.get("/shops").text
    with desk.amur.reading() as session:
        assert session.scalar(select(Shop).where(Shop.key == "ozon-main")) is None
