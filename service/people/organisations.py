"""Organisations: made and changed by those who operate the installation; certifications of MCNs by platform and date."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.people.audit import AuditHead, record
from service.people.caller import MACHINE, caller_of
from service.people.models import HOST, Certification, Organisation
from service.people.reach import act_for
from service.people.rights import Kind

__all__ = ["HostStays", "OrganisationExists", "certify", "change_organisation", "find_organisation", "list_organisations", "make_organisation"]  # fmt: skip


class OrganisationExists(DomainError):
    """The key is taken."""

    status = 409
    title = N_("The organisation “{key}” exists already.")
    remedy = N_("Choose another key, or change the one that exists.")


class HostStays(DomainError):
    """The organisation that runs the installation stays what it is."""

    status = 409
    title = N_("The organisation that runs the installation cannot be closed.")
    remedy = N_("Close the others, or stop the service.")


def list_organisations(session: Session) -> list[Organisation]:
    """All of them for those who operate the installation; else the caller's own."""
    caller = caller_of(session)
    query = select(Organisation).options(selectinload(Organisation.certifications)).order_by(Organisation.key)
    if not caller.may("organisations:manage"):
        query = query.where(Organisation.id == caller.organisation)
    return list(session.scalars(query))


def find_organisation(session: Session, key: str) -> Organisation:
    """One the caller may see; raises `NotFound`."""
    known = {organisation.key: organisation for organisation in list_organisations(session)}
    if key not in known:
        raise NotFound(kind=Message(N_("The organisation")), name=key, known=known)
    return known[key]


def make_organisation(session: Session, *, key: str, kind: Kind, name_zh: str, name_ru: str, shares_catalogue: bool = False) -> Organisation:  # fmt: skip
    """A new organisation, with nobody in it: invite its first person next. Raises `OrganisationExists`."""
    if session.scalar(select(Organisation.id).where(Organisation.key == key)) is not None:
        raise OrganisationExists(key=key)
    made = Organisation(
        key=key, kind=kind, name_zh=name_zh, name_ru=name_ru, shares_catalogue=shares_catalogue, certifications=[]
    )
    session.add(made)
    session.flush()
    record(session, "organisation.made", key, kind=kind, shares_catalogue=shares_catalogue)
    caller = caller_of(session)
    act_for(session, MACHINE)
    session.add(AuditHead(organisation_id=made.id, number=0, digest=""))
    session.flush()
    act_for(session, caller)
    return made


def change_organisation(
    session: Session, organisation: Organisation, *, name_zh: str | None = None, name_ru: str | None = None,
    kind: Kind | None = None, shares_catalogue: bool | None = None, active: bool | None = None,
) -> Organisation:  # fmt: skip
    """Change what is given. Closing one keeps its rows and lets nobody in. Raises `HostStays`."""
    if organisation.id == HOST and (active is False or kind not in (None, "park")):
        raise HostStays()
    given = {
        "name_zh": name_zh,
        "name_ru": name_ru,
        "kind": kind,
        "shares_catalogue": shares_catalogue,
        "active": active,
    }
    changed: dict[str, Any] = {
        name: value for name, value in given.items() if value is not None and value != getattr(organisation, name)
    }
    for name, value in changed.items():
        setattr(organisation, name, value)
    if changed:
        organisation.version += 1
        session.flush()
        record(session, "organisation.changed", organisation.key, **changed)
    return organisation


def certify(
    session: Session,
    organisation: Organisation,
    *,
    platform: str,
    number: str | None,
    valid_from: date,
    valid_to: date | None,
) -> Certification:
    """Note a platform's certification; the same platform and day replaces what stood there."""
    same = [c for c in organisation.certifications if (c.platform, c.valid_from) == (platform, valid_from)]
    found = same[0] if same else Certification(platform=platform, valid_from=valid_from)
    found.number, found.valid_to = number, valid_to
    if not same:
        organisation.certifications.append(found)
    organisation.version += 1
    session.flush()
    record(session, "organisation.certified", organisation.key, platform=platform, valid_from=valid_from.isoformat())
    return found
