"""The pages of listings as merchants use them: the matrix, one card, exports, templates and categories, in both languages."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from service.catalog.listing import find_product
from service.inventory.opening import import_opening
from service.jobs.models import Job
from service.jobs.running import run_job
from service.listings.channels import channel
from service.listings.choosing import choice_of, choose
from service.listings.models import ListingExport
from service.people.caller import MACHINE
from tests.listings.categories.made_up import ANSWERS
from tests.listings.filling.templates import a_template, cells
from tests.listings.stall import shop_for
from tests.web.test_compliance_pages import Desk, alert, opened, read

KEY, SKU = "amur-secret", "AMUR-ONE"  # amur's own card
HONEY = "/listings/categories/ozon/family/honey"
PAGES = (
    "/listings", "/listings?channel=douyin&state=blocked&market=CN", f"/listings/cards/{KEY}", f"/listings/ozon/{KEY}",
    f"/listings/generic/{KEY}?market=CN", "/listings/export", "/listings/export?channel=ozon", "/listings/export?channel=yml_feed",
    "/listings/fill", "/listings/categories", "/listings/categories?channel=douyin&q=x", HONEY, f"/listings/categories/ozon/card/{KEY}",
)  # fmt: skip


@pytest.fixture
def desk(server: Any, tmp_path: Path) -> Iterator[Desk]:
    with opened(server, tmp_path) as desk:
        yield desk


@pytest.fixture(scope="module")
def visitor(sqlite_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One desk for tests that leave nothing behind."""
    with opened(sqlite_server, tmp_path_factory.mktemp("visitor")) as desk:
        yield desk


def shop(desk: Desk, key: str = "ozon") -> None:
    """The merchant's shop at a channel, with everything the channel wants to know."""
    with desk.amur.writing() as session:
        shop_for(session, channel(key))


def work(desk: Desk) -> None:
    """Do all that waits."""
    with desk.amur.acting(MACHINE).reading() as session:
        waiting = list(session.scalars(select(Job.id).where(Job.state == "queued")))
    for number in waiting:
        run_job(desk.amur, desk.client.app.state.queue, number)  # type: ignore[attr-defined]


def answer(desk: Desk, subject: str, what: Any = None, **fields: str) -> Any:
    """Send a platform's saved answer."""
    content = json.dumps(ANSWERS["ozon", subject] if what is None else what).encode()
    form = {"channel": "ozon", "subject": subject, "language": "ru", **fields}
    return desk.send("/listings/categories/uploads", form, file=("answer.json", content))


def known(desk: Desk) -> None:
    """Ozon's tree, what it asks of honey, and the brands it knows."""
    assert answer(desk, "tree").status_code == 200
    assert answer(desk, "attributes", category="11:97").status_code == 200
    assert answer(desk, "values", category="11:97", attribute="85").status_code == 200
    tastes = {"result": [{"id": 300 + at, "value": f"вкус {at}"} for at in range(100)], "has_next": False}
    assert answer(desk, "values", tastes, category="11:97", attribute="32").status_code == 200


def chosen(desk: Desk, family: str = "honey") -> tuple[str | None, dict[str, Any], int]:
    """What is chosen for a family: category, answers, version."""
    with desk.amur.reading() as session:
        row = choice_of(session, "ozon", family=family)
        return (row.category, dict(row.answers), row.version) if row else (None, {}, 0)


@pytest.mark.parametrize("lang", ["zh", "ru", "en"])
def test_every_page_is_there_for_merchants_and_readers_in_their_language(visitor: Desk, lang: str) -> None:
    for path in PAGES:
        for role in ("merchant", "streamer"):
            page = visitor.get(path, lang, role)
            assert page.status_code == 200, (path, role)
            assert "aria-current" in page.text
    assert {"zh": "哪些商品可以在哪里上架", "ru": "Что и где можно выставить", "en": "What may be listed where"}[lang] in visitor.plain("/listings", lang)  # fmt: skip


