"""The catalogue's pages as merchants and streamers use them, over HTTP and in a browser, in both languages."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.catalog.editing import edit_card
from service.catalog.listing import product_card
from service.database import Database
from service.people.operating import acting
from service.settings import Settings
from tests.crew import bearer

KEY = "amur-secret"  # amur's own card
EDIT = f"/catalogue/{KEY}/edit"


class House:
    """One merchant's browser and database."""

    def __init__(self, client: TestClient, database: Database, tokens: Any) -> None:
        self.client, self.tokens, self.amur = client, tokens, acting(database, "amur")

    def get(self, path: str, lang: str = "ru", role: str = "merchant", house: str = "amur") -> Any:
        headers = {**bearer(self.tokens[house, role], lang), "accept": "text/html"}
        return self.client.get(path, headers=headers)

    def post(self, path: str, data: dict[str, Any], lang: str = "ru", role: str = "merchant") -> Any:
        page = self.get("/account", lang, role).text
        token = re.search(r'name="csrf" value="([^"]+)"', page)
        assert token is not None
        headers = {**bearer(self.tokens["amur", role], lang), "accept": "text/html"}
        return self.client.post(path, data={"csrf": token[1], **data}, headers=headers, follow_redirects=False)

    def form(self, path: str = EDIT) -> dict[str, Any]:
        """Everything a browser would send of the form as it stands."""
        return sent(self.get(path).text)

    def card(self) -> dict[str, Any]:
        with self.amur.reading() as session:
            return product_card(session, KEY)

    def text(self, field: str, locale: str) -> dict[str, Any]:
        return next(t for t in self.card()["texts"] if (t["field"], t["locale"]) == (field, locale))

    def change(self, **fields: Any) -> None:
        """Somebody else changes the card."""
        with self.amur.writing() as session:
            edit_card(
                session, KEY, {path.replace("_zh", "[zh]").replace("_ru", "[ru]"): v for path, v in fields.items()}
            )


