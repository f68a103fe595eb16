"""Findings somebody decided to leave: who, why, and for which very words. A change of either text brings the finding back."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.people.reach import organisation_of
from service.translation.checks.checking import CHECKS
from service.translation.checks.pair import Pair, pair_digest
from service.translation.models import CheckIgnored

__all__ = ["BINDING", "NeedsReason", "NotIgnorable", "heed", "ignore", "ignored", "reasons"]

BINDING = frozenset(
    {"ph.missing", "ph.extra", "ph.syntax", "price.bound", "len.max", "ai.unreviewed", "stale.source", "stale.fact"}
)
"""Checks no reason outweighs: a wrong price, a lost placeholder, a text nobody has read or that a channel refuses."""
_SHORTEST = 5
_LONGEST = 500


class NotIgnorable(DomainError):
    """The check blocks publication; it is mended, not ignored."""

    status = 409
    title = N_("The check {check} cannot be ignored.")
    remedy = N_("Mend the text, or have it reviewed.")


class NeedsReason(DomainError):
    """Ignoring without saying why."""

    title = N_("A finding is ignored only with a reason of {least} to {most} signs and a name.")
    remedy = N_("Say in a sentence why the text is right as it is.")


def ignore(session: Session, pair: Pair, check: str, *, reason: str, person: str) -> CheckIgnored:
    """Leave the findings of one check in these very words. A new reason for the same words replaces the old one.

    Raises `NotIgnorable`, `NeedsReason`, `NotFound` for a check that does not exist.
    """
    reason, person = " ".join(reason.split()), person.strip()
    if check not in CHECKS and not check.startswith("term."):
        raise NotFound(kind=Message(N_("The check")), name=check, known=sorted(CHECKS))
    if check in BINDING:
        raise NotIgnorable(check=check)
    if not _SHORTEST <= len(reason) <= _LONGEST or not person:
        raise NeedsReason(least=_SHORTEST, most=_LONGEST)
    heed(session, pair, check)
    row = CheckIgnored(
        organisation_id=organisation_of(session), pair_digest=pair_digest(pair), check_id=check[:40], reason=reason,
        person=person[:80],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def heed(session: Session, pair: Pair, check: str) -> bool:
    """Take notice of a check again. False if it was not ignored."""
    known = delete(CheckIgnored).where(
        CheckIgnored.organisation_id == organisation_of(session), CheckIgnored.pair_digest == pair_digest(pair), CheckIgnored.check_id == check
    )  # fmt: skip
    return bool(session.execute(known).rowcount)  # type: ignore[attr-defined]


def ignored(session: Session, pair: Pair) -> frozenset[str]:
    """Ids of the checks ignored for these words, for `check(pair, ignored=…)`."""
    return frozenset(row.check_id for row in reasons(session, pair))


def reasons(session: Session, pair: Pair) -> list[CheckIgnored]:
    """Who left what for which reason in these words, in the order it was done."""
    asked = select(CheckIgnored).where(
        CheckIgnored.organisation_id == organisation_of(session), CheckIgnored.pair_digest == pair_digest(pair)
    ).order_by(CheckIgnored.id)  # fmt: skip
    return list(session.scalars(asked))
