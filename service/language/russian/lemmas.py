"""Words of running Russian text and what each may be a form of: for finding agreed words, never for writing.

Every reading counts, the unlikely too: «банка» is mostly read as «банк», and still means the jar (shared/facts/localization.md §0.2).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

from service.language.russian.forms import _analyser
from service.language.russian.grammar import Case, Gender

__all__ = ["Reading", "Word", "bare_words", "cited", "guessed_forms", "lemmas_of", "readings", "words"]

CASES_OF = {
    "nomn": Case.NOM, "gent": Case.GEN, "gen2": Case.GEN, "gen1": Case.GEN, "datv": Case.DAT, "accs": Case.ACC, "acc2": Case.ACC,
    "ablt": Case.INS, "loct": Case.LOC, "loc2": Case.LOC, "loc1": Case.LOC,
}  # fmt: skip
_GENDERS = {"masc": Gender.M, "femn": Gender.F, "neut": Gender.N}
# Stress marks, soft hyphens and decomposed й and ё belong to the word they stand in.
_WORD = re.compile(
    r"[а-яa-z0-9][а-яa-z0-9\u0300\u0301\u0306\u0308\u00ad]*(?:[-\u2010\u2011][а-яa-z0-9\u0300\u0301\u0306\u0308\u00ad]+)*"
)
_ODD = re.compile(r"[\u0300\u0301\u0306\u0308\u00ad\u2010\u2011]")


class Word(NamedTuple):
    """A word of a text as it is compared (lower case, ё as е, unstressed), and where it stands in the text."""

    text: str
    start: int
    end: int


class Reading(NamedTuple):
    """One thing a form may be. `lemma` with ё as е; participles are lemmas of their own. `known`: a dictionary word; `name`: a person's;

    `transitive`: a verb that takes an object.
    """

    lemma: str
    kind: str
    case: Case | None
    plural: bool
    gender: Gender | None
    name: bool
    known: bool
    transitive: bool


def _folded(text: str) -> str:
    lower = text.lower().replace("ё", "е")
    if len(lower) != len(text):  # İ becomes two signs: places must stay
        lower = "".join(low if len(low := sign.lower()) == 1 else sign for sign in text).replace("ё", "е")
    return lower


def _cleaned(word: str) -> str:
    word = unicodedata.normalize("NFC", word.replace("\u0301", "").replace("\u0300", "").replace("\u00ad", ""))
    return word.replace("ё", "е").replace("\u2010", "-").replace("\u2011", "-")


def bare_words(text: str) -> list[str]:
    """The words of a text without their places."""
    found: list[str] = _WORD.findall(_folded(text))
    return [_cleaned(word) for word in found] if _ODD.search(text) else found


def words(text: str) -> list[Word]:
    """The words of a text with their places: Cyrillic and Latin letters, digits, hyphens between them."""
    found = [Word(match[0], match.start(), match.end()) for match in _WORD.finditer(_folded(text))]
    return [Word(_cleaned(w.text), w.start, w.end) for w in found] if _ODD.search(text) else found


@lru_cache(maxsize=65536)
def readings(word: str) -> tuple[Reading, ...]:
    """What a word may be, likeliest first; empty for what has no Cyrillic letter."""
    if not any("а" <= sign <= "я" for sign in word):
        return ()
    found: dict[Reading, None] = {}
    for parse in _analyser().parse(word):
        found[_reading(parse)] = None
    return tuple(found)


def _reading(parse: Any) -> Reading:
    tag, lemma = parse.tag, parse.normal_form
    if tag.POS == "PRTF":  # сгущённое молоко is not what somebody has thickened
        first = parse.inflect({"masc", "sing", "nomn"})
        lemma = first.word if first else parse.word
    gender = None if tag.number == "plur" and tag.POS != "NOUN" else _GENDERS.get(tag.gender)
    named = "Name" in tag or "Patr" in tag or "Surn" in tag
    return Reading(
        lemma.replace("ё", "е"), str(tag.POS), CASES_OF.get(tag.case), tag.number == "plur", gender, named, parse.is_known,
        "tran" in tag,
    )  # fmt: skip


@lru_cache(maxsize=65536)
def lemmas_of(word: str) -> frozenset[str]:
    """All lemmas of a word as `words` gives it, and the word itself."""
    return frozenset(reading.lemma for reading in readings(word)) | {word}


@lru_cache(maxsize=16384)
def cited(word: str) -> frozenset[str]:
    """Lemmas of a word that is given as dictionaries give it: «банка» is the jar only, for «банк» stands there in the genitive.

    A word in another form (годности in «срок годности») has all its lemmas.
    """
    found = readings(word)
    named = {one.lemma for one in found if one.case is Case.NOM or (one.case is None and one.lemma == word)}
    if word in named:  # мороженое is ice cream; it is not the neuter of мороженый
        return frozenset({word})
    if not any(one.known for one in found):  # a guess: the word itself is surer than its endings
        named.add(word)
    return frozenset(named or {one.lemma for one in found} or {word})


@lru_cache(maxsize=4096)
def guessed_forms(word: str) -> frozenset[str]:
    """Forms of a noun the dictionary does not have (Бэйань, ивент), as its endings suggest; none of a known word.

    Needed because the way back is not sure: of «Бэйане» alone nobody can tell that it comes from «Бэйань».
    """
    parses = [one for one in _analyser().parse(word) if one.tag.POS == "NOUN" and one.tag.case == "nomn"]
    if any(one.is_known for one in parses) or "plur" in {one.tag.number for one in parses[:1]}:
        return frozenset()
    forms = {form.word for one in parses if one.tag.number != "plur" for form in one.lexeme}
    if word.endswith("ь"):  # the gender is not to be seen: Бэйань is masculine, the guess was feminine
        forms.update(word[:-1] + ending for ending in ("ь", "я", "ю", "ем", "е", "и", "ью"))
    return frozenset(form.replace("ё", "е") for form in forms)
