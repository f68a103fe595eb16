"""The queue that wakes workers: huey over SQLite, PostgreSQL or Redis. It may forget; the job's row and the sweep do not.

Beside the queue, its store holds what is true only while a job runs: progress, the worker's heartbeat, the wish to cancel.
It is a store of its own, since on SQLite a worker that writes would keep everybody else from writing their progress.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from service.database import Database
from service.settings import Settings

__all__ = ["Queue"]

log = structlog.get_logger(__name__)
Handler = Callable[[str], None]
SWEEP = 5.0  # seconds between looks at what lies about
CALM = 1.0  # seconds in which the same message without an argument is sent once; the sweep takes what came after it


class Queue:
    """One queue for a process; `handlers` says who does what is woken under a topic."""

    def __init__(self, settings: Settings, key: bytes) -> None:
        self.settings, self._key = settings, key
        self.handlers: dict[str, Handler] = {}
        self.sweep: Callable[[], None] | None = None
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._calm: dict[str, float] = {}
        self._huey: Any = None
        self._consumer: Any = None

    def connect(self, database: Database) -> None:
        """Sessions of this database wake workers after their commit."""
        database.nudge = self.nudge

    def nudge(self, topic: str, argument: str) -> None:
        """Wake a worker. A queue that is out of reach is logged: the sweep finds the work within seconds."""
        if topic in self._calm and time.monotonic() - self._calm[topic] < CALM:
            return
        try:
            if not argument:
                self._calm[topic] = time.monotonic()
            self.huey.work(topic, argument)
        except Exception as error:
            log.warning("queue out of reach", topic=topic, reason=str(error))

    @property
    def huey(self) -> Any:
        """Made at first use: importing it takes longer than answering a request."""
        with self._lock:
            if self._huey is None:
                self._huey = self._make()
            return self._huey

    def _make(self) -> Any:
        from huey import PostgresHuey, RedisHuey, SqliteHuey
        from huey.serializer import SignedSerializer

        # Signed: tasks are pickles, and who can write into the queue shall not run code here.
        common: dict[str, Any] = {"serializer": SignedSerializer(self._key, "amurlive.queue"), "results": False}
        place = self.settings.queue_place()
        if place.startswith("redis"):
            huey = RedisHuey("amurlive", url=place, **common)
        elif place.startswith("postgresql"):
            huey = _one_at_a_time(place, lambda: PostgresHuey("amurlive", dsn=place, **common))
        else:
            Path(place).parent.mkdir(parents=True, exist_ok=True)
            huey = SqliteHuey("amurlive", filename=place, timeout=30, fsync=False, **common)  # it may forget

        @huey.task(name="work")  # type: ignore[untyped-decorator]
        def work(topic: str, argument: str) -> None:
            self._work(topic, argument)

        huey.work = work
        return huey

    def _work(self, topic: str, argument: str) -> None:
        structlog.contextvars.clear_contextvars()
        handler = self.handlers.get(topic)
        if handler is None:
            log.warning("nobody does this", topic=topic)
            return
        handler(argument)

    def start(self, workers: int) -> None:
        """Work in threads of this process until `stop`; what was left lying is taken up at once."""
        from huey.consumer import Consumer

        class Quiet(Consumer):  # type: ignore[misc]
            """Signals belong to the process around it."""

            def _set_signal_handlers(self) -> None:
                return

        self.stopping.clear()
        self._consumer = Quiet(
            self.huey, workers=workers, periodic=False, max_delay=0.5, check_worker_health=False, shutdown_timeout=25
        )
        self._consumer.start()
        threading.Thread(target=self._sweep, daemon=True, name="sweep").start()

    def _sweep(self) -> None:
        """What no message tells of: jobs whose worker died, retries that are due."""
        while True:
            try:
                if self.sweep:
                    self.sweep()
            except Exception:
                log.exception("sweep failed")
            if self.stopping.wait(SWEEP):
                return

    def stop(self) -> None:
        """Take nothing more; running jobs go back to the queue at their next step."""
        self.stopping.set()
        if self._consumer is not None:
            self._consumer.stop(graceful=True)
            self._consumer = None

    def put(self, name: str, value: Any) -> None:
        """Remember a passing value."""
        self.huey.storage.put_data(f"amurlive:{name}", json.dumps(value).encode())

    def get(self, name: str) -> Any:
        """A passing value, or None."""
        found = self.huey.storage.peek_data(f"amurlive:{name}")
        return json.loads(bytes(found)) if isinstance(found, (bytes, memoryview)) else None

    def forget(self, *names: str) -> None:
        """Drop passing values."""
        for name in names:
            self.huey.storage.delete_data(f"amurlive:{name}")

    def beat(self, name: str) -> None:
        """A worker is alive."""
        self.put(f"beat:{name}", time.time())

    def beats(self, name: str, within: float) -> bool:
        """Whether a worker was alive within so many seconds."""
        last = self.get(f"beat:{name}")
        return last is not None and time.time() - last < within


def _one_at_a_time(dsn: str, make: Callable[[], Any]) -> Any:
    """Two processes that create the queue's tables at the same moment would trip over each other."""
    import psycopg

    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(4243)")
        made = make()
        connection.execute("SELECT pg_advisory_unlock(4243)")
    return made
