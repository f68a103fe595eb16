"""Tables of the catalogue. Texts are rows of their own: one product, one locale, one field, with where it came from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.database import Base, now
from service.people.models import Organisation
from service.people.reach import Own, Shared

__all__ = [
    "Batch", "Distinct", "Family", "FamilyAttribute", "ImportProfile", "Product", "ProductText", "Readiness", "Redirect", "Revision",
    "SearchDocument", "Sku", "Upload",
]  # fmt: skip


class Family(Base):
    """A family of goods sold with the same words and described by the same attributes."""

    __tablename__ = "family"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_ru: Mapped[str] = mapped_column(String(80))
    attributes: Mapped[list[FamilyAttribute]] = relationship(
        back_populates="family", cascade="all, delete-orphan", order_by="FamilyAttribute.position"
    )


class FamilyAttribute(Base):
    """What cards of a family may say: type, unit, names; options of an enum with both labels."""

    __tablename__ = "family_attribute"

    family_key: Mapped[str] = mapped_column(ForeignKey("family.key", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int]
    type: Mapped[str] = mapped_column(String(10))
    unit: Mapped[str | None] = mapped_column(String(10))
    name_zh: Mapped[str] = mapped_column(String(80))
    name_ru: Mapped[str] = mapped_column(String(80))
    options: Mapped[dict[str, Any]]
    family: Mapped[Family] = relationship(back_populates="attributes")


class Product(Shared, Base):
    """One kind of goods with its facts; sizes are SKUs, words are texts.

    Temperatures in °C, `storage` the class they fall into; `unverified` names facts nobody has checked against a label;
    `hs_edition` is the year of the Harmonized System nomenclature; `lexeme` holds the Russian spoken name in six cases.
    A card may be unfinished: what a channel still lacks stands in its `readiness`. `document` is the whole content as
    `catalog.document` writes it, `digest` names that content, `version` counts the revisions.
    """

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        Index(  # everything a facet counts and `in_front` asks for, so that no card is read for it
            "ix_product_facets", "organisation_id", "line", "family_key", "readiness_id", "brand_key", "county", "storage", "key",
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    line: Mapped[str] = mapped_column(String(20), index=True)
    family_key: Mapped[str] = mapped_column(ForeignKey("family.key"), index=True)
    source_locale: Mapped[str] = mapped_column(String(2))
    origin_country: Mapped[str | None] = mapped_column(String(2))
    origin_place: Mapped[str | None] = mapped_column(String(40))
    county: Mapped[str | None] = mapped_column(String(20))
    maker_is_sample: Mapped[bool]
    hs_code: Mapped[str | None] = mapped_column(String(10))
    hs_edition: Mapped[int | None]
    shelf_life_value: Mapped[int | None]
    shelf_life_unit: Mapped[str | None] = mapped_column(String(10))
    temperature_min: Mapped[int | None]
    temperature_max: Mapped[int | None]
    storage: Mapped[str | None] = mapped_column(String(10))
    brand_key: Mapped[str | None] = mapped_column(String(60), index=True)
    marking_group: Mapped[str | None] = mapped_column(String(40))
    markets: Mapped[list[Any]]
    certificates: Mapped[dict[str, Any]]
    allergens: Mapped[list[Any]]
    unverified: Mapped[list[Any]]
    attributes: Mapped[dict[str, Any]]
    lexeme: Mapped[dict[str, Any]]
    pinyin: Mapped[str | None] = mapped_column(String(120))
    readiness_id: Mapped[int | None] = mapped_column(ForeignKey("readiness.id"))
    digest: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    document: Mapped[str] = mapped_column(deferred=True)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
    organisation: Mapped[Organisation] = relationship()
    family: Mapped[Family] = relationship()
    readiness: Mapped[Readiness | None] = relationship()
    texts: Mapped[list[ProductText]] = relationship(back_populates="product", cascade="all, delete-orphan")
    skus: Mapped[list[Sku]] = relationship(
        back_populates="product", cascade="all, delete-orphan", order_by="Sku.position"
    )

    def text(self, locale: str, field: str) -> str | None:
        """The words of one field, or None; never the other language's."""
        return next((t.value for t in self.texts if t.locale == locale and t.field == field), None)

    def texts_of(self, locale: str) -> dict[str, str]:
        """All fields of one language."""
        return {text.field: text.value for text in self.texts if text.locale == locale}


