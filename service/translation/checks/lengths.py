"""Lengths: limits of the channel, the proportion of both texts, sentences lost or said twice."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterator

from rapidfuzz import fuzz

from service.i18n import N_, Message
from service.translation.checks.pair import Finding, Limit, Pair, Side
from service.translation.checks.reading.prose import MASK, Prose
from service.translation.checks.reading.quantities import DIGITS, Quantity, same

__all__ = ["RATIO", "limit", "measured", "ratio", "sentences"]

RATIO = (1.6, 4.5)
"""Russian letters to a Chinese sign (localization.md §1.3; lines of the same role have 2.9)."""
_NOT_TRANSLATED = re.compile(rf"[A-Za-z0-9{MASK}]+")
_SHORT = 12
"""Below so many Chinese signs the proportion says nothing."""


def measured(text: str, unit: str) -> int:
    """The length of a text as a channel counts it: points, utf16, bytes or width."""
    if unit == "points":
        return len(text)
    if unit == "utf16":
        return len(text.encode("utf-16-le")) // 2
    if unit == "bytes":
        return len(text.encode())
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def limit(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """len.max: longer than the field of the channel takes; marked from where it is too long."""
    bound = pair.limits.get(pair.field)
    if bound is None:
        return
    side = bound.side or pair.target
    text = pair.text(side)
    size = measured(text, bound.unit)
    if size > bound.most:
        what = Message(
            N_("{size} of {most} allowed: the channel will refuse or cut the text."), {"size": size, "most": bound.most}
        )
        yield Finding("len.max", "block", side, _cut(text, bound), len(text), what, Message(N_("Shorten it.")))


def _cut(text: str, bound: Limit) -> int:
    """How many signs still fit."""
    if bound.unit == "points":
        return bound.most
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measured(text[:middle], bound.unit) <= bound.most else (low, middle - 1)
    return low


def ratio(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """len.ratio: one text is far too long for the other. The bounds widen for short texts."""
    left, right = (len(_NOT_TRANSLATED.sub("", prose.plain).strip()) for prose in (zh, ru))
    target = ru if pair.target == "ru" else zh
    if not (left and right):
        if bool(zh.text.strip()) != bool(ru.text.strip()):
            what = (
                Message(N_("The translation is empty."))
                if not target.text.strip()
                else Message(N_("The source is empty."))
            )
            side: Side = target.side
            yield Finding(
                "len.ratio", "warn", side, 0, len(target.text), what, Message(N_("Translate it, or empty both."))
            )
        return
    room = 1 + 12 / left
    if left + right < 3 * _SHORT and right / left < 12:
        return
    if RATIO[0] / room <= right / left <= RATIO[1] * room:
        return
    what = Message(N_("The Russian text has {ratio} signs to one Chinese; {low} to {high} is usual."),
                   {"ratio": f"{right / left:.1f}", "low": RATIO[0], "high": RATIO[1]})  # fmt: skip
    remedy = Message(N_("Look whether something was left out or added."))
    yield Finding("len.ratio", "warn", target.side, 0, len(target.text), what, remedy)


_SCALE = 3.1
"""Russian letters to a Chinese sign in our own cards (1,400 texts: mean 3.1, deviation 0.55)."""
_SKIP, _MERGE, _STRETCH = 1.2, 0.6, 0.4
"""What an alignment pays for a sentence left out, for two taken as one, for lengths that do not fit. Found by leaving one sentence out of

