"""Stocktakes: counted blind with a scanner, lot by lot; closed, and approved by somebody who has not counted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ValidationError
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.authored import words_for
from service.catalog.files import Key as PlaceKey
from service.catalog.listing import skus_by_code
from service.catalog.models import Sku
from service.errors import DomainError
from service.http.kinds import Id, KeyQuery
from service.http.languages import CallerLocale
from service.http.paging import After
from service.i18n import N_, Locale, Message
from service.inventory.counting.models import Stocktake, StocktakeCount
from service.inventory.counting.refusing import CountedTwice, ReportRejected, RowFault
from service.inventory.counting.sheets import StockRow, read_stock_sheet
from service.inventory.counting.stocktakes import (
    STATES,
    Counted,
    Gap,
    approve,
    close,
    count,
    drop,
    find_stocktake,
    gaps,
    open_stocktake,
    stocktake_page,
)
from service.inventory.models import Balance, Lot, Place
from service.inventory.places import HOLDING, place_list
from service.inventory.scanning import NotACode, Scanned, scan
from service.inventory.units import UNIT_NAMES
from service.people.caller import caller_of
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.people.reach import organisation_of
from service.web.layout import back, page
from service.web.posting import Fault, Key, Said, day_in, file_name, names_in, new_key, once, refusal
from service.web.sheets import NoFile

router = APIRouter(route_class=Guarded, prefix="/stock/stocktakes", include_in_schema=False)
Reading = Annotated[Session, reading("stock:read")]
Writing = Annotated[Session, writing("stock:write")]
OURS = [Depends(form_is_ours)]
SHOWN = 30  # counts below the scanner's field; all of them on demand
PASSING = ("transit", "customs")  # nobody counts on the road
_Short = Annotated[str, Form(max_length=200, pattern=r"^[^\x00]*$")]
_Asked = Annotated[str, Query(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]


class WhichLot(DomainError):
    """A SKU of several lots, and nothing that tells which was counted."""

    title = N_("{sku} has several lots; which one was counted? Nothing was noted yet.")
    remedy = N_("Choose it below, or type the lot that stands on the pack.")


class Opening(BaseModel):
    """Which place is to be counted."""

    place: PlaceKey
    note: str


@router.get("")
def stocktakes(
    session: Reading, request: Request, locale: CallerLocale, after: After = None, place: KeyQuery = None
) -> HTMLResponse:
    """All counts, newest first, and the form to begin one."""
    return _list(session, request, locale, after=after, typed={"place": place or "", "note": ""})


def _list(
    session: Session, request: Request, locale: Locale, status: int = 200, *, after: str | None = None, **values: Any
) -> HTMLResponse:
    rows, following = stocktake_page(session, after=after, limit=50)
    return page(
        request, locale, "stocktakes.html", status, rows=rows, following=following, places=_countable(session), key=new_key,
        states={key: Message(name).say(locale) for key, name in STATES.items()}, **({"fault": None} | values),
    )  # fmt: skip


def _countable(session: Session) -> list[Place]:
    return [place for place in place_list(session) if place.kind in HOLDING and place.kind not in PASSING]


@router.post("", dependencies=OURS)
def begin(
    session: Writing, request: Request, locale: CallerLocale, key: Key, place: _Short = "", note: _Short = ""
) -> Response:
    """Begin to count a place."""
    typed = {"place": place, "note": note}

    def work() -> Said:
        given = Opening.model_validate(typed)
        return Said(to=_at(open_stocktake(session, place=given.place, note=given.note).id))

    try:
        done = once(request, session, key, typed, work)
    except (DomainError, ValidationError) as error:
        fault = refusal(session, error, locale, _LABELS)
        return _list(session, request, locale, fault.status, typed=typed, fault=fault)
    return back(done.to)


@router.get("/{number}")
def stocktake(
    session: Reading, request: Request, locale: CallerLocale, number: Id, said: str = "", all: bool = False, code: _Asked = "",
    lot: _Asked = "", instead: bool = False,
) -> HTMLResponse:  # fmt: skip
    """One count: the scanner's field while it runs, the differences afterwards. `instead`: the form corrects this lot's count."""
    typed = {"code": code, "lot": lot, "add": not instead}
    return _stocktake(session, request, locale, number, said=said, every=all, typed=typed)


def _stocktake(
    session: Session, request: Request, locale: Locale, number: int, status: int = 200, **values: Any
) -> HTMLResponse:
    one = find_stocktake(session, number)
    me = caller_of(session).name[:80]
    newest = sorted(one.counts, key=lambda each: (each.at, each.id), reverse=True)
    given: dict[str, Any] = {"said": "", "fault": None, "typed": {}, "every": False, "lots": []} | values
    shown = newest if given["every"] else newest[:SHOWN]
    found = gaps(session, one) if one.state == "counted" else _noted(one) if one.state == "approved" else []
    mine = next((each for each in newest if each.person == me), None)
    skus = [each.sku for each in [*shown, *([mine] if mine else [])]] + list(
        skus_by_code(session, [gap.sku for gap in found]).values()
    )
    return page(
        request, locale, "stocktake.html", status, one=one, key=new_key, shown=shown, more=len(newest) - len(shown), day=lambda day: day_in(day, locale),
        mine=mine, goods=names_in(session, skus, locale),
        differing=[gap for gap in found if gap.counted is not None], missed=[gap for gap in found if gap.counted is None],
        own=me in {each.person for each in one.counts} or (one.uncounted == "zero" and me == one.opened_by),
        states={key: Message(name).say(locale) for key, name in STATES.items()},
        units={unit: Message(name).say(locale) for unit, name in UNIT_NAMES.items()}, **given,
    )  # fmt: skip


def _noted(one: Stocktake) -> list[Gap]:
    """The differences that were taken over, as they were counted."""
    return [
        Gap(each.sku.code, each.lot.code, each.expected, each.counted) for each in one.counts if each.counted != each.expected
    ]  # fmt: skip


@router.post("/{number}/counts", dependencies=OURS)
def note_count(
    session: Writing, request: Request, locale: CallerLocale, number: Id, key: Key, code: _Short = "", lot: _Short = "",
    quantity: _Short = "", unit: _Short = "pack", add: Annotated[bool, Form()] = False, bare: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Note one lot. `bare`: it came without a lot's code, and that is not forgotten but meant."""
    typed = {
        "code": code.strip(),
        "lot": lot.strip(),
        "quantity": quantity.strip(),
        "unit": unit,
        "add": add,
        "bare": bare,
    }
    try:
        done = once(request, session, key, typed, lambda: _count(session, number, typed))
    except (DomainError, ValidationError) as error:
        fault = refusal(session, error, locale, _LABELS)
        lots = _lots(session, _scanned(session, code).sku, number) if isinstance(error, WhichLot) else []
        return _stocktake(session, request, locale, number, fault.status, fault=fault, typed=typed, lots=lots)
    return back(done.to, done.said)


