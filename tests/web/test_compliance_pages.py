"""The pages of compliance as streamers, merchants and park staff use them, over HTTP and in a browser, in both languages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from service.app import create_app
from service.compliance.declaring import declare, declared, fields_about
from service.compliance.keeping import find_check
from service.compliance.models import AirCorrection, BroadcastReview, ComplianceCheck, Evidence
from service.compliance.reviewing import REVIEWED
from service.compliance.rulebook import find_rule
from service.database import Database
from service.livestream.editing import edit_line
from service.livestream.shows import find_script
from service.settings import Settings
from tests.crew import bearer
from tests.web.test_catalogue_pages import House

SHOW, SKU = "amur-show", "AMUR-ONE"  # amur's own
PAGE = f"/shows/{SHOW}/compliance"
STATE_LEVEL = "CN-AD-ABS-1"  # three words the law itself names; park and administrators clear it, awards prove it
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


class Desk(House):
    """One merchant's desk: `House`, with forms that carry their key and files."""

    def plain(self, path: str, lang: str = "ru", role: str = "merchant") -> str:
        """What stands on a page, as people read it."""
        return read(self.get(path, lang, role).text)

    def send(
        self, path: str, data: dict[str, Any], *, key: str = "1", file: tuple[str, bytes] | None = None, lang: str = "ru",
        role: str = "merchant",
    ) -> Any:  # fmt: skip
        """A form that is taken once; `key` tells which sending it is."""
        number = f"{'0' * 8}-0000-4000-8000-{key:0>12}"
        if file is None:
            return self.post(path, {"key": number, "form": number} | data, lang, role)
        token = re.search(r'name="csrf" value="([^"]+)"', self.get("/account", lang, role).text)
        assert token is not None
        headers = {**bearer(self.tokens["amur", role], lang), "accept": "text/html"}
        form = {"csrf": token[1], "key": number, **data}
        return self.client.post(path, data=form, files={"file": file}, headers=headers, follow_redirects=False)

    def count(self, table: Any) -> int:
        with self.amur.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def step(self, to: str, key: str = "1") -> Any:
        """The button that takes the newest script further."""
        with self.amur.reading() as session:
            script = find_script(session, SHOW)
            seen, version = script.revision, script.version
        return self.send(f"{PAGE}/state", {"version": version, "seen": seen, "to": to}, key=key)


def read(page: str) -> str:
    """The words of a page without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def alert(answer: Any) -> str:
    """What a refused form says first."""
    found = re.search(r'role="alert">(.*?)</div>', answer.text, re.DOTALL)
    assert found is not None, read(answer.text)
    return read(found[1])


@contextmanager
def opened(server: Any, folder: Path) -> Iterator[Desk]:
    url = server.create("manned")
    settings = Settings(database_url=url, secret_file=folder / "key", out_dir=folder, log_level="ERROR", workers=0)
    database = Database(url)
    with TestClient(create_app(settings)) as client:
        yield Desk(client, database, server.tokens)
    database.close()


@pytest.fixture
def desk(server: Any, tmp_path: Path) -> Iterator[Desk]:
    with opened(server, tmp_path) as desk:
        yield desk


@pytest.fixture(scope="module")
def visitor(sqlite_server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One desk for tests that leave nothing behind."""
    with opened(sqlite_server, tmp_path_factory.mktemp("visitor")) as desk:
        yield desk


EVIDENCE: dict[str, Any] = {
    "type": "award", "title": "样例奖状", "source": "样例机构", "locator": "第2页", "rule": [STATE_LEVEL], "skus": "",
    "words": "国家级", "valid_from": "", "valid_to": "2099-12-31", "note": "образец",
}  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "text", "words", "rule", "severity", "unverified"),
    [
        ("zh", "这款椴树蜜是国家级品质", "国家级", STATE_LEVEL, "违规", "规则未核对原文"),
        ("ru", "Этот мёд вылечит от простуды", "вылечит", "RU-AD-MED", "нарушение", "правило не сверено"),
    ],
)
def test_words_are_marked_in_their_line_with_the_rule_and_what_to_say_instead(
    visitor: Desk, lang: str, text: str, words: str, rule: str, severity: str, unverified: str
) -> None:
    answer = visitor.post("/compliance", {lang: f"{text}\n—", "market": "CN"}, lang, "streamer")
    assert answer.status_code == 200
    marked = re.search(r'<mark class="(\w+)">([^<]+)</mark><span class="hitnote[^>]*>([^<]+)', answer.text)
    assert marked is not None
    assert words in marked[2]
    assert severity in marked[3]  # in a word, not only by its colour
    entry, said = find_rule(rule).entry, read(answer.text)
    for pair in (entry.name, entry.article, entry.why, entry.remedy):
        assert " ".join(getattr(pair, lang).split()) in said
    assert entry.safer is not None
    assert entry.safer.zh in said
    assert entry.safer.ru in said
    assert (unverified in said) is not entry.verified


