"""Nobody sees or changes what belongs to another organisation: every endpoint, every role, both walls."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm.exc import StaleDataError
from starlette.testclient import TestClient

from service.app import create_app
from service.catalog.models import Product, Sku
from service.database import Base, Database
from service.http.describing import right_of, routes_of
from service.livestream.models import Show
from service.people.caller import MACHINE
from service.people.operating import acting
from service.people.reach import NotYours, Own, Shared, Stock
from service.people.rights import ROLES
from service.pricing.models import Price
from service.settings import Settings
from tests.crew import DIGESTS, bearer

# Tables that belong to no organisation: families of goods, and people's own tables, which their own code guards.
COMMON = {
    "readiness", "family", "family_attribute", "organisation", "certification", "person", "membership", "sign_in", "api_token",
    "one_time_link", "sign_in_attempt", "test_counter", "exchange_rate",
}  # fmt: skip
PUBLIC = {"/healthz", "/readyz", "/login", "/enter/{secret}", "/join/{secret}", "/password/{secret}"}
# What only heihe's rows say: none of it may ever reach anybody of amur.
MARKS = ("HEIHE-ONE", "heihe商贸", "«heihe» (образец)", "host heihe", "@heihe")


@pytest.fixture
def manned(server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TestClient, Database, Any]]:
    monkeypatch.setenv("AMURLIVE_MEMORY_DIR", str(tmp_path / "memory"))
    url = server.create("manned")
    app = create_app(
        Settings(database_url=url, secret_file=tmp_path / "key", out_dir=tmp_path, log_level="ERROR", workers=0)
    )
    database = Database(url)
    with TestClient(app) as client:
        yield client, database, server
    database.close()


def test_every_table_says_whose_its_rows_are() -> None:
    for mapper in Base.registry.mappers:
        owned = issubclass(mapper.class_, (Own, Shared, Stock))
        assert owned != (mapper.local_table.name in COMMON), mapper.local_table.name


def test_every_endpoint_names_a_right_or_is_public(manned: Any) -> None:
    app = manned[0].app
    assert {route.path for route in routes_of(app) if right_of(route) is None} == PUBLIC


def test_no_endpoint_works_without_a_sign_in(manned: Any) -> None:
    client = manned[0]
    for route in routes_of(client.app):
        if route.path in PUBLIC:
            continue
        for method in route.methods:
            answer = client.request(method, _filled(route.path), headers={"accept": "application/json"})
            refused = (401,) if route.path.startswith("/api/") else (401, 403)
            assert answer.status_code in refused, (method, route.path, answer.text)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_reaches_into_another_organisation(manned: Any, role: str) -> None:
    """Every endpoint of the API is called with the other's keys and a body that would be right for its owner."""
    client, database, server = manned
    if database.engine.dialect.name == "postgresql" and role in ("trainer", "park", "streamer"):
        pytest.skip("what these may is a part of what the others may; SQLite is asked by all")
    before = _rows_of(database, "heihe")
    description = client.app.openapi()
    for route in routes_of(client.app):
        for method in route.methods:
            path = _filled(route.path)
            body = _body(description, route.path, method.lower())
            headers = dict(bearer(server.tokens["amur", role])) | {
                "idempotency-key": "k" * 12,
                "accept": "text/html, application/json",
            }
            answer = client.request(method, path, headers=headers, json=body, params={"line": "russian_goods"})
            assert answer.status_code < 500, (method, path, answer.text)
            for mark in MARKS:
                # What was asked is repeated: in a refusal, and in the links to the page's other languages.
                said = answer.text.replace("streamer@heihe", "").replace("«HEIHE-ONE»", "").replace(path, "")
                assert mark not in said, (method, path, said)
            if method == "GET" and ("heihe" in path or DIGESTS["heihe"] in path) and route.path.startswith("/api/"):
                assert answer.status_code in (403, 404), (method, path, answer.status_code)
    assert _rows_of(database, "heihe") == before


def test_park_staff_and_the_installations_administrator_do_not_see_merchants_cards_prices_or_shows(manned: Any) -> None:
    client, _, server = manned
    for role in ROLES:
        for path in ("/products", "/prices", "/shows", "/audit"):
            answer = client.get(f"/api/v1{path}?limit=200", headers=bearer(server.tokens["park", role]))
            assert all(mark not in answer.text for mark in MARKS if path != "/audit")


