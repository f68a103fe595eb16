"""Keeps what platforms have told. Taking the same answer twice changes nothing but the day; what differs from before is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, bindparam, delete, select, update
from sqlalchemy.orm import Session

from service.inserting import insert_rows, next_ids
from service.listings.categories.snapshot import Attribute, Category, Spoken, Told, Value, named
from service.listings.models import ChannelAttribute, ChannelCategory, ChannelValue
from service.people.audit import record
from service.people.reach import organisation_of

__all__ = ["Change", "Difference", "store"]


class Change(NamedTuple):
    """One thing that is new, different or gone: `place` is category, category/attribute or category/attribute/value."""

    place: str
    name: str
    before: str = ""
    after: str = ""


@dataclass
class Difference:
    """What an import changed; `same` is how many things were told as they were known."""

    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    gone: list[Change] = field(default_factory=list)
    same: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def store(
    session: Session, channel: str, told: Told, *, language: Spoken, day: date, whole: bool | None = None
) -> Difference:  # fmt: skip
    """Take over what a platform told on a day. `whole` says whether what is not there is gone; None: as the answer's form says.

    Names and values of the other language stay; a category nobody has told of yet is made by its attributes.
    """
    keeper = _Keeper(session, channel, language, day, told.whole if whole is None else whole)
    if told.categories:
        keeper.categories(told.categories, whole_tree=keeper.whole)
    keeper.missing([*told.attributes, *told.facts, *(category for category, _ in told.values)], told.names)
    keeper.facts(told.facts)
    for category, attributes in told.attributes.items():
        keeper.attributes(category, attributes)
    for (category, attribute), values in told.values.items():
        keeper.told_values(category, attribute, values)
    found = keeper.difference
    counts = {"new": len(found.new), "changed": len(found.changed), "gone": len(found.gone)}
    record(session, "category.import", channel, **counts)
    return found


class _Keeper:
    def __init__(self, session: Session, channel: str, language: Spoken, day: date, whole: bool) -> None:
        self.session, self.channel, self.language, self.day, self.whole = session, channel, language, day, whole
        self.organisation = organisation_of(session)
        self.difference = Difference()
        rows = session.scalars(select(ChannelCategory).where(ChannelCategory.channel == channel))
        self.known: dict[str, ChannelCategory] = {row.external: row for row in rows}

    def categories(self, told: Sequence[Category], *, whole_tree: bool) -> None:
        """Rows of the tree become what it tells."""
        fresh: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        parents = {one.parent for one in told}
        parents |= set() if whole_tree else {row.parent for row in self.known.values()}
        for entry in told:
            one = replace(entry, leaf=entry.leaf and entry.external not in parents)
            row = self.known.get(one.external)
            if row is None:
                fresh.append(self._category(one))
                self.difference.new.append(Change(one.external, self._name(one)))
                continue
            values = {
                "parent": one.parent or row.parent, "leaf": one.leaf,
                "name_zh": one.name_zh or row.name_zh, "name_ru": one.name_ru or row.name_ru,
            }  # fmt: skip
            if self._compare(one.external, self._name(one), row, values):
                changed.append({"key": row.id, **values})
        self._update(ChannelCategory, changed)
        self._insert(ChannelCategory, fresh)
        if whole_tree:
            names = {one.external for one in told}
            self._forget(ChannelCategory, [row for key, row in self.known.items() if key not in names])
        self._parents_are_no_leaves()
        self._dated([one.external for one in told])
        self._again()

    def missing(self, wanted: Iterable[str], names: Mapping[str, str]) -> None:
        """A category of which only its attributes are told."""
        fresh = [key for key in dict.fromkeys(wanted) if key not in self.known]
        rows = [self._category(Category(key, **named(self.language, names.get(key)))) for key in fresh]
        self._insert(ChannelCategory, rows)
        self.difference.new += [Change(key, names.get(key, "")) for key in fresh]
        if fresh:
            self._again()

    def facts(self, told: Mapping[str, Mapping[str, Any]]) -> None:
        """What else is asked in a category."""
        for key, own in told.items():
            row = self.known[key]
            for name, value in own.items():
                before = row.facts.get(name)
                if name not in row.facts:
                    self.difference.new.append(Change(key, name, "", _shown(value)))
                elif before != value:
                    self.difference.changed.append(Change(key, name, _shown(before), _shown(value)))
                else:
                    self.difference.same += 1
            row.facts = {**row.facts, **own}
        self.session.flush()

    def attributes(self, category: str, told: Sequence[Attribute]) -> None:
        """What is asked in a category becomes what was told."""
        row = self.known[category]
        kept = {one.external: one for one in self.session.scalars(_of(row))}
        fresh: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for position, one in enumerate(told):
            old = kept.get(one.external)
            place = f"{category}/{one.external}"
            if old is None:
                fresh.append(self._attribute(row.id, position, one))
                self.difference.new.append(Change(place, self._name(one)))
                continue
            values = {
                "kind": one.kind, "required": one.required, "limits": dict(one.limits),
                "name_zh": one.name_zh or old.name_zh, "name_ru": one.name_ru or old.name_ru,
            }  # fmt: skip
            if self._compare(place, self._name(one), old, values) or old.position != position:
                changed.append({"key": old.id, "position": position, **values})
        self._update(ChannelAttribute, changed)
        self._insert(ChannelAttribute, fresh)
        if self.whole:
            names = {one.external for one in told}
            self._forget(ChannelAttribute, [old for key, old in kept.items() if key not in names], f"{category}/")
        self._day_of_attributes(row)
        if any(one.values is not None for one in told):
            self._values_of(category, row, told)

    def told_values(self, category: str, attribute: str, values: Sequence[Value]) -> None:
        """Values that came in an answer of their own. An attribute nobody has told of is made: the dictionary is there, so it is."""
        row = self.known[category]
        found = {one.external: one for one in self.session.scalars(_of(row))}
        if attribute not in found:
            fresh = self._attribute(row.id, len(found), Attribute(attribute, "choice", False))
            self._insert(ChannelAttribute, [fresh])
            self.difference.new.append(Change(f"{category}/{attribute}", ""))
            found = {one.external: one for one in self.session.scalars(_of(row))}
        self._take_values({found[attribute].id: (f"{category}/{attribute}", values)})

    def _values_of(self, category: str, row: ChannelCategory, told: Sequence[Attribute]) -> None:
        ids = {one.external: one.id for one in self.session.scalars(_of(row))}
        self._take_values(
            {ids[one.external]: (f"{category}/{one.external}", one.values) for one in told if one.values is not None}
        )

    def _take_values(self, told: Mapping[int, tuple[str, Sequence[Value]]]) -> None:
        """Nobody refers to a value's row, so an attribute whose values differ gets them anew, in the order they were told."""
        kept: dict[int, dict[str, Value]] = {attribute: {} for attribute in told}
        query = (
            select(ChannelValue.attribute_id, ChannelValue.external, ChannelValue.zh, ChannelValue.ru)
            .where(ChannelValue.attribute_id.in_(list(told))).order_by(ChannelValue.id)
        )  # fmt: skip
        for attribute, external, zh, ru in self.session.execute(query):
            kept[attribute][external] = Value(external, zh, ru)
        stale, rows = [], []
        for attribute, (place, values) in told.items():
            merged = self._merged(place, kept[attribute], values)
            if list(merged.values()) != list(kept[attribute].values()):
                stale.append(attribute)
                rows += [
                    {"attribute_id": attribute, "external": one.external, "zh": one.zh, "ru": one.ru}
                    for one in merged.values()
                ]  # fmt: skip
        if stale:
            self.session.execute(
                delete(ChannelValue).where(ChannelValue.attribute_id.in_(stale)),
                execution_options={"synchronize_session": False},
            )
            self._insert(ChannelValue, rows)

    def _merged(self, place: str, kept: Mapping[str, Value], told: Sequence[Value]) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for one in told:
            old = kept.get(one.external)
            if old is None:
                found[one.external] = one
                self.difference.new.append(Change(f"{place}/{one.external}", one.zh or one.ru or ""))
                continue
            now = Value(one.external, one.zh or old.zh, one.ru or old.ru)
            found[one.external] = now
            if now == old:
                self.difference.same += 1
            else:
                before, after = (old.zh, now.zh) if one.zh else (old.ru, now.ru)
                self.difference.changed.append(
                    Change(f"{place}/{one.external}", after or "", before or "", after or "")
                )
        rest = {key: one for key, one in kept.items() if key not in found}
        if not self.whole:
            return {**kept, **found}
        self.difference.gone += [Change(f"{place}/{key}", one.zh or one.ru or "") for key, one in rest.items()]
        return found

    def _compare(self, place: str, name: str, row: Any, values: Mapping[str, Any]) -> bool:
        """Whether anything differs; each thing that does is noted."""
        found = [(key, getattr(row, key), value) for key, value in values.items() if getattr(row, key) != value]
        for key, before, after in found:
            self.difference.changed.append(
                Change(place, f"{name} · {key}" if name else key, _shown(before), _shown(after))
            )
        self.difference.same += not found
        return bool(found)

    def _name(self, one: Category | Attribute) -> str:
        return getattr(one, f"name_{self.language}") or one.name_zh or one.name_ru or ""

    def _category(self, one: Category) -> dict[str, Any]:
        return {
            "channel": self.channel, "external": one.external, "parent": one.parent, "name_zh": one.name_zh,
            "name_ru": one.name_ru, "leaf": one.leaf, "facts": dict(one.facts), "told_on": self.day,
        }  # fmt: skip

    def _attribute(self, category: int, position: int, one: Attribute) -> dict[str, Any]:
        return {
            "category_id": category, "external": one.external, "position": position, "name_zh": one.name_zh,
            "name_ru": one.name_ru, "kind": one.kind, "required": one.required, "limits": dict(one.limits),
        }  # fmt: skip

    def _insert(self, model: Any, rows: Sequence[dict[str, Any]]) -> None:
        if not rows:
            return
        connection, table = self.session.connection(), model.__table__
        ids = next_ids(connection, table, len(rows))
        insert_rows(
            connection, table,
            [{"organisation_id": self.organisation, "id": id_, **row} for id_, row in zip(ids, rows, strict=True)],
        )  # fmt: skip

    def _update(self, model: Any, rows: Sequence[dict[str, Any]]) -> None:
        """By statements on the table, which say themselves whose rows they change."""
        if not rows:
            return
        table: Table = model.__table__
        names = [name for name in rows[0] if name != "key"]
        statement = (
            update(table)
            .where(table.c.id == bindparam("key"), table.c.organisation_id == self.organisation)
            .values({name: bindparam(f"to_{name}", type_=table.c[name].type) for name in names})
        )
        self.session.connection().execute(
            statement, [{"key": row["key"], **{f"to_{name}": row[name] for name in names}} for row in rows]
        )

    def _forget(self, model: Any, rows: Sequence[Any], place: str = "") -> None:
        self.difference.gone += [Change(f"{place}{row.external}", row.name_zh or row.name_ru or "") for row in rows]
        ids = [row.id for row in rows]
        for part in range(0, len(ids), 5000):
            self.session.execute(
                delete(model).where(model.id.in_(ids[part : part + 5000])),
                execution_options={"synchronize_session": False},
            )

    def _parents_are_no_leaves(self) -> None:
        """Answers of one level cannot say whether what they name has children."""
        own = ChannelCategory
        parents = select(own.parent).where(own.channel == self.channel, own.parent.is_not(None)).distinct()
        names = list(self.session.scalars(parents))
        for part in range(0, len(names), 5000):
            self.session.execute(
                update(own).where(own.channel == self.channel, own.external.in_(names[part : part + 5000]), own.leaf).values(leaf=False),
                execution_options={"synchronize_session": False},
            )  # fmt: skip

    def _dated(self, names: Sequence[str]) -> None:
        own = ChannelCategory
        for part in range(0, len(names), 5000):
            self.session.execute(
                update(own).where(own.channel == self.channel, own.external.in_(names[part : part + 5000])).values(told_on=self.day),
                execution_options={"synchronize_session": False},
            )  # fmt: skip

    def _day_of_attributes(self, row: ChannelCategory) -> None:
        row.facts = {**row.facts, "attributes_on": self.day.isoformat()}
        row.told_on = self.day
        self.session.flush()
        self.session.expire(row, ["attributes"])

    def _again(self) -> None:
        self.session.expire_all()
        rows = self.session.scalars(select(ChannelCategory).where(ChannelCategory.channel == self.channel))
        self.known = {row.external: row for row in rows}


def _of(row: ChannelCategory) -> Select[Any]:
    return (
        select(ChannelAttribute).where(ChannelAttribute.category_id == row.id).order_by(ChannelAttribute.position)
    )  # fmt: skip


def _shown(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
