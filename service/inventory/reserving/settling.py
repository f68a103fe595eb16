"""Settles a batch of requests in one transaction: pools locked in ascending order, keys looked up after the lock, decided in the order

of arrival, one update, one bulk insert, one event per organisation. The only code that changes what is reserved and sold of a pool,
apart from picking. It speaks to tables on a connection that acts for the machine; whose pools a request may touch is part of its key.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    DateTime,
    Integer,
    String,
    Table,
    any_,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from service.catalog.models import Sku
from service.database import now
from service.errors import DomainError
from service.inventory.models import Place
from service.inventory.reserving.deciding import Act, Answer, Candidate, Counters, Line, Reserve, Row, decide
from service.inventory.reserving.models import Reservation, SalePool
from service.inventory.reserving.refusing import SoldOut
from service.webhooks.models import Event

__all__ = ["Book", "Settled", "anything_due", "refuse_all", "settle", "settle_alone", "sweep"]

POOL: Table = SalePool.__table__  # type: ignore[assignment]
KEPT: Table = Reservation.__table__  # type: ignore[assignment]
EVENT: Table = Event.__table__  # type: ignore[assignment]
FRESH = 1.0  # seconds for which the list of a show's pools is believed
SWEEP_MOST = 1000


class Book:
    """Which pools a show has, remembered for a second: they come and go rarely, their counters are never remembered."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[float, list[Candidate]]] = {}

    def of(self, connection: Connection, shows: Iterable[tuple[int, str]]) -> dict[tuple[int, str], list[Candidate]]:
        """The pools of these shows by preference, those unknown or too old looked up in one query."""
        wanted, moment = set(shows), time.monotonic()
        missing = {
            one
            for one in wanted
            if one not in self._known or moment - self._known[one][0] > FRESH or not self._known[one][1]
        }
        if missing:
            for show, found in _look_up(connection, missing).items():
                self._known[show] = (moment, found)
            if len(self._known) > 10_000:
                self._known = {show: kept for show, kept in self._known.items() if show in wanted}
        return {show: self._known[show][1] for show in wanted}

    def forget(self) -> None:
        """Look everything up again."""
        self._known.clear()


def _look_up(connection: Connection, shows: set[tuple[int, str]]) -> dict[tuple[int, str], list[Candidate]]:
    found: dict[tuple[int, str], list[Candidate]] = {show: [] for show in shows}
    query = (
        select(POOL.c.organisation_id, POOL.c.show_key, POOL.c.id, Sku.code, Place.key)
        .join(Sku, Sku.id == POOL.c.sku_id).join(Place, Place.id == POOL.c.place_id)
        .where(POOL.c.organisation_id.in_({one for one, _ in shows}), POOL.c.show_key.in_({key for _, key in shows}))
        .order_by(POOL.c.rank, POOL.c.id)
    )  # fmt: skip
    for organisation, show, pool, sku, place in connection.execute(query):
        if (organisation, show) in found:
            found[organisation, show].append(Candidate(pool, sku, place))
    return found


@dataclass(frozen=True, slots=True)
class Settled:
    """Answers in the order of the requests; pools in which nothing is left, and those in which something is."""

    answers: list[Answer | DomainError]
    empty: list[int]
    filled: list[int]


def settle(connection: Connection, asked: Sequence[Reserve | Act], book: Book) -> Settled:
    """Decide and write a batch; the caller begins the transaction, and commits before anybody is told."""
    shows = book.of(connection, {(one.organisation, one.show) for one in asked if isinstance(one, Reserve)})
    skus = {(one.organisation, one.show, want.sku) for one in asked if isinstance(one, Reserve) for want in one.wants}
    touched = {
        candidate.pool for (organisation, show), found in shows.items() for candidate in found
        if (organisation, show, candidate.sku) in skus
    }  # fmt: skip
    keys = defaultdict(list)
    for one in asked:
        keys[one.organisation].append(one.key)
    if any(isinstance(one, Act) for one in asked):  # which pools they touch is known only from their rows
        touched |= {row.pool for rows in _kept(connection, keys).values() for row in rows}
    pools, moment = _lock(connection, touched)
    kept = _kept(connection, keys)  # after the lock: now we see what others committed while we waited for it
    late = {row.pool for rows in kept.values() for row in rows} - pools.keys()
    if late:  # a key another process has just written, for other pools: it will be answered, not changed
        more, _ = _lock(connection, late)
        pools |= more
    names = {one.pool: one for found in shows.values() for one in found}
    if unnamed := {row.pool for rows in kept.values() for row in rows} - names.keys():
        names |= _names(connection, unnamed)
    decided = decide(asked, pools=pools, book=shows, names=names, kept=kept, moment=moment)
    _write(connection, pools, decided.new, decided.changed.values())
    _tell(connection, {pool: names[pool] for pool, one in pools.items() if one.changed}, pools, moment)
    empty = [pool for pool, one in pools.items() if one.open and one.available <= 0]
    return Settled(decided.answers, empty, [pool for pool, one in pools.items() if one.available > 0])


