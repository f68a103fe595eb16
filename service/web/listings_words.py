"""Listings in the reader's words: channels, states, reasons with the page where each is mended, money and sizes as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

from service.catalog.families import families
from service.catalog.models import Sku
from service.compliance.answers import name_of_fact
from service.compliance.document import Finding
from service.compliance.rulebook import rulebook
from service.i18n import N_, Locale, Message
from service.listings.categories.suggesting import known_facts
from service.listings.channels import Channel, channels
from service.listings.composing import Dropped
from service.listings.listing import Dimensions, Listing, Money
from service.listings.measuring import WAYS
from service.listings.reasons import Reason
from service.listings.rules import Length
from service.pricing.landing import Money as Priced
from service.pricing.landing import shown
from service.web.card_words import CardWords
from service.web.compliance_words import MARKETS, ComplianceWords
from service.web.posting import day_in

__all__ = ["ICONS", "STATE_NAMES", "Limit", "ListingWords", "Mend", "Room", "Shared", "limits_of", "shared"]

StateKey = Literal["ready", "warnings", "blocked"]
ICONS: Mapping[str, str] = {"ready": "✓", "warnings": "!", "blocked": "✗"}
STATE_NAMES: Mapping[str, str] = {
    "ready": N_("listing is ready"), "warnings": N_("listing has warnings"), "blocked": N_("listing is blocked"),
}  # fmt: skip
KINDS: Mapping[str, str] = {"cards": N_("listings"), "stock": N_("stock levels"), "prices": N_("prices")}
WHATS: Mapping[str, str] = {
    "new": N_("new listings"),
    "changed": N_("changed listings"),
    "gone": N_("no longer offered"),
}
PARTS: Mapping[str, str] = {
    "law": N_("Against the law, or facts the law asks for"), "channel": N_("Against the channel's rules"),
    "missing": N_("Missing on our side"),
}  # fmt: skip
VERIFICATION: Mapping[str, tuple[str, str]] = {
    "official_schema": (
        N_("read in the platform's own interface description"),
        N_("Each rule was read in what the platform publishes for programs. What it answers to our files has not been tried with every category: look at the first upload."),
    ),
    "official_text": (
        N_("read in the platform's own help pages"),
        N_("Each rule was read on pages the platform publishes for sellers. Look at the first upload all the same."),
    ),
    "sdk": (
        N_("known from program libraries only"),
        N_("The platform's own pages could not be read; limits are those its program library names, and so they only warn. Upload one listing first and see whether it is taken."),
    ),
    "third_party": (
        N_("known from others' programs only"),
        N_("Nobody here has seen an official text; limits are those others' programs keep to, and so they only warn. Upload one listing first and see whether it is taken."),
    ),
}  # fmt: skip
WHYS: Mapping[str, str] = {
    "missing": N_("missing"), "draft": N_("not reviewed"), "stale": N_("its source has changed since"),
    "waiting": N_("a draft waits for review"),
}  # fmt: skip
_PLACES: Mapping[str, str] = {
    "card": N_("Open the card"), "pictures": N_("Open the pictures"), "papers": N_("Open the papers"), "stock": N_("Open the stock"),
    "shop": N_("Open the shop"), "shops": N_("Set up a shop"), "category": N_("Choose category and answers"), "rule": N_("Read the rule"),
    "prices": N_("See the prices"), "brands": N_("Open the brands"), "facts": N_("Tell the facts"),
}  # fmt: skip
FACT_NAMES: Mapping[str, str] = {
    "name": N_("name of the goods"), "short_name": N_("short name"), "also": N_("also called"), "label": N_("label of the pack"),
    "labels": N_("labels of all packs"), "country": N_("country of origin"), "place": N_("place of origin"),
    "whence": N_("origin, unless the name tells it"), "shelf_life": N_("shelf life"), "description": N_("description of the goods"),
    "ingredients": N_("ingredients"), "storage": N_("how to store"), "usage": N_("how to use"), "brand": N_("brand of the goods"),
}  # fmt: skip
_NUMBERED: Mapping[str, str] = {
    "point": N_("selling point {number}"), "serving": N_("serving {number}"), "question": N_("question {number}"),
    "answer": N_("answer {number}"),
}  # fmt: skip
_LONG_BRACKETS = re.compile(r"\s*[（(].{11,}[）)]$")
# Fields of a listing that the shop settles for all goods of a channel.
_OF_SHOP = frozenset({"vat", "currency"})


class Room(NamedTuple):
    """A link to a page where something is mended; `name` says which."""

    href: str
    name: str


Mend = tuple[Room, ...]


class Limit(NamedTuple):
    """How long a text is, and how long it may be. Where the channel's counting is not documented, `least` and `most` differ."""

    least: int
    most: int
    high: int
    advice: bool

    @property
    def over(self) -> bool:
        """Whether it may be too long."""
        return self.most > self.high


@dataclass(frozen=True)
class Shared:
    """A reason with the channels it stands in, and what it says of each place (an SKU, a field); `blocks` in any of them."""

    reason: Reason
    channels: tuple[str, ...]
    blocks: bool
    places: tuple[Reason, ...]


