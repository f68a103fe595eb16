"""Background work: what runs, how far it is, what it made; orders for what this page can order."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from service.http.kinds import Id
from service.http.languages import CallerLocale
from service.http.paging import After
from service.i18n import Message
from service.jobs.api import read_jobs
from service.jobs.kinds import KINDS, Nothing
from service.jobs.models import STATE_NAMES
from service.jobs.ordering import cancel, order
from service.livestream.jobs import DocumentsWanted, ScriptsWanted
from service.livestream.shows import list_shows
from service.people.caller import caller_of
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.layout import back, page

router = APIRouter(route_class=Guarded, prefix="/jobs", include_in_schema=False)
Reading = Annotated[Session, reading("jobs:run")]
Writing = Annotated[Session, writing("jobs:run")]
OURS = [Depends(form_is_ours)]


@router.get("")
def jobs(session: Reading, request: Request, locale: CallerLocale, after: After = None) -> HTMLResponse:
    """The organisation's jobs, newest first."""
    found = read_jobs(session, request, locale, after=after, limit=50)
    caller = caller_of(session)
    kinds = [(k.name, Message(k.title).say(locale)) for k in KINDS.values() if caller.may(k.right)]
    states = {state: Message(name).say(locale) for state, name in STATE_NAMES.items()}
    shows = any(show.scripts for show in list_shows(session))
    return page(request, locale, "jobs.html", found=found, kinds=kinds, states=states, shows=shows)


@router.post("", dependencies=OURS)
def start(session: Writing, kind: Annotated[str, Form(max_length=40)]) -> Response:
    """Order a job; those about shows take all shows that have a script."""
    keys = [show.key for show in list_shows(session) if show.scripts][:200]
    model = KINDS[kind].parameters if kind in KINDS else Nothing
    about_shows = model in (DocumentsWanted, ScriptsWanted)
    order(session, kind=kind, parameters=model.model_validate({"shows": keys} if about_shows else {}))
    return back("/jobs")


@router.post("/{job}/cancel", dependencies=OURS)
def stop(session: Writing, job: Id) -> Response:
    """Cancel a job."""
    cancel(session, job=job)
    return back("/jobs")
