"""What a merchant waits for: a large sheet checked, loaded, loaded again, taken back, exported; and lists over all of it.

The sheet has 30 columns and as many rows as cards, one SKU each. The yardstick for the load is the same rows of the same tables,
full-text index included, put into the same schema by the database driver's `executemany` in one transaction.
"""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bench.databases import KINDS, fresh, settle
from bench.goods import edit_of, goods, row_of
from service.catalog import batches
from service.catalog.readiness import overview
from service.catalog.search.finding import Filter, facets
from service.catalog.sheets.planning import Plan, SheetMapping
from service.catalog.sheets.taking import plan_file, take
from service.catalog.sheets.writing import Form, own_cards, written
from service.database import Database

__all__ = ["Watch", "measure", "median", "rows"]

UNDONE = 10_000
TABLES = ("product", "product_text", "sku", "revision", "search_document")


class Watch:
    """A database whose writing transactions are timed."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.longest = 0.0

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """As the database's."""
        start = time.perf_counter()
        with self.database.writing() as session:
            yield session
        self.longest = max(self.longest, time.perf_counter() - start)


def sheet(count: int) -> bytes:
    """The merchant's sheet."""
    from rustpy_xlsxwriter import write_worksheet

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "goods.xlsx"
        write_worksheet((row_of(good) for good in goods(count)), str(path), sheet_name="商品")
        return path.read_bytes()


def seconds(job: Callable[[], object]) -> float:
    """How long it takes, once."""
    gc.collect()
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def median(job: Callable[[], object], rounds: int = 9) -> float:
    """Milliseconds, the median of some rounds."""
    return statistics.median(seconds(job) for _ in range(rounds)) * 1000


def measure(database: Database, content: bytes, count: int) -> dict[str, float]:
    """Seconds, unless the name says otherwise. Leaves the cards in the database."""
    watch, found = Watch(database), dict[str, float]()
    plans: list[Plan] = []

    def check() -> None:
        with database.reading() as session:
            plans.append(
                plan_file(session, name="goods.xlsx", content=content, mapping=SheetMapping(), reviewed=False)[0]
            )

    _forget_peak()
    found["check"] = seconds(check)
    if plans[0].errors or plans[0].warnings or plans[0].created != count:
        raise SystemExit(f"the sheet is not as expected: {plans[0].created} new, faults {plans[0].faults[:3]}")
    found["take"] = seconds(lambda: take(watch.writing, plans.pop(), source="goods.xlsx", reviewed=False))
    found["peak MB"], found["longest"] = _peak(), watch.longest
    settle(database)
    found["again"] = seconds(check)
    assert plans.pop().unchanged == count
    _change_and_undo(watch, found, min(UNDONE, count), count)
    found["longest"] = max(found["longest"], watch.longest)
    settle(database)
    for form in ("xlsx", "csv"):
        found[form] = seconds(lambda form=form: _export(database, form))  # type: ignore[misc]
    with database.reading() as session:
        found["overview ms"] = median(lambda: overview(session))
        found["overview of a family ms"] = median(lambda: overview(session, family="confectionery"))
        found["facets ms"] = median(lambda: facets(session, Filter()))
        found["facets of a word ms"] = median(lambda: facets(session, Filter("шоколад")))
    return found


def _change_and_undo(watch: Watch, found: dict[str, float], some: int, count: int) -> None:
    one_field = ((good.key, {"short_name[ru]": f"новый {good.noun[0]}"}) for good in goods(some))
    numbers: list[int] = []

    def apply(edits: Iterable[tuple[str, Any]], kind: str) -> None:
        numbers.append(batches.apply(watch.writing, edits, some, kind=kind, source="bench"))

    found["edit"] = seconds(lambda: apply(one_field, "bulk"))
    with watch.database.engine.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT set_config('amurlive.all', 'on', true)")
        query = "SELECT avg(length(before)), max(length(before)) FROM revision WHERE batch_id = "
        mean, most = connection.exec_driver_sql(query + str(numbers[-1])).one()
        found["before bytes"], found["before most"] = float(mean), float(most)
        query = "SELECT sum(coalesce(length(before), 0)) * 1.0 / count(*) FROM revision"
        found["before of all bytes"] = float(connection.exec_driver_sql(query).scalar_one())
    found["undo"] = seconds(lambda: batches.undo(watch.writing, numbers.pop()))
    new = [(good.key, edit_of(good)) for good in goods(count + some, start=count)]
    apply(new, "import")
    found["undo new"] = seconds(lambda: batches.undo(watch.writing, numbers.pop()))


def _export(database: Database, form: Form) -> None:
    with database.reading() as session:
        assert written(lambda: own_cards(session), form=form, locale="zh")


