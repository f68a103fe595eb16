"""Pinduoduo: pdd.goods.add, stock by pdd.goods.quantity.update, prices by pdd.goods.sku.price.update.

From the official comments in an SDK of 2024. A product goes to the platform's check at once: drafts have another call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from service.listings.forms import sifting
from service.listings.forms.chinese import (
    Lacks,
    RequestForm,
    Sku,
    Terms,
    addresses,
    axes,
    flag,
    known,
    ref,
    sift_prices,
    skus,
    terms,
    told,
    totals,
    whole,
)
from service.listings.forms.form import Account, Item, Offered, Plan, PriceLine, Request, StockLine
from service.listings.listing import Answer, Listing

__all__ = ["Pinduoduo"]

_HOME, _IMPORTED, _BONDED = 1, 2, 3
_SHIPPED = {_BONDED: 96 * 3600, 4: 120 * 3600}
"""Seconds until goods are sent, where the kind of goods leaves no choice: from bonded stores, by post from abroad."""
_WITH_COUNTRY = (_IMPORTED, _BONDED)
_ALL_AT_ONCE = 1
_AS_IT_IS = 1
_LIMIT = 999  # the only number the field takes

_NEEDED = {
    "goods_name": "title", "cat_id": "extra.category", "cost_template_id": "extra.freight", "country_id": "extra.country",
    "carousel_gallery": "pictures", "detail_gallery": "detail_pictures", "market_price": "old_price", "goods_type": "extra.goods_type",
    "shipment_limit_second": "extra.ship_seconds", "is_refundable": "extra.refundable", "sku_list": "variants",
}  # fmt: skip
_WHOLE = {
    "cat_id": "extra.category", "cost_template_id": "extra.freight", "country_id": "extra.country", "goods_type": "extra.goods_type",
    "shipment_limit_second": "extra.ship_seconds",
}  # fmt: skip
_OVERSEA = (
    ("hs_code", "hs_code"), ("value_added_tax_rate", "vat_percent"), ("consumption_tax_rate", "consumption_tax_percent"),
    ("customs_broker", "customs_broker"), ("bonded_warehouse_key", "bonded_warehouse"),
)  # fmt: skip
_PICTURES = {"carousel_gallery": "pictures", "detail_gallery": "detail_pictures"}
_OF_SKUS = {"multi_price": "price", "price": "extra.single_more", "weight": "weight"}


def _lacks(**more: str) -> Lacks:
    return Lacks({**_NEEDED, **more}, whole=_WHOLE, pictures=_PICTURES, skus="sku_list", of_skus=_OF_SKUS)


_LACKS, _LACKS_ABROAD = _lacks(), _lacks(oversea_goods="extra.hs_code")


class Pinduoduo(RequestForm):
    """`extras`: category, freight, country, goods_type (1 … 4), single_more (fen that buying alone costs more), refundable, ship_seconds …

    Numbers of options (`spec_ids` of a SKU, such as "20,5") are asked of the platform for each value and kept among its numbers.
    """

    call = "POST pdd.goods.add"

    def wanted(self, item: Item) -> Lacks:
        """Goods from abroad need what customs ask."""
        return _LACKS if item.get("goods_type") == _HOME else _LACKS_ABROAD

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """A listing as a product. `market_price` is an old price the card can prove: none is made up."""
        rules, extras, all_skus = terms(self.channel, day), told(listing, account), skus(listing)
        item: dict[str, Any] = {
            "goods_name": listing.title, "out_goods_id": listing.code, "is_pre_sale": False, "second_hand": False,
            "is_folt": flag(extras, "tenfold"),
        }  # fmt: skip
        for key, name in (("cat_id", "category"), ("cost_template_id", "freight"), ("country_id", "country"), ("shipment_limit_second", "ship_seconds")):  # fmt: skip
            if name in extras:
                item[key] = whole(extras[name])
        if "refundable" in extras:
            item["is_refundable"] = flag(extras, "refundable")
        for key, pictures in (("carousel_gallery", listing.pictures), ("detail_gallery", listing.detail_pictures)):
            if pictures:
                item[key] = addresses(pictures)
        if listing.description:
            item["goods_desc"] = listing.description
        if listing.answers:
            item["goods_properties"] = [part for one in listing.answers for part in _answer(one)]
        if (old := [sku.old_price for sku in all_skus if rules.takes(sku.old_price)]) and len(old) == len(all_skus):
            item["market_price"] = max(rules.price(one) for one in old if one)
        _from_where(item, extras)
        if axes(all_skus) is not None:
            thumb = addresses(listing.pictures)[:1]
            item["sku_list"] = [_sku(sku, thumb, extras, rules, account) for sku in all_skus]
        return item

    def requests(self, items: Sequence[Offered], day: date, account: Account) -> Plan:
        """One call for each product; SKUs whose options the platform has given no numbers hold it back."""
        nameless = {one.code for one in items if any("spec_id_list" not in sku for sku in one.item.get("sku_list", ()))}
        plan = super().requests([one for one in items if one.code not in nameless], day, account)
        kept = [sifting.no_ref(self.channel, code, "spec_ids") for code in sorted(nameless)]
        return Plan(plan.requests, (*kept, *plan.held))

    def stock(self, lines: Sequence[StockLine], day: date, account: Account) -> Plan:
        """Full stock over all places, one call for each SKU; by our own code where the platform's number is not known."""
        counts, kept = totals(self.channel, lines, day, account)
        sent = []
        for one in counts:
            product, sku = (
                ref(account, "product_id", one.code, one.product),
                ref(account, "sku_id", one.code),
            )
            if product is None:
                kept.append(sifting.no_ref(self.channel, one.code, "product_id"))
                continue
            body = {"goods_id": product, "quantity": one.quantity, "update_type": _ALL_AT_ONCE}
            named = {"outer_id": one.code} if sku is None else {"sku_id": sku}
            sent.append(Request("POST pdd.goods.quantity.update", body | named, (one.code,)))
        return Plan(tuple(sent), tuple(kept))

    def prices(self, lines: Sequence[PriceLine], day: date, account: Account) -> Plan:
        """Prices in fen, one call for each product; what buying alone costs follows if the shop has told by how much it is more."""
        rules = terms(self.channel, day)
        more = whole(account.extras.get("single_more", ""))
        fine, kept = sift_prices(self.channel, lines, day, account)
        calls: dict[int, list[dict[str, Any]]] = {}
        codes: dict[int, list[str]] = {}
        for one in known(self.channel, fine, account, kept):
            price = rules.price(one.said.price)
            entry = {"sku_id": one.sku, "group_price": price}
            if isinstance(more, int):
                entry["single_price"] = price + more
            calls.setdefault(one.product, []).append(entry)
            codes.setdefault(one.product, []).append(one.said.code)
        sent = [
            Request(
                "POST pdd.goods.sku.price.update", {"goods_id": product, "sku_price_list": part, "sync_goods_operate": _AS_IT_IS},
                tuple(codes[product]),
            )
            for product, part in calls.items()
        ]  # fmt: skip
        return Plan(tuple(sent), tuple(kept))


