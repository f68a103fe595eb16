"""People change the term base: concepts added, changed and retired, cards confirmed, candidates accepted or refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import blake2b

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.database import now
from service.errors import DomainError, NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.language.chinese import pinyin
from service.language.russian import stress
from service.people.audit import record
from service.people.caller import caller_of
from service.people.reach import organisation_of
from service.translation.models import Concept, Term
from service.translation.terms.cards import Card
from service.translation.terms.concepts import MARKETS, STATUSES, Meaning, Wording
from service.translation.terms.domains import domains
from service.translation.terms.files import KEY, wrong_script
from service.translation.terms.harvesting import Candidate
from service.translation.terms.matching import key_of
from service.translation.terms.sets import meaning_of
from service.translation.terms.storing import own_concepts, put

__all__ = [
    "ConceptChanged", "ConceptExists", "TermRefused", "accept_candidate", "add_concept", "candidate_page", "change_concept",
    "concept", "confirm_card", "faults_of", "keep_candidates", "refuse_candidate", "retire_concept",
]  # fmt: skip


class ConceptExists(DomainError):
    """A key names one concept."""

    status = 409
    title = N_("There is a concept “{key}” already.")
    remedy = N_("Choose another key, or change that concept.")


class ConceptChanged(DomainError):
    """Somebody else was quicker."""

    status = 409
    title = N_("“{key}” has been changed since you opened it.")
    remedy = N_("Open it again and repeat your change.")


class TermRefused(DomainError):
    """A concept holds faults."""

    title = N_("The concept was not saved: {faults}")
    remedy = N_("Correct what is named and save again.")


def concept(session: Session, key: str) -> Concept:
    """The caller's own concept. Raises `NotFound`."""
    found = own_concepts(session, [key]).get(key)
    if found is None:
        raise NotFound(kind=Message(N_("The concept")), name=key)
    return found


def faults_of(meaning: Meaning) -> list[Message]:
    """What stands against saving a concept."""
    found: list[Message] = []
    if not KEY.fullmatch(meaning.key) or len(meaning.key) > 80:
        found.append(Message(N_("A key is small Latin letters, digits and hyphens, at most 80.")))
    for value, known in ((meaning.domain, sorted(domains())), (meaning.market or MARKETS[0], list(MARKETS))):
        if value not in known:
            found.append(Message(N_("“{value}” is not known."), {"value": value}))
    if not meaning.source or len(meaning.source) > 200:
        found.append(Message(N_("A source is needed, of at most 200 characters.")))
    if meaning.valid_from and meaning.valid_to and meaning.valid_to < meaning.valid_from:
        found.append(Message(N_("The last day is before the first.")))
    if not any(one.locale in ("zh", "ru") for one in meaning.wordings):
        found.append(Message(N_("The concept has no wording.")))
    seen: set[tuple[str, str]] = set()
    for wording in meaning.wordings:
        if (
            not wording.text.strip()
            or len(wording.text) > 200
            or wrong_script(wording.locale, wording.text)
            or wording.status not in STATUSES
        ):
            found.append(
                Message(
                    N_("“{text}” is no wording of its language, or longer than 200 characters."), {"text": wording.text}
                )
            )
        if (wording.locale, wording.text) in seen:
            found.append(Message(N_("The wording “{text}” stands here twice."), {"text": wording.text}))
        seen.add((wording.locale, wording.text))
    for locale in ("zh", "ru"):
        if len(list(meaning.of(locale, "preferred"))) > 1:
            found.append(Message(N_("Only one wording can be the preferred one.")))
    return found


def add_concept(session: Session, meaning: Meaning) -> Concept:
    """A new concept of one's own; one of another organisation may have the same key, one's own then stands before it.

    Raises `TermRefused`, `ConceptExists`.
    """
    _demand(meaning)
    if meaning.key in own_concepts(session, [meaning.key]):
        raise ConceptExists(key=meaning.key)
    row = put(session, None, completed(meaning), person=caller_of(session).name)
    session.flush()
    record(session, "term.added", meaning.key)
    return row


def change_concept(session: Session, meaning: Meaning, *, version: int) -> Concept:
    """Write a concept anew; `version` is the one the person saw. Raises `NotFound`, `ConceptChanged`, `TermRefused`."""
    row = concept(session, meaning.key)
    if row.version != version:
        raise ConceptChanged(key=meaning.key)
    _demand(meaning)
    before = meaning_of(row)
    after = completed(meaning)
    put(session, row, after, person=caller_of(session).name)
    session.flush()
    record(session, "term.changed", meaning.key, version=row.version, changed=_changed(before, after))
    return row


def retire_concept(session: Session, key: str, *, last: date | None = None) -> Concept:
    """The concept holds until `last` (None: yesterday, so no longer); old texts can still be checked by it. Raises `NotFound`."""
    row = concept(session, key)
    row.valid_to = last or now().date() - timedelta(days=1)
    row.person, row.at = caller_of(session).name[:80], now()
    session.flush()
    record(session, "term.retired", key, last=row.valid_to.isoformat())
    return row


