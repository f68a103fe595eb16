"""Gathers from the database what listings are composed from: cards, SKUs, prices of the market, stock, pictures. A few queries for any number.

Only texts that a person has reviewed and whose source has not changed count; those of the other language are not even read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.catalog.listing import find_product, in_front, skus_by_code
from service.catalog.media.models import Media, ProductMedia
from service.catalog.models import Product, Sku
from service.catalog.places import country, places
from service.catalog.readiness import is_food
from service.compliance.entries import Market
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.inventory.watching.levels import stock_of
from service.language import chinese, russian
from service.listings.channels import Channel
from service.listings.composing import Goods, Pack
from service.listings.listing import Dimensions, Money, Picture
from service.listings.patterns import Language
from service.pricing.models import Price
from service.translation.waiting import waiting_drafts

__all__ = ["MARKETS", "NotForMarket", "cards", "find_card", "gather", "market_for", "markets_of"]

MARKETS: tuple[Market, ...] = ("CN", "RU")
_LANGUAGES: Mapping[Market, Language] = {"CN": "zh", "RU": "ru"}


class NotForMarket(DomainError):
    """The card says its goods are not sold where the channel sells."""

    title = N_("{product} is not sold in the market of {channel}.")
    remedy = N_("Choose a channel of another market; the card says where its goods may be sold: {markets}.")


def markets_of(channel: Channel, product: Product) -> list[Market]:
    """The markets in which a channel would sell a card's goods; empty if none."""
    own = channel.content.market
    return [one for one in MARKETS if one in product.markets and own in ("any", one)]


def market_for(channel: Channel, product: Product, wanted: Market | None = None) -> Market:
    """The market in which a channel would sell a card's goods: the one wanted, else the first. Raises `NotForMarket`."""
    open_to = markets_of(channel, product)
    if not open_to or (wanted and wanted not in open_to):
        raise NotForMarket(product=product.key, channel=channel.key, markets=sorted(product.markets))
    return wanted or open_to[0]


def cards(session: Session, keys: Iterable[str] | None = None) -> list[Product]:
    """Cards by their keys, or all the session sees, in the order of their keys. Raises `NotFound`."""
    if keys is not None:
        return [find_product(session, key) for key in sorted(set(keys))]
    return list(session.scalars(in_front(session, select(Product).order_by(Product.key)).options(*_WHOLE)))


def find_card(session: Session, name: str) -> tuple[Product, str | None]:
    """The card of a SKU's code or of a key, and the code if it was one. Raises `NotFound`."""
    sku = skus_by_code(session, [name]).get(name)
    if sku is not None:
        return sku.product, sku.code
    try:
        return find_product(session, name), None
    except NotFound:
        known = [*session.scalars(select(Sku.code)), *session.scalars(select(Product.key))]
        raise NotFound(kind=Message(N_("The SKU or product")), name=name, known=known) from None


_WHOLE = (selectinload(Product.texts), selectinload(Product.skus), joinedload(Product.family))


def gather(session: Session, products: Sequence[Product], market: Market) -> dict[str, Goods]:
    """What is known of cards for a market, by key, in the market's language."""
    skus = [sku for product in products for sku in product.skus]
    ids = [sku.id for sku in skus]
    prices = {
        one.sku_id: one for one in session.scalars(select(Price).where(Price.market == market, Price.sku_id.in_(ids)))
    }
    stock = {one.sku.id: one.available if one.places else None for one in stock_of(session, skus)}
    pictures = _pictures(session, [product.id for product in products])
    drafts = waiting_drafts(session, [product.id for product in products], _LANGUAGES[market])
    return {
        product.key: _goods(product, market, prices, stock, pictures.get(product.id, []), drafts.get(product.id, ())) for product in products
    }  # fmt: skip


