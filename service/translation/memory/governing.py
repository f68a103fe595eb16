"""Which case a Russian text asks for where a number stands, as far as the words around it tell; cautious, for a form is only kept or refused.

Words are recognised by pymorphy3's dictionary; nothing is written from it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from service.language.russian.agreement import plural_category
from service.language.russian.grammar import Case
from service.translation.memory.slots import Slot
from service.translation.memory.written import approximate, governors, heads, relative

__all__ = ["cases_at", "sure_of_agreement"]

_CLAUSE = re.compile(r"[.,;:!?()«»\"—–\n|/]|\s-\s")
_BEFORE = re.compile(r"([А-Яа-яЁё]+)[ \u00a0]*$")
_AFTER = re.compile(r"[ \u00a0]*(,?)[ \u00a0]*([А-Яа-яЁё]+)")
_NAMED = (Case.NOM, Case.ACC)


def cases_at(text: str, slot: Slot, number: Decimal) -> set[Case]:
    """The cases the phrase of number and noun may stand in."""
    clause = _clause_before(text, slot)
    word = _last_word(clause)
    while word in approximate():
        clause = clause[: clause.rstrip().lower().rfind(word)]
        word = _last_word(clause)
    if asked := governors().get(word):
        return _asked(asked, number)
    verb = any(_is_verb(each) for each in re.findall(r"[а-яё]+", clause.lower()))
    if word == "":
        return {Case.NOM, Case.ACC} if verb else {Case.NOM}
    cases = {Case.NOM, Case.ACC} if verb else {Case.NOM}
    if re.search(r"\bн[еи]\b", clause.lower()):
        cases.add(Case.GEN)
    if not _is_verb(word):
        if slot.kind != "money" and (word in heads() or (slot.kind == "count" and _may_govern(clause, word))):
            cases.add(Case.GEN)
        if not (_is_noun(word) or _classes(word) == {"ADVB"} or slot.kind in ("measure", "money")):
            cases |= set(Case)
    return cases


def _may_govern(clause: str, word: str) -> bool:
    """Whether the noun before the number may be what the counted goods belong to: партия 5 банок, but not «в ящике 5 банок»."""
    return _is_noun(word) and _last_word(clause[: clause.lower().rfind(word)]) not in governors()


def _asked(cases: str, number: Decimal) -> set[Case]:
    if cases == "by":
        one = number == number.to_integral_value() and plural_category(int(number)) == "one"
        return {Case.DAT} if one else {Case.ACC}
    return {Case(case) for case in cases.split("_")}


def sure_of_agreement(text: str, slot: Slot, old: Decimal, new: Decimal) -> bool:
    """Whether no other word would have to change with the number: каждые 3 дня, осталась 1 банка, 5 банок, открытых вчера."""
    clause = _clause_before(text, slot)
    word = _last_word(clause)
    if word and word not in governors() and _is_agreeing(word):
        return False
    if _is_one(old) != _is_one(new) and any(_is_finite(each) for each in re.findall(r"[а-яё]+", clause.lower())):
        return False
    following = _AFTER.match(text, slot.end)
    if following is None:
        return True
    if "PRTF" in _classes(following[2].lower()):
        return False
    if following[1]:
        return following[2].lower() not in relative()
    if _is_agreeing(following[2].lower()) and not _describes_a_noun(text, following.end()):
        return False  # 2 бутылки новые, but 2 банки липового мёда
    if _is_finite(following[2].lower()):
        return _is_one(old) == _is_one(new) and not _is_one(new)
    return True


def _describes_a_noun(text: str, end: int) -> bool:
    """Whether the adjective that ends there belongs to a noun after it."""
    while (following := _AFTER.match(text, end)) and not following[1]:
        word, end = following[2].lower(), following.end()
        if not _is_agreeing(word):
            return _is_noun(word)
    return False


def _is_one(number: Decimal) -> bool:
    return number == number.to_integral_value() and plural_category(int(abs(number))) == "one"


def _clause_before(text: str, slot: Slot) -> str:
    before = text[: slot.start]
    ends = [hit.end() for hit in _CLAUSE.finditer(before)]
    return before[ends[-1] :] if ends else before


def _last_word(clause: str) -> str:
    hit = _BEFORE.search(clause)
    return hit[1].lower() if hit else ""


def _is_verb(word: str) -> bool:
    return bool({"VERB", "INFN", "GRND"} & _classes(word))


def _is_finite(word: str) -> bool:
    return bool({"finite", "PRTS", "ADJS"} & _classes(word))


def _is_noun(word: str) -> bool:
    return "NOUN" in _classes(word)


def _is_agreeing(word: str) -> bool:
    return bool({"ADJF", "PRTF"} & _classes(word)) and "NOUN" not in _classes(word)


@lru_cache(maxsize=8192)
def _classes(word: str) -> frozenset[str]:
    """Parts of speech the word may be, likely readings only; `finite` for verbs that agree with a subject."""
    found: set[str] = set()
    for parse in _analyser().parse(word):
        if parse.score < 0.1:
            continue
        found.add(str(parse.tag.POS))
        if parse.tag.POS == "VERB" and parse.tag.mood == "indc" and parse.tag.person not in ("1per", "2per"):
            found.add("finite")
    return frozenset(found)


@cache
def _analyser() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")
