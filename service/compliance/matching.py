"""Where the text rules of a market strike in one text. Facts, days and evidence come later: this knows words only."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, islice, takewhile
from operator import itemgetter

from service.compliance.entries import Market
from service.compliance.reading import Reading, chinese, russian
from service.compliance.rulebook import Book, Pattern, TextRules

__all__ = ["Hit", "forget", "hits"]


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


def forget() -> None:
    """Forget all texts read before: for measuring."""
    _hits.cache_clear()


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
    occurring = [*rules.plain.within(reading.text), *rules.original.within(text), *rules.lemmas.within(reading.tokens)]
    for pattern, (rule, claim) in occurring:
        for start, end, said in _places(pattern, reading, text):
            disguised = _is_disguised(text[start:end], start, end, reading, market)
            found.append(Hit(rule.id, rule.claims.index(claim), start, end, said, disguised))
    if rules.watched:
        found += _disguised(reading, key.book, market)
    return tuple(_merged(_unspared(found, rules, reading, text))) if found else ()


def _unspared(found: list[Hit], rules: TextRules, reading: Reading, text: str) -> list[Hit]:
    """Hits that no innocent use of their rule overlaps."""
    by_rule: dict[str, list[Hit]] = defaultdict(list)
    for hit in found:
        by_rule[hit.rule].append(hit)
    innocent: dict[str, list[tuple[int, int]]] = defaultdict(list)
    occurring = [
        *rules.spares.within(reading.text), *rules.original_spares.within(text), *rules.spare_phrases.within(reading.tokens)
    ]  # fmt: skip
    for spare, rule in occurring:
        if rule.id in by_rule:
            innocent[rule.id] += [place[:2] for place in _places(spare, reading, text)]
    left = []
    for name, own in by_rule.items():
        spares = sorted(innocent[name])
        furthest = list(accumulate((end for _, end in spares), max))  # the furthest end of the spares up to each
        for hit in own:
            before = bisect_left(spares, (hit.end,))
            if not before or furthest[before - 1] <= hit.start:
                left.append(hit)
    return left


def _places(pattern: Pattern, reading: Reading, text: str) -> list[tuple[int, int, dict[str, str]]]:
    """Where a pattern stands in the original, without the signs around the words."""
    places: list[tuple[int, int, dict[str, str]]] = []
    if pattern.original:
        places = [(found.start(), found.end(), {}) for found in pattern.compiled.finditer(text) if found[0]]
    elif pattern.lemmas:
        for found in pattern.compiled.finditer(reading.tokens):
            first = bisect_left(reading.token_at, (found.start(),))
            last = bisect_left(reading.token_at, (found.end(),)) - 1
            if first <= last:
                places.append((reading.token_at[first][1], reading.token_at[last][2], {}))
    else:
        for found in pattern.compiled.finditer(reading.text):
            if found[0].strip():  # without the spaces a Russian expression takes in at the borders of words
                first, last = found.end() - len(found[0].lstrip()), found.start() + len(found[0].rstrip())
                start, end = reading.span(first, last)
                places.append((start, end, {name: said for name, said in found.groupdict().items() if said}))
    return [(*_trimmed(text, start, end), said) for start, end, said in places]


_AROUND = frozenset(" \t\u3000，。！？、；：,.!?;:…—–-()（）[]【】《》«»“”‘’\"'~～·")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = start, end
    while first < last and text[first] in _AROUND:
        first += 1
    while last > first and text[last - 1] in _AROUND:
        last -= 1
    return (first, last) if first < last else (start, end)


def _is_disguised(words: str, start: int, end: int, reading: Reading, market: Market) -> bool:
    """Whether words were written so that a machine should not see them; spaces beside numbers and full width are ordinary."""
    if market == "RU":
        first = bisect_left(reading.token_at, start, key=itemgetter(1))
        inside = takewhile(lambda one: one[2] <= end, islice(reading.token_at, first, None))
        return any(odd for *_, odd in inside)
    return chinese.is_disguised(words)


def _disguised(reading: Reading, book: Book, market: Market) -> list[Hit]:
    """Watched words written by their sound."""
    line, places = chinese.sounds(reading.text)
    candidates = book.texts[market].sounds.within(line)
    if not candidates:
        return []
    at = [place for place, sign in enumerate(line) if sign == "|"]
    found = []
    for pattern, watched in candidates:
        size = len(watched.word)
        for match in pattern.compiled.finditer(line):
            first = bisect_left(at, match.start())
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
