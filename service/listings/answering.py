"""Answers to the attributes of a platform's category: from what the seller has chosen and what the card tells. Pure and deterministic.

`answers` of a choice are by the attribute's number there: `{"fact": "attr.fat"}`, `{"value": "Россия"}`, `{"value": ["a", "b"]}` or
`{"value_id": "970"}`, with `"unit"` (the platform's number) if need be; None takes back what the family says. What cannot be answered
rightly is left out and told; it blocks only where the platform demands the answer.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from service.i18n import N_, Message
from service.listings.categories.fitting import (
    IMPORT,
    SAY,
    Dictionary,
    Index,
    Unfit,
    fault,
    number,
    text_within,
    yes_or_no,
)
from service.listings.categories.snapshot import Attribute, Category, Spoken, both
from service.listings.listing import Answer

__all__ = ["STALE_AFTER", "Answered", "Choice", "Index", "Prepared", "Problem", "prepare", "stranger"]

STALE_AFTER = 90
"""A snapshot older than this many days is told."""

_MOST_KEPT = 20_000  # results kept for each attribute


@dataclass(frozen=True)
class Choice:
    """What the seller has chosen: category, answers, the channel's own fields."""

    category: str | None = None
    answers: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    extras: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """Something in an answer, or in the category itself (`attribute` is empty then). `blocks`: the platform would refuse the listing."""

    attribute: str
    name: str
    what: Message
    remedy: Message
    blocks: bool


class Answered(NamedTuple):
    """The answers in the category's order, and what stands against them."""

    answers: tuple[Answer, ...]
    problems: tuple[Problem, ...]


def prepare(
    category: Category | None, choice: Choice | None, language: Spoken, day: date, *, known: bool = True, index: Index | None = None
) -> Prepared:  # fmt: skip
    """Everything about a category and a choice that is the same for all cards. `known`: the channel has a snapshot at all."""
    return Prepared(category, choice or Choice(), language, day, known, {} if index is None else index)


class _Asked(NamedTuple):
    """An attribute a fact answers. `most` characters fit, where nothing but its length can be wrong with a text."""

    attribute: Attribute
    name: str
    fact: str
    unit: str | None
    most: int | None
    kept: dict[str, Answer | Problem]


