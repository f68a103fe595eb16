"""Pieces with numbers of their own: each is in one place, and moves only from there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import Sku
from service.inventory.lots import handling_of
from service.inventory.models import Lot, Movement, Place, Serial, SerialMove
from service.inventory.places import HOLDING
from service.inventory.refusing import SerialsMissing

__all__ = ["codes_of", "move_serials", "serials_in"]


def move_serials(
    session: Session,
    sku: Sku,
    lot: Lot,
    source: Place,
    target: Place,
    quantity: int,
    codes: Sequence[str],
    move: Movement,
) -> None:
    """Take the pieces along; pieces that come from outside are made. Raises `SerialsMissing` where numbers are wanted and do not fit."""
    handling = handling_of(session, sku)
    if not codes and (handling is None or handling.track != "serial"):
        return
    mine = move.organisation_id
    query = select(Serial).where(Serial.organisation_id == mine, Serial.sku_id == sku.id, Serial.code.in_(codes))
    known = {one.code: one for one in session.scalars(query.order_by(Serial.id).with_for_update())}
    if source.kind not in HOLDING:
        for code in dict.fromkeys(codes):
            if code not in known:
                known[code] = Serial(organisation_id=mine, sku_id=sku.id, lot_id=lot.id, code=code, place_id=source.id)
                session.add(known[code])
    here = source.kind in HOLDING  # from outside a piece may come back as another lot
    strangers = [
        code for code in codes
        if code not in known or known[code].place_id != source.id or (here and known[code].lot_id != lot.id)
    ]  # fmt: skip
    if strangers or len(set(codes)) != quantity or len(codes) != quantity:
        raise SerialsMissing(
            sku=sku.code, quantity=quantity, given=len(set(codes)), place=source.key, strangers=strangers[:20] or "—"
        )
    for code in codes:
        known[code].place_id, known[code].lot_id = target.id, lot.id
    session.flush()
    session.add_all(SerialMove(organisation_id=mine, movement_id=move.id, serial_id=known[code].id) for code in codes)
    session.flush()


def serials_in(session: Session, sku: Sku, lot: Lot, place: Place) -> list[str]:
    """Numbers of the pieces of a lot in a place, the first to come first; none where pieces have no numbers."""
    handling = handling_of(session, sku)
    if handling is None or handling.track != "serial":
        return []
    query = select(Serial.code).where(Serial.sku_id == sku.id, Serial.lot_id == lot.id, Serial.place_id == place.id)
    return list(session.scalars(query.where(Serial.organisation_id == lot.organisation_id).order_by(Serial.id)))


def codes_of(session: Session, move: Movement) -> tuple[str, ...]:
    """Numbers of the pieces a movement took along."""
    query = select(Serial.code).join(SerialMove, SerialMove.serial_id == Serial.id)
    return tuple(session.scalars(query.where(SerialMove.movement_id == move.id).order_by(Serial.id)))
