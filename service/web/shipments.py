"""Shipments: what is on the road and where, a new one, and the road of one with its next step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.errors import DomainError
from service.http.languages import CallerLocale
from service.http.paging import After
from service.http.versions import ChangedMeanwhile
from service.i18n import N_, Locale, Message
from service.inventory.files import StateEntry, routes, states, stock_rules
from service.inventory.refusing import NothingMoves
from service.inventory.scanning import scan
from service.inventory.shipping.models import Shipment
from service.inventory.shipping.packing import Packing, ShipmentGiven, draft
from service.inventory.shipping.refusing import ColdChain
from service.inventory.shipping.shipments import find_shipment, may_follow, route_named, shipment_page, under_way
from service.inventory.shipping.stepping import Arrived, Step, advance, cold_chain
from service.inventory.units import UNIT_NAMES, BadQuantity
from service.inventory.watching.levels import stock_page
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.layout import back, page
from service.web.posting import (
    Key,
    Said,
    both_banks,
    day_in,
    day_of,
    local_moment,
    names_in,
    new_key,
    once,
    refusal,
    today,
)

router = APIRouter(route_class=Guarded, prefix="/stock/shipments", include_in_schema=False)
Reading = Annotated[Session, reading("stock:read")]
Writing = Annotated[Session, writing("stock:write")]
OURS = [Depends(form_is_ours)]
LINES, OPEN_LINES = 12, 3  # of the form; those beyond the first few are folded away
OFFERED = 200  # SKUs named while one types
# The number is the last part of the address, whatever stands in it: people write HB/2611/07.
NumberPath = Annotated[str, Path(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Short = Annotated[str, Form(max_length=200, pattern=r"^[^\x00]*$")]
_Long = Annotated[str, Form(max_length=1000, pattern=r"^[^\x00]*$")]
_Column = Annotated[list[_Short] | None, Form(max_length=500)]


@dataclass(frozen=True)
class Way:
    """A route as it is offered: `closed` in the month one would leave."""

    key: str
    name: dict[str, str]
    days: list[int]
    closed: bool


class InLine(DomainError):
    """What is wrong with one line of the form."""

    title = N_("Line {line}: {what}")
    remedy = N_("{todo}")


class Names:
    """What templates ask of states, ways and vehicles."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def state(self, key: str) -> dict[str, str]:
        """A state in both languages."""
        return {"zh": states()[key].zh, "ru": states()[key].ru}

    def route(self, key: str) -> dict[str, str]:
        """A way in both languages; one that is offered no more is called by its key."""
        way = routes().get(key)
        return {"zh": way.zh, "ru": way.ru} if way else {"zh": key, "ru": key}

    def transport(self, key: str) -> dict[str, str]:
        """A kind of vehicle in both languages."""
        return next(({"zh": one.zh, "ru": one.ru} for one in stock_rules().transports if one.key == key), {"zh": key, "ru": key})  # fmt: skip

    def banks(self, moment: datetime) -> str:
        """By the clocks of both banks."""
        return both_banks(moment, self.locale)

    def day(self, day: Any) -> str:
        """A day, or a dash."""
        return day_in(day, self.locale) if day else "—"

    def late(self, one: Shipment) -> int:
        """Days a shipment is overdue."""
        if one.expected_on is None or not under_way(one):
            return 0
        return max(0, (today(self.locale) - one.expected_on).days)


@router.get("")
def shipments(
    session: Reading, request: Request, locale: CallerLocale, every: Annotated[bool, Query(alias="all")] = False, after: After = None,
) -> HTMLResponse:  # fmt: skip
    """Those that are not over, or all, newest first."""
    rows, following = shipment_page(session, after=after, limit=50, open_only=not every)
    return page(
        request, locale, "shipments.html", rows=rows, following=following, every=every, names=Names(locale),
        under_way=under_way,
    )  # fmt: skip


