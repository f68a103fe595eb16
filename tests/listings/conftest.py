"""What tests of listings over HTTP share: a catalogue whose cards may stand in three channels, with a shop at each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.database import Database
from service.inventory.opening import import_opening
from service.jobs.running import run_job
from service.people.models import Membership, Person
from service.people.operating import acting
from service.people.organisations import make_organisation
from service.people.rights import rights_of
from service.people.tokens import make_token
from service.settings import Settings
from tests.conftest import Server
from tests.crew import bearer
from tests.listings.stall import set_up

CHANNELS = ["ozon", "douyin", "yml_feed"]
CALLERS = (("park", "merchant"), ("park", "streamer"), ("park", "trainer"), ("amur", "merchant"))
_made: dict[int, tuple[str, dict[tuple[str, str], str]]] = {}


class Mart:
    """The service over a database of its own; nobody works unless a test says so."""

    def __init__(self, app: Any, database: Database, tokens: dict[tuple[str, str], str]) -> None:
        self.app, self.database, self._tokens = app, acting(database), tokens

    def client(self, organisation: str = "park", role: str = "merchant", lang: str = "ru") -> TestClient:
        """Somebody's program."""
        headers = dict(bearer(self._tokens[organisation, role], lang))
        return TestClient(self.app, base_url="http://testserver/api/v1", headers=headers)

    def work(self, job: dict[str, Any]) -> dict[str, Any]:
        """Do an ordered job; what the API tells of it afterwards."""
        run_job(self.app.state.database, self.app.state.queue, job["id"])
        told: dict[str, Any] = self.client().get(f"/jobs/{job['id']}").json()
        return told


@pytest.fixture
def mart(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mart]:
    """Shops at Ozon, Douyin and a feed, everything their cards need, and people of two organisations."""
    monkeypatch.setenv("AMURLIVE_SECRET_KEY", "s" * 48)
    template, tokens = _prepared(server)
    url = server._create(template)
    app = create_app(Settings(database_url=url, log_level="ERROR", workers=0))
    database = Database(url)
    with TestClient(app):
        yield Mart(app, database, tokens)
    database.close()
    server.discard(url)


def _prepared(server: Server) -> tuple[str, dict[tuple[str, str], str]]:
    """Made once for each kind of database and copied for each test: making cards listable takes seconds."""
    if id(server) not in _made:
        url, tokens = server.create("stocked"), {}
        database = Database(url)
        with acting(database).writing() as session:
            import_opening(session)
            set_up(session, CHANNELS)
            make_organisation(session, key="amur", kind="merchant", name_zh="阿穆尔", name_ru="«Амур»")
        for key, role in CALLERS:
            house = acting(database, key)
            with house.writing() as session:
                person = Person(login=f"{role}@{key}", name=f"{role} {key}")
                session.add(person)
                session.flush()
                session.add(Membership(person_id=person.id, organisation_id=house.caller.organisation, role=role))  # type: ignore[attr-defined]
                session.flush()
                held = rights_of(frozenset({role}), kind="park" if key == "park" else "merchant", host=key == "park")  # type: ignore[arg-type]
                tokens[key, role] = make_token(session, name="test", scopes=held, days=1, person=person.id)[1]
        database.close()
        _made[id(server)] = url, tokens
    return _made[id(server)]
