"""The same change to many cards: looked at first, card by card, then applied as a batch that can be taken back.

What a person has seen is sealed: applying demands the seal, so that nothing else is changed than what was looked at. The change
itself is made anew from each card in the transaction that writes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.catalog import batches
from service.catalog.cells import Refused
from service.catalog.checking import document_faults
from service.catalog.columns import Column, column_of
from service.catalog.document import Difference, Document, differences, flat
from service.catalog.revising import Edit, Vouched, applied, settled, text_place
from service.catalog.search.finding import Filter, chosen
from service.catalog.sheets.writing import own_cards
from service.errors import DomainError
from service.i18n import N_, Message

__all__ = [
    "BulkRefused",
    "CardChange",
    "CardFault",
    "Operation",
    "Preview",
    "PreviewOutdated",
    "apply",
    "edit_of",
    "preview",
]

EXAMPLES = 50  # cards shown in a preview
FIXED = ("key", "sku")  # what names a card is not changed in bulk


class BulkRefused(DomainError):
    """A bulk edit would leave cards with something they may not say, or cannot be made at all."""

    title = N_("The cards cannot be changed like this: {faults}.")
    remedy = N_("Correct the change or narrow the choice of cards; nothing was changed.")


class PreviewOutdated(DomainError):
    """The cards are no longer those that were looked at."""

    status = 409
    title = N_("The cards have changed since you looked at the preview.")
    remedy = N_("Look at the new preview and apply that; nothing was changed.")


class Operation(BaseModel):
    """One change of one field of each card; a field of SKUs (`gross_g`, `label[zh]`) is changed in all of a card's SKUs."""

    model_config = ConfigDict(extra="forbid")
    field: str = Field(max_length=120, description="A field as sheets name it: name[ru], facts.hs_code, gross_g.")
    do: Literal["set", "clear", "replace", "prepend", "append"] = "set"
    value: Any = Field(None, description="The new value, or the words to put in; for replace, in the place of `find`.")
    find: str = Field("", max_length=200, description="For replace: the words to look for, letter by letter.")


@dataclass(frozen=True)
class CardChange:
    """What would become of one card; `kept` are texts that stay because they are locked."""

    key: str
    differences: list[Difference]
    kept: list[str]


@dataclass(frozen=True)
class CardFault:
    """Why one card cannot be changed so."""

    key: str
    field: str
    what: Message


@dataclass
class Preview:
    """What a bulk edit would do. `cards` were chosen, `changed` of them would change; the first of each are shown."""

    cards: int = 0
    changed: int = 0
    faulty: int = 0
    kept: int = 0
    changes: list[CardChange] = field(default_factory=list)
    faults: list[CardFault] = field(default_factory=list)
    seal: str = ""
    keys: list[str] = field(default_factory=list)


def preview(session: Session, wanted: Filter, operations: Sequence[Operation]) -> Preview:
    """What these operations would do to the caller's own cards that the filter lets through. Writes nothing.

    Raises `BulkRefused` for an operation no card could take.
    """
    _check(operations)
    result = Preview()
    seal = hashlib.blake2b(digest_size=16)
    for key, document in own_cards(session, chosen(session, wanted)):
        result.cards += 1
        try:
            edit = edit_of(document, operations)
        except Refused as refused:
            _note(result, CardFault(key, operations[0].field, refused.what))
            continue
        vouched = Vouched(None, "", [])
        after = settled(document, applied(document, edit), vouched)
        found = differences(document, after)
        result.kept += len(vouched.kept_locked)
        if not found:
            continue
        if faults := [CardFault(key, path, what) for path, what, _ in document_faults(after)]:
            for fault in faults:
                _note(result, fault)
            continue
        result.changed += 1
        result.keys.append(key)
        seal.update(orjson.dumps([key, [list(one) for one in found]]))
        if len(result.changes) < EXAMPLES:
            result.changes.append(CardChange(key, found, vouched.kept_locked))
    result.seal = seal.hexdigest()
    return result


