"""Exchange rates: brought in from the Bank of Russia's daily XML or a CSV, and asked for by day. None is ever invented.

Not for the conversion a bank really makes: a bank's own rate and its fee are another matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple
from xml.parsers import expat

from babel.numbers import get_currency_precision
from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.orm import Session

from service.catalog.sheets.reading import read_sheets
from service.errors import DomainError, FilesRejected, Problem
from service.i18n import N_, Message
from service.inserting import insert_missing
from service.people.audit import record
from service.pricing.models import ExchangeRate
from service.pricing.sheets import NotCsv

__all__ = ["COLUMNS", "SCALE", "STALE_AFTER", "Rate", "RateMissing", "RatesTaken", "half_up", "import_rates", "rate_on"]

SCALE = 10**8
STALE_AFTER = 7  # days; the bank's own gap over the January holidays is longer, so this only warns
CROSS = "RUB"  # the Bank of Russia tells every currency in roubles
COLUMNS = ("day", "base", "quote", "nominal", "value", "source")
BANK = "cbr.ru XML_daily"
MOST_BYTES = 2**20  # a day's file has some 10 kB
MOST_NOMINAL = 10**6
CHUNK = 300


class RateMissing(DomainError):
    """Nobody has brought in a rate of this pair for the day or any day before it."""

    title = N_("There is no exchange rate {base}/{quote} for {day} or any day before.")
    remedy = N_("Missing: {missing}. Save https://www.cbr.ru/scripts/XML_daily.asp?date_req={asked} as a file and run: amurlive prices rates FILE")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `base` is exactly `value` units of `quote`, as of `day`; `age`: days from then to the day asked for.

    `via` names the currency a cross rate goes through: then `day` and `age` are those of its older half.
    """

    base: str
    quote: str
    value: Fraction
    day: date
    age: int
    source: str
    via: str | None = None

    @property
    def stale(self) -> bool:
        """Older than a week: shown with a warning."""
        return self.age > STALE_AFTER

    def minor(self, amount: int) -> int:
        """An amount of `base` in minor units as minor units of `quote`, rounded half up."""
        return half_up(self.exact(amount))

    def exact(self, amount: int | Fraction) -> Fraction:
        """The same, not rounded."""
        digits: int = get_currency_precision(self.quote) - get_currency_precision(self.base)
        return amount * self.value * Fraction(10) ** digits


class RatesTaken(NamedTuple):
    """Rates that were new, that were there already, and that were put in the place of others."""

    new: int
    known: int
    replaced: int


def half_up(value: Fraction) -> int:
    """The nearest whole number; a half goes away from zero, as in accounts."""
    size = int(abs(value) + Fraction(1, 2))
    return -size if value < 0 else size


def rate_on(session: Session, base: str, quote: str, day: date) -> Rate:
    """The last rate at or before `day`, told directly or the other way round, else crossed through the rouble.

    Raises `RateMissing`; a rate that is old is returned with its `age`, and is `stale` after a week.
    """
    if base == quote:
        return Rate(base, quote, Fraction(1), day, 0, "")
    if found := _told(session, base, quote, day):
        return found
    missing = [f"{base}/{quote}"]
    if CROSS not in (base, quote):
        one, other = _told(session, base, CROSS, day), _told(session, quote, CROSS, day)
        if one and other:
            older = min(one, other, key=lambda rate: rate.day)
            source = " + ".join(dict.fromkeys((one.source, other.source)))
            return Rate(base, quote, one.value / other.value, older.day, older.age, source, via=CROSS)
        missing = [f"{name}/{CROSS}" for name, rate in ((base, one), (quote, other)) if rate is None]
    raise RateMissing(base=base, quote=quote, day=day.isoformat(), missing=missing, asked=f"{day:%d/%m/%Y}")


def _told(session: Session, base: str, quote: str, day: date) -> Rate | None:
    """The last rate of a pair in either direction; of the same day the direct one."""
    direct = (ExchangeRate.base == base) & (ExchangeRate.quote == quote)
    turned = (ExchangeRate.base == quote) & (ExchangeRate.quote == base)
    query = select(ExchangeRate).where(or_(direct, turned), ExchangeRate.day <= day)
    row = session.scalar(query.order_by(ExchangeRate.day.desc(), case((direct, 0), else_=1)).limit(1))
    if row is None:
        return None
    value = Fraction(row.value, SCALE * row.nominal)
    return Rate(
        base, quote, value if row.base == base else 1 / value, row.day, (day - row.day).days, row.source
    )  # fmt: skip


