"""Goods of a VK community by market.add and market.edit: one call for each. The shop tells `owner_id`, a negative number.

Pictures must have been uploaded before: their numbers are the refs photo_1 (the main one) to photo_5, of the SKU or of its card.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, BinaryIO

from service.i18n import N_
from service.listings.channels import Channel
from service.listings.forms import sifting
from service.listings.forms.document import write_document
from service.listings.forms.form import Account, Held, Item, Offered, Plan, PriceLine, Request, StockLine
from service.listings.listing import Listing

__all__ = ["VkMarket"]

_ADD, _EDIT = "POST /method/market.add", "POST /method/market.edit"


class VkMarket:
    """An item is what market.add takes. Goods with a ref `item_id` are there already and are edited."""

    suffix = "json"

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """A listing as an item; a picture whose number is not known is written as 0 and keeps the item back.

        Stock goes with it: an item added without would be sold without end.
        """
        channel = self.channel
        item: dict[str, Any] = {
            "name": listing.title, "description": listing.description, "sku": listing.code,
            "category_id": sifting.number(sifting.said("category", listing, account)),
        }  # fmt: skip
        if isinstance(owner := _owner(account), int):
            item["owner_id"] = owner
        if listing.pictures:
            photos = [
                sifting.ref(account, f"photo_{at}", listing.code, listing.product) or 0
                for at in range(1, len(listing.pictures) + 1)
            ]
            item["main_photo_id"] = photos[0]
            if photos[1:]:
                item["photo_ids"] = photos[1:]
        if price := sifting.own(listing.price, account):
            item["price"] = sifting.price(channel, price, day, "price")
            if old := sifting.own(listing.old_price, account):
                item["old_price"] = sifting.price(channel, old, day, "old_price")
        if (box := listing.dimensions) is not None:
            item["dimension_length"] = sifting.size(channel, box.length, day, "length")
            item["dimension_width"] = sifting.size(channel, box.width, day, "width")
            item["dimension_height"] = sifting.size(channel, box.height, day, "height")
        if listing.weight is not None:
            item["weight"] = sifting.size(channel, listing.weight, day, "weight")
        if listing.stock is not None:
            item["stock_amount"] = listing.stock
        return item

    def requests(self, items: Sequence[Offered], day: date, account: Account) -> Plan:
        """One call for each item: added, or edited where its number is known."""
        if _owner(account) is None:
            return Plan((), sifting.no_account(self.channel, [one.code for one in items], "owner_id"))
        calls: list[Request] = []
        held: list[Held] = []
        for one in sifting.offered(items):
            found = list(self._faults(one))
            held += found
            if found:
                continue
            item_id = sifting.ref(account, "item_id", one.code)
            body = dict(one.item) if item_id is None else {**one.item, "item_id": item_id}
            calls.append(Request(_ADD if item_id is None else _EDIT, body, (one.code,)))
        return Plan(tuple(calls), tuple(held))

    def stock(self, lines: Sequence[StockLine], day: date, account: Account) -> Plan:
        """Stock of each item, the sum of the shop's places: VK knows no warehouses."""
        if (owner := _owner(account)) is None:
            return Plan((), sifting.no_account(self.channel, [one.code for one in lines], "owner_id"))
        counts, held = sifting.sift_stock(self.channel, lines, day, account, one_place=True)
        told = [(one.code, {"stock_amount": one.quantity}) for one in counts]
        return self._edited(owner, told, held, account)

    def prices(self, lines: Sequence[PriceLine], day: date, account: Account) -> Plan:
        """Prices of each item; 0 takes back an old price, as far as anybody knows (no text says so)."""
        if (owner := _owner(account)) is None:
            return Plan((), sifting.no_account(self.channel, [one.code for one in lines], "owner_id"))
        fine, held = sifting.sift_prices(self.channel, lines, day, account)
        told = [
            (
                one.code,
                {
                    "price": sifting.price(self.channel, one.price, day, "price"),
                    "old_price": sifting.price(self.channel, one.old_price, day, "old_price") if one.old_price else 0,
                },
            )
            for one in fine
        ]
        return self._edited(owner, told, held, account)

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """The requests as one document."""
        write_document(self.channel, self.requests(list(items), day, account), day, to)

    def _edited(
        self, owner: int, told: Iterable[tuple[str, dict[str, Any]]], held: list[Held], account: Account
    ) -> Plan:  # fmt: skip
        calls = []
        for code, what in told:
            if (item_id := sifting.ref(account, "item_id", code)) is None:
                held.append(sifting.no_ref(self.channel, code, "item_id"))
            else:
                calls.append(Request(_EDIT, {"owner_id": owner, "item_id": item_id, **what}, (code,)))
        return Plan(tuple(calls), tuple(held))

    def _faults(self, one: Offered) -> Iterable[Held]:
        category = one.item["category_id"]
        if not isinstance(category, int) or category < 0:
            yield sifting.no_number(self.channel, one.code, "extra.category", category)
        photos = (one.item.get("main_photo_id", 0), *one.item.get("photo_ids", ()))
        for at, photo in enumerate(photos, 1):
            if not photo:
                yield sifting.held(one.code, _NO_PHOTO, number=at, name=one.code, kind=f"photo_{at}")


_NO_PHOTO = (
    N_("{name}: picture {number} has no number at VK ({kind})."),
    N_("Upload it to the community and enter the number VK gave it (amurlive listing shop refs SHOP FILE)."),
)


def _owner(account: Account) -> int | None:
    text = account.extras.get("owner_id", "")
    return int(text) if re.fullmatch(r"-?[1-9][0-9]{0,17}", text) else None
