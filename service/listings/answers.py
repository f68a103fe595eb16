"""How channels, verdicts, listings, shops, categories and exports look from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.catalog.answers import Both
from service.compliance.entries import Market
from service.i18n import Locale
from service.listings.categories.snapshot import Attribute, Category
from service.listings.channels import Channel, fields_to_tell
from service.listings.checking import State, Verdict
from service.listings.composing import Composed
from service.listings.connectors import CONNECTORS
from service.listings.exporting import Export
from service.listings.forms.form import ApiForm, Held
from service.listings.forms.registry import form_for, forms
from service.listings.listing import Answer, Listing, Money
from service.listings.models import ListingExport, Shop
from service.listings.reasons import Reason
from service.listings.sealing import KEY_NAMES
from service.listings.shops import ShopSettings
from service.listings.snapshots import Change

__all__ = [
    "SHOWN", "AttributeShown", "CategoryFound", "CategoryShown", "ChangeShown", "ChannelShown", "ComposedShown", "Counts", "ExportShown",
    "HeldShown", "ListingWhole", "ShopShown", "VerdictShown", "attribute_shown", "category_found", "category_shown", "changes_shown",
    "channel_shown", "counts_of", "export_shown", "held_shown", "listing_whole", "shop_shown", "verdict_shown",
]  # fmt: skip

SHOWN = 200
"""Most reasons and differences one answer tells in full; all of them are counted."""

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


def channel_shown(channel: Channel, day: date) -> ChannelShown:
    """A channel for the outside."""
    own = channel.content
    exports: Literal["requests", "file"] | None = None
    if channel.key in forms():
        exports = "requests" if isinstance(form_for(channel), ApiForm) else "file"
    return ChannelShown(
        key=own.key, name=Both(zh=own.name.zh, ru=own.name.ru), direction=own.direction, market=own.market,
        languages=list(own.languages), verification=own.verification, revision=own.revision, exports=exports,
        can_be_sent=own.key in CONNECTORS, keys=list(KEY_NAMES.get(own.key, ())),
        fields=[
            FieldToTell(
                name=one.name, says=Both(zh=one.says.zh, ru=one.says.ru), required=one.required,
                choices=list(channel.own[f"extra.{one.name}"].choices),
            )
            for one in fields_to_tell(channel, day)
        ],
    )  # fmt: skip


def verdict_shown(one: Verdict, locale: Locale) -> VerdictShown:
    """A verdict in the reader's language."""
    return VerdictShown(
        product=one.product, channel=one.channel, market=one.market, state=one.state,
        listings=[each.listing.code for each in one.composed], sendable=[each.listing.code for each in one.sendable],
        reasons=[_reason(reason, locale) for reason in one.reasons],
    )  # fmt: skip


def _reason(one: Reason, locale: Locale) -> ReasonShown:
    return ReasonShown(
        blocks=one.blocks, kind=one.kind, code=one.code, place=one.place, message=one.message.say(locale),
        remedy=one.remedy.say(locale), listings=sorted(one.listings),
    )  # fmt: skip


def listing_whole(one: Verdict, locale: Locale) -> ListingWhole:
    """A card's listings in a channel, with the verdict on them."""
    return ListingWhole(verdict=verdict_shown(one, locale), composed=[_composed(each) for each in one.composed])


def _composed(one: Composed) -> ComposedShown:
    return ComposedShown(
        listing=_listing(one.listing),
        dropped=[DroppedShown(slot=each.slot, words=each.words) for each in one.dropped],
        left_out=[LeftOutShown(slot=each.slot, facts=dict(each.facts), must=each.must) for each in one.left_out],
    )