def raw(loaded: Database) -> float:
    """Seconds to insert what `loaded` (SQLite) holds into an empty database of the same schema, by the driver alone."""
    spent = 0.0
    with fresh("SQLite") as database:
        held = [one.engine.raw_connection() for one in (loaded, database)]
        source, target = (one.driver_connection for one in held)
        assert source is not None
        assert target is not None
        target.execute("PRAGMA foreign_keys=OFF")  # the parents of these rows are not what is measured
        target.execute("BEGIN IMMEDIATE")
        last = source.execute("SELECT max(id) FROM product").fetchone()[0]
        for start in range(0, last + 1, 5000):
            for table in TABLES:
                by = "id" if table == "product" else "product_id"
                some = source.execute(
                    f"SELECT * FROM {table} WHERE {by} > ? AND {by} <= ?", (start, start + 5000)
                ).fetchall()
                if some:
                    statement = f"INSERT INTO {table} VALUES ({', '.join('?' * len(some[0]))})"
                    begin = time.perf_counter()
                    target.executemany(statement, some)
                    spent += time.perf_counter() - begin
        begin = time.perf_counter()
        target.execute("COMMIT")
        spent += time.perf_counter() - begin
        for one in held:
            one.close()
    return spent


def rows(count: int) -> tuple[list[str], list[str]]:
    """Lines for RESULTS.md (SQLite beside PostgreSQL), and what missed its aim on SQLite."""
    content = sheet(count)
    got: dict[str, dict[str, float]] = {}
    yardstick = 0.0
    for kind in KINDS:
        with fresh(kind) as database:
            got[kind] = measure(database, content, count)
            if kind == "SQLite":
                yardstick = raw(database)
    one, other = got["SQLite"], got["PostgreSQL"]
    load = {kind: of["check"] + of["take"] for kind, of in got.items()}
    some = min(UNDONE, count)

    def line(what: str, name: str, unit: str, aim: str = "", digits: int = 1) -> str:
        return f"| {what} | {one[name]:.{digits}f} {unit} | {other[name]:.{digits}f} {unit} | {aim} |"

    def rate(what: str, of: float, other_of: float, aim: str = "", number: int = count) -> str:
        return f"| {what} | {number / of:,.0f}/s | {number / other_of:,.0f}/s | {aim} |"

    found = [
        rate("sheet read and checked (dry run)", one["check"], other["check"]),
        rate("first load, reading and checking included", load["SQLite"], load["PostgreSQL"], "≥ 3,000/s"),
        rate("… writing alone", one["take"], other["take"]),
        f"| writing against the driver inserting the same rows ({yardstick:.1f} s) | **{one['take'] / yardstick:.2f} ×** | | ≤ 4 × |",
        f"| unchanged sheet again, against the first load | **{load['SQLite'] / one['again']:.1f} × faster** | **{load['PostgreSQL'] / other['again']:.1f} × faster** | ≥ 3 × |",
        f"| longest writing transaction | {one['longest'] * 1000:.0f} ms | {other['longest'] * 1000:.0f} ms | ≤ 300 ms |",
        line(f"a field of {some:,} cards changed", "edit", "s"),
        line(f"… taken back ({some:,} cards)", "undo", "s", "< 3 s"),
        line(f"{some:,} new cards taken back", "undo new", "s"),
        line("export of all as XLSX", "xlsx", "s", "≤ 10 s"),
        line("export of all as CSV", "csv", "s"),
        line("a revision of one field, mean", "before bytes", "bytes", "≤ 512 bytes", 0),
        line("a revision, mean over all of them", "before of all bytes", "bytes", "≤ 512 bytes", 0),
        line("readiness of all cards", "overview ms", "ms", "milliseconds"),
        line("facets of all cards", "facets ms", "ms"),
        line("facets of a frequent word", "facets of a word ms", "ms"),
        line("most memory while loading", "peak MB", "MB", "", 0),
    ]
    aims = [
        (count / load["SQLite"] >= 3000, f"first load {count / load['SQLite']:,.0f} rows/s, aim 3,000"),
        (one["take"] <= 4 * yardstick, f"load {one['take'] / yardstick:.1f} × the driver, aim 4"),
        (load["SQLite"] >= 3 * one["again"], f"unchanged sheet {load['SQLite'] / one['again']:.1f} × faster, aim 3"),
        (one["longest"] <= 0.3, f"longest writing transaction {one['longest'] * 1000:.0f} ms, aim 300"),
        (one["undo"] < 3, f"undo {one['undo']:.1f} s, aim 3"),
        (one["xlsx"] <= 10, f"export {one['xlsx']:.1f} s, aim 10"),
        (one["before bytes"] <= 512, f"revision {one['before bytes']:.0f} bytes, aim 512"),
    ]
    return found, [said for met, said in aims if not met]


def _forget_peak() -> None:
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """The most memory this process held since `_forget_peak`, MB."""
    status = Path("/proc/self/status").read_text().split()
    return int(status[status.index("VmHWM:") + 1]) / 1024
