"""What packs are bought for, without VAT: from a day on, by who sells them. Rows are only added.

Not for what buyers pay (`paid`) or are asked for (`offering`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from babel.numbers import get_currency_precision, is_currency
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from service.catalog.listing import skus_by_code
from service.catalog.models import Sku
from service.errors import FilesRejected, NotFound, Problem
from service.http.paging import page_of
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of
from service.pricing.landing import MOST, Money
from service.pricing.models import PurchasePrice
from service.pricing.refusing import NoSuchSkus, RowRefused
from service.pricing.sheets import CHUNK, Unreadable, known_skus, minor_units, read_table, rows_of
from service.pricing.taking import Taken
from service.pricing.turns import take_turns

__all__ = [
    "Bought", "BoughtForNothing", "NoSeller", "NoSuchCurrency", "NoSuchDay", "Purchase", "PurchaseRefused", "TooDear",
    "import_purchases", "purchase_page", "purchase_price_on", "record_purchases",
]  # fmt: skip

OLDEST, NEWEST = date(2000, 1, 1), date(2100, 1, 1)  # what lies outside is a slip of the pen
SELLER = r"[^\x00-\x1f\x7f]{1,80}"


@dataclass(frozen=True, slots=True)
class Purchase:
    """What one pack is bought for from a day on, without VAT: minor units of a currency. `source`: who sells it so, a contract's number."""

    sku: str
    currency: str
    amount: int
    valid_from: date
    source: str


COLUMNS = tuple(field.name for field in fields(Purchase))


class Bought(NamedTuple):
    """The purchase price of a pack on a day, since when it holds, and who says so."""

    money: Money
    valid_from: date
    source: str


class PurchaseRefused(RowRefused):
    """A purchase price that cannot be."""


class BoughtForNothing(PurchaseRefused):
    """Nothing, or less."""

    wrong = N_("A number above zero is expected here.")
    remedy = N_("Give what one pack costs, without VAT.")


class TooDear(PurchaseRefused):
    """More than any pack costs."""

    wrong = N_("The number is too large.")
    remedy = N_("The price is for one pack; check the decimal point.")


class NoSuchCurrency(PurchaseRefused):
    """No currency of ISO 4217."""

    wrong = N_("This is no currency code.")
    remedy = N_("Write three capital letters, for instance CNY.")


class NoSuchDay(PurchaseRefused):
    """A slip of the pen."""

    wrong = N_("This day does not lie between {oldest} and {newest}.")
    remedy = N_("Write it as 2026-11-25 or 25.11.2026.")


class NoSeller(PurchaseRefused):
    """It is not said who sells it so."""

    wrong = N_("This does not name a supplier or a contract.")
    remedy = N_("Write who told it, in at most 80 characters.")


def record_purchases(session: Session, rows: Sequence[Purchase]) -> int:
    """Add purchase prices, all or none; returns how many were new: one that is told again as it stands counts once.

    Raises `NoSuchSkus` and `PurchaseRefused`, by its class: `BoughtForNothing`, `TooDear`, `NoSuchCurrency`, `NoSuchDay`, `NoSeller`.
    """
    for row, one in enumerate(rows, 1):
        for column in COLUMNS:
            _judge(column, getattr(one, column), row=row)
    skus = skus_by_code(session, {one.sku for one in rows})
    if unknown := sorted({one.sku for one in rows} - set(skus)):
        raise NoSuchSkus(skus=unknown)
    return _keep(session, rows, skus)


def import_purchases(session: Session, *, name: str, content: bytes) -> Taken:
    """Take purchase prices over from a CSV whose columns are the fields of `Purchase`, all or none; amounts as people write them.

    Raises `NotCsv`, `FilesRejected` with every fault, and what reading a sheet raises.
    """
    table = read_table(name, content, COLUMNS)
    skus = known_skus(session, table)
    problems: list[Problem] = []

    def read(line: int, column: str, texts: Mapping[str, str]) -> Any:
        value = _value(column, texts)
        try:
            _judge(column, value, row=line)
        except PurchaseRefused as error:
            raise Unreadable(error.fault(), error.advice()) from None
        return value

    rows = [Purchase(**row.values) for row in rows_of(table, skus, read, problems)]
    if problems:
        raise FilesRejected(problems)
    new = _keep(session, rows, skus)
    return Taken(new, len(rows) - new)


