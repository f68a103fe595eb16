"""What the ledger costs when it has grown long: pages deep in a million movements, many more taken in at once, all of it added up again.

Each measurement takes one of the databases that `market` made and filled, and gives its figures by name.
"""

from __future__ import annotations

import itertools
import sqlite3
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import median

import psycopg
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import selectinload

from bench.databases import administrator, settle
from service.catalog.models import Sku
from service.database import Database, now
from service.http.paging import page_of
from service.inventory.importing import MovedRow, insert_movements
from service.inventory.lots import LotGiven, keep_lot
from service.inventory.models import Lot, Movement, Place
from service.inventory.verifying import verify

__all__ = ["adding_up", "fill_movements", "pages", "taking_in"]

PAGE, LOTS, TAKEN = 100, 10, 100_000  # rows of a page, lots of each SKU, movements taken in at once
COLUMNS = (
    "organisation_id", "document_id", "key", "sku_id", "lot_id", "from_place_id", "to_place_id", "quantity", "happened_at", "recorded_at",
)  # fmt: skip
MOVE = f"""
INSERT INTO movement ({", ".join(COLUMNS)})
SELECT one.organisation_id, one.document_id, 'old/' || n, lot.sku_id, lot.id, one.from_place_id, one.to_place_id, 1 + n % 9,
       one.happened_at, one.recorded_at
FROM {{numbers}} JOIN (SELECT id, sku_id, row_number() OVER (ORDER BY id) - 1 AS turn FROM lot) AS lot ON lot.turn = n % {{lots}},
     (SELECT * FROM movement ORDER BY id LIMIT 1) AS one
"""
BALANCE = """
INSERT INTO balance (organisation_id, place_id, sku_id, lot_id, on_hand, bounded)
SELECT organisation_id, {place}, sku_id, lot_id, {sign} sum(quantity), {bounded} FROM movement WHERE true GROUP BY 1, 2, 3, 4
ON CONFLICT (organisation_id, place_id, sku_id, lot_id) DO UPDATE SET on_hand = excluded.on_hand
"""
NUMBERS = {
    "sqlite": "(WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < {count}) SELECT n FROM r)",
    "postgresql": "generate_series(1, {count}) AS n",
}
PLAIN = "SELECT to_place_id, sku_id, lot_id, sum(quantity) FROM movement GROUP BY 1, 2, 3"
_turns = itertools.count()


# ---- filling


def fill_movements(database: Database, count: int) -> None:
    """So many movements from and to where the first went, of all SKUs in ten lots each, put in by the database itself; balances follow.

    Beside them a table `plain_movement` with the same rows and indexes, without references, triggers and row-level security.
    """
    kind = database.engine.dialect.name
    with database.writing() as session:
        for sku in session.scalars(select(Sku)).all():
            for number in range(LOTS):
                keep_lot(session, sku, LotGiven(code=f"OLD-{number}"))
        session.flush()
        lots = session.scalar(select(func.count()).select_from(Lot)) or 0
    move = MOVE.format(numbers=NUMBERS[kind].format(count=count), lots=lots)
    balances = [
        BALANCE.format(place="to_place_id", sign="", bounded="true"),
        BALANCE.format(place="from_place_id", sign="-", bounded="false"),
    ]
    if kind == "sqlite":
        with database.beginning() as connection:
            for statement in (move, *balances):
                connection.execute(text(statement))
            for statement in _as_plain(connection):
                connection.exec_driver_sql(statement)
        return
    with administrator(database) as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")  # no look at what each row refers to
        for statement in (move, *balances):
            connection.execute(text(statement))
    with database.beginning() as connection:
        connection.exec_driver_sql("SELECT set_config('amurlive.all', 'on', true)")
        connection.exec_driver_sql("CREATE TABLE plain_movement (LIKE movement INCLUDING ALL)")
        connection.exec_driver_sql("INSERT INTO plain_movement SELECT * FROM movement")
    settle(database)


def _as_plain(connection: Connection) -> Iterator[str]:
    """What makes SQLite's `plain_movement`: its table and indexes under other names."""
    made = "SELECT sql FROM sqlite_master WHERE tbl_name = 'movement' AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC"
    for statement in list(connection.exec_driver_sql(made).scalars()):
        yield statement.replace("movement", "plain_movement")
    yield "INSERT INTO plain_movement SELECT * FROM movement"