def refuse_all(
    connection: Connection, asked: Sequence[Reserve | Act], book: Book, empty: Mapping[int, float]
) -> list[Answer | DomainError] | None:
    """Answers for a batch in which everybody wants something from pools that have just run out; None if not everybody does.

    Nothing is locked or written. Whoever has reserved under his key before gets that answer, not a refusal.
    """
    wanted = [one for one in asked if isinstance(one, Reserve)]
    moment = time.monotonic()
    shows = book.of(connection, {(one.organisation, one.show) for one in wanted})
    gone: dict[tuple[int, str, str, tuple[str, ...]], bool] = {}
    for one in wanted:
        for want in one.wants:
            about = (one.organisation, one.show, want.sku, want.places)
            if about not in gone:
                pools = [
                    candidate.pool for candidate in shows[one.organisation, one.show]
                    if candidate.sku == want.sku and (not want.places or candidate.place in want.places)
                ]  # fmt: skip
                gone[about] = bool(pools) and all(empty.get(pool, 0.0) > moment for pool in pools)
        if not any(gone[one.organisation, one.show, want.sku, want.places] for want in one.wants):
            return None
    keys = defaultdict(list)
    for one in wanted:
        keys[one.organisation].append(one.key)
    kept = _kept(connection, keys)
    names = _names(connection, {row.pool for rows in kept.values() for row in rows}) if kept else {}
    answers: list[Answer | DomainError] = []
    for one in wanted:
        if rows := kept.get((one.organisation, one.key)):
            answers += decide(
                [one], pools={}, book={}, names=names, kept={(one.organisation, one.key): rows}, moment=now()
            ).answers
        else:
            want = next(want for want in one.wants if gone[one.organisation, one.show, want.sku, want.places])
            answers.append(SoldOut(sku=want.sku, wanted=want.quantity, available=0))
    return answers


def anything_due(connection: Connection) -> bool:
    """Whether a reservation has run out and still holds its packs."""
    query = select(KEPT.c.id).where(KEPT.c.state == "active", KEPT.c.ends_at <= now()).limit(1)
    return connection.scalar(query) is not None


def _lock(connection: Connection, ids: set[int]) -> tuple[dict[int, Counters], datetime]:
    """These pools under their locks, and the moment: the database's clock where several machines share it."""
    if not ids:
        return {}, now()
    columns: list[ColumnElement[Any]] = [POOL.c.id, POOL.c.allotted, POOL.c.reserved, POOL.c.sold, POOL.c.open]
    postgres = connection.dialect.name == "postgresql"
    if postgres:
        columns.append(func.clock_timestamp())
    query = select(*columns).where(POOL.c.id.in_(sorted(ids))).order_by(POOL.c.id).with_for_update(key_share=True)
    rows = connection.execute(query).all()
    moment = rows[-1][5].astimezone(UTC) if postgres and rows else now()
    return {row[0]: Counters(row[1], row[2], row[3], row[4]) for row in rows}, moment


_ROW = (
    KEPT.c.id, KEPT.c.organisation_id, KEPT.c.key, KEPT.c.line, KEPT.c.request, KEPT.c.pool_id, KEPT.c.quantity, KEPT.c.state,
    KEPT.c.ends_at, KEPT.c.order_number,
)  # fmt: skip


def _kept(connection: Connection, keys: dict[int, list[str]]) -> dict[tuple[int, str], list[Row]]:
    """What stands under these keys, lines in their order."""
    found: dict[tuple[int, str], list[Row]] = {}
    for organisation, names in keys.items():
        query = select(*_ROW).where(KEPT.c.organisation_id == organisation, _among(connection, KEPT.c.key, names))
        for row in connection.execute(query.order_by(KEPT.c.key, KEPT.c.line)):
            found.setdefault((organisation, row[2]), []).append(Row(*cast("tuple[Any, ...]", row)))
    return found


