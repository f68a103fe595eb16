"""Cuts a text into sentences a model can bear and puts the translations back between exactly the same lines. Pure.

Argos's own splitters are never used: they fetch a model over the network at their first use. Sentences come from `language.sentences`;
here they get their places, bullets and blank lines stay out, and what is too long for a model is cut at a clause.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.language.sentences import split
from service.translation.machine.protecting import walls

__all__ = ["Cut", "cut"]

LONGEST = {"zh": 120, "ru": 250, "en": 250}
"""Signs of a sentence. Published models saw little above a hundred pieces of words, and answer longer ones with gaps."""
_BLOCK = 3000
"""Signs that are looked at together: `split` takes its time over very long paragraphs."""
_LEAD = re.compile(r"[^\S\n]*(?:(?:[-•*·–—▪●■✓✔#]+|\d{1,3}[.)、）](?!\d))[^\S\n]*)?")
_CLAUSE = re.compile(r"[，；：、,;:](?!\d)\s*|\s+[—–-]\s+|\s+")
_END = re.compile(r"[。！？!?…]+[”’」』）)»]*\s*|\.[»”)]*\s+")
_INSIDE = re.compile(r"[^\n\r]+")


@dataclass(frozen=True)
class Cut:
    """A text as sentences and what stands between them: `between` has one more item than `sentences`."""

    sentences: tuple[str, ...]
    between: tuple[str, ...]

    def joined(self, translations: Sequence[str], source: str, target: str) -> str:
        """The text with its sentences replaced. Between sentences of a line, Chinese has no space and the others have one."""
        parts = [self.between[0]]
        for index, text in enumerate(translations):
            gap = self.between[index + 1]
            last = index + 1 == len(translations)
            if not last and source == "zh" and target != "zh" and gap == "" and text:
                gap = " "
            elif (
                not last
                and target == "zh" != source
                and gap.strip(" ") == ""
                and not (_latin(text[-1:]) and _latin(translations[index + 1][:1]))
            ):
                gap = ""
            parts += [text, gap]
        return "".join(parts)


def _latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def cut(text: str, language: str) -> Cut:
    """The sentences of a text with everything between them: joined with themselves they are the text."""
    spans = list(_spans(text, language))
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    return Cut(
        tuple(text[start:end] for start, end in spans),
        tuple(text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)),
    )


_Walls = list[tuple[int, int]]


def _spans(text: str, language: str) -> Iterator[tuple[int, int]]:
    whole = [wall.span() for wall in walls(text)]
    for line in _INSIDE.finditer(text):
        lead = _LEAD.match(text, line.start(), line.end())
        start = lead.end() if lead else line.start()
        while start < line.end():
            end = _break(text, start, line.end(), _BLOCK, whole)
            yield from _sentences(text, start, end, language, whole)
            start = end


def _sentences(text: str, start: int, end: int, language: str, whole: _Walls) -> Iterator[tuple[int, int]]:
    """Each sentence goes on to the next one's first sign, so that no closing mark is lost."""
    block = text[start:end]
    begins, place = [], 0
    for sentence in split(block, language):
        words = sentence.split()
        place = block.index(words[0], place)
        if _across(start + place, whole) is None:
            begins.append(place)
        for word in words:
            place = block.index(word, place) + len(word)
    for left, right in zip(begins, [*begins[1:], len(block)], strict=True):
        yield from _bearable(text, start + left, start + right, language, whole)


def _bearable(text: str, start: int, end: int, language: str, whole: _Walls) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = _break(text, start, end, LONGEST[language], whole)
        stripped = start + len(text[start:stop].rstrip())
        if stripped > start:
            yield start, stripped
        start = stop
        while start < end and text[start].isspace():
            start += 1


def _break(text: str, start: int, end: int, most: int, whole: _Walls) -> int:
    """Where a stretch ends that is at most so long: behind the last sentence, clause or word that fits, never within an address or a tag."""
    if end - start <= most:
        return end
    window = (start + most // 3, start + most)
    hits = [hit.end() for hit in (_END if most == _BLOCK else _CLAUSE).finditer(text, *window)]
    hits = hits or [hit.end() for hit in _CLAUSE.finditer(text, *window)]
    stop = hits[-1] if hits else start + most
    across = _across(stop, whole)
    if across is None:
        return stop
    return across[0] if across[0] > start else min(across[1], end)


def _across(place: int, whole: _Walls) -> tuple[int, int] | None:
    """The address or tag that a cut at this place would break."""
    index = bisect_left(whole, (place, 0)) - 1
    return whole[index] if index >= 0 and place < whole[index][1] else None
