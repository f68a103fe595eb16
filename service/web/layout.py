"""How every page is put together: templates, the reader's language, who is signed in, and errors as a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from service.i18n import Locale, Message, translations
from service.people.cookies import csrf_token

__all__ = ["HERE", "back", "error_page", "page", "within"]

HERE = Path(__file__).parent
_TAGS = {"zh": "zh-CN", "ru": "ru", "en": "en"}
_ZONES = {"zh": ZoneInfo("Asia/Shanghai"), "ru": ZoneInfo("Asia/Yakutsk"), "en": ZoneInfo("Asia/Shanghai")}


@cache
def _environment_of(locale: Locale) -> Environment:
    """One for each language, its templates compiled once. An overlay would share its globals, so readers could meet the other language."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    return environment


def page(request: Request, locale: Locale, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """A page in the reader's language. Templates know `caller` (None: nobody is signed in), `csrf`, `words` and `locale`."""
    text = _environment_of(locale).get_template(template).render(
        locale=locale, tag=_TAGS[locale], words=_Words(locale), caller=getattr(request.state, "caller", None),
        csrf=csrf_token(request), here=request.url.path, **values,
    )  # fmt: skip
    headers = {"Content-Language": _TAGS[locale], "Vary": "Accept-Language, Cookie"}
    response = HTMLResponse(text, status_code=status, headers=headers)
    if request.query_params.get("lang") == locale:
        response.set_cookie("lang", locale, max_age=365 * 86400, samesite="lax")
    return response


def error_page(request: Request, locale: Locale, status: int, title: str, remedy: str) -> Response:
    """An error in the reader's words; who is not signed in is led to the sign-in and back."""
    if status == 401 and request.method == "GET":
        lang = f"&lang={locale}" if "lang" in request.query_params else ""
        return RedirectResponse(f"/login?next={quote(request.url.path)}{lang}", status_code=303)
    return page(request, locale, "error.html", status, title=title, remedy=remedy)


def back(to: str, said: str = "") -> RedirectResponse:
    """After a form was taken: the page it belongs to, so that reloading sends nothing twice."""
    return RedirectResponse(f"{to}?said={said}" if said else to, status_code=303)


def within(path: str) -> str:
    """A path of ours to go on to; anything that could lead elsewhere becomes the start page."""
    good = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if good else "/"


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

    def time(self, moment: datetime | None) -> str:
        """A moment on the reader's bank of the river: Heihe (UTC+8) or Blagoveshchensk (UTC+9)."""
        if moment is None:
            return "—"
        local = moment.astimezone(_ZONES[self.locale])
        return local.strftime("%d.%m.%Y %H:%M" if self.locale == "ru" else "%Y-%m-%d %H:%M")
