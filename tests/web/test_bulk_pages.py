"""Changing many cards and merging two, as a merchant does it in a browser."""

from __future__ import annotations

from typing import Any

import pytest

from service.catalog import batches
from service.catalog.listing import find_product
from service.database import Database


def name_of(database: Database, key: str) -> str:
    with database.reading() as session:
        return find_product(session, key).text("ru", "name") or ""


@pytest.mark.parametrize("width", [390, 1280])
def test_a_merchant_looks_at_every_difference_before_anything_changes(service: Any, enter: Any, width: int) -> None:
    page = enter(width)
    page.goto(f"{service.address}/catalogue/bulk?lang=ru&q=мёд&family=honey")
    before = name_of(service.database, "linden-honey")
    page.locator("select[name=field]").first.select_option("name[ru]")
    page.locator("select[name=do]").first.select_option("append")
    page.locator("input[name=value]").first.fill(f" — {width}")
    page.get_by_role("button", name="Показать отличия").click()
    assert before in page.locator("del").all_inner_texts()
    assert f"{before} — {width}" in page.locator("ins").all_inner_texts()
    assert name_of(service.database, "linden-honey") == before
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Изменить 1 карточку").click()
    assert "/catalogue/batches/" in page.url
    assert name_of(service.database, "linden-honey") == f"{before} — {width}"
    batches.undo(service.database.writing, int(page.url.rsplit("/", 1)[1]))
    assert name_of(service.database, "linden-honey") == before


def test_a_change_no_card_can_take_comes_back_with_what_was_typed(service: Any, enter: Any) -> None:
    page = enter()
    page.goto(f"{service.address}/catalogue/bulk?lang=zh")
    page.locator("select[name=field]").first.select_option("facts.hs_code")
    page.locator("input[name=value]").first.fill("十二")
    page.get_by_role("button", name="查看差异").click()
    assert "facts.hs_code" in page.get_by_role("alert").inner_text()
    assert page.locator("input[name=value]").first.input_value() == "十二"


def test_two_cards_of_the_same_goods_are_merged_and_split_again(service: Any, enter: Any) -> None:
    twin = {
        "line": "russian_goods", "family": "honey", "source_locale": "ru", "name[ru]": name_of(service.database, "linden-honey"),
        "sku.TWIN-1.net_value": 1, "sku.TWIN-1.net_unit": "g",
    }  # fmt: skip
    batch = batches.apply(service.database.writing, [("twin-honey", twin)], 1, kind="import", source="test")
    page = enter()
    page.goto(f"{service.address}/catalogue/duplicates?lang=ru")
    page.get_by_role("button", name="Влить twin-honey в linden-honey").click()
    with service.database.reading() as session:
        assert find_product(session, "twin-honey").key == "linden-honey"
    page.get_by_role("button", name="Отменить объединение").click()
    with service.database.reading() as session:
        assert find_product(session, "twin-honey").key == "twin-honey"
    page.get_by_role("button", name="Это разные товары").click()
    assert "Похожих карточек не нашлось." in page.locator("main").inner_text()
    assert batch
