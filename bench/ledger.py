"""What the ledger costs when it has grown long: pages deep in a million movements.

Each measurement takes one of the databases that `market` made and filled, and gives its figures by name.
"""

from __future__ import annotations

import time
from statistics import median

from sqlalchemy import select, text

from bench.databases import administrator, settle
from service.database import Database
from service.http.paging import page_of
from service.inventory.models import Movement

__all__ = ["fill_movements", "pages"]

PAGE = 100
MOVE = """
INSERT INTO movement (organisation_id, document_id, key, sku_id, lot_id, from_place_id, to_place_id, quantity, happened_at, recorded_at)
SELECT one.organisation_id, one.document_id, 'old/' || n, one.sku_id, one.lot_id, one.from_place_id, one.to_place_id, 1 + n % 9,
       one.happened_at, one.recorded_at
FROM {numbers}, (SELECT * FROM movement ORDER BY id LIMIT 1) AS one
"""
NUMBERS = {
    "sqlite": "(WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < {count}) SELECT n FROM r)",
    "postgresql": "generate_series(1, {count}) AS n",
}


def fill_movements(database: Database, count: int) -> None:
    """So many movements like the first, put in by the database itself. The balances do not follow: nothing here asks for them."""
    statement = text(MOVE.format(numbers=NUMBERS[database.engine.dialect.name].format(count=count)))
    if database.engine.dialect.name == "sqlite":
        with database.beginning() as connection:
            connection.execute(statement)
        return
    with administrator(database) as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")  # no look at what each row refers to
        connection.execute(statement)
    settle(database)


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
