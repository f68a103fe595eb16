"""What people do with stock on its pages: move a SKU, put it right, take a document back, bring the samples in."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.errors import DomainError
from service.http.kinds import Id
from service.http.languages import CallerLocale
from service.i18n import N_, Locale
from service.inventory import ledger
from service.inventory.acting import Moving, adjust, move
from service.inventory.answers import SkuPath
from service.inventory.opening import import_opening
from service.inventory.refusing import KeyUsed
from service.people.guard import Guarded, form_is_ours, writing
from service.web.layout import back
from service.web.posting import Fault, Key, SentBefore, new_key, refusal
from service.web.stock import link, sku_page

router = APIRouter(route_class=Guarded, prefix="/stock", include_in_schema=False)
Writing = Annotated[Session, writing("stock:write")]
OURS = [Depends(form_is_ours)]
_Place = Annotated[str, Form(max_length=60)]
_Short = Annotated[str, Form(max_length=60)]
_Held = Annotated[str, Form(max_length=110)]  # "place lot": keys of places have no spaces
_Note = Annotated[str, Form(max_length=300)]
_Serials = Annotated[str, Form(max_length=20_000)]
_LABELS = {
    "quantity": N_("Quantity"), "unit": N_("Unit"), "lot": N_("Lot"), "code": N_("Lot"), "serials": N_("Serial numbers"), "made_on": N_("Made on"),
    "expires_on": N_("Expires on"), "sku": N_("SKU"),
}  # fmt: skip


@router.post("/sample", dependencies=OURS)
def sample(session: Writing) -> Response:
    """Bring in the sample places and stock; a second time nothing happens."""
    import_opening(session)
    return back("/stock", "sample")


@router.post("/sku/{sku}/move", dependencies=OURS)
def move_it(
    session: Writing, request: Request, locale: CallerLocale, sku: SkuPath, key: Key, held: _Held = "", target: _Place = "",
    quantity: _Short = "", unit: _Short = "pack", note: _Note = "", serials: _Serials = "",
) -> Response:  # fmt: skip
    """Take packs of a lot from one place to another."""
    source, _, lot = held.partition(" ")
    typed = {"held": held, "target": target, "quantity": quantity, "unit": unit, "note": note, "serials": serials}
    try:
        line = Moving(sku=sku, quantity=digits(quantity), unit=unit, lot=lot, serials=serials.split())
        with session.begin_nested():
            move(session, source=source, target=target, lines=[line], key=f"page/{key}", note=note)
    except (DomainError, ValidationError) as error:
        return _refused(session, request, locale, sku, error, source, "move", typed | {"key": key})
    return back(link(f"/stock/sku/{sku}", place=target, said="moved"))


@router.post("/sku/{sku}/adjust", dependencies=OURS)
def adjust_it(
    session: Writing, request: Request, locale: CallerLocale, sku: SkuPath, key: Key, held: _Held = "",
    more: Literal["", "true"] = "", quantity: _Short = "", unit: _Short = "pack", reason: _Short = "", note: _Note = "",
    serials: _Serials = "",
) -> Response:  # fmt: skip
    """Put right what the books say of a lot in a place, for a reason."""
    place, _, lot = held.partition(" ")
    typed = {
        "held": held, "more": more, "quantity": quantity, "unit": unit, "reason": reason, "note": note, "serials": serials,
    }  # fmt: skip
    try:
        line = Moving(sku=sku, quantity=digits(quantity), unit=unit, lot=lot, serials=serials.split())
        with session.begin_nested():
            adjust(session, place=place, lines=[(line, 1 if more else -1)], reason=reason, key=f"page/{key}", note=note)
    except (DomainError, ValidationError) as error:
        return _refused(session, request, locale, sku, error, place, "adjust", typed | {"key": key})
    return back(link(f"/stock/sku/{sku}", place=place, said="adjusted"))


@router.post("/documents/{document}/back", dependencies=OURS)
def take_back(
    session: Writing, request: Request, locale: CallerLocale, document: Id, key: Key,
    sku: Annotated[str, Form(max_length=40)], place: _Place = "", note: _Note = "",
) -> Response:  # fmt: skip
    """Take a whole document back by a correction; seen from a SKU's page, which shows it afterwards."""
    try:
        with session.begin_nested():
            ledger.reverse(session, document=document, key=f"page/{key}", note=note)
    except DomainError as error:
        typed = {"document": document, "note": note, "key": key}
        return _refused(session, request, locale, sku, error, place, "back", typed)
    return back(link(f"/stock/sku/{sku}", place=place, said="back"))


def digits(text: str) -> str:
    """A number as it is typed or copied from a page, where narrow spaces stand between thousands."""
    return "".join(text.split())


def _refused(
    session: Session, request: Request, locale: Locale, sku: str, error: DomainError | ValidationError, place: str, form: str,
    typed: dict[str, Any],
) -> Response:  # fmt: skip
    """The page of the SKU with the fault and everything that was typed."""
    if isinstance(error, KeyUsed):
        typed |= {"key": new_key()}
    fault = refused(session, error, locale)
    known = place if fault.status != 404 else ""
    return sku_page(session, request, locale, sku, fault.status, place=known, typed=typed, refused=form, fault=fault)


def refused(session: Session, error: DomainError | ValidationError, locale: Locale) -> Fault:
    """Why a form of stock came back, in the reader's words."""
    return refusal(session, SentBefore() if isinstance(error, KeyUsed) else error, locale, _LABELS)
