"""The hourly look at the stock of every organisation, whether its numbers add up among the rest; for the worker."""

from __future__ import annotations

from dataclasses import replace

import structlog
from sqlalchemy import select

from service.database import Database
from service.inventory.models import Balance
from service.inventory.verifying import verify
from service.inventory.watching.alerts import watch
from service.people.caller import MACHINE

__all__ = ["watch_all"]

log = structlog.get_logger(__name__)


def watch_all(database: Database) -> None:
    """Look at each organisation that has stock; what breaks for one is logged and does not keep the others from being looked at."""
    with database.acting(MACHINE).reading() as session:
        organisations = session.scalars(select(Balance.organisation_id).distinct()).all()
    for organisation in organisations:
        house = database.acting(replace(MACHINE, organisation=organisation, everything=False))
        try:
            with house.reading() as session:
                drift = verify(session).differences
            with house.writing() as session:
                watch(session, drift=drift)
        except Exception:
            log.exception("stock could not be watched", organisation=organisation)
