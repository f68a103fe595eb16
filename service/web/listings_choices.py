"""What is chosen in a channel for a family or one card: the category, and how each of its attributes is answered, by a fact, a value or a dictionary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.families import families
from service.catalog.listing import find_product
from service.errors import DomainError, NotFound
from service.http.languages import CallerLocale
from service.i18n import N_, Locale, Message
from service.listings.categories.finding import find_categories, find_category, prepared
from service.listings.categories.snapshot import Value
from service.listings.categories.suggesting import suggest
from service.listings.channels import channel as find_channel
from service.listings.channels import fields_to_tell
from service.listings.choosing import ChoiceRejected, choice_of, choose
from service.listings.models import ChannelAttribute, ChannelCategory, ChannelValue
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.layout import back, page
from service.web.listings import card_name
from service.web.listings_questions import (
    NOT_ANSWERED,
    Typed,
    Whose,
    counts_of,
    entry_of,
    listed,
    questions_of,
    shown_of,
)
from service.web.listings_words import ListingWords
from service.web.posting import Fault, refusal, today
from service.web.shops import ChangedHere

router = APIRouter(route_class=Guarded, prefix="/listings/categories", include_in_schema=False)
Reading = Annotated[Session, reading("listings:read")]
Writing = Annotated[Session, writing("listings:write")]
OURS = [Depends(form_is_ours)]
FOUND = 40
ChannelPath = Annotated[str, Path(pattern=r"^[a-z0-9_]+$", max_length=40)]
WhosePath = Annotated[Literal["family", "card"], Path()]
KeyPath = Annotated[str, Path(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=60)]
AttributePath = Annotated[str, Path(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=80)]
TextQuery = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]
_Typed = Annotated[str, Form(max_length=200, pattern=r"^[^\x00]*$")]
_List = Annotated[list[Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]] | None, Form(max_length=900)]
_Version = Annotated[int, Form(ge=0, lt=2**31)]
_SAID = {
    "category": N_("The category is chosen."), "answers": N_("Saved."), "suggested": N_("The suggestions were taken over."),
    "value": N_("Saved."),
}  # fmt: skip


@router.get("/{channel}/{of}/{key}")
def choice(
    session: Reading, request: Request, locale: CallerLocale, channel: ChannelPath, of: WhosePath, key: KeyPath, q: TextQuery = "",
    said: str = "",
) -> HTMLResponse:  # fmt: skip
    """The category with a search for it, and its attributes."""
    whose = _whose(session, channel, of, key)
    return _choice(session, request, locale, whose, q=q, done=Message(_SAID[said]).say(locale) if said in _SAID else "")


@router.get("/{channel}/{of}/{key}/{form}")
def again(
    _session: Reading, locale: CallerLocale, channel: ChannelPath, of: WhosePath, key: KeyPath, form: str
) -> Response:
    """Where a refused form stands; read in another language it begins anew."""
    return RedirectResponse(f"/listings/categories/{channel}/{of}/{key}?lang={locale}", status_code=303)


def _whose(session: Session, channel: str, of: str, key: str) -> Whose:
    where = find_channel(channel)
    if of == "family":
        if key not in families():
            raise NotFound(kind=Message(N_("The family")), name=key, known=families())
        return Whose(of, key, key, None, where, choice_of(session, where.key, family=key))
    card = find_product(session, key)
    below = choice_of(session, where.key, family=card.family_key)
    return Whose(of, card.key, card.family_key, card, where, choice_of(session, where.key, product=card), below)


def _choice(
    session: Session, request: Request, locale: Locale, whose: Whose, status: int = 200, *, q: str = "",
    typed: Mapping[str, Typed] | None = None, extras: Mapping[str, str] | None = None, wrong: Mapping[str, list[str]] | None = None, **values: Any,
) -> HTMLResponse:  # fmt: skip
    says = ListingWords(locale)
    category = prepared(session, whose.where.key, [whose.category], []).get(whose.category) if whose.category else None
    questions = questions_of(session, says, whose, category, typed or {}, wrong or {}) if category else []
    words = q.strip()
    given = {"fault": None, "done": "", "refused": ""} | values
    heads = {"category", "type", "subject", "category_name"}
    return page(
        request, locale, "listings_choice.html", status, whose=whose, where=whose.where, category=category, q=words,
        found=find_categories(session, whose.where.key, words, most=FOUND, leaves=True) if words else [],
        title=card_name(whose.card, locale) if whose.card else says.family(whose.key),
        asked=sorted((one for one in questions if not one.elsewhere), key=lambda one: not one.attribute.required),
        elsewhere=[one for one in questions if one.elsewhere], lacking=sum(one.lacks for one in questions if not one.elsewhere),
        suggestions=[one for one in questions if one.suggested], facts=says.facts_to_choose(whose.family),
        tell=[one for one in fields_to_tell(whose.where, today(locale)) if one.name not in heads], own=whose.where.own,
        extras=extras if extras is not None else (whose.row.extras if whose.row else {}), imported=bool(q) or _imported(session, whose.where.key),
        says=says, quote=quote, **given,
    )  # fmt: skip


def _imported(session: Session, channel: str) -> bool:
    return session.scalar(select(ChannelCategory.id).where(ChannelCategory.channel == channel).limit(1)) is not None


@router.post("/{channel}/{of}/{key}/category", dependencies=OURS)
def choose_category(
    session: Writing, request: Request, locale: CallerLocale, channel: ChannelPath, of: WhosePath, key: KeyPath, version: _Version,
    category: _Typed = "",
) -> Response:  # fmt: skip
    """Choose the category; answers belong to it, so those of another go. Nothing chosen: the family's holds again."""
    whose = _whose(session, channel, of, key)
    wanted = category.strip() or None

    def work() -> str:
        if wanted is not None:
            find_category(session, whose.where.key, wanted)
        answers = whose.answers if wanted == whose.own_category else {}
        _keep(session, whose, version, wanted, answers, whose.row.extras if whose.row else {})
        return "category"

    return _act(session, request, locale, whose, "category", work)


