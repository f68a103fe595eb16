"""One card written by its merchant: checked like a card of the files, then taken over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.authored import Authored
from service.catalog.checking import check_card
from service.catalog.document import flat
from service.catalog.editing import own_document
from service.catalog.families import families
from service.catalog.files import Line, ProductEntry, ProductsFile
from service.catalog.history import content_at
from service.catalog.importing import take_cards
from service.catalog.models import Product
from service.errors import FilesRejected, NotFound
from service.http.versions import ChangedMeanwhile, demand_version, version_in
from service.people.audit import record
from service.people.reach import organisation_of
from service.webhooks.telling import tell

__all__ = ["demand_unchanged", "own_card", "save_cards"]


def own_card(session: Session, key: str) -> Product | None:
    """The card under this key that belongs to the caller's own organisation."""
    return session.scalar(
        select(Product).where(Product.key == key, Product.organisation_id == organisation_of(session))
    )


def demand_unchanged(session: Session, key: str, given: str | None, yours: Mapping[str, Any]) -> None:
    """Raises `ChangedMeanwhile` unless the ETag given, if any, is of the card's present version; with every field that was

    changed since by others or is changed now: what the sender saw, what stands there, what the sender wants.
    """
    product = own_card(session, key)
    try:
        demand_version(given, product.id if product else None, product.version if product else None)
    except ChangedMeanwhile as refused:
        seen = version_in(given or "", product.id) if product else None
        if product is not None and seen is not None and seen < product.version:
            refused.differences = list(_three_ways(session, key, seen, yours))
        raise


def _three_ways(session: Session, key: str, seen: int, yours: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    card = own_document(session, key)
    try:
        base = content_at(session, card, seen)
    except NotFound:
        return
    then, now = dict(flat(base)) if base else {}, dict(flat(card.document))
    for field in dict.fromkeys([*now, *then, *yours]):
        wanted = yours.get(field, then.get(field))
        if now.get(field) != then.get(field) or wanted != then.get(field):
            yield {"field": field, "base": then.get(field), "theirs": now.get(field), "yours": wanted}


def save_cards(session: Session, *, line: Line, entries: Sequence[ProductEntry], reviewed: bool = False) -> None:
    """Create these cards, or bring those of the same keys up to them, all or none.

    `reviewed`: the caller answers for the texts. Raises `FilesRejected`, `SkuTaken`, `SkuInUse`.
    """
    file = Authored(Path("products"), ProductsFile(line=line, products=list(entries)), {})
    seen: dict[str, str] = {}
    for index, entry in enumerate(entries):
        check_card(file, index, entry, families(), seen)
    if file.problems:
        raise FilesRejected(file.problems)
    report = take_cards(session, [(line, entry) for entry in entries], kind="edit", vouched=reviewed)
    for key in (*report.created, *report.updated):
        record(session, "product.saved", key, created=key in report.created)
        tell(session, "product.saved", {"product": key})
