"""Google's product data, as a table (TSV) or as RSS: by the rules of the generic channel.

Texts stand in title and description, for people wrote or reviewed them; structured_title is for what a machine has made.
Of `Account.extras`: name and url of the shop (RSS), product_url, a pattern such as "https://shop.ru/p/{code}".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any, BinaryIO

from lxml import etree

from service.listings.channels import Channel
from service.listings.forms import sifting
from service.listings.forms.feed import Head, Repeated, address, clean, page, told
from service.listings.forms.form import Account, Item, Offered
from service.listings.forms.gs1 import is_trade_item
from service.listings.listing import Listing, Money

__all__ = ["Google", "GoogleRss"]

_COLUMNS = (
    "id", "title", "description", "link", "image_link", "additional_image_link", "availability", "price", "sale_price", "brand", "gtin",
    "mpn", "identifier_exists", "condition", "item_group_id", "product_type", "unit_pricing_measure", "unit_pricing_base_measure", "shipping_weight",
    "shipping_length", "shipping_width", "shipping_height",
)  # fmt: skip
_NAMESPACE = "http://base.google.com/ns/1.0"


class Google:
    """A table with a line for each listing. A price before goes into price, today's into sale_price, as Google wants it."""

    suffix = "tsv"

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """One product by the names of Google's attributes."""
        found: dict[str, Any] = {"id": clean(listing.code), "title": clean(listing.title), "description": clean(listing.description)}  # fmt: skip
        found["link"] = page(listing.extras.get("url") or account.extras.get("product_url", ""), listing.code, listing.product)  # fmt: skip
        images = [one.url for one in listing.pictures if address(one.url)]
        found["image_link"] = images[0] if images else ""
        found["additional_image_link"] = images[1:]
        if listing.stock is not None:
            found["availability"] = "in_stock" if listing.stock > 0 else "out_of_stock"
        if price := listing.price:
            old = listing.old_price
            reduced = old is not None and old.currency == price.currency and old.amount > price.amount
            found["price"] = self._money(old if reduced and old else price, day)
            if reduced:
                found["sale_price"] = self._money(price, day)
        found["brand"] = clean(listing.brand)
        found["gtin"] = next((one for one in listing.barcodes if is_trade_item(one)), "")
        found["mpn"] = clean(listing.extras.get("vendor_code", ""))
        if not (found["gtin"] or found["mpn"]):
            found["identifier_exists"] = "no"
        found["condition"] = "new"
        found["item_group_id"] = clean(listing.product)
        for name, extra in (("product_type", "category"), ("unit_pricing_measure", "measure"), ("unit_pricing_base_measure", "base_measure")):  # fmt: skip
            found[name] = clean(listing.extras.get(extra, ""))
        if listing.weight:
            found["shipping_weight"] = f"{listing.weight} g"
        if box := listing.dimensions:
            for name in ("length", "width", "height"):
                found[f"shipping_{name}"] = f"{_centimetres(getattr(box, name))} cm"
        return {name: value for name, value in found.items() if value}

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """The table, its first line naming the columns; what would break a line becomes a blank."""
        text = io.TextIOWrapper(to, encoding="utf-8", newline="", write_through=True)
        try:
            table = csv.writer(text, delimiter="\t", lineterminator="\n")
            table.writerow(_COLUMNS)
            for one in items:
                table.writerow([_cell(one.item.get(name, "")) for name in _COLUMNS])
        finally:
            text.detach()

    def _money(self, money: Money, day: date) -> str:
        return f"{sifting.price(self.channel, money, day, 'price')} {money.currency}"


class GoogleRss(Google):
    """The same as RSS 2.0."""

    suffix = "xml"

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """A channel named after the shop, with an item for each listing. Raises `ShopUntold`."""
        name, url = told(account.extras, "name", "url")
        names: dict[str | None, str] = {"g": _NAMESPACE}
        with etree.xmlfile(to, encoding="UTF-8") as stream:
            stream.write_declaration()
            with stream.element("rss", version="2.0", nsmap=names), stream.element("channel"):
                for tag, text in (("title", name), ("link", url), ("description", name)):
                    with stream.element(tag):
                        stream.write(text)
                products = Repeated(stream, "item", names)
                for one in items:
                    heads: list[Head] = []
                    texts: list[str] = []
                    for tag, value in one.item.items():
                        for part in value if type(value) is list else (value,):
                            heads.append(f"{{{_NAMESPACE}}}{tag}")
                            texts.append(part)
                    products.write({}, heads, texts)


def _centimetres(millimetres: int) -> str:
    whole, rest = divmod(millimetres, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def _cell(value: Any) -> str:
    """A list of addresses stands with commas between, those inside them encoded."""
    if type(value) is list:
        return ",".join(one.replace(",", "%2C") for one in value)
    return " ".join(value.split())
