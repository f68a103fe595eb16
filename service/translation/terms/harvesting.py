"""Words that reviewed pairs translate alike again and again, for people to make terms of.

Chinese character sequences and Russian lemma sequences that stand in the same pairs, measured by the Dice coefficient and by Dunning's
log-likelihood ratio (1993); what the term base knows already is cut out before counting.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.language.russian.lemmas import bare_words, readings
from service.translation.models import MemoryUnit
from service.translation.terms.matching import TermSet, fold

__all__ = ["Candidate", "harvest", "memory_pairs"]

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LONGEST_ZH, _LONGEST_RU = 6, 3
_EDGE_ZH = frozenset("的了是在和与及或也都就不很这那有个一把被给对从到用以而吧呢吗啊着过上下里")
_OPEN = ("NOUN", "ADJF", "PRTF", "None")
_SURE = 10.83
"""Log-likelihood above which chance is less likely than one in a thousand."""


@dataclass(frozen=True)
class Candidate:
    """A pair of words that may be a term: how often each stands in a pair and both together, Dice 0 … 1, log-likelihood, examples."""

    zh: str
    ru: str
    together: int
    zh_pairs: int
    ru_pairs: int
    dice: float
    likelihood: float
    examples: tuple[tuple[str, str], ...]


def memory_pairs(session: Session) -> Iterator[tuple[str, str]]:
    """The reviewed pairs of the translation memory that are in use."""
    query = select(MemoryUnit.zh, MemoryUnit.ru).where(MemoryUnit.reviewed, MemoryUnit.retired_at.is_(None))
    yield from ((row.zh, row.ru) for row in session.execute(query.execution_options(yield_per=1000)))


def harvest(
    pairs: Iterable[tuple[str, str]], terms: TermSet, *, least: int = 3, dice: float = 0.5, most: int = 200
) -> list[Candidate]:
    """The surest candidates first, each word in one of them; `least`: in how many pairs both stand together."""
    texts = list(dict.fromkeys(pairs))
    grams = [(_chinese(zh, terms), _russian(ru, terms)) for zh, ru in texts]
    zh_count = _closed(Counter(gram for some, _ in grams for gram in some), least)
    ru_count = Counter(gram for _, some in grams for gram in some)
    ru_count = Counter({gram: count for gram, count in ru_count.items() if count >= least})
    joint: Counter[tuple[str, str]] = Counter()
    shown: dict[str, Counter[str]] = {}
    for zh_some, ru_some in grams:
        there = [gram for gram in zh_some if gram in zh_count]
        for lemmas, surface in ru_some.items():
            if lemmas in ru_count:
                shown.setdefault(lemmas, Counter())[surface] += 1
                joint.update((gram, lemmas) for gram in there)
    ranked = []
    for (zh, ru), together in joint.items():
        share = 2 * together / (zh_count[zh] + ru_count[ru])
        if together >= least and share >= dice:
            likelihood = _likelihood(together, zh_count[zh], ru_count[ru], len(texts))
            if likelihood >= _SURE or len(texts) < 20:
                ranked.append((share, len(zh) + ru.count(" "), likelihood, zh, ru, together))
    ranked.sort(key=lambda one: (-one[0], -one[1], -one[2], one[3], one[4]))
    found: list[Candidate] = []
    taken: set[str] = set()
    for share, _, likelihood, zh, ru, together in ranked:
        if len(found) == most:
            break
        if zh in taken or ru in taken or any(zh in one.zh or one.zh in zh for one in found):
            continue
        taken |= {zh, ru}
        examples = tuple(text for text, (a, b) in zip(texts, grams, strict=True) if zh in a and ru in b)[:3]
        surface = shown[ru].most_common(1)[0][0]
        found.append(
            Candidate(
                zh, surface, together, zh_count[zh], ru_count[ru], round(share, 3), round(likelihood, 1), examples
            )
        )
    return found


def _chinese(text: str, terms: TermSet) -> set[str]:
    """Character sequences of a text, without known terms and without those that begin or end with a word of grammar."""
    plain = list(fold(text))
    for span in terms.find(text, "zh"):
        plain[span.start : span.end] = "|" * (span.end - span.start)
    found: set[str] = set()
    for run in _HAN.findall("".join(plain)):
        for start in range(len(run)):
            for end in range(start + 2, min(start + _LONGEST_ZH, len(run)) + 1):
                if run[start] not in _EDGE_ZH and run[end - 1] not in _EDGE_ZH:
                    found.add(run[start:end])
    return found


def _russian(text: str, terms: TermSet) -> dict[str, str]:
    """Sequences of nouns and adjectives by their lemmas, as they stand; a noun at the end."""
    known = [(span.start, span.end) for span in terms.find(text, "ru")]
    masked = text
    for start, end in known:
        masked = masked[:start] + "." * (end - start) + masked[end:]
    found: dict[str, str] = {}
    for part in re.split(r"[.,;:!?…()\n—–«»]", masked):
        words = bare_words(part)
        kinds = [_kind(word) for word in words]
        for start in range(len(words)):
            for end in range(start + 1, min(start + _LONGEST_RU, len(words)) + 1):
                some = kinds[start:end]
                if all(one is not None for one in some) and some[-1] is not None and some[-1][0] == "NOUN":
                    found.setdefault(" ".join(one[1] for one in some if one), " ".join(words[start:end]))
    return found


def _kind(word: str) -> tuple[str, str] | None:
    """Part of speech and lemma of the likeliest reading, of words that terms are made of."""
    likely = next(iter(readings(word)), None)
    return (likely.kind, likely.lemma) if likely and likely.kind in _OPEN and len(word) > 2 else None


def _closed(counts: Counter[str], least: int) -> Counter[str]:
    """Frequent sequences; of those that only ever stand in one longer sequence, the longer one."""
    kept = {gram: count for gram, count in counts.items() if count >= least}
    inside = {
        part for gram, count in kept.items() if len(gram) > 2 for part in (gram[1:], gram[:-1]) if kept.get(part) == count
    }  # fmt: skip
    return Counter({gram: count for gram, count in kept.items() if gram not in inside})


def _likelihood(both: int, first: int, second: int, pairs: int) -> float:
    """Dunning's ratio of the 2 × 2 table of pairs with one word, the other, both, none."""
    table = ((both, first - both), (second - both, pairs - first - second + both))
    rows: Sequence[int] = [sum(row) for row in table]
    columns = [table[0][index] + table[1][index] for index in (0, 1)]
    total = 0.0
    for row in (0, 1):
        for column in (0, 1):
            seen = table[row][column]
            expected = rows[row] * columns[column] / pairs
            total += seen * math.log(seen / expected) if seen > 0 and expected > 0 else 0.0
    return 2 * total
