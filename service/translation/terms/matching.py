"""Finds agreed words in texts: Russian by lemma in any case and number, Chinese by the longest match, English as whole words.

Compiled once for a set of terms. Phrases of the domain file that only look like terms (和平, «муки выбора») are skipped.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import opencc

from service.language.russian.grammar import Case
from service.language.russian.lemmas import Word, bare_words, cited, guessed_forms, lemmas_of, readings, words
from service.translation.terms.concepts import STATUSES, Meaning, Status, TermLocale, Wording

__all__ = ["Sense", "Span", "TermSet", "fold", "key_of"]

_BREAK = re.compile(r"[.,;:!?…()\n]")
_ADJECTIVE = re.compile(r"(?:ый|ий|ой)$")
_LATIN = re.compile(r"[a-z0-9]")
_COUNTED = frozenset("0123456789一二两三四五六七八九十百千万半几每整多各这那数")
_UNITS = frozenset(("г", "л", "кг", "мл", "р", "g", "l", "kg", "ml"))
_KEPT_FORMS = 100_000


class Sense(NamedTuple):
    """What a place in a text may mean: a meaning, by one of its wordings."""

    meaning: Meaning
    wording: Wording


@dataclass(frozen=True)
class Span:
    """An agreed word in a text, from `start` to before `end`. Homonyms give several senses, the best status first."""

    start: int
    end: int
    text: str
    senses: tuple[Sense, ...]

    @property
    def concept(self) -> str:
        """The key of the first sense."""
        return self.senses[0].meaning.key

    @property
    def concepts(self) -> frozenset[str]:
        """The keys of all senses."""
        return frozenset(sense.meaning.key for sense in self.senses)

    @property
    def status(self) -> Status:
        """The best status of any sense: a word that is right for one thing is not wrong."""
        return self.senses[0].wording.status


class _Pattern(NamedTuple):
    """A sequence of words, each as the lemmas it may have. No senses: skipped.

    `plural`: which word stands in the plural; `adjective`: one that is used as a noun; `capital`: an abbreviation, written in capitals.
    """

    lemmas: tuple[frozenset[str], ...]
    senses: tuple[Sense, ...]
    plural: int | None = None
    adjective: bool = False
    capital: bool = False


class _Simple(dict[int, int]):
    """Signs as they are compared: simplified, half width, small. One for one, so that places stay."""

    def __missing__(self, code: int) -> int:
        sign = chr(code)
        if 0xFF01 <= code <= 0xFF5E:
            sign = chr(code - 0xFEE0)
        elif code == 0x3000:
            sign = " "
        elif code >= 0x3400:
            simple = _converter().convert(sign)
            sign = simple if len(simple) == 1 else sign
        lower = sign.lower()
        self[code] = ord(lower if len(lower) == 1 else sign)
        return self[code]


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


_SIMPLE = _Simple()


def fold(text: str) -> str:
    """Chinese as it is compared, of the same length."""
    return text.translate(_SIMPLE)


def key_of(locale: TermLocale, text: str) -> str:
    """What a wording is found by: folded text; for Russian the lemmas of each word, alternatives by `|`; at most 300 signs."""
    if locale == "zh":
        return fold(text)[:300]
    if locale == "en":
        return " ".join(bare_words(text))[:300]
    shown = {word.text: text[word.start : word.end] for word in words(text)}
    return " ".join(
        word if len(word) <= 3 and shown.get(word, "").isupper() else "|".join(sorted(cited(word)))  # ТУ is not «той»
        for word in bare_words(text)
    )[:300]  # fmt: skip


class TermSet:
    """Meanings compiled for finding; safe to share between threads once made.

    `not_terms` are phrases that are none, by language.
    """

    def __init__(self, meanings: Iterable[Meaning], *, not_terms: Mapping[str, Collection[str]] | None = None) -> None:
        self.meanings = {meaning.key: meaning for meaning in meanings}
        self._not_terms = not_terms or {}
        self._han = _Han(self._by_key("zh"), [fold(phrase) for phrase in self._not_terms.get("zh", ())])
        self._words = {locale: _Words(self._patterns(locale)) for locale in ("ru", "en")}

    def __len__(self) -> int:
        return len(self.meanings)

    def __getitem__(self, key: str) -> Meaning:
        return self.meanings[key]

    def __contains__(self, key: object) -> bool:
        return key in self.meanings

    def find(self, text: str, locale: str, *, nested: bool = False) -> list[Span]:
        """Agreed words in order, the leftmost longest, none overlapping. `nested`: also those inside or across others.

        Candidates that nobody has accepted are not found.
        """
        if locale == "zh":
            return self._han.find(text, nested=nested)
        return self._words[locale].find(text, nested=nested)

    def _by_key(self, locale: str) -> dict[str, tuple[Sense, ...]]:
        found: dict[str, list[Sense]] = {}
        for meaning in self.meanings.values():
            for wording in meaning.of(locale):
                if wording.status != "candidate" and (key := wording.lemmas or key_of(wording.locale, wording.text)):
                    found.setdefault(key, []).append(Sense(meaning, wording))
        return {key: _ranked(some) for key, some in found.items()}

    def _patterns(self, locale: TermLocale) -> list[_Pattern]:
        made = [
            pattern
            for key, senses in self._by_key(locale).items()
            for pattern in (_patterns_of(key, senses) if locale == "ru" else [_fixed(key, senses)])
        ]
        made += [_Pattern(tuple(map(cited, bare_words(phrase))), ()) for phrase in self._not_terms.get(locale, ())]
        return made


def _fixed(key: str, senses: tuple[Sense, ...]) -> _Pattern:
    return _Pattern(tuple(frozenset({word}) for word in key.split()), senses)


def _patterns_of(key: str, senses: tuple[Sense, ...]) -> list[_Pattern]:
    """The orders a Russian wording may stand in: «липовый мёд», and as trade names have it «мёд липовый».

    Wordings to avoid count in their own order only: «масло жёлтое на цвет» is no misnomer.
    """
    lemmas = tuple(frozenset(word.split("|")) for word in key.split())
    described = [any(_ADJECTIVE.search(lemma) for lemma in word) for word in lemmas]
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
    return [
        _Pattern(
            tuple(lemmas[place] for place in order), senses, order.index(head) if wanted_plural else None, alone, capital
        )
        for order in orders
    ]  # fmt: skip


class _Words:
    """Finds sequences of words by their lemmas."""

    def __init__(self, patterns: Sequence[_Pattern]) -> None:
        self._by_lemma: dict[str, list[_Pattern]] = {}
        for pattern in sorted(patterns, key=lambda one: -len(one.lemmas)):
            for lemma in pattern.lemmas[0] if pattern.lemmas else ():
                self._by_lemma.setdefault(lemma, []).append(pattern)
        self._guessed: dict[str, set[str]] = {}
        for lemma in {lemma for pattern in patterns for word in pattern.lemmas for lemma in word}:
            for form in guessed_forms(lemma):
                self._guessed.setdefault(form, set()).add(lemma)
        self._starting: dict[str, tuple[_Pattern, ...]] = {}

    def _lemmas(self, word: str) -> frozenset[str]:
        guessed = self._guessed.get(word)
        return lemmas_of(word) | guessed if guessed else lemmas_of(word)

    def _patterns_from(self, word: str) -> tuple[_Pattern, ...]:
        """Patterns that may begin with this form, longest first; remembered, for the same words come again."""
        some = {id(one): one for lemma in self._lemmas(word) for one in self._by_lemma.get(lemma, ())}
        found = tuple(sorted(some.values(), key=lambda one: -len(one.lemmas)))
        if len(self._starting) >= _KEPT_FORMS:
            self._starting.clear()
        self._starting[word] = found
        return found

    def _stands(self, pattern: _Pattern, placed: Sequence[Word], place: int, text: str) -> bool:
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
        begins: list[tuple[int, tuple[_Pattern, ...]]] = []
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
                spans.append(Span(start, end, text[start:end], _ranked(sense for one in same for sense in one.senses)))
                free = after
                if not nested:
                    break
        return spans


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


def _ranked(senses: Iterable[Sense]) -> tuple[Sense, ...]:
    """Each sense once, the best status first: a form that may be of a right word («в Бэйане») is not one of a wrong word."""
    unique = {(one.meaning.key, one.wording.text): one for one in senses}
    return tuple(sorted(unique.values(), key=lambda one: STATUSES.index(one.wording.status)))


class _Han:
    """Finds Chinese wordings; one of a single character only where something is counted by it (三罐, 每克)."""

    def __init__(self, wordings: Mapping[str, tuple[Sense, ...]], not_terms: Iterable[str]) -> None:
        self._heads: dict[str, list[tuple[str, tuple[Sense, ...]]]] = {}
        for key, senses in sorted(
            (dict.fromkeys(not_terms, ()) | dict(wordings)).items(), key=lambda one: -len(one[0])
        ):
            if key:
                self._heads.setdefault(key[0], []).append((key, senses))

    def find(self, text: str, *, nested: bool) -> list[Span]:
        plain = fold(text)
        heads = self._heads
        spans: list[Span] = []
        free = blocked = 0
        for place, sign in enumerate(plain):
            options = heads.get(sign)
            if options is None or place < (blocked if nested else free):
                continue
            for key, senses in options:
                if not plain.startswith(key, place) or not _edges(key, plain, place):
                    continue
                end = place + len(key)
                if not senses:
                    free, blocked = max(free, end), end
                    break
                spans.append(Span(place, end, text[place:end], senses))
                free = end
                if not nested:
                    break
        return spans


def _edges(key: str, text: str, place: int) -> bool:
    """Latin letters and digits are whole words in Chinese too; a single character needs a number before it."""
    end = place + len(key)
    if _LATIN.match(key[0]) and place and _LATIN.match(text[place - 1]):
        return False
    if _LATIN.match(key[-1]) and end < len(text) and _LATIN.match(text[end]):
        return False
    return len(key) > 1 or text[:place].rstrip()[-1:] in _COUNTED
