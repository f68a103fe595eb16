"""The pages of translation as a reader uses them, over HTTP and with the keyboard in a browser, in both languages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from service.app import create_app
from service.catalog.editing import edit_card
from service.database import Database
from service.jobs.models import Job
from service.people.models import Person
from service.settings import Settings
from service.translation.filling import drafts_for, keep_drafts, own_cards, wanting
from service.translation.memory.keeping import UnitGiven, remember
from service.translation.models import Concept, Draft, MemoryUnit
from service.translation.reviewing import accept, find_draft
from service.translation.terms.concepts import Meaning, Wording
from service.translation.terms.editing import add_concept, change_concept, concept, keep_candidates
from service.translation.terms.harvesting import Candidate
from service.translation.terms.sets import meaning_of
from tests.web.test_catalogue_pages import KEY, House

LINDEN_RU, LINDEN_ZH = "Липовый мёд из тайги. Хранить в сухом месте.", "来自泰加林的椴树蜜。存放于干燥处。"
DRY_RU, DRY_ZH = "Хранить при +5…+20\N{NO-BREAK SPACE}°C.", "5至20℃存放。"


class Desk(House):
    """A merchant's desk with drafts on it."""

    def plain(self, path: str, lang: str = "ru", role: str = "merchant") -> str:
        """What stands on a page, as people read it."""
        return read(self.get(path, lang, role).text)

    def draft(self, field: str = "description") -> Draft:
        """A draft of one's own card as the database has it."""
        with self.amur.reading() as session:
            found = session.scalars(select(Draft).where(Draft.field == field, Draft.person != "amur")).one()
            session.expunge(found)
            return found

    def act(
        self,
        draft: Draft,
        do: str,
        *,
        key: str = "1",
        role: str = "merchant",
        lang: str = "ru",
        query: str = "",
        **typed: Any,
    ) -> Any:
        """A button of the draft's page."""
        form = {
            "version": draft.version,
            "key": f"{'0' * 8}-0000-4000-8000-{key:0>12}",
            "do": do,
            "editor": "true",
            "text": draft.text,
        }
        return self.post(f"/translation/drafts/{draft.id}{query}", form | typed, lang, role)


