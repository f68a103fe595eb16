"""Signing in, inviting, tokens and the record, as people do it in a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(service: Any, visit: Any) -> None:
    page = visit()
    page.goto(f"{service.address}/account?lang=ru")
    assert page.locator("h1").inner_text() == "Вход"
    page.locator("input[name=login]").fill("admin")
    page.locator("input[name=password]").fill("not the password")
    page.locator("main button").click()
    page.get_by_role("alert").wait_for()
    assert page.locator("input[name=login]").input_value() == "admin"
    page.locator("input[name=password]").fill(service.password)
    page.locator("main button").click()
    assert page.url == f"{service.address}/account"
    page.locator("header form button").click()
    assert "/login" in page.url
    page.goto(f"{service.address}/account")
    assert "/login" in page.url


def test_the_link_from_the_console_lets_in_once(service: Any, visit: Any) -> None:
    link = service.way_in()
    page = visit()
    page.goto(link)
    page.locator("header form button").wait_for()
    page.goto(link)  # whoever is in already is just led in again
    assert page.url == f"{service.address}/"
    stranger = visit()
    stranger.goto(link)
    assert stranger.locator("header form").count() == 0
    cookie = next(c for c in page.context.cookies() if c["name"] == "amurlive")
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"


@pytest.mark.parametrize("lang", ["zh", "ru"])
def test_an_invited_streamer_joins_and_sees_only_what_the_role_allows(
    service: Any, enter: Any, visit: Any, lang: str
) -> None:
    page = enter()
    page.goto(f"{service.address}/people?lang={lang}")
    page.locator("section button").click()
    link = page.locator("code.secret").inner_text()
    guest = visit(360)
    guest.goto(link + f"?lang={lang}")
    guest.locator("input[name=login]").fill(f"lena-{lang}")
    guest.locator("input[name=name]").fill("Лена")
    guest.locator("input[name=password]").fill("short but long enough")
    guest.locator("main button").click()
    assert guest.url == f"{service.address}/"
    links = guest.locator("header .rooms a").evaluate_all("nodes => nodes.map(n => n.getAttribute('href'))")
    assert links == [
        "/",
        "/catalogue",
        "/brands",
        "/stock",
        "/compliance",
        "/listings",
        "/translation",
        "/jobs",
        "/account",
    ]
    assert guest.evaluate("document.documentElement.scrollWidth") <= 360
    answer = guest.goto(f"{service.address}/people")
    assert answer.status == 403
    page.goto(f"{service.address}/people")
    assert page.get_by_role("article", name="Лена").count() >= 1


def test_a_token_is_shown_once_works_and_can_be_revoked(service: Any, enter: Any) -> None:
    page = enter()
    page.goto(f"{service.address}/account?lang=zh")
    page.locator("form[action='/account/tokens'] input[name=name]").fill("ERP")
    page.get_by_label("shows:read").check()
    page.locator("form[action='/account/tokens'] button").click()
    secret = page.locator("code.secret").inner_text()
    assert re.fullmatch(r"amur_[\w-]{43}", secret)
    headers = {"Authorization": f"Bearer {secret}"}
    assert page.request.get(f"{service.address}/api/v1/shows", headers=headers).status == 200
    assert page.request.get(f"{service.address}/api/v1/prices", headers=headers).status == 403
    page.goto(f"{service.address}/account")
    assert secret not in page.content()
    page.locator("td form button").first.click()
    assert page.request.get(f"{service.address}/api/v1/shows", headers=headers).status == 401


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["/people", "/organisations", "/jobs", "/audit", "/account"])
@pytest.mark.parametrize("lang", ["zh", "ru"])
def test_every_page_fits_its_screen(service: Any, enter: Any, path: str, width: int, lang: str) -> None:
    page = enter(width)
    answer = page.goto(f"{service.address}{path}?lang={lang}")
    assert answer.status == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_record_names_what_was_done(service: Any, enter: Any) -> None:
    page = enter()
    page.goto(f"{service.address}/organisations?lang=ru")
    form = page.locator("section form")
    form.locator("input[name=key]").fill("amur-goods")
    form.locator("input[name=name_zh]").fill("阿穆尔俄货（样例）")
    form.locator("input[name=name_ru]").fill("Амурские товары (образец)")
    form.locator("button").click()
    page.get_by_role("article", name="amur-goods").wait_for()
    page.goto(f"{service.address}/audit?action=organisation.made")
    assert page.locator("tbody tr").first.inner_text().count("amur-goods") == 1
    page.locator(".done").wait_for()