def _among(connection: Connection, column: ColumnElement[Any], values: list[str]) -> ColumnElement[bool]:
    if connection.dialect.name == "postgresql":  # one parameter, one plan
        return column == any_(bindparam("among", values, type_=ARRAY(String)))
    return column.in_(values)


def _names(connection: Connection, ids: set[int]) -> dict[int, Candidate]:
    query = (
        select(POOL.c.id, Sku.code, Place.key)
        .join(Sku, Sku.id == POOL.c.sku_id)
        .join(Place, Place.id == POOL.c.place_id)
    )
    return {
        pool: Candidate(pool, sku, place) for pool, sku, place in connection.execute(query.where(POOL.c.id.in_(ids)))
    }


_COUNT = (
    update(POOL).where(POOL.c.id == bindparam("pool"))
    .values(allotted=bindparam("a"), reserved=bindparam("r"), sold=bindparam("s"))
)  # fmt: skip
_STATE = update(KEPT).where(KEPT.c.id == bindparam("row")).values(state=bindparam("now"), ends_at=bindparam("until"))
_NEW = ("organisation_id", "key", "line", "request", "pool_id", "quantity", "ends_at", "order_number")
_TYPES: tuple[Any, ...] = (Integer, String, Integer, String, BigInteger, BigInteger, DateTime(timezone=True), String)


def _write(connection: Connection, pools: dict[int, Counters], new: Sequence[Row], changed: Iterable[Row]) -> None:
    counted = [
        {"pool": pool, "a": one.allotted, "r": one.reserved, "s": one.sold}
        for pool, one in pools.items()
        if one.changed
    ]
    if counted:
        connection.execute(_COUNT, counted)
    if states := [{"row": row.id, "now": row.state, "until": row.ends_at} for row in changed]:
        connection.execute(_STATE, states)
    if not new:
        return
    moment = now()
    if connection.dialect.name == "postgresql":
        columns = list(
            zip(*((r.organisation, r.key, r.line, r.request, r.pool, r.quantity, r.ends_at, r.order) for r in new), strict=True)
        )  # fmt: skip
        states_ = [row.state for row in new]
        given = {f"c{place}": list(column) for place, column in enumerate(columns)}
        connection.execute(_INSERT_MANY, given | {"states": states_, "moment": moment})
        return
    connection.execute(
        insert(KEPT),
        [
            {
                "organisation_id": r.organisation, "key": r.key, "line": r.line, "request": r.request, "pool_id": r.pool,
                "quantity": r.quantity, "ends_at": r.ends_at, "order_number": r.order, "state": r.state, "made_at": moment,
            }
            for r in new
        ],
    )  # fmt: skip


def _insert_many() -> Any:
    """All rows as one statement with one array a column: it beats a list of rows more than twice."""
    arrays: list[Any] = [bindparam(f"c{place}", type_=ARRAY(kind)) for place, kind in enumerate(_TYPES)]
    rows = func.unnest(*arrays, bindparam("states", type_=ARRAY(String))).table_valued(*_NEW, "state").render_derived()
    chosen = select(*(rows.c[name] for name in _NEW), rows.c.state, bindparam("moment", type_=DateTime(timezone=True)))
    return insert(KEPT).from_select([*_NEW, "state", "made_at"], chosen, include_defaults=False)


_INSERT_MANY = _insert_many()


def _tell(connection: Connection, names: dict[int, Candidate], pools: dict[int, Counters], moment: datetime) -> None:
    """One event for each organisation: how the pools stand after this batch."""
    if not names:
        return
    query = select(POOL.c.id, POOL.c.organisation_id, POOL.c.show_key).where(POOL.c.id.in_(sorted(names)))
    told: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for pool, organisation, show in connection.execute(query):
        one = pools[pool]
        told[organisation].append(
            {"show": show, "sku": names[pool].sku, "place": names[pool].place, "available": max(0, one.available), "reserved": one.reserved, "sold": one.sold}
        )  # fmt: skip
    connection.execute(
        insert(EVENT),
        [{"organisation_id": own, "kind": "pool.changed", "data": {"pools": said}} for own, said in told.items()],
    )


