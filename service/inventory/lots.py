"""Lots: found or made, with what a lot takes from its card; how long they live, how cold they may get."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import Product, Sku
from service.database import now
from service.errors import NotFound
from service.i18n import N_, Message, Named
from service.inserting import insert_missing
from service.inventory import fefo
from service.inventory.files import stock_rules
from service.inventory.models import Handling, Lot
from service.inventory.refusing import Anticipated, DatesContradict, LotDiffers
from service.people.reach import organisation_of

__all__ = [
    "LOT_CODE",
    "Bearing",
    "LotGiven",
    "bearing",
    "find_lot",
    "handling_of",
    "keep_lot",
    "least_days_of",
    "lot_named",
    "shelf_days",
    "zone_of",
]  # fmt: skip

LOT_CODE = r"^[^\x00-\x1f\x7f]*$"
_NAMED = {
    "made_on": Named("made_on", "生产日期", "дата изготовления"),
    "expires_on": Named("expires_on", "到期日", "срок годности"),
}
_FIXED = tuple(_NAMED)


class LotGiven(BaseModel):
    """A lot as its label and papers say it. An end that is not given is counted from the day it was made."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"code": "L2611-03", "made_on": "2026-11-03", "declaration": None}},
    )
    code: str = Field("", max_length=40, pattern=LOT_CODE, description="As on the pack; empty: came without one.")
    made_on: date | None = None
    expires_on: date | None = Field(None, description="The last day.")
    origin_batch: str | None = Field(None, max_length=60, description="The producer's own batch.")
    declaration: str | None = Field(None, max_length=60, description="Number of the customs declaration it came in by.")
    temperature_min: int | None = Field(None, ge=-80, le=60, description="°C it may not fall below on the road.")
    gtin: str | None = Field(None, pattern=r"^\d{8}(\d{4,6})?$")
    marking_group: str | None = Field(None, max_length=40, description="Group of goods in Chestny ZNAK.")
    marking_codes: int | None = Field(None, ge=0, lt=2**31, description="How many marking codes belong to the lot.")


def handling_of(session: Session, sku: Sku) -> Handling | None:
    """How one's own organisation handles a SKU, if it said so."""
    query = select(Handling).where(Handling.sku_id == sku.id, Handling.organisation_id == organisation_of(session))
    return session.scalar(query)


