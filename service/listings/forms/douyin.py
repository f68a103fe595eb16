"""Douyin shop: product.addV2, for goods sent over the border product.addCbProduct; stock by sku.syncStockBatch, prices by sku.editPrice.

From the comments of the official SDK of 2023. A later one calls `specs` and `spec_prices` out of use and names `spec_info` and
`spec_prices_v2` in their place; nobody has tried whether the old ones are still taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from service.listings.forms.chinese import (
    Lacks,
    RequestForm,
    Sku,
    Terms,
    Total,
    addresses,
    axes,
    flag,
    known,
    sift_prices,
    skus,
    terms,
    told,
    totals,
    whole,
)  # fmt: skip
from service.listings.forms.form import Account, Item, Plan, PriceLine, Request, StockLine
from service.listings.listing import Answer, Listing

__all__ = ["Douyin"]

_NO_BRAND = "596120136"
_SIGNS = frozenset(",|^")
_MOST_AXES = 3
_MOST_WEIGHT = 10_000  # from here on the other unit must be named
_LIVE_ONLY = [1]

_NEEDED = {
    "category_leaf_id": "extra.category", "name": "title", "pic": "pictures", "description": "detail_pictures", "freight_id": "extra.freight",
    "mobile": "extra.mobile", "specs": "variants", "spec_prices": "price",
}  # fmt: skip
_WHOLE = {
    "category_leaf_id": "extra.category", "freight_id": "extra.freight", "reduce_type": "extra.reduce_type",
    "product_type": "extra.product_type", "standard_brand_id": "extra.brand_id", "delivery_delay_day": "extra.delay_days",
    "supply_7day_return": "extra.seven_days",
}  # fmt: skip
_PICTURES = {
    "pic": "pictures",
    "description": "detail_pictures",
    "main_image_three_to_four": "tall_pictures",
}
_LACKS = Lacks(_NEEDED, whole=_WHOLE, pictures=_PICTURES)
_LACKS_ABROAD = Lacks({**_NEEDED, "supply_7day_return": "extra.seven_days"}, whole=_WHOLE, pictures=_PICTURES)


class Douyin(RequestForm):
    """`extras`: category, freight, mobile, brand_id, reduce_type (1: stock goes when ordered), commit, live_only, cross_border (yes) …

    Without `commit` products stay drafts; `cross_border` and `commit` are the shop's or the goods'.
    """

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """A listing as a product. What cannot be written truly is left out, so that `requests` holds the product back."""
        rules, extras, all_skus = terms(self.channel, day), told(listing, account), skus(listing)
        abroad = flag(extras, "cross_border")
        item: dict[str, Any] = {
            "outer_product_id": listing.code, "product_type": whole(extras.get("product_type", "0")), "name": listing.title,
            "reduce_type": whole(extras.get("reduce_type", "1")), "commit": flag(extras, "commit"),
            "standard_brand_id": whole(extras.get("brand_id", _NO_BRAND)),
        }  # fmt: skip
        for key, name in (("category_leaf_id", "category"), ("freight_id", "freight"), ("delivery_delay_day", "delay_days")):  # fmt: skip
            if name in extras:
                item[key] = whole(extras[name])
        if "mobile" in extras:
            item["mobile"] = extras["mobile"]
        for key, pictures in (
            ("pic", listing.pictures), ("description", listing.detail_pictures), ("main_image_three_to_four", listing.tall_pictures),
        ):  # fmt: skip
            if pictures:
                item[key] = "|".join(addresses(pictures))
        if flag(extras, "live_only"):
            item["sell_channel"] = _LIVE_ONLY
        if listing.answers:
            item["product_format_new"] = _answers(listing.answers)
        _weigh(item, all_skus)
        _offer(item, all_skus, rules, abroad=abroad)
        return _over_the_border(item, extras) if abroad else item

    def wanted(self, item: Item) -> Lacks:
        """Goods sent over the border must say whether they can be given back."""
        return _LACKS_ABROAD if "biz_kind" in item else _LACKS

    def called(self, item: Item) -> str:
        """Goods sent over the border have a call of their own."""
        return "POST /product/addCbProduct" if "biz_kind" in item else "POST /product/addV2"

    def stock(self, lines: Sequence[StockLine], day: date, account: Account) -> Plan:
        """Full stock, one call for each product: all of its SKUs are taken or none. With numbers of warehouses, by warehouse.

        Goods sent over the border have their stock in warehouses only.
        """
        by_place = bool(account.warehouses) or flag(account.extras, "cross_border")
        counts, kept = totals(self.channel, lines, day, account, one_place=not by_place)
        calls: dict[int, dict[int, dict[str, Any]]] = {}
        codes: dict[int, dict[str, None]] = {}
        for one in known(self.channel, counts, account, kept):
            codes.setdefault(one.product, {})[one.said.code] = None
            _put(calls.setdefault(one.product, {}), one.sku, one.said)
        sent = [
            Request("POST /sku/syncStockBatch", _stock(product, by_sku), tuple(codes[product]))
            for product, by_sku in calls.items()
        ]
        return Plan(tuple(sent), tuple(kept))

    def prices(self, lines: Sequence[PriceLine], day: date, account: Account) -> Plan:
        """Prices in fen, one call for each SKU."""
        rules = terms(self.channel, day)
        fine, kept = sift_prices(self.channel, lines, day, account)
        sent = [
            Request("POST /sku/editPrice", {"product_id": one.product, "sku_id": one.sku, "price": rules.price(one.said.price)}, (one.said.code,))
            for one in known(self.channel, fine, account, kept)
        ]  # fmt: skip
        return Plan(tuple(sent), tuple(kept))


def _stock(product: int, by_sku: dict[int, dict[str, Any]]) -> dict[str, Any]:
    return {"product_id": product, "incremental": False, "sku_sync_list": list(by_sku.values())}


def _put(by_sku: dict[int, dict[str, Any]], sku: int, total: Total) -> None:
    if not total.warehouse:
        by_sku[sku] = {"sku_id": sku, "sku_type": 0, "stock_num": total.quantity}
        return
    entry = by_sku.setdefault(sku, {"sku_id": sku, "sku_type": 1, "stock_map": []})
    entry["stock_map"].append({"out_warehouse_id": total.warehouse, "stock_num": total.quantity})


def _weigh(item: dict[str, Any], all_skus: Sequence[Sku]) -> None:
    """The heaviest SKU's weight, in grams while they are few enough; none unless all are known."""
    grams = max(sku.weight or 0 for sku in all_skus)
    if all(sku.weight for sku in all_skus):
        light = grams < _MOST_WEIGHT
        item["weight"], item["weight_unit"] = (grams, 1) if light else (Decimal(grams) / 1000, 0)


