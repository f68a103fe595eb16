"""What a seller has settled with one channel: the shop, its prices and taxes, category and answers, where pictures lie.

Read for many cards at once, then told of each: the card's goods as this channel gets them, and what stands against it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from babel.numbers import get_currency_precision
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import Product, Sku
from service.compliance.entries import Market
from service.i18n import N_, Message
from service.inventory.watching.levels import stock_of
from service.listings.channels import Channel
from service.listings.choosing import Desk
from service.listings.composing import Goods, Pack
from service.listings.forms.form import Account
from service.listings.listing import Money, Picture
from service.listings.models import Shop
from service.listings.reasons import Reason, Told
from service.listings.shops import account_of, picture_urls
from service.pricing.costs import NoWay, vat_rate
from service.pricing.landing import shown
from service.pricing.models import CURRENCIES
from service.pricing.rates import Rate, RateMissing, half_up, rate_on
from service.pricing.standing import Standing, moment_of, prices_at

__all__ = ["CardTerms", "Priced", "Terms", "only_shop", "terms_of"]


class Priced(NamedTuple):
    """What a pack costs in a channel, in the shop's currency; `problem` is why it cannot be offered so."""

    price: Money | None
    old_price: Money | None
    problem: tuple[Message, Message] | None = None


@dataclass(frozen=True)
class CardTerms:
    """What is settled for one card: prices by SKU, VAT in per cent or "none" (and whether that is sure), stock of the shop's warehouses."""

    prices: Mapping[str, Priced]
    vat: str | None = None
    vat_sure: bool = True
    stock: Mapping[str, int] | None = None


def only_shop(session: Session, channel: Channel, market: Market) -> Shop | None:
    """The organisation's shop at a channel, if it has exactly one; where the channel sells anywhere, that in the market's currency."""
    query = select(Shop).where(Shop.channel == channel.key).limit(2)
    if channel.content.market == "any":
        query = query.where(Shop.currency == CURRENCIES[market])
    found = list(session.scalars(query))
    return found[0] if len(found) == 1 else None


def terms_of(session: Session, channel: Channel, shop: Shop | None, market: Market, day: date) -> Terms:
    """The terms of a shop; without one those of the channel itself, in the market's currency."""
    if shop is None:
        return Terms(session, channel, None, Account(currency=CURRENCIES[market]), market, day)
    return Terms(session, channel, shop, account_of(session, shop), market, day)


