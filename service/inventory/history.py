"""Why a number is what it is: the movements behind it, and what stood at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from service.catalog.models import Sku
from service.http.paging import page_of
from service.inventory.models import Lot, Movement, Place, StockDocument
from service.inventory.places import HOLDING
from service.people.reach import organisation_of

__all__ = ["Explained", "explain", "movement_page", "stock_at"]

By = Literal["happened", "recorded"]


@dataclass(frozen=True)
class Explained:
    """One movement as seen from a place: what it brought (or took, below zero), and what was there afterwards, as recorded."""

    movement: Movement
    change: int
    after: int


def explain(session: Session, *, sku: Sku, place: Place, lot: Lot | None = None) -> list[Explained]:
    """Every movement that made the stock of a SKU in a place what it is, in the order of recording; the last `after` is the balance."""
    query = select(Movement).where(
        Movement.organisation_id == organisation_of(session), Movement.sku_id == sku.id,
        or_(Movement.from_place_id == place.id, Movement.to_place_id == place.id),
    )  # fmt: skip
    if lot is not None:
        query = query.where(Movement.lot_id == lot.id)
    after, told = 0, []
    for move in session.scalars(query.order_by(Movement.id).options(*_with_all())):
        change = move.quantity if move.to_place_id == place.id else -move.quantity
        after += change
        told.append(Explained(move, change, after))
    return told


def movement_page(
    session: Session, *, sku: Sku | None = None, place: Place | None = None, document: int | None = None, kind: str | None = None,
    since: datetime | None = None, until: datetime | None = None, after: str | None, limit: int, everybody: bool = False,
) -> tuple[list[Movement], str | None]:  # fmt: skip
    """A page of movements, newest first; `everybody`: of all organisations this session sees. Raises `BadCursor`."""
    query = select(Movement).options(*_with_all())
    if not everybody:
        query = query.where(Movement.organisation_id == organisation_of(session))
    if sku is not None:
        query = query.where(Movement.sku_id == sku.id)
    if place is not None:
        query = query.where(or_(Movement.from_place_id == place.id, Movement.to_place_id == place.id))
    if document is not None:
        query = query.where(Movement.document_id == document)
    if kind is not None:
        query = query.join(StockDocument).where(StockDocument.kind == kind)
    if since is not None:
        query = query.where(Movement.happened_at >= since)
    if until is not None:
        query = query.where(Movement.happened_at < until)
    return page_of(session, query, by=[Movement.id], after=after, limit=limit, newest_first=True)


def stock_at(
    session: Session, moment: datetime, *, by: By = "happened", place: Place | None = None, sku: Sku | None = None
) -> Sequence[tuple[Place, Sku, Lot, int]]:
    """What every place held at a past moment. `by` happened: as we know today that it was; recorded: as the books said then."""
    mine, at = organisation_of(session), Movement.happened_at if by == "happened" else Movement.recorded_at
    here = or_(Movement.from_place_id == Place.id, Movement.to_place_id == Place.id)
    change = func.sum(case((Movement.to_place_id == Place.id, Movement.quantity), else_=-Movement.quantity))
    sums = (
        select(Place.id.label("place"), Movement.sku_id.label("sku"), Movement.lot_id.label("lot"), change.label("packs"))
        .join(Movement, and_(here, Movement.organisation_id == mine, at <= moment))
        .where(Place.kind.in_(HOLDING))
        .group_by(Place.id, Movement.sku_id, Movement.lot_id).having(change != 0)
    )  # fmt: skip
    if place is not None:
        sums = sums.where(Place.id == place.id)
    if sku is not None:
        sums = sums.where(Movement.sku_id == sku.id)
    found = sums.subquery()
    query = (
        select(Place, Sku, Lot, found.c.packs)
        .join(found, found.c.place == Place.id).join(Sku, Sku.id == found.c.sku).join(Lot, Lot.id == found.c.lot)
        .order_by(Place.position, Place.key, Sku.code, Lot.expires_on, Lot.id)
    )  # fmt: skip
    return [(where, item, lot, int(packs)) for where, item, lot, packs in session.execute(query)]


def _with_all() -> tuple[Any, ...]:
    return (
        joinedload(Movement.sku), joinedload(Movement.lot), joinedload(Movement.source), joinedload(Movement.target),
        joinedload(Movement.document),
    )  # fmt: skip
