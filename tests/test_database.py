"""The database keeps what it was given, on SQLite and on PostgreSQL alike."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import Integer, inspect, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.catalog.models import Product
from service.database import Base, Database
from service.livestream.models import Show
from service.people.operating import acting
from service.resources import root
from service.tables import ours


class Counter(Base):
    """A row that many change at once."""

    __tablename__ = "test_counter"
    __table_args__ = {"info": {"test": True}}
    id: Mapped[int] = mapped_column(primary_key=True)
    left: Mapped[int] = mapped_column(Integer)


def test_upgrading_an_empty_database_creates_every_table_and_again_changes_nothing(empty_url: str) -> None:
    database = Database(empty_url)
    database.upgrade()
    tables = set(inspect(database.engine).get_table_names())
    assert {table.name for table in Base.metadata.tables.values() if not table.info.get("test")} <= tables
    database.upgrade()
    assert set(inspect(database.engine).get_table_names()) == tables
    database.close()


def test_the_migrations_make_exactly_the_tables_of_the_models(empty_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    database = Database(empty_url)
    database.upgrade()

    def known(item: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
        return ours(item, name, kind, reflected, other) and not (kind == "table" and name == Counter.__tablename__)

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": known, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_scripts_from_before_plans_were_kept_take_the_show_as_it_stands(server) -> None:  # type: ignore[no-untyped-def]
    """Migration 0002: nothing that was composed is lost, and it can be read and exported."""
    from alembic import command
    from alembic.config import Config

    from service.livestream.gathering import plan_of_skus
    from service.livestream.shows import brief_of, compose_show, find_script, save_show
    from service.livestream.storing import restore

    database = acting(Database(server.create("stocked")))
    plan = plan_of_skus(
        ["RU-HONEY-500:hit", "RU-KVAS-1500"], pattern_key="single-20", languages=["zh"], minutes=None, seed=1
    )
    with database.writing() as session:
        before = restore(compose_show(session, save_show(session, plan)))
    config = Config()
    config.set_main_option("script_location", str(root("service") / "migrations"))
    with database.migrating() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    assert "plan" not in {column["name"] for column in inspect(database.engine).get_columns("script")}
    database.upgrade()
    with database.reading() as session:
        stored = find_script(session, plan.key)
        assert restore(stored) == before
        assert [item.goods.sku for item in brief_of(session, stored).items] == ["RU-HONEY-500", "RU-KVAS-1500"]
    database.close()


def test_an_error_inside_a_writing_session_leaves_nothing_behind(blank: Database) -> None:
    def write_and_fail() -> None:
        with blank.writing() as session:
            session.add(_show())
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    with blank.reading() as session:
        assert session.scalars(select(Show)).all() == []


def test_a_reading_session_never_keeps_changes(blank: Database) -> None:
    with blank.reading() as session:
        session.add(_show())
        session.flush()
    with blank.reading() as session:
        assert session.scalars(select(Show)).all() == []


def test_moments_come_back_in_utc_and_must_know_their_zone(blank: Database) -> None:
    from zoneinfo import ZoneInfo

    moment = datetime(2026, 11, 24, 20, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    with blank.writing() as session:
        session.add(_show(created_at=moment))
    with blank.reading() as session:
        stored = session.scalars(select(Show)).one().created_at
    assert stored == moment
    assert stored.tzinfo is UTC
    with pytest.raises(StatementError), blank.writing() as session:
        session.add(_show(key="other", created_at=datetime(2026, 11, 24, 20, 0)))  # noqa: DTZ001


def test_foreign_keys_are_enforced(blank: Database) -> None:
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), blank.writing() as session:
        session.execute(
            text(
                "INSERT INTO show_item (organisation_id, show_id, position, sku_id, role, link) VALUES (1, 99, 0, 99, 'hit', 1)"
            )
        )


def test_no_decrement_is_lost_when_many_read_decide_and_write_at_once(sqlite_server) -> None:  # type: ignore[no-untyped-def]
    """BEGIN IMMEDIATE: without it SQLite lost 1,645 of 5,501 decrements in the shared measurement."""
    database = acting(Database(sqlite_server.create("blank")))
    Base.metadata.tables["test_counter"].create(database.engine)
    with database.writing() as session:
        session.add(Counter(id=1, left=200))

    def take(session: Session) -> None:
        row = session.get_one(Counter, 1)
        left = row.left
        session.expire(row)
        row.left = left - 1

    def work() -> None:
        for _ in range(25):
            with database.writing() as session:
                take(session)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.get_one(Counter, 1).left == 0
    database.close()


def test_the_catalogue_tables_hold_the_same_rows_on_both_databases(stocked: Database) -> None:
    with stocked.reading() as session:
        keys = session.scalars(select(Product.key).order_by(Product.key)).all()
    assert len(keys) >= 60
    assert keys == sorted(keys)


def _show(key: str = "evening", created_at: datetime | None = None) -> Show:
    show = Show(
        key=key, name={"zh": "晚场", "ru": "Вечер"}, pattern="evening-60", minutes=60, languages=["zh", "ru"],
        market="CN", seed=1,
    )  # fmt: skip
    if created_at:
        show.created_at = created_at
    return show
