"""The statements of the settler, made once: a rush pays for every microsecond of a row.

PostgreSQL gets whole columns as one text each, in its own array notation (its driver's way of writing lists took half of a batch's time);
SQLite gets JSON lists to look keys up and plain tuples to insert.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    DateTime,
    Integer,
    String,
    Table,
    any_,
    bindparam,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)  # fmt: skip
from sqlalchemy.dialects import sqlite

from service.inventory.reserving.models import Reservation, SalePool
from service.webhooks.models import Event

__all__ = [
    "COUNT", "EVENT", "KEPT", "KEPT_BY_ARRAY", "KEPT_BY_JSON", "LOCK", "LOOK", "NEW_ROW", "POOL", "STATE", "TAKE_ALL", "WRITE_ALL",
    "lite_time", "numbers", "texts", "words",
]  # fmt: skip

POOL: Table = SalePool.__table__  # type: ignore[assignment]
KEPT: Table = Reservation.__table__  # type: ignore[assignment]
EVENT: Table = Event.__table__  # type: ignore[assignment]
MOMENT = DateTime(timezone=True)


def numbers(values: Iterable[int]) -> str:
    """Numbers as a PostgreSQL array."""
    return "{" + ",".join(map(str, values)) + "}"


def words(values: Sequence[str]) -> str:
    """Words as a PostgreSQL array. Raises `ValueError` for a NUL, which PostgreSQL does not take."""
    if not values:
        return "{}"
    inner = "\0".join(values)
    if inner.count("\0") >= len(values):
        raise ValueError("a word with a NUL")
    return '{"' + inner.replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","') + '"}'


def texts(moments: Sequence[datetime]) -> list[str]:
    """Moments as PostgreSQL reads them; the rows of a batch share few of them."""
    known = {one: one.isoformat() for one in set(moments)}
    return [known[one] for one in moments]


def lite_time(moment: datetime) -> str:
    """A moment as SQLAlchemy keeps it in SQLite."""
    written = _time_to_lite(moment) if _time_to_lite else moment
    return str(written)


_time_to_lite = KEPT.c.ends_at.type.dialect_impl(sqlite.dialect()).bind_processor(sqlite.dialect())


def _array(name: str, kind: Any) -> Any:
    return cast(bindparam(name, type_=String), ARRAY(kind))


def _rows(alias: str, **columns: tuple[str, Any]) -> Any:
    """Arrays side by side as rows: column=(parameter, type)."""
    arrays = [_array(name, kind) for name, kind in columns.values()]
    return func.unnest(*arrays).table_valued(*columns).render_derived(alias)


def _json_list(name: str) -> Any:
    return select(func.json_each(bindparam(name, type_=String)).table_valued("value").c.value)


# ---- looking

_COUNTERS = (POOL.c.id, POOL.c.allotted, POOL.c.reserved, POOL.c.sold, POOL.c.open)
LOCK = (
    select(*_COUNTERS, func.clock_timestamp()).where(POOL.c.id == any_(_array("ids", Integer)))
    .order_by(POOL.c.id).with_for_update(key_share=True)
)  # fmt: skip
LOOK = select(*_COUNTERS).where(POOL.c.id.in_(_json_list("ids"))).order_by(POOL.c.id)

_KEPT = select(
    KEPT.c.id, KEPT.c.organisation_id, KEPT.c.key, KEPT.c.line, KEPT.c.request, KEPT.c.pool_id, KEPT.c.quantity, KEPT.c.state,
    KEPT.c.ends_at, KEPT.c.order_number,
).where(KEPT.c.organisation_id == bindparam("own")).order_by(KEPT.c.key, KEPT.c.line)  # fmt: skip
KEPT_BY_ARRAY = _KEPT.where(KEPT.c.key == any_(_array("names", String)))
KEPT_BY_JSON = _KEPT.where(KEPT.c.key.in_(_json_list("names")))

# ---- writing, a row at a time

COUNT = (
    update(POOL).where(POOL.c.id == bindparam("pool"))
    .values(allotted=bindparam("a"), reserved=bindparam("r"), sold=bindparam("s"))
)  # fmt: skip
STATE = update(KEPT).where(KEPT.c.id == bindparam("row")).values(state=bindparam("now"), ends_at=bindparam("until"))
_COLUMNS = (
    "organisation_id",
    "key",
    "line",
    "request",
    "pool_id",
    "quantity",
    "state",
    "order_number",
    "made_at",
    "ends_at",
)
NEW_ROW = f"INSERT INTO reservation ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_EVENT = ["organisation_id", "kind", "data", "at", "spread"]


def _write_all() -> Any:
    """Counters, new rows and events of a batch in one statement."""
    counters = _rows(
        "g", pool=("pools", Integer), a=("allotted", BigInteger), r=("reserved", BigInteger), s=("sold", BigInteger)
    )
    counted = update(POOL).where(POOL.c.id == counters.c.pool)
    counted = counted.values(allotted=counters.c.a, reserved=counters.c.r, sold=counters.c.s)
    rows = _rows(
        "r", own=("own", Integer), key=("key", String), line=("line", Integer), request=("request", String), pool=("pool", BigInteger),
        packs=("packs", BigInteger), state=("state", String), orders=("order", String), ends=("ends", MOMENT),
    )  # fmt: skip
    moment = bindparam("moment", type_=MOMENT)
    chosen = select(
        rows.c.own, rows.c.key, rows.c.line, rows.c.request, rows.c.pool, rows.c.packs, rows.c.state, func.nullif(rows.c.orders, ""), moment,
        rows.c.ends,
    )  # fmt: skip
    made = insert(KEPT).from_select(list(_COLUMNS), chosen, include_defaults=False)
    said = _rows("t", own=("whose", Integer), said=("said", JSON))
    told = select(said.c.own, literal("pool.changed", String), said.c.said, moment, literal(False))
    event = insert(EVENT).from_select(_EVENT, told, include_defaults=False)
    return event.add_cte(counted.cte("counted"), made.cte("made"))


def _take_all() -> Any:
    """For requests of one line each that can all be served: pools raised by their sums, rows made, events told, in one statement.

    The pools' CHECK refuses it whole where one has too little or is closed, the unique key where a request is known.
    """
    sums = _rows(
        "g", pool=("pools", Integer), packs=("sums", BigInteger), own=("owner", Integer), show=("show", String), sku=("sku", String),
        place=("place", String),
    )  # fmt: skip
    held = select(POOL.c.id).where(POOL.c.id == any_(_array("pools", Integer))).order_by(POOL.c.id)
    locked = held.with_for_update(key_share=True).cte("locked")
    taken = (
        update(POOL).where(POOL.c.id == sums.c.pool, locked.c.id == sums.c.pool).values(reserved=POOL.c.reserved + sums.c.packs)
        .returning(
            POOL.c.id, POOL.c.allotted, POOL.c.reserved, POOL.c.sold, func.clock_timestamp().label("moment"), sums.c.own, sums.c.show,
            sums.c.sku, sums.c.place,
        ).cte("taken")
    )  # fmt: skip
    rows = _rows(
        "r", own=("own", Integer), key=("key", String), request=("request", String), pool=("pool", BigInteger), packs=("packs", BigInteger),
        seconds=("seconds", Integer), orders=("order", String),
    )  # fmt: skip
    ends = taken.c.moment + func.make_interval(0, 0, 0, 0, 0, 0, rows.c.seconds)
    chosen = select(
        rows.c.own, rows.c.key, literal(1), rows.c.request, rows.c.pool, rows.c.packs, literal("active"), func.nullif(rows.c.orders, ""),
        taken.c.moment, ends,
    ).where(taken.c.id == rows.c.pool)  # fmt: skip
    made = insert(KEPT).from_select(list(_COLUMNS), chosen, include_defaults=False).cte("made")
    named = {"show": taken.c.show, "sku": taken.c.sku, "place": taken.c.place}
    left = {
        "available": taken.c.allotted - taken.c.reserved - taken.c.sold,
        "reserved": taken.c.reserved,
        "sold": taken.c.sold,
    }
    pairs = [part for name, column in (named | left).items() for part in (literal(name, String), column)]
    said = func.json_build_object(literal("pools", String), func.json_agg(func.json_build_object(*pairs)))
    told = select(
        taken.c.own, literal("pool.changed", String), said, func.max(taken.c.moment), literal(False)
    ).group_by(taken.c.own)
    event = insert(EVENT).from_select(_EVENT, told, include_defaults=False).cte("told")
    return select(taken.c.id, taken.c.moment).add_cte(taken, made, event)


WRITE_ALL = _write_all()
TAKE_ALL = _take_all()
