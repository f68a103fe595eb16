"""The queue of drafts that wait for a reader: what is due first, exact ones taken at once, what lacks a counterpart drafted."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from service.errors import DomainError, NotFound
from service.http.kinds import Id
from service.http.languages import CallerLocale
from service.i18n import N_, Locale, Message
from service.jobs.api import shown
from service.jobs.ordering import find_job, order
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.translation.filling import own_cards
from service.translation.jobs import FillWanted
from service.translation.machine.packages import packages
from service.translation.reviewing import accept_exact
from service.web.layout import back, page
from service.web.posting import Fault, day_of, refusal, today
from service.web.translation_queue import DUE, ORIGINS, STATES, Narrowed, Queue, count_waiting
from service.web.translation_words import TranslationWords, answered_languages, card_names

__all__ = ["DecidedMeanwhile", "router"]

router = APIRouter(route_class=Guarded, prefix="/translation", include_in_schema=False)
Reading = Annotated[Session, reading("texts:translate")]
Writing = Annotated[Session, writing("texts:translate")]
Reviewing = Annotated[Session, writing("texts:review")]
OURS = [Depends(form_is_ours)]
SHOWN = 25  # drafts on a page
AT_ONCE = 200  # exact ones accepted by one press
_Short = Annotated[str, Form(max_length=100, pattern=r"^[^\x00]*$")]
_Number = Annotated[int, Query(ge=1, le=10_000)]
_Count = Annotated[int, Query(ge=0, le=AT_ONCE)]


class DecidedMeanwhile(DomainError):
    """Somebody else was quicker."""

    status = 409
    title = N_("Somebody else has decided one of these drafts meanwhile; nothing was changed.")
    remedy = N_("Look at the queue as it stands now and press once more.")


@router.get("")
def queue(
    session: Reading, request: Request, locale: CallerLocale, wanted: Narrowed, number: Annotated[_Number, Query(alias="page")] = 1,
    said: Annotated[str, Query(max_length=20)] = "", done: _Count = 0, left: _Count = 0,
) -> HTMLResponse:  # fmt: skip
    """The queue, narrowed by language, deadline, card and origin."""
    return _queue(session, request, locale, wanted, number=number, said=said, done=done, left=left)


def _queue(
    session: Session,
    request: Request,
    locale: Locale,
    wanted: Queue,
    status: int = 200,
    *,
    number: int = 1,
    **values: Any,
) -> HTMLResponse:
    day = today(locale)
    drafts, more = wanted.page(session, day, number=number, size=SHOWN)
    languages = answered_languages(session)
    counts = count_waiting(session, day)
    mine = [one for one in ("zh", "ru") if one in languages and wanted.to in ("", one)]
    narrow = wanted.product or wanted.due
    exact = len(wanted.exact(session, mine, day, most=AT_ONCE)) if narrow else sum(counts.exact[one] for one in mine)
    given = {"fault": None, "said": "", "done": 0, "left": 0, "typed": {"to": "", "due_on": ""}} | values
    return page(
        request, locale, "translation.html", status, drafts=drafts, more=more, number=number, wanted=wanted, counts=counts, languages=languages,
        exact=min(exact, AT_ONCE), origins=ORIGINS, dues=DUE, states=STATES, says=TranslationWords(locale, card_names(session, [one.product_id for one in drafts])),
        **given,
    )  # fmt: skip


@router.get("/exact")
@router.get("/fill")
def again(_session: Reading, locale: CallerLocale) -> Response:
    """Where a refused form stands; read in another language it begins anew."""
    return RedirectResponse(f"/translation?lang={locale}", status_code=303)


@router.post("/exact", dependencies=OURS)
def take_exact(session: Reviewing, request: Request, locale: CallerLocale, wanted: Narrowed) -> Response:
    """Accept what the memory holds word for word, in the languages the reader answers for; what something stands against stays."""
    languages = sorted(answered_languages(session))
    drafts = wanted.exact(session, languages, today(locale), most=AT_ONCE)
    try:
        with session.begin_nested():
            done = accept_exact(session, drafts)
            session.flush()
    except StaleDataError:
        session.expire_all()
        return _refused(session, request, locale, wanted, DecidedMeanwhile())
    except DomainError as error:
        return _refused(session, request, locale, wanted, error)
    address = wanted.address(said="exact", done=len(done), left=len(drafts) - len(done))
    return RedirectResponse(address, status_code=303)


@router.post("/fill", dependencies=OURS)
def fill(
    session: Writing, request: Request, locale: CallerLocale, to: _Short = "", due_on: _Short = "", product: _Short = "",
) -> Response:  # fmt: skip
    """Have drafted what lacks a counterpart: of all one's own cards or of one, into both languages or one."""
    try:
        keys = [product.strip()] if product.strip() else None
        if keys and not own_cards(session, keys):
            raise NotFound(kind=Message(N_("The product")), name=keys[0][:60])
        due = day_of(due_on) if due_on.strip() else None
        wanted = FillWanted.model_validate({"locale": to or None, "products": keys, "due_on": due})
        job = order(session, kind="translate.fill", parameters=wanted)
    except (DomainError, ValueError) as error:
        typed = {"to": to, "due_on": due_on}
        return _refused(session, request, locale, Queue(), error, typed=typed)
    return back(f"/translation/fill/{job.id}")


@router.get("/fill/{job}")
def filled(session: Reading, request: Request, locale: CallerLocale, job: Id) -> HTMLResponse:
    """How far the drafting is; then what was made, and what only a machine could say."""
    found = find_job(session, job)
    if found.kind != "translate.fill":
        raise NotFound(kind=Message(N_("The job")), name=str(job))
    machine = bool(packages(request.app.state.settings.mt_dir))
    return page(
        request, locale, "translation_fill.html", job=shown(found, locale, request.app.state.queue), report=found.result or {}, machine=machine,
        says=TranslationWords(locale),
    )  # fmt: skip


def _refused(
    session: Session, request: Request, locale: Locale, wanted: Queue, error: Exception, **values: Any
) -> HTMLResponse:
    fault: Fault = refusal(session, error, locale, {"locale": N_("Language"), "products": N_("Card")})  # type: ignore[arg-type]
    return _queue(session, request, locale, wanted, fault.status, fault=fault, **values)