def test_who_has_no_right_is_shown_neither_pages_nor_the_way_to_them(visitor: Desk) -> None:
    for path in (*PAGES, "/shops"):
        assert visitor.get(path, role="trainer").status_code == 403, path
    assert 'href="/listings"' not in visitor.get("/account", role="trainer").text
    assert 'href="/listings"' in visitor.get("/account", role="streamer").text
    forms: dict[str, dict[str, Any]] = {
        "/listings/export": {"channel": "ozon"}, "/listings/fill/uploads": {"channel": "ozon"}, "/listings/categories/uploads": {"channel": "ozon"},
        f"{HONEY}/category": {"version": 0, "category": "1"}, f"{HONEY}/answers": {"version": 0}, f"{HONEY}/suggestions": {"version": 0},
    }  # fmt: skip
    for path, fields in forms.items():
        assert visitor.send(path, fields, role="streamer").status_code == 403, path
    for path in ("/listings/export?channel=ozon", "/listings/fill", "/listings/categories", HONEY):
        assert 'method="post"' not in visitor.get(path, role="streamer").text.partition("<main")[2], path


def test_the_matrix_finds_cards_by_name_sku_and_key_and_counts_what_it_finds(visitor: Desk) -> None:
    for words in ("кукуруза восковая", SKU.lower(), "amur-sec"):
        page = visitor.get(f"/listings?market=RU&q={quote(words)}").text
        assert f'href="/listings/cards/{KEY}?market=RU"' in page, words
    one = visitor.plain("/listings?market=RU&q=amur-sec")
    assert "1 карточка" in one
    assert "✗ 1" in one  # counted with the filter
    assert f"/listings/cards/{KEY}" not in visitor.get("/listings?market=RU&q=amur-sec&state=ready").text
    assert "Под этот отбор не подходит ни одна карточка" in visitor.plain("/listings?market=RU&q=qqqqqq")
    first = visitor.get("/listings?market=RU").text
    further = re.search(r'rel="next" href="([^"]+)"', first)
    assert further is not None
    second = visitor.get(html.unescape(further[1])).text
    cards = [set(re.findall(r'href="/listings/cards/([^"?]+)', page)) for page in (first, second)]
    assert len(cards[0]) == 30
    assert cards[1]
    assert not cards[0] & cards[1]


def test_states_are_as_they_are_now_however_often_they_were_counted(desk: Desk) -> None:
    with desk.amur.writing() as session:
        import_opening(session)
    before = desk.plain(f"/listings?market=RU&q={KEY}&channel=ozon")
    assert "Шаблон" not in before
    shop(desk)
    after = desk.plain(f"/listings?market=RU&q={KEY}&channel=ozon")
    assert before != after  # the shop told what the channel demands


@pytest.mark.parametrize(
    ("lang", "parts"), [("zh", ("法律不允许", "我方资料不全")), ("ru", ("Нарушает закон", "Не хватает у нас"))]
)
def test_a_card_tells_its_reasons_by_kind_and_where_each_is_mended(
    visitor: Desk, lang: str, parts: tuple[str, str]
) -> None:
    page = visitor.get(f"/listings/cards/{KEY}?market=RU", lang).text
    assert all(part in read(page) for part in parts)
    assert "amurlive " not in read(page)  # commands are for terminals
    assert "item." not in read(page)  # facts are told by name
    links = set(re.findall(r'<p class="mends">(.*?)</p>', page, re.DOTALL))
    targets = {link for part in links for link in re.findall(r'href="([^"#?]+)', part)}
    assert {f"/catalogue/{KEY}/pictures", "/shops"} <= targets
    for target in targets:
        assert visitor.get(target, lang).status_code == 200, target


