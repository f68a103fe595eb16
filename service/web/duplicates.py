"""Cards that may be the same goods twice: side by side, merged or told apart; merges taken back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.catalog.duplicates import tell_apart, twins
from service.catalog.merging import merge, split
from service.catalog.models import Product
from service.catalog.redirects import redirects
from service.errors import DomainError
from service.http.languages import CallerLocale
from service.i18n import Locale
from service.people.guard import Guarded, form_is_ours, writing
from service.people.reach import organisation_of
from service.web.layout import back, page

router = APIRouter(route_class=Guarded, prefix="/catalogue/duplicates", include_in_schema=False)
Writing = Annotated[Session, writing("catalogue:write")]
OURS = [Depends(form_is_ours)]
SHOWN = 50  # groups on the page
_Key = Annotated[str, Form(max_length=60)]


@router.get("")
def show(session: Writing, request: Request, locale: CallerLocale) -> HTMLResponse:
    """All groups, and the merges that can be taken back."""
    return _page(session, request, locale)


def _page(session: Session, request: Request, locale: Locale, status: int = 200, **values: Any) -> HTMLResponse:
    groups = twins(session)
    keys = {key for group in groups[:SHOWN] for key in group.keys}
    query = select(Product).where(Product.key.in_(keys), Product.organisation_id == organisation_of(session))
    cards = {
        card.key: card
        for card in session.scalars(query.options(selectinload(Product.texts), selectinload(Product.skus)))
    }
    return page(
        request, locale, "duplicates.html", status, groups=groups[:SHOWN], count=len(groups), cards=cards,
        merged=redirects(session), **({"fault": None} | values),
    )  # fmt: skip


@router.post("/merge", dependencies=OURS)
def take_in(session: Writing, request: Request, locale: CallerLocale, into: _Key, key: _Key) -> Response:
    """Take one card into the other."""
    try:
        with session.begin_nested():
            merge(session, into=into, key=key)
    except DomainError as error:
        return _page(session, request, locale, error.status, fault=error.say(locale))
    return back("/catalogue/duplicates")


@router.post("/apart", dependencies=OURS)
def apart(session: Writing, request: Request, locale: CallerLocale, one: _Key, other: _Key) -> Response:
    """They only look alike."""
    try:
        tell_apart(session, one=one, other=other)  # writes nothing when it refuses
    except DomainError as error:
        return _page(session, request, locale, error.status, fault=error.say(locale))
    return back("/catalogue/duplicates")


@router.post("/split", dependencies=OURS)
def take_back(session: Writing, request: Request, locale: CallerLocale, key: _Key) -> Response:
    """The merged card is there again."""
    try:
        with session.begin_nested():
            split(session, key=key)
    except DomainError as error:
        return _page(session, request, locale, error.status, fault=error.say(locale))
    return back("/catalogue/duplicates")
