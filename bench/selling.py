"""What a rush waits for: reservations of one hot SKU, settled in batches, beside what the same databases do one by one.

Callers are coroutines of one process in a closed loop, each call under a fresh key; the web is not in these figures. Everything is
measured in turn, round after round, and a ratio is the median of the rounds' ratios, so that it holds on any machine. A new
measurement is a function in `MEASURES` that gives figures by name, and a line in `GOALS`.

AMURLIVE_BENCH_SECONDS makes a measurement shorter and AMURLIVE_BENCH_ROUNDS sets their number, for a look while working.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import multiprocessing
import os
import re
import sqlite3
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from queue import SimpleQueue
from statistics import median
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import create_engine, event, func, insert, select, text, update

from bench import ledger
from bench.databases import KINDS, administrator, fresh, program, settle
from bench.searching import quantile
from service.catalog.importing import import_catalogue
from service.database import Database, now
from service.inventory.ledger import Line, post
from service.inventory.lots import LotGiven, keep_lot
from service.inventory.places import find_place, import_places, outside
from service.inventory.reserving.deciding import Reserve, Want
from service.inventory.reserving.models import Reservation, SalePool
from service.inventory.reserving.pools import promise, sku_of
from service.inventory.reserving.refusing import SoldOut
from service.inventory.reserving.settler import Settler
from service.people.operating import acting

__all__ = ["HURRIED", "ROUNDS", "rows"]

SECONDS = float(os.environ.get("AMURLIVE_BENCH_SECONDS", "2"))
ROUNDS = int(os.environ.get("AMURLIVE_BENCH_ROUNDS", "5"))
HURRIED = SECONDS < 2 or ROUNDS < 5
CALLERS = (1, 16, 64, 256, 1024)
REPLICAS = 4
SKU, PLACE, HOT, APART = "RU-ALENKA-90", "heihe-park", "rush", "one-by-one"
PLENTY, FEW = 10**9, 500
HISTORY = 100_000  # reservations of former days; an empty table would be planned for as such
DAY = 86_400
REQUEST = "0" * 32
SETTINGS = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",  # there is one before each round
    "max_connections": "200",
}
POOL: Any = SalePool.__table__
KEPT: Any = Reservation.__table__
COLUMNS = (
    "organisation_id", "key", "line", "request", "pool_id", "quantity", "state", "made_at", "ends_at",
)  # fmt: skip

Figures = dict[str, float]


def _keys() -> Iterator[str]:
    """Keys nobody else has, in the order of time, as UUIDv7 are."""
    start = f"{time.time_ns():016x}"
    return (f"{start}{number:016x}" for number in itertools.count())


KEYS = _keys()


@dataclass(frozen=True)
class Market:
    """A database with goods in it, the settler of this process, and the pools of its hot show and of the one apart."""

    database: Database
    settler: Settler
    organisation: int
    hot: int
    apart: int


class Scene(NamedTuple):
    """Both databases; `relaxed` is the settler of a SQLite that does not wait for the disk."""

    sqlite: Market
    postgresql: Market
    relaxed: Settler


class Rush(NamedTuple):
    """Answers a second, median and 99th percentile of what a caller waited (ms), how many were served and how many refused."""

    rate: float
    middle: float
    slow: float
    served: int
    refused: int


# ---- callers


def rush(settler: Settler, organisation: int, show: str, callers: int, seconds: float = SECONDS) -> Rush:
    """So many callers, each asking for one pack again as soon as it is answered."""
    gc.collect()
    return asyncio.run(_rush(settler, organisation, show, callers, seconds))


async def _rush(settler: Settler, organisation: int, show: str, callers: int, seconds: float) -> Rush:
    times: list[float] = []
    refused = 0
    wants = (Want(SKU, 1),)
    begin = time.perf_counter()
    over = begin + seconds

    async def call() -> None:
        nonlocal refused
        while (start := time.perf_counter()) < over:
            try:
                await settler.settled(Reserve(organisation, next(KEYS), show, wants, DAY, REQUEST))
            except SoldOut:
                refused += 1
            times.append(time.perf_counter() - start)

    await asyncio.gather(*(call() for _ in range(callers)))
    spent = time.perf_counter() - begin
    middle, slow = (quantile(times, share) * 1000 for share in (0.5, 0.99))
    return Rush(len(times) / spent, middle, slow, len(times) - refused, refused)


def _replica(
    url: str, shows: tuple[str, str], seconds: float, ready: Barrier, told: SimpleQueue[tuple[float, int]]
) -> None:
    """One process of several: its rate on the hot show, and how much it got of the show that has little."""
    database = acting(Database(url))
    assert database.caller is not None
    own = database.caller.organisation  # type: ignore[attr-defined]
    with Settler(database) as settler:
        rush(settler, own, shows[0], 64, 0.2)  # what is made once
        ready.wait(60)
        rate = rush(settler, own, shows[0], 64, seconds).rate
        ready.wait(60)
        served = rush(settler, own, shows[1], 64, 0.5).served
    told.put((rate, served))


# ---- measurements: each gives figures by name


def callers(scene: Scene, _: int) -> Figures:
    """Reservations by number of callers."""
    found: Figures = {}
    for kind, market in (("SQLite", scene.sqlite), ("PostgreSQL", scene.postgresql)):
        for count in CALLERS:
            got = rush(market.settler, market.organisation, HOT, count)
            found |= {f"{kind} {count}": got.rate, f"{kind} {count} p50": got.middle, f"{kind} {count} p99": got.slow}
    return found


def relaxed(scene: Scene, _: int) -> Figures:
    """SQLite when a commit does not wait for the disk."""
    return {"SQLite NORMAL 256": rush(scene.relaxed, scene.sqlite.organisation, HOT, 256).rate}


def refusals(scene: Scene, turn: int) -> Figures:
    """Answers a second once a show has sold all it had."""
    found: Figures = {}
    for kind, market in (("SQLite", scene.sqlite), ("PostgreSQL", scene.postgresql)):
        show = _sells(market.database, f"gone-{turn}", FEW)
        served = rush(market.settler, market.organisation, show, 256, 0.2).served
        while not (got := rush(market.settler, market.organisation, show, 256)).refused or got.served:
            served += got.served
        if served != FEW:
            raise SystemExit(f"{kind} sold {served} of {FEW}")
        found[f"{kind} refusals"] = got.rate
    return found


def replicas(scene: Scene, turn: int) -> Figures:
    """One process and several on PostgreSQL's hot show; then they fight for the last of another, and not one too many is sold."""
    found: Figures = {}
    for count in (1, REPLICAS):
        show = _sells(scene.postgresql.database, f"last-{turn}-{count}", FEW)
        context = multiprocessing.get_context("spawn")
        ready, told = context.Barrier(count), context.Queue()
        url = scene.postgresql.database.url.render_as_string(hide_password=False)
        given = (url, (HOT, show), SECONDS, ready, told)
        processes = [context.Process(target=_replica, args=given, daemon=True) for _ in range(count)]
        for process in processes:
            process.start()
        got = [told.get(timeout=120 + SECONDS) for _ in processes]
        for process in processes:
            process.join()
        if (served := sum(one[1] for one in got)) != FEW:
            raise SystemExit(f"{count} processes sold {served} of {FEW}")
        found["one process" if count == 1 else "processes"] = sum(one[0] for one in got)
    return found


