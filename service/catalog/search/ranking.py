"""The best hits of the database's own full-text index, best first; exact forms stand above stems.

A frequent word has more hits than can be ranked while somebody waits, so at most `CANDIDATES` are: SQLite's bm25 and
a look at the card cost 3 µs a hit; PostgreSQL's ts_rank reads every hit (0.6 s for a frequent word among 200,000 cards).
Where that cuts hits off, those of exactly these words are looked for first, so that the cut falls on the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, column, func, literal_column, select, table
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from service.catalog.models import Product
from service.catalog.search.asking import Term

__all__ = ["CANDIDATES", "matching", "ranked"]

CANDIDATES = 1000
Narrow = Callable[[Select[Any]], Select[Any]]

_HEAD = table("search_head", column("rowid"))
_BODY = table("search_body", column("rowid"))
_VECTORS = table("search_document", column("product_id"), column("head_vector"), column("body_vector"))


def ranked(session: Session, terms: Sequence[Term], narrow: Narrow, limit: int, *, whole: bool) -> list[int]:
    """Ids of the best cards that `narrow` lets through, by words of names and codes, or of all other texts (`whole`)."""
    if session.get_bind().dialect.name == "postgresql":
        return _by_postgresql(session, terms, narrow, limit, whole=whole)
    some, cut = _by_sqlite(session, _fts5(terms, whole=whole), narrow, limit, whole=whole)
    if not cut or whole:
        return some
    exact, _ = _by_sqlite(session, _fts5_exact(terms), narrow, limit, whole=False)
    return list(dict.fromkeys([*exact, *some]))[:limit]


def matching(session: Session, terms: Sequence[Term], *, whole: bool) -> Select[Any]:
    """The ids of all cards with these words in names and codes, or (`whole`) in any text."""
    if session.get_bind().dialect.name == "postgresql":
        asked = cast_to(_tsquery(terms), TSQUERY)
        there: Any = _VECTORS.c.head_vector.op("@@")(asked)
        if whole:
            there = there | _VECTORS.c.body_vector.op("@@")(asked)
        return select(_VECTORS.c.product_id).where(there)
    hits: Any = select(_HEAD.c.rowid).where(literal_column(_HEAD.name).op("MATCH")(_fts5(terms, whole=False)))
    if whole:
        body = select(_BODY.c.rowid).where(literal_column(_BODY.name).op("MATCH")(_fts5(terms, whole=True)))
        hits = hits.union(body)
    return hits  # type: ignore[no-any-return]


# SQLite, FTS5


def _by_sqlite(session: Session, asked: str, narrow: Narrow, limit: int, *, whole: bool) -> tuple[list[int], bool]:
    """The best ids, and whether there were more hits than were ranked."""
    index = _BODY if whole else _HEAD
    name: Any = literal_column(index.name)
    rank = func.bm25(name) if whole else func.bm25(name, 10.0, 1.0)
    # The plus keeps SQLite from reading cards first and asking the index for each: 20 s for 200,000 cards.
    card = Product.id == literal_column(f"+{index.name}.rowid")
    hits = select(Product.id, rank.label("rank")).join(index, card).where(name.op("MATCH")(asked))
    some = narrow(hits).limit(CANDIDATES).subquery()
    query = select(some.c.id, func.count().over()).order_by(some.c.rank, some.c.id).limit(limit)
    rows = session.execute(query).all()
    return [row[0] for row in rows], bool(rows) and rows[0][1] == CANDIDATES


def _fts5(terms: Sequence[Term], *, whole: bool) -> str:
    return " AND ".join(f"({' OR '.join(_fts5_term(term, whole=whole))})" for term in terms)


def _fts5_exact(terms: Sequence[Term]) -> str:
    words = ([f'exact: "{word}"' for word in term.exact] for term in terms)
    return " AND ".join(f"({' OR '.join(one)})" for one in words)


def _fts5_term(term: Term, *, whole: bool) -> list[str]:
    phrase = [f'"{" ".join(term.phrase)}"'] if term.phrase else []
    if whole:
        plain = [f'"{word}"' for word in dict.fromkeys((*term.stems, *term.exact)) if not term.phrase]
        return phrase + plain
    return (
        [f'exact: "{word}"' for word in term.exact]
        + [f'exact: "{word}" *' for word in term.begins]
        + [f'stem: "{word}"' for word in term.stems]
        + [f"stem: {one}" for one in phrase]
    )


# PostgreSQL, tsvector


def _by_postgresql(session: Session, terms: Sequence[Term], narrow: Narrow, limit: int, *, whole: bool) -> list[int]:
    vector = _VECTORS.c.body_vector if whole else _VECTORS.c.head_vector
    found: dict[int, None] = {}
    for exact in (False,) if whole else (True, False):
        asked = cast_to(_tsquery(terms, exact=exact), TSQUERY)
        hits = select(Product.id, vector.label("vector")).join(_VECTORS, _VECTORS.c.product_id == Product.id)
        some = narrow(hits.where(vector.op("@@")(asked))).limit(CANDIDATES).subquery()
        order = func.ts_rank(some.c.vector, asked).desc()
        for number in session.scalars(select(some.c.id).order_by(order, some.c.id).limit(limit)):
            found[number] = None
        if len(found) >= limit:
            break
    return list(found)[:limit]


def _tsquery(terms: Sequence[Term], *, exact: bool = False) -> str:
    return " & ".join(f"({' | '.join(_tsquery_term(term, exact=exact))})" for term in terms)


def _tsquery_term(term: Term, *, exact: bool) -> list[str]:
    if exact:
        return [f"{word}:A" for word in term.exact]
    phrase = [f"({' <-> '.join(term.phrase)})"] if term.phrase else []
    return [*term.exact, *(f"{word}:*A" for word in term.begins), *term.stems, *phrase]