def read(page: str) -> str:
    """The words of a page without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def alert(answer: Any) -> str:
    """What a refused form says first."""
    found = re.search(r'role="alert">(.*?)</div>', answer.text, re.DOTALL)
    assert found is not None, read(answer.text)
    return read(found[1])


def editor(answer: Any) -> str:
    """What stands in the editor."""
    found = re.search(r'<textarea[^>]*name="text"[^>]*>\n(.*?)</textarea>', answer.text, re.DOTALL)
    assert found is not None, read(answer.text)
    return html.unescape(found[1])


@pytest.fixture
def desk(server: Any, tmp_path: Path) -> Iterator[Desk]:
    url = server.create("manned")
    settings = Settings(
        database_url=url,
        secret_file=tmp_path / "key",
        out_dir=tmp_path,
        mt_dir=tmp_path / "mt",
        log_level="ERROR",
        workers=0,
    )
    database = Database(url)
    with TestClient(create_app(settings)) as client:
        desk = Desk(client, database, server.tokens)
        _lay_out(desk)
        yield desk
    database.close()


def _lay_out(desk: Desk) -> None:
    """Two Russian texts somebody answers for, their Chinese in the memory, an agreed word, a merchant who knows Chinese."""
    with desk.amur.writing() as session:
        for old in session.scalars(select(Draft).where(Draft.person == "amur")):
            old.state = "withdrawn"
        words = (Wording("ru", "липовый мёд"), Wording("zh", "椴树蜜"), Wording("zh", "菩提蜜", "forbidden"))
        add_concept(session, Meaning("linden-sample", "product", words, source="образец"))
        edit_card(
            session,
            KEY,
            {"description[ru]": LINDEN_RU, "usage[ru]": DRY_RU, "description[zh]": None, "usage[zh]": None},
            reviewed=True,
        )
        remember(session, [
            UnitGiven(LINDEN_ZH, LINDEN_RU, "ru", reviewed=True, reviewer="Лена"), UnitGiven(DRY_ZH, DRY_RU, "ru", reviewed=True, reviewer="Лена"),
        ])  # fmt: skip
        session.scalars(select(Person).where(Person.login == "merchant@amur")).one().languages = ["zh"]
    with desk.amur.writing() as session:
        places = [one for card in own_cards(session, [KEY]) for one in wanting(card, ["zh"], ["description", "usage"])]
        answered = drafts_for(session, places, day=date(2026, 11, 25), machine=lambda source, target: None)
        made = keep_drafts(session, answered, due_on=date(2026, 11, 20))
        assert made.made == 2


@pytest.mark.parametrize(
    ("lang", "into", "overdue", "exact", "start"),
    [("zh", "译成中文", "已逾期", "通过 2 份完全一致的", "开始审校"), ("ru", "на китайский", "просрочено", "Принять 2 точных совпадения", "Начать проверку")],
)  # fmt: skip
def test_the_queue_tells_what_waits_what_is_late_and_what_is_exact(
    desk: Desk, lang: str, into: str, overdue: str, exact: str, start: str
) -> None:
    said = desk.plain("/translation", lang)
    assert all(words in said for words in (into, overdue, exact, start))
    assert LINDEN_RU in said
    assert LINDEN_ZH in said
    assert LINDEN_RU not in desk.plain("/translation?to=ru", lang)
    assert LINDEN_RU in desk.plain(f"/translation?to=zh&origin=exact&due=late&product={KEY}", lang)
    assert LINDEN_RU not in desk.plain("/translation?due=undated", lang)


@pytest.mark.parametrize(
    "path",
    ["?to=de", "?page=0", "?product=%00", "?state=lost", "?origin=x", "/drafts/0", "/drafts/99999999", "/memory?after=x", "/memory?side=en", "/terms?after=x", "/report?days=1"],
)  # fmt: skip
def test_addresses_nobody_gave_out_are_refused_with_a_page(desk: Desk, path: str) -> None:
    answer = desk.get(f"/translation{path}", "zh")
    assert answer.status_code in (400, 404, 422)
    assert "<main" in answer.text


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("原文 · 俄文", "译文 · 中文", "不要写：")),
        ("ru", ("Исходный текст · русский", "Перевод · китайский", "не так:")),
    ],
)
def test_a_draft_stands_beside_its_source_with_agreed_words_and_the_memory(
    desk: Desk, lang: str, words: tuple[str, ...]
) -> None:
    answer = desk.get(f"/translation/drafts/{desk.draft().id}", lang)
    assert re.search(
        r'<a class="agreed" href="/translation/terms/linden-sample" title="椴树蜜">Липовый мёд</a>', answer.text
    )
    assert 'data-word="椴树蜜"' in answer.text
    assert "菩提蜜" in read(answer.text)
    assert f'data-insert="{LINDEN_ZH}" data-match="1"' in answer.text
    assert editor(answer) == LINDEN_ZH
    assert all(one in read(answer.text) for one in words)
    assert "data-next" in answer.text  # the other one


def test_what_is_accepted_stands_on_the_card_and_the_next_draft_is_opened(desk: Desk) -> None:
    first, second = desk.draft(), desk.draft("usage")
    answer = desk.act(first, "next", seconds="75", query="?to=zh")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/translation/drafts/{second.id}?to=zh&said=accepted&done={first.id}"
    assert desk.text("description", "zh")["value"] == LINDEN_ZH
    kept = desk.draft()
    assert (kept.state, kept.seconds, kept.distance, kept.decided_by) == ("accepted", 75, 0, "merchant amur")
    last = desk.act(second, "next", text="请在5至20℃下存放。")
    assert last.headers["location"].startswith("/translation?said=accepted")
    assert desk.draft("usage").state == "edited"
    assert '请在<mark class="info">5至20℃下存放</mark>。' in desk.get("/translation/memory?q=5至20℃下存放", "zh").text
    assert "принят с правками" in desk.plain("/translation?state=edited")


def test_lines_are_kept_as_they_were_typed_not_as_browsers_send_them(desk: Desk) -> None:
    desk.act(desk.draft("usage"), "accept", text=f"  {DRY_ZH}\r\n")
    assert desk.draft("usage").state == "accepted"
    assert desk.text("usage", "zh")["value"] == DRY_ZH


@pytest.mark.parametrize("lang", ["zh", "ru"])
def test_a_text_something_stands_against_is_not_accepted_and_not_lost(desk: Desk, lang: str) -> None:
    draft = desk.draft("usage")
    wrong = "5至30℃存放，每包9公斤。"
    refused = desk.act(draft, "accept", text=wrong, seconds="40", lang=lang)
    assert refused.status_code == 422
    assert editor(refused) == wrong
    assert 'name="seconds" value="40"' in refused.text
    assert {"zh": "暂不能通过", "ru": "нельзя принять"}[lang] in alert(refused)
    assert desk.draft("usage").state == "waiting"
    empty = desk.act(draft, "accept", text=" \r\n", lang=lang)
    assert empty.status_code == 422
    long = desk.act(draft, "accept", text="存" * 20_001, lang=lang)
    assert (long.status_code, len(editor(long))) == (422, 20_001)


def test_what_was_typed_stays_when_somebody_else_was_quicker(desk: Desk) -> None:
    draft = desk.draft()
    mine = "来自泰加林的椴树蜜。请存放于干燥处。"
    older = desk.act(draft, "accept", text=mine, version=draft.version + 1)
    assert (older.status_code, editor(older)) == (409, mine)
    assert LINDEN_ZH in read(older.text)  # the draft as it is now
    with desk.amur.writing() as session:
        accept(session, find_draft(session, draft.id))
    late = desk.act(draft, "accept", text=mine)
    assert (late.status_code, editor(late)) == (409, mine)
    assert "readonly" in late.text
    assert desk.text("description", "zh")["value"] == LINDEN_ZH


def test_a_source_that_changed_meanwhile_is_told_before_anybody_accepts(desk: Desk) -> None:
    draft = desk.draft()
    with desk.amur.writing() as session:
        edit_card(session, KEY, {"description[ru]": "Липовый мёд с Амура."}, reviewed=True)
    assert "起草之后原文改过" in desk.plain(f"/translation/drafts/{draft.id}", "zh")
    refused = desk.act(draft, "next", text=LINDEN_ZH)
    assert (refused.status_code, editor(refused)) == (409, LINDEN_ZH)


def test_a_draft_is_refused_with_a_reason_and_the_editor_keeps_its_text_until_then(desk: Desk) -> None:
    draft = desk.draft()
    without = desk.act(draft, "refuse", text="半句", reason=" ")
    assert (without.status_code, editor(without)) == (422, "半句")
    assert "указанием причины" in alert(without)
    assert desk.act(draft, "refuse", text="半句", reason="про другой сорт").status_code == 303
    kept = desk.draft()
    assert (kept.state, kept.reason) == ("refused", "про другой сорт")
    assert "про другой сорт" in desk.plain(f"/translation/drafts/{draft.id}")


def test_who_may_not_decide_reads_comments_and_is_told_why(desk: Desk) -> None:
    draft = desk.draft()
    streamer = desk.get(f"/translation/drafts/{draft.id}", "zh", "streamer")
    assert "您的角色没有这项权限" in read(streamer.text)
    assert 'name="text"' not in streamer.text
    for _ in range(2):  # sent twice it is said once
        assert desk.act(draft, "comment", role="streamer", said="Это про наш мёд?").status_code == 303
    assert desk.plain(f"/translation/drafts/{draft.id}").count("Это про наш мёд?") == 1
    tried = desk.act(draft, "accept", role="streamer", text="绕过去")
    assert tried.status_code == 403
    stranger = desk.plain(f"/translation/drafts/{draft.id}", "ru", "admin")  # has the right, but no language is noted
    assert "не отмечено, что вы знаете китайский" in stranger
    tried = desk.act(draft, "accept", role="admin", text="试试")
    assert (tried.status_code, "试试" in tried.text) == (403, True)
    assert desk.draft().state == "waiting"


def test_a_comment_does_not_cost_the_text_in_the_editor(desk: Desk) -> None:
    answer = desk.act(desk.draft(), "comment", text="写到一半", said="Перезвоню")
    assert (answer.status_code, editor(answer)) == (200, "写到一半")
    assert "Перезвоню" in read(answer.text)
    assert desk.act(desk.draft(), "comment", text="写到一半", said=" ", key="2").status_code == 422


@pytest.mark.parametrize(("lang", "level", "show"), [("zh", "须改正", "译文"), ("ru", "исправить", "В переводе")])
def test_findings_are_told_while_somebody_writes_with_place_remedy_and_repair(
    desk: Desk, lang: str, level: str, show: str
) -> None:
    at = f"/translation/drafts/{desk.draft('usage').id}/findings"
    told = desk.post(at, {"text": "存放于5至30℃, 干燥处。"}, lang, "streamer")
    assert told.status_code == 200
    assert "<html" not in told.text
    said = read(told.text)
    assert level in said
    assert show in said
    assert re.search(r'data-fix="zh.fullwidth" data-start="\d+" data-end="\d+" data-text="，', told.text)
    assert "✓" in desk.post(at, {"text": DRY_ZH}, lang).text
    assert desk.draft("usage").text == DRY_ZH
    assert desk.get(at, lang).url.path == at.removesuffix("/findings")


def test_a_finding_is_left_with_a_reason_in_these_words_and_looked_at_again(desk: Desk) -> None:
    draft = desk.draft("usage")
    text = "存放于5至20℃的地方, 干燥处。"
    page = desk.act(draft, "check", text=text).text
    number, check = next(one for one in re.findall(r'value="leave:(\d+):([a-z_.]+)"', page) if one[1] == "zh.fullwidth")
    why = [""] * int(number)
    without = desk.act(draft, f"leave:{number}:{check}", text=text, why=[*why, "x"])
    assert (without.status_code, editor(without)) == (422, text)
    assert 'value="x"' in without.text  # the reason is not lost either
    left = desk.act(draft, f"leave:{number}:{check}", text=text, why=[*why, "так печатают на этикетке"])
    assert (left.status_code, editor(left)) == (200, text)
    assert "так печатают на этикетке" in read(left.text)
    assert f'data-fix="{check}"' not in left.text
    again = desk.act(draft, f"heed:{check}", text=text)
    assert f'data-fix="{check}"' in again.text


def test_exact_matches_are_accepted_at_once_in_the_languages_one_answers_for(desk: Desk) -> None:
    assert (
        desk.post("/translation/exact", {}, role="admin").headers["location"].endswith("?said=exact")
    )  # knows no language
    assert desk.post("/translation/exact", {}, role="streamer").status_code == 403
    answer = desk.post("/translation/exact?to=zh", {}, "zh")
    assert answer.headers["location"] == "/translation?to=zh&said=exact&done=2"
    assert "已通过 2 份完全一致的草稿" in desk.plain(answer.headers["location"], "zh")
    assert desk.text("usage", "zh")["value"] == DRY_ZH


def test_drafting_is_ordered_as_a_job_and_a_wrong_day_is_told(desk: Desk) -> None:
    refused = desk.post("/translation/fill", {"to": "zh", "due_on": "завтра"})
    assert (refused.status_code, "завтра" in alert(refused)) == (422, True)
    assert 'value="zh" selected' in refused.text
    assert desk.post("/translation/fill", {"to": "de"}).status_code == 422
    assert desk.post("/translation/fill", {"product": "no-such"}).status_code == 404
    answer = desk.post("/translation/fill", {"to": "zh", "due_on": "2026-12-01"}, role="streamer")
    number = int(answer.headers["location"].rpartition("/")[2])
    with desk.amur.writing() as session:
        job = session.get_one(Job, number)
        assert (job.kind, job.parameters["locale"], job.parameters["due_on"]) == ("translate.fill", "zh", "2026-12-01")
        job.state, job.result = (
            "done",
            {"made": 1, "there": 2, "lacking": 1, "by_origin": {"memory": 1}, "untold": {KEY: ["storage[zh]"]}},
        )
    said = desk.plain(f"/translation/fill/{number}", "zh")
    assert "amurlive translate models install" in said  # what only a machine could say
    assert KEY in said


def test_the_memory_is_searched_by_likeness_and_words_and_a_pair_is_taken_out_of_use(desk: Desk) -> None:
    said = desk.plain("/translation/memory?q=Липовый+мёд+из+тайги.+Хранить+в+тёплом+месте.")
    assert LINDEN_ZH in said
    assert "похожие слова" in said
    page = desk.get("/translation/memory?q=липовый").text
    assert '<mark class="info">Липовый</mark>' in page
    with desk.amur.reading() as session:
        own = session.scalars(select(MemoryUnit.id).where(MemoryUnit.ru == LINDEN_RU)).one()
    assert desk.post("/translation/memory", {"unit": own}, role="streamer").status_code == 403
    assert desk.post("/translation/memory", {"unit": 2**30}).status_code == 404
    answer = desk.post("/translation/memory", {"unit": own, "q": "липовый", "side": "ru"})
    assert answer.status_code == 303
    assert LINDEN_ZH not in desk.plain(answer.headers["location"])
    assert LINDEN_ZH in desk.plain("/translation/memory?retired=true", "zh")


NEW: dict[str, Any] = {
    "new_key": "buckwheat-honey-sample", "domain": "product", "market": "", "source": "ГОСТ (образец)", "locale": ["zh", "ru", "ru"],
    "text": ["荞麦蜜", "гречишный мёд", ""], "status": ["preferred"] * 3, "measures": ["罐、瓶", "", ""], "remark": ["", "", ""], "version": 1,
}  # fmt: skip


def test_a_term_is_added_found_and_changed_by_its_version(desk: Desk) -> None:
    refused = desk.post("/translation/terms/new", NEW | {"source": " "})
    assert refused.status_code == 422
    assert 'value="гречишный мёд"' in refused.text
    wrong = desk.post("/translation/terms/new", NEW | {"valid_to": "никогда"})
    assert (wrong.status_code, 'value="никогда"' in wrong.text) == (422, True)
    saved = desk.post("/translation/terms/new", NEW)
    assert saved.headers["location"] == "/translation/terms/buckwheat-honey-sample?said=saved"
    assert desk.post("/translation/terms/new", NEW).status_code == 409
    said = desk.plain("/translation/terms/buckwheat-honey-sample", "zh")
    assert all(words in said for words in ("荞麦蜜", "qiáo mài mì", "罐、瓶", "首选", "未核对出处"))
    assert "гречишный мёд" in desk.plain("/translation/terms?q=гречишного+мёда")
    with desk.amur.writing() as session:
        row = concept(session, "buckwheat-honey-sample")
        change_concept(session, meaning_of(row), version=row.version)
        seen = row.version
    edit = "/translation/terms/buckwheat-honey-sample/edit"
    late = desk.post(edit, NEW | {"text": ["荞麦蜂蜜", "гречишный мёд", ""], "version": seen - 1})
    assert (late.status_code, 'value="荞麦蜂蜜"' in late.text) == (409, True)
    assert desk.post(edit, NEW | {"text": ["荞麦蜂蜜", "гречишный мёд", ""], "version": seen}).status_code == 303
    assert "荞麦蜂蜜" in desk.plain("/translation/terms/buckwheat-honey-sample")


def test_a_terms_forms_are_confirmed_by_a_person_and_a_term_is_retired(desk: Desk) -> None:
    at = "/translation/terms/linden-sample"
    assert "никем не подтверждены" in desk.plain(at)
    version = int(re.findall(r'name="version" value="(\d+)"', desk.get(at).text)[0])
    five = {
        "do": "confirm",
        "version": version,
        "text": "липовый мёд",
        "singular": "липовый мёд, липового мёда",
        "plural": "",
    }
    assert desk.post(at, five).status_code == 422
    forms = "липовый мёд, липового мёда, липовому мёду, липовый мёд, липовым мёдом, липовом мёде"
    assert desk.post(at, five | {"singular": forms}).status_code == 303
    assert "Формы подтверждены" in desk.plain(at)
    assert desk.post(at, {"do": "retire", "version": version}).status_code == 409  # it has changed since
    assert desk.post(at, {"do": "retire", "version": version + 1}).status_code == 303
    assert "Больше не действует" in desk.plain(f"{at}?said=retired")


def test_candidates_are_accepted_under_a_key_of_their_own_or_refused(desk: Desk) -> None:
    with desk.amur.writing() as session:
        some = [
            Candidate(zh, ru, 4, 4, 4, 1.0, 40.0, ())
            for zh, ru in (("样例糕", "пробный пирог"), ("样例汤", "пробный суп"))
        ]
        cake, soup = keep_candidates(session, some, domain="product")
    assert "样例糕" in desk.plain("/translation/terms/candidates", "zh")
    form = desk.get(f"/translation/terms/{cake}/edit").text
    assert 'name="new_key" value="yang-li-gao"' in form
    version = int(re.findall(r'name="version" value="(\d+)"', form)[0])
    given = NEW | {"new_key": "yang-li-gao", "text": ["样例糕", "пробный пирог", ""], "version": version}
    assert (
        desk.post(f"/translation/terms/{cake}/edit", given).headers["location"]
        == "/translation/terms/yang-li-gao?said=saved"
    )
    assert desk.post("/translation/terms/candidates", {"do": "refuse", "key": soup}).status_code == 303
    assert "样例汤" not in desk.plain("/translation/terms/candidates", "zh")
    with desk.amur.reading() as session:
        assert session.scalars(select(Concept.key).where(Concept.key == "yang-li-gao")).one()


def test_the_report_tells_how_drafts_of_each_origin_have_served(desk: Desk) -> None:
    desk.act(desk.draft(), "accept", seconds="30")
    desk.act(desk.draft("usage"), "accept", text="请在5至20℃下存放。", seconds="90")
    said = desk.plain("/translation/report?days=7", "ru")
    assert "50,0 %" in said.replace("\xa0", " ")
    assert "1:00" in said
    assert "一字未改" in desk.plain("/translation/report", "zh")


def test_park_staff_and_trainers_read_terms_and_nothing_else(desk: Desk) -> None:
    for role in ("park", "trainer"):
        assert desk.get("/translation", "zh", role).status_code == 403
        assert desk.get("/translation/memory", "zh", role).status_code == 403
        assert desk.get("/translation/terms/linden-sample", "zh", role).status_code == 200
        assert desk.get("/translation/terms/new", "zh", role).status_code == 403
        assert desk.post("/translation/terms/new", NEW, role=role).status_code == 403
        assert "/translation" not in re.findall(
            r'<nav class="rooms".*?</nav>', desk.get("/account", "zh", role).text, re.DOTALL
        )


# --- In a browser ---


@pytest.fixture(scope="module")
def reader(service: Any) -> dict[str, int]:
    """Drafts of the running service's own cards, and an administrator who knows both languages. Numbers by field."""
    with service.database.writing() as session:
        session.scalars(select(Person).where(Person.login == "admin")).one().languages = ["zh", "ru"]
        card = own_cards(session)[0]
        both = {one.field for one in card.texts if one.locale == "zh"} & {
            one.field for one in card.texts if one.locale == "ru"
        }
        target = "ru" if card.source_locale == "zh" else "zh"
        some = sorted(both & {"description", "storage", "usage", "selling_point.1"})[:3]
        old = {one.field: one.value for one in card.texts if one.locale == target}
        source = {one.field: one.value for one in card.texts if one.locale == card.source_locale}
        pairs = [
            UnitGiven(old[one], source[one], "ru", reviewed=True)
            if target == "zh"
            else UnitGiven(source[one], old[one], "zh", reviewed=True)
            for one in some
        ]
        remember(session, pairs)
        edit_card(session, card.key, {f"{one}[{target}]": None for one in some})
        key = card.key
    with service.database.writing() as session:
        places = [one for card in own_cards(session, [key]) for one in wanting(card, fields=some)]
        keep_drafts(session, drafts_for(session, places, day=date(2026, 11, 25), machine=lambda source, target: None))
        found = session.scalars(select(Draft).where(Draft.state == "waiting").order_by(Draft.id)).all()
        return {one.field: one.id for one in found}


