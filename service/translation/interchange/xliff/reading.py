"""XLIFF 1.2, 2.0 and 2.1 to segments, and segments to pairs.

`whole`: texts of a unit that a translation program has cut into sentences are joined again (packages come back so); else each sentence
is a segment. `approved="yes"` and the states reviewed, final and signed-off count as reviewed. A language that is only named on a text is
believed before the file's.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from service.i18n import N_, Message
from service.translation.interchange.feeding import Fed
from service.translation.interchange.languages import locale_of
from service.translation.interchange.markup import LANG, Hidden, elements, local, text_of
from service.translation.interchange.refusing import WRITE_THE_SIGN, unknown_entity
from service.translation.interchange.report import Report
from service.translation.interchange.tmx.reading import moment
from service.translation.interchange.xliff.segments import OLD_STATES, STATES, Note, Segment, State
from service.translation.memory.keeping import UnitGiven

__all__ = ["read", "segments"]

_Part = tuple[str, str | None, State]


def read(fed: Fed, report: Report) -> Iterator[UnitGiven]:
    """All pairs of Chinese and Russian that have both sides."""
    for one in segments(fed, report):
        if {one.source_locale, one.target_locale} != {"zh", "ru"}:
            report.passed_over[
                "traditional" if "traditional" in (one.source_locale, one.target_locale) else "other_language"
            ] += 1
        elif not one.source.strip() or not (one.target or "").strip():
            report.passed_over["empty"] += 1
        else:
            yield _unit(one)


def _unit(one: Segment) -> UnitGiven:
    zh, ru = (one.source, one.target or "") if one.source_locale == "zh" else (one.target or "", one.source)
    get = one.facts.get
    at = get("at")
    own = get("origin")
    return UnitGiven(
        zh, ru, get("source", one.source_locale), get("family"), get("field"), get("channel"),
        get("reviewed") == "yes" if own else one.state in ("reviewed", "final"), get("reviewer"),
        own if own in ("authored", "edited", "machine", "imported") else "imported",
        get("file") if own else one.file, moment(at) if at else None, get("before"), get("after"),
    )  # fmt: skip


def segments(fed: Fed, report: Report, *, whole: bool = False) -> Iterator[Segment]:
    """Everything the file holds, in its order."""
    for number, unit in enumerate(elements(fed, report, "unit", "trans-unit"), 1):
        key = unit.get("id") or f"#{number}"
        try:
            read = _new if local(unit.tag) == "unit" else _old
            for one in read(unit, key, report, whole):
                if len(one.source_locale) > 2 and not one.source and not one.target:
                    continue
                yield one
        except Hidden as hidden:
            what = unknown_entity(hidden.args[0])
            report.fault(unit.sourceline or 0, key, "", what, WRITE_THE_SIGN)


def _old(unit: etree._Element, key: str, report: Report, whole: bool) -> Iterator[Segment]:
    file = next(unit.iterancestors("{*}file"), None)
    source, target = _child(unit, "source"), _child(unit, "target")
    if source is None or file is None:
        what = Message(N_("The unit has no source text, or stands in no file element."))
        report.fault(
            unit.sourceline or 0, key, "", what, Message(N_("Export the file again; each trans-unit holds a source."))
        )
        return
    notes = tuple(Note(text_of(note, report), note.get("from")) for note in unit.iterchildren("{*}note"))
    facts = {
        one.get("context-type", "").removeprefix("x-amurlive-"): one.text or ""
        for one in unit.iterfind("{*}context-group/{*}context")
        if one.get("context-type", "").startswith("x-amurlive-")
    }
    told = target.get("state") if target is not None else None
    state: State = OLD_STATES.get(told or "", "translated" if target is not None and target.text else "initial")
    if unit.get("approved") == "yes" and state != "final":
        state = "final" if told == "final" else "reviewed"
    locales = (
        locale_of(source.get(LANG) or file.get("source-language")),
        locale_of((target.get(LANG) if target is not None else None) or file.get("target-language")),
    )
    for text, translated in _pieces(unit, source, target, report, whole):
        yield Segment(
            key, *locales, text, translated, state, unit.sourceline or 0, file.get("original"), notes, facts,
        )  # fmt: skip


def _pieces(
    unit: etree._Element, source: etree._Element, target: etree._Element | None, report: Report, whole: bool
) -> Iterator[tuple[str, str | None]]:
    """Sentences by their marks (`seg-source`), where both sides have the same; else the texts as they are."""
    cut = _child(unit, "seg-source")
    if not whole and cut is not None and target is not None:
        ours, theirs = _marked(cut), _marked(target)
        if ours and list(ours) == list(theirs):
            for mid, mark in ours.items():
                yield text_of(mark, report), text_of(theirs[mid], report)
            return
    yield text_of(source, report), text_of(target, report) if target is not None else None


def _marked(element: etree._Element) -> dict[str, etree._Element]:
    return {mark.get("mid", ""): mark for mark in element.iter("{*}mrk") if mark.get("mtype") == "seg"}


def _new(unit: etree._Element, key: str, report: Report, whole: bool) -> Iterator[Segment]:
    root = unit.getroottree().getroot()
    file = next(unit.iterancestors("{*}file"), None)
    data = {one.get("id", ""): text_of(one, report) for one in unit.iterfind("{*}originalData/{*}data")}
    notes = tuple(Note(text_of(note, report), _said_by(note)) for note in unit.iter("{*}note"))
    facts = {
        one.get("type", ""): text_of(one, report)
        for group in unit.iterfind("{*}metadata/{*}metaGroup")
        if group.get("category") == "amurlive"
        for one in group.iterchildren("{*}meta")
    }
    parts: list[_Part] = []
    for part in unit:
        name = local(part.tag)
        if name not in ("segment", "ignorable"):
            continue
        source, target = _child(part, "source"), _child(part, "target")
        if source is None:
            continue
        state = part.get("state", "initial")
        told: State = state if state in STATES else "initial"
        if "state" not in part.attrib and target is not None and target.text:
            told = "translated"
        if name == "ignorable" and not whole:
            continue
        given = text_of(target, report, data) if target is not None else None
        if name == "ignorable" and given is None:
            given = text_of(source, report, data)
        parts.append((text_of(source, report, data), given, told if name == "segment" else "final"))
    locales = locale_of(root.get("srcLang")), locale_of(root.get("trgLang"))
    if whole and parts:
        translated = None if all(one[1] is None for one in parts) else "".join(one[1] or "" for one in parts)
        parts = [("".join(one[0] for one in parts), translated, min((one[2] for one in parts), key=STATES.index))]
    for text, translated, told in parts:
        original = file.get("original") if file is not None else None
        yield Segment(key, *locales, text, translated, told, unit.sourceline or 0, original, notes, facts)


def _said_by(note: etree._Element) -> str | None:
    category = note.get("category", "")
    return category.removeprefix("by ") if category.startswith("by ") else None


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in element if local(child.tag) == name), None)