def _pictures(session: Session, ids: Iterable[int]) -> dict[int, list[tuple[str, Picture]]]:
    query = (
        select(ProductMedia.product_id, ProductMedia.role, Media.type, Media.width, Media.height, Media.size, Media.digest)
        .join(Media, Media.id == ProductMedia.media_id).where(ProductMedia.product_id.in_(list(ids)))
        .order_by(ProductMedia.product_id, ProductMedia.role != "main", ProductMedia.position, ProductMedia.id)
    )  # fmt: skip
    found: dict[int, list[tuple[str, Picture]]] = {}
    for product, role, type_, width, height, size, digest in session.execute(query):
        kind = type_.removeprefix("image/").replace("jpeg", "jpg")
        found.setdefault(product, []).append((role, Picture(kind, width, height, size, digest)))
    return found


def _goods(
    product: Product, market: Market, prices: Mapping[int, Price], stock: Mapping[int, int | None],
    pictures: Sequence[tuple[str, Picture]], drafts: Collection[str],
) -> Goods:  # fmt: skip
    language = _LANGUAGES[market]
    texts, unready = _texts(product, language, drafts)
    attributes = _attributes(product, language)
    told = {
        "food": is_food(product.family_key), "marked": market == "RU" and bool(product.marking_group),
        "imported": product.origin_country not in (None, market),
    }  # fmt: skip
    kinds = {kind for kind, holds in told.items() if holds}
    return Goods(
        key=product.key, family=product.family_key, language=language,
        facts=_facts(product, market, texts, attributes),
        packs=tuple(_pack(sku, texts, prices.get(sku.id), stock.get(sku.id)) for sku in product.skus),
        attributes=dict(attributes.values()),
        pictures=tuple(one for role, one in pictures if role in ("main", "gallery")),
        detail_pictures=tuple(one for role, one in pictures if role in ("gallery", "label")),
        kinds=frozenset(kinds),
        extras=_extras(product, market), unready=unready, unverified=tuple(product.unverified),
    )  # fmt: skip


