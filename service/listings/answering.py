"""Answers to the attributes of a platform's category: from what the seller has chosen and what the card tells. Pure and deterministic.

`answers` of a choice are by the attribute's number there: `{"fact": "attr.fat"}`, `{"value": "Россия"}`, `{"value": ["a", "b"]}` or
`{"value_id": "970"}`, with `"unit"` (the platform's number) if need be; None takes back what the family says. What cannot be answered
rightly is left out and told; it blocks only where the platform demands the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from service.i18n import N_, Message
from service.listings.categories.snapshot import Attribute, Category, Spoken, Value, both
from service.listings.categories.suggesting import Unit, unit_named
from service.listings.listing import Answer

__all__ = ["STALE_AFTER", "Answered", "Choice", "Index", "Prepared", "Problem", "prepare", "stranger"]

STALE_AFTER = 90
"""A snapshot older than this many days is told."""

_MOST_KEPT = 4096  # results kept for each attribute; a description is one of its own for every card


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


Index = dict[str, dict[str, Value]]
"""Values of dictionaries by attribute and folded text; kept beside a category, so that many choices share it."""


class _Fault(Exception):
    def __init__(self, what: Message, remedy: Message) -> None:
        self.what, self.remedy = what, remedy
        super().__init__(str(what))


def prepare(
    category: Category | None, choice: Choice | None, language: Spoken, day: date, *, known: bool = True, index: Index | None = None
) -> Prepared:  # fmt: skip
    """Everything about a category and a choice that is the same for all cards. `known`: the channel has a snapshot at all."""
    return Prepared(category, choice or Choice(), language, day, known, {} if index is None else index)


class _Asked(NamedTuple):
    attribute: Attribute
    fact: str
    unit: str | None
    kept: dict[str, Answer | Problem]


class Prepared:
    """A category and a choice, ready to answer for any number of cards."""

    def __init__(
        self, category: Category | None, choice: Choice, language: Spoken, day: date, known: bool, index: Index
    ) -> None:
        self.category, self.choice, self.language, self.index = category, choice, language, index
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
            self._steps.append(_Asked(attribute, entry["fact"], unit, {}))
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
                    values.append(self._numbered(attribute, text))
                elif attribute.kind == "number":
                    value, unit = _number(attribute, text, unit, from_card=from_card)
                    values.append((None, value))
                elif attribute.values or attribute.kind == "choice":
                    values += self._looked_up(attribute, text, from_card=from_card)
                elif attribute.kind == "yes":
                    values.append((None, _yes(text)))
                else:
                    values.append((None, _text(attribute, text)))
            values = list(dict.fromkeys(values))
            most = attribute.limits.get("most")
            if most is not None and len(values) > most:
                raise _fault(_TOO_MANY, count=len(values), most=most)
        except _Fault as fault:
            return Problem(attribute.external, self._name(attribute), fault.what, fault.remedy, attribute.required)
        return Answer(
            attribute.external, self._name(attribute), attribute.kind, tuple(values), unit, attribute.limits.get("group")
        )  # fmt: skip

    def _looked_up(self, attribute: Attribute, text: str, *, from_card: bool) -> list[tuple[str | None, str]]:
        """A dictionary's values; a card's words are taken apart at commas only if they fit nowhere as a whole."""
        known = self._values(attribute)
        found = self._find(attribute, known, text)
        if found is None and from_card and attribute.limits.get("most") != 1:
            parts = [part.strip() for part in re.split(r"[,;、，；]", text) if part.strip()]
            each = [self._find(attribute, known, part) for part in parts]
            if len(parts) > 1 and all(each):
                return [self._pair(one) for one in each if one is not None]
        if found is not None:
            return [self._pair(found)]
        if attribute.limits.get("own"):
            return [(None, _text(attribute, text))]
        if not known:
            raise _fault(_NO_VALUES)
        raise _fault(_NOT_THERE, value=_short(text), near=self._nearest(attribute, known, text))

    def _find(self, attribute: Attribute, known: Mapping[str, Value], text: str) -> Value | None:
        folded = _folded(text)
        if (found := known.get(folded)) is None and attribute.kind == "yes" and folded in _YES:
            found = next((known[word] for word, yes in _YES.items() if yes == _YES[folded] and word in known), None)
        return found

    def _nearest(self, attribute: Attribute, known: Mapping[str, Value], text: str) -> list[str]:
        from rapidfuzz import fuzz, process  # only where something is wrong

        hits = process.extract(_folded(text), list(known), scorer=fuzz.WRatio, limit=12)
        near = dict.fromkeys(self._pair(known[word])[1] for word, _, _ in hits)
        return list(near)[:3]

    def _numbered(self, attribute: Attribute, number: str) -> tuple[str | None, str]:
        for one in attribute.values or ():
            if one.external == number:
                return self._pair(one)
        if attribute.values:
            raise _fault(_NO_NUMBER, value=number)
        return number, ""

    def _values(self, attribute: Attribute) -> dict[str, Value]:
        if (found := self.index.get(attribute.external)) is None:
            found = {}
            for value in attribute.values or ():
                for text in (value.ru, value.zh):
                    if text:
                        found.setdefault(_folded(text), value)
            self.index[attribute.external] = found
        return found

    def _pair(self, value: Value) -> tuple[str | None, str]:
        return value.external, both(value.zh, value.ru, self.language)

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


_YES = {"true": True, "да": True, "是": True, "yes": True, "有": True, "false": False, "нет": False, "否": False, "no": False, "无": False}  # fmt: skip


def _folded(text: str) -> str:
    """As values are compared: small letters, ё as е, single spaces."""
    return " ".join(text.casefold().replace("ё", "е").split())


def _yes(text: str) -> str:
    if (found := _YES.get(_folded(text))) is None:
        raise _fault(_NOT_YES, value=_short(text))
    return "true" if found else "false"


def _text(attribute: Attribute, text: str) -> str:
    limits = attribute.limits
    if (most := limits.get("max_length")) is not None and len(text) > most:
        raise _fault(_TOO_LONG, length=len(text), most=most)
    if (least := limits.get("min_length")) is not None and len(text) < least:
        raise _fault(_TOO_SHORT, length=len(text), least=least)
    return text


_NUMBER = re.compile(r"\s*([-−]?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?)\s*(.*?)\s*")


def _number(attribute: Attribute, text: str, unit: str | None, *, from_card: bool) -> tuple[str, str | None]:
    """A number in a unit the platform takes, and that unit's number there."""
    match = _NUMBER.fullmatch(text)
    theirs = match and unit_named(match[2])
    if match is None or (match[2] and theirs is None):
        raise _fault(_NOT_NUMBER, value=_short(text))
    number = Decimal(re.sub(r"\s", "", match[1]).replace(",", ".").replace("−", "-"))
    if theirs is not None and theirs == unit_named("год") and number >= 1900:
        theirs = None  # a year of the calendar, not so many years
    units: list[Mapping[str, str]] = attribute.limits.get("units") or []
    if theirs is not None:
        number, unit = _converted(attribute, number, theirs, match[2], units, unit)
    if units and unit is None:
        unit = attribute.limits.get("unit") or (units[0]["id"] if len(units) == 1 else None)
        if unit is None:
            raise _fault(_WHICH_UNIT, units=[one["name"] for one in units])
    return _within(attribute, number), unit


