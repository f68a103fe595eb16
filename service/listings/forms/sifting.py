"""What of items, stock and prices can be sent to a marketplace, and what is held back and why. Rules speak as they do for listings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from service.i18n import N_, Message, Named
from service.listings.channels import Channel
from service.listings.forms import figures
from service.listings.forms.form import Account, Held, Offered, PriceLine, StockLine, limit_of
from service.listings.listing import Listing, Money, label
from service.listings.validating import validate

__all__ = [
    "Count", "currency", "held", "loose", "most_of", "name_of", "no_account", "no_address", "no_currency", "no_number", "no_ref", "number", "offered",
    "once", "own", "parts", "price", "ref", "said", "sift_prices", "sift_stock", "size", "vat", "without",
]  # fmt: skip

T = TypeVar("T")

_SEEN = 1 << 16  # the same prices, sizes and rates come again and again


@lru_cache(maxsize=_SEEN)
def price(channel: Channel, money: Money, day: date, field: str = "price") -> Any:
    """`figures.price`, looked up once."""
    return figures.price(_about(channel, ("price", field)), money, day, field)


@lru_cache(maxsize=_SEEN)
def size(channel: Channel, value: int, day: date, field: str) -> Any:
    """`figures.size`, looked up once."""
    return figures.size(_about(channel, (field,)), value, day, field)


vat = lru_cache(maxsize=256)(figures.vat)
currency = lru_cache(maxsize=256)(figures.currency)

_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}")


def number(text: str | None) -> int | str | None:
    """A number of the platform's; what is none stays as it was told, so that it can be held back and named."""
    return int(text) if text and _NUMBER.fullmatch(text) and abs(int(text)) < 2**63 else text


def said(name: str, listing: Listing, account: Account) -> str | None:
    """A field only the channel knows, as it was told for the goods, or else for the whole shop."""
    return listing.extras.get(name) or account.extras.get(name)


def own(money: Money | None, account: Account) -> Money | None:
    """An amount, if it is in the currency the account is kept in: where none is written beside it, another would be taken for it."""
    return money if money is not None and account.currency in ("", money.currency) else None


def ref(account: Account, kind: str, *codes: str) -> int | None:
    """The platform's number of a SKU or its card, by the first of these codes it is known under."""
    for code in codes:
        if isinstance(found := number(account.refs.get(code, {}).get(kind)), int):
            return found
    return None


def most_of(channel: Channel, call: str, day: date) -> int:
    """How many items one call takes on a day; one if the channel's file does not say."""
    rule = limit_of(channel, call, day)
    return rule.items if rule and rule.items else 1


