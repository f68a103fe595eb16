"""Concepts of a file that somebody brings in: read, completed, checked, and taken over as the organisation's own."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

from sqlalchemy.orm import Session

from service.errors import FilesRejected, Problem
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of
from service.translation.interchange.formats import read_concepts
from service.translation.interchange.report import Report
from service.translation.terms.concepts import STATUSES, Meaning, Wording
from service.translation.terms.editing import completed, faults_of
from service.translation.terms.files import KEY, read_terms
from service.translation.terms.sets import meaning_of
from service.translation.terms.storing import own_concepts, put

__all__ = ["MeaningsTaken", "bring_in", "own_meanings", "read_meanings"]

_AT_ONCE = 500
_REMEDY = Message(N_("Mend it in the file and bring it in again."))


@dataclass(frozen=True)
class MeaningsTaken:
    """How many concepts of a file were new, changed, as before."""

    added: int = 0
    changed: int = 0
    same: int = 0


def own_meanings(session: Session) -> list[Meaning]:
    """The organisation's own concepts, by domain and key."""
    return sorted((meaning_of(row) for row in own_concepts(session).values()), key=lambda one: (one.domain, one.key))


def read_meanings(
    content: bytes, name: str, *, format: str | None = None, report: Report | None = None, domain: str = "product"
) -> list[Meaning]:
    """Concepts of a file; `format` also "tsv", the form of catalogs/terms.tsv. What tells no domain gets `domain`, what tells no source

    the file's name, what has no key of ours one made from its words. Raises `FilesRejected`, `FormatUnknown`, `FormatCannot`.
    """
    if format == "tsv" or (format is None and name.lower().endswith(".tsv")):
        return _read_table(content, name)
    given = read_concepts(content, name, format=format, report=report)
    return [_ours(one, name, domain) for one in given]


def _read_table(content: bytes, name: str) -> list[Meaning]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "terms.tsv"
        path.write_bytes(content)
        try:
            return read_terms(path)
        except FilesRejected as error:
            raise FilesRejected(replace(one, file=name) for one in error.problems) from None


def _ours(one: Meaning, name: str, domain: str) -> Meaning:
    key = one.key if KEY.fullmatch(one.key) else _key(one.wordings)
    return replace(one, key=key, domain=one.domain or domain, source=one.source or name[:200])


def _key(wordings: Sequence[Wording]) -> str:
    words = "\n".join(f"{one.locale} {one.text}" for one in wordings)
    return f"imported-{blake2b(words.encode(), digest_size=6).hexdigest()}"


def bring_in(session: Session, meanings: Iterable[Meaning], *, file: str = "") -> MeaningsTaken:
    """Take concepts over as the organisation's own; a second time nothing is written. The file decides, but what it leaves out of a

    wording (confirmed forms, measure words, readings, stress) stays. Raises `FilesRejected` with all faults before anything is written.
    """
    given = {one.key: one for one in meanings}
    faults = [
        Problem(file, number, one.key, "", what, _REMEDY)
        for number, one in enumerate(given.values(), 1)
        for what in faults_of(one)
    ]
    if faults:
        raise FilesRejected(faults)
    person, keys = caller_of(session).name, list(given)
    added = changed = same = 0
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        present = own_concepts(session, some)
        for key in some:
            row = present.get(key)
            before = meaning_of(row) if row is not None else None
            after = completed(_kept(given[key], before.wordings if before else ()))
            if before is not None and _sorted(before) == _sorted(after):
                same += 1
                continue
            put(session, row, after, person=person)
            added, changed = added + (row is None), changed + (row is not None)
        session.flush()
    if added or changed:
        record(session, "terms.imported", file[:120] or "—", created=added, updated=changed)
    return MeaningsTaken(added, changed, same)


def _sorted(one: Meaning) -> Meaning:
    """Files group wordings by language and status; between those groups the order says nothing."""
    return replace(
        one, wordings=tuple(sorted(one.wordings, key=lambda word: (word.locale, STATUSES.index(word.status))))
    )  # fmt: skip


def _kept(one: Meaning, before: Collection[Wording]) -> Meaning:
    """With what is known of its wordings and the file does not tell."""
    known = {(word.locale, word.text): word for word in before}
    return replace(one, wordings=tuple(_filled(word, known.get((word.locale, word.text))) for word in one.wordings))


def _filled(word: Wording, known: Wording | None) -> Wording:
    if known is None:
        return word
    return replace(
        word, card=word.card or known.card, measures=word.measures or known.measures, pinyin=word.pinyin or known.pinyin,
        stress=word.stress or known.stress, note=word.note or known.note,
    )  # fmt: skip
