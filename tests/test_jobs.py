"""Background work: done once in effect, whatever dies; with progress, cancel, files, and on every queue we support."""

from __future__ import annotations

import io
import shutil
import socket
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select
from starlette.testclient import TestClient

from service.app import create_app
from service.database import Database
from service.errors import DomainError
from service.jobs.kinds import Kind, Nothing, Outcome, only
from service.jobs.models import Job, JobFile
from service.jobs.ordering import cancel, order
from service.jobs.running import run_job, sweep
from service.livestream.models import Show
from service.people.caller import MACHINE
from service.people.models import Person
from service.people.operating import acting
from service.queue import Queue
from service.settings import Settings
from service.worker.making import make_queue
from tests.crew import bearer


class Refused(DomainError):
    """For a job that fails in the user's words."""

    title = "The files hold {count} faults; nothing was changed."
    remedy = "Mend the places listed and run the command again."


@pytest.fixture
def house(server: Any, tmp_path: Path) -> Iterator[tuple[Database, Queue]]:
    """A manned installation and the queue beside it; nobody works unless a test says so."""
    settings = Settings(database_url=server.create("manned"), secret_file=tmp_path / "key")
    database = acting(Database(settings.database_url))
    queue = make_queue(settings, b"k" * 32, database)
    yield database, queue
    queue.stop()
    database.close()


def _ordered(database: Database, kind: str, wanted: BaseModel | None = None) -> int:
    with database.writing() as session:
        return order(session, kind=kind, parameters=wanted or Nothing()).id


def _job(database: Database, number: int) -> Job:
    with database.acting(MACHINE).reading() as session:
        return session.get_one(Job, number)


def _kind(run: Any, right: str = "jobs:run") -> Kind:
    return Kind("test", "Backup of the whole database", right, Nothing, run)  # type: ignore[arg-type]


def _add_show(session: Any, key: str = "from-a-job") -> dict[str, Any]:
    session.add(
        Show(
            key=key,
            name={"zh": "晚场", "ru": "Вечер"},
            pattern="evening-60",
            minutes=60,
            languages=["zh"],
            market="CN",
            seed=1,
        )
    )
    session.flush()
    return {"show": key}


def _shows(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(Show).where(Show.key == "from-a-job")).all())


def test_the_effect_and_the_mark_done_are_one(house: Any) -> None:
    database, queue = house
    with only(_kind(lambda work, wanted: Outcome({"a": 1}, effect=_add_show))):
        number = _ordered(database, "test")
        run_job(database, queue, number)
        run_job(database, queue, number)  # a second message for the same job changes nothing
    job = _job(database, number)
    assert (job.state, job.attempt, job.result) == ("done", 1, {"a": 1, "show": "from-a-job"})
    assert _shows(database) == 1


def test_a_job_that_breaks_leaves_nothing_and_tells_why_in_each_language(house: Any) -> None:
    database, queue = house

    def breaks(work: Any, wanted: Any) -> Outcome:
        def effect(session: Any) -> None:
            _add_show(session)
            raise Refused(count=3)

        return Outcome(effect=effect)

    with only(_kind(breaks)):
        number = _ordered(database, "test")
        run_job(database, queue, number)
    job = _job(database, number)
    assert job.state == "failed"
    assert job.error is not None
    assert "3" in job.error["ru"][0]
    assert job.error["ru"] != job.error["zh"]
    assert _shows(database) == 0


def test_an_unexpected_error_tells_nothing_of_itself(house: Any) -> None:
    database, queue = house

    def breaks(work: Any, wanted: Any) -> Outcome:
        raise ZeroDivisionError("secret detail")

    with only(_kind(breaks)):
        number = _ordered(database, "test")
        run_job(database, queue, number)
    assert "secret" not in str(_job(database, number).error)


def test_a_worker_that_was_thought_dead_leaves_no_trace_when_it_comes_back(house: Any, monkeypatch: Any) -> None:
    """The first worker stops giving signs of life in the middle; a second takes over and finishes; then the first goes on."""
    database, queue = house
    asleep, wake = threading.Event(), threading.Event()
    runs: list[str] = []

    def slow(work: Any, wanted: Any) -> Outcome:
        runs.append("run")
        if len(runs) == 1:
            asleep.set()
            wake.wait(20)
        return Outcome(effect=_add_show)

    monkeypatch.setattr("service.jobs.running.DEAD", 0.0)
    with only(_kind(slow)):
        number = _ordered(database, "test")
        first = threading.Thread(target=run_job, args=(database, queue, number))
        first.start()
        assert asleep.wait(20)
        run_job(database, queue, number)
        wake.set()
        first.join()
    assert len(runs) == 2
    assert _job(database, number).attempt == 2
    assert _shows(database) == 1


