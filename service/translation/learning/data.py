"""What is learnt from: reviewed pairs of the memory as sentences, and which of them are kept back to measure with.

A sentence never stands on both sides of the split, and neither do two that differ in their numbers only: a model that has seen
500 г is not asked 450 г of the same sentence. Which side a sentence stands on follows from its skeleton, so it stays there as the memory grows,
unless a new pair ties it to others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from sqlalchemy.orm import Session

from service.translation.checks.pair import Name
from service.translation.drafting import Language
from service.translation.learning.refusing import TooFewPairs
from service.translation.learning.showing import shown_pairs
from service.translation.machine.cutting import cut
from service.translation.memory.giving import all_units
from service.translation.memory.normal import digest, mask, normal

__all__ = [
    "LEAST",
    "LEAST_HELD",
    "Example",
    "Gathered",
    "Split",
    "data_digest",
    "demand_enough",
    "examples_of",
    "gather",
    "split",
]

LEAST, LEAST_HELD = 500, 30
"""Different sentences below which a model of one's own learns mostly nonsense, and a comparison says nothing."""
LONGEST = 400
"""Signs of one side; the decoder is asked sentences of 250 at most."""
HELD, WATCHED = (0.10, 500), (0.05, 250)
"""Share and number of sentences kept back: to measure with at the end, and to see when to stop."""


@dataclass(frozen=True, slots=True)
class Example:
    """A reviewed sentence: as people wrote it, and in the pieces the machine is shown (names as stand-ins, numbers as the source has them)."""

    source: str
    target: str
    shown: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Gathered:
    """Different sentences in the order they were kept, and how many pairs were passed over, by reason: uneven, long, same, name, twice."""

    examples: tuple[Example, ...]
    passed_over: Mapping[str, int]


@dataclass
class Split:
    """What is learnt, what tells when to stop, what is kept back for the comparison."""

    learn: list[Example] = field(default_factory=list)
    watch: list[Example] = field(default_factory=list)
    held: list[Example] = field(default_factory=list)


def gather(session: Session, *, source: Language, target: Language, names: Sequence[Name] = ()) -> Gathered:
    """Sentences of all reviewed pairs of the caller's organisation. `names`: brands, which the machine is shown as stand-ins."""
    units = ((getattr(one, source), getattr(one, target)) for one in all_units(session, reviewed=True))
    kept = {getattr(name, source): getattr(name, target) for name in names}
    return examples_of(units, source=source, target=target, names=kept)


def examples_of(
    pairs: Iterable[tuple[str, str]], *, source: Language, target: Language, names: Mapping[str, str]
) -> Gathered:
    """The sentences of pairs of texts, each different pair once. Texts whose sentences do not answer each other one by one are passed over."""
    found: list[Example] = []
    passed: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for one, other in pairs:
        sentences = _sentences(one, other, source, target)
        passed["uneven"] += not sentences
        for said, answered in sentences:
            key = (normal(said, source), normal(answered, target))
            if key in seen:
                passed["twice"] += 1
            elif max(len(said), len(answered)) > LONGEST:
                passed["long"] += 1
            elif key[0] == key[1] or not any(map(str.isalpha, said)):
                passed["same"] += 1
            elif not (shown := shown_pairs(said, answered, source=source, target=target, names=names)):
                passed["name"] += 1
            else:
                found.append(Example(said, answered, shown))
            seen.add(key)
    return Gathered(tuple(found), {reason: count for reason, count in passed.items() if count})


def _sentences(one: str, other: str, source: Language, target: Language) -> list[tuple[str, str]]:
    said, answered = cut(one, source), cut(other, target)
    if len(said.sentences) == len(answered.sentences):
        return list(zip(said.sentences, answered.sentences, strict=True))
    return [(one.strip(), other.strip())] if len(said.sentences) == 1 and answered.sentences else []


def split(examples: Sequence[Example], *, source: Language, target: Language) -> Split:
    """Learn, watch, held. All that shares a text or a skeleton on either side stays together, wherever that leads."""
    held, watched = _shares(len(examples))
    parts = Split()
    for group in _together(examples, source, target):
        place = _place(min(mask(examples[i].source, source).skeleton for i in group))
        into = parts.held if place < held else parts.watch if place >= 1 - watched else parts.learn
        into.extend(examples[i] for i in group)
    return parts


def _shares(count: int) -> tuple[float, float]:
    """They only shrink as the memory grows, so that what was once learnt is never asked later."""
    held, watched = (min(share, most / max(count, 1)) for share, most in (HELD, WATCHED))
    return held, watched


def _place(text: str) -> float:
    """Where a text falls between 0 and 1, the same on every machine for ever."""
    return (digest(f"held-out {text}") % 2**64) / 2**64


def _together(examples: Sequence[Example], source: Language, target: Language) -> Iterator[list[int]]:
    """Groups of examples that share a normal form or a skeleton, on either side, also through others."""
    root = list(range(len(examples)))

    def top(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    first: dict[tuple[str, str], int] = {}
    for place, one in enumerate(examples):
        for language, text in ((source, one.source), (target, one.target)):
            for form in (normal(text, language), mask(text, language).skeleton):
                root[top(place)] = top(first.setdefault((language, form), place))
    groups: dict[int, list[int]] = {}
    for place in range(len(examples)):
        groups.setdefault(top(place), []).append(place)
    yield from groups.values()


def demand_enough(parts: Split, *, least: int = LEAST, least_held: int = LEAST_HELD) -> None:
    """Raises TooFewPairs."""
    if len(parts.learn) < least or len(parts.held) < least_held or not parts.watch:
        raise TooFewPairs(found=len(parts.learn), held=len(parts.held), least=least, least_held=least_held)


def data_digest(parts: Split) -> str:
    """Changes with anything that is learnt or kept back: a training goes on only with the sentences it began with."""
    made = blake2b(digest_size=16)
    for name in ("learn", "watch", "held"):
        for row in sorted((one.source, one.target, *map("\t".join, one.shown)) for one in getattr(parts, name)):
            made.update("\n".join((name, *row, "")).encode("utf-8", "surrogatepass"))
    return made.hexdigest()
