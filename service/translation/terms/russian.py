"""Finds Russian wordings in a text by their lemmas, in any case and number; English ones as whole words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from service.language.russian.grammar import Case
from service.language.russian.lemmas import Word, bare_words, cited, guessed_forms, lemmas_of, readings, words
from service.translation.terms.spans import Sense, Span, ranked

__all__ = ["Pattern", "Words", "not_a_term", "patterns_of", "whole_words"]

_BREAK = re.compile(r"[.,;:!?…()\n]")
_UNITS = frozenset(("г", "л", "кг", "мл", "р", "g", "l", "kg", "ml"))
_KEPT_FORMS = 100_000


class Pattern(NamedTuple):
    """A sequence of words, each as the lemmas it may have. No senses: skipped.

    `plural`: which word stands in the plural; `adjective`: one that is used as a noun; `capital`: an abbreviation, written in capitals;
    `proper`: a name; `cited`: in the order of the dictionary.
    """

    lemmas: tuple[frozenset[str], ...]
    senses: tuple[Sense, ...]
    plural: int | None = None
    adjective: bool = False
    capital: bool = False
    proper: bool = False
    cited: bool = False


def whole_words(key: str, senses: tuple[Sense, ...]) -> Pattern:
    return Pattern(tuple(frozenset({word}) for word in key.split()), senses)


def patterns_of(key: str, senses: tuple[Sense, ...]) -> list[Pattern]:
    """The orders a Russian wording may stand in: «липовый мёд», and as trade names have it «мёд липовый».

    Wordings to avoid count in their own order only: «масло жёлтое на цвет» is no misnomer.
    """
    lemmas = tuple(frozenset(word.split("|")) for word in key.split())
    described = [any(map(_is_adjective, word)) for word in lemmas]
    wanted_plural = senses[0].wording.card.get("number") == "pl"
    head = described.index(False) if False in described else 0
    orders: list[tuple[int, ...]] = [tuple(range(len(lemmas)))]
    right = any(one.wording.status in ("preferred", "admitted") for one in senses)
    if right and 2 <= len(lemmas) <= 3 and described.count(False) == 1:
        rest = [place for place in range(len(lemmas)) if place != head]
        for some in itertools.permutations(rest):
            orders += [order for order in ((head, *some), (*some, head)) if order not in orders]
    text = senses[0].wording.text
    alone = len(lemmas) == 1 and any(
        reading.kind in ("ADJF", "PRTF") and reading.case is Case.NOM for word in bare_words(text) for reading in readings(word)
    )  # fmt: skip
    capital = len(lemmas) == 1 and len(text) > 1 and text.isupper()
    proper = any(one.wording.text.lstrip("«")[:1].isupper() for one in senses)
    return [
        Pattern(
            tuple(lemmas[place] for place in order), senses, order.index(head) if wanted_plural else None, alone, capital, proper, order == orders[0]
        )
        for order in orders
    ]  # fmt: skip


def _is_adjective(lemma: str) -> bool:
    """Whether a lemma may be an adjective or participle; not every word in -ий is (комментарий)."""
    return any(one.lemma == lemma and one.kind in ("ADJF", "PRTF") for one in readings(lemma))


def not_a_term(phrase: str) -> Pattern:
    """A phrase that is skipped wherever it stands, in any case and number."""
    return Pattern(tuple(map(cited, bare_words(phrase))), ())


def _confirmed(pattern: Pattern) -> Iterator[tuple[str, str]]:
    """Forms of confirmed cards that the dictionary does not lead back to their words, each with a lemma of its word."""
    for sense in pattern.senses:
        card = sense.wording.card
        for form in (*card.get("sg", ()), *card.get("pl", ())):
            some = bare_words(form)
            for word, lemmas in zip(some, pattern.lemmas, strict=False):
                if len(some) == len(pattern.lemmas) and lemmas.isdisjoint(lemmas_of(word)):
                    yield word, min(lemmas)


class Words:
    """Finds sequences of words by their lemmas."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._by_lemma: dict[str, list[Pattern]] = {}
        for pattern in sorted(patterns, key=lambda one: -len(one.lemmas)):
            for lemma in pattern.lemmas[0] if pattern.lemmas else ():
                self._by_lemma.setdefault(lemma, []).append(pattern)
        self._guessed: dict[str, set[str]] = {}
        for lemma in {lemma for pattern in patterns for word in pattern.lemmas for lemma in word}:
            for form in guessed_forms(lemma):
                self._guessed.setdefault(form, set()).add(lemma)
        for pattern in patterns:
            for form, lemma in _confirmed(pattern) if pattern.cited else ():
                self._guessed.setdefault(form, set()).add(lemma)
        self._starting: dict[str, tuple[Pattern, ...]] = {}

    def _lemmas(self, word: str) -> frozenset[str]:
        guessed = self._guessed.get(word)
        return lemmas_of(word) | guessed if guessed else lemmas_of(word)

    def _patterns_from(self, word: str) -> tuple[Pattern, ...]:
        """Patterns that may begin with this form, longest first; remembered, for the same words come again."""
        some = {id(one): one for lemma in self._lemmas(word) for one in self._by_lemma.get(lemma, ())}
        found = tuple(sorted(some.values(), key=lambda one: -len(one.lemmas)))
        if len(self._starting) >= _KEPT_FORMS:
            self._starting.clear()
        self._starting[word] = found
        return found

    def _stands(self, pattern: Pattern, placed: Sequence[Word], place: int, text: str) -> bool:
        """Whether a pattern whose first word may begin here stands here as a whole."""
        after = place + len(pattern.lemmas)
        if after > len(placed):
            return False
        for offset in range(1, len(pattern.lemmas)):
            before, word = placed[place + offset - 1], placed[place + offset]
            if pattern.lemmas[offset].isdisjoint(self._lemmas(word.text)) or _BREAK.search(
                text, before.end, word.start
            ):
                return False
        if pattern.capital and not text[placed[place].start : placed[place].start + 2].isupper():
            return False
        if after == place + 1 and pattern.senses and not pattern.proper and _is_name(text, placed[place]):
            return False
        if pattern.plural is not None and not _plural(
            placed[place + pattern.plural].text, pattern.lemmas[pattern.plural]
        ):
            return False
        if after == place + 1 and len(placed[place].text) <= 2 and pattern.senses and not _counted(placed, place):
            return False
        return not (
            pattern.adjective and after < len(placed) and not _BREAK.search(text, placed[after - 1].end, placed[after].start)
            and _describes(placed[place].text, placed[after].text)
        )  # fmt: skip

    def find(self, text: str, *, nested: bool) -> list[Span]:
        starting = self._starting
        plain = bare_words(text)
        begins: list[tuple[int, tuple[Pattern, ...]]] = []
        for place, word in enumerate(plain):
            patterns = starting.get(word)
            if patterns is None:
                patterns = self._patterns_from(word)
            if patterns:
                begins.append((place, patterns))
        if not begins:
            return []
        spans: list[Span] = []
        placed = words(text)
        free = blocked = 0
        for place, patterns in begins:
            if place < (blocked if nested else free):
                continue
            standing = [one for one in patterns if self._stands(one, placed, place, text)]
            for size, some in itertools.groupby(standing, key=lambda one: len(one.lemmas)):
                same = list(some)
                after = place + size
                if any(not one.senses for one in same):
                    free, blocked = max(free, after), after
                    break
                start, end = placed[place].start, placed[after - 1].end
                spans.append(Span(start, end, text[start:end], ranked(sense for one in same for sense in one.senses)))
                free = after
                if not nested:
                    break
        return spans