def test_a_shared_catalogue_is_read_by_all_and_prices_are_not(manned: Any) -> None:
    client, _, server = manned
    headers = bearer(server.tokens["amur", "merchant"])
    cards = client.get("/api/v1/products?limit=200", headers=headers).json()["items"]
    assert {card["organisation"] for card in cards} == {"park", "amur"}
    prices = client.get("/api/v1/prices?limit=200", headers=headers).json()["items"]
    assert {price["sku"] for price in prices} == {"AMUR-ONE"}


def test_a_card_of_ones_own_stands_in_front_of_the_shared_one(manned: Any) -> None:
    database = manned[1]
    amur = acting(database, "amur")
    with amur.writing() as session:
        shared = session.scalars(select(Product).where(Product.key != "amur-secret")).first()
        assert shared is not None
        shared_key = shared.key
        shared.marking_group = "x"
        with pytest.raises(NotYours):
            session.flush()
        session.expire(shared)
    from service.catalog.checking import read_catalogue
    from service.catalog.listing import product_card, product_page
    from service.catalog.writing import save_cards

    line, entry = next((line, card) for line, card in read_catalogue().cards if card.key == shared_key)
    with amur.writing() as session:
        save_cards(session, line=line, entries=[entry])  # type: ignore[arg-type]
    with amur.reading() as session:
        assert product_card(session, shared_key)["organisation"] == "amur"
        keys = [card["key"] for card in product_page(session, limit=200)[0]]
        assert keys.count(shared_key) == 1
    with acting(database, "heihe").reading() as session:
        assert product_card(session, shared_key)["organisation"] == "park"


def test_a_session_that_acts_for_nobody_sees_nothing(manned: Any) -> None:
    database = manned[1]
    with database.reading() as session, pytest.raises(LookupError, match="acts for nobody"):
        session.scalars(select(Show)).all()


@pytest.mark.parametrize("how", ["new", "update", "delete", "insert", "change"])
def test_rows_of_others_cannot_be_written_by_any_way_of_the_session(manned: Any, how: str) -> None:
    database = manned[1]
    before = _rows_of(database, "heihe")
    heihe = acting(database, "heihe").caller.organisation
    with database.acting(MACHINE).reading() as session:
        price = session.scalars(select(Price).where(Price.organisation_id == heihe, Price.market == "CN")).one()
    amur = acting(database, "amur")

    def write(session: Any) -> None:
        if how == "new":
            session.add(
                Price(organisation_id=heihe, sku_id=price.sku_id, market="XX", currency="CNY", live=1, sample=False)
            )
        elif how == "update":
            session.execute(update(Price).values(live=1))
        elif how == "delete":
            session.query(Price).delete()
        elif how == "insert":
            row = {
                "organisation_id": heihe,
                "sku_id": price.sku_id,
                "market": "XX",
                "currency": "CNY",
                "live": 1,
                "sample": False,
            }
            session.execute(insert(Price), [row])
        else:
            own = session.merge(price)
            own.live = 1
        session.flush()

    if how in ("update", "delete"):
        with amur.writing() as session:
            write(session)
    else:
        with pytest.raises((NotYours, StaleDataError, IntegrityError)), amur.writing() as session:
            write(session)
    assert _rows_of(database, "heihe") == before


def test_postgresql_holds_the_second_wall_even_when_the_first_is_passed_by(postgresql_server: Any) -> None:
    """Raw SQL knows nothing of our mixins; the server does."""
    database = Database(postgresql_server.create("manned"))
    assert database.state().walled is True
    amur = acting(database, "amur")
    heihe = acting(database, "heihe").caller.organisation  # type: ignore[attr-defined]
    with amur.reading() as session:
        assert set(session.execute(text("SELECT code FROM sku WHERE code LIKE '%ONE'")).scalars()) == {"AMUR-ONE"}
        assert (
            session.execute(text("SELECT count(*) FROM price WHERE organisation_id = :o"), {"o": heihe}).scalar() == 0
        )
        assert session.execute(text("SELECT count(*) FROM sku WHERE organisation_id = 1")).scalar()
    with amur.writing() as session:
        assert session.execute(text("UPDATE price SET live = 1 WHERE organisation_id = :o"), {"o": heihe}).rowcount == 0  # type: ignore[attr-defined]
        assert session.execute(text("UPDATE sku SET gross_g = 1 WHERE organisation_id = 1")).rowcount == 0  # type: ignore[attr-defined]
    with pytest.raises(ProgrammingError, match="row-level security"), amur.writing() as session:
        session.execute(
            text("INSERT INTO audit_head (organisation_id, number, digest) VALUES (:o, 9, '')"), {"o": heihe}
        )
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM price")).scalar() == 0
    with database.acting(MACHINE).reading() as session:
        assert session.execute(text("SELECT count(DISTINCT organisation_id) FROM price")).scalar() == 3
    database.close()


