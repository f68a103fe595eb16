"""Questions of a platform's category as their form shows them: what is answered, what the family answers, what is suggested, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.catalog.families import families
from service.catalog.models import Product
from service.listings.categories.finding import prepared
from service.listings.categories.snapshot import Attribute, Category, Value
from service.listings.categories.suggesting import suggest
from service.listings.channels import Channel
from service.listings.models import ChannelAttribute, ChannelCategory, ChannelValue, ListingChoice
from service.web.listings_words import ListingWords

__all__ = ["NOT_ANSWERED", "Question", "Typed", "Whose", "counts_of", "entry_of", "listed", "questions_of", "shown_of"]

FEW = 60  # values of a dictionary that a list on the page holds; longer ones are searched
NOT_ANSWERED = "-"  # a card's own word: not answered, though its family is
Named = Mapping[tuple[str, str], ChannelValue]


@dataclass
class Whose:
    """Whose choice it is, the choice if there is one, and its family's behind it."""

    of: str
    key: str
    family: str | None
    card: Product | None
    where: Channel
    row: ListingChoice | None
    below: ListingChoice | None = None

    @property
    def at(self) -> str:
        """The address of its page."""
        return f"/listings/categories/{self.where.key}/{self.of}/{self.key}"

    @property
    def version(self) -> int:
        """Of the choice; 0: there is none."""
        return self.row.version if self.row else 0

    @property
    def own_category(self) -> str | None:
        """What is chosen here."""
        return self.row.category if self.row else None

    @property
    def category(self) -> str | None:
        """What holds: one's own, else the family's."""
        return self.own_category or (self.below.category if self.below else None)

    @property
    def answers(self) -> dict[str, Any]:
        """One's own answers."""
        return dict(self.row.answers) if self.row else {}

    @property
    def behind(self) -> dict[str, Any]:
        """The family's answers, where its category holds."""
        same = self.below is not None and self.category == self.below.category
        return dict(self.below.answers) if self.below is not None and same else {}


class Typed(NamedTuple):
    """An answer as it stands in the form."""

    fact: str = ""
    value: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Question:
    """One attribute with the answer in the form, what it says now, and what is suggested."""

    attribute: Attribute
    values: Sequence[Value]
    count: int
    typed: Typed
    now: str
    behind: str
    suggested: str
    wrong: Sequence[str] = field(default_factory=tuple)

    @property
    def several(self) -> bool:
        """Whether more than one value may be given."""
        return self.attribute.limits.get("most") != 1 and (self.count > 0 or self.attribute.kind == "choice")

    @property
    def listed(self) -> bool:
        """Whether all its values stand in a list to choose one from."""
        return _in_list(self.attribute, self.count)

    @property
    def strange(self) -> bool:
        """Whether what stands there is not a value of its list."""
        return bool(self.typed.value) and self.typed.value not in {f"id:{one.external}" for one in self.values}

    @property
    def elsewhere(self) -> bool:
        """Whether the listing itself answers it, by a field or its variants."""
        return "elsewhere" in self.attribute.limits

    @property
    def lacks(self) -> bool:
        """Whether the platform demands it and nobody has answered."""
        return self.attribute.required and not (self.typed.fact or self.typed.value or self.behind)


def questions_of(
    session: Session, says: ListingWords, whose: Whose, category: Category, typed: Mapping[str, Typed], wrong: Mapping[str, list[str]]
) -> list[Question]:  # fmt: skip
    channel, number = whose.where.key, category.external
    counts = counts_of(session, channel, number)
    short = [one for one, count in counts.items() if 0 < count <= FEW]
    whole = prepared(session, channel, [number], short)[number]
    named = _named(session, channel, number, [*whose.answers.values(), *whose.behind.values()])
    ideas = suggest(whole, whose.family) if whose.family in families() else {}
    own, behind = whose.answers, whose.behind
    found = []
    for one in whole.attributes:
        key, count = one.external, counts.get(one.external, 0)
        shown = _typed(own[key], one, _in_list(one, count), says, named) if key in own else Typed()
        found.append(
            Question(
                one, one.values or (), count, typed.get(key) or shown, _said(own.get(key), one, says, named),
                _said(behind.get(key), one, says, named) if key not in own else "",
                ideas.get(key, {}).get("fact", "") if key not in own and key not in behind else "", wrong.get(key, ()),
            )
        )  # fmt: skip
    return found


