"""Tables of compliance: evidence, declared facts, kept checks with their findings, reviews before a broadcast, corrections on air.

Checks, findings, reviews and corrections are never changed and never removed (three years after the broadcast at least: order 117 art. 27,
28, 31): the database itself refuses it. Evidence is revoked, not removed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.database import Base, now
from service.people.reach import Own

__all__ = ["AirCorrection", "BroadcastReview", "ComplianceCheck", "DeclaredFact", "Evidence", "KeptFinding"]


class Evidence(Own, Base):
    """The paper behind a claim: what it is, where it can be seen, what of it it proves, and how long it holds.

    `rules` are the rules it answers; `skus` and `words` narrow it to goods and to the words of the claim (at least one of the two
    is there). `file` is the paper itself, if somebody uploaded it.
    """

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(160))
    source: Mapped[str] = mapped_column(String(200))
    locator: Mapped[str] = mapped_column(String(300))
    rules: Mapped[list[Any]]
    skus: Mapped[list[Any]]
    words: Mapped[list[Any]]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None] = mapped_column(index=True)
    note: Mapped[str] = mapped_column(String(500))
    reviewer: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
    file_name: Mapped[str | None] = mapped_column(String(120))
    file_type: Mapped[str | None] = mapped_column(String(80))
    file_digest: Mapped[str | None] = mapped_column(String(64))
    file: Mapped[bytes | None] = mapped_column(deferred=True)
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(String(80))
    revoked_why: Mapped[str | None] = mapped_column(String(200))


class DeclaredFact(Own, Base):
    """What people have told about a seller, a show or a SKU (`catalogs/rules/facts.yaml`). `of` and `key` name the subject."""

    __tablename__ = "declared_fact"
    __table_args__ = (UniqueConstraint("organisation_id", "of", "key", "field"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    of: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(60))
    field: Mapped[str] = mapped_column(String(40))
    value: Mapped[dict[str, Any]]  # {"is": …}: JSON keeps numbers, truth and text apart
    sample: Mapped[bool] = mapped_column(default=False)
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)


class ComplianceCheck(Own, Base):
    """One check of one version of something on one day, with which rules, by whom; its findings are kept beside it."""

    __tablename__ = "compliance_check"
    __table_args__ = (Index("ix_compliance_check_subject", "organisation_id", "kind", "key", "version"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # show, listing, product
    key: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    market: Mapped[str] = mapped_column(String(2))
    on_date: Mapped[date]
    rules: Mapped[str] = mapped_column(String(64))
    stops: Mapped[int]
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
    findings: Mapped[list[KeptFinding]] = relationship(back_populates="check", order_by="KeptFinding.position")


class KeptFinding(Own, Base):
    """One finding as it was at that check; `evidence_id` is what cleared it then, None: it was open."""

    __tablename__ = "compliance_finding"
    __table_args__ = (UniqueConstraint("check_id", "position"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey(ComplianceCheck.id))
    position: Mapped[int]
    rule: Mapped[str] = mapped_column(String(40))
    severity: Mapped[str] = mapped_column(String(5))
    market: Mapped[str] = mapped_column(String(2))
    place: Mapped[str] = mapped_column(String(120))
    language: Mapped[str | None] = mapped_column(String(2))
    start: Mapped[int]
    end: Mapped[int]
    before: Mapped[str] = mapped_column(String(40))
    excerpt: Mapped[str]
    after: Mapped[str] = mapped_column(String(40))
    sku: Mapped[str | None] = mapped_column(String(40))
    disguised: Mapped[bool]
    missing: Mapped[list[Any]]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey(Evidence.id))
    check: Mapped[ComplianceCheck] = relationship(back_populates="findings")


class BroadcastReview(Own, Base):
    """The named review before a broadcast (order 117 art. 30): what a person looked at, of which version, and found in order."""

    __tablename__ = "broadcast_review"
    __table_args__ = (Index("ix_broadcast_review_show", "organisation_id", "show", "version"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    show: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    reviewer: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
    content: Mapped[bool]
    narration: Mapped[bool]
    costume: Mapped[bool]
    set: Mapped[bool]
    props: Mapped[bool]
    note: Mapped[str] = mapped_column(String(500))


class AirCorrection(Own, Base):
    """A slip on air and how it was put right (order 117 art. 31): what was said wrongly, the correction in the words said."""

    __tablename__ = "air_correction"
    __table_args__ = (Index("ix_air_correction_show", "organisation_id", "show"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    show: Mapped[str] = mapped_column(String(60))
    line: Mapped[str | None] = mapped_column(String(120))
    wrong: Mapped[str] = mapped_column(String(500))
    zh: Mapped[str | None] = mapped_column(String(500))
    ru: Mapped[str | None] = mapped_column(String(500))
    said_at: Mapped[datetime]
    corrected_at: Mapped[datetime]
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
