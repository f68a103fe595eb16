"""Evidence: kept with what it proves, read as proofs, revoked but never removed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.catalog.brands.licensing import EndsBeforeItBegins
from service.catalog.files import SkuCode
from service.catalog.listing import skus_by_code
from service.compliance.document import Proof
from service.compliance.entries import EvidenceType
from service.compliance.models import Evidence
from service.compliance.rulebook import find_rule
from service.database import now
from service.errors import DomainError, NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of
from service.webhooks.telling import tell

__all__ = [
    "EvidenceGiven", "FileTooLarge", "NotAccepted", "NotYourRole", "PaperThere", "TooBroad", "WrongFile", "attach_paper", "evidence_page",
    "find_evidence", "keep_evidence", "paper_of", "proofs_on", "revoke_evidence",
]  # fmt: skip

MOST_BYTES = 10 * 2**20
_SIGNATURES = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class NotAccepted(DomainError):
    """A kind of evidence that does not answer a rule."""

    title = N_("Evidence of the kind “{type}” does not clear the rule {rule}.")
    remedy = N_("The rule accepts: {accepted}.")


class NotYourRole(DomainError):
    """Somebody whose role may not clear a rule."""

    status = 403
    title = N_("Your role may not clear the rule {rule}.")
    remedy = N_("It may be cleared by: {roles}.")


class TooBroad(DomainError):
    """Evidence that names neither goods nor words."""

    title = N_("The evidence says neither of which SKUs nor of which words it speaks.")
    remedy = N_("Name the SKUs, or the very words of the claim it proves.")


class WrongFile(DomainError):
    """A file that is no paper people can look at."""

    title = N_("“{name}” is neither a PDF nor a PNG or JPEG picture.")
    remedy = N_("Scan or export the paper as PDF, PNG or JPEG.")


class PaperThere(DomainError):
    """Evidence whose paper is attached already: it is not replaced, for others may have relied on it."""

    status = 409
    title = N_("The evidence “{title}” has its paper already.")
    remedy = N_("Revoke it and keep new evidence with the new paper.")


class FileTooLarge(DomainError):
    """A file beyond what is kept."""

    title = N_("“{name}” is larger than {most} MB.")
    remedy = N_("Scan it again in lower resolution, or give the address where it lies.")


class EvidenceGiven(BaseModel):
    """Evidence as people give it. `valid_to` is the last day on which it holds."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "type": "survey", "title": "样例调查 2026 / Опрос (образец)", "source": "样例机构 / организация (образец)",
                "locator": "https://example.org/survey-2026, 表3", "rules": ["CN-QUOTE"], "skus": ["RU-ALENKA-90"],
                "words": [], "valid_from": "2026-01-01", "valid_to": "2026-12-31",
            }
        },
    )  # fmt: skip
    type: EvidenceType
    title: str = Field(min_length=1, max_length=160)
    source: str = Field(min_length=1, max_length=200, description="Who made or issued it.")
    locator: str = Field(
        min_length=1, max_length=300, description="Where in it, or at which address, the claim stands."
    )
    rules: list[str] = Field(min_length=1, max_length=20)
    skus: list[SkuCode] = Field([], max_length=500)
    words: list[Words] = Field([], max_length=50)
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = Field("", max_length=500)


def keep_evidence(
    session: Session, given: EvidenceGiven, *, file: tuple[str, bytes] | None = None
) -> Evidence:  # fmt: skip
    """Keep evidence, reviewed by the caller. `file`: name and content of the paper itself.

    Raises `NotFound` (rule), `NotAccepted`, `NotYourRole`, `TooBroad`, `EndsBeforeItBegins`, `WrongFile`, `FileTooLarge`.
    """
    caller = caller_of(session)
    for name in given.rules:
        rule = find_rule(name).entry
        if given.type not in rule.clear.evidence:
            raise NotAccepted(type=given.type, rule=name, accepted=rule.clear.evidence or "—")
        if not caller.everything and not caller.roles & set(rule.clear.by):
            raise NotYourRole(rule=name, roles=rule.clear.by)
    if not given.skus and not given.words:
        raise TooBroad()
    if unknown := sorted(set(given.skus) - set(skus_by_code(session, given.skus))):
        raise NotFound(kind=Message(N_("The SKU")), name=unknown[0])
    if given.valid_from and given.valid_to and given.valid_to < given.valid_from:
        raise EndsBeforeItBegins(to=given.valid_to.isoformat(), from_=given.valid_from.isoformat())
    kept = Evidence(**given.model_dump(), reviewer=caller.name[:80])
    if file:
        kept.file_name, kept.file_type, kept.file_digest, kept.file = _paper(*file)
    session.add(kept)
    session.flush()
    record(session, "evidence.kept", f"{kept.id} {given.title}"[:200], rules=given.rules, type=given.type)
    tell(session, "evidence.kept", {"evidence": kept.id, "rules": given.rules})
    return kept


