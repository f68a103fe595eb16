"""A listing before it takes a channel's form: neutral units (millimetres, grams, minor units of money), texts as they will stand there.

`FIELDS` says by which names rules reach its parts. What only one channel knows (its category, a freight template) stands in `extras` and
is reached as `extra.<name>`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from service.i18n import N_, Message, Named

__all__ = ["FIELDS", "Answer", "Dimensions", "FieldKind", "Listing", "Money", "Picture", "Place", "Variant", "field_kind", "label", "reader"]  # fmt: skip

FieldKind = Literal["text", "texts", "pictures", "number", "money", "vat", "barcodes", "languages", "variants"]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (kopecks, fen) of an ISO 4217 currency."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Of the packed goods, in millimetres."""

    length: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its file type in small letters (jpg, png, webp …), pixels, bytes, a digest that tells it from others, and where the

    channel can fetch it (empty: nowhere yet).
    """

    type: str
    width: int
    height: int
    bytes: int
    digest: str = ""
    url: str = ""


class Answer(NamedTuple):
    """What is answered to one attribute of a platform's category: `attribute` is its number there, `values` pairs of the dictionary's number

    (None: own words) and the text. `unit` and `group` are the platform's numbers of a unit and of a group of attributes (Ozon's complex_id).
    """

    attribute: str
    name: str
    kind: Literal["text", "number", "choice", "yes"]
    values: tuple[tuple[str | None, str], ...]
    unit: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """One SKU. What is not given here is as the listing says."""

    code: str
    options: Mapping[str, str] = field(default_factory=dict)
    barcodes: tuple[str, ...] = ()
    price: Money | None = None
    old_price: Money | None = None
    stock: int | None = None
    dimensions: Dimensions | None = None
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One card for one channel. `weight` in grams; `vat` in per cent as text, or "none"; `languages` are those of the texts.

    `goods` names what kind of goods these are where rules differ by it (food, fresh …). `answers` are those to the attributes of the
    platform's category, `product` is the key of the card.
    """

    code: str
    title: str
    languages: tuple[str, ...]
    short_title: str = ""
    bullets: tuple[str, ...] = ()
    description: str = ""
    brand: str = ""
    tags: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    tall_pictures: tuple[Picture, ...] = ()
    detail_pictures: tuple[Picture, ...] = ()
    price: Money | None = None
    old_price: Money | None = None
    vat: str | None = None
    barcodes: tuple[str, ...] = ()
    dimensions: Dimensions | None = None
    weight: int | None = None
    stock: int | None = None
    variants: tuple[Variant, ...] = ()
    goods: frozenset[str] = frozenset()
    extras: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    product: str = ""


class Place(NamedTuple):
    """A part of a listing: where it stands, such as "pictures.2" or "variants.0.price", and what stands there."""

    name: str
    value: Any


Reader = Callable[[Listing], Sequence[Place]]


def reader(name: str) -> Reader:
    """What reads a field's parts; each part of a list by itself, each variant's value as it will be sent."""
    if name.startswith("extra."):
        key = name.removeprefix("extra.")
        return lambda listing: (Place(name, listing.extras.get(key)),)
    return FIELDS[name].read


def field_kind(name: str) -> FieldKind | None:
    """What kind of thing a field is; None if there is no such field."""
    if name.startswith("extra.") and name != "extra.":
        return "text"
    return FIELDS[name].kind if name in FIELDS else None


def label(place: str, own: Mapping[str, Named] | None = None) -> Message:
    """A place in the reader's language; `own` are the channel's words for its own fields, by their names in the listing."""
    head, *rest = place.split(".")
    if head == "extra":
        if own and (says := own.get(place)):
            return Message(N_("{says} ({name})"), {"says": says, "name": ".".join(rest)})
        return Message(N_("Channel's own field “{name}”"), {"name": ".".join(rest)})
    if head == "variants" and len(rest) == 2:
        return Message(N_("{name} of variant {number}"), {"name": label(rest[1]), "number": int(rest[0]) + 1})
    if rest:
        return Message(N_("{name} {number}"), {"name": label(head), "number": _counted(rest[0])})
    return Message(FIELDS[head].label) if head in FIELDS else Message(head)


