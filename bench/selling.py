"""What a rush waits for: reservations of one hot SKU, settled in batches, beside what the same databases do one by one.

Callers are coroutines of one process in a closed loop, each call under a fresh key; the web is in the figures of R12 only. Everything is
measured in turn, round after round, and a ratio is the median of the rounds' ratios, so that it holds on any machine. A new
measurement is a function in `MEASURES` that gives figures by name, and a line in `GOALS`.

AMURLIVE_BENCH_SECONDS makes a measurement shorter and AMURLIVE_BENCH_ROUNDS sets their number, for a look while working.
"""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import NamedTuple

import psycopg
from sqlalchemy import create_engine, event, insert, update

from bench import ledger, market
from bench.crowd import CONNECTIONS, MANY, crowd, through_the_web
from bench.databases import KINDS, program
from bench.market import HOT, KEYS, SECONDS, Scene, prove, rest, row, rush, scene, sell_out, sells
from bench.searching import quantile
from service.database import now

__all__ = ["HURRIED", "ROUNDS", "rows"]

ROUNDS = int(os.environ.get("AMURLIVE_BENCH_ROUNDS", "5"))
HURRIED = SECONDS < 2 or ROUNDS < 5
CALLERS = (1, 16, 64, 256, 1024)
REPLICAS, THREADS, FEW = 4, 64, 500

Figures = dict[str, float]


# ---- measurements: each gives figures by name


def reservations(scene: Scene, _: int) -> Figures:
    """Reservations a second by number of callers."""
    found: Figures = {}
    for one in scene.both:
        for count in CALLERS:
            got = rush(one.settler, one.organisation, HOT, count)
            name = f"{one.kind} {count}"
            found |= {name: got.rate, f"{name} p50": got.middle, f"{name} p99": got.slow}
    return found


def relaxed(scene: Scene, _: int) -> Figures:
    """SQLite when a commit does not wait for the disk."""
    return {"SQLite NORMAL 256": rush(scene.relaxed, scene.sqlite.organisation, HOT, 256).rate}


def refusals(scene: Scene, turn: int) -> Figures:
    """Answers a second once a show has sold all it had."""
    found: Figures = {}
    for one in scene.both:
        show = sells(one.database, f"gone-{turn}", FEW)
        served = sell_out(one.settler, one.organisation, show)
        got = rush(one.settler, one.organisation, show, 256)
        if served + got.served != FEW:
            raise SystemExit(f"{one.kind} sold {served + got.served} of {FEW}")
        found[f"{one.kind} refusals"] = got.rate
    return found


def replicas(scene: Scene, turn: int) -> Figures:
    """One process and several on PostgreSQL's hot show; then they fight for another that has little, and not one too many is sold."""
    found: Figures = {}
    for name, count in (("one process", 1), ("processes", REPLICAS)):
        show = sells(scene.postgresql.database, f"last-{turn}-{count}", FEW)
        found[name], served = market.replicas(scene.postgresql.database, show, count)
        if served != FEW:
            raise SystemExit(f"{count} processes sold {served} of {FEW}")
    return found


def hot_updates(scene: Scene, _: int) -> Figures:
    """The best that PostgreSQL's own client reaches by raising one counter, a commit each."""
    host = str(scene.postgresql.database.url.query["host"])
    rates = []
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(f"UPDATE plain_pool SET reserved = reserved + 1 WHERE id = {scene.postgresql.hot};\n")
        script.flush()
        for clients in (1, 16, 64):
            how = f"-n -M prepared -c {clients} -j {min(2, clients)} -T {max(1, round(SECONDS))} -U amurlive"
            command = [str(program("pgbench")), *how.split(), "-h", host, "-f", script.name, "amurlive"]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rates += [float(rate) for rate in re.findall(r"tps = ([\d.]+)", said)]
    return {"hot updates": max(rates)}


def copied(scene: Scene, _: int) -> Figures:
    """Rows a second of COPY into a plain copy of the reservations' table, indexes and all; rows are written out beforehand."""
    one = scene.postgresql
    count = round(100_000 * min(1.0, SECONDS / 2))
    values = f"1\t{market.REQUEST}\t{one.hot}\t1\tactive\t{now().isoformat()}\t{(now() + timedelta(1)).isoformat()}"
    block = "".join(f"{one.organisation}\t{next(KEYS)}\t{values}\n" for _ in range(count)).encode()
    address = one.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        start = time.perf_counter()
        with cursor.copy(f"COPY plain_reservation ({', '.join(market.COLUMNS)}) FROM STDIN") as copy:
            copy.write(block)
        connection.commit()
        return {"copied": count / (time.perf_counter() - start)}