def test_a_draft_is_read_with_the_keyboard_alone(service: Any, enter: Any, reader: dict[str, int]) -> None:
    page = enter()
    first, second, *_ = reader.values()
    page.goto(f"{service.address}/translation/drafts/{first}?lang=ru")
    text = page.locator("#text")
    drafted = text.input_value()
    page.keyboard.press("Control+A")
    page.keyboard.type('проба  "слов"')
    page.locator("#findings [data-repair-all]").wait_for()
    page.keyboard.press("Alt+R")
    page.wait_for_function("!document.getElementById('text').value.includes('  ')")
    page.keyboard.press("Alt+1")
    assert text.input_value() == drafted
    page.keyboard.press("Control+Z")
    assert text.input_value() != drafted
    page.keyboard.press("Alt+1")
    page.keyboard.press("Alt+N")
    page.wait_for_url(f"**/translation/drafts/{second}")
    page.goto(f"{service.address}/translation/drafts/{first}")
    page.wait_for_timeout(1100)
    page.keyboard.press("Control+Enter")
    page.locator(".done").wait_for()
    assert page.locator("#text").evaluate("node => node.tagName") == "P"
    with service.database.reading() as session:
        kept = find_draft(session, first)
        assert kept.state == "accepted"
        assert kept.seconds is not None
        assert kept.seconds >= 1
    page.keyboard.press("?")
    assert page.get_by_role("dialog").get_by_text("Alt+R").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+N")
    page.wait_for_url(f"**/translation/drafts/{second}")


