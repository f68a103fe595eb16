"""A crowd that buys through the web: one process holds many connections to `amurlive serve` on SQLite, each asking again once answered.

What a reservation costs is held against what the same service answers to the same client while doing next to nothing (`/me`, which
recognises its caller by the same token), and against FastAPI's own empty endpoint.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from bench.databases import fresh
from bench.market import HOT, KEYS, SECONDS, SKU, _stock
from bench.requests import EMPTY, _free_port, _running
from service.inventory.reserving.models import Reservation
from service.people.founding import first_administrator, found
from service.people.tokens import make_token

__all__ = ["CONNECTIONS", "MANY", "Crowd", "crowd", "through_the_web"]

CONNECTIONS, SENDING_MANY, MANY = 64, 8, 500  # connections; those that send so many reservations in one request
LINE = {"sku": SKU, "quantity": 1}


class Crowd(NamedTuple):
    """Ports of the empty endpoint and of the service, whose caller the token is; reservations it answered so far."""

    empty: int
    service: int
    token: str
    answered: list[int]


@contextmanager
def crowd() -> Iterator[Crowd]:
    """Both servers at work. Stops at the end unless the database holds what was answered."""
    with fresh("SQLite") as database, tempfile.TemporaryDirectory() as folder:
        _stock(database)
        with database.writing() as session:
            found(session)
            person = first_administrator(session)
            assert person is not None
            token = make_token(session, name="bench", scopes=["stock:write"], days=1, person=person.id)[1]
        database.close()
        made = Crowd(_free_port(), _free_port(), token, [])
        serve = [sys.executable, "-m", "service.cli", "serve", "--port", str(made.service)]
        told = {"DATABASE_URL": str(database.url), "AMURLIVE_LOG_FORMAT": "json", "PYTHONPATH": str(Path.cwd())}
        with (
            _running([sys.executable, "-c", EMPTY % made.empty], Path(folder), made.empty, "/"),
            _running(serve, Path(folder), made.service, "/healthz", **told),
        ):
            _reservations(made, 1, 0.5)  # what is made once; the day of the token's use is noted
            yield made
        with database.reading() as session:
            kept = session.scalar(select(func.count()).where(Reservation.state == "active"))
        if kept != sum(made.answered):
            raise SystemExit(f"{sum(made.answered)} reservations answered, {kept} kept")


def through_the_web(made: Crowd) -> dict[str, float]:
    """Answers a second of the empty endpoint, of `/me` and to reservations; reservations a second when they come by the hundred."""
    empty, me = _request("GET", "/", {"Host": "bench"}), _request("GET", "/api/v1/me", _head(made))
    return {
        "web empty": _rate(made.empty, lambda: empty, CONNECTIONS, 200).rate,
        "web /me": _rate(made.service, lambda: me, CONNECTIONS, 200).rate,
        "web reservations": _reservations(made, CONNECTIONS),
        "web many": _many(made),
    }


def _reservations(made: Crowd, connections: int, seconds: float = SECONDS) -> float:
    body = json.dumps({"show": HOT, "lines": [LINE]}).encode()

    def make() -> bytes:
        return _request("POST", "/api/v1/reservations", _head(made) | {"Idempotency-Key": next(KEYS)}, body)

    got = _rate(made.service, make, connections, 201, seconds)
    made.answered.append(got.answers)
    return got.rate


def _many(made: Crowd) -> float:
    def make() -> bytes:
        items = [{"key": next(KEYS), "show": HOT, "lines": [LINE]} for _ in range(MANY)]
        return _request("POST", "/api/v1/reservations/bulk", _head(made), json.dumps({"items": items}).encode())

    got = _rate(made.service, make, SENDING_MANY, 200)
    made.answered.append(got.answers * MANY)
    return got.rate * MANY


# ---- the client: as little as HTTP/1.1 needs, so that the service has the machine


class Got(NamedTuple):
    """Answers, and answers a second."""

    answers: int
    rate: float


def _head(made: Crowd) -> dict[str, str]:
    return {"Host": "bench", "Authorization": f"Bearer {made.token}"}


def _request(method: str, path: str, head: dict[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    if body:
        head |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def _rate(port: int, make: Callable[[], bytes], connections: int, status: int, seconds: float = SECONDS) -> Got:
    """So many connections, kept open, each asking again as soon as it is answered. Stops at any other status."""
    return asyncio.run(_asked(port, make, connections, f"HTTP/1.1 {status} ".encode(), seconds))


async def _asked(port: int, make: Callable[[], bytes], connections: int, expected: bytes, seconds: float) -> Got:
    begin = time.perf_counter()
    over = begin + seconds

    async def ask() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        answered = 0
        while time.perf_counter() < over:
            writer.write(make())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0])
            said = await reader.readexactly(length)
            if not head.startswith(expected) or b'"problem":{' in said:
                raise SystemExit((head + said)[:2000].decode())
            answered += 1
        writer.close()
        return answered

    answers = sum(await asyncio.gather(*(ask() for _ in range(connections))))
    return Got(answers, answers / (time.perf_counter() - begin))
