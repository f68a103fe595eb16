"""The start page: tonight's shows with their documents, and a form that composes a script on the spot."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.authored import words_for
from service.catalog.listing import sku_list
from service.errors import DomainError
from service.http.headers import DOCUMENTS
from service.http.languages import CallerLocale
from service.livestream.blocks import library
from service.livestream.composing import compose
from service.livestream.exports import FORMATS, render
from service.livestream.exports.runsheet import clock
from service.livestream.gathering import gather, plan_of_skus
from service.livestream.patterns import pattern as pattern_of
from service.livestream.patterns import patterns
from service.livestream.shows import list_shows
from service.people.guard import Guarded, reading
from service.web.layout import page

router = APIRouter(route_class=Guarded, include_in_schema=False)
Reading = Annotated[Session, reading("shows:read")]


@router.get("/")
def start(session: Reading, locale: CallerLocale, request: Request) -> HTMLResponse:
    """What is on tonight, and a new script in one step."""
    return page(request, locale, "start.html", **_start(session), chosen={}, fault=None)


@router.get("/compose")
def compose_page(
    session: Reading,
    request: Request,
    locale: CallerLocale,
    pattern: str,
    sku: Annotated[list[str] | None, Query()] = None,
    languages: str = "zh,ru",
    minutes: str = "",
    seed: str = "",
    format: str = "html",
) -> Response:
    """The script of the chosen SKUs; a fault brings the form back with what was chosen and what to mend."""
    chosen = {"pattern": pattern, "sku": sku or [], "languages": languages, "minutes": minutes, "seed": seed}
    try:
        plan = plan_of_skus(
            sku or [], pattern_key=pattern, languages=languages.split(","),  # type: ignore[arg-type]
            minutes=int(minutes) if minutes.strip().isdigit() else None, seed=int(seed) if seed.isdigit() else 1,
        )  # fmt: skip
        brief = gather(session, plan)
        content = render(compose(brief, pattern_of(pattern), library()), brief, format)
    except DomainError as error:
        return page(
            request, locale, "start.html", error.status, **_start(session), chosen=chosen, fault=error.say(locale)
        )
    except ValidationError as error:
        said = [" ".join(part.say(locale) for part in words_for(item)) for item in error.errors()]
        return page(request, locale, "start.html", 422, **_start(session), chosen=chosen, fault=" ".join(said))
    return Response(content, media_type=FORMATS[format].media, headers={"Content-Security-Policy": DOCUMENTS})


def _start(session: Session) -> dict[str, Any]:
    skus = sku_list(session)
    return {
        "shows": list_shows(session),
        "patterns": patterns(),
        "lines": {line: [s for s in skus if s["line"] == line] for line in ("russian_goods", "jijing_hanyang")},
        "formats": FORMATS,
        "clock": clock,
        "count": len(skus),
    }
