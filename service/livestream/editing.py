"""Changes one line of a stored script and leaves the rest: another wording, one's own words, or a lock."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.orm import Session

from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.language.pace import seconds
from service.livestream.blocks import library
from service.livestream.brief import Language
from service.livestream.composing import redo
from service.livestream.models import StoredScript, StoredStep
from service.livestream.script import Script, ScriptLine, Utterance
from service.livestream.shows import brief_of
from service.livestream.storing import fill, restore
from service.livestream.timeline import lay_out
from service.people.audit import record

__all__ = ["AlreadyAired", "EmptyLine", "LineLocked", "NoOtherWording", "edit_line", "lock_line", "redo_line"]


class LineLocked(DomainError):
    """Somebody locked this line."""

    status = 409
    title = N_("The line {line} is locked.")
    remedy = N_("Unlock it first.")


class NoOtherWording(DomainError):
    """The library has no second wording whose facts exist here."""

    status = 409
    title = N_("There is no other wording for the line {line} with the facts this item has.")
    remedy = N_("Write your own words into the line, or add a variant to scripts/blocks/.")


class AlreadyAired(DomainError):
    """What was said on air is a record."""

    status = 409
    title = N_("The script was aired and is now a record.")
    remedy = N_("Compose a new version and change that one.")


class EmptyLine(DomainError):
    """A line needs words in each language of its show."""

    title = N_("The line {line} would have no words in {language}.")
    remedy = N_("Write it in the languages of the show: {languages}.")


def redo_line(session: Session, stored: StoredScript, *, line: str, person: str = "") -> ScriptLine:
    """Take another wording for a line. Raises `NotFound`, `LineLocked`, `NoOtherWording`, `AlreadyAired`."""
    script = _changeable(stored, line)
    brief = brief_of(session, stored)
    new = redo(script, brief, library(), line)
    if new is None:
        raise NoOtherWording(line=line)
    _keep(session, stored, script, person, line)
    return new


def edit_line(
    session: Session, stored: StoredScript, *, line: str, words: Mapping[Language, str], person: str = ""
) -> ScriptLine:
    """Write one's own words into a line; the language not given keeps its words.

    Raises `NotFound`, `LineLocked`, `EmptyLine`, `AlreadyAired`.
    """
    script = _changeable(stored, line)
    brief = brief_of(session, stored)
    target = _line(script, line)
    for locale, written in words.items():
        text = re.sub(r"[\s\x00-\x1f\x7f\ufffe\uffff]+", " ", written).strip()
        if locale not in target.said or not text:
            raise EmptyLine(line=line, language=locale, languages=list(target.said))
        if text != target.said[locale].text:
            target.said[locale] = Utterance(text, text, seconds(text, locale, pace=brief.pace))
            target.edited = True
    lay_out(script, brief.pace)
    _keep(session, stored, script, person, line)
    return target


def lock_line(session: Session, stored: StoredScript, *, line: str, locked: bool, person: str = "") -> ScriptLine:
    """Lock a line against redoing, editing and recomposing, or free it again. Raises `NotFound`, `AlreadyAired`."""
    script = _changeable(stored, line, even_locked=True)
    target = _line(script, line)
    target.locked = locked
    fill(stored, script)
    stored.revision += 1
    session.flush()
    return target


def _changeable(stored: StoredScript, line: str, *, even_locked: bool = False) -> Script:
    if stored.state == "aired":
        raise AlreadyAired()
    script = restore(stored)
    if _line(script, line).locked and not even_locked:
        raise LineLocked(line=line)
    return script


def _line(script: Script, key: str) -> ScriptLine:
    found = script.line(key)
    if found is None:
        known = [line.key for _, line in script.lines()]
        raise NotFound(kind=Message(N_("The line")), name=key, known=known)
    return found[1]


def _keep(session: Session, stored: StoredScript, script: Script, person: str, line: str) -> None:
    """Store the change; a script that was already checked becomes a draft again."""
    fill(stored, script)
    stored.revision += 1
    record(session, "script.edited", f"{stored.show.key} v{stored.version}", line=line)
    if stored.state != "draft":
        stored.state = "draft"
        stored.steps.append(StoredStep(state="draft", person=person, note=line))
    session.flush()