def purchase_price_on(session: Session, sku: str, day: date) -> Bought | None:
    """What a pack of the SKU is bought for on a day: of the rows that begin at or before it the latest, of the same day the last told.

    None: nobody has told it, or there is no such SKU.
    """
    found = skus_by_code(session, [sku]).get(sku)
    if found is None:
        return None
    query = select(PurchasePrice).where(PurchasePrice.sku_id == found.id, PurchasePrice.valid_from <= day)
    row = session.scalar(query.order_by(PurchasePrice.valid_from.desc(), PurchasePrice.id.desc()).limit(1))
    return None if row is None else Bought(Money(row.amount, row.currency), row.valid_from, row.source)


def purchase_page(
    session: Session, *, sku: str | None = None, after: str | None, limit: int
) -> tuple[list[PurchasePrice], str | None]:
    """A page of purchase prices, what was told last first, and the cursor of the next. Raises `NotFound`, `BadCursor`.

    A row's `sku` is None if the card's owner no longer shares it.
    """
    query = select(PurchasePrice).options(joinedload(PurchasePrice.sku))
    if sku is not None:
        found = skus_by_code(session, [sku]).get(sku)
        if found is None:
            raise NotFound(kind=Message(N_("The SKU")), name=sku, known=session.scalars(select(Sku.code)))
        query = query.where(PurchasePrice.sku_id == found.id)
    return page_of(session, query, by=[PurchasePrice.id], after=after, limit=limit, newest_first=True)


def _judge(column: str, value: Any, *, row: int) -> None:
    """Raises the `PurchaseRefused` that a value of this column deserves."""
    place: dict[str, Any] = {"row": row, "column": column, "value": str(value)}
    if column == "amount" and value < 1:
        raise BoughtForNothing(**place)
    if column == "amount" and value > MOST:
        raise TooDear(**place)
    if column == "currency" and not _is_currency(value):
        raise NoSuchCurrency(**place)
    if column == "valid_from" and not OLDEST <= value <= NEWEST:
        raise NoSuchDay(**place, oldest=OLDEST.isoformat(), newest=NEWEST.isoformat())
    if column == "source" and not re.fullmatch(SELLER, value):
        raise NoSeller(**place)


def _is_currency(text: str) -> bool:
    return re.fullmatch(r"[A-Z]{3}", text) is not None and is_currency(text)


def _value(column: str, texts: Mapping[str, str]) -> Any:
    """What the text says. Raises `Unreadable`."""
    text = texts[column]
    if column == "amount":
        currency = texts["currency"].upper()
        return minor_units(text, decimals=get_currency_precision(currency) if _is_currency(currency) else 2)
    if column == "currency":
        return text.upper()
    return _day(text) if column == "valid_from" else text


def _day(text: str) -> date:
    try:
        if re.fullmatch(r"\d\d\.\d\d\.\d{4}", text, re.ASCII):
            return date(int(text[6:]), int(text[3:5]), int(text[:2]))
        return date.fromisoformat(text if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) else "")
    except ValueError:
        raise Unreadable(
            Message(N_("This is no date.")), Message(N_("Write it as 2026-11-25 or 25.11.2026."))
        ) from None


def _keep(session: Session, rows: Sequence[Purchase], skus: Mapping[str, Sku]) -> int:
    """Add what does not stand there as the last told of its SKU and day."""
    take_turns(session)
    last = _last(session, sorted({skus[one.sku].id for one in rows}))
    new = []
    for one in rows:
        key = skus[one.sku].id, one.valid_from
        figures = one.currency, one.amount, one.source
        if last.get(key) != figures:
            last[key] = figures
            new.append(PurchasePrice(
                sku_id=key[0], currency=one.currency, amount=one.amount, valid_from=one.valid_from, source=one.source,
                person=caller_of(session).name[:80],
            ))  # fmt: skip
    session.add_all(new)
    session.flush()
    if new:
        sources = ", ".join(sorted({one.source for one in rows}))
        record(session, "prices.purchased", sources, new=len(new), known=len(rows) - len(new))
    return len(new)


def _last(session: Session, ids: Sequence[int]) -> dict[tuple[int, date], tuple[str, int, str]]:
    """What was told last of each SKU and day."""
    found: dict[tuple[int, date], tuple[str, int, str]] = {}
    row = PurchasePrice
    for start in range(0, len(ids), CHUNK):
        query = select(row.sku_id, row.valid_from, row.currency, row.amount, row.source)
        query = query.where(row.sku_id.in_(ids[start : start + CHUNK])).order_by(row.id)
        found |= {
            (sku, day): (currency, amount, source) for sku, day, currency, amount, source in session.execute(query)
        }
    return found