def confirm_card(session: Session, key: str, text: str, card: Card, *, version: int) -> Concept:
    """A person has read a wording's forms (`cards.proposed` makes the draft) and answers for them.

    Raises `NotFound`, `ConceptChanged`, `TermRefused`.
    """
    for row in (card.singular, card.plural):
        if row and (len(row) != 6 or not all(row)):
            raise TermRefused(faults=[Message(N_("Six forms of a number are expected, with commas between."))])
    meaning = meaning_of(concept(session, key))
    if not any(one.locale == "ru" and one.text == text for one in meaning.wordings):
        raise NotFound(kind=Message(N_("The wording")), name=text, known=[one.text for one in meaning.of("ru")])
    wordings = tuple(
        replace(one, card=card.as_data()) if (one.locale, one.text) == ("ru", text) else one for one in meaning.wordings
    )
    return change_concept(session, replace(meaning, wordings=wordings), version=version)


def keep_candidates(session: Session, candidates: Iterable[Candidate], *, domain: str) -> list[str]:
    """Note candidates for people to look at; those noted before, refused ones too, are not noted again. Returns the new keys."""
    made: list[str] = []
    wanted = {_key(one): one for one in candidates}
    present = own_concepts(session, list(wanted))
    for key, one in wanted.items():
        if key in present:
            continue
        note = f"{one.together} / {one.zh_pairs} / {one.ru_pairs}; Dice {one.dice}; LLR {one.likelihood}"
        meaning = Meaning(
            key, domain, (Wording("zh", one.zh, "candidate"), Wording("ru", one.ru, "candidate")), note=note,
            source="harvested from reviewed pairs",
        )  # fmt: skip
        put(session, None, completed(meaning), person=caller_of(session).name)
        made.append(key)
    session.flush()
    if made:
        record(session, "term.candidates", domain, count=len(made))
    return made


def candidate_page(session: Session, *, after: str | None, limit: int) -> tuple[list[Concept], str | None]:
    """A page of one's own candidates that nobody has decided on, by key."""
    waiting = select(Term.concept_id).where(Term.status == "candidate")
    query = (
        select(Concept).options(selectinload(Concept.terms))
        .where(Concept.organisation_id == organisation_of(session), Concept.valid_to.is_(None), Concept.id.in_(waiting))
    )  # fmt: skip
    return page_of(session, query, by=[Concept.key], after=after, limit=limit)


def accept_candidate(session: Session, key: str, meaning: Meaning, *, version: int) -> Concept:
    """Make a candidate a concept as the person has written it, under a key of its own if `meaning` has one.

    Raises `NotFound`, `ConceptExists`, `ConceptChanged`, `TermRefused`.
    """
    _demand(meaning)
    row = concept(session, key)
    if meaning.key != key:
        if meaning.key in own_concepts(session, [meaning.key]):
            raise ConceptExists(key=meaning.key)
        if row.version != version:
            raise ConceptChanged(key=key)
        row.key = meaning.key
        session.flush()
        version = row.version
    return change_concept(session, meaning, version=version)


def refuse_candidate(session: Session, key: str) -> None:
    """The words are no term; they are kept so as not to be proposed again. Raises `NotFound`."""
    retire_concept(session, key)


def _key(candidate: Candidate) -> str:
    words = f"{candidate.zh}\n{candidate.ru}".encode()
    return f"candidate-{blake2b(words, digest_size=6).hexdigest()}"


def _demand(meaning: Meaning) -> None:
    if faults := faults_of(meaning):
        raise TermRefused(faults=faults)


def completed(meaning: Meaning) -> Meaning:
    """With what wordings are found by, and readings nobody has given."""
    return replace(meaning, wordings=tuple(_complete(one) for one in meaning.wordings))


def _complete(one: Wording) -> Wording:
    read = one.pinyin or (pinyin(one.text)[:300] if one.locale == "zh" else None)
    marked = one.stress or (stress(one.text) if one.locale == "ru" else None)
    return replace(
        one, lemmas=key_of(one.locale, one.text), pinyin=read, stress=marked if marked != one.text else None
    )  # fmt: skip


def _changed(before: Meaning, after: Meaning) -> list[str]:
    """Names of what differs, for the record."""
    names = (
        "domain",
        "market",
        "definition_zh",
        "definition_ru",
        "note",
        "source",
        "verified",
        "valid_from",
        "valid_to",
    )
    found = [name for name in names if getattr(before, name) != getattr(after, name)]
    old, new = ({(one.locale, one.text): one for one in some.wordings} for some in (before, after))
    return found + [
        f"{locale}: {text}"
        for locale, text in sorted(old.keys() | new.keys())
        if old.get((locale, text)) != new.get((locale, text))
    ]
