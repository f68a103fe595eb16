"""The start page in a real browser, in both languages, on a phone and on a desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(("lang", "heading"), [("zh", "中俄双语直播脚本"), ("ru", "Сценарии эфиров на двух языках")])
@pytest.mark.parametrize("width", [360, 1280])
def test_somebody_chooses_goods_and_reads_the_script(
    service: Any, enter: Any, lang: str, heading: str, width: int
) -> None:
    page = enter(width)
    page.goto(f"{service.address}/?lang={lang}")
    assert page.locator("h1").inner_text() == heading
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Алёнка" if lang == "ru" else "阿廖卡巧克力 90克").first.check()
    page.locator("input[name=minutes]").fill("10")
    page.locator("main button[type=submit]").click()
    page.locator(".line").nth(5).wait_for()
    assert page.locator(".line .zh").first.inner_text()
    assert page.locator(".line .ru").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_mistake_brings_the_form_back_with_the_choice_and_the_remedy(service: Any, enter: Any) -> None:
    page = enter()
    page.goto(f"{service.address}/?lang=ru")
    page.locator("select[name=pattern]").select_option("brand-jijing")
    page.get_by_label("Алёнка").first.check()
    page.locator("main button[type=submit]").click()
    said = page.get_by_role("alert").inner_text()
    assert "brand-jijing" in said
    assert "Выберите" in said
    assert page.locator("input[name=sku]:checked").count() == 1
    assert page.locator("select[name=pattern]").input_value() == "brand-jijing"
    page.locator("input[name=sku]:checked").uncheck()
    page.locator("main button[type=submit]").click()
    assert page.get_by_role("alert").inner_text()


def test_documents_of_a_kept_show_can_be_fetched(service: Any, enter: Any) -> None:
    page = enter()
    page.goto(f"{service.address}/?lang=zh")
    with page.expect_download() as download:
        page.get_by_role("link", name="DOCX").click()
    path = Path(download.value.path())
    assert path.read_bytes().startswith(b"PK")
    page.get_by_role("link", name="看脚本").click()
    assert page.locator("h1").inner_text().startswith("江边晚间场")
