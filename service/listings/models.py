"""Tables of listings: a seller's shops, the platforms' categories as imported, what goods are there, what was sent."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.catalog.models import Family, Product
from service.database import Base, now
from service.people.reach import Own

__all__ = [
    "ChannelAttribute", "ChannelCategory", "ChannelValue", "ExportedItem", "ListingChoice", "ListingExport", "ListingRef", "PictureAddress",
    "Shop",
]  # fmt: skip


class Shop(Own, Base):
    """An account of the organisation at a channel. `currency` is the account's; `vat` in per cent, "none", or "auto": as the goods have it.

    `settings` as `listings.shops` describes them (warehouses, the channel's own fields, where pictures lie). `sealed` holds the keys of the
    platform's interface, encrypted under the installation's key; without them nothing can be sent.
    """

    __tablename__ = "shop"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(String(3))
    vat: Mapped[str] = mapped_column(String(4), default="auto")
    settings: Mapped[dict[str, Any]]
    sealed: Mapped[bytes | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __mapper_args__ = {"version_id_col": version}


class ListingRef(Own, Base):
    """By which number a platform knows an SKU or a card in a shop: `kind` is nm_id, chrt_id, product_id, sku_id …"""

    __tablename__ = "listing_ref"
    __table_args__ = (UniqueConstraint("shop_id", "code", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(80))


class PictureAddress(Own, Base):
    """Where a picture lies for a shop: platforms such as WeChat take only addresses their own upload has given."""

    __tablename__ = "picture_address"
    __table_args__ = (UniqueConstraint("shop_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    url: Mapped[str] = mapped_column(String(2000))


class ChannelCategory(Own, Base):
    """A category of a platform as its own answer told it on a day. Only leaves take goods; `facts` what the platform asks of goods in it."""

    __tablename__ = "channel_category"
    __table_args__ = (UniqueConstraint("organisation_id", "channel", "external"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    external: Mapped[str] = mapped_column(String(80))
    parent: Mapped[str | None] = mapped_column(String(80))
    name_zh: Mapped[str | None] = mapped_column(String(200))
    name_ru: Mapped[str | None] = mapped_column(String(200))
    leaf: Mapped[bool]
    facts: Mapped[dict[str, Any]]
    told_on: Mapped[date]
    attributes: Mapped[list[ChannelAttribute]] = relationship(
        back_populates="category", cascade="all, delete-orphan", order_by="ChannelAttribute.position"
    )


class ChannelAttribute(Own, Base):
    """What a platform asks about goods of a category. `kind`: text, number, choice, yes. `limits` as `listings.categories` describes them."""

    __tablename__ = "channel_attribute"
    __table_args__ = (UniqueConstraint("category_id", "external"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("channel_category.id", ondelete="CASCADE"))
    external: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    name_zh: Mapped[str | None] = mapped_column(String(200))
    name_ru: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    required: Mapped[bool]
    limits: Mapped[dict[str, Any]]
    category: Mapped[ChannelCategory] = relationship(back_populates="attributes")
    values: Mapped[list[ChannelValue]] = relationship(cascade="all, delete-orphan", order_by="ChannelValue.id")


class ChannelValue(Own, Base):
    """One value of a platform's dictionary."""

    __tablename__ = "channel_value"
    __table_args__ = (UniqueConstraint("attribute_id", "external"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attribute_id: Mapped[int] = mapped_column(ForeignKey("channel_attribute.id", ondelete="CASCADE"))
    external: Mapped[str] = mapped_column(String(80))
    zh: Mapped[str | None] = mapped_column(String(500))
    ru: Mapped[str | None] = mapped_column(String(500))


class ListingChoice(Own, Base):
    """What the seller has chosen for a family, or for one card, in a channel: category, answers by attribute, the channel's own fields.

    What is chosen for a card goes before what is chosen for its family. `answers` as `listings.answering` describes them.
    """

    __tablename__ = "listing_choice"
    __table_args__ = (
        UniqueConstraint("organisation_id", "channel", "family_key", name="uq_listing_choice_family"),
        UniqueConstraint("organisation_id", "channel", "product_id", name="uq_listing_choice_product"),
        CheckConstraint("(family_key IS NULL) <> (product_id IS NULL)", name="whose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    family_key: Mapped[str | None] = mapped_column(ForeignKey(Family.key))
    product_id: Mapped[int | None] = mapped_column(ForeignKey(Product.id, ondelete="CASCADE"))
    category: Mapped[str | None] = mapped_column(String(80))
    answers: Mapped[dict[str, Any]]
    extras: Mapped[dict[str, Any]]
    person: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(default=now)

    __mapper_args__ = {"version_id_col": version}
    family: Mapped[Family | None] = relationship()
    product: Mapped[Product | None] = relationship()


class ListingExport(Own, Base):
    """One export: `kind` is cards, stock or prices; `shop` its key or empty; `revision` the day of the channel's rules. Never changed.

    `counts`: items ready, sent, left as they were, held back; `held` why, by code.
    """

    __tablename__ = "listing_export"
    __table_args__ = (Index("ix_listing_export_channel", "organisation_id", "channel", "market", "shop", "id"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    market: Mapped[str] = mapped_column(String(2))
    shop: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    as_of: Mapped[date]
    revision: Mapped[date]
    counts: Mapped[dict[str, Any]]
    held: Mapped[dict[str, Any]]
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)


class ExportedItem(Own, Base):
    """What one listing said when it was exported: the item as the channel takes it (JSON, deflated) and its digest. Never changed.

    Only what differed from the export before is written, so the newest row of a code is what the platform was told last. A row with
    `content` None says that the listing is no longer offered.
    """

    __tablename__ = "exported_item"
    __table_args__ = (
        UniqueConstraint("export_id", "code"),
        Index("ix_exported_item_code", "organisation_id", "channel", "market", "shop", "kind", "code", "id"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("listing_export.id"))
    channel: Mapped[str] = mapped_column(String(40))
    market: Mapped[str] = mapped_column(String(2))
    shop: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None]
