"""What feeds have in common: text that XML can hold, many elements of one kind without a tree of the whole, and what a shop has not told."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO
from urllib.parse import quote

from lxml import etree

from service.errors import DomainError
from service.i18n import N_

__all__ = [
    "Head",
    "ListingUntold",
    "Repeated",
    "ShopUntold",
    "address",
    "clean",
    "cleaned",
    "page",
    "text_of",
    "told",
    "whole",
]

_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KEPT_IN_MEMORY = 8_000_000
_ADDRESS = re.compile(r"https?://\S+")
_MARKUP = re.compile(r"</?[a-zA-Z]")

Head = str
"""An element's name ("outlets/outlet" for one inside another); with attributes as `head` makes it. One text, for it is looked up at once."""


class ShopUntold(DomainError):
    """The feed's head needs facts about the shop itself."""

    title = N_("The feed cannot be written: the shop has not told {names}.")
    remedy = N_("Enter it among the shop's fields for this channel.")


class ListingUntold(DomainError):
    """One listing lacks what the channel takes nothing without."""

    title = N_("{code} cannot stand in the feed without {names}.")
    remedy = N_("Enter it in the card, or among the shop's fields for this channel.")


def clean(text: str) -> str:
    """Without signs that XML 1.0 cannot hold (control characters, halves of surrogate pairs); line ends are \\n."""
    if text.isprintable():
        return text
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def head(tag: str, attributes: Mapping[str, str]) -> Head:
    """An element's name and attributes; these are clean."""
    return "\0".join((tag, *chain.from_iterable(attributes.items())))


def cleaned(value: Any) -> Any:
    """The same with every text in it cleaned."""
    if type(value) is str:
        return clean(value)
    if type(value) is list:
        return [cleaned(one) for one in value]
    return {name: cleaned(one) for name, one in value.items()} if type(value) is dict else value


def address(url: str) -> bool:
    """Whether this can stand in a feed as an address on the web."""
    return _ADDRESS.fullmatch(url) is not None and clean(url) == url


def page(pattern: str, code: str, product: str) -> str:
    """The address of a listing's page: a pattern with {code} and {product} in it, or the address itself; empty if it is none."""
    for name, value in (("{code}", code), ("{product}", product)):
        if name in pattern:
            pattern = pattern.replace(name, quote(clean(value), safe=""))
    return pattern if address(pattern) else ""


def told(extras: Mapping[str, str], *names: str) -> list[str]:
    """What stands under these names, cleaned. Raises `ShopUntold` with all that is missing."""
    found = [clean(extras.get(name, "")).strip() for name in names]
    if missing := [name for name, text in zip(names, found, strict=True) if not text]:
        raise ShopUntold(names=missing)
    return found


def text_of(text: str) -> Any:
    """Text for an element: as CDATA where it has markup, for people who read the file."""
    return etree.CDATA(text) if "<" in text and _MARKUP.search(text) else text


@contextmanager
def whole(to: BinaryIO) -> Iterator[IO[bytes]]:
    """A file whose content goes on into another when all of it is there, and not at all after an error."""
    with SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY) as waiting:
        yield waiting
        waiting.seek(0)
        shutil.copyfileobj(waiting, to, 1 << 20)


class Repeated:
    """Writes elements of one kind into a stream. Those of one build share one small tree: making trees is what takes the time."""

    _MOST = 1000

    def __init__(self, stream: Any, tag: str, names: dict[str | None, str] | None = None) -> None:
        self._stream, self._tag, self._names = stream, tag, names
        self._builds: dict[Any, tuple[Any, list[Any], list[Any]]] = {}

    def write(self, own: Mapping[str, str], heads: Sequence[Head], texts: Sequence[Any]) -> None:
        """One element with its own attributes and its parts: their heads and, beside each, its text."""
        build = (*own, *heads)
        made = self._builds.get(build)
        if made is None:
            if len(self._builds) >= self._MOST:
                self._builds.clear()
            made = self._builds[build] = self._made(heads)
        element, places, before = made
        for name, value in own.items():
            element.set(name, value)
        for at, text in enumerate(texts):
            if text != before[at]:  # brand, currency, country are often those of the element before
                places[at].text = before[at] = text
        self._stream.write(element)

    def _made(self, heads: Sequence[Head]) -> tuple[Any, list[Any], list[Any]]:
        element = etree.Element(self._tag, nsmap=self._names)
        element.tail = "\n"
        places = []
        for one in heads:
            path, *own = one.split("\0")
            outer, _, tag = ("", "", path) if path.startswith("{") else path.rpartition("/")
            last = element[-1] if len(element) else None
            inside = element
            if outer:
                inside = last if last is not None and last.tag == outer else etree.SubElement(element, outer)
            places.append(etree.SubElement(inside, tag, dict(zip(own[::2], own[1::2], strict=True))))
        return element, places, [None] * len(places)
