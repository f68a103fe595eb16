"""A sheet (XLSX, CSV) for platforms that give no answers: one row a category, an attribute or a value, empty cells mean “as above”.

Columns: category, parent, name_zh, name_ru, attribute, attribute_zh, attribute_ru, kind, required, limits, value, value_zh, value_ru.
`limits` as “most=1; max_length=200; own=yes; unit_name=г”.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from service.catalog.sheets.reading import Sheet, column_name, read_sheets
from service.i18n import N_, Message
from service.listings.categories.reading.node import BadAnswer
from service.listings.categories.reading.wildberries import text_key
from service.listings.categories.snapshot import Attribute, Category, Kind, Told, Value

__all__ = ["COLUMNS", "LIMITS", "sheet"]

COLUMNS = (
    "category", "parent", "name_zh", "name_ru", "attribute", "attribute_zh", "attribute_ru", "kind", "required", "limits",
    "value", "value_zh", "value_ru",
)  # fmt: skip
LIMITS = {
    "most": int, "max_length": int, "min_length": int, "decimals": int, "min": Decimal, "max": Decimal, "own": bool,
    "unit_name": str, "group": str,
}  # fmt: skip
_YES = {"1": True, "yes": True, "true": True, "да": True, "是": True, "0": False, "no": False, "false": False, "нет": False, "否": False, "": False}  # fmt: skip


def sheet(name: str, content: bytes) -> Told:
    """Everything a sheet tells. Raises `BadAnswer` and what `read_sheets` raises."""
    reader = _Reader(name)
    for table in read_sheets(name, content):
        reader.table(table)
    if not reader.categories:
        what = Message(N_("“{key}” is missing."), {"key": "category"})
        todo = Message(N_("The first row names the columns: {known}."), {"known": list(COLUMNS)})
        raise BadAnswer(name, "A1", what, todo)
    return reader.told()


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.categories: dict[str, Category] = {}
        self.attributes: dict[str, dict[str, Attribute]] = {}
        self.values: dict[tuple[str, str], dict[str, Value]] = {}

    def told(self) -> Told:
        parents = {one.parent for one in self.categories.values()}
        return Told(
            tuple(replace(one, leaf=one.external not in parents) for one in self.categories.values()),
            {
                category: tuple(
                    replace(one, values=tuple(self.values.get((category, key), {}).values())) for key, one in asked.items()
                )
                for category, asked in self.attributes.items()
            },
            whole=False,
        )  # fmt: skip

    def table(self, table: Sheet) -> None:
        rows = iter(enumerate(table.rows, 1))
        header: Sequence[Any] = ()
        at = 1
        for at, header in rows:  # noqa: B007 (both are needed after the loop)
            if any(cell is not None for cell in header) and not str(header[0] or "").startswith("sep="):
                break
        places = self._places(header, at)
        category = attribute = ""
        for number, row in rows:
            cells = {key: (_text(row[column]) if column < len(row) else "") for key, column in places.items()}
            if not any(cells.values()):
                continue
            self.row, self.columns = number, places
            if cells["category"] and cells["category"] != category:
                category, attribute = cells["category"], ""
            attribute = cells.get("attribute") or attribute
            self._take(category, attribute, cells)

    def _places(self, header: Sequence[Any], number: int) -> dict[str, int]:
        places: dict[str, int] = {}
        for at, cell in enumerate(header):
            key = re.sub(r"\s+", "_", _text(cell).casefold())
            if key in COLUMNS:
                places[key] = at
            elif key:
                what = Message(N_("“{key}” is not known here."), {"key": _text(cell)})
                todo = Message(N_("Known: {known}."), {"known": list(COLUMNS)})
                raise BadAnswer(self.file, f"{column_name(at)}{number}", what, todo)
        if "category" not in places:
            what = Message(N_("“{key}” is missing."), {"key": "category"})
            todo = Message(N_("The first row names the columns: {known}."), {"known": list(COLUMNS)})
            raise BadAnswer(self.file, f"A{number}", what, todo)
        return places

    def _take(self, category: str, attribute: str, cells: dict[str, str]) -> None:
        if not category:
            raise self._fault(
                "category", Message(N_("“{key}” is missing."), {"key": "category"}), Message(N_("Add it here."))
            )
        self._short("category", category)
        known = self.categories.get(category) or Category(category)
        self.categories[category] = replace(
            known, name_zh=_cut(cells.get("name_zh")) or known.name_zh, name_ru=_cut(cells.get("name_ru")) or known.name_ru,
            parent=cells.get("parent") or known.parent,
        )  # fmt: skip
        if not attribute:
            return
        self._short("attribute", attribute)
        asked = self.attributes.setdefault(category, {})
        if attribute not in asked or cells.get("kind"):
            asked[attribute] = self._attribute(attribute, cells)
        told = cells.get("value") or cells.get("value_zh") or cells.get("value_ru")
        if told:
            zh, ru = cells.get("value_zh") or None, cells.get("value_ru") or None
            value = Value(text_key(told), zh or (None if ru else told), ru)
            self.values.setdefault((category, attribute), {})[value.external] = value

    def _attribute(self, key: str, cells: dict[str, str]) -> Attribute:
        kind: Any = cells.get("kind") or "text"
        if kind not in get_args(Kind):
            todo = Message(N_("Known: {known}."), {"known": list(get_args(Kind))})
            raise self._fault("kind", Message(N_("“{key}” is not known here."), {"key": kind}), todo)
        required = cells.get("required", "").casefold()
        if required not in _YES:
            what = Message(N_("true or false is expected here."))
            raise self._fault("required", what, Message(N_("Known: {known}."), {"known": ["yes", "no"]}))
        return Attribute(
            key, kind, _YES[required], _cut(cells.get("attribute_zh")), _cut(cells.get("attribute_ru")),
            self._limits(cells.get("limits", "")), (),
        )  # fmt: skip

    def _limits(self, text: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for part in re.split("[;；]", text):
            name, _, value = (piece.strip() for piece in part.partition("="))
            if not name:
                continue
            if name not in LIMITS:
                todo = Message(N_("Known: {known}."), {"known": sorted(LIMITS)})
                raise self._fault("limits", Message(N_("“{key}” is not known here."), {"key": name}), todo)
            try:
                form: Any = LIMITS[name]
                found[name] = (
                    _YES[value.casefold()] if form is bool else str(form(value)) if form is Decimal else form(value)
                )
            except (ValueError, KeyError, InvalidOperation):
                what = Message(N_("The value is not accepted: {detail}."), {"detail": part.strip()})
                raise self._fault(
                    "limits", what, Message(N_("Write it like this: most=1; max_length=200; own=yes."))
                ) from None
        return found

    def _short(self, column: str, text: str) -> None:
        if len(text) > 80:
            todo = Message(N_("At most {max_length} characters are allowed."), {"max_length": 80})
            raise self._fault(column, Message(N_("The text is too long.")), todo)

    def _fault(self, column: str, what: Message, todo: Message) -> BadAnswer:
        return BadAnswer(self.file, f"{column_name(self.columns.get(column, 0))}{self.row}", what, todo)


def _text(cell: Any) -> str:
    """A cell as text; 5.0 was 5 before a spreadsheet took it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return "1" if cell else "0"
    return str(cell).strip()


def _cut(text: str | None) -> str | None:
    return text[:200] if text else None
