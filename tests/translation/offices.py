"""A manned installation whose merchant «amur» has a card that lacks a Chinese text; programs call, and jobs are done when a test says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select
from starlette.testclient import TestClient

from service.app import create_app
from service.catalog.editing import edit_card, judge_texts
from service.database import Database
from service.jobs.running import run_job
from service.people.models import Person
from service.people.operating import acting
from service.people.persons import Language
from service.settings import Settings
from service.translation.memory.keeping import UnitGiven, remember
from service.webhooks.models import Event
from tests.crew import bearer

CARD = "amur-secret"
SOURCE = "Хранить при температуре от 5 до 20 °C."
DRAFT = "存放于5至20℃处。"


class Office:
    """The service, its database, and whoever calls it. The merchant's administrator answers in Chinese and Russian, nobody else in any."""

    def __init__(self, url: str, folder: Path, tokens: dict[tuple[str, str], str]) -> None:
        settings = Settings(
            database_url=url, secret_file=folder / "key", mt_dir=folder / "mt", workers=0, log_level="ERROR"
        )
        self.app = create_app(settings)
        self.database = acting(Database(url), "amur")
        self.tokens = tokens
        with self.database.writing() as session:
            edit_card(session, CARD, {"storage[zh]": None, "storage[ru]": SOURCE})
            judge_texts(session, CARD)
            unit = UnitGiven(
                "存放于0至25℃处。", "Хранить при температуре от 0 до 25 °C.", "ru", reviewed=True, field="storage"
            )
            remember(session, [unit])
        self.speaks("admin@amur", "zh", "ru")

    def speaks(self, login: str, *languages: Language) -> None:
        """Note in which languages somebody answers."""
        with acting(self.database).writing() as session:
            person = session.scalars(select(Person).where(Person.login == login)).one()
            person.languages = list(languages)

    def as_(self, role: str = "admin", organisation: str = "amur", lang: str = "ru") -> TestClient:
        """A program."""
        headers = {**bearer(self.tokens[organisation, role], lang), "idempotency-key": "k" * 12}
        return TestClient(self.app, base_url="http://testserver/api/v1", headers=headers)

    def done(self, answer: Any) -> dict[str, Any]:
        """A job that was ordered, carried out."""
        assert answer.status_code == 202, answer.text
        number = answer.json()["id"]
        run_job(self.app.state.database, self.app.state.queue, number)
        told: dict[str, Any] = self.as_("admin").get(f"/jobs/{number}").json()
        return told

    def filled(self) -> dict[str, Any]:
        """The draft of the card's storage text."""
        self.done(self.as_("streamer").post("/translations/fill", json={"products": [CARD]}))
        drafts = self.as_().get("/drafts", params={"product": CARD}).json()["items"]
        found: dict[str, Any] = next(one for one in drafts if one["source"] == SOURCE)
        return found

    def upload(self, name: str, content: bytes) -> int:
        """A file sent in; its number."""
        sent = self.as_().post(f"/translations/uploads?name={name}", content=content)
        assert sent.status_code == 201, sent.text
        return int(sent.json()["id"])

    def events(self, kind: str) -> list[dict[str, Any]]:
        """What webhooks are told."""
        with self.database.reading() as session:
            return [one.data for one in session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id))]