# ---- measurements


def pages(database: Database) -> dict[str, float]:
    """Pages a second of the list of movements: its first page, and one after nine tenths of it."""
    query = select(Movement)
    spent: dict[str, list[float]] = {"first pages": [], "deep pages": []}
    with database.reading() as session:
        last = session.scalars(select(Movement.id).order_by(Movement.id.desc()).limit(1)).one()
        deep = page_of(session, query.where(Movement.id >= last * 9 // 10), by=[Movement.id], after=None, limit=1)[1]
        for _ in range(100):
            for name, after in (("first pages", None), ("deep pages", deep)):
                session.expunge_all()
                start = time.perf_counter()
                found, following = page_of(session, query, by=[Movement.id], after=after, limit=PAGE)
                spent[name].append(time.perf_counter() - start)
                assert following
                assert len(found) == PAGE
    return {name: 1 / median(times) for name, times in spent.items()}


def taking_in(database: Database, share: float = 1.0) -> dict[str, float]:
    """Movements a second that were brought from elsewhere, and of the same rows as fast as the database's own driver puts them in."""
    rows, turn = [], next(_turns)
    with database.writing() as session:
        places = {place.id: place for place in session.scalars(select(Place))}
        lots = {lot.id: (lot.sku, lot) for lot in session.scalars(select(Lot).options(selectinload(Lot.sku)))}
        one = session.scalars(select(Movement).order_by(Movement.id).limit(1)).one()
        about = [(lot.sku_id, lot.id) for _, lot in lots.values()]
        moment = now()
        rows = [
            MovedRow(
                f"in/{turn}/{n}",
                *about[n % len(about)],
                one.from_place_id,
                one.to_place_id,
                1 + n % 9,
                moment - timedelta(seconds=n),
            )
            for n in range(round(TAKEN * share))
        ]
        values = _values(one, rows)
        start = time.perf_counter()
        taken = insert_movements(session, rows, places=places, lots=lots, source="bench").taken
    spent = time.perf_counter() - start  # with the commit
    assert taken == len(rows)
    bare = _executemany if database.engine.dialect.name == "sqlite" else _copy
    return {"taken in": taken / spent, "put in": taken / bare(database, values)}


def _values(one: Movement, rows: Sequence[MovedRow]) -> list[tuple[int | str, ...]]:
    """The rows as they will stand, moments written out as the databases read them."""
    taken = f"{now():%Y-%m-%d %H:%M:%S.%f}+00"
    return [
        (
            one.organisation_id, one.document_id, row.key, row.sku, row.lot, row.source, row.target, row.quantity,
            row.happened_at.strftime("%Y-%m-%d %H:%M:%S.%f+00"), taken,
        )
        for row in rows
    ]  # fmt: skip


def _copy(database: Database, values: list[tuple[int | str, ...]]) -> float:
    block = "".join("\t".join(map(str, one)) + "\n" for one in values).encode()
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        start = time.perf_counter()
        with cursor.copy(f"COPY plain_movement ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            copy.write(block)
        connection.commit()
        return time.perf_counter() - start


def _executemany(database: Database, values: list[tuple[int | str, ...]]) -> float:
    statement = f"INSERT INTO plain_movement ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    connection = sqlite3.connect(str(database.url.database), isolation_level=None, timeout=30)
    for pragma in ("synchronous=FULL", "cache_size=-32768"):
        connection.execute(f"PRAGMA {pragma}")
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(statement, values)
    connection.execute("COMMIT")
    spent = time.perf_counter() - start
    connection.close()
    return spent


def adding_up(database: Database) -> dict[str, float]:
    """Movements a second when every balance and pool is compared with what it is made of, and when movements are merely added up."""
    with database.reading() as session:
        start = time.perf_counter()
        verified = verify(session)
        spent = time.perf_counter() - start
        assert not verified.differences, verified.differences[:3]
        start = time.perf_counter()
        session.connection().exec_driver_sql(PLAIN).all()
        return {"verified": verified.movements / spent, "added up": verified.movements / (time.perf_counter() - start)}
