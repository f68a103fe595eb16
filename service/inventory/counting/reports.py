"""Other people's stock reports: taken, compared with what the ledger held at the same moment, each difference explained, put right.

A report never changes stock by itself: a person looks at a difference and takes it over, one document for each.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.catalog.models import Sku
from service.database import now
from service.errors import NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.inventory import fefo, ledger
from service.inventory.counting.models import StockReport, StockReportLine
from service.inventory.counting.sheets import read_stock_sheet
from service.inventory.history import stock_at
from service.inventory.lots import LotGiven, keep_lot
from service.inventory.models import Balance, Lot, Movement, Place
from service.inventory.places import find_place, outside
from service.inventory.refusing import Anticipated, NotEnough, NothingMoves
from service.inventory.reserving.models import Reservation, SalePool
from service.inventory.shipping.models import Shipment, ShipmentLine
from service.people.audit import record
from service.people.caller import caller_of
from service.people.reach import organisation_of

__all__ = ["Reason", "Reconciled", "find_report", "put_right", "reconcile", "report_page", "take_report"]


@dataclass(frozen=True)
class Reason:
    """Where a difference may come from: moved since the report (`since`), sold and not picked, on its way here, entered later with an earlier date."""

    kind: str
    packs: int


@dataclass(frozen=True)
class Reconciled:
    """One line that differs: what they say, what the ledger held then, and what explains it."""

    line: StockReportLine
    difference: int
    reasons: list[Reason]


def take_report(
    session: Session, *, place: str, name: str, content: bytes, as_of: datetime | None = None
) -> tuple[StockReport, bool]:
    """Keep a report of a place; (report, whether it was there already). The same file for the same place is taken once.

    Raises `NotFound`, `Anticipated`, and what reading the sheet raises.
    """
    mine, where, moment = organisation_of(session), find_place(session, place, holding=True), as_of or now()
    if moment > now() + ledger.SKEW:
        raise Anticipated(when=moment.isoformat())
    digest = hashlib.sha256(content).hexdigest()
    query = select(StockReport.id).where(
        StockReport.organisation_id == mine, StockReport.place_id == where.id, StockReport.digest == digest
    )
    if there := session.scalar(query):
        return find_report(session, there), True
    rows = read_stock_sheet(session, name=name, content=content)
    with_lots = any(row.values.get("lot") for row in rows)
    said: dict[tuple[int, str | None], tuple[int, Sku, int]] = {}
    for row in rows:  # a report may name a SKU in several rows: sizes, shelves
        about = (row.sku.id, row.values.get("lot", "") if with_lots else None)
        first, sku, packs = said.get(about, (row.row, row.sku, 0))
        said[about] = (first, sku, packs + row.packs)
    ours: dict[tuple[int, str | None], int] = defaultdict(int)
    known: dict[int, Sku] = {}
    for _, sku, lot, packs in stock_at(session, moment, place=where):
        ours[sku.id, lot.code if with_lots else None] += packs
        known[sku.id] = sku
    for about, packs in ours.items():  # what the report does not name, it says is not there
        if about not in said and packs:
            said[about] = (0, known[about[0]], 0)
    report = StockReport(
        organisation_id=mine, place_id=where.id, name=name[:120], digest=digest, as_of=moment, person=caller_of(session).name[:80],
        lines=[
            StockReportLine(organisation_id=mine, row=row, sku_id=sku.id, lot_code=about[1], reported=packs, ours=ours.get(about, 0))
            for about, (row, sku, packs) in said.items()
        ],
    )  # fmt: skip
    session.add(report)
    session.flush()
    record(session, "report.taken", f"{place} {name}"[:200], lines=len(report.lines))
    return find_report(session, report.id), False


def reconcile(session: Session, report: StockReport) -> list[Reconciled]:
    """The lines that differ and are not put right yet, the greatest difference first."""
    differing = [line for line in report.lines if line.reported != line.ours and line.document_id is None]
    found = [Reconciled(line, line.reported - line.ours, _reasons(session, report, line)) for line in differing]
    return sorted(found, key=lambda one: (-abs(one.difference), one.line.sku.code))


def put_right(session: Session, *, report: int, line: int, note: str = "") -> ledger.Posted:
    """Take the reported number over: one document against count differences, on the lots that expire first (or the lot it names).

    Raises `NotFound`, `NothingMoves` if it was put right or does not differ, and what `ledger.post` raises.
    """
    found = find_report(session, report)
    one = next((each for each in found.lines if each.id == line), None)
    if one is None:
        raise NotFound(kind=Message(N_("The line of the report")), name=str(line))
    difference = one.reported - one.ours
    if one.document_id is not None or not difference:
        raise NothingMoves()
    lines = [
        ledger.Line(one.sku, lot, *((outside(session, "difference"), found.place) if packs > 0 else (found.place, outside(session, "difference"))), abs(packs))
        for lot, packs in _on_lots(session, found.place, one, difference)
    ]  # fmt: skip
    posted = ledger.post(
        session, kind="report", key=f"report/{found.id}/{one.id}", lines=lines, number=found.name[:60], note=note
    )
    one.document_id = posted.document.id
    session.flush()
    return posted


def find_report(session: Session, number: int) -> StockReport:
    """One's own report with its lines; raises `NotFound`."""
    query = select(StockReport).where(StockReport.id == number, StockReport.organisation_id == organisation_of(session))
    found = session.scalar(query.options(*_with_all()))
    if found is None:
        raise NotFound(kind=Message(N_("The stock report")), name=str(number))
    return found


