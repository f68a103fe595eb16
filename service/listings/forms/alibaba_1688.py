"""1688, Alibaba's wholesale market at home: alibaba.product.add, stock by differences with alibaba.product.modifyStock.

From an SDK's comments and others' code, nothing official of today. Prices of goods on sale can be changed by whole edits only, which the
platform refuses to most: they are held back and named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from service.i18n import N_
from service.listings.forms import sifting
from service.listings.forms.chinese import (
    Lacks,
    RequestForm,
    Sku,
    Terms,
    addresses,
    axes,
    changes,
    ref,
    skus,
    terms,
    told,
    whole,
)
from service.listings.forms.form import Account, Item, Plan, PriceLine, Request, StockLine
from service.listings.forms.sifting import held
from service.listings.listing import Listing

__all__ = ["Alibaba1688"]

_GOODS = 1
_BY_QUANTITY, _BY_SKU = 0, 1
_NEEDED = {
    "categoryID": "extra.category", "subject": "title", "image": "pictures", "attributes": "attributes", "periodOfValidity": "extra.days",
    "saleInfo.unit": "extra.unit", "saleInfo.minOrderQuantity": "extra.min_order", "shippingInfo.freightTemplateID": "extra.freight",
    "shippingInfo.sendGoodsAddressId": "extra.address", "shippingInfo.unitWeight": "weight",
}  # fmt: skip
_WHOLE = {
    "categoryID": "extra.category", "periodOfValidity": "extra.days", "saleInfo.minOrderQuantity": "extra.min_order",
    "shippingInfo.freightTemplateID": "extra.freight", "shippingInfo.sendGoodsAddressId": "extra.address",
}  # fmt: skip
_NO_PRICES = (
    N_("{channel} takes no price of {name} by itself."),
    N_("Change it in the channel's own back office."),
)


def _lacks(more: Mapping[str, str], of_skus: Mapping[str, str] | None = None) -> Lacks:
    pictures, listed = {"image": "pictures"}, "skuInfos" if of_skus else ""
    return Lacks({**_NEEDED, **more}, whole=_WHOLE, pictures=pictures, skus=listed, of_skus=of_skus)


_LACKS_ONE = _lacks({"saleInfo.priceRanges": "price"})
_LACKS_MANY = _lacks({"skuInfos": "extra.option"}, {"price": "price"})


class Alibaba1688(RequestForm):
    """`extras`: category, freight (the template), address (goods are sent from), unit (件, 箱 …), min_order, days (offered for), option,
    kind (wholesale, sourcing).

    `option` is the platform's number of the attribute SKUs differ by, unless an answer of the same name tells it. Groups of values are
    objects here; whoever sends them writes each as JSON into its field.
    """

    call = "POST /openapi/param2/1/com.alibaba.product/alibaba.product.add"

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """A listing as a product: with several SKUs each has its price, else one price holds from the least order on."""
        rules, extras, all_skus = terms(self.channel, day), told(listing, account), skus(listing)
        item: dict[str, Any] = {
            "productType": extras.get("kind", "wholesale"), "subject": listing.title, "language": "CHINESE", "bizType": _GOODS, "pictureAuth": False,
            "description": _description(listing), "webSite": "1688",
        }  # fmt: skip
        for key, name in (("categoryID", "category"), ("periodOfValidity", "days")):
            if name in extras:
                item[key] = whole(extras[name])
        if listing.pictures:
            images = addresses(listing.pictures)
            item["image"] = {"images": images} if images else {}
        if listing.answers:
            item["attributes"] = _attributes(listing)
        item["saleInfo"] = _sale(all_skus, extras, rules)
        item["shippingInfo"] = _shipping(all_skus, extras, rules)
        if len(all_skus) > 1:
            ids = _option_ids(listing, axes(all_skus) or {}, extras)
            item["skuInfos"] = [_sku(sku, ids, rules) for sku in all_skus] if ids else []
        return item

    def wanted(self, item: Item) -> Lacks:
        """With several SKUs each has a price, else the quantity has."""
        return _LACKS_MANY if "skuInfos" in item else _LACKS_ONE

    def stock(self, lines: Sequence[StockLine], day: date, account: Account) -> Plan:
        """Differences to what was told before, over all places, one call for each product.

        SKUs are named by the platform's `spec_id`; goods whose own code carries the product's number have but one SKU.
        """
        found, kept = changes(self.channel, lines, day, account)
        calls: dict[int, dict[str, Any]] = {}
        codes: dict[int, list[str]] = {}
        for one in found:
            own = account.refs.get(one.code, {})
            product = ref(account, "product_id", one.code, one.product)
            if product is None or not ("spec_id" in own or "product_id" in own):
                kept.append(sifting.no_ref(self.channel, one.code, "product_id" if product is None else "spec_id"))
                continue
            change = calls.setdefault(product, {"productId": product})
            if "spec_id" in own:
                change.setdefault("skuStocks", []).append({"skuId": own["spec_id"], "stockChange": one.by})
            else:
                change["productAmountChange"] = one.by
            codes.setdefault(product, []).append(one.code)
        path = "POST /openapi/param2/1/com.alibaba.product/alibaba.product.modifyStock"
        sent = [
            Request(path, {"productStockChange": [change], "webSite": "1688"}, tuple(codes[product]))
            for product, change in calls.items()
        ]
        return Plan(tuple(sent), tuple(kept))

    def prices(self, lines: Sequence[PriceLine], day: date, account: Account) -> Plan:
        """Nothing can be sent; every price is named."""
        channel = sifting.name_of(self.channel)
        return Plan((), tuple(held(one.code, _NO_PRICES, channel=channel, name=one.code) for one in lines))


def _description(listing: Listing) -> str:
    """Text, then the detail pictures; the pictures must lie in the shop's own picture bank."""
    text = escape(listing.description, quote=False).replace("\n", "<br/>")
    return text + "".join(f'<img src="{escape(url)}"/>' for url in addresses(listing.detail_pictures))


