"""API tokens: for programs that act for a person. Shown once, scoped, they end by themselves, and can be revoked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.database import now
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of
from service.people.models import Token
from service.people.rights import Right, named
from service.people.secrets import digest_of, new_secret

__all__ = ["PREFIX", "BeyondYourRights", "TokenMakesNoToken", "list_tokens", "make_token", "revoke", "revoke_all"]

PREFIX = "amur_"


class BeyondYourRights(DomainError):
    """Nobody gives what they do not have."""

    status = 403
    title = N_("You cannot give rights you do not have: {rights}.")
    remedy = N_("Choose among your own, or ask an administrator.")


class TokenMakesNoToken(DomainError):
    """Else a token would never end: it could make its own successor."""

    status = 403
    title = N_("A token cannot make tokens.")
    remedy = N_("Sign in and make it at /account, or use “amurlive token make”.")


def make_token(
    session: Session, *, name: str, scopes: Collection[Right], days: int, person: int | None = None
) -> tuple[Token, str]:
    """A token of the caller (or, by a command, of `person`) for the caller's organisation, and its secret, told only now.

    Raises `BeyondYourRights`, `TokenMakesNoToken`.
    """
    caller = caller_of(session)
    if caller.token is not None:
        raise TokenMakesNoToken()
    if beyond := sorted(set(scopes) - caller.rights):
        raise BeyondYourRights(rights=[named(right) for right in beyond])
    secret = new_secret(PREFIX)
    token = Token(
        digest=digest_of(secret), hint=secret[: len(PREFIX) + 4], name=name, person_id=person or caller.person,
        organisation_id=caller.organisation, scopes=sorted(scopes), expires_at=now() + timedelta(days=days),
    )  # fmt: skip
    session.add(token)
    session.flush()
    record(session, "token.made", f"{token.id} {token.hint}…", name=name, scopes=sorted(scopes), days=days)
    return token, secret


def list_tokens(session: Session) -> list[Token]:
    """The caller's own tokens in this organisation, newest first."""
    caller = caller_of(session)
    query = select(Token).where(Token.person_id == caller.person, Token.organisation_id == caller.organisation)
    return list(session.scalars(query.order_by(Token.id.desc())))


def revoke(session: Session, *, token: int) -> Token:
    """End one of the caller's own tokens; raises `NotFound`."""
    found = next((own for own in list_tokens(session) if own.id == token), None)
    if found is None:
        raise NotFound(kind=Message(N_("The token")), name=str(token))
    if found.revoked_at is None:
        found.revoked_at = now()
        record(session, "token.revoked", f"{found.id} {found.hint}…")
    return found


def revoke_all(session: Session, *, person: int, organisation: int | None = None) -> None:
    """End all tokens of a person, everywhere or in one organisation."""
    query = update(Token).where(Token.person_id == person, Token.revoked_at.is_(None))
    if organisation is not None:
        query = query.where(Token.organisation_id == organisation)
    session.execute(query.values(revoked_at=now()))
