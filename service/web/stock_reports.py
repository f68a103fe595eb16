"""Stock reports of other warehouses and marketplaces: what they say, what the books held then, what explains the difference."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from service.catalog.files import Key as PlaceKey
from service.errors import DomainError
from service.http.kinds import Id
from service.http.languages import CallerLocale
from service.http.paging import After
from service.i18n import N_, Locale, Message
from service.inventory.counting.models import StockReport
from service.inventory.counting.reports import Reason, find_report, put_right, reconcile, report_page, take_report
from service.inventory.places import HOLDING, place_list
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.layout import back, page
from service.web.posting import Key, Said, file_name, local_moment, names_in, new_key, once, refusal
from service.web.sheets import NoFile

router = APIRouter(route_class=Guarded, prefix="/stock/reports", include_in_schema=False)
Reading = Annotated[Session, reading("stock:read")]
Writing = Annotated[Session, writing("stock:write")]
OURS = [Depends(form_is_ours)]
_Short = Annotated[str, Form(max_length=200, pattern=r"^[^\x00]*$")]


class Reporting(BaseModel):
    """Of which place the report is."""

    place: PlaceKey


@router.get("")
def reports(session: Reading, request: Request, locale: CallerLocale, after: After = None) -> HTMLResponse:
    """All reports, newest first, and the form to send one."""
    return _list(session, request, locale, after=after)


def _list(
    session: Session, request: Request, locale: Locale, status: int = 200, *, after: str | None = None, **values: Any
) -> HTMLResponse:
    rows, following = report_page(session, after=after, limit=20)
    given = {"fault": None, "typed": {"place": "", "as_of": ""}} | values
    return page(
        request, locale, "stock_reports.html", status, rows=rows, following=following, differing=_differing, key=new_key,
        places=[place for place in place_list(session) if place.kind in HOLDING], **given,
    )  # fmt: skip


def _differing(one: StockReport) -> int:
    """Lines that differ and are not put right yet."""
    return sum(line.reported != line.ours and line.document_id is None for line in one.lines)


@router.post("/uploads", dependencies=OURS)
def send(
    session: Writing, request: Request, locale: CallerLocale, key: Key, place: _Short = "", as_of: _Short = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:  # fmt: skip
    """Take a report and compare it. Nothing is changed by that."""
    content = file.file.read() if file else b""
    typed = {"place": place, "as_of": as_of}

    def work() -> Said:
        if not file or not file.filename:
            raise NoFile()
        where, moment = Reporting.model_validate(typed).place, local_moment(as_of, locale)
        report, again = take_report(session, place=where, name=file_name(file), content=content, as_of=moment)
        return Said(to=f"/stock/reports/{report.id}", said="again" if again else "")

    try:
        done = once(request, session, key, typed | {"size": len(content)}, work)
    except (DomainError, ValidationError) as error:
        fault = refusal(session, error, locale, _LABELS)
        return _list(session, request, locale, fault.status, fault=fault, typed=typed)
    return back(done.to, done.said)


@router.get("/{number}")
def report(session: Reading, request: Request, locale: CallerLocale, number: Id, said: str = "") -> HTMLResponse:
    """One report: what differs and why, and what was put right."""
    return _report(session, request, locale, number, said=said)


def _report(
    session: Session, request: Request, locale: Locale, number: int, status: int = 200, **values: Any
) -> HTMLResponse:
    one = find_report(session, number)
    found = reconcile(session, one)
    righted = [line for line in one.lines if line.document_id is not None]
    skus = [each.line.sku for each in found] + [line.sku for line in righted]
    return page(
        request, locale, "stock_report.html", status, one=one, found=found, righted=righted, key=new_key, why=lambda reason: _why(reason).say(locale),
        agreeing=len(one.lines) - len(found) - len(righted), goods=names_in(session, skus, locale), **({"fault": None, "said": ""} | values),
    )  # fmt: skip


@router.post("/{number}/lines/{line}", dependencies=OURS)
def take_over(session: Writing, request: Request, locale: CallerLocale, number: Id, line: Id, key: Key) -> Response:
    """Their number becomes ours."""

    def work() -> Said:
        put_right(session, report=number, line=line)
        return Said(to=f"/stock/reports/{number}", said="righted")

    try:
        done = once(request, session, key, {}, work)
    except DomainError as error:
        fault = refusal(session, error, locale, _LABELS)
        return _report(session, request, locale, number, fault.status, fault=fault)
    return back(done.to, done.said)


def _why(reason: Reason) -> Message:
    """What may explain a difference, in words."""
    one, many = _REASONS[reason.kind, reason.packs > 0]
    return Message(one, {"packs": abs(reason.packs)}, many, number=abs(reason.packs))


_REASONS = {
    ("since", True): (N_("{packs} pack came in after the report"), N_("{packs} packs came in after the report")),
    ("since", False): (N_("{packs} pack left after the report"), N_("{packs} packs left after the report")),
    ("late", True): (N_("the arrival of {packs} pack was entered only later"), N_("the arrival of {packs} packs was entered only later")),
    ("late", False): (N_("that {packs} pack had left was entered only later"), N_("that {packs} packs had left was entered only later")),
    ("sold", False): (N_("{packs} pack is sold and not picked yet"), N_("{packs} packs are sold and not picked yet")),
    ("coming", True): (N_("{packs} pack is still on its way here"), N_("{packs} packs are still on their way here")),
}  # fmt: skip
_LABELS = {"place": N_("Place")}
