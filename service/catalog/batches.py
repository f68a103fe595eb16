"""Many cards changed by one act, in transactions short enough for others to work meanwhile, and taken back whole.

A small batch is one transaction. A large one is many; each card is whole at every moment, and a batch that breaks off is taken
back before the error goes on. A killed process leaves a batch in state `applying`: its job goes on with it where it stopped, and
a person can undo it like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.catalog.document import Document, previous, unpack
from service.catalog.models import Batch, Product, Revision
from service.catalog.revising import Edit, Vouched, applied, settled
from service.catalog.search.tokens import warm
from service.catalog.storing import Change, Known, known, save
from service.database import now
from service.errors import DomainError, NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of
from service.people.reach import organisation_of

__all__ = ["BatchOver", "Conflict", "Undone", "apply", "batch_page", "begun_by", "find_batch", "undo"]

STEP = 100  # cards in one transaction: a third of a second at most, for others wait on SQLite meanwhile
Writing = Callable[[], AbstractContextManager[Session]]
Progress = Callable[[int, int], None]


class BatchOver(DomainError):
    """A batch is taken back once."""

    status = 409
    title = N_("Batch {batch} has been taken back already.")
    remedy = N_("Look at the list of batches for what happened since.")


@dataclass(frozen=True)
class Conflict:
    """A card an undo left alone: changed since (by whom), or its SKUs are in use."""

    product: str
    reason: Message


@dataclass
class Undone:
    """What an undo did: cards brought back, cards that had been new and are gone, cards left alone."""

    batch: int = 0
    restored: int = 0
    removed: int = 0
    conflicts: list[Conflict] = field(default_factory=list)


def find_batch(session: Session, batch: int) -> Batch:
    """One batch of one's own; raises `NotFound`."""
    found = session.scalar(select(Batch).where(Batch.id == batch))
    if found is None:
        raise NotFound(kind=Message(N_("The batch")), name=str(batch))
    return found


def batch_page(session: Session, *, after: str | None, limit: int) -> tuple[list[Batch], str | None]:
    """A page of the organisation's batches, newest first."""
    return page_of(session, select(Batch), by=[Batch.id], after=after, limit=limit, newest_first=True)


def apply(
    writing: Writing, edits: Iterable[tuple[str, Edit]], total: int, *, kind: str, source: str, reviewed: bool = False,
    job: int | None = None, progress: Progress = lambda _done, _total: None, keep: Callable[[Session, int], None] | None = None,
    remake: Callable[[Document, Edit], Edit] = lambda _document, edit: edit,
) -> int:  # fmt: skip
    """Apply these edits (key, fields) to cards of one's own, a key not there making a new card; returns the batch's number.

    `remake` makes an edit anew from what a card says at the moment it is written, for edits that depend on it. `reviewed`: the caller answers for the words. `keep` runs in the batch's last transaction. `SkuTaken` and whatever else is
    raised is raised after everything was taken back.
    """
    warm()
    todo = iter(edits)
    if total <= STEP:
        with writing() as session:
            batch = _begin(session, kind, source, job)
            _step(session, batch, list(todo), reviewed, remake)
            _finish(session, batch, keep)
            return batch.id
    with writing() as session:
        number = _begin(session, kind, source, job).id
    done = 0
    try:
        while some := list(islice(todo, STEP)):
            with writing() as session:
                _step(session, find_batch(session, number), some, reviewed, remake)
            done += len(some)
            progress(done, total)
        with writing() as session:
            _finish(session, find_batch(session, number), keep)
    except Exception as error:
        if type(error).__name__ not in (
            "Interrupted",
            "Superseded",
        ):  # then another worker goes on with this very batch
            undo(writing, number)
        raise
    return number


def begun_by(session: Session, job: int) -> int | None:
    """The batch that this job has begun and not finished."""
    return session.scalar(select(Batch.id).where(Batch.job_id == job, Batch.state == "applying"))


