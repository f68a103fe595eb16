"""Webhooks: told after the commit and never otherwise, signed, retried, logged, and never into the house's own network."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from service.app import create_app
from service.database import Database, now
from service.people.caller import MACHINE
from service.people.operating import acting
from service.pricing.files import PriceEntry
from service.pricing.setting import set_prices
from service.settings import Settings
from service.webhooks.addresses import BadAddress, check_url, reachable
from service.webhooks.models import Delivery, Event
from service.webhooks.sending import RETRIES, deliver_due
from service.webhooks.signing import signature
from service.worker.making import make_queue
from tests.crew import bearer

KEY = b"k" * 32


class Receiver(HTTPServer):
    """A merchant's system that keeps what it gets and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write("好 / ладно".encode())

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def house(server: Any, tmp_path: Path) -> Iterator[Any]:
    settings = Settings(
        database_url=server.create("manned"), secret_file=tmp_path / "key", workers=0, webhook_private=True, log_level="ERROR",
        secret_key=KEY.decode(),  # type: ignore[arg-type]
    )  # fmt: skip
    database = acting(Database(settings.database_url), "amur")
    queue = make_queue(settings, KEY, database)
    with database.acting(MACHINE).writing() as session:  # what the crew's making told before
        session.execute(update(Event).values(spread=True))
    yield settings, database, queue, server
    database.close()


def _listen(house: Any, url: str, **more: Any) -> Any:
    settings, _, _, server = house
    with TestClient(create_app(settings), headers=bearer(server.tokens["amur", "merchant"])) as client:
        answer = client.post("/api/v1/webhooks", json={"url": url, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def _price(database: Database, live: int = 880) -> None:
    with database.writing() as session:
        set_prices(session, {"AMUR-ONE": PriceEntry.model_validate({"CN": {"live": live}})})


def _deliver(house: Any) -> int:
    settings, database, queue, _ = house
    return deliver_due(database, queue, KEY, settings)


def _log(database: Database) -> list[Delivery]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def test_a_change_is_told_signed_and_logged(house: Any, receiver: Receiver) -> None:
    database = house[1]
    secret = _listen(house, receiver.url, kinds=["price.set"])["secret"]
    _price(database)
    assert _deliver(house) == 1
    headers, body = receiver.got[0]
    told = json.loads(body)
    assert told["type"] == "price.set"
    assert told["data"] == {"sku": "AMUR-ONE", "market": "CN", "currency": "CNY", "live": 880}
    expected = signature(secret, headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert headers["webhook-signature"] == expected
    assert _deliver(house) == 0
    [entry] = _log(database)
    assert (entry.state, entry.status, entry.answer, entry.tries) == ("sent", 200, "好 / ладно", 1)


def test_what_was_rolled_back_is_not_told(house: Any, receiver: Receiver) -> None:
    database = house[1]
    _listen(house, receiver.url)

    def change_and_fail() -> None:
        with database.writing() as session:
            set_prices(session, {"AMUR-ONE": PriceEntry.model_validate({"CN": {"live": 1}})})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    _deliver(house)
    assert [json.loads(body)["type"] for _, body in receiver.got] == []


def test_others_are_not_told(house: Any, receiver: Receiver) -> None:
    database = house[1]
    _listen(house, receiver.url)
    with acting(database, "heihe").writing() as session:
        set_prices(session, {"HEIHE-ONE": PriceEntry.model_validate({"CN": {"live": 5}})})
    _deliver(house)
    assert receiver.got == []


def test_a_receiver_that_fails_is_tried_again_later_and_given_up_in_the_end(house: Any, receiver: Receiver) -> None:
    database = house[1]
    _listen(house, receiver.url)
    receiver.status = 503
    _price(database)
    assert _deliver(house) == 1
    assert _deliver(house) == 0
    [entry] = _log(database)
    assert (entry.state, entry.status, entry.tries) == ("waiting", 503, 1)
    assert entry.due_at > now()
    for _ in RETRIES:
        with database.acting(MACHINE).writing() as session:
            session.execute(update(Delivery).values(due_at=now() - timedelta(seconds=1)))
        _deliver(house)
    [entry] = _log(database)
    assert entry.state == "dead"
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    receiver.status = 204
    settings, _, _, server = house
    with TestClient(create_app(settings), headers=bearer(server.tokens["amur", "merchant"])) as client:
        assert client.post(f"/api/v1/webhooks/deliveries/{entry.id}/again").status_code == 202
        stranger = client.post(
            f"/api/v1/webhooks/deliveries/{entry.id}/again", headers=bearer(server.tokens["heihe", "merchant"])
        )
        assert stranger.status_code == 404
    _deliver(house)
    assert _log(database)[0].state == "sent"


def test_nobody_listening_there_is_an_entry_in_the_log(house: Any, receiver: Receiver) -> None:
    _listen(house, "http://127.0.0.1:9/hook")
    _price(house[1])
    _deliver(house)
    [entry] = _log(house[1])
    assert entry.status is None
    assert entry.answer
    assert entry.state == "waiting"


def test_redirects_are_not_followed(house: Any, receiver: Receiver) -> None:
    _listen(house, receiver.url)
    receiver.status = 302
    _price(house[1])
    _deliver(house)
    assert len(receiver.got) == 1
    assert _log(house[1])[0].state == "waiting"


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "ftp://example.org/x", "https://", "https://user:pw@example.org/", "https://example.org:99999/", "javascript:1"]
)  # fmt: skip
def test_addresses_that_are_no_webhook_are_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        check_url(url, private=False)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.7", "192.168.1.1", "169.254.169.254", "::1", "localhost", "0.0.0.0"]
)
def test_the_houses_own_network_is_out_of_reach(host: str) -> None:
    with pytest.raises(BadAddress):
        reachable(host, 443, private=False)


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of Standard Webhooks 1.0.0 (secret, id, timestamp, body → signature)."""
    body = b'{"test": 2432232314}'
    given = signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert given == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
