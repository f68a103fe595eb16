"""The record of prices buyers really paid, which the comparison-price rule asks for.

Not for prices that are set or announced: those are `Price`. Source of the rule: Order 56 of the SAMR (2022-07-01), art. 16.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased, joinedload

from service.catalog.listing import skus_by_code
from service.catalog.models import Sku
from service.database import now
from service.errors import NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.people.audit import record
from service.pricing.deals import COLUMNS, SKEW, Deal, DealDiffers, judge
from service.pricing.models import CURRENCIES, PaidPrice
from service.pricing.refusing import NoSuchSkus
from service.pricing.sheets import CHUNK

__all__ = ["Deal", "Paid", "keep", "paid_before", "paid_page", "record_paid"]

AT_ONCE = 100  # rows of one INSERT: psycopg takes three times as long over a statement of a thousand


class Paid(NamedTuple):
    """What buyers paid for a pack, minor units: the lowest of the days asked for, and the last at any age; None: no deal."""

    lowest: int | None
    last: int | None


def record_paid(session: Session, rows: Sequence[Deal]) -> int:
    """Add deals to the record, all or none; returns how many were new, for a deal told again counts once.

    Raises `NoSuchSkus` and `DealRefused`, by its class: `NotAboveZero`, `TooMuch`, `NotPaidYet`, `PaidLongAgo`, `NoSuchMarket`,
    `BadName`, `DealDiffers`.
    """
    latest = now() + SKEW
    for row, deal in enumerate(rows, 1):
        for column in COLUMNS:
            judge(column, getattr(deal, column), row=row, latest=latest)
    skus = skus_by_code(session, {deal.sku for deal in rows})
    if unknown := sorted({deal.sku for deal in rows} - set(skus)):
        raise NoSuchSkus(skus=unknown)
    new, differing = keep(session, rows, skus)
    if differing:
        raise differing[0]
    return new


def paid_before(
    session: Session, sku_ids: Collection[int], *, market: str, before: datetime, days: int = 7
) -> dict[int, Paid]:
    """For each SKU the lowest price paid in the `days` before a moment, and the last one before it at any age; minor units.

    An undeclared reference price must not exceed the lowest, or, if there is none, the last (Order 56, art. 16). Of deals made at the
    same last moment the cheapest counts. All deals of the organisation in the market count as made in one shop. One query; SKUs whose
    cards this session does not see have no deals.
    """
    # Each SKU is asked for by itself: a few steps in the index. Grouped, the last would be a walk over all deals there ever were.
    deal, other = aliased(PaidPrice), aliased(PaidPrice)
    span = (PaidPrice.paid_at >= before - timedelta(days=days), PaidPrice.paid_at < before)
    lowest = select(func.min(PaidPrice.paid)).where(PaidPrice.sku_id == Sku.id, PaidPrice.market == market, *span)
    end = select(func.max(other.paid_at)).where(other.sku_id == Sku.id, other.market == market, other.paid_at < before)
    then = deal.paid_at == end.correlate(Sku).scalar_subquery()
    last = select(func.min(deal.paid)).where(deal.sku_id == Sku.id, deal.market == market, then)
    query = select(Sku.id, lowest.scalar_subquery(), last.scalar_subquery()).where(Sku.id.in_(sku_ids))
    found = {sku: Paid(*prices) for sku, *prices in session.execute(query)}
    return {sku: found.get(sku, Paid(None, None)) for sku in sku_ids}


def paid_page(
    session: Session, *, sku: str | None = None, market: str | None = None, after: str | None, limit: int
) -> tuple[list[PaidPrice], str | None]:
    """A page of the record, what was told last first, and the cursor of the next. Raises `NotFound`, `BadCursor`.

    A row's `sku` is None if the card's owner no longer shares it.
    """
    query = select(PaidPrice).options(joinedload(PaidPrice.sku))
    if sku is not None:
        found = skus_by_code(session, [sku]).get(sku)
        if found is None:
            raise NotFound(kind=Message(N_("The SKU")), name=sku, known=session.scalars(select(Sku.code)))
        query = query.where(PaidPrice.sku_id == found.id)
    if market is not None:
        query = query.where(PaidPrice.market == market)
    return page_of(session, query, by=[PaidPrice.id], after=after, limit=limit, newest_first=True)


def keep(session: Session, deals: Sequence[Deal], skus: Mapping[str, Sku]) -> tuple[int, list[DealDiffers]]:
    """Add what is not there yet; returns how many that were, and those that are there with other figures."""
    if not deals:
        return 0, []
    rows = [
        {
            "sku_id": skus[deal.sku].id, "market": deal.market, "currency": CURRENCIES[deal.market], "paid": deal.paid,
            "quantity": deal.quantity, "paid_at": deal.paid_at, "source": deal.source, "reference": deal.reference,
        }
        for deal in deals
    ]  # fmt: skip
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    in_order = sorted(rows, key=_name_of)  # else two who tell the same deals at once could wait for each other
    adding = insert(PaidPrice).on_conflict_do_nothing().returning(PaidPrice.id)
    new = len(session.scalars(adding, in_order, execution_options={"insertmanyvalues_page_size": AT_ONCE}).all())
    differing = []
    if new < len(rows):  # looked at afterwards: the insert has waited for whoever told the same deal meanwhile
        there = _there(session, deals)
        for number, (deal, row) in enumerate(zip(deals, rows, strict=True), 1):
            kept = there[_name_of(row)]
            if any(getattr(kept, name) != row[name] for name in _FIGURES):
                differing.append(_differs(number, deal, kept))
    if new and not differing:
        sources = ", ".join(sorted({deal.source for deal in deals}))
        record(session, "prices.paid", sources, new=new, known=len(rows) - new)
    return new, differing


_Name = tuple[str, str, int]
_FIGURES = ("market", "paid", "quantity", "paid_at")


def _name_of(row: Mapping[str, Any]) -> _Name:
    """What a deal is known by."""
    return row["source"], row["reference"], row["sku_id"]


def _there(session: Session, deals: Sequence[Deal]) -> dict[_Name, Any]:
    """What the record holds under the names of these deals."""
    named: dict[str, set[str]] = {}
    for deal in deals:
        named.setdefault(deal.source, set()).add(deal.reference)
    columns = [getattr(PaidPrice, name) for name in ("source", "reference", "sku_id", "currency", *_FIGURES)]
    found: dict[_Name, Any] = {}
    for source, several in named.items():
        references = sorted(several)
        for start in range(0, len(references), CHUNK):
            some = references[start : start + CHUNK]
            query = select(*columns).where(PaidPrice.source == source, PaidPrice.reference.in_(some))
            found |= {(row.source, row.reference, row.sku_id): row for row in session.execute(query)}
    return found


def _differs(row: int, deal: Deal, kept: Any) -> DealDiffers:
    there = f"{kept.market}, {Decimal(kept.paid).scaleb(-2)} {kept.currency} × {kept.quantity}, {kept.paid_at:%Y-%m-%d %H:%M:%S}Z"
    another = f"{deal.reference}-2"
    return DealDiffers(row=row, column="reference", value=deal.reference, sku=deal.sku, there=there, another=another)
