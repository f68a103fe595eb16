"""Kinds of values a card's fields hold: read from what a person typed into a cell, checked as data, written back into a cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from service.catalog.gtin import is_gtin
from service.errors import DomainError
from service.i18n import N_, Message

__all__ = ["Cell", "Choice", "Code", "Dated", "Gtin", "Kind", "Many", "Number", "Refused", "Words", "plain_text"]

Cell = str | int | float | bool | None
# Zero-width signs, soft hyphens, direction marks: they come along with what is copied from web pages and chats.
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_DIGITS = re.compile(r"[0-9A-Za-z]")
_SCIENTIFIC = re.compile(r"^\d(?:[.,]\d+)?[eEеЕ]\+\d+$")
_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")  # 1,000: a thousand, or one


class Dated(str):
    """A date that stood in a cell, as text. Excel makes dates of codes such as 1-5."""


class Refused(DomainError):
    """A cell or value that cannot stand here: what it is, and what would be right."""

    def __init__(self, what: Message, advice: Message) -> None:
        self.what, self.right = what, advice
        super().__init__()

    def message(self) -> Message:
        """What it is."""
        return self.what

    def advice(self) -> Message:
        """What would be right."""
        return self.right


class Kind(Protocol):
    """One kind of value. `read` notes repairs in `warnings`; both `read` and `check` raise `Refused`."""

    def read(self, cell: Cell, warnings: list[Message]) -> Any:
        """The value of a cell that is not empty."""

    def check(self, value: Any) -> None:
        """Whether a value that came as data may stand here."""

    def write(self, value: Any, locale: str) -> Cell:
        """What a sheet shows for it; `read` gives the same value again."""


def plain_text(cell: Cell) -> str:
    """A cell as the text a person sees: whole numbers without “.0”."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def _seen(text: str, warnings: list[Message]) -> str:
    """A code or number without what nobody sees in it, in plain letters and digits."""
    plain = _UNSEEN.sub("", text).strip()
    if plain != text:
        warnings.append(Message(N_("Invisible characters were taken out.")))
    return unicodedata.normalize("NFKC", plain)


@dataclass(frozen=True)
class Words:
    """Text of one line or more. `spoken`: a host reads it aloud, so no digits and no Latin letters."""

    most: int = 2000
    spoken: bool = False

    def read(self, cell: Cell, warnings: list[Message]) -> str:
        text = cell.strip() if isinstance(cell, str) else plain_text(cell)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.check(text)
        return text

    def check(self, value: Any) -> None:
        if not isinstance(value, str) or not value.strip():
            raise Refused(Message(N_("Text is expected here.")), Message(N_("Write it, or leave the field out.")))
        if len(value) > self.most:
            raise Refused(
                Message(N_("The text is too long: {length} characters."), {"length": len(value)}),
                Message(N_("At most {max_length} characters are allowed."), {"max_length": self.most}),
            )
        if found := _CONTROL.search(value):
            raise Refused(
                Message(N_("The text holds a control character (U+{code})."), {"code": f"{ord(found.group()):04X}"}),
                Message(N_("Delete it; it often comes with text copied from a PDF.")),
            )
        if self.spoken and (found := _DIGITS.search(value)):
            raise Refused(
                Message(N_("“{sign}” cannot be read aloud here."), {"sign": found.group()}),
                Message(N_("Write numbers in words and names in the letters of the language.")),
            )

    def write(self, value: Any, locale: str) -> Cell:
        return str(value)


@dataclass(frozen=True)
class Number:
    """A whole number within bounds."""

    least: int
    most: int
    decimal: bool = False  # a decimal kept as text, as in attributes

    def read(self, cell: Cell, warnings: list[Message]) -> int | str:
        if not isinstance(cell, bool):
            text = re.sub(r"\s", "", _seen(plain_text(cell), warnings)).replace("−", "-")
            if not self.decimal and isinstance(cell, str) and _THOUSANDS.fullmatch(text):
                raise Refused(Message(N_("“{value}” can be read in two ways."), {"value": text[:60]}), self.bounds())
            try:
                number = Decimal(text.replace(",", ".")) if len(text) < 40 else Decimal("NaN")
            except InvalidOperation:
                number = Decimal("NaN")
            if number.is_finite() and abs(number.adjusted()) < 18:  # 1e400000000 is a number, too, and fills the memory
                if self.decimal:
                    value = text if isinstance(cell, str) and _DECIMAL.fullmatch(text) else f"{number.normalize():f}"
                    self.check(value)
                    return value
                if number == number.to_integral_value():
                    self.check(int(number))
                    return int(number)
        raise Refused(
            Message(
                N_("A decimal number is expected here.") if self.decimal else N_("A whole number is expected here.")
            ),
            Message(N_("For example “3.2”.")) if self.decimal else self.bounds(),
        )

    def check(self, value: Any) -> None:
        if self.decimal:
            if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
                raise Refused(Message(N_("A decimal number is expected here.")), Message(N_("For example “3.2”.")))
            return
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            raise Refused(
                Message(N_("The number does not fit here.")),
                self.bounds(),
            )

    def bounds(self) -> Message:
        """What may stand here."""
        if self.most >= 10**9:  # the bound is the database's, and says nothing to people
            return Message(N_("Write digits only, without unit; the least is {least}."), {"least": self.least})
        return Message(N_("Write digits only, between {least} and {most}."), {"least": self.least, "most": self.most})

    def write(self, value: Any, locale: str) -> Cell:
        return value if isinstance(value, int) else str(value)


