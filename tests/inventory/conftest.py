"""A house with stock: catalogue and places in a database, and short words for what people do there."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from service.catalog.models import Sku
from service.database import Database, now
from service.inventory import ledger
from service.inventory.lots import LotGiven, keep_lot
from service.inventory.models import Balance, Lot, Movement, Place
from service.inventory.places import HOLDING, find_place, import_places, outside
from service.inventory.reserving.deciding import Act, Reserve, Want
from service.inventory.reserving.models import ORDERS, Reservation, SalePool
from service.inventory.reserving.picking import Picked, pick
from service.inventory.reserving.pools import close_show, promise, sku_of
from service.people.caller import MACHINE
from service.people.operating import acting
from service.people.organisations import make_organisation

TODAY = now().date()
PARK = "heihe-park"
OUTSIDE = ("supplier", "customer", "write_off", "difference")


class Books(NamedTuple):
    """What stands there: packs by (place, SKU, lot), counters by (show, SKU, place), lines by key."""

    on_hand: dict[tuple[str, str, str], int]
    counters: dict[tuple[str, str, str], tuple[int, ...]]
    reserved: dict[str, list[tuple[int, str]]]


class House:
    """One organisation with its stock. Quantities are packs; lots made here end in a year unless told otherwise."""

    def __init__(self, database: Database, organisation: str = "park") -> None:
        self.database = acting(database, organisation)
        self.organisation: int = self.database.caller.organisation  # type: ignore[attr-defined]
        self._keys = count(1)
        self._looking: Session | None = None

    def new_key(self) -> str:
        return f"key-{next(self._keys)}"

    def other(self, key: str) -> House:
        """A merchant beside the park, who sells the park's catalogue from the park's places."""
        with self.database.writing() as session:
            make_organisation(session, key=key, kind="merchant", name_zh=f"{key}商贸", name_ru=f"«{key}»")
        return House(self.database, key)

    # ---- goods

    def line(
        self, session: Any, sku: str, packs: int, source: str, target: str, *, lot: str = "A", serials: tuple[str, ...] = (),
        ends: date | None = None,
    ) -> ledger.Line:  # fmt: skip
        """A line of a document; `source` and `target` are keys of places or kinds of the outside."""
        item = sku_of(session, sku)
        kept = keep_lot(session, item, LotGiven(code=lot, expires_on=ends))
        places = [outside(session, one) if one in OUTSIDE else find_place(session, one) for one in (source, target)]
        return ledger.Line(item, kept, *places, packs, serials)

    def post(self, *lines: tuple[Any, ...], key: str | None = None, kind: ledger.Kind = "move", lot: str = "A", **more: Any) -> ledger.Posted:  # fmt: skip
        """One document; each line is (SKU, packs, from, to) or (SKU, packs, from, to, lot)."""
        with self.database.writing() as session:
            made = [self.line(session, *one[:4], lot=one[4] if len(one) > 4 else lot) for one in lines]
            return ledger.post(session, kind=kind, key=key or self.new_key(), lines=made, **more)

    def receive(
        self, sku: str, packs: int, *, lot: str = "A", place: str = PARK, ends: date | None = TODAY + timedelta(days=365),
        serials: tuple[str, ...] = (), key: str | None = None,
    ) -> ledger.Posted:  # fmt: skip
        """Packs of a lot come from the supplier. `ends` None: goods without a date."""
        with self.database.writing() as session:
            line = self.line(session, sku, packs, "supplier", place, lot=lot, serials=serials, ends=ends)
            return ledger.post(session, kind="receipt", key=key or self.new_key(), lines=[line])

    def reverse(self, document: int, key: str | None = None) -> ledger.Posted:
        with self.database.writing() as session:
            return ledger.reverse(session, document=document, key=key or self.new_key())

    def promise(self, show: str, sku: str, packs: int, place: str = PARK, **more: Any) -> None:
        with self.database.writing() as session:
            promise(session, show=show, sku=sku, place=place, packs=packs, **more)

    def close(self, show: str) -> None:
        with self.database.writing() as session:
            close_show(session, show=show)

    def pick(self, *reservations: str, key: str | None = None, **more: Any) -> Picked:
        with self.database.writing() as session:
            return pick(session, reservations=reservations, key=key or self.new_key(), **more)

    # ---- requests for the settler

    def reserve(self, key: str, *wants: Want | tuple[str, int], show: str = "show", seconds: int = 900, request: str = "", **more: Any) -> Reserve:  # fmt: skip
        """A request; what is asked for is its own hash unless `request` says otherwise."""
        asked = tuple(one if isinstance(one, Want) else Want(*one) for one in wants)
        digest = request or "+".join(f"{one.sku[3:9]}{one.quantity}" for one in asked)[:32]
        return Reserve(self.organisation, key, show, asked, seconds, digest, **more)

    def act(self, key: str, what: str, seconds: int = 0) -> Act:
        return Act(self.organisation, key, what, seconds)

    def run_out(self, key: str) -> None:
        """The time of a reservation passes."""
        with self.database.acting(MACHINE).writing() as session:
            past = update(Reservation).where(Reservation.organisation_id == self.organisation, Reservation.key == key)
            session.execute(past.values(ends_at=now() - timedelta(seconds=1)))

    # ---- what stands in the books

    def rows(self, query: Any) -> list[tuple[Any, ...]]:
        if self._looking is not None:
            return [tuple(row) for row in self._looking.execute(query)]
        with self.looking():
            return self.rows(query)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """All looks within this are taken in one session."""
        with self.database.acting(MACHINE).reading() as session:
            self._looking = session
            try:
                yield
            finally:
                self._looking = None

    def on_hand(self, sku: str, place: str = PARK, lot: str | None = None) -> int:
        query = select(Balance.on_hand, Balance.place_id).join(Balance.place).join(Balance.sku).join(Balance.lot)
        query = query.where(Balance.organisation_id == self.organisation, Sku.code == sku, Place.key == place)
        if lot is not None:
            query = query.where(Lot.code == lot)
        return sum(packs for packs, _ in self.rows(query))

    def counters(self, sku: str, show: str = "show", place: str = PARK) -> tuple[int, int, int]:
        """(allotted, reserved, sold) of a pool; zeros if there is none."""
        query = select(SalePool.allotted, SalePool.reserved, SalePool.sold).join(SalePool.sku).join(SalePool.place)
        found = self.rows(
            query.where(
                SalePool.organisation_id == self.organisation, Sku.code == sku, Place.key == place, SalePool.show_key == show
            )
        )  # fmt: skip
        return found[0] if found else (0, 0, 0)  # type: ignore[return-value]

    def reserved(self, key: str) -> list[tuple[int, str]]:
        """(packs, state) of each line under a key."""
        query = select(Reservation.quantity, Reservation.state).order_by(Reservation.line)
        return self.rows(query.where(Reservation.organisation_id == self.organisation, Reservation.key == key))  # type: ignore[return-value]

    def books(self) -> Books:
        """All balances, counters and reservations at once."""
        own = self.organisation
        balances = select(Place.key, Sku.code, Lot.code, Balance.on_hand).where(Balance.organisation_id == own)
        pools = select(SalePool.show_key, Sku.code, Place.key, SalePool.allotted, SalePool.reserved, SalePool.sold)
        kept = select(Reservation.key, Reservation.quantity, Reservation.state).order_by(Reservation.id)
        pools = pools.join(SalePool.sku).join(SalePool.place).where(SalePool.organisation_id == own)
        with self.looking():
            held = self.rows(balances.join(Balance.place).join(Balance.sku).join(Balance.lot))
            counted = self.rows(pools)
            reserved = self.rows(kept.where(Reservation.organisation_id == own))
        lines: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for key, packs, state in reserved:
            lines[key].append((packs, state))
        return Books({row[:3]: row[3] for row in held}, {row[:3]: row[3:] for row in counted}, dict(lines))

    def wrong(self) -> list[str]:
        """Everything in the books that is not what it is made of, or holds less than it promised; empty when all is well."""
        with self.looking():
            return [*self._wrong_balances(), *self._wrong_pools()]

    def _wrong_balances(self) -> Iterator[str]:
        made: dict[tuple[int, int, int], int] = defaultdict(int)
        columns = (Movement.from_place_id, Movement.to_place_id, Movement.sku_id, Movement.lot_id, Movement.quantity)
        for source, target, sku, lot, packs in self._mine(Movement, *columns):
            made[source, sku, lot] -= packs
            made[target, sku, lot] += packs
        kinds = dict(self.rows(select(Place.id, Place.kind)))
        whole: dict[tuple[int, int], int] = defaultdict(int)
        columns = (Balance.place_id, Balance.sku_id, Balance.lot_id, Balance.on_hand, Balance.bounded)
        for place, sku, lot, packs, bounded in self._mine(Balance, *columns):
            whole[sku, lot] += packs
            if made.pop((place, sku, lot), 0) != packs:
                yield f"balance of lot {lot} at {place} is {packs}, not the sum of its movements"
            if bounded != (kinds[place] in HOLDING) or (kinds[place] in HOLDING and packs < 0):
                yield f"place {place} ({kinds[place]}) holds {packs} of lot {lot}"
        yield from (f"movements of {one} have no balance: {packs}" for one, packs in made.items() if packs)
        yield from (f"goods were made or lost: {one} {packs}" for one, packs in whole.items() if packs)

    def _wrong_pools(self) -> Iterator[str]:
        sums: dict[tuple[int, str], int] = defaultdict(int)
        states: dict[str, set[str]] = defaultdict(set)
        columns: tuple[Any, ...] = (Reservation.key, Reservation.pool_id, Reservation.state, Reservation.quantity)
        for key, pool, state, packs in self._mine(Reservation, *columns):
            sums[pool, state] += packs
            states[key].add(state)
        yield from (f"lines of {key} part: {sorted(found)}" for key, found in states.items() if len(found) > 1)
        there: dict[tuple[int, int], int] = defaultdict(int)
        for place, sku, packs in self._mine(Balance, Balance.place_id, Balance.sku_id, Balance.on_hand):
            there[place, sku] += packs
        bound: dict[tuple[int, int], int] = defaultdict(int)
        columns = (
            SalePool.id, SalePool.show_key, SalePool.place_id, SalePool.sku_id, SalePool.allotted, SalePool.reserved, SalePool.sold
        )  # fmt: skip
        for pool, show, place, sku, allotted, reserved, sold in self._mine(SalePool, *columns):
            if (reserved, sold) != (sums[pool, "active"], sums[pool, "confirmed"]) or reserved + sold > allotted:
                yield f"pool {pool} ({show}): {allotted} allotted, {reserved} reserved, {sold} sold"
            bound[place, sku] += reserved + sold if show == ORDERS else allotted
        for at, packs in bound.items():
            if packs > there[at]:
                yield f"{packs} packs of {at} are promised, {there[at]} are there"

    def _mine(self, table: Any, *columns: Any) -> list[tuple[Any, ...]]:
        return self.rows(select(*columns).where(table.organisation_id == self.organisation))


@pytest.fixture
def house(server: Any) -> Iterator[House]:
    """The park with catalogue and places, and nothing in its warehouses."""
    if "placed" not in server._prepared:  # copied for every test, like the contents of tests/conftest.py
        url = server.create("stocked")
        database = Database(url)
        with acting(database).writing() as session:
            import_places(session)
        database.close()
        server._prepared["placed"] = url
    database = Database(server.create("placed"))
    yield House(database)
    database.close()


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Runs calls in as many threads at the same moment; returns what each returned or raised, in their order."""

    def run(*calls: Callable[[], Any]) -> list[Any]:
        start = threading.Barrier(len(calls))
        answers: list[Any] = [None] * len(calls)

        def one(place: int) -> None:
            start.wait()
            try:
                answers[place] = calls[place]()
            except Exception as error:
                answers[place] = error

        threads = [threading.Thread(target=one, args=(place,)) for place in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    return run


@pytest.fixture
def meanwhile(house: House) -> Callable[..., Any]:
    """What `second` answers if it starts when `first` has done its work and not committed yet; both are given a session."""

    def run(first: Callable[[Any], Any], second: Callable[[Any], Any]) -> Any:
        answer: list[Any] = []

        def later() -> None:
            try:
                with house.database.writing() as session:
                    answer.append(second(session))
            except Exception as error:
                answer.append(error)

        thread = threading.Thread(target=later)
        with house.database.writing() as session:
            first(session)
            thread.start()
            _until_somebody_waits(house)
        thread.join()
        return answer[0]

    return run


def _until_somebody_waits(house: House) -> None:
    """Until a lock is waited for on PostgreSQL; SQLite's second writer waits before it has begun, and need not be seen."""
    if house.database.engine.dialect.name == "sqlite":
        return
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with house.database.acting(MACHINE).reading() as session:
            if session.scalar(waiting):
                return
        time.sleep(0.01)


@pytest.fixture
def tomorrow() -> datetime:
    return now() + timedelta(days=1)
