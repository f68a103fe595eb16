"""Documents a script becomes: HTML, DOCX, subtitles, run sheets and JSON. One module per form, one table of them here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from service.errors import NotFound
from service.i18n import N_, Message
from service.livestream.brief import Brief
from service.livestream.script import Script

__all__ = ["FORMATS", "Format", "render"]


@dataclass(frozen=True)
class Format:
    """A document form: its file ending, media type, what it is for, and where it is made."""

    ending: str
    media: str
    purpose: Message
    module: str

    def write(self, script: Script, brief: Brief) -> bytes:
        """The finished document."""
        make = cast("Callable[[Script, Brief], bytes]", import_module(f"{__name__}.{self.module}").write)
        return make(script, brief)


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: dict[str, Format] = {
    "html": Format("html", "text/html; charset=utf-8", Message(N_("script to read and print")), "html"),
    "docx": Format("docx", _DOCX, Message(N_("run-of-show table for Word")), "docx"),
    "xlsx": Format("xlsx", _XLSX, Message(N_("run sheet for Excel")), "xlsx"),
    "csv": Format("csv", "text/csv; charset=utf-8", Message(N_("run sheet for other programs")), "csv"),
    "srt": Format("srt", "application/x-subrip; charset=utf-8", Message(N_("subtitles with the planned times")), "srt"),
    "vtt": Format("vtt", "text/vtt; charset=utf-8", Message(N_("web subtitles with the planned times")), "vtt"),
    "json": Format("json", "application/json", Message(N_("everything, for programs")), "json"),
}


def render(script: Script, brief: Brief, name: str) -> bytes:
    """The script as a document of the named form; raises `NotFound`."""
    if name not in FORMATS:
        raise NotFound(kind=Message(N_("The format")), name=name, known=FORMATS)
    return FORMATS[name].write(script, brief)
