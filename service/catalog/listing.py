"""Lists of the catalogue for people who choose: products with their SKUs, in stable order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.catalog.models import Product, Sku
from service.errors import NotFound
from service.i18n import N_, Message

__all__ = ["product_card", "product_page", "sku_list"]


def sku_list(session: Session) -> list[dict[str, Any]]:
    """Every SKU with its product's short names and its own label, by line and code."""
    query = (
        select(Sku).join(Product).options(selectinload(Sku.product).selectinload(Product.texts)).order_by(Product.line.desc(), Sku.code)
    )  # fmt: skip
    return [
        {
            "sku": sku.code,
            "line": sku.product.line,
            "family": sku.product.family_key,
            "markets": sku.product.markets,
            **{
                locale: f"{texts['short_name']} {texts[f'sku.{sku.code}.label']}"
                for locale in ("zh", "ru")
                if (texts := sku.product.texts_of(locale))
            },
        }
        for sku in session.scalars(query)
    ]


def product_page(
    session: Session, *, line: str | None = None, family: str | None = None, after: str | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """A page of cards in order of their keys, beginning after `after`."""
    query = select(Product).order_by(Product.key).limit(limit)
    query = query.options(selectinload(Product.texts), selectinload(Product.skus))
    if line:
        query = query.where(Product.line == line)
    if family:
        query = query.where(Product.family_key == family)
    if after:
        query = query.where(Product.key > after)
    return [_summary(product) for product in session.scalars(query)]


def product_card(session: Session, key: str) -> dict[str, Any]:
    """One card with all its texts and where each came from; raises `NotFound`."""
    product = session.scalar(select(Product).where(Product.key == key))
    if product is None:
        raise NotFound(kind=Message(N_("The product")), name=key, known=session.scalars(select(Product.key)))
    return _summary(product) | {
        "source_locale": product.source_locale,
        "origin": {"country": product.origin_country, "place": product.origin_place},
        "county": product.county,
        "maker_is_sample": product.maker_is_sample,
        "hs": {"code": product.hs_code, "edition": product.hs_edition},
        "shelf_life": {"value": product.shelf_life_value, "unit": product.shelf_life_unit},
        "temperature": {"min": product.temperature_min, "max": product.temperature_max},
        "marking_group": product.marking_group,
        "certificates": product.certificates,
        "allergens": product.allergens,
        "unverified": product.unverified,
        "attributes": product.attributes,
        "version": product.version,
        "texts": [
            {
                "locale": text.locale, "field": text.field, "value": text.value, "origin": text.origin,
                "source_locale": text.source_locale, "reviewer": text.reviewer, "locked": text.locked,
            }
            for text in sorted(product.texts, key=lambda text: (text.field, text.locale))
        ],
    }  # fmt: skip


def _summary(product: Product) -> dict[str, Any]:
    return {
        "key": product.key,
        "line": product.line,
        "family": product.family_key,
        "markets": product.markets,
        "name": {locale: product.text(locale, "name") for locale in ("zh", "ru")},
        "skus": [
            {
                "sku": sku.code,
                "net": {"value": sku.net_value, "unit": sku.net_unit},
                "label": {locale: product.text(locale, f"sku.{sku.code}.label") for locale in ("zh", "ru")},
            }
            for sku in product.skus
        ],
    }
