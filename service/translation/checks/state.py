"""The state of a pair: unreviewed machine text, a source or facts that changed after approval, plural forms, the same target elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.i18n import N_, Message
from service.translation.checks.pair import Finding, Pair, Side, digest, facts_digest
from service.translation.checks.reading.prose import Prose

__all__ = ["MADE", "PLURALS", "plurals", "reused", "stale", "unreviewed"]

MADE = frozenset({"memory", "terms", "machine", "mixed"})
"""Origins no person stands behind until one has reviewed the text."""
PLURALS: dict[Side, tuple[str, ...]] = {"zh": ("other",), "ru": ("one", "few", "many", "other")}
"""CLDR's categories; «other» is Russian for fractions (1,5 штуки)."""


def _whole(pair: Pair) -> tuple[Side, int, int]:
    return pair.target, 0, len(pair.text(pair.target))


def unreviewed(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """ai.unreviewed: nobody has read what a machine or the memory made."""
    if pair.origin in MADE and not pair.reviewed:
        what = Message(N_("Nobody has reviewed this text."))
        remedy = Message(N_("Review it: accept, edit or refuse it in the queue."))
        yield Finding("ai.unreviewed", "block", *_whole(pair), what, remedy)


def stale(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """stale.source, stale.fact: what the text was approved with is not what stands there now."""
    remedy = Message(N_("Compare the text with what changed and approve it anew."))
    if pair.approved_source is not None and pair.approved_source != digest(pair.text(pair.source)):
        what = Message(N_("The source changed after this text was approved."))
        yield Finding("stale.source", "error", *_whole(pair), what, remedy)
    if pair.approved_facts is not None and pair.approved_facts != facts_digest(pair.facts):
        what = Message(N_("Values bound to this text changed after it was approved."))
        yield Finding("stale.fact", "error", *_whole(pair), what, remedy)


_ICU = re.compile(r"\{\s*\w+\s*,\s*plural\s*,")
_BRANCH = re.compile(r"(?:^|[\s}])(zero|one|two|few|many|other|=\d+)\s*\{")


def plurals(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """plural.missing: a counted text without one of the forms its language has."""
    for prose in (zh, ru):
        given = set(pair.plurals.get(prose.side, ()))
        start, end = 0, len(prose.text)
        if not given:
            head = _ICU.search(prose.text) if "plural" in prose.text else None
            if head is None:
                continue
            start, given = head.start(), set(_BRANCH.findall(prose.text[head.end() :]))
        missing = [one for one in PLURALS[prose.side] if one not in given]
        if missing:
            what = Message(N_("Forms for counting are missing: {missing}."), {"missing": ", ".join(missing)})
            remedy = Message(
                N_("Give every form: one (21 коробка), few (2 коробки), many (5 коробок), other (1,5 коробки).")
            )
            yield Finding("plural.missing", "error", prose.side, start, end, what, remedy)


def reused(pair: Pair, zh: Prose, ru: Prose) -> Iterator[Finding]:
    """reuse.diff_source: another source has the very same translation."""
    if pair.elsewhere is None or not pair.text(pair.target).strip():
        return
    other = pair.elsewhere(pair)
    if other is not None and other.strip() != pair.text(pair.source).strip():
        what = Message(N_("“{other}” has the same translation."), {"other": other[:80]})
        remedy = Message(N_("Look whether the difference should be heard."))
        yield Finding("reuse.diff_source", "info", *_whole(pair), what, remedy)
