"""Who is calling: from the secret of a cookie or of a token to the caller with all their rights, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session

from service.database import now
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.people.caller import Caller
from service.people.models import HOST, Membership, Organisation, Person, SignIn, Token
from service.people.rights import RIGHTS, rights_of
from service.people.secrets import digest_of

__all__ = ["NotSignedIn", "as_person", "by_cookie", "by_token", "operator"]


class NotSignedIn(DomainError):
    """Nobody is signed in, or the session or token has ended."""

    status = 401
    headers = {"WWW-Authenticate": 'Bearer realm="AmurLive"'}
    title = N_("You are not signed in, or the session or token is no longer valid.")
    remedy = N_("Sign in again at /login, or make a new token.")


def by_cookie(session: Session, secret: str) -> Caller | None:
    """The caller behind a browser's secret, or None if it has ended."""
    rows = session.connection().execute(_BY_COOKIE, {"digest": digest_of(secret)}).all()
    caller = _caller(rows)
    return replace(caller, sign_in=rows[0].proof) if caller else None


def by_token(session: Session, secret: str) -> Caller | None:
    """The caller behind a token, with no more than the token's scopes; notes the day of use. None if it has ended."""
    rows = session.connection().execute(_BY_TOKEN, {"digest": digest_of(secret)}).all()
    caller = _caller(rows)
    if caller is None:
        return None
    first = rows[0]
    scopes = caller.rights & frozenset(first.scopes)
    return replace(caller, token=first.proof, rights=scopes, token_used_today=first.used_on == now().date())


def note_use(session: Session, caller: Caller) -> None:
    """Remember that the caller's token was used today; the day is enough."""
    if not caller.token_used_today:
        session.execute(update(Token).where(Token.id == caller.token).values(used_on=now().date()))


def _whole(proof: Any, until: Any, scopes: Any, source: Any) -> Select[Any]:
    """Built once: these two are asked at every request."""
    return (
        select(
            proof, until, scopes, Person.id.label("person"), Person.name, Organisation.id.label("organisation"),
            Organisation.key, Organisation.kind, Membership.role,
        )
        .join(Person, Person.id == source.person_id)
        .join(Organisation, Organisation.id == source.organisation_id)
        .join(
            Membership,
            (Membership.person_id == Person.id) & (Membership.organisation_id == Organisation.id),
        )
        .where(Person.active, Organisation.active, source.digest == bindparam("digest"))
    )  # fmt: skip


_BY_COOKIE = _whole(
    SignIn.id.label("proof"), SignIn.expires_at.label("until"), SignIn.created_at.label("scopes"), SignIn
)
_BY_TOKEN = (
    _whole(Token.id.label("proof"), Token.expires_at.label("until"), Token.scopes.label("scopes"), Token)
    .add_columns(Token.used_on)
    .where(Token.revoked_at.is_(None))
)


def _caller(rows: Sequence[Any]) -> Caller | None:
    """None without a row: unknown, no role left, person or organisation closed; None too when its time is over."""
    if not rows:
        return None
    first = rows[0]
    until: datetime = first.until
    if until <= now():
        return None
    roles = frozenset(row.role for row in rows)
    host = first.organisation == HOST
    return Caller(
        organisation=first.organisation, key=first.key, roles=roles, person=first.person, name=first.name, host=host,
        rights=rights_of(roles, kind=first.kind, host=host),
    )  # fmt: skip


def as_person(session: Session, person: int | None, organisation: int) -> Caller | None:
    """Somebody who is not here now, for work done on their behalf, with the rights they hold at this moment.

    Without a person it is the operator, who ordered it by a command. None if they may no longer act there.
    """
    if person is None:
        return operator(session, session.get_one(Organisation, organisation).key)
    query = (
        select(Membership.role, Person.name, Organisation.key, Organisation.kind)
        .join(Person, Person.id == Membership.person_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.person_id == person,
            Membership.organisation_id == organisation,
            Person.active,
            Organisation.active,
        )
    )
    rows = session.execute(query).all()
    if not rows:
        return None
    roles, host = frozenset(row.role for row in rows), organisation == HOST
    return Caller(
        organisation=organisation, key=rows[0].key, roles=roles, person=person, name=rows[0].name, host=host,
        rights=rights_of(roles, kind=rows[0].kind, host=host), address="worker",
    )  # fmt: skip


def operator(session: Session, key: str) -> Caller:
    """Who commands act for: whoever may run them on this machine, on behalf of one organisation. Raises `NotFound`."""
    found = session.scalar(select(Organisation).where(Organisation.key == key))
    if found is None:
        known = session.scalars(select(Organisation.key))
        raise NotFound(kind=Message(N_("The organisation")), name=key, known=known)
    return Caller(
        organisation=found.id, key=found.key, roles=frozenset({"admin"}), name="amurlive", host=found.id == HOST,
        rights=frozenset(RIGHTS), address="console",
    )  # fmt: skip
