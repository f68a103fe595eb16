"""A manned installation behind HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.database import Database
from service.people.models import Person
from service.people.operating import acting
from service.people.passwords import hash_password
from service.settings import Settings
from tests.crew import bearer

PASSWORD = "a short sentence 1"


class Town:
    """The service, its database, and whoever calls it."""

    def __init__(self, url: str, folder: Path, tokens: dict[tuple[str, str], str]) -> None:
        self.settings = Settings(database_url=url, secret_file=folder / "key", workers=0, log_level="ERROR")
        self.database = Database(url)
        self.tokens = tokens
        self.app = create_app(self.settings)

    def program(self, organisation: str, role: str) -> TestClient:
        """A client with a token."""
        return TestClient(
            self.app, base_url="http://testserver/api/v1", headers=bearer(self.tokens[organisation, role])
        )

    def browser(self) -> TestClient:
        """A client with a cookie jar that behaves like a browser on our own pages."""
        return TestClient(
            self.app,
            headers={"sec-fetch-site": "same-origin", "accept": "text/html", "accept-language": "ru"},
            follow_redirects=False,
        )

    def give_password(self, login: str) -> None:
        with acting(self.database).writing() as session:
            person = session.query(Person).filter_by(login=login).one()
            person.password = hash_password(PASSWORD)

    def sign_in(self, login: str) -> TestClient:
        self.give_password(login)
        client = self.browser()
        answer = client.post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client


@pytest.fixture
def town(server: Any, tmp_path: Path) -> Iterator[Town]:
    made = Town(server.create("manned"), tmp_path, server.tokens)
    with TestClient(made.app):
        yield made
    made.database.close()


@pytest.fixture
def amur(town: Town) -> Callable[[str], TestClient]:
    """Programs of the merchant «amur», by role."""
    return lambda role: town.program("amur", role)
