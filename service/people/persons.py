"""People of an organisation and their roles. Nobody gives or takes what goes beyond their own rights."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of
from service.people.models import HOST, Membership, Organisation, Person, SignIn
from service.people.rights import ROLES, Kind, Right, Role, named, rights_of
from service.people.signing_in import normal
from service.people.tokens import BeyondYourRights, revoke_all

__all__ = ["LANGUAGES", "Language", "LastAdministrator", "NotInYourCare", "find_member", "list_members", "may_grant", "roles_in", "set_active", "set_languages", "set_roles"]  # fmt: skip

Language = Literal["zh", "ru"]
LANGUAGES: tuple[Language, ...] = ("zh", "ru")


class NotInYourCare(DomainError):
    """The person also works elsewhere, or has more rights."""

    status = 403
    title = N_("“{login}” also works for another organisation, or has more rights than you.")
    remedy = N_("An administrator of the installation can do this.")


class LastAdministrator(DomainError):
    """Without an administrator nobody could let anybody in again."""

    status = 409
    title = N_("“{login}” is the last administrator of the installation.")
    remedy = N_("Make somebody else an administrator first.")


def list_members(session: Session) -> list[Person]:
    """People who hold a role in the caller's organisation, by login."""
    caller = caller_of(session)
    member = select(Membership.person_id).where(Membership.organisation_id == caller.organisation)
    query = select(Person).where(Person.id.in_(member)).order_by(Person.login)
    return list(session.scalars(query.options(selectinload(Person.memberships))))


def roles_in(person: Person, organisation: int) -> list[str]:
    """The roles a person holds in one organisation, in the usual order."""
    held = {membership.role for membership in person.memberships if membership.organisation_id == organisation}
    return [role for role in ROLES if role in held]


def find_member(session: Session, login: str) -> Person:
    """Somebody the caller may look after. Raises `NotFound` for a stranger, `NotInYourCare` for one who is more."""
    caller = caller_of(session)
    person = _look_up(session, login)
    if caller.may("organisations:manage"):
        return person
    elsewhere = any(membership.organisation_id != caller.organisation for membership in person.memberships)
    if elsewhere or not _rights(session, set(roles_in(person, caller.organisation))) <= caller.rights:
        raise NotInYourCare(login=person.login)
    return person


def _look_up(session: Session, login: str) -> Person:
    """A member of the caller's organisation; anybody at all for those who operate the installation."""
    members = {person.login: person for person in list_members(session)}
    person = members.get(normal(login))
    if person is None and caller_of(session).may("organisations:manage"):
        person = session.scalar(select(Person).where(Person.login == normal(login)))
    if person is None:
        raise NotFound(kind=Message(N_("The person")), name=login, known=members)
    return person


def may_grant(session: Session, *, roles: Collection[Role]) -> None:
    """Raises `BeyondYourRights` if these roles could do in this organisation what the caller cannot."""
    caller = caller_of(session)
    beyond = _rights(session, roles) - caller.rights
    if beyond:
        raise BeyondYourRights(rights=[named(right) for right in sorted(beyond)])


def _rights(session: Session, roles: Collection[str]) -> frozenset[Right]:
    caller = caller_of(session)
    kind: Kind = session.get_one(Organisation, caller.organisation).kind  # type: ignore[assignment]
    return rights_of(frozenset(roles), kind=kind, host=caller.organisation == HOST)  # type: ignore[arg-type]


def set_roles(session: Session, *, login: str, roles: Collection[Role]) -> Person:
    """Give a person exactly these roles in the caller's organisation; none takes them out of it, and their tokens end.

    Raises `NotFound`, `BeyondYourRights`, `LastAdministrator`.
    """
    caller = caller_of(session)
    person = _look_up(session, login)
    held = roles_in(person, caller.organisation)
    may_grant(session, roles={*roles, *held})  # type: ignore[arg-type]
    if caller.organisation == HOST and "admin" in held and "admin" not in roles:
        _keep_one(session, person)
    here = (Membership.person_id == person.id) & (Membership.organisation_id == caller.organisation)
    session.execute(delete(Membership).where(here))
    session.add_all(
        Membership(person_id=person.id, organisation_id=caller.organisation, role=role) for role in sorted(set(roles))
    )
    if not roles:
        revoke_all(session, person=person.id, organisation=caller.organisation)
    person.version += 1
    session.flush()
    session.refresh(person, ["memberships"])
    record(session, "person.roles", person.login, before=held, after=sorted(set(roles)))
    return person


def set_active(session: Session, *, login: str, active: bool) -> Person:
    """Close or open a person's account: a closed one cannot get in, its sign-ins and tokens end.

    Raises `NotFound`, `NotInYourCare`, `LastAdministrator`.
    """
    person = find_member(session, login)
    if not active:
        if "admin" in roles_in(person, HOST):
            _keep_one(session, person)
        session.execute(delete(SignIn).where(SignIn.person_id == person.id))
        revoke_all(session, person=person.id)
    person.active = active
    person.version += 1
    record(session, "person.opened" if active else "person.closed", person.login)
    return person


def set_languages(session: Session, *, login: str, languages: Collection[Language]) -> Person:
    """Note exactly these languages as those in which a person may answer for a text; none: in no language.

    Raises `NotFound`, `NotInYourCare`.
    """
    person = find_member(session, login)
    before, after = list(person.languages), [str(one) for one in LANGUAGES if one in languages]
    if before != after:
        person.languages = after
        person.version += 1
        session.flush()
        record(session, "person.languages", person.login, before=before, after=after)
    return person


def _keep_one(session: Session, person: Person) -> None:
    query = (
        select(func.count())
        .select_from(Membership)
        .join(Person)
        .where(
            Membership.organisation_id == HOST, Membership.role == "admin", Person.active, Person.id != person.id
        )
    )  # fmt: skip
    if not session.scalar(query):
        raise LastAdministrator(login=person.login)
