"""Batches: what was changed in one go, by whom, what it did to each card; taken back whole."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.batches import BatchOver, batch_page, find_batch
from service.catalog.history import batch_changes
from service.catalog.jobs import BatchWanted
from service.catalog.models import Batch
from service.http.kinds import Id
from service.http.languages import CallerLocale
from service.http.paging import After
from service.i18n import N_, Locale, Message
from service.jobs.api import JobShown, shown
from service.jobs.models import FINAL, STATE_NAMES, Job
from service.jobs.ordering import order
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.fields import Fields
from service.web.layout import back, page

router = APIRouter(route_class=Guarded, prefix="/catalogue/batches", include_in_schema=False)
Reading = Annotated[Session, reading("catalogue:read")]
Writing = Annotated[Session, writing("catalogue:write")]
OURS = [Depends(form_is_ours)]
CARDS = 25  # on a page of a batch
KINDS = {
    "import": N_("import"), "bulk": N_("bulk edit"), "undo": N_("taking back"), "merge": N_("merge of cards"),
}  # fmt: skip
STATES = {
    "applying": N_("under way"), "applied": N_("applied"), "undone": N_("taken back"), "broken": N_("broken off"),
}  # fmt: skip


@router.get("")
def batches(session: Reading, request: Request, locale: CallerLocale, after: After = None) -> HTMLResponse:
    """The organisation's batches, newest first."""
    rows, following = batch_page(session, after=after, limit=50)
    return page(request, locale, "batches.html", rows=rows, following=following, after=after, **_names(locale))


def _names(locale: Locale) -> dict[str, dict[str, str]]:
    return {
        name: {key: Message(title).say(locale) for key, title in titles.items()}
        for name, titles in (("kinds", KINDS), ("states", STATES), ("job_states", STATE_NAMES))
    }


@router.get("/{batch}")
def batch(session: Reading, request: Request, locale: CallerLocale, batch: Id, after: After = None) -> HTMLResponse:
    """One batch: what it did to each card, and what came of taking it back."""
    found = find_batch(session, batch)
    changes, following = batch_changes(session, batch, after=after, limit=CARDS)
    making, undoing = _job_of(session, request, locale, found.job_id), _undoing(session, request, locale, found)
    over = making is None or making.state in FINAL
    free = undoing is None or undoing.state in FINAL
    return page(
        request, locale, "batch.html", batch=found, changes=changes, following=following, after=after,
        fields=Fields(locale), undoing=undoing, broken_off=found.state == "applying" and over,
        may_undo=found.kind in ("import", "bulk") and found.state in ("applied", "applying", "broken") and over and free
        and request.state.caller.may("catalogue:write"), **_names(locale),
    )  # fmt: skip


def _job_of(session: Session, request: Request, locale: Locale, number: int | None) -> JobShown | None:
    job = session.scalar(select(Job).where(Job.id == number)) if number else None
    return shown(job, locale, request.app.state.queue) if job else None


def _undoing(session: Session, request: Request, locale: Locale, batch: Batch) -> JobShown | None:
    """The newest job that takes this batch back, or the one that did it."""
    if batch.kind == "undo":
        return _job_of(session, request, locale, batch.job_id)
    of_it = Job.parameters["batch"].as_integer() == batch.id
    job = session.scalar(select(Job).where(Job.kind == "catalogue.undo", of_it).order_by(Job.id.desc()).limit(1))
    return shown(job, locale, request.app.state.queue) if job else None


@router.post("/{batch}/undo", dependencies=OURS)
def undo(session: Writing, batch: Id) -> Response:
    """Take it back: a job. Cards changed since are left alone and named on the batch's page."""
    if find_batch(session, batch).state == "undone":
        raise BatchOver(batch=batch)
    order(session, kind="catalogue.undo", parameters=BatchWanted(batch=batch))
    return back(f"/catalogue/batches/{batch}")
