"""What the forms of the Chinese platforms share: SKUs with what they inherit, prices in fen, differences of stock, what is held back.

Their interfaces have much in common: one product a call, the platform's own numbers for everything, pictures by address only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from math import prod
from typing import Any, BinaryIO, Generic, NamedTuple, Protocol, TypeVar

from service.i18n import N_
from service.listings import rules
from service.listings.channels import Channel
from service.listings.forms import sifting
from service.listings.forms.document import write_document
from service.listings.forms.form import Account, Held, Item, Offered, Plan, PriceLine, Request, StockLine
from service.listings.forms.sifting import held
from service.listings.listing import Listing, Money, Picture, label

__all__ = [
    "Change", "Known", "Lacks", "RequestForm", "Sku", "Terms", "Total", "addresses", "axes", "changes", "flag", "known", "ref", "sift_prices", "skus",
    "terms", "told", "totals", "whole",
]  # fmt: skip


class Sku(NamedTuple):
    """One SKU of a listing with what the listing says for all."""

    code: str
    options: Mapping[str, str]
    price: Money | None
    old_price: Money | None
    stock: int
    weight: int | None
    barcode: str


def skus(listing: Listing) -> list[Sku]:
    """The SKUs of a listing, at least one. Stock nobody has told is written as 0."""
    own = Sku(
        listing.code, {}, listing.price, listing.old_price, listing.stock or 0, listing.weight,
        listing.barcodes[0] if listing.barcodes else "",
    )  # fmt: skip
    return [
        Sku(
            one.code, one.options, one.price or own.price, one.old_price or own.old_price,
            own.stock if one.stock is None else one.stock, own.weight if one.weight is None else one.weight,
            one.barcodes[0] if one.barcodes else own.barcode,
        )
        for one in listing.variants
    ] or [own]  # fmt: skip


def axes(all_skus: Sequence[Sku]) -> dict[str, list[str]] | None:
    """What the SKUs differ by: values by option, in their order; None unless every combination stands there exactly once."""
    found: dict[str, dict[str, None]] = {name: {} for name in all_skus[0].options}
    for sku in all_skus:
        if len(sku.options) != len(found):
            return None
        for name, value in sku.options.items():
            if name not in found:
                return None
            found[name][value] = None
    seen = {tuple(sku.options[name] for name in found) for sku in all_skus}
    return {name: list(values) for name, values in found.items()} if len(seen) == len(all_skus) == prod(map(len, found.values())) else None  # fmt: skip


def told(listing: Listing, account: Account) -> Mapping[str, str]:
    """The channel's own fields: of the shop, then of the goods."""
    return {**account.extras, **listing.extras} if account.extras else listing.extras


def flag(extras: Mapping[str, str], name: str) -> bool:
    """Whether a field says yes."""
    return extras.get(name) == "yes"


_MOST_NUMBER, _MOST_DIGITS = 2**63 - 1, 19


@lru_cache(maxsize=1 << 16)
def whole(text: str) -> int | str:
    """A number of the platform's; what is none stays as it is, for `Lacks` to name."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS) or (text[0] == "0" and text != "0"):
        return text
    return number if (number := int(text)) <= _MOST_NUMBER else text


def ref(account: Account, kind: str, *codes: str) -> int | None:
    """The platform's number of a kind, by the first of these codes it is known under."""
    for code in codes:
        if isinstance(number := whole(account.refs.get(code, {}).get(kind, "")), int):
            return number
    return None


def addresses(pictures: Iterable[Picture], starts: tuple[str, ...] = ("https://", "http://")) -> list[str]:
    """Where the channel can fetch pictures; empty if it cannot fetch one of them."""
    urls = [one.url for one in pictures]
    return urls if all(url.startswith(starts) and "|" not in url for url in urls) else []


