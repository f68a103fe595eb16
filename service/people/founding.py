"""The first run on an empty database makes one administrator, whose random password is told once. There is no default."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.people.audit import record
from service.people.links import link_in, new_person
from service.people.models import HOST, Membership, Organisation, Person
from service.people.passwords import random_password

__all__ = ["Founder", "first_administrator", "found", "way_in"]

LOGIN = "admin"


@dataclass(frozen=True)
class Founder:
    """Login and password of the administrator who was just made."""

    login: str
    password: str


def found(session: Session) -> Founder | None:
    """Make the administrator if there is nobody at all."""
    # Processes that start at once wait here for the first of them.
    session.execute(select(Organisation.id).where(Organisation.id == HOST).with_for_update())
    if session.scalar(select(func.count()).select_from(Person)):
        return None
    password = random_password()
    person = new_person(session, login=LOGIN, name=LOGIN, password=password)
    session.add(Membership(person_id=person.id, organisation_id=HOST, role="admin"))
    record(session, "person.founded", LOGIN)
    return Founder(LOGIN, password)


def first_administrator(session: Session) -> Person | None:
    """The longest-standing administrator of the installation."""
    query = (
        select(Person)
        .join(Membership)
        .where(Membership.organisation_id == HOST, Membership.role == "admin", Person.active)
    )
    return session.scalar(query.order_by(Person.id).limit(1))


def way_in(session: Session) -> str | None:
    """The secret of a link that lets the first administrator in without a password, once."""
    person = first_administrator(session)
    return link_in(session, person=person.id) if person else None
