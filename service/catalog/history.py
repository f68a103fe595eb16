"""What a card said before: revisions with who, when and what differs; any of them can be brought back as a new one.

A revision keeps only the way back from the content that replaced it (`document.backwards`), so the present content is the
start of every walk into the past, and a word changed costs some hundred bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.document import Difference, Document, differences, pack, previous, text_digest, unpack
from service.catalog.editing import own_document
from service.catalog.models import Product, Revision
from service.catalog.storing import Change, Known, save
from service.errors import NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.people.audit import record

__all__ = [
    "CardChange", "SourceChange", "batch_changes", "content_at", "restore", "revision_differences", "revision_page",
    "source_changes",
]  # fmt: skip


def revision_page(session: Session, key: str, *, after: str | None, limit: int) -> tuple[list[Revision], str | None]:
    """A page of a card's revisions, newest first. Raises `NotFound`."""
    card = own_document(session, key)
    query = select(Revision).where(Revision.product_id == card.id)
    return page_of(session, query, by=[Revision.number], after=after, limit=limit, newest_first=True)


def content_at(session: Session, card: Known, number: int) -> Document | None:
    """What the card said in its revision `number`; None before it was there. Raises `NotFound` for what was not kept."""
    if number == card.version:
        return card.document
    query = (
        select(Revision.number, Revision.before)
        .where(Revision.product_id == card.id, Revision.number > number)
        .order_by(Revision.number.desc())
    )
    packed, reached = card.packed, card.version
    for at, way in session.execute(query):
        if at != reached:
            break
        if way is None:
            return None
        packed, reached = previous(packed, way), at - 1
    if reached != number:
        raise NotFound(kind=Message(N_("The revision")), name=str(number))
    return unpack(packed)


def revision_differences(session: Session, key: str, number: int, *, against: int | None = None) -> list[Difference]:
    """What revision `number` changed, or how it differs from revision `against`. Raises `NotFound`."""
    card = own_document(session, key)
    new = content_at(session, card, number)
    if new is None:
        raise NotFound(kind=Message(N_("The revision")), name=str(number))
    there = against if against is not None else number - 1
    old = content_at(session, card, there) if there > 0 else None
    return differences(old, new)


@dataclass(frozen=True)
class CardChange:
    """What a batch changed in one card; `made`: the card is new."""

    product: str
    number: int
    made: bool
    differences: list[Difference]


def batch_changes(
    session: Session, batch: int, *, after: str | None, limit: int
) -> tuple[list[CardChange], str | None]:
    """A page of the cards a batch changed and that are still there, each with its differences."""
    query = select(Revision).where(Revision.batch_id == batch)
    by = [Revision.product_id, Revision.number]
    rows, following = page_of(session, query, by=by, after=after, limit=limit)
    numbers = {row.product_id for row in rows}
    cards: dict[int, tuple[str, Known]] = {}
    for number, key, version, document in session.execute(
        select(Product.id, Product.key, Product.version, Product.document).where(Product.id.in_(numbers))
    ):
        cards[number] = key, Known(number, version, unpack(document), document.encode())
    found = []
    for row in rows:
        key, card = cards[row.product_id]
        then = content_at(session, card, row.number)
        old = unpack(previous(pack(then), row.before)) if then and row.before is not None else None
        found.append(CardChange(key, row.number, row.before is None, differences(old, then)))
    return found, following


def restore(session: Session, key: str, number: int) -> None:
    """Bring back what the card said in revision `number`, as a new revision. Raises `NotFound`, `SkuTaken`, `SkuInUse`."""
    card = own_document(session, key)
    then = content_at(session, card, number)
    if then is None:
        raise NotFound(kind=Message(N_("The revision")), name=str(number))
    save(session, [Change(key, card, then)], kind="restore")
    record(session, "product.restored", key, revision=number)


@dataclass(frozen=True)
class SourceChange:
    """A stale text, and how its source has changed since it was written; `then` None if that is no longer known."""

    locale: str
    field: str
    value: str
    then: str | None
    now: str


def source_changes(session: Session, key: str) -> list[SourceChange]:
    """Every stale text of a card with the change of its source, for whoever brings it up to date. Raises `NotFound`."""
    card = own_document(session, key)
    source = card.document["source_locale"]
    sources = card.document["texts"].get(source, {})
    waiting: dict[tuple[str, str], Any] = {
        (locale, field): text
        for locale, texts in card.document["texts"].items() for field, text in texts.items() if "made_from" in text
    }  # fmt: skip
    then: dict[tuple[str, str], str] = {}
    number = card.version
    while number > 1 and len(then) < len(waiting):
        number -= 1
        try:
            past = content_at(session, card, number)
        except NotFound:
            break
        words = past["texts"].get(source, {}) if past else {}
        for place, text in waiting.items():
            was = words.get(place[1])
            if place not in then and was and text_digest(was["value"]) == text["made_from"]:
                then[place] = was["value"]
    return [
        SourceChange(locale, field, text["value"], then.get((locale, field)), sources[field]["value"])
        for (locale, field), text in waiting.items() if field in sources
    ]  # fmt: skip
