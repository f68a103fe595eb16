"""Tables of brands: a brand and its texts, licences to use it, certificates of goods."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.catalog.models import Product
from service.database import Base, now
from service.people.reach import Shared

__all__ = ["Brand", "BrandText", "Certificate", "CertificateProduct", "Licence"]


class Brand(Shared, Base):
    """A brand goods are sold under. A county's line stands below its regional mark (`parent_key`).

    `licensed`: only goods a licence covers may carry it. `registration` is the trade mark's number, None where nobody has
    looked it up; `unverified` names what of it nobody has checked.
    """

    __tablename__ = "brand"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    parent_key: Mapped[str | None] = mapped_column(String(60))
    line: Mapped[str] = mapped_column(String(20))
    county: Mapped[str | None] = mapped_column(String(20))
    owner_zh: Mapped[str] = mapped_column(String(120))
    owner_ru: Mapped[str] = mapped_column(String(120))
    registration: Mapped[str | None] = mapped_column(String(40))
    licensed: Mapped[bool]
    source_locale: Mapped[str] = mapped_column(String(2))
    source: Mapped[str] = mapped_column(String(300))
    unverified: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    __mapper_args__ = {"version_id_col": version}
    texts: Mapped[list[BrandText]] = relationship(
        back_populates="brand", cascade="all, delete-orphan", order_by="BrandText.field, BrandText.locale"
    )
    licences: Mapped[list[Licence]] = relationship(
        back_populates="brand", cascade="all, delete-orphan", order_by="Licence.number"
    )


class BrandText(Shared, Base):
    """One localised field of a brand: name, slogan, story. `made_from` set: its source has changed since."""

    __tablename__ = "brand_text"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(2), primary_key=True)
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str]
    made_from: Mapped[str | None]
    reviewer: Mapped[str | None] = mapped_column(String(80))
    reviewed_at: Mapped[datetime | None]
    brand: Mapped[Brand] = relationship(back_populates="texts")


class Licence(Shared, Base):
    """Who may sell what under a brand, and when: families, single SKUs, or with neither everything.

    `told` is the last threshold of days before its end that was told; None: none yet.
    """

    __tablename__ = "brand_licence"
    __table_args__ = (UniqueConstraint("brand_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"))
    number: Mapped[str] = mapped_column(String(60))
    licensee: Mapped[str] = mapped_column(String(120))
    organisation_key: Mapped[str | None] = mapped_column(String(60))
    families: Mapped[list[Any]]
    skus: Mapped[list[Any]]
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10))  # valid, suspended, revoked
    source: Mapped[str] = mapped_column(String(300))
    verified: Mapped[bool]
    told: Mapped[int | None]
    brand: Mapped[Brand] = relationship(back_populates="licences")


class Certificate(Shared, Base):
    """A paper some goods need: declaration of conformity, registration, organic mark, indication of origin, …

    `valid_to` None: without an end. `checked_at` is when somebody last looked it up in the register named in `check_source`.
    """

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(80))
    issuer: Mapped[str] = mapped_column(String(160))
    country: Mapped[str] = mapped_column(String(2))
    holder: Mapped[str] = mapped_column(String(160))
    issued: Mapped[date | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10))  # valid, suspended, revoked, unknown
    checked_at: Mapped[datetime | None]
    check_source: Mapped[str | None] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(String(500))
    verified: Mapped[bool]
    told: Mapped[int | None]
    products: Mapped[list[CertificateProduct]] = relationship(
        back_populates="certificate", cascade="all, delete-orphan", order_by="CertificateProduct.product_id"
    )


class CertificateProduct(Shared, Base):
    """A card a certificate covers."""

    __tablename__ = "certificate_product"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id", ondelete="CASCADE"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"), primary_key=True, index=True)
    certificate: Mapped[Certificate] = relationship(back_populates="products")
    product: Mapped[Product] = relationship()
