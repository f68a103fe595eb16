"""Whether a card may be listed in a channel: the channel's rules, the law, and what is missing, folded into one verdict with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product as cross
from typing import Literal, NamedTuple

from sqlalchemy.orm import Session

from service.catalog.brands.files import paper_kinds
from service.catalog.models import Product
from service.compliance import Document, Finding, Line, Proof, check
from service.compliance.entries import Market
from service.compliance.evidence import proofs_on
from service.compliance.facts import ItemFacts
from service.compliance.gathering import item_facts, seller_facts
from service.compliance.rulebook import find_rule
from service.i18n import N_, Message, Named
from service.listings.channels import Channel
from service.listings.composing import Composed, Goods, compose
from service.listings.gathering import MARKETS, gather, market_for, markets_of
from service.listings.listing import Listing, label
from service.listings.patterns import pattern_for
from service.listings.validating import Violation, validate

__all__ = ["Reason", "State", "Verdict", "check_product", "lines_of", "matrix"]

State = Literal["ready", "warnings", "blocked"]
Extras = Mapping[str, Mapping[str, str]]
"""What a seller has told about a channel: by channel, the fields only it knows (category, freight template …)."""


_AT_ONCE = 500  # cards looked up in one statement


@dataclass(frozen=True)
class Reason:
    """Why a card is not ready. `kind`: a rule of the channel, the law, or something missing; `code` the rule or what is missing."""

    blocks: bool
    kind: Literal["channel", "law", "missing"]
    code: str
    place: str
    message: Message
    remedy: Message


@dataclass(frozen=True)
class Verdict:
    """A card in a channel and market: its listings and what stands against them."""

    product: str
    channel: str
    market: Market
    composed: tuple[Composed, ...]
    reasons: tuple[Reason, ...]

    @property
    def state(self) -> State:
        """The gravest of the reasons decides."""
        if any(one.blocks for one in self.reasons):
            return "blocked"
        return "warnings" if self.reasons else "ready"


def check_product(
    session: Session, product: Product, channel: Channel, *, as_of: date, market: Market | None = None, extras: Extras | None = None
) -> Verdict:  # fmt: skip
    """The verdict on one card in a channel; where the channel sells in several markets, in the first of the card's. Raises `NotForMarket`."""
    sold_in = market_for(channel, product, market)
    found = matrix(session, [product], [channel], as_of, extras=extras)
    return next(one for one in found if one.market == sold_in)


def matrix(
    session: Session, products: Sequence[Product], channels: Sequence[Channel], as_of: date, *, extras: Extras | None = None
) -> list[Verdict]:  # fmt: skip
    """Verdicts on cards in all of these channels that sell in their markets, by card, then channel; a handful of queries for any number."""
    proofs, seller = proofs_on(session, as_of), seller_facts(session)
    found: dict[tuple[str, int, str], Verdict] = {}
    for market, start in cross(MARKETS, range(0, len(products), _AT_ONCE)):
        some = products[start : start + _AT_ONCE]
        sold = [one for one in some if any(market in markets_of(channel, one) for channel in channels)]
        goods = gather(session, sold, market)
        codes = [sku.code for product in sold for sku in product.skus]
        bench = _Bench(market, as_of, proofs, seller, item_facts(session, codes, market=market, on=as_of))
        for product in sold:
            for at, channel in enumerate(channels):
                if market in markets_of(channel, product):
                    one = _told(goods[product.key], (extras or {}).get(channel.key, {}))
                    found[(product.key, at, market)] = bench.judge(product, one, channel)
    return [found[key] for key in sorted(found)]


def _told(goods: Goods, extras: Mapping[str, str]) -> Goods:
    return replace(goods, extras={**goods.extras, **extras}) if extras else goods


