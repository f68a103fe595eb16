"""What a card said before: revisions, the difference each made, and the way back."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from service.catalog.document import Difference
from service.catalog.history import restore, revision_differences, revision_page
from service.catalog.listing import find_product
from service.catalog.revising import text_place
from service.catalog.wording_changes import Piece, wording_changes
from service.catalog.writing import demand_unchanged
from service.errors import DomainError
from service.http.kinds import Id, KeyPath
from service.http.languages import CallerLocale
from service.http.paging import After
from service.i18n import N_, Locale, Message
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.card_words import CardWords
from service.web.cards import Version, card_page, version_tag
from service.web.layout import back, page

router = APIRouter(route_class=Guarded, prefix="/catalogue", include_in_schema=False)
Reading = Annotated[Session, reading("catalogue:read")]
Writing = Annotated[Session, writing("catalogue:write")]
OURS = [Depends(form_is_ours)]
SHOWN = 50
_KINDS = {
    "import": N_("import"), "edit": N_("edit"), "review": N_("texts read"), "restore": N_("brought back"),
    "bulk": N_("bulk edit"), "undo": N_("batch taken back"), "merge": N_("merge"),
}  # fmt: skip


class Change(NamedTuple):
    """One field that differs; `pieces` where words were replaced by words."""

    difference: Difference
    pieces: list[Piece] | None


@router.get("/{key}/history")
def revisions(
    session: Reading, request: Request, locale: CallerLocale, key: KeyPath, after: After = None
) -> HTMLResponse:
    """All revisions of a card of one's own, newest first."""
    found, following = revision_page(session, key, after=after, limit=SHOWN)
    return _page(session, request, locale, key, "card_history.html", revisions=found, next=following, after=after)


@router.get("/{key}/history/{number}")
def revision(session: Reading, request: Request, locale: CallerLocale, key: KeyPath, number: Id) -> HTMLResponse:
    """What one revision changed."""
    changes = [_change(one) for one in revision_differences(session, key, number)]
    found, _ = revision_page(session, key, after=None, limit=200)
    this = next((one for one in found if one.number == number), None)
    return _page(session, request, locale, key, "card_revision.html", number=number, changes=changes, this=this)


def _change(difference: Difference) -> Change:
    place = text_place(difference.field)
    if place and difference.before is not None and difference.after is not None:
        return Change(difference, wording_changes(difference.before, difference.after, place[1]))
    return Change(difference, None)


def _page(session: Session, request: Request, locale: Locale, key: str, template: str, **values: Any) -> HTMLResponse:
    kinds = {kind: Message(name).say(locale) for kind, name in _KINDS.items()}
    return page(
        request, locale, template, card=find_product(session, key), kinds=kinds, says=CardWords(locale), **values
    )


@router.post("/{key}/history/{number}/restore", dependencies=OURS)
def bring_back(
    session: Writing, request: Request, locale: CallerLocale, key: KeyPath, number: Id, version: Version
) -> Response:
    """The card says again what it said then, as a new revision."""
    product = find_product(session, key)
    try:
        demand_unchanged(session, key, version_tag(product, version), {})
        with session.begin_nested():
            restore(session, key, number)
    except DomainError as error:
        return card_page(session, request, locale, find_product(session, key), error.status, fault=error.say(locale))
    return back(f"/catalogue/{product.key}", "restored")
