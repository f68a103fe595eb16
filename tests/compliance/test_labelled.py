"""Measured against sentences marked one by one by sessions that had not seen the patterns: `work`, `more` and `third` were used for tuning, `unseen` only measured (docs/compliance.md)."""

from __future__ import annotations

from typing import Any

import pytest

from bench.complying import labelled, score
from service.compliance.rulebook import rulebook

# What was reached, rounded down: a change of patterns that loses more than a hair is seen here.
REACHED = {
    ("zh", "work"): (0.98, 0.98), ("zh", "more"): (0.98, 0.98), ("zh", "unseen"): (0.92, 0.90),
    ("ru", "work"): (0.98, 0.98), ("ru", "more"): (0.98, 0.98), ("ru", "third"): (0.94, 0.96),
    ("ru", "unseen"): (0.87, 0.87),
}  # fmt: skip


@pytest.mark.parametrize(("language", "half"), list(REACHED))
def test_precision_and_recall_stay_where_they_are(language: Any, half: str) -> None:
    whole, _, _ = score(language, half)
    precision, recall = REACHED[language, half]
    assert whole.precision >= precision
    assert whole.recall >= recall


@pytest.mark.parametrize("language", ["zh", "ru"])
def test_the_sets_are_large_and_do_not_overlap(language: Any) -> None:
    names = [half for own, half in REACHED if own == language]
    halves = {half: [text for text, _ in labelled(language, half)] for half in names}
    texts = [text for half in halves.values() for text in half]
    assert len(texts) == len(set(texts))
    assert len(halves["work"]) + len(halves["unseen"]) >= 300
    for half in halves:
        for _, rules in labelled(language, half):
            assert rules <= set(rulebook().rules)
        marked = {rule for _, rules in labelled(language, half) for rule in rules}
        assert len(marked) >= 18 or half == "third", "every rule that reads texts is asked"
