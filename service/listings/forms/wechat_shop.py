"""WeChat shop: channels/ec/product/add; stock by differences, prices of goods on sale by channels/ec/product/auditfree.

The update call of the channel overwrites whole products, so it is not used for prices. Numbers of the platform are written as text, as its
own examples do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from service.i18n import N_
from service.listings.forms.chinese import (
    Lacks,
    RequestForm,
    Sku,
    Terms,
    addresses,
    changes,
    flag,
    known,
    sift_prices,
    skus,
    terms,
    told,
    whole,
)
from service.listings.forms.form import Account, Item, Plan, PriceLine, Request, StockLine
from service.listings.listing import Answer, Listing

__all__ = ["WechatShop"]

_OWN = ("https://mmecimage.cn/p/", "http://mmecimage.cn/p/")
"""Where the channel's own upload puts pictures; it takes no others (the page of the supplier's call says so)."""
_BY_EXPRESS = 0
_NEEDED = {
    "title": "title", "head_imgs": "pictures", "deliver_method": "extra.delivery", "cats_v2": "extra.category", "skus": "variants",
}  # fmt: skip
_ELSEWHERE = (
    N_("{channel} takes only pictures its own upload has given an address."),
    N_("Upload the pictures there and take over the addresses it gives."),
)


def _lacks(**more: str) -> Lacks:
    return Lacks(
        {**_NEEDED, **more}, whole={"deliver_method": "extra.delivery"}, pictures={"head_imgs": "pictures", "desc_info": "detail_pictures"},
        skus="skus", of_skus={"sale_price": "price"}, elsewhere=_ELSEWHERE,
    )  # fmt: skip


_LACKS, _LACKS_BY_EXPRESS = _lacks(), _lacks(express_info="extra.freight")


class WechatShop(RequestForm):
    """`extras`: category (the leaf, or the numbers of all levels), delivery (0: by express), freight (the template), brand_id, commit."""

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """A listing as a product. Without `commit` it stays a draft."""
        rules, extras, all_skus = terms(self.channel, day), told(listing, account), skus(listing)
        pictures = addresses(listing.pictures, _OWN)
        item: dict[str, Any] = {
            "out_product_id": listing.code, "title": listing.title, "listing": int(flag(extras, "commit")),
            "skus": [_sku(sku, pictures[:1], rules) for sku in all_skus],
        }  # fmt: skip
        if listing.pictures:
            item["head_imgs"] = pictures
        if listing.detail_pictures:
            details = addresses(listing.detail_pictures, _OWN)
            item["desc_info"] = {"imgs": details} if details else {}
        if listing.short_title:
            item["short_title"] = listing.short_title
        if "delivery" in extras:
            item["deliver_method"] = whole(extras["delivery"])
        if levels := re.findall(r"[0-9]+", extras.get("category", "")):
            item["cats_v2"] = [{"cat_id": one} for one in levels]
        if attributes := _attributes(listing):
            item["attrs"] = attributes
        if "brand_id" in extras:
            item["brand_id"] = extras["brand_id"]
        if "freight" in extras:
            item["express_info"] = _express(extras["freight"], all_skus, rules)
        return item

    call = "POST /channels/ec/product/add"

    def wanted(self, item: Item) -> Lacks:
        """Only what goes by express has a freight template."""
        return _LACKS_BY_EXPRESS if item.get("deliver_method") == _BY_EXPRESS else _LACKS

    def stock(self, lines: Sequence[StockLine], day: date, account: Account) -> Plan:
        """Differences to what was told before, one call for each SKU; with numbers of warehouses, for each SKU and warehouse.

        The page advises against setting stock: orders that come in meanwhile would be overwritten.
        """
        by_place = bool(account.warehouses)
        found, kept = changes(self.channel, lines, day, account, one_place=not by_place)
        path = "POST /channels/ec/warehouse/stock/update" if by_place else "POST /channels/ec/product/stock/update"
        sent = []
        for one in known(self.channel, found, account, kept):
            by = one.said.by
            body = {
                "product_id": str(one.product),
                "sku_id": str(one.sku),
                "diff_type": 1 if by > 0 else 2,
                "num": abs(by),
            }
            if by_place:
                body["out_warehouse_id"] = one.said.warehouse
            sent.append(Request(path, body, (one.said.code,)))
        return Plan(tuple(sent), tuple(kept))

    def prices(self, lines: Sequence[PriceLine], day: date, account: Account) -> Plan:
        """Prices in fen, one call for each product; only for goods that have been on sale and are not being audited."""
        rules = terms(self.channel, day)
        fine, kept = sift_prices(self.channel, lines, day, account)
        by_product: dict[str, list[dict[str, Any]]] = {}
        codes: dict[str, list[str]] = {}
        for one in known(self.channel, fine, account, kept):
            product = str(one.product)
            entry = {"sku_id": str(one.sku), "sale_price": rules.price(one.said.price)}
            by_product.setdefault(product, []).append(entry)
            codes.setdefault(product, []).append(one.said.code)
        sent = [
            Request("POST /channels/ec/product/auditfree", {"product_id": product, "skus": part}, tuple(codes[product]))
            for product, part in by_product.items()
        ]
        return Plan(tuple(sent), tuple(kept))


def _sku(sku: Sku, thumb: Sequence[str], rules: Terms) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "out_sku_id": sku.code, "sku_code": sku.code, "stock_num": max(sku.stock, 0),
        "sku_attrs": [{"attr_key": name, "attr_value": value} for name, value in sku.options.items()],
    }  # fmt: skip
    if sku.price and rules.takes(sku.price):
        entry["sale_price"] = rules.price(sku.price)
    if thumb:
        entry["thumb_img"] = thumb[0]
    if sku.barcode:
        entry["bar_code"] = sku.barcode
    return entry


def _express(template: str, all_skus: Sequence[Sku], rules: Terms) -> dict[str, Any]:
    grams = max(sku.weight or 0 for sku in all_skus)
    return {"template_id": template, "weight": rules.weight(grams)} if grams else {"template_id": template}


def _attributes(listing: Listing) -> list[dict[str, str]]:
    """Answers to the category's questions, then what the card tells besides; both by name."""
    found = {one.name: _answer(one) for one in listing.answers}
    return [{"attr_key": name, "attr_value": value} for name, value in {**listing.attributes, **found}.items()]


def _answer(answer: Answer) -> str:
    """Several choices stand with semicolons between them, a unit after a space (known from memory only)."""
    text = ";".join(text for _, text in answer.values)
    return f"{text} {answer.unit}" if answer.unit else text