def import_rates(session: Session, *, name: str, content: bytes, replace: bool = False) -> RatesTaken:
    """Take over all rates of a file, XML_daily of the Bank of Russia or a CSV with `COLUMNS`, or none of them.

    A rate told again counts once; one that differs from what is there is a fault, unless it is to `replace` that. Raises
    `FilesRejected` with every fault, `NotCsv`, and what reading a sheet raises.
    """
    problems: list[Problem] = []
    lines = _from_xml if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else _from_csv
    read = [_read(name, line, problems) for line in lines(name, content, problems)]
    told = _without_doubles(name, [one for one in read if one], problems)
    if not told and not problems:
        _fault(problems, name, 1, "", "", N_("The file holds no rates."), N_("Save the day's file once more."))
    differing: list[_Told] = []
    new = 0
    if not problems:
        before = _there(session, told)
        fresh = [one.row() for one in told if one.key not in before]
        for start in range(0, len(fresh), CHUNK):
            insert_missing(session, ExchangeRate, fresh[start : start + CHUNK])
        there = _there(session, told)  # looked at again: somebody may have told the same day meanwhile
        new = len(there) - len(before)
        differing = [one for one in told if there[one.key] != one.figures]
        for one in () if replace else differing:
            nominal, value = there[one.key]
            _fault(
                problems, name, one.line, one.pair, _shown(one.value),
                N_("For {day} another rate is there already: {there} for {nominal} {base}."),
                N_("If the file is right, import it with --replace."),
                day=one.day.isoformat(), there=_shown(value), nominal=nominal, base=one.base,
            )  # fmt: skip
    if problems:
        raise FilesRejected(problems)
    for one in differing:
        for row in session.scalars(select(ExchangeRate).where(_same(one))):
            row.nominal, row.value, row.source = one.nominal, one.value, one.source
    session.flush()
    if new or differing:
        days = sorted({one.day.isoformat() for one in told})
        record(session, "rates.imported", name, new=new, replaced=len(differing), first=days[0], last=days[-1])
    return RatesTaken(new, len(told) - new - len(differing), len(differing))


# ---- what a file tells

_Key = tuple[str, str, date]


class _Line(NamedTuple):
    """One rate as it is written."""

    number: int
    texts: Mapping[str, str]


class _Told(NamedTuple):
    line: int
    base: str
    quote: str
    day: date
    nominal: int
    value: int
    source: str

    @property
    def key(self) -> _Key:
        return self.base, self.quote, self.day

    @property
    def pair(self) -> str:
        return f"{self.base}/{self.quote}"

    @property
    def figures(self) -> tuple[int, int]:
        return self.nominal, self.value

    def row(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in COLUMNS}


def _fault(
    problems: list[Problem], file: str, line: int, key: str, value: str, what: str, remedy: str, /, **facts: object
) -> None:
    problems.append(Problem(file, line, key, value[:60], Message(what, facts), Message(remedy, facts)))


_CODE = (r"[A-Z]{3}", N_("This is no currency code."), N_("Write three capital letters, for instance CNY."))
_DAY = r"\d{4}-\d\d-\d\d|\d\d\.\d\d\.\d{4}"
_DECIMALS = N_("Write digits with at most eight decimals, for instance 11.2345.")
_WHOSE = N_("It is not said whose rate this is.")
_FORMS = {
    "base": _CODE,
    "quote": _CODE,
    "day": (_DAY, N_("This is no date."), N_("Write it as 2026-11-25 or 25.11.2026.")),
    "nominal": (r"0*[1-9]\d{0,6}", N_("A whole number is expected here."), N_("Write how many units the rate is for, for instance 1 or 100.")),
    "value": (r"\d{1,9}([.,]\d{1,8})?", N_("This is no rate."), _DECIMALS),
    "source": (r"[^\x00-\x1f\x7f]{1,80}", _WHOSE, N_("Write who told it, in at most 80 characters.")),
}  # fmt: skip


def _read(name: str, line: _Line, problems: list[Problem]) -> _Told | None:
    """The rate of a line; None, and every fault noted, if there is one."""
    before = len(problems)
    for column in COLUMNS:
        text = line.texts.get(column, "")
        form, what, remedy = _FORMS[column]
        sound = re.fullmatch(form, text, re.ASCII if column != "source" else 0)
        if not sound or (column == "day" and _day(text) is None) or (column == "nominal" and int(text) > MOST_NOMINAL):
            _fault(problems, name, line.number, column, text, what, remedy)
    if len(problems) > before:
        return None
    texts = line.texts
    value = Fraction(texts["value"].replace(",", ".")) * SCALE
    if not value:
        _fault(problems, name, line.number, "value", texts["value"], N_("A rate is above zero."), N_("Write it as its source tells it."))  # fmt: skip
    if texts["base"] == texts["quote"]:
        _fault(problems, name, line.number, "quote", texts["quote"], N_("Both currencies are the same."), N_("Correct one of the two."))  # fmt: skip
    day = _day(texts["day"])
    if len(problems) > before or day is None:
        return None
    return _Told(line.number, texts["base"], texts["quote"], day, int(texts["nominal"]), int(value), texts["source"])


def _day(text: str) -> date | None:
    try:
        if "." in text:
            day, month, year = text.split(".")
            return date(int(year), int(month), int(day))
        return date.fromisoformat(text)
    except ValueError:
        return None


