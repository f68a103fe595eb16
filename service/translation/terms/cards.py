"""The grammar of a Russian wording: gender, animacy, number and the cases of both numbers, for the whole phrase.

pymorphy3 proposes with the reading a dictionary form has (not the likeliest: «банка» is no bank); a person confirms, and then the card
decides. Words with cards in catalogs/names/nouns.yaml keep those; adjectives follow the rules of service.language.russian.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from service.language.russian import UnknownAdjective, adjective
from service.language.russian.forms import _analyser
from service.language.russian.grammar import CASES, Case, Gender
from service.language.russian.lemmas import CASES_OF
from service.language.russian.nouns import nouns

__all__ = ["Card", "agreeing", "card_from", "proposed"]

_TOKEN = re.compile(r"[А-Яа-яЁё]+(?:-[А-Яа-яЁё]+)*")
_MARKS = {case: mark for mark, case in reversed(CASES_OF.items())}
_GENDERS = {"masc": Gender.M, "femn": Gender.F, "neut": Gender.N}
_GENDER_MARKS = {gender: mark for mark, gender in _GENDERS.items()}


@dataclass(frozen=True)
class Card:
    """A phrase in all its forms, in the order of `CASES`; a number it does not have is empty. `number`: pl or sg, where only one is used."""

    gender: Gender | None
    animate: bool
    number: str | None
    singular: tuple[str, ...]
    plural: tuple[str, ...]

    def form(self, case: Case, *, plural: bool) -> str | None:
        """One form; of a phrase used in one number only, that number's."""
        row = (self.plural or self.singular) if plural else (self.singular or self.plural)
        return row[CASES.index(case)] if row else None

    def as_data(self) -> dict[str, Any]:
        """As `Term.card` keeps it."""
        return {
            "gender": self.gender.value if self.gender else None, "animate": self.animate, "number": self.number,
            "sg": list(self.singular), "pl": list(self.plural),
        }  # fmt: skip


def card_from(data: Mapping[str, Any]) -> Card | None:
    """The card kept with a term, if its forms have been confirmed."""
    singular, plural = tuple(data.get("sg") or ()), tuple(data.get("pl") or ())
    if not (singular or plural):
        return None
    gender = data.get("gender")
    return Card(Gender(gender) if gender else None, bool(data.get("animate")), data.get("number"), singular, plural)


@dataclass(frozen=True)
class _Head:
    """The noun a phrase turns on."""

    place: int
    gender: Gender
    animate: bool
    singular: tuple[str, ...]
    plural: tuple[str, ...]
    cited_plural: bool


@lru_cache(maxsize=4096)
def proposed(text: str) -> Card | None:
    """The paradigm of a wording in its dictionary form; None if it has no noun or adjective in the nominative to turn on.

    What stands after the noun and does not agree with it («срок годности», «торт «Медовик»») stays as it is.
    """
    tokens = list(_TOKEN.finditer(text))
    head = _head([token[0] for token in tokens])
    if head is None:
        return None
    rows: list[tuple[str, ...]] = []
    for plural in (False, True):
        has = head.plural if plural else head.singular
        rows.append(tuple(_inflected(text, tokens, head, case, plural=plural) for case in CASES) if has else ())
    number = None if all(rows) else "sg" if rows[0] else "pl"
    return Card(head.gender, head.animate, number, rows[0], rows[1])


def _inflected(text: str, tokens: list[re.Match[str]], head: _Head, case: Case, *, plural: bool) -> str:
    made, last = "", 0
    for place, token in enumerate(tokens):
        word = token[0]
        if place == head.place:
            word = (head.plural if plural else head.singular)[CASES.index(case)]
        elif (agreed := _agreeing(word, head)) is not None and (
            place < head.place or (place == head.place + 1 and text[tokens[place - 1].end() : token.start()] == " ")
        ):
            try:
                word = adjective(
                    agreed, gender=None if plural else head.gender, plural=plural, case=case, animate=head.animate
                )
            except UnknownAdjective:
                word = token[0]
        made += text[last : token.start()] + _cased(word, token[0])
        last = token.end()
    return made + text[last:]


def _cased(word: str, model: str) -> str:
    if len(model) > 1 and model.isupper():
        return word.upper()
    if "-" in model and word.count("-") == model.count("-"):
        return "-".join(part[:1].upper() + part[1:] if known[:1].isupper() else part for part, known in zip(
            word.split("-"), model.split("-"), strict=True))  # fmt: skip
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


