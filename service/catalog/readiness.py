"""What each channel still lacks of a card, per language. Only reviewed texts whose source has not changed count.

The needs are data: `catalogs/readiness.yaml`. Cards with the same gaps share one row of `Readiness`, kept up in the transaction
that changes a card, so a dashboard counts groups of an index instead of reading cards.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import orjson
from pydantic import Field
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from service.authored import Strict, content_of
from service.catalog.document import Document
from service.catalog.files import Market, Name, Pair
from service.catalog.models import Product, Readiness
from service.people.reach import organisation_of
from service.resources import root

__all__ = [
    "ChannelNeeds", "ChannelReadiness", "Gaps", "channels", "gaps_of", "is_food", "lacking_field", "overview", "ready_for", "rows_for",
]  # fmt: skip

Gaps = dict[
    str, dict[str, str]
]  # "ozon.ru" → field → missing, draft or stale; empty: ready; not there: not for this market


class ChannelNeeds(Strict):
    """What one channel needs. `texts`, `facts` and `skus` (of every SKU) are field names; `food_…` only for food."""

    name: Pair
    market: Market | None = None
    locales: list[Literal["zh", "ru"]] = Field(min_length=1)
    texts: list[str]
    food_texts: list[str] = []
    facts: list[str] = []
    food_facts: list[str] = []
    skus: list[str] = []
    verified: bool


class _File(Strict):
    food: list[Name]
    channels: dict[str, ChannelNeeds]


@cache
def _file() -> _File:
    return content_of(root("catalogs") / "readiness.yaml", _File)


def is_food(family: str) -> bool:
    """Whether goods of this family are eaten or drunk."""
    return family in _file().food


def channels() -> Mapping[str, ChannelNeeds]:
    """The channels a card can be ready for, by key."""
    return _file().channels


@cache
def _plan(family: str) -> tuple[tuple[str, str, str | None, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]:
    """Per channel and language what a family's cards need: (name, locale, market, texts, facts, skus)."""
    food = is_food(family)
    return tuple(
        (
            f"{key}.{locale}", locale, needs.market,
            (*needs.texts, *(needs.food_texts if food else ())),
            (*needs.facts, *(needs.food_facts if food else ())), tuple(needs.skus),
        )
        for key, needs in channels().items() for locale in needs.locales
    )  # fmt: skip


def gaps_of(document: Document) -> Gaps:
    """What every channel for the card's markets still lacks."""
    facts, skus = document["facts"], document["skus"]
    markets = facts.get("markets")
    state: dict[str, dict[str, str]] = {locale: {} for locale in ("zh", "ru")}
    for locale, texts in document["texts"].items():
        states = state[locale]
        for field, text in texts.items():
            states[field] = "stale" if "made_from" in text else "" if "reviewer" in text else "draft"
    found: Gaps = {}
    for name, locale, market, texts_needed, facts_needed, of_skus in _plan(document["family"]):
        if market and markets and market not in markets:
            continue
        states = state[locale]
        gaps = {field: lack for field in texts_needed if (lack := states.get(field, "missing"))}
        for fact in facts_needed:
            if fact not in facts:
                gaps[fact] = "missing"
        for part in of_skus:
            for sku in skus:
                lack = states.get(f"sku.{sku['code']}.label", "missing") if part == "label" else (
                    "" if part in sku else "missing"
                )  # fmt: skip
                if lack:
                    gaps[f"sku.{part}"] = lack
                    break
        if not skus:
            gaps["sku"] = "missing"
        found[name] = gaps
    return found


def rows_for(session: Session, documents: Iterable[Document]) -> list[int]:
    """The rows that hold the gaps of these documents, in their order; rows not there yet are made."""
    sets = [orjson.dumps(gaps_of(document), option=orjson.OPT_SORT_KEYS) for document in documents]
    digests = {packed: hashlib.blake2b(packed, digest_size=16).hexdigest() for packed in set(sets)}
    known = _known(session, digests.values())
    missing = {digest: packed for packed, digest in digests.items() if digest not in known}
    if missing:
        from sqlalchemy.exc import IntegrityError

        for digest, packed in sorted(missing.items()):
            try:
                with session.begin_nested():
                    session.execute(insert(Readiness), [{"digest": digest, "gaps": orjson.loads(packed)}])
            except IntegrityError:  # another writer found the same gaps at the same moment
                continue
        known |= _known(session, missing)
    return [known[digests[packed]] for packed in sets]


def _known(session: Session, digests: Iterable[str]) -> dict[str, int]:
    rows = session.execute(select(Readiness.digest, Readiness.id).where(Readiness.digest.in_(list(digests))))
    return {row.digest: row.id for row in rows}


def ready_for(session: Session, channel: str, locale: str | None = None) -> list[int]:
    """Rows of `Readiness` whose cards lack nothing for a channel (in one language, or in all it needs)."""
    names = [f"{channel}.{one}" for one in channels()[channel].locales if locale in (None, one)]
    rows = session.execute(select(Readiness.id, Readiness.gaps))
    return [number for number, gaps in rows if all(gaps.get(name) == {} for name in names)]


def lacking_field(session: Session, field: str, channel: str | None = None) -> list[int]:
    """Rows of `Readiness` whose cards lack this field for a channel (`ozon`, `ozon.ru`), or for any."""
    rows = session.execute(select(Readiness.id, Readiness.gaps))
    return [
        number for number, gaps in rows
        if any(field in lacks for name, lacks in gaps.items() if channel in (None, name, name.partition(".")[0]))
    ]  # fmt: skip


@dataclass
class ChannelReadiness:
    """How many cards of one's own a channel could use in one language, and which fields the others lack."""

    channel: str
    locale: str
    cards: int
    ready: int
    lacking: dict[str, dict[str, int]]  # field → missing, draft, stale → cards


def overview(session: Session, *, line: str | None = None, family: str | None = None) -> list[ChannelReadiness]:
    """Readiness of all cards of one's own, per channel and language."""
    query = select(Product.readiness_id, func.count()).where(Product.organisation_id == organisation_of(session))
    if line:
        query = query.where(Product.line == line)
    if family:
        query = query.where(Product.family_key == family)
    counts: dict[Any, int] = {row[0]: row[1] for row in session.execute(query.group_by(Product.readiness_id))}
    rows = session.execute(select(Readiness.id, Readiness.gaps).where(Readiness.id.in_([n for n in counts if n])))
    gaps = {row.id: row.gaps for row in rows}
    result = []
    for channel, needs in channels().items():
        for locale in needs.locales:
            one = ChannelReadiness(channel, locale, 0, 0, {})
            for number, count in counts.items():
                lacks = gaps.get(number, {}).get(f"{channel}.{locale}")
                if lacks is None:
                    continue
                one.cards += count
                one.ready += 0 if lacks else count
                for field, state in lacks.items():
                    tally = Counter(one.lacking.get(field, {}))
                    tally[state] += count
                    one.lacking[field] = dict(tally)
            result.append(one)
    return result