def test_every_table_of_a_domain_has_its_wall(postgresql_server: Any) -> None:
    database = Database(postgresql_server.create("blank"))
    owned = {m.local_table.name for m in Base.registry.mappers if issubclass(m.class_, (Own, Shared, Stock))}
    with database.acting(MACHINE).reading() as session:
        query = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relnamespace = 'public'::regnamespace"
        assert set(session.execute(text(query)).scalars()) == owned
    database.close()


def test_two_merchants_may_use_the_same_codes(manned: Any) -> None:
    database = manned[1]
    with acting(database, "amur").writing() as session:
        sku = session.scalars(select(Sku).where(Sku.code == "AMUR-ONE")).one()
        sku.code = "HEIHE-ONE"
    with database.acting(MACHINE).reading() as session:
        assert len(session.scalars(select(Sku).where(Sku.code == "HEIHE-ONE")).all()) == 2


def _filled(path: str) -> str:
    values = {
        "key": "heihe-show" if "shows" in path else "heihe-secret" if "products" in path else "heihe-sale" if "reservations" in path else "self" if "facts" in path else "heihe", "version": "1",
        "line": "opening:opening.greet.1", "format": "json", "token": "1", "login": "streamer@heihe", "secret": "x" * 43,
        "job": "1", "endpoint": "1", "delivery": "1", "number": "HEIHE-1" if "shipments" in path else "2" if "stock" in path or "compliance" in path or "drafts" in path or "memory" in path else "1", "rule": "CN-AD-ABS-2", "of": "seller", "act": "check", "batch": "2", "name": "heihe", "kind": "organic", "form": "xlsx",
        "digest": DIGESTS["heihe"], "sku": "HEIHE-ONE", "place": "heihe-park", "show": "heihe-show", "document": "2", "shipment": "HEIHE-1",
        "channel": "ozon", "product": "heihe-secret", "shop": "heihe-shop", "category": "heihe-17", "family": "honey", "export": "2", "attribute": "85", "channel_key": "ozon",
    }  # fmt: skip
    return path.replace(":path}", "}").format_map(values)


def _body(description: dict[str, Any], path: str, method: str) -> Any:
    content = (
        description["paths"]
        .get(path.replace(":path}", "}"), {})
        .get(method, {})
        .get("requestBody", {})
        .get("content", {})
    )
    schema = content.get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    return description["components"]["schemas"].get(name, {}).get("example")


def _rows_of(database: Database, key: str) -> str:
    """Every row of an organisation, as text to compare."""
    organisation = acting(database, key).caller.organisation  # type: ignore[attr-defined]
    found: dict[str, list[str]] = {}
    with database.acting(MACHINE).reading() as session:
        for mapper in Base.registry.mappers:
            table = mapper.local_table
            if "organisation_id" in table.c and table.name != "test_counter":
                rows = session.execute(
                    select(table).where(table.c.organisation_id == organisation).order_by(*table.primary_key)
                )
                found[table.name] = [str(tuple(row)) for row in rows]
    return json.dumps(found, ensure_ascii=False, indent=0)


def test_getting_by_id_is_narrowed_and_bare_tables_are_refused(manned: Any) -> None:
    database = manned[1]
    with acting(database, "heihe").reading() as session:
        number = session.scalars(select(Price.id)).first()
    with acting(database, "amur").reading() as session:
        assert session.get(Price, number) is None
        with pytest.raises(LookupError, match="mapped class"):
            session.execute(select(Price.__table__))
        with pytest.raises(LookupError, match="mapped class"):
            session.execute(update(Price.__table__).values(live=1))


def test_domains_write_no_raw_sql() -> None:
    """Nothing narrows a text: only migrations, backups and the frame may speak SQL."""
    from service.resources import root

    for package in ("catalog", "pricing", "livestream", "jobs", "webhooks", "web"):
        for path in root("service").glob(f"{package}/**/*.py"):
            code = path.read_text(encoding="utf-8")
            assert "exec_driver_sql" not in code, path
            assert not re.search(r"import text\b", code), path
            assert ", text" not in "".join(
                line for line in code.splitlines() if line.startswith("from sqlalchemy import")
            ), path
