"""Builds what is derived from cards anew: search documents and readiness, after an upgrade, a new tokeniser or new needs."""

from __future__ import annotations

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from service.catalog import readiness
from service.catalog.document import unpack
from service.catalog.models import Product
from service.catalog.search.indexing import reindex, waiting
from service.people.reach import organisation_of

__all__ = ["behind", "rebuild_some"]


def behind(session: Session) -> int:
    """How many cards this session sees wait to be built anew."""
    lost = select(func.count()).select_from(Product).where(or_(Product.readiness_id.is_(None), Product.document == ""))
    return waiting(session) + (session.scalar(lost) or 0)


def rebuild_some(session: Session, *, after: int) -> tuple[int, int]:
    """Build the next cards of the caller's organisation beyond id `after`: (how many, the last id)."""
    me = organisation_of(session)
    query = select(Product.id, Product.document).where(Product.id > after, Product.organisation_id == me)
    rows = session.execute(query.order_by(Product.id).limit(200)).all()
    if not rows:
        return 0, after
    found = readiness.rows_for(session, (unpack(document) for _, document in rows))
    statement = update(Product).where(Product.id == bindparam("at")).values(readiness_id=bindparam("found"))
    session.connection().execute(
        statement, [{"at": row[0], "found": number} for row, number in zip(rows, found, strict=True)]
    )
    reindex(session, after=after, limit=len(rows), everything=True)
    return len(rows), rows[-1][0]
