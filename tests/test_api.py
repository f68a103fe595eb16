"""The API over HTTP, as other programs use it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from service.app import create_app
from service.livestream.shows import find_script
from service.people.operating import acting
from service.settings import Settings
from tests.clearing import clear
from tests.crew import bearer

SHOW = {
    "key": "x", "name": {"zh": "晚场", "ru": "Вечер"}, "pattern": "evening-60", "minutes": 20,
    "items": [{"sku": "RU-HONEY-500", "role": "hit"}, {"sku": "HH-WOODEAR-150"}],
}  # fmt: skip
COMPOSE = {"pattern": "evening-60", "skus": ["RU-HONEY-500:hit", "RU-KVAS-1500"], "minutes": 20, "seed": 7}


@pytest.fixture
def api(server, tmp_path: Path) -> Iterator[TestClient]:  # type: ignore[no-untyped-def]
    """The API as the park's administrator, in Russian."""
    url = server.create("manned")
    app = create_app(
        Settings(database_url=url, secret_file=tmp_path / "key", out_dir=tmp_path, log_level="ERROR", workers=0)
    )
    with TestClient(app, base_url="http://testserver/api/v1", headers=bearer(server.tokens["park", "admin"])) as client:
        yield client


def test_the_catalogue_is_paged_in_stable_order(api: TestClient) -> None:
    keys: list[str] = []
    after = None
    while True:
        page = api.get("/products", params={"limit": 10, **({"after": after} if after else {})}).json()
        keys += [item["key"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert keys == sorted(set(keys))
    assert len(keys) >= 60
    card = api.get(f"/products/{keys[0]}").json()
    assert {text["locale"] for text in card["texts"]} == {"zh", "ru"}
    assert "shelf_life" in card["unverified"] or not card["unverified"] or card["unverified"]


def test_a_script_is_composed_without_being_kept(api: TestClient) -> None:
    data = api.post("/scripts/compose", json=COMPOSE).json()
    assert data["seed"] == 7
    assert abs(data["seconds"] - 1200) <= 36
    assert api.get("/shows").json() == {"items": [], "next": None}
    assert api.post("/scripts/compose", params={"format": "srt"}, json=COMPOSE).text.startswith("1\n00:00:00")
    again = api.post("/scripts/compose", json=COMPOSE).json()
    assert again == data


def test_a_show_is_kept_composed_changed_and_taken_to_air(api: TestClient) -> None:
    assert api.put("/shows/evening", json=SHOW).status_code == 200
    script = api.post("/shows/evening/scripts").json()
    assert script["version"] == 1
    line = next(line for block in script["blocks"] for line in block["lines"] if line["slot"] == "feature")
    place = f"/shows/evening/scripts/1/lines/{line['key']}"
    redone = api.post(f"{place}/redo").json()["line"]
    assert redone["variant"] != line["variant"]
    changed = api.patch(place, json={"zh": "换成我自己的话。", "locked": True}).json()["line"]
    assert changed["said"]["zh"]["text"] == "换成我自己的话。"
    assert changed["locked"]
    refused = api.post(f"{place}/redo")
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert "закреплена" in refused.json()["title"]
    steps = "/shows/evening/scripts/1/state"
    assert api.post(steps, json={"to": "checked"}).status_code == 200
    unseen = api.post(steps, json={"to": "reviewed"})
    assert unseen.status_code == 409
    assert unseen.json()["type"].endswith("not-reviewed")
    looked = dict.fromkeys(("content", "narration", "costume", "set", "props"), True)
    assert api.post("/shows/evening/scripts/1/review", json=looked).json()["reviewer"] == "admin park"
    assert api.post(steps, json={"to": "reviewed"}).status_code == 200
    stopped = api.post(steps, json={"to": "ready"})
    assert stopped.status_code == 409
    assert stopped.json()["type"].endswith("findings-open")
    assert "CN-LIVE-SELLER" in stopped.json()["title"]
    with acting(api.app.state.database).writing() as session:  # type: ignore[attr-defined]
        assert clear(session, find_script(session, "evening")) == []
    for state in ("ready", "aired"):
        assert api.post(steps, json={"to": state}).status_code == 200
    kept = api.get("/compliance/checks", params={"kind": "show", "key": "evening"}).json()["items"]
    assert kept[0]["stops"] == 0
    steps = api.get("/shows/evening/scripts/1").json()["steps"]
    assert [step["state"] for step in steps] == ["draft", "checked", "reviewed", "ready", "aired"]
    assert {step["person"] for step in steps} == {"admin park"}
    document = api.get("/shows/evening/scripts/1/export/docx")
    assert document.content.startswith(b"PK")
    assert 'filename="evening-v1.docx"' in document.headers["content-disposition"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "/scripts/compose", COMPOSE | {"skus": ["RU-HONNEY-500"]}, 404, "RU-HONEY-500"),
        ("POST", "/scripts/compose", COMPOSE | {"skus": []}, 422, "skus"),
        ("POST", "/scripts/compose", COMPOSE | {"minutes": "много"}, 422, "minutes"),
        ("POST", "/scripts/compose", COMPOSE | {"minutes": 0}, 422, "больше 0"),
        ("POST", "/scripts/compose", COMPOSE | {"languages": ["en"]}, 422, "languages"),
        ("POST", "/scripts/compose", COMPOSE | {"skus": ["RU-HONEY-500:star"]}, 422, "role"),
        ("POST", "/scripts/compose", COMPOSE | {"colour": "red"}, 422, "colour"),
        ("POST", "/scripts/compose?format=pdf", COMPOSE, 422, "docx"),
        ("PUT", "/shows/evening", SHOW | {"pattern": "morning"}, 404, "morning"),
        ("PUT", "/shows/evening", SHOW | {"items": [], "next": None}, 422, "items"),
        ("PUT", "/shows/Evening!", SHOW, 422, "key"),
        ("PUT", "/shows/evening", SHOW | {"languages": ["zh", "zh"]}, 422, "дважды"),
        ("PUT", "/shows/evening", SHOW | {"host": {"zh": "\u0000", "ru": "а"}}, 422, "host.zh"),
        (
            "PUT",
            "/shows/evening",
            SHOW
            | {
                "items": [
                    {
                        "sku": "RU-HONEY-500",
                        "gift": {"quantity": 1, "zh": {"measure": "个", "noun": "杯"}, "ru": {"noun": "хрюндель"}},
                    }
                ]
            },
            422,
            "хрюндель",
        ),
        ("POST", "/scripts/compose", COMPOSE | {"seed": 10**30}, 422, "seed"),
        ("POST", "/scripts/compose", [], 422, "ключ"),
        ("GET", "/shows/none", None, 404, "none"),
        ("GET", "/products/none", None, 404, "none"),
        ("GET", "/products?limit=1000", None, 422, "200"),
        ("GET", "/nowhere", None, 404, "ничего нет"),
        ("DELETE", "/shows", None, 405, "не принимает"),
    ],
)
def test_bad_requests_get_a_problem_in_the_callers_language(
    api: TestClient, method: str, path: str, body: Any, status: int, said: str
) -> None:
    answer = api.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert said in problem["detail"], problem
    assert problem["status"] == status
    assert answer.headers["x-request-id"]


