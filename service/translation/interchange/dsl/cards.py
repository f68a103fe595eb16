"""A DSL file to its cards, and the text of a card without its markup: no meaning is looked for here.

UTF-16 or UTF-8, or the code page the head names. Headwords stand at the beginning of a line, several may share a body; body lines are
indented. `{{…}}` is a comment, over several lines too; a backslash takes the meaning from the sign after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from service.i18n import N_, Message
from service.translation.interchange.feeding import Fed, Oversize, lines_of
from service.translation.interchange.languages import Told, locale_of
from service.translation.interchange.refusing import MOST_SIGNS, SMALLER
from service.translation.interchange.report import Report

__all__ = ["Card", "Dictionary", "Piece", "cards", "headword", "pieces"]

_PAGES = {"latin": "cp1252", "cyrillic": "cp1251", "easterneuropean": "cp1250"}
_PAGE = re.compile(rb'#SOURCE_CODE_PAGE\s+"(\w+)"')
_HEAD = re.compile(r'#(\w+)\s+"?(.*?)"?\s*')
_TAG = re.compile(
    r"\\(.)|\[(/?)(b|i|u|c|p|m\d?|\*|ex|com|trn|!?trs|s|url|ref|lang|sub|sup|t|'|br|preview|video)((?:\s[^\]\[\n]*)?)\]|<<|>>",
    re.IGNORECASE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MOST_BODY = 5000  # lines


@dataclass
class Dictionary:
    """What the head of the file says."""

    name: str = ""
    headwords: Told = "other"
    contents: Told = "other"


@dataclass
class Card:
    """Headwords and body lines as they stand there, comments apart."""

    line: int
    headwords: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text and the tags around it."""

    text: str
    tags: frozenset[str]


def cards(fed: Fed, report: Report, about: Dictionary) -> Iterator[Card]:
    """One card after the other; `about` is filled from the head before the first of them."""
    card = Card(0)
    comment: list[str] | None = None
    try:
        for number, raw in lines_of(fed, report, _page):
            line, comment = _without_comments(raw, comment, card)
            if not line.strip():
                continue
            if line[0] == "#" and not card.headwords and not card.body:
                _head(line, number, about, report)
            elif line[0] in " \t":
                if not card.headwords:
                    report.fault(number, "", line.strip(), Message(N_("A body without a headword stands here.")), Message(N_("Begin the line of the headword without a space.")))  # fmt: skip
                elif len(card.body) < _MOST_BODY and len(line) <= MOST_SIGNS:
                    card.body.append(line.strip())
                elif len(card.body) == _MOST_BODY or len(line) > MOST_SIGNS:
                    report.fault(number, card.headwords[0], "", Message(N_("The card is larger than is read.")), Message(N_("Split it.")))  # fmt: skip
                    card.body.append("")
            else:
                if card.body:
                    yield card
                    fed.passed()
                    card = Card(number)
                card.line = card.line or number
                card.headwords.append(line.rstrip())
    except Oversize as error:
        report.fault(0, "", "", error.what, SMALLER)
    if comment is not None:
        report.fault(
            card.line, "", "", Message(N_("A comment is not closed.")), Message(N_("Close it with two braces."))
        )
    if card.headwords:
        yield card


def _page(head: bytes) -> str | None:
    found = _PAGE.search(head[:8000])
    return _PAGES.get(found[1].decode().lower()) if found else None


def _head(line: str, number: int, about: Dictionary, report: Report) -> None:
    found = _HEAD.fullmatch(line)
    name, value = (found[1].upper(), found[2]) if found else ("", "")
    if name == "NAME":
        about.name = value
    elif name == "INDEX_LANGUAGE":
        about.headwords = locale_of(value)
    elif name == "CONTENTS_LANGUAGE":
        about.contents = locale_of(value)
    elif name == "INCLUDE":
        what = Message(N_("The dictionary goes on in another file, {file}."), {"file": value})
        report.fault(
            number, "#INCLUDE", value, what, Message(N_("Read that file by itself, and take this line out here."))
        )


def _without_comments(line: str, comment: list[str] | None, card: Card) -> tuple[str, list[str] | None]:
    """The line without what stands in double braces; an open comment goes on in the next line."""
    kept = ""
    while line:
        if comment is None:
            before, opens, line = line.partition("{{")
            kept += before
            comment = [] if opens else None
        else:
            inside, closes, rest = line.partition("}}")
            comment.append(inside)
            if closes:
                card.comments.append("\n".join(comment))
                comment = None
            line = rest if closes else ""
    return kept, comment


def headword(line: str) -> tuple[str, ...]:
    """The readings of a headword line: what is in braces is left out, what is in round brackets may be there or not."""
    marked = _ESCAPED.sub(lambda found: chr(0xE000 + ord(found[1])) if ord(found[1]) < 0x1000 else found[1], line)
    bare = re.sub(r"\{[^{}]*\}", "", marked)
    full, short = bare.replace("(", "").replace(")", ""), re.sub(r"\([^()]*\)", "", bare)
    read = (_restored(" ".join(one.split())) for one in dict.fromkeys((full, short)))
    return tuple(dict.fromkeys(one for one in read if one))


def _restored(text: str) -> str:
    return re.sub("[\ue000-\uefff]", lambda found: chr(ord(found[0]) - 0xE000), text)


def pieces(line: str) -> list[Piece]:
    """A body line cut where its tags change."""
    found: list[Piece] = []
    tags: list[str] = []
    text, last = "", 0
    for mark in _TAG.finditer(line):
        text += line[last : mark.start()]
        last = mark.end()
        if mark[1]:
            text += mark[1]
            continue
        if text:
            found.append(Piece(text, frozenset(tags)))
            text = ""
        name = (mark[3] or "ref").lower()
        name = "m" if name[0] == "m" and name[1:].isdigit() else name
        if mark[0] == ">>" or mark[2]:
            if name in tags:
                tags.reverse()
                tags.remove(name)
                tags.reverse()
        else:
            tags.append(name)
    text += line[last:]
    if text:
        found.append(Piece(text, frozenset(tags)))
    return found
