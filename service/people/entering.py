"""From a request to a sign-in: by password, or by a link that works once. Owns its transactions: a failure must be counted."""

from __future__ import annotations

from fastapi import Request

from service.database import Database
from service.people.caller import MACHINE, Caller
from service.people.cookies import secret_in
from service.people.guard import visitor
from service.people.links import accept, use_link
from service.people.signing_in import WrongPassword, enter, find_by_password, note_failure, refuse_guessing

__all__ = ["by_link", "by_password", "for_person", "joined"]


def by_password(request: Request, *, login: str, password: str) -> str:
    """The secret of a new sign-in. Raises `TooManyAttempts`, `WrongPassword`."""
    database: Database = request.app.state.database
    key: bytes = request.app.state.key
    address = visitor(request).address or ""
    with database.reading() as session:
        refuse_guessing(session, login=login, address=address, key=key)
        person = find_by_password(session, login=login, password=password)
    if person is None:
        with database.writing() as session:
            note_failure(session, login=login, address=address, key=key)
        raise WrongPassword()
    return for_person(request, person.id)


def by_link(request: Request, secret: str) -> str:
    """The secret of a new sign-in, for a link from the console. Raises `LinkUsed`."""
    database: Database = request.app.state.database
    with database.acting(MACHINE).writing() as session:
        person = use_link(session, secret, purpose="enter").person_id
    assert person is not None
    return for_person(request, person)


def joined(request: Request, secret: str, *, login: str, name: str, password: str) -> str | None:
    """Take an invitation: a new person gets a sign-in, whose secret is returned; who is signed in just joins.

    Raises `LinkUsed`, `LoginTaken`, `PasswordTooWeak`, `WrongLogin`; the invitation then stays good.
    """
    database: Database = request.app.state.database
    caller: Caller | None = request.state.caller
    with database.acting(caller or visitor(request)).writing() as session:
        person = accept(session, secret, login=login, name=name, password=password).id
    return None if caller else for_person(request, person)


def for_person(request: Request, person: int) -> str:
    """The secret of a new sign-in of somebody who has just proved who they are."""
    database: Database = request.app.state.database
    whence: Caller = visitor(request)
    with database.acting(whence).writing() as session:
        return enter(
            session, person=person, key=request.app.state.key, address=whence.address or "",
            agent=request.headers.get("user-agent", ""), old=secret_in(request),
        )  # fmt: skip
