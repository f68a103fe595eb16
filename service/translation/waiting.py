"""Which missing texts of cards a draft waits for, for those who would use them: listings and shows say that a review is missing, no text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.translation.models import Draft

__all__ = ["waiting_drafts"]


def waiting_drafts(session: Session, products: Collection[int], locale: str) -> Mapping[int, Collection[str]]:
    """Fields with a draft in this language that nobody has decided on, by number of the card; one query."""
    found: dict[int, set[str]] = defaultdict(set)
    query = select(Draft.product_id, Draft.field).where(
        Draft.product_id.in_(list(products)), Draft.locale == locale, Draft.state == "waiting"
    )
    for product, field in session.execute(query) if products else ():
        found[product].add(field)
    return found
