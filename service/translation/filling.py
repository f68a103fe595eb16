"""Cards whose texts lack a counterpart, and the drafts made for them. Nothing is put on a card here: drafts wait for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.catalog.brands.keeping import seen_brands
from service.catalog.document import text_digest
from service.catalog.models import Product, ProductText
from service.database import now
from service.people.audit import record
from service.people.caller import caller_of
from service.people.reach import organisation_of
from service.translation.checks.pair import Finding, Name
from service.translation.drafting import Drafted, Language, Machine, Untold, Wanted, draft
from service.translation.models import Draft
from service.translation.terms.sets import term_set

__all__ = [
    "AT_ONCE",
    "Answered",
    "Filled",
    "Place",
    "brand_names",
    "drafts_for",
    "keep_drafts",
    "own_cards",
    "undrafted",
    "wanting",
]

AT_ONCE = 200
"""Texts that go to the machine together."""


class Place(NamedTuple):
    """A text of a card that lacks a counterpart, or whose counterpart is older than it. `stale`: there is one."""

    product: int
    key: str
    family: str
    field: str
    target: Language
    text: str
    stale: bool


Answered = tuple[Place, Drafted | Untold]


@dataclass
class Filled:
    """What became of the texts: drafts made, drafts that were there, texts nobody could draft, by key of the card."""

    made: int = 0
    there: int = 0
    by_origin: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    untold: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def lacking(self) -> int:
        """Texts that need the machine, and there is none."""
        return sum(len(one) for one in self.untold.values())


def own_cards(session: Session, keys: Sequence[str] | None = None) -> list[Product]:
    """One's own cards with their texts, in the order of their keys: all, or these."""
    query = select(Product).where(Product.organisation_id == organisation_of(session)).order_by(Product.key)
    if keys is not None:
        query = query.where(Product.key.in_(keys))
    return list(session.scalars(query.options(selectinload(Product.texts), joinedload(Product.family))))


def wanting(
    product: Product, targets: Iterable[Language] = ("zh", "ru"), fields: Iterable[str] | None = None
) -> list[Place]:
    """The texts of a card that lack a counterpart in these languages. Only what a person answers for is translated."""
    found = []
    texts = {(one.locale, one.field): one for one in product.texts}
    wanted = None if fields is None else set(fields)
    for (locale, name), text in sorted(texts.items()):
        target = _other(locale)
        if target not in targets or (wanted is not None and name not in wanted) or not _ready(text):
            continue
        there = texts.get((target, name))
        if there is None or not there.value.strip():
            found.append(Place(product.id, product.key, product.family_key, name, target, text.value, False))
        elif there.stale and locale == product.source_locale:
            found.append(Place(product.id, product.key, product.family_key, name, target, text.value, True))
    return found


def _other(locale: str) -> Language:
    return "ru" if locale == "zh" else "zh"


def _ready(text: ProductText) -> bool:
    return text.reviewer is not None and not text.stale and bool(text.value.strip())


def brand_names(session: Session) -> list[Name]:
    """Brands with a name in both languages."""
    found = []
    for brand in seen_brands(session).values():
        names = {text.locale: text.value for text in brand.texts if text.field == "name"}
        if {"zh", "ru"} <= names.keys():
            found.append(Name(names["zh"], names["ru"]))
    return found


def undrafted(session: Session, places: Sequence[Place]) -> list[Place]:
    """Those no draft of the present source waits for."""
    waiting = _waiting(session, {place.product for place in places})
    return [place for place in places if not _drafted(place, waiting)]


def drafts_for(
    session: Session, places: Sequence[Place], *, day: date, machine: Callable[[Language, Language], Machine | None],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Answered]:  # fmt: skip
    """Drafts for these texts; only reads, for a machine takes its time. `machine` gives the one from a language to another, None: there is none."""
    names, terms = brand_names(session), term_set(session, on=day)
    todo: dict[Language, list[Place]] = defaultdict(list)
    for place in places:
        todo[place.target].append(place)
    answered: list[Answered] = []
    for target, some in todo.items():
        source = _other(target)
        for start in range(0, len(some), AT_ONCE):
            part = some[start : start + AT_ONCE]
            wanted = [Wanted(one.text, source, one.family, one.field) for one in part]
            answers = draft(session, wanted, terms=terms, day=day, machine=machine(source, target), names=names)
            answered += zip(part, answers, strict=True)
            progress(len(answered), len(places))
    return answered


def keep_drafts(session: Session, answered: Sequence[Answered], *, due_on: date | None = None) -> Filled:
    """Keep drafts for review. One of the same source that still waits is left alone; one of an older source is withdrawn."""
    report = Filled()
    waiting, person = _waiting(session, {place.product for place, _ in answered}), caller_of(session).name[:80]
    for place, answer in answered:
        if isinstance(answer, Untold):
            report.untold[place.key].append(f"{place.field}[{place.target}]")
        elif _drafted(place, waiting):
            report.there += 1
        else:
            if (old := waiting.get((place.product, place.target, place.field))) is not None:
                old.state, old.decided_at = "withdrawn", now()
            session.add(_row(place, answer, due_on, person))
            report.made += 1
            report.by_origin[answer.origin] += 1
    session.flush()
    if report.made:
        record(session, "texts.drafted", "translation", made=report.made, lacking=report.lacking)
    return report


def _drafted(place: Place, waiting: Mapping[tuple[int, str, str], Draft]) -> bool:
    there = waiting.get((place.product, place.target, place.field))
    return there is not None and there.source_digest == text_digest(place.text)


def _waiting(session: Session, products: set[int]) -> dict[tuple[int, str, str], Draft]:
    found: dict[tuple[int, str, str], Draft] = {}
    numbers = sorted(products)
    for start in range(0, len(numbers), 500):
        query = select(Draft).where(Draft.product_id.in_(numbers[start : start + 500]), Draft.state == "waiting")
        found |= {(one.product_id, one.locale, one.field): one for one in session.scalars(query)}
    return found


def _row(place: Place, answer: Drafted, due_on: date | None, person: str) -> Draft:
    return Draft(
        product_id=place.product, locale=place.target, field=place.field, source_locale=answer.wanted.source, source_text=place.text,
        source_digest=text_digest(place.text), text=answer.text, origin=answer.origin, score=answer.score, engine=(answer.engine or "")[:300] or None,
        sentences=[part.as_data() for part in answer.parts], findings=[_finding(one) for one in answer.findings], due_on=due_on, person=person,
    )  # fmt: skip


def _finding(one: Finding) -> dict[str, str]:
    """What stood against a draft when it was made; what stands against it now is asked anew when somebody reads it."""
    return {"check": one.check, "level": one.level}
