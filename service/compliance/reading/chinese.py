"""Chinese as it is meant: full width, traditional and odd characters, signs between characters; words hidden by their sound."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

import opencc

from service.compliance.reading import Reading, disguises

__all__ = ["hidden", "is_disguised", "number_of", "read", "sounds"]

_SIMPLE = opencc.OpenCC("t2s")


def is_han(sign: str) -> bool:
    """Whether a sign is a Chinese character."""
    return "\u3400" <= sign <= "\u9fff" or "\U00020000" <= sign <= "\U0003134f"


@lru_cache(maxsize=16384)
def _plain(sign: str) -> str:
    """One sign of the original as it is meant; empty for signs nobody sees."""
    if sign < "\x80":
        return sign.lower()
    kind = unicodedata.category(sign)
    if kind in ("Cf", "Mn", "Me"):
        return ""
    plain = sign if kind[0] == "P" and sign != "％" else unicodedata.normalize("NFKC", sign).lower()
    if plain.isalpha() and not any(is_han(one) for one in plain):  # dǐng is ding
        plain = "".join(one for one in unicodedata.normalize("NFD", plain) if unicodedata.category(one) != "Mn")
    known = disguises().zh
    plain = "".join(known.get(one, one) for one in plain)
    return _SIMPLE.convert(plain) if any(is_han(one) for one in plain) else plain


@cache
def _separators() -> frozenset[str]:
    return frozenset(disguises().zh_separators)


def _separates(sign: str) -> bool:
    return sign in _separators() or (sign > "\u2190" and unicodedata.category(sign) in ("So", "Sk"))


def read(text: str) -> Reading:
    """The text with disguises undone. Signs between characters go where at least one neighbour is Chinese."""
    signs: list[str] = []
    at: list[int] = []
    for place, sign in enumerate(text):
        for plain in _plain(sign):
            signs.append(plain)
            at.append(place)
    kept: list[str] = []
    kept_at: list[int] = []
    index, last = 0, len(signs)
    while index < last:
        end = index
        while end < last and _separates(signs[end]):
            end += 1
        joins = kept and end < last and 0 < end - index <= 3 and _joins(kept[-1], signs[end])
        if not joins:
            kept += signs[index:end]
            kept_at += at[index:end]
        if end < last:
            kept.append(signs[end])
            kept_at.append(at[end])
        index = end + 1
    return Reading("".join(kept), (*kept_at, len(text)))


def is_disguised(words: str) -> bool:
    """Whether found words hold odd characters, invisible signs, or signs between Chinese characters."""
    for place, sign in enumerate(words):
        if sign in disguises().zh or (sign >= "\x80" and unicodedata.category(sign) in ("Cf", "Mn", "Me")):
            return True
        if _separates(sign) and 0 < place < len(words) - 1 and is_han(words[place - 1]) and is_han(words[place + 1]):
            return sign not in "“”‘’\"'「」『』"
    return False


def _joins(left: str, right: str) -> bool:
    return (is_han(left) and (is_han(right) or right.isalnum())) or (is_han(right) and left.isalnum())


@cache
def _sounds_of_characters() -> dict[int, str]:
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict


@lru_cache(maxsize=8192)
def _sound(sign: str) -> str:
    """The usual toneless reading of one character; empty if it is none."""
    readings = _sounds_of_characters().get(ord(sign))
    if not readings:
        return ""
    bare = unicodedata.normalize("NFD", readings.split(",")[0].replace("ü", "v"))
    return "".join(one for one in bare if one.isascii() and one.isalpha())


@cache
def _syllables() -> frozenset[str]:
    return frozenset(_sound(chr(code)) for code in range(0x4E00, 0x9FA6)) - {""}


def sounds(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A read text as syllables, `|zui|hao|`, and where each of them stands in it; Latin letters count if they are syllables."""
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    index, last = 0, len(text)
    while index < last:
        sign = text[index]
        if is_han(sign):
            parts.append(_sound(sign) or "?")
            places.append((index, index + 1))
            index += 1
        elif "a" <= sign <= "z":
            end = index
            while end < last and "a" <= text[end] <= "z":
                end += 1
            for start, stop in _cut(text[index:end]):
                parts.append(text[index + start : index + stop])
                places.append((index + start, index + stop))
            index = end
        else:
            parts.append("?")
            places.append((index, index + 1))
            index += 1
    return "|" + "|".join(parts) + "|", places


@lru_cache(maxsize=4096)
def _cut(letters: str) -> tuple[tuple[int, int], ...]:
    """Latin letters cut into syllables, longest first; as one piece where that fails."""
    cuts: list[tuple[int, int]] = []
    index = 0
    while index < len(letters):
        for size in range(min(6, len(letters) - index), 0, -1):
            if letters[index : index + size] in _syllables():
                cuts.append((index, index + size))
                index += size
                break
        else:
            return ((0, len(letters)),)
    return tuple(cuts)


@cache
def _segmenter() -> object:
    import rjieba

    return rjieba


def hidden(text: str, start: int, end: int, word: str, places: list[tuple[int, int]]) -> bool:
    """Whether the syllables of a watched word, found from `start` to `end` of a read text, are that word in disguise.

    They are not if they are the word itself (its own pattern finds that), or if the characters that differ are ordinary or belong to
    ordinary words: 醉驾 sounds like 最佳 and is none.
    """
    shown = [text[one:two] for one, two in places]
    differing = [(place, sign) for place, sign, own in zip(places, shown, word, strict=True) if sign != own]
    if not differing:
        return False
    if all(sign.isascii() for _, sign in differing):
        return True
    if len(differing) == len(word) or any(sign in disguises().zh_ordinary for _, sign in differing):
        return False
    spans: list[tuple[int, int]] = []
    at = 0
    segmenter = _segmenter()
    for piece in segmenter.cut(text):  # type: ignore[attr-defined]
        spans.append((at, at + len(piece)))
        at += len(piece)
    for (one, two), _ in differing:
        for left, right in spans:
            if left <= one and two <= right and right - left > 1 and segmenter.has_word(text[left:right]):  # type: ignore[attr-defined]
                return False
    return True


_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}


def number_of(text: str) -> int | None:
    """A number in digits or Chinese numerals up to 99,999,999: 50, 五十, 两百三十, 一万二; None if it is none."""
    if text.isdecimal():
        return int(text)
    whole = part = digit = 0
    last_unit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _UNITS:
            last_unit = _UNITS[sign]
            if last_unit == 10000:
                whole, part, digit = (part + digit) * 10000, 0, 0
            else:
                part, digit = part + (digit or 1) * last_unit, 0
        else:
            return None
    # 一百二 is 120, 一万二 is 12,000: a last digit without its unit belongs to the next lower one
    short = last_unit >= 100 and digit and not text.endswith(tuple(_UNITS)) and "零" not in text
    return whole + part + (digit * last_unit // 10 if short else digit) if text else None