def _note(result: Preview, fault: CardFault) -> None:
    result.faulty += 1
    if len(result.faults) < EXAMPLES:
        result.faults.append(fault)


def apply(
    writing: batches.Writing, looked_at: Preview, operations: Sequence[Operation], *, seal: str, reviewed: bool = False,
    job: int | None = None, progress: batches.Progress = lambda _done, _total: None,
) -> int | None:  # fmt: skip
    """Apply what was looked at as a batch; its number, None if nothing would change.

    `seal` is of the preview a person has seen, `looked_at` one made just now. Raises `PreviewOutdated`, `BulkRefused`.
    """
    if looked_at.faulty:
        raise BulkRefused(faults=[f"{fault.key}: {fault.field}" for fault in looked_at.faults[:5]])
    if looked_at.seal != seal:
        raise PreviewOutdated
    if not looked_at.keys:
        return None
    source = "; ".join(dict.fromkeys(f"{operation.do} {operation.field}" for operation in operations))
    return batches.apply(
        writing, ((key, {}) for key in looked_at.keys), len(looked_at.keys), kind="bulk", source=source, reviewed=reviewed,
        job=job, progress=progress, remake=lambda document, _: edit_of(document, operations),
    )  # fmt: skip


def _check(operations: Sequence[Operation]) -> None:
    faults: list[Message | str] = []
    for operation in operations:
        column = column_of(operation.field)
        if column is None or operation.field in FIXED or operation.field.startswith("sku."):
            faults.append(Message(N_("{field} is no field that can be changed in bulk"), {"field": operation.field}))
        elif operation.do in ("replace", "prepend", "append") and text_place(operation.field) is None:
            faults.append(Message(N_("{field} is no text: it can be set or cleared"), {"field": operation.field}))
        elif operation.do == "replace" and not operation.find:
            faults.append(Message(N_("{field}: the words to look for are missing"), {"field": operation.field}))
        elif operation.do == "clear" and operation.field in (
            "line",
            "family",
            "source_locale",
            "net_value",
            "net_unit",
        ):
            faults.append(Message(N_("{field} cannot be empty"), {"field": operation.field}))
        elif operation.do == "set":
            try:
                _value(column, operation.value)
            except Refused as refused:
                said = Message(N_("{what} {remedy}"), {"what": refused.what, "remedy": refused.right})
                faults.append(Message(N_("{field}: {what}"), {"field": operation.field, "what": said}))
    if faults or not operations:
        raise BulkRefused(faults=faults or ["—"])


def _value(column: Column, value: Any) -> Any:
    """The value as a card keeps it: words are read as a sheet's cell, anything else must be right as it is."""
    if isinstance(value, str):
        return column.kind.read(value, [])
    column.kind.check(value)
    return value


def edit_of(document: Document, operations: Sequence[Operation]) -> Edit:
    """These operations as an edit of one card. Raises `Refused` if the words that come out cannot stand there."""
    values = dict(flat(document))
    edit: dict[str, Any] = {}
    for operation in operations:
        column = column_of(operation.field)
        if column is None:
            continue
        for path in _paths(document, operation.field, column):
            now = edit.get(path, values.get(path))
            if operation.do == "clear":
                edit[path] = None
            elif operation.do == "set":
                edit[path] = _value(column, operation.value)
            elif isinstance(now, str) and (words := _reworded(now, operation)) != now:
                column.kind.check(words)
                edit[path] = words
    return edit


def _paths(document: Document, path: str, column: Column) -> Iterator[str]:
    if column.level == "card":
        yield path
        return
    for sku in document["skus"]:
        yield column.path_for(sku["code"])


def _reworded(now: str, operation: Operation) -> str:
    words = str(operation.value or "")
    if operation.do == "replace":
        return now.replace(operation.find, words).strip()
    return words + now if operation.do == "prepend" else now + words
