"""The list of cards with its search and facets, and how ready one's own cards are for each channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.brands.models import Brand, BrandText
from service.catalog.files import Line
from service.catalog.readiness import overview
from service.catalog.search.api import Wanted
from service.catalog.search.finding import Filter, browse, facets, search
from service.http.kinds import NameQuery
from service.http.languages import CallerLocale
from service.http.paging import After
from service.i18n import Locale
from service.people.guard import Guarded, reading
from service.web.card_words import CardWords
from service.web.layout import page

router = APIRouter(route_class=Guarded, prefix="/catalogue", include_in_schema=False)
Reading = Annotated[Session, reading("catalogue:read")]
SHOWN = 50  # cards on a page


@dataclass(frozen=True)
class Address:
    """The list's address with a filter in it, so that links change one thing and keep the rest."""

    wanted: Filter

    def to(self, **changes: Any) -> str:
        """The address with some of the filter changed; None or False takes a part out."""
        values = asdict(self.wanted)
        values["q"] = values.pop("query")
        values |= changes
        kept = {name: "true" if value is True else value for name, value in values.items() if value}
        return f"/catalogue?{urlencode(kept)}" if kept else "/catalogue"

    def kept(self) -> Mapping[str, str]:
        """What a search form carries besides its words."""
        values = {name: value for name, value in asdict(self.wanted).items() if value and name != "query"}
        return {name: "true" if value is True else value for name, value in values.items()}


@router.get("")
def cards(
    session: Reading, request: Request, locale: CallerLocale, wanted: Wanted, after: After = None
) -> HTMLResponse:
    """The cards a filter lets through: best first for words, else by key, page by page."""
    words = wanted.query.strip()
    found, following = (search(session, wanted, limit=SHOWN), None) if words else (
        browse(session, wanted, after=after, limit=SHOWN)
    )  # fmt: skip
    counts = facets(session, wanted)
    brands = _brand_names(session, [*counts.brand, wanted.brand or ""], locale)
    counts.brand = {key: count for key, count in counts.brand.items() if key in brands}
    return page(
        request, locale, "catalogue.html", found=found, next=following, counts=counts, wanted=asdict(wanted), after=after,
        address=Address(wanted), says=CardWords(locale), brands=brands,
    )  # fmt: skip


def _brand_names(session: Session, keys: list[str], locale: Locale) -> dict[str, str]:
    """Brands that are kept, by the name they have in the reader's language."""
    side = "ru" if locale == "ru" else "zh"
    query = select(Brand.key, BrandText.value).join(BrandText)
    query = query.where(Brand.key.in_(keys), BrandText.field == "name", BrandText.locale == side)
    return {row.key: row.value for row in session.execute(query)}


@router.get("/readiness")
def readiness(
    session: Reading, request: Request, locale: CallerLocale, line: Line | None = None, family: NameQuery = None
) -> HTMLResponse:
    """For each channel and language: how many of one's own cards are ready, and what the others lack."""
    rows = overview(session, line=line, family=family)
    for row in rows:
        row.lacking = dict(sorted(row.lacking.items(), key=lambda one: -sum(one[1].values())))
    wanted = Filter(line=line, family=family, own=True)
    counts = facets(session, Filter(own=True))
    return page(
        request, locale, "readiness.html", rows=rows, wanted=wanted, address=Address(wanted), counts=counts,
        says=CardWords(locale),
    )  # fmt: skip