def settle_alone(connection: Connection, one: Reserve, book: Book) -> Answer | None:
    """One request that nobody waits beside: taken, written and told in a single statement, on a connection in autocommit.

    None where that cannot answer: several lines, too little left, a key that is known. PostgreSQL only; a key another request has
    raises `IntegrityError`.
    """
    if len(one.wants) != 1 or connection.dialect.name != "postgresql":
        return None
    want = one.wants[0]
    found = [
        candidate for candidate in book.of(connection, [(one.organisation, one.show)])[one.organisation, one.show]
        if candidate.sku == want.sku and (not want.places or candidate.place == want.places[0])
    ]  # fmt: skip
    if not found:
        return None
    pool = found[0]
    said = {"show": one.show, "sku": pool.sku, "place": pool.place}
    row = connection.execute(
        _ALONE,
        {
            "pool": pool.pool, "packs": want.quantity, "own": one.organisation, "key": one.key, "request": one.request,
            "seconds": one.seconds, "order": one.order, **said,
        },
    ).first()  # fmt: skip
    if row is None:
        return None
    return Answer(one.key, "active", row.ends_at, (Line(pool.sku, pool.place, want.quantity),), one.order)


def _alone() -> Any:
    """UPDATE the pool if enough is left → INSERT the reservation → INSERT the event, as one statement."""
    packs = bindparam("packs", type_=BigInteger)
    taken = (
        update(POOL)
        .where(POOL.c.id == bindparam("pool"), POOL.c.open, POOL.c.allotted - POOL.c.reserved - POOL.c.sold >= packs)
        .values(reserved=POOL.c.reserved + packs)
        .returning(POOL.c.id, POOL.c.allotted, POOL.c.reserved, POOL.c.sold, func.clock_timestamp().label("moment"))
        .cte("taken")
    )
    ends = taken.c.moment + func.make_interval(0, 0, 0, 0, 0, 0, bindparam("seconds", type_=Integer))
    row = select(
        bindparam("own", type_=Integer), bindparam("key", type_=String), literal(1), bindparam("request", type_=String), taken.c.id, packs,
        literal("active"), bindparam("order", type_=String), taken.c.moment, ends,
    )  # fmt: skip
    columns = (
        "organisation_id", "key", "line", "request", "pool_id", "quantity", "state", "order_number", "made_at", "ends_at",
    )  # fmt: skip
    made = insert(KEPT).from_select(list(columns), row, include_defaults=False).returning(KEPT.c.ends_at).cte("made")
    text = String()
    pools = func.json_build_array(
        func.json_build_object(
            literal("show", text), bindparam("show", type_=text), literal("sku", text), bindparam("sku", type_=text), literal("place", text),
            bindparam("place", type_=text), literal("available", text), taken.c.allotted - taken.c.reserved - taken.c.sold,
            literal("reserved", text), taken.c.reserved, literal("sold", text), taken.c.sold,
        )
    )  # fmt: skip
    told = select(
        bindparam("own", type_=Integer), literal("pool.changed", text), func.json_build_object(literal("pools", text), pools), taken.c.moment,
        literal(False),
    )  # fmt: skip
    event = (
        insert(EVENT)
        .from_select(["organisation_id", "kind", "data", "at", "spread"], told, include_defaults=False)
        .returning(EVENT.c.id)
        .cte("told")
    )
    return select(made.c.ends_at).add_cte(taken, made, event)


_ALONE = _alone()


def sweep(connection: Connection, pools: Iterable[int] | None = None) -> list[int]:
    """Give back what was reserved and not paid for in time, at most 1,000 lines; returns the pools that got something back.

    Candidates are chosen without a lock, then pools are locked in ascending order, then the rows are taken if they are still overdue.
    """
    moment = now()
    query = select(KEPT.c.id, KEPT.c.pool_id).where(KEPT.c.state == "active", KEPT.c.ends_at <= moment)
    if pools is not None:
        query = query.where(KEPT.c.pool_id.in_(sorted(pools)))
    overdue = connection.execute(query.order_by(KEPT.c.ends_at).limit(SWEEP_MOST)).all()
    if not overdue:
        return []
    held, moment = _lock(connection, {row.pool_id for row in overdue})
    ended = connection.execute(
        update(KEPT)
        .where(KEPT.c.id.in_([row.id for row in overdue]), KEPT.c.state == "active", KEPT.c.ends_at <= moment)
        .values(state="expired").returning(KEPT.c.pool_id, KEPT.c.quantity)
    ).all()  # fmt: skip
    for pool, packs in ended:
        one = held[pool]
        one.reserved -= packs
        one.changed = True
        if not one.open:
            one.allotted = one.reserved + one.sold
    _write(connection, held, [], [])
    changed = {pool for pool, one in held.items() if one.changed}
    _tell(connection, _names(connection, changed) if changed else {}, held, moment)
    return sorted(changed)