def test_a_listing_is_shown_as_buyers_see_it_with_its_limits_and_what_is_not_in_it(visitor: Desk) -> None:
    page = visitor.get(f"/listings/ozon/{KEY}", "ru").text
    assert re.search(r'<span class="tag fine">\d+ / 500</span>', page)
    assert "99 ₽" in read(page).replace("\xa0", " ")
    assert f"/listings/categories/ozon/card/{KEY}" in page
    for path in ("/listings/nowhere/" + KEY, "/listings/ozon/no-card", "/listings/cards/no-card"):
        assert visitor.get(path).status_code == 404, path


def test_an_export_is_looked_at_made_once_and_fetched_and_the_next_tells_only_what_differs(desk: Desk) -> None:
    preview = "/listings/export?channel=yml_feed"
    shop(desk, "yml_feed")
    assert "Об этом" not in desk.plain(preview)
    before = desk.count(ListingExport)
    for _ in range(2):  # sent twice it is made once
        made = desk.send("/listings/export", {"channel": "yml_feed", "kind": "cards"})
        assert made.status_code == 303
    assert desk.count(ListingExport) == before + 1
    page = desk.get(made.headers["location"])
    link = re.search(r'href="(/api/v1/exports/\d+/file)"', page.text)
    assert link is not None
    assert b"<yml_catalog" in desk.get(link[1]).content
    assert "правила взяты" in read(page.text)
    assert f"№ {made.headers['location'].rpartition('/')[2]}" in desk.plain("/listings/export")


def test_a_refused_export_says_why_and_keeps_what_was_chosen(visitor: Desk) -> None:
    before = visitor.count(ListingExport)
    refused = visitor.send("/listings/export", {"channel": "yml_feed", "kind": "stock"})
    assert refused.status_code == 422
    assert "yml_feed" in alert(refused)
    assert '<option value="stock" selected>' in refused.text
    for fields, status in (({"channel": "nowhere"}, 404), ({"channel": "ozon", "shop": "no-shop"}, 404), ({"channel": "ozon", "kind": "x"}, 404)):  # fmt: skip
        assert visitor.send("/listings/export", fields).status_code == status, fields
        query = "&".join(f"{name}={value}" for name, value in fields.items())
        assert visitor.get(f"/listings/export?{query}").status_code == status, fields
    assert visitor.get("/listings/export/999999").status_code == 404
    assert visitor.count(ListingExport) == before


def test_a_template_comes_back_filled_with_a_report_and_columns_are_named_by_hand(desk: Desk) -> None:
    shop(desk)
    with desk.amur.writing() as session:
        choose(session, "ozon", family="honey", extras={"type": "97"})
    template = a_template([["Артикул*", "Название товара", "Цена, руб.*", "Тип чего-то*"]])
    sent = desk.send("/listings/fill/uploads", {"channel": "ozon", "products": ""}, file=("шаблон.xlsx", template))
    assert sent.status_code == 303
    place = sent.headers["location"]
    assert 'data-state="queued"' in desk.get(place).text
    work(desk)
    page = desk.get(place)
    assert page.status_code == 200
    assert "Тип чего-то" in page.text
    assert "обязательно" in read(page.text)
    file = re.search(r'href="(/api/v1/jobs/\d+/file)"', page.text)
    assert file is not None
    assert cells(desk.get(file[1]).content)[0][0] == "Артикул*"
    again = desk.post(f"{place}/columns", {"header": ["Тип чего-то*"], "field": ["extra.type"]})
    assert again.status_code == 303
    assert again.headers["location"] != place
    work(desk)
    assert "Тип чего-то" not in re.findall(r'<input type="hidden" name="header" value="([^"]*)"', desk.get(again.headers["location"]).text)  # fmt: skip


