"""The term base on pages: searched, a concept read with its wordings, written and retired; candidates accepted or refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.exc import StaleDataError

from service.errors import DomainError, NotFound
from service.http.languages import CallerLocale
from service.http.paging import After
from service.i18n import N_, Locale, Message
from service.jobs.ordering import order
from service.language.russian.grammar import CASES
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.people.reach import organisation_of
from service.translation.jobs import HarvestWanted
from service.translation.models import Concept, Term
from service.translation.terms.cards import Card, card_from, proposed
from service.translation.terms.concepts import STATUSES, Status, TermLocale
from service.translation.terms.domains import domains
from service.translation.terms.editing import (
    ConceptChanged,
    accept_candidate,
    add_concept,
    candidate_page,
    change_concept,
    concept,
    confirm_card,
    refuse_candidate,
    retire_concept,
)
from service.translation.terms.searching import search_terms
from service.translation.terms.sets import meaning_of
from service.web.layout import back, page
from service.web.posting import Fault, refusal
from service.web.translation_queue import Queue
from service.web.translation_term_form import ConceptForm, as_given, as_shown, suggested_key
from service.web.translation_words import TranslationWords, word_list

router = APIRouter(route_class=Guarded, prefix="/translation/terms", include_in_schema=False)
Reading = Annotated[Session, reading("catalogue:read")]
Looking = Annotated[Session, reading("texts:review")]
Reviewing = Annotated[Session, writing("texts:review")]
OURS = [Depends(form_is_ours)]
SHOWN = 50
CASE_NAMES = {"nom": N_("nominative"), "gen": N_("genitive"), "dat": N_("dative"), "acc": N_("accusative"), "ins": N_("instrumental"), "loc": N_("prepositional")}  # fmt: skip
LOCALES: tuple[TermLocale, ...] = get_args(TermLocale)
_Key = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
_Words = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]
_Short = Annotated[str, Form(max_length=400, pattern=r"^[^\x00]*$")]
_Said = Annotated[str, Query(max_length=20)]
_Version = Annotated[int, Form(ge=1, lt=2**31)]
_Form = Annotated[ConceptForm, Depends(as_given)]


@router.get("")
def terms(
    session: Reading, request: Request, locale: CallerLocale, q: _Words = "", domain: Annotated[str, Query(max_length=40, pattern=r"^[a-z_]*$")] = "",
    status: Literal["", "preferred", "admitted", "deprecated", "forbidden", "candidate"] = "", after: After = None, said: _Said = "",
) -> HTMLResponse:  # fmt: skip
    """Concepts some words lead to: a part of a word, any Russian form, pinyin or its initials."""
    found, following = search_terms(session, q, domain=domain or None, status=status or None, after=after, limit=SHOWN)
    return page(
        request, locale, "translation_terms.html", q=q, domain=domain, status=status, found=found, following=following, after=after, said=said,
        domains=domains(), statuses=STATUSES, candidates=_candidates(session), word_list=word_list, queue=Queue(), says=TranslationWords(locale),
    )  # fmt: skip


def _candidates(session: Session) -> int:
    """How many candidates wait for somebody."""
    own = Concept.organisation_id == organisation_of(session)
    waiting = select(Term.concept_id).where(Term.status == "candidate")
    query = select(func.count(Concept.id)).where(own, Concept.valid_to.is_(None), Concept.id.in_(waiting))
    return session.scalar(query) or 0


@router.get("/candidates")
def candidates(
    session: Reading, request: Request, locale: CallerLocale, after: After = None, said: _Said = ""
) -> HTMLResponse:
    """Words found in reviewed pairs that nobody has decided on."""
    rows, following = candidate_page(session, after=after, limit=SHOWN)
    return page(
        request, locale, "translation_candidates.html", found=[(row, meaning_of(row)) for row in rows], following=following, after=after, said=said,
        says=TranslationWords(locale),
    )  # fmt: skip


@router.post("/candidates", dependencies=OURS)
def decide(session: Reviewing, do: Annotated[Literal["harvest", "refuse"], Form()], key: _Short = "") -> Response:
    """Refuse a candidate, or look for more in the memory."""
    if do == "harvest":
        order(session, kind="terms.harvest", parameters=HarvestWanted())
        return back("/jobs")
    refuse_candidate(session, key)
    return back("/translation/terms/candidates", "refused")


@router.get("/new")
def new(session: Looking, request: Request, locale: CallerLocale) -> HTMLResponse:
    """An empty concept."""
    return _form(session, request, locale, None, as_shown(None))


@router.post("/new", dependencies=OURS)
def add(session: Reviewing, request: Request, locale: CallerLocale, form: _Form) -> Response:
    """Keep a new concept."""
    try:
        with session.begin_nested():
            made = add_concept(session, form.meaning(form.key))
    except DomainError as error:
        return _form(session, request, locale, None, form, fault=refusal(session, error, locale, {}))
    return back(f"/translation/terms/{made.key}", "saved")


@router.get("/{key}")
def one(session: Reading, request: Request, locale: CallerLocale, key: _Key, said: _Said = "") -> HTMLResponse:
    """A concept with its wordings: those to write, those to avoid, their grammar and measure words."""
    return _one(session, request, locale, key, said=said)


def _one(
    session: Session, request: Request, locale: Locale, key: str, status: int = 200, **values: Any
) -> HTMLResponse:
    rows = session.scalars(select(Concept).options(selectinload(Concept.terms)).where(Concept.key == key)).all()
    own = organisation_of(session)
    row = min(rows, key=lambda each: (each.organisation_id != own, each.id), default=None)
    if row is None:
        raise NotFound(kind=Message(N_("The concept")), name=key)
    meaning = meaning_of(row)
    confirmed = {each.text: card_from(each.card) for each in meaning.of("ru")}
    drafts = {text: proposed(text) for text, card in confirmed.items() if card is None}
    given = {"said": "", "fault": None} | values
    return page(
        request, locale, "translation_term.html", status, row=row, meaning=meaning, own=row.organisation_id == own, confirmed=confirmed, drafts=drafts,
        cases=[(case, Message(CASE_NAMES[case.value]).say(locale)) for case in CASES], candidate=_is_candidate(row), statuses=STATUSES,
        says=TranslationWords(locale), **given,
    )  # fmt: skip


def _is_candidate(row: Concept) -> bool:
    return any(each.status == "candidate" for each in row.terms)


@router.post("/{key}", dependencies=OURS)
def act(
    session: Reviewing, request: Request, locale: CallerLocale, key: _Key, do: Annotated[Literal["retire", "refuse", "confirm"], Form()],
    version: _Version, text: _Short = "", singular: _Short = "", plural: _Short = "",
) -> Response:  # fmt: skip
    """Let a concept hold no longer, refuse a candidate, or answer for a wording's forms."""
    try:
        with session.begin_nested():
            if do == "confirm":
                confirm_card(session, key, text, _card(text, singular, plural), version=version)
                return_to, said = f"/translation/terms/{key}", "confirmed"
            else:
                if concept(session, key).version != version:
                    raise ConceptChanged(key=key)
                retire_concept(session, key)
                return_to, said = ("/translation/terms/candidates", "refused") if do == "refuse" else (f"/translation/terms/{key}", "retired")  # fmt: skip
    except (DomainError, StaleDataError) as error:
        known = error if isinstance(error, DomainError) else ConceptChanged(key=key)
        session.expire_all()
        fault = refusal(session, known, locale, {})
        return _one(session, request, locale, key, fault.status, fault=fault)
    return back(return_to, said)


