"""Looking terms up: by a part of the word, in any Russian form, by pinyin with or without tones, or by its initials."""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.http.paging import BadCursor
from service.language.russian.lemmas import bare_words, lemmas_of
from service.people.reach import organisation_of
from service.translation.terms.concepts import Meaning, Wording
from service.translation.terms.matching import fold
from service.translation.terms.sets import meanings_of, state_of

__all__ = ["TermFound", "search_terms"]


@dataclass(frozen=True)
class TermFound:
    """A concept, and by which wording it was found."""

    meaning: Meaning
    wording: Wording


@dataclass(frozen=True)
class _Entry:
    """A wording as it is searched: words, lemmas, pinyin without tones and spaces, its initials."""

    meaning: Meaning
    wording: Wording
    plain: str
    lemmas: frozenset[str]
    sound: str
    initials: str


_lock = threading.Lock()
_kept: dict[tuple[object, ...], list[_Entry]] = {}


def search_terms(
    session: Session, text: str, *, locale: str | None = None, domain: str | None = None, status: str | None = None,
    after: str | None = None, limit: int = 50,
) -> tuple[list[TermFound], str | None]:  # fmt: skip
    """Concepts a text leads to, the nearest first (empty text: all, by key), each once, and the cursor of the next page.

    Retired concepts and candidates are found too. Raises `BadCursor`.
    """
    wanted = _simple(text)
    lemmas = [lemmas_of(word) for word in bare_words(text)]
    sound = _toneless(text)
    best: dict[str, tuple[int, TermFound]] = {}
    for entry in _entries(session):
        meaning, wording = entry.meaning, entry.wording
        if (
            (locale and wording.locale != locale)
            or (domain and meaning.domain != domain)
            or (status and wording.status != status)
        ):
            continue
        rank = _rank(entry, wanted, lemmas, sound)
        if rank is not None and (meaning.key not in best or rank < best[meaning.key][0]):
            best[meaning.key] = (rank, TermFound(meaning, wording))
    ordered = [found for _, found in sorted(best.values(), key=lambda one: (one[0], one[1].meaning.key))]
    start = _place(after)
    return ordered[start : start + limit], str(start + limit) if start + limit < len(ordered) else None


def _place(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdecimal() and len(after) < 10):
        raise BadCursor()
    return int(after)


def _rank(entry: _Entry, wanted: str, lemmas: list[frozenset[str]], sound: str) -> int | None:
    """How near an entry is: 0 the very word … 5 the initials of its pinyin; None if it is another."""
    if not wanted or entry.plain == wanted:
        return 0
    if entry.plain.startswith(wanted):
        return 1
    if entry.wording.locale == "ru" and lemmas and all(not word.isdisjoint(entry.lemmas) for word in lemmas):
        return 2
    if wanted in entry.plain:
        return 3
    if sound and entry.sound:
        if entry.sound.startswith(sound):
            return 4
        if entry.initials.startswith(sound) and len(sound) > 1:
            return 5
    return None


def _simple(text: str) -> str:
    return fold(text.strip()).replace("ё", "е")


def _toneless(text: str) -> str:
    """Latin letters alone: liè bā, lieba and LIE BA are one."""
    plain = unicodedata.normalize("NFD", text.lower().replace("ü", "v"))
    return "".join(sign for sign in plain if sign.isascii() and sign.isalpha())


def _entries(session: Session) -> list[_Entry]:
    key = (str(session.get_bind().engine.url), organisation_of(session), state_of(session))
    with _lock:
        if key in _kept:
            return _kept[key]
    made = [_entry(meaning, wording) for meaning in meanings_of(session) for wording in meaning.wordings]
    with _lock:
        if len(_kept) >= 8:
            _kept.clear()
        _kept[key] = made
    return made


def _entry(meaning: Meaning, wording: Wording) -> _Entry:
    read = (wording.pinyin or "").split()
    lemmas = frozenset(lemma for word in wording.lemmas.split() for lemma in word.split("|"))
    initials = "".join(_toneless(syllable)[:1] for syllable in read)
    return _Entry(meaning, wording, _simple(wording.text), lemmas, _toneless(" ".join(read)), initials)
