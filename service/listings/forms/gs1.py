"""GS1 Digital Link: the address of goods by their number, batch and date, as text and as a QR code. Pure functions.

Read back, an address gives what it was made from. GS1 Digital Link Standard, URI Syntax; GS1 General Specifications 3 and 7.11.
"""

from __future__ import annotations

import io
import re
from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from service.catalog.gtin import is_gtin
from service.errors import DomainError
from service.i18n import N_

__all__ = ["RESOLVER", "RESTRICTED", "DigitalLink", "NoDigitalLink", "digital_link", "is_trade_item", "qr_code", "read_digital_link"]  # fmt: skip

RESOLVER = "https://id.gs1.org"
RESTRICTED = ("2", "02", "04")
"""First digits of numbers a shop gives within its walls, written with thirteen digits."""

_SIGNS = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}""")  # the 82 signs of GS1, table 7.11-1
_QUALIFIERS = (("22", "variant"), ("10", "batch"), ("21", "serial"))  # in the order the standard demands


class NoDigitalLink(DomainError):
    """What was told cannot be written as a GS1 Digital Link, or what was read is none."""

    title = N_("“{value}” cannot stand in a GS1 Digital Link ({part}).")
    remedy = N_("A link takes a GTIN with its check digit that is no shop's own number, batches and serials of 1 to 20 Latin signs, and dates as YYMMDD.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """Goods by their GTIN (8, 12, 13 or 14 digits), and, where told, what tells them apart; `expires` is the last day they keep.

    `variant`: consumer product variant (22), `batch`: lot (10), `serial`: one piece (21).
    """

    gtin: str
    variant: str = ""
    batch: str = ""
    serial: str = ""
    expires: date | None = None


def is_trade_item(gtin: str, restricted: Collection[str] = RESTRICTED) -> bool:
    """Whether these digits are a GTIN of its check digit that means the same goods everywhere."""
    if not is_gtin(gtin):
        return False
    if len(gtin) == 8 or (len(gtin) == 14 and gtin.startswith("000000")):
        return gtin[-8] not in "02"  # GTIN-8 of shops have prefixes of their own
    return not gtin.zfill(14)[1:].startswith(tuple(restricted))


def digital_link(goods: DigitalLink, resolver: str = RESOLVER) -> str:
    """The address: /01/ and fourteen digits, qualifiers in their order, the date behind. Raises `NoDigitalLink`."""
    if not is_trade_item(goods.gtin):
        raise NoDigitalLink(value=goods.gtin, part="01")
    path = f"{resolver.rstrip('/')}/01/{goods.gtin.zfill(14)}"
    for key, name in _QUALIFIERS:
        value = getattr(goods, name)
        if value:
            path += f"/{key}/{quote(_checked(key, value), safe='')}"
    return f"{path}?17={goods.expires:%y%m%d}" if goods.expires else path


def read_digital_link(link: str, *, today: date) -> DigitalLink:
    """What an address says of goods; a GTIN comes with fourteen digits. Data it does not know is passed over. Raises `NoDigitalLink`.

    A year of two digits is the nearest to `today` (GS1 General Specifications, 7.12); day 00 is the last of its month.
    """
    try:
        parts = urlsplit(link)
    except ValueError:
        raise NoDigitalLink(value=link, part="01") from None
    path = parts.path.split("/")
    if parts.scheme not in ("http", "https") or "01" not in path:
        raise NoDigitalLink(value=link, part="01")
    at = path.index("01")
    pairs = path[at:]
    if len(pairs) % 2 or len(pairs[1]) != 14 or not is_trade_item(pairs[1]):
        raise NoDigitalLink(value=link, part="01")
    names = dict(_QUALIFIERS)
    order = [key for key, _ in _QUALIFIERS]
    found: dict[str, str] = {}
    last = -1
    for key, value in zip(pairs[2::2], pairs[3::2], strict=True):
        if key not in names or order.index(key) <= last:
            raise NoDigitalLink(value=link, part=key)
        last = order.index(key)
        found[names[key]] = _checked(key, unquote(value))
    told = dict(parse_qsl(parts.query))
    expires = _day(told["17"], today) if "17" in told else None
    return DigitalLink(pairs[1], **found, expires=expires)


def qr_code(text: str, kind: Literal["svg", "png"] = "svg", *, scale: int = 8) -> bytes:
    """A QR code with its quiet zone, of middle error correction; `scale` is the pixels of one dot."""
    import segno

    to = io.BytesIO()
    segno.make_qr(text, error="m").save(to, kind=kind, scale=scale, border=4)
    return to.getvalue()


def _checked(key: str, value: str) -> str:
    if not _SIGNS.fullmatch(value) or value in (".", ".."):  # dots alone would be steps between folders
        raise NoDigitalLink(value=value, part=key)
    return value


def _day(text: str, today: date) -> date:
    """YYMMDD as a day."""
    if not re.fullmatch("[0-9]{6}", text):
        raise NoDigitalLink(value=text, part="17")
    short, month, day = (int(text[at : at + 2]) for at in (0, 2, 4))
    year = today.year - today.year % 100 + short
    if year - today.year > 50:
        year -= 100
    elif today.year - year >= 50:
        year += 100
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        raise NoDigitalLink(value=text, part="17") from None
