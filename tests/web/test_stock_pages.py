"""Stock as park staff and merchants keep it in a browser: at a desk, and in a warehouse with a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from service.app import create_app
from service.catalog.models import Sku
from service.database import Database, now
from service.inventory.acting import Receiving, receive
from service.inventory.lots import LotGiven
from service.inventory.models import Balance, Lot, Place, StockDocument
from service.inventory.opening import import_opening
from service.inventory.reserving.deciding import Act, Reserve, Want
from service.inventory.reserving.pools import promise
from service.inventory.reserving.settler import Settler
from service.people.reach import organisation_of
from service.settings import Settings
from tests.crew import bearer

PAGES = (
    "/stock",
    "/stock/movements",
    "/stock/receive",
    "/stock/alerts",
    "/stock/ageing",
    "/stock/cover",
    "/stock/selling",
)
AGATE, TEA, SHOW = "HH-AGATE-8", "RU-BLACKTEA-100", "sample-evening"
PARK = "heihe-park"
GTIN = "04601234567893"


@pytest.fixture(scope="module")
def stock(service: Any) -> Any:
    """The running service with the sample places and stock."""
    with service.database.writing() as session:
        import_opening(session)
    return service


@pytest.fixture
def coded(stock: Any) -> Iterator[str]:
    """The agate bracelets have an item number on their label."""
    with stock.database.writing() as session:
        session.execute(update(Sku).where(Sku.code == AGATE).values(gtin=GTIN))
    yield GTIN
    with stock.database.writing() as session:
        session.execute(update(Sku).where(Sku.code == AGATE).values(gtin=None))


def on_hand(database: Database, sku: str, place: str = PARK) -> dict[str, int]:
    """Packs of a SKU in a place by lot."""
    with database.reading() as session:
        query = (
            select(Lot.code, Balance.on_hand).join(Balance.lot).join(Balance.place).join(Sku, Sku.id == Balance.sku_id)
        )
        rows = session.execute(query.where(Sku.code == sku, Place.key == place, Balance.on_hand > 0))
        return {row.code: row.on_hand for row in rows}


def sold(database: Database, *sales: tuple[str, int]) -> list[str]:
    """Somebody buys in the show and pays; returns the order numbers."""
    with database.reading() as session:
        mine = organisation_of(session)
    orders = [f"order-{sku}-{now().timestamp():.0f}" for sku, _ in sales]
    with Settler(database) as settler:
        for order, (sku, packs) in zip(orders, sales, strict=True):
            settler.do(Reserve(mine, order, SHOW, (Want(sku, packs, (), False),), 900, "x", order))
            settler.do(Act(mine, order, "confirm"))
    return orders


@pytest.mark.parametrize(
    ("lang", "said", "others"),
    [
        ("zh", "红小豆 500克袋装", ("/stock/receive", f"/stock/selling/{SHOW}")),
        ("ru", "Фасоль адзуки 500 г", (f"/stock/sku/{AGATE}?place={PARK}", "/stock/ageing", "/stock/movements")),
    ],
)
def test_stock_is_read_on_a_phone_without_scrolling_sideways(
    stock: Any, enter: Any, lang: str, said: str, others: tuple[str, ...]
) -> None:
    page = enter(390)
    for path in (f"/stock?text=adzuki&lang={lang}", *others):
        page.goto(f"{stock.address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    page.goto(f"{stock.address}/stock?text=adzuki")
    row = page.locator(".stocklist li").first.inner_text()
    assert said in row
    assert "140" in row
    assert page.locator(".stocklist > li").count() == 1


def test_goods_are_scanned_in_refused_whole_and_received_once(stock: Any, enter: Any, coded: str) -> None:
    before = on_hand(stock.database, AGATE)
    page = enter(390)
    page.goto(f"{stock.address}/stock/receive?lang=ru")
    for _ in range(3):
        page.get_by_label("Сканер").fill(f"01{coded}10N-7\x1d17301231")
        page.get_by_label("Сканер").press("Enter")
    line = page.get_by_role("group", name="Строка 1")
    assert line.locator("input[name=sku]").input_value() == AGATE
    assert line.locator("input[name=quantity]").input_value() == "3"
    assert line.locator("input[name=lot]").input_value() == "N-7"
    assert line.locator("input[name=expires_on]").input_value() == "2030-12-31"
    page.get_by_label("Место").select_option(PARK)
    page.get_by_label("Номер накладной").fill("ТН-17")
    line.locator("input[name=quantity]").fill("2,5")
    page.get_by_role("button", name="Принять товар").click()
    assert "не целое число упаковок" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Номер накладной").input_value() == "ТН-17"
    assert line.locator("input[name=quantity]").input_value() == "2,5"
    assert on_hand(stock.database, AGATE) == before
    line.locator("input[name=quantity]").fill("4")
    key = page.locator("input[name=key]").input_value()
    page.get_by_role("button", name="Принять товар").click()
    assert "Принято: 1 строка, 4 упаковки" in page.get_by_role("status").inner_text()
    assert on_hand(stock.database, AGATE) == before | {"N-7": 4}
    with stock.database.reading() as session:
        assert session.scalar(select(StockDocument.number).where(StockDocument.key == f"page/{key}")) == "ТН-17"


def test_a_move_is_refused_made_and_taken_back_and_the_page_tells_why(stock: Any, enter: Any) -> None:
    before = on_hand(stock.database, TEA)
    [(lot, packs)] = before.items()
    page = enter()
    page.goto(f"{stock.address}/stock/sku/{TEA}?lang=zh")
    form = page.get_by_role("region", name="移库")
    form.get_by_label("移至").select_option(f"{PARK}-quarantine")
    form.get_by_label("数量").fill(str(packs + 1))
    form.get_by_label("备注").fill("箱子受潮")
    form.get_by_role("button").click()
    assert "黑河园区仓" in page.get_by_role("alert").inner_text()
    assert form.get_by_label("备注").input_value() == "箱子受潮"
    form.get_by_label("数量").fill("6")
    form.get_by_role("button").click()
    assert page.get_by_role("status").inner_text() == "已移库。"
    assert on_hand(stock.database, TEA) == {lot: packs - 6}
    page.get_by_role("article", name="黑河园区仓", exact=True).get_by_role("link").click()
    told = page.locator("table.book tbody tr").first
    assert "−6" in told.inner_text()
    assert "箱子受潮" in told.inner_text()
    told.get_by_text("撤销").first.click()
    told.get_by_label("原因").fill("搬错了")
    told.get_by_role("button", name="撤销").click()
    assert "已撤销" in page.get_by_role("status").inner_text()
    rows = page.locator("table.book tbody tr")
    assert "+6" in rows.first.inner_text()
    assert "已被" in rows.nth(1).inner_text()
    assert on_hand(stock.database, TEA) == before


def test_what_is_damaged_is_written_off_and_the_alert_for_an_old_lot_closes(stock: Any, enter: Any) -> None:
    with stock.database.writing() as session:
        lot = LotGiven(code="OLD", made_on=date(2025, 1, 1), expires_on=now().date() - timedelta(days=24))
        line = Receiving(sku="RU-KVAS-1500", quantity=12, lot=lot)
        receive(session, place=f"{PARK}-quarantine", lines=[line], key="old-lot", happened_at=now() - timedelta(days=3))
    page = enter(390)
    page.goto(f"{stock.address}/stock/ageing?lang=ru")
    assert "истёк 24 дня назад" in page.locator("table.book tbody tr").first.inner_text()
    page.goto(f"{stock.address}/stock/alerts")
    page.get_by_role("button", name="Проверить сейчас").click()
    card = page.locator("article", has_text="RU-KVAS-1500").filter(has_text="OLD")
    assert "истёк 24 дня назад" in card.inner_text()
    card.get_by_role("link", name="Переместить или списать").click()
    assert "внесено позже" in page.locator("table.book").inner_text()
    form = page.get_by_role("region", name="Исправить остаток")
    form.get_by_label("Партия и место").select_option(f"{PARK}-quarantine OLD")
    form.get_by_label("Количество").fill("12")
    form.get_by_label("Причина").select_option("expired")
    form.get_by_role("button").click()
    assert page.get_by_role("status").inner_text() == "Исправлено."
    page.goto(f"{stock.address}/stock/alerts")
    page.get_by_role("button", name="Проверить сейчас").click()
    assert card.count() == 0
    page.get_by_role("link", name="показать и снятые").click()
    assert "снят" in card.inner_text()


def test_the_stock_of_a_show_changes_before_ones_eyes(stock: Any, enter: Any) -> None:
    page = enter(390)
    page.goto(f"{stock.address}/stock/selling?lang=ru")
    page.get_by_role("link", name="Вечер у Амура (образец)").click()
    shelf = page.locator("[data-sku=RU-PINENUT-250]")
    left = shelf.locator("p [data-figure=available]")
    assert left.inner_text() == "24"
    page.get_by_text("обновляется само").wait_for()
    with stock.database.writing() as session:
        promise(session, show=SHOW, sku="RU-PINENUT-250", place=PARK, packs=30)
    shelf.locator(".left", has_text="30").wait_for()
    form = page.get_by_role("region", name="Квота эфира")
    form.get_by_label("Артикул или штрихкод").fill("ru-pinenut-250")
    form.get_by_label("Всего упаковок").fill("99999")
    form.get_by_role("button").click()
    assert "обещать нельзя" in page.get_by_role("alert").inner_text()
    assert form.get_by_label("Всего упаковок").input_value() == "99999"
    form.get_by_label("Всего упаковок").fill("24")
    form.get_by_role("button").click()
    assert page.get_by_role("status").inner_text() == "Квота выделена."
    assert left.inner_text() == "24"


def test_what_was_sold_is_picked_by_a_list_of_places_lots_and_orders(stock: Any, enter: Any) -> None:
    orders = sold(stock.database, ("RU-RED-CAVIAR-95", 2), ("HH-HONEYMUSH-200", 3))
    before = on_hand(stock.database, "HH-HONEYMUSH-200")
    page = enter(390)
    page.goto(f"{stock.address}/stock/selling/{SHOW}?lang=zh")
    assert "2" in page.locator("[data-sku=RU-RED-CAVIAR-95] [data-figure=sold]").inner_text()
    for box in page.get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("value") in orders)
    page.get_by_role("button", name="拣货").click()
    said = page.locator("main").inner_text()
    assert "2 单 · 5 件" in said
    assert all(order in said for order in orders)
    assert "黑河园区仓" in said
    assert next(iter(before)) in said
    assert sum(on_hand(stock.database, "HH-HONEYMUSH-200").values()) == sum(before.values()) - 3
    page.goto(f"{stock.address}/stock/cover")
    assert "北安" not in page.locator("table.book").inner_text()
    assert "榛蘑" in page.locator("table.book").inner_text()
    assert page.locator("main").get_by_text("近 14 天").count() == 1


@pytest.fixture
def town(server: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Everybody's requests, with the token of their role in the park."""
    url = server.create("manned")
    app = create_app(Settings(database_url=url, secret_file=tmp_path / "key", workers=0))

    with TestClient(app, follow_redirects=False) as client:

        def ask(role: str, path: str, **form: Any) -> Any:
            headers = {**bearer(server.tokens["park", role], "ru"), "accept": "text/html"}
            if not form:
                return client.get(path, headers=headers)
            token = re.search(r'name="csrf" value="([^"]+)"', client.get("/account", headers=headers).text)
            assert token
            return client.post(path, data={"csrf": token[1], **form}, headers=headers)

        yield ask


