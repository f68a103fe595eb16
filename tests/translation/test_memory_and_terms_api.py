"""Memory and terms over HTTP: looked up, kept, retired, brought in and written out as files by jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.jobs.models import Job
from service.jobs.running import run_job
from service.translation.memory.following import close_followers
from service.translation.memory.keeping import UnitGiven, remember
from service.translation.terms.cards import card_from
from service.translation.terms.editing import confirm_card, keep_candidates
from service.translation.terms.harvesting import Candidate
from tests.translation.offices import Office

PAIRS = "zh,ru,field\n开盖后冷藏。,После вскрытия хранить в холоде.,storage\n本品不含添加剂。,Без добавок.,description\n净含量500克。,Масса нетто 500 г.,\n"
LINDEN = {
    "key": "linden", "domain": "product", "source": "ГОСТ 19792-2017", "market": "CN", "verified": True,
    "wordings": [
        {"locale": "zh", "text": "椴树蜜", "measures": ["瓶"]}, {"locale": "ru", "text": "липовый мёд"},
        {"locale": "zh", "text": "菩提蜜", "status": "forbidden"},
    ],
}  # fmt: skip


@pytest.fixture
def office(server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("AMURLIVE_MEMORY_DIR", str(tmp_path / "memory"))
    monkeypatch.setenv("AMURLIVE_MT_DIR", str(tmp_path / "mt"))
    url = server.create("manned")
    made = Office(url, tmp_path, server.tokens)
    with TestClient(made.app):
        yield made
    close_followers()
    made.database.close()
    server.discard(url)


def file_of(office: Office, job: dict[str, Any]) -> bytes:
    """What a job made."""
    assert job["state"] == "done", job
    return office.as_().get(f"/jobs/{job['id']}/file").content


class TestMemory:
    def test_a_look_tells_how_near_a_pair_is_and_why_not_nearer(self, office: Office) -> None:
        with office.database.writing() as session:
            remember(session, [UnitGiven("净含量500克。", "Масса нетто 500 г.", "zh", reviewed=True, field="description"), UnitGiven("开盖后冷藏。", "Хранить в холоде.", "zh")])  # fmt: skip
        ask = office.as_("streamer")

        def best(text: str, **more: str) -> dict[str, Any]:
            items = ask.get("/memory/look", params={"text": text, "source": "zh", **more}).json()["items"]
            found: dict[str, Any] = items[0]
            return found

        assert (best("净含量500克。")["score"], best("净含量500克。", field="description")["score"]) == (100, 101)
        other = best("净含量250克。")
        assert (other["score"], other["text"], other["kept"]) == (99, "Масса нетто 250 г.", "Масса нетто 500 г.")
        unread = best("开盖后冷藏。")
        assert (unread["reviewed"], unread["why"]) == (False, ["никто не проверял (−15)"])
        assert ask.get("/memory/look", params={"text": "净含量500克。", "source": "en"}).status_code == 422

    def test_others_pairs_are_neither_found_nor_changed(self, office: Office) -> None:
        theirs = office.as_("admin", "heihe").get("/memory/units").json()["items"][0]
        ask = office.as_()
        assert theirs["zh"] not in [
            one["zh"] for one in ask.get("/memory/units", params={"limit": 200}).json()["items"]
        ]
        assert ask.get(f"/memory/units/{theirs['id']}").status_code == 404
        assert ask.post("/memory/units/retire", json={"ids": [theirs["id"]]}).json() == {"retired": 0}
        found = ask.get("/memory/concordance", params={"text": "heihe", "language": "zh"}).json()["items"]
        assert found == []

    def test_pages_follow_one_another(self, office: Office) -> None:
        with office.database.writing() as session:
            remember(session, [UnitGiven(f"第{n}瓶蜂蜜。", f"Банка мёда № {n}.", "zh") for n in range(1, 6)])
        ask, seen, after = office.as_(), list[str](), None
        while True:
            params = {"text": "蜂蜜", "language": "zh", "limit": 2} | ({"after": after} if after else {})
            page = ask.get("/memory/concordance", params=params).json()
            seen += [one["zh"] for one in page["items"]]
            if (after := page["next"]) is None:
                break
        assert seen == [f"第{n}瓶蜂蜜。" for n in range(5, 0, -1)]
        assert ask.get("/memory/units", params={"after": "x"}).status_code == 422

    def test_a_file_of_pairs_is_brought_in_once_and_out_again(self, office: Office) -> None:
        number = office.upload("pairs.csv", PAIRS.encode())
        ask = office.as_()
        first = office.done(ask.post("/memory/import", json={"upload": number, "reviewed": True}))["result"]
        assert (first["added"], first["met"], first["faults_total"]) == (3, 0, 0)
        again = office.done(ask.post("/memory/import", json={"upload": number, "reviewed": True}))["result"]
        assert (again["added"], again["met"]) == (0, 3)
        look = ask.get("/memory/look", params={"text": "开盖后冷藏。", "source": "zh"}).json()["items"][0]
        assert (look["score"], look["text"], look["reviewed"]) == (100, "После вскрытия хранить в холоде.", True)
        for form in ("tmx", "csv", "xlsx", "xliff2", "xliff1", "po"):
            job = office.done(office.as_("streamer").post("/memory/export", json={"format": form}))
            assert job["result"]["pairs"] >= 3, form
            content = file_of(office, job)
            there = office.upload(job["file"], content)
            told = office.done(ask.post("/memory/import", json={"upload": there, "format": form}))["result"]
            assert (told["added"], told["faults"]) == (0, []), (form, told)

    def test_pairs_of_who_does_not_know_both_languages_are_not_reviewed(self, office: Office) -> None:
        office.speaks("admin@amur", "ru")
        number = office.upload("pairs.csv", PAIRS.encode())
        ask = office.as_()
        refused = office.done(ask.post("/memory/import", json={"upload": number, "reviewed": True}))
        assert (refused["state"], "русский" in refused["error"]["title"]) == ("failed", True)
        assert office.done(ask.post("/memory/import", json={"upload": number}))["result"]["added"] == 3
        look = ask.get("/memory/look", params={"text": "开盖后冷藏。", "source": "zh"}).json()["items"][0]
        assert look["reviewed"] is False
        assert office.as_("streamer").post("/memory/import", json={"upload": number}).status_code == 403

    def test_of_a_broken_file_nothing_is_kept_unless_parts_are_wanted(self, office: Office) -> None:
        broken = '<?xml version="1.0"?><tmx version="1.4"><header/><body><tu><tuv xml:lang="zh"><seg>开盖后冷藏。</seg></tuv><tuv xml:lang="ru"><seg>Хранить в холоде.</seg></tuv></tu><tu>'
        number = office.upload("all.tmx", broken.encode())
        ask = office.as_()
        failed = office.done(ask.post("/memory/import", json={"upload": number}))
        assert failed["state"] == "failed"
        assert ask.get("/memory/look", params={"text": "开盖后冷藏。", "source": "zh"}).json()["items"] == []
        told = office.done(ask.post("/memory/import", json={"upload": number, "partial": True}))["result"]
        assert (told["added"], told["faults_total"]) == (1, 1)
        assert set(told["faults"][0]["message"]) == {"zh", "ru", "en"}

    def test_an_import_that_was_broken_off_goes_on_where_it_was(self, office: Office) -> None:
        number = office.upload("pairs.csv", PAIRS.encode())
        job = office.as_().post("/memory/import", json={"upload": number}).json()["id"]
        begun = {"at": 2, "taken": {"added": 2, "met": 0, "confirmed": 0, "empty": 0}}
        with office.database.writing() as session:
            session.get_one(Job, job).result = begun
        run_job(office.app.state.database, office.app.state.queue, job)
        assert office.as_().get(f"/jobs/{job}").json()["result"]["added"] == 3
        found = office.as_().get("/memory/units", params={"file": "pairs.csv"}).json()["items"]
        assert [one["zh"] for one in found] == ["净含量500克。"]

    def test_what_is_retired_is_not_offered(self, office: Office) -> None:
        with office.database.writing() as session:
            remember(session, [UnitGiven("开盖后冷藏。", "Хранить в холоде.", "zh", reviewed=True)])
        ask = office.as_()
        (unit,) = ask.get("/memory/concordance", params={"text": "冷藏", "language": "zh"}).json()["items"]
        assert ask.post("/memory/units/retire", json={"ids": [unit["id"]]}).json() == {"retired": 1}
        assert ask.get("/memory/look", params={"text": "开盖后冷藏。", "source": "zh"}).json()["items"] == []
        assert ask.get(f"/memory/units/{unit['id']}").json()["retired_at"]
        assert ask.get("/audit", params={"action": "memory.retired"}).json()["items"]


class TestTerms:
    def test_a_term_is_found_in_any_form_and_by_pinyin(self, office: Office) -> None:
        assert office.as_().post("/terms/concepts", json=LINDEN).status_code == 201
        ask = office.as_("trainer")
        for text in ("липового мёда", "椴树", "duanshu", "dsm"):
            found = ask.get("/terms", params={"text": text}).json()["items"]
            assert [one["key"] for one in found] == ["linden"], text
            assert (found[0]["zh"], found[0]["ru"]) == (["椴树蜜", "菩提蜜"], ["липовый мёд"])
        sale = {"text": "Продаём липовый мёд.", "locale": "ru"}
        (span,) = ask.post("/terms/in-text", json=sale).json()["items"]
        assert (span["text"], span["senses"][0]["wanted"]) == ("липовый мёд", ["椴树蜜"])
        assert ask.get("/terms/in-text", params=sale | {"market": "RU"}).json()["items"] == []
        assert "product" in [one["key"] for one in ask.get("/terms/domains").json()["items"]]

    def test_a_change_names_the_version_it_is_made_to(self, office: Office) -> None:
        ask = office.as_()
        made = ask.post("/terms/concepts", json=LINDEN)
        tag, given = made.headers["etag"], {name: value for name, value in LINDEN.items() if name != "key"}
        first = made.json()["wordings"][0]
        assert (first["pinyin"], first["measures"]) == ("duàn shù mì", ["瓶"])
        changed = ask.put("/terms/concepts/linden", json=given | {"note": "样例"}, headers={"if-match": tag})
        assert (changed.json()["note"], changed.json()["version"]) == ("样例", 2)
        assert ask.put("/terms/concepts/linden", json=given, headers={"if-match": tag}).status_code == 412
        assert ask.post("/terms/concepts", json=LINDEN).status_code == 409
        faulty = LINDEN | {"key": "other", "domain": "no_such"}
        assert ask.post("/terms/concepts", json=faulty).status_code == 422
        assert office.as_("streamer").post("/terms/concepts", json=LINDEN).status_code == 403

    def test_confirmed_grammar_stays_when_words_around_it_change(self, office: Office) -> None:
        ask = office.as_()
        ask.post("/terms/concepts", json=LINDEN)
        forms = ["липовый мёд", "липового мёда", "липовому мёду", "липовый мёд", "липовым мёдом", "липовом мёде"]
        with office.database.writing() as session:
            card = card_from({"gender": "m", "animate": False, "number": "sg", "sg": forms, "pl": []})
            confirm_card(session, "linden", "липовый мёд", card, version=1)
        given = {name: value for name, value in LINDEN.items() if name != "key"}
        words = ask.put("/terms/concepts/linden", json=given | {"note": "样例"}).json()["wordings"]
        assert words[1]["card"]["sg"] == forms

    def test_a_retired_term_is_found_no_more_in_texts(self, office: Office) -> None:
        ask = office.as_()
        ask.post("/terms/concepts", json=LINDEN)
        gone = ask.post("/terms/concepts/linden/retire", json={}).json()
        assert gone["valid_to"] < gone["at"][:10]
        assert ask.get("/terms/in-text", params={"text": "椴树蜜", "locale": "zh"}).json()["items"] == []

    def test_others_terms_are_not_seen(self, office: Office) -> None:
        ask = office.as_()
        assert ask.get("/terms/concepts/heihe").status_code == 404
        assert ask.get("/terms/concepts/amur").json()["own"] is True
        assert ask.get("/terms", params={"text": "heihe"}).json()["items"] == []

    def test_candidates_become_terms_or_are_never_proposed_again(self, office: Office) -> None:
        some = [
            Candidate("新鲜", "свежий", 5, 5, 5, 1.0, 20.0, ()),
            Candidate("很好", "хороший", 5, 5, 5, 1.0, 20.0, ()),
        ]
        with office.database.writing() as session:
            keep_candidates(session, some, domain="product")
        ask = office.as_()
        waiting = {one["wordings"][0]["text"]: one["key"] for one in ask.get("/terms/candidates").json()["items"]}
        words = [{"locale": "zh", "text": "新鲜"}, {"locale": "ru", "text": "свежий"}]
        given = {"key": "fresh", "domain": "product", "source": "reviewed pairs", "wordings": words}
        accepted = ask.post(f"/terms/candidates/{waiting['新鲜']}/accept", json=given).json()
        assert (accepted["key"], accepted["wordings"][0]["status"]) == ("fresh", "preferred")
        assert ask.post(f"/terms/candidates/{waiting['很好']}/refuse").json() == {"key": waiting["很好"]}
        assert ask.get("/terms/candidates").json()["items"] == []

    def test_terms_are_written_out_and_read_again(self, office: Office) -> None:
        ask = office.as_()
        ask.post("/terms/concepts", json=LINDEN)
        for form in ("tbx", "xlsx", "csv", "tsv", "dsl"):
            job = office.done(office.as_("streamer").post("/terms/export", json={"format": form}))
            assert job["result"]["concepts"] == 2
            number = office.upload(job["file"], file_of(office, job))
            told = office.done(ask.post("/terms/import", json={"upload": number, "format": form}))
            assert (told["state"], told["result"]["added"], told["result"]["changed"]) == ("done", 0, 0), (form, told)

    def test_a_strangers_list_gets_keys_domain_and_source(self, office: Office) -> None:
        ask = office.as_()
        number = office.upload("слова.csv", "Русский,中文\nгречишный мёд,荞麦蜜\n".encode())
        for added in (1, 0):
            told = office.done(ask.post("/terms/import", json={"upload": number, "domain": "product"}))
            assert told["result"]["added"] == added, told
        (found,) = ask.get("/terms", params={"text": "荞麦蜜"}).json()["items"]
        kept = ask.get(f"/terms/concepts/{found['key']}").json()
        assert (kept["domain"], kept["source"], kept["person"]) == ("product", "слова.csv", "admin amur")
        wrong = office.done(ask.post("/terms/import", json={"upload": number, "domain": "no_such"}))
        assert wrong["state"] == "failed"

    def test_of_a_list_with_faults_nothing_is_kept(self, office: Office) -> None:
        rows = "key,domain,source,locale,text\nbuckwheat,product,ГОСТ,zh,荞麦蜜\nbuckwheat,product,ГОСТ,ru,荞麦蜜\n"
        number = office.upload("terms.csv", rows.encode())
        failed = office.done(office.as_().post("/terms/import", json={"upload": number}))
        assert failed["state"] == "failed"
        assert office.as_().get("/terms/concepts/buckwheat").status_code == 404

    def test_harvest_is_a_job(self, office: Office) -> None:
        with office.database.writing() as session:
            remember(session, [UnitGiven(f"蜂胶喷剂第{n}款。", f"Прополис, вариант {n}.", "zh", reviewed=True) for n in "一二三四五"])  # fmt: skip
        job = office.done(office.as_().post("/terms/harvest", json={"domain": "product"}))
        assert job["state"] == "done"
        assert len(job["result"]["candidates"]) == job["result"]["found"]
