"""Databases with goods in them, shows that sell, and callers who all want the same SKU: what `selling` measures on.

Both databases are durable. PostgreSQL's checkpoints come before each round, not within one. Tables hold the reservations of former
days, for an empty one would be planned for as such.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any, NamedTuple

from sqlalchemy import event, func, insert, select

from bench.databases import KINDS, administrator, fresh, settle
from bench.ledger import fill_movements
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
from service.people.caller import Caller
from service.people.operating import acting

__all__ = [
    "COLUMNS", "HOT", "KEPT", "KEYS", "POOL", "REQUEST", "SECONDS", "Market", "Rush", "Scene", "for_the_machine", "prove",
    "replicas", "rest", "row", "rush", "scene", "sell_out", "sells",
]  # fmt: skip

SECONDS = float(os.environ.get("AMURLIVE_BENCH_SECONDS", "2"))
SKU, PLACE, HOT, APART = "RU-ALENKA-90", "heihe-park", "rush", "one-by-one"
PLENTY, HISTORY = 10**9, 100_000
DAY = 86_400
REQUEST = "0" * 32
SETTINGS = {
    "shared_buffers": "512MB", "max_wal_size": "4GB", "checkpoint_timeout": "30min", "max_connections": "200", "fsync": "on",
    "synchronous_commit": "on",
}  # fmt: skip
POOL: Any = SalePool.__table__
KEPT: Any = Reservation.__table__
COLUMNS = (
    "organisation_id", "key", "line", "request", "pool_id", "quantity", "state", "made_at", "ends_at",
)  # fmt: skip


def _keys() -> Iterator[str]:
    """Keys nobody else has, in the order of time, as UUIDv7 are."""
    start = f"{time.time_ns():016x}"
    return (f"{start}{number:016x}" for number in itertools.count())


KEYS = _keys()


@dataclass(frozen=True)
class Market:
    """A database with goods in it, the settler of this process, and the pools of its hot show and of the one apart."""

    kind: str
    database: Database
    settler: Settler
    organisation: int
    hot: int
    apart: int


class Scene(NamedTuple):
    """Both databases; `relaxed` settles on the same SQLite without waiting for the disk."""

    sqlite: Market
    postgresql: Market
    relaxed: Settler

    @property
    def both(self) -> tuple[Market, Market]:
        """SQLite first."""
        return self.sqlite, self.postgresql


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


def sell_out(settler: Settler, organisation: int, show: str) -> int:
    """Ask until nothing is left; how many were served."""
    served = 0
    while True:
        got = rush(settler, organisation, show, 64, 0.2)
        served += got.served
        if got.refused:
            return served


def replicas(database: Database, show: str, count: int) -> tuple[float, int]:
    """So many processes with 64 callers each: their rates on the hot show together, and what they got of another until it was sold out."""
    context = multiprocessing.get_context("spawn")
    ready, told = context.Barrier(count), context.Queue()
    url = database.url.render_as_string(hide_password=False)
    given = (url, show, SECONDS, ready, told)
    processes = [context.Process(target=_replica, args=given, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    got = [told.get(timeout=180 + SECONDS) for _ in processes]
    for process in processes:
        process.join()
    return sum(rate for rate, _ in got), sum(served for _, served in got)


def _replica(url: str, show: str, seconds: float, ready: Barrier, told: Queue[tuple[float, int]]) -> None:
    database = acting(Database(url))
    own = _organisation(database)
    with Settler(database) as settler:
        rush(settler, own, HOT, 64, 0.2)  # what is made once
        gc.freeze()
        ready.wait(60)
        rate = rush(settler, own, HOT, 64, seconds).rate
        ready.wait(60)
        told.put((rate, sell_out(settler, own, show)))


# ---- the scene


@contextmanager
def scene(movements: int) -> Iterator[Scene]:
    """Both databases with goods, pools, old reservations and so many movements."""
    with ExitStack() as stack:
        markets = []
        for kind in KINDS:
            database = stack.enter_context(fresh(kind, **SETTINGS))
            hot, apart = _stock(database)
            fill_movements(database, movements)
            settler = stack.enter_context(Settler(database))
            own = _organisation(database)
            markets.append(Market(kind, database, settler, own, hot, apart))
            rush(settler, own, HOT, 64, 0.3)  # what is made once
        relaxed = stack.enter_context(Settler(acting(_Relaxed(str(markets[0].database.url)))))
        gc.collect()
        gc.freeze()  # what set-up left behind is not part of the measurement
        yield Scene(markets[0], markets[1], relaxed)


class _Relaxed(Database):
    """A SQLite whose settler's last commits may be lost when the power fails."""

    def lane(self, caller: object) -> Database:
        view = super().lane(caller)
        event.listen(view.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=NORMAL"))
        return view


def _stock(database: Database) -> tuple[int, int]:
    """Goods in the park's warehouse, two shows that sell them, old reservations; the pools' numbers."""
    with database.writing() as session:
        import_catalogue(session)
        import_places(session)
        sku = sku_of(session, SKU)
        lot = keep_lot(session, sku, LotGiven(code="BENCH", made_on=now().date()))
        line = Line(sku, lot, outside(session, "supplier"), find_place(session, PLACE), 3 * PLENTY)
        post(session, kind="receipt", key="bench", lines=[line])
        hot, apart = (promise(session, show=show, sku=SKU, place=PLACE, packs=PLENTY).id for show in (HOT, APART))
    with database.beginning() as connection:
        postgresql = connection.dialect.name == "postgresql"
        if postgresql:
            connection.exec_driver_sql("SELECT set_config('amurlive.all', 'on', true)")
        connection.execute(insert(KEPT), [row(_organisation(database), apart, "expired") for _ in range(HISTORY)])
        for statement in PLAIN if postgresql else ():
            connection.exec_driver_sql(statement)
    return hot, apart


# The same tables, their indexes and defaults, without references and row-level security: what others are measured on.
PLAIN = (
    "CREATE TABLE plain_pool (LIKE sale_pool INCLUDING ALL) WITH (fillfactor = 50)",
    "INSERT INTO plain_pool SELECT * FROM sale_pool ORDER BY id LIMIT 1",
    "CREATE TABLE plain_reservation (LIKE reservation INCLUDING ALL)",
    "INSERT INTO plain_reservation SELECT * FROM reservation",
)


def _organisation(database: Database) -> int:
    assert isinstance(database.caller, Caller)
    return database.caller.organisation


def for_the_machine(connection: Any, _record: Any) -> None:
    """Let a new connection to PostgreSQL see and write every row."""
    connection.execute("SELECT set_config('amurlive.all', 'on', false)")
    connection.commit()


def sells(database: Database, show: str, packs: int) -> str:
    """Let a show sell so much."""
    with database.writing() as session:
        promise(session, show=show, sku=SKU, place=PLACE, packs=packs)
    return show


def row(organisation: int, pool: int, state: str) -> dict[str, Any]:
    """A reservation of one pack."""
    values = (organisation, next(KEYS), 1, REQUEST, pool, 1, state, now(), now() + timedelta(1))
    return dict(zip(COLUMNS, values, strict=True))


def rest(made: Scene) -> None:
    """The same start for every round."""
    settle(made.postgresql.database)
    with administrator(made.postgresql.database) as connection:
        connection.exec_driver_sql("CHECKPOINT")


def prove(market: Market) -> None:
    """Stop unless all that pools call reserved stands in rows, and nothing was sold that was not there."""
    held = func.coalesce(func.sum(Reservation.quantity).filter(Reservation.state == "active"), 0)
    query = select(SalePool.show_key, SalePool.reserved, SalePool.allotted, held)
    query = query.outerjoin(Reservation, Reservation.pool_id == SalePool.id).group_by(SalePool.id)
    with market.database.reading() as session:
        for show, reserved, allotted, standing in session.execute(query):
            if reserved != standing or reserved > allotted:
                raise SystemExit(
                    f"{market.kind}, {show}: {reserved} of {allotted} reserved, {standing} in reservations"
                )
