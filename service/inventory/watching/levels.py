"""Stock as it stands: by SKU, place and state, with what is promised, what is free, and what ends first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.catalog.models import Product, Sku
from service.database import now
from service.http.paging import page_of
from service.inventory.models import Balance, Lot, Place
from service.inventory.places import HOLDING, STATE_OF_KIND
from service.inventory.reserving.models import BOUND, SalePool
from service.people.reach import organisation_of

__all__ = ["AtPlace", "SkuStock", "balance_page", "by_state", "names_of", "stock_of", "stock_page"]


@dataclass
class AtPlace:
    """A SKU in one place, in packs. `available`: in a place that sells, neither promised nor past its date."""

    place: Place
    state: str
    on_hand: int = 0
    promised: int = 0
    expired: int = 0
    ends_first: date | None = None

    @property
    def available(self) -> int:
        """What can still be sold or promised."""
        return max(0, self.on_hand - self.expired - self.promised) if self.state == "sellable" else 0


@dataclass
class SkuStock:
    """A SKU in all its places."""

    sku: Sku
    places: list[AtPlace] = field(default_factory=list)

    @property
    def on_hand(self) -> int:
        """In all places that hold."""
        return sum(one.on_hand for one in self.places)

    @property
    def available(self) -> int:
        """What can still be sold or promised."""
        return sum(one.available for one in self.places)


def balance_page(
    session: Session,
    *,
    after: str | None,
    limit: int,
    sku: Sku | None = None,
    place: Place | None = None,
    everybody: bool = False,
) -> tuple[list[Balance], str | None]:
    """A page of balances that are not nothing, in places that hold. Raises `BadCursor`."""
    query = select(Balance).join(Balance.place).where(Balance.on_hand != 0, Place.kind.in_(HOLDING))
    query = query.options(joinedload(Balance.place), joinedload(Balance.sku), joinedload(Balance.lot))
    if not everybody:
        query = query.where(Balance.organisation_id == organisation_of(session))
    if sku is not None:
        query = query.where(Balance.sku_id == sku.id)
    if place is not None:
        query = query.where(Balance.place_id == place.id)
    return page_of(session, query, by=[Balance.id], after=after, limit=limit)


def stock_page(
    session: Session, *, after: str | None = None, limit: int = 50, text: str | None = None, place: Place | None = None, state: str | None = None,
) -> tuple[list[SkuStock], str | None]:  # fmt: skip
    """A page of one's own SKUs that are or were in stock, by code, with all their places. `text` is part of a code. Raises `BadCursor`."""
    mine = organisation_of(session)
    held = select(Balance.sku_id).join(Place, Place.id == Balance.place_id)
    held = held.where(Balance.organisation_id == mine, Place.kind.in_(HOLDING))
    if place is not None:
        held = held.where(Balance.place_id == place.id, Balance.on_hand > 0)
    if state is not None:
        kinds = [kind for kind, one in STATE_OF_KIND.items() if one == state]
        held = held.where(Place.kind.in_(kinds), Balance.on_hand > 0)
    query = select(Sku).where(Sku.id.in_(held)).options(selectinload(Sku.product).selectinload(Product.texts))
    if text:
        query = query.where(Sku.code.contains(text.upper(), autoescape=True))
    skus, following = page_of(session, query, by=[Sku.code, Sku.id], after=after, limit=limit)
    return stock_of(session, skus), following


def stock_of(session: Session, skus: list[Sku]) -> list[SkuStock]:
    """These SKUs in all places of one's own, in three queries."""
    mine, today, ids = organisation_of(session), now().date(), [sku.id for sku in skus]
    gone = case((Lot.expires_on < today, Balance.on_hand), else_=0)
    ends = case((Balance.on_hand > 0, Lot.expires_on))
    sums = (
        select(Balance.sku_id, Balance.place_id, func.sum(Balance.on_hand), func.sum(gone), func.min(ends))
        .join(Place, Place.id == Balance.place_id).join(Lot, Lot.id == Balance.lot_id)
        .where(Balance.organisation_id == mine, Balance.sku_id.in_(ids), Place.kind.in_(HOLDING))
        .group_by(Balance.sku_id, Balance.place_id)
    )  # fmt: skip
    pools = select(SalePool.sku_id, SalePool.place_id, func.sum(BOUND)).where(
        SalePool.organisation_id == mine, SalePool.sku_id.in_(ids)
    )
    promised: dict[tuple[int, int], int] = {
        (sku, place): int(packs)
        for sku, place, packs in session.execute(pools.group_by(SalePool.sku_id, SalePool.place_id))
    }
    places: dict[int, list[AtPlace]] = defaultdict(list)
    known = {place.id: place for place in session.scalars(select(Place).where(Place.kind.in_(HOLDING)))}
    rows = sorted(session.execute(sums), key=lambda row: (known[row[1]].position, known[row[1]].key))
    for sku, at, packs, expired, first in rows:
        place = known[at]
        if packs or promised.get((sku, place.id)):
            places[sku].append(
                AtPlace(
                    place, STATE_OF_KIND[place.kind], int(packs), promised.get((sku, place.id), 0), int(expired), first
                )
            )
    return [SkuStock(sku, places[sku.id]) for sku in skus]


def by_state(session: Session) -> dict[str, int]:
    """All one's packs by the state they are in; promised ones are sellable until they are picked."""
    mine = organisation_of(session)
    query = (
        select(Place.kind, func.sum(Balance.on_hand)).join(Place, Place.id == Balance.place_id)
        .where(Balance.organisation_id == mine, Place.kind.in_(HOLDING)).group_by(Place.kind)
    )  # fmt: skip
    found: dict[str, int] = defaultdict(int)
    for kind, packs in session.execute(query):
        found[STATE_OF_KIND[kind]] += int(packs)
    return dict(found)


def names_of(sku: Sku) -> dict[str, str]:
    """A SKU in both languages, as people call it."""
    return {
        locale: " ".join(filter(None, (texts.get("short_name"), texts.get(f"sku.{sku.code}.label")))) or sku.code
        for locale in ("zh", "ru")
        for texts in (sku.product.texts_of(locale),)
    }
