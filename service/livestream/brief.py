"""What composing is given: the show, its items, and the facts about each. Data only, no session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from service.language.pace import Pace

__all__ = ["Attribute", "Brief", "Gift", "Goods", "Item", "Language", "Money", "Place", "Role", "Words"]

Language = Literal["zh", "ru"]
Role = Literal["traffic", "welfare", "profit", "hit"]


@dataclass(frozen=True)
class Words:
    """The texts of a product in one language that a script may speak."""

    name: str
    short: str
    spoken: str
    points: tuple[str, ...]
    servings: tuple[str, ...] = ()
    questions: tuple[tuple[str, str], ...] = ()
    brand: str | None = None


@dataclass(frozen=True)
class Place:
    """A place: zh, and the Russian nominative with its «from» and «in» phrases."""

    zh: str
    ru: str
    ru_from: str
    ru_in: str


@dataclass(frozen=True)
class Attribute:
    """A family attribute's value: a number with unit, or words in both languages (empty words: a mere yes)."""

    zh: str = ""
    ru: str = ""
    number: int | Decimal | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Goods:
    """One SKU with the facts of its product. Net in g, ml or pieces; temperatures in °C."""

    sku: str
    product: str
    line: str
    family: str
    markets: tuple[str, ...]
    words: Mapping[Language, Words]
    ru_forms: Mapping[str, str]
    ru_gender: str
    ru_plural: bool
    ru_stressed: str
    net: tuple[int, str]
    pack_measure: str
    pack_noun: str
    origin: Place
    county: Place | None = None
    shelf_life: tuple[int, str] | None = None
    temperature: tuple[int, int] | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    unverified: tuple[str, ...] = ()
    zh_reading: str | None = None


@dataclass(frozen=True)
class Money:
    """The price of an item in the show's currency, minor units; a reference only together with its basis."""

    currency: str
    live: int
    reference: int | None = None
    basis_zh: str | None = None
    basis_ru: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Gift:
    """What comes with a purchase: name and quantity, as the law asks. Russian as a noun of names/nouns.yaml."""

    quantity: int
    zh_measure: str
    zh_noun: str
    ru_noun: str
    ru_adjective: str | None = None


@dataclass(frozen=True)
class Item:
    """One thing sold in the show, in the order of the show. `limit` and `stock` count packs."""

    goods: Goods
    role: Role
    link: int
    price: Money | None = None
    gift: Gift | None = None
    limit: int | None = None
    stock: int | None = None


@dataclass(frozen=True)
class Brief:
    """Everything a script is composed from. The same brief and library give the same script, to the letter."""

    title: Mapping[Language, str]
    pattern: str
    languages: tuple[Language, ...]
    market: str
    minutes: int
    seed: int
    items: tuple[Item, ...]
    place: Place | None = None
    host: Mapping[Language, str] | None = None
    cohost: Mapping[Language, str] | None = None
    preview: Mapping[Language, str] | None = None
    pace: Pace = field(default_factory=Pace)