def _count(session: Session, number: int, typed: dict[str, Any]) -> Said:
    found = _scanned(session, typed["code"])
    lot = "" if typed["bare"] else typed["lot"] or found.lot
    if not lot and not typed["bare"]:
        codes = [one.code for one in _lots(session, found.sku, number)]
        if len(codes) > 1:
            raise WhichLot(sku=found.sku.code)
        lot = codes[0] if codes else ""
    given = {
        "sku": found.sku.code,
        "lot": lot,
        "quantity": typed["quantity"] or 1,
        "unit": typed["unit"],
        "add": typed["add"],
    }
    count(session, stocktake=number, counted=[Counted.model_validate(given)])
    return Said(to=_at(number), said="counted")


def _scanned(session: Session, code: str) -> Scanned:
    """What was scanned or typed; small letters are what a phone's keyboard makes of a SKU. Raises as `scan` does."""
    try:
        return scan(session, code)
    except NotACode:
        if code == code.upper():
            raise
        return scan(session, code.upper())


def _lots(session: Session, sku: Sku, number: int) -> list[Lot]:
    """The lots of a SKU that are in stock anywhere or were counted here: who counts learns nothing of what is in the place."""
    mine = organisation_of(session)
    held = select(Balance.lot_id).where(Balance.organisation_id == mine, Balance.sku_id == sku.id, Balance.bounded, Balance.on_hand > 0)  # fmt: skip
    here = select(StocktakeCount.lot_id).where(StocktakeCount.stocktake_id == number, StocktakeCount.sku_id == sku.id)
    query = select(Lot).where(Lot.organisation_id == mine, Lot.sku_id == sku.id, or_(Lot.id.in_(held), Lot.id.in_(here)))  # fmt: skip
    return list(session.scalars(query.order_by(Lot.expires_on, Lot.id)))


