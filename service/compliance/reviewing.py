"""The named review before a broadcast and the corrections on air (直播电商监督管理办法 art. 30 and 31), kept with their times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.compliance.models import AirCorrection, BroadcastReview
from service.database import now
from service.errors import DomainError
from service.i18n import N_
from service.people.audit import record
from service.people.caller import caller_of

__all__ = [
    "REVIEWED",
    "CorrectionGiven",
    "NotYetSaid",
    "NothingSaid",
    "ReviewGiven",
    "correct_on_air",
    "corrections_of",
    "review_broadcast",
    "review_of",
    "reviews_of",
    "unreviewed",
]  # fmt: skip

REVIEWED: dict[str, str] = {
    "content": N_("what is said about goods, prices and gifts"),
    "narration": N_("tone and wording of the hosts"),
    "costume": N_("clothes and badges"),
    "set": N_("background, screens and labels in the frame"),
    "props": N_("samples, packs and props"),
}
"""What a reviewer looks at before a broadcast, by the names of order 117 art. 30."""

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class NothingSaid(DomainError):
    """A correction without the words it was made with."""

    title = N_("The correction has no words in any language.")
    remedy = N_("Write what was said: “更正一下……” or «Поправлюсь: …».")


class NotYetSaid(DomainError):
    """Times that cannot be: corrected before it was said, or in the future."""

    title = N_("The times of this correction cannot be.")
    remedy = N_("The slip comes first, the correction after it, neither lies in the future.")


class ReviewGiven(BaseModel):
    """What the reviewer found in order; what is false still has to be put right."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"content": True, "narration": True, "costume": True, "set": True, "props": True, "note": "价格牌已换"}},
    )  # fmt: skip
    content: bool
    narration: bool
    costume: bool
    set: bool
    props: bool
    note: str = Field("", max_length=500)


class CorrectionGiven(BaseModel):
    """A slip and its correction. `said_at` and `corrected_at` default to the present moment."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"wrong": "净含量说成了一公斤", "zh": "更正一下，一罐是五百克。", "ru": "Поправлюсь: в банке пятьсот граммов."}
        },
    )  # fmt: skip
    wrong: Said
    zh: Said | None = None
    ru: Said | None = None
    line: Annotated[str, StringConstraints(max_length=120)] | None = None
    said_at: datetime | None = None
    corrected_at: datetime | None = None


def review_broadcast(session: Session, *, show: str, version: int, given: ReviewGiven) -> BroadcastReview:
    """Keep the caller's review of one version of a show's script."""
    kept = BroadcastReview(show=show, version=version, reviewer=caller_of(session).name[:80], **given.model_dump())
    session.add(kept)
    session.flush()
    record(session, "show.reviewed", f"{show} v{version}"[:200], in_order=not unreviewed(kept))
    return kept


def review_of(session: Session, show: str, version: int) -> BroadcastReview | None:
    """The newest review of a version."""
    query = select(BroadcastReview).where(BroadcastReview.show == show, BroadcastReview.version == version)
    return session.scalar(query.order_by(BroadcastReview.id.desc()).limit(1))


def reviews_of(session: Session, show: str) -> list[BroadcastReview]:
    """All reviews of a show, the newest first."""
    return list(
        session.scalars(select(BroadcastReview).where(BroadcastReview.show == show).order_by(BroadcastReview.id.desc()))
    )


def unreviewed(review: BroadcastReview | None) -> list[str]:
    """What the review has not found in order; everything where there is none."""
    return [name for name in REVIEWED if review is None or not getattr(review, name)]


def correct_on_air(session: Session, *, show: str, given: CorrectionGiven) -> AirCorrection:
    """Keep a correction said on air. Raises `NothingSaid`, `NotYetSaid`."""
    if given.zh is None and given.ru is None:
        raise NothingSaid()
    moment = now()
    corrected = given.corrected_at or moment
    said = given.said_at or corrected
    if said > corrected or corrected > moment + timedelta(minutes=1):
        raise NotYetSaid()
    kept = AirCorrection(
        show=show, line=given.line, wrong=given.wrong, zh=given.zh, ru=given.ru, said_at=said, corrected_at=corrected,
        person=caller_of(session).name[:80],
    )  # fmt: skip
    session.add(kept)
    session.flush()
    record(session, "air.corrected", show[:200], correction=kept.id)
    return kept


def corrections_of(session: Session, show: str) -> list[AirCorrection]:
    """All corrections of a show, the newest first."""
    return list(
        session.scalars(select(AirCorrection).where(AirCorrection.show == show).order_by(AirCorrection.id.desc()))
    )


def correction_count(session: Session, show: str) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).select_from(AirCorrection).where(AirCorrection.show == show)) or 0
