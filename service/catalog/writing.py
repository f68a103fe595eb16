"""One card written by its merchant: checked like a card of the files, then taken over."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.authored import Authored
from service.catalog.checking import check_card
from service.catalog.families import families
from service.catalog.files import Line, ProductEntry, ProductsFile
from service.catalog.importing import CatalogueImport, take_card, take_family, write_cards
from service.catalog.models import Family, Product, Sku
from service.errors import DomainError, FilesRejected
from service.i18n import N_
from service.people.audit import record
from service.people.reach import organisation_of
from service.webhooks.telling import tell

__all__ = ["SkuTaken", "own_card", "save_card"]


class SkuTaken(DomainError):
    """A code names one SKU."""

    status = 409
    title = N_("Another card of yours has the SKU already: {skus}.")
    remedy = N_("Choose another code, or change the other card.")


def own_card(session: Session, key: str) -> Product | None:
    """The card under this key that belongs to the caller's own organisation."""
    return session.scalar(
        select(Product).where(Product.key == key, Product.organisation_id == organisation_of(session))
    )


def save_card(session: Session, *, line: Line, entry: ProductEntry) -> Product:
    """Create the card, or bring the one of the same key up to it. Raises `FilesRejected`, `SkuTaken`, `SkuInUse`."""
    file = Authored(Path("products"), ProductsFile(line=line, products=[entry]), {})
    check_card(file, 0, entry, families(), {})
    if file.problems:
        raise FilesRejected(file.problems)
    if session.get(Family, entry.family) is None:
        take_family(session, entry.family, families()[entry.family])
    product = own_card(session, entry.key)
    _refuse_taken(session, entry, product)
    report = CatalogueImport()
    take_card(session, line, entry, product, report)
    write_cards(session, report)
    if not report.unchanged:
        record(session, "product.saved", entry.key, created=bool(report.created))
        tell(session, "product.saved", {"product": entry.key})
    saved = own_card(session, entry.key)
    assert saved is not None
    return saved


def _refuse_taken(session: Session, entry: ProductEntry, product: Product | None) -> None:
    codes = {sku.sku for sku in entry.skus}
    query = select(Sku.code).where(Sku.code.in_(codes), Sku.organisation_id == organisation_of(session))
    if product is not None:
        query = query.where(Sku.product_id != product.id)
    if taken := sorted(session.scalars(query)):
        raise SkuTaken(skus=taken)
