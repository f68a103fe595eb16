"""Errors as RFC 9457 problem documents in the caller's language, in one place; pages get the same words as a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from service.authored import words_for
from service.errors import DomainError
from service.http.languages import caller_locale
from service.http.versions import ChangedMeanwhile
from service.i18n import N_, Locale, Message

__all__ = ["PROBLEM", "answer_errors", "http_error", "our_fault", "problem"]

PROBLEM = "application/problem+json"
API = "/api/"
Page = Callable[[Request, Locale, int, str, str], Response]
log = structlog.get_logger(__name__)


def problem(status: int, code: str, title: str, detail: str, **more: Any) -> JSONResponse:
    """One problem document."""
    content = {"type": f"urn:amurlive:problem:{code}", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(content, status_code=status, media_type=PROBLEM)


def answer_errors(app: FastAPI, *, first: Callable[[Request], None]) -> None:
    """Map every kind of error to a problem document in the caller's language.

    `first` is asked before the faults of a request are told, and may raise a `DomainError` that is told instead: who is not
    let in hears nothing of fields.
    """

    def faults(request: Request, error: Exception) -> Response:
        try:
            first(request)
        except DomainError as refused:
            return _domain_error(request, refused)
        return _bad_request(request, error)

    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, faults)
    app.add_exception_handler(ValidationError, _bad_request)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(StaleDataError, _stale)


def _page(request: Request, status: int, title: str, remedy: str) -> Response | None:
    """The same words as a page, where a person is looking (`app.state.error_page`, set by the pages)."""
    page: Page | None = getattr(request.app.state, "error_page", None)
    if page is None or request.url.path.startswith(API) or "text/html" not in request.headers.get("accept", ""):
        return None
    return page(request, caller_locale(request), status, title, remedy)


def _domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    locale = caller_locale(request)
    said = _page(request, error.status, error.message().say(locale), error.advice().say(locale))
    if said:
        return said
    response = problem(
        error.status,
        error.code,
        error.message().say(locale),
        error.say(locale),
        remedy=error.advice().say(locale),
        **error.more(locale),
    )
    response.headers.update(error.headers)
    return response


def _bad_request(request: Request, error: Exception) -> Response:
    """Every faulty field with its place, its value's fault and the remedy."""
    assert isinstance(error, (RequestValidationError, ValidationError))
    locale = caller_locale(request)
    fields = []
    for item in error.errors():
        what, remedy = words_for(item)
        place = ".".join(str(part) for part in item["loc"] if part != "body")
        fields.append({"field": place, "message": what.say(locale), "remedy": remedy.say(locale)})
    title = Message(N_("The request has faults.")).say(locale)
    if said := _page(
        request, 422, title, " ".join(f"{field['field']}: {field['message']} {field['remedy']}" for field in fields)
    ):
        return said
    detail = "; ".join(f"{field['field']}: {field['message']} {field['remedy']}" for field in fields)
    return problem(422, "bad-request", title, detail, fields=fields)


def _stale(request: Request, _error: Exception) -> Response:
    """Two changed the same row at once; the database let one through."""
    return _domain_error(request, ChangedMeanwhile())


def our_fault(request: Request, error: Exception) -> Response:
    """Nothing of the error is told; the log holds it."""
    locale = caller_locale(request)
    log.error("request failed", exc_info=error)
    title = Message(N_("Something broke on our side; nothing was changed.")).say(locale)
    remedy = Message(N_("Try again; if it stays, tell the operator the time. The log holds the reason.")).say(locale)
    return _page(request, 500, title, remedy) or problem(500, "internal", title, f"{title} {remedy}")


_HTTP = {
    400: (N_("The request cannot be read."), N_("Check the form of the body and its content type.")),
    404: (N_("There is nothing at this address."), N_("Check the address; /api/v1/openapi.json lists all of them.")),
    405: (N_("This address does not take this method."), N_("The Allow header names those it takes.")),
    413: (N_("The request is too large."), N_("Send it in smaller parts.")),
    415: (N_("This content type is not taken here."), N_("Send JSON with the content type application/json.")),
}


def http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    locale = caller_locale(request)
    said = _HTTP.get(error.status_code)
    title = Message(said[0]).say(locale) if said else str(error.detail)
    remedy = Message(said[1]).say(locale) if said else ""
    response = _page(request, error.status_code, title, remedy) or problem(
        error.status_code, f"http-{error.status_code}", title, f"{title} {remedy}".strip(), remedy=remedy
    )
    response.headers.update(error.headers or {})
    return response