def sent(page: str) -> dict[str, Any]:
    """What a browser sends of the edit form of a page."""
    form = page[page.index('<form class="edit"') :]
    data: dict[str, Any] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form):
        data[name] = [value] if name.startswith("f.") else value
    for tag in re.findall(r"<input [^>]*type=\"text\"[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        assert name
        assert value
        data[name[1]] = html.unescape(value[1])
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        data[name] = html.unescape(value)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        data[name] = chosen[1] if chosen else ""
    for name, value in re.findall(r'type="checkbox" name="(f\.[^"]+)" value="([^"]+)" checked', form):
        data.setdefault(name, []).append(value)
    data.pop("csrf")
    return data


@pytest.fixture
def house(server: Any, tmp_path: Path) -> Iterator[House]:
    url = server.create("manned")
    settings = Settings(database_url=url, secret_file=tmp_path / "key", out_dir=tmp_path, log_level="ERROR", workers=0)
    database = Database(url)
    with TestClient(create_app(settings)) as client:
        yield House(client, database, server.tokens)
    database.close()


@pytest.mark.parametrize(
    ("lang", "family", "missing"), [("zh", "蜂蜜", "缺俄文名"), ("ru", "Мёд", "нет русского названия")]
)
def test_a_missing_name_is_said_to_be_missing(house: House, lang: str, family: str, missing: str) -> None:
    assert family in house.get("/catalogue?family=honey", lang).text
    house.change(name_ru=None)
    assert missing in house.get("/catalogue?own=true", lang).text
    assert missing in house.get(f"/catalogue/{KEY}", lang).text


def test_links_keep_the_filter_and_pages_go_on(house: House) -> None:
    page = house.get("/catalogue?line=russian_goods&storage=ambient").text
    assert "line=russian_goods&amp;family=" in page  # chooses a family as well
    assert 'href="/catalogue?storage=ambient"' in page  # takes the line away
    first = house.get("/catalogue").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = house.get(html.unescape(following[1])).text
    shown = [set(re.findall(r'class="names" href="([^"]+)"', page)) for page in (first, second)]
    assert len(shown[0]) == 50
    assert shown[1]
    assert not shown[0] & shown[1]


def test_words_find_cards_and_nothing_found_says_what_to_try(house: House) -> None:
    assert 'lang="ru">Мёд' in house.get("/catalogue?q=мёда").text
    assert "没搜到" in house.get("/catalogue?q=qqqqqq", "zh").text


def test_the_fixed_rooms_are_not_taken_for_cards(house: House) -> None:
    assert "Новая карточка" in house.get("/catalogue/new").text
    assert "Насколько готовы" in house.get("/catalogue/readiness").text


def test_the_dashboard_leads_to_the_cards_that_lack_a_field(house: House) -> None:
    page = house.get("/catalogue/readiness").text
    link = re.search(r'href="([^"]*lacking=ozon.ru[^"]*gap=sku.gtin[^"]*)"', page)
    assert link is not None
    assert f'href="/catalogue/{KEY}"' in house.get(html.unescape(link[1])).text


@pytest.mark.parametrize("lang", ["zh", "ru"])
def test_a_streamer_reads_and_may_not_write(house: House, lang: str) -> None:
    page = house.get(f"/catalogue/{KEY}", lang, "streamer").text
    assert f'href="{EDIT}"' not in page
    assert "/review" not in page
    assert house.get(EDIT, lang, "streamer").status_code == 403
    for path in (EDIT, f"/catalogue/{KEY}/review", f"/catalogue/{KEY}/history/1/restore", "/catalogue/new"):
        data = {"version": "1", "f.name[ru]": "x"}
        assert house.post(path, data, lang, "streamer").status_code == 403


def test_a_shared_card_is_read_only_and_says_whose_it_is(house: House) -> None:
    page = house.get("/catalogue/beian-waxy-corn", "zh").text
    assert "共享" in page
    assert "/catalogue/beian-waxy-corn/edit" not in page


def test_a_card_of_two_hundred_skus_is_saved(house: House) -> None:
    """Its form has more fields than Starlette reads unasked."""
    more = {
        f"sku.AM-MANY-{at}.{name}": value for at in range(190) for name, value in (("net_value", 1), ("net_unit", "g"))
    }
    with house.amur.writing() as session:
        edit_card(session, KEY, more)
    form = house.form()
    assert len(form) > 2000
    assert house.post(EDIT, form | {"f.name[ru]": "Шоколад «Много»"}).status_code == 303
    assert house.text("name", "ru")["value"] == "Шоколад «Много»"


def test_only_what_was_changed_is_saved(house: House) -> None:
    form = house.form()
    before = house.card()
    answer = house.post(EDIT, form)
    assert answer.status_code == 303
    assert house.card()["version"] == before["version"]
    answer = house.post(EDIT, form | {"f.name[ru]": "Шоколад «Проба»", "f.facts.hs_code": "180632", "reviewed": "true"})
    assert answer.headers["location"] == f"/catalogue/{KEY}?said=saved"
    after = house.card()
    assert after["name"]["ru"] == "Шоколад «Проба»"
    assert after["hs"]["code"] == "180632"
    assert house.text("name", "ru")["reviewer"] == "merchant amur"
    assert after["allergens"] == before["allergens"]


def test_people_type_as_in_a_sheet_and_repairs_are_told(house: House) -> None:
    sku = house.card()["skus"][0]["sku"]
    form = house.form() | {f"f.sku.{sku}.gross_g": " 1 200 ", "f.facts.brand_key": "аурa"}
    answer = house.post(EDIT, form)
    assert answer.status_code == 200
    assert "aypa" in answer.text
    assert "кириллически" in answer.text


def test_sides_of_packs_are_typed_and_shown(house: House) -> None:
    first = house.card()["skus"][0]
    sku, before = first["sku"], first["size"]
    form = house.form()
    assert [form[f"f.sku.{sku}.{side}_mm"] for side in before] == [str(side) for side in before.values()]
    sides = {"length": "310", "width": "", "height": " 125 "}
    assert (
        house.post(EDIT, form | {f"f.sku.{sku}.{side}_mm": typed for side, typed in sides.items()}).status_code == 303
    )
    assert house.card()["skus"][0]["size"] == {"length": 310, "width": None, "height": 125}
    page = house.get(f"/catalogue/{KEY}").text
    assert "Длина × ширина × высота, мм" in page
    assert "310 × — × 125" in page
    assert "包装长（毫米）" in house.get(f"/catalogue/{KEY}/history/{house.card()['version']}", "zh").text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("f.facts.hs_code", "12", "hs_code"),
        ("f.name[zh]", "x" * 2001, "name.zh"),
        ("f.facts.temperature_min", "50", "temperature_min"),
    ],
)
def test_faults_come_back_beside_the_field_with_what_was_typed(house: House, field: str, value: str, said: str) -> None:
    before = house.card()
    answer = house.post(EDIT, house.form() | {field: value, "f.short_name[ru]": "Новое слово"})
    assert answer.status_code == 422
    assert f"{said}-wrong" in answer.text
    assert "Новое слово" in answer.text
    assert house.card() == before


