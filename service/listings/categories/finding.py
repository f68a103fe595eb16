"""Finds categories by words of either language, and reads snapshots for answering: a constant number of queries for any number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.i18n import N_, Message
from service.listings.categories.snapshot import Attribute, Category, Value
from service.listings.models import ChannelAttribute, ChannelCategory, ChannelValue

__all__ = ["Found", "find_categories", "find_category", "has_snapshot", "prepared", "snapshots"]


class Found(NamedTuple):
    """A category that fits a word, with the names above it."""

    category: Category
    above: tuple[Category, ...]


def find_categories(session: Session, channel: str, words: str, *, most: int = 30, leaves: bool = False) -> list[Found]:
    """Categories whose number or name holds all these words, leaves first, short names first."""
    own = ChannelCategory
    query = select(own.external, own.parent, own.name_zh, own.name_ru, own.leaf, own.told_on).where(
        own.channel == channel
    )
    known = {
        external: Category(external, leaf, zh, ru, parent, told_on=told_on)
        for external, parent, zh, ru, leaf, told_on in session.execute(query)
    }
    wanted = words.casefold().split()
    hits = [
        one for one in known.values()
        if (one.leaf or not leaves)
        and (one.external == words or all(word in f"{one.name_zh or ''} {one.name_ru or ''}".casefold() for word in wanted))
    ]  # fmt: skip
    hits.sort(
        key=lambda one: (one.external != words, not one.leaf, len(one.name_ru or one.name_zh or ""), one.external)
    )
    return [Found(one, _above(one, known)) for one in hits[:most]]


def _above(one: Category, known: dict[str, Category]) -> tuple[Category, ...]:
    found: list[Category] = []
    while one.parent in known and known[one.parent] not in found:
        one = known[one.parent]
        found.append(one)
    return tuple(reversed(found))


def find_category(session: Session, channel: str, external: str) -> Category:
    """One category with all it asks. Raises `NotFound`."""
    found = prepared(session, channel, [external])
    if external not in found:
        known = session.scalars(
            select(ChannelCategory.external).where(ChannelCategory.channel == channel, ChannelCategory.leaf)
        )
        raise NotFound(kind=Message(N_("The category")), name=external, known=known)
    return found[external]


def has_snapshot(session: Session, channel: str) -> bool:
    """Whether any category of the channel has been imported."""
    return session.scalar(select(ChannelCategory.id).where(ChannelCategory.channel == channel).limit(1)) is not None


def prepared(
    session: Session, channel: str, categories: Iterable[str], attributes: Collection[str] | None = None
) -> dict[str, Category]:  # fmt: skip
    """Snapshots of a channel's categories by their number; one that was not imported is not there. Three queries.

    `attributes`: those whose values are needed; None: all. Dictionaries of brands hold a hundred thousand.
    """
    return {one: found for (_, one), found in snapshots(session, {channel: categories}, attributes).items()}


def snapshots(
    session: Session, wanted: Mapping[str, Iterable[str]], attributes: Collection[str] | None = None
) -> dict[tuple[str, str], Category]:  # fmt: skip
    """The same for several channels at once, by channel and number. Three queries."""
    pairs = {(channel, one) for channel, names in wanted.items() for one in names}
    if not pairs:
        return {}
    query = select(ChannelCategory).where(
        ChannelCategory.channel.in_({channel for channel, _ in pairs}),
        ChannelCategory.external.in_({one for _, one in pairs}),
    )
    rows = {row.id: row for row in session.scalars(query) if (row.channel, row.external) in pairs}
    asked = list(
        session.scalars(
            select(ChannelAttribute).where(ChannelAttribute.category_id.in_(list(rows)))
            .order_by(ChannelAttribute.category_id, ChannelAttribute.position, ChannelAttribute.id)
        )
    )  # fmt: skip
    needed = [one.id for one in asked if attributes is None or one.external in attributes]
    values: dict[int, list[Value]] = {}
    for attribute, external, zh, ru in session.execute(
        select(ChannelValue.attribute_id, ChannelValue.external, ChannelValue.zh, ChannelValue.ru)
        .where(ChannelValue.attribute_id.in_(needed)).order_by(ChannelValue.id)
    ):  # fmt: skip
        values.setdefault(attribute, []).append(Value(external, zh, ru))
    of: dict[int, list[Attribute]] = {}
    for one in asked:
        of.setdefault(one.category_id, []).append(
            Attribute(
                one.external, one.kind, one.required, one.name_zh, one.name_ru, one.limits, tuple(values.get(one.id, ())),  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return {(row.channel, row.external): _category(row, tuple(of.get(row.id, ()))) for row in rows.values()}


def _category(row: ChannelCategory, attributes: tuple[Attribute, ...]) -> Category:
    facts = dict(row.facts)
    day = facts.pop("attributes_on", None)
    return Category(
        row.external, row.leaf, row.name_zh, row.name_ru, row.parent, facts, row.told_on,
        date.fromisoformat(day) if day else None, attributes,
    )  # fmt: skip
