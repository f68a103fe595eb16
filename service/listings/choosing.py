"""What the seller chooses in a channel for a family or for one card, and how it answers for many cards at once.

What is chosen for a card goes before what is chosen for its family, attribute by attribute.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Annotated, Any, NamedTuple

from pydantic import Field, ValidationError
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.authored import Strict, words_for
from service.catalog.families import ensure_family, families
from service.catalog.models import Product
from service.database import now
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.listings.answering import Answered, Choice, Index, Prepared, prepare, stranger
from service.listings.categories.finding import snapshots
from service.listings.categories.snapshot import Category, Spoken, both
from service.listings.categories.suggesting import known_facts
from service.listings.channels import Channel, channel, channels
from service.listings.models import ChannelCategory, ListingChoice
from service.people.audit import record
from service.people.caller import caller_of

__all__ = [
    "AnswerEntry", "ChoiceRejected", "Chosen", "Desk", "Fault", "choice_of", "choices_for", "choose", "faults_of", "fields_of",
    "known_channels",
]  # fmt: skip

Text = Annotated[str, Field(min_length=1)]
Several = Text | Annotated[list[Text], Field(min_length=1)]


class AnswerEntry(Strict):
    """An answer to one attribute: a fact of the card, values as text, or values by their number; `unit` by the platform's number."""

    fact: Text | None = None
    value: Several | None = None
    value_id: Several | None = None
    unit: Text | None = None


class Fault(NamedTuple):
    """A fault in a choice: its place ("answers", "85", "fact"), what stands there, what is wrong and what would be right."""

    place: tuple[str, ...]
    value: str
    what: Message
    remedy: Message