def test_nothing_typed_is_lost_when_somebody_was_faster(house: House) -> None:
    form = house.form() | {"f.name[ru]": "Моё название", "f.description[ru]": "Моё описание"}
    house.change(name_ru="Чужое название", short_name_ru="Чужое краткое")
    answer = house.post(EDIT, form)
    assert answer.status_code == 412
    page = answer.text
    assert "Чужое название" in page
    again = sent(page)
    assert again["f.name[ru]"] == "Моё название"
    assert again["f.description[ru]"] == "Моё описание"
    assert again["f.short_name[ru]"] == "Чужое краткое"
    assert 'name="take.name[ru]" value="theirs"' in page
    assert 'name="take.short_name[ru]"' not in page
    assert house.card()["name"]["ru"] == "Чужое название"
    assert house.post(EDIT, again | {"take.name[ru]": "theirs"}).status_code == 303
    assert house.card()["name"]["ru"] == "Чужое название"
    assert house.text("description", "ru")["value"] == "Моё описание"
    assert house.text("short_name", "ru")["value"] == "Чужое краткое"


def test_ones_own_words_may_be_saved_over_the_others(house: House) -> None:
    form = house.form() | {"f.name[ru]": "Моё название"}
    house.change(name_ru="Чужое название")
    again = sent(house.post(EDIT, form).text)
    assert house.post(EDIT, again | {"take.name[ru]": "mine"}).status_code == 303
    assert house.card()["name"]["ru"] == "Моё название"


def test_a_stale_text_shows_the_change_of_its_source_until_somebody_answers_for_it(house: House) -> None:
    source = house.card()["source_locale"]
    other = "zh" if source == "ru" else "ru"
    old = house.text("description", source)["value"]
    house.change(**{f"description_{source}": old + (" Новинка." if source == "ru" else "新品。")})
    page = house.get(f"/catalogue/{KEY}").text
    assert "<ins>" in page
    assert "оригинал с тех пор изменился" in page
    version = house.card()["version"]
    stale = house.post(f"/catalogue/{KEY}/review", {"version": str(version - 1), "text": f"description[{other}]"})
    assert stale.status_code == 412
    done = house.post(f"/catalogue/{KEY}/review", {"version": str(version), "text": f"description[{other}]"})
    assert done.status_code == 303
    assert not house.text("description", other)["stale"]
    assert house.text("description", other)["reviewer"] == "merchant amur"


def test_locking_says_nothing_about_who_answers_for_the_words(house: House) -> None:
    house.change(name_ru="Черновик")
    data = {"version": str(house.card()["version"]), "text": "name[ru]", "lock": "true"}
    assert house.post(f"/catalogue/{KEY}/lock", data).status_code == 303
    assert (house.text("name", "ru")["locked"], house.text("name", "ru")["reviewer"]) == (True, None)
    assert "f.name[ru]" not in house.form()
    data["version"] = str(house.card()["version"])
    assert house.post(f"/catalogue/{KEY}/lock", data | {"lock": "false"}).status_code == 303
    assert not house.text("name", "ru")["locked"]