def test_what_is_typed_is_still_there_when_the_page_is_opened_again(
    service: Any, enter: Any, reader: dict[str, int]
) -> None:
    page = enter(390)
    _, second, *_ = reader.values()
    page.goto(f"{service.address}/translation/drafts/{second}?lang=zh")
    page.locator("#text").fill("输入到一半")
    page.goto(f"{service.address}/translation")
    page.goto(f"{service.address}/translation/drafts/{second}")
    assert page.locator("#text").input_value() == "输入到一半"
    assert page.get_by_text("您上次在这里输入的内容已恢复。").is_visible()
    page.get_by_role("button", name="恢复草稿").click()
    assert page.locator("#text").input_value() != "输入到一半"
    page.reload()
    assert page.locator("[data-restored]").is_hidden()


@pytest.mark.parametrize("lang", ["zh", "ru"])
def test_translation_is_read_on_a_phone_without_scrolling_sideways(
    service: Any, enter: Any, reader: dict[str, int], lang: str
) -> None:
    page = enter(390)
    number = list(reader.values())[-1]
    page.goto(f"{service.address}/?lang={lang}")
    for path in (
        "",
        f"/drafts/{number}",
        "/memory",
        "/memory?q=мёд",
        "/terms",
        "/terms/new",
        "/terms/candidates",
        "/report",
    ):
        page.goto(f"{service.address}/translation{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        unnamed = page.locator("main :is(input:not([type=hidden]), select, textarea, button)").evaluate_all(
            "nodes => nodes.filter(n => !n.labels?.length && !n.ariaLabel && !n.textContent.trim()).map(n => n.outerHTML)"
        )
        assert unnamed == [], path
