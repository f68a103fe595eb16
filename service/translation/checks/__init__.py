"""The checks of a translated pair: figures, terms, names, grammar, punctuation, markup, length and state, in under a millisecond.

`check` tells what is wrong, with a place, a remedy and, where there is one right answer, a repair; `apply` makes repairs. What a check
reads (units, measure words, idioms) is in catalogs/translation-checks.yaml. `ignoring` keeps which findings a person left, and why.
"""

from service.translation.checks.checking import CHECKS, check
from service.translation.checks.pair import (
    LEVELS,
    Fact,
    Finding,
    Fix,
    Level,
    Limit,
    Name,
    Pair,
    Side,
    TermCheck,
    TermFinding,
    apply,
    digest,
    facts_digest,
    pair_digest,
)

__all__ = [
    "CHECKS", "LEVELS", "Fact", "Finding", "Fix", "Level", "Limit", "Name", "Pair", "Side", "TermCheck", "TermFinding",
    "apply", "check", "digest", "facts_digest", "pair_digest",
]  # fmt: skip