def test_a_job_whose_worker_lives_is_not_taken_by_another(house: Any) -> None:
    database, queue = house
    started, go = threading.Event(), threading.Event()

    def slow(work: Any, wanted: Any) -> Outcome:
        started.set()
        go.wait(20)
        return Outcome()

    with only(_kind(slow)):
        number = _ordered(database, "test")
        first = threading.Thread(target=run_job, args=(database, queue, number))
        first.start()
        assert started.wait(20)
        run_job(database, queue, number)
        go.set()
        first.join()
    assert _job(database, number).attempt == 1


def test_a_job_interrupted_again_and_again_is_given_up(house: Any) -> None:
    database, queue = house
    with only(_kind(lambda work, wanted: Outcome(effect=_add_show))):
        number = _ordered(database, "test")
        with database.writing() as session:
            session.get_one(Job, number).attempt = 5
        run_job(database, queue, number)
    assert _job(database, number).state == "failed"
    assert _shows(database) == 0


def test_a_waiting_job_is_cancelled_at_once_a_running_one_at_its_next_step(house: Any) -> None:
    database, queue = house
    ran: list[int] = []

    def steps(work: Any, wanted: Any) -> Outcome:
        for step in range(1, 1000):
            ran.append(step)
            if step == 3:
                with database.writing() as session:
                    cancel(session, job=number)
            work.progress(step, 1000)
            time.sleep(0.02)
        return Outcome(effect=_add_show)

    with only(_kind(steps)):
        waiting = _ordered(database, "test")
        with database.writing() as session:
            cancel(session, job=waiting)
        run_job(database, queue, waiting)
        number = _ordered(database, "test")
        run_job(database, queue, number)
    assert _job(database, waiting).state == "cancelled"
    assert _job(database, waiting).attempt == 0
    job = _job(database, number)
    assert job.state == "cancelled"
    assert 3 <= len(ran) < 60
    assert job.done == len(ran)
    assert _shows(database) == 0


def test_a_stopping_worker_hands_its_job_back(house: Any) -> None:
    database, queue = house

    def steps(work: Any, wanted: Any) -> Outcome:
        queue.stopping.set()
        work.progress(1, 2)
        return Outcome(effect=_add_show)

    with only(_kind(steps)):
        number = _ordered(database, "test")
        run_job(database, queue, number)
        assert _job(database, number).state == "queued"
        queue.stopping.clear()
    with only(_kind(lambda work, wanted: Outcome(effect=_add_show))):
        run_job(database, queue, number)
    assert _job(database, number).state == "done"
    assert _shows(database) == 1


def test_who_lost_the_right_meanwhile_gets_nothing_done(house: Any) -> None:
    database, queue = house
    with only(_kind(lambda work, wanted: Outcome(effect=_add_show), right="prices:write")):
        with database.writing() as session:
            number = order(session, kind="test", parameters=Nothing()).id
            person = session.scalars(select(Person).where(Person.login == "merchant@amur")).one()
            session.get_one(
                Job, number
            ).person_id = person.id  # a job of somebody who holds no role in this organisation
        run_job(database, queue, number)
    assert _job(database, number).state == "failed"
    assert _shows(database) == 0


def test_a_lost_message_is_made_good_by_the_sweep(house: Any) -> None:
    database, queue = house
    database.nudge = None
    with only(_kind(lambda work, wanted: Outcome(effect=_add_show))):
        number = _ordered(database, "test")
        queue.start(1)
        _wait(lambda: _job(database, number).state == "done")
    assert _shows(database) == 1


