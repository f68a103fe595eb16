"""Many cards changed alike: choose them, say what changes, look at every difference, apply, take back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.authored import words_for
from service.catalog.batches import STEP
from service.catalog.bulk import Operation, Preview, apply, preview
from service.catalog.columns import all_columns, column_of, header_of
from service.catalog.families import families
from service.catalog.files import Line
from service.catalog.jobs import BulkWanted, CardsChosen
from service.catalog.readiness import channels
from service.catalog.revising import text_place
from service.errors import DomainError
from service.http.languages import CallerLocale
from service.i18n import Locale
from service.jobs.ordering import order
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.layout import back, page

router = APIRouter(route_class=Guarded, prefix="/catalogue/bulk", include_in_schema=False)
Reading = Annotated[Session, reading("catalogue:write")]
Writing = Annotated[Session, writing("catalogue:write")]
OURS = [Depends(form_is_ours)]
ROWS = 3  # changes a form holds
_Word = Annotated[str, Form(max_length=200)]
_Values = Annotated[list[str] | None, Form(max_length=2000)]


@router.get("")
def choose(
    session: Reading, request: Request, locale: CallerLocale,
    q: Annotated[str, Query(max_length=200)] = "", line: Line | None = None,
    family: Annotated[str, Query(max_length=40)] = "", lacking: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:  # fmt: skip
    """The form, for all cards of one's own or those a search has found."""
    chosen = {"query": q, "line": line or "", "family": family, "lacking": lacking}
    return _form(request, locale, chosen=chosen, rows=[])


@router.post("/preview", dependencies=OURS)
def look(
    session: Reading, request: Request, locale: CallerLocale, query: _Word = "", line: _Word = "", family: _Word = "",
    lacking: _Word = "", field: _Values = None, do: _Values = None, find: _Values = None, value: _Values = None,
) -> HTMLResponse:  # fmt: skip
    """Every difference the change would make."""
    chosen = {"query": query, "line": line, "family": family, "lacking": lacking}
    rows = _rows(field, do, find, value)
    try:
        cards, operations = _read(chosen, rows)
        seen = preview(session, cards.as_filter(), operations)
    except (DomainError, ValidationError) as error:
        return _form(request, locale, 422, chosen=chosen, rows=rows, fault=_said(error, locale))
    return _form(request, locale, chosen=chosen, rows=rows, seen=seen)


@router.post("/apply", dependencies=OURS)
def take(
    session: Writing, request: Request, locale: CallerLocale, seal: Annotated[str, Form(max_length=64)],
    changed: Annotated[int, Form(ge=1)], query: _Word = "", line: _Word = "", family: _Word = "", lacking: _Word = "", field: _Values = None, do: _Values = None,
    find: _Values = None, value: _Values = None, reviewed: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Apply what was looked at: at once if it is little, else as a job."""
    chosen = {"query": query, "line": line, "family": family, "lacking": lacking}
    rows = _rows(field, do, find, value)
    seen: Preview | None = None
    try:
        cards, operations = _read(chosen, rows)
        if changed <= STEP:
            seen = preview(session, cards.as_filter(), operations)
            with session.begin_nested():
                batch = apply(lambda: nullcontext(session), seen, operations, seal=seal, reviewed=reviewed)
            return back(f"/catalogue/batches/{batch}" if batch else "/catalogue/bulk")
        wanted = BulkWanted(chosen=cards, operations=operations, seal=seal, reviewed=reviewed)
        order(session, kind="catalogue.edit", parameters=wanted)
    except (DomainError, ValidationError) as error:
        return _form(request, locale, 409, chosen=chosen, rows=rows, seen=seen, fault=_said(error, locale))
    return back("/jobs")


def _rows(field: Any, do: Any, find: Any, value: Any) -> list[dict[str, str]]:
    columns = [[*(one or []), *[""] * ROWS][:ROWS] for one in (field, do, find, value)]
    rows = [dict(zip(("field", "do", "find", "value"), row, strict=True)) for row in zip(*columns, strict=True)]
    return [row for row in rows if row["field"]]


def _read(chosen: dict[str, str], rows: Sequence[dict[str, str]]) -> tuple[CardsChosen, list[Operation]]:
    cards = CardsChosen.model_validate({name: value for name, value in chosen.items() if value})
    return cards, [Operation.model_validate(row) for row in rows]


def _said(error: DomainError | ValidationError, locale: Locale) -> str:
    if isinstance(error, DomainError):
        return error.say(locale)
    return " ".join(part.say(locale) for item in error.errors() for part in words_for(item))


def _form(request: Request, locale: Locale, status: int = 200, **values: Any) -> HTMLResponse:
    fields = [(path, header_of(path, locale)) for path in all_columns() if path not in ("key", "sku")]
    return page(
        request, locale, "bulk.html", status, rows_shown=ROWS, families=families(), channels=channels(),
        texts=[one for one in fields if text_place(one[0])], facts=[one for one in fields if not text_place(one[0])],
        shown=_Shown(locale), **({"seen": None, "fault": None} | values),
    )  # fmt: skip


class _Shown:
    """Fields and values as the reader knows them from sheets."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def field(self, path: str) -> str:
        """The field's name; of a SKU's field, with the SKU."""
        if path.startswith("sku."):
            code, _, part = path[4:].rpartition(".")
            return f"{header_of(part, self.locale)} · {code}"
        return header_of(path.removesuffix(".state"), self.locale)

    def value(self, path: str, value: Any) -> str:
        """The value as a sheet's cell would show it."""
        if value is None:
            return "—"
        column = column_of(path)
        return str(column.kind.write(value, self.locale)) if column else str(value)
