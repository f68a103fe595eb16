"""YML, the feed of Yandex: for the Market and for its product search. Written offer by offer; our own RELAX NG says what is well formed.

Of `Account.extras`: name, company and url of the shop; product_url, a pattern such as "https://shop.ru/p/{code}"; zone ("+03:00" if not
told); category.<id> and category.<id>.parent name the shop's own categories. A listing's category is such a number, or a path of names
("Продукты / Мёд"), whose numbers are made from the names and so stay the same.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from functools import lru_cache
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO

from lxml import etree

from service.listings.channels import Channel
from service.listings.forms import sifting
from service.listings.forms.feed import Head, ListingUntold, Repeated, address, clean, head, page, text_of, told
from service.listings.forms.form import Account, Item, Offered
from service.listings.listing import Listing
from service.resources import root

__all__ = ["Yml", "faults", "grammar"]

_EXTRAS = {
    "vendor_code": "vendorCode", "tnved": "tn-ved-code", "country": "country_of_origin", "shelf_life": "period-of-validity-days", "shelf_life_comment": "comment-validity-days",
    "expiry": "expiry", "service_life": "service-life-days", "warranty": "warranty-days", "certificate": "certificate",
    "sales_notes": "sales_notes", "min_quantity": "min-quantity", "adult": "adult", "store": "store", "pickup": "pickup",
    "delivery": "delivery", "disabled": "disabled",
}  # fmt: skip
_ATTRIBUTES = ("id", "type", "available", "group_id")
_SHOP = ("name", "company", "url")
_MUST = ("id", "name", "price", "categoryId")
_NO_ELEMENTS = frozenset({*_ATTRIBUTES, "categories"})
_ZONE = re.compile(r"[+-][0-9]{2}:[0-9]{2}")
_NUMBER = re.compile("[1-9][0-9]{0,17}")
_KEPT_IN_MEMORY = 8_000_000


class Yml:
    """One offer for each listing."""

    suffix = "xml"

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def item(self, listing: Listing, day: date, account: Account) -> Item:
        """An offer by the names of its elements; `categories` is its category after those above it."""
        channel = self.channel
        offer: dict[str, Any] = {"id": clean(listing.code).strip(), "name": clean(listing.title).strip()}
        if _NUMBER.fullmatch(group := listing.extras.get("group", "")):
            offer["group_id"] = group
        if vendor := clean(listing.brand).strip():
            offer["vendor"] = vendor
        if url := page(
            listing.extras.get("url") or account.extras.get("product_url", ""), listing.code, listing.product
        ):
            offer["url"] = url
        if price := listing.price:
            offer["price"] = sifting.price(channel, price, day, "price")
            if (old := listing.old_price) and old.currency == price.currency and old.amount > price.amount:
                offer["oldprice"] = sifting.price(channel, old, day, "old_price")
            offer["currencyId"] = sifting.currency(channel, price.currency, day)
        if listing.vat and (vat := sifting.vat(channel, listing.vat, day)):
            offer["vat"] = vat
        if branch := _branch(listing, account):
            offer["categoryId"] = branch[-1]["id"]
            offer["categories"] = branch
        offer["picture"] = [picture.url for picture in listing.pictures if address(picture.url)]
        if description := clean(listing.description).strip():
            offer["description"] = description
        offer["param"] = _params(listing)
        offer["barcode"] = [code for told in listing.barcodes if (code := clean(told).strip())]
        if listing.weight:
            offer["weight"] = sifting.size(channel, listing.weight, day, "weight")
        if box := listing.dimensions:
            sides = ((box.length, "length"), (box.width, "width"), (box.height, "height"))
            offer["dimensions"] = "/".join(
                _written(sifting.size(channel, value, day, side)) for value, side in sides
            )  # fmt: skip
        if listing.stock is not None:
            offer["count"] = listing.stock
        for name, element in _EXTRAS.items():
            if value := clean(sifting.said(name, listing, account) or "").strip():
                offer[element] = value
        return offer

    def write(self, items: Iterable[Offered], to: BinaryIO, day: date, account: Account) -> None:
        """The whole feed. Categories stand before the offers that name them: what can be gone through twice is, of the rest offers wait

        in a temporary file. Raises `ShopUntold` and `ListingUntold`; nothing is written then.
        """
        shop = dict(zip(_SHOP, told(account.extras, *_SHOP), strict=True))
        seen = _Seen()
        waiting: IO[bytes] | None = None
        with ExitStack() as last:
            if isinstance(items, Sequence):
                for one in items:
                    seen.see(one)
            else:
                waiting = last.enter_context(SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY))
                with etree.xmlfile(waiting, encoding="UTF-8") as stream:
                    self._offers(map(seen.see, items), stream, account)
                waiting.seek(0)
            with etree.xmlfile(to, encoding="UTF-8", buffered=waiting is None) as stream:
                stream.write_declaration()
                zone = account.extras.get("zone", "")
                at = f"{day.isoformat()}T00:00:00{zone if _ZONE.fullmatch(zone) else '+03:00'}"
                with stream.element("yml_catalog", date=at), stream.element("shop"):
                    for tag, text in shop.items():
                        stream.write(_leaf(tag, text))
                    currencies = seen.currencies or [sifting.currency(self.channel, account.currency or "RUB", day)]
                    stream.write(_list("currencies", [_leaf("currency", "", id=code, rate="1") for code in currencies]))
                    stream.write(_list("categories", [_category(one) for one in seen.categories.values()]))
                    if waiting is None:
                        self._offers(items, stream, account)
                    else:
                        stream.flush()
                        shutil.copyfileobj(waiting, to, 1 << 20)

    def _offers(self, items: Iterable[Offered], stream: Any, account: Account) -> None:
        with stream.element("offers"):
            stream.write("\n")
            offers = Repeated(stream, "offer")
            for _, item in items:
                offers.write({key: item[key] for key in _ATTRIBUTES if key in item}, *self.parts(item, account))

    def parts(self, item: Item, account: Account) -> tuple[list[Head], list[Any]]:
        """An offer's elements in the order of the item, and their texts."""
        heads: list[Head] = []
        texts: list[Any] = []
        for key, value in item.items():
            kind = type(value)
            if key in _NO_ELEMENTS:
                continue
            if kind is str:
                heads.append(key)
                texts.append(value if key != "description" else text_of(value))
            elif kind is not list:
                heads.append(key)
                texts.append(_written(value))
            elif key == "param":
                for one in value:
                    heads.append(_param(one["name"], one.get("unit")))
                    texts.append(one["value"])
            else:
                heads += [key] * len(value)
                texts += value
        return heads, texts


