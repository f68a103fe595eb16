"""Posts that move money happen once, whoever repeats them and whatever died in between."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from starlette.testclient import TestClient

from service.app import create_app
from service.database import now
from service.people.audit import AuditEntry
from service.people.caller import MACHINE
from service.people.once import Answered, forget_old

PRICES = {"prices": {"AMUR-ONE": {"CN": {"live": 777}}}}


def _changes(town: Any) -> int:
    with town.database.acting(MACHINE).reading() as session:
        return session.scalar(select(func.count()).where(AuditEntry.action == "price.set")) or 0


def test_the_same_key_gets_the_same_answer_also_after_a_restart(town: Any, amur: Any) -> None:
    before = _changes(town)
    first = amur("merchant").post("/prices", json=PRICES, headers={"idempotency-key": "one-two-three"})
    assert first.status_code == 200, first.text
    assert "idempotency-replayed" not in first.headers
    again = amur("merchant").post("/prices", json=PRICES, headers={"idempotency-key": "one-two-three"})
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    with TestClient(create_app(town.settings), headers=dict(amur("merchant").headers)) as restarted:
        later = restarted.post("/api/v1/prices", json=PRICES, headers={"idempotency-key": "one-two-three"})
    assert later.content == first.content
    assert _changes(town) == before + 1


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(town: Any, amur: Any) -> None:
    amur("merchant").post("/prices", json=PRICES, headers={"idempotency-key": "one-two-three"})
    other = {"prices": {"AMUR-ONE": {"CN": {"live": 1}}}}
    answer = amur("merchant").post("/prices", json=other, headers={"idempotency-key": "one-two-three"})
    assert answer.status_code == 409
    assert "Idempotency-Key" in answer.json()["title"]
    live = [p["live"] for p in amur("merchant").get("/prices").json()["items"] if p["market"] == "CN"]
    assert live == [777]


@pytest.mark.parametrize("key", [None, "short", "has space in it", "x" * 81, "кириллица-ключ"])
def test_a_post_without_a_proper_key_is_refused(amur: Any, key: str | None) -> None:
    headers = {"idempotency-key": key.encode()} if key else {}
    assert amur("merchant").post("/prices", json=PRICES, headers=headers).status_code == 422


def test_a_request_that_failed_may_be_tried_again_under_its_key(town: Any, amur: Any) -> None:
    wrong = {"prices": {"NO-SUCH": {"CN": {"live": 1}}}}
    for _ in range(2):
        assert (
            amur("merchant").post("/prices", json=wrong, headers={"idempotency-key": "one-two-three"}).status_code
            == 404
        )
    assert (
        amur("merchant").post("/prices", json=PRICES, headers={"idempotency-key": "one-two-three"}).status_code == 200
    )


def test_keys_of_others_are_their_own(town: Any, amur: Any) -> None:
    amur("merchant").post("/prices", json=PRICES, headers={"idempotency-key": "one-two-three"})
    heihe = {"prices": {"HEIHE-ONE": {"CN": {"live": 5}}}}
    answer = town.program("heihe", "merchant").post("/prices", json=heihe, headers={"idempotency-key": "one-two-three"})
    assert answer.status_code == 200
    assert answer.json()["items"][0]["sku"] == "HEIHE-ONE"


def test_many_at_once_with_one_key_do_it_once(town: Any, amur: Any) -> None:
    before = _changes(town)
    answers: list[Any] = []
    clients = [amur("merchant") for _ in range(8)]
    threads = [
        threading.Thread(
            target=lambda c=client: answers.append(
                c.post("/prices", json=PRICES, headers={"idempotency-key": "at-the-same-time"})
            )
        )
        for client in clients
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert _changes(town) == before + 1


def test_answers_are_kept_for_thirty_days(town: Any, amur: Any) -> None:
    amur("merchant").post("/prices", json=PRICES, headers={"idempotency-key": "one-two-three"})
    with town.database.acting(MACHINE).writing() as session:
        assert forget_old(session) == 0
        session.execute(update(Answered).values(at=now() - timedelta(days=31)))
        assert forget_old(session) == 1


def test_an_edit_of_an_old_version_is_refused(town: Any, amur: Any) -> None:
    read = amur("streamer").get("/shows/amur-show/scripts/1")
    tag = read.headers["etag"]
    assert amur("streamer").get("/shows/amur-show/scripts/1", headers={"if-none-match": tag}).status_code == 304
    line = read.json()["blocks"][0]["lines"][0]["key"]
    place = f"/shows/amur-show/scripts/1/lines/{line}"
    first = amur("streamer").patch(place, json={"zh": "大家好。"}, headers={"if-match": tag})
    assert first.status_code == 200
    late = amur("merchant").patch(place, json={"zh": "晚上好。"}, headers={"if-match": tag})
    assert late.status_code == 412
    assert (
        amur("merchant").patch(place, json={"zh": "晚上好。"}, headers={"if-match": first.headers["etag"]}).status_code
        == 200
    )


def test_two_edits_at_the_same_moment_do_not_overwrite_each_other(town: Any, amur: Any) -> None:
    read = amur("streamer").get("/shows/amur-show/scripts/1")
    line = read.json()["blocks"][0]["lines"][0]["key"]
    answers: list[int] = []

    def edit(words: str) -> None:
        answer = amur("streamer").patch(
            f"/shows/amur-show/scripts/1/lines/{line}", json={"zh": words}, headers={"if-match": read.headers["etag"]}
        )
        answers.append(answer.status_code)

    threads = [threading.Thread(target=edit, args=(f"第{number}个人的话。",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 412, 412, 412]