class ChoiceRejected(DomainError):
    """A choice that cannot be used; nothing was changed."""

    title = N_("The choice for {whose} in {channel} cannot be used: {reasons}")
    remedy = N_("{todo}")

    def __init__(self, channel: str, whose: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        placed = [Message("{place}: {what}", {"place": ".".join(one.place), "what": one.what}) for one in faults]
        super().__init__(channel=channel, whose=whose, reasons=placed, todo=[one.remedy for one in faults])


def choose(
    session: Session, channel_key: str, *, family: str | None = None, product: Product | None = None, category: str | None = None,
    answers: Mapping[str, Any] | None = None, extras: Mapping[str, str] | None = None,
) -> ListingChoice:  # fmt: skip
    """Set what is chosen for a family or for one card; what is not given is taken out. Raises `NotFound`, `ChoiceRejected`."""
    if (family is None) == (product is None):
        raise TypeError("a choice is for a family or for a card")
    if family is not None and family not in families():
        raise NotFound(kind=Message(N_("The family")), name=family, known=families())
    where = channel(channel_key)
    whose = family if product is None else product.key
    given = Choice(category, dict(answers or {}), dict(extras or {}))
    own = product.family_key if product is not None else family
    found = snapshots(session, {channel_key: {category} if category else set()}, set(given.answers))
    known = known_channels(session, [channel_key])
    if faults := faults_of(
        where, given, family=own, category=found.get((channel_key, category or "")), known=bool(known)
    ):
        raise ChoiceRejected(channel_key, whose or "", faults)
    return _kept(session, channel_key, family, product, given)


def _kept(
    session: Session, channel_key: str, family: str | None, product: Product | None, given: Choice
) -> ListingChoice:
    row = choice_of(session, channel_key, family=family, product=product)
    answers: dict[str, Any] = dict(given.answers)
    extras: dict[str, Any] = dict(given.extras)
    if row is not None and (row.category, row.answers, row.extras) == (given.category, answers, extras):
        return row
    if row is None:
        if family is not None:
            ensure_family(session, family)
        row = ListingChoice(channel=channel_key, family_key=family, product_id=product.id if product else None)
        session.add(row)
    before = row.category
    row.category, row.answers, row.extras = given.category, answers, extras
    row.person, row.at = caller_of(session).name[:80], now()
    session.flush()
    name = family if product is None else product.key
    record(
        session, "listing.choose", f"{channel_key} {name}", before=before, after=given.category, answers=len(answers)
    )
    return row


def choice_of(
    session: Session, channel_key: str, *, family: str | None = None, product: Product | None = None
) -> ListingChoice | None:  # fmt: skip
    """What is chosen for a family, or for one card by itself."""
    own = ListingChoice
    whose = own.family_key == family if product is None else own.product_id == product.id
    return session.scalar(select(own).where(own.channel == channel_key, whose))


def faults_of(
    where: Channel, given: Choice, *, family: str | None, category: Category | None, known: bool
) -> list[Fault]:  # fmt: skip
    """What is wrong with a choice. Without a snapshot of the channel only its form can be checked."""
    found = list(_faults_of_form(given, family))
    fields = fields_of(where)
    for name in given.extras:
        if name not in fields:
            what = Message(N_("“{key}” is not known here."), {"key": name})
            found.append(
                Fault(("extras", name), name, what, Message(N_("Known: {known}."), {"known": sorted(fields) or "—"}))
            )
    if found:
        return found
    constants = {key: entry for key, entry in given.answers.items() if entry is not None and "fact" not in entry}
    tried = prepare(
        category, Choice(given.category, constants), "ru", date.min, known=known and given.category is not None
    )
    for one in tried.problems:
        if not one.attribute and one.blocks:
            found.append(Fault(("category",), given.category or "", one.what, one.remedy))
        elif one.attribute in constants:
            shown = constants[one.attribute].get("value", constants[one.attribute].get("value_id"))
            found.append(Fault(("answers", one.attribute), str(shown), one.what, one.remedy))
    asked = {one.external for one in category.attributes} if category is not None else set()
    found += [
        Fault(("answers", key), "", *stranger(key)) for key in given.answers if asked and key not in {*asked, *constants}
    ]  # fmt: skip
    return found


def _faults_of_form(given: Choice, family: str | None) -> Iterable[Fault]:
    facts = known_facts(family)
    for key, entry in given.answers.items():
        if entry is None:
            continue
        try:
            read = AnswerEntry.model_validate(dict(entry))
        except ValidationError as error:
            for item in error.errors(include_url=False):
                yield Fault(("answers", key, *map(str, item["loc"])), "", *words_for(item, AnswerEntry))
            continue
        if sum(one is not None for one in (read.fact, read.value, read.value_id)) != 1:
            yield Fault(("answers", key), "", *_ONE_ANSWER)
        elif read.fact is not None and read.fact not in facts:
            what = Message(N_("“{value}” is not known."), {"value": read.fact})
            yield Fault(
                ("answers", key, "fact"), read.fact, what, Message(N_("Known: {known}."), {"known": sorted(facts)})
            )


_ONE_ANSWER = (
    Message(N_("An answer is one of fact, value and value_id.")),
    Message(N_("Write it like this: {example}."), {"example": "{fact: brand}"}),
)


@cache
def fields_of(where: Channel) -> frozenset[str]:
    """The channel's own fields a seller may fill."""
    return frozenset(
        entry.name.removeprefix("extra.") for entry in where.content.fields if entry.name.startswith("extra.")
    )


def known_channels(session: Session, keys: Iterable[str]) -> frozenset[str]:
    """Those of these channels of which any category was imported."""
    own = ChannelCategory
    return frozenset(session.scalars(select(own.channel).where(own.channel.in_(list(keys))).distinct()))


def choices_for(
    session: Session, channel_keys: Iterable[str], products: Sequence[Product]
) -> dict[tuple[str, str], Choice]:  # fmt: skip
    """What is chosen for cards, by channel and key of the card; a card nobody has chosen for is not there. One query."""
    own = ListingChoice
    wanted = list(channel_keys)
    numbers = {product.id for product in products}
    groups = {product.family_key for product in products}
    # thousands of cards are not named in the query: a seller's choices are few
    query = select(own).where(own.channel.in_(wanted), or_(own.family_key.in_(groups), own.product_id.is_not(None)))
    rows = list(session.scalars(query))
    of_family = {(row.channel, row.family_key): row for row in rows if row.family_key is not None}
    of_card = {(row.channel, row.product_id): row for row in rows if row.product_id in numbers}
    ready = {place: _choice(row, None) for place, row in of_family.items()}
    found: dict[tuple[str, str], Choice] = {}
    for key in wanted:
        for product in products:
            below = of_family.get((key, product.family_key))
            card = of_card.get((key, product.id))
            if card is not None:
                found[key, product.key] = _choice(card, below)
            elif below is not None:
                found[key, product.key] = ready[key, product.family_key]
    return found


def _choice(row: ListingChoice, below: ListingChoice | None) -> Choice:
    """A card's choice over its family's. Answers of the family hold only in the family's category."""
    if below is None:
        return Choice(row.category, row.answers, row.extras)
    same = row.category is None or row.category == below.category
    return Choice(
        row.category or below.category, {**(below.answers if same else {}), **row.answers}, {**below.extras, **row.extras}
    )  # fmt: skip


class Chosen(NamedTuple):
    """What a choice makes of one card: fields of the channel, answers and what stands against them."""

    extras: Mapping[str, str]
    answered: Answered


class Desk:
    """Answers for many cards in several channels. Reads everything when it is made, in five queries, however many cards there are."""

    def __init__(self, session: Session, channel_keys: Iterable[str], products: Sequence[Product], day: date) -> None:
        keys = list(channel_keys)
        self.day = day
        self.choices = choices_for(session, keys, products)
        self.known = known_channels(session, keys)
        wanted: dict[str, set[str]] = {key: set() for key in keys}
        for (key, _), choice in self.choices.items():
            if choice.category is not None:
                wanted[key].add(choice.category)
        answered = {name for choice in self.choices.values() for name in choice.answers}
        self.categories = snapshots(session, wanted, answered)
        self._indexes: dict[tuple[str, str], Index] = {}
        self._ready: dict[tuple[str, Spoken, int], tuple[Prepared, Mapping[str, str]]] = {}

    def answer(
        self, channel_key: str, product: str, language: Spoken, facts: Mapping[str, str], unready: Mapping[str, str] | None = None
    ) -> Chosen:  # fmt: skip
        """What is chosen for a card and what it answers: `facts` and `unready` as `composing.Goods` has them."""
        choice = self.choices.get((channel_key, product))
        place = (channel_key, language, id(choice))  # `choices` keeps them all, so an id stays one's own
        ready = self._ready.get(place)
        if ready is None:
            ready = self._ready[place] = self._prepared(channel_key, choice, language)
        return Chosen(ready[1], ready[0].answer(facts, unready))

    def _prepared(
        self, channel_key: str, choice: Choice | None, language: Spoken
    ) -> tuple[Prepared, Mapping[str, str]]:
        external = choice.category if choice is not None else None
        category = self.categories.get((channel_key, external)) if external is not None else None
        index = self._indexes.setdefault((channel_key, external or ""), {})
        made = prepare(category, choice, language, self.day, known=channel_key in self.known, index=index)
        extras = {**_fields_by_category(channel_key, external, category, language), **(choice.extras if choice else {})}
        return made, extras


_HEADS = {"wildberries": "subject"}


def _fields_by_category(
    channel_key: str, external: str | None, category: Category | None, language: Spoken
) -> dict[str, str]:  # fmt: skip
    """The channel's own fields that a category fills. Ozon's is two numbers."""
    if external is None:
        return {}
    fields = fields_of(channels()[channel_key])
    head, _, kind = external.partition(":")
    told = {_HEADS.get(channel_key, "category"): head if "type" in fields else external}
    if kind:
        told["type"] = kind
    if category is not None and (name := both(category.name_zh, category.name_ru, language)):
        told["category_name"] = name
    return {key: value for key, value in told.items() if key in fields}
