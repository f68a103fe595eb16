"""The index of similar texts: an SQLite file with full-text tables of grams, beside whatever database holds the units.

It holds no text and decides nothing: it names units that may be similar, the database says which of them one may see. It can be thrown
away at any time and is made anew from the units. Several processes share one file: readers never wait, writers take turns.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from service.translation.memory.grams import LANGUAGES, Row, grams, length_class, row_of, searchable

__all__ = ["Fed", "Index"]

VERSION = 1  # of how texts become grams: raise it with any change of normal.py or grams.py
_TABLES = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
CREATE TABLE gap (low INTEGER PRIMARY KEY, high INTEGER, since REAL);
CREATE TABLE gram (language TEXT, term TEXT, texts INTEGER, PRIMARY KEY (language, term)) WITHOUT ROWID;
CREATE VIRTUAL TABLE zh USING fts5(grams, content='', detail=none, columnsize=0, tokenize='ascii');
CREATE VIRTUAL TABLE ru USING fts5(grams, content='', detail=none, columnsize=0, tokenize='ascii');
"""
# How many rows are read for one question and from how many grams at most; the rarest first.
BUDGET = {"zh": 30_000, "ru": 60_000}
GRAMS = {"zh": 16, "ru": 28}
AT_LEAST = 4
_MANY = 2_000  # so many of those that share most are looked at for length and owner


class Fed(NamedTuple):
    """One unit as it is fed: texts in both languages."""

    id: int
    owner: int
    zh: str
    ru: str
    digest: int


