"""Megamarket: cards as a YML feed, prices and stock by calls. Shapes are read in others' code: nobody has tried them against Megamarket.

Of `Account.extras`, besides what YML needs: outlet, the number of the shop's warehouse there; shipment_days and order_before, how soon it
hands over. The token belongs into data.token and is added by whoever sends.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from service.listings.forms import sifting
from service.listings.forms.feed import Head, clean, head
from service.listings.forms.form import Account, Item, Plan, PriceLine, Request, StockLine
from service.listings.forms.yml import Yml

__all__ = ["Megamarket"]

_CALL = "POST /api/merchantIntegration/v1/offerService/"
_PRICES, _STOCKS = "manualPrice/save", "stock/update"


class Megamarket(Yml):
    """A feed like Yandex's, with stock by warehouse and the days of handing over."""

    def parts(self, item: Item, account: Account) -> tuple[list[Head], list[Any]]:
        """An offer's elements; `count` becomes the stock of the shop's warehouse."""
        heads, texts = super().parts({name: value for name, value in item.items() if name != "count"}, account)
        outlet, days, before = (
            clean(account.extras.get(name, "")) for name in ("outlet", "shipment_days", "order_before")
        )
        if outlet and "count" in item:
            heads.append(head("outlets/outlet", {"id": outlet, "instock": str(item["count"])}))
            texts.append(None)
        if days:
            heads.append(
                head("shipment-options/option", {"days": days, "order-before": before} if before else {"days": days})
            )
            texts.append(None)
        return heads, texts

    def stock(self, lines: Sequence[StockLine], day: date, account: Account) -> Plan:
        """What can be sold, all warehouses of the shop together."""
        counts, held = sifting.sift_stock(self.channel, lines, day, account, one_place=True)
        told = [{"offerId": one.code, "quantity": one.quantity} for one in counts]
        return Plan(self._calls(_STOCKS, "stocks", told, day), tuple(held))

    def prices(self, lines: Sequence[PriceLine], day: date, account: Account) -> Plan:
        """Prices in whole roubles."""
        fine, held = sifting.sift_prices(self.channel, lines, day, account)
        told = [
            {"offerId": one.code, "price": sifting.price(self.channel, one.price, day, "price"), "isDeleted": False}
            for one in fine
        ]  # fmt: skip
        return Plan(self._calls(_PRICES, "prices", told, day), tuple(held))

    def _calls(self, call: str, key: str, told: list[dict[str, Any]], day: date) -> tuple[Request, ...]:
        most = sifting.most_of(self.channel, call, day)
        return tuple(
            Request(f"{_CALL}{call}", {"meta": {}, "data": {key: list(part)}}, tuple(one["offerId"] for one in part))
            for part in sifting.parts(told, most)
        )  # fmt: skip
