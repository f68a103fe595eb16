"""Pictures kept once each, and shown on cards: put there, described, ordered, taken off; those nobody shows are swept away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from service.catalog.editing import own_document
from service.catalog.listing import find_product
from service.catalog.media.checking import Picture, check_picture
from service.catalog.media.models import Media, ProductMedia
from service.catalog.models import Product
from service.database import now
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of
from service.people.reach import organisation_of
from service.webhooks.telling import tell

__all__ = [
    "ROLE_NAMES", "Role", "TooManyPictures", "drop_unshown", "keep_checked", "keep_picture", "pictures_of", "put_on_card",
    "take_off",
]  # fmt: skip

Role = Literal["main", "gallery", "label", "live"]
ROLE_NAMES: dict[Role, str] = {
    "main": N_("main picture"), "gallery": N_("more of the goods"), "label": N_("label"), "live": N_("for the live show"),
}  # fmt: skip
MOST_ON_CARD = 30
KEPT = timedelta(days=7)  # a picture that was uploaded may wait so long for its card


class TooManyPictures(DomainError):
    """A card shows only so many."""

    status = 409
    title = N_("“{key}” has {most} pictures already.")
    remedy = N_("Take one off first.")


def keep_picture(session: Session, *, name: str, content: bytes) -> Media:
    """Check a file and keep it. Raises what `check_picture` raises; that takes a while, see `keep_checked`."""
    return keep_checked(session, check_picture(name, content))


def keep_checked(session: Session, picture: Picture) -> Media:
    """Keep a picture that was checked before the transaction began; the same content again is the same row."""
    found = _own(session, picture.digest)
    if found is None:
        drop_unshown(session)
        found = Media(
            digest=picture.digest, name=_plain(picture.name)[:120] or "—", type=picture.type, size=len(picture.content),
            width=picture.width, height=picture.height, content=picture.content, medium=picture.medium, small=picture.small,
            person=caller_of(session).name[:80],
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(found)
        except IntegrityError:  # somebody sent the same picture at the same moment
            found = _own(session, picture.digest)
            if found is None:
                raise
        else:
            record(session, "picture.kept", picture.digest, name=found.name, size=found.size)
    found.at = now()
    return found


def _own(session: Session, digest: str, *, hold: bool = False) -> Media | None:
    query = select(Media).where(Media.digest == digest, Media.organisation_id == organisation_of(session))
    return session.scalar(query.with_for_update(read=True, key_share=True) if hold else query)


def pictures_of(session: Session, key: str) -> Sequence[ProductMedia]:
    """The pictures of a card, one's own or a shared one, the main one first. Raises `NotFound`."""
    return _shown(session, find_product(session, key).id)


def _shown(session: Session, product: int) -> Sequence[ProductMedia]:
    query = select(ProductMedia).where(ProductMedia.product_id == product).options(joinedload(ProductMedia.media))
    return session.scalars(query.order_by(ProductMedia.position, ProductMedia.id)).all()


def put_on_card(
    session: Session, key: str, *, digest: str, role: Role | None = None, position: int | None = None,
    alt: Mapping[str, str | None] | None = None,
) -> ProductMedia:  # fmt: skip
    """Show a kept picture on a card of one's own, or change how it is shown there; what is not given stays.

    A card has one main picture, which comes first; the one that was it before joins the gallery. A new picture is the main one
    if there is none yet. `alt` says in zh or ru what the picture shows, None takes that away. Raises `NotFound`, `TooManyPictures`.
    """
    product = _locked(session, key)
    shown = list(_shown(session, product))
    one = next((picture for picture in shown if picture.media.digest == digest), None)
    new = one is None
    if one is None:
        if len(shown) >= MOST_ON_CARD:
            raise TooManyPictures(key=key, most=MOST_ON_CARD)
        one = _new(session, product, digest)
        shown.append(one)
    if role:
        one.role = role
    for locale, text in (alt or {}).items():
        setattr(one, f"alt_{locale}", _plain(text or "")[:300] or None)
    if position:
        shown.remove(one)
        shown.insert(max(0, position - 1), one)
    _arrange(shown, main=one if role == "main" else None, last=one)
    if new or session.is_modified(one) or any(session.is_modified(picture) for picture in shown):
        record(
            session,
            "picture.shown" if new else "picture.changed",
            key,
            digest=digest,
            role=one.role,
            position=one.position,
        )
        tell(session, "product.saved", {"product": key})
        session.flush()
    return one


def take_off(session: Session, key: str, *, digest: str) -> None:
    """Show a picture no longer on a card of one's own; if it was the main one, the next of the gallery is. Raises `NotFound`."""
    shown = list(_shown(session, _locked(session, key)))
    one = next((picture for picture in shown if picture.media.digest == digest), None)
    if one is None:
        raise NotFound(kind=Message(N_("The picture")), name=digest, known=[p.media.digest for p in shown])
    shown.remove(one)
    session.delete(one)
    _arrange(shown)
    record(session, "picture.withdrawn", key, digest=digest)
    tell(session, "product.saved", {"product": key})
    session.flush()


def drop_unshown(session: Session) -> int:
    """Forget the organisation's pictures that no card has shown for a week; returns how many."""
    nowhere = ~exists().where(ProductMedia.media_id == Media.id)
    query = select(Media.digest).where(
        nowhere, Media.at < now() - KEPT, Media.organisation_id == organisation_of(session)
    )
    gone = session.scalars(query).all()
    if gone:
        session.execute(delete(Media).where(Media.digest.in_(gone)))
        record(session, "picture.removed", f"{len(gone)}", digests=list(gone[:100]))
    return len(gone)


def _locked(session: Session, key: str) -> int:
    """The id of a card of one's own, whose pictures nobody else changes until the end of the transaction."""
    card = own_document(session, key)
    return session.scalars(select(Product.id).where(Product.id == card.id).with_for_update()).one()


def _new(session: Session, product: int, digest: str) -> ProductMedia:
    media = _own(session, digest, hold=True)
    if media is None:
        raise NotFound(kind=Message(N_("The picture")), name=digest)
    one = ProductMedia(product_id=product, media=media, role="gallery", position=MOST_ON_CARD + 1)
    session.add(one)
    return one


def _arrange(shown: list[ProductMedia], *, main: ProductMedia | None = None, last: ProductMedia | None = None) -> None:
    """One main picture, first; positions from 1. Without one it is the first of the gallery, `last` only if there is no other."""
    if main is None:
        gallery = [picture for picture in shown if picture.role == "gallery"]
        mains = [picture for picture in shown if picture.role == "main"]
        main = next(iter([*mains, *(p for p in gallery if p is not last), *gallery]), None)
    for picture in shown:
        if picture is main:
            picture.role = "main"
        elif picture.role == "main":
            picture.role = "gallery"
    for number, picture in enumerate(sorted(shown, key=lambda picture: picture is not main), 1):
        picture.position = number


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
