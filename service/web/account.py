"""One's own account: where one works, password, tokens, sign-ins."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.authored import words_for
from service.errors import DomainError
from service.http.kinds import Id
from service.http.languages import CallerLocale
from service.i18n import Locale, Message
from service.people.answers import TokenWanted
from service.people.api import me
from service.people.caller import caller_of
from service.people.cookies import take_cookie
from service.people.guard import Guarded, Known, KnownWriting, form_is_ours
from service.people.models import Person
from service.people.passwords import LEAST, matches
from service.people.rights import RIGHT_NAMES, RIGHTS, ROLE_NAMES
from service.people.signing_in import WrongPassword, change_password, sign_out, switch
from service.people.tokens import list_tokens, make_token, revoke
from service.web.layout import back, page

router = APIRouter(route_class=Guarded, prefix="/account", include_in_schema=False)
OURS = [Depends(form_is_ours)]


@router.get("")
def account(session: Known, request: Request, locale: CallerLocale, said: str = "") -> HTMLResponse:
    """Everything about oneself."""
    return _account(session, request, locale, said=said)


def _account(session: Session, request: Request, locale: Locale, status: int = 200, **values: Any) -> HTMLResponse:
    given = {"said": "", "fault": None, "secret": None} | values
    held = {right: Message(RIGHT_NAMES[right]).say(locale) for right in RIGHTS if caller_of(session).may(right)}
    return page(
        request, locale, "account.html", status, me=me(session), tokens=list_tokens(session), rights=held, least=LEAST,
        role_names={role: Message(name).say(locale) for role, name in ROLE_NAMES.items()}, **given,
    )  # fmt: skip


@router.post("/organisation", dependencies=OURS)
def act_elsewhere(session: KnownWriting, organisation: Annotated[str, Form(max_length=40)]) -> Response:
    """Act for another of one's organisations."""
    switch(session, organisation=organisation)
    return back("/account")


@router.post("/password", dependencies=OURS)
def password(
    session: KnownWriting, request: Request, locale: CallerLocale,
    old: Annotated[str, Form(max_length=200)] = "", new: Annotated[str, Form(max_length=200)] = "",
) -> Response:  # fmt: skip
    """Change the password; every sign-in and token ends, this one too."""
    person = session.get_one(Person, caller_of(session).person)
    try:
        if not matches(old, person.password):
            raise WrongPassword()
        change_password(session, person=person, new=new)
    except DomainError as error:
        return _account(session, request, locale, error.status, fault=error.say(locale))
    response = back("/login", "password")
    take_cookie(response)
    return response


@router.post("/tokens", dependencies=OURS)
def new_token(
    session: KnownWriting, request: Request, locale: CallerLocale, name: Annotated[str, Form(max_length=80)] = "",
    days: Annotated[str, Form(max_length=4)] = "90", scope: Annotated[list[str] | None, Form()] = None,
) -> HTMLResponse:  # fmt: skip
    """Make a token; its secret is on this page and never again."""
    try:
        wanted = TokenWanted.model_validate({"name": name, "days": days, "scopes": scope or []})
        _, secret = make_token(session, name=wanted.name, scopes=wanted.scopes, days=wanted.days)
    except ValidationError as error:
        said = [" ".join(part.say(locale) for part in words_for(item)) for item in error.errors()]
        return _account(session, request, locale, 422, fault=" ".join(said))
    except DomainError as error:
        return _account(session, request, locale, error.status, fault=error.say(locale))
    return _account(session, request, locale, 201, secret=secret)


@router.post("/tokens/{token}/revoke", dependencies=OURS)
def end_token(session: KnownWriting, token: Id) -> Response:
    """End a token at once."""
    revoke(session, token=token)
    return back("/account")


@router.post("/sign-out", dependencies=OURS)
def leave_everywhere(session: KnownWriting) -> Response:
    """End every sign-in of this person."""
    sign_out(session, everywhere=True)
    response = back("/login")
    take_cookie(response)
    return response
