"""How good translations of held-out sentences are beside the reviewed ones: chrF, agreed words, numbers. Pure.

chrF2 is counted as sacrebleu 2.6 counts it (Popović 2015: runs of one to six signs, recall counts double, spaces do not); its figures agree to
the last digit. Not sacrebleu itself: forty lines of it here, and it brings five packages more.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.translation.machine.figures import difference
from service.translation.machine.protecting import without_walls

__all__ = ["Measured", "MissingTerms", "Share", "chrf", "chrf_each", "measure", "surely_better"]

MissingTerms = Callable[[str, str], frozenset[str]]
"""Source and translation; which agreed words of the source the translation lacks (terms.enforcing.term_check)."""
_ORDERS = 6
_BETA = 2


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    good: int
    of: int

    @property
    def percent(self) -> float:
        """100 where there was nothing to be wrong."""
        return 100 * self.good / self.of if self.of else 100.0

    def __str__(self) -> str:
        return f"{self.percent:.1f} % ({self.good}/{self.of})"


@dataclass(frozen=True)
class Measured:
    """chrF from 0 to 100; agreed words that are there; sentences whose numbers are those of the source; chrF of each sentence."""

    chrf: float
    terms: Share
    numbers: Share
    each: tuple[float, ...]


def measure(
    sources: Sequence[str], references: Sequence[str], outputs: Sequence[str], *, language: str, missing: MissingTerms
) -> Measured:
    """`language` is that of the sources. A term or number the reviewed text leaves out itself is asked of nobody."""
    demanded = lost = 0
    right = counted = 0
    for source, reference, output in zip(sources, references, outputs, strict=True):
        terms = missing(source, "") - missing(source, reference)
        demanded += len(terms)
        lost += len(terms & missing(source, output)) if terms else 0
        if _faithful(source, reference, language):
            counted += 1
            right += _faithful(source, output, language)
    return Measured(
        chrf(outputs, references), Share(demanded - lost, demanded), Share(right, counted), tuple(chrf_each(outputs, references))
    )  # fmt: skip


def _faithful(source: str, text: str, language: str) -> bool:
    lost, invented = difference(without_walls(source), without_walls(text), language)
    return not lost and not invented


def chrf(outputs: Sequence[str], references: Sequence[str]) -> float:
    """Of a whole set: the counts of all sentences are added up first."""
    sums = [0] * (3 * _ORDERS)
    for output, reference in zip(outputs, references, strict=True):
        sums = [total + one for total, one in zip(sums, _counts(output, reference), strict=True)]
    return _score(sums)


def chrf_each(outputs: Sequence[str], references: Sequence[str]) -> list[float]:
    """Of each sentence by itself."""
    return [_score(_counts(output, reference)) for output, reference in zip(outputs, references, strict=True)]


def _counts(output: str, reference: str) -> list[int]:
    """For each length of runs: in the output, in the reference, in both."""
    found: list[int] = []
    one, other = "".join(output.split()), "".join(reference.split())
    for order in range(1, _ORDERS + 1):
        mine, theirs = _runs(one, order), _runs(other, order)
        found += [mine.total() if theirs else 0, theirs.total(), (mine & theirs).total()]
    return found


def _runs(text: str, order: int) -> Counter[str]:
    return Counter(text[i : i + order] for i in range(len(text) - order + 1))


def _score(counts: Sequence[int]) -> float:
    shares = [
        (both / mine, both / theirs)
        for mine, theirs, both in zip(counts[::3], counts[1::3], counts[2::3], strict=True)
        if mine and theirs
    ]
    precision, recall = (sum(side) / len(shares) for side in zip(*shares, strict=True)) if shares else (0.0, 0.0)
    if not precision + recall:
        return 0.0
    return 100 * (1 + _BETA**2) * precision * recall / (_BETA**2 * precision + recall)


def surely_better(new: Sequence[float], old: Sequence[float], *, draws: int = 1000) -> float:
    """In how many of a hundred draws (sentences with repetition, the same dice each time) the new one is better on the whole."""
    gains = [one - other for one, other in zip(new, old, strict=True)]
    dice = random.Random(11)
    won = sum(sum(dice.choices(gains, k=len(gains))) > 0 for _ in range(draws)) if gains else 0
    return 100 * won / draws
