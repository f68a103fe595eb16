"""Reviewed sentences with other numbers, by the rules of the memory, so that a model learns to copy numbers and to agree with them. Pure."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence

from service.translation.drafting import Language
from service.translation.learning.data import Example
from service.translation.learning.showing import shown_pairs
from service.translation.memory.normal import digest
from service.translation.memory.refilling import NotCertain, refill

__all__ = ["varied"]

_RUN = re.compile(r"(?<![\dA-Za-z.,:/-])\d{1,4}(?![\dA-Za-z:/-]|[.,]\d)")
"""Whole numbers that stand alone: no dates, item numbers, fractions."""
_KINDS = ((1, 9), (10, 99), (100, 999))


def varied(
    examples: Sequence[Example], *, source: Language, target: Language, names: Mapping[str, str], times: int = 2
) -> Iterator[Example]:
    """For each sentence with whole numbers up to `times` others, the same ones for the same sentence. What is not certain is left out."""
    seen = {(one.source, one.target) for one in examples}
    for one in examples:
        zh, ru = (one.source, one.target) if source == "zh" else (one.target, one.source)
        dice = random.Random(digest(zh))
        for _ in range(times):
            other = _renumbered(zh, dice)
            try:
                made = (other, refill(other, zh, ru, source="zh", target="ru")) if other != zh else None
            except NotCertain:
                break
            if made is None:
                break
            said, answered = made if source == "zh" else made[::-1]
            shown = shown_pairs(said, answered, source=source, target=target, names=names)
            if shown and (said, answered) not in seen:
                seen.add((said, answered))
                yield Example(said, answered, shown)


def _renumbered(text: str, dice: random.Random) -> str:
    return _RUN.sub(lambda _: str(dice.randint(*dice.choice(_KINDS))), text)
