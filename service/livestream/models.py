"""Tables of shows and their scripts: versions, blocks, lines, and the steps a script went through."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.catalog.models import Sku
from service.database import Base, now
from service.people.reach import Own

__all__ = ["STATES", "Show", "ShowItem", "StoredBlock", "StoredLine", "StoredScript", "StoredStep"]

STATES = ("draft", "checked", "reviewed", "ready", "aired")


class Show(Own, Base):
    """One planned livestream. Languages are in speaking order; texts of host and preview are zh / ru pairs."""

    __tablename__ = "show"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    name: Mapped[dict[str, Any]]
    pattern: Mapped[str] = mapped_column(String(40))
    minutes: Mapped[int]
    languages: Mapped[list[Any]]
    market: Mapped[str] = mapped_column(String(2))
    seed: Mapped[int]
    place: Mapped[str | None] = mapped_column(String(40))
    host: Mapped[dict[str, Any] | None]
    cohost: Mapped[dict[str, Any] | None]
    preview: Mapped[dict[str, Any] | None]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(default=now)
    __mapper_args__ = {"version_id_col": revision, "version_id_generator": False}
    items: Mapped[list[ShowItem]] = relationship(
        back_populates="show", cascade="all, delete-orphan", order_by="ShowItem.position"
    )
    scripts: Mapped[list[StoredScript]] = relationship(
        back_populates="show", cascade="all, delete-orphan", order_by="StoredScript.version"
    )


class ShowItem(Own, Base):
    """One SKU in a show, in order. `most` is the limit per buyer in packs."""

    __tablename__ = "show_item"
    __table_args__ = (UniqueConstraint("show_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id", ondelete="CASCADE"))
    position: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey(Sku.id))
    role: Mapped[str] = mapped_column(String(10))
    link: Mapped[int]
    most: Mapped[int | None]
    gift: Mapped[dict[str, Any] | None]
    show: Mapped[Show] = relationship(back_populates="items")
    sku: Mapped[Sku] = relationship()


class StoredScript(Own, Base):
    """One version of what is said. `plan` is the show as it was then, `fingerprint` names everything composed from; seconds."""

    __tablename__ = "script"
    __table_args__ = (UniqueConstraint("show_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("show.id", ondelete="CASCADE"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="draft")
    fingerprint: Mapped[str] = mapped_column(String(64))
    plan: Mapped[dict[str, Any]]
    languages: Mapped[list[Any]]
    target: Mapped[float]
    seconds: Mapped[float]
    gap: Mapped[float]
    left_out: Mapped[list[Any]]
    to_check: Mapped[list[Any]]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(default=now)
    __mapper_args__ = {"version_id_col": revision, "version_id_generator": False}
    show: Mapped[Show] = relationship(back_populates="scripts")
    blocks: Mapped[list[StoredBlock]] = relationship(
        back_populates="script", cascade="all, delete-orphan", order_by="StoredBlock.position"
    )
    steps: Mapped[list[StoredStep]] = relationship(
        back_populates="script", cascade="all, delete-orphan", order_by="StoredStep.id"
    )


class StoredStep(Own, Base):
    """A script changed its state: to what, when, by whom, why."""

    __tablename__ = "script_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    script_id: Mapped[int] = mapped_column(ForeignKey("script.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(default=now)
    person: Mapped[str] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(String(200))
    script: Mapped[StoredScript] = relationship(back_populates="steps")


class StoredBlock(Own, Base):
    """A stretch of lines about one item of the show, or about none."""

    __tablename__ = "script_block"
    __table_args__ = (UniqueConstraint("script_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    script_id: Mapped[int] = mapped_column(ForeignKey("script.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(60))
    segment: Mapped[str] = mapped_column(String(40))
    name: Mapped[dict[str, Any]]
    item: Mapped[int | None]
    start: Mapped[float]
    seconds: Mapped[float]
    script: Mapped[StoredScript] = relationship(back_populates="blocks")
    lines: Mapped[list[StoredLine]] = relationship(
        back_populates="block", cascade="all, delete-orphan", order_by="StoredLine.position"
    )


class StoredLine(Own, Base):
    """One zh / ru pair (`said`: per language text, spoken, seconds) with its variant, facts, times and marks."""

    __tablename__ = "script_line"
    __table_args__ = (UniqueConstraint("block_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("script_block.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(100), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    slot: Mapped[str] = mapped_column(String(20))
    variant: Mapped[str] = mapped_column(String(80))
    said: Mapped[dict[str, Any]]
    facts: Mapped[list[Any]]
    picks: Mapped[dict[str, Any]]
    hold_min: Mapped[int]
    hold_max: Mapped[int]
    hold: Mapped[float]
    start: Mapped[float]
    seconds: Mapped[float]
    cue: Mapped[dict[str, Any] | None]
    operator: Mapped[dict[str, Any] | None]
    optional: Mapped[bool]
    locked: Mapped[bool]
    edited: Mapped[bool]
    tried: Mapped[list[Any]]
    block: Mapped[StoredBlock] = relationship(back_populates="lines")
