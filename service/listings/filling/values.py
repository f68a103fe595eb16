"""What a listing puts into a column: the field's value, in the unit, the money and the words the header asks for.

A value is one part or several; each part is a list of spellings, the best first, so that a drop-down list can choose among them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from babel.numbers import get_currency_precision

from service.i18n import N_, Message
from service.listings.channels import Channel
from service.listings.filling.columns import Column
from service.listings.filling.headers import Headers, Word, folded
from service.listings.forms import figures
from service.listings.listing import Answer, Dimensions, Listing, Money, Picture, Variant
from service.listings.rules import Currency, PriceForm, UnitForm

__all__ = ["Asked", "CannotStand", "Figure", "Part", "Row", "parts_of", "rows_of"]

Figure = str | int | Decimal
Part = Sequence[Figure]
"""Spellings of one value, the best first."""


class CannotStand(Exception):
    """A value that cannot stand in its cell: what it is, what is wrong, what to do."""

    def __init__(self, value: str, what: Message, remedy: Message) -> None:
        self.value, self.what, self.remedy = value, what, remedy
        super().__init__(str(what))


class Row(NamedTuple):
    """One row of the template: a listing, and which of its variants (None: it has none).

    `named`: what the variant differs by, the answers to questions of the category and the attributes, the former before the latter.
    """

    listing: Listing
    variant: Variant | None
    named: Mapping[str, str | Answer]

    @property
    def code(self) -> str:
        """The SKU's code."""
        return self.variant.code if self.variant else self.listing.code

    def sold(self, name: str) -> Any:
        """What the variant says, else the listing."""
        own = getattr(self.variant, name) if self.variant else None
        return getattr(self.listing, name) if own in (None, ()) else own


def rows_of(listing: Listing) -> list[Row]:
    """A row for each variant, or one for the listing."""
    named: dict[str, str | Answer] = {_bare(name): value for name, value in listing.attributes.items()}
    named |= {_bare(one.name): one for one in listing.answers}
    rows = [
        Row(listing, one, named | {_bare(name): value for name, value in one.options.items()})
        for one in listing.variants
    ]
    return rows or [Row(listing, None, named)]


class Asked(NamedTuple):
    """What the whole template is filled for."""

    words: Headers
    channel: Channel | None
    day: date


def parts_of(row: Row, column: Column, asked: Asked) -> list[Part]:
    """What a row puts into a column; empty if the listing does not tell it. Raises `CannotStand`."""
    name = column.field or ""
    kind, _, rest = name.partition(".")
    if kind == "extra":
        value = row.listing.extras.get(rest)
        return [[value]] if value else []
    if kind == "answer":
        return _answered(row, rest, column, asked)
    if rest.isdecimal():
        found = _FIELDS[kind](row, column, asked)
        return found[int(rest) - 1 : int(rest)]
    if kind == "picture" and rest.startswith("rest."):
        return _FIELDS["picture.rest"](row, column, asked)[int(rest[5:]) - 1 : int(rest[5:])]
    return _FIELDS[name](row, column, asked) or _answered(row, column.header, column, asked)


def _answered(row: Row, name: str, column: Column, asked: Asked) -> list[Part]:
    """What the listing tells under a name of its own: see `Row.named`."""
    told = row.named.get(_bare(name))
    if not told:
        return []
    if isinstance(told, str):
        return [[told]]
    if told.kind == "yes":
        return [_yes(text, column, asked) for _, text in told.values[:1]]
    return [[_number(text) if told.kind == "number" else text] for _, text in told.values if text]


@lru_cache(maxsize=4096)
def _bare(name: str) -> str:
    return folded(name).replace("*", "").strip(" ,.:;")


def _number(text: str) -> Figure:
    plain = text.strip().replace(",", ".")
    return Decimal(plain) if plain.replace(".", "", 1).isdecimal() and plain.isascii() and plain[-1] != "." else text