def test_who_may_only_look_sees_everything_and_no_form(town: Callable[..., Any]) -> None:
    assert "Загрузить места" not in town("streamer", "/stock").text
    assert "Загрузить места" in town("park", "/stock").text
    assert town("streamer", "/stock/sample", go="1").status_code == 403
    assert town("park", "/stock/sample", go="1").headers["location"] == "/stock?said=sample"
    for path in (*PAGES, f"/stock/sku/{AGATE}?place={PARK}", f"/stock/selling/{SHOW}", "/stock/selling/orders"):
        assert town("park", path).status_code == (404 if path.endswith("orders") else 200), path
        if path not in ("/stock/receive", "/stock/selling/orders"):
            answer = town("streamer", path)
            assert answer.status_code == 200, path
            assert re.findall(r'action="(/stock[^"]*)" method="post"', answer.text) == [], path
    assert town("streamer", "/stock/receive").status_code == 403
    key = "0" * 8 + "-0000-4000-8000-" + "0" * 12
    typed = {"key": key, "held": f"{PARK} S005A", "target": f"{PARK}-quarantine", "quantity": "3"}
    assert town("streamer", f"/stock/sku/{AGATE}/move", **typed).status_code == 403
    for _ in range(2):  # the second time it was sent before, and nothing moves
        answer = town("park", f"/stock/sku/{AGATE}/move", **typed)
        assert answer.headers["location"] == f"/stock/sku/{AGATE}?place={PARK}-quarantine&said=moved"
    assert ">177<" in town("park", f"/stock/sku/{AGATE}").text
    changed = town("park", f"/stock/sku/{AGATE}/move", **{**typed, "quantity": "4"})
    assert changed.status_code == 409
    assert f'value="{key}"' not in changed.text
