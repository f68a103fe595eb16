"""From rows of cells to edits of cards: what would be created, updated, left alone, and every fault with its place.

Nothing is written here. A row is one SKU; rows with the same product key are one card. A row finds its card by SKU, then by GTIN,
then by product key; a SKU nobody knows makes a new card, under a key made from the SKU if the sheet gives none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.cells import Cell, Refused, plain_text
from service.catalog.checking import document_faults
from service.catalog.columns import Column, column_named, column_of, header_of
from service.catalog.document import pack
from service.catalog.models import Product, Sku
from service.catalog.redirects import redirects
from service.catalog.revising import Edit, Vouched, applied, settled, with_defaults
from service.catalog.sheets.reading import Sheet, column_name
from service.catalog.storing import CHUNK, known
from service.errors import DomainError
from service.i18n import N_, Locale, Message, Named
from service.people.reach import organisation_of

__all__ = ["Fault", "NoColumns", "Plan", "SheetMapping", "plan_sheets"]

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_FAULTS = 20_000  # kept with their places; beyond, they are counted only


class NoColumns(DomainError):
    """No table of the file has a header row we understand."""

    title = N_("No table of “{file}” has a row of column names that are known; found: {found}.")
    remedy = N_("Put the names into one row above the data, or say which column is which; an export shows the names.")


class SheetMapping(BaseModel):
    """How a file's columns are meant, where their headers do not say it, and what an empty cell means."""

    model_config = ConfigDict(extra="forbid")
    columns: dict[str, str] = Field(
        default={}, max_length=200, description="Header → field (see an export's headers); empty: leave the column out."
    )
    clear: list[str] = Field(
        default=[], max_length=200, description="Fields whose empty cells delete the value; others keep it."
    )
    defaults: dict[str, str] = Field(
        default={}, max_length=50, description="Field → what rows say that have no such column, e.g. line or family."
    )


@dataclass(frozen=True)
class Fault:
    """One cell that cannot stand, or was repaired (`level` warning): where, what stood there, what is wrong, what is right.

    `header` is empty where the sheet has no such column; `field` is the field's path, where it is known.
    """

    level: Literal["error", "warning"]
    sheet: str
    row: int
    column: str
    header: str
    value: str
    what: Message
    remedy: Message
    field: str = ""

    def as_data(self, locale: Locale) -> dict[str, Any]:
        """For programs and pages."""
        return {
            "level": self.level, "sheet": self.sheet, "row": self.row, "column": self.column, "header": self.header,
            "field": self.field, "value": self.value, "message": self.what.say(locale), "remedy": self.remedy.say(locale),
        }  # fmt: skip

    def say(self, locale: Locale) -> str:
        """One line for a terminal."""
        name = self.header or (header_of(self.field, locale) if self.field else "")
        place = f"{self.sheet + ' · ' if self.sheet else ''}{self.column}{self.row} · {name}"
        return f"{place} [{self.value}]: {self.what.say(locale)} {self.remedy.say(locale)}"


@dataclass
class Plan:
    """What an import would do."""

    columns: dict[str, str | None] = field(default_factory=dict)  # header → field, None: left out
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: int = 0
    warnings: int = 0
    faults: list[Fault] = field(default_factory=list)
    packed: list[tuple[str, bytes]] = field(default_factory=list)

    def edits(self) -> Iterator[tuple[str, Edit]]:
        """The edits that change something, in the order of the file."""
        for key, packed in self.packed:
            yield key, orjson.loads(packed)

    def note(self, fault: Fault) -> None:
        """Count a fault, and keep it while there is room."""
        if fault.level == "error":
            self.errors += 1
        else:
            self.warnings += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)


def plan_sheets(
    session: Session, *, name: str, sheets: Sequence[Sheet], mapping: SheetMapping, reviewed: bool = False
) -> Plan:
    """What taking these tables over would do to the caller's cards. Raises `NoColumns`."""
    planner = _Planner(session, mapping, reviewed)
    headed = [(sheet, at) for sheet in sheets if (at := _header_row(sheet, mapping)) is not None]
    if not headed:
        found = [
            _shown(cell)[:40] for sheet in sheets[:1] for row in sheet.rows[:1] for cell in row if cell is not None
        ]
        raise NoColumns(file=name, found=found[:12] or "—")
    for sheet, at in headed:
        planner.take(sheet, at)
    planner.compare()
    return planner.plan