def test_a_refused_template_keeps_what_was_typed(visitor: Desk) -> None:
    lost = visitor.send(
        "/listings/fill/uploads", {"channel": "ozon", "products": "no-such-card"}, file=("a.xlsx", b"x")
    )
    assert lost.status_code == 404
    assert "no-such-card" in alert(lost)
    assert "no-such-card</textarea>" in lost.text
    assert '<option value="ozon" selected>' in lost.text
    assert "«a.xlsx» ещё раз" in read(lost.text)
    assert visitor.post("/listings/fill/uploads", {"channel": "ozon"}).status_code == 422
    assert visitor.get("/listings/fill/uploads?lang=zh").url.path == "/listings/fill"


def test_a_bad_template_fails_in_words(desk: Desk) -> None:
    sent = desk.send("/listings/fill/uploads", {"channel": "ozon"}, file=("a.xlsx", b"not a workbook"))
    work(desk)
    assert "a.xlsx" in alert(desk.get(sent.headers["location"]))


def test_answers_of_a_platform_are_imported_and_what_differs_is_told(desk: Desk) -> None:
    first = answer(desk, "tree")
    assert "Новых: 4" in read(first.text)
    assert "без изменений: 4" in read(answer(desk, "tree").text)
    bad = desk.send("/listings/categories/uploads", {"channel": "ozon", "subject": "attributes", "category": "11:97"}, file=("bad.json", b"{"))  # fmt: skip
    assert bad.status_code == 422
    assert "bad.json" in alert(bad)
    assert 'value="11:97"' in bad.text
    assert '<option value="attributes" selected>' in bad.text
    assert desk.post("/listings/categories/uploads", {"channel": "ozon"}).status_code == 422
    found = desk.plain("/listings/categories?channel=ozon&q=мёд")
    assert "Продукты / Сладости / Мёд 11:97" in found


def test_a_category_is_found_chosen_and_answered_step_by_step(desk: Desk) -> None:
    known(desk)
    assert 'name="category" value="11:97"' in desk.get(f"{HONEY}?q=мёд").text
    assert desk.post(f"{HONEY}/category", {"version": 0, "category": "11:97"}).status_code == 303
    page = desk.plain(HONEY)
    assert "не заполнена 1 обязательная характеристика" in page
    assert "Бренд обязательно ← бренд" in page
    assert desk.post(f"{HONEY}/suggestions", {"version": chosen(desk)[2]}).status_code == 303
    assert chosen(desk)[:2] == ("11:97", {"85": {"fact": "brand"}})
    assert "все обязательные характеристики заполнены" in desk.plain(HONEY)
    search = desk.get(f"{HONEY}/values/32?q=вкус 42").text
    assert 'name="value" value="342"' in search
    assert 'name="value" value="343"' not in search
    for value in ("342", "343"):  # up to two may be given
        taken = desk.post(f"{HONEY}/values/32", {"version": chosen(desk)[2], "value": value})
        assert taken.status_code == 303
    assert chosen(desk)[1]["32"] == {"value_id": ["342", "343"]}
    assert 'value="вкус 42; вкус 43"' in desk.get(HONEY).text
    rows = {"attribute": ["85", "31", "32", "33"], "fact": ["", "", "", ""], "value": ["id:5001", "3.5", "вкус 42; вкус 43", "true"], "unit": [""] * 4}  # fmt: skip
    assert desk.post(f"{HONEY}/answers", {"version": chosen(desk)[2], **rows}).status_code == 303
    assert chosen(desk)[1] == {
        "85": {"value_id": "5001"}, "31": {"value": "3.5"}, "32": {"value_id": ["342", "343"]}, "33": {"value": "true"},
    }  # fmt: skip


