"""Gathers from catalogue, papers, prices and stock what the rules ask about SKUs and the seller; a handful of queries for any number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.catalog.brands.keeping import seen_brands
from service.catalog.brands.licensing import covered
from service.catalog.brands.models import Brand, Certificate, CertificateProduct
from service.catalog.listing import skus_by_code
from service.catalog.models import Product, Sku
from service.catalog.readiness import is_food
from service.compliance.declaring import SELF, declared
from service.compliance.entries import Market
from service.compliance.facts import ItemFacts, marking_groups
from service.inventory.reserving.models import SalePool
from service.inventory.watching.levels import stock_of
from service.people.models import Organisation
from service.people.reach import organisation_of
from service.pricing.paid import Paid, paid_before
from service.pricing.standing import Standing, moment_of, prices_at

__all__ = ["item_facts", "seller_facts"]

_ANIMAL = ("02", "03", "04", "0409", "16")
Gift = tuple[str, int]


def item_facts(
    session: Session, codes: Iterable[str], *, market: Market, on: date, show: str | None = None,
    gifts: Mapping[str, Gift] | None = None,
) -> dict[str, ItemFacts]:  # fmt: skip
    """The facts of SKUs in a market on a day; unknown codes are left out. `show`: its own stock counts where it has been given some."""
    skus = skus_by_code(session, codes, with_texts=True)
    products = {sku.product.id for sku in skus.values()}
    ids = [sku.id for sku in skus.values()]
    prices = prices_at(session, ids, market=market, at=moment_of(on, market))
    before = datetime.combine(on, time.max, tzinfo=UTC)
    paid = paid_before(session, ids, market=market, before=before)
    papers, brands, stock = _papers(session, products, on), seen_brands(session), _stock(session, skus, show)
    told = declared(session, "item", skus)
    me = session.get_one(Organisation, organisation_of(session)).key
    return {
        code: _facts(
            sku, prices[sku.id], paid.get(sku.id), papers.get(sku.product.id, {}), brands, stock.get(sku.id), me, on,
            (gifts or {}).get(code), told[code],
        )
        for code, sku in skus.items()
    }  # fmt: skip


def seller_facts(session: Session) -> dict[str, Any]:
    """What has been told about the seller: the organisation itself."""
    return declared(session, "seller", [SELF])[SELF]


def _papers(session: Session, products: Iterable[int], on: date) -> dict[int, dict[str, str]]:
    """Numbers of the certificates in force on a day, by product and kind."""
    query = (
        select(CertificateProduct.product_id, Certificate.kind, Certificate.number)
        .join(Certificate, Certificate.id == CertificateProduct.certificate_id)
        .where(
            CertificateProduct.product_id.in_(list(products)), Certificate.state == "valid",
            or_(Certificate.valid_from.is_(None), Certificate.valid_from <= on),
            or_(Certificate.valid_to.is_(None), Certificate.valid_to >= on),
        )
    )  # fmt: skip
    found: dict[int, dict[str, str]] = {}
    for product, kind, number in session.execute(query.order_by(Certificate.id)):
        found.setdefault(product, {})[kind] = number
    return found


def _stock(session: Session, skus: Mapping[str, Sku], show: str | None) -> dict[int, int]:
    """Packs that can be sold: of the show's own pools where it has some, else of all places that sell."""
    found = {one.sku.id: one.available for one in stock_of(session, list(skus.values()))}
    if show:
        pools = session.scalars(
            select(SalePool).where(
                SalePool.organisation_id == organisation_of(session),
                SalePool.show_key == show,
                SalePool.sku_id.in_(list(found)),
            )
        )
        own: dict[int, int] = {}
        for pool in pools:
            own[pool.sku_id] = own.get(pool.sku_id, 0) + pool.available
        found |= own
    return found


def _facts(
    sku: Sku, standing: Standing, paid: Paid | None, papers: Mapping[str, str], brands: Mapping[str, Brand], stock: int | None,
    me: str, on: date, gift: Gift | None, told: Mapping[str, Any],
) -> ItemFacts:  # fmt: skip
    product: Product = sku.product
    price, higher = standing.live or standing.base, standing.compare_at
    texts = {locale: product.texts_of(locale) for locale in ("zh", "ru")}
    hs = product.hs_code or ""
    brand = brands.get(product.brand_key or "")
    licensed, holds = covered(
        brands, product.brand_key, sku=sku.code, family=product.family_key, organisation=me, on=on
    )
    return ItemFacts(
        sku=sku.code, product=product.key, line=product.line, family=product.family_key, food=is_food(product.family_key),
        animal=hs.startswith(_ANIMAL), origin=product.origin_country, hs=hs,
        alcohol=Decimal(str(product.attributes.get("alcohol") or 0)), brand=product.brand_key, brand_licensed=licensed,
        brand_covered=holds, trademark=brand.registration if brand else None, marking_group=product.marking_group,
        marking_from=_marking_from(hs), markets=tuple(product.markets), papers=papers, texts_zh=tuple(sorted(texts["zh"])),
        texts_ru=tuple(sorted(texts["ru"])), shelf_life=product.shelf_life_value is not None, net=bool(sku.net_value),
        temperature=product.temperature_min is not None, gtin=sku.gtin, maker=any("maker" in one for one in texts.values()),
        price=price.amount if price else None, currency=price.currency if price else None,
        reference=higher.amount if higher else None, reference_basis=standing.basis,
        lowest_paid=paid.lowest if paid else None, last_paid=paid.last if paid else None, stock=stock,
        gift=gift[0] if gift else None, gift_quantity=gift[1] if gift else None, declared=told,
    )  # fmt: skip


def _marking_from(hs: str) -> date | None:
    """When goods of this code became subject to marking: the group with the longest heading decides."""
    fitting = [
        (len(prefix), group.from_) for group in marking_groups() for prefix in group.hs if hs and hs.startswith(prefix)
    ]
    return max(fitting, key=lambda one: one[0])[1] if fitting else None
