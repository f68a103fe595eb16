"""A card in a form: changed, or made. Whatever was typed stays in the form until it is saved, also if somebody else was faster."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from service.catalog.cells import Refused
from service.catalog.columns import column_of
from service.catalog.document import Document, flat
from service.catalog.editing import edit_card, make_card, own_document
from service.catalog.history import content_at, revision_page
from service.catalog.listing import find_product
from service.catalog.storing import Known
from service.catalog.writing import demand_unchanged
from service.errors import DomainError, NotFound
from service.http.kinds import KeyPath
from service.http.languages import CallerLocale
from service.http.versions import ChangedMeanwhile
from service.i18n import N_, Locale, Message
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.card_form import (
    MOST_FIELDS,
    NEW,
    Box,
    Reading,
    Sent,
    Typed,
    box_of,
    boxes,
    fault_places,
    groups,
    new_pack,
    pack_boxes,
    read_typed,
    sent_fields,
    shown,
)  # fmt: skip
from service.web.card_words import CardWords
from service.web.cards import Version, card_page
from service.web.layout import back, page


class LongForm(Guarded):
    """A card of two hundred SKUs has more fields than Starlette reads unasked (1,000): the form is read before anybody else does."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with the form read."""
        handle = super().get_route_handler()

        async def read_first(request: Request) -> Response:
            if request.method == "POST":
                await request.form(max_fields=MOST_FIELDS)
            return await handle(request)

        return read_first


new_cards = APIRouter(route_class=LongForm, prefix="/catalogue/new", include_in_schema=False)
router = APIRouter(route_class=LongForm, prefix="/catalogue", include_in_schema=False)
Writing = Annotated[Session, writing("catalogue:write")]
Looking = Annotated[Session, reading("catalogue:write")]
OURS = [Depends(form_is_ours)]
Fields = Annotated[Sent, Depends(sent_fields)]
Reviewed = Annotated[bool, Form()]
BEGINNINGS = ("line", "family", "facts.county", "name[zh]", "name[ru]", "key")


@dataclass(frozen=True)
class Conflict:
    """One field that somebody else has changed; `both`: the sender has changed it too, to something else."""

    path: str
    base: Any
    theirs: Any
    yours: Any
    both: bool


@router.get("/{key}/edit")
def form(session: Looking, request: Request, locale: CallerLocale, key: KeyPath) -> HTMLResponse:
    """The card as it stands, in a form."""
    card = own_document(session, key)
    return _form(request, locale, key, card.document, card.version)


@router.post("/{key}/edit", dependencies=OURS)
def save(
    session: Writing, request: Request, locale: CallerLocale, key: KeyPath, version: Version, sent: Fields,
    reviewed: Reviewed = False,
) -> Response:  # fmt: skip
    """Save what was changed in the form, nothing else."""
    card = own_document(session, key)
    base = _seen(session, card, version)
    typed = {path: values for path, values in sent.fields.items() if path not in sent.theirs}
    read = read_typed(typed, shown(base))
    new_pack(typed, read)
    kept: list[str] = []
    values: dict[str, Any] = {"typed": typed, "reviewed": reviewed}
    if read.faults:
        return _form(request, locale, key, base, version, 422, faults=read.faults, **values)
    try:
        demand_unchanged(session, key, f'"{card.id}-{version}"', read.edit)
        if read.edit:
            with session.begin_nested():
                kept = edit_card(session, key, read.edit, reviewed=reviewed)
    except (ChangedMeanwhile, StaleDataError):
        session.expire_all()
        return _conflict(session, request, locale, key, base, version, read, values)
    except DomainError as error:
        return _form(
            request, locale, key, base, version, error.status, faults=fault_places(error, typed), fault=error, **values
        )
    if kept:
        read.warnings.append(Message(N_("Locked texts stayed as they were: {fields}."), {"fields": kept}))
    if read.warnings:
        said = [warning.say(locale) for warning in read.warnings]
        return card_page(session, request, locale, find_product(session, key), said="saved", warnings=said)
    return back(f"/catalogue/{key}", "saved" if read.edit else "")


def _seen(session: Session, card: Known, version: int) -> Document:
    """What the card said when the form was opened; what it says now, where that is not known."""
    try:
        return content_at(session, card, version) or card.document
    except NotFound:
        return card.document