def test_words_in_disguise_are_found_and_said_to_be(visitor: Desk) -> None:
    said = read(visitor.post("/compliance", {"zh": "蕞好吃的奶糖来喽"}, "zh", "streamer").text)
    assert "变体写法" in said
    assert "蕞好" in said


def test_a_clean_line_stands_in_the_result_too_and_as_many_lines_are_pairs(visitor: Desk) -> None:
    page = visitor.post(
        "/compliance", {"zh": "开盖就能闻到花香\n列巴一袋九百克", "ru": "Пахнет цветами\nХлеб 900 г"}, "ru", "streamer"
    ).text
    assert page.count("замечаний нет") == 2
    assert read(page).count("Строка") == 2
    page = visitor.post(
        "/compliance", {"zh": "列巴一袋九百克", "ru": "Пахнет цветами\nХлеб 900 г"}, "ru", "streamer"
    ).text
    assert read(page).count("Строка") == 3


@pytest.mark.parametrize(
    ("form", "status", "lang", "fault"),
    [
        ({"sku": "AMUR-TWO"}, 404, "ru", "артикул «AMUR-TWO»"),
        ({"sku": "\x07"}, 404, "zh", "SKU"),
        ({"day": "завтра"}, 422, "ru", "завтра"),
        ({"zh": "国家级" * 7000}, 413, "zh", "21000"),
    ],
)
def test_a_refused_check_loses_nothing_that_was_typed(
    visitor: Desk, form: dict[str, str], status: int, lang: str, fault: str
) -> None:
    typed = {"zh": "国家级\n一行", "ru": "Первая\n\nВторая <b>", "market": "RU", "day": "2026-11-25", "sku": SKU} | form
    answer = visitor.post("/compliance", typed, lang, "streamer")
    assert answer.status_code == status
    assert fault in alert(answer)
    for name in ("zh", "ru"):
        field = re.search(rf'<textarea name="{name}"[^>]*>\n(.*?)</textarea>', answer.text, re.DOTALL)
        assert field is not None
        assert html.unescape(field[1]) == typed[name]
    assert '<option value="RU" selected>' in answer.text
    assert f'name="day" value="{html.escape(typed["day"])}"' in answer.text


def test_nothing_to_check_is_said(visitor: Desk) -> None:
    answer = visitor.post("/compliance", {"zh": " \n", "sku": " "}, "ru", "streamer")
    assert (answer.status_code, "Проверять пока нечего" in alert(answer)) == (422, True)


def test_facts_that_are_missing_lead_to_the_page_where_they_are_told(visitor: Desk) -> None:
    page = visitor.post("/compliance", {"sku": SKU.lower(), "market": "CN"}, "ru", "merchant").text
    links = set(re.findall(r'href="(/compliance/facts[^"]*)"', page))
    assert f"/compliance/facts/item/{SKU}#f-extra_charges" in links
    assert "/compliance/facts#f-uscc" in links
    for link in links:
        page_of_it, _, place = link.partition("#")
        if place:
            assert f'id="{place}"' in visitor.get(page_of_it).text
    visitor.send("/compliance/facts", {"field": ["uscc"], "value": ["91231100MA0000000X"]})
    page = visitor.post("/compliance", {"sku": SKU, "market": "CN"}, "ru", "merchant").text
    assert 'href="/compliance/facts#f-uscc"' not in page


def test_rules_are_those_of_a_day_and_of_a_market(visitor: Desk) -> None:
    page = visitor.get("/compliance/rules?day=2026-11-25&market=CN", "zh", "streamer")
    assert page.status_code == 200
    assert STATE_LEVEL in page.text
    assert 'aria-label="RU-' not in page.text
    assert find_rule(STATE_LEVEL).entry.source in read(page.text)
    before = visitor.get("/compliance/rules?day=2015-08-31&market=CN", "zh", "streamer").text
    assert f'aria-label="{STATE_LEVEL}"' not in before
    assert "25.11" in alert(visitor.get("/compliance/rules?day=25.11", "ru", "streamer"))