class Terms:
    """Terms with one channel in one market on one day."""

    def __init__(
        self, session: Session, channel: Channel, shop: Shop | None, account: Account, market: Market, day: date
    ) -> None:
        self.session, self.channel, self.shop, self.account, self.market, self.day = (
            session, channel, shop, account, market, day,
        )  # fmt: skip
        self.fields = channel.fields
        # Money of another country goes by the rate of the day; the reason it cannot is told with each price.
        self._rate: Rate | None = None
        self._no_rate: RateMissing | None = None
        if account.currency != CURRENCIES[market]:
            try:
                self._rate = rate_on(session, CURRENCIES[market], account.currency, day)
            except RateMissing as missing:
                self._no_rate = missing

    def for_cards(self, products: Sequence[Product]) -> list[CardTerms]:
        """The terms of each of these cards, in a constant number of queries."""
        skus = [sku for product in products for sku in product.skus]
        standing = prices_at(
            self.session,
            [sku.id for sku in skus],
            market=self.market,
            channel=self.channel.key,
            at=moment_of(self.day, self.market),
        )
        stock = self._stock(skus)
        return [self._terms(product, standing, stock) for product in products]

    def desk(self, products: Sequence[Product]) -> Desk:
        """Categories and answers for these cards."""
        return Desk(self.session, [self.channel.key], products, self.day)

    def urls(self, digests: Collection[str]) -> Mapping[str, str]:
        """Where the channel fetches these pictures; those that lie nowhere are left out."""
        return picture_urls(self.session, self.shop, digests) if self.shop is not None else {}

    def tell(
        self, goods: Goods, terms: CardTerms, desk: Desk, urls: Mapping[str, str]
    ) -> tuple[Goods, list[Told]]:  # fmt: skip
        """A card's goods as this channel gets them, and what stands against them."""
        found = list(self._price_reasons(goods, terms))
        told = dict(goods.facts)
        if len(goods.packs) == 1 and goods.packs[0].label:
            told.setdefault("label", goods.packs[0].label)
        chosen = desk.answer(self.channel.key, goods.key, goods.language, told, goods.unready)
        for problem in chosen.answered.problems:
            facts = {"attribute": problem.name, "what": problem.what}
            words = Message(N_("{attribute}: {what}"), facts) if problem.attribute else problem.what
            place = f"attribute.{problem.attribute}" if problem.attribute else "category"
            found.append(Told(None, Reason(problem.blocks, "channel", "category", place, words, problem.remedy)))
        if terms.vat is not None and not terms.vat_sure and "vat" in self.fields:
            facts = {"vat": terms.vat}
            found.append(Told(None, Reason(False, "missing", "vat", "vat", Message(_VAT[0], facts), Message(_VAT[1]))))
        told_of_all = {name: text for name, text in self.account.extras.items() if name not in _OF_THE_SHOP}
        extras = {**goods.extras, **told_of_all, **chosen.extras}
        return (
            replace(
                goods, extras=extras, answers=chosen.answered.answers, vat=terms.vat,
                packs=tuple(self._pack(pack, terms) for pack in goods.packs),
                pictures=_with_urls(goods.pictures, urls), detail_pictures=_with_urls(goods.detail_pictures, urls),
            ),
            found,
        )  # fmt: skip

    def _terms(self, product: Product, standing: Mapping[int, Standing], stock: Mapping[str, int] | None) -> CardTerms:
        prices = {sku.code: self._priced(sku, standing[sku.id]) for sku in product.skus}
        vat, sure = self._vat(product)
        own = None if stock is None else {sku.code: stock.get(sku.code, 0) for sku in product.skus}
        return CardTerms(prices, vat, sure, own)

    def _priced(self, sku: Sku, standing: Standing) -> Priced:
        price = standing.base or standing.live
        if price is None:
            return Priced(None, None)
        if standing.floor is not None and price.amount < standing.floor.amount:
            facts = {"sku": sku.code, "price": shown(price), "floor": shown(standing.floor)}
            return Priced(None, None, (Message(_BELOW[0], facts), Message(_BELOW[1])))
        if self._no_rate is not None:
            return Priced(None, None, (self._no_rate.message(), self._no_rate.advice()))
        old = standing.compare_at if standing.compare_at and standing.compare_at.amount > price.amount else None
        return Priced(self._money(price.amount), None if old is None else self._money(old.amount))

    def _money(self, amount: int) -> Money:
        """In the shop's currency; rounded half up, as exchange offices do."""
        if self._rate is None:
            return Money(amount, self.account.currency)
        steps = get_currency_precision(self.account.currency) - get_currency_precision(CURRENCIES[self.market])
        return Money(half_up(amount * self._rate.value * 10**steps), self.account.currency)

    def _vat(self, product: Product) -> tuple[str | None, bool]:
        """What the shop says; else what goods of this code bear in the market."""
        if self.shop is not None and self.shop.vat != "auto":
            return self.shop.vat, True
        if not product.hs_code or "vat" not in self.fields:
            return None, True
        try:
            rate = vat_rate(product.hs_code, self.market, self.day)
        except NoWay:
            return None, True
        return rate.percent, rate.verified

    def _stock(self, skus: Sequence[Sku]) -> Mapping[str, int] | None:
        """Packs in the warehouses the shop names; None if it names none, so that all that sells counts."""
        if not self.account.warehouses:
            return None
        return {
            one.sku.code: sum(
                place.available for place in one.places if (place.place.site or place.place.key) in self.account.warehouses
            )
            for one in stock_of(self.session, list(skus))
        }  # fmt: skip

    def _pack(self, pack: Pack, terms: CardTerms) -> Pack:
        priced = terms.prices[pack.code]
        stock = pack.stock if terms.stock is None else terms.stock[pack.code]
        return replace(pack, price=priced.price, old_price=priced.old_price, stock=stock)

    def _price_reasons(self, goods: Goods, terms: CardTerms) -> list[Told]:
        return [
            Told(pack.code, Reason(True, "missing", "price", pack.code, *problem))
            for pack in goods.packs
            if (problem := terms.prices[pack.code].problem) is not None
        ]


def _with_urls(pictures: Sequence[Picture], urls: Mapping[str, str]) -> tuple[Picture, ...]:
    return tuple(replace(one, url=urls.get(one.digest, "")) for one in pictures) if urls else tuple(pictures)


_OF_THE_SHOP = frozenset({"company", "name", "url"})
"""Fields that speak of the shop itself: a card's own are another thing under the same name."""
_BELOW = (
    N_("{sku} costs {price}, less than its floor of {floor}."),
    N_("Raise the price or lower the floor; nothing is offered below it."),
)
_VAT = (
    N_("VAT of {vat} % was read from a list nobody has compared with the law."),
    N_("Compare it, or set the shop's VAT: amurlive listing shop change KEY --vat 10."),
)
