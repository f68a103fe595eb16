"""Makes what the API tells of channels, verdicts, listings, shops, categories and exports, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from service.catalog.answers import Both
from service.i18n import Locale
from service.listings.answers import (
    AnswerShown,
    AnswerValue,
    AttributeShown,
    CategoryFound,
    CategoryShown,
    ChangeShown,
    ChannelShown,
    ComposedShown,
    Counts,
    DifferenceShown,
    DroppedShown,
    ExportShown,
    FieldToTell,
    HeldShown,
    LeftOutShown,
    ListingShown,
    ListingWhole,
    MoneyShown,
    PictureShown,
    ReasonShown,
    ShopShown,
    SizeShown,
    ValueShown,
    VariantShown,
    VerdictShown,
)
from service.listings.categories.snapshot import Attribute, Category
from service.listings.channels import Channel, fields_to_tell
from service.listings.checking import Verdict
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
    "SHOWN", "attribute_shown", "category_found", "category_shown", "changes_shown", "channel_shown", "counts_of", "export_shown",
    "held_shown", "listing_whole", "shop_shown", "verdict_shown",
]  # fmt: skip

SHOWN = 200
"""Most reasons and differences one answer tells in full; all of them are counted."""


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
