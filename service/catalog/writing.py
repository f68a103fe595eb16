"""One card written by its merchant: checked like a card of the files, then taken over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.authored import Authored
from service.catalog.checking import check_card
from service.catalog.families import families
from service.catalog.files import Line, ProductEntry, ProductsFile
from service.catalog.importing import take_cards
from service.catalog.models import Product
from service.errors import FilesRejected
from service.people.audit import record
from service.people.reach import organisation_of
from service.webhooks.telling import tell

__all__ = ["own_card", "save_cards"]


def own_card(session: Session, key: str) -> Product | None:
    """The card under this key that belongs to the caller's own organisation."""
    return session.scalar(
        select(Product).where(Product.key == key, Product.organisation_id == organisation_of(session))
    )


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
