"""What no honest caller sends is refused clearly, logged, and changes nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from service.app import create_app
from service.database import Database
from service.livestream.models import Show
from service.people.audit import AuditEntry
from service.people.caller import MACHINE
from service.settings import Settings
from tests.crew import bearer

SHOW = {"key": "x", "name": {"zh": "晚场", "ru": "Вечер"}, "pattern": "single-20", "items": [{"sku": "AMUR-ONE"}]}


@pytest.fixture
def town(server: Any, tmp_path: Path) -> Iterator[tuple[TestClient, Database]]:
    url = server.create("manned")
    app = create_app(Settings(database_url=url, secret_file=tmp_path / "key", workers=0, max_body=20_000))
    database = Database(url)
    with TestClient(app, headers=bearer(server.tokens["amur", "merchant"], "zh")) as client:
        yield client, database
    database.close()


def _state(database: Database) -> tuple[int, int]:
    with database.acting(MACHINE).reading() as session:
        return session.scalar(select(func.count()).select_from(Show)) or 0, session.scalar(
            select(func.count()).select_from(AuditEntry)
        ) or 0


BODY = json.dumps(SHOW).encode()
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/api/v1/shows/x", b"x" * 20_001, JSON, 413),
        ("/api/v1/shows/x", "chunks", JSON, 413),
        ("/api/v1/shows/x", BODY, {"content-type": "text/plain"}, 415),
        ("/api/v1/shows/x", BODY, {"content-type": "application/x-www-form-urlencoded"}, 415),
        ("/api/v1/shows/x", BODY, {"content-type": "multipart/form-data; boundary=x"}, 415),
        ("/api/v1/shows/x", BODY, {}, 415),
        ("/api/v1/shows/x", b'{"key": ', JSON, 422),
        ("/api/v1/shows/x", b"[" * 10_000, JSON, 400),
        ("/api/v1/shows/x", b'"\\ud800"', JSON, 422),
        ("/api/v1/shows/x", b"\xff\xfe\x00", JSON, 400),
        ("/api/v1/shows/x", BODY.replace(b"single-20", b"\\u0000"), JSON, 404),
        ("/api/v1/shows/x", b'{"items": 1e999}', JSON, 422),
        ("/api/v1/shows/%00", BODY, JSON, 400),
        ("/api/v1/shows/..%2f..%2fetc%2fpasswd", BODY, JSON, 404),
        ("/api/v1/shows/%2e%2e", BODY, JSON, 422),
        ("/api/v1/shows/" + "x" * 5000, BODY, JSON, 422),
    ],
)
def test_broken_bodies_and_addresses(
    town: Any, path: str, body: Any, headers: dict[str, str], status: int, caplog: Any
) -> None:
    client, database = town
    before = _state(database)
    with caplog.at_level(logging.INFO):
        content = iter([b"x" * 10_000] * 5) if body == "chunks" else body
        answer = client.put(path, content=content, headers=headers)
    assert answer.status_code in (status, 405 if status == 404 else status), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["title"]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in problem["title"])
    assert _state(database) == before
    assert answer.headers["x-request-id"] in str([record.__dict__ for record in caplog.records])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/static/../settings.py"), ("GET", "/static/%2e%2e/layout.py"), ("GET", "/static/..%2flayout.py"),
        ("GET", "/api/v1/jobs/..%2f1/file"), ("GET", "/api/v1/jobs/99999999999999999999"), ("GET", "/api/v1/jobs/-1"),
        ("GET", "/api/v1/shows?after=%ff"), ("GET", "/api/v1/shows?after=WzEsMl0"), ("GET", "/api/v1/shows?after=WyJhIl0"),
        ("GET", "/api/v1/shows?limit=-1"), ("GET", "/api/v1/audit?action=%0a"), ("TRACE", "/api/v1/shows"), ("GET", "/api/v1/shows/x%00"),
    ],
)  # fmt: skip
def test_tricks_in_addresses_are_refused(town: Any, method: str, path: str) -> None:
    client, database = town
    before = _state(database)
    answer = client.request(method, path)
    assert 400 <= answer.status_code < 500, answer.status_code
    assert "import" not in answer.text
    assert _state(database) == before


def test_every_answer_carries_the_security_headers_also_an_error(town: Any) -> None:
    client, _ = town
    for path in ("/login", "/api/v1/shows", "/nowhere", "/static/icon.svg", "/api/v1/shows/none"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        policy = headers["content-security-policy"]
        assert "unsafe-inline" not in policy.split("style-src")[0]
        assert "script-src 'self'" in policy or "default-src 'none'" in policy


def test_the_log_holds_no_names_no_queries_and_no_secrets(town: Any, caplog: Any) -> None:
    client, _ = town
    with caplog.at_level(logging.INFO):
        client.get("/join/this-is-a-secret-link", headers={"accept": "text/html"})
        client.get("/api/v1/audit", params={"thing": "Лена Иванова"})
        client.post(
            "/login",
            data={"login": "lena@example.org", "password": "my password"},
            headers={"sec-fetch-site": "same-origin"},
        )
    said = str([record.__dict__ for record in caplog.records if record.name == "amurlive.request"])
    assert "/join/{secret}" in said
    for private in ("this-is-a-secret", "Лена", "lena@", "my password", "amur_", "Bearer"):
        assert private not in said


def test_a_request_id_from_a_proxy_is_kept_if_it_is_plain(town: Any) -> None:
    client, _ = town
    assert client.get("/healthz", headers={"x-request-id": "abcdef-123456"}).headers["x-request-id"] == "abcdef-123456"
    odd = client.get("/healthz", headers={"x-request-id": "<script>alert(1)</script>"}).headers["x-request-id"]
    assert odd.isalnum()
