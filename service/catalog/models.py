"""Tables of the catalogue. Texts are rows of their own: one product, one locale, one field, with where it came from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.database import Base, now
from service.people.models import Organisation
from service.people.reach import Shared

__all__ = ["Family", "FamilyAttribute", "Product", "ProductText", "Sku"]


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

    Temperatures in °C; `unverified` names facts nobody has checked against a label; `hs_edition` is the year of the
    Harmonized System nomenclature; `lexeme` holds the Russian spoken name in six cases.
    """

    __tablename__ = "product"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    line: Mapped[str] = mapped_column(String(20), index=True)
    family_key: Mapped[str] = mapped_column(ForeignKey("family.key"), index=True)
    source_locale: Mapped[str] = mapped_column(String(2))
    origin_country: Mapped[str] = mapped_column(String(2))
    origin_place: Mapped[str | None] = mapped_column(String(40))
    county: Mapped[str | None] = mapped_column(String(20))
    maker_is_sample: Mapped[bool]
    hs_code: Mapped[str] = mapped_column(String(10))
    hs_edition: Mapped[int]
    shelf_life_value: Mapped[int | None]
    shelf_life_unit: Mapped[str | None] = mapped_column(String(10))
    temperature_min: Mapped[int | None]
    temperature_max: Mapped[int | None]
    marking_group: Mapped[str | None] = mapped_column(String(40))
    markets: Mapped[list[Any]]
    certificates: Mapped[dict[str, Any]]
    allergens: Mapped[list[Any]]
    unverified: Mapped[list[Any]]
    attributes: Mapped[dict[str, Any]]
    lexeme: Mapped[dict[str, Any]]
    pinyin: Mapped[str | None] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}
    organisation: Mapped[Organisation] = relationship()
    family: Mapped[Family] = relationship()
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
    """One localised field. `source_digest` tells whether the source language has changed since this was written."""

    __tablename__ = "product_text"

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(2), primary_key=True)
    field: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str]
    origin: Mapped[str] = mapped_column(String(10))  # authored, memory, machine, reviewed
    source_locale: Mapped[str] = mapped_column(String(2))
    source_digest: Mapped[str] = mapped_column(String(64))
    reviewer: Mapped[str | None] = mapped_column(String(80))
    reviewed_at: Mapped[datetime | None]
    locked: Mapped[bool] = mapped_column(default=False)
    product: Mapped[Product] = relationship(back_populates="texts")


class Sku(Shared, Base):
    """A pack of a product that is sold by itself. `net_value` is whole g, ml or pieces; weights of the full pack in g."""

    __tablename__ = "sku"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    net_value: Mapped[int]
    net_unit: Mapped[str] = mapped_column(String(4))
    pack_measure: Mapped[str] = mapped_column(String(4))
    pack_noun: Mapped[str] = mapped_column(String(40))
    gross_g: Mapped[int]
    units_per_case: Mapped[int]
    product: Mapped[Product] = relationship(back_populates="skus")