class Index:
    """One file. Threads may share it: they take turns, for the work is Python's anyway."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._counts: dict[str, Counter[str]] = {}
        self._counted_at = -1

    # Opening

    @property
    def connection(self) -> sqlite3.Connection:
        """The open file; a missing, broken or outdated one is begun anew."""
        if self._connection is None or self._process != os.getpid():
            self._connection, self._process = self._opened(), os.getpid()
            self._counts, self._counted_at = {}, -1
        return self._connection

    def _opened(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return self._checked(self._connect())
        except sqlite3.DatabaseError as error:
            if "locked" in str(error) or "unable to open" in str(error):
                raise
        self.discard()
        return self._checked(self._connect())

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-65536", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _checked(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """With all tables, of this version."""
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == VERSION:
            connection.execute("SELECT count(*) FROM fact").fetchone()
            return connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:  # nobody else has just made them
                for table in ("fact", "gap", "gram", *LANGUAGES):
                    connection.execute(f"DROP TABLE IF EXISTS {table}")
                for statement in _TABLES.strip().splitlines():
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={VERSION}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        return connection

    def close(self) -> None:
        """Let the file go."""
        with self.lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def discard(self) -> None:
        """Throw the file away."""
        self.close()
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    # Writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The file is ours until the end; what fails leaves it as it was."""
        with self.lock:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                self._counted_at = -1
                raise

    def empty(self) -> None:
        """Forget all units; inside `writing`."""
        for table in LANGUAGES:
            self.connection.execute(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        for table in ("fact", "gap", "gram"):
            self.connection.execute(f"DELETE FROM {table}")
        self._counts, self._counted_at = {language: Counter() for language in LANGUAGES}, 0

    def tidy(self) -> None:
        """Put what was fed in many portions together: half a minute for a million units, and every look is quicker afterwards."""
        for table in LANGUAGES:
            with self.writing():
                self.connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def feed(self, units: Iterable[Fed]) -> None:
        """Take units in; inside `writing`."""
        rows: dict[str, list[tuple[Row, str]]] = {language: [] for language in LANGUAGES}
        more: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
        for unit in units:
            for language in LANGUAGES:
                form = searchable(unit.zh if language == "zh" else unit.ru, language)
                found = grams(form, language)
                more[language].update(found)
                rows[language].append((row_of(unit.id, unit.owner, len(form)), " ".join(found)))
        for language in LANGUAGES:
            self.connection.executemany(f"INSERT INTO {language} (rowid, grams) VALUES (?, ?)", rows[language])
            self.connection.executemany(
                "INSERT INTO gram VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET texts = texts + excluded.texts",
                [(language, term, texts) for term, texts in more[language].items()],
            )
            if self._counts:
                self._counts[language].update(more[language])

    def remember(self, **facts: int) -> None:
        """Note facts; inside `writing`."""
        self.connection.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", facts.items())

    def facts(self) -> dict[str, int]:
        """What was noted: `last` the newest unit fed, `digest` its own, `units` how many there are."""
        return dict(self.connection.execute("SELECT name, value FROM fact"))

    # Reading

    def similar(
        self,
        text: str,
        language: str,
        *,
        owners: Collection[int] | None = None,
        shortest: float = 0.55,
        longest: float = 1.8,
    ) -> Iterator[list[int]]:
        """Ids of units that share the rarest grams with the text, most shared first, in portions of 200.

        Only those whose length is between `shortest` and `longest` of the text's, and whose owner may be among `owners`.
        """
        with self.lock:
            form = searchable(text, language)
            found: Counter[Row] = Counter()
            for gram, limit, whole in self._rarest(form, language):
                found.update(self._rows(language, gram, limit, whole=whole))
        own = length_class(len(form))
        low, high = length_class(int(len(form) * shortest)), length_class(int(len(form) * longest) + 1)
        classes = range(16) if owners is None else {owner & 15 for owner in owners}
        least = _least_shared(found)

        def fit(rows: Iterable[tuple[Row, int]]) -> Iterator[tuple[int, int, int]]:
            for row, shared in rows:
                if low <= row & 63 <= high and row >> 6 & 15 in classes:
                    yield -shared, abs((row & 63) - own), -row

        near = list(fit((row, shared) for row, shared in found.items() if shared > least))
        if len(near) < _MANY:  # of the many that share as much as the last, only some are looked at
            near += islice(fit((row, shared) for row, shared in found.items() if shared == least), _MANY)
        near.sort()
        for at in range(0, min(len(near), 1000), 200):
            yield [(-row) >> 10 for _, _, row in near[at : at + 200]]

    def _rarest(self, form: str, language: str) -> list[tuple[str, int, bool]]:
        """The grams to ask for, the rarest first, each with how many rows of it are read and whether that is all of them."""
        counts = self.counts()[language]
        known = sorted((counts[gram], gram) for gram in grams(form, language) if gram in counts)
        chosen: list[tuple[str, int, bool]] = []
        left = BUDGET[language]
        for texts, gram in known[: GRAMS[language]]:
            if texts > left and len(chosen) >= AT_LEAST:
                break
            limit = min(texts, max(left, BUDGET[language] // (2 * AT_LEAST)))
            chosen.append((gram, limit, limit == texts))
            left -= limit
        return chosen

    def _rows(self, language: str, gram: str, limit: int, *, whole: bool) -> Iterator[Row]:
        """The rows of a gram; of a frequent one the newest."""
        query = f"SELECT rowid FROM {language} WHERE {language} MATCH ?"
        if whole:
            return map(itemgetter(0), self.connection.execute(query, (f'"{gram}"',)))
        return map(itemgetter(0), self.connection.execute(f"{query} ORDER BY rowid DESC LIMIT ?", (f'"{gram}"', limit)))

    def holding(self, phrase: str, language: str, *, before: int | None = None, limit: int = 2000) -> list[int]:
        """Ids of units that may hold the phrase, newest first, older than the unit `before`; the caller looks into their texts."""
        form = searchable(phrase, language)
        if language == "zh" or not phrase[:1].isspace():
            form = form.strip("\u00b7")
        if not form:
            return []
        found = grams(form, language)
        if found:
            counts = self.counts()[language]
            rare = sorted(found, key=lambda gram: counts.get(gram, 0))[:12]
            expression = " AND ".join(f'"{gram}"' for gram in rare)
        else:
            expression = f'"{form}"*'
        query = f"SELECT rowid FROM {language} WHERE {language} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"
        most = (before << 10) if before is not None else 2**62
        with self.lock:
            return [row >> 10 for (row,) in self.connection.execute(query, (expression, most, limit))]

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """In how many texts each gram is; read once, and again when many units have come from other processes."""
        units = self.facts().get("units", 0)
        if not self._counts or self._counted_at < 0 or units > self._counted_at * 1.05 + 100:
            self._counts = {language: Counter() for language in LANGUAGES}
            for language, term, texts in self.connection.execute("SELECT language, term, texts FROM gram"):
                self._counts[language][term] = texts
            self._counted_at = units
        return self._counts


def _least_shared(found: Counter[Row]) -> int:
    """How many grams a row must share to be among the first `_MANY`."""
    left = _MANY
    for shared, rows in sorted(Counter(found.values()).items(), reverse=True):
        left -= rows
        if left <= 0:
            return shared
    return 0
