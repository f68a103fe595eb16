"""HTTP: stocktakes, stock reports of others, histories of movements, scanned codes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.catalog.answers import Both
from service.catalog.files import Key
from service.database import in_utc
from service.http.kinds import Id
from service.http.paging import After, Limit, Page
from service.inventory import acting
from service.inventory.acting import Taken
from service.inventory.counting.models import StockReport, Stocktake
from service.inventory.counting.reports import find_report, put_right, reconcile, report_page, take_report
from service.inventory.counting.stocktakes import (
    Counted,
    approve,
    close,
    count,
    drop,
    find_stocktake,
    gaps,
    open_stocktake,
    stocktake_page,
)
from service.inventory.importing import import_movements
from service.inventory.scanning import scan
from service.inventory.watching.levels import names_of
from service.people.guard import Guarded, reading, writing
from service.people.once import Once

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["stocktakes"])
Reading = Annotated[Session, reading("stock:read")]
Writing = Annotated[Session, writing("stock:write")]


class StocktakeGiven(BaseModel):
    """Which place is counted."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"place": "heihe-park", "note": "月末盘点"}}
    )
    place: Key
    note: str = Field("", max_length=300)


class CountsGiven(BaseModel):
    """What was counted, lot by lot."""

    model_config = ConfigDict(extra="forbid")
    lines: list[Counted] = Field(min_length=1, max_length=2000)


class Closing(BaseModel):
    """What becomes of lots nobody counted: left alone, or taken for gone."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"uncounted": "leave"}})
    uncounted: Literal["leave", "zero"] = "leave"


class CountShown(BaseModel):
    """One lot as counted; who counts does not see what the books say."""

    sku: str
    lot: str
    counted: int
    person: str
    at: datetime


class GapShown(BaseModel):
    """A difference, for who approves: packs more (above zero) or less than the books; `counted` null: not counted."""

    sku: str
    lot: str
    expected: int
    counted: int | None
    difference: int


class StocktakeShown(BaseModel):
    """A stocktake. `gaps` only once counting is over."""

    id: int
    place: str
    state: str
    uncounted: str
    note: str
    opened_by: str
    opened_at: datetime
    counted_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    document: int | None
    counts: list[CountShown]
    gaps: list[GapShown] | None


class ReasonShown(BaseModel):
    """What may explain a difference: since (moved after the report), late (entered later), sold (not picked yet), coming (on its way here)."""

    kind: str
    packs: int


class LineShown(BaseModel):
    """A line that differs and is not put right yet, in packs."""

    line: int
    row: int
    sku: str
    lot: str | None
    reported: int
    ours: int
    difference: int
    reasons: list[ReasonShown]


class ReportShown(BaseModel):
    """A report of a place, compared with what the ledger held at the same moment."""

    id: int
    place: str
    name: str
    as_of: datetime
    person: str
    lines: int
    differing: list[LineShown]
    again: bool = False


class Note(BaseModel):
    """Why it is put right."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"note": "peresort"}})
    note: str = Field("", max_length=300)


class ImportedShown(BaseModel):
    """Movements taken over, and those that were there already."""

    taken: int
    known: int
    document: int | None


class ScannedShown(BaseModel):
    """What a code says."""

    sku: str
    name: Both
    lot: str
    made_on: date | None
    expires_on: date | None
    serial: str | None


def stocktake_shown(session: Session, one: Stocktake) -> StocktakeShown:
    """For the outside; differences stay hidden while people count."""
    names = ("id", "state", "uncounted", "note", "opened_by", "opened_at", "counted_at", "approved_by", "approved_at")
    found = None if one.state in ("counting", "dropped") else [] if one.state == "approved" else gaps(session, one)
    counts = [
        CountShown(sku=each.sku.code, lot=each.lot.code, counted=each.counted, person=each.person, at=each.at)
        for each in one.counts
    ]
    return StocktakeShown(
        place=one.place.key, document=one.document_id, counts=counts, **{name: getattr(one, name) for name in names},
        gaps=[GapShown(difference=gap.difference, **vars(gap)) for gap in found] if found is not None else None,
    )  # fmt: skip


def report_shown(session: Session, one: StockReport, *, again: bool = False) -> ReportShown:
    """For the outside."""
    differing = [
        LineShown(
            line=each.line.id, row=each.line.row, sku=each.line.sku.code, lot=each.line.lot_code, reported=each.line.reported,
            ours=each.line.ours, difference=each.difference, reasons=[ReasonShown(kind=why.kind, packs=why.packs) for why in each.reasons],
        )
        for each in reconcile(session, one)
    ]  # fmt: skip
    return ReportShown(
        id=one.id, place=one.place.key, name=one.name, as_of=one.as_of, person=one.person, lines=len(one.lines), differing=differing,
        again=again,
    )  # fmt: skip