class Prepared:
    """A category and a choice, ready to answer for any number of cards."""

    def __init__(
        self, category: Category | None, choice: Choice, language: Spoken, day: date, known: bool, index: Index
    ) -> None:
        self.category, self.choice, self.language = category, choice, language
        self._dictionary = Dictionary(language, index)
        self.problems: list[Problem] = []
        self._steps: list[Answer | _Asked] = []
        self._look_at_category(day, known)
        if category is not None and category.leaf:
            for attribute in category.attributes:
                if "elsewhere" not in attribute.limits:
                    self._take(attribute, choice.answers.get(attribute.external))
            self._look_at_strangers(category)

    def answer(self, facts: Mapping[str, str], unready: Mapping[str, str] | None = None) -> Answered:
        """What a card answers. `facts` and `unready` as `composing.Goods` has them, with the SKU's label if there is one."""
        answers: list[Answer] = []
        problems = list(self.problems)
        for step in self._steps:
            if isinstance(step, Answer):
                answers.append(step)
                continue
            text = facts.get(step.fact)
            if not text:
                problems.append(self._missing(step, unready or {}))
                continue
            if step.most is not None and len(text) <= step.most:
                limits = step.attribute.limits
                answers.append(
                    Answer(step.attribute.external, step.name, "text", ((None, text),), step.unit, limits.get("group"))
                )
                continue
            found = step.kept.get(text)
            if found is None:
                if len(step.kept) >= _MOST_KEPT:
                    step.kept.clear()
                found = step.kept[text] = self._answered(step.attribute, [text], step.unit, from_card=True)
            if isinstance(found, Answer):
                answers.append(found)
            else:
                problems.append(found)
        return Answered(tuple(answers), tuple(problems))

    def _look_at_category(self, day: date, known: bool) -> None:
        category, wanted = self.category, self.choice.category
        if wanted is None:
            if known:
                self._note(_NO_CATEGORY, blocks=True)
            return
        facts = {"category": wanted, "name": "", "days": 0, "most": STALE_AFTER}
        if category is None:
            self._note(_UNKNOWN if known else _NO_SNAPSHOT, facts, blocks=known)
            return
        facts["name"] = both(category.name_zh, category.name_ru, self.language) or wanted
        if not category.leaf:
            self._note(_NO_LEAF, facts, blocks=True)
        elif category.attributes_on is None and not category.attributes:
            self._note(_NO_ATTRIBUTES, facts, blocks=False)
        elif (told := category.attributes_on or category.told_on) is not None and (day - told).days > STALE_AFTER:
            self._note(_STALE, facts | {"days": (day - told).days}, blocks=False)

    def _look_at_strangers(self, category: Category) -> None:
        if category.attributes:
            asked = {one.external for one in category.attributes}
            self.problems += [
                Problem(key, key, *stranger(key), blocks=False) for key in self.choice.answers if key not in asked
            ]  # fmt: skip

    def _take(self, attribute: Attribute, entry: Mapping[str, Any] | None) -> None:
        if entry is None:
            if attribute.required:
                self.problems.append(self._problem(attribute, *_UNANSWERED))
            return
        unit = entry.get("unit")
        if "fact" in entry:
            plain = attribute.kind == "text" and not attribute.values and "min_length" not in attribute.limits
            most = attribute.limits.get("max_length", sys.maxsize) if plain else None
            self._steps.append(_Asked(attribute, self._name(attribute), entry["fact"], unit, most, {}))
            return
        given = entry.get("value_id", entry.get("value"))
        values = [str(one) for one in (given if isinstance(given, (list, tuple)) else [given])]
        found = self._answered(attribute, values, unit, by_number="value_id" in entry)
        if isinstance(found, Answer):
            self._steps.append(found)
        else:
            self.problems.append(found)

    def _answered(
        self, attribute: Attribute, texts: Sequence[str], unit: str | None, *, by_number: bool = False, from_card: bool = False
    ) -> Answer | Problem:  # fmt: skip
        try:
            values: list[tuple[str | None, str]] = []
            for text in texts:
                if by_number:
                    values.append(self._dictionary.numbered(attribute, text))
                elif attribute.kind == "number":
                    value, unit = number(attribute, text, unit)
                    values.append((None, value))
                elif attribute.values or attribute.kind == "choice":
                    values += self._dictionary.look_up(attribute, text, from_card=from_card)
                elif attribute.kind == "yes":
                    values.append((None, yes_or_no(text)))
                else:
                    values.append((None, text_within(attribute, text)))
            values = list(dict.fromkeys(values))
            most = attribute.limits.get("most")
            if most is not None and len(values) > most:
                raise fault(_TOO_MANY, count=len(values), most=most)
        except Unfit as unfit:
            return Problem(attribute.external, self._name(attribute), unfit.what, unfit.remedy, attribute.required)
        return Answer(
            attribute.external, self._name(attribute), attribute.kind, tuple(values), unit, attribute.limits.get("group")
        )  # fmt: skip

    def _missing(self, step: _Asked, unready: Mapping[str, str]) -> Problem:
        what, remedy = _UNREADY if step.fact in unready else _NO_FACT
        return Problem(
            step.attribute.external, self._name(step.attribute), Message(what, {"fact": step.fact}), Message(remedy),
            step.attribute.required,
        )  # fmt: skip

    def _name(self, attribute: Attribute) -> str:
        return both(attribute.name_zh, attribute.name_ru, self.language) or attribute.external

    def _problem(self, attribute: Attribute, what: str, remedy: str) -> Problem:
        return Problem(attribute.external, self._name(attribute), Message(what), Message(remedy), attribute.required)

    def _note(self, words: tuple[str, str], facts: Mapping[str, Any] | None = None, *, blocks: bool) -> None:
        self.problems.append(Problem("", "", Message(words[0], facts or {}), Message(words[1], facts or {}), blocks))


def stranger(attribute: str) -> tuple[Message, Message]:
    """What is said of an answer to something the category does not ask."""
    return Message(_STRANGER[0], {"attribute": attribute}), Message(_STRANGER[1])


_CHOOSE = N_("Choose one with “amurlive listing choose”; “amurlive listing category find” looks for it.")
_NO_CATEGORY = (N_("No category of the platform is chosen for these goods."), _CHOOSE)
_UNKNOWN = (N_("The platform has no category {category}, as far as it was imported."), _CHOOSE)
_NO_SNAPSHOT = (N_("The platform's categories were not imported; {category} cannot be checked."), IMPORT)
_NO_LEAF = (N_("The category “{name}” has others below it; goods go only into the lowest."), _CHOOSE)
_NO_ATTRIBUTES = (N_("What the platform asks about goods of “{name}” was not imported."), IMPORT)
_STALE = (
    N_("What the platform asks in “{name}” was imported {days} days ago."),
    N_("Import it anew: platforms change it at any time."),
)
_STRANGER = (N_("The category asks nothing under {attribute}."), N_("Take this answer out of the choice."))
_UNANSWERED = (N_("The platform demands an answer and none is chosen."), SAY)
_NO_FACT = (N_("The card does not tell “{fact}”."), N_("Add it to the card, or answer in the choice for this card."))
_UNREADY = (N_("The card's “{fact}” does not count yet."), N_("Write the text in the channel's language and have it reviewed; no other language stands in."))  # fmt: skip
_TOO_MANY = (N_("{count} values are given; the platform takes {most}."), SAY)
