"""Looks a text up: in the same place (101), word for word (100), the same but for its numbers (99), similar (60 … 98)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from service.people.caller import caller_of
from service.people.models import Organisation
from service.translation.memory.following import follower_of
from service.translation.memory.matches import COLUMNS, OTHER_NUMBERS, Context, Found, Match, Why, penalties
from service.translation.memory.normal import Masked, digest, mask, normal
from service.translation.memory.picking import columns_of, in_use
from service.translation.memory.refilling import NotCertain, refill
from service.translation.memory.scoring import alike, nearest, other_numbers, words
from service.translation.models import MemoryUnit

__all__ = ["LEAST", "concordance", "exact", "look", "look_many", "reachable"]

LEAST = 60
_KEPT = 200  # units of one digest that are looked at, reviewed and newest first
_REFINED = 24  # of the similar ones, how many are compared word by word
_SURE = 99


def exact(
    session: Session, text: str, *, source: str, target: str, context: Context | None = None, limit: int = 5
) -> list[Match]:
    """Only the same words: 101 where they stood in this place, else 100."""
    plain = normal(text, source)
    found = session.execute(_by_digest(f"{source}_exact"), {"digest": digest(plain)})
    return _best(_exact(text, plain, [Found(*row) for row in found], source, target, context), text, limit)


def look(
    session: Session,
    text: str,
    *,
    source: str,
    target: str,
    context: Context | None = None,
    limit: int = 5,
    least: int = LEAST,
) -> list[Match]:
    """The best pairs for a text, best first: what the caller may see, nothing retired, each target text once.

    Similar ones are only searched where nothing scores 99. `least` is the lowest score told.
    """
    found = exact(session, text, source=source, target=target, context=context, limit=limit)
    if not _is_sure(found):
        masked = mask(text, source)
        found += _numbers(session, text, masked, source, target, context, {match.unit for match in found})
        if not _is_sure(found):
            follower_of(session).catch_up()
            found += _similar(session, text, masked, source, target, context, {match.unit for match in found})
    return _best([match for match in found if match.score >= least], text, limit)


def look_many(
    session: Session,
    texts: Sequence[tuple[str, Context | None]],
    *,
    source: str,
    target: str,
    limit: int = 5,
    least: int = LEAST,
) -> list[list[Match]]:
    """The same for many texts, in their order: exact ones asked for together, and the same text in the same place only once."""
    plain = [normal(text, source) for text, _ in texts]
    rows: dict[int, list[Found]] = {}
    digests = sorted({digest(each) for each in plain})
    for at in range(0, len(digests), 500):
        for row in session.execute(_by_digests(f"{source}_exact"), {"digests": digests[at : at + 500]}):
            unit = Found(*row)
            rows.setdefault(unit.zh_exact if source == "zh" else unit.ru_exact, []).append(unit)
    answers: dict[tuple[str, Context | None], list[Match]] = {}
    caught_up = False
    for (text, context), form in zip(texts, plain, strict=True):
        if (text, context) in answers:
            continue
        found = _exact(text, form, rows.get(digest(form), ()), source, target, context)
        if not _is_sure(found):
            masked = mask(text, source)
            found += _numbers(session, text, masked, source, target, context, {match.unit for match in found})
            if not _is_sure(found):
                if not caught_up:
                    follower_of(session).catch_up(at_most=None)
                    caught_up = True
                found += _similar(session, text, masked, source, target, context, {match.unit for match in found})
        answers[text, context] = _best([match for match in found if match.score >= least], text, limit)
    return [answers[text, context] for text, context in texts]


def concordance(
    session: Session, phrase: str, *, language: str, before: int | None = None, limit: int = 50
) -> list[MemoryUnit]:
    """Units in use whose text of this language holds the phrase (capital letters do not count), newest first, older than `before`."""
    follower = follower_of(session)
    follower.catch_up()
    wanted, found = normal(phrase, language).lower(), list[MemoryUnit]()
    while len(found) < limit:
        ids = follower.holding(phrase, language, before=before)
        if not ids:
            break
        for unit in in_use(session, ids):
            if wanted in normal(unit.zh if language == "zh" else unit.ru, language).lower():
                found.append(unit)
        before = ids[-1]
    return found[:limit]


def _is_sure(found: Iterable[Match]) -> bool:
    return any(match.score >= _SURE for match in found)


@cache
def _by_digest(column: str) -> Select[Any]:
    """Units of one digest in use, reviewed and newest first."""
    query = _units().where(getattr(MemoryUnit, column) == bindparam("digest"))
    return query.order_by(MemoryUnit.reviewed.desc(), MemoryUnit.id.desc()).limit(_KEPT)


@cache
def _by_digests(column: str) -> Select[Any]:
    return _units().where(getattr(MemoryUnit, column).in_(bindparam("digests", expanding=True)))


def _units() -> Select[Any]:
    return select(*(getattr(MemoryUnit, name) for name in COLUMNS)).where(MemoryUnit.retired_at.is_(None))


def _exact(
    text: str, plain: str, units: Iterable[Found], source: str, target: str, context: Context | None
) -> list[Match]:
    found = []
    for unit in units:
        words_there = unit.text(source)
        if words_there != text and normal(words_there, source) != plain:
            continue  # another text with the same 64 bits
        here = context is not None and context.holds(unit)
        why = penalties(unit, context, elsewhere=False)
        score = (101 if here else 100) - sum(each.points for each in why)
        found.append(
            Match(
                unit.id,
                "context" if here else "exact",
                score,
                words_there,
                unit.text(target),
                unit.text(target),
                why,
                unit,
            )
        )
    return found


def _numbers(
    session: Session,
    text: str,
    masked: Masked,
    source: str,
    target: str,
    context: Context | None,
    known: Collection[int],
) -> list[Match]:
    """Units with the same skeleton, refilled; where that is not certain, as similar ones."""
    if not masked.slots:
        return []
    rows = session.execute(_by_digest(f"{source}_skeleton"), {"digest": digest(masked.skeleton)})
    found = []
    for unit in (Found(*row) for row in rows):
        if unit.id in known:
            continue
        why = penalties(unit, context, elsewhere=True)
        kept = unit.text(target)
        try:
            offered = refill(text, unit.text(source), kept, source=source, target=target)
        except NotCertain as reason:
            if reason.reason != "skeleton":
                found.append(_as_similar(text, unit, source, target, why, reason.reason))
            continue
        score = 99 - sum(each.points for each in why)
        found.append(Match(unit.id, "numbers", score, unit.text(source), offered, kept, why, unit))
    return found


def _as_similar(text: str, unit: Found, source: str, target: str, why: tuple[Why, ...], reason: str) -> Match:
    why = (*why, Why(reason if reason in ("form", "mapping", "unit") else "mapping", OTHER_NUMBERS))
    one, other = normal(text, source), normal(unit.text(source), source)
    ratio = nearest(one, {0: other}, limit=1, least=0)[0][1]
    score = int(min(98.0, alike(ratio, words(one, source), words(other, source)))) - sum(each.points for each in why)
    return Match(unit.id, "fuzzy", score, unit.text(source), unit.text(target), unit.text(target), why, unit)


def _similar(
    session: Session,
    text: str,
    masked: Masked,
    source: str,
    target: str,
    context: Context | None,
    known: Collection[int],
) -> list[Match]:
    plain = normal(text, source)
    forms = reachable(session, text, source, known)
    best = dict(nearest(plain, forms, limit=_REFINED, least=45))
    own = words(plain, source)
    found = []
    for unit in (Found(*row) for row in columns_of(session, COLUMNS, best)):
        why = penalties(unit, context, elsewhere=True)
        there = unit.text(source)
        if other_numbers(masked, mask(there, source)):
            why = (*why, Why("numbers", OTHER_NUMBERS))
        likeness = alike(best[unit.id], own, words(forms[unit.id], source))
        score = int(min(98.0, likeness)) - sum(each.points for each in why)
        found.append(Match(unit.id, "fuzzy", score, there, unit.text(target), unit.text(target), why, unit))
    return found


def reachable(session: Session, text: str, source: str, known: Collection[int]) -> dict[int, str]:
    """Of the units that may be similar those one may see, in normal form; more portions where others' stand in front."""
    forms: dict[int, str] = {}
    for ids in follower_of(session).similar(text, source, owners=_owners(session)):
        for unit, there in columns_of(session, ("id", source), ids):
            if unit not in known:
                forms[unit] = normal(there, source)
        if len(forms) >= 100:
            break
    return forms


def _owners(session: Session) -> set[int] | None:
    """Whose units may be seen, to spare looking at others'; the query for the units decides."""
    caller = caller_of(session)
    if caller.everything:
        return None
    shared = or_(Organisation.id == caller.organisation, Organisation.shares_catalogue)
    return set(session.scalars(select(Organisation.id).where(shared)))


def _best(found: Iterable[Match], text: str, limit: int) -> list[Match]:
    """The best first (of equals the one written to the letter, reviewed, newest), each text that is offered once."""
    ordered = sorted(found, key=lambda match: (-match.score, match.source_text != text, *match.found.rank()))
    once: dict[str, Match] = {}
    for match in ordered:
        once.setdefault(match.text, match)
    return list(once.values())[:limit]
