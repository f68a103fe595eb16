"""People of the organisation: who is here, in which roles; invitations, new passwords."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from service.errors import DomainError
from service.http.kinds import NamePath
from service.http.languages import CallerLocale
from service.i18n import Locale, Message
from service.people.api import person_shown
from service.people.caller import caller_of
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.people.links import invite, reset
from service.people.persons import LANGUAGES, Language, list_members, set_active, set_languages, set_roles
from service.people.rights import ROLE_NAMES, ROLES, Role
from service.web.layout import back, page

router = APIRouter(route_class=Guarded, prefix="/people", include_in_schema=False)
Reading = Annotated[Session, reading("people:manage")]
Writing = Annotated[Session, writing("people:manage")]
OURS = [Depends(form_is_ours)]
Roles = Annotated[list[Role] | None, Form()]
Languages = Annotated[list[Language] | None, Form()]
OWN_NAMES = {"zh": "中文", "ru": "русский"}


@router.get("")
def members(session: Reading, request: Request, locale: CallerLocale) -> HTMLResponse:
    """Everybody who works for the organisation."""
    return _members(session, request, locale)


def _members(session: Session, request: Request, locale: Locale, status: int = 200, **values: Any) -> HTMLResponse:
    here = caller_of(session).organisation
    names = {role: Message(name).say(locale) for role, name in ROLE_NAMES.items()}
    return page(
        request, locale, "people.html", status, people=[person_shown(person, here) for person in list_members(session)],
        roles=ROLES, role_names=names, languages=LANGUAGES, own_names=OWN_NAMES, **({"link": None, "fault": None, "purpose": None} | values),
    )  # fmt: skip


@router.post("/invitations", dependencies=OURS)
def invitation(
    session: Writing, request: Request, locale: CallerLocale, role: Roles = None,
    note: Annotated[str, Form(max_length=80)] = "",
) -> HTMLResponse:  # fmt: skip
    """Make a link to hand over; it is on this page and never again."""
    try:
        link = f"{request.base_url}join/{invite(session, roles=role or ['streamer'], note=note)}"
    except DomainError as error:
        return _members(session, request, locale, error.status, fault=error.say(locale))
    return _members(session, request, locale, 201, link=link, purpose="invite")


@router.post("/{login}/roles", dependencies=OURS)
def roles(session: Writing, request: Request, locale: CallerLocale, login: NamePath, role: Roles = None) -> Response:
    """Exactly these roles; none takes the person out of the organisation."""
    try:
        set_roles(session, login=login, roles=role or [])
    except DomainError as error:
        return _members(session, request, locale, error.status, fault=error.say(locale))
    return back("/people")


@router.post("/{login}/languages", dependencies=OURS)
def languages(session: Writing, request: Request, locale: CallerLocale, login: NamePath, language: Languages = None) -> Response:  # fmt: skip
    """Exactly these languages; none: the person answers for no text."""
    try:
        set_languages(session, login=login, languages=language or [])
    except DomainError as error:
        return _members(session, request, locale, error.status, fault=error.say(locale))
    return back("/people")


@router.post("/{login}/active", dependencies=OURS)
def active(session: Writing, request: Request, locale: CallerLocale, login: NamePath, active: Annotated[bool, Form()]) -> Response:  # fmt: skip
    """Close an account, or open it again."""
    try:
        set_active(session, login=login, active=active)
    except DomainError as error:
        return _members(session, request, locale, error.status, fault=error.say(locale))
    return back("/people")


@router.post("/{login}/reset", dependencies=OURS)
def reset_password(session: Writing, request: Request, locale: CallerLocale, login: NamePath) -> HTMLResponse:
    """Make a link to a new password; it is on this page and never again."""
    try:
        link = f"{request.base_url}password/{reset(session, login=login)}"
    except DomainError as error:
        return _members(session, request, locale, error.status, fault=error.say(locale))
    return _members(session, request, locale, 201, link=link, purpose="reset")
