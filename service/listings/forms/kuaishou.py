"""Kuaishou shop: open.item.new, stock by differences with open.item.sku.stock.update, prices by open.item.sku.price.update.

Only SDKs were read, the newest of 2026: nothing here has been seen in an official text of today. The platform takes 500 new products of a
shop a day and wants none of the others sent again that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from service.i18n import N_
from service.listings import rules
from service.listings.forms import sifting
from service.listings.forms.chinese import (
    Lacks,
    RequestForm,
    Sku,
    Terms,
    addresses,
    axes,
    changes,
    flag,
    known,
    sift_prices,
    skus,
    terms,
    told,
    whole,
)
from service.listings.forms.form import Account, Item, Offered, Plan, PriceLine, Request, StockLine
from service.listings.forms.sifting import held
from service.listings.listing import Answer, Listing

__all__ = ["Kuaishou"]

_DAY = 86_400
_TEXT, _BOXES, _NUMBER, _RADIO = 1, 2, 3, 8
_OF_GOODS = 2
_OWN_OPTION = 1
_TOO_MANY = (
    N_("{channel} takes {limit} new products a day; {name} is beyond them."),
    N_("Export it again on another day."),
)


class Kuaishou(RequestForm):
    """`extras`: category, freight (the template), refund (1: may be given back within 7 days, 4: may not …), ship_seconds (86400, 172800), commit.

    Without `commit` the product is not put on sale at once.
    """

    call = "POST /open/item/new"
    lacks = Lacks(
        {
            "title": "title", "categoryId": "extra.category", "imageUrls": "pictures", "detailImageUrls": "detail_pictures",
            "expressTemplateId": "extra.freight", "skuList": "variants",
        },
        whole={"categoryId": "extra.category", "expressTemplateId": "extra.freight"},
        pictures={"imageUrls": "pictures", "detailImageUrls": "detail_pictures", "threeQuartersImageUrls": "tall_pictures"},
        skus="skuList", of_skus={"skuSalePrice": "price"},
    )  # fmt: skip

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """A listing as a product; its SKUs only if every combination of options is there."""
        rules_of, extras, all_skus = terms(self.channel, day), told(listing, account), skus(listing)
        service: dict[str, Any] = {"immediatelyOnOfflineFlag": int(not flag(extras, "commit"))}
        item: dict[str, Any] = {"title": listing.title, "serviceRule": service}
        for key, name in (("categoryId", "category"), ("expressTemplateId", "freight")):
            if name in extras:
                item[key] = whole(extras[name])
        for key, pictures in (
            ("imageUrls", listing.pictures), ("detailImageUrls", listing.detail_pictures), ("threeQuartersImageUrls", listing.tall_pictures),
        ):  # fmt: skip
            if pictures:
                item[key] = addresses(pictures)
        if "refund" in extras:
            service["refundRule"] = extras["refund"]
        if "ship_seconds" in extras:
            service["promiseDeliveryTime"] = whole(extras["ship_seconds"])
        if listing.short_title:
            item["shortTitle"] = listing.short_title
        if listing.description:
            item["details"] = listing.description
        if listing.answers:
            item["itemPropValues"] = [_answer(one) for one in listing.answers]
        if (found := axes(all_skus)) is not None:
            item["skuList"] = [_sku(sku, found, rules_of) for sku in all_skus]
        return item

    def requests(self, items: Sequence[Offered], day: date, account: Account) -> Plan:
        """One call for each product, no more than the day takes; the platform asks not to try again on the same day."""
        plan = super().requests(items, day, account)
        most = min((one.times for one in self.channel.find(rules.Rate, day) if one.call == "open.item.new" and one.seconds == _DAY), default=None)  # fmt: skip
        if most is None:
            return plan
        late = [
            held(code, _TOO_MANY, channel=sifting.name_of(self.channel), limit=most, name=code)
            for one in plan.requests[most:] for code in one.codes
        ]  # fmt: skip
        return Plan(plan.requests[:most], (*plan.held, *late))

    def stock(self, lines: Sequence[StockLine], day: date, account: Account) -> Plan:
        """Differences to what was told before, over all places, one call for each SKU."""
        found, kept = changes(self.channel, lines, day, account)
        sent = [
            Request(
                "POST /open/item/sku/stock/update",
                {"kwaiItemId": one.product, "skuId": one.sku, "skuChangeStock": abs(one.said.by), "changeType": 1 if one.said.by > 0 else 2},
                (one.said.code,),
            )
            for one in known(self.channel, found, account, kept)
        ]  # fmt: skip
        return Plan(tuple(sent), tuple(kept))

    def prices(self, lines: Sequence[PriceLine], day: date, account: Account) -> Plan:
        """Prices in fen, one call for each SKU."""
        rules_of = terms(self.channel, day)
        fine, kept = sift_prices(self.channel, lines, day, account)
        sent = [
            Request("POST /open/item/sku/price/update", {"itemId": one.product, "skuId": one.sku, "price": rules_of.price(one.said.price)}, (one.said.code,))
            for one in known(self.channel, fine, account, kept)
        ]  # fmt: skip
        return Plan(tuple(sent), tuple(kept))


def _sku(sku: Sku, options: dict[str, list[str]], rules_of: Terms) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "skuNick": sku.code, "skuStock": max(sku.stock, 0),
        "skuProps": [
            {"propName": name, "propValueName": sku.options[name], "isMainProp": 0, "propVersion": _OWN_OPTION, "propSortNum": at,
             "propValueSortNum": values.index(sku.options[name]) + 1}
            for at, (name, values) in enumerate(options.items(), 1)
        ],
    }  # fmt: skip
    if sku.price and rules_of.takes(sku.price):
        entry["skuSalePrice"] = rules_of.price(sku.price)
    if sku.old_price and rules_of.takes(sku.old_price):
        entry["skuMarketPrice"] = rules_of.price(sku.old_price)
    if sku.barcode:
        entry["gtinCode"] = sku.barcode
    return entry


def _answer(answer: Answer) -> dict[str, Any]:
    """An answer by its kind: words and numbers as text, one choice or several by the dictionary's numbers."""
    entry: dict[str, Any] = {"propId": whole(answer.attribute), "propName": answer.name, "propType": _OF_GOODS}
    if answer.kind == "choice":
        chosen = [
            {"propValue": text, "propValueId": whole(number)} if number else {"propValue": text}
            for number, text in answer.values
        ]  # fmt: skip
        one = len(chosen) == 1
        entry["inputType"] = _RADIO if one else _BOXES
        entry["radioPropValue" if one else "checkBoxPropValuesList"] = chosen[0] if one else chosen
    else:
        entry["inputType"] = _NUMBER if answer.kind == "number" else _TEXT
        entry["textPropValue"] = "，".join(text for _, text in answer.values)
    if answer.unit:
        entry["unitPropValueId"] = whole(answer.unit)
    return entry
