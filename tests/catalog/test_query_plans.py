"""Statements that are asked over all cards: the database must answer them from an index, whatever it thinks of its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from service.catalog.readiness import overview
from service.catalog.search.finding import Filter, facets, search
from service.database import Database


def plans(database: Database, ask: Callable[[Session], Any]) -> list[str]:
    """The plan of every statement that `ask` sends, in order."""
    sent: list[tuple[str, Any]] = []
    if database.engine.dialect.name == "postgresql":  # an index answers alone only where the table was vacuumed
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE product, organisation")
    with database.reading() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *given: sent.append((given[2], given[3])))
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:  # sixty-four cards are read faster than any index
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        ask(session)
        explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        asked = [(statement, values) for statement, values in sent if statement.startswith("SELECT")]
        return [
            "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, values).fetchall())
            for statement, values in asked
        ]


@pytest.mark.parametrize("narrow", [{}, {"line": "russian_goods"}, {"line": "russian_goods", "family": "honey"}])
def test_readiness_is_counted_in_an_index(stocked: Database, narrow: dict[str, str]) -> None:
    plan = plans(stocked, lambda session: overview(session, **narrow))[0]
    assert "COVERING INDEX ix_product_facets" in plan or "Index Only Scan using ix_product_facets" in plan, plan


@pytest.mark.parametrize("wanted", [Filter(), Filter(own=True), Filter(line="russian_goods")])
def test_facets_are_counted_in_an_index(stocked: Database, wanted: Filter) -> None:
    plan = plans(stocked, lambda session: facets(session, wanted))[0]
    assert "COVERING INDEX ix_product_facets" in plan or "Index Only Scan using ix_product_facets" in plan, plan


@pytest.mark.parametrize(
    "wanted", [Filter("мёд"), Filter("蜜"), Filter("мёд", own=True), Filter("мёд", family="honey")]
)
def test_sqlite_asks_the_full_text_index_first_and_looks_at_its_hits_only(
    sqlite_stocked: Database, wanted: Filter
) -> None:
    asked = [plan for plan in plans(sqlite_stocked, lambda session: search(session, wanted)) if "VIRTUAL" in plan]
    assert asked
    for plan in asked:
        steps = [step.split()[0:2] for step in plan.splitlines() if step.startswith(("SCAN", "SEARCH"))]
        cards = steps.index(["SEARCH", "product"])
        assert any(step in steps[:cards] for step in (["SCAN", "search_head"], ["SCAN", "search_body"])), plan
        assert "SEARCH product USING INTEGER PRIMARY KEY (rowid=?)" in plan, plan
