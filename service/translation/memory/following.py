"""Keeps the index of similar texts up with the database: what has come since the last look is fed before the next one.

Units are followed by their ids. On PostgreSQL an id may become visible after a later one; such gaps are remembered and looked at again.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy import URL, func, select
from sqlalchemy.orm import Session

from service.database import Database
from service.people.caller import MACHINE
from service.settings import Settings
from service.translation.memory.index import Fed, Index
from service.translation.models import MemoryUnit

__all__ = ["AT_ONCE", "Follower", "close_followers", "follower_of", "place_of", "rebuild"]

AT_ONCE = 20_000  # units a single look waits for; what is more comes with the next looks, or all of it with `rebuild`
_BATCH = 10_000
_GAP_LASTS = 86_400.0  # seconds: no transaction is open for longer than a day
_NO_PLACE = ("unable to open", "readonly", "disk is full", "disk I/O")
_OPEN = 4  # databases of one process whose index stays open

T = TypeVar("T")
Progress = Callable[[int, int], None]
_LOG = structlog.get_logger(__name__)


class Follower:
    """The index of one database, and how it is brought up to date."""

    def __init__(self, url: URL, path: Path) -> None:
        self.index = Index(path)
        self._database = Database(url.render_as_string(hide_password=False)).lane(MACHINE)
        self._tried = 0.0

    def catch_up(self, *, at_most: int | None = AT_ONCE, progress: Progress = lambda done, total: None) -> int:
        """Feed what is new; how many units were fed. A file that does not fit the database or is broken is begun anew."""
        return self._surely(lambda: self._feed(at_most, progress), 0)

    def similar(self, text: str, language: str, *, owners: Collection[int] | None) -> list[list[int]]:
        """Ids of units that may be similar, the likeliest first, in portions; nothing where the file cannot be used."""
        return self._surely(lambda: list(self.index.similar(text, language, owners=owners)), [])

    def holding(self, phrase: str, language: str, *, before: int | None) -> list[int]:
        """Ids of units that may hold a phrase, newest first."""
        return self._surely(lambda: self.index.holding(phrase, language, before=before), [])

    def _surely(self, work: Callable[[], T], nothing: T) -> T:
        """The work done, a second time with a new file if this one is broken; `nothing` where no file can be had."""
        try:
            return work()
        except (sqlite3.DatabaseError, OSError) as error:
            if "locked" in str(error):  # another process is feeding a great deal
                return nothing
            where = {"path": str(self.index.path), "reason": str(error)}
            if isinstance(error, OSError) or any(hint in str(error) for hint in _NO_PLACE):
                _LOG.warning("the index of the memory cannot be used", **where)
                return nothing
            _LOG.warning("the index of the memory is made anew", **where)
        self.index.discard()
        self._feed(AT_ONCE, lambda done, total: None)
        return work()

    def _feed(self, at_most: int | None, progress: Progress) -> int:
        with self.index.lock, self._database.reading() as session:
            return self._catch_up(session, at_most, progress)

    def rebuild(self, *, progress: Progress = lambda done, total: None) -> int:
        """Make the whole index anew; how many units it holds."""
        with self.index.lock, self._database.reading() as session:
            self.index.discard()
            self._catch_up(session, None, progress)
            self.index.tidy()
            return self.index.facts().get("units", 0)

    def close(self) -> None:
        """Let the file and the database go."""
        self.index.close()
        self._database.close()

    def _catch_up(self, session: Session, at_most: int | None, progress: Progress) -> int:
        facts = self.index.facts()
        newest, digest = _newest(session, facts.get("last", 0))
        fits = facts.get("last", 0) <= newest and digest == facts.get("digest")
        if fits and newest == facts.get("last", 0):
            return self._look_into_gaps(session)
        if not fits:
            with self.index.writing():
                self.index.empty()
        total = _count_after(session, facts.get("last", 0) if fits else 0) if at_most is None else 0
        fed = self._look_into_gaps(session)
        while at_most is None or fed < at_most:
            more = self._feed_next(session, _BATCH if at_most is None else min(_BATCH, at_most - fed))
            if not more:
                break
            fed += more
            progress(fed, total)
        return fed

    def _feed_next(self, session: Session, count: int) -> int:
        """One portion in one transaction of the file; another process may have fed it meanwhile."""
        with self.index.writing():
            facts = self.index.facts()
            last = facts.get("last", 0)
            units = list(_units(session, MemoryUnit.id > last, count))
            if not units:
                return 0
            self.index.feed(units)
            if session.get_bind().dialect.name == "postgresql":
                self._note_gaps(last, units)
            known = facts.get("units", 0) + len(units)
            self.index.remember(last=units[-1].id, digest=units[-1].digest, units=known)
        return len(units)

    def _note_gaps(self, last: int, units: Sequence[Fed]) -> None:
        now, expected, gaps = time.time(), last + 1, []
        for unit in units:
            if unit.id > expected and last:
                gaps.append((expected, unit.id - 1, now))
            expected = unit.id + 1
        self.index.connection.executemany("INSERT OR REPLACE INTO gap VALUES (?, ?, ?)", gaps)

    def _look_into_gaps(self, session: Session) -> int:
        """Units that became visible late."""
        if time.monotonic() - self._tried < 1:
            return 0
        self._tried = time.monotonic()
        if self.index.connection.execute("SELECT 1 FROM gap LIMIT 1").fetchone() is None:
            return 0
        fed = 0
        with self.index.writing():
            gaps = self.index.connection.execute("SELECT low, high, since FROM gap").fetchall()
            for low, high, since in gaps:
                late = list(_units(session, MemoryUnit.id.between(low, high), high - low + 1))
                self.index.feed(late)
                fed += len(late)
                if late or time.time() - since > _GAP_LASTS:
                    self.index.connection.execute("DELETE FROM gap WHERE low = ?", (low,))
                    left = _parts_between(low, high, [unit.id for unit in late]) if late else []
                    self.index.connection.executemany(
                        "INSERT INTO gap VALUES (?, ?, ?)", [(*part, since) for part in left]
                    )
            if fed:
                self.index.remember(units=self.index.facts().get("units", 0) + fed)
        return fed


def _parts_between(low: int, high: int, there: Sequence[int]) -> Iterator[tuple[int, int]]:
    for unit in there:
        if unit > low:
            yield low, unit - 1
        low = unit + 1
    if low <= high:
        yield low, high


def _newest(session: Session, last: int) -> tuple[int, int | None]:
    """The newest id, and the digest of the unit that was fed last, if it is still the same."""
    same = select(MemoryUnit.zh_exact).where(MemoryUnit.id == last).scalar_subquery()
    newest, digest = session.execute(select(func.coalesce(func.max(MemoryUnit.id), 0), same)).one()
    return newest, digest


def _count_after(session: Session, last: int) -> int:
    return session.scalar(select(func.count()).select_from(MemoryUnit).where(MemoryUnit.id > last)) or 0


def _units(session: Session, which: object, count: int) -> Iterator[Fed]:
    unit = MemoryUnit
    query = select(unit.id, unit.organisation_id, unit.zh, unit.ru, unit.zh_exact).where(which)  # type: ignore[arg-type]
    for row in session.execute(query.order_by(unit.id).limit(count)):
        yield Fed(*row)


_followers: OrderedDict[str, Follower] = OrderedDict()
_opening = threading.Lock()


def follower_of(session: Session) -> Follower:
    """The index beside this session's database, one per process."""
    url = session.get_bind().engine.url
    key = url.render_as_string(hide_password=False)
    with _opening:
        if key not in _followers:
            _followers[key] = Follower(url, place_of(url))
            while len(_followers) > _OPEN:
                _followers.popitem(last=False)[1].close()
        _followers.move_to_end(key)
        return _followers[key]


def rebuild(session: Session, *, progress: Progress = lambda done, total: None) -> int:
    """Make the index of this session's database anew: what the command does. How many units it holds."""
    return follower_of(session).rebuild(progress=progress)


def place_of(url: URL) -> Path:
    """Where the index lies: in the folder that `memory_dir` names, else beside a SQLite file, else in var/memory."""
    folder = Settings().memory_dir
    if url.get_backend_name() == "sqlite" and folder is None:
        return Path(url.database or "amurlive.db").with_suffix(".memory.db")
    named = "|".join(map(str, (url.host, url.port, url.database)))
    short = Path(url.database or "amurlive").stem
    return (folder or Path("var/memory")) / f"{short}-{blake2b(named.encode(), digest_size=6).hexdigest()}.db"


def close_followers() -> None:
    """Let all files and databases go: at the end of a process, and in tests."""
    with _opening:
        while _followers:
            _followers.popitem()[1].close()