def _card(text: str, singular: str, plural: str) -> Card:
    """The forms as somebody has read them; gender and the rest as the dictionary says."""
    known = proposed(text)
    rows = [tuple(part.strip() for part in line.split(",")) if line.strip() else () for line in (singular, plural)]
    number = None if all(rows) else "sg" if rows[0] else "pl"
    return Card(known.gender if known else None, known.animate if known else False, number, rows[0], rows[1])


@router.get("/{key}/edit")
def edit(session: Looking, request: Request, locale: CallerLocale, key: _Key) -> HTMLResponse:
    """A concept as it stands, in a form; a candidate with a key of its own proposed."""
    row = concept(session, key)
    form = as_shown(meaning_of(row), version=row.version)
    if _is_candidate(row):
        form = form.promoted(suggested_key(meaning_of(row)))
    return _form(session, request, locale, row, form)


@router.post("/{key}/edit", dependencies=OURS)
def save(session: Reviewing, request: Request, locale: CallerLocale, key: _Key, form: _Form) -> Response:
    """Write a concept anew, or make a candidate one."""
    row = concept(session, key)
    candidate = _is_candidate(row)
    try:
        with session.begin_nested():
            meaning = form.meaning((form.key or key) if candidate else key, meaning_of(row))
            if candidate:
                kept = accept_candidate(session, key, meaning, version=form.version)
            else:
                kept = change_concept(session, meaning, version=form.version)
            session.flush()
    except (DomainError, StaleDataError) as error:
        known = error if isinstance(error, DomainError) else ConceptChanged(key=key)
        session.expire_all()
        return _form(session, request, locale, concept(session, key), form, fault=refusal(session, known, locale, {}))
    return back(f"/translation/terms/{kept.key}", "saved")


def _form(
    session: Session, request: Request, locale: Locale, row: Concept | None, form: ConceptForm, *, fault: Fault | None = None
) -> HTMLResponse:  # fmt: skip
    """The form; refused, with what was typed and, if somebody else has changed the concept, the way to see how it stands."""
    return page(
        request, locale, "translation_term_edit.html", fault.status if fault else 200, row=row, form=form, fault=fault, locales=LOCALES,
        candidate=row is not None and _is_candidate(row), statuses=[each for each in get_args(Status) if each != "candidate"], domains=domains(),
        says=TranslationWords(locale),
    )  # fmt: skip
