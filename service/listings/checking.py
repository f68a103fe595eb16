"""Whether a card may be listed in a channel: the channel's rules, the law, and what is missing, folded into one verdict with its reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
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
from service.listings.reasons import NO_PRICE, Reason, Told
from service.listings.terms import Terms, only_shop, terms_of
from service.listings.validating import Violation, validate

__all__ = ["State", "Verdict", "check_product", "lines_of", "matrix"]

State = Literal["ready", "warnings", "blocked"]
_AT_ONCE = 500  # cards looked up in one statement


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

    @property
    def sendable(self) -> list[Composed]:
        """The listings nothing blocks: others of the same card may be held back."""
        blocking = [one for one in self.reasons if one.blocks]
        return [
            one for one in self.composed
            if not any(not reason.listings or one.listing.code in reason.listings for reason in blocking)
        ]  # fmt: skip


def check_product(
    session: Session, product: Product, channel: Channel, *, as_of: date, market: Market | None = None,
    terms: Terms | None = None,
) -> Verdict:  # fmt: skip
    """The verdict on one card in a channel; where the channel sells in several markets, in the first of the card's. Raises `NotForMarket`."""
    sold_in = market_for(channel, product, market)
    found = matrix(session, [product], [channel], as_of, terms={} if terms is None else {channel.key: terms})
    return next(one for one in found if one.market == sold_in)


def matrix(
    session: Session, products: Sequence[Product], channels: Sequence[Channel], as_of: date, *,
    terms: Mapping[str, Terms] | None = None, markets: Sequence[Market] = MARKETS,
) -> list[Verdict]:  # fmt: skip
    """Verdicts on cards in all of these channels that sell in these markets, by card, then channel; a handful of queries for any number.

    `terms` by channel; where there are none, those of the organisation's only shop at the channel, else the channel's own.
    """
    proofs, seller = proofs_on(session, as_of), seller_facts(session)
    found: dict[tuple[str, int, str], Verdict] = {}
    for market in markets:
        own = _terms(session, channels, market, as_of, terms or {})
        for start in range(0, len(products), _AT_ONCE):
            some = products[start : start + _AT_ONCE]
            sold = [one for one in some if any(market in markets_of(channel, one) for channel in channels)]
            codes = [sku.code for product in sold for sku in product.skus]
            bench = _Bench(market, as_of, proofs, seller, item_facts(session, codes, market=market, on=as_of))
            for product, at, verdict in _judged(bench, sold, channels, gather(session, sold, market), own):
                found[(product, at, market)] = verdict
    return [found[key] for key in sorted(found)]


def _terms(
    session: Session, channels: Sequence[Channel], market: Market, as_of: date, given: Mapping[str, Terms]
) -> dict[str, Terms]:  # fmt: skip
    """Those given for this market, else made: for each channel that sells there."""
    found = {}
    for channel in channels:
        if channel.content.market in ("any", market):
            told = given.get(channel.key)
            fits = told is not None and told.market == market
            found[channel.key] = (
                told
                if fits and told
                else terms_of(session, channel, only_shop(session, channel, market), market, as_of)
            )
    return found


def _judged(
    bench: _Bench, products: Sequence[Product], channels: Sequence[Channel], goods: Mapping[str, Goods], terms: Mapping[str, Terms]
) -> Iterator[tuple[str, int, Verdict]]:  # fmt: skip
    """Verdicts by card and number of the channel."""
    digests = {one.digest for each in goods.values() for one in (*each.pictures, *each.detail_pictures)}
    settled = {
        key: (own, dict(zip((one.key for one in products), own.for_cards(products), strict=True)), own.desk(products), own.urls(digests))
        for key, own in terms.items()
    }  # fmt: skip
    for product in products:
        told, numbers = [], []
        for at, channel in enumerate(channels):
            if bench.market in markets_of(channel, product):
                own, cards, desk, urls = settled[channel.key]
                made, reasons = own.tell(goods[product.key], cards[product.key], desk, urls)
                told.append(_Case(made, channel, reasons))
                numbers.append(at)
        for at, verdict in zip(numbers, bench.judge(product, told), strict=True):
            yield product.key, at, verdict


class _Case(NamedTuple):
    """A card's goods as a channel gets them, with what the seller's terms with it stand against."""

    goods: Goods
    channel: Channel
    reasons: Sequence[Told]


