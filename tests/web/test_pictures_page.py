"""Pictures of a card as people put them there in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from service.catalog.media.keeping import keep_picture, pictures_of, put_on_card
from service.catalog.media.models import ProductMedia
from tests.pictures import drawn, photo

CARD = "beian-waxy-corn"


@pytest.fixture
def album(service: Any) -> Iterator[str]:
    """The page of a card that has no pictures yet, and has none afterwards."""
    yield f"{service.address}/catalogue/{CARD}/pictures"
    with service.database.writing() as session:
        session.execute(delete(ProductMedia))


def _files(folder: Path, **contents: bytes) -> list[str]:
    paths = []
    for name, content in contents.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content)
        paths.append(str(path))
    return paths


def _loaded(page: Any) -> list[bool]:
    page.locator("article img").last.wait_for()
    return page.evaluate(
        "Promise.all([...document.querySelectorAll('article img')].map("
        "i => { i.loading = 'eager'; return i.decode().then(() => i.naturalWidth > 0 && i.naturalWidth <= 160) }))"
    )


def test_somebody_uploads_two_pictures_describes_one_makes_it_the_main_one_and_takes_the_other_off(
    service: Any, enter: Any, album: str, tmp_path: Path
) -> None:
    page = enter(390)
    page.goto(f"{album}?lang=ru")
    page.get_by_label("Файлы").set_input_files(_files(tmp_path, box_jpg=photo(), label_png=drawn(size=(400, 700))))
    page.get_by_label("Что на них — по-русски").fill("Початок в упаковке")
    page.get_by_role("button", name="Загрузить").click()
    assert page.get_by_role("status").inner_text() == "Фото на карточке."
    cards = page.locator("article")
    assert cards.count() == 2
    assert _loaded(page) == [True, True]
    assert cards.locator("img").first.get_attribute("alt") == "Початок в упаковке"
    second = cards.nth(1)
    assert "label.png · 400 × 700" in second.inner_text()
    second.get_by_label("Назначение").select_option("main")
    second.get_by_label("Что на фото — по-китайски").fill("糯玉米外包装")
    second.get_by_role("button", name="Сохранить").click()
    assert "label.png" in cards.nth(0).inner_text()
    cards.nth(1).get_by_role("button", name="Убрать с карточки").click()
    assert cards.count() == 1
    with service.database.reading() as session:
        [one] = pictures_of(session, CARD)
        assert (one.role, one.alt_zh, one.alt_ru) == ("main", "糯玉米外包装", "Початок в упаковке")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_refused_is_named_and_the_rest_is_kept(enter: Any, album: str, tmp_path: Path) -> None:
    page = enter()
    page.goto(f"{album}?lang=zh")
    files = _files(tmp_path, good_png=drawn(), cut_jpg=photo()[:5000], list_pdf=b"%PDF-1.7")
    page.get_by_label("文件").set_input_files(files)
    page.get_by_role("button", name="上传").click()
    page.wait_for_load_state()
    assert page.locator("article").count() == 1
    said = " ".join(page.get_by_role("alert").all_inner_texts())
    assert "cut.jpg" in said
    assert "list.pdf" in said
    assert "good.png" not in said


def test_the_words_are_the_readers_or_none(service: Any, enter: Any, album: str) -> None:
    with service.database.writing() as session:
        digest = keep_picture(session, name="a.png", content=drawn(colour="#777")).digest
        put_on_card(session, CARD, digest=digest, alt={"ru": "Початок"})
    page = enter()
    for lang, words in (("ru", "Початок"), ("zh", ""), ("en", "")):
        page.goto(f"{album}?lang={lang}")
        assert page.locator("article img").get_attribute("alt") == words
        page.goto(f"{album.removesuffix('/pictures')}?lang={lang}")
        assert page.locator(".pictures img").get_attribute("alt") == words


def test_the_original_stands_upright_in_a_browser_too(service: Any, enter: Any, album: str) -> None:
    """Only the orientation is left of EXIF, and browsers heed it in all three forms."""
    page = enter()
    page.goto(album)
    for number, form in enumerate(("JPEG", "PNG", "WEBP")):
        from PIL import Image

        exif = Image.Exif()
        exif[0x0112] = 6
        content = drawn(form, (300, 200), colour=(200, number, 0), exif=exif.tobytes())
        with service.database.writing() as session:
            digest = keep_picture(session, name="a", content=content).digest
        shown = "async a => { const i = new Image(); i.src = a; await i.decode(); return [i.naturalWidth, i.naturalHeight] }"
        assert page.evaluate(shown, f"/api/v1/media/{digest}") == [200, 300], form
