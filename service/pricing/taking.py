"""Deals out of a CSV, all or none, every fault with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.database import now
from service.errors import FilesRejected, Problem
from service.i18n import N_, Message
from service.pricing.deals import COLUMNS, SKEW, Deal, DealRefused, judge
from service.pricing.models import ZONES
from service.pricing.paid import keep
from service.pricing.sheets import Unreadable, known_skus, minor_units, read_table, rows_of

__all__ = ["Taken", "import_paid"]


class Taken(NamedTuple):
    """Deals that were new, and deals that were there already."""

    new: int
    known: int


def import_paid(session: Session, *, name: str, content: bytes) -> Taken:
    """Take deals over from a CSV whose first line names the columns, all or none; the columns are the fields of `Deal`.

    Prices are in yuan or roubles, as people write them; a time without a zone is by the clock of the market's bank. Raises
    `NotCsv`, `FilesRejected` with every fault, and what reading a sheet raises.
    """
    table = read_table(name, content, COLUMNS)
    skus = known_skus(session, table)
    latest = now() + SKEW
    problems: list[Problem] = []

    def read(line: int, column: str, texts: Mapping[str, str]) -> Any:
        value = _value(column, texts[column], texts["market"].upper())
        try:
            judge(column, value, row=line, latest=latest)
        except DealRefused as error:
            raise Unreadable(error.fault(), error.advice()) from None
        return value

    rows = list(rows_of(table, skus, read, problems))
    if not problems:
        deals = [Deal(**row.values) for row in rows]
        new, differing = keep(session, deals, skus)
        problems = [
            Problem(name, rows[one.row - 1].line, one.column, str(one.value)[:60], one.fault(), one.advice())
            for one in differing
        ]
    if problems:
        raise FilesRejected(problems)
    return Taken(new, len(deals) - new)


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*", re.ASCII)


def _value(column: str, text: str, market: str) -> Any:
    """What the text says. Raises `Unreadable`."""
    if column == "market":
        return market
    if column == "paid":
        return minor_units(text)
    if column == "quantity":
        if not re.fullmatch(r"[0-9]{1,12}", text):
            raise Unreadable(
                Message(N_("A whole number is expected here.")), Message(N_("Write how many packs, in digits."))
            )
        return int(text)
    return _moment(text, market) if column == "paid_at" else text


def _moment(text: str, market: str) -> datetime:
    """A moment with its zone."""
    try:
        moment = datetime.fromisoformat(text if _MOMENT.fullmatch(text) else "")
    except ValueError:
        what, remedy = (
            Message(N_("This is no date with a time.")),
            Message(N_("Write it as 2026-11-25 14:30 or 2026-11-25T14:30:00+08:00.")),
        )
        raise Unreadable(what, remedy) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(ZONES.get(market, "UTC")))