def one_by_one(scene: Scene, _: int) -> Figures:
    """The usual way on PostgreSQL: threads with a connection each, which lower the counter if enough is left, insert, commit."""
    one, pool = scene.postgresql, market.POOL
    engine = create_engine(one.database.url, pool_size=THREADS)
    event.listen(engine, "connect", market.for_the_machine)
    take = update(pool).where(pool.c.id == one.apart, pool.c.allotted - pool.c.reserved - pool.c.sold >= 1)
    take, keep = take.values(reserved=pool.c.reserved + 1), insert(market.KEPT)
    spent: list[float] = []
    ready = threading.Barrier(THREADS)

    def work() -> None:
        with engine.connect():
            ready.wait(60)
        over = time.perf_counter() + SECONDS
        while (start := time.perf_counter()) < over:
            with engine.begin() as connection:
                assert connection.execute(take).rowcount == 1
                connection.execute(keep, row(one.organisation, one.apart, "active"))
            spent.append(time.perf_counter() - start)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    return {"one by one p99": quantile(spent, 0.99) * 1000}


def single_inserts(scene: Scene, _: int) -> Figures:
    """What SQLite's driver reaches by inserting one reservation and waiting for the disk, a commit each."""
    one = scene.sqlite
    path = one.database.url.database
    assert path is not None
    values = row(one.organisation, one.apart, "expired") | {"made_at": "2026-11-01", "ends_at": "2026-11-02"}
    statement = f"INSERT INTO reservation ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})"
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-32768"):
        connection.execute(f"PRAGMA {pragma}")
    count, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < SECONDS:
        connection.execute(statement, values | {"key": next(KEYS)})
        count += 1
    spent = time.perf_counter() - begin
    connection.close()
    return {"single inserts": count / spent}


def pages(scene: Scene, _: int) -> Figures:
    """The list of movements, at its beginning and deep in it."""
    return {f"{one.kind} {name}": rate for one in scene.both for name, rate in ledger.pages(one.database).items()}


def taking_in(scene: Scene, _: int) -> Figures:
    """Many movements brought from elsewhere at once."""
    share = min(1.0, SECONDS / 2)
    return {
        f"{one.kind} {name}": rate for one in scene.both for name, rate in ledger.taking_in(one.database, share).items()
    }


def adding_up(scene: Scene, _: int) -> Figures:
    """All of the ledger compared with what it is made of."""
    return {f"{one.kind} {name}": rate for one in scene.both for name, rate in ledger.adding_up(one.database).items()}


MEASURES: tuple[Callable[[Scene, int], Figures], ...] = (
    reservations, relaxed, refusals, replicas, hot_updates, copied, one_by_one, single_inserts, pages, taking_in,
)  # fmt: skip


# ---- goals


class Goal(NamedTuple):
    """Two figures, by name, whose ratio must be at least `aim`, or at most if `most`. Numbers are those of facts/inventory.md §7."""

    number: str
    what: str
    over: str
    under: str
    aim: float
    most: bool = False
    unit: str = "/s"

    def ratio(self, rounds: list[Figures]) -> float:
        """The median of the rounds."""
        return median(one[self.over] / one[self.under] for one in rounds)

    def met(self, ratio: float) -> bool:
        """Whether it is reached."""
        return ratio <= self.aim if self.most else ratio >= self.aim

    @property
    def aimed(self) -> str:
        """The aim, as it is printed."""
        return f"{'≤' if self.most else '≥'} {self.aim:g} ×"


