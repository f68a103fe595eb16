"""Lists of the catalogue for people who choose: products with their SKUs, in stable order."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Select, case, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from service.catalog.models import Product, Sku
from service.catalog.redirects import leads_to
from service.errors import NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.people.reach import organisation_of

__all__ = ["find_product", "in_front", "product_card", "product_page", "sku_list", "skus_by_code", "summary"]


def sku_list(session: Session) -> list[dict[str, Any]]:
    """Every SKU with its product's short names and its own label, by line and code."""
    query = select(Sku).join(Product).options(selectinload(Sku.product).selectinload(Product.texts))
    query = in_front(session, query.order_by(Product.line.desc(), Sku.code))
    return [
        {
            "sku": sku.code,
            "line": sku.product.line,
            "family": sku.product.family_key,
            "markets": sku.product.markets,
            **{
                locale: " ".join(filter(None, (texts.get("short_name"), texts.get(f"sku.{sku.code}.label"))))
                for locale in ("zh", "ru")
                for texts in (sku.product.texts_of(locale),)
            },
        }
        for sku in session.scalars(query)
    ]


def product_page(
    session: Session, *, line: str | None = None, family: str | None = None, after: str | None = None, limit: int = 50
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of cards in order of their keys, and the cursor of the next. Raises `BadCursor`."""
    query = in_front(session, select(Product))
    query = query.options(selectinload(Product.texts), selectinload(Product.skus), joinedload(Product.organisation))
    if line:
        query = query.where(Product.line == line)
    if family:
        query = query.where(Product.family_key == family)
    rows, following = page_of(session, query, by=[Product.key, Product.id], after=after, limit=limit)
    return [summary(product) for product in rows], following


def find_product(session: Session, key: str) -> Product:
    """The card under this key, one's own before a shared one, or the card the key was merged into; raises `NotFound`."""
    own_first = case((Product.organisation_id == organisation_of(session), 0), else_=1)
    product = session.scalar(select(Product).where(Product.key == key).order_by(own_first, Product.id).limit(1))
    if product is None:
        if (other := leads_to(session, key)) is not None:
            return find_product(session, other)
        raise NotFound(kind=Message(N_("The product")), name=key, known=session.scalars(select(Product.key)))
    return product


def skus_by_code(session: Session, codes: Iterable[str] | None = None, *, with_texts: bool = False) -> dict[str, Sku]:
    """SKUs by their codes, one's own before a shared one of the same code."""
    query = select(Sku) if codes is None else select(Sku).where(Sku.code.in_(set(codes)))
    if with_texts:
        query = query.options(selectinload(Sku.product).selectinload(Product.texts))
    own_last = case((Sku.organisation_id == organisation_of(session), 1), else_=0)
    return {sku.code: sku for sku in session.scalars(query.order_by(own_last, Sku.id.desc()))}


def in_front(session: Session, query: Select[Any]) -> Select[Any]:
    """Leaves out shared cards behind which a card of one's own stands under the same key."""
    own, me = _own_card(), organisation_of(session)
    behind = exists().where(own.key == Product.key, own.organisation_id == me)
    return query.where(or_(Product.organisation_id == me, ~behind))


@cache
def _own_card() -> type[Product]:
    return aliased(Product)  # made once: a millisecond, half of a search


def product_card(session: Session, key: str) -> dict[str, Any]:
    """One card with all its texts and where each came from; raises `NotFound`."""
    product = find_product(session, key)
    return summary(product) | {
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
                "source_locale": text.source_locale, "reviewer": text.reviewer, "stale": text.stale,
                "locked": text.locked,
            }
            for text in sorted(product.texts, key=lambda text: (text.field, text.locale))
        ],
    }  # fmt: skip


def summary(product: Product) -> dict[str, Any]:
    """A card as lists show it."""
    return {
        "key": product.key,
        "organisation": product.organisation.key,
        "line": product.line,
        "family": product.family_key,
        "markets": product.markets,
        "name": {locale: product.text(locale, "name") for locale in ("zh", "ru")},
        "skus": [
            {
                "sku": sku.code,
                "net": {"value": sku.net_value, "unit": sku.net_unit},
                "gross": sku.gross_g,
                "size": {"length": sku.length_mm, "width": sku.width_mm, "height": sku.height_mm},
                "label": {locale: product.text(locale, f"sku.{sku.code}.label") for locale in ("zh", "ru")},
            }
            for sku in product.skus
        ],
    }