def _listing(one: Listing) -> ListingShown:
    plain: dict[str, Any] = {
        name: getattr(one, name) for name in ("code", "title", "short_title", "description", "brand", "vat", "weight", "stock")
    }  # fmt: skip
    listed = {name: list(getattr(one, name)) for name in ("languages", "bullets", "tags", "barcodes")}
    pictures = {
        name: [PictureShown.model_validate(each) for each in getattr(one, name)]
        for name in ("pictures", "tall_pictures", "detail_pictures")
    }
    return ListingShown(
        **plain, **listed, **pictures, attributes=dict(one.attributes), extras=dict(one.extras), goods=sorted(one.goods),
        price=_money(one.price), old_price=_money(one.old_price), size=_size(one),
        answers=[_answer(each) for each in one.answers],
        variants=[
            VariantShown(
                code=each.code, options=dict(each.options), barcodes=list(each.barcodes), price=_money(each.price),
                old_price=_money(each.old_price), stock=each.stock, size=_size(each), weight=each.weight,
            )
            for each in one.variants
        ],
    )  # fmt: skip


def _money(money: Money | None) -> MoneyShown | None:
    return None if money is None else MoneyShown(amount=money.amount, currency=money.currency)


def _size(one: Any) -> SizeShown | None:
    size = one.dimensions
    return None if size is None else SizeShown(length=size.length, width=size.width, height=size.height)


def _answer(one: Answer) -> AnswerShown:
    values = [AnswerValue(id=number, text=text) for number, text in one.values]
    return AnswerShown(
        attribute=one.attribute, name=one.name, kind=one.kind, values=values, unit=one.unit, group=one.group
    )


def shop_shown(shop: Shop) -> ShopShown:
    """A shop without its keys."""
    plain: dict[str, Any] = {
        name: getattr(shop, name) for name in ("key", "channel", "currency", "vat", "version", "created_at", "updated_at")
    }  # fmt: skip
    return ShopShown(
        **plain, settings=ShopSettings.model_validate(shop.settings), keys=shop.sealed is not None,
        key_names=list(KEY_NAMES.get(shop.channel, ())),
    )  # fmt: skip


def category_found(one: Category, above: Iterable[str]) -> CategoryFound:
    """A category in a list of those found."""
    return CategoryFound(
        external=one.external, leaf=one.leaf, parent=one.parent, name_zh=one.name_zh, name_ru=one.name_ru,
        told_on=one.told_on, above=list(above),
    )  # fmt: skip


def category_shown(one: Category, values: list[ValueShown] | None) -> CategoryShown:
    """A category with what it asks."""
    return CategoryShown(
        external=one.external, leaf=one.leaf, parent=one.parent, name_zh=one.name_zh, name_ru=one.name_ru,
        facts=dict(one.facts), told_on=one.told_on, attributes_on=one.attributes_on,
        attributes=[attribute_shown(each) for each in one.attributes], values=values,
    )  # fmt: skip


def attribute_shown(one: Attribute) -> AttributeShown:
    """An attribute without its dictionary, which may hold a hundred thousand values."""
    return AttributeShown(
        external=one.external, name_zh=one.name_zh, name_ru=one.name_ru, kind=one.kind, required=one.required,
        limits=dict(one.limits),
    )  # fmt: skip


def export_shown(export: ListingExport) -> ExportShown:
    """An export for lists."""
    return ExportShown.model_validate(export)


def counts_of(export: Export) -> Counts:
    """What an export would come to, were it recorded."""
    whats = [one.what for one in export.told.changed]
    counts: Mapping[str, int] = {what: whats.count(what) for what in ("new", "changed", "gone")}
    return Counts(**counts, unchanged=export.told.unchanged, held=len({one.code for one in export.held}))


def held_shown(held: Iterable[Held], locale: Locale) -> list[HeldShown]:
    """The first of what was held back, in the reader's language."""
    return [
        HeldShown(code=one.code, message=one.message.say(locale), remedy=one.remedy.say(locale))
        for one, _ in zip(held, range(SHOWN), strict=False)
    ]


def changes_shown(changes: Iterable[Change]) -> list[ChangeShown]:
    """The first of what differs, place by place."""
    return [
        ChangeShown(
            code=one.code, what=one.what,
            differences=[
                DifferenceShown(path=each.path, before=each.before, after=each.after) for each in one.differences
            ] if one.what == "changed" else [],
        )
        for one, _ in zip(changes, range(SHOWN), strict=False)
    ]  # fmt: skip