def _paper(name: str, content: bytes) -> tuple[str, str, str, bytes]:
    bare = name.replace("\\", "/").rsplit("/", 1)[-1][-120:] or "—"
    if len(content) > MOST_BYTES:
        raise FileTooLarge(name=bare, most=MOST_BYTES // 2**20)
    media = next((kind for start, kind in _SIGNATURES.items() if content.startswith(start)), None)
    if media is None:
        raise WrongFile(name=bare)
    return bare, media, hashlib.sha256(content).hexdigest(), content


def find_evidence(session: Session, number: int) -> Evidence:
    """One piece of evidence; raises `NotFound`."""
    found = session.get(Evidence, number)
    if found is None:
        raise NotFound(kind=Message(N_("The evidence")), name=str(number))
    return found


def attach_paper(session: Session, number: int, *, name: str, content: bytes) -> Evidence:
    """Attach the paper itself to evidence that has none yet. Raises `NotFound`, `PaperThere`, `WrongFile`, `FileTooLarge`."""
    kept = find_evidence(session, number)
    if kept.file_digest is not None:
        raise PaperThere(title=kept.title)
    kept.file_name, kept.file_type, kept.file_digest, kept.file = _paper(name, content)
    session.flush()
    record(session, "evidence.paper", f"{kept.id} {kept.title}"[:200], digest=kept.file_digest)
    return kept


def paper_of(session: Session, number: int) -> tuple[bytes, str]:
    """The paper itself and its media type; raises `NotFound`."""
    kept = find_evidence(session, number)
    if kept.file is None or kept.file_type is None:
        raise NotFound(kind=Message(N_("The paper of the evidence")), name=str(number))
    return kept.file, kept.file_type


def revoke_evidence(session: Session, number: int, *, why: str) -> Evidence:
    """Take it out of force from now on; what it cleared is open again. Raises `NotFound`."""
    kept = find_evidence(session, number)
    if kept.revoked_at is None:
        kept.revoked_at, kept.revoked_by, kept.revoked_why = now(), caller_of(session).name[:80], why
        session.flush()
        record(session, "evidence.revoked", f"{kept.id} {kept.title}"[:200], why=why)
        tell(session, "evidence.revoked", {"evidence": kept.id, "rules": kept.rules})
    return kept


def evidence_page(
    session: Session, *, after: str | None, limit: int, in_force_on: date | None = None, ends_within: int | None = None
) -> tuple[list[Evidence], str | None]:  # fmt: skip
    """A page of evidence, the newest first; only what holds on a day, or ends within so many days of it. Raises `BadCursor`."""
    query = select(Evidence)
    if in_force_on is not None:
        query = query.where(
            Evidence.revoked_at.is_(None),
            or_(Evidence.valid_from.is_(None), Evidence.valid_from <= in_force_on),
            or_(Evidence.valid_to.is_(None), Evidence.valid_to >= in_force_on),
        )
        if ends_within is not None:
            query = query.where(Evidence.valid_to <= in_force_on + timedelta(days=ends_within))
    return page_of(session, query, by=[Evidence.id], after=after, limit=limit, newest_first=True)


def proofs_on(session: Session, on: date, *, rules: Iterable[str] | None = None) -> list[Proof]:
    """All evidence in force on a day, as the checker weighs it."""
    query = select(Evidence).where(
        Evidence.revoked_at.is_(None),
        or_(Evidence.valid_from.is_(None), Evidence.valid_from <= on),
        or_(Evidence.valid_to.is_(None), Evidence.valid_to >= on),
    )
    wanted = None if rules is None else set(rules)
    return [
        Proof(
            one.id, one.type, frozenset(one.rules), frozenset(one.skus), tuple(one.words), one.valid_from, one.valid_to  # type: ignore[arg-type]
        )
        for one in session.scalars(query.order_by(Evidence.id)) if wanted is None or wanted & set(one.rules)
    ]  # fmt: skip
