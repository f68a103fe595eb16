"""An uploaded file of cards on its way: kept, checked (the dry run), taken over as a batch."""

from __future__ import annotations

import gc
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from service.authored import read
from service.catalog import batches
from service.catalog.checking import check_card
from service.catalog.document import flat
from service.catalog.families import families
from service.catalog.files import ProductsFile
from service.catalog.importing import document_of
from service.catalog.models import Batch, ImportProfile, Upload
from service.catalog.sheets.planning import Fault, Plan, SheetMapping, plan_edits, plan_sheets
from service.catalog.sheets.reading import Sheet, read_sheets
from service.catalog.sheets.refusing import MOST_BYTES, TooLarge
from service.database import now
from service.errors import DomainError, FilesRejected, NotFound
from service.i18n import LOCALES, N_, Locale, Message
from service.people.audit import record
from service.people.caller import caller_of

__all__ = [
    "SheetFaulty", "faults_as_data", "find_profile", "find_upload", "keep_profile", "keep_upload", "plan_file", "profiles", "take",
]  # fmt: skip
KEPT = timedelta(days=7)
SHOWN = 200  # faults told in full; the marked copy holds all


class SheetFaulty(DomainError):
    """A file of cards holds faults; nothing of it was taken over."""

    title = N_("“{file}” holds {count} faults; nothing was changed.")
    remedy = N_("Mend the cells named, or download the marked copy, mend it there and upload it.")

    def __init__(self, file: str, plan: Plan) -> None:
        self.plan = plan
        super().__init__(file=file, count=plan.errors)

    def message(self) -> Message:
        """Counted, for Russian has three forms."""
        one = N_("“{file}” holds {count} fault; nothing was changed.")
        return Message(one, self.facts, self.title, number=self.plan.errors)

    def more(self, locale: Locale) -> dict[str, Any]:
        """The first faults with their cells."""
        first = sorted(self.plan.faults, key=lambda fault: fault.level)[:SHOWN]
        return {"faults": [fault.as_data(locale) for fault in first]}


def keep_upload(session: Session, *, name: str, content: bytes) -> Upload:
    """Keep a file for a week; the same file again is the same upload. Raises `TooLarge`."""
    if len(content) > MOST_BYTES:
        raise TooLarge(name, f"{len(content) >> 20} MB")
    session.execute(delete(Upload).where(Upload.at < now() - KEPT))
    digest = hashlib.sha256(content).hexdigest()
    found = session.scalar(select(Upload).where(Upload.digest == digest, Upload.name == name))
    if found is None:
        found = Upload(
            name=name, digest=digest, size=len(content), content=content, person=caller_of(session).name[:80]
        )
        session.add(found)
        session.flush()
        record(session, "upload.kept", f"{found.id} {name}", size=len(content))
    found.at = now()
    return found


def find_upload(session: Session, upload: int) -> Upload:
    """A kept file with its content; raises `NotFound`."""
    found = session.scalar(select(Upload).where(Upload.id == upload).options(undefer(Upload.content)))
    if found is None:
        raise NotFound(kind=Message(N_("The uploaded file")), name=str(upload))
    return found


def profiles(session: Session) -> Sequence[ImportProfile]:
    """The organisation's saved column mappings by name."""
    return session.scalars(select(ImportProfile).order_by(ImportProfile.name)).all()


def find_profile(session: Session, name: str) -> SheetMapping:
    """A saved mapping; raises `NotFound`."""
    found = {profile.name: profile for profile in profiles(session)}
    if name not in found:
        raise NotFound(kind=Message(N_("The column mapping")), name=name, known=found)
    return SheetMapping.model_validate(found[name].mapping)


def keep_profile(session: Session, *, name: str, mapping: SheetMapping) -> None:
    """Save a mapping under a name, over the one that was there."""
    there = session.scalar(select(ImportProfile).where(ImportProfile.name == name))
    if there is None:
        session.add(ImportProfile(name=name, mapping=mapping.model_dump()))
    else:
        there.mapping = mapping.model_dump()
    record(session, "mapping.saved", name)


def plan_file(
    session: Session, *, name: str, content: bytes, mapping: SheetMapping, reviewed: bool
) -> tuple[Plan, list[Sheet]]:
    """What taking this file over would do, and its tables (none for YAML). Writes nothing.

    Raises what reading it raises, `NoColumns`, and `FilesRejected` for the faults of a YAML file.
    """
    if name.lower().endswith((".yaml", ".yml")):
        return plan_edits(session, _edits_of_yaml(name, content), reviewed=reviewed), []
    sheets = read_sheets(name, content)
    with _calm():
        return plan_sheets(session, name=name, sheets=sheets, mapping=mapping, reviewed=reviewed), sheets


def _edits_of_yaml(name: str, content: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        file = read(path, ProductsFile)
        file.path = Path(name)
        seen: dict[str, str] = {}
        for index, entry in enumerate(file.content.products if file.content else []):
            check_card(file, index, entry, families(), seen)
    if file.problems or file.content is None:
        raise FilesRejected(file.problems)
    for entry in file.content.products:
        yield entry.key, dict(flat(document_of(file.content.line, entry)))


def take(
    writing: batches.Writing, plan: Plan, *, source: str, reviewed: bool, job: int | None = None,
    progress: batches.Progress = lambda _done, _total: None,
) -> int | None:  # fmt: skip
    """Take a plan without faults over as a batch; returns its number, None if nothing would change. Raises `SheetFaulty`.

    A job that was broken off goes on with its batch; if the sheet no longer fits meanwhile, what it had written is taken back.
    """
    begun = _begun(writing, job)
    if plan.errors:
        if begun is not None:
            batches.undo(writing, begun)
        raise SheetFaulty(source, plan)
    if not plan.packed and begun is None:
        return None
    cards = plan.created + plan.updated + plan.unchanged

    def keep(session: Session, number: int) -> None:
        batch = batches.find_batch(session, number)
        batch.unchanged = cards - batch.created - batch.updated

    with _calm():
        return batches.apply(
            writing, plan.edits(), len(plan.packed), kind="import", source=source, reviewed=reviewed, job=job,
            progress=progress, keep=keep,
        )  # fmt: skip


def _begun(writing: batches.Writing, job: int | None) -> int | None:
    if job is None:
        return None
    with writing() as session:
        return session.scalar(select(Batch.id).where(Batch.job_id == job, Batch.state == "applying"))


@contextmanager
def _calm() -> Iterator[None]:
    """What was read into memory stays to the end: the collector need not walk it again and again (an eighth of the time).

    It is given back by reference counts; what the service froze at its start stays frozen.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def faults_as_data(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """The first faults, said in every language, errors before warnings."""
    first = sorted(faults, key=lambda fault: fault.level)[:SHOWN]
    return [
        {**fault.as_data("en"), "message": {lang: fault.what.say(lang) for lang in LOCALES},
         "remedy": {lang: fault.remedy.say(lang) for lang in LOCALES}}
        for fault in first
    ]  # fmt: skip
