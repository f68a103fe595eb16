"""AliExpress Russia by its open API. Read in an SDK that was checked against the service on 2026-06-23; we have not tried it.

Of `Account.extras`, or of the listing: freight_template, shipping_lead_time (days), product_unit. Changes of stock and price go by the
ref product_id, which the answer to product/create tells later (GET /api/v1/tasks).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, BinaryIO

from service.listings.channels import Channel
from service.listings.forms import sifting
from service.listings.forms.document import write_document
from service.listings.forms.feed import cleaned
from service.listings.forms.form import Account, Held, Item, Offered, Plan, PriceLine, Request, StockLine
from service.listings.listing import Listing, Variant

__all__ = ["AliExpressRu"]

_CREATE, _STOCK, _PRICE = (f"/api/v1/product/{name}" for name in ("create", "update-sku-stock", "update-sku-price"))
_NUMBERS = ("category", "freight_template", "shipping_lead_time", "product_unit")


class AliExpressRu:
    """One product for each listing, its variants as SKUs. It has one package: that of the largest SKU, side by side."""

    suffix = "json"

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """A product as product/create takes it; numbers that are none stay as told, so that they can be named."""
        channel, language = self.channel, (listing.languages or ("ru",))[0]
        category, freight, lead_time, unit = (sifting.number(sifting.said(name, listing, account)) for name in _NUMBERS)
        text = listing.description
        item: dict[str, Any] = {
            "aliexpress_category_id": category, "freight_template_id": freight, "shipping_lead_time": lead_time, "product_unit": unit,
            "language": language, "main_image_urls_list": [one.url for one in listing.pictures],
            "multi_language_subject_list": [{"language": language, "subject": listing.title}],
            "multi_language_description_list": [{"language": language, "web_detail": text, "mobile_detail": text}],
            "attribute_list": [_answer(name, text) for name, text in listing.attributes.items()],
            "sku_info_list": [
                self._sku(one, listing, day, account) for one in listing.variants or (Variant(listing.code),)
            ],
        }  # fmt: skip
        for answer in listing.answers:
            item["attribute_list"] += [
                _chosen(answer.attribute, number, value) if number else _own(answer.attribute, value)
                for number, value in answer.values
            ]
        if listing.brand:
            item["brand_name"] = listing.brand
        boxes = [one for one in (listing.dimensions, *[one.dimensions for one in listing.variants]) if one is not None]
        for side in ("length", "width", "height") if boxes else ():
            item[f"package_{side}"] = sifting.size(channel, max(getattr(box, side) for box in boxes), day, side)
        weights = [one for one in (listing.weight, *[one.weight for one in listing.variants]) if one is not None]
        if weights:
            item["weight"] = str(sifting.size(channel, max(weights), day, "weight"))
        if code := listing.extras.get("tnved"):
            item["tnved_codes"] = [_grouped(code)]
        return {name: cleaned(value) for name, value in item.items()}

    def requests(self, items: Sequence[Offered], day: date, account: Account) -> Plan:
        """Products in parts of what one call takes; they appear later, or their errors do."""
        fine: list[Offered] = []
        held: list[Held] = []
        for one in sifting.offered(items):
            faults = list(self._faults(one))
            held += faults
            if not faults:
                fine.append(one)
        calls = [
            Request(f"POST {_CREATE}", {"products": [one.item for one in part]}, tuple(one.code for one in part))
            for part in sifting.parts(fine, sifting.most_of(self.channel, _CREATE, day))
        ]
        return Plan(tuple(calls), tuple(held))

    def stock(self, lines: Sequence[StockLine], day: date, account: Account) -> Plan:
        """What can be sold, all warehouses of the shop together."""
        counts, held = sifting.sift_stock(self.channel, lines, day, account, one_place=True)
        cards = {line.code: line.product for line in lines}
        told = [(one.code, cards[one.code], {"sku_code": one.code, "inventory": str(one.quantity)}) for one in counts]
        return self._changes(_STOCK, told, held, day, account)

    def prices(self, lines: Sequence[PriceLine], day: date, account: Account) -> Plan:
        """Prices; where there is one before, today's is the discounted one."""
        fine, held = sifting.sift_prices(self.channel, lines, day, account)
        told = []
        for one in fine:
            now = sifting.price(self.channel, one.price, day, "price")
            prices = {"price": now}
            if one.old_price:
                prices = {"price": sifting.price(self.channel, one.old_price, day, "price"), "discount_price": now}
            told.append((one.code, one.product, {"sku_code": one.code, **prices}))
        return self._changes(_PRICE, told, held, day, account)

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """The calls that create these products."""
        write_document(self.channel, self.requests(list(items), day, account), day, to)

    def _sku(self, variant: Variant, listing: Listing, day: date, account: Account) -> dict[str, Any]:
        sku: dict[str, Any] = {"sku_code": variant.code}
        price = sifting.own(variant.price or listing.price, account)
        old = sifting.own(variant.old_price or listing.old_price, account)
        if price is not None:
            sku["price"] = sifting.price(self.channel, price, day, "price")
            if old is not None and old.currency == price.currency and old.amount > price.amount:
                sku |= {"price": sifting.price(self.channel, old, day, "price"), "discount_price": sku["price"]}
        stock = variant.stock if variant.stock is not None else listing.stock
        if stock is not None:
            sku["inventory"] = str(max(stock, 0))
        if codes := variant.barcodes or listing.barcodes:
            sku["gtin"] = codes[0]
        if variant.options:
            sku["sku_attributes_list"] = [
                {"sku_attribute_name": name, "sku_attribute_value": value} for name, value in variant.options.items()
            ]
        return sku

    def _faults(self, one: Offered) -> Iterable[Held]:
        places = zip(_NUMBERS, ("aliexpress_category_id", "freight_template_id", "shipping_lead_time", "product_unit"), strict=True)  # fmt: skip
        for name, key in places:
            if not isinstance(one.item[key], int):
                yield sifting.no_number(self.channel, one.code, f"extra.{name}", one.item[key])
        if sifting.loose(one.item["main_image_urls_list"]):
            yield sifting.no_address(self.channel, one.code)

    def _changes(
        self, call: str, told: list[tuple[str, str, dict[str, Any]]], held: list[Held], day: date, account: Account
    ) -> Plan:
        """Changes of SKUs, those of one product together."""
        products: dict[int, list[dict[str, Any]]] = {}
        kept = list(held)
        for code, card, sku in told:
            product = sifting.ref(account, "product_id", code, card)
            if product is None:
                kept.append(sifting.no_ref(self.channel, code, "product_id"))
            else:
                products.setdefault(product, []).append(sku)
        calls = [
            Request(
                f"POST {call}", {"products": [{"product_id": str(number), "skus": skus} for number, skus in part]},
                tuple(sku["sku_code"] for _, skus in part for sku in skus),
            )
            for part in sifting.parts(list(products.items()), sifting.most_of(self.channel, call, day))
        ]  # fmt: skip
        return Plan(tuple(calls), tuple(kept))


def _answer(name: str, text: str) -> dict[str, str]:
    """An attribute in the seller's own words."""
    return {"attribute_name": name, "attribute_value": text}


def _own(attribute: str, text: str) -> dict[str, str]:
    return {"aliexpress_attribute_name_id": attribute, "attribute_value": text}


def _chosen(attribute: str, number: str, text: str) -> dict[str, str]:
    return {"aliexpress_attribute_name_id": attribute, "aliexpress_attribute_value_id": number, "attribute_value": text}


def _grouped(code: str) -> str:
    """A TN VED code as it is written there: 3306 10 000 0."""
    return f"{code[:4]} {code[4:6]} {code[6:9]} {code[9:]}" if len(code) == 10 else code
