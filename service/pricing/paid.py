"""The record of prices buyers really paid, which the comparison-price rule asks for.

Not for prices that are set or announced: those are `Price`. Source of the rule: Order 56 of the SAMR (2022-07-01), art. 16.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased, joinedload

from service.catalog.listing import skus_by_code
from service.catalog.models import Sku
from service.catalog.sheets.reading import read_sheets
from service.database import now
from service.errors import DomainError, FilesRejected, NotFound, Problem
from service.http.paging import page_of
from service.i18n import N_, Locale, Message
from service.people.audit import record
from service.pricing.models import CURRENCIES, ZONES, PaidPrice
from service.pricing.setting import NoSuchSkus

__all__ = [
    "REFERENCE", "SOURCE", "Deal", "DealDiffers", "DealRefused", "NotCsv", "Paid", "Taken", "import_paid", "paid_before",
    "paid_page", "record_paid",
]  # fmt: skip

SKEW = timedelta(minutes=5)  # clocks of shops that run ahead
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)  # what is older is a slip of the pen
MOST = 2**31 - 1
SOURCE = r"^[a-z0-9]+([-_][a-z0-9]+)*$"
REFERENCE = r"^[^\x00-\x20\x7f]+( [^\x00-\x20\x7f]+)*$"
CHUNK = 500
AT_ONCE = 100  # rows of one INSERT: psycopg takes three times as long over a statement of a thousand


@dataclass(frozen=True, slots=True)
class Deal:
    """One SKU in one deal. `paid`: for one pack, after coupons, minor units (fen, kopecks); `quantity`: packs; `paid_at` with its zone."""

    sku: str
    market: str
    paid: int
    quantity: int
    paid_at: datetime
    source: str
    reference: str


COLUMNS = tuple(field.name for field in fields(Deal))


class Paid(NamedTuple):
    """What buyers paid for a pack, minor units: the lowest of the days asked for, and the last at any age; None: no deal."""

    lowest: int | None
    last: int | None


class DealRefused(DomainError):
    """A deal that cannot have been. `row` counts from 1."""

    title = N_("Row {row}, {column} “{value}”: {what} Nothing was recorded.")
    wrong: ClassVar[str]

    def __init__(self, *, row: int, column: str, value: object, **facts: Any) -> None:
        self.row, self.column, self.value = row, column, value
        super().__init__(row=row, column=column, value=value, **facts)

    def message(self) -> Message:
        """With the row."""
        return Message(DealRefused.title, self.facts | {"what": self.fault()})

    def fault(self) -> Message:
        """Without the row, for a list of faults that tells the place itself."""
        return Message(self.wrong, self.facts)

    def more(self, locale: Locale) -> dict[str, Any]:
        """The place, for programs."""
        return {"row": self.row, "column": self.column}


class NotAboveZero(DealRefused):
    """Nothing was paid, or nothing was bought."""

    wrong = N_("A number above zero is expected here.")
    remedy = N_("Give what the buyer paid for one pack, and how many packs. Gifts and returns do not belong here.")


class TooMuch(DealRefused):
    """More than anybody pays."""

    wrong = N_("The number is too large.")
    remedy = N_("The price is for one pack; check the decimal point.")


class NotPaidYet(DealRefused):
    """A deal of tomorrow."""

    wrong = N_("This moment lies in the future.")
    remedy = N_("Give the moment of payment; check day, month and time zone.")


class PaidLongAgo(DealRefused):
    """A deal from before anybody sold here."""

    wrong = N_("This moment lies before {oldest}.")
    remedy = N_("Give the moment of payment; check the year.")


class NoSuchMarket(DealRefused):
    """Neither bank."""

    wrong = N_("This word is not one of the allowed ones.")
    remedy = N_("Allowed: {expected}.")


class BadName(DealRefused):
    """A source or reference that is no name."""

    wrong = N_("This cannot name a deal.")
    remedy = N_("The source is a key such as douyin, shop or ozon, at most 40 characters; the reference is the deal's number there, at most 80.")  # fmt: skip


class DealDiffers(DealRefused):
    """A deal told before with other figures."""

    status = 409
    wrong = N_("This deal with {sku} was told before with another market, price, quantity or time: {there}.")
    remedy = N_(
        "What was recorded stays. A second line of the same deal needs a reference of its own, for instance {another}."
    )


class NotCsv(DomainError):
    """A file of deals in another form."""

    title = N_("“{file}” is not a CSV file.")
    remedy = N_("Save the sheet as “CSV UTF-8” and import that.")


def record_paid(session: Session, rows: Sequence[Deal]) -> int:
    """Add deals to the record, all or none; returns how many were new, for a deal told again counts once.

    Raises `NoSuchSkus` and `DealRefused`, by its class: `NotAboveZero`, `TooMuch`, `NotPaidYet`, `PaidLongAgo`, `NoSuchMarket`,
    `BadName`, `DealDiffers`.
    """
    latest = now() + SKEW
    for row, deal in enumerate(rows, 1):
        for column in COLUMNS:
            _judge(column, getattr(deal, column), row=row, latest=latest)
    skus = skus_by_code(session, {deal.sku for deal in rows})
    if unknown := sorted({deal.sku for deal in rows} - set(skus)):
        raise NoSuchSkus(skus=unknown)
    new, differing = _keep(session, rows, skus)
    if differing:
        raise differing[0]
    return new


def paid_before(
    session: Session, sku_ids: Collection[int], *, market: str, before: datetime, days: int = 7
) -> dict[int, Paid]:
    """For each SKU the lowest price paid in the `days` before a moment, and the last one before it at any age; minor units.

    An undeclared reference price must not exceed the lowest, or, if there is none, the last (Order 56, art. 16). Of deals made at the
    same last moment the cheapest counts. All deals of the organisation in the market count as made in one shop. One query; SKUs whose
    cards this session does not see have no deals.
    """
    # Each SKU is asked for by itself: a few steps in the index. Grouped, the last would be a walk over all deals there ever were.
    deal, other = aliased(PaidPrice), aliased(PaidPrice)
    span = (PaidPrice.paid_at >= before - timedelta(days=days), PaidPrice.paid_at < before)
    lowest = select(func.min(PaidPrice.paid)).where(PaidPrice.sku_id == Sku.id, PaidPrice.market == market, *span)
    end = select(func.max(other.paid_at)).where(other.sku_id == Sku.id, other.market == market, other.paid_at < before)
    then = deal.paid_at == end.correlate(Sku).scalar_subquery()
    last = select(func.min(deal.paid)).where(deal.sku_id == Sku.id, deal.market == market, then)
    query = select(Sku.id, lowest.scalar_subquery(), last.scalar_subquery()).where(Sku.id.in_(sku_ids))
    found = {sku: Paid(*prices) for sku, *prices in session.execute(query)}
    return {sku: found.get(sku, Paid(None, None)) for sku in sku_ids}


def paid_page(
    session: Session, *, sku: str | None = None, market: str | None = None, after: str | None, limit: int
) -> tuple[list[PaidPrice], str | None]:
    """A page of the record, what was told last first, and the cursor of the next. Raises `NotFound`, `BadCursor`.

    A row's `sku` is None if the card's owner no longer shares it.
    """
    query = select(PaidPrice).options(joinedload(PaidPrice.sku))
    if sku is not None:
        found = skus_by_code(session, [sku]).get(sku)
        if found is None:
            raise NotFound(kind=Message(N_("The SKU")), name=sku, known=session.scalars(select(Sku.code)))
        query = query.where(PaidPrice.sku_id == found.id)
    if market is not None:
        query = query.where(PaidPrice.market == market)
    return page_of(session, query, by=[PaidPrice.id], after=after, limit=limit, newest_first=True)


class Taken(NamedTuple):
    """Deals that were new, and deals that were there already."""

    new: int
    known: int


def import_paid(session: Session, *, name: str, content: bytes) -> Taken:
    """Take deals over from a CSV whose first line names the columns, all or none; the columns are the fields of `Deal`.

    Prices are in yuan or roubles, as people write them; a time without a zone is by the clock of the market's bank. Raises
    `NotCsv`, `FilesRejected` with every fault, and what reading a sheet raises.
    """
    if name.rpartition(".")[2].lower() not in ("csv", "tsv", "txt") or content.startswith(b"PK\x03\x04"):
        raise NotCsv(file=name)
    (top, header), *lines = list(_lines(read_sheets(name, content)[0].rows)) or [(1, [])]
    columns = _columns(name, top, header)
    skus = _skus(session, sorted({cells[columns["sku"]] for _, cells in lines if columns["sku"] < len(cells)}))
    reading = _Reading(name, columns, skus)
    problems: list[Problem] = []
    deals = [deal for line, cells in lines if (deal := reading.deal(line, cells, problems))]
    if not problems:
        new, differing = _keep(session, deals, skus)
        problems = [_problem(name, lines[one.row - 1][0], str(one.value), one) for one in differing]
    if problems:
        raise FilesRejected(problems)
    return Taken(new, len(deals) - new)


# ---- the record


def _judge(column: str, value: Any, *, row: int, latest: datetime) -> None:
    """Raises the `DealRefused` that a value of this column deserves."""
    place: dict[str, Any] = {
        "row": row,
        "column": column,
        "value": value.isoformat() if isinstance(value, datetime) else value,
    }
    if column == "market" and value not in CURRENCIES:
        raise NoSuchMarket(**place, expected=sorted(CURRENCIES))
    if column in ("paid", "quantity"):
        if value < 1:
            raise NotAboveZero(**place)
        if value > MOST:
            raise TooMuch(**place)
    if column == "paid_at":
        if value > latest:
            raise NotPaidYet(**place)
        if value < OLDEST:
            raise PaidLongAgo(**place, oldest=OLDEST.date())
    form, most = _NAMES.get(column, ("", 0))
    if form and (not re.fullmatch(form, value) or len(value) > most):
        raise BadName(**place)


_NAMES = {"source": (SOURCE, 40), "reference": (REFERENCE, 80)}


def _keep(session: Session, deals: Sequence[Deal], skus: Mapping[str, Sku]) -> tuple[int, list[DealDiffers]]:
    """Add what is not there yet; returns how many that were, and those that are there with other figures."""
    if not deals:
        return 0, []
    rows = [
        {
            "sku_id": skus[deal.sku].id, "market": deal.market, "currency": CURRENCIES[deal.market], "paid": deal.paid,
            "quantity": deal.quantity, "paid_at": deal.paid_at, "source": deal.source, "reference": deal.reference,
        }
        for deal in deals
    ]  # fmt: skip
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    in_order = sorted(rows, key=_name_of)  # else two who tell the same deals at once could wait for each other
    adding = insert(PaidPrice).on_conflict_do_nothing().returning(PaidPrice.id)
    new = len(session.scalars(adding, in_order, execution_options={"insertmanyvalues_page_size": AT_ONCE}).all())
    differing = []
    if new < len(rows):  # looked at afterwards: the insert has waited for whoever told the same deal meanwhile
        there = _there(session, deals)
        for number, (deal, row) in enumerate(zip(deals, rows, strict=True), 1):
            kept = there[_name_of(row)]
            if any(getattr(kept, name) != row[name] for name in _FIGURES):
                differing.append(_differs(number, deal, kept))
    if new and not differing:
        sources = ", ".join(sorted({deal.source for deal in deals}))
        record(session, "prices.paid", sources, new=new, known=len(rows) - new)
    return new, differing


_Name = tuple[str, str, int]
_FIGURES = ("market", "paid", "quantity", "paid_at")


def _name_of(row: Mapping[str, Any]) -> _Name:
    """What a deal is known by."""
    return row["source"], row["reference"], row["sku_id"]


def _there(session: Session, deals: Sequence[Deal]) -> dict[_Name, Any]:
    """What the record holds under the names of these deals."""
    named: dict[str, set[str]] = {}
    for deal in deals:
        named.setdefault(deal.source, set()).add(deal.reference)
    columns = [getattr(PaidPrice, name) for name in ("source", "reference", "sku_id", "currency", *_FIGURES)]
    found: dict[_Name, Any] = {}
    for source, several in named.items():
        references = sorted(several)
        for start in range(0, len(references), CHUNK):
            some = references[start : start + CHUNK]
            query = select(*columns).where(PaidPrice.source == source, PaidPrice.reference.in_(some))
            found |= {(row.source, row.reference, row.sku_id): row for row in session.execute(query)}
    return found


def _differs(row: int, deal: Deal, kept: Any) -> DealDiffers:
    there = f"{kept.market}, {Decimal(kept.paid).scaleb(-2)} {kept.currency} × {kept.quantity}, {kept.paid_at:%Y-%m-%d %H:%M:%S}Z"
    another = f"{deal.reference}-2"
    return DealDiffers(row=row, column="reference", value=deal.reference, sku=deal.sku, there=there, another=another)


# ---- the file

_PRICE = re.compile(
    r"(\d{1,12}|\d{1,3}([ \u00a0\u202f]\d{3}){1,3})([.,]\d{1,2})?|\d{1,3}(,\d{3}){1,3}\.\d{1,2}", re.ASCII
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*", re.ASCII)


class _Unreadable(Exception):
    def __init__(self, what: Message, remedy: Message) -> None:
        self.what, self.remedy = what, remedy


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, each with its line in the file: a quoted value may run over several."""
    line = 1
    for row in rows:
        cells = ["" if cell is None else str(cell) for cell in row]
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]
        line += 1 + sum(cell.count("\n") for cell in cells)


