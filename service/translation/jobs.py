"""Background work of translation: drafts for what lacks a counterpart; memory and terms brought in and written out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from service.catalog.sheets.taking import find_upload
from service.database import now
from service.errors import NotFound, Problem
from service.i18n import LOCALES, N_, Message
from service.jobs.kinds import MadeFile, Outcome, Work, kind
from service.jobs.models import Job
from service.people.audit import record
from service.translation.answers import FieldName, Language
from service.translation.drafting import Language as Side
from service.translation.filling import (
    AT_ONCE,
    Filled,
    brand_names,
    drafts_for,
    keep_drafts,
    own_cards,
    undrafted,
    wanting,
)
from service.translation.interchange.formats import formats, read_units, write_concepts, write_units
from service.translation.interchange.report import Report
from service.translation.leaving import answers_for_both
from service.translation.machining import machines
from service.translation.memory.giving import all_units
from service.translation.memory.keeping import Taken, import_units
from service.translation.reviewing import NotYourLanguage
from service.translation.taking import bring_in, own_meanings, read_meanings
from service.translation.terms.domains import domains
from service.translation.terms.editing import keep_candidates
from service.translation.terms.harvesting import harvest, memory_pairs
from service.translation.terms.sets import term_set
from service.translation.terms.storing import export_terms

__all__ = [
    "FillWanted", "HarvestWanted", "MemoryExport", "MemoryImport", "TermsExport", "TermsImport",
]  # fmt: skip

SHOWN = 200
"""Faults and untold texts named in a result; all are counted."""
PORTION = 5_000
"""Pairs kept in one transaction."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
UnitsFormat = Literal["tmx", "xliff2", "xliff1", "po", "xlsx", "csv"]
ReadFormat = Literal["tmx", "xliff2", "xliff1", "po", "xlsx", "csv", "dsl"]
TermsFormat = Literal["tbx", "xlsx", "csv", "dsl", "tsv"]
Number = Annotated[int, Field(ge=1, lt=2**31, strict=True, description="Of the uploaded file.")]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=40)]


class Asked(BaseModel):
    """Base of parameters."""

    model_config = ConfigDict(extra="forbid")


def known_domain(domain: str) -> str:
    """The domain, if there is such a one. Raises `NotFound`."""
    if domain not in domains():
        raise NotFound(kind=Message(N_("The domain")), name=domain, known=domains())
    return domain


class FillWanted(Asked):
    """What is drafted: into one language or both, of some cards or all, some fields or all; `due_on`: when somebody should have read it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"locale": "zh", "due_on": "2026-12-01"}})
    locale: Language | None = None
    products: list[Key] | None = Field(None, min_length=1, max_length=500)
    fields: list[FieldName] | None = Field(None, min_length=1, max_length=50)
    due_on: date | None = None


class MemoryImport(Asked):
    """An uploaded file of pairs. `reviewed`: you answer for them, in both languages; `partial`: what can be read of a faulty file."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"upload": 7, "format": "tmx"}})
    upload: Number
    format: ReadFormat | None = Field(None, description="Left out: by the file's name and first bytes.")
    reviewed: bool = Field(False, strict=True)
    partial: bool = Field(False, strict=True)


class MemoryExport(Asked):
    """The organisation's own pairs as a file; forms with one source language hold those written in it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"format": "tmx"}})
    format: UnitsFormat = "tmx"
    source: Language = Field("zh", description="Source language, of forms that have one.")
    reviewed: bool = Field(False, strict=True, description="Only pairs somebody answers for.")


class TermsImport(Asked):
    """An uploaded file of terms; `domain` for concepts that tell none."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"upload": 7, "domain": "product"}})
    upload: Number
    format: TermsFormat | None = Field(None, description="Left out: by the file's name and first bytes.")
    domain: Domain = "product"


