"""What a card is found by. The search document is written with the card, in the same transaction; the database's own full-text

index follows it by triggers (SQLite, FTS5) or generated columns (PostgreSQL). `reindex` builds all of it anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import Table, bindparam, column, func, or_, select, table, update
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Session

from service.catalog.document import LOCALES, Document, unpack
from service.catalog.models import Product, SearchDocument
from service.catalog.search.tokens import BREAK, VERSION, indexed, pinyin_tokens, words
from service.inserting import insert_rows
from service.people.reach import organisation_of

__all__ = ["index", "reindex", "waiting", "words_differ"]

HEAD = ("name", "short_name", "spoken_name", "brand")
_TABLE = cast("Table", SearchDocument.__table__)
_UPDATE = update(_TABLE).where(_TABLE.c.product_id == bindparam("at_id"))
_PLACES = 16383  # the furthest position a tsvector knows

# PostgreSQL's table holds the vectors besides; written with the row, for a second look at it cost as much as the first.
_TYPES = {"head_vector": "tsvector", "body_vector": "tsvector"}
_NAMES = ("tokenizer", "exact", "stem", "body")
_POSTGRES = table("search_document", *(column(name) for name in ("product_id", *_NAMES, *_TYPES)))
_UPDATE_BOTH = (
    update(_POSTGRES)
    .where(_POSTGRES.c.product_id == bindparam("at_id"))
    .values({name: bindparam(name) for name in _NAMES} | {name: cast_to(bindparam(name), TSVECTOR) for name in _TYPES})
)


def index(session: Session, cards: Iterable[tuple[int, str, Document, bool]]) -> None:
    """Write the search documents of these cards: (id, key, content, whether the card is new)."""
    organisation, connection = organisation_of(session), session.connection()
    postgres = session.get_bind().dialect.name == "postgresql"
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for number, key, document, is_new in cards:
        exact, stems, body = tokens_of(key, document)
        row: dict[str, Any] = {"tokenizer": VERSION, "exact": exact, "stem": stems, "body": body}
        if postgres:
            row |= _vectors(exact, stems, body)
        if is_new:
            new.append({"product_id": number, "organisation_id": organisation, **row})
        else:
            changed.append({"at_id": number, **row})
    if changed:
        connection.execute(_UPDATE_BOTH if postgres else _UPDATE, changed)
    insert_rows(connection, _TABLE, new, types=_TYPES)


def _vectors(exact: str, stems: str, body: str) -> dict[str, str]:
    """The same tokens as PostgreSQL's tsvector: exact forms carry weight A, which a query can ask for."""
    forms = " ".join([f"{token}:{_PLACES}A" for token in exact.split()])
    placed = " ".join([f"{token}:{min(place, _PLACES - 1)}" for place, token in enumerate(stems.split(), 1)])
    words = " ".join([f"{token}:{min(place, _PLACES)}" for place, token in enumerate(body.split(), 1)])
    return {"head_vector": f"{forms} {placed}", "body_vector": words}


def tokens_of(key: str, document: Document) -> tuple[str, str, str]:
    """Exact forms, stems and characters of the names and codes, and stems and characters of all other texts."""
    exact: dict[str, None] = {}
    head: list[str] = []
    body: list[str] = []
    for locale in LOCALES:
        for field, text in sorted(document["texts"].get(locale, {}).items()):
            (head if field in HEAD else body).append(text["value"])
    names = f" {BREAK} ".join(dict.fromkeys(head))
    for script, run in words(names):
        if script != "break":
            exact[run] = None
        if script == "han":
            exact.update(dict.fromkeys(pinyin_tokens(run)))
    for code in (key, *(sku["code"] for sku in document["skus"])):
        runs = [run for _, run in words(code)]
        exact["".join(runs)] = None
        exact.update(dict.fromkeys(runs))
    for sku in document["skus"]:
        if gtin := sku.get("gtin"):
            exact[gtin] = exact[gtin.lstrip("0")] = None
    return " ".join(exact), " ".join(indexed(names)), " ".join(indexed(f" {BREAK} ".join(body)))


def words_differ(before: Document, after: Document) -> bool:
    """Whether a card would be found by other words: its texts or its codes changed."""
    return _found_by(before) != _found_by(after)


def _found_by(document: Document) -> list[Any]:
    texts = [
        (locale, field, text["value"]) for locale, some in document["texts"].items() for field, text in some.items()
    ]
    return [*sorted(texts), *((sku["code"], sku.get("gtin")) for sku in document["skus"])]


def waiting(session: Session) -> int:
    """How many cards this session sees whose search document another tokeniser made, or none."""
    query = (
        select(func.count())
        .select_from(Product)
        .outerjoin(SearchDocument, SearchDocument.product_id == Product.id)
        .where(or_(SearchDocument.product_id.is_(None), SearchDocument.tokenizer != VERSION))
    )
    return session.scalar(query) or 0


def reindex(session: Session, *, after: int = 0, limit: int = 500, everything: bool = False) -> tuple[int, int]:
    """Index up to `limit` cards of the caller's organisation beyond id `after` anew: (how many, the last id).

    Without `everything`, only those that another tokeniser indexed, or none.
    """
    query = (
        select(Product.id, Product.key, Product.document, SearchDocument.product_id)
        .outerjoin(SearchDocument, SearchDocument.product_id == Product.id)
        .where(Product.id > after, Product.organisation_id == organisation_of(session))
        .order_by(Product.id)
        .limit(limit)
    )
    if not everything:
        query = query.where(or_(SearchDocument.product_id.is_(None), SearchDocument.tokenizer != VERSION))
    rows = session.execute(query).all()
    index(session, [(number, key, unpack(document), there is None) for number, key, document, there in rows])
    return len(rows), rows[-1][0] if rows else after
