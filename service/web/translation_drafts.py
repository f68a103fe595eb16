"""One draft beside its source, with what the memory and the term base know: read, mended, accepted or refused. Nothing typed is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from service.errors import DomainError
from service.http.kinds import Id
from service.http.languages import CallerLocale
from service.i18n import N_, Locale, Message
from service.people.caller import caller_of
from service.people.guard import Guarded, NotAllowed, form_is_ours, reading, writing
from service.people.rights import named
from service.translation.checks.pair import Finding
from service.translation.leaving import heed_finding, leave_finding, left_findings
from service.translation.models import Draft
from service.translation.reviewing import accept, comment, find_draft, findings_of, open_draft, refuse
from service.web.layout import page
from service.web.posting import Fault, Key, Said, new_key, once, refusal, today
from service.web.translation_queue import Narrowed, Queue
from service.web.translation_words import (
    Placed,
    TranslationWords,
    agreed_words,
    answered_languages,
    card_names,
    marked,
    placed,
)

router = APIRouter(route_class=Guarded, prefix="/translation/drafts", include_in_schema=False)
Reading = Annotated[Session, reading("texts:translate")]
Writing = Annotated[Session, writing("texts:translate")]
OURS = [Depends(form_is_ours)]
MOST_LETTERS, MOST_SAID = 20_000, 1_000
_Typed = Annotated[str, Form()]  # lengths are judged below: a refusal must not lose a text
_Do = Annotated[
    str, Form(pattern=r"^(check|accept|next|refuse|comment|(leave:\d{1,3}|heed):[a-z]+([._-][a-z_]+)*)$", max_length=60)
]
_Version = Annotated[int, Form(ge=1, lt=2**31)]
_SAID_LONGEST = Annotated[str, Query(max_length=20)]


class ChangedMeanwhile(DomainError):
    """The draft is another one than the reader saw."""

    status = 409
    title = N_("This draft has been changed since you opened it; what you typed stands below, nothing is saved yet.")
    remedy = N_("Compare it with the draft as it is now, then accept once more.")


class NothingTyped(DomainError):
    """An empty translation."""

    title = N_("There is no text to accept.")
    remedy = N_("Write the translation, or refuse the draft with a reason.")


class TooLong(DomainError):
    """More than a text of a card can be."""

    title = N_("This is too long: {letters} characters.")
    remedy = N_("Keep to {most} characters.")


class NothingSaid(DomainError):
    """An empty comment."""

    title = N_("There is no comment to keep.")
    remedy = N_("Write it first.")


@dataclass
class Typed:
    """What stands in the form: `text` None as long as the editor was not sent."""

    text: str | None = None
    reason: str = ""
    said: str = ""
    why: Sequence[str] = ()
    seconds: int | None = None


@router.get("/{number}")
def draft(
    session: Reading, request: Request, locale: CallerLocale, number: Id, wanted: Narrowed, said: _SAID_LONGEST = "",
    done: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> HTMLResponse:  # fmt: skip
    """A draft as its reader works on it."""
    return _draft(session, request, locale, find_draft(session, number), wanted, said=said, done=done)


def _draft(
    session: Session, request: Request, locale: Locale, found: Draft, wanted: Queue, status: int = 200, *, typed: Typed | None = None,
    fault: Fault | None = None, said: str = "", done: int = 0,
) -> HTMLResponse:  # fmt: skip
    typed = typed or Typed()
    stands = found.final if found.final is not None and found.state != "waiting" else found.text
    text = stands if typed.text is None else typed.text
    opened = open_draft(session, found, text=(stands if found.state != "waiting" else text).strip())
    why_not = _why_not(session, found, locale)
    return page(
        request, locale, "translation_draft.html", status, draft=found, opened=opened, text=text, stands=stands, typed=typed, fault=fault, said=said,
        done=done, why_not=why_not, pieces=marked(found.source_text, opened.source_terms),
        agreed=agreed_words(opened.source_terms, found.locale), found=_placed(found, opened.findings, text if found.state == "waiting" else stands),
        left=left_findings(session, found, text), following=wanted.following(session, found, today(locale)), wanted=wanted, key=new_key(),
        person=caller_of(session).person or 0, says=TranslationWords(locale, card_names(session, [found.product_id])),
    )  # fmt: skip


def _placed(found: Draft, findings: Sequence[Finding], text: str) -> list[Placed]:
    return placed(findings, {found.source_locale: found.source_text, found.locale: text.strip()})


def _why_not(session: Session, found: Draft, locale: Locale) -> str:
    """Why the reader may only look at a draft; empty: may decide on it."""
    if found.state != "waiting":
        return ""  # the page tells by whom it was decided
    if not caller_of(session).may("texts:review"):
        return Message(N_("You may read and comment on drafts, not decide on them: your roles do not include it. An administrator of your organisation gives roles.")).say(locale)  # fmt: skip
    if found.locale not in answered_languages(session):
        reason = {
            "zh": N_("You may read and comment on this draft, not decide on it: nobody has noted that you know Chinese. An administrator does so with “amurlive people languages LOGIN zh ru”."),
            "ru": N_("You may read and comment on this draft, not decide on it: nobody has noted that you know Russian. An administrator does so with “amurlive people languages LOGIN zh ru”."),
        }[found.locale]  # fmt: skip
        return Message(reason).say(locale)
    return ""


@router.get("/{number}/findings")
def again(_session: Reading, locale: CallerLocale, number: Id) -> Response:
    """Findings stand on the page of their draft."""
    return RedirectResponse(f"/translation/drafts/{number}?lang={locale}", status_code=303)


@router.post("/{number}/findings", dependencies=OURS)
def findings(session: Reading, request: Request, locale: CallerLocale, number: Id, text: _Typed = "") -> HTMLResponse:
    """What stands against a text while somebody writes it: a part of the page. Nothing is kept."""
    found = find_draft(session, number)
    written = _plain(text)[:MOST_LETTERS]
    told = _placed(found, findings_of(session, found, written.strip()), written)
    return page(
        request, locale, "_translation_findings.html", found=told, left=left_findings(session, found, written), draft=found, may=True, why=(),
        says=TranslationWords(locale),
    )  # fmt: skip


@router.post("/{number}", dependencies=OURS)
def act(
    session: Writing, request: Request, locale: CallerLocale, number: Id, wanted: Narrowed, do: _Do, version: _Version, key: Key,
    text: Annotated[str | None, Form()] = None, reason: _Typed = "", said: _Typed = "", seconds: _Typed = "",
    why: Annotated[list[str] | None, Form(max_length=500)] = None, editor: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Accept, refuse, comment, leave a finding or look at it again; whatever comes of it, the text stays in the editor."""
    found = find_draft(session, number)
    written = _plain(text or "") if editor else None
    took = int(seconds) if seconds.isdecimal() and seconds.isascii() and len(seconds) < 7 else None
    typed = Typed(written, reason, said, [one[: MOST_SAID * 2] for one in why or []], took)
    try:
        with session.begin_nested():
            said_then = _done(session, request, found, do, typed, version, key)
            session.flush()
    except StaleDataError:
        session.expire_all()
        return _draft(
            session,
            request,
            locale,
            found,
            wanted,
            409,
            typed=typed,
            fault=refusal(session, ChangedMeanwhile(), locale, {}),
        )
    except DomainError as error:
        fault = refusal(session, error, locale, {})
        return _draft(session, request, locale, found, wanted, fault.status, typed=typed, fault=fault)
    if said_then in ("accepted", "refused"):
        onwards = wanted.following(session, found, today(locale)) if do in ("next", "refuse") else number
        path = f"/translation/drafts/{onwards}" if onwards else "/translation"
        return RedirectResponse(wanted.address(path, said=said_then, done=number), status_code=303)
    if said_then and (written is None or written.strip() == found.text) and not reason:
        return RedirectResponse(wanted.address(f"/translation/drafts/{number}", said=said_then), status_code=303)
    return _draft(session, request, locale, found, wanted, typed=typed, said=said_then)