@router.post("/{channel}/{of}/{key}/suggestions", dependencies=OURS)
def take_suggestions(
    session: Writing, request: Request, locale: CallerLocale, channel: ChannelPath, of: WhosePath, key: KeyPath, version: _Version,
    attribute: _List = None,
) -> Response:  # fmt: skip
    """Take suggested answers over, all or one; what is answered already stays."""
    whose = _whose(session, channel, of, key)

    def work() -> str:
        ideas: Mapping[str, Any] = {}
        if whose.category is not None and whose.family in families():
            ideas = suggest(find_category(session, whose.where.key, whose.category), whose.family)
        fresh = {
            one: idea for one, idea in ideas.items()
            if one not in whose.answers and one not in whose.behind and (not attribute or one in attribute)
        }  # fmt: skip
        _keep(session, whose, version, whose.own_category, whose.answers | fresh, whose.row.extras if whose.row else {})
        return "suggested"

    return _act(session, request, locale, whose, "answers", work)


@router.post("/{channel}/{of}/{key}/answers", dependencies=OURS)
def answer(
    session: Writing, request: Request, locale: CallerLocale, channel: ChannelPath, of: WhosePath, key: KeyPath, version: _Version,
    attribute: _List = None, fact: _List = None, value: _List = None, unit: _List = None, field: _List = None, extra: _List = None,
) -> Response:  # fmt: skip
    """All answers of the form; an empty one is taken out. What the form does not show stays."""
    whose = _whose(session, channel, of, key)
    rows = zip(attribute or [], fact or [], value or [], unit or [], strict=False)
    typed = {one: Typed(given.strip(), text.strip(), number.strip()) for one, given, text, number in rows}
    told = {name: text.strip() for name, text in zip(field or [], extra or [], strict=False)}
    extras = {**(whose.row.extras if whose.row else {}), **told}

    def work() -> str:
        counts = counts_of(session, whose.where.key, whose.category) if whose.category else {}
        answers, shown = whose.answers, shown_of(session, ListingWords(locale), whose, counts)
        for one, given in typed.items():
            if one in answers and given == shown.get(one):
                continue  # as it stood there: numbers of the dictionary stay numbers
            answers.pop(one, None)
            if given.fact == NOT_ANSWERED and not given.value:
                answers[one] = None
            elif given.fact or given.value:
                answers[one] = entry_of(given, several=counts.get(one, 0) > 0)
        _keep(
            session, whose, version, whose.own_category, answers, {name: text for name, text in extras.items() if text}
        )
        return "answers"

    return _act(session, request, locale, whose, "answers", work, typed=typed, extras=extras)


@router.get("/{channel}/{of}/{key}/values/{attribute}")
def values(
    session: Reading, request: Request, locale: CallerLocale, channel: ChannelPath, of: WhosePath, key: KeyPath, attribute: AttributePath,
    q: TextQuery = "",
) -> HTMLResponse:  # fmt: skip
    """Search in an attribute's dictionary."""
    return _values(session, request, locale, _whose(session, channel, of, key), attribute, q=q)