each of 384 card texts (60 % seen) and by splitting 383 others at a comma (0.5 % reported wrongly).
"""
_ALIKE = 92
_NEAR = 20
"""How many sentences back nearly the same words are looked for; the very same are found anywhere."""
_LONG = 40
"""Texts of more sentences are not aligned: it would take longer than all other checks."""


def sentences(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """sentence.doubled: the target says a sentence twice; sentence.lost, sentence.extra: one has no counterpart by length and numbers."""
    source, target = (zh, ru) if pair.source == "zh" else (ru, zh)
    yield from _twice(source, target)
    if len(zh.sentences) == len(ru.sentences) or max(len(zh.sentences), len(ru.sentences)) > _LONG:
        return
    if zh.of("holder") or ru.of("holder"):  # what a placeholder will say has no length yet
        return
    for prose, start, end in _unmatched(zh, ru):
        lost = prose is source
        what = (
            Message(N_("This sentence has no counterpart in the translation.")) if lost
            else Message(N_("This sentence has no counterpart in the source."))
        )  # fmt: skip
        check = "sentence.lost" if lost else "sentence.extra"
        remedy = Message(N_("Compare both texts sentence by sentence."))
        yield Finding(check, "warn", prose.side, start, end, what, remedy)


def _twice(source: Prose, target: Prose) -> Iterator[Finding]:
    repeated = list(_repeated(target, 5 if target.side == "ru" else 2))
    if not repeated or any(True for _ in _repeated(source, 0)):  # said twice on purpose
        return
    for start, end in repeated:
        what = Message(N_("This sentence stands in the text twice."))
        yield Finding("sentence.doubled", "error", target.side, start, end, what, Message(N_("Take one of them out.")))


def _repeated(prose: Prose, least: int) -> Iterator[tuple[int, int]]:
    """Sentences of more than `least` signs that stand before in the same words, or within the last ones in nearly the same."""
    known: set[str] = set()
    near: deque[str] = deque(maxlen=_NEAR)
    for start, end in prose.sentences if len(prose.sentences) > 1 else ():
        text = prose.plain[start:end].lower().rstrip(".!?。！？… ")
        if len(text) > least and (text in known or any(_alike(text, other) for other in near)):
            yield start, end
        known.add(text)
        near.append(text)


def _alike(text: str, other: str) -> bool:
    return bool(len(text) > 15 and fuzz.ratio(text, other, score_cutoff=_ALIKE) > 0 and _digits(text) == _digits(other))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _unmatched(zh: Prose, ru: Prose) -> list[tuple[Prose, int, int]]:
    """Sentences that the cheapest alignment leaves out (steps 1:1, 1:2, 2:1, 1:0, 0:1), by length and numbers."""
    left, right = zh.sentences, ru.sentences
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for i in range(len(left) + 1):
        for j in range(len(right) + 1):
            for di, dj in ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 0), (0, 1)):
                before = best.get((i - di, j - dj))
                if before is None:
                    continue
                cost = before[0] + _apart(zh, ru, left[i - di : i], right[j - dj : j])
                if (i, j) not in best or cost < best[i, j][0]:
                    best[i, j] = (cost, (di, dj))
    found: list[tuple[Prose, int, int]] = []
    i, j = len(left), len(right)
    while i or j:
        di, dj = best[i, j][1]
        if not dj:
            found.append((zh, *left[i - 1]))
        elif not di:
            found.append((ru, *right[j - 1]))
        i, j = i - di, j - dj
    return found[::-1]


def _apart(zh: Prose, ru: Prose, left: list[tuple[int, int]], right: list[tuple[int, int]]) -> float:
    """How badly sentences go together: lengths as in Gale and Church (1993), and numbers that one has and the other not."""
    if not (left and right):
        size = left[0][1] - left[0][0] if left else (right[0][1] - right[0][0]) / _SCALE
        return _SKIP + (0.8 if size < 8 else 0.0)
    expected = sum(end - start for start, end in left) * _SCALE
    size = sum(end - start for start, end in right)
    cost = float(abs(size - expected) / (6.8 * expected) ** 0.5 * _STRETCH)
    mine, theirs = _numbers(zh, left), _numbers(ru, right)
    lonely = sum(1 for one in mine if one.weight == DIGITS and not any(same(one, other) for other in theirs))
    lonely += sum(1 for one in theirs if one.weight == DIGITS and not any(same(one, other) for other in mine))
    return cost + 2.0 * lonely + (_MERGE if len(left) + len(right) > 2 else 0.0)


def _numbers(prose: Prose, spans: list[tuple[int, int]]) -> list[Quantity]:
    start, end = spans[0][0], spans[-1][1]
    return [one for one in prose.quantities if start <= one.start < end]
