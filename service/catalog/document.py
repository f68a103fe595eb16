"""The whole content of a card as plain data: what imports, edits, restores and undoes all write, and revisions keep.

    {"line": …, "family": …, "source_locale": "zh",
     "facts": {"hs_code": "180631", …},                       what is not known is not there
     "texts": {"zh": {"name": {"value": …, "origin": …}}, …}, see `Text`
     "skus": [{"code": …, "net_value": 90, "net_unit": "g", …}]}

Field paths name parts of it everywhere, in differences, sheets and bulk edits: `facts.hs_code`, `name[zh]`, `sku.CODE.gtin`.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple, NotRequired, TypedDict, cast

import orjson

__all__ = [
    "LOCALES",
    "PACK_FIELDS",
    "Difference",
    "Document",
    "Pack",
    "Text",
    "backwards",
    "copy_of",
    "differences",
    "digest_of",
    "flat",
    "pack",
    "previous",
    "stale",
    "text_digest",
    "unpack",
]

LOCALES = ("zh", "ru")


class Text(TypedDict):
    """One text. What is left out: authored by a person, not reviewed, made from the present source, not locked."""

    value: str
    origin: NotRequired[str]
    reviewer: NotRequired[str]
    reviewed_at: NotRequired[str]
    made_from: NotRequired[str]
    locked: NotRequired[bool]


class Pack(TypedDict):
    """One SKU. `net_value` is whole g, ml or pieces, `gross_g` grams, sides of the packed goods millimetres."""

    code: str
    net_value: int
    net_unit: str
    pack_measure: NotRequired[str]
    pack_noun: NotRequired[str]
    gross_g: NotRequired[int]
    length_mm: NotRequired[int]
    width_mm: NotRequired[int]
    height_mm: NotRequired[int]
    units_per_case: NotRequired[int]
    gtin: NotRequired[str]


PACK_FIELDS = tuple(name for name in Pack.__annotations__ if name != "code")


class Document(TypedDict):
    """One card."""

    line: str
    family: str
    source_locale: str
    facts: dict[str, Any]
    texts: dict[str, dict[str, Text]]
    skus: list[Pack]


class Difference(NamedTuple):
    """One field that differs; None: not there."""

    field: str
    before: Any
    after: Any


def pack(document: Document) -> bytes:
    """The document as canonical JSON: the same content is the same bytes."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def unpack(packed: bytes | str) -> Document:
    """What `pack` wrote."""
    return cast("Document", orjson.loads(packed))


def copy_of(document: Document) -> Document:
    """One that may be changed without changing this."""
    return unpack(orjson.dumps(document))


def digest_of(packed: bytes) -> str:
    """A short name of a content."""
    return hashlib.blake2b(packed, digest_size=16).hexdigest()


def text_digest(value: str) -> str:
    """A short name of a text, kept by the texts made from it."""
    return hashlib.blake2b(value.encode(), digest_size=6).hexdigest()


def stale(document: Document, locale: str, field: str) -> bool:
    """Whether the source of a text has changed since it was made."""
    if locale == document["source_locale"]:
        return False
    text = document["texts"].get(locale, {}).get(field)
    source = document["texts"].get(document["source_locale"], {}).get(field)
    if text is None or source is None or "made_from" not in text:
        return False
    return text["made_from"] != text_digest(source["value"])


def backwards(before: bytes, after: bytes) -> bytes:
    """What leads from `after` back to `before`: an edit of a word takes some hundred bytes, for `after` is its dictionary."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=after[-32768:])
    return deflate.compress(before) + deflate.flush()


def previous(after: bytes, way: bytes) -> bytes:
    """The content that `backwards` leads to."""
    inflate = zlib.decompressobj(-15, zdict=after[-32768:])
    return inflate.decompress(way) + inflate.flush()


def flat(document: Document) -> Iterator[tuple[str, Any]]:
    """Every field of a card by its path, words without where they came from."""
    yield "line", document["line"]
    yield "family", document["family"]
    yield "source_locale", document["source_locale"]
    yield from _inner("facts", document["facts"])
    for locale in LOCALES:
        for field, text in document["texts"].get(locale, {}).items():
            yield f"{field}[{locale}]", text["value"]
    for sku in document["skus"]:
        for name, value in sku.items():
            if name != "code":
                yield f"sku.{sku['code']}.{name}", value


def _inner(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _inner(f"{path}.{name}", inner)
    else:
        yield path, value


def differences(before: Document | None, after: Document | None) -> list[Difference]:
    """All fields that differ, words first in the order people read them; a change of a text's state counts too."""
    old, new = dict(flat(before)) if before else {}, dict(flat(after)) if after else {}
    found = [
        Difference(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*new, *old])
        if old.get(name) != new.get(name)
    ]
    named = {difference.field for difference in found}
    for locale in LOCALES:
        texts = after["texts"].get(locale, {}) if after else {}
        past = before["texts"].get(locale, {}) if before else {}
        for field, text in texts.items():
            name = f"{field}[{locale}]"
            if name not in named and field in past and past[field] != text:
                found.append(Difference(f"{name}.state", _state(past[field]), _state(text)))
    return found


def _state(text: Text) -> dict[str, Any]:
    return {name: value for name, value in text.items() if name != "value"}