def test_any_revision_is_shown_with_marks_and_brought_back(house: House) -> None:
    name = house.card()["name"]["zh"]
    house.change(name_zh=name + "甲")
    assert "名称" in house.get(f"/catalogue/{KEY}/history", "zh").text
    assert "<ins>甲</ins>" in house.get(f"/catalogue/{KEY}/history/{house.card()['version']}", "zh").text
    before = house.card()["version"]
    path = f"/catalogue/{KEY}/history/{before - 1}/restore"
    assert house.post(path, {"version": str(before)}).headers["location"].endswith("said=restored")
    assert house.card()["name"]["zh"] == name


NEW = {
    "f.line": "russian_goods", "f.family": "honey", "f.name[ru]": "Мёд гречишный", "f.new.sku": "nm-1", "f.new.net_value": "500",
    "f.new.net_unit": "g", "f.new.length_mm": "85", "f.new.width_mm": "85", "f.new.height_mm": "100",
}  # fmt: skip


def test_a_card_begins_with_little(house: House) -> None:
    assert house.post("/catalogue/new", NEW).headers["location"] == "/catalogue/nm-1?said=made"
    with house.amur.reading() as session:
        card = product_card(session, "nm-1")
    assert card["skus"][0]["sku"] == "NM-1"
    assert card["skus"][0]["size"] == {"length": 85, "width": 85, "height": 100}
    assert (card["source_locale"], card["origin"]["country"]) == ("ru", "RU")
    assert "缺中文名" in house.get("/catalogue/nm-1", "zh").text
    assert house.post("/catalogue/new", NEW).status_code == 409


@pytest.mark.parametrize(
    ("change", "place"),
    [({"f.family": ""}, "f-family"), ({"f.name[ru]": ""}, "f-name.zh"), ({"f.new.sku": ""}, "f-new.sku"),
     ({"f.new.net_value": ""}, "f-new.net_value"), ({"f.line": "jijing_hanyang"}, "f-facts.county")],
)  # fmt: skip
def test_what_a_new_card_lacks_is_said_beside_the_field(house: House, change: dict[str, str], place: str) -> None:
    answer = house.post("/catalogue/new", NEW | change)
    assert answer.status_code == 422
    assert f'id="{place}-wrong"' in answer.text


# In a browser


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("lang", ["zh", "ru"])
def test_a_merchant_finds_reads_and_changes_a_card(
    service: Any, enter: Callable[..., Any], lang: str, width: int
) -> None:
    page = enter(width)
    page.goto(f"{service.address}/catalogue?lang={lang}")
    assert page.evaluate("document.activeElement.name") == "q"
    page.locator("#q").fill("alenka")
    page.locator("#q").press("Enter")
    page.locator("a.names").first.click()
    assert "阿廖卡" in page.locator("h1").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="编辑" if lang == "zh" else "Изменить").click()
    field = page.locator("[name='f.description[ru]']")
    said = f"Плитка для чая, {lang} {width}."
    field.fill(said)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".send button").click()
    page.get_by_role("status").wait_for()
    page.locator(".words", has_text=said).first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1280])
def test_the_filter_opens_on_a_phone_and_stands_beside_the_list_on_a_desk(service: Any, enter: Any, width: int) -> None:
    page = enter(width)
    page.goto(f"{service.address}/catalogue?lang=ru")
    if width == 390:
        page.locator("summary", has_text="Отбор").click()
    page.get_by_role("link", name="Мёд").first.click()
    page.wait_for_url("**family=honey**")
    assert page.locator(".goods li a.names").count() >= 1
    for path in ("/catalogue/new", "/catalogue/readiness", "/catalogue/vologda-condensed-milk/history"):
        page.goto(f"{service.address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_field_of_the_form_has_a_label(service: Any, enter: Any) -> None:
    page = enter()
    for path in ("/catalogue/beian-waxy-corn/edit", "/catalogue/new", "/catalogue"):
        page.goto(f"{service.address}{path}")
        unnamed = page.evaluate(
            "[...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]"
            ".filter(e => !e.labels || !e.labels.length).map(e => e.name)"
        )
        assert unnamed == []
        twice = page.evaluate(
            "(ids => ids.filter((x, i) => ids.indexOf(x) !== i))([...document.querySelectorAll('[id]')].map(e => e.id))"
        )
        assert twice == []
