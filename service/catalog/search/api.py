"""HTTP: finding cards, counting them by facet, and how ready they are for each channel."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy.orm import Session

from service.catalog.answers import Locale, ProductSummary
from service.catalog.files import Line
from service.catalog.listing import summary
from service.catalog.readiness import overview
from service.catalog.search.finding import Filter, facets, search
from service.http.kinds import KeyQuery, NameQuery
from service.http.paging import Limit
from service.people.guard import Guarded, reading

router = APIRouter(route_class=Guarded, prefix="/api/v1/catalogue", tags=["catalogue"])
Reading = Annotated[Session, reading("catalogue:read")]


class Found(BaseModel):
    """Cards, best first."""

    items: list[ProductSummary]


Tally = dict[str, int]


class FacetsShown(BaseModel):
    """Counts of cards per facet value; `ready` per channel and language."""

    total: int
    line: Tally
    family: Tally
    brand: Tally
    county: Tally
    storage: Tally
    ready: Tally


class ReadinessShown(BaseModel):
    """How ready cards are for one channel in one language; `lacking`: field → missing, draft or stale → cards."""

    channel: str
    locale: Locale
    cards: int
    ready: int
    lacking: dict[str, Tally]


class Readinesses(BaseModel):
    """Readiness for every channel and language."""

    items: list[ReadinessShown]


_Channel = Annotated[
    str | None, Query(pattern=r"^[a-z-]+(\.(zh|ru))?$", max_length=40, description="A channel, or one language of it.")
]


_Gap = Annotated[
    str | None, Query(pattern=r"^[a-z0-9_.]+$", max_length=60, description="A field that cards lack, see /readiness.")
]


async def _wanted(
    q: Annotated[str, Query(max_length=200, description="Words in either language, or codes.")] = "",
    line: Line | None = None, family: NameQuery = None, brand: KeyQuery = None, county: NameQuery = None,
    storage: NameQuery = None, ready: _Channel = None, lacking: _Channel = None, own: bool = False, gap: _Gap = None,
) -> Filter:  # fmt: skip
    return Filter(q, line, family, brand, county, storage, ready, lacking, own, gap)


Wanted = Annotated[Filter, Depends(_wanted)]


@router.get("/search")
def search_products(session: Reading, wanted: Wanted, limit: Limit = 20) -> Found:
    """The best cards for words of either language, best first: parts of names, any Russian inflection, one Chinese character,

    pinyin and initials, the wrong keyboard layout, SKU, GTIN. Without words: the cards that changed last.
    """
    products = search(session, wanted, limit=limit)
    return Found(items=[ProductSummary.model_validate(summary(product)) for product in products])


@router.get("/facets")
def read_facets(session: Reading, wanted: Wanted) -> FacetsShown:
    """How many cards a filter lets through, and how many of them stand under each value of each facet."""
    return FacetsShown.model_validate(facets(session, wanted), from_attributes=True)


@router.get("/readiness")
def read_readiness(session: Reading, line: Line | None = None, family: NameQuery = None) -> Readinesses:
    """For each channel and language: how many of one's own cards are ready, and which fields the others lack.

    Only texts count that a person has reviewed and whose source has not changed since.
    """
    items = overview(session, line=line, family=family)
    return Readinesses(items=[ReadinessShown.model_validate(one, from_attributes=True) for one in items])