def shelf_days(product: Product) -> int | None:
    """The whole shelf life in days: twelve months are a year, a year 365 days."""
    if product.shelf_life_value is None:
        return None
    value = product.shelf_life_value
    return {"day": value, "month": value * 365 // 12, "year": value * 365}[product.shelf_life_unit or "day"]


def _ends(made: date, product: Product) -> date | None:
    """The last day of goods made on a day; months and years by the calendar, as labels count."""
    if product.shelf_life_value is None:
        return None
    if product.shelf_life_unit == "day":
        return made + min(timedelta(days=product.shelf_life_value), date.max - made)
    months = product.shelf_life_value * (12 if product.shelf_life_unit == "year" else 1)
    year, month = divmod(made.month - 1 + months, 12)
    year, month = min(made.year + year, date.max.year), month + 1
    return date(year, month, min(made.day, calendar.monthrange(year, month)[1]))


def least_days_of(product: Product, handling: Handling | None) -> int:
    """Days of life goods must have left when they are sold: one's own rule, else the near-expiry table (unverified)."""
    if handling and handling.least_days is not None:
        return handling.least_days
    return fefo.least_days(shelf_days(product), [(one.shelf_days, one.left) for one in stock_rules().near_expiry])


def zone_of(product: Product) -> str | None:
    """The temperature zone of a card: the coldest whose upper bound reaches the card's."""
    if product.temperature_max is None:
        return None
    by_cold = sorted(stock_rules().zones, key=lambda zone: zone.to)
    return next((zone.key for zone in by_cold if product.temperature_max <= zone.to), by_cold[-1].key)


@dataclass(frozen=True)
class Bearing:
    """°C goods bear on the road; None: no bound."""

    low: int | None
    high: int | None


def bearing(product: Product, lot: Lot, handling: Handling | None) -> Bearing:
    """What a lot bears on the road: its own bound, the organisation's, its family's (stock-rules.yaml), else how it is kept."""
    zone = lot.zone or zone_of(product)
    family = next(
        (one for one in stock_rules().bears if product.family_key in one.families and (not one.zones or zone in one.zones)), None
    )  # fmt: skip
    low = family.from_ if family else product.temperature_min
    high = family.to if family else product.temperature_max
    own = lot.temperature_min if lot.temperature_min is not None else handling.temperature_min if handling else None
    return Bearing(own if own is not None else low, high)


def keep_lot(session: Session, sku: Sku, given: LotGiven) -> Lot:
    """The lot of this code, made if it is new; what was not known of it is filled in.

    Raises `LotDiffers` if it is known with other dates, `DatesContradict`, `Anticipated` for a day that has not come.
    """
    mine = organisation_of(session)
    made, ends = given.made_on, given.expires_on
    if made and made > now().date() + timedelta(days=1):  # a day's grace for the zones
        raise Anticipated(when=made.isoformat())
    if made and ends is None:
        ends = _ends(made, sku.product)
    if made and ends and ends < made:
        raise DatesContradict(lot=given.code, sku=sku.code, made_on=made.isoformat(), expires_on=ends.isoformat())
    marking = {"group": given.marking_group or sku.product.marking_group, "codes": given.marking_codes}
    values: dict[str, Any] = {
        "made_on": made, "expires_on": ends, "origin_batch": given.origin_batch, "declaration": given.declaration,
        "temperature_min": given.temperature_min, "gtin": given.gtin or sku.gtin, "marking": marking if marking["group"] else None,
    }  # fmt: skip
    query = select(Lot).where(Lot.organisation_id == mine, Lot.sku_id == sku.id, Lot.code == given.code)
    lot = session.scalar(query)
    if lot is None:
        fresh = {
            "organisation_id": mine,
            "sku_id": sku.id,
            "sku_code": sku.code,
            "code": given.code,
            "zone": zone_of(sku.product),
            **values,
        }
        insert_missing(session, Lot, [fresh])  # two deliveries of a new lot make it once
        lot = session.scalars(query).one()
    for name in _FIXED:
        there, wanted = getattr(lot, name), getattr(given, name)
        if wanted is not None and there is not None and there != wanted:
            raise LotDiffers(
                lot=given.code or "—",
                sku=sku.code,
                field=_NAMED[name],
                there=there.isoformat(),
                given=wanted.isoformat(),
            )
    for name, value in values.items():
        if getattr(lot, name) is None and value is not None:
            setattr(lot, name, value)
    if lot.made_on and lot.expires_on and lot.expires_on < lot.made_on:
        raise DatesContradict(
            lot=lot.code or "—", sku=sku.code, made_on=lot.made_on.isoformat(), expires_on=lot.expires_on.isoformat()
        )
    session.flush()
    return lot


def find_lot(session: Session, sku: Sku, code: str) -> Lot:
    """One's own lot of a SKU; raises `NotFound` with the codes there are."""
    return lot_named(sku, code, session.scalars(_lots_of(session, sku)))


def lot_named(sku: Sku, code: str, among: Iterable[Lot]) -> Lot:
    """The lot of this code among some; raises `NotFound`."""
    known = {lot.code: lot for lot in among}
    if code not in known:
        kind = Message(N_("The lot of {sku}"), {"sku": sku.code})
        raise NotFound(kind=kind, name=code, known=[one or "—" for one in known])
    return known[code]


def _lots_of(session: Session, sku: Sku) -> Any:
    return select(Lot).where(Lot.organisation_id == organisation_of(session), Lot.sku_id == sku.id).order_by(Lot.id)
