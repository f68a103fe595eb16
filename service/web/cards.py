"""One card: facts, texts side by side, what channels lack; who has read a text says so here."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from service.catalog.document import Document, unpack
from service.catalog.editing import judge_texts, lock_texts
from service.catalog.history import source_changes
from service.catalog.listing import find_product
from service.catalog.media.keeping import pictures_of
from service.catalog.models import Product
from service.catalog.readiness import gaps_of
from service.catalog.revising import text_place
from service.catalog.wording_changes import wording_changes
from service.catalog.writing import demand_unchanged
from service.errors import DomainError
from service.http.kinds import KeyPath
from service.http.languages import CallerLocale
from service.i18n import Locale
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.people.reach import organisation_of
from service.web.card_words import CardWords
from service.web.layout import back, page

router = APIRouter(route_class=Guarded, prefix="/catalogue", include_in_schema=False)
Reading = Annotated[Session, reading("catalogue:read")]
Writing = Annotated[Session, writing("catalogue:write")]
OURS = [Depends(form_is_ours)]
Version = Annotated[int, Form(ge=0, lt=2**31)]
Texts = Annotated[list[str] | None, Form(max_length=400)]


class StaleShown(NamedTuple):
    """What the source of a stale text said then and says now; `pieces` None where the old words are no longer known."""

    locale: str
    pieces: list[Any] | None
    now: str


@router.get("/{key}")
def card(session: Reading, request: Request, locale: CallerLocale, key: KeyPath, said: str = "") -> Response:
    """Everything a card says. The key of a merged card leads to the one it was merged into."""
    product = find_product(session, key)
    if product.key != key:
        return back(f"/catalogue/{product.key}")
    return card_page(session, request, locale, product, said=said)


def card_page(
    session: Session, request: Request, locale: Locale, product: Product, status: int = 200, **values: Any
) -> HTMLResponse:
    """The page of a card, with what has just been said or refused."""
    document = unpack(product.document)
    own = product.organisation_id == organisation_of(session)
    says = CardWords(locale)
    return page(
        request, locale, "card.html", status, card=product, document=document, own=own, says=says,
        facts=list(says.facts(document)), texts=says.texts(document), gaps=gaps_of(document),
        stale=_stale(session, product.key, document) if own else {}, pictures=pictures_of(session, product.key),
        **({"said": "", "fault": None, "warnings": []} | values),
    )  # fmt: skip


def _stale(session: Session, key: str, document: Document) -> dict[str, StaleShown]:
    source = document["source_locale"]
    return {
        f"{one.field}[{one.locale}]": StaleShown(
            source, wording_changes(one.then, one.now, source) if one.then is not None else None, one.now
        )
        for one in source_changes(session, key)
    }


def version_tag(product: Product, version: int) -> str:
    """The ETag of a version that a form carried."""
    return f'"{product.id}-{version}"'


@router.post("/{key}/review", dependencies=OURS)
def review(
    session: Writing, request: Request, locale: CallerLocale, key: KeyPath, version: Version, text: Texts = None
) -> Response:
    """These texts were read, as they stood on the page; none named: all."""
    places = [place for path in text or [] if (place := text_place(path))]
    return _judged(session, request, locale, key, version, [(side, field) for field, side in places] or None)


@router.post("/{key}/lock", dependencies=OURS)
def lock(
    session: Writing, request: Request, locale: CallerLocale, key: KeyPath, version: Version,
    text: Annotated[str, Form(max_length=120)], lock: Annotated[bool, Form()],
) -> Response:  # fmt: skip
    """Keep a text from being overwritten, or let it go."""
    place = text_place(text) or (text, "")
    return _judged(session, request, locale, key, version, [(place[1], place[0])], lock=lock)


def _judged(
    session: Session, request: Request, locale: Locale, key: str, version: int, places: list[tuple[str, str]] | None,
    *, lock: bool | None = None,
) -> Response:  # fmt: skip
    product = find_product(session, key)
    try:
        demand_unchanged(session, key, version_tag(product, version), {})
        if lock is None:
            judge_texts(session, key, places)
        else:
            lock_texts(session, key, places or [], lock=lock)
    except DomainError as error:  # refused before anything was written
        return card_page(session, request, locale, product, error.status, fault=error.say(locale))
    return back(f"/catalogue/{product.key}", "read" if lock is None else "locked" if lock else "unlocked")