def shared(told: Iterable[tuple[str, Sequence[Reason]]]) -> dict[str, list[Shared]]:
    """Reasons of one card in several channels by kind (law, channel, missing), each once with its channels; the gravest first."""
    found: dict[tuple[str, str, str], Shared] = {}
    for channel, reasons in told:
        for one in reasons:
            key = one.kind, one.code, str(one.message)
            before = found.get(key, Shared(one, (), False, ()))
            found[key] = Shared(
                before.reason, tuple(dict.fromkeys((*before.channels, channel))), before.blocks or one.blocks,
                before.places if any(each.place == one.place for each in before.places) else (*before.places, one),
            )  # fmt: skip
    parts: dict[str, list[Shared]] = {kind: [] for kind in PARTS}
    for each in found.values():
        parts[each.reason.kind].append(each)
    for some in parts.values():
        some.sort(key=lambda one: (not one.blocks, -len(one.channels), one.reason.code, one.reason.place))
    return {kind: some for kind, some in parts.items() if some}


def limits_of(listing: Listing, channel: Channel, field: str, text: str, day: date) -> list[Limit]:
    """A text's length against each limit the channel sets this field on a day."""
    found = []
    for rule in channel.on(day):
        if isinstance(rule, Length) and rule.field == field and rule.max is not None:
            if rule.only_for and listing.goods.isdisjoint(rule.only_for):
                continue
            least, most = WAYS[rule.count](text)
            found.append(Limit(least, most, rule.max, rule.strikes == "warn"))
    return found


