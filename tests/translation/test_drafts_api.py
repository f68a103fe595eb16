"""Drafts over HTTP: made by a job, read beside their source, checked while somebody writes, accepted only by who knows the language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from service.catalog.editing import edit_card, judge_texts
from service.catalog.listing import find_product
from service.jobs.models import Job
from service.jobs.running import run_job
from service.translation.machine import install
from service.translation.memory.following import close_followers
from service.translation.memory.keeping import UnitGiven, page, remember, retire
from service.translation.models import Draft
from tests.translation.offices import CARD, DRAFT, SOURCE, Office

MODELS = Path(__file__).parent / "models"


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


class TestFilling:
    def test_what_lacks_a_counterpart_is_shown_drafted_once_and_then_waits(self, office: Office) -> None:
        ask = office.as_("streamer")
        lacking = ask.get("/translations/fill", params={"product": CARD}).json()
        place = {"product": CARD, "field": "storage", "locale": "zh", "stale": False, "waiting": False}
        assert place in lacking["items"]  # the draft that stands in the queue is of an older source
        job = office.done(ask.post("/translations/fill", json={"products": [CARD], "due_on": "2026-12-01"}))
        assert (job["state"], job["done"], job["result"]["made"]) == ("done", job["total"], 1), job
        assert place | {"waiting": True} in ask.get("/translations/fill").json()["items"]
        again = office.done(ask.post("/translations/fill", json={"products": [CARD]}))
        assert (again["result"]["made"], again["result"]["there"]) == (0, 1)
        page = ask.get("/drafts", params={"product": CARD, "due_by": "2026-12-01"}).json()
        (draft,) = page["items"]
        assert (draft["text"], draft["score"], draft["origin"], draft["due_on"]) == (DRAFT, 99, "memory", "2026-12-01")
        assert ask.get("/drafts", params={"product": CARD, "due_by": "2026-11-30"}).json()["items"] == []
        assert ask.get("/drafts", params={"state": "withdrawn"}).json()["items"][0]["product"] == CARD

    def test_what_only_a_machine_could_say_is_named(self, office: Office) -> None:
        with office.database.writing() as session:
            session.execute(update(Draft).values(state="withdrawn"))
        ask = office.as_()
        assert ask.get("/translations/models").json() == {"items": [], "ways": {"zh": None, "ru": None}}
        with office.database.writing() as session:
            retire(session, [one.id for one in page(session)])
        told = office.done(ask.post("/translations/fill", json={"locale": "zh"}))["result"]
        assert (told["made"], told["lacking"], told["untold"]) == (0, 1, {CARD: ["storage[zh]"]})

    def test_the_machine_drafts_what_nobody_knows_and_is_named(self, office: Office, tmp_path: Path) -> None:
        install(MODELS / "zh_ru.argosmodel", folder=tmp_path / "mt", allow_synthetic=True)
        with office.database.writing() as session:
            edit_card(session, CARD, {"storage[ru]": None, "storage[zh]": "存放于阴凉处。"})
            judge_texts(session, CARD)
        ask = office.as_("streamer")
        models = ask.get("/translations/models").json()
        assert models["ways"] == {"zh": "zh>ru", "ru": None}
        assert [one["synthetic"] for one in models["items"]] == [True]
        job = office.done(ask.post("/translations/fill", json={"products": [CARD], "locale": "ru"}))
        assert (job["state"], job["done"], job["result"]["by_origin"]) == ("done", 1, {"machine": 1}), job
        (draft,) = ask.get("/drafts", params={"product": CARD, "locale": "ru"}).json()["items"]
        assert (draft["origin"], draft["score"]) == ("machine", None)
        assert draft["engine"].startswith("argos zh_ru")
        with office.database.reading() as session:
            assert find_product(session, CARD).text("ru", "storage") is None

    def test_an_unknown_card_is_told_at_once(self, office: Office) -> None:
        refused = office.as_().post("/translations/fill", json={"products": ["heihe-secret"]})
        assert refused.status_code == 404

    def test_a_job_that_stops_goes_on_and_one_that_is_cancelled_ends(self, office: Office) -> None:
        ask = office.as_("streamer")
        number = ask.post("/translations/fill", json={}).json()["id"]
        office.app.state.queue.stopping.set()
        run_job(office.app.state.database, office.app.state.queue, number)
        assert ask.get(f"/jobs/{number}").json()["state"] == "queued"
        office.app.state.queue.stopping.clear()
        run_job(office.app.state.database, office.app.state.queue, number)
        assert ask.get(f"/jobs/{number}").json()["state"] == "done"
        other = ask.post("/translations/fill", json={}).json()["id"]
        with office.database.writing() as session:
            session.get_one(Job, other).cancel_wanted = True
        run_job(office.app.state.database, office.app.state.queue, other)
        assert ask.get(f"/jobs/{other}").json()["state"] == "cancelled"


class TestReading:
    def test_a_draft_is_opened_beside_all_its_reader_needs(self, office: Office) -> None:
        number = office.filled()["id"]
        answer = office.as_().get(f"/drafts/{number}")
        opened = answer.json()
        assert answer.headers["etag"] == f'"{number}-1"'
        assert (opened["source"], opened["previous"], opened["stale"]) == (SOURCE, None, False)
        best = opened["matches"][0]
        assert (best["kind"], best["score"], best["text"], best["kept"]) == ("numbers", 99, DRAFT, "存放于0至25℃处。")
        assert opened["sentences"][0]["unit"] == best["unit"]
        assert [one for one in opened["findings"] if one["level"] in ("block", "error")] == []

    def test_findings_are_live_with_place_and_words_of_the_reader(self, office: Office) -> None:
        number = office.filled()["id"]
        wrong = {"text": "存放于5至30℃处。"}
        for lang, word in (("ru", "в другом тексте"), ("zh", "另一")):
            items = office.as_("streamer", lang=lang).post(f"/drafts/{number}/check", json=wrong).json()["items"]
            found = next(one for one in items if one["check"] == "num.mismatch")
            assert found["level"] == "error"
            assert word in found["message"].lower(), found
            side = SOURCE if found["side"] == "ru" else wrong["text"]
            assert side[found["start"] : found["end"]].strip()
        certain = office.as_().post(f"/drafts/{number}/check", json={"text": "存放于5至20℃处."}).json()["items"]
        fix = next(one["fix"] for one in certain if one["fix"])
        assert fix["text"] == "。"

    def test_terms_of_the_source_have_their_counterparts(self, office: Office) -> None:
        words = [{"locale": "ru", "text": "температура"}, {"locale": "zh", "text": "温度"}]
        given = {"key": "temperature", "domain": "storage", "source": "ГОСТ", "wordings": words}
        assert office.as_().post("/terms/concepts", json=given).status_code == 201
        (span,) = office.as_().get(f"/drafts/{office.filled()['id']}").json()["terms"]
        assert (SOURCE[span["start"] : span["end"]], span["senses"][0]["wanted"]) == ("температуре", ["温度"])

    def test_another_organisation_sees_nothing(self, office: Office) -> None:
        number = office.filled()["id"]
        other = office.as_("admin", "heihe")
        assert number not in [one["id"] for one in other.get("/drafts").json()["items"]]
        office.speaks("admin@heihe", "zh", "ru")
        assert other.get(f"/drafts/{number}").status_code == 404
        for act, body in (
            ("check", {"text": "x"}), ("accept", {}), ("refuse", {"reason": "x"}), ("comments", {"text": "x"}),
            ("ignore", {"check": "len.ratio", "reason": "long enough"}), ("heed", {"check": "len.ratio"}),
        ):  # fmt: skip
            assert other.post(f"/drafts/{number}/{act}", json=body).status_code == 404, act


class TestDeciding:
    def test_only_who_knows_the_language_accepts(self, office: Office) -> None:
        number = office.filled()["id"]
        office.speaks("admin@amur", "ru")
        refused = office.as_().post(f"/drafts/{number}/accept", json={})
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:amurlive:problem:not-your-language")
        assert office.as_().post(f"/drafts/{number}/refuse", json={"reason": "не то"}).status_code == 403
        assert office.as_().patch("/people/admin@amur", json={"languages": ["zh"]}).status_code == 200
        assert office.as_().post(f"/drafts/{number}/accept", json={}).json()["state"] == "accepted"

    def test_who_may_translate_may_not_decide(self, office: Office) -> None:
        number = office.filled()["id"]
        office.speaks("streamer@amur", "zh", "ru")
        streamer = office.as_("streamer")
        for act, body in (("accept", {}), ("refuse", {"reason": "x"}), ("ignore", {"check": "len.ratio", "reason": "long enough"})):  # fmt: skip
            assert streamer.post(f"/drafts/{number}/{act}", json=body).status_code == 403
        assert streamer.post("/drafts/accept-exact", json={"locale": "zh"}).status_code == 403
        assert office.as_("trainer").get("/drafts").status_code == 403

    def test_an_accepted_draft_is_on_the_card_and_told(self, office: Office) -> None:
        number = office.filled()["id"]
        done = office.as_().post(f"/drafts/{number}/accept", json={"seconds": 9}, headers={"if-match": f'"{number}-1"'})
        assert (done.json()["state"], done.json()["distance"], done.json()["seconds"]) == ("accepted", 0, 9)
        assert done.headers["etag"] == f'"{number}-{done.json()["version"]}"'
        told = {"draft": number, "state": "accepted", "product": CARD, "field": "storage", "locale": "zh"}
        assert office.events("draft.decided") == [told]
        again = office.as_().post(f"/drafts/{number}/accept", json={})
        assert again.status_code == 409
        look = office.as_().get("/memory/look", params={"text": SOURCE, "source": "ru"}).json()["items"]
        assert (look[0]["score"], look[0]["text"]) == (100, DRAFT)
        rows = office.as_().get("/translations/productivity").json()["items"]
        (mine,) = [row for row in rows if row["accepted"]]
        assert (mine["origin"], mine["distance"], mine["seconds"]) == ("memory", 0, 9)

    def test_own_words_with_a_wrong_number_stay_off_the_card(self, office: Office) -> None:
        number = office.filled()["id"]
        refused = office.as_().post(f"/drafts/{number}/accept", json={"text": "存放于5至30℃处。"})
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:amurlive:problem:still-wrong")
        taken = office.as_().post(f"/drafts/{number}/accept", json={"text": "请存放于5至20℃处。"}).json()
        assert (taken["state"], taken["final"]) == ("edited", "请存放于5至20℃处。")

    def test_a_decision_on_another_version_is_refused(self, office: Office) -> None:
        number = office.filled()["id"]
        for act, body in (("accept", {}), ("refuse", {"reason": "не то"})):
            answer = office.as_().post(f"/drafts/{number}/{act}", json=body, headers={"if-match": f'"{number}-7"'})
            assert answer.status_code == 412

    def test_a_refusal_has_a_reason(self, office: Office) -> None:
        number = office.filled()["id"]
        assert office.as_().post(f"/drafts/{number}/refuse", json={"reason": "  "}).status_code == 422
        done = office.as_().post(f"/drafts/{number}/refuse", json={"reason": "не тот товар"}).json()
        assert (done["state"], done["reason"], done["final"]) == ("refused", "не тот товар", None)
        assert office.events("draft.decided")[0]["state"] == "refused"

    def test_a_comment_is_said_once(self, office: Office) -> None:
        number = office.filled()["id"]
        for _ in range(2):
            said = office.as_("streamer").post(f"/drafts/{number}/comments", json={"text": "про тот ли сорт?"})
            assert said.status_code == 201
        (comment,) = office.as_().get(f"/drafts/{number}").json()["comments"]
        assert (comment["text"], comment["person"]) == ("про тот ли сорт?", "streamer amur")

    def test_only_what_the_memory_holds_word_for_word_is_accepted_at_once(self, office: Office) -> None:
        number = office.filled()["id"]
        ask = office.as_()
        assert ask.post("/drafts/accept-exact", json={"locale": "zh", "product": CARD}).json() == {
            "accepted": [], "left": 0,
        }  # fmt: skip
        assert ask.post(f"/drafts/{number}/refuse", json={"reason": "anew"}).status_code == 200
        with office.database.writing() as session:
            remember(session, [UnitGiven(DRAFT, SOURCE, "ru", reviewed=True, field="storage")])
        again = office.filled()
        assert again["score"] >= 100
        office.speaks("admin@amur", "ru")
        assert ask.post("/drafts/accept-exact", json={"locale": "zh"}).status_code == 403
        office.speaks("admin@amur", "zh")
        assert ask.post("/drafts/accept-exact", json={"locale": "zh"}).json()["accepted"] == [again["id"]]
        assert len(office.events("draft.decided")) == 2


class TestLeaving:
    def test_a_finding_is_left_with_a_reason_for_these_words_only(self, office: Office) -> None:
        number = office.filled()["id"]
        ask, text = office.as_(), "存放于5至20℃处."
        before = ask.post(f"/drafts/{number}/check", json={"text": text}).json()["items"]
        check = next(one["check"] for one in before if one["ignorable"])
        left = ask.post(f"/drafts/{number}/ignore", json={"check": check, "reason": "так на этикетке", "text": text})
        assert check not in {one["check"] for one in left.json()["items"]}
        (row,) = left.json()["ignored"]
        assert (row["check"], row["reason"], row["person"]) == (check, "так на этикетке", "admin amur")
        other = ask.post(f"/drafts/{number}/check", json={"text": f"请{text}"}).json()
        assert check in {one["check"] for one in other["items"]}
        assert other["ignored"] == []
        heeded = ask.post(f"/drafts/{number}/heed", json={"check": check, "text": text}).json()
        assert check in {one["check"] for one in heeded["items"]}
        acts = [one["action"] for one in ask.get("/audit", params={"thing": CARD}).json()["items"]]
        assert acts[:2] == ["finding.heeded", "finding.left"]

    def test_it_needs_the_language_a_reason_and_a_check_that_may_be_left(self, office: Office) -> None:
        number = office.filled()["id"]
        place = f"/drafts/{number}/ignore"
        assert office.as_().post(place, json={"check": "stale.source", "reason": "long enough"}).status_code == 409
        assert office.as_().post(place, json={"check": "len.ratio", "reason": "нет"}).status_code == 422
        assert office.as_().post(place, json={"check": "no.such", "reason": "long enough"}).status_code == 404
        office.speaks("admin@amur", "ru")
        assert office.as_().post(place, json={"check": "len.ratio", "reason": "long enough"}).status_code == 403


def test_a_text_of_any_signs_is_answered(office: Office) -> None:
    number = office.filled()["id"]
    for text in ("", "\u202e\ufeff", "«" * 300, "1" * 20_000, "存" * 20_000):
        assert office.as_().post(f"/drafts/{number}/check", json={"text": text}).status_code == 200
    assert office.as_().post(f"/drafts/{number}/check", json={"text": "\0"}).status_code == 422
    assert office.as_().post(f"/drafts/{number}/accept", json={"text": ""}).status_code in (409, 422)