class TermsExport(Asked):
    """The organisation's own concepts as a file; `source`: the language of a dictionary's headwords."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"format": "tbx"}})
    format: TermsFormat = "tbx"
    source: Language = "zh"


class HarvestWanted(Asked):
    """Words that stand together in at least `least` reviewed pairs become candidates of a domain."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"domain": "product"}})
    domain: Domain = "product"
    least: int = Field(3, ge=2, le=1000, strict=True)


@kind("translate.fill", title=N_("Drafting what lacks a translation"), right="texts:translate", parameters=FillWanted)
def fill(work: Work, wanted: FillWanted) -> Outcome:
    """Draft portion by portion, each kept at once: a job that was broken off goes on with what has no draft."""
    with work.reading() as session:
        targets: Sequence[Side] = (wanted.locale,) if wanted.locale else ("zh", "ru")
        places = [
            one for card in own_cards(session, wanted.products) for one in wanting(card, targets, wanted.fields)
        ]  # fmt: skip
        open_ = undrafted(session, places)
        names = brand_names(session)
        report = _begun(session, work.number)
    report.there = len(places) - len(open_) - report.made
    open_.sort(key=lambda one: one.target)  # a portion is one call of the machine
    done = 0

    def heard(sentences: int, total: int) -> None:
        work.progress(done + min(size, size * sentences // max(total, 1)), len(open_))

    between = machines(names, progress=heard)
    day = now().date()
    while done < len(open_):
        portion = open_[done : done + AT_ONCE]
        size = len(portion)
        work.progress(done, len(open_))
        with work.reading() as session:
            answered = drafts_for(session, portion, day=day, machine=between)
        with work.writing() as session:
            _add(report, keep_drafts(session, answered, due_on=wanted.due_on))
            session.get_one(Job, work.number).result = _told(report)
        done += size
    work.progress(len(open_), len(open_))
    return Outcome(_told(report))


def _begun(session: Session, number: int) -> Filled:
    """What an attempt that was broken off had made."""
    told, report = session.get_one(Job, number).result or {}, Filled()
    report.made = told.get("made", 0)
    report.by_origin.update(told.get("by_origin", {}))
    return report


def _add(report: Filled, more: Filled) -> None:
    report.made += more.made
    report.there += more.there
    for origin, count in more.by_origin.items():
        report.by_origin[origin] += count
    for key, places in more.untold.items():
        report.untold[key] += places


def _told(report: Filled) -> dict[str, Any]:
    return {
        "made": report.made, "there": report.there, "by_origin": dict(report.by_origin), "lacking": report.lacking,
        "untold": dict(islice(report.untold.items(), SHOWN)),
    }  # fmt: skip


@kind("memory.import", title=N_("Bringing pairs into the memory"), right="texts:review", parameters=MemoryImport)
def import_memory(work: Work, wanted: MemoryImport) -> Outcome:
    """Read the file whole for its faults, then keep its pairs portion by portion; a job that was broken off goes on where it was.

    Only who may answer in both languages brings in pairs that count as reviewed. Raises `NotYourLanguage` and what reading does.
    """
    with work.reading() as session:
        upload = find_upload(session, wanted.upload)
        name, content = upload.name, upload.content
        answers = answers_for_both(session)
        begun = session.get_one(Job, work.number).result or {}
    if wanted.reviewed and not answers:
        raise NotYourLanguage(language=Message(_BOTH))
    report, total = Report(partial=wanted.partial), 0
    for total, _ in enumerate(read_units(content, name, format=wanted.format, report=report), 1):
        if not total % 1000:
            work.progress(0, total)
    at, taken = begun.get("at", 0), Taken(**begun.get("taken", {}))
    units = islice(
        read_units(content, name, format=wanted.format, report=Report(partial=wanted.partial)), at, None
    )  # fmt: skip
    while portion := list(islice(units, PORTION)):
        work.progress(at, total)
        given = [replace(one, reviewed=answers and (wanted.reviewed or one.reviewed)) for one in portion]
        with work.writing() as session:
            taken += import_units(session, given, file=name[:120])
            at += len(portion)
            session.get_one(Job, work.number).result = {"at": at, "taken": asdict(taken)}
    work.progress(total, total)

    def effect(session: Session) -> None:
        record(session, "memory.imported", name, **asdict(taken))

    result = {"file": name, **asdict(taken), "passed_over": dict(report.passed_over)}
    return Outcome(result | _faults(report), effect=effect)


_BOTH = N_("Chinese and Russian")


def _faults(report: Report) -> dict[str, Any]:
    return {"faults": [_fault(one) for one in report.faults[:SHOWN]], "faults_total": len(report.faults) + report.more}


def _fault(one: Problem) -> dict[str, Any]:
    said = {"message": {lang: one.what.say(lang) for lang in LOCALES}, "remedy": {lang: one.remedy.say(lang) for lang in LOCALES}}  # fmt: skip
    return {"line": one.line, "key": one.key, "value": one.value, **said}


@kind("memory.export", title=N_("Writing the memory out"), right="texts:translate", parameters=MemoryExport)
def export_memory(work: Work, wanted: MemoryExport) -> Outcome:
    """The organisation's own pairs in use."""
    form = next(one for one in formats() if one.name == wanted.format)
    out = io.BytesIO()
    work.progress(0, 1)
    with work.reading() as session:
        units = (
            one for one in all_units(session, reviewed=wanted.reviewed) if one.source == wanted.source or not form.directed
        )  # fmt: skip
        count = write_units(units, out, form.name, source=wanted.source)
    work.progress(1, 1)
    return Outcome({"pairs": count}, MadeFile(f"memory.{form.ending}", form.media, out.getvalue()))


@kind("terms.import", title=N_("Bringing terms in"), right="texts:review", parameters=TermsImport)
def import_terms(work: Work, wanted: TermsImport) -> Outcome:
    """All concepts of a file, or none."""
    work.progress(0, 1)
    with work.reading() as session:
        upload = find_upload(session, wanted.upload)
        name, content = upload.name, upload.content
    report = Report()
    meanings = read_meanings(content, name, format=wanted.format, report=report, domain=known_domain(wanted.domain))

    def effect(session: Session) -> dict[str, Any]:
        return asdict(bring_in(session, meanings, file=name))

    return Outcome({"file": name, "passed_over": dict(report.passed_over)}, effect=effect)


@kind("terms.export", title=N_("Writing the terms out"), right="catalogue:read", parameters=TermsExport)
def export_terms_(work: Work, wanted: TermsExport) -> Outcome:
    """The organisation's own concepts."""
    work.progress(0, 1)
    with work.reading() as session:
        if wanted.format == "tsv":
            table = MadeFile("terms.tsv", "text/tab-separated-values", export_terms(session).encode())
            return Outcome({"concepts": len(own_meanings(session))}, table)
        meanings = own_meanings(session)
    form, out = next(one for one in formats() if one.name == wanted.format), io.BytesIO()
    write_concepts(meanings, out, form.name, source=wanted.source)
    return Outcome({"concepts": len(meanings)}, MadeFile(f"terms.{form.ending}", form.media, out.getvalue()))


@kind("terms.harvest", title=N_("Looking for terms in reviewed pairs"), right="texts:review", parameters=HarvestWanted)
def harvest_terms(work: Work, wanted: HarvestWanted) -> Outcome:
    """Candidates for people to look at; those noted before, refused ones too, are not noted again."""
    domain = known_domain(wanted.domain)
    work.progress(0, 1)
    with work.reading() as session:
        found = harvest(memory_pairs(session), term_set(session), least=wanted.least)

    def effect(session: Session) -> dict[str, Any]:
        return {"candidates": keep_candidates(session, found, domain=domain)[:SHOWN]}

    return Outcome({"found": len(found)}, effect=effect)