def _converted(
    attribute: Attribute, number: Decimal, theirs: Unit, word: str, units: Sequence[Mapping[str, str]], wanted: str | None
) -> tuple[Decimal, str | None]:  # fmt: skip
    """The number in the platform's unit: the one that was asked for, the same one, or one of the same kind."""
    if units:
        open_to = [(one["id"], unit_named(one["name"])) for one in units if wanted is None or one["id"] == wanted]
        fits = [(id_, one) for id_, one in open_to if one is not None and one.kind == theirs.kind]
        if not fits:
            raise _fault(_OTHER_UNIT, value=f"{number} {word}", unit=[one["name"] for one in units])
        id_, target = next(((id_, one) for id_, one in fits if one == theirs), fits[0])
        return _over(number * theirs.times, target.times), id_
    name = attribute.limits.get("unit_name")
    own = unit_named(name) if name else _unit_in_name(attribute)
    if own is None and theirs.kind != "share":
        raise _fault(_UNIT_UNKNOWN, value=f"{number} {word}")
    if own is not None and own.kind != theirs.kind:
        raise _fault(_OTHER_UNIT, value=f"{number} {word}", unit=name or [attribute.name_ru or attribute.name_zh or ""])
    return (number if own is None else _over(number * theirs.times, own.times)), wanted


