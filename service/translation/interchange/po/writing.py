"""Pairs to PO in one direction. What gettext has no place for stands in a comment (`#. amurlive {…}`); unreviewed pairs are fuzzy.

The context (msgctxt) is the field; where a text comes again under it, a number follows, for gettext wants each once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import BinaryIO

from service.translation.interchange.po.reading import OWN
from service.translation.interchange.xliff.writing import facts_of
from service.translation.memory.keeping import UnitGiven

__all__ = ["write"]

_NAMES = {"zh": "zh_CN", "ru": "ru"}
_PLURALS = {
    "zh": "nplurals=1; plural=0;",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
}
_SPECIAL = re.compile(r'[\\"\x00-\x1f\x7f]')
_SHORT = {"\n": r"\n", "\t": r"\t", "\r": r"\r", "\\": r"\\", '"': r"\""}


def write(units: Iterable[UnitGiven], to: BinaryIO, *, source: str) -> int:
    """How many were written."""
    target = "ru" if source == "zh" else "zh"
    header = (
        f"Project-Id-Version: AmurLive\nLanguage: {_NAMES[target]}\nX-Source-Language: {_NAMES[source]}\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nPlural-Forms: {_PLURALS[target]}\n"
    )
    to.write(f'msgid ""\nmsgstr {_quoted(header)}\n'.encode())
    seen: set[int] = set()
    count = 0
    for count, unit in enumerate(units, 1):
        text, translated = (unit.zh, unit.ru) if source == "zh" else (unit.ru, unit.zh)
        context = unit.field
        if hash((context, text)) in seen:
            context = f"{context or ''}#{count}"
        seen.add(hash((context, text)))
        facts = {key: value for key, value in facts_of(unit).items() if key != "reviewed"}
        lines = [
            "", f"#. {OWN}{json.dumps(facts)}", "" if unit.reviewed else "#, fuzzy", f"msgctxt {_quoted(context)}" if context else "",
            f"msgid {_quoted(text)}", f"msgstr {_quoted(translated)}",
        ]  # fmt: skip
        to.write("".join(f"{line}\n" for at, line in enumerate(lines) if line or not at).encode())
    return count


def _quoted(text: str) -> str:
    """A string, or a string for each of its lines."""
    lines = text.split("\n")
    if len(lines) == 1:
        return f'"{_SPECIAL.sub(_escape, text)}"'
    cut = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    return "\n".join(['""', *(f'"{_SPECIAL.sub(_escape, line)}"' for line in cut)])


def _escape(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\{ord(found[0]):03o}"