@router.get("/new")
def new(
    session: Reading, request: Request, locale: CallerLocale,
    sku: Annotated[str, Query(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")] = "",
) -> HTMLResponse:  # fmt: skip
    """The form of a new shipment; `sku` stands in its first line."""
    return _new(session, request, locale, typed={"lines": [{"sku": sku}] if sku else []})


def _new(
    session: Session, request: Request, locale: Locale, status: int = 200, *, typed: dict[str, Any], **values: Any
) -> HTMLResponse:
    stock, _ = stock_page(session, limit=OFFERED)
    lines = [*typed.pop("lines"), *({} for _ in range(LINES))][:LINES]
    try:
        departs = day_of(typed.get("departs_on", ""))
    except DomainError:
        departs = today(locale)
    ways = [
        Way(one.key, {"zh": one.zh, "ru": one.ru}, one.days, not one.open_in(departs.month))
        for one in routes().values()
    ]
    return page(
        request, locale, "shipment_new.html", status, ways=ways, transports=stock_rules().transports, lines=lines, open_lines=OPEN_LINES,
        units={unit: Message(name).say(locale) for unit, name in UNIT_NAMES.items()}, departs=departs, key=new_key,
        offered=names_in(session, [one.sku for one in stock], locale), names=Names(locale), typed=typed,
        **({"fault": None} | values),
    )  # fmt: skip


@router.post("/new", dependencies=OURS)
def prepare(
    session: Writing, request: Request, locale: CallerLocale, key: Key, number: _Short = "", route: _Short = "", departs_on: _Short = "",
    transport: _Short = "", note: _Long = "", sku: _Column = None, quantity: _Column = None, unit: _Column = None, lot: _Column = None,
) -> Response:  # fmt: skip
    """Prepare it; nothing moves yet."""
    columns = zip(sku or [], quantity or [], unit or [], lot or [], strict=False)
    lines = [dict(zip(("sku", "quantity", "unit", "lot"), row, strict=True)) for row in columns]
    typed: dict[str, Any] = {
        "number": number.strip(), "route": route, "departs_on": departs_on, "transport": transport, "note": note, "lines": lines,
    }  # fmt: skip
    try:
        done = once(request, session, key, typed, lambda: _prepared(session, typed))
    except (DomainError, ValidationError) as error:
        fault = refusal(session, error, locale, _LABELS)
        return _new(session, request, locale, fault.status, typed=typed, fault=fault)
    return back(done.to, done.said)


def _prepared(session: Session, typed: dict[str, Any]) -> Said:
    day, lines = day_of(typed["departs_on"]), _packing(session, typed["lines"])
    given = ShipmentGiven.model_validate(typed | {"departs_on": day, "lines": lines})
    return Said(to=_at(draft(session, given).number), said="prepared")


def _packing(session: Session, lines: Iterable[dict[str, str]]) -> list[Packing]:
    """The lines that hold anything; a SKU may be given by its bar code. Raises `InLine`, `ValidationError`."""
    found = []
    for number, line in enumerate(lines, 1):
        code, quantity, lot = (line[name].strip() for name in ("sku", "quantity", "lot"))
        if not code and not quantity and not lot:
            continue
        try:
            sku = scan(session, code).sku.code
            if not quantity:
                raise BadQuantity(quantity="")
        except DomainError as error:
            raise InLine(line=number, what=error.message(), todo=error.advice()) from None
        found.append(Packing(sku=sku, quantity=quantity, unit=line["unit"] or "pack", lot=lot or None))
    return found


@router.get("/{number:path}")
def shipment(
    session: Reading, request: Request, locale: CallerLocale, number: NumberPath, said: str = ""
) -> HTMLResponse:
    """The road of one shipment, its packing list, its next step."""
    return _shipment(session, request, locale, number, said=said)


def _shipment(
    session: Session, request: Request, locale: Locale, number: str, status: int = 200, **values: Any
) -> HTMLResponse:
    one, names = find_shipment(session, number), Names(locale)
    known = [states()[key] for key in may_follow(one)]
    cold = cold_chain(session, one, route_named(one.route)) if one.state == "draft" else []
    given: dict[str, Any] = {"said": "", "fault": None, "typed": {}} | values
    arriving = [line for line in one.lines if line.under_way]
    return page(
        request, locale, "shipment.html", status, one=one, names=names, key=new_key, under_way=under_way(one),
        usual=[state for state in known if not _amiss(state) and state.key != "received"], amiss=[state for state in known if _amiss(state)],
        arriving=arriving if any(state.key == "received" for state in known) else [],
        cold=_cold(cold, names) if cold else None,
        goods=names_in(session, [line.sku for line in one.lines], locale), troubles=_TROUBLES, **given,
    )  # fmt: skip


def _cold(problems: list[dict[str, Any]], names: Names) -> dict[str, Any]:
    """What the lots bear beside what the vehicle does, and the vehicles that suit them all."""
    lots = [(one["sku"], one["lot"], _degrees(one["low"]), _degrees(one["high"])) for one in problems]
    suiting = [one.key for one in stock_rules().transports if all(one.key in each["better"] for each in problems)]
    side = "ru" if names.locale == "ru" else "zh"
    return {
        "lots": lots, "coldest": _degrees(problems[0]["coldest"]), "warmest": _degrees(problems[0]["warmest"]),
        "better": [names.transport(key)[side] for key in suiting],
    }  # fmt: skip


def _degrees(value: Any) -> str:
    """With a true minus."""
    return str(value).replace("-", "−")


@router.post("/{number:path}/steps", dependencies=OURS)
def step(
    session: Writing, request: Request, locale: CallerLocale, number: NumberPath, key: Key, state: _Short,
    seen: Annotated[int, Form(ge=0, lt=2**31)], paper: _Short = "", happened_at: _Short = "", note: _Long = "", reason: _Long = "",
    line: Annotated[list[int] | None, Form(max_length=500)] = None, received: _Column = None, damaged: _Column = None,
) -> Response:  # fmt: skip
    """The next step. `seen` is the number of the step it follows, so that two who look at once do not both take it."""
    counts = dict(zip(line or [], zip(received or [], damaged or [], strict=False), strict=False))
    typed = {
        "state": state, "seen": seen, "paper": paper, "happened_at": happened_at, "note": note, "reason": reason, "counts": counts,
    }  # fmt: skip
    try:
        done = once(request, session, key, typed, lambda: _stepped(session, number, typed, locale))
    except (DomainError, ValidationError) as error:
        fault = refusal(session, error, locale, _LABELS)
        if cold := isinstance(error, ColdChain):
            fault = replace(fault, places=[])  # they stand on the page already
        cold = cold or bool(reason)
        return _shipment(session, request, locale, number, fault.status, fault=fault, typed=typed | {"cold": cold})
    return back(done.to, done.said)


def _stepped(session: Session, number: str, typed: dict[str, Any], locale: Locale) -> Said:
    one = find_shipment(session, number, hold=True)
    if one.events[-1].number != typed["seen"]:
        raise ChangedMeanwhile()
    given = Step.model_validate({name: typed[name] for name in ("state", "note")} | {
        "paper": typed["paper"].strip() or None, "reason": typed["reason"].strip() or None,
        "happened_at": _moment(one, typed["happened_at"], locale),
        "arrived": _arrived(one, typed["counts"]) if typed["state"] == "received" else None,
    })  # fmt: skip
    advance(session, number=number, step=given)
    return Said(to=_at(number), said="stepped")


def _moment(one: Shipment, typed: str, locale: Locale) -> datetime | None:
    """The typed moment; one in the minute of the last step stands for that step's very second, for people type whole minutes."""
    moment, last = local_moment(typed, locale), one.events[-1].happened_at
    return last if moment and moment < last < moment + timedelta(minutes=1) else moment


def _arrived(one: Shipment, counts: dict[int, tuple[str, str]]) -> list[Arrived]:
    """What was typed beside each line of the packing list. Raises `NothingMoves` if that is nothing, `BadQuantity`."""
    found = []
    for line in one.lines:
        if line.id in counts:
            received, damaged = (_whole(text) for text in counts[line.id])
            found.append(Arrived(sku=line.sku.code, lot=line.lot.code, received=received, damaged=damaged))
    if not any(each.received or each.damaged for each in found):
        raise NothingMoves()
    return found


def _whole(text: str) -> int:
    bare = text.strip() or "0"
    if not (bare.isascii() and bare.isdecimal() and len(bare) <= 12):
        raise BadQuantity(quantity=text[:40])
    return int(bare)


def _amiss(state: StateEntry) -> bool:
    """Whether a state is no part of a trip that goes well."""
    return state.ends or state.key in _TROUBLES


def _at(number: str) -> str:
    return f"/stock/shipments/{quote(number)}"


_TROUBLES = {
    "detained": N_("Customs hold the goods; they stay where they are."),
    "quarantine": N_("What is under way goes to quarantine until it is inspected."),
    "returned": N_("What is under way goes back to the sender's warehouse. The shipment is over."),
    "destroyed": N_("What is under way is written off by an act. The shipment is over."),
    "lost": N_("What is under way is written off. The shipment is over."),
    "cancelled": N_("The goods stay in, or go back to, the sender's warehouse. The shipment is over."),
}
_LABELS = {
    "number": N_("Number"), "route": N_("Route"), "departs_on": N_("Day of departure"), "transport": N_("Transport"), "note": N_("Note"),
    "sku": N_("SKU"), "quantity": N_("Quantity"), "unit": N_("Unit"), "lot": N_("Lot"), "lines": N_("Goods"), "paper": N_("Number of the paper"),
    "happened_at": N_("When it happened"), "reason": N_("Reason"), "state": N_("State"),
}  # fmt: skip
