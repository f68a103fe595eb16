"""Wildberries by its content, price and marketplace API: sizes in whole centimetres, prices in whole roubles, stock by `chrt_id`.

A listing is a group of cards, one for each SKU. Cards Wildberries has a number for (`nm_id`) are changed, the others are made. Names
it does not know are skipped in silence, so every key stands in the channel's file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple

from babel.numbers import get_currency_precision

from service.i18n import N_
from service.listings.channels import Channel
from service.listings.composing import trimmed
from service.listings.forms import sifting
from service.listings.forms.document import write_document
from service.listings.forms.form import (
    Account,
    Held,
    Item,
    Offered,
    Plan,
    PriceLine,
    Request,
    StockLine,
    batches,
    limit_of,
)
from service.listings.listing import Answer, Dimensions, Listing, Money, Variant
from service.listings.patterns import pattern_for
from service.listings.rules import Length, Required

__all__ = ["Wildberries", "before_discount"]

_UPLOAD, _UPDATE, _MEDIA = "/content/v2/cards/upload", "/content/v2/cards/update", "/content/v3/media/save"
_PRICES, _STOCKS = "/api/v2/upload/task", "/api/v3/stocks/{warehouseId}"
_QUARANTINE = 3
"""So many times lower a price is put in quarantine and the old one goes on (the text of /api/v2/upload/task, 2025-12-27)."""


class _Day(NamedTuple):
    """What the channel's file says on a day: the longest title, and whether cards say that goods are marked."""

    title: int
    marks: bool


