"""Sheets of cards: fetched as XLSX or CSV, sent, checked, mended, taken over. What takes long is a job; this page follows it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.catalog.columns import column_named, column_of, template_columns
from service.catalog.families import families
from service.catalog.jobs import ExportWanted, SheetWanted
from service.catalog.sheets.planning import SheetMapping
from service.catalog.sheets.refusing import MOST_COLUMNS, MOST_ROWS
from service.catalog.sheets.taking import find_profile, keep_profile, keep_upload, profiles
from service.catalog.sheets.template import template
from service.catalog.sheets.writing import MEDIA
from service.errors import DomainError, NotFound
from service.http.kinds import Id
from service.http.languages import CallerLocale
from service.i18n import N_, Locale, Message
from service.jobs.api import shown
from service.jobs.models import STATE_NAMES, Job
from service.jobs.ordering import find_job, order
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.fields import Fields
from service.web.layout import back, page

router = APIRouter(route_class=Guarded, prefix="/catalogue/sheets", include_in_schema=False)
Reading = Annotated[Session, reading("catalogue:read")]
Writing = Annotated[Session, writing("catalogue:write")]
Exporting = Annotated[Session, writing("catalogue:read")]
OURS = [Depends(form_is_ours)]
FOLLOWED = ("catalogue.check", "catalogue.take", "catalogue.export")
ASKED = 60  # columns with a list of fields: more would make a page of megabytes
SHEET_FORMS = Literal["xlsx", "csv"]
_Word = Annotated[str, Form(max_length=120)]


class NoFile(DomainError):
    """The form came without a file."""

    title = N_("No file was chosen.")
    remedy = N_("Choose the sheet on your computer, then send it.")


class BadMapping(DomainError):
    """Columns or a name that cannot be kept."""

    title = N_("This mapping of columns cannot be kept.")
    remedy = N_("Choose the fields from the lists; at most 200 columns can be mapped by hand.")


@router.get("")
def sheets(session: Reading, request: Request, locale: CallerLocale) -> HTMLResponse:
    """What a sheet may hold, the empty one and one's own cards to fetch, and the form to send one."""
    return _sheets(session, request, locale)


def _sheets(session: Session, request: Request, locale: Locale, status: int = 200, **values: Any) -> HTMLResponse:
    fields = Fields(locale)
    return page(
        request, locale, "sheets.html", status, saved=[one.name for one in profiles(session)], families=families(),
        columns=[fields.name(path) for path in template_columns()], most=request.app.state.settings.max_upload >> 20,
        rows=MOST_ROWS, most_columns=MOST_COLUMNS, **({"fault": None} | values),
    )  # fmt: skip


@router.get("/template.{form}")
def empty(_session: Reading, locale: CallerLocale, form: SHEET_FORMS) -> Response:
    """The empty sheet."""
    name = f'attachment; filename="amurlive-{locale}.{form}"'
    headers = {"Content-Disposition": name, "Vary": "Accept-Language, Cookie"}
    return Response(template(form=form, locale=locale), media_type=MEDIA[form], headers=headers)


@router.post("/export", dependencies=OURS)
def export(session: Exporting, locale: CallerLocale, form: Annotated[SHEET_FORMS, Form()] = "xlsx") -> Response:
    """One's own cards as a sheet, in the reader's language."""
    job = order(session, kind="catalogue.export", parameters=ExportWanted(form=form, locale=locale))
    return back(f"/catalogue/sheets/{job.id}")


