"""Yandex Market by its Partner API. One bad item spoils a whole request, so only clean items get into one.

The shop tells `business_id`; each of its warehouses is a campaign, which takes stock and VAT codes. Prices stand in RUR, never RUB.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

from service.i18n import N_
from service.listings.channels import Channel
from service.listings.forms import sifting
from service.listings.forms.document import write_document
from service.listings.forms.form import Account, Held, Item, Offered, Plan, PriceLine, Request, StockLine
from service.listings.listing import Answer, Listing, Money, label
from service.listings.rules import HowMany

__all__ = ["YandexMarket"]


class YandexMarket:
    """An item is one of `offerMappings`, with the VAT code beside the offer: campaigns take it by a call of their own."""

    suffix = "json"

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """A listing as an offer: centimetres and kilograms, RUR, parameters by their numbers."""
        channel = self.channel
        offer: dict[str, Any] = {"offerId": listing.code, "name": listing.title}
        if category := sifting.said("category", listing, account):
            offer["marketCategoryId"] = sifting.number(category)
        if listing.brand:
            offer["vendor"] = listing.brand
        if listing.description:
            offer["description"] = listing.description
        if listing.pictures:
            offer["pictures"] = [one.url for one in listing.pictures]
        if listing.tags:
            offer["tags"] = list(dict.fromkeys(listing.tags))
        if listing.barcodes:
            offer["barcodes"] = list(dict.fromkeys(listing.barcodes))
        box = listing.dimensions
        if box is not None and listing.weight is not None:  # the schema takes all four or none
            offer["weightDimensions"] = {
                "length": sifting.size(channel, box.length, day, "length"),
                "width": sifting.size(channel, box.width, day, "width"),
                "height": sifting.size(channel, box.height, day, "height"),
                "weight": sifting.size(channel, listing.weight, day, "weight"),
            }
        if listing.price is not None:
            offer["basicPrice"] = self._price(listing.price, listing.old_price, day)
        if tnved := listing.extras.get("tnved"):
            offer["commodityCodes"] = [{"code": tnved, "type": "CUSTOMS_COMMODITY_CODE"}]
        if country := listing.extras.get("country"):
            offer["manufacturerCountries"] = [country]
        if listing.answers:
            offer["parameterValues"] = [value for answer in listing.answers for value in _parameters(answer)]
        item: dict[str, Any] = {"offer": offer}
        if listing.vat is not None and (code := sifting.vat(channel, listing.vat, day)):
            item["vat"] = int(code)
        return item

    def requests(self, items: Sequence[Offered], day: date, account: Account) -> Plan:
        """Cards first, then the VAT codes of those that told a rate, once for each campaign."""
        business = _digits(account.extras.get("business_id"))
        if not business:
            return Plan((), sifting.no_account(self.channel, [one.code for one in items], "business_id"))
        clean, held = self._sifted(items, day)
        most = sifting.most_of(self.channel, "offer-mappings/update", day)
        calls = [
            Request(
                f"POST /v2/businesses/{business}/offer-mappings/update",
                {"offerMappings": [sifting.without(one.item, "vat") for one in part]}, tuple(one.code for one in part),
            )
            for part in sifting.parts(clean, most)
        ]  # fmt: skip
        rates = [(one.code, one.item["vat"]) for one in clean if "vat" in one.item]
        told, unsaid = self._rates(rates, day, account)
        return Plan((*calls, *told), (*held, *unsaid))

    def stock(self, lines: Sequence[StockLine], day: date, account: Account) -> Plan:
        """Stock by campaign; numbers are absolute and replace what was told before."""
        counts, held = sifting.sift_stock(self.channel, lines, day, account)
        most = sifting.most_of(self.channel, "offers/stocks", day)
        calls = []
        for campaign in dict.fromkeys(one.warehouse for one in counts):
            there = [one for one in counts if one.warehouse == campaign]
            if not _digits(campaign):
                held += sifting.no_account(self.channel, [one.code for one in there], "campaign")
                continue
            for part in sifting.parts(there, most):
                skus = [
                    {"sku": one.code, "items": [{"count": one.quantity, "updatedAt": _moment(one.at)}]} for one in part
                ]  # fmt: skip
                call = f"PUT /v2/campaigns/{campaign}/offers/stocks"
                calls.append(Request(call, {"skus": skus}, tuple(one.code for one in part)))
        return Plan(tuple(calls), tuple(held))

    def prices(self, lines: Sequence[PriceLine], day: date, account: Account) -> Plan:
        """Prices for the whole business, then VAT codes for each campaign."""
        business = _digits(account.extras.get("business_id"))
        if not business:
            return Plan((), sifting.no_account(self.channel, [one.code for one in lines], "business_id"))
        fine, held = sifting.sift_prices(self.channel, lines, day, account)
        most = sifting.most_of(self.channel, "offer-prices/updates", day)
        calls = [
            Request(
                f"POST /v2/businesses/{business}/offer-prices/updates",
                {"offers": [{"offerId": one.code, "price": self._price(one.price, one.old_price, day)} for one in part]},
                tuple(one.code for one in part),
            )
            for part in sifting.parts(fine, most)
        ]  # fmt: skip
        rates = [
            (one.code, int(code)) for one in fine if one.vat and (code := sifting.vat(self.channel, one.vat, day))
        ]  # fmt: skip
        told, unsaid = self._rates(rates, day, account)
        return Plan((*calls, *told), (*held, *unsaid))

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """The requests as one document."""
        write_document(self.channel, self.requests(list(items), day, account), day, to)

    def _price(self, price: Money, old: Money | None, day: date) -> dict[str, Any]:
        told = {
            "value": sifting.price(self.channel, price, day, "price"),
            "currencyId": sifting.currency(self.channel, price.currency, day),
        }
        if old is not None:
            told["discountBase"] = sifting.price(self.channel, old, day, "old_price")
        return told

    def _sifted(self, items: Sequence[Offered], day: date) -> tuple[list[Offered], list[Held]]:
        clean: list[Offered] = []
        held: list[Held] = []
        counts = (one for one in self.channel.find(HowMany, day) if one.field == "attributes")
        most = next((one.max for one in counts if one.max is not None), None)
        for one in sifting.offered(items):
            found = list(self._faults(one.code, one.item["offer"], most))
            held += found
            if not found:
                clean.append(one)
        return clean, held

    def _faults(self, code: str, offer: Item, most: int | None) -> Iterable[Held]:
        category = offer.get("marketCategoryId")
        if not isinstance(category, int) or category < 1:
            yield sifting.no_number(self.channel, code, "extra.category", category)
        if sifting.loose(offer.get("pictures", ())):
            yield sifting.no_address(self.channel, code)
        values = offer.get("parameterValues", ())
        if most is not None and len(values) > most:
            facts = {"field": label("attributes"), "actual": len(values), "limit": most, "by": len(values) - most}
            yield sifting.held(code, _TOO_MANY, **facts)
        for value in values:
            for told in (value["parameterId"], value.get("valueId", 1), value.get("unitId", 1)):
                if not isinstance(told, int) or told < 1:
                    yield sifting.no_number(self.channel, code, "attributes", told)

    def _rates(
        self, rates: Sequence[tuple[str, int]], day: date, account: Account
    ) -> tuple[list[Request], tuple[Held, ...]]:  # fmt: skip
        campaigns = sorted({one for one in account.warehouses.values() if _digits(one)}, key=int)
        if not campaigns:
            return [], sifting.no_account(self.channel, [code for code, _ in rates], "campaign")
        most = sifting.most_of(self.channel, "offers/update", day)
        return [
            Request(
                f"POST /v2/campaigns/{campaign}/offers/update",
                {"offers": [{"offerId": code, "vat": rate} for code, rate in part]}, tuple(code for code, _ in part),
            )
            for campaign in campaigns for part in sifting.parts(rates, most)
        ], ()  # fmt: skip


_TOO_MANY = (N_("{field}: {actual}, at most {limit}."), N_("Leave out {by}."))


def _parameters(answer: Answer) -> Iterable[dict[str, Any]]:
    """One entry for each value; a value of the dictionary goes by its number, other words as they are."""
    for known, words in answer.values:
        told: dict[str, Any] = {"parameterId": sifting.number(answer.attribute)}
        if answer.unit:
            told["unitId"] = sifting.number(answer.unit)
        told |= {"valueId": sifting.number(known)} if known else {"value": words}
        yield told


def _digits(text: str | None) -> str:
    return text if text and isinstance(found := sifting.number(text), int) and found > 0 else ""


def _moment(at: datetime) -> str:
    """A moment with its zone; one that names none is UTC."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat(timespec="seconds")
