"""The term base as the checks of pairs and the machine's choice of drafts ask it, in their own forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.i18n import N_, Message
from service.translation.checks.pair import Level, Pair, Side
from service.translation.checks.pair import TermCheck as PairCheck
from service.translation.machine.guards import Finding
from service.translation.terms.checking import TermFinding, check_terms
from service.translation.terms.enforcing import term_check
from service.translation.terms.matching import TermSet

__all__ = ["AskedFinding", "for_checks", "for_machine"]


@dataclass(frozen=True)
class AskedFinding:
    """A finding of terms as `checks.pair.TermFinding` has it: `fix` replaces `start` to `end`, and stands only where it is sure."""

    check: str
    level: Level
    side: Side
    start: int
    end: int
    message: Message
    remedy: Message
    fix: str | None


def for_checks(terms: TermSet) -> PairCheck:
    """What `checks.check(pair, terms=…)` takes. Texts written by hand in both languages need not say the same word by word: what is

    missing there is a hint.
    """

    def check(pair: Pair) -> list[AskedFinding]:
        found = check_terms(
            terms, pair.text(pair.source), pair.text(pair.target), source_locale=pair.source, target_locale=pair.target
        )  # fmt: skip
        return [_asked(one, pair) for one in found]

    return check


def _asked(one: TermFinding, pair: Pair) -> AskedFinding:
    side = pair.source if one.side == "source" else pair.target
    level: Level = "info" if one.check == "term.required" and pair.origin == "authored" else one.level
    if one.fix is None or not one.fix.sure:
        return AskedFinding(one.check, level, side, one.start, one.end, one.message, one.remedy, None)
    return AskedFinding(one.check, level, side, one.fix.start, one.fix.end, one.message, one.remedy, one.fix.text)


def for_machine(terms: TermSet, *, source_locale: str, target_locale: str) -> Callable[[str, str], Sequence[Finding]]:
    """What `machine.translate(…, term_check=…)` takes: one finding for each concept a draft lacks, none of them grave."""
    missing = term_check(terms, source_locale=source_locale, target_locale=target_locale)

    def check(source: str, text: str) -> list[Finding]:
        found = []
        for key in sorted(missing(source, text)):
            said, wanted = terms[key].preferred(source_locale), terms[key].preferred(target_locale)
            facts = {"term": said.text if said else key, "wanted": wanted.text if wanted else key}
            message = Message(N_("“{term}” is to be rendered as “{wanted}”."), facts)
            found.append(Finding("term.required", message, grave=False))
        return found

    return check