def report_page(session: Session, *, after: str | None, limit: int) -> tuple[list[StockReport], str | None]:
    """A page of reports, newest first. Raises `BadCursor`."""
    query = select(StockReport).where(StockReport.organisation_id == organisation_of(session)).options(*_with_all())
    return page_of(session, query, by=[StockReport.id], after=after, limit=limit, newest_first=True)


def _on_lots(session: Session, place: Place, one: StockReportLine, difference: int) -> list[tuple[Lot, int]]:
    mine = organisation_of(session)
    query = select(Balance).where(
        Balance.organisation_id == mine, Balance.place_id == place.id, Balance.sku_id == one.sku_id
    )
    there = {row.lot_id: row for row in session.scalars(query.options(joinedload(Balance.lot)))}
    named = (
        next((row.lot for row in there.values() if row.lot.code == one.lot_code), None)
        if one.lot_code is not None
        else None
    )
    if difference > 0:
        held = fefo.order(
            fefo.InLot(row.lot_id, row.on_hand, row.lot.expires_on) for row in there.values() if row.on_hand > 0
        )
        lot = named or (
            there[held[-1].lot].lot
            if held and one.lot_code is None
            else keep_lot(session, one.sku, LotGiven(code=one.lot_code or ""))
        )
        return [(lot, difference)]
    if named is not None:
        return [(named, difference)]
    lots = [fefo.InLot(row.lot_id, row.on_hand, row.lot.expires_on, row.lot.made_on) for row in there.values()]
    left, taken = -difference, []
    for held_lot in fefo.order(lots):
        packs = min(left, max(0, held_lot.quantity))
        if packs:
            taken.append((there[held_lot.lot].lot, -packs))
            left -= packs
    if left:
        raise NotEnough(
            [{"sku": one.sku.code, "lot": "*", "place": place.key, "wanted": -difference, "there": -difference - left}]
        )
    return taken


def _reasons(session: Session, report: StockReport, line: StockReportLine) -> list[Reason]:
    mine, place = report.organisation_id, report.place_id
    here = or_(Movement.from_place_id == place, Movement.to_place_id == place)
    moves = select(Movement).where(Movement.organisation_id == mine, Movement.sku_id == line.sku_id, here)
    found: list[Reason] = []

    def net(rows: Sequence[Movement]) -> int:
        return sum(move.quantity if move.to_place_id == place else -move.quantity for move in rows)

    since = net(list(session.scalars(moves.where(Movement.happened_at > report.as_of))))
    late = net(
        list(session.scalars(moves.where(Movement.happened_at <= report.as_of, Movement.recorded_at > report.at)))
    )
    sold = session.scalar(
        select(func.sum(Reservation.quantity)).join(SalePool, SalePool.id == Reservation.pool_id)
        .where(Reservation.organisation_id == mine, Reservation.state == "confirmed", SalePool.sku_id == line.sku_id, SalePool.place_id == place)
    )  # fmt: skip
    coming = select(ShipmentLine).join(Shipment).where(
        Shipment.organisation_id == mine, Shipment.to_place_id == place, ShipmentLine.sku_id == line.sku_id, Shipment.state != "draft"
    )  # fmt: skip
    on_the_way = sum(one.under_way for one in session.scalars(coming))
    for kind, packs in (("since", since), ("late", late), ("sold", -int(sold or 0)), ("coming", on_the_way)):
        if packs:
            found.append(Reason(kind, packs))
    return found


def _with_all() -> tuple[Any, ...]:
    return (joinedload(StockReport.place), selectinload(StockReport.lines).joinedload(StockReportLine.sku))
