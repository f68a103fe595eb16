"""Measures requests: an authenticated read and an idempotent post as ratios to an empty FastAPI endpoint, and the cold start.

All three are asked in turn, round after round in one run, by the same client over the same kind of connection, so that the
ratios hold on any machine. The empty endpoint is `def`, as ours are: it shows what FastAPI and its thread pool cost.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from service.catalog.importing import import_catalogue
from service.database import Database
from service.people.founding import first_administrator, found
from service.people.operating import acting
from service.people.tokens import make_token
from service.pricing.importing import import_prices

__all__ = ["rows"]

ROUNDS, SECONDS, CLIENTS = 5, 1.5, 4
EMPTY = """
import uvicorn
from fastapi import FastAPI
app = FastAPI()

@app.get("/")
def empty() -> dict[str, str]:
    return {"status": "ok"}

uvicorn.run(app, port=%d, log_config=None, access_log=False)
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(command: list[str], folder: Path, port: int, path: str, **environment: str) -> Iterator[float]:
    """Start a server; gives the seconds to its first answer."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", path)
                connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.01)
        yield time.perf_counter() - start
    finally:
        process.terminate()
        process.wait(40)


def _rate(port: int, ask: Callable[[http.client.HTTPConnection], None]) -> float:
    """Requests a second of a few clients that keep their connections."""
    counts = [0] * CLIENTS
    over = time.perf_counter() + SECONDS

    def work(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while time.perf_counter() < over:
            ask(connection)
            counts[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - start)


def _send(
    connection: http.client.HTTPConnection, method: str, path: str, body: str | None, headers: dict[str, str]
) -> None:
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise SystemExit(said.decode())


def _get(path: str, **headers: str) -> Callable[[http.client.HTTPConnection], None]:
    return lambda connection: _send(connection, "GET", path, None, headers)


def _price(live: int) -> str:
    return json.dumps({"prices": {"RU-ALENKA-90": {"CN": {"live": live}}}})


def _repeat(path: str, **headers: str) -> Callable[[http.client.HTTPConnection], None]:
    """One post sent again and again under one key: answered from what was kept."""
    own = headers | {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"}
    return lambda connection: _send(connection, "POST", path, _price(999), own)


def _post(path: str, **headers: str) -> Callable[[http.client.HTTPConnection], None]:
    """Each post is a new one, with a key of its own, and really changes the price."""
    numbers = iter(range(1_000, 10_000_000))

    def ask(connection: http.client.HTTPConnection) -> None:
        own = headers | {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/json"}
        _send(connection, "POST", path, _price(next(numbers)), own)

    return ask


def measure(url: str, folder: Path) -> dict[str, float]:
    """Medians of the rounds, and seconds of the cold start."""
    database = Database(url)
    database.upgrade()
    house = acting(database)
    with house.writing() as session:
        import_catalogue(session)
        import_prices(session)
        found(session)
        person = first_administrator(session)
        assert person is not None
        token = make_token(
            session, name="bench", scopes=["shows:read", "prices:read", "prices:write"], days=1, person=person.id
        )[1]
    database.close()
    bearer = {"Authorization": f"Bearer {token}"}
    empty_port, port = _free_port(), _free_port()
    serve = [sys.executable, "-m", "service.cli", "serve", "--port", str(port)]
    environment = {"DATABASE_URL": url, "AMURLIVE_LOG_FORMAT": "json", "PYTHONPATH": str(Path.cwd())}
    with (
        _running([sys.executable, "-c", EMPTY % empty_port], folder, empty_port, "/"),
        _running(serve, folder, port, "/healthz", **environment) as cold,
    ):
        asks = {
            "empty": (empty_port, _get("/")),
            "read": (port, _get("/api/v1/me", **bearer)),
            "list": (port, _get("/api/v1/prices?limit=20", **bearer)),
            "post": (port, _post("/api/v1/prices", **bearer)),
            "again": (port, _repeat("/api/v1/prices", **bearer)),
        }
        time.sleep(2)
        found_rates: dict[str, list[float]] = {name: [] for name in asks}
        for _ in range(ROUNDS):
            for name, (where, ask) in asks.items():
                found_rates[name].append(_rate(where, ask))
    return {name: statistics.median(rates) for name, rates in found_rates.items()} | {"cold": cold}


def rows() -> tuple[list[str], list[str]]:
    """Lines for RESULTS.md, and what missed its aim."""
    with tempfile.TemporaryDirectory() as folder:
        got = measure(f"sqlite:///{folder}/bench.db", Path(folder))
    read, listed, post = (got[name] / got["empty"] for name in ("read", "list", "post"))
    again = got["again"] / got["empty"]
    missed = []
    if read < 0.5:
        missed.append(f"authenticated read {read:.2f} of an empty endpoint, aim 0.5")
    if post < 0.3:
        missed.append(f"idempotent post {post:.2f} of an empty endpoint, aim 0.3")
    if got["cold"] > 2:
        missed.append(f"cold start {got['cold']:.1f} s, aim 2 s")
    return [
        f"| empty FastAPI endpoint | {got['empty']:.0f}/s | 1 |",
        f"| authenticated read (`/me`: who am I, where do I work) | {got['read']:.0f}/s | **{read:.2f} ×** (aim ≥ 0.5) |",
        f"| authenticated list (20 prices with their SKUs) | {got['list']:.0f}/s | {listed:.2f} × |",
        f"| idempotent post (price changed, audited, told to the outbox) | {got['post']:.0f}/s | **{post:.2f} ×** (aim ≥ 0.3) |",
        f"| the same post repeated, answered from its key | {got['again']:.0f}/s | {again:.2f} × |",
        f"| cold start to the first answer | {got['cold']:.2f} s | aim < 2 s |",
    ], missed


if __name__ == "__main__":
    print("\n".join(rows()[0]))
