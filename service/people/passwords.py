"""Passwords: argon2id, no default anywhere, long enough rather than odd."""

from __future__ import annotations

import secrets
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from service.errors import DomainError
from service.i18n import N_

__all__ = ["LEAST", "PasswordTooWeak", "hash_password", "matches", "random_password"]

LEAST = 10
MOST = 200
_hasher = PasswordHash((Argon2Hasher(),))


class PasswordTooWeak(DomainError):
    """The password is too short, or is the login itself."""

    title = N_("This password is too easy to guess.")
    remedy = N_("Take at least {least} characters, and not the login; a short sentence is good.")


def hash_password(password: str, *, login: str = "") -> str:
    """What the database keeps; raises `PasswordTooWeak`."""
    plain = password.strip().casefold()
    if not LEAST <= len(password) <= MOST or plain == login.casefold() or len(set(plain)) < 4:
        raise PasswordTooWeak(least=LEAST)
    return _hasher.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """True if it is the password. Unknown people take as long as known ones."""
    found = _hasher.verify(password[:MOST], kept or _nobody())
    return found and kept is not None


def random_password() -> str:
    """Four groups of five letters and digits that are hard to confuse: 98 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))