def _in_list(attribute: Attribute, count: int) -> bool:
    """Whether the page offers all values in a list to choose one from."""
    return 0 < count <= FEW and attribute.limits.get("most") == 1


def counts_of(session: Session, channel: str, number: str) -> dict[str, int]:
    """How many values each attribute's dictionary has."""
    query = (
        select(ChannelAttribute.external, func.count(ChannelValue.id)).join(ChannelCategory)
        .outerjoin(ChannelValue, ChannelValue.attribute_id == ChannelAttribute.id)
        .where(ChannelCategory.channel == channel, ChannelCategory.external == number).group_by(ChannelAttribute.external)
    )  # fmt: skip
    rows: Any = session.execute(query)
    return dict(rows.all())


def _named(session: Session, channel: str, number: str, entries: Sequence[Any]) -> Named:
    """The dictionary's values that answers name by their number, by attribute and number."""
    numbers = {str(one) for entry in entries if entry for one in listed(entry.get("value_id"))}
    query = (
        select(ChannelAttribute.external, ChannelValue).join(ChannelValue, ChannelValue.attribute_id == ChannelAttribute.id)
        .join(ChannelCategory).where(ChannelCategory.channel == channel, ChannelCategory.external == number, ChannelValue.external.in_(numbers))
    )  # fmt: skip
    return {(attribute, one.external): one for attribute, one in session.execute(query)} if numbers else {}


def listed(value: Any) -> list[Any]:
    """One value or several, as a list."""
    return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]


def _typed(entry: Any, attribute: Attribute, in_list: bool, says: ListingWords, named: Named) -> Typed:
    """An answer as the form shows it: values of a dictionary by name, in a list on the page by number. `entry` None: none is wanted."""
    if entry is None:
        return Typed(NOT_ANSWERED)
    if in_list and (numbers := listed(entry.get("value_id"))):
        return Typed("", f"id:{numbers[0]}")
    return Typed(entry.get("fact") or "", _values_of(entry, attribute, says, named), entry.get("unit") or "")


def _values_of(entry: Mapping[str, Any], attribute: Attribute, says: ListingWords, named: Named) -> str:
    """The values of an answer in words, as many as there are; a number nobody knows stays one."""
    numbers = [str(one) for one in listed(entry.get("value_id"))]
    texts = [
        says.value_name(named[attribute.external, one]) if (attribute.external, one) in named else f"id:{one}"
        for one in numbers
    ]
    return "; ".join([*texts, *(str(one) for one in listed(entry.get("value")))])


def _said(entry: Any, attribute: Attribute, says: ListingWords, named: Named) -> str:
    """What an answer says, in words."""
    if not entry:
        return ""
    return says.fact(str(entry["fact"])) if entry.get("fact") else _values_of(entry, attribute, says, named)


def shown_of(session: Session, says: ListingWords, whose: Whose, counts: Mapping[str, int]) -> dict[str, Typed]:
    """One's own answers as the form shows them."""
    if not whose.category:
        return {}
    channel, number = whose.where.key, whose.category
    category = prepared(session, channel, [number], []).get(number)
    named = _named(session, channel, number, list(whose.answers.values()))
    return {
        one.external: _typed(whose.answers[one.external], one, _in_list(one, counts.get(one.external, 0)), says, named)
        for one in (category.attributes if category else ()) if one.external in whose.answers
    }  # fmt: skip


def entry_of(given: Typed, *, several: bool) -> dict[str, Any]:
    """An answer as a choice keeps it; fact and value together are refused by who keeps it."""
    entry: dict[str, Any] = {"fact": given.fact} if given.fact else {}
    parts = (
        [one.strip() for one in given.value.replace("；", ";").split(";") if one.strip()] if several else [given.value]
    )
    if given.value:
        ids = [one.removeprefix("id:") for one in parts if one.startswith("id:")]
        name, texts = ("value_id", ids) if len(ids) == len(parts) else ("value", parts)
        entry[name] = texts[0] if len(texts) == 1 else texts
    return entry | ({"unit": given.unit} if given.unit and given.value else {})
