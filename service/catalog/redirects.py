"""Keys that were merged into other cards still lead to them."""

from __future__ import annotations

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from service.catalog.models import Product, Redirect
from service.people.reach import organisation_of

__all__ = ["leads_to", "redirects"]


def redirects(session: Session) -> dict[str, str]:
    """Keys of one's own that were merged away, and the cards they lead to."""
    query = select(Redirect.key, Product.key).join(Product, Product.id == Redirect.product_id)
    rows = session.execute(query.where(Redirect.organisation_id == organisation_of(session)))
    return {row[0]: row[1] for row in rows}


def leads_to(session: Session, key: str) -> str | None:
    """The key of the card a merged key leads to, one's own before a shared one; None for a key that was never merged."""
    own_first = case((Redirect.organisation_id == organisation_of(session), 0), else_=1)
    query = select(Product.key).join(Redirect, Redirect.product_id == Product.id).where(Redirect.key == key)
    return session.scalar(query.order_by(own_first, Redirect.id).limit(1))
