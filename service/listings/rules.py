"""The rules of a sales channel as its file writes them: a closed set of kinds, each with its source, its date and its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import Field

from service.authored import Strict
from service.listings.listing import FieldKind
from service.listings.measuring import Way

__all__ = [
    "KINDS",
    "MEANT_FOR",
    "Address",
    "Barcode",
    "Base",
    "Batch",
    "ChannelFile",
    "Characters",
    "Complete",
    "Currency",
    "FieldEntry",
    "Gap",
    "HowMany",
    "Length",
    "Number",
    "Of",
    "Pattern",
    "Pixels",
    "PriceForm",
    "Rate",
    "Reference",
    "Required",
    "Rule",
    "Said",
    "Spoken",
    "Style",
    "Unique",
    "UnitForm",
    "Vat",
    "Words",
]

Text = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]
Status = Literal["official", "official_old", "sdk", "measured", "third_party", "memory"]
"""Where a rule was read: in an official text, one that has since been replaced, the comments of an SDK, own trials, others' code."""


Script = Literal["han", "latin", "cyrillic", "digits"]


class Said(Strict):
    """Words in both languages."""

    zh: Text
    ru: Text


class Base(Strict):
    """What every rule carries. Rules of one id are one rule through time; their days do not overlap.

    `checked` is the day of the text that was read. Only what an official text says is verified; other rules warn at most.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    source: Text
    checked: date
    status: Status
    level: Literal["error", "warn"] = "error"
    valid_from: date | None = None
    valid_to: date | None = None
    only_for: list[Text] = []
    note: str = ""

    @property
    def verified(self) -> bool:
        """Whether an official text says so."""
        return self.status == "official"

    @property
    def strikes(self) -> Literal["error", "warn"]:
        """How hard the rule strikes: what is not verified only warns."""
        return self.level if self.verified else "warn"

    def in_force(self, day: date) -> bool:
        """Whether the rule holds on a day; both ends count."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Of(Base):
    """A rule about one field."""

    field: Text


class Required(Of):
    kind: Literal["required"]
    by: Literal["schema", "prose"]


class Length(Of):
    kind: Literal["length"]
    count: Way
    min: Count | None = None
    max: Count | None = None


class Pattern(Of):
    """The whole text must have this form (Python's expressions)."""

    kind: Literal["pattern"]
    pattern: Text
    expected: Said


class Characters(Of):
    """Signs that may not stand there, or the only scripts and signs that may; `needs`: scripts of which some sign must stand there."""

    kind: Literal["characters"]
    forbidden: str = ""
    scripts: list[Script] = []
    signs: str = ""
    needs: list[Script] = []


class Words(Of):
    """Words that may not stand there; an asterisk stands for any ending, е for ё too. Chinese words are found anywhere."""

    kind: Literal["words"]
    words: Annotated[list[Text], Field(min_length=1)]


class Style(Of):
    kind: Literal["style"]
    no: Annotated[list[Literal["emoji", "links", "contacts", "capitals", "markup"]], Field(min_length=1)]
    tags: list[Text] = []


class HowMany(Of):
    kind: Literal["count"]
    min: Count | None = None
    max: Count | None = None


class Pixels(Of):
    """What one picture must be; sides in pixels, `long_side` is the longer one."""

    kind: Literal["picture"]
    min_width: Count | None = None
    min_height: Count | None = None
    max_width: Count | None = None
    max_height: Count | None = None
    min_long_side: Count | None = None
    max_long_side: Count | None = None
    max_bytes: Count | None = None
    max_pixels: Count | None = None
    types: list[Text] = []
    ratios: list[Annotated[str, Field(pattern=r"^[1-9]\d*:[1-9]\d*$")]] = []


class Address(Of):
    """Where the channel fetches each picture from. `hosts`: what may follow the scheme, as "mmecimage.cn/p/" (none: any); `max` in signs.

    `required`: a picture without an address is one the channel cannot get.
    """

    kind: Literal["address"]
    required: bool = False
    schemes: Annotated[list[Literal["https", "http"]], Field(min_length=1)] = ["https", "http"]
    hosts: list[Annotated[str, Field(pattern=r"^[a-z0-9.-]+(/\S*)?$")]] = []
    max: Count | None = None


class Unique(Of):
    kind: Literal["unique"]


class Number(Of):
    """Limits in the unit named, `above` being excluded; `whole` demands a whole number of it."""

    kind: Literal["number"]
    unit: Literal["mm", "cm", "g", "kg", "minor", "major", "piece"]
    above: float | None = None
    min: float | None = None
    max: float | None = None
    whole: bool = False


class Gap(Strict):
    """Up to this price (in major units; none: any) the old price stands above by so much, in major units or in per cent."""

    up_to: Count | None = None
    amount: Count | None = None
    percent: Count | None = None


