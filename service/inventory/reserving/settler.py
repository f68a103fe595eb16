"""The settler: one thread of a process that settles all reservations waiting in it, many in one transaction.

While one batch is on its way to the disk the next gathers by itself; there is no timer. Callers are answered after the commit. A full
queue refuses at once. What the database loses is repeated with the same keys, which is safe; a request that breaks its batch is
found by halving.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from service.database import Database
from service.errors import DomainError
from service.inventory.reserving.deciding import Act, Answer, Reserve
from service.inventory.reserving.models import ORDERS
from service.inventory.reserving.pools import top_up
from service.inventory.reserving.refusing import PoolClosed, SoldOut, TooBusy, Unsettled
from service.inventory.reserving.settling import (
    Book,
    Settled,
    anything_due,
    refuse_all,
    settle,
    sweep,
)
from service.inventory.reserving.swiftly import take_all
from service.people.caller import MACHINE

__all__ = ["Settler"]

log = structlog.get_logger(__name__)
Asked = Reserve | Act
MOST = 500  # requests in one transaction
WAITING = 8192  # requests that may wait; a second's work and more
PATIENCE = 10.0  # seconds a request may wait before it is worth taking up
TRIES = 6
SOLD_OUT = 0.1  # seconds for which a pool that ran out is not asked again
SWEEP = 1.0  # seconds between looks for reservations that ran out


class _Waiting(NamedTuple):
    asked: Asked
    since: float
    tell: Future[Answer] | asyncio.Future[Answer]
    loop: asyncio.AbstractEventLoop | None


class Settler:
    """Give it requests, get answers; `nudge` wakes whoever sends events."""

    def __init__(self, database: Database, *, most: int = MOST, waiting: int = WAITING) -> None:
        self._database = database.lane(MACHINE)
        self._plain = database.acting(MACHINE)
        self._nudge: Callable[[str, str], None] | None = database.nudge
        self._most, self._limit = most, waiting
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._door = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._book = Book()
        self._empty: dict[int, float] = {}
        self._swept = time.monotonic()

    # ---- callers

    def do(self, asked: Asked, *, patience: float = 60.0) -> Answer:
        """Ask from a thread and wait. Raises what the request is refused for."""
        waiting: Future[Answer] = Future()
        self._put(_Waiting(asked, time.monotonic(), waiting, None))
        return waiting.result(patience)

    async def settled(self, asked: Asked) -> Answer:
        """Ask from a coroutine. If its caller goes away the request is settled all the same: ask again with the key."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Answer] = loop.create_future()
        self._put(_Waiting(asked, time.monotonic(), waiting, loop))
        return await waiting

    async def settled_all(self, asked: Sequence[Asked]) -> list[Answer | DomainError]:
        """Ask for many from a coroutine; each stands or falls by itself, in the order of the requests."""
        loop = asyncio.get_running_loop()
        waiting: list[asyncio.Future[Answer] | DomainError] = []
        for one in asked:
            future: asyncio.Future[Answer] = loop.create_future()
            try:
                self._put(_Waiting(one, time.monotonic(), future, loop))
                waiting.append(future)
            except DomainError as refused:  # the queue is full
                waiting.append(refused)
        answers: list[Answer | DomainError] = []
        for one_waiting in waiting:
            try:
                answers.append(one_waiting if isinstance(one_waiting, DomainError) else await one_waiting)
            except Exception as error:
                answers.append(error if isinstance(error, DomainError) else Unsettled())
        return answers

    def _put(self, one: _Waiting) -> None:
        with self._door:  # nothing comes in behind the one who closes it
            if self._closed:
                raise Unsettled()
            if self._queue.qsize() >= self._limit:
                raise TooBusy()
            self._queue.put(one)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="settler", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Settle what waits, then stop."""
        with self._door:
            self._closed = True
            self._queue.put(None)
        if self._thread is not None:
            self._thread.join(30)
        self._database.close()

    def __enter__(self) -> Settler:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- the thread

    def _run(self) -> None:
        while True:
            batch, over = self._gather()
            try:
                if batch:
                    self._settle(batch)
                if time.monotonic() - self._swept > SWEEP:
                    self._sweep()
            except Exception:
                log.exception("the settler stumbled")
                self._answer([(one, Unsettled()) for one in batch if not one.tell.done()])
            if over:
                return

    def _gather(self) -> tuple[list[_Waiting], bool]:
        """What waits, and whether the settler is to stop after it; waits a moment itself if nothing does."""
        batch: list[_Waiting] = []
        try:
            one = self._queue.get(timeout=SWEEP)
            while one is not None:
                batch.append(one)
                if len(batch) >= self._most:
                    return batch, False
                one = self._queue.get_nowait()
        except Empty:
            return batch, False
        return batch, True

    def _settle(self, batch: list[_Waiting]) -> None:
        moment = time.monotonic()
        late = [one for one in batch if moment - one.since > PATIENCE]
        batch = [one for one in batch if moment - one.since <= PATIENCE]
        self._empty = {pool: until for pool, until in self._empty.items() if until > moment}
        answers = self._answers([one.asked for one in batch])
        self._answer([*zip(batch, answers, strict=True), *((one, TooBusy()) for one in late)])
        if self._nudge and batch:
            self._nudge("outbox", "")

    def _answers(self, asked: Sequence[Asked]) -> Sequence[Answer | DomainError | Exception]:
        if (served := self._swiftly(asked)) is not None:
            return served
        answers: list[Answer | Exception] = list(self._halving(asked))
        short = [place for place, one in enumerate(answers) if isinstance(one, (SoldOut, PoolClosed))]
        if short and self._bring_more([asked[place] for place in short]):
            again = self._halving([asked[place] for place in short])
            for place, better in zip(short, again, strict=True):
                answers[place] = better
        return answers

    def _swiftly(self, asked: Sequence[Asked]) -> Sequence[Answer] | None:
        """All at once, if all can be served; None: the long way decides."""
        if self._database.engine.dialect.name != "postgresql":
            return None
        try:
            with self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                return take_all(connection, asked, self._book, self._empty)
        except (DBAPIError, ValueError):  # too little for all, a key that is known, a connection that is gone
            return None

    def _halving(self, asked: Sequence[Asked]) -> Sequence[Answer | DomainError | Exception]:
        """Settle a batch; if one of it breaks it, the others are settled without it."""
        if not asked:
            return []
        try:
            return self._patiently(asked)
        except Exception as error:
            if len(asked) == 1:
                if not isinstance(error, DomainError):
                    log.warning("a request cannot be settled", key=asked[0].key, reason=str(error)[:300])
                return [error]
            middle = len(asked) // 2
            return [*self._halving(asked[:middle]), *self._halving(asked[middle:])]

    def _patiently(self, asked: Sequence[Asked]) -> list[Answer | DomainError]:
        """Repeat what the database lost: a dropped connection, a deadlock, a commit nobody knows the outcome of."""
        for turn in range(TRIES):
            try:
                marked = self._sold_out(asked)
                if marked is not None:
                    return marked
                with self._transaction() as connection:
                    settled = settle(connection, asked, self._book)
                self._remember(settled)
                return settled.answers
            except (OperationalError, InterfaceError) as error:
                log.warning(
                    "the database is out of reach; the batch is repeated", turn=turn, reason=str(error.orig)[:200]
                )
                time.sleep(0.02 * 3**turn)
        raise Unsettled()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._database.beginning() as connection:
            yield connection

    def _remember(self, settled: Settled) -> None:
        until = time.monotonic() + SOLD_OUT
        for pool in settled.filled:
            self._empty.pop(pool, None)
        for pool in settled.empty:
            self._empty[pool] = until

    def _sold_out(self, asked: Sequence[Asked]) -> list[Answer | DomainError] | None:
        """Refusals for a batch that only wants what has just run out, without any lock; whoever has his answer already gets it."""
        if not self._empty or not all(isinstance(one, Reserve) for one in asked):
            return None
        with self._database.engine.connect() as connection:
            return refuse_all(connection, asked, self._book, self._empty)

    def _bring_more(self, asked: Sequence[Asked]) -> bool:
        """What may yet serve those who were refused: overdue reservations given back, free stock for orders."""
        wanted = [one for one in asked if isinstance(one, Reserve)]
        orders: dict[tuple[int, str, tuple[str, ...]], int] = defaultdict(int)
        for one in wanted:
            if one.show == ORDERS:
                for want in one.wants:
                    orders[one.organisation, want.sku, want.places] += want.quantity
        more = self._sweep() or self._book.old
        self._book.forget()  # a show may have been given more pools since
        if orders:
            more = self._top_up(orders) or more
            self._empty.clear()
        return more

    def _top_up(self, orders: dict[tuple[int, str, tuple[str, ...]], int]) -> bool:
        try:
            with self._plain.writing() as session:
                return top_up(session, orders)
        except Exception as error:
            log.warning("orders could not be given more", count=len(orders), reason=str(error)[:200])
            if len(orders) == 1:
                return False
            each = [self._top_up({about: packs}) for about, packs in orders.items()]
            return any(each)

    def _sweep(self) -> bool:
        self._swept = time.monotonic()
        freed: list[int] = []
        try:
            with self._database.engine.connect() as connection:
                due = anything_due(connection)
            if not due:  # a look costs no lock
                return False
            with self._transaction() as connection:
                freed = sweep(connection)
        except (OperationalError, InterfaceError) as error:
            log.warning("reservations that ran out could not be given back yet", reason=str(error.orig)[:200])
        for pool in freed:
            self._empty.pop(pool, None)
        return bool(freed)

    def _answer(self, answers: Sequence[tuple[_Waiting, Any]]) -> None:
        """Tell everybody; those of one event loop in one call, for waking it costs more than answering."""
        loops: dict[asyncio.AbstractEventLoop, list[tuple[Any, Any]]] = defaultdict(list)
        for one, answer in answers:
            if one.loop is not None:
                loops[one.loop].append((one.tell, answer))
            else:
                _give(one.tell, answer)
        for loop, told in loops.items():
            try:
                loop.call_soon_threadsafe(_give_all, told)
            except RuntimeError:  # the loop is closed: nobody waits any more, what was settled stands
                log.info("answers nobody waited for", count=len(told))


def _give_all(told: Sequence[tuple[Any, Any]]) -> None:
    for waiting, answer in told:
        _give(waiting, answer)


def _give(waiting: Any, answer: Any) -> None:
    if waiting.done():
        return
    if isinstance(answer, BaseException):
        waiting.set_exception(answer)
    else:
        waiting.set_result(answer)