def _values(
    session: Session, request: Request, locale: Locale, whose: Whose, attribute: str, status: int = 200, *, q: str = "", fault: Fault | None = None
) -> HTMLResponse:  # fmt: skip
    row = _attribute(session, whose, attribute)
    words = q.casefold().split()
    known = session.execute(
        select(ChannelValue.external, ChannelValue.zh, ChannelValue.ru)
        .where(ChannelValue.attribute_id == row.id)
        .order_by(ChannelValue.id)
    )
    hits = [
        Value(one, zh, ru) for one, zh, ru in known
        if one == q.strip() or all(word in f"{zh or ''} {ru or ''}".casefold() for word in words)
    ]  # fmt: skip
    hits.sort(key=lambda one: len(one.ru or one.zh or "") if words else 0)
    return page(
        request, locale, "listings_values.html", status, whose=whose, attribute=row, hits=hits[:FOUND], total=len(hits), q=q,
        title=card_name(whose.card, locale) if whose.card else ListingWords(locale).family(whose.key), fault=fault, says=ListingWords(locale), quote=quote,
    )  # fmt: skip


def _attribute(session: Session, whose: Whose, external: str) -> ChannelAttribute:
    query = select(ChannelAttribute).join(ChannelCategory).where(
        ChannelCategory.channel == whose.where.key, ChannelCategory.external == whose.category, ChannelAttribute.external == external
    )  # fmt: skip
    found = session.scalar(query)
    if found is None:
        raise NotFound(kind=Message(N_("The attribute")), name=external)
    return found


@router.post("/{channel}/{of}/{key}/values/{attribute}", dependencies=OURS)
def take_value(
    session: Writing, request: Request, locale: CallerLocale, channel: ChannelPath, of: WhosePath, key: KeyPath, attribute: AttributePath,
    version: _Version, value: _Typed = "", q: _Typed = "",
) -> Response:  # fmt: skip
    """Answer an attribute with a value of its dictionary; where several may be given, beside those already there."""
    whose = _whose(session, channel, of, key)
    row = _attribute(session, whose, attribute)
    before = whose.answers.get(attribute) or {}
    most = row.limits.get("most")
    there = [str(one) for one in listed(before.get("value_id"))] if most != 1 else []
    numbers = list(dict.fromkeys([*there, value.strip()]))
    numbers = numbers[-most:] if isinstance(most, int) and most > 0 else numbers
    entry = {"value_id": numbers[0] if len(numbers) == 1 else numbers}
    try:
        with session.begin_nested():
            extras = whose.row.extras if whose.row else {}
            _keep(session, whose, version, whose.own_category, whose.answers | {attribute: entry}, extras)
    except DomainError as error:
        fault = _fault(session, error, locale)
        return _values(session, request, locale, whose, attribute, fault.status, q=q, fault=fault)
    return back(whose.at, f"value#a-{quote(attribute)}")


def _keep(
    session: Session,
    whose: Whose,
    version: int,
    category: str | None,
    answers: Mapping[str, Any],
    extras: Mapping[str, str],
) -> None:
    if version != whose.version:
        raise ChangedHere()
    choose(
        session, whose.where.key, family=whose.family if whose.card is None else None, product=whose.card, category=category,
        answers=answers, extras=extras,
    )  # fmt: skip


def _act(
    session: Session, request: Request, locale: Locale, whose: Whose, refused: str, work: Callable[[], str], **values: Any
) -> Response:  # fmt: skip
    """Do it and go back to the page; or the page with the faults at their attributes and all that was typed."""
    try:
        with session.begin_nested():
            said = work()
    except DomainError as error:
        wrong: dict[str, list[str]] = {}
        if isinstance(error, ChoiceRejected):
            for one in error.faults:
                if one.place[:1] == ("answers",) and len(one.place) > 1:
                    wrong.setdefault(one.place[1], []).append(f"{one.what.say(locale)} {one.remedy.say(locale)}")
        fault = _fault(session, error, locale)
        return _choice(
            session, request, locale, whose, fault.status, fault=fault, refused=refused, wrong=wrong, **values
        )
    return back(whose.at, said)


def _fault(session: Session, error: DomainError, locale: Locale) -> Fault:
    if isinstance(error, ChoiceRejected):
        places = [f"{'.'.join(one.place)}: {one.what.say(locale)} {one.remedy.say(locale)}" for one in error.faults]
        return Fault(error.status, Message(N_("The answers were not saved.")).say(locale), places)
    return refusal(session, error, locale, {})