def _wait(condition: Any, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def test_jobs_ordered_at_once_by_many_are_each_done_once(house: Any) -> None:
    database, queue = house
    numbers: list[int] = []

    def effect(work: Any, wanted: Any) -> Outcome:
        return Outcome(effect=lambda session: _add_show(session, f"show-{len(_all(session))}"))

    def _all(session: Any) -> list[Any]:
        return list(session.scalars(select(Show.id)))

    with only(_kind(effect)):
        queue.start(2)
        threads = [threading.Thread(target=lambda: numbers.append(_ordered(database, "test"))) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sweep(database, queue)
        _wait(lambda: all(_job(database, n).state in ("done", "failed") for n in numbers), 60)
    done = [n for n in numbers if _job(database, n).state == "done"]
    with database.reading() as session:
        assert len(session.scalars(select(Show).where(Show.key.like("show-%"))).all()) == len(done)
    assert done


def test_over_http_a_job_is_ordered_followed_and_its_file_fetched(server: Any, tmp_path: Path) -> None:
    url = server.create("manned")
    app = create_app(Settings(database_url=url, secret_file=tmp_path / "key", log_level="ERROR", workers=1))
    headers = bearer(server.tokens["amur", "streamer"])
    with TestClient(app, base_url="http://testserver/api/v1", headers=headers) as client:
        wanted = {"kind": "documents", "parameters": {"shows": ["amur-show"], "formats": ["srt", "json"]}}
        answer = client.post("/jobs", json=wanted)
        assert answer.status_code == 202, answer.text
        place = answer.headers["location"].removeprefix("/api/v1")
        events = []
        with client.stream("GET", f"{place}/events") as stream:
            events = [line for line in stream.iter_lines() if line.startswith("data:")]
        assert '"state":"done"' in events[-1]
        job = client.get(place).json()
        assert (job["done"], job["total"], job["person"]) == (2, 2, "streamer amur")
        file = client.get(f"{place}/file")
        assert 'filename="amurlive-scripts.zip"' in file.headers["content-disposition"]
        names = zipfile.ZipFile(io.BytesIO(file.content)).namelist()
        assert sorted(names) == ["amur-show/amur-show-v1.json", "amur-show/amur-show-v1.srt"]
        foreign = client.post("/jobs", json={"kind": "documents", "parameters": {"shows": ["heihe-show"]}}).json()
        _wait(lambda: client.get(f"/jobs/{foreign['id']}").json()["state"] == "failed")
        assert "heihe-show" in client.get(f"/jobs/{foreign['id']}").json()["error"]["title"]
        for bad, status in [
            ({"kind": "backup", "parameters": {}}, 403),
            ({"kind": "nothing", "parameters": {}}, 404),
            ({"kind": "documents", "parameters": {"shows": []}}, 422),
            ({"kind": "documents", "parameters": {"shows": ["amur-show"], "formats": ["pdf"]}}, 422),
        ]:
            assert client.post("/jobs", json=bad).status_code == status, bad
        assert client.post(f"{place}/cancel").status_code == 409
        assert client.get(f"/jobs/{foreign['id']}/file").status_code == 404
        other = client.get(place, headers=bearer(server.tokens["heihe", "admin"]))
        assert other.status_code == 404


def test_names_of_files_cannot_leave_their_header(server: Any, tmp_path: Path) -> None:
    url = server.create("manned")
    database = acting(Database(url), "amur")
    with database.writing() as session:
        session.add(
            job := Job(kind="documents", parameters={}, person="x", state="done", file='../../etc/"пас\r\nX: y')
        )
        session.flush()
        session.add(JobFile(job_id=job.id, media="text/plain", content=b"x"))
        number = job.id
    database.close()
    app = create_app(Settings(database_url=url, secret_file=tmp_path / "key", log_level="ERROR", workers=0))
    with TestClient(app, headers=bearer(server.tokens["amur", "streamer"])) as client:
        answer = client.get(f"/api/v1/jobs/{number}/file")
    shown = answer.headers["content-disposition"]
    assert "x" not in {name.lower() for name in answer.headers}
    assert '"../' not in shown.replace("_", "/") or "/" not in shown.split("filename*")[0].split('"')[1]


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="no redis-server on this machine")
def test_redis_serves_as_queue_too(sqlite_server: Any, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    redis = subprocess.Popen(
        ["redis-server", "--port", str(port), "--save", "", "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    try:
        time.sleep(1)
        settings = Settings(
            database_url=sqlite_server.create("manned"),
            secret_file=tmp_path / "key",
            queue=f"redis://127.0.0.1:{port}/0",
        )
        database = acting(Database(settings.database_url))
        queue = make_queue(settings, b"k" * 32, database)
        with only(_kind(lambda work, wanted: Outcome(effect=_add_show))):
            queue.start(1)
            number = _ordered(database, "test")
            _wait(lambda: _job(database, number).state == "done")
        queue.stop()
        assert _shows(database) == 1
        database.close()
    finally:
        redis.terminate()
        redis.wait(10)