def parts(things: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    """Things in their order, at most so many together."""
    for start in range(0, len(things), most):
        yield things[start : start + most]


def once(things: Iterable[T], key: Callable[[T], Any]) -> list[T]:
    """Of things under one key the last, where the first stood: no call may name the same goods twice."""
    return list({key(one): one for one in things}.values())


class Count(NamedTuple):
    """What can be sold of a SKU from one warehouse of the platform; `at` is the newest moment told."""

    code: str
    warehouse: str
    quantity: int
    at: datetime


def sift_stock(
    channel: Channel, lines: Sequence[StockLine], day: date, account: Account, *, one_place: bool = False
) -> tuple[list[Count], list[Held]]:  # fmt: skip
    """Stock by warehouse of the platform: the newest line of a SKU and place counts, places with one warehouse there are added up.

    With `one_place`, the platform knows no warehouses and gets the sum of the shop's places, or of all if the shop names none.
    """
    newest: dict[tuple[str, str], StockLine] = {}
    for line in lines:
        before = newest.get((line.code, line.place))
        if before is None or before.at <= line.at:
            newest[line.code, line.place] = line
    added: dict[tuple[str, str], Count] = {}
    kept: list[Held] = []
    free = one_place and not account.warehouses
    for line in newest.values():
        warehouse = "" if free else account.warehouses.get(line.place)
        if warehouse is None or not (one_place or warehouse):
            kept.append(held(line.code, _NO_WAREHOUSE, channel=name_of(channel), place=line.place))
            continue
        warehouse = "" if one_place else warehouse
        sum_of = added.get((line.code, warehouse))
        total, at = (sum_of.quantity, max(sum_of.at, line.at)) if sum_of else (0, line.at)
        added[line.code, warehouse] = Count(line.code, warehouse, total + line.quantity, at)
    rules = _about(channel, ("code", "stock"))
    counts = []
    for one in added.values():
        fine = one._replace(quantity=max(one.quantity, 0))  # nothing can be sold where more is promised than there is
        broken = _broken(rules, Listing(one.code, "", (), stock=fine.quantity), day)
        kept += broken
        if not broken:
            counts.append(fine)
    return counts, kept


def sift_prices(
    channel: Channel, lines: Sequence[PriceLine], day: date, account: Account
) -> tuple[list[PriceLine], list[Held]]:  # fmt: skip
    """Prices that keep the channel's rules and stand in the account's currency; of two for one SKU the last counts."""
    fine: list[PriceLine] = []
    kept: list[Held] = []
    rules = _about(channel, ("code", "price", "old_price", "vat"))
    for line in once(lines, lambda one: one.code):
        if own(line.price, account) is None or (line.old_price and line.old_price.currency != line.price.currency):
            kept.append(no_currency(channel, line.code, line.price.currency, account))
            continue
        if line.price.amount <= 0:  # nobody sells for nothing, though few channels say so
            kept.append(held(line.code, _NOTHING, field=label("price"), actual=0, limit=0, unit=line.price.currency))
            continue
        listing = Listing(line.code, "", (), price=line.price, old_price=line.old_price, vat=line.vat)
        broken = _broken(rules, listing, day)
        kept += broken
        if not broken:
            fine.append(line)
    return fine, kept


def _broken(rules: Channel, listing: Listing, day: date) -> list[Held]:
    found = validate(listing, rules, as_of=day)
    return [Held(listing.code, one.message, one.remedy) for one in found if one.level == "error"]


@lru_cache(maxsize=512)
def _about(channel: Channel, fields: tuple[str, ...]) -> Channel:
    """A channel that has only its rules about these fields."""
    rules = [one for one in channel.content.rules if getattr(one, "field", "") in fields]
    return Channel(channel.content.model_copy(update={"rules": rules}))


def name_of(channel: Channel) -> Named:
    """The channel's name in the reader's language."""
    return Named(channel.key, channel.content.name.zh, channel.content.name.ru)


def held(code: str, words: tuple[str, str], **facts: object) -> Held:
    """Something held back, in words with their facts."""
    return Held(code, Message(words[0], facts), Message(words[1], facts))


_NOTHING = (N_("{field}: {actual} {unit}, must be above {limit}."), N_("Correct the value."))
_NO_WAREHOUSE = (
    N_("The shop does not say which warehouse at {channel} stands for “{place}”."),
    N_("Name it in the shop's settings."),
)
_NO_ADDRESS = (
    N_("A picture has no address from which {channel} could fetch it."),
    N_("Say in the shop's settings where pictures lie on the web."),
)
_NO_REF = (
    N_("{channel} has not told by which number it knows {name} ({kind})."),
    N_(
        "When the platform has taken the card, read its answer (amurlive listing shop refs SHOP FILE), then export again."
    ),
)
_NO_ACCOUNT = (
    N_("The shop does not say its number at {channel} ({name})."), N_("Copy the number from the account into the shop's settings."),
)  # fmt: skip
_NO_NUMBER = (
    N_("{field}: “{value}” is no number of {channel}."), N_("Choose it from the category list imported from the channel."),
)  # fmt: skip
_NO_CURRENCY = (
    N_("The price is in {currency}, the account at {channel} is kept in {account}."),
    N_("Set a price in the account's currency: no form converts amounts."),
)


def no_address(channel: Channel, code: str) -> Held:
    """A picture lies nowhere the platform could fetch it from."""
    return held(code, _NO_ADDRESS, channel=name_of(channel))


def no_ref(channel: Channel, code: str, kind: str, *, name: str = "") -> Held:
    """The platform's own number of a listing is not known yet, or that of one of its SKUs, which is then named."""
    return held(code, _NO_REF, channel=name_of(channel), name=name or code, kind=kind)


def no_account(channel: Channel, codes: Iterable[str], name: str) -> tuple[Held, ...]:
    """A number of the account, without which no address of a call can be written."""
    return tuple(held(code, _NO_ACCOUNT, channel=name_of(channel), name=name) for code in codes)


def no_number(channel: Channel, code: str, place: str, value: object) -> Held:
    """What should be a number of the platform's is none."""
    return held(
        code, _NO_NUMBER, channel=name_of(channel), field=channel.label(place), value="" if value is None else value
    )


def no_currency(channel: Channel, code: str, told: str, account: Account) -> Held:
    """A price in another currency than the account's."""
    return held(code, _NO_CURRENCY, channel=name_of(channel), currency=told, account=account.currency or "—")


def loose(urls: Iterable[str]) -> bool:
    """Whether some picture has no address on the web."""
    return any(not url.startswith(("https://", "http://")) for url in urls)


def offered(items: Iterable[Offered]) -> list[Offered]:
    """Items, each listing once."""
    return once(items, lambda one: one.code)


def without(item: Mapping[str, Any], key: str) -> dict[str, Any]:
    """An item without the part that another call takes."""
    return {name: value for name, value in item.items() if name != key}