def _attributes(listing: Listing) -> list[dict[str, Any]]:
    return [
        {"attributeID": whole(one.attribute), "attributeName": one.name, "value": text, "isCustom": number is None,
         **({"valueID": whole(number)} if number else {})}
        for one in listing.answers for number, text in one.values
    ]  # fmt: skip


def _sale(all_skus: Sequence[Sku], extras: Mapping[str, str], rules: Terms) -> dict[str, Any]:
    many = len(all_skus) > 1
    sale: dict[str, Any] = {"amountOnSale": sum(max(sku.stock, 0) for sku in all_skus), "quoteType": _BY_SKU if many else _BY_QUANTITY}  # fmt: skip
    if "unit" in extras:
        sale["unit"] = extras["unit"]
    if "min_order" in extras:
        sale["minOrderQuantity"] = least = whole(extras["min_order"])
        price = all_skus[0].price
        if not many and price and rules.takes(price):
            sale["priceRanges"] = [{"startQuantity": least, "price": rules.price(price)}]
    return sale


def _shipping(all_skus: Sequence[Sku], extras: Mapping[str, str], rules: Terms) -> dict[str, Any]:
    shipping: dict[str, Any] = {}
    if all(sku.weight for sku in all_skus):
        shipping["unitWeight"] = rules.weight(max(sku.weight or 0 for sku in all_skus))
    for key, name in (("freightTemplateID", "freight"), ("sendGoodsAddressId", "address")):
        if name in extras:
            shipping[key] = whole(extras[name])
    return shipping


def _option_ids(listing: Listing, options: Mapping[str, object], extras: Mapping[str, str]) -> dict[str, int]:
    """The platform's number of each option; none unless all are known."""
    by_name = {one.name: one.attribute for one in listing.answers}
    told_one = extras.get("option", "") if len(options) == 1 else ""
    found = {name: whole(by_name.get(name, told_one)) for name in options}
    ids = {name: number for name, number in found.items() if isinstance(number, int)}
    return ids if len(ids) == len(options) else {}


def _sku(sku: Sku, ids: Mapping[str, int], rules: Terms) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "attributes": [{"attributeID": ids[name], "attributeValue": value} for name, value in sku.options.items()],
        "cargoNumber": sku.code, "amountOnSale": max(sku.stock, 0),
    }  # fmt: skip
    if sku.price and rules.takes(sku.price):
        entry["price"] = rules.price(sku.price)
    return entry
