"""Keeps from the machine what it may not touch: addresses, markup, emoji, item numbers, names; and brings it back. Pure.

A model that was not trained for placeholders mangles them (⟦0⟧ came back as caviar). So a sentence is shown to it in one of three forms:

- natural: numbers and item numbers as they stand, each name replaced by an invented Latin one; addresses, markup and emoji are walls at which
  the sentence is divided;
- other: item numbers have stand-ins too, and the stand-ins look different;
- divided: everything protected is a wall, the rest is translated in pieces.

After each form `restored` says whether everything came back, once each and none besides. Stand-ins never hold `_`, which Argos turns into a space.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Literal

from service.translation.machine.figures import localised
from service.translation.machine.polishing import fitted, glued, marks, wide
from service.translation.machine.quantities import quantities, written

__all__ = ["FORMS", "Form", "Shown", "protect", "walls", "without_walls"]

Form = Literal["natural", "other", "divided"]
FORMS: tuple[Form, ...] = ("natural", "other", "divided")

_ADDRESS = r"(?:https?://|www\.)[^\s<>\"'，。！？；、）】」』》]*[^\s<>\"'，。！？；、）】」』》.,;:!?)»]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_MARKUP = r"</?[A-Za-z!][^<>\n]{0,300}>|&(?:[A-Za-z]{2,8}|#\d{1,6});|\{\{[^{}\n]{0,200}\}\}|\{%[^%\n]{0,200}%\}|\{[A-Za-z_][\w.]{0,60}\}|%\([A-Za-z_]{1,60}\)[sd]|%[sd](?![A-Za-zА-Яа-я])|\*\*|~~|`"
_PICTURE = "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a-\u23ff\u2934\u2935\u3030\u303d\u3297\u3299]"
_EMOJI = rf"(?:{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*)*)+|[0-9#*]\ufe0f?\u20e3"
_CODE = r"(?<![A-Za-z0-9_])(?=[A-Za-z0-9_./-]{0,60}\d)(?=[A-Za-z0-9./-]{0,60}[A-Z_])[A-Za-z0-9]+(?:[-_./][A-Za-z0-9]+)*(?![A-Za-z0-9_])|(?<![A-Za-z0-9_])[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+"
_LETTER = "[A-Za-zА-Яа-яЁё0-9]"
_WALL = re.compile(f"{_ADDRESS}|{_MARKUP}|{_EMOJI}")


def walls(text: str) -> Iterator[re.Match[str]]:
    """Addresses, markup and emoji, in order."""
    return _WALL.finditer(text)


def without_walls(text: str) -> str:
    """The words alone: numbers within an address are nobody's price."""
    return _WALL.sub(" ", text)


@dataclass(frozen=True)
class _Held:
    """Something protected: what it is in the source, how the translation writes it, what the machine sees (nothing: a wall)."""

    own: str
    becomes: str
    shown: str = ""


@dataclass(frozen=True)
class Shown:
    """A sentence as the machine sees it: pieces of text to translate, and between them what is kept from it."""

    pieces: tuple[str, ...]
    """What the machine is asked, each without spaces at its ends."""
    frame: tuple[str | int, ...]
    """Strings that stand as they are, and numbers of pieces."""
    held: tuple[_Held, ...]
    form: Form
    languages: tuple[str, str]

    def restored(self, translations: Sequence[str]) -> str | None:
        """The sentence put together again; None if a stand-in is lost, doubled or changed."""
        source, target = self.languages
        if self.frame == (0,) and not self.held:  # the usual case
            return self._named(self.pieces[0], translations[0])
        said = [place for place, part in enumerate(self.frame) if isinstance(part, int) or any(map(str.isalnum, part))]
        parts: list[str] = []
        for place, part in enumerate(self.frame):
            if isinstance(part, str):
                parts.append(part)
                continue
            text = self._named(self.pieces[part], translations[part])
            if text is None:
                return None
            if source != target:
                text = fitted(text, self.pieces[part], first=place == said[0], last=place == said[-1])
            parts.append(text)
        whole = glued(parts, source, target)
        divided = source == "zh" != target and len(said) > 1 and self.frame[0] == 0 and whole[-1:] in ".!?"
        named = any(held.becomes and whole.startswith(held.becomes) for held in self.held)
        return whole[:1].upper() + whole[1:] if divided and not named else whole

    def _named(self, piece: str, text: str) -> str | None:
        """A piece with its names instead of their stand-ins, and its numbers as the target writes them."""
        source, target = self.languages

        def ours(part: str) -> str:
            part = localised(part, piece, target, source) if source != target else part
            return wide(part) if source != target == "zh" else part

        names = {held.shown: held.becomes for held in self.held if held.shown}
        if not names:
            return ours(text)
        pattern = _any_of(tuple(names))
        found = pattern.findall(text)
        if Counter(pattern.findall(piece)) != Counter(found):
            return None
        between = [ours(part) for part in pattern.split(text)]
        return "".join(part + names[name] for part, name in zip(between, found, strict=False)) + between[-1]

    def in_order(self, translations: Sequence[str]) -> bool:
        """Whether the stand-ins come in the order of the source. Another order may be right, but is the less likely one."""
        names = tuple(held.shown for held in self.held if held.shown) if self.held else ()
        if len(names) < 2:
            return True
        pattern = _any_of(names)
        return all(pattern.findall(a) == pattern.findall(b) for a, b in zip(self.pieces, translations, strict=True))

    def without_names(self, text: str, *, of: str) -> str:
        """A text (`of`: own, becomes) without what was protected in it, for checks that would stumble over foreign names."""
        for held in self.held:
            if held.shown and held.own != held.becomes:
                text = text.replace(held.own if of == "own" else held.becomes, "", 1)
        return text