def plan_edits(session: Session, edits: Iterable[tuple[str, Edit]], *, reviewed: bool = False) -> Plan:
    """What these edits, each checked already, would do to the caller's cards."""
    planner = _Planner(session, SheetMapping(), reviewed)
    for key, edit in edits:
        planner.edits[key] = orjson.dumps(edit)
        planner.places[key] = _Place("", 0, {})
    planner.compare()
    return planner.plan


def _header_row(sheet: Sheet, mapping: SheetMapping) -> int | None:
    """The row, of the first ten, whose cells name most columns; it must name at least two."""
    best, most = None, 1
    for number, row in enumerate(sheet.rows[:10]):
        texts = [_shown(cell)[:200] for cell in row if cell is not None]
        known_names = sum(text in mapping.columns or column_named(text) is not None for text in texts)
        if known_names > most:
            best, most = number, known_names
    return best


@dataclass
class _Place:
    """Where a card's fields came from: sheet, row, and columns by field path."""

    sheet: str
    row: int
    columns: Mapping[str, tuple[int, str]]


class _Planner:
    def __init__(self, session: Session, mapping: SheetMapping, reviewed: bool) -> None:
        self.session, self.mapping = session, mapping
        self.vouched = Vouched("·" if reviewed else None, "", [])
        self.plan = Plan()
        me = organisation_of(session)
        rows = session.execute(select(Sku.code, Sku.gtin, Product.key).join(Product).where(Sku.organisation_id == me))
        self.card_of_sku: dict[str, str] = {}
        self.sku_of_gtin: dict[str, str | None] = {}
        for code, gtin, key in rows:
            self.card_of_sku[code] = key
            if gtin:
                self.sku_of_gtin[gtin] = None if gtin in self.sku_of_gtin else code
        self.keys = set(session.scalars(select(Product.key).where(Product.organisation_id == me)))
        self.redirects = redirects(session)
        self.edits: dict[str, bytes] = {}
        self.places: dict[str, _Place] = {}
        self.seen: dict[str, str] = {}
        self.current: tuple[str, dict[str, Any]] | None = None

    # reading rows

    def take(self, sheet: Sheet, header_at: int) -> None:
        """Read one table."""
        columns = self._columns(sheet, header_at)
        by_path = {column.path: (index, header) for index, column, header in columns}
        defaults = self._defaults({column.path for _, column, _ in columns})
        flagged = {int(cell.lstrip(_LETTERS)) for cell in sheet.formulas | sheet.errors}
        for offset, row in enumerate(sheet.rows[header_at + 1 :], header_at + 2):
            if any(cell is not None for cell in row) or offset in flagged:
                self._row(sheet, offset, row, columns, by_path, defaults)
        self._put_away()

    def _defaults(self, present: set[str]) -> list[tuple[Column, Any]]:
        values: list[tuple[Column, Any]] = []
        for path, word in self.mapping.defaults.items():
            column = column_of(path) or column_named(path)
            if column is not None and column.path not in present:
                values.append((column, column.kind.read(word, [])))
        return values

    def _columns(self, sheet: Sheet, header_at: int) -> list[tuple[int, Column, str]]:
        columns: list[tuple[int, Column, str]] = []
        taken: dict[str, str] = {}
        if header_at in sheet.merged:
            self._fault("error", sheet.name, header_at + 1, 0, "", None, N_("Cells of the header row are merged."), N_("Unmerge them and name every column."))  # fmt: skip
        for index, cell in enumerate(sheet.rows[header_at]):
            header = _shown(cell)[:200]
            if not header:
                filled = any(len(row) > index and row[index] is not None for row in sheet.rows[header_at + 1 :])
                if filled:
                    self._fault("warning", sheet.name, header_at + 1, index, "", None, N_("This column has no name and is left out."), N_("Name it in the header row."))  # fmt: skip
                continue
            meant = self.mapping.columns.get(header)
            column = (
                column_named(header) if meant is None else (column_of(meant) or column_named(meant)) if meant else None
            )
            self.plan.columns[header] = column.path if column else None
            if column is None:
                if meant != "":
                    self._fault("warning", sheet.name, header_at + 1, index, header, header, N_("This column is not known and is left out."), N_("Say which field it is, or leave it out."))  # fmt: skip
            elif column.path in taken:
                self._fault("error", sheet.name, header_at + 1, index, header, header, N_("Two columns mean the same field: {first} and {second}."), N_("Keep one, or leave one out."), first=taken[column.path], second=header)  # fmt: skip
            else:
                taken[column.path] = header
                columns.append((index, column, header))
        return columns

    def _row(
        self, sheet: Sheet, number: int, row: list[Cell], columns: list[tuple[int, Column, str]],
        by_path: Mapping[str, tuple[int, str]], defaults: Sequence[tuple[Column, Any]],
    ) -> None:  # fmt: skip
        values: dict[str, Any] = {}
        sku_values: dict[str, Any] = {}
        refused: set[str] = set()
        formulas = sheet.formulas
        for index, column, header in columns:
            cell = row[index] if index < len(row) else None
            if formulas and f"{column_name(index)}{number}" in formulas:
                self._fault("error", sheet.name, number, index, header, cell, N_("The cell holds a formula without a value."), N_("Paste the value instead of the formula."))  # fmt: skip
                refused.add(column.path)
                continue
            if sheet.errors and f"{column_name(index)}{number}" in sheet.errors:
                self._fault("error", sheet.name, number, index, header, cell, N_("The cell holds an error of the spreadsheet, such as #N/A, instead of a value."), N_("Correct its formula, or type the value."))  # fmt: skip
                refused.add(column.path)
                continue
            if cell is None or (isinstance(cell, str) and not cell.strip()):
                if column.path in self.mapping.clear and column.path not in (
                    "key",
                    "sku",
                    "line",
                    "family",
                    "source_locale",
                ):
                    (sku_values if column.level == "sku" else values)[column.path] = None
                continue
            warnings: list[Message] = []
            try:
                value = column.kind.read(cell, warnings)
            except Refused as fault:
                self._note("error", sheet.name, number, index, header, cell, fault.what, fault.right)
                refused.add(column.path)
                continue
            for warning in warnings:
                self._note("warning", sheet.name, number, index, header, cell, warning, Message(N_("Check it.")))
            (sku_values if column.level == "sku" else values)[column.path] = value
        for column, value in defaults:
            (sku_values if column.level == "sku" else values).setdefault(column.path, value)
        if refused & {"key", "sku"}:
            return  # whose row it is cannot be said
        identity = self._identify(sheet, number, values, sku_values, by_path)
        if identity is None or refused:
            return
        key, code = identity
        if code is not None:
            if code not in self.card_of_sku:  # a pack that says nothing of itself is a fault, not passed over
                sku_values.setdefault("net_value", None)
            values |= {f"sku.{code}.{path}": value for path, value in sku_values.items()}
        self._join(sheet, number, key, values, by_path)

    def _identify(
        self, sheet: Sheet, number: int, values: dict[str, Any], sku_values: dict[str, Any],
        by_path: Mapping[str, tuple[int, str]],
    ) -> tuple[str, str | None] | None:  # fmt: skip
        key, code, gtin = values.pop("key", None), sku_values.pop("sku", None), sku_values.get("gtin")
        if code is None and gtin in self.sku_of_gtin:
            code = self.sku_of_gtin[gtin]
        key = self.redirects.get(key, key)
        owner = self.card_of_sku.get(code) if code else None
        index, header = by_path.get("sku") or by_path.get("key") or (0, "SKU")
        if owner and key and owner != key:
            self._fault("error", sheet.name, number, index, header, code, N_("This SKU belongs to the card {owner}, not to {key}."), N_("Correct the SKU or the product key."), owner=owner, key=key)  # fmt: skip
            return None
        key = owner or key or (re.sub(r"[^a-z0-9]+", "-", code.lower()).strip("-") if code else None)
        if key is None:
            self._fault("error", sheet.name, number, index, header, None, N_("The row says neither SKU nor product key."), N_("Fill in the SKU."))  # fmt: skip
            return None
        if code is None:
            if sku_values:
                self._fault("error", sheet.name, number, index, header, None, N_("The row speaks of a pack, but names no SKU."), N_("Fill in the SKU."))  # fmt: skip
                return None
            return key, None
        here = f"{sheet.name} {number}".strip()
        if code in self.seen:
            self._fault("error", sheet.name, number, index, header, code, N_("This SKU stands in the sheet twice; the other place is {other}."), N_("Give one of the two another code."), other=self.seen[code])  # fmt: skip
            return None
        self.seen[code] = here
        return key, code

    def _join(
        self, sheet: Sheet, number: int, key: str, values: dict[str, Any], by_path: Mapping[str, tuple[int, str]]
    ) -> None:
        if self.current is None or self.current[0] != key:
            self._put_away()
            if key in self.edits:
                self.current = (key, orjson.loads(self.edits[key]))
            else:
                self.current = (key, {})
                self.places[key] = _Place(sheet.name, number, by_path)
        edit = self.current[1]
        for path, value in values.items():
            if path in edit and edit[path] != value and not path.startswith("sku."):
                index, header = by_path.get(path, (0, path))
                self._fault("error", sheet.name, number, index, header, value, N_("Another row of the same card says “{other}” here."), N_("Say the same in all rows of a card, or only in the first."), other=str(edit[path])[:60])  # fmt: skip
            else:
                edit[path] = value

    def _put_away(self) -> None:
        if self.current is not None:
            self.edits[self.current[0]] = orjson.dumps(self.current[1])
            self.current = None

    # comparing with what is there

    def compare(self) -> None:
        """Count what would change; drop what would not."""
        keys = list(self.edits)
        for start in range(0, len(keys), CHUNK):
            some = keys[start : start + CHUNK]
            there = known(self.session, [key for key in some if key in self.keys])
            for key in some:
                edit = orjson.loads(self.edits.pop(key))
                before = there.get(key)
                if before is None:
                    edit = with_defaults(edit)
                    self._demand(key, edit)
                document = before.document if before else None
                after = settled(document, applied(document, edit), self.vouched)
                if before is not None and before.packed == pack(after):
                    self.plan.unchanged += 1
                    continue
                place = self.places[key]
                for path, what, remedy in document_faults(after):
                    index, header = self._column(place, path)
                    self._note("error", place.sheet, place.row, index, header, None, what, remedy, path)
                if before is None:
                    self.plan.created += 1
                else:
                    self.plan.updated += 1
                self.plan.packed.append((key, orjson.dumps(edit)))

    def _column(self, place: _Place, path: str) -> tuple[int, str]:
        name = path.rpartition(".")[2] if path.startswith("sku.") else path
        return place.columns.get(name, (0, ""))

    def _demand(self, key: str, edit: Mapping[str, Any]) -> None:
        """What a new card cannot be without."""
        place = self.places[key]
        lacking = [path for path in ("line", "family") if not edit.get(path)]
        if not edit.get("name[zh]") and not edit.get("name[ru]"):
            lacking.append("name[zh]")
        if not any(path.startswith("sku.") for path in edit):
            lacking.append("sku")
        for path in lacking:
            index, header = self._column(place, path)
            named = Named(header_of(path, "en"), header_of(path, "zh"), header_of(path, "ru"))
            self._fault("error", place.sheet, place.row, index, header, None, N_("A new card needs “{field}”."), N_("Fill it in, or give one value for all rows."), path=path, field=named)  # fmt: skip

    # noting faults

    def _fault(
        self, level: Literal["error", "warning"], sheet: str, row: int, index: int, header: str, value: Any, what: str,
        remedy: str, path: str = "", **facts: Any,
    ) -> None:  # fmt: skip
        self._note(level, sheet, row, index, header, value, Message(what, facts), Message(remedy, facts), path)

    def _note(
        self, level: Literal["error", "warning"], sheet: str, row: int, index: int, header: str, value: Any, what: Message,
        remedy: Message, path: str = "",
    ) -> None:  # fmt: skip
        shown = _shown(value)[:60]
        self.plan.note(Fault(level, sheet, row, column_name(index), header, shown, what, remedy, path))


def _shown(cell: Cell) -> str:
    """A cell as a person sees it; control characters, which not every database takes, as �."""
    return "" if cell is None else re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "�", plain_text(cell))
