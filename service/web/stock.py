"""What is where: all SKUs at a glance, one SKU with the movements behind its numbers, and every movement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from service.catalog.models import Sku
from service.database import now
from service.errors import DomainError
from service.http.languages import CallerLocale
from service.http.paging import After
from service.i18n import Locale
from service.inventory.acting import REASONS
from service.inventory.answers import SkuPath, movement_shown
from service.inventory.history import explain, movement_page
from service.inventory.ledger import KINDS
from service.inventory.lots import handling_of
from service.inventory.models import Balance, Lot, Movement, Place, StockDocument
from service.inventory.places import HOLDING, STATE_NAMES, find_place, place_list
from service.inventory.reserving.pools import sku_of
from service.inventory.scanning import scan
from service.inventory.units import units_of
from service.inventory.watching.levels import by_state, stock_of, stock_page
from service.inventory.watching.models import Alert
from service.people.guard import Guarded, reading
from service.people.reach import organisation_of
from service.web.layout import back, page
from service.web.posting import Fault, new_key, refusal
from service.web.stock_words import StockWords

router = APIRouter(route_class=Guarded, prefix="/stock", include_in_schema=False)
Reading = Annotated[Session, reading("stock:read")]
# A filter's form sends every field, the empty ones too.
TextQuery = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]
PlaceQuery = Annotated[str, Query(max_length=60, pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$")]
State = Literal["", "sellable", "bonded", "transit", "customs", "arriving", "leaving", "quarantine"]
ON_PAGE = 50
TOLD = 100  # movements behind a number that its page tells; the others are in the list of movements
# Shipments go back by their own steps, else they and the ledger would disagree; an import is a whole history.
NOT_TAKEN_BACK = ("shipment", "import")


@dataclass(frozen=True)
class Whole:
    """A document as a whole: its lines and packs, and the document that took it back, if one did."""

    lines: int
    packs: int
    taken_back_by: int | None


def link(path: str, **values: str | int | None) -> str:
    """An address with those values that are not empty."""
    kept = {name: value for name, value in values.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def holding_places(session: Session) -> list[Place]:
    """Places goods can be kept in, in their order."""
    return [place for place in place_list(session) if place.kind in HOLDING]


@router.get("")
def overview(
    session: Reading, request: Request, locale: CallerLocale, text: TextQuery = "", place: PlaceQuery = "", state: State = "",
    after: After = None, said: str = "",
) -> Response:  # fmt: skip
    """All packs by state, open alerts, and the SKUs a filter lets through; a scanned code leads to its SKU."""
    text = text.strip()
    if sku := _scanned(session, text):
        return back(f"/stock/sku/{sku.code}")
    where = find_place(session, place) if place else None
    rows, following = stock_page(
        session, after=after, limit=ON_PAGE, text=text or None, place=where, state=state or None
    )
    totals, places = by_state(session), holding_places(session)
    kept = {"text": text, "place": place, "state": state}
    return page(
        request, locale, "stock.html", rows=rows, totals=totals, places=places, states=STATE_NAMES, alerts=_open_alerts(session),
        kept=kept, filtered=any(kept.values()), after=after, further=link("/stock", **kept, after=following) if following else "",
        bare=not places or not (rows or totals or any(kept.values()) or after), said=said, says=StockWords(locale), link=link,
    )  # fmt: skip


def _scanned(session: Session, text: str) -> Sku | None:
    """The SKU of a bar code; None for what is only part of a SKU."""
    if not (text[:8].isdigit() and len(text) >= 8) and not text.startswith("]"):
        return None
    try:
        return scan(session, text).sku
    except DomainError:
        return None


def _open_alerts(session: Session) -> int:
    query = select(func.count(Alert.id)).where(Alert.organisation_id == organisation_of(session))
    return session.scalar(query.where(Alert.over_at.is_(None))) or 0


@router.get("/sku/{sku}")
def one(
    session: Reading, request: Request, locale: CallerLocale, sku: SkuPath, place: PlaceQuery = "", said: str = ""
) -> HTMLResponse:
    """One SKU: every place and lot, and why a chosen place holds what it holds."""
    return sku_page(session, request, locale, sku, place=place, said=said)


def sku_page(
    session: Session, request: Request, locale: Locale, code: str, status: int = 200, *, place: str = "", **values: Any
) -> HTMLResponse:
    """The page of a SKU; its forms with what was typed, if they were refused."""
    sku = sku_of(session, code)
    [stock] = stock_of(session, [sku])
    held = _held(session, sku)
    at = find_place(session, place) if place else stock.places[0].place if len(stock.places) == 1 else None
    told = explain(session, sku=sku, place=at) if at else []
    shown = told[::-1][:TOLD]
    handling = handling_of(session, sku)
    given = {"typed": {}, "fault": None, "refused": "", "said": ""} | values
    return page(
        request, locale, "stock_sku.html", status, sku=sku, stock=stock, held=held, at=at, told=shown, earlier=len(told) - len(shown),
        wholes=_wholes(session, {one.movement.document_id for one in shown}), not_taken_back=NOT_TAKEN_BACK, late=late,
        places=holding_places(session), units=units_of(sku, handling), serial=bool(handling and handling.track == "serial"),
        reasons=REASONS, key=new_key(), today=now().date(), says=StockWords(locale), link=link, **given,
    )  # fmt: skip


def late(move: Movement) -> bool:
    """Whether it was recorded after the day it happened on."""
    return movement_shown(move).late


def _held(session: Session, sku: Sku) -> Sequence[Balance]:
    """Lots of a SKU where they are or were, those that end first in front; of a place that is empty now, what is found again is put right."""
    query = (
        select(Balance).join(Balance.place).join(Balance.lot)
        .where(Balance.organisation_id == organisation_of(session), Balance.sku_id == sku.id, Place.kind.in_(HOLDING))
        .options(joinedload(Balance.place), joinedload(Balance.lot))
        .order_by(Place.position, Place.key, Lot.expires_on.is_(None), Lot.expires_on, Lot.id)
    )  # fmt: skip
    return session.scalars(query).all()


def _wholes(session: Session, documents: Iterable[int]) -> dict[int, Whole]:
    """Documents with what they hold besides the one SKU: who takes one back should know how much goes back."""
    ids = list(documents)
    sums = select(Movement.document_id, func.count(), func.sum(Movement.quantity)).group_by(Movement.document_id)
    back = select(StockDocument.reverses_id, StockDocument.id).where(StockDocument.reverses_id.in_(ids))
    taken = {row.reverses_id: row.id for row in session.execute(back)}
    return {
        document: Whole(lines, int(packs), taken.get(document))
        for document, lines, packs in session.execute(sums.where(Movement.document_id.in_(ids)))
    }


@router.get("/movements")
def movements(
    session: Reading, request: Request, locale: CallerLocale, sku: TextQuery = "", place: PlaceQuery = "",
    kind: Annotated[str, Query(max_length=12, pattern=r"^[a-z_]*$")] = "",
    document: Annotated[str, Query(max_length=10, pattern=r"^\d*$")] = "", after: After = None,
) -> HTMLResponse:  # fmt: skip
    """All movements, newest first, by SKU, place, kind or document."""
    kept = {"sku": sku.strip().upper(), "place": place, "kind": kind, "document": document}
    rows: list[Movement] = []
    following: str | None = None
    fault: Fault | None = None
    try:
        rows, following = movement_page(
            session, sku=sku_of(session, kept["sku"]) if kept["sku"] else None, place=find_place(session, place) if place else None,
            kind=kind or None, document=min(int(document), 2**31 - 1) if document else None, after=after, limit=ON_PAGE,
        )  # fmt: skip
    except DomainError as error:
        fault = refusal(session, error, locale, {})
    return page(
        request, locale, "stock_movements.html", fault.status if fault else 200, rows=rows, kept=kept, places=place_list(session),
        kinds=KINDS, fault=fault, after=after, filtered=any(kept.values()), late=late,
        further=link("/stock/movements", **kept, after=following) if following else "", says=StockWords(locale), link=link,
    )  # fmt: skip
