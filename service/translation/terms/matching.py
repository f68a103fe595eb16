"""Finds agreed words in texts: Russian by lemma in any case and number, Chinese by the longest match, English as whole words.

Compiled once for a set of terms. Phrases of the domain file that only look like terms (和平, «муки выбора») are skipped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from service.language.russian.lemmas import bare_words, cited, words
from service.translation.terms.chinese import Han, fold
from service.translation.terms.concepts import Meaning, TermLocale
from service.translation.terms.russian import Pattern, Words, not_a_term, patterns_of, whole_words
from service.translation.terms.spans import Sense, Span, ranked

__all__ = ["Sense", "Span", "TermSet", "fold", "key_of"]


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
        self._han = Han(self._by_key("zh"), [fold(phrase) for phrase in self._not_terms.get("zh", ())])
        self._words = {locale: Words(self._patterns(locale)) for locale in ("ru", "en")}

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
        return {key: ranked(some) for key, some in found.items()}

    def _patterns(self, locale: TermLocale) -> list[Pattern]:
        made = [
            pattern
            for key, senses in self._by_key(locale).items()
            for pattern in (patterns_of(key, senses) if locale == "ru" else [whole_words(key, senses)])
        ]
        made += [not_a_term(phrase) for phrase in self._not_terms.get(locale, ())]
        return made
