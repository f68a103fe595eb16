"""How channels, verdicts, listings, shops, categories and exports look from outside; `showing` makes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.catalog.answers import Both
from service.compliance.entries import Market
from service.listings.checking import State
from service.listings.shops import ShopSettings

__all__ = [
    "AnswerShown", "AnswerValue", "AttributeShown", "CategoryFound", "CategoryShown", "ChangeShown", "ChannelShown", "ComposedShown",
    "Counts", "DifferenceShown", "DroppedShown", "ExportShown", "FieldToTell", "HeldShown", "LeftOutShown", "ListingShown",
    "ListingWhole", "MoneyShown", "PictureShown", "ReasonShown", "ShopShown", "SizeShown", "ValueShown", "VariantShown",
    "VerdictShown",
]  # fmt: skip

Kind = Literal["cards", "stock", "prices"]


class FieldToTell(BaseModel):
    """A field only the seller can fill: in a shop's `settings.extras`, or in a choice's `extras`."""

    name: str
    says: Both
    required: bool
    choices: list[str] = Field(description="The only words meant there; empty: any.")


class ChannelShown(BaseModel):
    """A channel, how well its rules are verified, and what can be done with it."""

    key: str
    name: Both
    direction: Literal["to_ru", "to_cn", "both"]
    market: Literal["RU", "CN", "any"]
    languages: list[str]
    verification: str = Field(description="Where its rules were read: official_schema, official_text, sdk or third_party.")  # fmt: skip
    revision: date
    exports: Literal["requests", "file"] | None = Field(
        description="What an export is; null: listings are only checked."
    )
    can_be_sent: bool = Field(description="Exports can be sent from here to a shop with keys.")
    keys: list[str] = Field(description="Names of the keys its interface asks for.")
    fields: list[FieldToTell]


class ReasonShown(BaseModel):
    """Why a card is not ready, and what to do. `listings`: those it concerns; empty: all of the card."""

    blocks: bool
    kind: Literal["channel", "law", "missing"]
    code: str
    place: str
    message: str
    remedy: str
    listings: list[str]


class VerdictShown(BaseModel):
    """A card in a channel and market: may it stand there? `sendable` are the listings nothing blocks."""

    product: str
    channel: str
    market: Market
    state: State
    listings: list[str]
    sendable: list[str]
    reasons: list[ReasonShown]


class MoneyShown(BaseModel):
    """Minor units (fen, kopecks) of a currency."""

    amount: int
    currency: str


class SizeShown(BaseModel):
    """Of the packed goods, in millimetres."""

    length: int
    width: int
    height: int


class PictureShown(BaseModel):
    """A picture; `url` is where the channel fetches it, empty: nowhere yet."""

    model_config = ConfigDict(from_attributes=True)
    type: str
    width: int
    height: int
    bytes: int
    digest: str
    url: str


class AnswerValue(BaseModel):
    """A value; `id` is the dictionary's number, null for own words."""

    id: str | None
    text: str


class AnswerShown(BaseModel):
    """What is answered to one attribute of the platform's category."""

    attribute: str
    name: str
    kind: Literal["text", "number", "choice", "yes"]
    values: list[AnswerValue]
    unit: str | None
    group: str | None


class VariantShown(BaseModel):
    """One SKU of a listing; null: as the listing says."""

    code: str
    options: dict[str, str]
    barcodes: list[str]
    price: MoneyShown | None
    old_price: MoneyShown | None
    stock: int | None
    size: SizeShown | None
    weight: int | None


class ListingShown(BaseModel):
    """A listing before it takes the channel's form. `weight` in grams; `vat` in per cent, or "none"."""

    code: str
    title: str
    short_title: str
    languages: list[str]
    bullets: list[str]
    description: str
    brand: str
    tags: list[str]
    attributes: dict[str, str]
    pictures: list[PictureShown]
    tall_pictures: list[PictureShown]
    detail_pictures: list[PictureShown]
    price: MoneyShown | None
    old_price: MoneyShown | None
    vat: str | None
    barcodes: list[str]
    size: SizeShown | None
    weight: int | None
    stock: int | None
    variants: list[VariantShown]
    goods: list[str]
    extras: dict[str, str]
    answers: list[AnswerShown]


class DroppedShown(BaseModel):
    """Words, or pictures, that did not fit into a limit of the channel."""

    slot: str
    words: str


class LeftOutShown(BaseModel):
    """A part that could not be said: facts that are missing, each with why (missing, draft, stale). `must`: it belongs there."""

    slot: str
    facts: dict[str, str]
    must: bool


class ComposedShown(BaseModel):
    """A listing, with what is not in it."""

    listing: ListingShown
    dropped: list[DroppedShown]
    left_out: list[LeftOutShown]


class ListingWhole(BaseModel):
    """A card as it would be listed in a channel, and what stands against it."""

    verdict: VerdictShown
    composed: list[ComposedShown]


class ShopShown(BaseModel):
    """A shop. Its keys are never told: `keys` says whether there are any, `key_names` what the platform asks for."""

    key: str
    channel: str
    currency: str
    vat: str
    settings: ShopSettings
    keys: bool
    key_names: list[str]
    version: int
    created_at: datetime
    updated_at: datetime


class CategoryFound(BaseModel):
    """A category of a platform as it was imported; goods go only into leaves. `above`: the names above it, the highest first."""

    external: str
    leaf: bool
    parent: str | None
    name_zh: str | None
    name_ru: str | None
    told_on: date | None
    above: list[str]


class ValueShown(BaseModel):
    """A value of a dictionary."""

    external: str
    zh: str | None
    ru: str | None


class AttributeShown(BaseModel):
    """What a platform asks about goods of a category; `limits` as docs/listing-categories.md has them."""

    external: str
    name_zh: str | None
    name_ru: str | None
    kind: Literal["text", "number", "choice", "yes"]
    required: bool
    limits: dict[str, Any]


class CategoryShown(BaseModel):
    """A category with all it asks. `values` are those of the attribute that was asked for; null: none was."""

    external: str
    leaf: bool
    parent: str | None
    name_zh: str | None
    name_ru: str | None
    facts: dict[str, Any]
    told_on: date | None
    attributes_on: date | None
    attributes: list[AttributeShown]
    values: list[ValueShown] | None


class Counts(BaseModel):
    """Items of an export: told as new, as changed, as gone; left as they were; and listings held back."""

    new: int
    changed: int
    gone: int
    unchanged: int
    held: int


class HeldShown(BaseModel):
    """What was not sent, why, and what to do."""

    code: str
    message: str
    remedy: str


class DifferenceShown(BaseModel):
    """One place of an item (items.3.name) that says something else; null: nothing stood or stands there."""

    path: str
    before: Any
    after: Any


class ChangeShown(BaseModel):
    """An item that differs from what the channel was told last."""

    code: str
    what: Literal["new", "changed", "gone"]
    differences: list[DifferenceShown] = Field(description="Of changed items.")


class ExportShown(BaseModel):
    """One export: what went to a channel on a day, under the channel's rules of `revision`."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    channel: str
    market: Market
    shop: str
    kind: Kind
    as_of: date
    revision: date
    counts: Counts
    person: str
    at: datetime
