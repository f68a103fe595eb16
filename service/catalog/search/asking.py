"""From what a person typed to what the index is asked: every word must be found, in any of the forms it may stand for.

Russian words are asked for as typed, as the beginning of a word, and by the stems of all their forms; Chinese as a phrase of
characters; Latin as typed (SKU, pinyin, initials), as a beginning, and as Russian typed on the wrong keyboard layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.catalog.search.tokens import normal, stem, words
from service.language.russian.forms import forms_of, is_known

__all__ = ["Term", "terms_of"]

MOST_TERMS = 12
_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN = str.maketrans(_LATIN, _RUSSIAN)


@dataclass(frozen=True)
class Term:
    """One word of a query: forms it may stand as exactly, beginnings, stems, or a phrase of characters."""

    exact: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    phrase: str = ""


def terms_of(query: str) -> list[Term]:
    """The words of a query; empty if it holds none."""
    found: dict[Term, None] = {}
    for piece in normal(query).split():
        for term in _terms(piece):
            found[term] = None
    return list(found)[:MOST_TERMS]


def _terms(piece: str) -> Iterator[Term]:
    runs = list(words(piece))
    joined = "".join(run for _, run in runs)
    if len(runs) > 1 and piece.isascii():  # a code such as RU-ALENKA-90 is found whole or by its beginning …
        if other := _typed_as_russian(piece):  # … or is a Russian word whose б, ю, ж, э, х were typed as signs
            yield _russian(other, latin=joined)
        else:
            yield Term(exact=(joined,), begins=(joined,)) if _is_code(piece) else _latin(joined)
        return
    if len(runs) == 1 and piece.isascii() and (other := _typed_as_russian(piece)) and other != piece:
        script, run = runs[0]
        if script == "latin":
            yield _russian(other, latin=run)
            return
    for script, run in runs:
        if script == "han":
            yield Term(exact=(run,), phrase=run)
        elif script == "cyrillic":
            yield _russian(run)
        elif script == "latin":
            yield _latin(run)
        elif script == "digits":
            yield Term(exact=(run,), begins=(run,) if len(run) > 3 else ())


def _is_code(piece: str) -> bool:
    return any(sign in "-._/" for sign in piece) and any(sign.isdigit() for sign in piece)


def _typed_as_russian(piece: str) -> str | None:
    """What stands on the same keys of a Russian keyboard, if all of them are letters there."""
    typed = normal(piece.translate(_TO_RUSSIAN))
    return typed if typed.isalpha() and not typed.isascii() else None


def _russian(word: str, *, latin: str = "") -> Term:
    if latin and not is_known(word):  # a brand, a beginning, or no Russian at all: no forms are guessed
        return Term(exact=(word, latin), begins=tuple(part for part in (word, latin) if len(part) > 2))
    forms = forms_of(word)
    stems = tuple(sorted({stem(form) for form in forms} | {stem(word)}))
    begins = tuple(part for part in (word, latin) if len(part) > 2)
    return Term(exact=tuple(filter(None, (word, latin))), begins=begins, stems=stems)


def _latin(word: str) -> Term:
    return Term(exact=(word,), begins=(word,))
