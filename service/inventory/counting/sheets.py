"""Stock sheets as people bring them: XLSX or CSV in the trade's encodings, headers in zh, ru or en, every fault with its cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.authored import Strict, content_of
from service.catalog.files import Name
from service.catalog.listing import skus_by_code
from service.catalog.models import Sku
from service.catalog.sheets.reading import Sheet, column_name, read_sheets
from service.errors import DomainError
from service.i18n import N_, Message
from service.inventory.counting.refusing import ReportRejected, RowFault
from service.inventory.lots import handling_of
from service.inventory.units import in_packs, units_of
from service.resources import root

__all__ = ["NoColumns", "StockRow", "dated", "read_stock_sheet"]

LOOK = 25  # rows from the top in which the headers may stand


class _Columns(Strict):
    verified: bool
    columns: dict[Name, list[str]] = Field(min_length=1)


@cache
def _headers() -> dict[str, str]:
    columns = content_of(root("catalogs") / "stock-columns.yaml", _Columns).columns
    return {_bare(word): key for key, words in columns.items() for word in (key, *words)}


class NoColumns(DomainError):
    """A sheet in which nothing tells the goods or the quantity."""

    title = N_("{file}: no row of headers was found that names {missing}.")
    remedy = N_("Write the headers above the columns, for instance “SKU” and “{example}”; known headers stand in catalogs/stock-columns.yaml.")  # fmt: skip


@dataclass
class StockRow:
    """One row: SKU, quantity in packs, and whatever else the sheet says, by column."""

    row: int
    sku: Sku
    packs: int
    values: dict[str, str] = field(default_factory=dict)


def read_stock_sheet(
    session: Session, *, name: str, content: bytes, needed: Iterable[str] = (), zero: bool = True
) -> list[StockRow]:
    """All rows of a sheet; SKUs are named by code or bar code. `zero`: a quantity of nothing is allowed.

    Raises `NoColumns`, `ReportRejected` with every fault at once, and what reading the file raises.
    """
    sheet, top, columns = _find_headers(name, read_sheets(name, content), tuple(needed))
    rows = [
        (number, row)
        for number, row in enumerate(sheet.rows[top + 1 :], top + 2)
        if any(cell is not None for cell in row)
    ]
    known = _known(session, rows, columns)
    faults: list[RowFault] = []
    found: list[StockRow] = []
    units: dict[int, Mapping[str, Fraction]] = {}
    for number, row in rows:
        values = {key: _text(row[at]) for key, at in columns.items() if at < len(row) and row[at] is not None}
        if not values.get("sku") and not values.get("barcode"):
            if values.get("quantity"):  # sums below the table have no code: they are told, not guessed away
                faults.append(_fault(number, columns, "sku", "", N_("The row has a quantity but no SKU."), N_("Write the SKU, or delete the row.")))  # fmt: skip
            continue
        sku = known.get(values.get("sku", "").strip()) or known.get(values.get("barcode", "").strip())
        if sku is None:
            which = "sku" if values.get("sku") else "barcode"
            faults.append(_fault(number, columns, which, values[which], N_("No card has this SKU."), N_("Correct it, or write the card first.")))  # fmt: skip
            continue
        if sku.id not in units:
            units[sku.id] = units_of(sku, handling_of(session, sku))
        try:
            quantity = values.get("quantity", "").replace(" ", "").replace("\u00a0", "")
            packs = (
                0
                if zero and quantity in ("0", "0.0", "0,0")
                else in_packs(quantity, values.get("unit") or "pack", sku=sku.code, units=units[sku.id])
            )
        except DomainError as error:
            faults.append(
                RowFault(number, _at(columns, "quantity"), values.get("quantity", ""), error.message(), error.advice())
            )
            continue
        found.append(StockRow(number, sku, packs, values))
    if faults:
        raise ReportRejected(faults)
    return found


def dated(value: str, *, zone: str) -> datetime:
    """A date or moment of a sheet, in the place's time zone where it names none. Raises `ValueError`."""
    text = value.strip().replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
    for form in ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y"):
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007 (the zone comes below)
            break
        except ValueError:
            continue
    else:
        moment = (
            datetime.fromisoformat(text)
            if len(text) > 10
            else datetime.combine(date.fromisoformat(_padded(text)), datetime.min.time())
        )
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _padded(text: str) -> str:
    year, month, day = text.split("-")
    return f"{year}-{month.zfill(2)}-{day.zfill(2)}"


def _find_headers(name: str, sheets: list[Sheet], needed: tuple[str, ...]) -> tuple[Sheet, int, dict[str, int]]:
    best: tuple[int, Sheet, int, dict[str, int]] | None = None
    for sheet in sheets:
        for top, row in enumerate(sheet.rows[:LOOK]):
            columns: dict[str, int] = {}
            for at, cell in enumerate(row):
                if isinstance(cell, str) and (key := _headers().get(_bare(cell))):
                    columns.setdefault(key, at)
            if best is None or len(columns) > best[0]:
                best = (len(columns), sheet, top, columns)
    columns = best[3] if best else {}
    missing = [key for key in ("quantity", *needed) if key not in columns]
    if "sku" not in columns and "barcode" not in columns:
        missing.insert(0, "sku")
    if missing or best is None:
        raise NoColumns(
            file=name, missing=missing or ["sku", "quantity"], example="数量" if best is None else missing[-1]
        )
    return best[1], best[2], columns


def _known(session: Session, rows: list[tuple[int, list[Any]]], columns: dict[str, int]) -> dict[str, Sku]:
    """SKUs by the codes and bar codes the sheet names, in two queries."""
    named = {
        _text(row[columns[key]]).strip() for _, row in rows for key in ("sku", "barcode")
        if key in columns and columns[key] < len(row) and row[columns[key]] is not None
    }  # fmt: skip
    found: dict[str, Sku] = {}
    names = sorted(named)
    for start in range(0, len(names), 500):
        some = names[start : start + 500]
        padded = {code.zfill(14): code for code in some if code.isdecimal() and len(code) <= 14}
        bars = {*some, *padded, *(code.zfill(13) for code in some if code.isdecimal())}
        codes = set(session.scalars(select(Sku.code).where(Sku.gtin.in_(bars))))
        for code, sku in skus_by_code(session, [*some, *codes]).items():
            found[code] = sku
            if sku.gtin and (given := padded.get(sku.gtin.zfill(14))):
                found.setdefault(given, sku)
    return found


def _fault(row: int, columns: dict[str, int], key: str, value: str, what: str, remedy: str) -> RowFault:
    return RowFault(row, _at(columns, key), value, Message(what), Message(remedy))


def _at(columns: dict[str, int], key: str) -> str:
    return column_name(columns[key]) if key in columns else "—"


def _text(cell: Any) -> str:
    """A cell as it was meant: Excel keeps codes and counts as fractions."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _bare(word: str) -> str:
    return " ".join(word.casefold().replace("ё", "е").replace("\u00a0", " ").strip(" :*").split())
