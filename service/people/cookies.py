"""The browser's cookie: a random secret, signed, out of reach of scripts and of other sites; and the check that a form is ours."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from fastapi import Request
from itsdangerous import BadSignature, Signer
from starlette.responses import Response

from service.errors import DomainError
from service.i18n import N_
from service.people.secrets import keyed, same
from service.people.signing_in import LASTS

__all__ = ["ForeignForm", "csrf_token", "give_cookie", "refuse_foreign", "secret_in", "take_cookie"]

NAME = "amurlive"


class ForeignForm(DomainError):
    """A request that changes something came from another site, or without our form's token."""

    status = 403
    title = N_("This request did not come from a page of this service; nothing was changed.")
    remedy = N_("Open the page again and send the form from there; programs use a token in the Authorization header.")


def secret_in(request: Request) -> str | None:
    """The secret in the cookie, if the signature is ours."""
    try:
        return _signer(request).unsign(request.cookies.get(NAME, "")).decode()
    except BadSignature:
        return None


def give_cookie(request: Request, response: Response, secret: str) -> None:
    """HttpOnly, SameSite=Lax, and Secure wherever the page came over https."""
    response.set_cookie(
        NAME, _signer(request).sign(secret).decode(), max_age=int(LASTS.total_seconds()), httponly=True, samesite="lax",
        secure=request.url.scheme == "https", path="/",
    )  # fmt: skip


def take_cookie(response: Response) -> None:
    """Signed out."""
    response.delete_cookie(NAME, path="/", httponly=True, samesite="lax")


def csrf_token(request: Request) -> str:
    """Stands in every form: bound to the cookie's secret."""
    return keyed(request.app.state.key, "csrf", secret_in(request) or "")


def refuse_foreign(request: Request, *, token: str | None = None) -> None:
    """Raises `ForeignForm` unless the browser says the request is from our own pages, or the form's token is right."""
    given = token if token is not None else request.headers.get("x-csrf-token")
    if given is not None:
        if not same(given, csrf_token(request)):
            raise ForeignForm()
    elif site := request.headers.get("sec-fetch-site"):
        if site != "same-origin":
            raise ForeignForm()
    elif urlsplit(request.headers.get("origin", "")).netloc != request.headers.get("host"):
        raise ForeignForm()


def _signer(request: Request) -> Signer:
    return Signer(request.app.state.key, salt="amurlive.cookie", digest_method=hashlib.sha256)