def _counted(part: str) -> str:
    return str(int(part) + 1) if part.isdecimal() else f"“{part}”"


def _one(name: str) -> Reader:
    return lambda listing: (Place(name, getattr(listing, name)),)


def _each(name: str) -> Reader:
    return lambda listing: [Place(f"{name}.{at}", item) for at, item in enumerate(getattr(listing, name))]


def _sold(name: str) -> Reader:
    """A value that each variant may have of its own."""

    def read(listing: Listing) -> Sequence[Place]:
        own = getattr(listing, name)
        if not listing.variants:
            return (Place(name, own),)
        return [
            Place(f"variants.{at}.{name}", own if (told := getattr(variant, name)) in (None, ()) else told)
            for at, variant in enumerate(listing.variants)
        ]

    return read


def _side(name: str) -> Reader:
    def read(listing: Listing) -> Sequence[Place]:
        own = listing.dimensions
        if not listing.variants:
            return (Place(name, getattr(own, name) if own else None),)
        return [
            Place(f"variants.{at}.{name}", getattr(size, name) if (size := variant.dimensions or own) else None)
            for at, variant in enumerate(listing.variants)
        ]

    return read


def _options(part: int) -> Reader:
    name = ("option_names", "option_values")[part]
    return lambda listing: [
        Place(f"variants.{at}.{name}", option[part])
        for at, variant in enumerate(listing.variants)
        for option in variant.options.items()
    ]


def _attributes(listing: Listing) -> Sequence[Place]:
    return [Place(f"attributes.{name}", value) for name, value in listing.attributes.items()]


def _answers(listing: Listing) -> Sequence[Place]:
    """Every value by itself: an attribute may have several."""
    return [Place(f"answers.{one.name}", text) for one in listing.answers for _, text in one.values]


def _all_pictures(listing: Listing) -> Sequence[Place]:
    """Those of the card and of its description; tall ones are the same again in another shape, and counted by themselves."""
    return [*_each("pictures")(listing), *_each("detail_pictures")(listing)]


class _Field(NamedTuple):
    kind: FieldKind
    label: str
    read: Reader


FIELDS: Mapping[str, _Field] = {
    "code": _Field("text", N_("Seller's code"), _sold("code")),
    "title": _Field("text", N_("Title"), _one("title")),
    "short_title": _Field("text", N_("Short title"), _one("short_title")),
    "description": _Field("text", N_("Description"), _one("description")),
    "brand": _Field("text", N_("Brand"), _one("brand")),
    "bullets": _Field("texts", N_("Selling point"), _each("bullets")),
    "tags": _Field("texts", N_("Tag"), _each("tags")),
    "attributes": _Field("texts", N_("Attribute"), _attributes),
    "answers": _Field("texts", N_("Values of attributes"), _answers),
    "option_names": _Field("texts", N_("Name of an option"), _options(0)),
    "option_values": _Field("texts", N_("Value of an option"), _options(1)),
    "pictures": _Field("pictures", N_("Picture"), _each("pictures")),
    "tall_pictures": _Field("pictures", N_("Tall picture"), _each("tall_pictures")),
    "detail_pictures": _Field("pictures", N_("Detail picture"), _each("detail_pictures")),
    "all_pictures": _Field("pictures", N_("Pictures in all"), _all_pictures),
    "price": _Field("money", N_("Price"), _sold("price")),
    "old_price": _Field("money", N_("Price before"), _sold("old_price")),
    "vat": _Field("vat", N_("VAT"), _one("vat")),
    "barcodes": _Field("barcodes", N_("Bar codes"), _sold("barcodes")),
    "length": _Field("number", N_("Length"), _side("length")),
    "width": _Field("number", N_("Width"), _side("width")),
    "height": _Field("number", N_("Height"), _side("height")),
    "weight": _Field("number", N_("Weight"), _sold("weight")),
    "stock": _Field("number", N_("Stock"), _sold("stock")),
    "languages": _Field("languages", N_("Languages"), _one("languages")),
    "variants": _Field("variants", N_("Variants"), _each("variants")),
}
