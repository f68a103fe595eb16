"""What every form of a channel can do, and what it is told.

A form writes one listing as an item, and items, stock or prices as the requests or the file the channel takes, cut to its limits. It
invents nothing: what the channel must know and nobody has told is held back and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO, NamedTuple, Protocol, runtime_checkable

import orjson

from service.i18n import Message
from service.listings.channels import Channel
from service.listings.listing import Listing, Money
from service.listings.rules import Batch

__all__ = [
    "Account", "ApiForm", "FileForm", "Form", "Held", "Item", "Offered", "Plan", "PriceLine", "Request", "StockLine", "batches", "limit_of",
    "written",
]  # fmt: skip

Item = Mapping[str, Any]
"""One listing as the channel takes it: ready for JSON, numbers with decimals as `Decimal`."""


@dataclass(frozen=True)
class Account:
    """A shop as forms see it: its currency, the channel's own fields that hold for all its goods, and numbers of the platform.

    `warehouses`: the platform's number by the key of our warehouse; `refs`: by a SKU's or card's code, the platform's numbers by kind
    (nm_id, chrt_id, product_id, sku_id …).
    """

    key: str = ""
    currency: str = ""
    extras: Mapping[str, str] = field(default_factory=dict)
    warehouses: Mapping[str, str] = field(default_factory=dict)
    refs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Offered(NamedTuple):
    """An item under its listing's code."""

    code: str
    item: Item


class Request(NamedTuple):
    """One request: method and path ("POST /v3/product/import"), its body, and whose items are in it."""

    call: str
    body: Any
    codes: tuple[str, ...]


class StockLine(NamedTuple):
    """What can be sold of a SKU from one of our warehouses, in packs; reserved ones are not in it. `at` is UTC.

    `last` is what the channel was told before (None: nothing yet), for channels that want the difference.
    """

    code: str
    product: str
    place: str
    quantity: int
    at: datetime
    last: int | None = None


class PriceLine(NamedTuple):
    """The price of a SKU in the channel; `vat` in per cent or "none". `last` is what the channel was told before (None: nothing yet)."""

    code: str
    product: str
    price: Money
    old_price: Money | None = None
    vat: str | None = None
    last: Money | None = None


class Held(NamedTuple):
    """What could not be sent, why, and what to do."""

    code: str
    message: Message
    remedy: Message


@dataclass(frozen=True)
class Plan:
    """Requests in their order, and what is not in them."""

    requests: tuple[Request, ...]
    held: tuple[Held, ...] = ()


class Form(Protocol):
    """How one channel takes listings. `suffix` is that of the file they are exported in."""

    channel: Channel
    suffix: str

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """A listing that passed the channel's rules, as an item."""

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """Items as a file people can upload or programs send."""


class FileForm(Form, Protocol):
    """A channel that takes files only: a feed, a packet."""


@runtime_checkable
class ApiForm(Form, Protocol):
    """A channel that takes requests."""

    def requests(self, items: Sequence[Offered], day: date, account: Account) -> Plan:
        """Items as requests, within the limits of the day."""

    def stock(self, lines: Sequence[StockLine], day: date, account: Account) -> Plan:
        """Stock by warehouse as requests."""

    def prices(self, lines: Sequence[PriceLine], day: date, account: Account) -> Plan:
        """Prices as requests."""


def limit_of(channel: Channel, call: str, day: date) -> Batch | None:
    """The rule of how much one call takes on a day; `call` as the channel's file names it."""
    return next((one for one in channel.on(day) if isinstance(one, Batch) and one.call == call), None)


def batches(
    items: Iterable[Offered], most: int, *, most_bytes: int | None = None, frame: int = 2
) -> Iterator[list[Offered]]:  # fmt: skip
    """Items in their order, in parts of at most `most` items and `most_bytes` bytes of JSON; `frame` is what the rest of the body takes."""
    part: list[Offered] = []
    size = frame
    for one in items:
        length = len(written(one.item)) + 1 if most_bytes is not None else 0
        if part and (len(part) == most or (most_bytes is not None and size + length > most_bytes)):
            yield part
            part, size = [], frame
        part.append(one)
        size += length
    if part:
        yield part


def written(body: Any) -> bytes:
    """JSON as it is sent. A decimal is written through the shortest binary fraction that reads back the same: a form, not a sum."""
    return orjson.dumps(body, default=float, option=orjson.OPT_SORT_KEYS)