@lru_cache(maxsize=10_000)
def _param(name: str, unit: str | None) -> Head:
    return head("param", {"name": name, "unit": unit} if unit else {"name": name})


class _Seen:
    """What offers name and the feed's head must tell."""

    def __init__(self) -> None:
        self.categories: dict[str, Mapping[str, str]] = {}
        self.currencies: dict[str, None] = {}

    def see(self, one: Offered) -> Offered:
        """Take note of an offer. Raises `ListingUntold`."""
        item = one.item
        if lacking := [name for name in _MUST if not item.get(name)]:
            raise ListingUntold(code=one.code, names=lacking)
        for category in item["categories"]:
            self.categories[category["id"]] = category
        self.currencies[item["currencyId"]] = None
        return one


def _params(listing: Listing) -> list[dict[str, str]]:
    found = [{"name": clean(name), "value": clean(text)} for name, text in listing.attributes.items()]
    for answer in listing.answers:
        for _, text in answer.values:
            one = {"name": clean(answer.name), "value": clean(text)}
            found.append(one | {"unit": clean(answer.unit)} if answer.unit else one)
    return [one for one in found if one["name"].strip() and one["value"].strip()]


def _branch(listing: Listing, account: Account) -> list[Mapping[str, str]]:
    """The listing's category below those it belongs to, from the root; empty if nobody has told. A number without a name is its own."""
    category = clean(sifting.said("category", listing, account) or "").strip()
    if not _NUMBER.fullmatch(category):
        return list(_path(category))
    branch: list[Mapping[str, str]] = []
    seen: set[str] = set()
    name = listing.extras.get("category_name", "")
    while category not in seen:
        seen.add(category)
        name = clean(name or account.extras.get(f"category.{category}", "")).strip() or category
        parent = account.extras.get(f"category.{category}.parent", "")
        above = bool(_NUMBER.fullmatch(parent)) and parent not in seen
        branch.insert(0, {"id": category, "name": name} | ({"parentId": parent} if above else {}))
        if above:
            category, name = parent, ""
    return branch


@lru_cache(maxsize=10_000)
def _path(path: str) -> tuple[Mapping[str, str], ...]:
    """Categories of a path of names; a number of fifteen digits comes from the names down to there."""
    names = [name for name in re.split(r"\s+[/>]\s+", path) if name.strip()]
    found: list[Mapping[str, str]] = []
    for at, name in enumerate(names, 1):
        number = int(hashlib.sha256("\0".join(names[:at]).encode()).hexdigest()[:12], 16) + 1
        one = {"id": str(number), "name": name}
        found.append(one | {"parentId": found[-1]["id"]} if found else one)
    return tuple(found)


def _written(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _leaf(tag: str, text: str, **attributes: str) -> Any:
    element = etree.Element(tag, attributes)
    element.text = text or None
    return element


def _list(tag: str, inside: Iterable[Any]) -> Any:
    element = etree.Element(tag)
    element.extend(inside)
    return element


def _category(one: Mapping[str, str]) -> Any:
    own = {"id": one["id"]} | ({"parentId": one["parentId"]} if "parentId" in one else {})
    return _leaf("category", one["name"], **own)


@lru_cache
def grammar(name: str = "yml") -> etree.RelaxNG:
    """Our RELAX NG: "yml" for any feed, "yml_search" with what the product search demands besides."""
    return etree.RelaxNG(etree.parse(str(root("catalogs") / "channels" / "schemas" / f"{name}.rng")))


def faults(feed: bytes, name: str = "yml") -> list[str]:
    """What is wrong with a whole feed: the grammar's words with their lines, then numbers that name nothing or two things."""
    try:
        tree = etree.fromstring(feed, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError as error:
        return [str(error)]
    rules = grammar(name)
    if not rules.validate(tree):
        return [f"{one.line}: {one.message}" for one in rules.error_log]
    known = [one.get("id") for one in tree.iterfind("shop/categories/category")]
    found = [f"category {one}: twice" for one in _twice(known)]
    found += [f"category {one.get('id')}: parent {up} is not there" for one in tree.iterfind("shop/categories/category") if (up := one.get("parentId")) and up not in known]  # fmt: skip
    here = set(known)
    offers = tree.findall("shop/offers/offer")
    found += [f"offer {one}: twice" for one in _twice([offer.get("id") for offer in offers])]
    for offer in offers:
        if offer.findtext("categoryId") not in here:
            found.append(f"offer {offer.get('id')}: its category is not there")
        old = offer.findtext("oldprice")
        if old and Decimal(old) <= Decimal(offer.findtext("price") or "0"):
            found.append(f"offer {offer.get('id')}: oldprice is not above price")
    return found


def _twice(names: Iterable[Any]) -> list[Any]:
    return [name for name, times in Counter(names).items() if times > 1]
