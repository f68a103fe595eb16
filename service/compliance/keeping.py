"""Checks kept with their findings, so that anybody can see later what was found, open or cleared, by which evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.compliance.document import Finding, stopping
from service.compliance.entries import Market
from service.compliance.models import ComplianceCheck, KeptFinding
from service.compliance.rulebook import rulebook
from service.errors import NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of
from service.webhooks.telling import tell

__all__ = ["check_page", "find_check", "findings_of", "keep_check", "last_check"]


def keep_check(
    session: Session, findings: Sequence[Finding], *, kind: str, key: str, version: int, market: Market, on: date
) -> ComplianceCheck:  # fmt: skip
    """Keep a check as it came out; neither it nor its findings are ever changed."""
    kept = ComplianceCheck(
        kind=kind, key=key, version=version, market=market, on_date=on, rules=rulebook().digest,
        stops=len(stopping(findings)), person=caller_of(session).name[:80],
    )  # fmt: skip
    session.add(kept)
    session.flush()
    session.add_all(
        KeptFinding(
            check_id=kept.id, position=position, rule=one.rule, severity=one.severity, market=one.market, place=one.place[:120],
            language=one.language, start=one.start, end=one.end, before=one.before, excerpt=one.excerpt, after=one.after, sku=one.sku, disguised=one.disguised,
            missing=list(one.missing), evidence_id=one.proof,
        )
        for position, one in enumerate(findings)
    )  # fmt: skip
    session.flush()
    record(session, "compliance.checked", f"{kind} {key} v{version}"[:200], stops=kept.stops, findings=len(findings))
    tell(
        session,
        "compliance.checked",
        {"kind": kind, "key": key, "version": version, "check": kept.id, "stops": kept.stops},
    )
    return kept


def findings_of(kept: ComplianceCheck) -> list[Finding]:
    """The findings of a kept check."""
    return [
        Finding(
            one.rule, one.severity, one.market, one.place, one.language, one.start, one.end, one.excerpt, one.sku,  # type: ignore[arg-type]
            one.disguised, tuple(one.missing), one.evidence_id, one.before, one.after,
        )
        for one in kept.findings
    ]  # fmt: skip


def find_check(session: Session, number: int) -> ComplianceCheck:
    """A kept check with its findings; raises `NotFound`."""
    found = session.get(ComplianceCheck, number, options=[selectinload(ComplianceCheck.findings)])
    if found is None:
        raise NotFound(kind=Message(N_("The check")), name=str(number))
    return found


def last_check(session: Session, *, kind: str, key: str, version: int | None = None) -> ComplianceCheck | None:
    """The newest check of something, or of one version of it."""
    query = select(ComplianceCheck).where(ComplianceCheck.kind == kind, ComplianceCheck.key == key)
    if version is not None:
        query = query.where(ComplianceCheck.version == version)
    query = query.options(selectinload(ComplianceCheck.findings)).order_by(ComplianceCheck.id.desc())
    return session.scalar(query.limit(1))


def check_page(
    session: Session, *, after: str | None, limit: int, kind: str | None = None, key: str | None = None
) -> tuple[list[ComplianceCheck], str | None]:  # fmt: skip
    """A page of kept checks, the newest first. Raises `BadCursor`."""
    query = select(ComplianceCheck)
    if kind:
        query = query.where(ComplianceCheck.kind == kind)
    if key:
        query = query.where(ComplianceCheck.key == key)
    return page_of(session, query, by=[ComplianceCheck.id], after=after, limit=limit, newest_first=True)