def _done(session: Session, request: Request, found: Draft, do: str, typed: Typed, version: int, key: str) -> str:
    """Do one thing; what the page says of it. Raises what the domain does, and StaleDataError."""
    if do == "check":
        return ""
    if do == "comment":
        return _comment(session, request, found, typed, key)
    if not caller_of(session).may("texts:review"):
        raise NotAllowed(right=named("texts:review"))
    if do == "refuse":
        refuse(session, found, reason=typed.reason, version=version, seconds=typed.seconds)
        return "refused"
    if do in ("accept", "next"):
        text = found.text if typed.text is None else typed.text
        if found.state == "waiting" and not text.strip():
            raise NothingTyped()
        if len(text) > MOST_LETTERS:
            raise TooLong(letters=len(text), most=MOST_LETTERS)
        accept(session, found, text=text, version=version, seconds=typed.seconds)
        return "accepted"
    verb, _, rest = do.partition(":")
    if verb == "heed":
        heed_finding(session, found, rest, text=typed.text)
        return "heeded"
    place, _, check = rest.partition(":")
    leave_finding(
        session, found, check, reason=typed.why[int(place)] if int(place) < len(typed.why) else "", text=typed.text
    )
    typed.why = ()
    return "left"


def _comment(session: Session, request: Request, found: Draft, typed: Typed, key: str) -> str:
    if not typed.said.strip():
        raise NothingSaid()
    if len(typed.said) > MOST_SAID:
        raise TooLong(letters=len(typed.said), most=MOST_SAID)

    def work() -> Said:
        comment(session, found, typed.said.replace("\x00", ""))
        return Said(to=str(found.id), said="commented")

    told = once(request, session, key, {"said": typed.said}, work).said
    session.expire(found, ["comments"])
    typed.said = ""
    return told


def _plain(text: str) -> str:
    """As it was typed: browsers send lines with a carriage return, and databases refuse the sign zero."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
