"""Stocktakes: opened for a place, counted blind, approved by a second person, posted as one document.

What a lot should be is noted at the moment it is counted, so that sales may go on meanwhile; the difference stays right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.catalog.files import SkuCode
from service.catalog.models import Sku
from service.database import now
from service.errors import NotFound, WrongState
from service.http.paging import page_of
from service.i18n import N_, Message
from service.inventory import ledger
from service.inventory.counting.models import Stocktake, StocktakeCount
from service.inventory.counting.refusing import CountedTwice, NothingCounted, OwnCount
from service.inventory.lots import LOT_CODE, LotGiven, find_lot, handling_of, keep_lot, lot_named
from service.inventory.models import Balance, Lot
from service.inventory.places import find_place, outside
from service.inventory.reserving.pools import sku_of
from service.inventory.units import in_packs, units_of
from service.people.audit import record
from service.people.caller import caller_of
from service.people.reach import organisation_of
from service.webhooks.telling import tell

__all__ = [
    "Counted",
    "Gap",
    "approve",
    "close",
    "count",
    "drop",
    "find_stocktake",
    "gaps",
    "open_stocktake",
    "stocktake_page",
]


class Counted(BaseModel):
    """One lot as counted; 0 means it is not there. `add`: on top of what was counted of it before."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"sku": "RU-ALENKA-90", "lot": "L2609-01", "quantity": 46}}
    )
    sku: SkuCode
    lot: str = Field("", max_length=40, pattern=LOT_CODE)
    quantity: int | str = Field(examples=[46])
    unit: str = Field("pack", max_length=20)
    add: bool = False


@dataclass(frozen=True)
class Gap:
    """A lot whose count differs, or that nobody counted (`counted` None)."""

    sku: str
    lot: str
    expected: int
    counted: int | None

    @property
    def difference(self) -> int:
        """More than the books (above zero) or less."""
        return (self.counted or 0) - self.expected


def open_stocktake(session: Session, *, place: str, note: str = "") -> Stocktake:
    """Begin to count a place. Raises `NotFound`, `WrongState` if it is being counted already."""
    mine, where = organisation_of(session), find_place(session, place, holding=True)
    running = select(Stocktake).where(
        Stocktake.organisation_id == mine, Stocktake.place_id == where.id, Stocktake.state.in_(("counting", "counted"))
    )
    if there := session.scalar(running):
        raise _wrong(there, N_("a new stocktake"), [N_("approve it"), N_("drop it")])
    stocktake = Stocktake(
        organisation_id=mine,
        place_id=where.id,
        state="counting",
        note=note,
        opened_by=caller_of(session).name[:80],
        opened_by_id=caller_of(session).person,
        counts=[],
    )
    session.add(stocktake)
    session.flush()
    record(session, "stocktake.opened", f"{stocktake.id} {place}")
    return find_stocktake(session, stocktake.id)


def count(session: Session, *, stocktake: int, counted: Sequence[Counted]) -> Stocktake:
    """Note what was counted; a lot counted again replaces its count (or adds to it). A lot the books do not know is made.

    Raises `NotFound`, `WrongState`, `CountedTwice` for a sheet that names a lot twice, quantities' errors.
    """
    mine, person = organisation_of(session), caller_of(session).name[:80]
    found = find_stocktake(session, stocktake, hold=True)
    if found.state != "counting":
        raise _wrong(found, N_("counting"), [N_("approve it"), N_("drop it")])
    _refuse_twice(counted)
    there = {(one.sku_id, one.lot_id): one for one in found.counts}
    for one in counted:
        sku = sku_of(session, one.sku)
        packs = (
            0
            if str(one.quantity).strip() == "0"
            else in_packs(one.quantity, one.unit, sku=sku.code, units=units_of(sku, handling_of(session, sku)))
        )
        lot = _lot(session, found, sku, one.lot)
        query = select(Balance.on_hand).where(
            Balance.organisation_id == mine,
            Balance.place_id == found.place_id,
            Balance.sku_id == sku.id,
            Balance.lot_id == lot.id,
        )
        expected = session.scalar(query.with_for_update()) or 0
        row = there.get((sku.id, lot.id))
        if row is None:
            row = StocktakeCount(
                organisation_id=mine,
                stocktake_id=found.id,
                sku_id=sku.id,
                lot_id=lot.id,
                counted=0,
                expected=0,
                person=person,
            )
            session.add(row)
            there[sku.id, lot.id] = row
        row.counted = packs + (row.counted if one.add else 0)
        row.expected, row.person, row.person_id, row.at = expected, person, caller_of(session).person, now()
    session.flush()
    session.expire(found, ["counts"])
    return found


