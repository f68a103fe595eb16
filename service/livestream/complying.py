"""Scripts before the checker: what is said with the facts behind it, and what keeps a script from going further."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.compliance.checking import check
from service.compliance.declaring import declared
from service.compliance.document import Document, Finding, Line, stopping
from service.compliance.entries import Market
from service.compliance.evidence import proofs_on
from service.compliance.facts import ShowFacts
from service.compliance.gathering import item_facts, seller_facts
from service.compliance.keeping import keep_check
from service.compliance.models import ComplianceCheck
from service.compliance.reviewing import REVIEWED, correction_count, review_of, unreviewed
from service.database import now
from service.errors import DomainError
from service.i18n import N_, Locale, Message
from service.livestream.brief import Brief
from service.livestream.models import StoredScript
from service.livestream.script import Script

__all__ = [
    "FindingsOpen",
    "NotReviewed",
    "check_script",
    "check_stored",
    "demand_clear",
    "demand_review",
    "keep_check_of",
    "lines_of",
]

_ALCOHOL, _TOBACCO = ("2203", "2204", "2205", "2206", "2207", "2208"), ("24",)


class FindingsOpen(DomainError):
    """A script with open findings that must not be said."""

    status = 409
    title = N_("Version {version} cannot be ready: open findings {count} ({rules}).")
    remedy = N_(
        "Change the lines, tell the missing facts, or keep evidence for the claims; the check of this version lists each with its place."
    )

    def __init__(self, version: int, findings: Sequence[Finding]) -> None:
        self.findings = findings
        super().__init__(version=version, count=len(findings), rules=sorted({one.rule for one in findings}))

    def more(self, locale: Locale) -> dict[str, Any]:
        """Where they are, for programs."""
        shown = [
            {"rule": one.rule, "severity": one.severity, "place": one.place, "excerpt": one.excerpt}
            for one in self.findings
        ]
        return {"findings": shown}


class NotReviewed(DomainError):
    """A script nobody has reviewed before the broadcast."""

    status = 409
    title = N_("Version {version} has not been reviewed before the broadcast: {missing}.")
    remedy = N_("A named person looks at all five points and records the review, then the state can change.")


def lines_of(script: Script) -> tuple[Line, ...]:
    """The lines of a script as the checker reads them, each with the SKU its block is about."""
    return tuple(
        Line(
            line.key, {language: one.text for language, one in line.said.items()},
            None if block.item is None else script.skus[block.item],
        )
        for block, line in script.lines()
    )  # fmt: skip


def show_day(session: Session, key: str | None) -> date:
    """The day a show goes out as told (`show.starts_at`), else today by the clock of Heihe."""
    told = declared(session, "show", [key])[key].get("starts_at") if key else None
    return date.fromisoformat(told) if told else now().astimezone(ZoneInfo("Asia/Shanghai")).date()


def check_script(
    session: Session, script: Script, brief: Brief, *, show: str | None = None, version: int | None = None, on: date | None = None
) -> list[Finding]:  # fmt: skip
    """The findings of a script with the facts of its show as they are now. `show`: under which key it is kept, if it is."""
    day = on or show_day(session, show)
    market = cast("Market", brief.market)
    gifts = {item.goods.sku: (item.gift.zh_noun, item.gift.quantity) for item in brief.items if item.gift}
    items = item_facts(session, script.skus, market=market, on=day, show=show, gifts=gifts)
    review = review_of(session, show, version) if show and version else None
    facts = ShowFacts(
        market=market, languages=tuple(brief.languages), minutes=brief.minutes,
        food=any(one.food for one in items.values()),
        alcohol=any(one.hs.startswith(_ALCOHOL) or one.alcohol >= 1 for one in items.values()),
        tobacco=any(one.hs.startswith(_TOBACCO) for one in items.values()),
        reviewed=review is not None and not unreviewed(review), review_missing=tuple(unreviewed(review)),
        corrections=correction_count(session, show) if show else 0,
        declared=declared(session, "show", [show])[show] if show else {},
    )  # fmt: skip
    document = Document(
        lines=lines_of(script), scope="show" if show else "script", items=items, show=facts if show else None,
        seller=seller_facts(session) if show else None,
    )  # fmt: skip
    return check(document, market=market, on_date=day, proofs=proofs_on(session, day))


def check_stored(
    session: Session, stored: StoredScript, script: Script, brief: Brief, *, on: date | None = None
) -> list[Finding]:  # fmt: skip
    """The findings of a kept version of a show's script; by default on the show's own day."""
    return check_script(session, script, brief, show=stored.show.key, version=stored.version, on=on)


def keep_check_of(session: Session, stored: StoredScript, findings: list[Finding]) -> ComplianceCheck:
    """Keep the check of a version."""
    show = stored.show
    return keep_check(
        session, findings, kind="show", key=show.key, version=stored.version, market=cast("Market", show.market),
        on=show_day(session, show.key),
    )  # fmt: skip


def demand_review(session: Session, stored: StoredScript) -> None:
    """Raises `NotReviewed` unless a named person has found everything in order in this version."""
    if missing := unreviewed(review_of(session, stored.show.key, stored.version)):
        raise NotReviewed(version=stored.version, missing=[Message(REVIEWED[name]) for name in missing])


def demand_clear(stored: StoredScript, findings: Iterable[Finding]) -> None:
    """Raises `FindingsOpen` while anything of severity block or error is open."""
    if open_ := stopping(findings):
        raise FindingsOpen(stored.version, open_)
