"""Which fact of a card answers which attribute of a category, by the attribute's name: `scripts/listings/answers/answers.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from service.authored import Authored, Strict, read
from service.catalog.families import families
from service.errors import FilesRejected
from service.i18n import N_, Message
from service.listings.categories.snapshot import Attribute, Category
from service.listings.patterns import FACTS
from service.resources import root

__all__ = ["Unit", "known_facts", "plain", "read_rules", "suggest", "unit_named"]

Text = Annotated[str, Field(min_length=1)]


class AnswerEntry(Strict):
    """Names of an attribute that a fact answers. `verified`: seen in a platform's own snapshot."""

    fact: Text
    source: Text
    verified: bool
    ru: list[Text] = []
    zh: list[Text] = []
    families: list[Text] = []
    not_for: list[Text] = []


class UnitEntry(Strict):
    """Words of one unit; `times` how many of the smallest unit of its kind it is."""

    kind: Text
    times: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")]
    words: list[Text] = Field(min_length=1)


class AnswersFile(Strict):
    """The file."""

    sources: dict[str, Text]
    answers: list[AnswerEntry]
    units: list[UnitEntry]


class Unit(NamedTuple):
    """What kind of thing a unit measures, and how many of the kind's smallest it is."""

    kind: str
    times: Decimal


class _Rules(NamedTuple):
    answers: tuple[AnswerEntry, ...]
    units: Mapping[str, Unit]


def suggest(category: Category, family: str) -> dict[str, dict[str, str]]:
    """Answers to a category's attributes by facts, as a choice takes them; only where the name says so plainly."""
    by_name = _names(family)
    found = {}
    for attribute in category.attributes:
        if "elsewhere" not in attribute.limits and (fact := _fact(attribute, by_name)) is not None:
            found[attribute.external] = {"fact": fact}
    return found


def _fact(attribute: Attribute, by_name: Mapping[str, str]) -> str | None:
    for name in (attribute.name_ru, attribute.name_zh):
        if name and (fact := by_name.get(plain(name))) is not None:
            return fact
    return None


@cache
def _names(family: str) -> dict[str, str]:
    """Facts by the plain names that ask for them in a family; the rules' own names go before those of the family's attributes."""
    own = families()[family].attributes
    found = {plain(name): f"attr.{key}" for key, entry in own.items() for name in (entry.name.zh, entry.name.ru)}
    for entry in reversed(_shipped().answers):
        if family in entry.not_for or (entry.families and family not in entry.families):
            continue
        if not entry.fact.startswith("attr.") or entry.fact.removeprefix("attr.") in own:
            found |= {plain(name): entry.fact for name in (*entry.ru, *entry.zh)}
    return found


def known_facts(family: str | None) -> frozenset[str]:
    """What a choice for a family may name as a fact; of any family if none is given."""
    known = families()
    own = [known[family]] if family in known else list(known.values())
    return FACTS | {f"attr.{key}" for entry in own for key in entry.attributes}


_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")


def plain(name: str) -> str:
    """A name as it is compared: small letters, ё as е, no brackets, no unit after a comma, single spaces."""
    text = _BRACKETS.sub(" ", name).casefold().replace("ё", "е")
    head, _, tail = text.rpartition(",")
    if head and unit_named(tail) is not None:
        text = head
    return " ".join(re.sub(r"[-–—_:*]", " ", text).split())


def unit_named(word: str) -> Unit | None:
    """The unit a word means, if it means one."""
    return _shipped().units.get(word.strip().rstrip(".").casefold().replace("ё", "е"))


@cache
def _shipped() -> _Rules:
    return read_rules(root("scripts") / "listings" / "answers" / "answers.yaml")


def read_rules(path: Path) -> _Rules:
    """The rules of one file. Raises `FilesRejected` with every fault."""
    file: Authored[AnswersFile] = read(path, AnswersFile)
    content = file.content
    if content is not None:
        facts = known_facts(None)
        for at, entry in enumerate(content.answers):
            file.known("answers", at, "source", value=entry.source, among=content.sources)
            file.known("answers", at, "fact", value=entry.fact, among=facts)
            for kind in ("families", "not_for"):
                for number, family in enumerate(getattr(entry, kind)):
                    file.known("answers", at, kind, number, value=family, among=families())
        words = [word.casefold() for unit in content.units for word in unit.words]
        for word in sorted({word for word in words if words.count(word) > 1}):
            what = Message(N_("The key “{key}” stands here twice."), {"key": word})
            file.fault("units", value=word, what=what, remedy=Message(N_("Keep one of the two.")))
    if file.problems or content is None:
        raise FilesRejected(file.problems)
    units = {
        word.casefold().replace("ё", "е"): Unit(unit.kind, Decimal(unit.times))
        for unit in content.units
        for word in unit.words
    }  # fmt: skip
    return _Rules(tuple(content.answers), units)