def close(session: Session, *, stocktake: int, uncounted: str = "leave") -> Stocktake:
    """Counting is over; `uncounted` lots are left alone, or (`zero`) are taken for gone. Raises `NotFound`, `WrongState`, `NothingCounted`."""
    found = find_stocktake(session, stocktake, hold=True)
    if found.state != "counting":
        raise _wrong(found, N_("closing the count"), [N_("approve it"), N_("drop it")])
    if not found.counts and uncounted != "zero":
        raise NothingCounted()
    found.state, found.uncounted, found.counted_at = "counted", uncounted, now()
    session.flush()
    record(session, "stocktake.counted", str(found.id), counts=len(found.counts), uncounted=uncounted)
    return found


def gaps(session: Session, found: Stocktake) -> list[Gap]:
    """Counts that differ from what should have been there, and lots nobody counted; for who approves, not for who counts."""
    counted = {(one.sku_id, one.lot_id) for one in found.counts}
    differing = [
        Gap(one.sku.code, one.lot.code, one.expected, one.counted)
        for one in found.counts
        if one.counted != one.expected
    ]
    missed = [
        Gap(one.sku.code, one.lot.code, one.on_hand, None)
        for one in _present(session, found)
        if (one.sku_id, one.lot_id) not in counted
    ]
    return sorted([*differing, *missed], key=lambda gap: (gap.sku, gap.lot))


def approve(session: Session, *, stocktake: int) -> Stocktake:
    """A second person takes the differences over: one document against count differences.

    Raises `NotFound`, `WrongState`, `OwnCount` for who has counted, and what `ledger.post` raises.
    """
    found = find_stocktake(session, stocktake, hold=True)
    person = caller_of(session).name[:80]
    if found.state != "counted":
        raise _wrong(found, N_("approval"), [N_("close the count")] if found.state == "counting" else [])
    if _counted_himself(session, found):
        raise OwnCount(person=person)
    difference = outside(session, "difference")
    changes = [(one.sku, one.lot, one.counted - one.expected) for one in found.counts]
    if found.uncounted == "zero":
        counted = {(one.sku_id, one.lot_id) for one in found.counts}
        changes += [
            (one.sku, one.lot, -one.on_hand)
            for one in _present(session, found)
            if (one.sku_id, one.lot_id) not in counted
        ]
    lines = [
        ledger.Line(sku, lot, *((difference, found.place) if packs > 0 else (found.place, difference)), abs(packs))
        for sku, lot, packs in changes if packs
    ]  # fmt: skip
    if lines:
        posted = ledger.post(session, kind="stocktake", key=f"stocktake/{found.id}", lines=lines, note=found.note)
        found.document_id = posted.document.id
    found.state, found.approved_by, found.approved_at = "approved", person, now()
    session.flush()
    record(session, "stocktake.approved", str(found.id), lines=len(lines))
    tell(session, "stocktake.approved", {"stocktake": found.id, "place": found.place.key, "differences": len(lines)})
    return found


