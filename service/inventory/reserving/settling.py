"""Settles a batch of requests in one transaction: pools locked in ascending order, keys looked up after the lock, decided in the order

of arrival, counters, rows and one event per organisation written. The only code that changes what is reserved and sold of a pool, apart
from picking. It speaks to tables on a connection that acts for the machine; whose pools a request may touch is part of its key.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from sqlalchemy import Connection, insert, select, tuple_, update

from service.catalog.models import Sku
from service.database import now
from service.errors import DomainError
from service.inventory.models import Place
from service.inventory.reserving.deciding import Act, Answer, Candidate, Counters, Reserve, Row, decide
from service.inventory.reserving.refusing import SoldOut
from service.inventory.reserving.statements import (
    COUNT,
    EVENT,
    KEPT,
    KEPT_BY_ARRAY,
    KEPT_BY_JSON,
    LOCK,
    LOOK,
    NEW_ROW,
    POOL,
    STATE,
    WRITE_ALL,
    lite_time,
    numbers,
    texts,
    words,
)  # fmt: skip

__all__ = ["Book", "Settled", "anything_due", "refuse_all", "settle", "sweep"]

JUST_NOW = 0.02
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

    @property
    def old(self) -> bool:
        """Whether anything in it was not looked up just now."""
        moment = time.monotonic()
        return any(moment - since > JUST_NOW for since, _ in self._known.values())

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
            found[organisation, show].append(Candidate(pool, sku, place, organisation, show))
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
    while late := {row.pool for rows in kept.values() for row in rows} - pools.keys():
        pools |= _lock(connection, late)[0]  # a key another process has just written, for pools we did not expect
        kept = _kept(connection, keys)
    names = {one.pool: one for found in shows.values() for one in found}
    if unnamed := {row.pool for rows in kept.values() for row in rows} - names.keys():
        names |= _names(connection, unnamed)
    decided = decide(asked, pools=pools, book=shows, names=names, kept=kept, moment=moment)
    told = _told({pool: names[pool] for pool, one in pools.items() if one.changed}, pools)
    _write(connection, pools, decided.new, decided.changed.values(), told)
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
    rows: Sequence[Any]
    if connection.dialect.name == "postgresql":
        rows = connection.execute(LOCK, {"ids": numbers(sorted(ids))}).all()
        moment = rows[-1][5].astimezone(UTC) if rows else now()
    else:  # the writing transaction holds the whole database
        rows, moment = connection.execute(LOOK, {"ids": orjson.dumps(sorted(ids)).decode()}).all(), now()
    return {row[0]: Counters(row[1], row[2], row[3], row[4]) for row in rows}, moment


def _kept(connection: Connection, keys: dict[int, list[str]]) -> dict[tuple[int, str], list[Row]]:
    """What stands under these keys, lines in their order."""
    found: dict[tuple[int, str], list[Row]] = {}
    postgres = connection.dialect.name == "postgresql"
    for organisation, names in keys.items():
        given = {"own": organisation, "names": words(names) if postgres else orjson.dumps(names).decode()}
        for row in connection.execute(KEPT_BY_ARRAY if postgres else KEPT_BY_JSON, given):
            found.setdefault((organisation, row[2]), []).append(Row(*cast("tuple[Any, ...]", row)))
    return found


def _names(connection: Connection, ids: set[int]) -> dict[int, Candidate]:
    query = (
        select(POOL.c.id, Sku.code, Place.key, POOL.c.organisation_id, POOL.c.show_key)
        .join(Sku, Sku.id == POOL.c.sku_id)
        .join(Place, Place.id == POOL.c.place_id)
    )
    return {row[0]: Candidate(*row) for row in connection.execute(query.where(POOL.c.id.in_(ids)))}


def _write(
    connection: Connection,
    pools: dict[int, Counters],
    new: Sequence[Row],
    changed: Iterable[Row],
    told: Sequence[dict[str, Any]],
) -> None:
    """Counters, new rows, changed states and events."""
    counted = {pool: one for pool, one in pools.items() if one.changed}
    if states := [{"row": row.id, "now": row.state, "until": row.ends_at} for row in changed]:
        connection.execute(STATE, states)
    if not (counted or new or told):
        return
    if connection.dialect.name == "postgresql":
        connection.execute(WRITE_ALL, _columns(counted, new, told))
        return
    if counted:
        values = [{"pool": pool, "a": one.allotted, "r": one.reserved, "s": one.sold} for pool, one in counted.items()]
        connection.execute(COUNT, values)
    if new:
        made, ends = lite_time(now()), {end: lite_time(end) for end in {row.ends_at for row in new}}
        connection.exec_driver_sql(
            NEW_ROW,
            [
                (r.organisation, r.key, r.line, r.request, r.pool, r.quantity, r.state, r.order, made, ends[r.ends_at])
                for r in new
            ],
        )
    if told:
        connection.execute(insert(EVENT), [{"kind": "pool.changed", **one} for one in told])


def _columns(counted: dict[int, Counters], new: Sequence[Row], told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All of a batch as columns for PostgreSQL."""
    return {
        "pools": numbers(counted), "allotted": numbers(one.allotted for one in counted.values()),
        "reserved": numbers(one.reserved for one in counted.values()), "sold": numbers(one.sold for one in counted.values()),
        "own": numbers(r.organisation for r in new), "key": words([r.key for r in new]), "line": numbers(r.line for r in new),
        "request": words([r.request for r in new]), "pool": numbers(r.pool for r in new), "packs": numbers(r.quantity for r in new),
        "ends": words(texts([r.ends_at for r in new])), "order": words([r.order or "" for r in new]), "state": words([r.state for r in new]),
        "moment": now(), "whose": numbers(one["organisation_id"] for one in told),
        "said": words([orjson.dumps(one["data"]).decode() for one in told]),
    }  # fmt: skip