class ListingWords(CardWords):
    """What the templates of listings ask. `goods`: the SKUs spoken of, by code; `shops`: the only shop's key by channel."""

    def __init__(
        self, locale: Locale, goods: Mapping[str, Sku] | None = None, shops: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(locale)
        self.goods, self.shops = goods or {}, shops or {}
        self._law = ComplianceWords(locale, self.goods)

    def pair(self, pair: Any) -> str:
        """The reader's side of a pair of the channel files."""
        return str(pair.ru if self.locale == "ru" else pair.zh)

    def channel(self, key: str) -> str:
        """A sales channel's name."""
        found = channels().get(key)
        return self.pair(found.content.name) if found else key

    def state_name(self, state: str) -> str:
        """Whether it may be listed, in a word."""
        return Message(STATE_NAMES[state]).say(self.locale)

    def icon(self, state: str) -> str:
        """The sign beside the word."""
        return ICONS[state]

    def market(self, key: str) -> str:
        """A country."""
        return Message(MARKETS[key]).say(self.locale) if key in MARKETS else key

    def part(self, kind: str) -> str:
        """What kind of reasons these are."""
        return Message(PARTS[kind]).say(self.locale)

    def export_kind(self, kind: str) -> str:
        """What an export tells."""
        return Message(KINDS[kind]).say(self.locale) if kind in KINDS else kind

    def what(self, what: str) -> str:
        """New, changed or gone."""
        return Message(WHATS[what]).say(self.locale)

    def verified(self, channel: Channel) -> str:
        """Where the channel's rules were read, short."""
        return Message(VERIFICATION[channel.content.verification][0]).say(self.locale)

    def sourced(self, channel: Channel) -> str:
        """Where and when the channel's rules were read, as a sentence."""
        facts = {
            "where": Message(VERIFICATION[channel.content.verification][0]),
            "day": self.day(channel.content.revision),
        }
        said = Message(N_("{where}, as of {day}."), facts).say(self.locale)
        return said[:1].upper() + said[1:]

    def verified_means(self, channel: Channel) -> str:
        """What that means for who uploads."""
        return Message(VERIFICATION[channel.content.verification][1]).say(self.locale)

    def day(self, day: date | None) -> str:
        """A day as the reader writes it."""
        return "—" if day is None else day_in(day, self.locale)

    def money(self, money: Money | Priced | None) -> str:
        """An amount with its currency."""
        return "—" if money is None else shown(Priced(money.amount, money.currency)).say(self.locale)

    def size(self, size: Dimensions | None) -> str:
        """Length, width and height in mm."""
        return f"{size.length} × {size.width} × {size.height}" if size else "—"

    def dropped(self, one: Dropped) -> str:
        """What did not fit; pictures are told as such, not by their digest."""
        if one.slot.endswith("pictures"):
            return Message(N_("a picture")).say(self.locale)
        return one.words

    def fact(self, name: str) -> str:
        """A fact of a card, by the name patterns know it under."""
        if name in FACT_NAMES:
            return Message(FACT_NAMES[name]).say(self.locale)
        head = name.rstrip("0123456789")
        if head in _NUMBERED:
            return Message(_NUMBERED[head], {"number": name.removeprefix(head)}).say(self.locale)
        if name.startswith("attr."):
            return self.attribute(name.removeprefix("attr."))
        if name.startswith("sku.") and name.endswith(".label"):
            return f"{self.fact('label')} · {name[4:-6]}"
        return name

    def attribute(self, key: str) -> str:
        """An attribute of a family, by its key."""
        for entry in families().values():
            if key in entry.attributes:
                name = self.pair(entry.attributes[key].name)
                return name[:1].upper() + name[1:]
        return key

    def why(self, key: str) -> str:
        """Why a text of the card does not count."""
        return Message(WHYS[key]).say(self.locale) if key in WHYS else key

    def facts_to_choose(self, family: str | None) -> list[tuple[str, str]]:
        """Facts of a family's cards with their names, plain ones first."""
        facts = sorted(known_facts(family), key=lambda one: (one.startswith("attr."), one[-1:].isdigit(), one))
        return [(one, self.fact(one)) for one in facts]

    def category_name(self, one: Any) -> str:
        """A category or attribute in the reader's language, else in the other one, else its number."""
        zh, ru = one.name_zh, one.name_ru
        return str((ru or zh if self.locale == "ru" else zh or ru) or one.external)

    def value_name(self, one: Any) -> str:
        """A dictionary's value likewise."""
        return str((one.ru or one.zh if self.locale == "ru" else one.zh or one.ru) or one.external)

    def told(self, message: Message) -> str:
        """A message about goods with facts, markets and fields by their names, not by those programs use."""
        return self._named(message).say(self.locale)

    def advice(self, message: Message) -> str:
        """What to do, unless it is a command for a terminal: pages lead to where it is done."""
        return "" if "amurlive " in message.id else self.told(message)

    def _named(self, message: Message) -> Message:
        facts = {name: self._fact_named(name, value) for name, value in message.facts.items()}
        return replace(message, facts=facts)

    def _fact_named(self, name: str, value: Any) -> Any:
        if isinstance(value, Message):
            return self._named(value)
        if name == "facts" and isinstance(value, (list, tuple)):
            return [self._known_as(str(one)) for one in value]
        if isinstance(value, str):
            return {"fact": self.fact, "market": self.market, "channel": self.channel}.get(name, str)(value)
        return value

    def _known_as(self, fact: str) -> str:
        if fact.partition(".")[0] in ("item", "seller", "show", "said"):
            return self._law.side(name_of_fact(fact))
        return self.uncheckable(fact)

    def brief(self, key: str) -> str:
        """A channel's name without what stands in long brackets."""
        name = self.channel(key)
        found = _LONG_BRACKETS.search(name)
        return name[: found.start()].rstrip() if found else name

    def mend(self, reason: Reason, product: str, channel: str) -> Mend:
        """Where a reason is mended: facts the law misses each by its own page, all else by the room it belongs to."""
        if reason.kind == "law":
            return self._law_rooms(reason, product)
        return (self._room(self._room_of(reason), reason, product, channel),)

    def _law_rooms(self, reason: Reason, product: str) -> Mend:
        missing = tuple(str(one) for one in reason.message.facts.get("facts", ()))
        rule = rulebook().rules.get(reason.code)
        sku = reason.place if reason.place in self.goods else None
        entry = rule.entry if rule else None
        rooms: list[Room] = []
        if entry is not None and missing:
            finding = Finding(
                reason.code, entry.severity, entry.market, reason.place, None, 0, 0, "", sku=sku, missing=missing
            )
            rooms = [Room(href, name) for name, href in self._law.missing(finding) if href]
        elif entry is not None:
            rooms = [Room(f"/catalogue/{product}/edit", Message(_PLACES["card"]).say(self.locale))]
        rule_room = Room(f"/compliance/rules/{quote(reason.code)}", Message(_PLACES["rule"]).say(self.locale))
        return (*rooms, rule_room)

    @staticmethod
    def _room_of(reason: Reason) -> str:
        place = (
            reason.place.rpartition(".")[2] if reason.place.startswith("variants.") else reason.place.partition(".")[0]
        )
        if reason.kind == "missing":
            return {"price": "prices", "stock": "stock", "certificate": "papers", "vat": "shop"}.get(
                reason.code, "card"
            )
        if reason.code == "category" or place == "answers":
            return "category"
        if place == "extra" or place in _OF_SHOP or reason.code == "picture-address":
            return "shop"
        return {"price": "prices", "old_price": "prices", "stock": "stock"}.get(
            place, "pictures" if place.endswith("pictures") else "card"
        )

    def _room(self, name: str, reason: Reason, product: str, channel: str) -> Room:
        shop = self.shops.get(channel)
        if name == "shop" and shop is None:
            name = "shops"
        sku = str(reason.message.facts.get("sku", "")) or reason.place
        href = {
            "card": f"/catalogue/{product}/edit", "pictures": f"/catalogue/{product}/pictures", "papers": "/papers",
            "stock": f"/stock/sku/{quote(sku)}" if sku in self.goods else "/stock",
            "shop": f"/shops/{shop}", "shops": f"/shops?channel={channel}#add", "category": f"/listings/categories/{channel}/card/{product}",
            "prices": f"/listings/{channel}/{product}#prices",
        }[name]  # fmt: skip
        return Room(href, Message(_PLACES[name]).say(self.locale))
