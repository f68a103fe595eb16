"""Concepts in the database: taken over from the file or from a form, and written back as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.database import now
from service.people.audit import record
from service.people.reach import organisation_of
from service.resources import root
from service.translation.models import Concept, Term
from service.translation.terms.concepts import Meaning, Wording
from service.translation.terms.files import read_terms, written_terms
from service.translation.terms.matching import key_of
from service.translation.terms.sets import meaning_of, meanings_of

__all__ = ["FILE", "TermsTaken", "export_terms", "import_terms", "own_concepts", "put"]

FILE = "catalogs/terms.tsv"
"""Who a concept is changed by that no person has changed."""


@dataclass
class TermsTaken:
    """Keys of concepts created, updated, left alone, and kept because a person has changed them here since."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def import_terms(session: Session, *, path: Path | None = None) -> TermsTaken:
    """Take the concepts of a file (default catalogs/terms.tsv) over for the caller's organisation; a second time nothing is written.

    What a person has changed in the program since stays as that person wrote it; concepts absent from the file stay too.
    Raises `FilesRejected` before anything is written.
    """
    meanings = read_terms(path or root("catalogs") / "terms.tsv")
    present = own_concepts(session)
    report = TermsTaken()
    for meaning in meanings:
        row = present.get(meaning.key)
        if row is None:
            put(session, None, meaning, person=FILE)
            report.created.append(meaning.key)
        elif row.person != FILE:
            report.kept.append(meaning.key)
        elif meaning_of(row) == meaning:
            report.unchanged.append(meaning.key)
        else:
            put(session, row, meaning, person=FILE)
            report.updated.append(meaning.key)
    session.flush()
    if report.created or report.updated:
        record(session, "terms.imported", FILE, created=len(report.created), updated=len(report.updated))
    return report


def export_terms(session: Session, *, own: bool = True) -> str:
    """The organisation's own concepts (or all it reads) as the text of a file that `import_terms` takes."""
    found = [meaning_of(row) for row in own_concepts(session).values()] if own else meanings_of(session)
    return written_terms(sorted(found, key=lambda one: (one.domain, one.key)))


def own_concepts(session: Session, keys: Sequence[str] | None = None) -> dict[str, Concept]:
    """The caller's own concepts by key, with their wordings."""
    query = (
        select(Concept).options(selectinload(Concept.terms)).where(Concept.organisation_id == organisation_of(session))
    )
    if keys is not None:
        query = query.where(Concept.key.in_(keys))
    return {row.key: row for row in session.scalars(query.order_by(Concept.key))}


def put(session: Session, row: Concept | None, meaning: Meaning, *, person: str) -> Concept:
    """Write a meaning into its row, or into a new one. The caller has checked it."""
    row = row or Concept(key=meaning.key, terms=[])
    row.domain, row.market, row.note, row.source = meaning.domain, meaning.market, meaning.note, meaning.source
    row.definition_zh, row.definition_ru = meaning.definition_zh, meaning.definition_ru
    row.verified, row.valid_from, row.valid_to = meaning.verified, meaning.valid_from, meaning.valid_to
    row.person, row.at = person[:80], now()
    there = {(term.locale, term.text): term for term in row.terms}
    terms = []
    for position, wording in enumerate(meaning.wordings, 1):
        term = there.get((wording.locale, wording.text)) or Term(locale=wording.locale, text=wording.text)
        _write(term, wording, position)
        terms.append(term)
    row.terms = terms
    session.add(row)
    return row


def _write(term: Term, wording: Wording, position: int) -> None:
    term.position, term.status, term.note = position, wording.status, wording.note
    term.lemmas = wording.lemmas or key_of(wording.locale, wording.text)
    term.card, term.measures = dict(wording.card), list(wording.measures)
    term.pinyin, term.stress = wording.pinyin, wording.stress