def _columns(name: str, line: int, header: Sequence[str]) -> dict[str, int]:
    """Where each column stands. Raises `FilesRejected`."""
    columns: dict[str, int] = {}
    problems = []
    known = Message(N_("Known: {known}."), {"known": COLUMNS})
    for at, word in enumerate(header):
        column = word.casefold()
        if column in columns:
            what, once = (
                Message(N_("The key “{key}” stands here twice."), {"key": word}),
                Message(N_("Keep one of the two.")),
            )
            problems.append(Problem(name, line, word, word, what, once))
        elif column not in COLUMNS:
            problems.append(
                Problem(name, line, word, word, Message(N_("“{value}” is not known."), {"value": word}), known)
            )
        columns[column] = at
    first = Message(N_("The first line names the columns: {known}."), {"known": COLUMNS})
    for column in COLUMNS:
        if column not in columns:
            problems.append(Problem(name, line, column, "", Message(N_("“{key}” is missing."), {"key": column}), first))
    if problems:
        raise FilesRejected(problems)
    return columns


def _skus(session: Session, codes: Sequence[str]) -> dict[str, Sku]:
    found: dict[str, Sku] = {}
    for start in range(0, len(codes), CHUNK):
        found |= skus_by_code(session, codes[start : start + CHUNK])
    return found


