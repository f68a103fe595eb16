"""A text of a pair, read once for all checks: what is no prose in it, its words, its sentences, its quantities."""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from service.language.sentences import split
from service.translation.checks.pair import Side
from service.translation.checks.reading import chinese, russian
from service.translation.checks.reading.quantities import Quantity

__all__ = ["HAN", "Part", "Prose", "Word", "placeholders"]

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
MASK = "\ue000"
_URL = rf"(?:https?://|www\.)(?=[\w])[^\s，。；！？）》”»<>\"'{HAN}]*[^\s，。；：！？）》”»<>\"'{HAN}.,;:!?)]"
_EMAIL = r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_TAG = r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>|&(?:[a-z]{2,8}|#\d{2,6});"
_HOLDER = r"\{\{\{\{.*?\}\}\}\}|\{\{.*?\}\}|\{%.*?%\}|\{[A-Za-z_][\w.]*(?:\[[^\]{}]*\])?(?:![rsa])?(?::[^{}]*)?\}|%\([a-z_]\w*\)[sd]|⟦[^⟦⟧]*⟧"
_PART = re.compile(rf"(?P<holder>{_HOLDER})|(?P<url>{_URL})|(?P<email>{_EMAIL})|(?P<tag>{_TAG})", re.DOTALL)
_CITING = re.compile(r"(?:^|[\s(])[а-яё]{1,4}\.$")
_HALF = {0xFF10 + digit: 0x30 + digit for digit in range(10)} | {0xFF0E: 0x2E}
_WORD = re.compile(r"[А-Яа-яЁё\u0301]+(?:-[А-Яа-яЁё\u0301]+)*")


class Part(NamedTuple):
    """A piece that is no prose. `kind`: holder, url, email, tag."""

    kind: str
    text: str
    start: int
    end: int


class Word(NamedTuple):
    """A Russian word: as it stands, in lower case, and where."""

    text: str
    lower: str
    start: int
    end: int


class Prose:
    """One side of a pair. `plain` is the text with placeholders, addresses and tags masked sign for sign, so that places stay."""

    def __init__(self, side: Side, text: str) -> None:
        self.side: Side = side
        self.text = text
        self.parts = [
            Part(match.lastgroup or "", match[0], match.start(), match.end()) for match in _PART.finditer(text)
        ] if any(sign in text for sign in "{%<&@⟦/") or "www." in text else []  # fmt: skip
        self.plain = _masked(text, self.parts)

    def of(self, *kinds: str) -> list[Part]:
        """The pieces of some kinds."""
        return [part for part in self.parts if part.kind in kinds]

    @cached_property
    def words(self) -> list[Word]:
        """Russian words in order; hyphenated ones are one."""
        return [Word(m[0], m[0].lower().replace("\u0301", ""), m.start(), m.end()) for m in _WORD.finditer(self.plain)]

    @cached_property
    def quantities(self) -> list[Quantity]:
        """Numbers, amounts, dates."""
        read = chinese.quantities if self.side == "zh" else russian.quantities
        return read(self.plain.translate(_HALF))

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Where the sentences stand."""
        found: list[tuple[int, int]] = []
        at = 0
        for line in self.plain.split("\n"):
            offset = at
            for sentence in split(line, self.side):
                start = self.plain.find(sentence, offset, at + len(line))
                if start < 0:
                    start = offset
                offset = min(start + len(sentence), at + len(line))
                if (
                    found
                    and self.side == "ru"
                    and _CITING.search(self.plain[found[-1][0] : found[-1][1]])
                    and sentence[0].isdigit()
                ):
                    found[-1] = (found[-1][0], offset)  # «ст. 17» is one
                else:
                    found.append((start, offset))
            at += len(line) + 1
        return found


def _masked(text: str, parts: list[Part]) -> str:
    if not parts:
        return text
    made, last = [], 0
    for part in parts:
        made += [text[last : part.start], MASK * (part.end - part.start)]
        last = part.end
    return "".join([*made, text[last:]])


_NAME = re.compile(r"[A-Za-z_][\w.]*")
_COUNTED = re.compile(r"[0-9]+\s*\|\s*[a-z_]+")
_AGREEING = re.compile(r"\|\s*form\b")
"""Prints a word that agrees with the value (ждёт, ждут), not the value."""
_CASE = re.compile(r"\.(?:nom|gen|dat|acc|ins|loc|from|in)$")
_WHOLE_NAME = re.compile(r"\{([A-Za-z_][\w.]*)|%\(([a-z_]\w*)\)|⟦([^⟧]*)⟧")


def placeholders(prose: Prose) -> list[tuple[str, Part]]:
    """What each placeholder prints: the first name of its expression without the case, of a number its filter too ({{ 2 | packs }}).

    Blocks ({% if … %}) print nothing.
    """
    found: list[tuple[str, Part]] = []
    for part in prose.of("holder"):
        if part.text.startswith(("{%", "{{{{")):  # {{{{ … }}}} is how a message shows a placeholder
            continue
        if part.text.startswith("{{"):
            inner = part.text[2:-2].strip()
            if _AGREEING.search(inner):
                continue
            name = _NAME.match(inner) or _COUNTED.match(inner)
            found.append((_CASE.sub("", re.sub(r"\s", "", name[0])) if name else inner, part))
        elif match := _WHOLE_NAME.match(part.text):
            found.append((next(group for group in match.groups() if group is not None), part))
    return found