def test_a_body_that_is_not_json_is_a_problem_too(api: TestClient) -> None:
    answer = api.post("/scripts/compose", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_answer_waits_for_the_commit(api: TestClient) -> None:
    """A commit that fails must never have said 200."""

    def fail(session: Session) -> None:
        raise RuntimeError("the disk is full")

    event.listen(Session, "before_commit", fail)
    try:
        answer = api.put("/shows/evening", json=SHOW)
        assert answer.status_code == 500
        assert "disk" not in answer.text
    finally:
        event.remove(Session, "before_commit", fail)
    assert api.get("/shows").json() == {"items": [], "next": None}


def test_the_description_names_every_endpoint_and_its_examples_work(api: TestClient) -> None:
    description = api.get("/openapi.json").json()
    assert "/api/v1/shows/{key}/scripts/{version}/lines/{line}/redo" in description["paths"]
    example = description["components"]["schemas"]["ComposeRequest"]["example"]
    assert api.post("/scripts/compose", json=example).status_code == 200


def test_errors_follow_the_callers_language(api: TestClient) -> None:
    said = {
        lang: api.get("/shows/none", headers={"accept-language": lang}).json()["title"] for lang in ("zh", "ru", "en")
    }
    assert said["zh"].startswith("直播场次")
    assert said["ru"].startswith("Не найдено")
    assert len(set(said.values())) == 3
