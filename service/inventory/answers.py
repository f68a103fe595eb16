"""How places, lots, balances and movements look from outside."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, Field

from service.catalog.answers import Both
from service.catalog.files import SKU_CODE
from service.inventory.models import Balance, Lot, Movement, Place
from service.inventory.places import STATE_OF_KIND

__all__ = [
    "BalanceShown", "KeyOfPlace", "LotShown", "MovementShown", "PlaceShown", "SkuPath", "SkuQuery", "balance_shown", "key_of", "lot_shown",
    "movement_shown", "place_shown",
]  # fmt: skip

SkuPath = Annotated[str, Path(pattern=SKU_CODE, max_length=40, examples=["RU-ALENKA-90"])]
SkuQuery = Annotated[str | None, Query(pattern=SKU_CODE, max_length=40)]
KeyOfPlace = Annotated[
    str | None, Query(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60, description="Key of a place.")
]


class PlaceShown(BaseModel):
    """A place. `state` is what goods are there: sellable, bonded, transit, customs, arriving, leaving, quarantine; null: the outside."""

    key: str
    kind: str
    state: str | None
    site: str | None
    country: str | None
    zone: str
    name: Both
    temperatures: list[str]
    sample: bool


class LotShown(BaseModel):
    """A lot; `code` "" are goods that came without one. Temperatures in °C."""

    sku: str
    code: str
    made_on: date | None
    expires_on: date | None
    origin_batch: str | None
    declaration: str | None
    zone: str | None
    temperature_min: int | None
    gtin: str | None
    marking_group: str | None
    marking_codes: int | None


class BalanceShown(BaseModel):
    """What of a lot is in a place, in packs."""

    sku: str
    place: str
    state: str | None
    lot: str
    expires_on: date | None
    on_hand: int


class MovementShown(BaseModel):
    """One movement, in packs. `late`: recorded after the day it happened on."""

    id: int
    document: int
    kind: str
    number: str | None
    reason: str | None
    note: str
    person: str
    sku: str
    lot: str
    source: str = Field(serialization_alias="from")
    target: str = Field(serialization_alias="to")
    quantity: int
    reservation: str | None
    happened_at: datetime
    recorded_at: datetime
    late: bool
    reverses: int | None


def key_of(place: Place | None) -> str:
    """The key of a place; that of another organisation's own place is not shown to park staff."""
    return place.key if place is not None else "—"


def place_shown(place: Place) -> PlaceShown:
    """For the outside."""
    return PlaceShown(
        key=place.key, kind=place.kind, state=STATE_OF_KIND.get(place.kind), site=place.site, country=place.country, zone=place.zone,
        name=Both(zh=place.name_zh, ru=place.name_ru), temperatures=list(place.temperatures), sample=place.sample,
    )  # fmt: skip


def lot_shown(lot: Lot) -> LotShown:
    """For the outside."""
    marking = lot.marking or {}
    return LotShown(
        sku=lot.sku_code, code=lot.code, made_on=lot.made_on, expires_on=lot.expires_on, origin_batch=lot.origin_batch,
        declaration=lot.declaration, zone=lot.zone, temperature_min=lot.temperature_min, gtin=lot.gtin,
        marking_group=marking.get("group"), marking_codes=marking.get("codes"),
    )  # fmt: skip


def balance_shown(one: Balance) -> BalanceShown:
    """For the outside."""
    return BalanceShown(
        sku=one.lot.sku_code, place=one.place.key, state=STATE_OF_KIND.get(one.place.kind), lot=one.lot.code,
        expires_on=one.lot.expires_on, on_hand=one.on_hand,
    )  # fmt: skip


def movement_shown(move: Movement) -> MovementShown:
    """For the outside."""
    document = move.document
    return MovementShown(
        id=move.id, document=move.document_id, kind=document.kind, number=document.number, reason=document.reason, note=document.note,
        person=document.person, sku=move.lot.sku_code, lot=move.lot.code, source=key_of(move.source), target=key_of(move.target),
        quantity=move.quantity, reservation=move.reservation, happened_at=move.happened_at, recorded_at=move.recorded_at,
        late=move.happened_at.date() < move.recorded_at.date(), reverses=document.reverses_id,
    )  # fmt: skip
