"""What the compliance checker finds of what a lawyer marked, and how long it takes.

`python -m bench.complying score zh work` prints precision and recall of one half of a labelled set and every disagreement (of the
half for work only: nobody looks at the other one).
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from service.compliance import check
from service.compliance.document import Language
from service.compliance.entries import Market
from service.compliance.rulebook import Book, read_rules
from service.resources import root

__all__ = ["LABELLED", "Score", "labelled", "score"]

LABELLED = Path(__file__).parents[1] / "tests" / "compliance" / "labelled"
_MARKETS: dict[Language, Market] = {"zh": "CN", "ru": "RU"}
ON = date(2027, 3, 16)
"""A day on which every rule the set speaks of is in force."""


class Score(NamedTuple):
    """How the checker's marks agree with the lawyer's; a mark is a sentence with a rule."""

    hit: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of what was marked, what should have been."""
        return self.hit / (self.hit + self.wrong or 1)

    @property
    def recall(self) -> float:
        """Of what should have been marked, what was."""
        return self.hit / (self.hit + self.missed or 1)


def labelled(language: Language, half: str) -> Iterator[tuple[str, set[str]]]:
    """Sentences of one half with the rules a lawyer marked."""
    with (LABELLED / f"{language}-{half}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield row["text"], set((row["rules"] or "").split())


def found_in(text: str, language: Language) -> set[str]:
    """Rules the checker strikes with, seeing the text alone."""
    book = _book(_MARKETS[language])
    return {one.rule for one in check(text, market=_MARKETS[language], language=language, on_date=ON, book=book)}


@cache
def _book(market: Market) -> Book:
    """The rules of one market: a fault in the other's files is not in the way of tuning these."""
    return read_rules(root("catalogs") / "rules", files=f"{market.lower()}-*.yaml")


def score(language: Language, half: str) -> tuple[Score, dict[str, Score], list[tuple[str, set[str], set[str]]]]:
    """The whole score, each rule's, and the sentences that differ (text, marked in vain, not marked)."""
    counts: dict[str, Counter[str]] = {}
    differing = []
    for text, wanted in labelled(language, half):
        found = found_in(text, language)
        for kind, rules in (("hit", found & wanted), ("wrong", found - wanted), ("missed", wanted - found)):
            for rule in rules:
                counts.setdefault(rule, Counter())[kind] += 1
        if found != wanted:
            differing.append((text, found - wanted, wanted - found))
    whole = sum(counts.values(), Counter())
    each = {rule: Score(c["hit"], c["wrong"], c["missed"]) for rule, c in sorted(counts.items())}
    return Score(whole["hit"], whole["wrong"], whole["missed"]), each, differing


def main(language: Language, half: str) -> None:
    """Print it."""
    whole, each, differing = score(language, half)
    if half == "work":
        for text, wrong, missed in differing:
            print(" ".join([*(f"+{one}" for one in sorted(wrong)), *(f"-{one}" for one in sorted(missed))]), "\t", text)
        for rule, one in each.items():
            print(f"{rule:<18} hit {one.hit:>3}  in vain {one.wrong:>2}  missed {one.missed:>2}")
    print(f"{language} {half}: precision {whole.precision:.3f}, recall {whole.recall:.3f}  {whole}")


if __name__ == "__main__":
    if sys.argv[1:2] != ["score"]:
        raise SystemExit(__doc__)
    main(sys.argv[2], sys.argv[3])  # type: ignore[arg-type]
