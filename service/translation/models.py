"""Tables of translation: reviewed pairs, agreed words, drafts that wait for a person, and what was said about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.catalog.models import Product
from service.database import Base, now
from service.people.reach import Own, Shared

__all__ = ["CheckIgnored", "Concept", "Draft", "DraftComment", "MemoryUnit", "Term"]


class MemoryUnit(Shared, Base):
    """A sentence or text and its counterpart. `source` is the language it was written in first. Words never change: a unit is retired.

    The four numbers are digests (64 bits, signed) of the normalised text and of its skeleton, where numbers, prices, weights and dates are
    masked: `translation.memory.normal` makes them. `family`, `field`, `channel` are where it stands; `before` and `after` the digests of the
    neighbouring sentences of the source. `origin`: authored, edited, machine, imported.
    """

    __tablename__ = "memory_unit"
    __table_args__ = (
        CheckConstraint("source IN ('zh', 'ru')", name="source"),
        Index("ix_memory_unit_zh_exact", "organisation_id", "zh_exact"),
        Index("ix_memory_unit_ru_exact", "organisation_id", "ru_exact"),
        Index("ix_memory_unit_zh_skeleton", "organisation_id", "zh_skeleton"),
        Index("ix_memory_unit_ru_skeleton", "organisation_id", "ru_skeleton"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(2))
    zh: Mapped[str]
    ru: Mapped[str]
    zh_exact: Mapped[int] = mapped_column(BigInteger)
    ru_exact: Mapped[int] = mapped_column(BigInteger)
    zh_skeleton: Mapped[int] = mapped_column(BigInteger)
    ru_skeleton: Mapped[int] = mapped_column(BigInteger)
    family: Mapped[str | None] = mapped_column(String(40))
    field: Mapped[str | None] = mapped_column(String(60))
    channel: Mapped[str | None] = mapped_column(String(40))
    before: Mapped[int | None] = mapped_column(BigInteger)
    after: Mapped[int | None] = mapped_column(BigInteger)
    origin: Mapped[str] = mapped_column(String(10))
    reviewed: Mapped[bool]
    reviewer: Mapped[str | None] = mapped_column(String(80))
    reviewed_at: Mapped[datetime | None]
    file: Mapped[str | None] = mapped_column(String(120))
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
    used: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class Concept(Shared, Base):
    """What a term means, in which domain and market it holds, from when to when. `verified`: somebody has compared it with its source."""

    __tablename__ = "term_concept"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    domain: Mapped[str] = mapped_column(String(40))
    market: Mapped[str | None] = mapped_column(String(2))
    definition_zh: Mapped[str | None]
    definition_ru: Mapped[str | None]
    note: Mapped[str | None]
    source: Mapped[str] = mapped_column(String(200))
    verified: Mapped[bool]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    person: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime] = mapped_column(default=now)

    __mapper_args__ = {"version_id_col": version}
    terms: Mapped[list[Term]] = relationship(
        back_populates="concept", cascade="all, delete-orphan", order_by="Term.position"
    )


class Term(Shared, Base):
    """One wording of a concept. `status`: preferred, admitted, deprecated, forbidden, candidate.

    `lemmas` is what it is found by (`translation.terms.matching`). `card`: gender, animacy, number and the six cases of both numbers, as far
    as somebody has confirmed them; `measures` the Chinese measure words that go with it.
    """

    __tablename__ = "term"
    __table_args__ = (
        CheckConstraint("locale IN ('zh', 'ru', 'en')", name="locale"),
        UniqueConstraint("concept_id", "locale", "text"),
        Index("ix_term_lemmas", "locale", "lemmas"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    concept_id: Mapped[int] = mapped_column(ForeignKey("term_concept.id", ondelete="CASCADE"))
    position: Mapped[int]
    locale: Mapped[str] = mapped_column(String(2))
    text: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(10))
    lemmas: Mapped[str] = mapped_column(String(300))
    card: Mapped[dict[str, Any]]
    measures: Mapped[list[Any]]
    pinyin: Mapped[str | None] = mapped_column(String(300))
    stress: Mapped[str | None] = mapped_column(String(300))
    note: Mapped[str | None]
    concept: Mapped[Concept] = relationship(back_populates="terms")


class Draft(Own, Base):
    """A text nobody has reviewed yet, for one field of a card, and what became of it.

    `origin`: memory, terms, machine, or mixed where its sentences differ; `score` the lowest of its sentences (101 … 60; None: machine),
    `engine` which engine and models (route, versions, beam). `sentences` tells of each sentence its source, text, origin, score and route.
    `source_digest` names the source text it was made from. `state`: waiting, accepted, edited, refused, withdrawn. `distance`: how far the
    person's text is from the draft, in thousandths of the longer of both.
    """

    __tablename__ = "translation_draft"
    __table_args__ = (
        Index("ix_translation_draft_queue", "organisation_id", "state", "locale", "due_on", "id"),
        Index("ix_translation_draft_product", "product_id", "locale", "field"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    locale: Mapped[str] = mapped_column(String(2))
    field: Mapped[str] = mapped_column(String(60))
    source_locale: Mapped[str] = mapped_column(String(2))
    source_text: Mapped[str]
    source_digest: Mapped[str] = mapped_column(String(64))
    text: Mapped[str]
    origin: Mapped[str] = mapped_column(String(10))
    score: Mapped[int | None]
    engine: Mapped[str | None] = mapped_column(String(300))
    sentences: Mapped[list[Any]]
    findings: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    due_on: Mapped[date | None]
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    seconds: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    final: Mapped[str | None]
    distance: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    product: Mapped[Product] = relationship()
    comments: Mapped[list[DraftComment]] = relationship(cascade="all, delete-orphan", order_by="DraftComment.id")


class DraftComment(Own, Base):
    """What somebody says about a draft."""

    __tablename__ = "translation_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("translation_draft.id", ondelete="CASCADE"), index=True)
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
    text: Mapped[str] = mapped_column(String(1000))


class CheckIgnored(Own, Base):
    """A finding somebody has decided to leave, with the reason. It holds for these very words (`pair_digest`) only."""

    __tablename__ = "check_ignored"
    __table_args__ = (UniqueConstraint("organisation_id", "pair_digest", "check_id"),)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    pair_digest: Mapped[str] = mapped_column(String(64))
    check_id: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(500))
    person: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
