"""Avito's feed for loading advertisements (Автозагрузка). Its shape is read in others' code: nobody has tried it against Avito.

Category, kind of goods and address come from the listing's extra fields or the shop's. Further fields of a category are told as
"field.<Name>" among the shop's extra fields and stand in each advertisement as <Name>.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, BinaryIO

from lxml import etree

from service.listings.channels import Channel
from service.listings.forms import sifting
from service.listings.forms.feed import ListingUntold, address, clean, text_of, whole
from service.listings.forms.form import Account, Item, Offered
from service.listings.listing import Listing

__all__ = ["Avito"]

_EXTRAS = {
    "category": "Category", "goods_type": "GoodsType", "ad_type": "AdType", "condition": "Condition", "address": "Address",
    "begin": "DateBegin", "end": "DateEnd",
}  # fmt: skip
_NAME = re.compile("[A-Z][A-Za-z0-9]*")
_MUST = ("Id", "Title", "Description", "Category")


class Avito:
    """One advertisement for each listing."""

    suffix = "xml"

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """An advertisement by the names of its elements; Images holds addresses."""
        found: dict[str, Any] = {"Id": clean(listing.code)}
        for name, element in _EXTRAS.items():
            found[element] = clean(sifting.said(name, listing, account) or "")
        found["Title"] = clean(listing.title)
        found["Description"] = clean(listing.description)
        if (price := listing.price) and price.currency == "RUB":  # it is written without a currency
            found["Price"] = str(sifting.price(self.channel, price, day, "price"))
        for name, value in account.extras.items():
            kind, _, element = name.partition(".")
            if kind == "field" and _NAME.fullmatch(element):
                found.setdefault(element, clean(value))
        found = {name: text.strip() for name, text in found.items() if text.strip()}
        return found | {"Images": [one.url for one in listing.pictures if address(one.url)]}

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """The whole feed. Raises `ListingUntold`; nothing is written then."""
        with whole(to) as file, etree.xmlfile(file, encoding="UTF-8") as stream:
            stream.write_declaration()
            with stream.element("Ads", formatVersion="3", target="Avito.ru"):
                for one in items:
                    if lacking := [name for name in _MUST if not one.item.get(name)]:
                        raise ListingUntold(code=one.code, names=lacking)
                    stream.write(_advertisement(one.item))


def _advertisement(item: Item) -> Any:
    element = etree.Element("Ad")
    element.tail = "\n"
    for name, value in item.items():
        part = etree.SubElement(element, name)
        if name == "Images":
            for url in value:
                etree.SubElement(part, "Image", url=url)
        else:
            part.text = text_of(value) if name == "Description" else value
    return element
