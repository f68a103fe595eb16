"""Tables of pictures: each content once, and where cards show it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.catalog.models import Product
from service.database import Base, now
from service.people.reach import Shared

__all__ = ["Media", "ProductMedia"]


class Media(Shared, Base):
    """A picture, kept once under the SHA-256 of its bytes. `size` in bytes, `width` and `height` in pixels as it is shown.

    `medium` and `small` are WebP renditions that fit into 640 and 160 pixels.
    """

    __tablename__ = "media"
    __table_args__ = (UniqueConstraint("organisation_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))
    type: Mapped[str] = mapped_column(String(20))  # image/jpeg, image/png, image/webp
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(deferred=True)
    medium: Mapped[bytes] = mapped_column(deferred=True)
    small: Mapped[bytes] = mapped_column(deferred=True)
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)


class ProductMedia(Shared, Base):
    """A picture on a card: its place, its part, and what it shows in each language, for those who cannot see it."""

    __tablename__ = "product_media"
    __table_args__ = (UniqueConstraint("product_id", "media_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    media_id: Mapped[int] = mapped_column(ForeignKey("media.id"), index=True)
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(10))  # main, gallery, label, live
    alt_zh: Mapped[str | None] = mapped_column(String(300))
    alt_ru: Mapped[str | None] = mapped_column(String(300))
    media: Mapped[Media] = relationship()
    product: Mapped[Product] = relationship()
