"""Goods from a supplier, line by line; whatever is typed or scanned as a SKU may be a bar code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import zip_longest
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import Field, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.errors import DomainError
from service.http.languages import CallerLocale
from service.i18n import N_, Locale, Message
from service.inventory.acting import Receiving, receive, resolve
from service.inventory.lots import LotGiven, handling_of
from service.inventory.models import Movement, StockDocument
from service.inventory.places import find_place
from service.inventory.refusing import KeyUsed
from service.inventory.scanning import Scanned, scan
from service.inventory.units import UNIT_NAMES, units_of
from service.people.guard import Guarded, reading
from service.people.reach import organisation_of
from service.web.layout import back, page
from service.web.posting import Fault, Key, day_of, local_moment, new_key
from service.web.stock import PlaceQuery, TextQuery, holding_places, link
from service.web.stock_acts import OURS, Writing, digits, refused
from service.web.stock_words import StockWords

__all__ = ["read_code", "router"]

router = APIRouter(route_class=Guarded, prefix="/stock", include_in_schema=False)
Looking = Annotated[Session, reading("stock:write")]
LINES = 8
_Column = Annotated[list[Annotated[str, Field(max_length=200)]] | None, Form(max_length=LINES)]
_Pieces = Annotated[list[Annotated[str, Field(max_length=20_000)]] | None, Form(max_length=LINES)]
_Short = Annotated[str, Form(max_length=200)]


class NoSku(DomainError):
    """A line with figures and nothing they belong to."""

    title = N_("There is no SKU on this line.")
    remedy = N_("Scan or type it, or empty the line.")


class NoQuantity(DomainError):
    """A line with a SKU and nothing to receive."""

    title = N_("The quantity of {sku} is missing.")
    remedy = N_("Write how many came, or empty the line.")


class NoLineLeft(DomainError):
    """More was scanned than the form has lines."""

    title = N_("All lines are taken.")
    remedy = N_("Receive these goods first, then go on with the next.")


@dataclass
class Line:
    """One line as it was typed; `name` and `units` of its SKU once that is known, `serial` if its pieces have numbers."""

    sku: str = ""
    quantity: str = ""
    unit: str = "pack"
    lot: str = ""
    made_on: str = ""
    expires_on: str = ""
    serials: str = ""
    name: str = ""
    units: Mapping[str, Fraction | None] = field(default_factory=lambda: dict.fromkeys(UNIT_NAMES))
    serial: bool = False

    @property
    def empty(self) -> bool:
        """Nothing is typed here."""
        return not (self.sku or self.quantity or self.lot or self.made_on or self.expires_on or self.serials)


@router.get("/receive")
def form(
    session: Looking, request: Request, locale: CallerLocale, place: PlaceQuery = "", sku: TextQuery = "",
    document: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> HTMLResponse:  # fmt: skip
    """An empty form; what was received a moment ago stands above it."""
    lines, faults = [Line(sku=sku)], list[str]()
    if sku:
        faults = _look_up(session, lines, locale)
    return _page(
        session, request, locale, lines=lines, head={"place": place}, fault=_all(faults, locale), done=_done(session, document)
    )  # fmt: skip


def _page(
    session: Session, request: Request, locale: Locale, status: int = 200, *, lines: list[Line], head: dict[str, str], **values: Any
) -> HTMLResponse:  # fmt: skip
    lines = [*lines, *(Line() for _ in range(LINES - len(lines)))]
    head = {"place": "", "number": "", "when": "", "note": "", "scan": "", "key": new_key()} | head
    given = {"fault": None, "done": None} | values
    return page(
        request, locale, "stock_receive.html", status, lines=lines, head=head, places=holding_places(session),
        open_lines=max(1, sum(not one.empty for one in lines)), says=StockWords(locale), link=link, **given,
    )  # fmt: skip


def _all(faults: list[str], locale: Locale) -> Fault | None:
    """What is wrong on several lines, as one."""
    if len(faults) < 2:
        return Fault(422, faults[0]) if faults else None
    return Fault(422, Message(N_("Nothing was received. Mend these lines:")).say(locale), faults)


def _done(session: Session, document: int) -> tuple[int, int, int] | None:
    """A receipt of one's own: its document, lines and packs."""
    query = select(Movement.document_id, func.count(), func.sum(Movement.quantity)).join(StockDocument)
    query = query.where(Movement.document_id == document, StockDocument.kind == "receipt")
    query = query.where(Movement.organisation_id == organisation_of(session)).group_by(Movement.document_id)
    row = session.execute(query).first()
    return (row[0], row[1], int(row[2])) if row else None