class Terms:
    """The rules of a day that a form asks for every listing, looked up once."""

    def __init__(self, channel: Channel, day: date) -> None:
        self._channel, self._day = channel, day
        taken = channel.find(rules.Currency, day)
        self.currencies = [code for one in taken for code in one.codes]
        self._fen = all(one.form == "integer_minor" for one in channel.find(rules.PriceForm, day))
        self._grams = all(one.unit == "g" for one in channel.find(rules.UnitForm, day) if one.field == "weight")

    def takes(self, money: Money | None) -> bool:
        """Whether there is an amount in a currency of the channel."""
        return money is not None and (not self.currencies or money.currency in self.currencies)

    def price(self, money: Money) -> Any:
        """An amount as the channel writes it."""
        return money.amount if self._fen else sifting.price(self._channel, money, self._day)

    def weight(self, grams: int) -> Any:
        """A weight in the channel's unit."""
        return grams if self._grams else sifting.size(self._channel, grams, self._day, "weight")


@lru_cache(maxsize=64)
def terms(channel: Channel, day: date) -> Terms:
    """The terms of a channel on a day."""
    return Terms(channel, day)


_MISSING = (N_("{field}: not filled in."), N_("Fill it in: the channel refuses the listing without it."))


_NOTHING: tuple[object, ...] = (None, "", [], {})


def _at(item: Item, key: str) -> Any:
    """What stands under a key, or under "group.key"."""
    head, _, rest = key.partition(".")
    return item.get(head, {}).get(rest) if rest else item.get(key)