class Wildberries:
    """An item is one group of cards, with the addresses of its pictures in `data`: they go by a call of their own."""

    suffix = "json"

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """A listing as a group of cards, whose titles tell the packs apart."""
        on = _on(self.channel, day)
        same: dict[str, Any] = {}
        if listing.brand:
            same["brand"] = listing.brand
        if listing.description:
            same["description"] = listing.description
        if listing.answers:
            same["characteristics"] = [_characteristic(one) for one in listing.answers]
        if on.marks and listing.extras.get("marked") == "true":
            same["kizMarked"] = True
        item: dict[str, Any] = {
            "subjectID": sifting.number(sifting.said("subject", listing, account)),
            "variants": [
                same | self._card(listing, one, on, day, account)
                for one in listing.variants or (Variant(listing.code),)
            ],
        }  # fmt: skip
        if listing.pictures:
            item["data"] = [one.url for one in listing.pictures]
        return item

    def requests(self, items: Sequence[Offered], day: date, account: Account) -> Plan:
        """New cards, changes of known ones, then pictures, which replace all there are.

        Pictures of new cards wait for their numbers: the listing counts as held, so that the next export comes back to it.
        """
        clean: list[Offered] = []
        held: list[Held] = []
        for one in sifting.offered(items):
            found = list(self._faults(one))
            held += found
            if not found:
                clean.append(one)
        new: list[Offered] = []
        known: list[Offered] = []
        media: list[Request] = []
        for one in clean:
            urls = one.item.get("data", ())
            lost = sifting.loose(urls)
            if lost:  # one bad file and none is loaded
                held.append(sifting.no_address(self.channel, one.code))
            fresh = []
            for card in one.item["variants"]:
                code = card["vendorCode"]
                nm_id = sifting.ref(account, "nm_id", code)
                chrt_id = sifting.ref(account, "chrt_id", code)
                if nm_id is None:
                    fresh.append(card)
                    held += [sifting.no_ref(self.channel, one.code, "nm_id", name=code)] if urls else []
                    continue
                if chrt_id is None:
                    held.append(sifting.no_ref(self.channel, one.code, "chrt_id", name=code))
                else:
                    known.append(Offered(one.code, _changed(card, nm_id, chrt_id)))
                if urls and not lost:
                    media.append(Request(f"POST {_MEDIA}", {"nmId": nm_id, "data": list(urls)}, (one.code,)))
            if fresh:
                new.append(Offered(one.code, {"subjectID": one.item["subjectID"], "variants": fresh}))
        calls = [*self._batched(_UPLOAD, new, day), *self._batched(_UPDATE, known, day), *media]
        return Plan(tuple(calls), tuple(held))

    def stock(self, lines: Sequence[StockLine], day: date, account: Account) -> Plan:
        """Stock by warehouse and `chrt_id`; bar codes are no longer taken."""
        counts, held = sifting.sift_stock(self.channel, lines, day, account)
        most = sifting.most_of(self.channel, _STOCKS, day)
        there: dict[str, list[tuple[str, dict[str, int]]]] = {}
        for one in counts:
            chrt_id = sifting.ref(account, "chrt_id", one.code)
            if not isinstance(sifting.number(one.warehouse), int):
                held += sifting.no_account(self.channel, [one.code], "warehouseId")
            elif chrt_id is None:
                held.append(sifting.no_ref(self.channel, one.code, "chrt_id"))
            else:
                told = (one.code, {"chrtId": chrt_id, "amount": one.quantity})
                there.setdefault(one.warehouse, []).append(told)
        calls = [
            Request(
                f"PUT {_STOCKS.replace('{warehouseId}', warehouse)}", {"stocks": [one for _, one in part]},
                tuple(code for code, _ in part),
            )
            for warehouse, told in there.items() for part in sifting.parts(told, most)
        ]  # fmt: skip
        return Plan(tuple(calls), tuple(held))

    def prices(self, lines: Sequence[PriceLine], day: date, account: Account) -> Plan:
        """Prices before the discount, and the discount in whole per cent.

        What the platform sells at now is the ref `price`, in whole roubles, else what it was told last; where it is known, a fall into quarantine is held back.
        """
        fine, held = sifting.sift_prices(self.channel, lines, day, account)
        told: list[tuple[str, dict[str, int]]] = []
        for line in fine:
            nm_id = sifting.ref(account, "nm_id", line.code)
            if nm_id is None:
                held.append(sifting.no_ref(self.channel, line.code, "nm_id"))
                continue
            price = int(sifting.price(self.channel, line.price, day, "price"))
            old = _whole(line.old_price) if line.old_price else price
            now = sifting.ref(account, "price", line.code) or (_whole(line.last) if line.last else None)
            if now is not None and price * _QUARANTINE <= now:
                held.append(sifting.held(line.code, _FALL, before=now, after=price))
                continue
            full, discount = before_discount(price, old)
            told.append((line.code, {"nmID": nm_id, "price": full, "discount": discount}))
        most = sifting.most_of(self.channel, _PRICES, day)
        return Plan(
            tuple(
                Request(f"POST {_PRICES}", {"data": [one for _, one in part]}, tuple(code for code, _ in part))
                for part in sifting.parts(told, most)
            ),
            tuple(held),
        )  # fmt: skip

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """The requests as one document."""
        write_document(self.channel, self.requests(list(items), day, account), day, to)

    def _card(self, listing: Listing, pack: Variant, on: _Day, day: date, account: Account) -> dict[str, Any]:
        card: dict[str, Any] = {"vendorCode": pack.code}
        several = len(listing.variants) > 1
        card["title"] = self._title(listing.title, pack, on.title) if several else listing.title
        if box := self._box(pack.dimensions or listing.dimensions, pack.weight, listing.weight, day):
            card["dimensions"] = box
        size: dict[str, Any] = {}
        if price := sifting.own(pack.price or listing.price, account):
            size["price"] = sifting.price(self.channel, price, day, "price")
        if codes := pack.barcodes or listing.barcodes:
            size["skus"] = list(dict.fromkeys(codes))
        if size:
            card["sizes"] = [size]
        return card

    def _title(self, title: str, pack: Variant, most: int) -> str:
        """The title with the pack at its end, shortened by whole words where both do not fit; buyers must see cards differ."""
        pack_label = " ".join(pack.options.values())
        if not pack_label or title.endswith(f" {pack_label}"):
            return title
        room = most - len(pack_label) - 2
        if room >= len(title):
            return f"{title}, {pack_label}"
        stops = pattern_for(self.channel.key, "ru").never_last
        head = trimmed(title, "code_points", room, "ru", never_last=stops) if room > 0 else ""
        return f"{head}, {pack_label}" if head else title

    def _box(self, box: Dimensions | None, weight: int | None, common: int | None, day: date) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if box is not None:
            told["length"] = sifting.size(self.channel, box.length, day, "length")
            told["width"] = sifting.size(self.channel, box.width, day, "width")
            told["height"] = sifting.size(self.channel, box.height, day, "height")
        if (grams := common if weight is None else weight) is not None:
            told["weightBrutto"] = sifting.size(self.channel, grams, day, "weight")
        return told

    def _faults(self, one: Offered) -> Iterable[Held]:
        subject = one.item["subjectID"]
        if not isinstance(subject, int):
            yield sifting.no_number(self.channel, one.code, "extra.subject", subject)
        for told in one.item["variants"][0].get("characteristics", ()):
            if not isinstance(told["id"], int) or told["value"] == []:
                yield sifting.no_number(self.channel, one.code, "attributes", told["id"])

    def _batched(self, call: str, items: Sequence[Offered], day: date) -> Iterable[Request]:
        rule = limit_of(self.channel, call, day)
        most, most_bytes = (rule.items or 1, rule.bytes) if rule else (1, None)
        for part in batches(items, most, most_bytes=most_bytes):
            codes = tuple(dict.fromkeys(one.code for one in part))
            yield Request(f"POST {call}", [one.item for one in part], codes)