@pytest.mark.parametrize("lang", ["zh", "ru"])
def test_a_rule_shows_what_it_finds_and_what_it_leaves_alone(visitor: Desk, lang: str) -> None:
    said, entry = visitor.plain(f"/compliance/rules/{STATE_LEVEL}", lang, "streamer"), find_rule(STATE_LEVEL).entry
    assert all(example in said for example in (*entry.examples.hits, *entry.examples.misses))
    assert getattr(entry.exemptions[0], lang) in said
    assert visitor.get("/compliance/rules/CN-NO-SUCH", lang, "streamer").status_code == 404


def test_evidence_is_refused_beside_its_form_and_everything_typed_stays(visitor: Desk) -> None:
    before = visitor.count(Evidence)
    refusals: list[tuple[str, dict[str, Any], tuple[str, bytes] | None, int, str]] = [
        ("merchant", {}, None, 403, "сотрудник парка"),
        ("admin", {"type": "survey"}, None, 422, "опрос"),
        ("admin", {"words": ""}, None, 422, "артикул"),
        ("admin", {"skus": "amur-two"}, None, 404, "AMUR-TWO"),
        ("admin", {"valid_from": "2100-01-01"}, None, 422, "раньше"),
        ("admin", {"title": " "}, None, 422, "Название документа"),
        ("admin", {"rule": ["CN-NO-SUCH"]}, None, 404, "CN-NO-SUCH"),
        ("admin", {}, ("скан.png", b"GIF89a"), 422, "скан.png"),
    ]  # fmt: skip
    for role, change, file, status, said in refusals:
        answer = visitor.send("/compliance/evidence/uploads", EVIDENCE | change, file=file, role=role)
        assert (answer.status_code, said in alert(answer)) == (status, True), (change, alert(answer))
        assert 'value="样例机构"' in answer.text
        assert 'value="2099-12-31"' in answer.text
        if file:
            assert "«скан.png» ещё раз" in read(answer.text)
    assert visitor.count(Evidence) == before


def test_evidence_clears_the_words_it_proves_until_it_is_revoked(desk: Desk) -> None:
    def found() -> str:
        return str(desk.post("/compliance", {"zh": "国家级品质"}, "zh", "admin").text)

    link = re.search(r'href="(/compliance/evidence\?rule=[^"#]+)#keep"', found())
    assert link is not None
    form = desk.get(html.unescape(link[1]), "zh", "admin").text
    assert f'value="{STATE_LEVEL}"' in form
    assert "国家级</textarea>" in form
    before = desk.count(Evidence)
    for _ in range(2):  # sent twice it is kept once
        answer = desk.send("/compliance/evidence/uploads", EVIDENCE, file=("奖状.png", PNG), role="admin")
    kept = answer.headers["location"].partition("?")[0]
    assert desk.count(Evidence) == before + 1
    assert '<mark class="cleared">国家级</mark>' in found()
    assert f'href="{kept}"' in found()
    paper = re.search(r'href="(/api[^"]+/file)"', desk.get(kept).text)
    assert paper is not None
    assert desk.get(paper[1]).content == PNG
    assert "样例奖状" in desk.plain("/compliance/evidence")
    assert "样例奖状" not in desk.plain("/compliance/evidence?state=soon")
    refused = desk.post(kept, {"why": " "}, role="admin")
    assert (refused.status_code, "Причина" in alert(refused)) == (422, True)
    assert desk.post(kept, {"why": "отозвано (образец)"}, role="admin").status_code == 303
    assert "отозвано (образец)" in desk.plain(kept)
    assert '<mark class="error">国家级</mark>' in found()
    assert "样例奖状" not in desk.plain("/compliance/evidence")
    assert "样例奖状" in desk.plain("/compliance/evidence?state=revoked")


def test_facts_are_told_in_their_kind_and_taken_back(desk: Desk) -> None:
    at = f"/compliance/facts/item/{SKU}"
    form = {"field": ["import_record", "detail_price", "tried"], "value": ["样例-1", "12,5", "no"]}
    refused = desk.send(at, form)
    assert refused.status_code == 422
    assert "12,5" in alert(refused)
    assert fields_about("item")["detail_price"].name.ru in alert(refused)
    assert 'value="样例-1"' in refused.text
    assert re.search(r'value="12,5" aria-invalid="true"', refused.text)
    desk.send(at, form | {"value": ["样例-1", "1 250", "no"]})
    with desk.amur.writing() as session:
        told = declared(session, "item", [SKU])[SKU]
        assert told == {"import_record": "样例-1", "detail_price": 1250, "tried": False}
        declare(session, of="item", key=SKU, facts={"gift_spec": "250克"}, sample=True)
    page = desk.get(at, "zh")
    assert "merchant amur" in page.text
    assert page.text.count("样例数据") == 1
    desk.send(at, {"field": ["detail_price", "tried"], "value": ["", ""]})
    with desk.amur.reading() as session:
        assert set(declared(session, "item", [SKU])[SKU]) == {"import_record", "gift_spec"}