def _folded(text: str) -> str:
    return re.sub(
        r"[\s_.，,、()（）-]+", "", unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).lower().replace("ё", "е")
    )


class Choice:
    """One of fixed words, typed as its key or by its name in either language."""

    def __init__(self, names: Mapping[str, Sequence[str]], *, true_false: bool = False) -> None:
        self.names = names
        self.true_false = true_false
        self._known = {_folded(name): key for key, all_names in names.items() for name in all_names}
        self._known |= {_folded(key): key for key in names}

    def read(self, cell: Cell, warnings: list[Message]) -> Any:
        key = self._known.get(_folded(plain_text(cell)))
        if key is None:
            raise self._refused(plain_text(cell))
        return key == "true" if self.true_false else key

    def check(self, value: Any) -> None:
        if self.true_false:
            if not isinstance(value, bool):
                raise self._refused(str(value))
        elif not isinstance(value, str) or value not in self.names:
            raise self._refused(str(value))

    def _refused(self, value: str) -> Refused:
        import difflib

        shown = [" / ".join([key, *names[:2]]) for key, names in self.names.items()]
        close = [s for s in shown if any(difflib.get_close_matches(value, s.split(" / "), 1, 0.6) for _ in (0,))]
        return Refused(
            Message(N_("“{value}” is not one of the allowed words."), {"value": value[:60]}),
            Message(N_("Allowed: {expected}."), {"expected": (close or shown)[:12]}),
        )

    def write(self, value: Any, locale: str) -> Cell:
        key = ("true" if value else "false") if self.true_false else str(value)
        names = self.names.get(key, ())
        index = {"zh": 0, "ru": 1}.get(locale)
        return names[index] if index is not None and index < len(names) else key


@dataclass(frozen=True)
class Many:
    """Several values in one cell, between semicolons; Chinese commas and enumeration commas count too."""

    of: Kind

    def read(self, cell: Cell, warnings: list[Message]) -> list[Any]:
        parts = [part for part in re.split(r"[;；、,，\n]", plain_text(cell)) if part.strip()]
        return list(dict.fromkeys(self.of.read(part, warnings) for part in parts))

    def check(self, value: Any) -> None:
        if not isinstance(value, list) or len(value) > 50:
            raise Refused(Message(N_("A list is expected here.")), Message(N_("Separate the words by semicolons.")))
        for one in value:
            self.of.check(one)

    def write(self, value: Any, locale: str) -> Cell:
        return "; ".join(str(self.of.write(one, locale)) for one in value)


_LOOKALIKES = str.maketrans("АВЕЗКМНОРСТУХаеорсух", "ABE3KMHOPCTYXaeopcyx")


@dataclass(frozen=True)
class Code:
    """A code of Latin letters and digits. Excel's and keyboards' damage is repaired, with a warning."""

    pattern: str
    most: int
    upper: bool

    def read(self, cell: Cell, warnings: list[Message]) -> str:
        text = _seen(plain_text(cell), warnings)
        if isinstance(cell, Dated):
            raise Refused(
                Message(N_("Excel has made a date of this code: {value}."), {"value": text[:10]}),
                Message(N_("Format the column as text and type the code again.")),
            )
        if isinstance(cell, float) or _SCIENTIFIC.match(text):
            if _SCIENTIFIC.match(text):
                raise _digits_lost(text)
            warnings.append(Message(N_("The code stood here as a number; leading zeros may be lost.")))
        mended = text.translate(_LOOKALIKES)
        if mended != text:
            warnings.append(
                Message(
                    N_("“{value}” holds Cyrillic letters that look Latin; read as {code}."),
                    {"value": text, "code": mended},
                )
            )
        mended = mended.upper() if self.upper else mended.lower()
        self.check(mended)
        return mended

    def check(self, value: Any) -> None:
        if not isinstance(value, str) or len(value) > self.most or not re.fullmatch(self.pattern, value):
            raise Refused(
                Message(N_("“{value}” is not a code."), {"value": str(value)[:60]}),
                Message(
                    N_("Latin letters and digits, joined by “-”; at most {max_length} characters."),
                    {"max_length": self.most},
                ),
            )

    def write(self, value: Any, locale: str) -> Cell:
        return str(value)


def _digits_lost(text: str) -> Refused:
    return Refused(
        Message(N_("Excel has shortened this number to {value}; its last digits are lost."), {"value": text}),
        Message(N_("Format the column as text and type the digits again.")),
    )


@dataclass(frozen=True)
class Gtin:
    """A GTIN. Numbers and lost leading zeros are repaired with a warning where the check digit proves them."""

    def read(self, cell: Cell, warnings: list[Message]) -> str:
        text = re.sub(r"[\s-]", "", _seen(plain_text(cell), warnings))
        if _SCIENTIFIC.match(text):
            raise _digits_lost(text)
        if is_gtin(text):
            if isinstance(cell, (int, float)):
                warnings.append(Message(N_("The GTIN stood here as a number; its digits are whole.")))
            return text
        for length in (12, 13, 14):
            padded = text.zfill(length)
            if text.isdecimal() and 8 <= len(text) < length and is_gtin(padded):
                warnings.append(Message(N_("Leading zeros were lost; read as {code}."), {"code": padded}))
                return padded
        self.check(text)
        return text

    def check(self, value: Any) -> None:
        if not isinstance(value, str) or not is_gtin(value):
            raise Refused(
                Message(N_("This is not a GTIN: the number of digits or the check digit is wrong.")),
                Message(N_("Copy the digits below the bar code.")),
            )

    def write(self, value: Any, locale: str) -> Cell:
        return str(value)
