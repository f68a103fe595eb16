"""Background work of the catalogue."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.catalog import batches
from service.catalog.bulk import Operation, apply, preview
from service.catalog.files import Key, Line, Name
from service.catalog.importing import import_catalogue
from service.catalog.rebuilding import rebuild_some
from service.catalog.search.finding import Filter, chosen
from service.catalog.sheets.planning import SheetMapping
from service.catalog.sheets.taking import faults_as_data, find_profile, find_upload, plan_file, take
from service.catalog.sheets.writing import MEDIA, marked, own_cards, written
from service.i18n import LOCALES, N_, Locale
from service.jobs.kinds import MadeFile, Nothing, Outcome, Work, kind


class SheetWanted(BaseModel):
    """An uploaded file, and how to read it."""

    model_config = ConfigDict(extra="forbid")
    upload: int = Field(ge=1, lt=2**31)
    profile: str | None = Field(None, max_length=80, description="A saved column mapping.")
    mapping: SheetMapping = SheetMapping()
    reviewed: bool = Field(False, description="You have read the texts and answer for them.")
    locale: Locale = "zh"


class ExportWanted(BaseModel):
    """Cards of one's own as a sheet."""

    model_config = ConfigDict(extra="forbid")
    form: Literal["xlsx", "csv"] = "xlsx"
    locale: Locale = "zh"
    query: str = Field("", max_length=200)
    line: str | None = Field(None, max_length=20)
    family: str | None = Field(None, max_length=40)


_Channel = Annotated[str | None, Field(pattern=r"^[a-z-]+(\.(zh|ru))?$", max_length=40)]


class CardsChosen(BaseModel):
    """Which cards of one's own: everything said must hold."""

    model_config = ConfigDict(extra="forbid")
    query: str = Field("", max_length=200, description="Words in either language, or codes.")
    line: Line | None = None
    family: Name | None = None
    brand: Key | None = None
    county: Name | None = None
    storage: Name | None = None
    ready: _Channel = None
    lacking: _Channel = None

    def as_filter(self) -> Filter:
        """The same for the search."""
        return Filter(**self.model_dump(), own=True)


class BulkWanted(BaseModel):
    """A bulk edit that was looked at: which cards, what is done to each, and the preview's seal."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "chosen": {"line": "jijing_hanyang"},
                "operations": [{"field": "facts.origin_country", "do": "set", "value": "CN"}],
                "seal": "0123456789abcdef0123456789abcdef",
            }
        },
    )
    chosen: CardsChosen
    operations: list[Operation] = Field(min_length=1, max_length=20)
    seal: str = Field(pattern=r"^[0-9a-f]{32}$", description="Of the preview you have seen.")
    reviewed: bool = Field(False, description="You have read the words and answer for them.")


class BatchWanted(BaseModel):
    """A batch."""

    model_config = ConfigDict(extra="forbid")
    batch: int = Field(ge=1, lt=2**31)


@kind("catalogue.import", title=N_("Taking over the catalogue files"), right="catalogue:write")
def import_files(_work: Work, _wanted: Nothing) -> Outcome:
    """Take the shipped catalogue files over as cards of one's own; all or nothing."""

    def effect(session: Session) -> dict[str, Any]:
        report = import_catalogue(session)
        return {name: len(getattr(report, name)) for name in ("created", "updated", "unchanged")}

    return Outcome(effect=effect)


@kind("catalogue.check", title=N_("Checking a sheet of cards"), right="catalogue:write", parameters=SheetWanted)
def check_sheet(work: Work, wanted: SheetWanted) -> Outcome:
    """The dry run: what would be created, changed, left alone, and every fault; the file is a copy with faulty cells marked."""
    name, plan, sheets = _plan(work, wanted)
    result = {
        "file": name, "created": plan.created, "updated": plan.updated, "unchanged": plan.unchanged,
        "errors": plan.errors, "warnings": plan.warnings, "columns": plan.columns, "faults": faults_as_data(plan.faults),
    }  # fmt: skip
    file = None
    if plan.faults and sheets:
        file = MadeFile(
            f"{name.rpartition('.')[0][:100]}-marked.xlsx",
            MEDIA["xlsx"],
            marked(sheets, plan.faults, locale=wanted.locale),
        )
    return Outcome(result, file)