@lru_cache(maxsize=1024)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    return re.compile("|".join(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])" for word in longest))


@lru_cache(maxsize=64)
def _holding(names: tuple[str, ...]) -> re.Pattern[str]:
    known = "|".join(_whole_word(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(f"(?P<wall>{_WALL.pattern})|{f'(?P<name>{known})|' if known else ''}(?P<code>{_CODE})")


def _whole_word(name: str) -> str:
    """Chinese runs on; in other scripts a name is not the beginning of another word (Амур, Амурский)."""
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, name) else ""
    after = rf"(?!{_LETTER})" if re.match(_LETTER, name[-1]) else ""
    return before + re.escape(name) + after


def protect(text: str, *, source: str, target: str, names: Mapping[str, str], form: Form = "natural") -> Shown:
    """How a sentence is shown in this form. `names`: protected words of the source and how the target writes them."""
    present = tuple(name for name in names if name and name in text)
    stand_ins = _stand_ins(text, form)
    held: list[_Held] = []
    frame: list[str | int] = []
    pieces: list[str] = []
    running = ""

    def close(after: str) -> None:
        """End the running piece; what has no letter is not asked of the machine, and marks beside a wall stay outside."""
        nonlocal running
        lead = _LEAD.match(running) if frame else re.match(r"\s*", running)
        start = lead.end() if lead else 0
        end = len(running[:start] + running[start:].rstrip()) if not after else start + len(_trail(running[start:]))
        bare = running[start:end]
        alone = next((one.becomes for one in held if one.shown == bare), None) if bare else None
        if alone is not None:
            frame.extend([marks(running[:start], source, target), alone, marks(running[end:], source, target)])
        elif any(sign.isalpha() for sign in bare):
            frame.extend([marks(running[:start], source, target), len(pieces), marks(running[end:], source, target)])
            pieces.append(bare)
        else:
            frame.append(marks(running, source, target))
        frame.append(after)
        running = ""

    done = 0
    for start, end, kind in _held_spans(text, present, source, target, form):
        own = text[start:end]
        running += text[done:start]
        done = end
        becomes = names.get(own, own) if kind == "name" else written(own, source, target) if kind == "quantity" else own
        touching = kind == "name" and (_latin(running[-1:]) or _latin(text[end : end + 1]))
        if kind == "wall" or form == "divided" or touching:
            held.append(_Held(own, becomes))
            close(becomes)
        else:
            shown = next(stand_ins) if kind == "name" or form == "other" else own
            held.append(_Held(own, becomes, shown))
            running += shown
    running += text[done:]
    close("")
    return Shown(tuple(pieces), tuple(part for part in frame if part != ""), tuple(held), form, (source, target))


def _latin(sign: str) -> bool:
    """Whether a stand-in beside this sign would run into it."""
    return sign.isascii() and (sign.isalnum() or sign == "_")


_LEAD = re.compile(r"[\s，,。；;：:、!！?？]*")


def _trail(text: str) -> str:
    """Without the marks and spaces at its end."""
    text = text.rstrip()
    while text and text[-1] in "，,；;：:、":
        text = text[:-1].rstrip()
    return text


def _held_spans(text: str, names: tuple[str, ...], source: str, target: str, form: Form) -> list[tuple[int, int, str]]:
    found = [(hit.start(), hit.end(), hit.lastgroup or "") for hit in _holding(names).finditer(text)]
    if form == "divided":
        rest = list(text)
        for start, end, _ in found:
            rest[start:end] = " " * (end - start)
        found += [(start, end, "quantity") for start, end in quantities("".join(rest), source)]
    return sorted(found)


_FIRST, _SECOND = ("Vel", "Kor", "Tam", "Nar", "Bel", "Dor", "Gal", "Sor"), ("mar", "tan", "vik", "don", "rel", "nis")
_LETTERS = "KTMXZQ"


def _stand_ins(text: str, form: Form) -> Iterator[str]:
    """Invented names (Velmar, Kortan) that do not stand in the text; in the second form short ones of capital letters (KTM)."""
    made = product(_FIRST, _SECOND) if form == "natural" else product(_LETTERS, _LETTERS, _LETTERS)
    seen = set()
    for parts in made:
        name = "".join(parts)
        if name not in text and len(set(parts)) == len(parts):
            seen.add(name)
            yield name
    number = 0
    while True:  # a sentence with fifty names
        number += 1
        name = f"{_FIRST[0]}{'x' * number}"
        if name not in text:
            yield name