def test_refused_answers_stay_in_the_form_beside_what_is_wrong(desk: Desk) -> None:
    known(desk)
    desk.post(f"{HONEY}/category", {"version": 0, "category": "11:97"})
    rows = {
        "attribute": ["85", "31"],
        "fact": ["brand", ""],
        "value": ["", "много"],
        "unit": ["", ""],
        "field": [],
        "extra": [],
    }
    refused = desk.post(f"{HONEY}/answers", {"version": 1, **rows})
    assert refused.status_code == 422
    assert "не число" in alert(refused)
    assert 'value="много"' in refused.text
    assert '<option value="brand" selected>' in refused.text
    assert chosen(desk)[1] == {}
    late = desk.post(f"{HONEY}/answers", {"version": 7, **rows})
    assert late.status_code == 412
    assert "осталось ниже" in alert(late)
    assert 'value="много"' in late.text
    assert desk.post(f"{HONEY}/category", {"version": 1, "category": "no"}).status_code == 404
    assert desk.get("/listings/categories/ozon/family/no_such").status_code == 404
    assert desk.get(f"{HONEY}/values/999").status_code == 404


def test_a_card_stands_above_its_family_and_may_answer_nothing(desk: Desk) -> None:
    known(desk)
    with desk.amur.reading() as session:
        family = find_product(session, KEY).family_key
    whole, own = f"/listings/categories/ozon/family/{family}", f"/listings/categories/ozon/card/{KEY}"
    assert desk.post(f"{whole}/category", {"version": chosen(desk, family)[2], "category": "11:97"}).status_code == 303
    assert desk.post(f"{whole}/suggestions", {"version": chosen(desk, family)[2]}).status_code == 303
    with desk.amur.writing() as session:
        choose(session, "ozon", product=find_product(session, KEY))  # nothing of its own
    assert "Из семейства: бренд" in desk.plain(own)
    rows = {"attribute": ["85"], "fact": ["-"], "value": [""], "unit": [""]}
    with desk.amur.reading() as session:
        row = choice_of(session, "ozon", product=find_product(session, KEY))
        version = row.version if row else 0
    assert desk.post(f"{own}/answers", {"version": version, **rows}).status_code == 303
    with desk.amur.reading() as session:
        mine = choice_of(session, "ozon", product=find_product(session, KEY))
        theirs = choice_of(session, "ozon", family=family)
        assert mine is not None
        assert theirs is not None
        assert (mine.answers, theirs.answers) == ({"85": None}, {"85": {"fact": "brand"}})
    assert '<option value="-" selected>' in desk.get(own).text


@pytest.mark.parametrize("lang", ["zh", "ru"])
def test_listings_are_read_on_a_phone_without_scrolling_sideways(service: Any, enter: Any, lang: str) -> None:
    page = enter(390)
    for path in ("/listings", "/listings/cards/alyonka-chocolate", "/listings/douyin/alyonka-chocolate", "/listings/export?channel=ozon", "/listings/categories/ozon/family/honey", "/shops"):  # fmt: skip
        page.goto(f"{service.address}{path}{'&' if '?' in path else '?'}lang={lang}")
        assert page.locator("main h1").count() == 1, path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_labels_headings_and_ids_are_in_order_for_readers_who_do_not_see(service: Any, enter: Any) -> None:
    page = enter()
    for path in ("/listings", "/listings/cards/alyonka-chocolate", "/listings/ozon/alyonka-chocolate", "/listings/export?channel=ozon", "/listings/fill", "/listings/categories", "/shops"):  # fmt: skip
        page.goto(f"{service.address}{path}{'&' if '?' in path else '?'}lang=ru")
        faults = page.evaluate(
            """() => {
                const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
                const twice = ids.filter((one, at) => ids.indexOf(one) !== at);
                const bare = [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
                    .filter(one => !one.labels.length && !one.getAttribute('aria-label')).map(one => one.name);
                const lost = [...document.querySelectorAll('[aria-labelledby]')]
                    .filter(one => !document.getElementById(one.getAttribute('aria-labelledby'))).map(one => one.outerHTML.slice(0, 80));
                const mute = [...document.querySelectorAll('main a, main button')].filter(one => !one.textContent.trim()).map(one => one.outerHTML.slice(0, 80));
                return {twice, bare, lost, mute};
            }"""
        )  # fmt: skip
        assert not any(faults.values()), (path, faults)