@router.post("/receive", dependencies=OURS)
def take_in(
    session: Writing, request: Request, locale: CallerLocale, key: Key, do: Annotated[Literal["look", "post"], Form()] = "look",
    place: _Short = "", number: Annotated[str, Form(max_length=60)] = "", when: _Short = "", note: Annotated[str, Form(max_length=300)] = "",
    scanned: _Short = "", sku: _Column = None, quantity: _Column = None, unit: _Column = None, lot: _Column = None,
    made_on: _Column = None, expires_on: _Column = None, serials: _Pieces = None,
) -> Response:  # fmt: skip
    """Look the codes up and show the form again, or receive what stands in it; a code in the field to scan is first put on a line."""
    columns = [column or [] for column in (sku, quantity, unit, lot, made_on, expires_on, serials)]
    lines = [_line(*row) for row in zip_longest(*columns, fillvalue="")]
    head = {"place": place, "number": number, "when": when, "note": note, "scan": scanned.strip(), "key": key}
    faults = _look_up(session, lines, locale, whole=do == "post")
    if head["scan"]:
        try:
            _put_on_a_line(session, lines, head["scan"], locale)
            head["scan"] = ""
        except DomainError as error:
            faults.append(refused(session, error, locale).said)
    if faults or do == "look" or scanned.strip():
        return _page(
            session, request, locale, 422 if faults else 200, lines=lines, head=head, fault=_all(faults, locale)
        )
    try:
        with session.begin_nested():
            document = _receive(session, lines, head, locale)
    except (DomainError, ValidationError) as error:
        if isinstance(error, KeyUsed):
            head["key"] = new_key()
        fault = refused(session, error, locale)
        return _page(session, request, locale, fault.status, lines=lines, head=head, fault=fault)
    return back(link("/stock/receive", place=place, document=document))


def _line(sku: str, quantity: str, unit: str, lot: str, made_on: str, expires_on: str, serials: str) -> Line:
    texts = (sku, digits(quantity), unit or "pack", lot, made_on, expires_on, serials)
    return Line(*(text.strip() for text in texts))  # type: ignore[arg-type]


def _look_up(session: Session, lines: list[Line], locale: Locale, *, whole: bool = False) -> list[str]:
    """Codes become SKUs, and what a code says of its lot is filled in where nothing stands; returns what is wrong, by line.

    `whole`: a line without a quantity is wrong too.
    """
    faults = []
    for number, line in enumerate(lines, 1):
        if line.empty:
            continue
        try:
            if not line.sku:
                raise NoSku()
            _fill(session, line, read_code(session, line.sku), locale)
            if whole and not line.quantity:
                raise NoQuantity(sku=line.sku)
            if line.quantity:
                resolve(session, _given(line))
        except (DomainError, ValidationError) as error:
            what = Message(
                N_("Line {number}: {what}"), {"number": number, "what": refused(session, error, locale).said}
            )
            faults.append(what.say(locale))
    return faults


def read_code(session: Session, code: str) -> Scanned:
    """What was typed or scanned. A bare SKU or item number says nothing of the lot: what arrives may be a new one. Raises as `scan`."""
    text = code.strip()
    known = skus_by_code(session, [text, text.upper()], with_texts=True)
    if found := known.get(text) or known.get(text.upper()):
        return Scanned(found, "")
    read = scan(session, text)
    bare = text.isdigit() and len(text) <= 14
    return Scanned(
        read.sku, "" if bare or read.lot not in text else read.lot, read.made_on, read.expires_on, read.serial
    )


def _fill(session: Session, line: Line, read: Scanned, locale: Locale) -> None:
    """What is known of the SKU, and what its code says of the lot where nothing stands yet."""
    handling = handling_of(session, read.sku)
    line.sku, line.name, line.units = read.sku.code, StockWords(locale).name(read.sku), units_of(read.sku, handling)
    line.serial = bool(handling and handling.track == "serial")
    line.lot = line.lot or read.lot
    line.made_on = line.made_on or (read.made_on.isoformat() if read.made_on else "")
    line.expires_on = line.expires_on or (read.expires_on.isoformat() if read.expires_on else "")
    if line.serial and read.serial and read.serial not in line.serials.split():
        line.serials = f"{line.serials} {read.serial}".strip()


def _put_on_a_line(session: Session, lines: list[Line], code: str, locale: Locale) -> None:
    """One pack more of a SKU and lot that stand on a line, else a line of its own. Raises as `scan`, and `NoLineLeft`."""
    read = read_code(session, code)
    same = next((one for one in lines if one.sku == read.sku.code and one.unit == "pack" and one.lot == read.lot), None)
    if same is None:
        same = next((one for one in lines if one.empty), None)
    if same is None:
        if len(lines) >= LINES:
            raise NoLineLeft()
        lines.append(same := Line())
    _fill(session, same, read, locale)
    if not same.quantity or (same.quantity.isascii() and same.quantity.isdigit()):
        same.quantity = str(int(same.quantity or 0) + 1)


def _given(line: Line) -> Receiving:
    """A line as the domain takes it. Raises `BadMoment` and pydantic's faults."""
    made, ends = (day_of(text) if text else None for text in (line.made_on, line.expires_on))
    lot = LotGiven(code=line.lot, made_on=made, expires_on=ends)
    return Receiving(sku=line.sku, quantity=line.quantity, unit=line.unit, lot=lot, serials=line.serials.split())


def _receive(session: Session, lines: list[Line], head: Mapping[str, str], locale: Locale) -> int:
    """Post it; returns the document."""
    place = find_place(session, head["place"], holding=True)
    posted = receive(
        session, place=place.key, lines=[_given(line) for line in lines if not line.empty], key=f"page/{head['key']}",
        number=head["number"].strip() or None, happened_at=local_moment(head["when"], locale), note=head["note"].strip(),
    )  # fmt: skip
    return posted.document.id
