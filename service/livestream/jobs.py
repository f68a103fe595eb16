"""Background work of livestreams: documents of many shows as one file, many scripts composed at once."""

from __future__ import annotations

import io
import zipfile
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.catalog.files import Key
from service.i18n import N_
from service.jobs.kinds import MadeFile, Outcome, Work, kind
from service.livestream.exports import FORMATS, render
from service.livestream.shows import brief_of, compose_show, find_script, find_show
from service.livestream.storing import restore
from service.people.caller import caller_of

Keys = Annotated[list[Key], Field(min_length=1, max_length=200)]


class DocumentsWanted(BaseModel):
    """The newest script of each show, in these formats."""

    model_config = ConfigDict(extra="forbid")
    shows: Keys
    formats: list[Literal["html", "docx", "xlsx", "csv", "srt", "vtt", "json"]] = Field(
        ["html", "docx"], min_length=1, max_length=7
    )


class ScriptsWanted(BaseModel):
    """Shows to compose anew."""

    model_config = ConfigDict(extra="forbid")
    shows: Keys


@kind("documents", title=N_("Documents of shows in one file"), right="shows:read", parameters=DocumentsWanted)
def documents(work: Work, wanted: DocumentsWanted) -> Outcome:
    """A zip with a folder for each show."""
    content = io.BytesIO()
    shows, formats = list(dict.fromkeys(wanted.shows)), list(dict.fromkeys(wanted.formats))
    total, done = len(shows) * len(formats), 0
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for key in shows:
            with work.reading() as session:
                stored = find_script(session, key)
                script, brief, name = restore(stored), brief_of(session, stored), f"{key}-v{stored.version}"
            for form in formats:
                archive.writestr(f"{key}/{name}.{FORMATS[form].ending}", render(script, brief, form))
                done += 1
                work.progress(done, total)
    return Outcome({"documents": done}, MadeFile("amurlive-scripts.zip", "application/zip", content.getvalue()))


@kind("scripts", title=N_("Composing scripts of shows"), right="shows:write", parameters=ScriptsWanted)
def scripts(work: Work, wanted: ScriptsWanted) -> Outcome:
    """New versions where anything changed since; all or none."""
    keys = list(dict.fromkeys(wanted.shows))

    def effect(session: Session) -> dict[str, Any]:
        versions = {}
        for done, key in enumerate(keys, 1):
            versions[key] = compose_show(session, find_show(session, key), person=caller_of(session).name).version
            work.progress(done, len(keys))
        return {"versions": versions}

    return Outcome(effect=effect)
