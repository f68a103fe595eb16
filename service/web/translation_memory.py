"""The memory on a page: what it holds like some words, where words were used before, pairs taken out of use; and how drafts have served."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from service.database import now
from service.errors import DomainError
from service.http.languages import CallerLocale
from service.http.paging import BadCursor
from service.i18n import Locale
from service.people.audit import record
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.people.reach import organisation_of
from service.translation.memory.keeping import find, retire
from service.translation.memory.keeping import page as units
from service.translation.memory.looking import concordance, look
from service.translation.models import MemoryUnit
from service.translation.reporting import productivity
from service.web.layout import page
from service.web.posting import refusal
from service.web.translation_queue import Queue
from service.web.translation_words import TranslationWords

router = APIRouter(route_class=Guarded, prefix="/translation", include_in_schema=False)
Reading = Annotated[Session, reading("texts:translate")]
Reviewing = Annotated[Session, writing("texts:review")]
OURS = [Depends(form_is_ours)]
SHOWN, ALIKE = 30, 8
Side = Literal["", "zh", "ru"]
Days = Literal["", "7", "30", "90"]
DAYS: tuple[Days, ...] = ("7", "30", "90")
_Words = Annotated[str, Query(max_length=500, pattern=r"^[^\x00]*$")]
_After = Annotated[str, Query(max_length=10)]
_HAN = re.compile(r"[\u3400-\u9fff]")


@router.get("/memory")
def memory(
    session: Reading, request: Request, locale: CallerLocale, q: _Words = "", side: Side = "", after: _After = "", retired: bool = False,
    said: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:  # fmt: skip
    """Similar pairs and those that hold the words; without words the newest ones."""
    return _memory(session, request, locale, q=q, side=side, after=after, retired=retired, said=said)


def _memory(
    session: Session, request: Request, locale: Locale, status: int = 200, *, q: str, side: Side, after: str = "", retired: bool = False,
    **values: Any,
) -> HTMLResponse:  # fmt: skip
    words, before = q.strip(), _place(after)
    language: Literal["zh", "ru"] = side or ("zh" if _HAN.search(words) else "ru")
    target = "ru" if language == "zh" else "zh"
    alike = look(session, words, source=language, target=target, limit=ALIKE) if words and before is None else []
    found: list[MemoryUnit]
    if words:
        found = concordance(session, words, language=language, before=before, limit=SHOWN + 1)
    else:
        found = units(session, after=before, limit=SHOWN + 1, retired=retired)
    own = organisation_of(session)
    given = {"said": "", "fault": None} | values
    return page(
        request, locale, "translation_memory.html", status, q=q, side=side, language=language, alike=alike, found=found[:SHOWN],
        following=found[SHOWN - 1].id if len(found) > SHOWN else None, after=after, retired=retired,
        own={one.id for one in found if one.organisation_id == own}, queue=Queue(), says=TranslationWords(locale), **given,
    )  # fmt: skip


def _place(after: str) -> int | None:
    if not after:
        return None
    if not (after.isascii() and after.isdecimal() and 0 < int(after) < 2**31):
        raise BadCursor()
    return int(after)


@router.post("/memory", dependencies=OURS)
def put_away(
    session: Reviewing, request: Request, locale: CallerLocale, unit: Annotated[int, Form(ge=1, lt=2**31)],
    q: Annotated[str, Form(max_length=500, pattern=r"^[^\x00]*$")] = "", side: Annotated[Side, Form()] = "",
) -> Response:  # fmt: skip
    """Take a pair out of use; it stays readable, and nothing is offered from it."""
    try:
        find(session, unit)
        if retire(session, [unit]):
            record(session, "memory.retired", str(unit), count=1, ids=[str(unit)])
    except DomainError as error:
        fault = refusal(session, error, locale, {})
        return _memory(session, request, locale, fault.status, q=q, side=side, fault=fault)
    address = Queue().address("/translation/memory", q=q, side=side, said="retired")
    return RedirectResponse(address, status_code=303)


@router.get("/report")
def report(session: Reading, request: Request, locale: CallerLocale, days: Days = "") -> HTMLResponse:
    """What became of drafts by where they came from: taken, edited, refused; how far people's texts are from them."""
    rows = productivity(session, since=now() - timedelta(days=int(days)) if days else None)
    return page(
        request, locale, "translation_report.html", rows=rows, days=days, choices=DAYS, says=TranslationWords(locale),
        taken=sum(one.accepted + one.edited for one in rows), refused=sum(one.refused for one in rows),
        word_for_word=sum(one.accepted for one in rows), signs=sum(one.signs for one in rows),
    )  # fmt: skip
