"""Facts a rule may ask for. What the catalogue, prices, papers and stock tell is listed here; what only people can tell is declared
in `catalogs/rules/facts.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from service.authored import content_of
from service.compliance.entries import SUBJECTS, DeclaredField, DeclaredFields, MarkingGroup, MarkingGroups
from service.resources import root

__all__ = [
    "Facts",
    "ItemFacts",
    "PairFacts",
    "ShowFacts",
    "as_context",
    "declared_fields",
    "fields_of",
    "marking_groups",
]

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class ItemFacts:
    """One SKU as a rule sees it. Money in minor units of `currency`, stock in packs, alcohol in percent by volume.

    `papers`: kind → number of papers in force on the day. `lowest_paid` and `last_paid`: what buyers paid in this shop in the
    seven days before. `marking_from`: when marking became duty for these goods. `declared`: what people have told (facts.yaml).
    """

    sku: str
    product: str = ""
    line: str = ""
    family: str = ""
    food: bool = False
    animal: bool = False
    origin: str | None = None
    hs: str = ""
    alcohol: Decimal = Decimal(0)
    brand: str | None = None
    brand_licensed: bool = False
    brand_covered: bool = False
    trademark: str | None = None
    marking_group: str | None = None
    marking_from: date | None = None
    markets: tuple[str, ...] = ()
    papers: Mapping[str, str] = field(default_factory=dict)
    texts_zh: tuple[str, ...] = ()
    texts_ru: tuple[str, ...] = ()
    shelf_life: bool = False
    net: bool = False
    temperature: bool = False
    gtin: str | None = None
    maker: bool = False
    price: int | None = None
    currency: str | None = None
    reference: int | None = None
    reference_basis: str | None = None
    lowest_paid: int | None = None
    last_paid: int | None = None
    stock: int | None = None
    gift: str | None = None
    gift_quantity: int | None = None
    declared: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ShowFacts:
    """A show as a rule sees it. `food`, `alcohol`, `tobacco`: whether an item is; `reviewed`: the named review before the broadcast is there."""

    market: str
    languages: tuple[str, ...] = ()
    minutes: int | None = None
    food: bool = False
    alcohol: bool = False
    tobacco: bool = False
    reviewed: bool = False
    review_missing: tuple[str, ...] = ()
    ends_at: datetime | None = None
    aired: bool = False
    corrections: int = 0
    declared: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PairFacts:
    """A line said in both languages. `alone`: claims proven in one language that the other does not make."""

    alone: tuple[str, ...] = ()


@cache
def declared_fields() -> tuple[DeclaredField, ...]:
    """The facts people tell, in the order of the file."""
    return tuple(content_of(root("catalogs") / "rules" / "facts.yaml", DeclaredFields).fields)


@cache
def marking_groups() -> tuple[MarkingGroup, ...]:
    """Goods that carry an identification mark, and from when."""
    return tuple(content_of(root("catalogs") / "rules" / "marking.yaml", MarkingGroups).groups)


@cache
def fields_of(subject: str) -> frozenset[str] | None:
    """Names of the facts of a subject; None if there is no such subject."""
    own: dict[str, type] = {"item": ItemFacts, "show": ShowFacts, "script_line": PairFacts}
    if subject not in SUBJECTS:
        return None
    computed = {one.name for one in fields(own[subject])} - {"declared"} if subject in own else set()
    return frozenset(computed | {one.key for one in declared_fields() if one.of == subject})


def as_context(facts: ItemFacts | ShowFacts | PairFacts) -> dict[str, Any]:
    """Computed and declared facts under one roof; what is computed cannot be declared away."""
    computed = {one.name: getattr(facts, one.name) for one in fields(facts) if one.name != "declared"}
    return {**getattr(facts, "declared", {}), **computed}