def _counted_himself(session: Session, found: Stocktake) -> bool:
    """Whether the caller counted here, or opened a count whose silence takes goods for gone. Two people may have one name: the number decides."""
    caller = caller_of(session)
    counters = {(one.person_id, one.person) for one in found.counts}
    if found.uncounted == "zero":
        counters.add((found.opened_by_id, found.opened_by))
    return any(
        number == caller.person if number is not None and caller.person is not None else name == caller.name[:80]
        for number, name in counters
    )


def drop(session: Session, *, stocktake: int) -> Stocktake:
    """Give a count up; nothing was posted. Raises `NotFound`, `WrongState`."""
    found = find_stocktake(session, stocktake, hold=True)
    if found.state not in ("counting", "counted"):
        raise _wrong(found, N_("dropping"), [])
    found.state = "dropped"
    session.flush()
    record(session, "stocktake.dropped", str(found.id))
    return found


def find_stocktake(session: Session, number: int, *, hold: bool = False) -> Stocktake:
    """One's own stocktake; raises `NotFound`."""
    query = (
        select(Stocktake).where(Stocktake.id == number, Stocktake.organisation_id == organisation_of(session))
        .options(*_with_all())
    )  # fmt: skip
    if hold:
        query = query.with_for_update(of=Stocktake).execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound(kind=Message(N_("The stocktake")), name=str(number))
    return found


def stocktake_page(session: Session, *, after: str | None, limit: int) -> tuple[list[Stocktake], str | None]:
    """A page of one's own stocktakes, newest first. Raises `BadCursor`."""
    query = select(Stocktake).where(Stocktake.organisation_id == organisation_of(session))
    query = query.options(*_with_all())
    return page_of(session, query, by=[Stocktake.id], after=after, limit=limit, newest_first=True)


def _with_all() -> tuple[Any, ...]:
    counts = selectinload(Stocktake.counts)
    return counts.joinedload(StocktakeCount.sku), counts.joinedload(StocktakeCount.lot), joinedload(Stocktake.place)


def _present(session: Session, found: Stocktake) -> list[Balance]:
    query = select(Balance).where(
        Balance.organisation_id == found.organisation_id, Balance.place_id == found.place_id, Balance.on_hand > 0
    )
    return list(session.scalars(query.options(joinedload(Balance.sku), joinedload(Balance.lot)).order_by(Balance.id)))


def _lot(session: Session, found: Stocktake, sku: Sku, code: str) -> Lot:
    if not code:  # nobody named a lot: it can be told only where there is one
        query = select(Lot).join(Balance, Balance.lot_id == Lot.id).where(
            Lot.organisation_id == found.organisation_id, Lot.sku_id == sku.id, Balance.place_id == found.place_id, Balance.on_hand > 0
        )  # fmt: skip
        there = list(session.scalars(query))
        if len(there) == 1:
            return there[0]
        if there and all(lot.code for lot in there):
            return lot_named(sku, code, there)
    try:
        return find_lot(session, sku, code)
    except NotFound:  # goods on the shelf that the books do not know: their lot is made, their count is the difference
        return keep_lot(session, sku, LotGiven(code=code))


def _refuse_twice(counted: Sequence[Counted]) -> None:
    seen: dict[tuple[str, str], list[int]] = {}
    for place, one in enumerate(counted, 1):
        if not one.add:
            seen.setdefault((one.sku, one.lot), []).append(place)
    for (sku, lot), lines in seen.items():
        if len(lines) > 1:
            raise CountedTwice(sku=sku, lot=lot or "—", lines=lines)


def _wrong(found: Stocktake, wanted: str, allowed: Sequence[str]) -> WrongState:
    return WrongState(
        name=str(found.id), state=Message(STATES[found.state]), wanted=Message(wanted), allowed=[Message(one) for one in allowed] or "—"
    )  # fmt: skip


STATES = {
    "counting": N_("being counted"), "counted": N_("counted, waits for approval"), "approved": N_("approved"), "dropped": N_("dropped"),
}  # fmt: skip
