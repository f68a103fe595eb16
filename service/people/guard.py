"""The only way an endpoint gets a session: by naming the right it needs.

    router = APIRouter(route_class=Guarded)
    session: Annotated[Session, reading("catalogue:read")]
    session: Annotated[Session, writing("prices:write")]

Recognising the caller, the endpoint and the commit are one call in one thread, and the answer is made after it: a commit
that fails has never said 200. (As FastAPI dependencies they would be four trips through the thread pool; this way an
authenticated read costs about as much again as an empty endpoint, bench/RESULTS.md.)
A test walks all routes: each has a right or stands in the list of public ones.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Any

from anyio import to_thread
from fastapi import Form, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import DomainError
from service.i18n import N_
from service.people.caller import Caller
from service.people.cookies import refuse_foreign, secret_in
from service.people.reach import act_for
from service.people.recognising import NotSignedIn, by_cookie, by_token, note_use
from service.people.rights import Right, named

__all__ = [
    "Anybody",
    "AnybodyWriting",
    "Known",
    "KnownWriting",
    "NotAllowed",
    "form_is_ours",
    "holding",
    "reading",
    "recognise",
    "refuse_strangers",
    "visitor",
    "writing",
]

_SAFE = ("GET", "HEAD", "OPTIONS")


class NotAllowed(DomainError):
    """The caller's roles, or the token's scopes, do not include this right."""

    status = 403
    title = N_("Your roles here do not allow this: {right}.")
    remedy = N_("Ask an administrator of your organisation, or use a token with this scope.")


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def recognise(request: Request, session: Session) -> Caller | None:
    """Who calls: by a token in the Authorization header, else by cookie. Raises `NotSignedIn` for a token that is no good."""
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        caller = by_token(session, secret.strip()) if scheme.lower() == "bearer" else None
        if caller is None:
            raise NotSignedIn()
    else:
        secret = secret_in(request) or ""
        caller = by_cookie(session, secret) if secret else None
        if caller and request.method not in _SAFE and not getattr(request.state, "form_is_ours", False):
            refuse_foreign(request)
    return replace(caller, **_whence(request)) if caller else None


def _whence(request: Request) -> dict[str, Any]:
    return {
        "address": request.client.host if request.client else None,
        "request": getattr(request.state, "request_id", None),
    }


def _demand(request: Request, session: Session, right: Right | None) -> Caller:
    caller = recognise(request, session)
    if caller is None:
        raise NotSignedIn()
    if right is not None and not caller.may(right):
        raise NotAllowed(right=named(right))
    return caller


@dataclass(frozen=True)
class Opening:
    """How an endpoint's session is opened. `right` None: for anybody who is signed in; `public`: for strangers too."""

    right: Right | None
    write: bool
    public: bool = False

    @contextmanager
    def __call__(self, request: Request) -> Iterator[Session]:
        """The session of one request, committed at the end if it writes."""
        database = _database(request)
        with database.reading() as session:
            caller = recognise(request, session) if self.public else _demand(request, session, self.right)
            request.state.caller = caller
            if not self.write:
                act_for(session, caller or visitor(request))
                yield session
                return
        with database.acting(caller or visitor(request)).writing() as session:
            if caller and caller.token is not None:
                note_use(session, caller)
            yield session


def refuse_strangers(request: Request) -> None:
    """Raises what the endpoint of this request would have raised, had its parameters been right enough to ask."""
    opening = getattr(request.scope.get("endpoint"), "opening", None)
    if opening is not None and not opening.public:
        with _database(request).reading() as session:
            request.state.caller = _demand(request, session, opening.right)


def reading(right: Right | None) -> Opening:
    """A session that reads as the caller, who must hold `right` (None: must only be signed in)."""
    return Opening(right, write=False)


def writing(right: Right | None) -> Opening:
    """A session that writes as the caller, committed before the answer is made."""
    return Opening(right, write=True)


class Guarded(APIRoute):
    """A route whose endpoint asks for its session by an `Opening`."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, _guarded(endpoint, options.get("status_code") or 200), **options)


def _guarded(endpoint: Callable[..., Any], status: int) -> Callable[..., Any]:
    """The endpoint with its session opened around it; as it is, if it asks for none."""
    signature = inspect.signature(endpoint, eval_str=True)
    named = {name: opening for name, p in signature.parameters.items() for opening in _openings(p.annotation)}
    if not named:
        return endpoint
    [(session_name, opening)] = named.items()
    kinds = {parameter.annotation: name for name, parameter in signature.parameters.items()}
    request_name, response_name = kinds.get(Request, "_request"), kinds.get(Response)

    @functools.wraps(endpoint)
    def served(**values: Any) -> Any:
        request = values[request_name] if request_name in signature.parameters else values.pop(request_name)
        with opening(request) as session:
            result = endpoint(**values, **{session_name: session})
        if not isinstance(result, BaseModel):
            return result
        # Made here, FastAPI need not check once more in another thread what is a checked model already.
        answer = Response(result.model_dump_json(by_alias=True), status_code=status, media_type="application/json")
        if response_name:
            answer.headers.update(values[response_name].headers)
            answer.status_code = values[response_name].status_code or status
        return answer

    parameters = [p for name, p in signature.parameters.items() if name != session_name]
    if request_name not in signature.parameters:
        parameters.append(inspect.Parameter(request_name, inspect.Parameter.KEYWORD_ONLY, annotation=Request))
    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters]
    setattr(served, "__signature__", signature.replace(parameters=parameters))  # noqa: B010
    setattr(served, "opening", opening)  # noqa: B010 (read by the description of the API and the test of all routes)
    return served


def holding(right: Right) -> Callable[[Callable[..., Awaitable[Any]]], Callable[..., Awaitable[Any]]]:
    """For a coroutine endpoint that opens no session of its own: its caller must hold `right`, and stands in `request.state.caller`."""

    def wrap(endpoint: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        @functools.wraps(endpoint)
        async def served(request: Request, **values: Any) -> Any:
            await to_thread.run_sync(_admit, request, right)
            return await endpoint(request=request, **values)

        setattr(served, "opening", writing(right))  # noqa: B010
        return served

    return wrap


def _admit(request: Request, right: Right) -> None:
    database = _database(request)
    with database.reading() as session:
        request.state.caller = caller = _demand(request, session, right)
    if caller.token is not None and not caller.token_used_today:
        with database.acting(caller).writing() as session:
            note_use(session, caller)


def _openings(annotation: Any) -> list[Opening]:
    return [part for part in getattr(annotation, "__metadata__", ()) if isinstance(part, Opening)]


def visitor(request: Request) -> Caller:
    """A stranger: no organisation, no rights; only the code of people itself works for them."""
    return Caller(organisation=0, name="—", **_whence(request))


async def form_is_ours(request: Request, csrf: Annotated[str, Form(max_length=200)] = "") -> None:
    """Stands before every form of a page. Raises `ForeignForm` unless the form's token belongs to this browser's sign-in."""
    refuse_foreign(request, token=csrf)
    request.state.form_is_ours = True


Anybody = Annotated[Session, Opening(None, write=False, public=True)]
AnybodyWriting = Annotated[Session, Opening(None, write=True, public=True)]
Known = Annotated[Session, reading(None)]
KnownWriting = Annotated[Session, writing(None)]
