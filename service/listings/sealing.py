"""Keys of the platforms' interfaces, encrypted before they touch the database and shown to nobody.

What stands in `Shop.sealed`: a byte for the way (1), twelve random bytes, and the keys as JSON under AES-256-GCM. The key of the cipher
comes from the installation's own by HKDF, one for each organisation; channel and key of the shop are sealed in, so that the bytes open
in no other row. Whoever loses the installation's key enters the platforms' keys anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import NoReturn
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from service.errors import DomainError
from service.i18n import N_
from service.listings.models import Shop
from service.people.audit import record

__all__ = ["KEY_NAMES", "TOKEN_KINDS", "BadKeys", "Keys", "KeysUnreadable", "NoKeys", "forget_keys", "keep_keys", "keys_of"]  # fmt: skip

WAY = b"\x01"
HIDDEN = "••••"
KEY_NAMES: Mapping[str, tuple[str, ...]] = {
    "ozon": ("client_id", "api_key"),
    "wildberries": ("token", "kind"),
    "yandex_market": ("api_key",),
    "douyin": ("app_key", "app_secret", "access_token"),
}
"""What each platform that can be sent to asks for, under our names."""
TOKEN_KINDS = ("personal", "service", "basic")
"""Kinds of a Wildberries token: how often it may call depends on it."""
_OPEN = frozenset({"kind", "client_id", "app_key"})  # names of accounts, no secrets


class BadKeys(DomainError):
    """What was entered cannot be the keys of this platform. The message never repeats what was entered."""

    title = N_("These are not the keys of {channel}: {names} must be told, each on one line, without blanks.")
    remedy = N_("Copy them from the seller's cabinet of the platform and enter them again.")


class NoKeys(DomainError):
    """The shop has no keys: nothing can be sent."""

    status = 409
    title = N_("The shop “{shop}” has no keys of the platform; nothing was sent.")
    remedy = N_("Enter them with “amurlive listing shop key {shop}”.")


class KeysUnreadable(DomainError):
    """The sealed keys do not open: the installation's key is another one, or the row was changed."""

    status = 409
    title = N_(
        "The keys of the shop “{shop}” cannot be opened: the installation's own key has changed, or the record has."
    )
    remedy = N_(
        "Bring back the installation's key (AMURLIVE_SECRET_KEY or the key file), or enter the shop's keys anew."
    )


class Keys(Mapping[str, str]):
    """Opened keys. They live as long as a sending and show themselves neither in a log nor in a traceback."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Keys({', '.join(f'{name}={HIDDEN}' for name in self._values)})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys are not written anywhere")

    def hide(self, text: str) -> str:
        """A text of the platform without our keys, should it repeat them."""
        for name, value in self._values.items():
            if name not in _OPEN:
                for written in {value, value.replace("/", "\\/"), quote(value), quote(value, safe="")}:
                    text = text.replace(written, HIDDEN)
        return text


def keep_keys(session: Session, shop: Shop, values: Mapping[str, str], installation: bytes) -> None:
    """Seal a shop's keys and keep them instead of those before. Raises `BadKeys`."""
    shop.sealed = _seal(shop, _checked(shop.channel, values), installation)
    record(session, "shop.keys", shop.key, names=sorted(values))
    session.flush()


def forget_keys(session: Session, shop: Shop) -> None:
    """Remove a shop's keys: from now on nothing can be sent."""
    shop.sealed = None
    record(session, "shop.keys", shop.key, names=[])
    session.flush()


def keys_of(shop: Shop, installation: bytes) -> Keys:
    """A shop's keys, opened. Raises `NoKeys`, `KeysUnreadable`."""
    if shop.sealed is None:
        raise NoKeys(shop=shop.key)
    if shop.sealed[:1] != WAY:
        raise KeysUnreadable(shop=shop.key)
    try:
        opened = _cipher(shop, installation).decrypt(shop.sealed[1:13], shop.sealed[13:], _bound(shop))
    except (InvalidTag, ValueError):
        raise KeysUnreadable(shop=shop.key) from None
    return Keys(json.loads(opened))


def _checked(channel: str, values: Mapping[str, str]) -> dict[str, str]:
    names = KEY_NAMES.get(channel, ())
    stripped = {name: value.strip() for name, value in values.items()}
    fine = set(stripped) == set(names) and all(
        0 < len(value) <= 4000 and value.isascii() and value.isprintable() and " " not in value
        for value in stripped.values()
    )
    if not fine or stripped.get("kind", "personal") not in TOKEN_KINDS:
        raise BadKeys(channel=channel, names=list(names) or "—")
    return stripped


def _seal(shop: Shop, values: Mapping[str, str], installation: bytes) -> bytes:
    nonce = os.urandom(12)
    return WAY + nonce + _cipher(shop, installation).encrypt(nonce, json.dumps(values).encode(), _bound(shop))


def _cipher(shop: Shop, installation: bytes) -> AESGCM:
    about = f"amurlive shop keys\0{shop.organisation_id}".encode()
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=about).derive(installation))


def _bound(shop: Shop) -> bytes:
    return f"{shop.organisation_id}\0{shop.channel}\0{shop.key}".encode()
