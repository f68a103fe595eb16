"""The language of the caller of a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from service.i18n import Locale, negotiate

__all__ = ["CallerLocale", "caller_locale"]


def caller_locale(request: Request) -> Locale:
    """`?lang=`, then the `lang` cookie, then Accept-Language, then the installation's own."""
    default: Locale = request.app.state.settings.locale
    for wanted in (request.query_params.get("lang"), request.cookies.get("lang")):
        if wanted in ("zh", "ru", "en"):
            return wanted  # type: ignore[return-value]
    return negotiate(request.headers.get("accept-language"), default)


async def _locale(request: Request) -> Locale:
    """In the event loop: a trip through the thread pool would cost more than the answer."""
    return caller_locale(request)


CallerLocale = Annotated[Locale, Depends(_locale)]
