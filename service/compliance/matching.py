"""Where the text rules of a market strike in one text. Facts, days and evidence come later: this knows words only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from service.compliance.entries import Market
from service.compliance.reading import Reading, chinese, russian
from service.compliance.rulebook import Book, Pattern

__all__ = ["Hit", "hits"]


@dataclass(frozen=True)
class Hit:
    """Words a rule is about: their place in the original, the claim they make, and the named parts of the pattern."""

    rule: str
    claim: int
    start: int
    end: int
    said: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)
    disguised: bool = False


def hits(text: str, market: Market, book: Book) -> tuple[Hit, ...]:
    """All hits of a market's text rules in a text, in the order of their places; each rule's overlapping hits are one."""
    return _hits(text, market, _Key(book))


class _Key:
    """A book as part of a cache's key: two books of the same content are one."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def __hash__(self) -> int:
        return hash(self.book.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.book.digest == self.book.digest


@lru_cache(maxsize=16384)
def _hits(text: str, market: Market, key: _Key) -> tuple[Hit, ...]:
    rules = key.book.texts[market]
    reading = chinese.read(text) if market == "CN" else russian.read(text)
    found: list[Hit] = []
    spared: dict[str, list[tuple[int, int]]] = {}
    for pattern, (rule, claim) in [*rules.plain.within(reading.text), *rules.lemmas.within(reading.tokens)]:
        for start, end, said in _places(pattern, reading):
            found.append(Hit(rule.id, rule.claims.index(claim), start, end, said))
    if rules.watched:
        found += _disguised(reading, key.book, market)
    for name in {hit.rule for hit in found}:
        spared[name] = [place[:2] for spare in key.book.rules[name].spares for place in _places(spare, reading)]
    left = [hit for hit in found if not any(start < hit.end and hit.start < end for start, end in spared[hit.rule])]
    return tuple(_merged(left))


def _places(pattern: Pattern, reading: Reading) -> list[tuple[int, int, dict[str, str]]]:
    """Where a pattern stands, in the original."""
    if not pattern.lemmas:
        return [
            (*reading.span(*_trimmed(found)), {k: v for k, v in found.groupdict().items() if v})
            for found in pattern.compiled.finditer(reading.text) if found[0].strip()
        ]  # fmt: skip
    places: list[tuple[int, int, dict[str, str]]] = []
    for found in pattern.compiled.finditer(reading.tokens):
        inside = [(start, end) for at, start, end in reading.token_at if found.start() <= at < found.end()]
        if inside:
            places.append((inside[0][0], inside[-1][1], {}))
    return places


def _trimmed(found: Any) -> tuple[int, int]:
    """Its place without the spaces a Russian expression takes in at the borders of words."""
    return found.end() - len(found[0].lstrip()), found.start() + len(found[0].rstrip())


def _disguised(reading: Reading, book: Book, market: Market) -> list[Hit]:
    """Watched words written by their sound."""
    line, places = chinese.sounds(reading.text)
    found = []
    for pattern, watched in book.texts[market].sounds.within(line):
        size = len(watched.word)
        for match in pattern.compiled.finditer(line):
            first = line.count("|", 0, match.start() + 1) - 1
            inside = places[first : first + size]
            if chinese.hidden(reading.text, inside[0][0], inside[-1][1], watched.word, inside):
                start, end = reading.span(inside[0][0], inside[-1][1])
                found.append(Hit(watched.rule, 0, start, end, disguised=True))
    return found


def _merged(found: list[Hit]) -> list[Hit]:
    """One hit for the overlapping hits of a rule's claim; the first one's named parts stay."""
    merged: list[Hit] = []
    for hit in sorted(found, key=lambda one: (one.rule, one.claim, one.start, -one.end)):
        last = merged[-1] if merged else None
        if last and last.rule == hit.rule and last.claim == hit.claim and hit.start < last.end:
            merged[-1] = Hit(
                last.rule, last.claim, last.start, max(last.end, hit.end), {**hit.said, **last.said}, last.disguised and hit.disguised
            )  # fmt: skip
        else:
            merged.append(hit)
    return sorted(merged, key=lambda one: (one.start, one.end, one.rule))
