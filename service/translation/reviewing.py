"""A person at the end of the road: the queue of drafts, each read beside its source, then accepted, edited or refused.

Whoever accepts must know the target language; what stands against a text must be mended or left with a reason first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz.distance import Levenshtein
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.exc import StaleDataError

from service.catalog.document import text_digest
from service.catalog.editing import take_text
from service.catalog.models import Product, ProductText
from service.database import now
from service.errors import DomainError, NotFound
from service.http.paging import page_of
from service.i18n import N_, Message, Named
from service.people.audit import record
from service.people.caller import caller_of
from service.people.models import Person
from service.translation.checks.checking import check
from service.translation.checks.ignoring import ignored
from service.translation.checks.pair import Finding, Pair, Side
from service.translation.filling import brand_names
from service.translation.memory.harvesting import sentence_pairs
from service.translation.memory.keeping import UnitGiven, count_use, remember
from service.translation.memory.looking import look
from service.translation.memory.matches import Context, Match
from service.translation.models import Draft, DraftComment
from service.translation.terms.asking import for_checks
from service.translation.terms.sets import term_set
from service.translation.terms.spans import Span
from service.webhooks.telling import tell

__all__ = [
    "AlreadyDecided", "NotYourLanguage", "Opened", "ReasonNeeded", "SourceChanged", "StillWrong", "accept", "accept_exact", "comment", "demand_language", "find_draft",
    "findings_of", "open_draft", "pair_of", "queue", "refuse",
]  # fmt: skip

_ORIGINS = {"memory": "memory", "machine": "machine", "mixed": "machine"}
_LANGUAGES = {"zh": Named("zh", "中文", "китайский"), "ru": Named("ru", "俄文", "русский")}


class NotYourLanguage(DomainError):
    """Somebody answers for a text in a language nobody has said they know."""

    status = 403
    title = N_("You may not answer for texts in this language: {language}.")
    remedy = N_("An administrator can note that you know it: amurlive people languages LOGIN zh ru.")


class AlreadyDecided(DomainError):
    """The draft was decided meanwhile."""

    status = 409
    title = N_("This draft has been decided already: {state}, by {person}.")
    remedy = N_("Look at the card; if its text is wrong, edit it there.")


class SourceChanged(DomainError):
    """The source is another one than the draft was made from."""

    status = 409
    title = N_("The source of this draft has changed since it was made.")
    remedy = N_("Have it drafted anew: amurlive translate fill.")


class StillWrong(DomainError):
    """Findings stand against the text."""

    title = N_("This text cannot be accepted yet: {findings}.")
    remedy = N_("Mend it, or leave a finding with a reason where that is allowed.")

    def __init__(self, found: Sequence[Finding]) -> None:
        self.found = tuple(found)
        super().__init__(findings=[one.message for one in found])


class ReasonNeeded(DomainError):
    """Refused without a word."""

    title = N_("A draft is refused with a reason.")
    remedy = N_("Say in a few words what is wrong, so that whoever writes next knows.")


@dataclass(frozen=True)
class Opened:
    """A draft as its reader sees it: what the card says now, what the memory and the term base know, what stands against it."""

    draft: Draft
    previous: str | None
    matches: tuple[Match, ...]
    source_terms: tuple[Span, ...]
    findings: tuple[Finding, ...]
    stale: bool


def queue(
    session: Session, *, after: str | None = None, limit: int = 50, locale: str | None = None, product: str | None = None,
    states: Collection[str] = ("waiting",), due_by: date | None = None,
) -> tuple[list[Draft], str | None]:  # fmt: skip
    """A page of drafts, the oldest first; `due_by`: only those somebody should have read by that day. Raises `BadCursor`."""
    query = (
        select(Draft)
        .where(Draft.state.in_(list(states)))
        .options(joinedload(Draft.product), selectinload(Draft.comments))
    )
    if locale is not None:
        query = query.where(Draft.locale == locale)
    if product is not None:
        query = query.join(Draft.product).where(Product.key == product)
    if due_by is not None:
        query = query.where(Draft.due_on <= due_by)
    return page_of(session, query, by=[Draft.id], after=after, limit=limit)


def find_draft(session: Session, number: int) -> Draft:
    """One draft. Raises `NotFound`."""
    found = session.get(Draft, number)
    if found is None:
        raise NotFound(kind=Message(N_("The draft")), name=str(number), known=[])
    return found


def open_draft(session: Session, draft: Draft, *, text: str | None = None) -> Opened:
    """Everything a reader needs; `text` is what stands in the editor now, if it differs from the draft."""
    context = Context(draft.product.family_key, draft.field)
    matches = look(
        session, draft.source_text, source=draft.source_locale, target=draft.locale, context=context, limit=5
    )
    terms = term_set(session)
    return Opened(
        draft, _text_of(draft.product, draft.locale, draft.field), tuple(matches),
        tuple(terms.find(draft.source_text, draft.source_locale)), tuple(findings_of(session, draft, draft.text if text is None else text)),
        _source_digest(draft) != draft.source_digest,
    )  # fmt: skip


def pair_of(draft: Draft, text: str, names: Collection[Any] = ()) -> Pair:
    """A draft as the checks see it. Once a person has read it, that nobody had is no finding."""
    zh, ru = (draft.source_text, text) if draft.source_locale == "zh" else (text, draft.source_text)
    source: Side = "zh" if draft.source_locale == "zh" else "ru"
    return Pair(
        source,
        zh,
        ru,
        field=draft.field,
        family=draft.product.family_key,
        origin=draft.origin,
        reviewed=True,
        names=tuple(names),
    )


def findings_of(session: Session, draft: Draft, text: str) -> list[Finding]:
    """What stands against a text for this draft, without what somebody has left with a reason."""
    pair = pair_of(draft, text, brand_names(session))
    return check(pair, terms=for_checks(term_set(session)), ignored=ignored(session, pair))


def accept(
    session: Session, draft: Draft, *, text: str | None = None, version: int | None = None, seconds: int | None = None
) -> Draft:  # fmt: skip
    """Put the draft, or the reader's own wording of it, on the card; the pair goes into the memory.

    Raises `NotYourLanguage`, `AlreadyDecided`, `SourceChanged`, `StillWrong`, and StaleDataError for another `version`.
    """
    _may_decide(session, draft, version)
    demand_language(session, draft.locale)
    final = draft.text if text is None else text.strip()
    if _source_digest(draft) != draft.source_digest:
        raise SourceChanged
    grave = [one for one in findings_of(session, draft, final) if one.level in ("block", "error")]
    if grave:
        raise StillWrong(grave)
    edited = final != draft.text
    origin = _ORIGINS.get(draft.origin, "authored")
    take_text(session, draft.product.key, locale=draft.locale, field=draft.field, value=final, origin=origin)
    _decide(session, draft, "edited" if edited else "accepted", seconds, final=final)
    zh, ru = (draft.source_text, final) if draft.source_locale == "zh" else (final, draft.source_text)
    written = "edited" if edited else "machine" if origin == "machine" else "authored"
    remember(
        session,
        [
            UnitGiven(
                *pair, draft.source_locale, family=draft.product.family_key, field=draft.field, reviewed=True, reviewer=draft.decided_by, origin=written
            )
            for pair in dict.fromkeys([(zh, ru), *sentence_pairs(zh, ru)])
        ],
    )  # fmt: skip
    count_use(session, [part["unit"] for part in draft.sentences if "unit" in part])
    return draft


def accept_exact(session: Session, drafts: Sequence[Draft]) -> list[Draft]:
    """Accept at once what the memory holds word for word (100 and 101), as long as nothing stands against it; the others stay."""
    done = []
    for draft in drafts:
        if draft.state == "waiting" and draft.origin == "memory" and (draft.score or 0) >= 100:
            try:
                done.append(accept(session, draft))
            except (StillWrong, SourceChanged):
                continue
    return done


def refuse(
    session: Session, draft: Draft, *, reason: str, version: int | None = None, seconds: int | None = None
) -> Draft:
    """Take a draft off the queue with a reason. Raises `AlreadyDecided`, `NotYourLanguage`, `ReasonNeeded`, StaleDataError."""
    _may_decide(session, draft, version)
    demand_language(session, draft.locale)
    if not reason.strip():
        raise ReasonNeeded
    _decide(session, draft, "refused", seconds, reason=reason.strip()[:500])
    return draft


def comment(session: Session, draft: Draft, text: str) -> DraftComment:
    """Say something about a draft; whoever works here may."""
    said = DraftComment(draft_id=draft.id, person=caller_of(session).name[:80], text=text.strip()[:1000])
    session.add(said)
    session.flush()
    return said


def _decide(
    session: Session,
    draft: Draft,
    state: str,
    seconds: int | None,
    *,
    final: str | None = None,
    reason: str | None = None,
) -> None:
    """Everything at once: one decision is one version."""
    draft.state, draft.decided_by, draft.decided_at = state, caller_of(session).name[:80], now()
    draft.seconds = None if seconds is None else max(0, min(seconds, 86_400))
    draft.final, draft.reason = final, reason
    draft.distance = None if final is None else round(1000 * Levenshtein.normalized_distance(draft.text, final))
    session.flush()
    record(session, f"draft.{state}", draft.product.key, text=f"{draft.field}[{draft.locale}]", distance=draft.distance)
    place = {"product": draft.product.key, "field": draft.field, "locale": draft.locale}
    tell(session, "draft.decided", {"draft": draft.id, "state": state, **place})


def _may_decide(session: Session, draft: Draft, version: int | None) -> None:
    if draft.state != "waiting":
        raise AlreadyDecided(state=Message(STATES[draft.state]), person=draft.decided_by or "—")
    if version is not None and version != draft.version:
        raise StaleDataError("the draft was changed meanwhile")


STATES = {
    "waiting": N_("waits for a reader"), "accepted": N_("accepted"), "edited": N_("accepted with changes"), "refused": N_("refused"),
    "withdrawn": N_("withdrawn, its source has changed"),
}  # fmt: skip


def demand_language(session: Session, locale: str) -> None:
    """Whoever signs in answers only in languages noted for them; the command line is the operator's."""
    number = caller_of(session).person
    person = session.get(Person, number) if number is not None else None
    if number is not None and (person is None or locale not in person.languages):
        raise NotYourLanguage(language=_LANGUAGES[locale])


def _text_of(product: Product, locale: str, field: str) -> str | None:
    found: ProductText | None = next((one for one in product.texts if (one.locale, one.field) == (locale, field)), None)
    return found.value if found else None


def _source_digest(draft: Draft) -> str:
    return text_digest(_text_of(draft.product, draft.source_locale, draft.field) or "")
