"""Brands, licences and certificates as a merchant keeps them in a browser."""

from __future__ import annotations

from typing import Any

import pytest

from service.catalog.brands.api import today
from service.catalog.brands.models import Certificate, Licence
from service.catalog.brands.papers import papers_of
from service.catalog.brands.samples import import_samples
from service.database import Database


@pytest.fixture
def without_papers(service: Any) -> Any:
    yield
    with service.database.writing() as session:
        for table in (Licence, Certificate):
            for row in session.query(table):
                session.delete(row)


def licences(database: Database) -> list[str]:
    with database.reading() as session:
        return [row.number for row in session.query(Licence)]


@pytest.mark.parametrize(("lang", "story"), [("zh", "极境寒养·北安"), ("ru", "Цзицзин ханьян · Бэйань")])
def test_brand_lines_are_read_in_both_languages_on_a_phone(service: Any, enter: Any, lang: str, story: str) -> None:
    page = enter(390)
    page.goto(f"{service.address}/brands?lang={lang}")
    assert story in page.locator("main").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_licence_is_given_and_what_it_covers_is_no_longer_named(
    service: Any, enter: Any, without_papers: None
) -> None:
    page = enter()
    page.goto(f"{service.address}/brands/jijing-hanyang?lang=ru")
    page.get_by_label("Номер").fill("П-1")
    page.get_by_label("Лицензиат").fill("Парк (образец)")
    page.get_by_label("Код организации в системе").fill("park")
    page.locator("input[name=valid_from]").fill("2026-12-31")
    page.locator("input[name=valid_to]").fill("2026-01-01")
    page.get_by_label("Где это видно").fill("образец")
    page.get_by_role("button", name="Сохранить").click()
    assert "раньше первого" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Лицензиат").input_value() == "Парк (образец)"
    assert licences(service.database) == []
    page.locator("input[name=valid_from]").fill("2026-01-01")
    page.locator("input[name=valid_to]").fill("2099-12-31")
    page.get_by_role("button", name="Сохранить").click()
    assert licences(service.database) == ["П-1"]
    page.goto(f"{service.address}/brands")
    assert page.get_by_text("Под брендом без лицензии").count() == 0


def test_a_licence_is_put_into_the_form_and_changed_whole(service: Any, enter: Any, without_papers: None) -> None:
    with service.database.writing() as session:
        import_samples(session, on=today())
    page = enter(390)
    page.goto(f"{service.address}/brands/jijing-hanyang-sunwu?lang=zh")
    assert "还剩 20 天" in page.locator("article").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("link", name="填入表单修改").click()
    page.get_by_label("状态").select_option("suspended")
    page.get_by_role("button", name="保存").click()
    assert "暂停" in page.locator("article").first.inner_text()
    with service.database.reading() as session:
        [changed] = session.query(Licence).where(Licence.number == "样例-授权-2")
        assert (changed.state, changed.families, changed.organisation_key) == ("suspended", ["drinks"], "park")
        assert changed.licensee.startswith("样例沙棘加工厂")


def test_what_ends_soon_stands_on_the_page_in_words(service: Any, enter: Any, without_papers: None) -> None:
    with service.database.writing() as session:
        import_samples(session, on=today())
    page = enter()
    page.goto(f"{service.address}/brands?lang=ru")
    soon = page.locator("section", has_text="Скоро истекают").first.inner_text()
    assert "истёк 6 дней назад" in soon
    assert "осталось 5 дней" in soon
    assert "Лицензия бренда «Цзицзин ханьян · Суньу»" in soon
    page.goto(f"{service.address}/papers?soon=true")
    assert page.locator("article").count() == 3
    assert "ОБРАЗЕЦ-ЕАЭС-2/26" in page.locator("main").inner_text()


def test_a_number_that_cannot_be_one_is_refused_under_its_label(service: Any, enter: Any) -> None:
    page = enter()
    page.goto(f"{service.address}/papers?lang=ru")
    for label, value in (("Номер", "/"), ("Кем выдан", "образец"), ("Держатель", "образец")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Сохранить").last.click()
    assert page.get_by_role("alert").inner_text().startswith("Номер: ")
    assert page.get_by_label("Держатель", exact=True).input_value() == "образец"


def test_a_certificate_is_kept_and_looked_up(service: Any, enter: Any, without_papers: None) -> None:
    page = enter(390)
    page.goto(f"{service.address}/papers?lang=zh")
    for label, value in (
        ("编号", "EAC-1"),
        ("发证机构", "样例机构"),
        ("持有人", "样例厂"),
        ("至（最后一天）", "2026-11-30"),
    ):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("适用的商品卡").fill("linden-honey")
    page.get_by_role("button", name="保存").last.click()
    with service.database.reading() as session:
        assert [paper.number for paper in papers_of(session, "linden-honey")] == ["EAC-1"]
    page.get_by_text("我刚查过").click()
    page.get_by_label("查询的登记系统").fill("样例登记系统")
    page.get_by_role("button", name="保存").first.click()
    assert "样例登记系统" in page.locator("article").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
