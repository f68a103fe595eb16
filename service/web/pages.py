"""The start page: tonight's shows with their documents, and a form that composes a script on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.authored import words_for
from service.catalog.listing import sku_list
from service.errors import DomainError
from service.http import CallerLocale, Reader
from service.i18n import Locale, Message, translations
from service.livestream.blocks import library
from service.livestream.composing import compose
from service.livestream.exports import FORMATS, render
from service.livestream.exports.runsheet import clock
from service.livestream.gathering import gather, plan_of_skus
from service.livestream.patterns import pattern as pattern_of
from service.livestream.patterns import patterns
from service.livestream.shows import list_shows

__all__ = ["add_pages"]

router = APIRouter(include_in_schema=False)
_HERE = Path(__file__).parent
_environment = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined,
    extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_TAGS = {"zh": "zh-CN", "ru": "ru", "en": "en"}


def add_pages(app: FastAPI) -> None:
    """Pages and static files."""
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    app.include_router(router)


@router.get("/")
def start(session: Reader, locale: CallerLocale, request: Request) -> HTMLResponse:
    """What is on tonight, and a new script in one step."""
    page = _page("start.html", locale, **_start(session), chosen={}, fault=None)
    if request.query_params.get("lang") == locale:
        page.set_cookie("lang", locale, max_age=365 * 86400, samesite="lax")
    return page


@router.get("/compose")
def compose_page(
    session: Reader,
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
        return _page("start.html", locale, error.status, **_start(session), chosen=chosen, fault=error.say(locale))
    except ValidationError as error:
        said = [" ".join(part.say(locale) for part in words_for(item)) for item in error.errors()]
        return _page("start.html", locale, 422, **_start(session), chosen=chosen, fault=" ".join(said))
    return Response(content, media_type=FORMATS[format].media)


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


def _page(name: str, locale: Locale, status: int = 200, **values: Any) -> HTMLResponse:
    environment = _environment.overlay()
    environment.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    text = environment.get_template(name).render(locale=locale, tag=_TAGS[locale], words=_Words(locale), **values)
    return HTMLResponse(
        text, status_code=status, headers={"Content-Language": _TAGS[locale], "Vary": "Accept-Language, Cookie"}
    )


class _Words:
    """Says messages and picks the reader's side of a zh / ru pair inside templates."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def say(self, message: Message) -> str:
        """In the page's language."""
        return message.say(self.locale)

    def side(self, pair: Mapping[str, str]) -> str:
        """Russian readers get the Russian side, all others the Chinese one."""
        return pair["ru" if self.locale == "ru" else "zh"]
