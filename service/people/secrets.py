"""Secrets: made at random, kept as digests; and the installation's own key, which signs cookies and webhooks."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from service.settings import Settings

__all__ = ["digest_of", "installation_key", "keyed", "new_secret", "same"]


def new_secret(prefix: str = "") -> str:
    """256 random bits for a cookie, a token or a link."""
    return prefix + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What the database keeps of a secret. SHA-256 is enough for 256 random bits; passwords go through argon2id."""
    return hashlib.sha256(secret.encode()).hexdigest()


def installation_key(settings: Settings) -> bytes:
    """AMURLIVE_SECRET_KEY, or else what stands in the key file, which is made at the first start and only its owner can read."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value().encode()
    path = Path(settings.secret_file)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)  # of two processes that start at once, one wins and both read the same
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes().strip()


def keyed(key: bytes, purpose: str, text: str) -> str:
    """HMAC-SHA-256 of a text under the installation's key, for one purpose."""
    return hmac.new(key, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
