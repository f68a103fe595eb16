"""The whole API under requests that schemathesis makes from its own description, as every role: no 5xx, no answer that the
description does not know, nothing of another organisation.

AMURLIVE_SCHEMA_EXAMPLES asks for more requests an operation than the suite has time for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from service.app import create_app
from service.settings import Settings
from tests.crew import bearer
from tests.people.test_walls import MARKS

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection,
]  # fmt: skip
EXAMPLES = int(os.environ.get("AMURLIVE_SCHEMA_EXAMPLES", "2"))
CALLERS = [
    None,
    ("amur", "merchant"),
    ("park", "admin"),
]  # what each role may is walked in test_walls


@pytest.fixture
def app(request: Any, tmp_path: Path, monkeypatch: Any) -> Iterator[tuple[Any, dict[Any, str]]]:
    monkeypatch.setattr("service.jobs.api.STREAM", 0.1)
    monkeypatch.setenv("AMURLIVE_MEMORY_DIR", str(tmp_path / "memory"))
    server = request.getfixturevalue(f"{request.param}_server")
    url = server.create("manned")
    made = create_app(Settings(database_url=url, secret_file=tmp_path / "key", log_level="ERROR", workers=0))
    with TestClient(made):
        yield made, server.tokens


@pytest.mark.parametrize(
    ("app", "caller"),
    [*(("sqlite", caller) for caller in CALLERS), ("postgresql", ("park", "admin"))],
    indirect=["app"], ids=lambda c: c if isinstance(c, str) else "nobody" if c is None else f"{c[1]}@{c[0]}",
)  # fmt: skip
def test_every_answer_is_as_described(app: Any, caller: tuple[str, str] | None) -> None:
    service, tokens = app
    headers = dict(bearer(tokens[caller])) if caller else {}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", service)
    faults: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            answer = case.call(headers=headers)
            try:
                case.validate_response(answer, checks=CHECKS, headers=headers)
            except BaseException as error:
                parts = getattr(error, "exceptions", [error])
                faults.append(
                    f"{case.method} {case.formatted_path} {answer.status_code}: "
                    + " | ".join(str(part)[:700] for part in parts)
                )
            if caller and caller[0] == "amur":
                found = [mark for mark in MARKS if mark.encode() in answer.content]
                assert not found, (case.formatted_path, found)

        ask()
    assert not faults, "\n\n".join(faults[:12])
