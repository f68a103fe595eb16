"""PO to pairs, line by line (Babel's reader holds all of it, knows no `#|`, and loses signs that Python takes for line ends).

The languages are those of the header (`Language`, `X-Source-Language`), else what the signs of the texts tell. A fuzzy text belongs to
its previous msgid where that stands beside it. Of plurals the first and the last form are read. Obsolete entries are passed over.
Conventions of Weblate: msgctxt is the context (here the field), `#, fuzzy` means that the text needs editing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from service.i18n import N_, Message
from service.translation.interchange.feeding import Fed, Oversize, lines_of
from service.translation.interchange.languages import Told, locale_of, script_of
from service.translation.interchange.refusing import MOST_SIGNS, SMALLER
from service.translation.interchange.report import Report
from service.translation.interchange.tmx.reading import moment
from service.translation.memory.keeping import UnitGiven

__all__ = ["OWN", "read"]

OWN = "amurlive "
_KEYWORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d{1,2})\])?\s*(".*")\s*')
_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_CHARSET = re.compile(rb"charset=([A-Za-z0-9_.:-]+)")
_FIELD_SIGNS = 60


@dataclass
class _Entry:
    line: int = 0
    texts: dict[str, list[str]] = field(default_factory=dict)
    previous: dict[str, list[str]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    obsolete: bool = False

    def text(self, name: str) -> str | None:
        return "".join(self.texts[name]) if name in self.texts else None


@dataclass
class _Languages:
    source: Told = "other"
    target: Told = "other"


def read(fed: Fed, report: Report) -> Iterator[UnitGiven]:
    """All translated pairs."""
    languages = _Languages()
    for entry in _entries(fed, report):
        if not entry.texts:
            continue
        if entry.obsolete:
            report.passed_over["obsolete"] += 1
        elif entry.text("msgid") == "" and "msgctxt" not in entry.texts:
            languages = _header(entry.text("msgstr") or "")
        else:
            yield from _pairs(entry, languages, report)


def _header(text: str) -> _Languages:
    told = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in text.split("\n"))}
    return _Languages(locale_of(told.get("x-source-language")), locale_of(told.get("language")))


def _entries(fed: Fed, report: Report) -> Iterator[_Entry]:
    entry, current = _Entry(), None
    try:
        for number, raw in lines_of(fed, report, _charset):
            line = raw.strip(" \t\r\f\ufeff")
            begins = not line or (line[0] == "#" and not line.startswith("#~") and entry.texts) or _starts(line, entry)
            if begins and entry.texts:
                yield entry
                fed.passed()
                entry = _Entry()
                current = None
            if not line:
                current = None
                continue
            current = _line(line, number, entry, current, report)
    except Oversize as error:
        report.fault(0, "", "", error.what, SMALLER)
    yield entry


def _charset(head: bytes) -> str | None:
    found = _CHARSET.search(head[:8000])
    name = found[1].decode() if found else ""
    return None if name in ("", "CHARSET") else name


def _starts(line: str, entry: _Entry) -> bool:
    """Whether a keyword begins the next entry, where no empty line stands between two."""
    bare = line.removeprefix("#~").lstrip()
    if bare.startswith("msgctxt"):
        return True
    return bare.startswith("msgid") and not bare.startswith("msgid_plural") and "msgid" in entry.texts


def _line(line: str, number: int, entry: _Entry, current: list[str] | None, report: Report) -> list[str] | None:
    """Takes a line in; returns the text that further strings belong to."""
    into = entry.texts
    if line.startswith("#|"):
        line, into = line[2:].lstrip(), entry.previous
    elif line.startswith("#~"):
        entry.obsolete = True
        line = line[2:].lstrip().removeprefix("|").lstrip()
    elif line[0] == "#":
        _comment(line, entry)
        return None
    if line.startswith('"') and current is not None:
        return _grown(current, line, number, report)
    found = _KEYWORD.fullmatch(line)
    if not found:
        what = Message(N_("This line is no part of a PO file."))
        report.fault(
            number,
            "",
            line,
            what,
            Message(N_("Mend the quotes, or write the file anew with the program it came from.")),
        )
        return None
    name = f"{found[1]}[{int(found[2])}]" if found[2] else found[1]
    entry.line = entry.line or number
    into[name] = []
    return _grown(into[name], found[3], number, report)


def _grown(parts: list[str], quoted: str, number: int, report: Report) -> list[str]:
    inner = quoted[1:-1]
    if len(quoted) < 2 or quoted[-1] != '"' or _open(inner):
        what = Message(N_("The quotation mark at the end of the line is missing."))
        report.fault(
            number,
            "",
            quoted,
            what,
            Message(N_("Mend the quotes, or write the file anew with the program it came from.")),
        )
        return parts
    parts.append(_ESCAPE.sub(_escaped, inner) if "\\" in inner else inner)
    return parts


def _open(inner: str) -> bool:
    """Whether the closing mark is itself escaped."""
    return (len(inner) - len(inner.rstrip("\\"))) % 2 == 1


def _escaped(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 8))
    if found[2]:
        return chr(int(found[2], 16))
    return _PLAIN.get(found[3], found[3])


def _comment(line: str, entry: _Entry) -> None:
    if line.startswith("#,"):
        entry.flags.update(flag.strip() for flag in line[2:].split(","))
    elif line.startswith("#."):
        entry.comments.append(line[2:].strip())
    elif line.startswith("#:"):
        entry.places.append(line[2:].strip())


def _pairs(entry: _Entry, languages: _Languages, report: Report) -> Iterator[UnitGiven]:
    source = entry.text("msgid") or ""
    fuzzy = "fuzzy" in entry.flags
    if fuzzy and "msgid" in entry.previous:
        source = "".join(entry.previous["msgid"])
    forms = [entry.text(name) or "" for name in sorted(entry.texts) if name.startswith("msgstr")]
    both = [(source, forms[0])] if forms else []
    plural = entry.text("msgid_plural")
    if plural and len(forms) > 1 and (plural, forms[-1]) != both[0] and not fuzzy:
        both.append((plural, forms[-1]))
    for one, other in both or [(source, "")]:
        if not one.strip() or not other.strip():
            report.passed_over["empty"] += 1
            continue
        if max(len(one), len(other)) > MOST_SIGNS:
            what = Message(N_("The text has more than {most} characters."), {"most": MOST_SIGNS})
            report.fault(entry.line, "", one[:40], what, SMALLER)
            continue
        written = script_of(one) if languages.source == "other" else languages.source
        target = script_of(other) if languages.target == "other" else languages.target
        if {written, target} != {"zh", "ru"}:
            report.passed_over["traditional" if "traditional" in (written, target) else "other_language"] += 1
            continue
        yield _unit(entry, (one, other) if written == "zh" else (other, one), written, fuzzy)


def _unit(entry: _Entry, texts: tuple[str, str], source: str, fuzzy: bool) -> UnitGiven:
    facts = _facts(entry)
    if facts is None:
        context = entry.text("msgctxt")
        place = entry.places[0].split(" ")[0] if entry.places else None
        return UnitGiven(
            *texts, source, field=context if context and len(context) <= _FIELD_SIGNS else None, file=place
        )
    get = facts.get
    at, origin = get("at"), get("origin")
    return UnitGiven(
        *texts, get("source", source), get("family"), get("field"), get("channel"), not fuzzy, get("reviewer"),
        origin if origin in ("authored", "edited", "machine", "imported") else "imported", get("file"),
        moment(at) if at else None, get("before"), get("after"),
    )  # fmt: skip


def _facts(entry: _Entry) -> dict[str, Any] | None:
    """What our writer put into a comment."""
    for comment in entry.comments:
        if comment.startswith(f"{OWN}{{"):
            try:
                facts = json.loads(comment.removeprefix(OWN))
            except ValueError:
                continue
            return {str(key): value for key, value in facts.items() if isinstance(value, str)}
    return None
