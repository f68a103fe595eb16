"""What a platform has told of its categories: the same plain shapes whether they come from a file or from the database.

`limits` of an attribute, each only where the platform told it:

| key | meaning |
|---|---|
| `most` | most values; absent: as many as one likes |
| `max_length`, `min_length` | of a text, in characters |
| `min`, `max` | of a number, written as text |
| `decimals` | digits after the point at most; 0: whole numbers only |
| `own` | words that are not in the dictionary are accepted |
| `dictionary` | values come from a dictionary (its number, or true), told apart from the attribute |
| `units` | `[{"id": …, "name": …}]`, one of which a number is given in; `unit` is the number of the usual one |
| `unit_name` | the one unit all numbers are in |
| `group` | number of the group of attributes it belongs to (Ozon's complex_id) |
| `elsewhere` | it is answered by a field of the listing or by its variants, not here: "field" or "variant" |
| `when` | required only under a condition that is not judged here |
| `form` | a day or a span of time is wanted, in the platform's own words |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypedDict

__all__ = ["Attribute", "Category", "Kind", "Names", "Spoken", "Told", "Value", "both", "merged", "named", "said"]

Kind = Literal["text", "number", "choice", "yes"]
Spoken = Literal["zh", "ru"]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a dictionary."""

    external: str
    zh: str | None = None
    ru: str | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is asked about goods of a category. `values` None: the answer did not tell them; the database always knows."""

    external: str
    kind: Kind
    required: bool
    name_zh: str | None = None
    name_ru: str | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    values: tuple[Value, ...] | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A category. `facts` what else the platform asks of goods in it; `told_on` and `attributes_on` are None in what is just being read."""

    external: str
    leaf: bool = True
    name_zh: str | None = None
    name_ru: str | None = None
    parent: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    told_on: date | None = None
    attributes_on: date | None = None
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True)
class Told:
    """What answers of a platform told. `attributes` by category, `values` by category and attribute, `facts` by category.

    `whole`: what is not here is no longer there. An answer that is a page, or one level of a tree, is not whole. `names`: of categories
    that an answer about attributes names by the way.
    """

    categories: tuple[Category, ...] = ()
    attributes: Mapping[str, tuple[Attribute, ...]] = field(default_factory=dict)
    values: Mapping[tuple[str, str], tuple[Value, ...]] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True


def merged(parts: Sequence[Told]) -> Told:
    """Several answers of one kind as one; what is told twice counts as told last."""
    categories = {one.external: one for part in parts for one in part.categories}
    attributes: dict[str, dict[str, Attribute]] = {}
    values: dict[tuple[str, str], dict[str, Value]] = {}
    facts: dict[str, Mapping[str, Any]] = {}
    for part in parts:
        for category, asked in part.attributes.items():
            attributes.setdefault(category, {}).update({one.external: one for one in asked})
        for place, known in part.values.items():
            values.setdefault(place, {}).update({one.external: one for one in known})
        for category, own in part.facts.items():
            facts[category] = {**facts.get(category, {}), **own}
    return Told(
        tuple(categories.values()), {key: tuple(one.values()) for key, one in attributes.items()},
        {key: tuple(one.values()) for key, one in values.items()}, facts,
        {key: name for part in parts for key, name in part.names.items()}, parts[-1].whole if parts else True,
    )  # fmt: skip


class Names(TypedDict):
    """A name by language, as categories and attributes take it."""

    name_zh: str | None
    name_ru: str | None


def named(language: Spoken, name: str | None) -> Names:
    """A name in one language."""
    short = name[:200] if name else None
    return {"name_zh": short if language == "zh" else None, "name_ru": short if language == "ru" else None}


def said(language: Spoken, external: str, text: str) -> Value:
    """A value in one language."""
    return Value(external, zh=text[:500]) if language == "zh" else Value(external, ru=text[:500])


def both(zh: str | None, ru: str | None, language: Spoken | None) -> str:
    """A name in a language, or in the other one if the platform has told no other; empty if it told none."""
    return (ru or zh or "") if language == "ru" else (zh or ru or "")
