"""The only way an endpoint gets a session: by naming the right it needs.

    session: Annotated[Session, reading("catalogue:read")]
    session: Annotated[Session, writing("prices:write")]

Sessions close before the answer leaves (`scope="function"`): else a failing commit would still have said 200.
A test walks all routes: each has a right or stands in the list of public ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import DomainError
from service.i18n import N_
from service.people.caller import Caller
from service.people.cookies import refuse_foreign, secret_in
from service.people.reach import act_for
from service.people.recognising import NotSignedIn, by_cookie, by_token, note_use
from service.people.rights import Right

__all__ = [
    "Anybody",
    "AnybodyWriting",
    "Known",
    "KnownWriting",
    "NotAllowed",
    "form_is_ours",
    "reading",
    "recognise",
    "visitor",
    "writing",
]

_SAFE = ("GET", "HEAD", "OPTIONS")


class NotAllowed(DomainError):
    """The caller's roles, or the token's scopes, do not include this right."""

    status = 403
    title = N_("Your roles here do not allow this: {right}.")
    remedy = N_("Ask an administrator of your organisation, or use a token with this scope.")


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def recognise(request: Request, session: Session) -> Caller | None:
    """Who calls: by a token in the Authorization header, else by cookie. Raises `NotSignedIn` for a token that is no good."""
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        caller = by_token(session, secret.strip()) if scheme.lower() == "bearer" else None
        if caller is None:
            raise NotSignedIn()
    else:
        secret = secret_in(request) or ""
        caller = by_cookie(session, secret) if secret else None
        if caller and request.method not in _SAFE and not getattr(request.state, "form_is_ours", False):
            refuse_foreign(request)
    return replace(caller, **_whence(request)) if caller else None


def _whence(request: Request) -> dict[str, Any]:
    return {
        "address": request.client.host if request.client else None,
        "request": getattr(request.state, "request_id", None),
    }


def _demand(request: Request, session: Session, right: Right | None) -> Caller:
    caller = recognise(request, session)
    if caller is None:
        raise NotSignedIn()
    if right is not None and not caller.may(right):
        raise NotAllowed(right=right)
    request.state.caller = caller
    return caller


def reading(right: Right | None) -> Any:
    """A session that reads as the caller, who must hold `right` (None: must only be signed in)."""

    def open_session(request: Request) -> Iterator[Session]:
        with _database(request).reading() as session:
            act_for(session, _demand(request, session, right))
            yield session

    return Depends(_named(open_session, right), scope="function")


def writing(right: Right | None) -> Any:
    """A session that writes as the caller, committed before the answer leaves."""

    def open_session(request: Request) -> Iterator[Session]:
        database = _database(request)
        with database.reading() as session:
            caller = _demand(request, session, right)
        with database.acting(caller).writing() as session:
            if caller.token is not None:
                note_use(session, caller.token)
            yield session

    return Depends(_named(open_session, right), scope="function")


def _named(dependency: Callable[..., Any], right: Right | None) -> Callable[..., Any]:
    setattr(dependency, "right", right)  # noqa: B010 (read by the description of the API and the test of all routes)
    return dependency


def visitor(request: Request) -> Caller:
    """A visitor: no organisation, no rights; only the code of people itself works for them."""
    return Caller(organisation=0, name="—", **_whence(request))


def form_is_ours(request: Request, csrf: Annotated[str, Form(max_length=200)] = "") -> None:
    """Stands before every form of a page. Raises `ForeignForm` unless the form's token belongs to this browser's sign-in."""
    refuse_foreign(request, token=csrf)
    request.state.form_is_ours = True


def _anybody(request: Request) -> Iterator[Session]:
    with _database(request).reading() as session:
        caller = recognise(request, session)
        request.state.caller = caller
        act_for(session, caller or visitor(request))
        yield session


def _anybody_writing(request: Request) -> Iterator[Session]:
    database = _database(request)
    with database.reading() as session:
        caller = recognise(request, session)
        request.state.caller = caller
    with database.acting(caller or visitor(request)).writing() as session:
        yield session


Anybody = Annotated[Session, Depends(_anybody, scope="function")]
AnybodyWriting = Annotated[Session, Depends(_anybody_writing, scope="function")]
Known = Annotated[Session, reading(None)]
KnownWriting = Annotated[Session, writing(None)]
