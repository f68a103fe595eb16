"""The script as SubRip subtitles."""

from __future__ import annotations

from service.livestream.brief import Brief
from service.livestream.exports.subtitles import subtitles
from service.livestream.script import Script

__all__ = ["write"]


def write(script: Script, brief: Brief) -> bytes:
    """Both languages in speaking order."""
    text: str = subtitles(script, brief).to_string("srt")
    return text.encode()