@router.get("/stocktakes")
def read_stocktakes(session: Reading, after: After = None, limit: Limit = 50) -> Page[StocktakeShown]:
    """A page of stocktakes, newest first."""
    rows, following = stocktake_page(session, after=after, limit=limit)
    return Page(items=[stocktake_shown(session, row) for row in rows], next=following)


@router.post("/stocktakes", response_model=StocktakeShown, status_code=201)
def post_stocktake(session: Writing, once: Once, stocktake: StocktakeGiven) -> Response:
    """Begin to count a place; sales may go on."""
    return once(
        session, stocktake, status=201,
        work=lambda: stocktake_shown(session, open_stocktake(session, place=stocktake.place, note=stocktake.note)),
    )  # fmt: skip


@router.get("/stocktakes/{number}")
def read_stocktake(session: Reading, number: Id) -> StocktakeShown:
    """One stocktake."""
    return stocktake_shown(session, find_stocktake(session, number))


@router.post("/stocktakes/{number}/counts")
def post_counts(session: Writing, number: Id, counts: CountsGiven) -> StocktakeShown:
    """Note what was counted, all lines or none; a lot counted again replaces its count."""
    return stocktake_shown(session, count(session, stocktake=number, counted=counts.lines))


@router.post("/stocktakes/{number}/close")
def post_close(session: Writing, number: Id, closing: Closing) -> StocktakeShown:
    """Counting is over; a second person sees the differences now."""
    return stocktake_shown(session, close(session, stocktake=number, uncounted=closing.uncounted))


@router.post("/stocktakes/{number}/approve")
def post_approval(session: Writing, number: Id) -> StocktakeShown:
    """A second person takes the differences over into the ledger."""
    return stocktake_shown(session, approve(session, stocktake=number))


@router.post("/stocktakes/{number}/drop")
def post_drop(session: Writing, number: Id) -> StocktakeShown:
    """Give the count up; nothing is posted."""
    return stocktake_shown(session, drop(session, stocktake=number))


@router.get("/stock-reports")
def read_reports(session: Reading, after: After = None, limit: Limit = 20) -> Page[ReportShown]:
    """A page of other people's stock reports, newest first."""
    rows, following = report_page(session, after=after, limit=limit)
    return Page(items=[report_shown(session, row) for row in rows], next=following)


@router.post("/stock-reports/uploads", status_code=201)
def post_report(
    session: Writing,
    place: Annotated[Key, Form()],
    file: Annotated[UploadFile, File()],
    as_of: Annotated[datetime | None, Form()] = None,
) -> ReportShown:
    """Take a warehouse's or marketplace's stock report (XLSX, CSV) and compare it; the same file twice is one report. Nothing is changed."""
    name = (file.filename or "report").replace("\\", "/").rpartition("/")[2][:120]
    report, again = take_report(session, place=place, name=name, content=file.file.read(), as_of=in_utc(as_of))
    return report_shown(session, report, again=again)


@router.get("/stock-reports/{number}")
def read_report(session: Reading, number: Id) -> ReportShown:
    """One report with what differs."""
    return report_shown(session, find_report(session, number))


@router.post("/stock-reports/{number}/lines/{line}/put-right", response_model=Taken, status_code=201)
def post_right(session: Writing, once: Once, number: Id, line: Id, note: Note) -> Response:
    """Take the reported number over into the ledger."""
    return once(
        session, note, lambda: acting.taken(put_right(session, report=number, line=line, note=note.note)), status=201
    )


@router.post("/movements/uploads", status_code=201)
def post_movements(session: Writing, file: Annotated[UploadFile, File()]) -> ImportedShown:
    """Take a history of movements over (XLSX, CSV: key, SKU, from, to, quantity, when); each row once by its key, all or nothing."""
    name = (file.filename or "movements").replace("\\", "/").rpartition("/")[2][:120]
    return ImportedShown(**vars(import_movements(session, name=name, content=file.file.read())))


@router.get("/stock/scanned")
def read_scanned(session: Reading, code: Annotated[str, Query(min_length=1, max_length=200)]) -> ScannedShown:
    """What a scanner read: SKU, lot, dates and serial number of an EAN, GS1-128 or DataMatrix."""
    found = scan(session, code)
    return ScannedShown(
        sku=found.sku.code, name=Both(**names_of(found.sku)), lot=found.lot, made_on=found.made_on, expires_on=found.expires_on,
        serial=found.serial,
    )  # fmt: skip