def _begin(session: Session, kind: str, source: str, job: int | None) -> Batch:
    if job is not None and (begun := begun_by(session, job)) is not None:
        return find_batch(session, begun)
    batch = Batch(
        kind=kind, source=source[:200], person=caller_of(session).name[:80], state="applying", created=0, updated=0,
        unchanged=0, job_id=job,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def _step(
    session: Session, batch: Batch, edits: Sequence[tuple[str, Edit]], reviewed: bool,
    remake: Callable[[Document, Edit], Edit],
) -> None:  # fmt: skip
    number, kind = batch.id, batch.kind
    there = known(session, [key for key, _ in edits])
    vouched = Vouched(caller_of(session).name[:80] if reviewed else None, now().isoformat(timespec="seconds"), [])
    changes = []
    for key, edit in edits:
        before = there.get(key)
        document = before.document if before else None
        wanted = remake(document, edit) if document else edit
        after = settled(document, applied(document, wanted), vouched)
        changes.append(Change(key, before, after))
    written = len(save(session, changes, kind=kind, batch=number))
    created = sum(change.before is None for change in changes)
    batch = find_batch(session, number)
    batch.created += created
    batch.updated += written - created
    batch.unchanged += len(changes) - written


def _finish(session: Session, batch: Batch, keep: Callable[[Session, int], None] | None) -> None:
    batch.state = "applied"
    counts = {"created": batch.created, "updated": batch.updated}
    record(session, f"batch.{batch.kind}", f"{batch.id} {batch.source}", **counts)
    if keep:
        keep(session, batch.id)


def undo(
    writing: Writing, batch: int, *, job: int | None = None, progress: Progress = lambda _done, _total: None
) -> Undone:
    """Take a batch back: cards it changed say again what they said before, cards it made are gone.

    A card somebody has changed since is left alone and reported. An undo that broke off is gone on with. Raises `NotFound`,
    `BatchOver`.
    """
    report = Undone()
    with writing() as session:
        old = _held(session, batch)
        if old.state == "undone":
            raise BatchOver(batch=batch)
        total = old.created + old.updated
        begun = session.scalar(select(Batch).where(Batch.undoes == batch, Batch.state == "applying"))
        new = begun or _begin(session, "undo", old.source, None)
        new.undoes, new.job_id = batch, job or new.job_id
        report.batch, report.restored = new.id, new.updated
        report.removed = old.created - _made(session, batch) if begun else 0
    after, done = 0, 0
    while True:
        with writing() as session:
            _held(session, batch)
            steps = _revisions(session, batch, after)
            if not steps:
                break
            _take_back(session, steps, report)
            find_batch(session, report.batch).updated = report.restored
        after, done = steps[-1][0], done + len(steps)
        progress(min(done, total), total)
    with writing() as session:
        find_batch(session, batch).state = "undone"
        taken = find_batch(session, report.batch)
        taken.state, taken.updated, taken.created = "applied", report.restored, 0
        record(
            session, "batch.undone", str(batch), restored=report.restored, removed=report.removed,
            conflicts=len(report.conflicts),
        )  # fmt: skip
    return report


def _held(session: Session, batch: int) -> Batch:
    """The batch, locked: two who take it back at once do it one after the other."""
    found = find_batch(session, batch)
    session.refresh(found, with_for_update=True)
    return found


def _made(session: Session, batch: int) -> int:
    """Cards the batch made that are still there."""
    query = select(func.count()).select_from(Revision).where(Revision.batch_id == batch, Revision.before.is_(None))
    return session.scalar(query) or 0


_Step = tuple[int, str, Known, list[tuple[int, bytes | None]]]


def _revisions(session: Session, batch: int, after: int) -> list[_Step]:
    """The next cards of a batch by id, each as it stands now and with its revisions of the batch, the newest first."""
    chosen = (
        select(Revision.product_id).distinct().where(Revision.batch_id == batch, Revision.product_id > after)
        .order_by(Revision.product_id).limit(STEP)
    )  # fmt: skip
    query = (
        select(Product.id, Product.key, Product.version, Product.document, Revision.number, Revision.before)
        .join(Revision, Revision.product_id == Product.id)
        .where(Revision.batch_id == batch, Product.id.in_(chosen.scalar_subquery()))
        .order_by(Product.id, Revision.number.desc())
    )
    found: list[_Step] = []
    for number, rows in groupby(session.execute(query), key=lambda row: row[0]):
        all_rows: list[Any] = list(rows)
        _, key, version, document, *_ = all_rows[0]
        packed = document.encode()
        card = Known(number, version, unpack(packed), packed)
        found.append((number, key, card, [(row[4], row[5]) for row in all_rows]))
    return found


def _take_back(session: Session, steps: Sequence[_Step], report: Undone) -> None:
    changes: list[Change] = []
    gone: list[tuple[int, str]] = []
    for number, key, card, revisions in steps:
        packed: bytes | None = card.packed
        at = card.version
        for made, way in revisions:
            if made != at or packed is None:
                at = -1
                break
            packed, at = (previous(packed, way) if way is not None else None), at - 1
        if at < 0:
            person, by = _changed_by(session, number)
            if by != report.batch:  # else an undo that broke off has brought it back already
                report.conflicts.append(
                    Conflict(key, Message(N_("{person} has changed it since."), {"person": person}))
                )
        elif packed is None:
            gone.append((number, key))
        else:
            changes.append(Change(key, card, unpack(packed)))
    report.restored += len(save(session, changes, kind="undo", batch=report.batch))
    removed = list(_remove(session, gone))
    report.removed += len(removed)
    for number, key in gone:
        if number not in removed:
            report.conflicts.append(Conflict(key, Message(N_("A show uses one of its SKUs."))))


def _changed_by(session: Session, product: int) -> tuple[str, int | None]:
    """Who changed a card last, and the batch of that change."""
    query = select(Revision.person, Revision.batch_id).where(Revision.product_id == product)
    row = session.execute(query.order_by(Revision.number.desc()).limit(1)).first()
    return (row[0], row[1]) if row else ("—", None)


def _remove(session: Session, cards: Sequence[tuple[int, str]]) -> Iterator[int]:
    """Delete cards nothing refers to; all at once if that works, else one by one. Yields the ids that went."""
    if not cards:
        return
    numbers = [number for number, _ in cards]
    try:
        with session.begin_nested():
            session.execute(
                delete(Product).where(Product.id.in_(numbers), Product.organisation_id == organisation_of(session)),
                execution_options={"synchronize_session": False},
            )
    except IntegrityError:
        if len(cards) > 1:
            for card in cards:
                yield from _remove(session, [card])
    else:
        yield from numbers
