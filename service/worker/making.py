"""A worker: the queue, and who does what is woken by it. The same inside the service and as `amurlive worker`."""

from __future__ import annotations

import time
from importlib import import_module

from service.catalog.brands.expiring import tell_expiring
from service.database import Database, now
from service.inventory.reserving.overdue import give_back
from service.inventory.watching.rounds import watch_all
from service.jobs.running import run_job, sweep
from service.people.caller import MACHINE
from service.people.once import forget_old as forget_answers
from service.queue import Queue
from service.settings import Settings
from service.webhooks.sending import deliver_due
from service.webhooks.sending import forget_old as forget_events

__all__ = ["make_queue"]

CLEANING = 3600.0  # seconds between droppings of what is too old
_KINDS = (
    "service.catalog.jobs", "service.translation.jobs", "service.livestream.jobs", "service.listings.jobs", "service.backups.jobs",
)  # fmt: skip


def make_queue(settings: Settings, key: bytes, database: Database) -> Queue:
    """The queue of a process: sessions of `database` wake its workers, and it knows how to do their work."""
    for module in _KINDS:
        import_module(module)
    queue = Queue(settings, key)
    queue.connect(database)

    def deliver() -> None:
        deliver_due(database, queue, key, settings)

    cleaned = float("-inf")

    def housekeeping() -> None:
        nonlocal cleaned
        sweep(database, queue)
        give_back(database)
        deliver()
        if time.monotonic() - cleaned < CLEANING:  # it takes the write lock, which looking does not
            return
        cleaned = time.monotonic()
        with database.acting(MACHINE).writing() as session:
            forget_answers(session)
            forget_events(session)
            tell_expiring(session, on=now().date())
        watch_all(database)

    queue.handlers = {
        "job": lambda number: run_job(database, queue, int(number)),
        "outbox": lambda _: deliver(),
    }
    queue.sweep = housekeeping
    return queue