def _head(words: list[str]) -> _Head | None:
    """The first noun in the nominative, or an adjective that is used as one (ведущий)."""
    for place, word in enumerate(words):
        parses = [p for p in _analyser().parse(word) if p.tag.POS == "NOUN" and p.tag.case == "nomn"]
        lower = word.lower()
        own = [
            p for p in parses if p.normal_form == lower or p.normal_form.replace("ё", "е") == lower.replace("ё", "е")
        ]
        if _describes_a_later(words, place):
            continue
        if any(p.tag.POS in ("INFN", "PREP") for p in _analyser().parse(word)):
            return None
        if lower in nouns():
            card = nouns()[lower]
            singular = tuple(card.singular[case] for case in CASES) if card.singular else ()
            return _Head(
                place, card.gender, card.animate, singular, tuple(card.plural[case] for case in CASES), not singular
            )
        if own or parses:
            # a being and a thing of the same spelling (ирис): the thing is what shops sell
            best = min(own or parses, key=lambda p: (not p.is_known, p.tag.number == "plur", "Name" in p.tag))
            return _noun_head(place, best, known_only=best.is_known)
    if len(words) == 1 and (lemma := _adjective_lemma(words[0])):
        forms = [
            tuple(adjective(lemma, plural=plural, case=case, animate=True) for case in CASES)
            for plural in (False, True)
        ]
        return _Head(0, Gender.M, True, forms[0], forms[1], False)
    return None


def agreeing(word: str, card: Card, case: Case, *, plural: bool) -> str | None:
    """An adjective of running text, in whatever form, as it stands before the phrase of a card; None for what is no adjective."""
    gender = card.gender or Gender.M
    for parse in _analyser().parse(word):
        if parse.tag.POS not in ("ADJF", "PRTF"):
            continue
        if "Apro" not in parse.tag and (first := parse.inflect({"masc", "sing", "nomn"})):
            try:
                return adjective(
                    first.word, gender=None if plural else gender, plural=plural, case=case, animate=card.animate
                )
            except UnknownAdjective:
                return None
        wanted = {_MARKS[case], "plur"} if plural else {_MARKS[case], "sing", _GENDER_MARKS[gender]}
        if case is Case.ACC and (plural or gender is Gender.M):
            wanted.add("anim" if card.animate else "inan")
        form = parse.inflect(wanted)  # этот, наш, весь: a closed class, which the dictionary has right
        return str(form.word) if form else None
    return None


def _describes_a_later(words: list[str], place: int) -> bool:
    """Whether a word is an adjective of a noun after it (чёрный древесный гриб), whatever else it could be."""
    adjectives = [
        p.tag for p in _analyser().parse(words[place]) if p.tag.POS in ("ADJF", "PRTF") and p.tag.case == "nomn"
    ]
    return any(
        other.tag.POS == "NOUN" and other.tag.case == "nomn" and other.tag.number == one.number
        and (one.number == "plur" or other.tag.gender == one.gender)
        for one in adjectives for word in words[place + 1 :] for other in _analyser().parse(word)
    )  # fmt: skip


def _noun_head(place: int, parse: Any, *, known_only: bool) -> _Head:
    tag = parse.tag
    plural_cited = tag.number == "plur"
    rows = []
    for number in ("sing", "plur"):
        forms = []
        for case in CASES:
            form = parse.inflect({_MARKS[case], number})
            forms.append(form.word if form else "")
        rows.append(tuple(forms) if all(forms) else ())
    if "Sgtm" in tag and known_only:
        rows[1] = ()
    if "Pltm" in tag:
        rows[0] = ()
    gender = _GENDERS.get(tag.gender) or Gender.M
    return _Head(place, gender, tag.animacy == "anim", rows[0], rows[1], plural_cited)


def _adjective_lemma(word: str) -> str | None:
    """The masculine form of an adjective, participle or ordinal in the nominative."""
    for parse in _analyser().parse(word):
        if parse.tag.POS in ("ADJF", "PRTF") and parse.tag.case == "nomn":
            first = parse.inflect({"masc", "sing", "nomn"})
            return str(first.word) if first else None
    return None


def _agreeing(word: str, head: _Head) -> str | None:
    """The lemma of an adjective that agrees with the head in the form cited."""
    for parse in _analyser().parse(word):
        if parse.tag.POS not in ("ADJF", "PRTF") or parse.tag.case != "nomn":
            continue
        agrees = parse.tag.number == "plur" if head.cited_plural else _GENDERS.get(parse.tag.gender) is head.gender
        if agrees and (first := parse.inflect({"masc", "sing", "nomn"})):
            return str(first.word)
    return None
