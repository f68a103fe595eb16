"""In and out: sign-in, sign-out, and links that work once."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from service.errors import DomainError
from service.http.languages import CallerLocale
from service.i18n import Locale
from service.people.cookies import give_cookie, refuse_foreign, take_cookie
from service.people.entering import by_link, by_password, joined
from service.people.guard import Anybody, AnybodyWriting, Guarded, KnownWriting, form_is_ours
from service.people.links import LinkUsed, organisation_of_link, set_password, use_link
from service.people.passwords import LEAST
from service.people.signing_in import sign_out
from service.web.layout import back, page, within

router = APIRouter(route_class=Guarded, include_in_schema=False)
OURS = [Depends(form_is_ours)]
Typed = Annotated[str, Form(max_length=200)]


@router.get("/login")
def login_page(_session: Anybody, request: Request, locale: CallerLocale, next: str = "/", said: str = "") -> Response:
    """The form; who is signed in already goes on."""
    if request.state.caller is not None:
        return RedirectResponse(within(next), status_code=303)
    return page(request, locale, "login.html", next=within(next), login="", fault=None, said=said)


@router.post("/login")
def sign_in(
    request: Request, locale: CallerLocale, login: Typed = "", password: Typed = "", next: Typed = "/"
) -> Response:
    """Sign in by password; a mistake brings the form back."""
    try:
        refuse_foreign(request)
        secret = by_password(request, login=login, password=password)
    except DomainError as error:
        return page(
            request,
            locale,
            "login.html",
            error.status,
            next=within(next),
            login=login,
            fault=error.say(locale),
            said="",
        )
    response = back(within(next))
    give_cookie(request, response, secret)
    return response


@router.post("/logout", dependencies=OURS)
def leave(session: KnownWriting) -> Response:
    """Sign out of this browser."""
    sign_out(session)
    response = back("/login")
    take_cookie(response)
    return response


@router.get("/enter/{secret}")
def enter_by_link(request: Request, session: Anybody, secret: str) -> Response:
    """The link that `amurlive run` prints. Opened a second time by who is in already, it just leads in."""
    response = back("/")
    try:
        give_cookie(request, response, by_link(request, secret))
    except LinkUsed:
        if request.state.caller is None:
            raise
    return response


@router.get("/join/{secret}")
def join_page(session: Anybody, request: Request, locale: CallerLocale, secret: str) -> HTMLResponse:
    """An invitation, shown to a new person or to one who is signed in."""
    return _invitation(session, request, locale, secret)


def _invitation(
    session: Session, request: Request, locale: Locale, secret: str, status: int = 200, **values: Any
) -> HTMLResponse:
    link = use_link(session, secret, purpose="invite", look=True)
    where = organisation_of_link(session, link)
    given = {"login": "", "name": "", "fault": None} | values
    return page(
        request, locale, "join.html", status, where={"zh": where.name_zh, "ru": where.name_ru}, least=LEAST, **given
    )


@router.post("/join/{secret}", dependencies=OURS)
def join(
    session: Anybody, request: Request, locale: CallerLocale, secret: str,
    login: Typed = "", name: Typed = "", password: Typed = "",
) -> Response:  # fmt: skip
    """Take the invitation; a mistake brings the form back and leaves the invitation good."""
    try:
        new = joined(request, secret, login=login, name=name, password=password)
    except LinkUsed:
        raise
    except DomainError as error:
        return _invitation(
            session, request, locale, secret, error.status, login=login, name=name, fault=error.say(locale)
        )
    response = back("/" if new else "/account", "" if new else "joined")
    if new:
        give_cookie(request, response, new)
    return response


@router.get("/password/{secret}")
def password_page(session: Anybody, request: Request, locale: CallerLocale, secret: str) -> HTMLResponse:
    """A new password by a link."""
    use_link(session, secret, purpose="reset", look=True)
    return page(request, locale, "password.html", least=LEAST, fault=None)


@router.post("/password/{secret}", dependencies=OURS)
def new_password(
    session: AnybodyWriting, request: Request, locale: CallerLocale, secret: str, password: Typed = ""
) -> Response:
    """Take the new password; then sign in with it."""
    try:
        with session.begin_nested():
            set_password(session, secret, password=password)
    except LinkUsed:
        raise
    except DomainError as error:
        return page(request, locale, "password.html", error.status, least=LEAST, fault=error.say(locale))
    return back("/login", "password")