GOALS = (
    Goal("R1", "PostgreSQL, 256 callers / one counter raised by pgbench, best of 1, 16, 64 clients", "PostgreSQL 256", "hot updates", 10),
    Goal("R2", "PostgreSQL, 1,024 callers / COPY into the same indexes", "PostgreSQL 1024", "copied", 0.3),
    Goal("R4", "SQLite, 256 callers / single inserts, a commit each", "SQLite 256", "single inserts", 12),
    Goal("R5", "SQLite, 256 callers, waiting for the disk / not waiting (FULL / NORMAL)", "SQLite 256", "SQLite NORMAL 256", 0.9),
    Goal("R6", f"PostgreSQL, p99 of 64 callers / of {THREADS} threads one by one", "PostgreSQL 64 p99", "one by one p99", 0.1, True, " ms"),
    Goal("R7", f"PostgreSQL, {REPLICAS} processes / one process, 64 callers each", "processes", "one process", 0.6),
    Goal("R8", "PostgreSQL, movements taken in / COPY into the same indexes", "PostgreSQL taken in", "PostgreSQL put in", 0.5),
    Goal("R9", "SQLite, movements taken in / executemany into the same indexes", "SQLite taken in", "SQLite put in", 0.85),
    Goal("R10", "SQLite, first page of movements / page at 90 % depth", "SQLite first pages", "SQLite deep pages", 1.5, True),
    Goal("R10", "PostgreSQL, the same", "PostgreSQL first pages", "PostgreSQL deep pages", 1.5, True),
    Goal("R11", "SQLite, refusals after the sell-out / reservations, 256 callers", "SQLite refusals", "SQLite 256", 3),
    Goal("R11", "PostgreSQL, the same", "PostgreSQL refusals", "PostgreSQL 256", 3),
    Goal("R12", f"web, reservations / `/me`, {CONNECTIONS} connections", "web reservations", "web /me", 0.7),
    Goal("R13", "SQLite, movements compared with balances / merely added up", "SQLite verified", "SQLite added up", 0.8),
    Goal("R13", "PostgreSQL, the same", "PostgreSQL verified", "PostgreSQL added up", 0.8),
)  # fmt: skip


def rows(movements: int) -> tuple[list[str], list[str]]:
    """Lines for RESULTS.md, and what missed its aim. Stops if anything was oversold or lost."""
    rounds: list[Figures] = []
    with scene(movements) as made:
        summed = [adding_up(made, turn) for turn in range(ROUNDS)]  # before reservations outnumber movements
        for turn in range(ROUNDS):
            rest(made)
            figures = [summed[turn], *(measure(made, turn) for measure in MEASURES)]
            rounds.append({name: figure for some in figures for name, figure in some.items()})
            for one in made.both:
                prove(one)
    with crowd() as web:
        for one_round in rounds:
            one_round.update(through_the_web(web))
    middle = {name: median(one[name] for one in rounds) for name in rounds[0]}
    found = ["| | what | measured | against | ratio | aim |", "|---|---|---|---|---|---|"]
    missed = []
    for goal in GOALS:
        ratio = goal.ratio(rounds)
        measured, against = (f"{middle[name]:,.0f}{goal.unit}" for name in (goal.over, goal.under))
        found.append(f"| {goal.number} | {goal.what} | {measured} | {against} | **{ratio:.2f} ×** | {goal.aimed} |")
        if not goal.met(ratio):
            missed.append(f"{goal.number} {goal.what}: {ratio:.2f} ×, aim {goal.aimed}")
    return [*found, "", *_by_callers(middle), "", *_through_the_web(rounds)], missed


def _through_the_web(rounds: list[Figures]) -> list[str]:
    found = [f"| SQLite through the web, {CONNECTIONS} connections | rate | ratio |", "|---|---|---|"]
    for what, name in (
        ("an empty FastAPI endpoint", "web empty"), ("`/me`", "web /me"), ("reservations", "web reservations"),
        (f"reservations, {MANY} in a request", "web many"),
    ):  # fmt: skip
        ratio = median(one[name] / one["web empty"] for one in rounds)
        found.append(f"| {what} | {median(one[name] for one in rounds):,.0f}/s | {ratio:.2f} × |")
    return found


def _by_callers(middle: Figures) -> list[str]:
    found = ["| callers | SQLite | p50 / p99 | PostgreSQL | p50 / p99 |", "|---|---|---|---|---|"]
    for count in CALLERS:
        cells = [f"{count:,}"]
        for name in (f"{kind} {count}" for kind in KINDS):
            cells += [f"{middle[name]:,.0f}/s", f"{middle[f'{name} p50']:.1f} / {middle[f'{name} p99']:.1f} ms"]
        found.append(f"| {' | '.join(cells)} |")
    return found
