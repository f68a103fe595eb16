"""Organisations of the installation: made, renamed, shared, closed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.authored import words_for
from service.errors import DomainError
from service.http.kinds import KeyPath
from service.http.languages import CallerLocale
from service.i18n import Locale, Message
from service.people.answers import OrganisationChange, OrganisationWanted
from service.people.caller import caller_of
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.people.links import invite
from service.people.organisations import change_organisation, find_organisation, list_organisations, make_organisation
from service.people.reach import act_for
from service.people.recognising import operator
from service.people.rights import KIND_NAMES, ROLE_NAMES, ROLES, Role
from service.web.layout import back, page

router = APIRouter(route_class=Guarded, prefix="/organisations", include_in_schema=False)
Reading = Annotated[Session, reading("organisations:manage")]
Writing = Annotated[Session, writing("organisations:manage")]
OURS = [Depends(form_is_ours)]
Typed = Annotated[str, Form(max_length=120)]


@router.get("")
def organisations(session: Reading, request: Request, locale: CallerLocale) -> HTMLResponse:
    """All of them."""
    return _page(session, request, locale)


def _page(session: Session, request: Request, locale: Locale, status: int = 200, **values: Any) -> HTMLResponse:
    names = {kind: Message(name).say(locale) for kind, name in KIND_NAMES.items()}
    roles = {role: Message(name).say(locale) for role, name in ROLE_NAMES.items()}
    given = {"fault": None, "chosen": {}, "link": None, "purpose": None} | values
    return page(
        request, locale, "organisations.html", status, organisations=list_organisations(session), kinds=names,
        roles=ROLES, role_names=roles, **given,
    )  # fmt: skip


@router.post("", dependencies=OURS)
def make(
    session: Writing, request: Request, locale: CallerLocale, key: Typed = "", kind: Typed = "merchant",
    name_zh: Typed = "", name_ru: Typed = "",
) -> Response:  # fmt: skip
    """A new one; a mistake brings the form back."""
    chosen = {"key": key, "kind": kind, "name_zh": name_zh, "name_ru": name_ru}
    try:
        make_organisation(session, **OrganisationWanted.model_validate(chosen).model_dump())
    except ValidationError as error:
        said = [
            f"{item['loc'][0]}: " + " ".join(part.say(locale) for part in words_for(item)) for item in error.errors()
        ]
        return _page(session, request, locale, 422, fault=" ".join(said), chosen=chosen)
    except DomainError as error:
        return _page(session, request, locale, error.status, fault=error.say(locale), chosen=chosen)
    return back("/organisations")


@router.post("/{key}", dependencies=OURS)
def change(
    session: Writing, request: Request, locale: CallerLocale, key: KeyPath, name_zh: Typed = "", name_ru: Typed = "",
    shares_catalogue: Annotated[bool, Form()] = False, active: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Rename, share, close or open."""
    try:
        wanted = OrganisationChange(
            name_zh=name_zh or None, name_ru=name_ru or None, shares_catalogue=shares_catalogue, active=active
        )
        change_organisation(session, find_organisation(session, key), **wanted.model_dump())
    except DomainError as error:
        return _page(session, request, locale, error.status, fault=error.say(locale))
    return back("/organisations")


@router.post("/{key}/invitations", dependencies=OURS)
def first_person(
    session: Writing,
    request: Request,
    locale: CallerLocale,
    key: KeyPath,
    role: Annotated[list[Role] | None, Form()] = None,
) -> HTMLResponse:
    """An invitation into any organisation, for its first person above all."""
    caller = caller_of(session)
    act_for(session, operator(session, find_organisation(session, key).key))
    link = f"{request.base_url}join/{invite(session, roles=role or ['admin'])}"
    act_for(session, caller)
    return _page(session, request, locale, 201, link=link, purpose="invite")
