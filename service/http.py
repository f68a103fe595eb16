"""What all HTTP endpoints share: sessions, the caller's language, and errors as RFC 9457 problem documents.

Sessions close before the answer leaves (`scope="function"`): else a failing commit would still have said 200.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from service.authored import words_for
from service.database import Database
from service.errors import DomainError, FilesRejected
from service.i18n import N_, Locale, Message, negotiate

__all__ = ["CallerLocale", "Reader", "Writer", "answer_errors", "caller_locale", "problem"]

PROBLEM = "application/problem+json"


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _reading(request: Request) -> Iterator[Session]:
    with _database(request).reading() as session:
        yield session


def _writing(request: Request) -> Iterator[Session]:
    with _database(request).writing() as session:
        yield session


def caller_locale(request: Request) -> Locale:
    """`?lang=`, then the `lang` cookie, then Accept-Language, then the installation's own."""
    default: Locale = request.app.state.settings.locale
    for wanted in (request.query_params.get("lang"), request.cookies.get("lang")):
        if wanted in ("zh", "ru", "en"):
            return wanted  # type: ignore[return-value]
    return negotiate(request.headers.get("accept-language"), default)


Reader = Annotated[Session, Depends(_reading, scope="function")]
Writer = Annotated[Session, Depends(_writing, scope="function")]
CallerLocale = Annotated[Locale, Depends(caller_locale)]


def problem(status: int, code: str, title: str, detail: str, **more: Any) -> JSONResponse:
    """One problem document."""
    content = {"type": f"urn:amurlive:problem:{code}", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(content, status_code=status, media_type=PROBLEM)


def answer_errors(app: FastAPI) -> None:
    """Map every kind of error to a problem document in the caller's language."""
    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(ValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _our_fault)


def _domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    locale = caller_locale(request)
    more = {"problems": [item.as_data(locale) for item in error.problems]} if isinstance(error, FilesRejected) else {}
    return problem(
        error.status,
        error.code,
        error.message().say(locale),
        error.say(locale),
        remedy=error.advice().say(locale),
        **more,
    )


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
    detail = "; ".join(f"{field['field']}: {field['message']} {field['remedy']}" for field in fields)
    return problem(422, "bad-request", title, detail, fields=fields)


def _our_fault(request: Request, error: Exception) -> Response:
    """Nothing of the error is told; the log holds it."""
    title = Message(N_("Something broke on our side; nothing was changed.")).say(caller_locale(request))
    remedy = Message(N_("Try again; if it stays, tell the operator the time. The log holds the reason."))
    return problem(500, "internal", title, f"{title} {remedy.say(caller_locale(request))}")


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    locale = caller_locale(request)
    known = {404: N_("There is nothing at this address."), 405: N_("This address does not take this method.")}
    title = Message(known[error.status_code]).say(locale) if error.status_code in known else str(error.detail)
    response = problem(error.status_code, f"http-{error.status_code}", title, title)
    response.headers.update(error.headers or {})
    return response
