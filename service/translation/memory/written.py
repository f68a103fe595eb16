"""How measures and money are written in running text (catalogs/names/written.yaml), ready for reading and writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import yaml

from service.language.russian.nouns import nouns
from service.resources import root

__all__ = [
    "Writing",
    "approximate",
    "counted_zh",
    "first_writing",
    "governors",
    "heads",
    "money_before",
    "never_counted",
    "noun_of",
    "relative",
    "scales",
    "writings",
]


@dataclass(frozen=True, slots=True)
class Writing:
    """One way of writing a unit: 克, г, граммов. `kind`: measure, money or count; `lemma` where it is a form of a Russian noun.

    `of` is what is measured (mass, …), the currency, or the noun's lemma; `size` how much one is in the smallest unit of its kind.
    """

    kind: str
    unit: str
    of: str
    size: Decimal
    lemma: str | None

    @property
    def tag(self) -> str:
        """What stands for it in a skeleton."""
        return f"{self.kind}:{self.of}"


@cache
def _file() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((root("catalogs") / "names" / "written.yaml").read_text(encoding="utf-8"))
    return data


@cache
def writings(language: str) -> Mapping[str, Writing]:
    """Every writing of every unit by its text; Russian words in lower case with е for ё. Counted nouns are there in Russian only."""
    found: dict[str, Writing] = {}
    if language == "ru":
        for lemma in nouns():
            _take_forms(found, lemma, Writing("count", lemma, lemma, Decimal(1), lemma))
        for short, lemma in _file()["counted_ru"].items():
            found[short] = Writing("count", lemma, lemma, Decimal(1), None)
    for key, entry in _file()["measures"].items():
        size = Decimal(str(entry["size"]))
        if language == "ru" and (lemma := entry.get("noun")):
            _take_forms(found, lemma, Writing("measure", key, entry["of"], size, lemma))
        found |= dict.fromkeys(entry[language], Writing("measure", key, entry["of"], size, None))
    for code, entry in _file()["money"].items():
        if language == "ru":
            _take_forms(found, entry["noun"], Writing("money", code, code, Decimal(1), entry["noun"]))
        found |= dict.fromkeys(entry[language], Writing("money", code, code, Decimal(1), None))
    return found


def _take_forms(found: dict[str, Writing], lemma: str, writing: Writing) -> None:
    card = nouns()[lemma]
    for form in (*card.singular.values(), *card.plural.values(), card.counted):
        found[form.replace("ё", "е")] = writing


@cache
def first_writing(unit: str, language: str) -> str | None:
    """The sign or abbreviation a measure has by default; None where the language has none (斤 in Russian)."""
    listed: list[str] = _file()["measures"][unit][language]
    return listed[0] if listed else None


@cache
def noun_of(unit: str) -> str | None:
    """The lemma of a measure's Russian noun."""
    lemma: str | None = _file()["measures"][unit].get("noun")
    return lemma


@cache
def money_before(language: str) -> Mapping[str, str]:
    """Signs of money that stand before the number, with their currency."""
    return {sign: code for code, entry in _file()["money"].items() for sign in entry[f"{language}_before"]}


@cache
def scales(language: str) -> Mapping[str, int]:
    """万, тыс. … with how many ones they are."""
    return dict(_file()["scales"][language])


@cache
def counted_zh() -> str:
    """Chinese measure words, as one text."""
    return str(_file()["counted_zh"])


@cache
def governors() -> Mapping[str, str]:
    """Russian words before a number with the cases they ask for: gen, acc_loc, by …"""
    return {word: cases for cases, words in _file()["cases"].items() for word in words}


@cache
def heads() -> frozenset[str]:
    """Nouns followed by the genitive of what is counted."""
    return frozenset(_file()["heads"])


@cache
def approximate() -> frozenset[str]:
    """Russian words before a number that leave the case as it is."""
    return frozenset(_file()["approximate"])


@cache
def never_counted() -> frozenset[str]:
    """Russian words after a number that it does not count."""
    return frozenset(_file()["never_counted"])


@cache
def relative() -> frozenset[str]:
    """Russian words that begin a clause about what was counted, and agree with it."""
    return frozenset(_file()["relative"])