def test_facts_are_those_of_something_that_is_there(visitor: Desk) -> None:
    for path in ("/compliance/facts/show/no-show", "/compliance/facts/item/NO-SKU"):
        assert visitor.get(path).status_code == 404
        assert visitor.send(path, {"field": ["name"], "value": ["x"]}).status_code == 404
    asked = visitor.client.get("/compliance/facts?sku=amur-one", headers=bearer(visitor.tokens["amur", "merchant"]), follow_redirects=False)  # fmt: skip
    assert asked.headers["location"] == f"/compliance/facts/item/{SKU}"
    lost = visitor.get("/compliance/facts?sku=AMUR-TWO")
    assert (lost.status_code, "AMUR-TWO" in alert(lost)) == (404, True)


def test_a_show_is_checked_reviewed_and_refused_with_the_reason(desk: Desk) -> None:
    before, looked = desk.count(ComplianceCheck), desk.count(BroadcastReview)
    for _ in range(2):  # sent twice it is kept once
        assert desk.send(f"{PAGE}/check", {"version": 1}, role="streamer").status_code == 303
    assert desk.count(ComplianceCheck) == before + 1
    assert desk.step("checked", "2").status_code == 303
    desk.send(f"{PAGE}/review", {"version": 1}, key="12")  # somebody has looked and found nothing in order
    refused = desk.step("reviewed", "3")
    assert (refused.status_code, "образцы, упаковка" in alert(refused)) == (409, True)
    assert "просмотреть эту версию" in read(refused.text)
    points = dict.fromkeys(REVIEWED, "true")
    del points["props"]
    long = desk.send(f"{PAGE}/review", points | {"version": 1, "note": "я" * 501}, key="4")
    assert (long.status_code, "Примечание" in alert(long)) == (422, True)
    assert "я" * 501 in long.text
    assert re.search(r'name="set" value="true" checked', long.text)
    assert not re.search(r'name="props" value="true" checked', long.text)
    desk.send(f"{PAGE}/review", points | {"version": 1, "note": "ценник заменить"}, key="5")
    assert desk.step("reviewed", "6").status_code == 409
    desk.send(f"{PAGE}/review", points | {"version": 1, "props": "true"}, key="7")
    assert desk.count(BroadcastReview) == looked + 3
    assert "ценник заменить" in desk.plain(PAGE)
    assert "все пять пунктов в порядке" in desk.plain(PAGE)
    assert desk.step("reviewed", "8").status_code == 303
    refused = desk.step("ready", "9")
    assert (refused.status_code, "открытых замечаний" in alert(refused)) == (409, True)
    assert desk.step("draft", "10").status_code == 303
    with desk.amur.reading() as session:
        script = find_script(session, SHOW)
        assert [step.state for step in script.steps] == ["draft", "checked", "reviewed", "draft"]
    late = desk.send(f"{PAGE}/state", {"version": 1, "seen": 1, "to": "checked"}, key="11")
    assert late.status_code == 412  # somebody who still looks at the state before


def test_findings_stand_under_both_languages_of_their_line_also_after_it_was_changed(visitor: Desk) -> None:
    with visitor.amur.writing() as session:
        script = find_script(session, SHOW)
        key = script.blocks[0].lines[0].key
        edit_line(session, script, line=key, words={"zh": "国家级品质，大家好", "ru": "Всем добрый вечер"}, person="x")
    visitor.send(f"{PAGE}/check", {"version": 1})
    page = visitor.get(PAGE, "zh").text
    line = page[page.index("国家级</mark>") - 400 : page.index("国家级</mark>") + 600]
    assert "品质，大家好" in line
    assert "Всем добрый вечер" in line
    with visitor.amur.writing() as session:
        script = find_script(session, SHOW)
        edit_line(session, script, line=key, words={"zh": "大家晚上好", "ru": "Всем привет"}, person="x")
        number = session.scalar(select(func.max(ComplianceCheck.id)))
        assert number is not None
        assert find_check(session, number).stops > 0
    kept = visitor.get(f"/compliance/checks/{number}", "zh").text
    assert "大家晚上好" not in kept  # not what was checked
    assert re.search(r'<mark class="error">国家级</mark>品质，大家好', kept)
    assert f'href="/api/v1/compliance/checks/{number}/report/docx"' in kept
    assert f'href="/compliance/checks/{number}"' in visitor.get("/compliance").text