class Reference(Of):
    """What an old price must be beside the price; discounts in per cent of the old price."""

    kind: Literal["reference"]
    gaps: list[Gap] = []
    below_times: Count | None = None
    min_discount: Annotated[int | None, Field(ge=0, lt=100)] = None
    max_discount: Annotated[int | None, Field(ge=0, lt=100)] = None


class Currency(Of):
    """Currencies (ISO 4217) and how the channel writes each."""

    kind: Literal["currency"]
    codes: dict[str, str]


class Vat(Of):
    """Rates in per cent (or "none") and how the channel writes each."""

    kind: Literal["vat"]
    codes: dict[str, str]


class Barcode(Of):
    """Kinds of bar codes, and first digits that make a number no trade item number."""

    kind: Literal["barcode"]
    forms: Annotated[list[Literal["gtin8", "gtin12", "gtin13", "gtin14", "code128"]], Field(min_length=1)]
    restricted: list[Text] = []


class Spoken(Of):
    kind: Literal["language"]
    any_of: Annotated[list[Literal["ru", "zh", "en"]], Field(min_length=1)]


class Complete(Of):
    """Every combination of the variants' options is there."""

    kind: Literal["complete"]


class PriceForm(Of):
    """How a price is written; `scale` is the number of decimals."""

    kind: Literal["price_form"]
    form: Literal["string_dot", "integer_major", "number", "integer_minor"]
    scale: Count = 2


class UnitForm(Of):
    """In which unit a size or weight is sent; always rounded up to what the form holds."""

    kind: Literal["unit"]
    unit: Literal["mm", "cm", "g", "kg"]
    form: Literal["integer", "decimal"]
    decimals: Count = 0


class Batch(Base):
    """What one request takes. `atomic`: what one bad item spoils."""

    kind: Literal["batch"]
    call: Text
    items: Count | None = None
    group_items: Count | None = None
    bytes: Count | None = None
    atomic: Literal["all", "item", "item_later", "product"] | None = None


class Rate(Base):
    """How often a call may be made. `unit` is what is counted: calls, the items in them, or each item by itself (one pair in 30 seconds)."""

    kind: Literal["rate"]
    call: Text
    times: Count
    seconds: Count
    unit: Literal["request", "item", "each"] = "request"
    burst: Count | None = None
    token: str = ""


Rule = Annotated[
    Required | Length | Pattern | Characters | Words | Style | HowMany | Pixels | Address | Unique | Number | Reference | Currency
    | Vat | Barcode | Spoken | Complete | PriceForm | UnitForm | Batch | Rate,
    Field(discriminator="kind"),
]  # fmt: skip

KINDS: Mapping[str, type[Base]] = {
    get_args(one.model_fields["kind"].annotation)[0]: one for one in get_args(get_args(Rule)[0])
}
"""The model of each kind of rule, by the word in the file."""

_ANY_TEXT: tuple[FieldKind, ...] = ("text", "texts")
MEANT_FOR: Mapping[str, tuple[FieldKind, ...]] = {
    "length": _ANY_TEXT, "pattern": _ANY_TEXT, "characters": _ANY_TEXT, "words": _ANY_TEXT, "style": _ANY_TEXT,
    "count": ("texts", "pictures", "barcodes", "variants"), "picture": ("pictures",), "address": ("pictures",), "unique": ("pictures",),
    "number": ("number", "money"), "reference": ("money",), "currency": ("money",), "price_form": ("money",),
    "vat": ("vat",), "barcode": ("barcodes",), "language": ("languages",), "complete": ("variants",), "unit": ("number",),
}  # fmt: skip
"""Which kinds of fields a kind of rule speaks of; kinds that are not here speak of any."""


class FieldEntry(Strict):
    """Where a part of a listing goes in the channel's own form, and what it is there.

    `says`: what the seller tells in a field only this channel has, then in brackets where to find it. `choices`: the only words meant there.
    """

    name: Text
    path: Text
    type: Literal[
        "text", "integer", "decimal", "money", "list", "pictures", "barcode", "dimension", "weight", "vat", "choice",
        "attributes", "variants",
    ]  # fmt: skip
    says: Said | None = None
    choices: list[Text] = []


class ChannelFile(Strict):
    """What one file holds."""

    key: Text
    name: Said
    direction: Literal["to_ru", "to_cn", "both"]
    market: Literal["RU", "CN", "any"]
    languages: Annotated[list[Literal["ru", "zh", "en"]], Field(min_length=1)]
    verification: Literal["official_schema", "official_text", "sdk", "third_party"]
    revision: date
    sources: dict[str, Text]
    fields: list[FieldEntry]
    rules: list[Rule]
