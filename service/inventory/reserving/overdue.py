"""Reservations that ran out while nobody asked for their goods: given back by the worker, so that every number people see is right."""

from __future__ import annotations

from service.database import Database
from service.inventory.reserving.settling import anything_due, sweep
from service.people.caller import MACHINE

__all__ = ["give_back"]


def give_back(database: Database) -> int:
    """Give back what is overdue; returns how many pools got something. Looking takes no lock."""
    machine = database.acting(MACHINE)
    with machine.reading() as session:
        if not anything_due(session.connection()):
            return 0
    with machine.writing() as session:
        return len(sweep(session.connection()))