def before_discount(price: int, old: int) -> tuple[int, int]:
    """The price to tell before the discount and the discount in whole per cent, both in whole roubles; `price` is one or more.

    What the buyer then pays is at least `price` and less than a rouble above it; the price told is never above `old`.
    """
    if old <= price:
        return price, 0
    discount = (old - price) * 100 // old
    return -(-price * 100 // (100 - discount)), discount


def _whole(money: Money) -> int:
    """Whole units of a currency; what was asked before is never told higher than it was."""
    return int(money.amount // 10 ** get_currency_precision(money.currency))


_FALL = (
    N_("The price falls from {before} to {after} roubles, to a third or less: Wildberries would put it in quarantine and keep the old one."),
    N_("Lower it in steps, or change it in the account and release it from quarantine there."),
)  # fmt: skip


@lru_cache(maxsize=64)
def _on(channel: Channel, day: date) -> _Day:
    rules = channel.on(day)
    titles = [one.max for one in rules if isinstance(one, Length) and one.field == "title" and one.max is not None]
    marks = any(isinstance(one, Required) and one.field == "extra.marked" for one in rules)
    return _Day(min(titles, default=10**6), marks)


def _characteristic(answer: Answer) -> dict[str, Any]:
    """Numbers go as a number, all else as a list of texts; Wildberries takes no numbers of its dictionaries."""
    texts = [words for _, words in answer.values if words]
    value: Any = texts
    if answer.kind == "number" and len(texts) == 1:
        value = _decimal(texts[0])
    return {"id": sifting.number(answer.attribute), "value": texts if value is None else value}


@lru_cache(maxsize=4096)
def _decimal(text: str) -> int | Decimal | None:
    try:
        told = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    if not told.is_finite():
        return None
    return int(told) if told == told.to_integral_value() else told


def _changed(card: Mapping[str, Any], nm_id: int, chrt_id: int) -> dict[str, Any]:
    """A card that is there already: with its numbers, and without a price, which only a new size may bring."""
    size = {"chrtID": chrt_id}
    if "sizes" in card and "skus" in card["sizes"][0]:
        size["skus"] = card["sizes"][0]["skus"]
    return {**card, "nmID": nm_id, "sizes": [size]}