def _without_doubles(name: str, told: Iterable[_Told], problems: list[Problem]) -> list[_Told]:
    """Each pair of a day once; two that say different things are a fault."""
    seen: dict[_Key, _Told] = {}
    for one in told:
        first = seen.setdefault(one.key, one)
        if first.figures != one.figures:
            what = N_("“{value}” is used twice; the other place is {other}.")
            _fault(problems, name, one.line, one.pair, _shown(one.value), what, N_("Keep one of the two."), value=one.pair, other=f"{name}:{first.line}")  # fmt: skip
    return list(seen.values())


def _shown(value: int) -> str:
    whole, rest = divmod(value, SCALE)
    return f"{whole}.{rest:08}".rstrip("0").rstrip(".")


def _same(one: _Told) -> ColumnElement[bool]:
    return (ExchangeRate.base == one.base) & (ExchangeRate.quote == one.quote) & (ExchangeRate.day == one.day)


def _there(session: Session, told: Sequence[_Told]) -> dict[_Key, tuple[int, int]]:
    """What the table holds of these pairs and days."""
    wanted = {one.key for one in told}
    found: dict[_Key, tuple[int, int]] = {}
    days = sorted({one.day for one in told})
    for start in range(0, len(days), CHUNK):
        query = select(ExchangeRate).where(ExchangeRate.day.in_(days[start : start + CHUNK]))
        for row in session.scalars(query.execution_options(populate_existing=True)):
            if (row.base, row.quote, row.day) in wanted:
                found[row.base, row.quote, row.day] = (row.nominal, row.value)
    return found


# ---- the two forms


def _from_csv(name: str, content: bytes, problems: list[Problem]) -> list[_Line]:
    if name.rpartition(".")[2].lower() not in ("csv", "tsv", "txt") or content.startswith(b"PK\x03\x04"):
        raise NotCsv(file=name)  # a workbook would give binary fractions
    rows = [["" if cell is None else str(cell).strip() for cell in row] for row in read_sheets(name, content)[0].rows]
    header = [cell.casefold() for cell in rows[0]] if rows else []
    for column in COLUMNS:
        if header.count(column) != 1:
            what = N_("“{key}” is missing.") if column not in header else N_("The key “{key}” stands here twice.")
            _fault(problems, name, 1, column, "", what, N_("The first line names the columns: {known}."), key=column, known=COLUMNS)  # fmt: skip
    if problems:
        return []
    lines = []
    for number, row in enumerate(rows[1:], 2):
        if any(row):
            if len(row) > len(header):
                _fault(
                    problems, name, number, "", "", N_("The line has {count} values, the first line names {wanted}."),
                    N_("Put a value that holds the separator into quotes."), count=len(row), wanted=len(header),
                )  # fmt: skip
                continue
            lines.append(_Line(number, dict(zip(header, row, strict=False))))
    return lines


_PARTS = {"CharCode": "base", "Nominal": "nominal", "Value": "value"}


def _from_xml(name: str, content: bytes, problems: list[Problem]) -> list[_Line]:
    """The lines of XML_daily. Any document type is refused before it is read: entities could grow without end."""
    if len(content) > MOST_BYTES:
        _fault(problems, name, 1, "", "", N_("The file is too large for the rates of a day."), N_("Save the day's file once more."))  # fmt: skip
        return []
    reader = _Daily()
    try:
        reader.parser.Parse(content, True)
    except (_Refused, expat.ExpatError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", None) or reader.parser.CurrentLineNumber
        if isinstance(error, _Refused):
            _fault(problems, name, line, error.key, error.value, error.what, error.remedy)
        else:
            _fault(problems, name, line, "", "", N_("This is not valid XML: {reason}."), N_("Save the day's file once more."), reason=error)  # fmt: skip
        return []
    return reader.lines


class _Refused(Exception):
    def __init__(self, key: str, value: str, what: str, remedy: str) -> None:
        self.key, self.value, self.what, self.remedy = key, value, what, remedy


class _Daily:
    """Hears what expat reads. Expat rather than ElementTree: it tells lines, and a document type before anything in it."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.lines: list[_Line] = []
        self._path: list[str] = []
        self._day = ""
        self._line = 0
        self._texts: dict[str, str] = {}

    def _doctype(self, doctype: str, *_rest: object) -> None:
        what = N_("The file declares a document type, which rates do not need and which can do harm.")
        raise _Refused("DOCTYPE", doctype, what, N_("Save the day's file from the bank's own site."))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._path:
            if tag != "ValCurs" or "Date" not in attributes:
                what = N_("This is not the Bank of Russia's file of a day's rates.")
                raise _Refused(tag, "", what, N_("Save it from https://www.cbr.ru/scripts/XML_daily.asp."))
            self._day = attributes["Date"]
        self._path.append(tag)
        if self._path[1:] == ["Valute"]:
            self._line = self.parser.CurrentLineNumber
            self._texts = {"day": self._day, "quote": CROSS, "source": BANK}

    def _text(self, text: str) -> None:
        if len(self._path) == 3 and (part := _PARTS.get(self._path[-1])):
            self._texts[part] = self._texts.get(part, "") + text

    def _end(self, tag: str) -> None:
        if self._path[1:] == ["Valute"]:
            self.lines.append(_Line(self._line, {part: text.strip() for part, text in self._texts.items()}))
        self._path.pop()
