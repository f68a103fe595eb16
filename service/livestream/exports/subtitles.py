"""Subtitles with the planned times, for rehearsal and for recordings: each language at the moment its host speaks."""

from __future__ import annotations

from pysubs2 import SSAEvent, SSAFile

from service.language.sentences import split
from service.livestream.brief import Brief
from service.livestream.script import Script

__all__ = ["subtitles"]


def subtitles(script: Script, brief: Brief) -> SSAFile:
    """One event per sentence, timed by its share of the line's characters."""
    file = SSAFile()
    for _, line in script.lines():
        moment = line.start
        for language, utterance in line.said.items():
            sentences = split(utterance.text, language)
            whole = sum(map(len, sentences)) or 1
            for sentence in sentences:
                length = utterance.seconds * len(sentence) / whole
                file.append(SSAEvent(start=round(moment * 1000), end=round((moment + length) * 1000), text=sentence))
                moment += length
            if len(line.said) > 1:
                moment += brief.pace.handover
    return file
