"""Ozon by its Seller API. Prices are text, sizes whole millimetres and grams, and the currency must be the account's.

An update must bring the whole item again, so a card with a picture that lies nowhere yet is held back instead of sent without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, BinaryIO

from service.listings.channels import Channel
from service.listings.forms import sifting
from service.listings.forms.document import write_document
from service.listings.forms.form import Account, Held, Item, Offered, Plan, PriceLine, Request, StockLine
from service.listings.listing import Answer, Listing

__all__ = ["Ozon"]

_IMPORT, _BARCODES = "/v3/product/import", "/v1/barcode/add"
_PRICES, _STOCKS = "/v1/product/import/prices", "/v2/products/stocks"


class Ozon:
    """An item is one of `items`; bar codes after the first stand beside it in `barcodes`, for they go by a call of their own."""

    suffix = "json"

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """A listing as an item; the first picture is the main one."""
        channel = self.channel
        item: dict[str, Any] = {
            "offer_id": listing.code, "name": listing.title,
            "description_category_id": sifting.number(sifting.said("category", listing, account)),
            "type_id": sifting.number(sifting.said("type", listing, account)),
            "attributes": self._attributes(listing, account),
        }  # fmt: skip
        if nested := _nested(listing.answers):
            item["complex_attributes"] = nested
        if listing.pictures:
            item["primary_image"] = listing.pictures[0].url
            item["images"] = [one.url for one in listing.pictures[1:]]
        if listing.price is not None:
            item["price"] = sifting.price(channel, listing.price, day, "price")
            item["currency_code"] = sifting.currency(channel, listing.price.currency, day)
            if listing.old_price is not None:
                item["old_price"] = sifting.price(channel, listing.old_price, day, "old_price")
        if listing.vat is not None and (code := sifting.vat(channel, listing.vat, day)) is not None:
            item["vat"] = code
        if listing.barcodes:
            item["barcode"] = listing.barcodes[0]
            if rest := [one for one in dict.fromkeys(listing.barcodes[1:]) if one != listing.barcodes[0]]:
                item["barcodes"] = [{"barcode": one} for one in rest]
        if (box := listing.dimensions) is not None:
            item["depth"] = sifting.size(channel, box.length, day, "length")
            item["width"] = sifting.size(channel, box.width, day, "width")
            item["height"] = sifting.size(channel, box.height, day, "height")
            item["dimension_unit"] = "mm"
        if listing.weight is not None:
            item["weight"] = sifting.size(channel, listing.weight, day, "weight")
            item["weight_unit"] = "g"
        return item

    def requests(self, items: Sequence[Offered], day: date, account: Account) -> Plan:
        """Cards first, then the other bar codes of those whose number at Ozon (`sku`) is known."""
        channel = self.channel
        clean: list[Offered] = []
        held: list[Held] = []
        for one in sifting.offered(items):
            found = list(self._faults(one.code, one.item, account))
            held += found
            if not found:
                clean.append(one)
        calls = [
            Request(
                f"POST {_IMPORT}", {"items": [sifting.without(one.item, "barcodes") for one in part]},
                tuple(one.code for one in part),
            )
            for part in sifting.parts(clean, sifting.most_of(channel, _IMPORT, day))
        ]  # fmt: skip
        more: list[tuple[str, dict[str, Any]]] = []
        for one in clean:
            if rest := one.item.get("barcodes"):
                if (sku := sifting.ref(account, "sku", one.code)) is None:
                    held.append(sifting.no_ref(channel, one.code, "sku"))
                else:
                    more += [(one.code, {"barcode": told["barcode"], "sku": sku}) for told in rest]
        for some in sifting.parts(more, sifting.most_of(channel, _BARCODES, day)):
            codes = tuple(dict.fromkeys(code for code, _ in some))
            calls.append(Request(f"POST {_BARCODES}", {"barcodes": [told for _, told in some]}, codes))
        return Plan(tuple(calls), tuple(held))

    def stock(self, lines: Sequence[StockLine], day: date, account: Account) -> Plan:
        """Stock by warehouse, without what is reserved; Ozon takes one pair of SKU and warehouse once in 30 seconds."""
        counts, held = sifting.sift_stock(self.channel, lines, day, account)
        fine = []
        for one in counts:
            if isinstance(warehouse := sifting.number(one.warehouse), int):
                fine.append((one.code, {"offer_id": one.code, "warehouse_id": warehouse, "stock": one.quantity}))
            else:
                held += sifting.no_account(self.channel, [one.code], "warehouse_id")
        return Plan(
            tuple(
                Request(f"POST {_STOCKS}", {"stocks": [told for _, told in part]}, tuple(code for code, _ in part))
                for part in sifting.parts(fine, sifting.most_of(self.channel, _STOCKS, day))
            ),
            tuple(held),
        )  # fmt: skip

    def prices(self, lines: Sequence[PriceLine], day: date, account: Account) -> Plan:
        """Prices; "0" takes back an old price told before (the text of `ProductAPI_ImportProductsPrices`)."""
        fine, held = sifting.sift_prices(self.channel, lines, day, account)
        return Plan(
            tuple(
                Request(
                    f"POST {_PRICES}", {"prices": [self._price(one, day) for one in part]},
                    tuple(one.code for one in part),
                )
                for part in sifting.parts(fine, sifting.most_of(self.channel, _PRICES, day))
            ),
            tuple(held),
        )  # fmt: skip

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """The requests as one document."""
        write_document(self.channel, self.requests(list(items), day, account), day, to)

    def _price(self, line: PriceLine, day: date) -> dict[str, Any]:
        told: dict[str, Any] = {
            "offer_id": line.code,
            "price": sifting.price(self.channel, line.price, day, "price"),
            "old_price": sifting.price(self.channel, line.old_price, day, "old_price") if line.old_price else "0",
            "currency_code": sifting.currency(self.channel, line.price.currency, day),
        }
        if line.vat and (code := sifting.vat(self.channel, line.vat, day)) is not None:
            told["vat"] = code
        return told

    def _attributes(self, listing: Listing, account: Account) -> list[dict[str, Any]]:
        """Answers that stand alone, and the description, which Ozon takes as an attribute where the shop says which."""
        told = [_attribute(one) for one in listing.answers if not one.group]
        where = sifting.number(sifting.said("description_attribute", listing, account))
        if listing.description and where and not any(one["id"] == where for one in told):
            told.append({"id": where, "complex_id": 0, "values": [{"value": listing.description}]})
        return told

    def _faults(self, code: str, item: Item, account: Account) -> Iterable[Held]:
        for name, place in (("description_category_id", "extra.category"), ("type_id", "extra.type")):
            if not isinstance(item[name], int):
                yield sifting.no_number(self.channel, code, place, item[name])
        groups = (one["attributes"] for one in item.get("complex_attributes", ()))
        for attribute in (*item["attributes"], *(one for group in groups for one in group)):
            known = (value.get("dictionary_value_id", 0) for value in attribute["values"])
            for told in (attribute["id"], attribute["complex_id"], *known):
                if not isinstance(told, int):
                    yield sifting.no_number(self.channel, code, "attributes", told)
        if "primary_image" in item and sifting.loose((item["primary_image"], *item["images"])):
            yield sifting.no_address(self.channel, code)
        if account.currency and item.get("currency_code", account.currency) != account.currency:
            yield sifting.no_currency(self.channel, code, item["currency_code"], account)


def _attribute(answer: Answer) -> dict[str, Any]:
    return {
        "id": sifting.number(answer.attribute),
        "complex_id": sifting.number(answer.group) if answer.group else 0,
        "values": [
            ({"dictionary_value_id": sifting.number(known)} if known else {}) | ({"value": words} if words else {})
            for known, words in answer.values
        ],
    }


def _nested(answers: Iterable[Answer]) -> list[dict[str, Any]]:
    """Answers that belong together, one entry for each group."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in answers:
        if one.group:
            groups.setdefault(one.group, []).append(_attribute(one))
    return [{"attributes": told} for told in groups.values()]
