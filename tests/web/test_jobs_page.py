"""Background work as people follow it in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_somebody_starts_a_job_sees_it_end_and_fetches_the_file(service: Any, enter: Any) -> None:
    page = enter()
    page.goto(f"{service.address}/jobs?lang=ru")
    page.get_by_role("button", name="Документы эфиров одним файлом").click()
    card = page.locator("[data-job]").first
    page.locator("[data-job][data-state=done]").first.wait_for(timeout=60_000)
    assert "готово" in card.inner_text()
    with page.expect_download() as download:
        card.get_by_role("link", name="Скачать").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
