"""Briefs from the shipped catalogue, gathered once from SQLite: composing itself knows no database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from service.catalog.models import Product, Sku
from service.database import Database
from service.livestream.brief import Brief
from service.livestream.gathering import gather, plan_of_skus
from service.people.operating import acting

SKUS = [
    "RU-ALENKA-90:traffic",
    "RU-KVAS-1500:welfare",
    "RU-RED-CAVIAR-95:hit",
    "HH-WOODEAR-150:profit",
    "RU-PINENUT-250",
]


@pytest.fixture(scope="session")
def shelf(sqlite_server) -> Iterator[Database]:  # type: ignore[no-untyped-def]
    database = Database(sqlite_server.create("stocked"))
    yield acting(database)
    database.close()


@pytest.fixture(scope="session")
def brief(shelf: Database) -> Callable[..., Brief]:
    """A brief of a bare list of SKUs; defaults: five goods, evening-60, both languages, Chinese market."""

    def make(skus: list[str] | None = None, **options: object) -> Brief:
        arguments = {"pattern_key": "evening-60", "languages": ["zh", "ru"], "minutes": None, "seed": 7, "market": None}
        arguments |= options
        with shelf.reading() as session:
            return gather(session, plan_of_skus(skus or SKUS, **arguments))  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def all_skus(shelf: Database) -> dict[str, list[str]]:
    """Every SKU that may be sold in a market."""
    with shelf.reading() as session:
        rows = session.execute(select(Sku.code, Product.markets).join(Product).order_by(Sku.code)).all()
    return {market: [code for code, markets in rows if market in markets] for market in ("CN", "RU")}