def test_a_slip_on_air_is_put_right_in_the_words_that_were_said(visitor: Desk) -> None:
    typed = {"wrong": "净含量说成了一公斤", "zh": "", "ru": " ", "said_at": "2026-11-25T20:00"}
    refused = visitor.send(f"{PAGE}/corrections", typed, lang="zh", role="streamer")
    assert (refused.status_code, "更正一下" in alert(refused)) == (422, True)
    assert "净含量说成了一公斤</textarea>" in refused.text
    words = {"zh": "更正一下，一罐是五百克。", "ru": "Поправлюсь: в банке пятьсот граммов."}
    never = visitor.send(f"{PAGE}/corrections", typed | words | {"said_at": "2999-01-01T00:00"}, role="streamer")
    assert never.status_code == 422
    assert "更正一下，一罐是五百克。</textarea>" in never.text
    times = {"said_at": "2026-01-05T20:00", "corrected_at": "2026-01-05T20:02"}
    before = visitor.count(AirCorrection)
    for _ in range(2):
        visitor.send(f"{PAGE}/corrections", typed | words | times, role="streamer", lang="ru")
    assert visitor.count(AirCorrection) == before + 1
    said = visitor.plain(PAGE, "ru")
    assert all(one in said for one in (*words.values(), "05.01.2026 20:02", "05.01.2026 20:00", "streamer amur"))


def test_who_may_only_read_sees_everything_and_no_form(visitor: Desk) -> None:
    forms = {
        "/compliance/evidence": "/compliance/evidence/uploads", "/compliance/facts": "/compliance/facts",
        PAGE: f"{PAGE}/review",
    }  # fmt: skip
    for path, act in forms.items():
        sent = {"title": "x", "field": ["name"], "value": ["x"], "version": 1}
        assert visitor.get(path, role="streamer").status_code == 200
        assert visitor.send(act, sent, role="streamer").status_code == 403, act
    assert "/compliance/evidence/uploads" not in visitor.get("/compliance/evidence", role="streamer").text
    assert "disabled" in visitor.get("/compliance/facts", role="streamer").text
    assert f"{PAGE}/review" not in visitor.get(PAGE, role="streamer").text
    park = visitor.get(PAGE, role="park").text  # reviews, but does not write shows
    assert f"{PAGE}/review" in park
    assert f"{PAGE}/state" not in park
    assert f"{PAGE}/corrections" not in park
    assert visitor.send(f"{PAGE}/corrections", {"wrong": "x", "zh": "x"}, role="park").status_code == 403
    assert visitor.get("/shows/heihe-show/compliance").status_code == 404  # somebody else's


@pytest.mark.parametrize("path", ["/compliance/evidence/uploads", f"{PAGE}/state"])
def test_the_page_of_a_refused_form_can_be_read_in_another_language(visitor: Desk, path: str) -> None:
    answer = visitor.get(f"{path}?lang=zh", role="merchant")
    assert answer.status_code == 200
    assert answer.url.path == path.rpartition("/")[0]
    assert "合规" in answer.text


@pytest.mark.parametrize(
    ("lang", "link", "others"),
    [
        ("zh", "合规检查与审核", ("/compliance", "/compliance/evidence")),
        ("ru", "Проверка и просмотр", ("/compliance/rules?market=RU", "/compliance/facts/show/sample-evening")),
    ],
)
def test_compliance_is_read_on_a_phone_without_scrolling_sideways(
    service: Any, enter: Any, lang: str, link: str, others: tuple[str, ...]
) -> None:
    page = enter(390)
    page.goto(f"{service.address}/?lang={lang}")
    page.get_by_role("link", name=link).click()
    page.wait_for_url("**/shows/sample-evening/compliance")
    page.locator(".verdict").wait_for()
    for path in ("", *others):
        if path:
            page.goto(f"{service.address}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_safer_words_are_copied_with_one_touch(service: Any, enter: Any) -> None:
    page = enter(390)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{service.address}/compliance?lang=zh")
    page.get_by_label("中文，一句一行").fill("这款椴树蜜是国家级品质")
    page.get_by_role("button", name="检查", exact=True).click()
    page.locator(".safer").get_by_role("button", name="复制").first.click()
    page.get_by_role("button", name="已复制").wait_for()
    safer = find_rule(STATE_LEVEL).entry.safer
    assert safer is not None
    assert page.evaluate("navigator.clipboard.readText()") == safer.zh
    assert page.get_by_label("中文，一句一行").input_value() == "这款椴树蜜是国家级品质"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