def hot_updates(scene: Scene, _: int) -> Figures:
    """The best that PostgreSQL's own client reaches by raising one counter, a commit each."""
    url = scene.postgresql.database.url
    host = str(url.query["host"])
    best = 0.0
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("UPDATE plain_pool SET reserved = reserved + 1 WHERE id = 1;\n")
        script.flush()
        for clients in (1, 16, 64):
            command = [
                program("pgbench"),
                "-n",
                "-M",
                "prepared",
                "-c",
                str(clients),
                "-j",
                str(min(2, clients)),
            ]
            command += ["-T", str(max(1, round(SECONDS))), "-f", script.name, "-h", host, "-U", "amurlive", "amurlive"]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rate = re.search(r"tps = ([\d.]+)", said)
            assert rate is not None
            best = max(best, float(rate[1]))
    return {"hot updates": best}


def copied(scene: Scene, _: int) -> Figures:
    """Rows a second of COPY into a plain copy of the reservations' table, indexes and all, rows written out beforehand."""
    market = scene.postgresql
    count = max(10_000, int(100_000 * min(1.0, SECONDS / 2)))
    values = "\t".join([REQUEST, str(market.hot), "1", "active", now().isoformat(), (now() + timedelta(1)).isoformat()])
    block = "".join(f"{market.organisation}\t{next(KEYS)}\t1\t{values}\n" for _ in range(count)).encode()
    address = market.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        start = time.perf_counter()
        with cursor.copy(f"COPY plain_reservation ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            copy.write(block)
        connection.commit()
        return {"copied": count / (time.perf_counter() - start)}


def one_by_one(scene: Scene, _: int) -> Figures:
    """The usual way on PostgreSQL: 64 threads, each with a connection, lower the counter if enough is left, insert, commit."""
    market = scene.postgresql
    engine = create_engine(market.database.url, pool_size=64)
    event.listen(engine, "connect", _for_the_machine)
    take = update(POOL).where(POOL.c.id == market.apart, POOL.c.allotted - POOL.c.reserved - POOL.c.sold >= 1)
    take, keep = take.values(reserved=POOL.c.reserved + 1), insert(KEPT)
    times: SimpleQueue[float] = SimpleQueue()
    ready = threading.Barrier(64)

    def work() -> None:
        with engine.connect():
            ready.wait()
        over = time.perf_counter() + SECONDS
        while (start := time.perf_counter()) < over:
            with engine.begin() as connection:
                assert connection.execute(take).rowcount == 1
                connection.execute(keep, _row(market.organisation, market.apart, "active"))
            times.put(time.perf_counter() - start)

    threads = [threading.Thread(target=work) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    spent = [times.get() for _ in range(times.qsize())]
    return {"one by one": len(spent) / SECONDS, "one by one p99": quantile(spent, 0.99) * 1000}


def single_inserts(scene: Scene, _: int) -> Figures:
    """What SQLite's driver reaches by inserting one reservation and waiting for the disk, a commit each."""
    market = scene.sqlite
    path = market.database.url.database
    assert path is not None
    row = _row(market.organisation, market.apart, "expired") | {"made_at": "2026-11-01", "ends_at": "2026-11-02"}
    names = ", ".join(row)
    statement = f"INSERT INTO reservation ({names}) VALUES ({', '.join(f':{name}' for name in row)})"
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-32768"):
        connection.execute(f"PRAGMA {pragma}")
    count, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < SECONDS:
        connection.execute(statement, row | {"key": next(KEYS)})
        count += 1
    spent = time.perf_counter() - begin
    connection.close()
    return {"single inserts": count / spent}


def pages(scene: Scene, _: int) -> Figures:
    """The list of movements, at its beginning and deep in it."""
    found: Figures = {}
    for kind, market in (("SQLite", scene.sqlite), ("PostgreSQL", scene.postgresql)):
        found |= {f"{kind} {name}": value for name, value in ledger.pages(market.database).items()}
    return found


MEASURES: tuple[Callable[[Scene, int], Figures], ...] = (
    callers, relaxed, refusals, replicas, hot_updates, copied, one_by_one, single_inserts, pages,
)  # fmt: skip


class Goal(NamedTuple):
    """Two figures, by name, whose ratio must be at least `aim`, or at most if `below`."""

    number: str
    what: str
    over: str
    under: str
    aim: float
    below: bool = False
    unit: str = "/s"

    def ratio(self, rounds: list[Figures]) -> float:
        """Median of the rounds."""
        return median(one[self.over] / one[self.under] for one in rounds)

    def met(self, ratio: float) -> bool:
        """Whether it is reached."""
        return ratio <= self.aim if self.below else ratio >= self.aim

    @property
    def aimed(self) -> str:
        """The aim in words."""
        return f"{'≤' if self.below else '≥'} {self.aim:g} ×"


GOALS = (
    Goal("R1", "PostgreSQL, 256 callers / raising one counter (best of 1, 16, 64 pgbench clients)", "PostgreSQL 256", "hot updates", 10),
    Goal("R2", "PostgreSQL, 1,024 callers / COPY into the same indexes", "PostgreSQL 1024", "copied", 0.3),
    Goal("R4", "SQLite, 256 callers / single inserts, a commit each", "SQLite 256", "single inserts", 12),
    Goal("R5", "SQLite, 256 callers, waiting for the disk / not waiting (FULL / NORMAL)", "SQLite 256", "SQLite NORMAL 256", 0.9),
    Goal("R6", "PostgreSQL, p99 of 64 callers / of 64 threads one by one", "PostgreSQL 64 p99", "one by one p99", 0.1, True, " ms"),
    Goal("R7", f"PostgreSQL, {REPLICAS} processes / one, 64 callers each", "processes", "one process", 0.6),
    Goal("R11", "SQLite, refusals after the sell-out / reservations, 256 callers", "SQLite refusals", "SQLite 256", 3),
    Goal("R11", "PostgreSQL, the same", "PostgreSQL refusals", "PostgreSQL 256", 3),
    Goal("R10", "SQLite, first page of movements / page at 90 % depth", "SQLite first pages", "SQLite deep pages", 1.5, True),
    Goal("R10", "PostgreSQL, the same", "PostgreSQL first pages", "PostgreSQL deep pages", 1.5, True),
)  # fmt: skip


# ---- the scene


@contextmanager
def scene(movements: int) -> Iterator[Scene]:
    """Both databases with goods, pools, old reservations and so many movements."""
    with ExitStack() as stack:
        markets = []
        for kind in KINDS:
            database = stack.enter_context(fresh(kind, **SETTINGS))
            hot, apart = _stock(database)
            ledger.fill_movements(database, movements)
            settler = stack.enter_context(Settler(database))
            own = database.caller.organisation  # type: ignore[attr-defined]
            markets.append(Market(database, settler, own, hot, apart))
            rush(settler, own, HOT, 64, 0.3)  # what is made once
        quick = stack.enter_context(Settler(acting(_Relaxed(str(markets[0].database.url)))))
        yield Scene(markets[0], markets[1], quick)


class _Relaxed(Database):
    """A SQLite whose settler's commits may be lost when the power fails."""

    def lane(self, caller: object) -> Database:
        view = super().lane(caller)
        event.listen(view.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=NORMAL"))
        return view


def _stock(database: Database) -> tuple[int, int]:
    """Goods in the park's warehouse and two shows that sell them; former reservations. The pools' numbers."""
    with database.writing() as session:
        import_catalogue(session)
        import_places(session)
        sku = sku_of(session, SKU)
        lot = keep_lot(session, sku, LotGiven(code="BENCH", made_on=now().date()))
        line = Line(sku, lot, outside(session, "supplier"), find_place(session, PLACE), 3 * PLENTY)
        post(session, kind="receipt", key="bench", lines=[line])
        hot, apart = (promise(session, show=show, sku=SKU, place=PLACE, packs=PLENTY).id for show in (HOT, APART))
    own = database.caller.organisation  # type: ignore[attr-defined]
    with database.beginning() as connection:
        if connection.dialect.name == "postgresql":
            _for_the_machine(connection.connection.driver_connection, None, whole=False)
        connection.execute(insert(KEPT), [_row(own, apart, "expired") for _ in range(HISTORY)])
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("CREATE TABLE plain_pool (LIKE sale_pool INCLUDING ALL) WITH (fillfactor = 50)")
            connection.exec_driver_sql("INSERT INTO plain_pool SELECT * FROM sale_pool LIMIT 1")
            connection.exec_driver_sql("UPDATE plain_pool SET id = 1")
            connection.exec_driver_sql("CREATE TABLE plain_reservation (LIKE reservation INCLUDING ALL)")
            connection.exec_driver_sql("INSERT INTO plain_reservation SELECT * FROM reservation")
    return hot, apart


def _for_the_machine(connection: Any, _record: Any, *, whole: bool = True) -> None:
    connection.execute("SELECT set_config('amurlive.all', 'on', false)")
    if whole:
        connection.commit()


def _sells(database: Database, show: str, packs: int) -> str:
    with database.writing() as session:
        promise(session, show=show, sku=SKU, place=PLACE, packs=packs)
    return show


def _row(organisation: int, pool: int, state: str) -> dict[str, Any]:
    values = (organisation, next(KEYS), 1, REQUEST, pool, 1, state, now(), now() + timedelta(1))
    return dict(zip(COLUMNS, values, strict=True))


def _prove(market: Market) -> None:
    """What the pools say is reserved stands in rows, and nothing was sold that was not there."""
    held = func.coalesce(func.sum(Reservation.quantity).filter(Reservation.state == "active"), 0)
    query = select(SalePool.show_key, SalePool.reserved, SalePool.allotted, held)
    with market.database.reading() as session:
        rows_of = session.execute(
            query.outerjoin(Reservation, Reservation.pool_id == SalePool.id).group_by(SalePool.id)
        )
        for show, reserved, allotted, standing in rows_of:
            if reserved != standing or reserved > allotted:
                raise SystemExit(f"{show}: {reserved} of {allotted} reserved, {standing} in reservations")


def _rest(made: Scene) -> None:
    """The same start for every round."""
    settle(made.postgresql.database)
    with administrator(made.postgresql.database) as connection:
        connection.execute(text("CHECKPOINT"))


# ---- what is told


def rows(movements: int) -> tuple[list[str], list[str]]:
    """Lines for RESULTS.md, and what missed its aim. Stops if anything was oversold or lost."""
    rounds: list[Figures] = []
    with scene(movements) as made:
        for turn in range(ROUNDS):
            _rest(made)
            figures: Figures = {}
            for measure in MEASURES:
                figures |= measure(made, turn)
            rounds.append(figures)
            for market in (made.sqlite, made.postgresql):
                _prove(market)
    middle = {name: median(one[name] for one in rounds) for name in rounds[0]}
    found = ["| | what | measured | against | ratio | aim |", "|---|---|---|---|---|---|"]
    missed = []
    for goal in GOALS:
        ratio = goal.ratio(rounds)
        one, other = (f"{middle[name]:,.0f}{goal.unit}" for name in (goal.over, goal.under))
        found.append(f"| {goal.number} | {goal.what} | {one} | {other} | **{ratio:.2f} ×** | {goal.aimed} |")
        if not goal.met(ratio):
            missed.append(f"{goal.number} {goal.what}: {ratio:.2f} ×, aim {goal.aimed}")
    found += ["", "| callers | SQLite | p50 / p99 | PostgreSQL | p50 / p99 |", "|---|---|---|---|---|"]
    for count in CALLERS:
        cells = [f"{count:,}"]
        for kind in KINDS:
            name = f"{kind} {count}"
            cells += [f"{middle[name]:,.0f}/s", f"{middle[f'{name} p50']:.1f} / {middle[f'{name} p99']:.1f} ms"]
        found.append(f"| {' | '.join(cells)} |")
    return found, missed