def _offer(item: dict[str, Any], all_skus: Sequence[Sku], rules: Terms, *, abroad: bool) -> None:
    """Options and SKUs: `name|v1,v2^name2|v3`, and JSON in a text. Left out if signs, gaps or currencies stand against it."""
    found = axes(all_skus)
    if found and len(found) <= _MOST_AXES and all(map(_plain, (*found, *(one for values in found.values() for one in values)))):  # fmt: skip
        item["specs"] = "^".join(f"{name}|{','.join(values)}" for name, values in found.items())
    if all(rules.takes(sku.price) for sku in all_skus):
        names = list(found or ())
        item["spec_prices"] = orjson.dumps([_sku(sku, names, rules, abroad=abroad) for sku in all_skus]).decode()
        _refer(item, all_skus, rules)


def _plain(text: str) -> bool:
    return bool(text.strip()) and _SIGNS.isdisjoint(text)


def _sku(sku: Sku, names: Sequence[str], rules: Terms, *, abroad: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        f"spec_detail_name{at}": sku.options.get(name, "") for at, name in enumerate(names, 1)
    }  # fmt: skip
    entry["stock_num"] = 0 if abroad else max(sku.stock, 0)
    entry["price"] = rules.price(sku.price) if sku.price else 0
    entry["code"] = entry["outer_sku_id"] = sku.code
    if sku.weight:
        entry["delivery_infos"] = [{"info_type": "weight", "info_value": str(sku.weight), "info_unit": "g"}]
    return entry


def _refer(item: dict[str, Any], all_skus: Sequence[Sku], rules: Terms) -> None:
    """The price before: one for the product, so it stands only if it is right for every SKU (above its price, below ten times it)."""
    old = [sku.old_price for sku in all_skus if sku.old_price and rules.takes(sku.old_price)]
    prices = [sku.price.amount for sku in all_skus if sku.price]
    if len(old) == len(all_skus) and max(prices) < (most := max(one.amount for one in old)) < 10 * min(prices):
        item["reference_price"] = most


def _answers(answers: Sequence[Answer]) -> str:
    """{attribute: [{value, name, diy_type}]}, JSON in a text: own words where a choice is asked are marked as such."""
    told = {
        one.attribute: [
            {"value": int(number) if number and number.isdecimal() else 0, "name": text, "diy_type": int(one.kind == "choice" and not number)}
            for number, text in one.values
        ]
        for one in answers
    }  # fmt: skip
    return orjson.dumps(told).decode()


def _over_the_border(item: dict[str, Any], extras: Any) -> dict[str, Any]:
    item |= {"biz_kind": 2, "pay_type": 1}
    if "seven_days" in extras:
        item["supply_7day_return"] = whole(extras["seven_days"])
    if "logistics" in extras:
        item["logistics_info"] = extras["logistics"]
    return item