def _told(names: dict[int, Candidate], pools: dict[int, Counters]) -> list[dict[str, Any]]:
    """One event for each organisation: how the pools stand after this batch."""
    told: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for pool, name in names.items():
        one = pools[pool]
        told[name.organisation].append(
            {"show": name.show, "sku": name.sku, "place": name.place, "available": max(0, one.available), "reserved": one.reserved, "sold": one.sold}
        )  # fmt: skip
    return [{"organisation_id": own, "data": {"pools": said}} for own, said in told.items()]


def sweep(connection: Connection) -> list[int]:
    """Give back what was reserved and not paid for in time, about 1,000 lines; returns the pools that got something back.

    Candidates are chosen without a lock, whole reservations; then pools are locked in ascending order, then the rows are taken if they
    are still overdue.
    """
    overdue = select(KEPT.c.organisation_id, KEPT.c.key).where(KEPT.c.state == "active", KEPT.c.ends_at <= now())
    keys = {(own, key) for own, key in connection.execute(overdue.order_by(KEPT.c.ends_at).limit(SWEEP_MOST))}
    if not keys:
        return []
    whole = select(KEPT.c.id, KEPT.c.pool_id).where(tuple_(KEPT.c.organisation_id, KEPT.c.key).in_(sorted(keys)))
    rows = connection.execute(whole).all()
    held, moment = _lock(connection, {row.pool_id for row in rows})
    ended = connection.execute(
        update(KEPT)
        .where(KEPT.c.id.in_([row.id for row in rows]), KEPT.c.state == "active", KEPT.c.ends_at <= moment)
        .values(state="expired").returning(KEPT.c.pool_id, KEPT.c.quantity)
    ).all()  # fmt: skip
    for pool, packs in ended:
        one = held[pool]
        one.reserved -= packs
        one.changed = True
        if not one.open:
            one.allotted = one.reserved + one.sold
    changed = {pool for pool, one in held.items() if one.changed}
    _write(connection, held, [], [], _told(_names(connection, changed) if changed else {}, held))
    return sorted(changed)