class _Reading:
    """Reads the lines of one file."""

    def __init__(self, name: str, columns: Mapping[str, int], skus: Mapping[str, Sku]) -> None:
        self._name, self._columns, self._skus, self._latest = name, columns, skus, now() + SKEW

    def deal(self, line: int, cells: Sequence[str], problems: list[Problem]) -> Deal | None:
        """The deal of a line; None, and every fault noted, if there is one."""
        if len(cells) > len(
            self._columns
        ):  # 12,80 in a file separated by commas: what follows it would be in wrong columns
            what = Message(N_("The line has {count} values, the first line names {wanted}."), {"count": len(cells), "wanted": len(self._columns)})  # fmt: skip
            remedy = Message(N_("Put a value that holds the separator into quotes."))
            problems.append(Problem(self._name, line, "", "", what, remedy))
            return None
        texts = {column: cells[at] if at < len(cells) else "" for column, at in self._columns.items()}
        values: dict[str, Any] = {}
        for column, text in texts.items():
            try:
                value = self._value(column, text, texts["market"].upper())
                _judge(column, value, row=line, latest=self._latest)
                values[column] = value
            except _Unreadable as error:
                problems.append(Problem(self._name, line, column, text[:60], error.what, error.remedy))
            except DealRefused as error:
                problems.append(_problem(self._name, line, text, error))
        return Deal(**values) if len(values) == len(COLUMNS) else None

    def _value(self, column: str, text: str, market: str) -> Any:
        """What the text says. Raises `_Unreadable`."""
        if not text:
            raise _Unreadable(Message(N_("“{key}” is missing."), {"key": column}), Message(N_("Add it here.")))
        if column == "sku" and text not in self._skus:
            raise _Unreadable(Message(N_("No card has this SKU.")), Message(N_("Correct it, or write the card first.")))
        if column == "market":
            return market
        if column == "paid":
            return _minor(text)
        if column == "quantity":
            if not re.fullmatch(r"[0-9]{1,12}", text):
                raise _Unreadable(
                    Message(N_("A whole number is expected here.")), Message(N_("Write how many packs, in digits."))
                )
            return int(text)
        return _moment(text, market) if column == "paid_at" else text


def _problem(name: str, line: int, text: str, error: DealRefused) -> Problem:
    return Problem(name, line, error.column, text[:60], error.fault(), error.advice())


def _minor(text: str) -> int:
    """Fen or kopecks of a price such as 12.80, 12,8, 1 280,00 or 1,280.00; 1,280 could be either and is refused."""
    if not _PRICE.fullmatch(text):
        remedy = N_("Write yuan or roubles for one pack with at most two decimals, for instance 12.80.")
        raise _Unreadable(Message(N_("This is no price.")), Message(remedy))
    bare = re.sub(r"\s", "", text)
    return int(Decimal(bare.replace(",", "") if "." in bare else bare.replace(",", ".")).scaleb(2))


def _moment(text: str, market: str) -> datetime:
    """A moment with its zone."""
    try:
        moment = datetime.fromisoformat(text if _MOMENT.fullmatch(text) else "")
    except ValueError:
        what, remedy = (
            Message(N_("This is no date with a time.")),
            Message(N_("Write it as 2026-11-25 14:30 or 2026-11-25T14:30:00+08:00.")),
        )
        raise _Unreadable(what, remedy) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(ZONES.get(market, "UTC")))