class ProductText(Shared, Base):
    """One localised field. It is stale once the source language's text no longer has `source_digest`."""

    __tablename__ = "product_text"
    __table_args__ = {"sqlite_with_rowid": False}

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # no index: nobody asks for it alone
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(2), primary_key=True)
    field: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str]
    origin: Mapped[str] = mapped_column(String(10))  # authored, memory, machine
    source_locale: Mapped[str] = mapped_column(String(2))
    source_digest: Mapped[str] = mapped_column(String(64))
    stale: Mapped[bool] = mapped_column(default=False)
    reviewer: Mapped[str | None] = mapped_column(String(80))
    reviewed_at: Mapped[datetime | None]
    locked: Mapped[bool] = mapped_column(default=False)
    product: Mapped[Product] = relationship(back_populates="texts")


class Sku(Shared, Base):
    """A pack of a product that is sold by itself. `net_value` is whole g, ml or pieces; weights of the full pack in g, its sides in mm."""

    __tablename__ = "sku"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    net_value: Mapped[int]
    net_unit: Mapped[str] = mapped_column(String(4))
    pack_measure: Mapped[str | None] = mapped_column(String(4))
    pack_noun: Mapped[str | None] = mapped_column(String(40))
    gross_g: Mapped[int | None]
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    units_per_case: Mapped[int | None]
    gtin: Mapped[str | None] = mapped_column(String(14), index=True)
    product: Mapped[Product] = relationship(back_populates="skus")


class Readiness(Base):
    """One set of gaps that cards have: per channel and language, the fields still missing.

    Cards with the same gaps share a row, so that a dashboard counts a few rows' worth of groups over any number of cards.
    """

    __tablename__ = "readiness"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(32), unique=True)
    gaps: Mapped[dict[str, Any]]


class Batch(Own, Base):
    """Many cards changed by one act: an import, a bulk edit, an undo. `undoes` names the batch it took back."""

    __tablename__ = "batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # import, bulk, undo, merge
    source: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
    state: Mapped[str] = mapped_column(String(10))  # applying, applied, undone, broken
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))
    undoes: Mapped[int | None] = mapped_column(ForeignKey("batch.id", ondelete="SET NULL"))


class Revision(Own, Base):
    """One change of one card: who, when, why, which fields; `before` leads back to the content it replaced.

    `number` is the version the card had afterwards. `before` is None for the first revision.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("product_id", "number"), Index("ix_revision_batch", "batch_id", "product_id"))

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    number: Mapped[int]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(10))  # import, edit, review, restore, bulk, undo, merge
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    fields: Mapped[list[Any]]
    before: Mapped[bytes | None]


class SearchDocument(Shared, Base):
    """What a card is found by, as tokens: `catalog.search` writes it, the database's own index follows it."""

    __tablename__ = "search_document"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    tokenizer: Mapped[int]
    exact: Mapped[str]
    stem: Mapped[str]
    body: Mapped[str]


class Redirect(Shared, Base):
    """A key that was merged into another card; `document` is what the card under it said last."""

    __tablename__ = "product_redirect"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), index=True)
    document: Mapped[str] = mapped_column(deferred=True)


class Distinct(Own, Base):
    """Two cards that look alike and are not the same: somebody has said so (`one_id` < `other_id`)."""

    __tablename__ = "product_distinct"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    one_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), primary_key=True)
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)


class Upload(Own, Base):
    """A file of cards somebody sent, kept for a week so that a check and the import after it speak of the same file."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(deferred=True)
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now, index=True)


class ImportProfile(Own, Base):
    """A column mapping kept under a name, for sheets that come again."""

    __tablename__ = "import_profile"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    mapping: Mapped[dict[str, Any]]
