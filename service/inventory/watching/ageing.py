"""How old stock is and when it ends: every lot in every place, with the days it has left and since when it lies there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from service.catalog.models import Product, Sku
from service.database import now
from service.inventory.lots import least_days_of
from service.inventory.models import Balance, Handling, Lot, Movement, Place
from service.inventory.places import HOLDING
from service.people.reach import organisation_of

__all__ = ["LotAge", "ageing"]


@dataclass(frozen=True)
class LotAge:
    """A lot in a place. `state`: expired, near (its threshold is reached), good, or undated; days may be below zero."""

    sku: Sku
    place: Place
    lot: Lot
    packs: int
    days_left: int | None
    threshold: int
    since: datetime | None

    @property
    def state(self) -> str:
        """Where it stands between fresh and over."""
        if self.days_left is None:
            return "undated"
        return "expired" if self.days_left < 0 else "near" if self.days_left <= self.threshold else "good"


def ageing(
    session: Session,
    *,
    on: date | None = None,
    place: Place | None = None,
    states: Iterable[str] | None = None,
    limit: int | None = None,
) -> list[LotAge]:
    """One's own lots in places that hold, the next to end first. `states` narrows it, `limit` cuts it."""
    mine, day = organisation_of(session), on or now().date()
    query = (
        select(Balance).join(Balance.place).join(Balance.lot)
        .where(Balance.organisation_id == mine, Balance.on_hand > 0, Place.kind.in_(HOLDING))
        .options(
            joinedload(Balance.place), joinedload(Balance.lot), joinedload(Balance.sku).joinedload(Sku.product).selectinload(Product.texts)
        )
        .order_by(Lot.expires_on.is_(None), Lot.expires_on, Balance.id)
    )  # fmt: skip
    if place is not None:
        query = query.where(Balance.place_id == place.id)
    rows = list(session.scalars(query))
    handlings = {one.sku_id: one for one in session.scalars(select(Handling).where(Handling.organisation_id == mine))}
    wanted = set(states) if states is not None else None
    found: list[tuple[Balance, int | None, int]] = []
    for row in rows:
        left = (row.lot.expires_on - day).days if row.lot.expires_on else None
        threshold = least_days_of(row.sku.product, handlings.get(row.sku_id))
        one = LotAge(row.sku, row.place, row.lot, row.on_hand, left, threshold, None)
        if wanted is None or one.state in wanted:
            found.append((row, left, threshold))
            if limit and len(found) >= limit:
                break
    since = _since(session, mine, {row.lot_id for row, _, _ in found})
    return [
        LotAge(row.sku, row.place, row.lot, row.on_hand, left, threshold, since.get((row.place_id, row.lot_id)))
        for row, left, threshold in found
    ]


def _since(session: Session, mine: int, lots: set[int]) -> dict[tuple[int, int], datetime]:
    """When a lot first came to a place."""
    found: dict[tuple[int, int], datetime] = {}
    ids = sorted(lots)
    for start in range(0, len(ids), 1000):
        query = select(Movement.to_place_id, Movement.lot_id, func.min(Movement.happened_at)).where(
            Movement.organisation_id == mine, Movement.lot_id.in_(ids[start : start + 1000])
        )
        for place, lot, first in session.execute(query.group_by(Movement.to_place_id, Movement.lot_id)):
            found[place, lot] = first
    return found
