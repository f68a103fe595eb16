"""Signatures of webhooks as the Standard Webhooks specification (1.0.0) has them, so that ready-made libraries can check them."""

from __future__ import annotations

import base64
import hashlib
import hmac

__all__ = ["secret_of", "signature", "signed_headers"]

PREFIX = "whsec_"


def secret_of(key: bytes, endpoint: int, turn: int) -> str:
    """The secret of an endpoint, derived from the installation's key: the database holds none."""
    return PREFIX + base64.b64encode(_raw(key, endpoint, turn)).decode()


def _raw(key: bytes, endpoint: int, turn: int) -> bytes:
    return hmac.new(key, f"webhook\0{endpoint}\0{turn}".encode(), hashlib.sha256).digest()


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`."""
    raw = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(raw, f"{message}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def signed_headers(secret: str, message: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What the receiver checks."""
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message, timestamp, body),
        "content-type": "application/json",
        "user-agent": "AmurLive",
    }