@kind("catalogue.take", title=N_("Taking over a sheet of cards"), right="catalogue:write", parameters=SheetWanted)
def take_sheet(work: Work, wanted: SheetWanted) -> Outcome:
    """Take a sheet without faults over as a batch that can be undone."""
    name, plan, _ = _plan(work, wanted)
    batch = take(work.writing, plan, source=name, reviewed=wanted.reviewed, job=work.number, progress=work.progress)
    counts = {"created": plan.created, "updated": plan.updated, "unchanged": plan.unchanged}
    if batch is not None:  # a job that was broken off and went on has done more than it found to do this time
        with work.reading() as session:
            found = batches.find_batch(session, batch)
            counts = {"created": found.created, "updated": found.updated, "unchanged": found.unchanged}
    return Outcome({"file": name, "batch": batch, **counts})


def _plan(work: Work, wanted: SheetWanted) -> tuple[str, Any, Any]:
    with work.reading() as session:
        upload = find_upload(session, wanted.upload)
        mapping = find_profile(session, wanted.profile) if wanted.profile else wanted.mapping
        plan, sheets = plan_file(
            session, name=upload.name, content=upload.content, mapping=mapping, reviewed=wanted.reviewed
        )
        return upload.name, plan, sheets


@kind("catalogue.edit", title=N_("Changing many cards alike"), right="catalogue:write", parameters=BulkWanted)
def edit_cards(work: Work, wanted: BulkWanted) -> Outcome:
    """Apply a bulk edit as a batch that can be undone, if the cards are still those of the preview."""
    with work.reading() as session:
        seen = preview(session, wanted.chosen.as_filter(), wanted.operations)
        begun = batches.begun_by(
            session, work.number
        )  # by a worker that died: part of it is applied, the seal is spent
    batch = apply(
        work.writing, seen, wanted.operations, seal=seen.seal if begun else wanted.seal, reviewed=wanted.reviewed,
        job=work.number, progress=work.progress,
    )  # fmt: skip
    return Outcome({"batch": batch or begun, "cards": seen.cards, "changed": seen.changed})


@kind("catalogue.undo", title=N_("Taking a batch back"), right="catalogue:write", parameters=BatchWanted)
def undo_batch(work: Work, wanted: BatchWanted) -> Outcome:
    """Take a batch back; cards changed since are left alone and named."""
    report = batches.undo(work.writing, wanted.batch, job=work.number, progress=work.progress)
    conflicts = [
        {"product": one.product, "reason": {lang: one.reason.say(lang) for lang in LOCALES}}
        for one in report.conflicts[:200]
    ]
    return Outcome(
        {"batch": report.batch, "restored": report.restored, "removed": report.removed, "conflicts": conflicts,
         "conflicts_total": len(report.conflicts)}
    )  # fmt: skip


@kind("catalogue.export", title=N_("Writing cards into a sheet"), right="catalogue:read", parameters=ExportWanted)
def export_sheet(work: Work, wanted: ExportWanted) -> Outcome:
    """One's own cards under headers that an import reads."""
    with work.reading() as session:
        filtering = Filter(wanted.query, line=wanted.line, family=wanted.family, own=True)
        query = chosen(session, filtering) if (wanted.query or wanted.line or wanted.family) else None
        content = written(lambda: own_cards(session, query), form=wanted.form, locale=wanted.locale)
    return Outcome(file=MadeFile(f"cards.{wanted.form}", MEDIA[wanted.form], content))


@kind("catalogue.rebuild", title=N_("Building search and readiness anew"), right="catalogue:write")
def rebuild(work: Work, _wanted: Nothing) -> Outcome:
    """Index every card of one's own anew, for instance after the tokeniser changed."""
    done, last = 0, 0
    while True:
        with work.writing() as session:
            some, last = rebuild_some(session, after=last)
        done += some
        if not some:
            return Outcome({"cards": done})
        work.progress(done, done + 1)
