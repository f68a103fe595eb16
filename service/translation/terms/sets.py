"""The terms an organisation works with in a market on a day, compiled once and kept until somebody changes a term."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from service.database import now
from service.people.reach import organisation_of
from service.translation.models import Concept, Term
from service.translation.terms.concepts import Meaning, TermLocale, Wording
from service.translation.terms.domains import domain_file
from service.translation.terms.matching import Span, TermSet

__all__ = ["meaning_of", "meanings_of", "state_of", "term_set", "terms_in"]

_KEPT = 16
_lock = threading.Lock()
_made: OrderedDict[tuple[object, ...], TermSet] = OrderedDict()
_Fingerprint = tuple[object, ...]


def term_set(
    session: Session, *, market: str | None = None, on: date | None = None, domains: Collection[str] | None = None
) -> TermSet:
    """The terms in force in a market (None: in any) on a day (None: today), of some domains or all.

    One's own concept stands before a shared one of the same key. One small query a call; compiled again only after a change.
    """
    day = on or now().date()
    key = (
        str(session.get_bind().engine.url), organisation_of(session), state_of(session), market, day,
        frozenset(domains) if domains is not None else None,
    )  # fmt: skip
    with _lock:
        if found := _made.get(key):
            _made.move_to_end(key)
            return found
    wanted = [
        one for one in meanings_of(session) if one.holds(market, day) and (domains is None or one.domain in domains)
    ]
    made = TermSet(wanted, not_terms={str(locale): some for locale, some in domain_file().not_terms.items()})
    with _lock:
        _made[key] = made
        while len(_made) > _KEPT:
            _made.popitem(last=False)
    return made


def terms_in(
    session: Session, text: str, locale: str, *, market: str | None = None, on: date | None = None
) -> list[Span]:
    """Agreed words of a text, to be shown beside it while somebody writes its counterpart."""
    return term_set(session, market=market, on=on).find(text, locale)


def meanings_of(session: Session) -> list[Meaning]:
    """All meanings this session reads, by key, one's own before shared ones."""
    own = organisation_of(session)
    query = select(Concept).options(selectinload(Concept.terms)).order_by(Concept.key, Concept.id)
    found: dict[str, Concept] = {}
    for row in session.scalars(query):
        if row.key not in found or row.organisation_id == own:
            found[row.key] = row
    return [meaning_of(row) for row in found.values()]


def meaning_of(row: Concept) -> Meaning:
    """A stored concept as plain data."""
    return Meaning(
        row.key, row.domain, tuple(_wording(term) for term in row.terms), market=row.market, definition_zh=row.definition_zh,
        definition_ru=row.definition_ru, note=row.note, source=row.source, verified=row.verified, valid_from=row.valid_from,
        valid_to=row.valid_to,
    )  # fmt: skip


def _wording(term: Term) -> Wording:
    locale: TermLocale = term.locale  # type: ignore[assignment]  # the table allows these three
    return Wording(
        locale, term.text, term.status, term.lemmas, dict(term.card), tuple(term.measures), term.pinyin, term.stress,  # type: ignore[arg-type]
        term.note,
    )  # fmt: skip


def state_of(session: Session) -> _Fingerprint:
    """Changes whenever a concept is added, changed or taken away."""
    query = select(func.count(Concept.id), func.max(Concept.id), func.sum(Concept.version), func.max(Concept.at))
    return tuple(session.execute(query).one())