def _over(number: Decimal, by: Decimal) -> Decimal:
    return (number / by).quantize(Decimal("0.000001")) if by != 1 else number


def _unit_in_name(attribute: Attribute) -> Unit | None:
    """The unit a name tells: «Жирность, %», «Срок годности в днях», 保质期（天）."""
    for name in (attribute.name_ru, attribute.name_zh):
        for word in re.findall(r",\s*([^,]+)$|\sв\s+(\w+)\s*$|[（(]([^（）()]+)[）)]\s*$", name or ""):
            if (found := unit_named(next(part for part in word if part))) is not None:
                return found
    return None


def _within(attribute: Attribute, number: Decimal) -> str:
    limits = attribute.limits
    number = number.normalize()
    shown = format(number, "f")
    lowest, highest, decimals = limits.get("min"), limits.get("max"), limits.get("decimals")
    if (lowest is not None and number < Decimal(lowest)) or (highest is not None and number > Decimal(highest)):
        raise _fault(_OUT_OF_RANGE, value=shown, lowest=lowest or "−∞", highest=highest or "∞")
    if decimals is not None and -int(number.as_tuple().exponent) > decimals:
        raise _fault(_TOO_FINE, value=shown, decimals=decimals)
    return shown


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def _fault(words: tuple[str, str], **facts: Any) -> _Fault:
    return _Fault(Message(words[0], facts), Message(words[1], facts))


_CHOOSE = N_("Choose one with “amurlive listing choose”; “amurlive listing category find” looks for it.")
_IMPORT = N_("Save the platform's answer and import it with “amurlive listing category import”.")
_SAY = N_("Answer it in the choice: with a fact of the card, a value, or the number of a value.")
_NO_CATEGORY = (N_("No category of the platform is chosen for these goods."), _CHOOSE)
_UNKNOWN = (N_("The platform has no category {category}, as far as it was imported."), _CHOOSE)
_NO_SNAPSHOT = (N_("The platform's categories were not imported; {category} cannot be checked."), _IMPORT)
_NO_LEAF = (N_("The category “{name}” has others below it; goods go only into the lowest."), _CHOOSE)
_NO_ATTRIBUTES = (N_("What the platform asks about goods of “{name}” was not imported."), _IMPORT)
_STALE = (
    N_("What the platform asks in “{name}” was imported {days} days ago."),
    N_("Import it anew: platforms change it at any time."),
)
_STRANGER = (N_("The category asks nothing under {attribute}."), N_("Take this answer out of the choice."))
_UNANSWERED = (N_("The platform demands an answer and none is chosen."), _SAY)
_NO_FACT = (N_("The card does not tell “{fact}”."), N_("Add it to the card, or answer in the choice for this card."))
_UNREADY = (N_("The card's “{fact}” does not count yet."), N_("Write the text in the channel's language and have it reviewed; no other language stands in."))  # fmt: skip
_NOT_THERE = (N_("“{value}” is not in the platform's dictionary."), N_("Nearest: {near}. Choose one of its values."))
_NO_NUMBER = (N_("The platform's dictionary has no value of the number {value}."), _SAY)
_NO_VALUES = (N_("The platform's dictionary was not imported, so no value can be found in it."), _IMPORT)
_NOT_NUMBER = (N_("“{value}” is not a number."), _SAY)
_NOT_YES = (N_("“{value}” is neither yes nor no."), _SAY)
_OUT_OF_RANGE = (N_("{value} is not within {lowest}…{highest}."), _SAY)
_TOO_FINE = (N_("{value} has too many digits after the point; the platform takes {decimals}."), _SAY)
_TOO_MANY = (N_("{count} values are given; the platform takes {most}."), _SAY)
_TOO_LONG = (N_("The text has {length} characters; the platform takes {most}."), _SAY)
_TOO_SHORT = (N_("The text has {length} characters; the platform wants {least}."), _SAY)
_WHICH_UNIT = (N_("The number needs a unit: {units}."), N_("Name the unit's number in the choice (“unit”)."))
_OTHER_UNIT = (N_("{value} cannot be said in the platform's unit: {unit}."), _SAY)
_UNIT_UNKNOWN = (N_("{value}: the platform does not say which unit it wants."), _SAY)
