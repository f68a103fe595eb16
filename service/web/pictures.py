"""Pictures of a card: uploaded several at once, described in both languages, ordered, taken off."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Path, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from service.catalog.editing import own_document
from service.catalog.listing import find_product
from service.catalog.media.checking import LEAST_SIDE, MOST_BYTES, Picture, check_picture
from service.catalog.media.keeping import (
    MOST_ON_CARD,
    ROLE_NAMES,
    Role,
    keep_checked,
    pictures_of,
    put_on_card,
    take_off,
)
from service.errors import DomainError
from service.http.kinds import KeyPath
from service.http.languages import CallerLocale
from service.i18n import N_, Locale, Message
from service.people.caller import caller_of
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.people.reach import organisation_of
from service.web.layout import back, page

router = APIRouter(route_class=Guarded, prefix="/catalogue/{key}/pictures", include_in_schema=False)
Reading = Annotated[Session, reading("catalogue:read")]
Looking = Annotated[Session, reading("catalogue:write")]
Writing = Annotated[Session, writing("catalogue:write")]
OURS = [Depends(form_is_ours)]
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
_Alt = Annotated[str, Form(max_length=300)]
_SAID = {"kept": N_("The pictures are on the card."), "saved": N_("Saved."), "off": N_("The picture is off the card.")}


@router.get("")
def pictures(session: Reading, request: Request, locale: CallerLocale, key: KeyPath, said: str = "") -> HTMLResponse:
    """The card's pictures; forms for who may change the card."""
    return _page(session, request, locale, key, said=said)


def _page(
    session: Session, request: Request, locale: Locale, key: str, status: int = 200, *, said: str = "", **values: Any
) -> HTMLResponse:
    card = find_product(session, key)
    caller = caller_of(session)
    ours = card.organisation_id == organisation_of(session)
    return page(
        request, locale, "pictures.html", status, card=card, key=card.key, pictures=pictures_of(session, card.key),
        ours=ours, mine=ours and caller.may("catalogue:write"), most=MOST_ON_CARD,
        roles={role: Message(name).say(locale) for role, name in ROLE_NAMES.items()},
        megabytes=MOST_BYTES // 1_000_000, least=LEAST_SIDE,
        said=Message(_SAID[said]).say(locale) if said in _SAID else "", **({"faults": []} | values),
    )  # fmt: skip


@router.post("", dependencies=OURS)
def upload(
    session: Looking, request: Request, locale: CallerLocale, key: KeyPath,
    file: Annotated[list[UploadFile] | None, File()] = None, alt_zh: _Alt = "", alt_ru: _Alt = "",
) -> Response:  # fmt: skip
    """Put these files on the card; each that is refused is named with the reason, the others are kept."""
    caller = caller_of(session)
    own_document(session, key)
    session.rollback()  # nothing is held while the pictures are decoded
    checked, faults = _checked(file or [], locale)
    with request.app.state.database.acting(caller).writing() as own:
        try:
            for picture in checked:
                kept = keep_checked(own, picture)
                put_on_card(own, key, digest=kept.digest, alt=_given(alt_zh, alt_ru))
        except DomainError as error:
            faults.append(error.say(locale))
        if not faults:
            return back(f"/catalogue/{key}/pictures", "kept")
        own.flush()
        return _page(own, request, locale, key, 422, faults=faults, said="kept" if checked else "")


def _checked(files: list[UploadFile], locale: Locale) -> tuple[list[Picture], list[str]]:
    checked: list[Picture] = []
    faults: list[str] = []
    for file in files:
        name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
        if not name:
            continue
        try:
            checked.append(check_picture(name[:120], file.file.read(MOST_BYTES + 1)))
        except DomainError as error:
            faults.append(error.say(locale))
    if not checked and not faults:
        faults.append(Message(N_("Choose at least one picture first.")).say(locale))
    return checked, faults


def _given(alt_zh: str, alt_ru: str) -> dict[str, str | None]:
    return {locale: text for locale, text in (("zh", alt_zh), ("ru", alt_ru)) if text.strip()}


@router.post("/{digest}", dependencies=OURS)
def change(
    session: Writing, request: Request, locale: CallerLocale, key: KeyPath, digest: Digest, role: Annotated[Role, Form()],
    position: Annotated[int, Form(ge=1, le=MOST_ON_CARD)], alt_zh: _Alt = "", alt_ru: _Alt = "",
) -> Response:  # fmt: skip
    """Words, part and place of one picture."""
    try:
        with session.begin_nested():
            put_on_card(
                session, key, digest=digest, role=role, position=position, alt={"zh": alt_zh or None, "ru": alt_ru or None}
            )  # fmt: skip
    except DomainError as error:
        return _page(session, request, locale, key, error.status, faults=[error.say(locale)])
    return back(f"/catalogue/{key}/pictures", "saved")


@router.post("/{digest}/off", dependencies=OURS)
def off(session: Writing, request: Request, locale: CallerLocale, key: KeyPath, digest: Digest) -> Response:
    """Show it no longer on this card."""
    try:
        with session.begin_nested():
            take_off(session, key, digest=digest)
    except DomainError as error:
        return _page(session, request, locale, key, error.status, faults=[error.say(locale)])
    return back(f"/catalogue/{key}/pictures", "off")
