"""Links that work once: an invitation into an organisation, a new password, or straight into the house from its own console."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import now
from service.errors import DomainError
from service.i18n import N_
from service.people.audit import record
from service.people.caller import MACHINE, caller_of
from service.people.models import HOST, Link, Membership, Organisation, Person
from service.people.passwords import hash_password
from service.people.persons import find_member, may_grant
from service.people.reach import act_for
from service.people.rights import Role
from service.people.secrets import digest_of, new_secret
from service.people.signing_in import change_password, normal

__all__ = ["LinkUsed", "LoginTaken", "accept", "invite", "link_in", "reset", "set_password", "use_link"]

LASTS = {"enter": timedelta(hours=24), "invite": timedelta(days=7), "reset": timedelta(hours=24)}


class LinkUsed(DomainError):
    """The link is unknown, used or too old."""

    status = 410
    title = N_("This link has been used, is too old, or never existed.")
    remedy = N_("Ask whoever gave it to you for a new one.")


class LoginTaken(DomainError):
    """Another person has this login."""

    status = 409
    title = N_("The login “{login}” is taken.")
    remedy = N_("Choose another one; if it is yours, sign in first and open the invitation then.")


class WrongLogin(DomainError):
    """A login that could be mistaken."""

    title = N_("A login has 3 to 80 characters without spaces.")
    remedy = N_("A work e-mail address or a short name is good.")


def invite(session: Session, *, roles: Collection[Role], note: str = "") -> str:
    """A link to join the caller's organisation in these roles; seven days. Raises `BeyondYourRights`."""
    caller = caller_of(session)
    may_grant(session, roles=roles)
    secret = _make(session, "invite", organisation=caller.organisation, roles=sorted(roles), note=note)
    record(session, "person.invited", note or "—", roles=sorted(roles))
    return secret


def reset(session: Session, *, login: str) -> str:
    """A link to a new password for somebody in the caller's care; one day. Raises `NotFound`, `NotInYourCare`."""
    person = find_member(session, login)
    organisation = caller_of(session).organisation
    secret = _make(session, "reset", organisation=organisation, person=person.id)
    record(session, "person.reset", person.login)
    return secret


def link_in(session: Session, *, person: int) -> str:
    """A link that signs a person in from this machine's console; one day."""
    return _make(session, "enter", organisation=HOST, person=person)


def _make(session: Session, purpose: str, *, organisation: int, person: int | None = None, roles: list[Role] | None = None, note: str = "") -> str:  # fmt: skip
    secret = new_secret()
    session.add(
        Link(
            purpose=purpose, digest=digest_of(secret), organisation_id=organisation, person_id=person, roles=roles or [],
            note=note[:80] or None, made_by=caller_of(session).person, expires_at=now() + LASTS[purpose],
        )
    )  # fmt: skip
    session.flush()
    return secret


def use_link(session: Session, secret: str, *, purpose: str, look: bool = False) -> Link:
    """Use a link up (or only `look` whether it still works). Raises `LinkUsed`."""
    query = select(Link).where(Link.digest == digest_of(secret), Link.purpose == purpose).with_for_update()
    link = session.scalar(query)
    if link is None or link.used_at is not None or link.expires_at <= now():
        raise LinkUsed()
    if not look:
        link.used_at = now()
    return link


def accept(session: Session, secret: str, *, login: str = "", name: str = "", password: str = "") -> Person:
    """Join by an invitation: the caller who is signed in, or a new person. Raises `LinkUsed`, `LoginTaken`, `PasswordTooWeak`."""
    link = use_link(session, secret, purpose="invite")
    caller = caller_of(session)
    if caller.person is not None:
        person = session.get_one(Person, caller.person)
    else:
        act_for(session, MACHINE)
        person = new_person(session, login=login, name=name, password=password)
    for role in link.roles:
        session.merge(Membership(person_id=person.id, organisation_id=link.organisation_id, role=role))
    session.flush()
    record(session, "person.joined", person.login, organisation=link.organisation_id, roles=list(link.roles))
    return person


def new_person(session: Session, *, login: str, name: str, password: str, locale: str | None = None) -> Person:
    """Somebody new, with no role yet. Raises `WrongLogin`, `LoginTaken`, `PasswordTooWeak`."""
    kept = normal(login)
    if not 3 <= len(kept) <= 80 or any(sign.isspace() or not sign.isprintable() for sign in kept):
        raise WrongLogin()
    if session.scalar(select(Person.id).where(Person.login == kept)) is not None:
        raise LoginTaken(login=kept)
    shown = " ".join(name.split())[:80] or kept
    person = Person(login=kept, name=shown, password=hash_password(password, login=kept), locale=locale)
    session.add(person)
    session.flush()
    return person


def set_password(session: Session, secret: str, *, password: str) -> Person:
    """Take a new password by a link. Raises `LinkUsed`, `PasswordTooWeak`."""
    link = use_link(session, secret, purpose="reset")
    person = session.get_one(Person, link.person_id)
    act_for(session, MACHINE)
    change_password(session, person=person, new=password)
    return person


def organisation_of_link(session: Session, link: Link) -> Organisation:
    """Where an invitation leads to."""
    return session.get_one(Organisation, link.organisation_id)
