"""Who did what, newest first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from service.http.kinds import WordQuery
from service.http.languages import CallerLocale
from service.http.paging import After
from service.people.api import read_audit, read_verified
from service.people.guard import Guarded, reading
from service.web.layout import page

router = APIRouter(route_class=Guarded, include_in_schema=False)


@router.get("/audit")
def audit(
    session: Annotated[Session, reading("audit:read")], request: Request, locale: CallerLocale, action: WordQuery = None,
    after: After = None,
) -> HTMLResponse:  # fmt: skip
    """The record with its filter, and whether its chain holds."""
    found = read_audit(session, action=action or None, thing=None, after=after, limit=50)
    return page(request, locale, "audit.html", found=found, action=action or "", verified=read_verified(session))