def _sku(
    sku: Sku, thumb: Sequence[str], extras: Mapping[str, str], rules: Terms, account: Account
) -> dict[str, Any]:  # fmt: skip
    entry: dict[str, Any] = {
        "out_sku_sn": sku.code, "is_onsale": 1, "limit_quantity": _LIMIT, "quantity": max(sku.stock, 0), "thumb_url": "".join(thumb),
    }  # fmt: skip
    specs = account.refs.get(sku.code, {}).get("spec_ids", "")
    if specs or not sku.options:
        entry["spec_id_list"] = f"[{specs}]"
    if sku.price and rules.takes(sku.price):
        entry["multi_price"] = price = rules.price(sku.price)
        if isinstance(more := whole(extras.get("single_more", "")), int):
            entry["price"] = price + more
    if sku.weight:
        entry["weight"] = rules.weight(sku.weight)
    return entry


def _from_where(item: dict[str, Any], extras: Mapping[str, str]) -> None:
    """The kind of goods, and what follows from it: country, days until it is sent, customs."""
    kind = whole(extras["goods_type"]) if "goods_type" in extras else None if flag(extras, "cross_border") else _HOME
    if kind is None:
        return
    item["goods_type"] = kind
    if kind not in _WITH_COUNTRY:
        item["country_id"] = 0
    if isinstance(kind, int) and kind in _SHIPPED:
        item["shipment_limit_second"] = _SHIPPED[kind]
    if kind != _HOME and "hs_code" in extras:
        item["oversea_goods"] = {
            key: whole(extras[name]) if key.endswith("_rate") else extras[name] for key, name in _OVERSEA if name in extras
        }  # fmt: skip


def _answer(answer: Answer) -> list[dict[str, Any]]:
    unit = {"value_unit": answer.unit} if answer.unit else {}
    return [
        {"ref_pid": whole(answer.attribute), "value": text, **({"vid": whole(number)} if number else {}), **unit}
        for number, text in answer.values
    ]
