"""Finds cards: names and codes first, all other words where those find too little; filters, facets, lists by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from service.catalog.listing import in_front
from service.catalog.models import Product, ProductText
from service.catalog.readiness import channels, lacking_field, ready_for
from service.catalog.search.asking import Term, terms_of
from service.catalog.search.ranking import matching, ranked
from service.errors import NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.people.reach import organisation_of

__all__ = ["Facets", "Filter", "browse", "chosen", "facets", "search"]

ENOUGH = 20  # hits in names and codes that make a look into the other texts unnecessary


@dataclass(frozen=True)
class Filter:
    """What cards are narrowed to; `ready` and `lacking` name a channel (`ozon`) or one language of it (`livestream.zh`),

    `gap` the field that cards lack for `lacking` (else for any channel of their markets).
    """

    query: str = ""
    line: str | None = None
    family: str | None = None
    brand: str | None = None
    county: str | None = None
    storage: str | None = None
    ready: str | None = None
    lacking: str | None = None
    own: bool = False
    gap: str | None = None


def chosen(session: Session, wanted: Filter, *, whole: bool = True) -> Select[Any]:
    """The ids of all cards a filter lets through; with `whole`, its words may stand in any text."""
    query = narrowed(session, select(Product.id), wanted)
    if terms := terms_of(wanted.query):
        query = query.where(Product.id.in_(matching(session, terms, whole=whole)))
    elif wanted.query.strip():
        query = query.where(Product.id < 0)  # only signs: nothing stands for them
    return query


def narrowed(session: Session, query: Select[Any], wanted: Filter) -> Select[Any]:
    """The facets' part of a filter. Raises `NotFound` for a channel that is not known."""
    for attribute, value in (
        (Product.line, wanted.line), (Product.family_key, wanted.family), (Product.brand_key, wanted.brand),
        (Product.county, wanted.county), (Product.storage, wanted.storage),
    ):  # fmt: skip
        if value is not None:
            query = query.where(attribute == value)
    if wanted.ready:
        query = query.where(Product.readiness_id.in_(_ready(session, wanted.ready)))
    if wanted.lacking:
        query = query.where(Product.readiness_id.not_in(_ready(session, wanted.lacking)))
    if wanted.gap:
        query = query.where(Product.readiness_id.in_(lacking_field(session, wanted.gap, wanted.lacking)))
    if wanted.own:
        return query.where(Product.organisation_id == organisation_of(session))
    return in_front(session, query)


def _ready(session: Session, name: str) -> list[int]:
    channel, _, locale = name.partition(".")
    if channel not in channels() or (locale and locale not in channels()[channel].locales):
        raise NotFound(kind=Message(N_("The channel")), name=name, known=channels())
    return ready_for(session, channel, locale or None)


def search(session: Session, wanted: Filter, *, limit: int = 20) -> list[Product]:
    """The best cards for a query, best first, with names, SKUs and their labels. An empty query finds the cards that changed last."""
    terms = terms_of(wanted.query)
    if not terms:
        query = select(Product.id).order_by(Product.updated_at.desc(), Product.id.desc()).limit(limit)
        if wanted.query.strip():
            return []
        return _cards(session, list(session.scalars(narrowed(session, query, wanted))))
    found = _ranked(session, terms, wanted, limit, whole=False)
    if len(found) < min(limit, ENOUGH):
        more = _ranked(session, terms, wanted, limit, whole=True)
        found = list(dict.fromkeys([*found, *more]))[:limit]
    return _cards(session, found)


def browse(
    session: Session, wanted: Filter, *, after: str | None = None, limit: int = 50
) -> tuple[list[Product], str | None]:
    """A page of all cards a filter without words lets through, by key, and the cursor of the next. Raises `BadCursor`."""
    query = narrowed(session, select(Product), wanted).options(*_LISTED)
    return page_of(session, query, by=[Product.key, Product.id], after=after, limit=limit)


_LISTED = (  # a list shows names and packs; all ten texts and all facts of each card took half of a search's time
    selectinload(Product.texts.and_(or_(ProductText.field == "name", ProductText.field.like("sku.%.label")))),
    selectinload(Product.skus), joinedload(Product.organisation), joinedload(Product.readiness),
    *(defer(fact) for fact in (Product.certificates, Product.allergens, Product.unverified, Product.attributes, Product.lexeme)),
)  # fmt: skip


def _cards(session: Session, numbers: Sequence[int]) -> list[Product]:
    query = select(Product).where(Product.id.in_(numbers)).options(*_LISTED)
    by_id = {product.id: product for product in session.scalars(query)}
    return [by_id[number] for number in numbers if number in by_id]


def _ranked(session: Session, terms: Sequence[Term], wanted: Filter, limit: int, *, whole: bool) -> list[int]:
    return ranked(session, terms, lambda query: narrowed(session, query, wanted), limit, whole=whole)


@dataclass
class Facets:
    """How many of the cards found stand under each value of a facet, and how many there are."""

    total: int
    line: dict[str, int]
    family: dict[str, int]
    brand: dict[str, int]
    county: dict[str, int]
    storage: dict[str, int]
    ready: dict[str, int]  # channel.locale


Facet = Literal["line", "family", "brand", "county", "storage"]


def facets(session: Session, wanted: Filter) -> Facets:
    """Counts for everything a filter lets through, in one query."""
    names = (Product.line, Product.family_key, Product.brand_key, Product.county, Product.storage, Product.readiness_id)
    counted: tuple[Any, ...] = (*names, func.count())
    query = select(*counted).group_by(*names)
    if terms := terms_of(wanted.query):
        query = query.where(Product.id.in_(matching(session, terms, whole=True)))
    result = Facets(0, {}, {}, {}, {}, {}, {})
    by_gaps: dict[int | None, int] = {}
    rows: Any = session.execute(narrowed(session, query, wanted))
    for *values, gaps, count in rows:
        result.total += count
        by_gaps[gaps] = by_gaps.get(gaps, 0) + count
        tallies = (result.line, result.family, result.brand, result.county, result.storage)
        for tally, value in zip(tallies, values, strict=True):
            if value is not None:
                tally[value] = tally.get(value, 0) + count
    for channel, needs in channels().items():
        for locale in needs.locales:
            ready = set(ready_for(session, channel, locale))
            result.ready[f"{channel}.{locale}"] = sum(n for gaps, n in by_gaps.items() if gaps in ready)
    return result