def _is_name(text: str, word: Word) -> bool:
    """Whether a capital inside a sentence makes a word a person's name: «про Машу» is not about mung beans."""
    shown = text[word.start : word.end]
    if not shown[0].isupper() or shown.isupper() or not text[: word.start].rstrip(" \u00a0")[-1:].isalnum():
        return False
    return any(one.name and one.known for one in readings(word.text))


def _counted(placed: Sequence[Word], place: int) -> bool:
    """Whether an abbreviation (г, кг, мл) stands after a number that is no year; «ЕАС» and «ТУ» are not in question: see `_UNITS`."""
    if placed[place].text not in _UNITS:
        return True
    number = placed[place - 1].text if place else ""
    return number.isdecimal() and not (placed[place].text == "г" and re.fullmatch(r"(?:19|20)\d\d", number))


def _plural(word: str, lemmas: frozenset[str]) -> bool:
    return any(one.plural for one in readings(word) if one.lemma in lemmas) or not readings(word)


def _describes(adjective: str, noun: str) -> bool:
    """Whether an adjective that may be used as a noun describes the next word: «мороженое мясо», but «ведущая Анна».

    Two genitives side by side tell nothing: «для ведущих эфиров».
    """
    nouns = [one for one in readings(noun) if one.kind == "NOUN"]
    if any(one.name for one in nouns):
        return False
    return any(
        one.case is other.case and one.case is not Case.GEN and one.plural == other.plural
        and (one.plural or one.gender is other.gender)
        for one in readings(adjective) if one.kind in ("ADJF", "PRTF") and one.case for other in nouns
    )  # fmt: skip
