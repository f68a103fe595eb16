"""Writes a script's documents into a folder, and tells what was written and what to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from service.compliance.document import Finding
from service.compliance.rulebook import rulebook
from service.errors import NotFound, shown_path
from service.i18n import N_, Locale, Message
from service.livestream.blocks import library
from service.livestream.brief import Brief
from service.livestream.exports import FORMATS, render
from service.livestream.exports.runsheet import clock, warnings
from service.livestream.script import Script

__all__ = ["Written", "told", "write_documents"]


class Written:
    """One document: where it is, what it is for, whether this run changed it."""

    def __init__(self, path: Path, purpose: Message, changed: bool) -> None:
        self.path, self.purpose, self.changed = path, purpose, changed


def write_documents(
    script: Script, brief: Brief, *, folder: Path, name: str, formats: Sequence[str] = tuple(FORMATS)
) -> list[Written]:
    """Write the documents `name.html`, `name.docx` …; raises `NotFound` for an unknown format before writing any."""
    wanted = [text.strip() for text in formats]
    if unknown := [text for text in wanted if text not in FORMATS]:
        raise NotFound(kind=Message(N_("The format")), name=unknown[0], known=FORMATS)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for text in wanted:
        path = folder / f"{name}.{FORMATS[text].ending}"
        path.write_bytes(render(script, brief, text))
        written.append(Written(path, FORMATS[text].purpose, True))
    return written


def told(
    script: Script, brief: Brief, written: Sequence[Written], *, findings: Sequence[Finding] = (), locale: Locale
) -> Iterator[str]:
    """Lines for a terminal: length, items, faults of wording files, warnings, what the law check found, files."""
    lines = sum(1 for _ in script.lines())
    yield Message(
        N_("{title}: {planned} of {slot}, {lines} lines, {items} items."),
        {"title": brief.title["ru" if locale == "ru" else "zh"], "planned": clock(script.seconds),
         "slot": clock(script.target), "lines": lines, "items": len(brief.items)},
    ).say(locale)  # fmt: skip
    for problem in library().problems:
        yield "! " + problem.say(locale)
    for warning in warnings(script, brief):
        yield "! " + warning.say(locale)
    yield from _findings(findings, locale)
    for document in written:
        yield f"  {shown_path(document.path):<34} {document.purpose.say(locale)}"


def _findings(findings: Sequence[Finding], locale: Locale) -> Iterator[str]:
    """Words that break a rule, one line a rule, with where they stand first and what to say instead; missing facts only counted."""
    own = "ru" if locale == "ru" else "zh"
    words: dict[str, dict[str, Finding]] = {}
    for one in findings:
        if one.language and one.open:
            words.setdefault(one.rule, {}).setdefault(one.excerpt, one)
    for name, found in words.items():
        rule = rulebook().rules[name].entry
        first = next(iter(found.values()))
        yield f"! {name} ({first.severity}), {getattr(rule.name, own)} · {first.place}: {' / '.join(found)} → {getattr(rule.safer or rule.remedy, own)}"
    if facts := sorted({one.rule for one in findings if not one.language and one.stops}):
        yield "! " + Message(
            N_(
                "Before it may be ready the law asks for facts not told yet ({rules} rules): “amurlive check --show …” lists them."
            ),
            {"rules": len(facts)},
        ).say(locale)
