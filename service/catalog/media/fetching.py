"""A kept picture's bytes, one size at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from service.catalog.media.models import Media
from service.errors import NotFound
from service.i18n import N_, Message
from service.people.reach import organisation_of

__all__ = ["Kept", "Size", "fetch"]

Size = Literal["original", "medium", "small"]


@dataclass(frozen=True)
class Kept:
    """Content type and content; None where only its being there was asked."""

    type: str
    content: bytes | None


def fetch(session: Session, digest: str, *, size: Size, only_type: bool = False) -> Kept:
    """A picture of one's own or of a catalogue that is shared. Raises `NotFound`."""
    own_first = case((Media.organisation_id == organisation_of(session), 0), else_=1)
    query = select(Media.id, Media.type).where(Media.digest == digest).order_by(own_first, Media.id).limit(1)
    found = session.execute(query).first()
    if found is None:
        raise NotFound(kind=Message(N_("The picture")), name=digest)
    kind = found.type if size == "original" else "image/webp"
    if only_type:
        return Kept(kind, None)
    column = {"original": Media.content, "medium": Media.medium, "small": Media.small}[size]
    return Kept(kind, session.scalar(select(column).where(Media.id == found.id)))