def _yes(text: str, column: Column, asked: Asked) -> Part:
    no = {folded(one) for by in asked.words.words["no"].values() for one in by}
    return _spoken("no" if folded(text) in no else "yes", column, asked.words)


def _spoken(word: Word, column: Column, words: Headers) -> list[Figure]:
    """All spellings of a word, those of the header's language first."""
    by = words.words[word]
    return [
        *by.get(column.language, ()),
        *(one for lang, all_ in by.items() if lang != column.language for one in all_),
    ]


_CURRENCIES: Mapping[str, tuple[str, bool]] = {
    "RUB": ("RUB", False), "CNY": ("CNY", False), "kopeck": ("RUB", True), "fen": ("CNY", True),
}  # fmt: skip


def _money(row: Row, column: Column, asked: Asked, field: str) -> list[Part]:
    told: Money | None = row.sold(field)
    if told is None:
        return []
    wanted, minor = _CURRENCIES.get(column.unit or "", (None, False))
    form, codes = _priced(asked.channel, asked.day, field)
    major = Decimal(told.amount).scaleb(-get_currency_precision(told.currency))
    if (wanted and told.currency != wanted) or (not wanted and codes and told.currency not in codes):
        what = Message(
            N_("The price is in {actual}, the column wants {wanted}."),
            {"actual": told.currency, "wanted": wanted or list(codes or ())},
        )
        raise CannotStand(f"{major} {told.currency}", what, Message(N_("Give the listing a price in that currency.")))
    if minor:
        return [[told.amount]]
    # Fen and kopecks are the form of programs; a back office writes what people pay, unless its header says otherwise.
    if asked.channel and form and form.form != "integer_minor":
        shown = figures.price(asked.channel, told, asked.day, field)
        return [[Decimal(shown) if isinstance(shown, str) else shown]]
    return [[_short(major)]]


@lru_cache(maxsize=256)
def _priced(channel: Channel | None, day: date, field: str) -> tuple[PriceForm | None, Mapping[str, str] | None]:
    if channel is None:
        return None, None
    forms = {one.field: one for one in channel.find(PriceForm, day)}
    codes = next((one.codes for one in channel.find(Currency, day) if one.field == "price"), None)
    return forms.get(field) or forms.get("price"), codes


def _short(number: Decimal) -> int | Decimal:
    return int(number) if number == int(number) else number.normalize()


_LENGTHS: Mapping[str, int] = {"mm": 1, "cm": 10, "m": 1000}
_WEIGHTS: Mapping[str, int] = {"g": 1, "kg": 1000}


def _sized(value: int, field: str, column: Column, asked: Asked) -> int | Decimal:
    per = _WEIGHTS if field == "weight" else _LENGTHS
    form = _unit_form(asked.channel, asked.day, field)
    told = column.unit or ""
    unit = told if told in per else form.unit if form else next(iter(per))
    if asked.channel and form and form.unit == unit:
        return figures.size(asked.channel, value, asked.day, field)
    return _short(Decimal(value) / per[unit])


@lru_cache(maxsize=256)
def _unit_form(channel: Channel | None, day: date, field: str) -> UnitForm | None:
    return next((one for one in channel.find(UnitForm, day) if one.field == field), None) if channel else None


def _side(row: Row, column: Column, asked: Asked, name: str) -> list[Part]:
    size: Dimensions | None = row.sold("dimensions")
    return [[_sized(getattr(size, name), name, column, asked)]] if size else []


def _weight(row: Row, column: Column, asked: Asked) -> list[Part]:
    told = row.sold("weight")
    return [] if told is None else [[_sized(told, "weight", column, asked)]]


def _dimensions(row: Row, column: Column, asked: Asked) -> list[Part]:
    """Length, width and height in one cell, with the sign between them that the header shows."""
    size: Dimensions | None = row.sold("dimensions")
    if size is None:
        return []
    sides = [str(_sized(getattr(size, one), one, column, asked)) for one in ("length", "width", "height")]
    shown = _BETWEEN.search(folded(column.hint))
    return [[(shown[1] if shown else "/").join(sides)]]


