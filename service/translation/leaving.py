"""A reader leaves a finding of a draft with a reason, or takes notice of it again. Whoever does it must know the target language."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.people.audit import record
from service.people.caller import caller_of
from service.people.models import Person
from service.translation.checks.ignoring import heed, ignore, reasons
from service.translation.models import CheckIgnored, Draft
from service.translation.reviewing import demand_language, pair_of

__all__ = ["answers_for_both", "heed_finding", "leave_finding", "left_findings"]


def leave_finding(session: Session, draft: Draft, check: str, *, reason: str, text: str | None = None) -> CheckIgnored:
    """Leave the findings of one check in these very words: the draft's, or `text`.

    Raises `NotYourLanguage`, `NotIgnorable`, `NeedsReason`, `NotFound` for a check that does not exist.
    """
    demand_language(session, draft.locale)
    pair = pair_of(draft, draft.text if text is None else text.strip())
    row = ignore(session, pair, check, reason=reason, person=caller_of(session).name)
    record(session, "finding.left", draft.product.key, draft=draft.id, check=check, reason=row.reason)
    return row


def heed_finding(session: Session, draft: Draft, check: str, *, text: str | None = None) -> bool:
    """Take notice of a check again; False if it was not left. Raises `NotYourLanguage`."""
    demand_language(session, draft.locale)
    heeded = heed(session, pair_of(draft, draft.text if text is None else text.strip()), check)
    if heeded:
        record(session, "finding.heeded", draft.product.key, draft=draft.id, check=check)
    return heeded


def left_findings(session: Session, draft: Draft, text: str | None = None) -> list[CheckIgnored]:
    """What was left in these words, by whom and why."""
    return reasons(session, pair_of(draft, draft.text if text is None else text.strip()))


def answers_for_both(session: Session) -> bool:
    """Whether the caller may answer for a pair in both its languages; the command line is the operator's."""
    number = caller_of(session).person
    person = session.get(Person, number) if number is not None else None
    return number is None or (person is not None and {"zh", "ru"} <= set(person.languages))
