"""What people do with stock: receive, move, adjust, write off, take back; every act by the keys people know, in any unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.catalog.files import SkuCode
from service.catalog.models import Sku
from service.database import now
from service.errors import NotFound
from service.i18n import N_, Message
from service.inventory import ledger
from service.inventory.lots import LOT_CODE, LotGiven, find_lot, handling_of, keep_lot
from service.inventory.models import Lot, Place
from service.inventory.places import HOLDING, SELLING, find_place, outside
from service.inventory.refusing import LotExpired
from service.inventory.reserving.pools import sku_of
from service.inventory.units import in_packs, units_of

__all__ = ["REASONS", "Moving", "Receiving", "Taken", "adjust", "move", "receive", "resolve"]

# Why stock is put right by hand; the reason decides what stands on the other side.
REASONS = {
    "damage": N_("damaged"), "expired": N_("past its date"), "theft": N_("stolen or missing"), "sample": N_("given as a sample"),
    "found": N_("found"), "entry_error": N_("entered wrongly"), "other": N_("other, see the note"),
}  # fmt: skip
_WRITTEN_OFF = ("damage", "expired", "theft", "sample")
Quantity = int | str


class Moving(BaseModel):
    """One line: so many units of a SKU; `lot` as on the pack, empty where goods have none."""

    model_config = ConfigDict(extra="forbid")
    sku: SkuCode
    quantity: Quantity = Field(description="Whole number; weights and volumes may be decimal text: \"2.5\".", examples=[24])  # fmt: skip
    unit: str = Field("pack", max_length=20, description="pack, case, pallet, g, kg, ml, l, pcs, or one of your own.")
    lot: str = Field("", max_length=40, pattern=LOT_CODE)
    serials: list[str] = Field([], max_length=1000, description="Numbers of single pieces, where they have any.")


class Receiving(Moving):
    """A line that arrives: with what the label and papers say of its lot."""

    lot: LotGiven | str = Field("", description="The lot with its dates, or its code if it is known.")  # type: ignore[assignment]


class Taken(BaseModel):
    """What an act did: the document, and its movements in packs."""

    document: int
    kind: str
    again: bool
    happened_at: datetime
    lines: int
    packs: int


def resolve(session: Session, line: Moving) -> tuple[Sku, int, tuple[str, ...]]:
    """SKU, packs and serials of a line. Raises `NotFound`, `BadQuantity`, `UnknownUnit`, `NotWhole`."""
    sku = sku_of(session, line.sku)
    packs = in_packs(line.quantity, line.unit, sku=sku.code, units=units_of(sku, handling_of(session, sku)))
    return sku, packs, tuple(line.serials)


def receive(
    session: Session, *, place: str, lines: Sequence[Receiving], key: str, number: str | None = None, happened_at: datetime | None = None,
    note: str = "", opening: bool = False,
) -> ledger.Posted:  # fmt: skip
    """Goods come from a supplier into a place. A lot past its date is taken only into quarantine.

    Raises `NotFound`, quantities' and lots' errors, `LotExpired`, and what `ledger.post` raises.
    """
    where, supplier = find_place(session, place, holding=True), outside(session, "supplier")
    posted = []
    for line in lines:
        sku, packs, serials = resolve(session, line)
        lot = (
            keep_lot(session, sku, line.lot)
            if isinstance(line.lot, LotGiven)
            else _known_or_bare(session, sku, line.lot)
        )
        _demand_alive(sku, lot, where)
        posted.append(ledger.Line(sku, lot, supplier, where, packs, serials))
    kind: ledger.Kind = "opening" if opening else "receipt"
    return ledger.post(session, kind=kind, key=key, lines=posted, number=number, happened_at=happened_at, note=note)


def move(
    session: Session, *, source: str, target: str, lines: Sequence[Moving], key: str, number: str | None = None,
    happened_at: datetime | None = None, note: str = "",
) -> ledger.Posted:  # fmt: skip
    """Goods go from one place to another; both are places that hold. A lot past its date goes only into quarantine."""
    from_, to = find_place(session, source, holding=True), find_place(session, target, holding=True)
    posted = []
    for line in lines:
        sku, packs, serials = resolve(session, line)
        lot = find_lot(session, sku, line.lot)
        if to.kind in SELLING:
            _demand_alive(sku, lot, to)
        posted.append(ledger.Line(sku, lot, from_, to, packs, serials))
    return ledger.post(session, kind="move", key=key, lines=posted, number=number, happened_at=happened_at, note=note)


def adjust(
    session: Session, *, place: str, lines: Sequence[tuple[Moving, int]], reason: str, key: str, number: str | None = None,
    happened_at: datetime | None = None, note: str = "",
) -> ledger.Posted:  # fmt: skip
    """Put stock right by hand: each line with +1 (there is more) or −1 (there is less), for one of `REASONS`.

    Damage, expiry, theft and samples go to the write-off, the rest against count differences. Raises as `move` does.
    """
    if reason not in REASONS:
        raise NotFound(kind=Message(N_("The reason")), name=reason, known=REASONS)
    where = find_place(session, place, holding=True)
    other = outside(session, "write_off" if reason in _WRITTEN_OFF else "difference")
    posted = []
    for line, sign in lines:
        sku, packs, serials = resolve(session, line)
        lot = find_lot(session, sku, line.lot)
        source, target = (other, where) if sign > 0 else (where, other)
        posted.append(ledger.Line(sku, lot, source, target, packs, serials))
    kind: ledger.Kind = "write_off" if reason in _WRITTEN_OFF else "adjustment"
    return ledger.post(
        session, kind=kind, key=key, lines=posted, number=number, reason=reason, happened_at=happened_at, note=note
    )


def taken(posted: ledger.Posted) -> Taken:
    """For the outside."""
    document = posted.document
    return Taken(
        document=document.id, kind=document.kind, again=posted.again, happened_at=document.happened_at, lines=len(document.movements),
        packs=sum(move.quantity for move in document.movements),
    )  # fmt: skip


def _known_or_bare(session: Session, sku: Sku, code: str) -> Lot:
    return find_lot(session, sku, code) if code else keep_lot(session, sku, LotGiven())


def _demand_alive(sku: Sku, lot: Lot, where: Place) -> None:
    if (
        lot.expires_on is not None
        and lot.expires_on < now().date()
        and where.kind in HOLDING
        and where.kind != "quarantine"
    ):
        raise LotExpired(lot=lot.code or "—", sku=sku.code, expires_on=lot.expires_on.isoformat())
