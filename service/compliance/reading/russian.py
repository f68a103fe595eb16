"""Russian as it is meant: look-alike letters, spaced and stretched words, transliteration undone; each word with its lemmas.

The line of tokens is text too, `<|=лучшего|хороший|@supr|>`, so that a phrase of lemmas becomes one linear-time expression.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from service.compliance.reading import Reading, disguises

__all__ = ["phrase", "read", "required", "surface"]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?![a-zа-я0-9@$*])|[a-zа-я0-9@$]+(?:[-*'’][a-zа-я0-9@$]+)*|№|[^\sa-zа-я0-9]")
_CYRILLIC = re.compile(r"[а-я]")
_LETTERED = re.compile(r"[a-zа-я]")
_SPACED = re.compile(r"(?<![a-zа-я0-9])[a-zа-я0-9](?:([ .\-_*·])[a-zа-я0-9](?:\1[a-zа-я0-9])+)(?![a-zа-я0-9])")
_MIXED = re.compile(r"[а-я][a-z0-9@$*]|[a-z0-9@$*][а-я]")  # a sign inside a Russian word; топ-1 is two
_ORDINARY = re.compile(r"[\x00-\x7fА-яЁё«»—–…№°]*")  # nearly every line: nothing in it to be undone sign by sign
_SHORT = {
    "в",
    "с",
    "к",
    "у",
    "о",
    "и",
    "а",
    "я",
    "от",
    "до",
    "за",
    "на",
    "по",
    "из",
    "не",
    "со",
    "во",
    "мы",
    "вы",
    "но",
}
_DOUBLED = re.compile(r"([а-я])\1+")
_VOWELS = re.compile(r"([аеиоуыэюя])\1+")
_STRETCHED = re.compile(r"([a-zа-я])\1{2,}")


@cache
def _morph() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@lru_cache(maxsize=65536)
def _known(word: str) -> bool:
    return bool(_morph().word_is_known(word)) or any(
        word.startswith(stem) and len(word) - len(stem) <= 3 for stem in _names()
    )


@cache
def _names() -> tuple[str, ...]:
    """Words the dictionary lacks and rules speak of (фейсбук, ватсап), by their stems."""
    return tuple(disguises().ru_words)


def read(text: str) -> Reading:
    """The text with disguises undone, and its tokens with lemmas; `text` of the reading has a space around every token."""
    plain, at = _plain(text)
    pieces: list[tuple[str, int, int]] = []
    end = 0
    for spaced in _SPACED.finditer(plain):
        if len(spaced[0]) < 7:
            continue
        pieces += _tokens(plain, end, spaced.start())
        pieces += _parted(spaced[0], spaced.start())
        end = spaced.end()
    pieces += _tokens(plain, end, len(plain))
    shown, shown_at = [" "], [at[0] if at else 0]
    tokens: list[str] = []
    token_at: list[tuple[int, int, int, bool]] = []
    position = 0
    for word, start, stop in pieces:
        surface, written = _written(word)
        first, last = at[start], at[stop - 1] + 1
        shown.append(surface + " ")
        if surface == word:
            shown_at += at[start:stop]
        else:
            shown_at += [min(first + index, last - 1) for index in range(len(surface))]
        shown_at.append(last - 1)
        tokens.append(written)
        token_at.append((position, first, last, surface != text[first:last].lower().replace("ё", "е")))
        position += len(written)
    return Reading("".join(shown), (*shown_at, len(text)), "".join(tokens), tuple(token_at))


def _parted(spaced: str, start: int) -> list[tuple[str, int, int]]:
    """Words of a run of spaced letters: «в л и ч к у» is в + личку, «о с т а л о с ь 9» is осталось + 9."""
    letters = spaced[::2]
    for cuts in _cuts(len(letters)):
        words = [letters[first:last] for first, last in itertools.pairwise((0, *cuts, len(letters)))]
        if all(_stands(word) for word in words):
            break
    else:
        cuts, words = (), [letters]
    places = [start + 2 * cut for cut in (0, *cuts)]
    return [(word, place, place + 2 * len(word) - 1) for word, place in zip(words, places, strict=True)]


def _cuts(length: int) -> Iterator[tuple[int, ...]]:
    """Ways to part so many letters into one, two or three words, the fewest words first."""
    yield ()
    if length <= 24:
        yield from ((cut,) for cut in range(length - 1, 0, -1))
        yield from itertools.combinations(range(1, length), 2)


def _stands(word: str) -> bool:
    """Whether letters between two cuts are a word: a number, a preposition of one letter, a known word of three or more."""
    if len(word) < 3:
        return word.isdecimal() or word in _SHORT
    return _known(_meant(word))


def _plain(text: str) -> tuple[str, Sequence[int]]:
    if _ORDINARY.fullmatch(text):
        return text.lower().replace("ё", "е"), range(len(text))
    signs: list[str] = []
    at: list[int] = []
    for place, sign in enumerate(text):
        if sign >= "\x80" and unicodedata.category(sign) in ("Cf", "Mn", "Me"):
            if sign == "\u0306" and signs and signs[-1] == "и":  # a decomposed й
                signs[-1] = "й"
            continue
        if (
            unicodedata.category(sign) == "So"
            and signs
            and signs[-1].isalpha()
            and text[place + 1 : place + 2].isalpha()
        ):
            continue  # Луч🔥ший
        plain = "№" if sign == "№" else unicodedata.normalize("NFKC", sign).lower().replace("ё", "е")
        for one in plain:
            signs.append(one)
            at.append(place)
    return "".join(signs), at


def _tokens(plain: str, start: int, stop: int) -> list[tuple[str, int, int]]:
    return [(found[0], found.start(), found.end()) for found in _TOKEN.finditer(plain, start, stop)]


@lru_cache(maxsize=65536)
def _written(word: str) -> tuple[str, str]:
    """What a token is read as, and how it stands in the line of tokens."""
    if not _LETTERED.search(word):
        if word[0].isdecimal():
            return word, f"<|={word}|@num|>"
        if word in "№%":
            return word, f"<|={word}|>"
        return word, f"<|{'.' if word in '.!?…' else ','}|={word}|>" if word not in "<>|" else "<|,|>"
    surface = _meant(word)
    written = ["", f"={surface}"]
    for form in {surface, *(_from_latin(surface) if not _CYRILLIC.search(surface) else ())}:
        if form != surface:
            written.append(f"={form}")
        for parse in _morph().parse(form):
            lemma = parse.normal_form.replace("ё", "е")
            if lemma not in written:
                written.append(lemma)
            mark = "@supr" if "Supr" in parse.tag else "@comp" if "COMP" in parse.tag else ""
            if mark and mark not in written:
                written.append(mark)
    if surface.isdecimal() or surface[0].isdecimal():
        written.append("@num")
    return surface, f"<{'|'.join(written)}|>"


def _meant(word: str) -> str:
    """A word without its disguise; the word itself if it has none."""
    word = _STRETCHED.sub(r"\1", word) if _STRETCHED.search(word) and not _known(word) else word
    if _DOUBLED.search(word) and not _known(word):  # луучшиий; a word that is doubled by right is known
        for single in (_VOWELS.sub(r"\1", word), _DOUBLED.sub(r"\1", word)):
            if _known(single):
                return single
    if _MIXED.search(word) and not re.match(r"^\d+-?[а-я]{0,4}$|^\d{2,}", word):
        readings = [
            [sign] if "а" <= sign <= "я" or sign == "-" else list(disguises().ru_letters.get(sign, sign))
            for sign in word
        ]
        if len(word) <= 24:
            for tried in itertools.islice(itertools.product(*readings), 200):
                if _known("".join(tried)):
                    return "".join(tried)
        word = "".join(options[0] for options in readings)
    if "-" in word and not _plainly(word):
        joined = word.replace("-", "")
        if _known(joined) and (word.count("-") > 1 or len(joined) > 4):
            return joined
    return word


def _plainly(word: str) -> bool:
    """Whether a word with hyphens is an ordinary one (по-русски, кое-что, хит-парад): what is left without them is no word."""
    return not _known(word.replace("-", ""))


_LOOK_ALIKE = str.maketrans("abcehkmoptxy", "авсенкмортху")
_SOFT = re.compile(r"(?<=[бвдзлмнпрст])(?=[бвгджзклмнпрстфхцчшщя]|$)")


@lru_cache(maxsize=16384)
def _from_latin(word: str) -> tuple[str, ...]:
    """Russian words a Latin word may spell, by sound or by shape: luchshiy → лучший, kapty → карту. None that are not known."""
    if not word.isascii() or len(word) > 24:
        return ()
    if len(word) < 3:
        short = "".join(disguises().ru_transliteration.get(letter, "").split("|")[0] for letter in word)
        return (short,) if short in _SHORT else ()
    found = {"".join(tried) for tried in itertools.islice(_spelt(word), 400)} if len(word) > 3 else set()
    found |= {_SOFT.sub("ь", one, count=1) for one in found}
    found |= {one[: place.start()] + "ь" + one[place.start() :] for one in list(found) for place in _SOFT.finditer(one)}
    shape = word.translate(_LOOK_ALIKE)
    if not re.search("[a-z]", shape):
        found.add(shape)
    return tuple(sorted(one for one in found if _known(one)))[:4]


def _spelt(word: str) -> Iterator[tuple[str, ...]]:
    """Ways to read Latin letters as Russian ones, the longest groups of letters first."""
    if not word:
        yield ()
        return
    table = disguises().ru_transliteration
    for size in (4, 3, 2, 1):
        if (letters := word[:size]) in table and len(letters) == size:
            for rest in _spelt(word[size:]):
                for option in table[letters].split("|"):
                    yield (option, *rest)


_WORD = re.compile(r"\S+")
_SIGN = re.compile(r"=?[^\sa-zа-я0-9<>|@*?~=]")  # №, %, +, —


def phrase(source: str) -> str:
    """The expression over tokens for a phrase of lemmas (docs/compliance.md). Raises `ValueError` for signs it does not know."""
    return "".join(_element(found[0]) for found in _WORD.finditer(source))


def required(source: str) -> list[tuple[str, ...]]:
    """Of a phrase the elements that must occur wherever it does, each as its words; one ending in ~ stands for all that begin so."""
    found = []
    for match in _WORD.finditer(source.replace("ё", "е")):
        word = match[0]
        if word in ("*", "**", ",") or (word.startswith("?") and len(word) > 1):
            continue
        found.append(tuple(f"={one}" if _SIGN.fullmatch(one) or one.isdecimal() else one for one in word.split("|")))
    return found


def _element(word: str) -> str:
    if word == "*":
        return r"<\|[^.>][^>]*>"
    if word == "**":
        return r"(?:<\|[^.>][^>]*>){0,3}"
    if word.startswith("?") and len(word) > 1:
        return f"(?:{_element(word[1:])})?"
    if word == ",":
        return r"<\|,\|[^>]*>"
    options = [_option(one) for one in word.replace("ё", "е").split("|")]
    return rf"<[^>]*\|(?:{'|'.join(options)})\|[^>]*>"


def _option(word: str) -> str:
    if word.endswith("~"):
        return rf"=?{re.escape(word[:-1])}[^|>]*"
    if re.fullmatch(r"=?[a-zа-я0-9-]+|@(?:supr|comp|num)", word):
        return ("=" if word.isdecimal() else "") + word.replace("-", "\\-")
    if _SIGN.fullmatch(word):
        return "=" + re.escape(word[-1])
    raise ValueError(word)


def surface(source: str) -> str:
    """An expression over the surface text for this engine, whose word boundaries and letters are ASCII only: ours are spaces."""
    return re.sub(r"(?<!\\)\\([bw])", lambda found: " " if found[1] == "b" else r"[\pL\pN_]", source.replace("ё", "е"))