@dataclass(frozen=True)
class _Bench:
    """What all cards of one market are judged by."""

    market: Market
    as_of: date
    proofs: list[Proof]
    seller: Mapping[str, object]
    items: Mapping[str, ItemFacts]

    def judge(self, product: Product, goods: Goods, channel: Channel) -> Verdict:
        composed = compose(goods, channel, pattern_for(channel.key, goods.language), as_of=self.as_of)
        reasons = [
            *self._missing(product, goods, channel, composed), *self._of_channel(channel, composed), *self._of_law(goods, composed),
        ]  # fmt: skip
        # Listings of several SKUs share most of their texts: what is wrong with those is told once.
        told = {(one.kind, one.code, one.place, str(one.message)): one for one in reasons}
        ordered = sorted(told.values(), key=lambda one: (not one.blocks, one.kind, one.code, one.place))
        return Verdict(product.key, channel.key, self.market, composed, tuple(ordered))

    def _of_channel(self, channel: Channel, composed: Iterable[Composed]) -> Iterator[Reason]:
        for one in composed:
            for broken in validate(one.listing, channel, as_of=self.as_of):
                yield _broken(broken)

    def _of_law(self, goods: Goods, composed: Iterable[Composed]) -> Iterator[Reason]:
        items = {pack.code: self.items[pack.code] for pack in goods.packs if pack.code in self.items}
        about = goods.packs[0].code if goods.packs else None
        lines = tuple(line for one in composed for line in lines_of(one.listing, goods, about))
        document = Document(lines=lines, scope="listing", items=items, seller=dict(self.seller))
        for finding in check(document, market=self.market, on_date=self.as_of, proofs=self.proofs):
            if finding.open and finding.severity != "info":
                yield _unlawful(finding)

    def _missing(
        self, product: Product, goods: Goods, channel: Channel, composed: Sequence[Composed]
    ) -> Iterator[Reason]:  # fmt: skip
        if not goods.packs:
            yield _lack("sku", "variants", _NO_SKU)
        asked = {"title", "variants", *(entry.name for entry in channel.content.fields)}
        lacks = (
            _Left(left.slot, fact, why)
            for one in composed for left in one.left_out if left.must for fact, why in left.facts.items()
        )  # fmt: skip
        for lack in dict.fromkeys(lacks):  # once for all SKUs
            if lack.slot in asked:
                facts = {"slot": label(lack.slot), "fact": lack.fact, "why": Message(_WHY[lack.why])}
                yield _lack(lack.fact, lack.slot, _NO_TEXT, blocks=lack.slot in ("title", "variants"), **facts)
        for pack in goods.packs:
            if pack.price is None:
                yield _lack("price", pack.code, _NO_PRICE, sku=pack.code, market=self.market)
            if not pack.stock:
                yield _lack("stock", pack.code, _NO_STOCK, blocks=False, sku=pack.code)
        for kind in self._papers(product, goods):
            entry = paper_kinds()[kind]
            yield _lack("certificate", kind, _NO_PAPER, paper=Named(kind, entry.zh, entry.ru))
        if goods.unverified:
            yield _lack("unverified", "facts", _UNVERIFIED, blocks=False, facts=list(goods.unverified))

    def _papers(self, product: Product, goods: Goods) -> list[str]:
        """Papers of the goods the card asks for in this market and nobody has; those of a shipment or on the label come with them."""
        needed = [one for one in product.certificates.get(self.market, []) if paper_kinds()[one].kept == "goods"]
        papers = {kind for pack in goods.packs if pack.code in self.items for kind in self.items[pack.code].papers}
        return [kind for kind in needed if kind not in papers]


class _Left(NamedTuple):
    slot: str
    fact: str
    why: str


_WHY = {"missing": N_("missing"), "draft": N_("not reviewed"), "stale": N_("its source has changed since")}


_NO_SKU = (N_("The card has no SKU."), N_("Add one to the card."))
_NO_TEXT = (
    N_("{slot}: the card's “{fact}” cannot be used ({why})."),
    N_("Write the text in the channel's language and have it reviewed; no other language stands in."),
)
_NO_PRICE = (N_("{sku} has no price in the market {market}."), N_("Set a price for this market."))
_NO_STOCK = (N_("{sku} has no stock that can be sold."), N_("Receive goods first, or list it with stock 0."))
_NO_PAPER = (N_("No valid paper: {paper}."), N_("Add the paper to the card with its number and its last day."))
_UNVERIFIED = (
    N_("Nobody has compared these facts with a label: {facts}."),
    N_("Look at the label, then take them out of the card's list of unverified facts."),
)


def _lack(code: str, place: str, words: tuple[str, str], *, blocks: bool = True, **facts: object) -> Reason:
    return Reason(blocks, "missing", code, place, Message(words[0], facts), Message(words[1], facts))


def _broken(one: Violation) -> Reason:
    return Reason(one.level == "error", "channel", one.rule, one.field, one.message, one.remedy)


def _unlawful(finding: Finding) -> Reason:
    entry = find_rule(finding.rule).entry
    name = Named(entry.id, entry.name.zh, entry.name.ru)
    facts = {"rule": finding.rule, "name": name, "words": finding.excerpt, "facts": list(finding.missing)}
    if finding.excerpt:
        what = Message(N_("{rule}, {name}: “{words}”."), facts)
    elif finding.missing:
        what = Message(N_("{rule}, {name}; missing: {facts}."), facts)
    else:
        what = Message(N_("{rule}, {name}."), facts)
    remedy = Message("{remedy}", {"remedy": Named(entry.remedy.ru, entry.remedy.zh, entry.remedy.ru)})
    return Reason(finding.stops, "law", finding.rule, finding.place, what, remedy)


def lines_of(listing: Listing, goods: Goods, about: str | None) -> list[Line]:
    """Everything of a listing that buyers read, as lines for the checker, each about a SKU."""
    texts = {
        "title": listing.title, "short_title": listing.short_title, "description": listing.description,
        **{f"bullets.{at}": text for at, text in enumerate(listing.bullets)},
        **{f"tags.{at}": text for at, text in enumerate(listing.tags)},
        **{f"attributes.{name}": text for name, text in listing.attributes.items()},
    }  # fmt: skip
    sku = about if listing.variants else listing.code
    return [Line(place, {goods.language: text}, sku) for place, text in texts.items() if text]