def _conflict(
    session: Session, request: Request, locale: Locale, key: str, base: Document, version: int, read: Reading,
    values: Mapping[str, Any],
) -> HTMLResponse:  # fmt: skip
    """The form on what stands there now, with what was typed, and three columns for every field others have changed."""
    card = own_document(session, key)
    then, now = dict(flat(base)), dict(flat(card.document))
    rows = []
    for path in dict.fromkeys([*now, *then, *read.edit]):
        was, theirs = then.get(path), now.get(path)
        yours = read.edit.get(path, was)
        if theirs != was:
            rows.append(Conflict(path, was, theirs, yours, both=path in read.edit and yours != theirs))
    before = shown(base)
    mine = {
        path: typed
        for path, typed in values["typed"].items()
        if path.startswith(NEW) or (path in read.edit and typed != before.get(path))
    }
    revisions, _ = revision_page(session, key, after=None, limit=20)
    return _form(
        request, locale, key, card.document, card.version, 412, conflicts=rows, **(dict(values) | {"typed": mine}),
        others=[revision for revision in revisions if revision.number > version],
    )  # fmt: skip


def _form(
    request: Request, locale: Locale, key: str, document: Document, version: int, status: int = 200, *,
    typed: Typed | None = None, faults: Mapping[str, Message] | None = None, fault: DomainError | None = None, **values: Any,
) -> HTMLResponse:  # fmt: skip
    says = CardWords(locale)
    said = {path: what.say(locale) for path, what in (faults or {}).items()}
    all_boxes = boxes(document, says, typed=typed, faults=said)
    pack = pack_boxes(document, says, typed or {}, said)
    placed = {*all_boxes, *(box.path for box in pack)}
    return page(
        request, locale, "card_edit.html", status, key=key, document=document, version=version, says=says,
        new=pack, boxes=all_boxes, groups=groups(document, all_boxes), faults=said, general=_general(fault, said, placed, locale),
        **({"conflicts": [], "others": [], "reviewed": False} | values),
    )  # fmt: skip


def _general(fault: DomainError | None, said: Mapping[str, str], placed: set[str], locale: Locale) -> str | None:
    """What cannot be said beside a field."""
    if fault is None:
        return None
    return None if said and said.keys() <= placed else fault.say(locale)


@new_cards.get("")
def blank(session: Looking, request: Request, locale: CallerLocale) -> HTMLResponse:
    """A card begins with little."""
    return _blank(request, locale, {})


@new_cards.post("", dependencies=OURS)
def make(
    session: Writing, request: Request, locale: CallerLocale, sent: Fields, reviewed: Reviewed = False
) -> Response:
    """Make it; everything else is filled in on its page."""
    typed = sent.fields
    read = read_typed({path: typed[path] for path in BEGINNINGS if path in typed and any(typed[path])}, {})
    new_pack(typed, read)
    key = _key(typed, read)
    if read.faults:
        return _blank(request, locale, typed, 422, faults=read.faults, reviewed=reviewed)
    try:
        with session.begin_nested():
            make_card(session, key, read.edit, reviewed=reviewed)
    except DomainError as error:
        places = fault_places(error, typed)
        return _blank(request, locale, typed, error.status, faults=places, fault=error, reviewed=reviewed)
    return back(f"/catalogue/{key}", "made")


def _key(typed: Typed, read: Reading) -> str:
    """The product key that was typed, else one made of the SKU as sheets do it."""
    given = "".join(typed.get("key", [])).strip()
    column = column_of("key")
    if given and column:
        try:
            return str(column.kind.read(given, read.warnings))
        except Refused as refused:
            read.faults["key"] = Message(N_("{what} {remedy}"), {"what": refused.what, "remedy": refused.right})
    code = next((path[4:].rpartition(".")[0] for path in read.edit if path.startswith("sku.")), "")
    return re.sub(r"[^a-z0-9]+", "-", code.lower()).strip("-")


def _blank(
    request: Request, locale: Locale, typed: Typed, status: int = 200, *, faults: Mapping[str, Message] | None = None,
    fault: DomainError | None = None, reviewed: bool = False,
) -> HTMLResponse:  # fmt: skip
    says = CardWords(locale)
    nothing = Document(line="", family="", source_locale="zh", facts={}, texts={"zh": {}, "ru": {}}, skus=[])
    said = {path: what.say(locale) for path, what in (faults or {}).items()}
    found: dict[str, Box] = {}
    for path in BEGINNINGS:
        box = found[path] = box_of(path, says, nothing)
        box.shown, box.fault = list(typed.get(path, [""])), said.get(path, "")
        if path in ("line", "family"):
            box.options = [("", "—"), *box.options]
    pack = pack_boxes(nothing, says, typed, said)
    placed = {*found, *(box.path for box in pack)}
    return page(
        request, locale, "card_new.html", status, boxes=found, new=pack, faults=said, reviewed=reviewed, says=says,
        general=_general(fault, said, placed, locale),
    )  # fmt: skip
