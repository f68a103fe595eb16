"""The short way on PostgreSQL: a batch in which everybody can be served, as a single statement on a connection in autocommit.

It decides nothing: the pools' CHECK and the unique keys refuse it whole, and then the long way (`settling.settle`) says who gets what.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import Connection

from service.inventory.reserving.deciding import Act, Answer, Candidate, Line, Reserve
from service.inventory.reserving.settling import Book
from service.inventory.reserving.statements import TAKE_ALL, numbers, words

__all__ = ["take_all"]


def take_all(
    connection: Connection, asked: Sequence[Reserve | Act], book: Book, empty: Container[int] = ()
) -> list[Answer] | None:
    """Answers for all, or None where it cannot be known beforehand that all can be served; `empty` pools are known to have run out.

    Raises `IntegrityError` where a pool has too little for all of them or a key is known, `ValueError` for a NUL; nothing was written then.
    """
    if not all(isinstance(one, Reserve) and len(one.wants) == 1 for one in asked):
        return None
    wanted = cast("Sequence[Reserve]", asked)
    if len({(one.organisation, one.key) for one in wanted}) < len(wanted):
        return None
    pools = _pools(connection, wanted, book)
    if pools is None or any(pool.pool in empty for pool in set(pools)):
        return None
    sums: dict[Candidate, int] = {}
    for one, pool in zip(wanted, pools, strict=True):
        sums[pool] = sums.get(pool, 0) + one.wants[0].quantity
    given = {
        "pools": numbers(pool.pool for pool in sums), "sums": numbers(sums.values()), "owner": numbers(pool.organisation for pool in sums),
        "show": words([pool.show for pool in sums]), "sku": words([pool.sku for pool in sums]), "place": words([pool.place for pool in sums]),
        "own": numbers(one.organisation for one in wanted), "key": words([one.key for one in wanted]),
        "request": words([one.request for one in wanted]), "pool": numbers(pool.pool for pool in pools),
        "packs": numbers(one.wants[0].quantity for one in wanted), "seconds": numbers(one.seconds for one in wanted),
        "order": words([one.order or "" for one in wanted]),
    }  # fmt: skip
    moments = {row[0]: row[1].astimezone(UTC) for row in connection.execute(TAKE_ALL, given)}
    return _answers(wanted, pools, moments)


def _pools(connection: Connection, wanted: Sequence[Reserve], book: Book) -> list[Candidate] | None:
    """The first pool each would be served from; None if one has none."""
    shows = book.of(connection, {(one.organisation, one.show) for one in wanted})
    chosen: dict[tuple[int, str, str, tuple[str, ...]], Candidate] = {}
    pools: list[Candidate] = []
    for one in wanted:
        want = one.wants[0]
        about = (one.organisation, one.show, want.sku, want.places)
        pool = chosen.get(about)
        if pool is None:
            pool = next(
                (
                    each for each in shows[one.organisation, one.show]
                    if each.sku == want.sku and (not want.places or each.place == want.places[0])
                ), None,
            )  # fmt: skip
            if pool is None:
                return None
            chosen[about] = pool
        pools.append(pool)
    return pools


def _answers(wanted: Sequence[Reserve], pools: Sequence[Candidate], moments: dict[int, datetime]) -> list[Answer]:
    """Requests of a batch are much alike: times and lines are made once."""
    ends: dict[tuple[int, int], datetime] = {}
    lines: dict[tuple[int, int], tuple[Line, ...]] = {}
    answers: list[Answer] = []
    for one, pool in zip(wanted, pools, strict=True):
        about = (pool.pool, one.seconds)
        if about not in ends:
            ends[about] = moments[pool.pool] + timedelta(seconds=one.seconds)
        line = (pool.pool, one.wants[0].quantity)
        if line not in lines:
            lines[line] = (Line(pool.sku, pool.place, one.wants[0].quantity),)
        answers.append(Answer(one.key, "active", ends[about], lines[line], one.order))
    return answers