@dataclass(frozen=True)
class _Bench:
    """What all cards of one market are judged by."""

    market: Market
    as_of: date
    proofs: list[Proof]
    seller: Mapping[str, object]
    items: Mapping[str, ItemFacts]

    def judge(self, product: Product, cases: Sequence[_Case]) -> list[Verdict]:
        """Verdicts on one card in several channels."""
        composed = [
            compose(one.goods, one.channel, pattern_for(one.channel.key, one.goods.language), as_of=self.as_of)
            for one in cases
        ]
        law = self._of_law(cases, composed)
        return [self._verdict(product, case, own, found) for case, own, found in zip(cases, composed, law, strict=True)]

    def _verdict(
        self, product: Product, case: _Case, composed: tuple[Composed, ...], law: Iterable[Told]
    ) -> Verdict:  # fmt: skip
        # Listings of several SKUs share most of their texts: what is wrong with those is told once. Words are compared only where
        # all else is the same, for saying them takes most of the time.
        alike: dict[tuple[str, str, str], list[tuple[Reason, set[str]]]] = defaultdict(list)
        everyone = {one.listing.code for one in composed}
        found = (
            self._missing(product, case, composed), case.reasons, self._of_channel(case.channel, composed), law,
        )  # fmt: skip
        for code, reason in (one for part in found for one in part):
            same = alike[reason.kind, reason.code, reason.place]
            concerned = next((codes for one, codes in same if str(one.message) == str(reason.message)), None)
            if concerned is None:
                same.append((reason, concerned := set()))
            concerned |= everyone if code is None else {code}
        told = [
            replace(reason, listings=frozenset(codes)) if codes < everyone else reason
            for same in alike.values() for reason, codes in same
        ]  # fmt: skip
        ordered = sorted(told, key=lambda one: (not one.blocks, one.kind, one.code, one.place))
        return Verdict(product.key, case.channel.key, self.market, composed, tuple(ordered))

    def _of_channel(self, channel: Channel, composed: Iterable[Composed]) -> Iterator[Told]:
        for one in composed:
            for broken in validate(one.listing, channel, as_of=self.as_of):
                yield Told(one.listing.code, _broken(broken))

    def _of_law(self, cases: Sequence[_Case], composed: Sequence[Sequence[Composed]]) -> list[list[Told]]:
        """What the law says of a card in each channel. It is asked once: channels of a market share the facts and most of the texts."""
        found: list[list[Told]] = [[] for _ in cases]
        if not cases:
            return found
        goods = cases[0].goods
        items = {pack.code: self.items[pack.code] for pack in goods.packs if pack.code in self.items}
        about = goods.packs[0].code if goods.packs else None
        where: dict[tuple[str | None, str, str], list[tuple[int, str]]] = defaultdict(list)
        for at, listings in enumerate(composed):
            for one in listings:
                for line in lines_of(one.listing, goods, about):
                    where[(line.sku, line.key, line.texts[goods.language])].append((at, one.listing.code))
        lines = [Line(str(number), {goods.language: key[2]}, key[0]) for number, key in enumerate(where)]
        document = Document(lines=tuple(lines), scope="listing", items=items, seller=dict(self.seller))
        places = list(where.items())
        for finding in check(document, market=self.market, on_date=self.as_of, proofs=self.proofs):
            if not finding.open or finding.severity == "info":
                continue
            if finding.language is None:
                reason = _unlawful(finding, finding.place)
                for own in found:
                    own.append(Told(None, reason))
                continue
            (_, place, _), standing = places[int(finding.place)]
            reason = _unlawful(finding, place)
            for at, code in standing:
                found[at].append(Told(code, reason))
        return found

    def _missing(
        self, product: Product, case: _Case, composed: Sequence[Composed]
    ) -> Iterator[Told]:  # fmt: skip
        goods, channel = case.goods, case.channel
        told = {one.listing for one in case.reasons if one.reason.code == "price"}
        alone = {one.listing.code for one in composed if not one.listing.variants}
        if not goods.packs:
            yield _lack("sku", "variants", _NO_SKU)
        asked = {"title", "variants", *(entry.name for entry in channel.content.fields)}
        for one in composed:
            for left in one.left_out:
                for fact, why in left.facts.items() if left.must and left.slot in asked else ():
                    facts = {"slot": label(left.slot), "fact": fact, "why": Message(_WHY[why])}
                    blocks = left.slot in ("title", "variants")
                    yield _lack(fact, left.slot, _NO_TEXT, blocks=blocks, listing=one.listing.code, **facts)
        for pack in goods.packs:
            own = pack.code if pack.code in alone else None
            if pack.price is None and pack.code not in told:
                yield _lack("price", pack.code, NO_PRICE, listing=own, sku=pack.code, market=self.market)
            if not pack.stock:
                yield _lack("stock", pack.code, _NO_STOCK, blocks=False, listing=own, sku=pack.code)
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


_WHY = {
    "missing": N_("missing"),
    "draft": N_("not reviewed"),
    "waiting": N_("a draft waits for review"),
    "stale": N_("its source has changed since"),
}


_NO_SKU = (N_("The card has no SKU."), N_("Add one to the card."))
_NO_TEXT = (
    N_("{slot}: the card's “{fact}” cannot be used ({why})."),
    N_("Write the text in the channel's language and have it reviewed; no other language stands in."),
)
_NO_STOCK = (N_("{sku} has no stock that can be sold."), N_("Receive goods first, or list it with stock 0."))
_NO_PAPER = (N_("No valid paper: {paper}."), N_("Add the paper to the card with its number and its last day."))
_UNVERIFIED = (
    N_("Nobody has compared these facts with a label: {facts}."),
    N_("Look at the label, then take them out of the card's list of unverified facts."),
)


def _lack(
    code: str, place: str, words: tuple[str, str], *, blocks: bool = True, listing: str | None = None, **facts: object
) -> Told:  # fmt: skip
    return Told(listing, Reason(blocks, "missing", code, place, Message(words[0], facts), Message(words[1], facts)))


def _broken(one: Violation) -> Reason:
    return Reason(one.level == "error", "channel", one.rule, one.field, one.message, one.remedy)


def _unlawful(finding: Finding, place: str) -> Reason:
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
    return Reason(finding.stops, "law", finding.rule, place, what, remedy)


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