_BETWEEN = re.compile(r"(?:长|д|длина|l|length|\d)\s?([*×xх/])\s?(?:宽|ш|w|\d)")


def _vat(row: Row, column: Column, asked: Asked) -> list[Part]:
    rate = row.listing.vat
    if rate is None:
        return []
    own = figures.vat(asked.channel, rate, asked.day) if asked.channel else None
    if rate == "none":
        said = _spoken("no_vat", column, asked.words)
        return [[*said, *([own] if own else [])]]
    percent = _short(Decimal(rate))
    plain: list[Figure] = [percent, f"{percent}%", f"{percent} %", f"{Decimal(rate) / 100}"]
    if column.unit != "percent" and own:
        return [[own, *plain]]
    return [[*plain, *([own] if own else [])]]


def _currency(row: Row, column: Column, asked: Asked) -> list[Part]:
    price: Money | None = row.sold("price")
    if price is None:
        return []
    own = figures.currency(asked.channel, price.currency, asked.day) if asked.channel else price.currency
    return [[own, price.currency, *(word for word, unit in asked.words.units.items() if unit == price.currency)]]


def _pictures(name: str, of: slice = slice(None)) -> Callable[[Row, Column, Asked], list[Part]]:
    def read(row: Row, column: Column, asked: Asked) -> list[Part]:
        pictures: Sequence[Picture] = getattr(row.listing, name)[of]
        if not all(one.url for one in pictures):
            what = Message(N_("A picture has no address at which the platform could fetch it."))
            raise CannotStand(
                "", what, Message(N_("Publish the listing's pictures first, then fill the template again."))
            )
        return [[one.url] for one in pictures]

    return read


def _text(read: Callable[[Row], str]) -> Callable[[Row, Column, Asked], list[Part]]:
    return lambda row, column, asked: [[text]] if (text := read(row)) else []


def _texts(read: Callable[[Row], Sequence[str]]) -> Callable[[Row, Column, Asked], list[Part]]:
    return lambda row, column, asked: [[text] for text in read(row) if text]


def _stock(row: Row, column: Column, asked: Asked) -> list[Part]:
    told = row.sold("stock")
    return [] if told is None else [[told]]


_FIELDS: Mapping[str, Callable[[Row, Column, Asked], list[Part]]] = {
    "code": _text(lambda row: row.code),
    "group": _text(lambda row: row.listing.product or row.listing.code),
    "title": _text(lambda row: row.listing.title),
    "short_title": _text(lambda row: row.listing.short_title),
    "description": _text(lambda row: row.listing.description),
    "brand": _text(lambda row: row.listing.brand),
    "bullets": _texts(lambda row: row.listing.bullets),
    "tags": _texts(lambda row: row.listing.tags),
    "price": lambda row, column, asked: _money(row, column, asked, "price"),
    "old_price": lambda row, column, asked: _money(row, column, asked, "old_price"),
    "currency": _currency,
    "vat": _vat,
    "stock": _stock,
    "barcodes": _texts(lambda row: row.sold("barcodes")),
    "weight": _weight,
    "length": lambda row, column, asked: _side(row, column, asked, "length"),
    "width": lambda row, column, asked: _side(row, column, asked, "width"),
    "height": lambda row, column, asked: _side(row, column, asked, "height"),
    "dimensions": _dimensions,
    "picture.main": _pictures("pictures", slice(0, 1)),
    "picture.rest": _pictures("pictures", slice(1, None)),
    "pictures": _pictures("pictures"),
    "tall_pictures": _pictures("tall_pictures"),
    "detail_pictures": _pictures("detail_pictures"),
    "option_names": _texts(lambda row: tuple(row.variant.options) if row.variant else ()),
    "option_values": _texts(lambda row: tuple(row.variant.options.values()) if row.variant else ()),
}
