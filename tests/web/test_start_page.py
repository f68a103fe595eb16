"""The start page in a real browser, in both languages, on a phone and on a desk."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.database import Database
from service.livestream.shows import compose_show, save_show
from service.main_job import sample_shows
from service.resources import root

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed, see .ci/browser"),
]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def address(sqlite_server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # type: ignore[no-untyped-def]
    url = sqlite_server.create("stocked")
    database = Database(url)
    with database.writing() as session:
        compose_show(session, save_show(session, sample_shows()[0]))
    database.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(root("service").parent)}
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "serve", "--port", str(port)], env=environment,
        cwd=tmp_path_factory.mktemp("serve"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            break
        except OSError:
            time.sleep(0.2)
    yield address
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.mark.parametrize(("lang", "heading"), [("zh", "中俄双语直播脚本"), ("ru", "Сценарии эфиров на двух языках")])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_visitor_chooses_goods_and_reads_the_script(
    address: str, browser: Any, lang: str, heading: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    requests: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address}/?lang={lang}")
    assert page.locator("h1").inner_text() == heading
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Алёнка" if lang == "ru" else "阿廖卡巧克力 90克").first.check()
    page.locator("input[name=minutes]").fill("10")
    page.locator("button[type=submit]").click()
    assert page.locator(".line").count() > 5
    assert page.locator(".line .zh").first.inner_text()
    assert page.locator(".line .ru").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert all(url.startswith(address) for url in requests)
    assert faults == []
    page.close()


def test_a_mistake_brings_the_form_back_with_the_choice_and_the_remedy(address: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{address}/?lang=ru")
    page.locator("select[name=pattern]").select_option("brand-jijing")
    page.get_by_label("Алёнка").first.check()
    page.locator("button[type=submit]").click()
    said = page.get_by_role("alert").inner_text()
    assert "brand-jijing" in said
    assert "Выберите" in said
    assert page.locator("input[name=sku]:checked").count() == 1
    assert page.locator("select[name=pattern]").input_value() == "brand-jijing"
    page.locator("input[name=sku]:checked").uncheck()
    page.locator("button[type=submit]").click()
    assert page.get_by_role("alert").inner_text()
    page.close()


def test_documents_of_a_kept_show_can_be_fetched(address: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{address}/?lang=zh")
    with page.expect_download() as download:
        page.get_by_role("link", name="DOCX").click()
    path = Path(download.value.path())
    assert path.read_bytes().startswith(b"PK")
    page.get_by_role("link", name="看脚本").click()
    assert page.locator("h1").inner_text().startswith("江边晚间场")
    page.close()
