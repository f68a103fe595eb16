"""Signing in and out, with a brake: who guesses passwords has to wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.database import now
from service.errors import DomainError
from service.i18n import N_
from service.people.audit import record
from service.people.caller import Caller, caller_of
from service.people.models import Attempt, Membership, Organisation, Person, SignIn
from service.people.passwords import hash_password, matches
from service.people.reach import act_for
from service.people.recognising import NotSignedIn, by_cookie
from service.people.secrets import digest_of, keyed, new_secret
from service.people.tokens import revoke_all

__all__ = ["LASTS", "NoSuchRole", "TooManyAttempts", "WrongPassword", "change_password", "enter", "find_by_password", "note_failure", "refuse_guessing", "sign_out", "switch"]  # fmt: skip

LASTS = timedelta(days=14)
WINDOW = timedelta(minutes=15)
PER_LOGIN, PER_ADDRESS = 5, 30


class WrongPassword(DomainError):
    """Login and password do not belong together; which of the two is wrong is not told."""

    status = 401
    title = N_("Login or password is wrong.")
    remedy = N_("Check both; an administrator can give you a link to a new password.")


class TooManyAttempts(DomainError):
    """Too many failed sign-ins for this login or from this address."""

    status = 429
    headers = {"Retry-After": str(int(WINDOW.total_seconds()))}
    title = N_("Too many failed attempts to sign in.")
    remedy = N_("Wait {minutes} min and try again, or ask an administrator for a link.")


class NoSuchRole(DomainError):
    """The person holds no role there."""

    status = 403
    title = N_("You hold no role in this organisation.")
    remedy = N_("Ask its administrator for an invitation.")


def normal(login: str) -> str:
    """A login as it is kept: letters of any script, without outer spaces, case-folded."""
    return login.strip().casefold()


def refuse_guessing(session: Session, *, login: str, address: str, key: bytes) -> None:
    """Raises `TooManyAttempts` after five failures of one login, or thirty from one address, within a quarter of an hour."""
    since = now() - WINDOW
    for text, most in ((f"login:{normal(login)}", PER_LOGIN), (f"address:{address}", PER_ADDRESS)):
        query = select(func.count()).where(Attempt.what == keyed(key, "attempt", text), Attempt.at > since)
        if (session.scalar(query) or 0) >= most:
            raise TooManyAttempts(minutes=int(WINDOW.total_seconds() // 60))


def note_failure(session: Session, *, login: str, address: str, key: bytes) -> None:
    """Count a failure, and forget those that no longer matter."""
    session.execute(delete(Attempt).where(Attempt.at < now() - WINDOW))
    for text in (f"login:{normal(login)}", f"address:{address}"):
        session.add(Attempt(what=keyed(key, "attempt", text)))


def find_by_password(session: Session, *, login: str, password: str) -> Person | None:
    """The person whom login and password belong to. Takes as long for unknown logins; slow on purpose (argon2id)."""
    person = session.scalar(select(Person).where(Person.login == normal(login), Person.active))
    return person if matches(password, person.password if person else None) else None


def enter(session: Session, *, person: int, key: bytes, address: str, agent: str, old: str | None = None) -> str:
    """Open a sign-in and return its secret for the cookie; one the browser had before ends (rotation at every sign-in).

    A person who may sign in again has proved who they are: their login's failures are forgotten. Raises `NoSuchRole`.
    """
    found = session.get_one(Person, person)
    query = (
        select(Membership.organisation_id)
        .join(Organisation)
        .where(Membership.person_id == person, Organisation.active)
        .order_by(Membership.organisation_id)
    )
    last = select(SignIn.organisation_id).where(SignIn.person_id == person).order_by(SignIn.id.desc()).limit(1)
    places = list(session.scalars(query))
    if not places or not found.active:
        raise NoSuchRole()
    before = session.scalar(last)
    if old:
        session.execute(delete(SignIn).where(SignIn.digest == digest_of(old)))
    session.execute(delete(SignIn).where(SignIn.expires_at < now()))
    session.execute(delete(Attempt).where(Attempt.what == keyed(key, "attempt", f"login:{found.login}")))
    secret = new_secret()
    session.add(
        SignIn(
            digest=digest_of(secret), person_id=person, organisation_id=before if before in places else places[0],
            expires_at=now() + LASTS, address=address[:45], agent=agent[:200],
        )
    )  # fmt: skip
    session.flush()
    caller = by_cookie(session, secret)
    if caller is None:
        raise NotSignedIn()
    act_for(session, _at(caller, session))
    record(session, "person.sign-in", found.login)
    return secret


def _at(caller: Caller, session: Session) -> Caller:
    """The same caller with the address of the request that is being served."""
    before = session.info.get("caller")
    return replace(caller, address=before.address, request=before.request) if isinstance(before, Caller) else caller


def sign_out(session: Session, *, everywhere: bool = False) -> None:
    """End this sign-in, or all of this person."""
    caller = caller_of(session)
    which = SignIn.person_id == caller.person if everywhere else SignIn.id == caller.sign_in
    session.execute(delete(SignIn).where(which))
    record(session, "person.sign-out", caller.name, everywhere=everywhere)


def switch(session: Session, *, organisation: str) -> None:
    """Act for another of one's organisations from now on; raises `NoSuchRole`."""
    caller = caller_of(session)
    query = (
        select(Membership.organisation_id)
        .join(Organisation)
        .where(Membership.person_id == caller.person, Organisation.key == organisation, Organisation.active)
    )
    found = session.scalar(query.limit(1))
    if found is None:
        raise NoSuchRole()
    session.get_one(SignIn, caller.sign_in).organisation_id = found


def change_password(session: Session, *, person: Person, new: str) -> None:
    """Set a new password: every sign-in and every token of the person ends. Raises `PasswordTooWeak`."""
    person.password = hash_password(new, login=person.login)
    person.version += 1
    session.execute(delete(SignIn).where(SignIn.person_id == person.id))
    revoke_all(session, person=person.id)
    record(session, "person.password", person.login)
