"""A show before the law: its script checked line by line, the review before the broadcast, corrections on air, and its way to ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.compliance.answers import DISCLAIMER
from service.compliance.document import Finding
from service.compliance.keeping import findings_of, last_check
from service.compliance.reviewing import (
    REVIEWED,
    CorrectionGiven,
    ReviewGiven,
    correct_on_air,
    corrections_of,
    review_broadcast,
    review_of,
    reviews_of,
    unreviewed,
)
from service.errors import DomainError
from service.http.kinds import KeyPath
from service.http.languages import CallerLocale
from service.http.versions import ChangedMeanwhile
from service.i18n import N_, Locale, Message
from service.livestream.complying import check_stored, keep_check_of
from service.livestream.models import STATES, StoredScript
from service.livestream.shows import FactsChanged, advance, brief_of, compose_show, find_script, find_show
from service.livestream.storing import restore
from service.people.caller import caller_of
from service.people.guard import Guarded, form_is_ours, reading, writing
from service.web.compliance import with_lines
from service.web.compliance_words import fault_of, words_of
from service.web.layout import back, page
from service.web.posting import Key, Said, local_moment, new_key, once

router = APIRouter(route_class=Guarded, prefix="/shows", include_in_schema=False)
Reading = Annotated[Session, reading("compliance:read")]
Checking = Annotated[Session, writing("compliance:read")]
Reviewing = Annotated[Session, writing("compliance:write")]
Writing = Annotated[Session, writing("shows:write")]
OURS = [Depends(form_is_ours)]
PAST = 20  # reviews and corrections shown
Version = Annotated[int, Form(ge=1, lt=2**31)]
_Typed = Annotated[str, Form(pattern=r"^[^\x00]*$")]  # lengths are judged by the domain: a refusal keeps what was typed
_Tick = Annotated[bool, Form()]
_LineQuery = Annotated[str, Query(max_length=120, pattern=r"^[^\x00]*$")]
_LABELS = {
    "note": N_("Note"), "wrong": N_("What was wrong"), "zh": N_("Corrected in Chinese"), "ru": N_("Corrected in Russian"),
    "line": N_("Line of the script"),
}  # fmt: skip


@router.get("/{key}/compliance")
def show_page(
    session: Reading, request: Request, locale: CallerLocale, key: KeyPath, line: _LineQuery = "", said: str = ""
) -> HTMLResponse:
    """Where the newest script of a show stands; `line` puts a line into the form for a correction."""
    return _show(session, request, locale, key, line=line, said=said)


@router.get("/{key}/compliance/{form}")
def again(
    _session: Reading, locale: CallerLocale, key: KeyPath, form: Literal["check", "review", "corrections", "state", "compose"]
) -> Response:  # fmt: skip
    """Where a refused form stands; read in another language it begins anew."""
    return RedirectResponse(f"/shows/{key}/compliance?lang={locale}", status_code=303)


def _show(
    session: Session, request: Request, locale: Locale, key: str, status: int = 200, *, line: str = "", **values: Any
) -> HTMLResponse:
    show = find_show(session, key)
    stored = show.scripts[-1] if show.scripts else None
    kept = last_check(session, kind="show", key=key, version=stored.version) if stored else None
    review = review_of(session, key, stored.version) if stored else None
    found, places = with_lines(findings_of(kept) if kept else [], stored, locale)
    corrections, reviews = corrections_of(session, key), reviews_of(session, key)
    spoken = _spoken(stored, line) if line else {}
    correction = {"line": line if spoken else "", "wrong": " / ".join(spoken.values()), "zh": "", "ru": "", "said_at": "", "corrected_at": ""}  # fmt: skip
    given = {
        "said": "", "fault": None, "refused": "", "correction": correction, "form": new_key(), "old": False,
        "typed": dict.fromkeys(REVIEWED, False) | {"note": ""},
    } | values  # fmt: skip
    return page(
        request, locale, "compliance_show.html", status, show=show, script=stored, kept=kept, found=found, places=places,
        review=review, lacking=unreviewed(review), reviews=reviews[:PAST], corrections=corrections[:PAST], spoken=spoken,
        points={name: Message(text) for name, text in REVIEWED.items()}, states=STATES, note=Message(DISCLAIMER),
        following=_following(stored), says=words_of(session, locale, found.skus, show=key), **given,
    )  # fmt: skip


def _following(stored: StoredScript | None) -> str | None:
    """The state that comes next; None after the broadcast."""
    return next(iter(STATES[STATES.index(stored.state) + 1 :]), None) if stored else None


def _spoken(stored: StoredScript | None, key: str) -> dict[str, str]:
    """What a line of the script says, by language."""
    there = restore(stored).line(key) if stored else None
    return {language: one.text for language, one in there[1].said.items()} if there else {}


@router.post("/{key}/compliance/check", dependencies=OURS)
def check_now(session: Checking, request: Request, locale: CallerLocale, key: KeyPath, form: Key, version: Version) -> Response:  # fmt: skip
    """Check a version with the facts as they are now, and keep the check."""

    def work() -> str:
        stored = find_script(session, key, version)
        keep_check_of(session, stored, _findings(session, stored))
        return "checked"

    return _act(session, request, locale, key, form, {"version": version}, work, refused="check")


def _findings(session: Session, stored: StoredScript) -> list[Finding]:
    return check_stored(session, stored, restore(stored), brief_of(session, stored))


@router.post("/{key}/compliance/review", dependencies=OURS)
def review_now(
    session: Reviewing, request: Request, locale: CallerLocale, key: KeyPath, form: Key, version: Version, content: _Tick = False,
    narration: _Tick = False, costume: _Tick = False, set: _Tick = False, props: _Tick = False, note: _Typed = "",
) -> Response:  # fmt: skip
    """The caller's review of a version: what was looked at and found in order."""
    typed = {
        "content": content, "narration": narration, "costume": costume, "set": set, "props": props, "note": note.strip(),
    }  # fmt: skip

    def work() -> str:
        stored = find_script(session, key, version)
        review_broadcast(session, show=key, version=stored.version, given=ReviewGiven.model_validate(typed))
        return "reviewed"

    return _act(session, request, locale, key, form, typed | {"version": version}, work, refused="review", typed=typed)


