"""The ledger: what moves is posted here, once, and every balance follows in the same transaction.

Locks are taken in one order everywhere: balances by id, then pools by id. Whatever would leave a place with less than nothing, or
take what is promised to a show, is refused whole.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from service.catalog.models import Sku
from service.database import now
from service.errors import NotFound
from service.i18n import N_, Message
from service.inventory.balances import At, hold_with_room, shift
from service.inventory.models import Lot, Movement, Place, StockDocument
from service.inventory.refusing import Anticipated, KeyUsed, NotByItself, NothingMoves, ReversedAlready, SamePlace
from service.inventory.serials import codes_of, move_serials
from service.people.audit import record
from service.people.caller import caller_of
from service.people.reach import organisation_of

__all__ = ["KINDS", "Kind", "Line", "Posted", "post", "reverse"]

Kind = Literal[
    "opening", "receipt", "move", "pick", "return", "adjustment", "write_off", "shipment", "stocktake", "report", "import",
    "correction",
]  # fmt: skip
KINDS = {
    "opening": N_("opening stock"), "receipt": N_("receipt"), "move": N_("move"), "pick": N_("sale picked"), "return": N_("return"),
    "adjustment": N_("adjustment"), "write_off": N_("write-off"), "shipment": N_("shipment"), "stocktake": N_("stocktake"),
    "report": N_("report reconciled"), "import": N_("imported"), "correction": N_("correction"),
}  # fmt: skip
SKEW = timedelta(minutes=5)  # clocks of warehouses that run ahead


@dataclass(frozen=True)
class Line:
    """So many packs of a lot from one place to another; `serials` names the pieces where they have numbers."""

    sku: Sku
    lot: Lot
    source: Place
    target: Place
    quantity: int
    serials: tuple[str, ...] = ()
    reservation: str | None = None


@dataclass(frozen=True)
class Posted:
    """A document in the ledger; `again`: it was there already, under the same key."""

    document: StockDocument
    again: bool = False


def post(
    session: Session, *, kind: Kind, key: str, lines: Sequence[Line], happened_at: datetime | None = None,
    number: str | None = None, reason: str | None = None, note: str = "", reverses: StockDocument | None = None,
    lowered: Mapping[tuple[int, int], int] | None = None,
) -> Posted:  # fmt: skip
    """Post an act with its movements, all or nothing; the same key posts once.

    `lowered` are promises that end with it, in packs by (place, SKU). `happened_at` may lie in the past: balances change now, and the movement stands at its time in every history. Raises
    `NothingMoves`, `SamePlace`, `Anticipated`, `KeyUsed`, `NotEnough`, `Promised`, `SerialsMissing`.
    """
    mine, moment = organisation_of(session), now()
    if happened_at is not None and happened_at > moment + SKEW:
        raise Anticipated(when=happened_at.isoformat())
    if not lines:
        raise NothingMoves()
    for line in lines:
        if line.source.id == line.target.id:
            raise SamePlace(sku=line.sku.code, place=line.source.key)
        if line.quantity <= 0:
            raise NothingMoves()
    request = _digest(kind, lines, number, reason, happened_at.astimezone(UTC) if happened_at else None)
    if before := _posted(session, mine, key):
        return _again(before, request, key)
    places = {place.id: place for line in lines for place in (line.source, line.target)}
    change = _change(lines)
    balances = hold_with_room(session, change, places)
    if before := _posted(session, mine, key):  # somebody posted it while we waited for the balances
        return _again(before, request, key)
    document = StockDocument(
        organisation_id=mine, kind=kind, key=key, request=request, number=number, reason=reason, note=note, person=caller_of(session).name[:80],
        happened_at=happened_at or moment, recorded_at=moment, reverses_id=reverses.id if reverses else None,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(document)
    except IntegrityError:  # an act that shares no balance with ours took the key; we waited for it here
        if before := _posted(session, mine, key):
            return _again(before, request, key)
        raise
    shift(session, balances, change, places, {line.lot.id: (line.sku, line.lot) for line in lines}, lowered)
    moves = [
        Movement(
            organisation_id=mine, document_id=document.id, key=f"{key}/{place}", sku_id=line.sku.id, lot_id=line.lot.id,
            from_place_id=line.source.id, to_place_id=line.target.id, quantity=line.quantity, reservation=line.reservation,
            happened_at=document.happened_at, recorded_at=moment,
        )
        for place, line in enumerate(lines, 1)
    ]  # fmt: skip
    session.add_all(moves)
    session.flush()
    for line, move in zip(lines, moves, strict=True):
        move_serials(session, line.sku, line.lot, line.source, line.target, line.quantity, line.serials, move)
    record(session, f"stock.{kind}", number or key, lines=len(lines), packs=sum(line.quantity for line in lines))
    return Posted(document)


def reverse(session: Session, *, document: int, key: str, note: str = "") -> Posted:
    """Take an act back by a correction that moves the same goods the other way, now. Raises `NotFound`, `ReversedAlready`, `NotByItself`, and what `post` raises."""
    mine = organisation_of(session)
    query = select(StockDocument).where(StockDocument.id == document, StockDocument.organisation_id == mine)
    with_all = selectinload(StockDocument.movements)
    wrong = session.scalar(
        query.options(
            with_all.joinedload(Movement.sku), with_all.joinedload(Movement.lot), with_all.joinedload(Movement.source),
            with_all.joinedload(Movement.target),
        ).with_for_update()
    )  # fmt: skip
    if wrong is None:
        raise NotFound(kind=Message(N_("The stock document")), name=str(document))
    if before := _posted(session, mine, key):  # now that nobody else can be taking the same document back
        if before.reverses_id != document:
            raise KeyUsed(key=key)
        return Posted(before, again=True)
    if by := session.scalar(select(StockDocument.id).where(StockDocument.reverses_id == document)):
        raise ReversedAlready(document=document, by=by)
    if wrong.kind == "shipment":  # its goods would no longer be where the shipment says
        raise NotByItself(document=document, number=wrong.number)
    lines = [
        Line(move.sku, move.lot, move.target, move.source, move.quantity, codes_of(session, move))
        for move in wrong.movements
    ]
    return post(session, kind="correction", key=key, lines=lines, number=wrong.number, note=note, reverses=wrong)


def _change(lines: Sequence[Line]) -> dict[At, int]:
    """What the lines change together: two lines on one lot are checked as one."""
    change: dict[At, int] = defaultdict(int)
    for line in lines:
        change[line.source.id, line.sku.id, line.lot.id] -= line.quantity
        change[line.target.id, line.sku.id, line.lot.id] += line.quantity
    return change


def _posted(session: Session, mine: int, key: str) -> StockDocument | None:
    return session.scalar(select(StockDocument).where(StockDocument.organisation_id == mine, StockDocument.key == key))


def _again(before: StockDocument, request: str, key: str) -> Posted:
    if before.request != request:
        raise KeyUsed(key=key)
    return Posted(before, again=True)


def _digest(kind: str, lines: Sequence[Line], *others: Any) -> str:
    what = [
        [line.sku.id, line.lot.id, line.source.id, line.target.id, line.quantity, list(line.serials)] for line in lines
    ]
    return hashlib.sha256(json.dumps([kind, what, [str(one) for one in others]]).encode()).hexdigest()