def _texts(product: Product, language: Language, drafts: Collection[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts that count, and why the others do not; by the names patterns know them under. `drafts`: fields a draft waits for."""
    counted: dict[str, str] = {}
    unready: dict[str, str] = {}
    for text in product.texts:
        if text.locale == language:
            name = _named(text.field)
            if text.stale or text.reviewer is None:
                unready[name] = "stale" if text.stale else "draft"
            elif text.value.strip():
                counted[name] = text.value.strip()
    for field in drafts:
        if (name := _named(field)) not in counted:
            unready[name] = "waiting"
    return counted, unready


_NUMBERED = {"selling_point": "point", "serving": "serving"}


def _named(field: str) -> str:
    """selling_point.1 is point1, faq.2.answer is answer2; all else keeps its name."""
    kind, _, rest = field.partition(".")
    if kind in _NUMBERED:
        return f"{_NUMBERED[kind]}{rest}"
    if kind == "faq":
        number, _, part = rest.partition(".")
        return f"{part}{number}"
    return field


def _facts(
    product: Product, market: Market, texts: Mapping[str, str], attributes: Mapping[str, tuple[str, str]]
) -> dict[str, str]:  # fmt: skip
    language = _LANGUAGES[market]
    facts = {name: text for name, text in texts.items() if not name.startswith("sku.")}
    facts |= {f"attr.{key}": value for key, (_, value) in attributes.items()}
    land = country(product.origin_country) if product.origin_country else None
    place = places()[product.origin_place] if product.origin_place else None
    names = {
        name: (one.zh if language == "zh" else one.ru.nom)
        for name, one in (("country", land), ("place", place))
        if one is not None
    }
    facts |= names
    said = texts.get("name", "")
    home = product.origin_country == market
    if names:
        facts["whence"] = (_whence_zh if language == "zh" else _whence_ru)(said, names, home=home)
    if short := texts.get("short_name"):
        facts["also"] = short if _adds(short, said, language) else ""
    if product.shelf_life_value and product.shelf_life_unit:
        facts["shelf_life"] = _measured(product.shelf_life_value, product.shelf_life_unit, language)
    return facts


def _whence_zh(name: str, names: Mapping[str, str], *, home: bool) -> str:
    """What the name does not say of the origin: 俄罗斯堪察加, 俄罗斯, 黑河."""
    land, place = names.get("country", ""), names.get("place", "")
    if not home:
        return ("" if land in name else land) + ("" if place[:2] in name else place)
    own = next((at for at in range(len(place) - 1) if place[at:] in name), len(place))
    return place[:own]


def _whence_ru(name: str, names: Mapping[str, str], *, home: bool) -> str:
    """The country of goods from abroad, the place of those from here, unless the name says it: «башкирский», «с Кубани»."""
    if not home:
        return names.get("country", "")
    place = names.get("place", "")
    roots = [word.casefold()[:5] for word in re.findall(r"\w+", place)[:1]]
    return "" if any(root in name.casefold() for root in roots) else place


def _adds(short: str, name: str, language: Language) -> bool:
    """Whether the short name holds a word the full one does not, by which others may search."""
    if language == "zh":
        return bool(set(short) - set(name))
    words = re.findall(r"\w{3,}", short.casefold())
    return any(word[: min(6, len(word) - 1)] not in name.casefold() for word in words)


def _measured(value: int | Decimal, unit: str, language: Language) -> str:
    if unit == "percent":
        shown = format(value, "f")
        return f"{shown if language == 'zh' else shown.replace('.', ',')}%"
    return chinese.measure_written(value, unit) if language == "zh" else russian.measure(value, unit)


_YES: Mapping[Language, str] = {"zh": "是", "ru": "да"}


def _attributes(product: Product, language: Language) -> dict[str, tuple[str, str]]:
    """Name and value of the family's attributes the card tells, by key. What is false is not told."""
    found: dict[str, tuple[str, str]] = {}
    for definition in product.family.attributes:
        value: Any = product.attributes.get(definition.key)
        if value is None or value is False:
            continue
        if definition.type in ("integer", "decimal"):
            number = Decimal(value) if definition.type == "decimal" else int(value)
            shown = _measured(number, definition.unit, language) if definition.unit else str(number)
        elif definition.type == "enum":
            shown = definition.options[value][language]
        elif definition.type == "text":
            shown = value.get(language) or ""
        else:
            shown = _YES[language]
        if shown:
            name = definition.name_zh if language == "zh" else definition.name_ru
            found[definition.key] = (name[:1].upper() + name[1:], shown)
    return found


def _pack(sku: Sku, texts: Mapping[str, str], price: Price | None, stock: int | None) -> Pack:
    old = price.reference if price and price.basis else None  # a higher price is shown only with what it is
    return Pack(
        code=sku.code, label=texts.get(f"sku.{sku.code}.label"),
        price=Money(price.live, price.currency) if price else None,
        old_price=Money(old, price.currency) if price and old else None,
        stock=stock, weight=sku.gross_g, barcodes=(sku.gtin,) if sku.gtin else (),
        dimensions=_dimensions(sku),
    )  # fmt: skip


def _dimensions(sku: Sku) -> Dimensions | None:
    """Its sides; None unless all three are known."""
    length, width, height = sku.length_mm, sku.width_mm, sku.height_mm
    return Dimensions(length, width, height) if length and width and height else None


def _extras(product: Product, market: Market) -> dict[str, str]:
    """Fields only some channels know, as far as the card tells them."""
    code = product.hs_code or ""
    found = {"hs6": code[:6]} if len(code) >= 6 else {}
    if len(code) == 10 and market == "RU":
        found["tnved"] = code
    if market == "RU" and product.marking_group:
        found["marked"] = "true"
    if market == "RU" and product.origin_country:  # Chinese platforms want their own number for it
        found["country"] = country(product.origin_country).ru.nom
    return found