@router.post("/{number}/uploads", dependencies=OURS)
def send(
    session: Writing, request: Request, locale: CallerLocale, number: Id, key: Key, file: Annotated[UploadFile | None, File()] = None,
) -> Response:  # fmt: skip
    """Note everything of a count sheet, or nothing of it; a lot that was counted before is counted anew."""
    content = file.file.read() if file else b""
    try:
        if not file or not file.filename:
            raise NoFile()
        name = file_name(file)
        typed = {"name": name, "size": len(content)}
        done = once(request, session, key, typed, lambda: _sheet(session, number, name, content))
    except (DomainError, ValidationError) as error:
        fault = refusal(session, error, locale, _LABELS)
        return _stocktake(session, request, locale, number, fault.status, fault=fault)
    return back(done.to, done.said)


def _sheet(session: Session, number: int, name: str, content: bytes) -> Said:
    rows = read_stock_sheet(session, name=name, content=content)
    counted: list[Counted] = []
    faults: list[RowFault] = []
    for row in rows:
        lot, fault = _lot_of(session, row, number)
        try:
            counted.append(Counted(sku=row.sku.code, lot=lot, quantity=row.packs))
        except ValidationError as error:
            fault = RowFault(row.row, "—", lot, *words_for(error.errors()[0]))
        faults += [fault] if fault else []
    if faults:
        raise ReportRejected(faults)
    try:
        count(session, stocktake=number, counted=counted)
    except CountedTwice as error:
        raise CountedTwice(**error.facts | {"lines": [rows[at - 1].row for at in error.facts["lines"]]}) from None
    return Said(to=_at(number), said="sheet")


def _lot_of(session: Session, row: StockRow, number: int) -> tuple[str, RowFault | None]:
    """The lot of a row; one that names none is a fault where there are several."""
    if named := row.values.get("lot", "").strip():
        return ("" if named == "—" else named), None  # a dash is how we write a lot without a code
    codes = [lot.code for lot in _lots(session, row.sku, number)]
    if len(codes) < 2:
        return (codes[0] if codes else ""), None
    what, remedy = Message(N_("The SKU has several lots, and the row names none.")), Message(N_("Write the lot: {lots}."), {"lots": [code or "—" for code in codes]})  # fmt: skip
    return "", RowFault(row.row, "—", row.sku.code, what, remedy)


@router.post("/{number}/close", dependencies=OURS)
def end(
    session: Writing, request: Request, locale: CallerLocale, number: Id, key: Key,
    uncounted: Annotated[Literal["leave", "zero"], Form()] = "leave",
) -> Response:  # fmt: skip
    """Counting is over."""
    return _act(request, session, locale, number, key, lambda: close(session, stocktake=number, uncounted=uncounted))


@router.post("/{number}/approve", dependencies=OURS)
def take_over(session: Writing, request: Request, locale: CallerLocale, number: Id, key: Key) -> Response:
    """A second person takes the differences over."""
    return _act(request, session, locale, number, key, lambda: approve(session, stocktake=number))


@router.post("/{number}/drop", dependencies=OURS)
def give_up(session: Writing, request: Request, locale: CallerLocale, number: Id, key: Key) -> Response:
    """Give the count up."""
    return _act(request, session, locale, number, key, lambda: drop(session, stocktake=number))


def _act(request: Request, session: Session, locale: Locale, number: int, key: str, act: Any) -> Response:
    try:
        done = once(request, session, key, {}, lambda: Said(to=_at(act().id), said="done"))
    except DomainError as error:
        fault: Fault = refusal(session, error, locale, _LABELS)
        return _stocktake(session, request, locale, number, fault.status, fault=fault)
    return back(done.to)


def _at(number: int) -> str:
    return f"/stock/stocktakes/{number}"


_LABELS = {
    "place": N_("Place"), "note": N_("Note"), "sku": N_("SKU"), "lot": N_("Lot"), "quantity": N_("Quantity"), "unit": N_("Unit"),
}  # fmt: skip
