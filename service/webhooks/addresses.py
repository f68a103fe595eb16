"""Which addresses a webhook may reach: the outside world, not the network this service stands in."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from service.errors import DomainError
from service.i18n import N_

__all__ = ["BadAddress", "check_url", "reachable"]


class BadAddress(DomainError):
    """The address is not one to post to."""

    title = N_("Webhooks cannot be sent to this address: {reason}.")
    remedy = N_(
        "Give an https address on the public internet; the operator can allow private networks (webhook_private)."
    )


def check_url(url: str, *, private: bool) -> None:
    """Form only; raises `BadAddress`. Where the name leads is looked up at each sending."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in (("http", "https") if private else ("https",)):
        raise BadAddress(reason=f"{parts.scheme or '—'}://")
    if not parts.hostname or port == -1 or parts.username or parts.password or parts.fragment or not url.isprintable():
        raise BadAddress(reason=url[:60])


def reachable(host: str, port: int, *, private: bool) -> str:
    """The numeric address to connect to. Raises `BadAddress` if the name leads into a private network, `OSError` if nowhere.

    The caller connects to this very address: a name that answers differently a moment later gains nothing.
    """
    found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    for text in sorted(found, key=str):
        number = ipaddress.ip_address(str(text).split("%")[0])
        if not private and (not number.is_global or number.is_multicast):
            raise BadAddress(reason=str(text))
    return str(sorted(found, key=lambda text: (":" in str(text), str(text)))[0])