class Lacks:
    """What an item must have: our field by the key in the item ("group.key" for a part). Under `whole` stand the platform's numbers, under `pictures` addresses.

    Pictures without an address the channel takes stand in the item as nothing; `elsewhere` says so in the channel's own words.
    """

    def __init__(
        self, needed: Mapping[str, str], *, whole: Mapping[str, str] | None = None, pictures: Mapping[str, str] | None = None,
        of_skus: Mapping[str, str] | None = None, skus: str = "", elsewhere: tuple[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._needed, self._whole, self._pictures = needed, whole or {}, pictures or {}
        self._of_skus, self._skus, self._elsewhere = of_skus or {}, skus, elsewhere

    def find(self, channel: Channel, code: str, item: Item) -> list[Held]:
        """Everything that keeps an item back; nothing if it can be sent."""
        found = [
            held(code, _MISSING, field=channel.label(field))
            for key, field in self._needed.items() if _at(item, key) in _NOTHING and key not in self._pictures
        ]  # fmt: skip
        for key, field in self._whole.items():
            if (value := _at(item, key)) is not None and not isinstance(value, int):
                found.append(sifting.no_number(channel, code, field, value))
        for key, field in self._pictures.items():
            if key in item and not item[key]:
                found.append(self._no_address(channel, code))
            elif key in self._needed and key not in item:
                found.append(held(code, _MISSING, field=channel.label(field)))
        listed = item.get(self._skus, ())
        for key, field in self._of_skus.items():
            if any(sku.get(key) in _NOTHING for sku in listed):
                found.append(held(code, _MISSING, field=channel.label(field)))
        return found

    def _no_address(self, channel: Channel, code: str) -> Held:
        if self._elsewhere:
            return held(code, self._elsewhere, channel=sifting.name_of(channel))
        return sifting.no_address(channel, code)


_LISTED = (
    N_("{name} is listed at {channel} already ({number})."),
    N_("Stock and prices are sent by themselves; change all else in the channel's own back office."),
)
_BEFORE = (
    N_("{channel} takes only differences, and what it was told before of {name} is not known."),
    N_("Read the stock from the channel once, then send again."),
)
_CURRENCY = (N_("{field}: {actual} is no currency of this channel."), N_("Give the price in {limit}."))


class _Goods(Protocol):
    """Something said of a SKU of a product."""

    @property
    def code(self) -> str: ...
    @property
    def product(self) -> str: ...


G = TypeVar("G", bound=_Goods)


class Known(NamedTuple, Generic[G]):
    """What is said of a SKU, with the platform's numbers of its product and of itself."""

    said: G
    product: int
    sku: int


def known(channel: Channel, things: Iterable[G], account: Account, kept: list[Held]) -> list[Known[G]]:
    """What is said of SKUs the platform has given numbers; the others go to what is held back."""
    found = []
    for one in things:
        goods, sku = ref(account, "product_id", one.code, one.product), ref(account, "sku_id", one.code)
        if goods is None or sku is None:
            kept.append(sifting.no_ref(channel, one.code, "product_id" if goods is None else "sku_id"))
        else:
            found.append(Known(one, goods, sku))
    return found


class Total(NamedTuple):
    """What can be sold of a SKU from one warehouse of the platform, or from all."""

    code: str
    product: str
    warehouse: str
    quantity: int


def totals(
    channel: Channel, lines: Sequence[StockLine], day: date, account: Account, *, one_place: bool = True
) -> tuple[list[Total], list[Held]]:  # fmt: skip
    """Stock by SKU and warehouse; never below nothing."""
    counts, kept = sifting.sift_stock(channel, lines, day, account, one_place=one_place)
    products = {one.code: one.product for one in lines}
    return [Total(one.code, products[one.code], one.warehouse, max(one.quantity, 0)) for one in counts], kept


class Change(NamedTuple):
    """By how much the platform's stock of a SKU must change, in one warehouse or in all."""

    code: str
    product: str
    warehouse: str
    by: int


def changes(
    channel: Channel, lines: Sequence[StockLine], day: date, account: Account, *, one_place: bool = True
) -> tuple[list[Change], list[Held]]:  # fmt: skip
    """Differences to what the channel was told before; what has not changed is not among them."""
    counts, kept = totals(channel, lines, day, account, one_place=one_place)
    newest = {(one.code, one.place): one for one in sorted(lines, key=lambda one: one.at)}
    before: dict[tuple[str, str], int | None] = {}
    for (code, place), line in newest.items():
        if not account.warehouses or place in account.warehouses:
            where = code, "" if one_place else account.warehouses.get(place, "")
            known = before.get(where, 0)
            before[where] = None if known is None or line.last is None else known + line.last
    found = []
    for count in counts:
        last = before[count.code, count.warehouse]
        if last is None:
            kept.append(held(count.code, _BEFORE, channel=sifting.name_of(channel), name=count.code))
        elif by := count.quantity - last:
            found.append(Change(count.code, count.product, count.warehouse, by))
    return found, kept


def sift_prices(
    channel: Channel, lines: Sequence[PriceLine], day: date, account: Account
) -> tuple[list[PriceLine], list[Held]]:  # fmt: skip
    """Prices that keep the channel's rules, in the account's currency and in one the channel takes, verified or not."""
    fine, kept = sifting.sift_prices(channel, lines, day, account)
    rules_of = terms(channel, day)
    for one in fine:
        if not rules_of.takes(one.price):
            facts = {"field": label("price"), "actual": one.price.currency, "limit": rules_of.currencies}
            kept.append(held(one.code, _CURRENCY, **facts))
    return [one for one in fine if rules_of.takes(one.price)], kept


class RequestForm:
    """A channel that takes one product a call. Subclasses say what an item is, what it must have, and how stock and prices go."""

    suffix = "json"
    call: str
    lacks: Lacks

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def requests(self, items: Sequence[Offered], day: date, account: Account) -> Plan:
        """One request for each product; what lacks something, or is listed there already, is held back."""
        sent: list[Request] = []
        kept: list[Held] = []
        for code, item in sifting.offered(items):
            if number := account.refs.get(code, {}).get("product_id"):
                kept.append(held(code, _LISTED, channel=sifting.name_of(self.channel), name=code, number=number))
            elif lacks := self.wanted(item).find(self.channel, code, item):
                kept += lacks
            else:
                sent.append(Request(self.called(item), item, (code,)))
        return Plan(tuple(sent), tuple(kept))

    def wanted(self, item: Item) -> Lacks:
        """What such an item must have."""
        return self.lacks

    def called(self, item: Item) -> str:
        """Method and path of the call that creates such a product."""
        return self.call

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """The requests as one JSON document."""
        write_document(self.channel, self.requests(list(items), day, account), day, to)
