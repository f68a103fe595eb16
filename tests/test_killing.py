"""Two web processes and two workers over one PostgreSQL; one of each is killed (SIGKILL) under load.

Every request that was accepted has its effect once, every job that was ordered is done once.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from service.database import Database
from service.jobs.models import Job, JobFile
from service.people.audit import AuditEntry, Broken, verify
from service.people.caller import MACHINE
from service.resources import root
from service.webhooks.models import Event
from tests.crew import bearer

LOAD = float(os.environ.get("AMURLIVE_KILLING_SECONDS", "6"))


class Town:
    """Processes of one installation."""

    def __init__(self, url: str, folder: Path) -> None:
        self._environment = os.environ | {
            "DATABASE_URL": url, "AMURLIVE_WORKERS": "0", "AMURLIVE_SECRET_KEY": "k" * 40, "AMURLIVE_LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(root("service").parent),
        }  # fmt: skip
        self._folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", *arguments],
            env=self._environment,
            cwd=self._folder,
            stdout=log,
            stderr=log,
        )
        self.processes.append(process)
        return process

    def web(self) -> tuple[subprocess.Popen[bytes], str]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process, address = self.start("serve", "--port", str(port)), f"http://127.0.0.1:{port}"
        for _ in range(150):
            try:
                httpx2.get(f"{address}/readyz", timeout=2, trust_env=False)
                return process, address
            except httpx2.HTTPError:
                time.sleep(0.2)
        raise AssertionError("the web process did not start")


@pytest.fixture
def town(postgresql_server: Any, tmp_path: Path) -> Iterator[tuple[Town, Database, dict[Any, str]]]:
    url = postgresql_server.create("manned")
    made = Town(url, tmp_path)
    database = Database(url)
    yield made, database, postgresql_server.tokens
    for process in made.processes:
        process.kill()
        process.wait(20)
    database.close()


def test_killed_processes_lose_nothing_and_do_nothing_twice(town: Any) -> None:
    processes, database, tokens = town
    first, first_address = processes.web()
    _, second_address = processes.web()
    workers = [processes.start("worker"), processes.start("worker")]
    addresses = [first_address, second_address]
    headers = dict(bearer(tokens["amur", "merchant"]))
    accepted: list[int] = []
    ordered: list[int] = []
    lost = Counter[str]()
    over = threading.Event()

    def send(method: str, path: str, **more: Any) -> httpx2.Response | None:
        """To either process; a connection that breaks is no answer."""
        for attempt in range(40):
            try:
                address = addresses[attempt % 2]
                return httpx2.request(method, f"{address}/api/v1{path}", timeout=20, trust_env=False, **more)
            except httpx2.HTTPError:
                lost["broken"] += 1
                if path == "/jobs":
                    return None  # nobody said it was accepted, and it is not repeated
                time.sleep(0.1)
        return None

    def set_prices(base: int) -> None:
        value = base
        while not over.is_set():
            value += 1
            body = {"prices": {"AMUR-ONE": {"CN": {"live": value}}}}
            answer = send("POST", "/prices", json=body, headers=headers | {"idempotency-key": str(uuid.uuid4())})
            if answer is not None and answer.status_code == 200:
                accepted.append(value)

    def order_jobs() -> None:
        while not over.is_set():
            wanted = {"kind": "documents", "parameters": {"shows": ["amur-show"], "formats": ["docx", "html", "srt"]}}
            answer = send("POST", "/jobs", json=wanted, headers=headers)
            if answer is not None and answer.status_code == 202:
                ordered.append(answer.json()["id"])
            time.sleep(0.3)

    threads = [threading.Thread(target=set_prices, args=(1_000_000 * (n + 1),)) for n in range(4)]
    threads += [threading.Thread(target=order_jobs)]
    for thread in threads:
        thread.start()
    time.sleep(LOAD / 2)
    os.kill(first.pid, signal.SIGKILL)
    os.kill(workers[0].pid, signal.SIGKILL)
    time.sleep(LOAD / 2)
    over.set()
    for thread in threads:
        thread.join(60)

    def states() -> Counter[str]:
        with database.acting(MACHINE).reading() as session:
            return Counter(session.scalars(select(Job.state)))

    until = time.monotonic() + 90
    while set(states()) - {"done"} and time.monotonic() < until:
        time.sleep(0.5)
    assert set(states()) == {"done"}, states()
    with database.acting(MACHINE).reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "price.set")).all()
        told = Counter(entry.detail["after"] for entry in entries if entry.detail["after"] > 1_000_000)
        assert [value for value in accepted if told[value] != 1] == []
        assert max(told.values()) == 1
        files = Counter(session.scalars(select(JobFile.job_id)))
        assert [number for number in ordered if files[number] != 1] == []
        ends = Counter(event.data["job"] for event in session.scalars(select(Event).where(Event.kind == "job.done")))
        assert set(ends.values()) == {1}
        assert set(ordered) <= set(ends)
        assert not any(isinstance(found, Broken) for found in verify(session))
    assert lost["broken"]
    assert len(accepted) > 20
    print(f"{len(accepted)} price changes, {len(ordered)} jobs, {lost['broken']} broken connections, {dict(states())}")  # noqa: T201


def test_a_stopping_service_finishes_what_it_accepted(town: Any) -> None:
    """SIGTERM while requests are under way: each of them is answered, and what was answered is there."""
    processes, database, tokens = town
    process, address = processes.web()
    headers = dict(bearer(tokens["amur", "merchant"]))
    answers: list[int] = []

    def send(value: int) -> None:
        while True:
            value += 1
            body = {"prices": {"AMUR-ONE": {"CN": {"live": value}}}}
            own = headers | {"idempotency-key": f"graceful-{value}"}
            try:
                answer = httpx2.post(f"{address}/api/v1/prices", json=body, headers=own, timeout=30, trust_env=False)
            except httpx2.TransportError:
                return  # it came too late: nobody accepted it, and so nothing may have come of it
            if answer.status_code == 200:
                answers.append(value)

    threads = [threading.Thread(target=send, args=(1_000_000 * (number + 1),)) for number in range(8)]
    for thread in threads:
        thread.start()
    while len(answers) < 20:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join()
    assert process.wait(40) in (0, -signal.SIGTERM)  # uvicorn hands the signal on when all is done
    with database.acting(MACHINE).reading() as session:
        told = Counter(
            e.detail["after"] for e in session.scalars(select(AuditEntry).where(AuditEntry.action == "price.set"))
        )
    assert {value: count for value, count in told.items() if value > 1_000_000} == dict.fromkeys(answers, 1)


def test_processes_that_start_at_once_on_an_empty_database_make_one_installation(
    postgresql_server: Any, tmp_path: Path
) -> None:
    town = Town(postgresql_server.create("empty"), tmp_path)
    ports = []
    for _ in range(3):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
    try:
        for port in ports:
            town.start("serve", "--port", str(port))
        town.start("worker")
        ready = set()
        until = time.monotonic() + 40
        while len(ready) < len(ports) and time.monotonic() < until:
            for port in ports:
                try:
                    if httpx2.get(f"http://127.0.0.1:{port}/readyz", timeout=2, trust_env=False).status_code == 200:
                        ready.add(port)
                except httpx2.HTTPError:
                    time.sleep(0.2)
        assert ready == set(ports)
        assert all(process.poll() is None for process in town.processes)
    finally:
        for process in town.processes:
            process.kill()
            process.wait(20)
    said = "".join((tmp_path / f"{number}.log").read_text(encoding="utf-8") for number in range(4))
    assert said.count("password") == 1
