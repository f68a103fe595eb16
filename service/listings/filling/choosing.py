"""The drop-down lists of a sheet: which words each cell may hold, as its data validation says.

Read are lists written into the rule, ranges of this or another sheet, and names of the workbook for such; lists made by other
formulas (INDIRECT of another cell, OFFSET) are told apart, for nobody here can say what they hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from lxml import etree

from service.catalog.cells import Cell, plain_text
from service.listings.filling.headers import folded
from service.listings.filling.values import Figure, Part

__all__ = ["Allowed", "Lists", "Range", "range_of"]


class Range(NamedTuple):
    """Cells from 0: first and last row, first and last column."""

    top: int
    bottom: int
    left: int
    right: int

    def holds(self, row: int, at: int) -> bool:
        """Whether a cell lies in it."""
        return self.top <= row <= self.bottom and self.left <= at <= self.right


_LAST_ROW, _LAST_COLUMN = 1_048_575, 16_383
_RANGE = re.compile(r"\$?([A-Z]{1,3})?\$?(\d+)?(?::\$?([A-Z]{1,3})?\$?(\d+)?)?", re.IGNORECASE)
_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'!|([^'!()\s]+)!)?(\$?[A-Z]{1,3}\$?\d*(?::\$?[A-Z]{1,3}\$?\d*)?)", re.IGNORECASE)  # fmt: skip
_INDIRECT = re.compile(r"INDIRECT\(\"([^\"]+)\"\)", re.IGNORECASE)


def range_of(text: str) -> Range | None:
    """A1, $A$1:B7, A:A, 1:3."""
    found = _RANGE.fullmatch(text.strip())
    if not found or not (found[1] or found[2]):
        return None
    left = _index(found[1]) if found[1] else 0
    top = int(found[2]) - 1 if found[2] else 0
    right = _index(found[3]) if found[3] else left if found[1] else _LAST_COLUMN
    bottom = int(found[4]) - 1 if found[4] else _LAST_ROW if ":" in text and not found[4] else top
    return Range(min(top, bottom), max(top, bottom), min(left, right), max(left, right))


def _index(letters: str) -> int:
    number = 0
    for sign in letters.upper():
        number = number * 26 + ord(sign) - 64
    return number - 1


class Allowed:
    """The words of a list."""

    def __init__(self, values: Sequence[Figure]) -> None:
        self._by_name = {folded(str(one)): one for one in reversed(values)}
        self.words = [str(one) for one in values]
        self._near: dict[str, list[str]] = {}
        self._plain: list[str] | None = None

    def find(self, part: Part) -> Figure | None:
        """The list's own spelling of the first of these that it holds."""
        for one in part:
            found = self._by_name.get(folded(str(one)))
            if found is not None:
                return found if isinstance(one, str) else one
        return None

    def near(self, word: str) -> list[str]:
        """The words most like it, at most three."""
        if word not in self._near:
            from rapidfuzz import fuzz, process

            if self._plain is None:
                self._plain = [folded(one) for one in self.words]
            wanted, pool = folded(word), self._plain
            # The scorer that finds words inside others takes a second for 50,000 of them, so a quick one chooses for it.
            some: Sequence[int] = range(len(pool))
            if len(pool) > _MANY:
                some = [at for _, _, at in process.extract(wanted, pool, scorer=fuzz.ratio, limit=100, score_cutoff=30)]
            found = process.extract(wanted, {at: pool[at] for at in some}, scorer=fuzz.WRatio, limit=3, score_cutoff=55)
            self._near[word] = [self.words[at] for _, _, at in found]
        return self._near[word]


_MANY = 300
Rows = Sequence[Sequence[Cell]]


class Lists:
    """The lists of one sheet. `names`: the workbook's names and what they stand for; `rows_of` gives a sheet's cells (None: this one's)."""

    def __init__(
        self, sheet: etree._Element, names: Mapping[str, str], rows_of: Callable[[str | None], Rows | None]
    ) -> None:
        self._names, self._rows_of = names, rows_of
        self._made: dict[str, Allowed | None] = {}
        self._rules: list[tuple[list[Range], str, str]] = []
        self._of_column: dict[int, list[tuple[Range, str, str]]] = {}
        for rule in sheet.iter("{*}dataValidation"):
            inside = {etree.QName(one).localname: "".join(one.itertext()).strip() for one in rule}
            cells = rule.get("sqref") or inside.get("sqref") or ""
            ranges = [one for part in cells.split() if (one := range_of(part))]
            formula = inside.get("formula1", "") if rule.get("type") == "list" else ""
            self._rules.append((ranges, formula, f"{rule.get('promptTitle', '')}\n{rule.get('prompt', '')}".strip()))

    def at(self, row: int, at: int) -> Allowed | None:
        """What a cell may hold; None if anything, or if the list cannot be told."""
        formula = self._formula(row, at)
        return self._allowed(formula) if formula else None

    def untold(self, row: int, at: int) -> bool:
        """Whether a cell has a list that cannot be told."""
        formula = self._formula(row, at)
        return bool(formula) and self._allowed(formula) is None

    def prompt(self, row: int, at: int) -> str:
        """What a spreadsheet program shows beside the cell."""
        return "\n".join(text for one, _, text in self._column(at) if text and one.holds(row, at))

    def _column(self, at: int) -> list[tuple[Range, str, str]]:
        if at not in self._of_column:
            self._of_column[at] = [
                (one, formula, prompt)
                for ranges, formula, prompt in self._rules
                for one in ranges
                if one.left <= at <= one.right
            ]
        return self._of_column[at]

    def _formula(self, row: int, at: int) -> str:
        return next((formula for one, formula, _ in self._column(at) if formula and one.holds(row, at)), "")

    def _allowed(self, formula: str) -> Allowed | None:
        if formula not in self._made:
            values = self._values(formula, 0)
            self._made[formula] = None if values is None else Allowed(values)
        return self._made[formula]

    def _values(self, formula: str, depth: int, sheet: str | None = None) -> list[Figure] | None:
        text = formula.strip().lstrip("=").strip()
        if len(text) > 1 and text[0] == text[-1] == '"':
            return [one for part in text[1:-1].replace('""', '"').split(",") if (one := part.strip())]
        if depth > 4:
            return None
        if found := _INDIRECT.fullmatch(text):
            return self._values(found[1], depth + 1)
        # A name looks like a cell now and then (Tab1): the workbook's names go first, as cells cannot be named so.
        if (meant := self._names.get(text.casefold())) is not None:
            return self._values(meant, depth + 1)
        if found := _REFERENCE.fullmatch(text):
            where, cells = (found[1] or "").replace("''", "'") or found[2], range_of(found[3])
            rows = self._rows_of(where or sheet)
            return None if rows is None or cells is None else _cells(rows, cells)
        return None


def _cells(rows: Rows, of: Range) -> list[Figure]:
    values: dict[Figure, None] = {}
    for row in rows[of.top : of.bottom + 1]:
        for cell in row[of.left : of.right + 1]:
            text = plain_text(cell)
            if text:
                number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
                values[Decimal(text) if number else text] = None
    return list(values)
