"""What tests of prices share: clients of the API by organisation and role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.database import Database
from service.settings import Settings
from tests.crew import bearer


@pytest.fixture
def town(server: Any, tmp_path: Path) -> Iterator[Any]:
    """Gives clients of the API by organisation and role, speaking Russian; the database stands beside."""
    url = server.create("manned")
    app = create_app(Settings(database_url=url, secret_file=tmp_path / "key", log_level="ERROR", workers=0))

    def client(organisation: str, role: str = "merchant") -> TestClient:
        headers = dict(bearer(server.tokens[organisation, role]))
        return TestClient(app, base_url="http://testserver/api/v1", headers=headers)

    client.database = Database(url)  # type: ignore[attr-defined]
    with TestClient(app):
        yield client
    client.database.close()  # type: ignore[attr-defined]
