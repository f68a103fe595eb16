"""schema.org Product as JSON-LD, for own sites and search engines: one document a listing.

Of `Account.extras`: product_url, a pattern such as "https://shop.ru/p/{code}"; resolver, who answers GS1 Digital Links (else GS1 itself).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, BinaryIO

from service.listings.channels import Channel
from service.listings.forms import sifting
from service.listings.forms.feed import clean, page
from service.listings.forms.form import Account, Item, Offered, written
from service.listings.forms.gs1 import RESOLVER, DigitalLink, digital_link, is_trade_item
from service.listings.listing import Dimensions, Listing, Money, Variant

__all__ = ["Generic", "GenericLines"]

_CONTEXT = "https://schema.org"
_IN_STOCK, _SOLD_OUT = f"{_CONTEXT}/InStock", f"{_CONTEXT}/OutOfStock"


class Generic:
    """A Product, or a ProductGroup of Products where a listing has variants. Sizes in millimetres, weight in grams."""

    suffix = "jsonld"

    def __init__(self, channel: Channel, *, lines: bool = False) -> None:
        self.channel = channel
        self.lines = lines

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """The document of one listing."""
        shared = _shared(listing)
        if not listing.variants:
            sold = self._sold(_only(listing), listing, day, account)
            group = {"inProductGroupWithID": clean(listing.product)} if listing.product else {}
            return {"@context": _CONTEXT, "@type": "Product", **shared, **group, **sold}
        axes = list(dict.fromkeys(clean(name) for one in listing.variants for name in one.options))
        inside = [self._variant(one, listing, day, account) for one in listing.variants]
        return {
            "@context": _CONTEXT, "@type": "ProductGroup", "productGroupID": clean(listing.product or listing.code), **shared,
            "variesBy": axes, "hasVariant": inside,
        }  # fmt: skip

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """All documents as one JSON list, or (`lines`) one on each line, as programs read them."""
        if self.lines:
            to.writelines(written(one.item) + b"\n" for one in items)
            return
        to.write(b"[")
        for at, one in enumerate(items):
            to.write((b",\n" if at else b"\n") + written(one.item))
        to.write(b"\n]\n")

    def _variant(self, variant: Variant, listing: Listing, day: date, account: Account) -> dict[str, Any]:
        options = " ".join(variant.options.values())
        name = clean(f"{listing.title}, {options}" if options else listing.title)
        inside = {"@type": "Product", "name": name, **self._sold(variant, listing, day, account)}
        if found := _properties(variant.options):
            inside["additionalProperty"] = found
        return inside

    def _sold(self, variant: Variant, listing: Listing, day: date, account: Account) -> dict[str, Any]:
        """What belongs to one SKU: its number, its price, its size."""
        found: dict[str, Any] = {"sku": clean(variant.code)}
        codes = [one for one in (variant.barcodes or listing.barcodes) if is_trade_item(one)]
        if codes:
            found[f"gtin{len(codes[0])}"] = codes[0]
            link = digital_link(DigitalLink(codes[0]), account.extras.get("resolver") or RESOLVER)
            found["hasGS1DigitalLink"] = link
        if (weight := variant.weight if variant.weight is not None else listing.weight) is not None:
            found["weight"] = _quantity(weight, "GRM")
        found |= _sides(variant.dimensions or listing.dimensions)
        url = page(listing.extras.get("url") or account.extras.get("product_url", ""), variant.code, listing.product)
        if url:
            found["url"] = url
        if price := variant.price or listing.price:
            stock = variant.stock if variant.stock is not None else listing.stock
            found["offers"] = self._offer(price, variant.old_price or listing.old_price, stock, url, day)
        return found

    def _offer(self, price: Money, old: Money | None, stock: int | None, url: str, day: date) -> dict[str, Any]:
        offer: dict[str, Any] = {
            "@type": "Offer", "price": sifting.price(self.channel, price, day, "price"), "priceCurrency": price.currency,
            "itemCondition": f"{_CONTEXT}/NewCondition",
        }  # fmt: skip
        if stock is not None:
            offer["availability"] = _IN_STOCK if stock > 0 else _SOLD_OUT
        if url:
            offer["url"] = url
        if old and old.currency == price.currency and old.amount > price.amount:
            offer["priceSpecification"] = {
                "@type": "UnitPriceSpecification", "priceType": f"{_CONTEXT}/StrikethroughPrice", "priceCurrency": old.currency,
                "price": sifting.price(self.channel, old, day, "price"),
            }  # fmt: skip
        return offer


class GenericLines(Generic):
    """The same documents, one to a line."""

    suffix = "jsonl"

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel, lines=True)


def _only(listing: Listing) -> Variant:
    return Variant(listing.code)


def _shared(listing: Listing) -> dict[str, Any]:
    """What all SKUs of a listing have in common."""
    found: dict[str, Any] = {"name": clean(listing.title)}
    if listing.description:
        found["description"] = clean(listing.description)
    if listing.brand:
        found["brand"] = {"@type": "Brand", "name": clean(listing.brand)}
    if images := [clean(one.url) for one in listing.pictures if one.url]:
        found["image"] = images
    if country := listing.extras.get("country"):
        found["countryOfOrigin"] = {"@type": "Country", "name": clean(country)}
    properties = _properties(listing.attributes)
    for name in ("hs6", "tnved"):
        if code := listing.extras.get(name):
            properties.append({"@type": "PropertyValue", "propertyID": name, "value": clean(code)})
    if properties:
        found["additionalProperty"] = properties
    return found


def _properties(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@type": "PropertyValue", "name": clean(name), "value": clean(text)} for name, text in values.items()]


def _quantity(value: int, unit: str) -> dict[str, Any]:
    """A measure with its unit by UN/CEFACT: GRM grams, MMT millimetres."""
    return {"@type": "QuantitativeValue", "value": value, "unitCode": unit}


def _sides(box: Dimensions | None) -> dict[str, Any]:
    if box is None:
        return {}
    return {
        "depth": _quantity(box.length, "MMT"), "width": _quantity(box.width, "MMT"), "height": _quantity(box.height, "MMT"),
    }  # fmt: skip
