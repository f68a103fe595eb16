"""The term base as the checks ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from service.i18n import Message
from service.translation.checks.pair import Level, Pair, Side
from service.translation.terms.checking import check_terms
from service.translation.terms.matching import TermSet

__all__ = ["Asked", "term_checker"]


@dataclass(frozen=True)
class Asked:
    """What the term base finds, told by language."""

    check: str
    level: Level
    side: Side
    start: int
    end: int
    message: Message
    remedy: Message
    fix: str | None


def term_checker(terms: TermSet) -> Callable[[Pair], Iterable[Asked]]:
    """A check of pairs against these terms."""

    def asked(pair: Pair) -> Iterable[Asked]:
        source, target = pair.source, pair.target
        found = check_terms(terms, pair.text(source), pair.text(target), source_locale=source, target_locale=target)
        for one in found:
            side = source if one.side == "source" else target
            sure = one.fix is not None and one.fix.sure and (one.fix.start, one.fix.end) == (one.start, one.end)
            fix = one.fix.text if sure and one.fix is not None else None
            yield Asked(one.check, one.level, side, one.start, one.end, one.message, one.remedy, fix)

    return asked