@router.post("/uploads", dependencies=OURS)
def send(
    session: Writing, request: Request, locale: CallerLocale, file: Annotated[UploadFile | None, File()] = None,
    profile: _Word = "", line: _Word = "", family: _Word = "", reviewed: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Keep the file and have it checked."""
    try:
        with session.begin_nested():
            content = file.file.read() if file else b""
            if not file or not file.filename:
                raise NoFile()
            kept = keep_upload(session, name=_plain_name(file.filename), content=content)
            mapping = find_profile(session, profile) if profile else SheetMapping()
    except DomainError as error:
        return _sheets(session, request, locale, error.status, fault=error.say(locale))
    given = {name: value for name, value in (("line", line), ("family", family)) if value}
    mapping = mapping.model_copy(update={"defaults": mapping.defaults | given})
    wanted = SheetWanted(upload=kept.id, mapping=mapping, reviewed=reviewed, locale=locale)
    return back(f"/catalogue/sheets/{order(session, kind='catalogue.check', parameters=wanted).id}")


def _plain_name(name: str) -> str:
    """Some browsers send a whole path; names are cut in front of their ending."""
    plain = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", name)[-1]).strip() or "sheet"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: 119 - len(ending)]}.{ending}" if dot and len(ending) < 10 else plain[:120]


@router.get("/{job}")
def sheet(
    session: Reading, request: Request, locale: CallerLocale, job: Id,
    columns: Annotated[Literal["unknown", "all"], Query()] = "unknown",
) -> Response:  # fmt: skip
    """A check, a taking over or an export: how far it is, then what came of it."""
    return _sheet(session, request, locale, _followed(session, job), columns=columns)


def _sheet(
    session: Session, request: Request, locale: Locale, found: Job, status: int = 200, *, columns: str = "unknown",
    **values: Any,
) -> Response:  # fmt: skip
    result = found.result or {}
    if found.kind == "catalogue.take" and result.get("batch"):
        return RedirectResponse(f"/catalogue/batches/{result['batch']}", status_code=303)
    fields = Fields(locale)
    understood = [*result.get("columns", {}).items()]
    asked = [header for header, path in understood if columns == "all" or not path][:ASKED]
    states = {state: Message(name).say(locale) for state, name in STATE_NAMES.items()}
    return page(
        request, locale, "sheet.html", status, job=shown(found, locale, request.app.state.queue), states=states,
        result=result, fields=fields, understood=understood, asked=asked,

        choices=list(fields.choices()), may_write=request.state.caller.may("catalogue:write"), **({"fault": None} | values),
    )  # fmt: skip


def _followed(session: Session, job: int, kind: str = "") -> Job:
    found = find_job(session, job)
    if found.kind not in ((kind,) if kind else FOLLOWED):
        raise NotFound(kind=Message(N_("The sheet")), name=str(job))
    return found


@router.post("/{job}/columns", dependencies=OURS)
def map_columns(
    session: Writing, request: Request, locale: CallerLocale, job: Id,
    header: Annotated[list[str] | None, Form(max_length=MOST_COLUMNS)] = None,
    field: Annotated[list[str] | None, Form(max_length=MOST_COLUMNS)] = None,
    name: Annotated[str, Form(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")] = "",
) -> Response:  # fmt: skip
    """Say which column is which, keep that under a name if one is given, and check again."""
    found = _followed(session, job, "catalogue.check")
    wanted = SheetWanted.model_validate(found.parameters)
    said = dict(zip(header or [], field or [], strict=False))
    columns = wanted.mapping.columns | {
        one: path for one, path in said.items() if path != _by_itself(one) or one in wanted.mapping.columns
    }
    try:
        _known_paths(said.values())
        mapping = SheetMapping.model_validate(wanted.mapping.model_dump() | {"columns": columns})
        if name.strip():
            keep_profile(session, name=name.strip(), mapping=mapping)
    except (DomainError, ValidationError) as error:
        words = error if isinstance(error, DomainError) else BadMapping()
        return _sheet(session, request, locale, found, 422, fault=words.say(locale))
    again = wanted.model_copy(update={"mapping": mapping, "profile": None, "locale": locale})
    return back(f"/catalogue/sheets/{order(session, kind='catalogue.check', parameters=again).id}")


def _by_itself(header: str) -> str:
    column = column_named(header)
    return column.path if column else ""


def _known_paths(paths: Any) -> None:
    if any(path and column_of(path) is None for path in paths):
        raise BadMapping()


@router.post("/{job}/again", dependencies=OURS)
def check_again(session: Writing, locale: CallerLocale, job: Id) -> Response:
    """Check the same file once more: the cards may have changed since."""
    return _follow(session, locale, job, "catalogue.check")


@router.post("/{job}/take", dependencies=OURS)
def take_over(session: Writing, locale: CallerLocale, job: Id) -> Response:
    """Take a checked sheet over."""
    return _follow(session, locale, job, "catalogue.take")


def _follow(session: Session, locale: Locale, job: int, kind: str) -> Response:
    found = find_job(session, job)
    if found.kind not in ("catalogue.check", "catalogue.take"):
        raise NotFound(kind=Message(N_("The sheet")), name=str(job))
    wanted = SheetWanted.model_validate(found.parameters).model_copy(update={"locale": locale})
    return back(f"/catalogue/sheets/{order(session, kind=kind, parameters=wanted).id}")