@router.post("/{key}/compliance/corrections", dependencies=OURS)
def correct(
    session: Writing, request: Request, locale: CallerLocale, key: KeyPath, form: Key, wrong: _Typed = "", zh: _Typed = "",
    ru: _Typed = "", line: _Typed = "", said_at: _Typed = "", corrected_at: _Typed = "",
) -> Response:  # fmt: skip
    """A slip on air with the words it was put right with."""
    typed = {"wrong": wrong, "zh": zh, "ru": ru, "line": line, "said_at": said_at, "corrected_at": corrected_at}

    def work() -> str:
        find_show(session, key)
        words = {name: typed[name].strip() or None for name in ("zh", "ru", "line")}
        times = {name: local_moment(typed[name], locale) for name in ("said_at", "corrected_at")}
        correct_on_air(session, show=key, given=CorrectionGiven.model_validate({"wrong": wrong, **words, **times}))
        return "corrected"

    return _act(session, request, locale, key, form, typed, work, refused="correct", correction=typed)


@router.post("/{key}/compliance/state", dependencies=OURS)
def go_on(
    session: Writing, request: Request, locale: CallerLocale, key: KeyPath, form: Key, version: Version,
    seen: Annotated[int, Form(ge=0, lt=2**31)], to: Annotated[Literal["draft", "checked", "reviewed", "ready", "aired"], Form()],
) -> Response:  # fmt: skip
    """The next state, or back to draft. `seen` is the revision that was looked at, so that two do not both take the step."""

    def work() -> str:
        stored = find_script(session, key, version)
        if stored.revision != seen:
            raise ChangedMeanwhile()
        advance(session, stored, to=to, person=caller_of(session).name)
        return "state"

    typed = {"version": version, "seen": seen, "to": to}
    return _act(session, request, locale, key, form, typed, work, refused="state")


@router.post("/{key}/compliance/compose", dependencies=OURS)
def compose_again(session: Writing, request: Request, locale: CallerLocale, key: KeyPath, form: Key) -> Response:
    """A version with today's cards, prices and wording; locked lines stay as they are."""

    def work() -> str:
        compose_show(session, find_show(session, key), person=caller_of(session).name)
        return "composed"

    return _act(session, request, locale, key, form, {}, work, refused="state")


def _act(
    session: Session, request: Request, locale: Locale, key: str, form: str, sent: dict[str, Any], work: Callable[[], str], **values: Any
) -> Response:  # fmt: skip
    """Do it once and go back to the page; or the page with the fault beside its form and all that was typed."""
    at = f"/shows/{key}/compliance"
    try:
        done = once(request, session, form, sent, lambda: Said(to=at, said=work()))
    except (DomainError, ValidationError) as error:
        old = isinstance(error, FactsChanged)
        fault = fault_of(session, error, locale, _LABELS)
        find_show(session, key)
        return _show(session, request, locale, key, fault.status, fault=fault, old=old, **values)
    return back(done.to, done.said)
