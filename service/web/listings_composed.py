"""A card as buyers of a channel would see it: its texts with their limits, answers, pictures, variants with prices and sizes; what is not in it and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from service.catalog.listing import find_product
from service.catalog.media.keeping import pictures_of
from service.catalog.models import Sku
from service.compliance.entries import Market
from service.database import now
from service.http.kinds import KeyPath
from service.http.languages import CallerLocale
from service.i18n import N_, Locale, Message
from service.listings.channels import Channel, channel
from service.listings.checking import Verdict, check_product
from service.listings.composing import Composed
from service.listings.forms.registry import forms
from service.listings.gathering import markets_of
from service.listings.listing import Listing, Variant
from service.people.guard import Guarded, reading
from service.pricing.standing import Standing, Told, prices_at
from service.web.layout import page
from service.web.listings import card_name, market_of, words_for
from service.web.listings_words import Limit, ListingWords, limits_of, shared
from service.web.posting import today

router = APIRouter(route_class=Guarded, prefix="/listings", include_in_schema=False)
Reading = Annotated[Session, reading("listings:read")]
ChannelPath = Annotated[str, Path(pattern=r"^[a-z0-9_]+$", max_length=40)]
_PRICES: Mapping[str, str] = {
    "base": N_("price in the channel"), "live": N_("price of the market"), "compare_at": N_("price before"), "floor": N_("floor"),
}  # fmt: skip


class Line(NamedTuple):
    """One text of a listing: its name, its words, and its length against the channel's limits."""

    name: str
    text: str
    limits: Sequence[Limit] = ()


class Price(NamedTuple):
    """One price in force: what kind, how much, and where it comes from."""

    kind: str
    amount: str
    origin: str


@dataclass(frozen=True)
class Shown:
    """One listing for the page."""

    listing: Listing
    lines: Sequence[Line]
    dropped: Sequence[tuple[str, str]]
    left_out: Sequence[tuple[str, Sequence[tuple[str, str]], bool]]
    sold: Sequence[Variant]
    own: Sequence[tuple[str, str]]

    @property
    def tongue(self) -> str:
        """The language of the texts as HTML names it."""
        return "ru" if self.listing.languages[:1] == ("ru",) else "zh-CN"


@router.get("/{channel_key}/{key}")
def composed(
    session: Reading, request: Request, locale: CallerLocale, channel_key: ChannelPath, key: KeyPath,
    market: Annotated[str, Query(max_length=2)] = "",
) -> HTMLResponse:  # fmt: skip
    """One card in one channel."""
    product, where, day = find_product(session, key), channel(channel_key), today(locale)
    sold_in = market_of(where, product, market, locale)
    verdict: Verdict | None = None
    if sold_in in markets_of(where, product):
        verdict = check_product(session, product, where, as_of=day, market=sold_in)
    says = words_for(session, locale, [product])
    parts = shared([(where.key, verdict.reasons)]) if verdict else {}
    return page(
        request, locale, "listings_composed.html", card=product, where=where, verdict=verdict, market=sold_in,
        markets=markets_of(where, product), name=card_name(product, locale), says=says, parts=parts,
        shown=[_shown(one, where, day, says, locale) for one in verdict.composed] if verdict else [],
        pictures={one.media.digest: one for one in pictures_of(session, product.key)},
        prices=_prices(session, product.skus, where, sold_in, says, locale), exported=where.key in forms(),
    )  # fmt: skip


def _shown(one: Composed, where: Channel, day: date, says: ListingWords, locale: Locale) -> Shown:
    listing = one.listing

    def named(place: str) -> str:
        return where.label(place).say(locale)

    texts = [("title", listing.title), ("short_title", listing.short_title), ("brand", listing.brand)]
    texts += [(f"bullets.{at}", text) for at, text in enumerate(listing.bullets)]
    texts += [("description", listing.description)]
    texts += [(f"tags.{at}", text) for at, text in enumerate(listing.tags)]
    lines = [
        Line(named(place), text, limits_of(listing, where, place.partition(".")[0], text, day))
        for place, text in texts if text or place == "title"
    ]  # fmt: skip
    alone = Variant(
        listing.code, {}, listing.barcodes, listing.price, listing.old_price, listing.stock, listing.dimensions, listing.weight
    )  # fmt: skip
    return Shown(
        listing, lines,
        [(named(each.slot), says.dropped(each)) for each in one.dropped],
        [(named(each.slot), [(says.fact(fact), says.why(why)) for fact, why in each.facts.items()], each.must) for each in one.left_out],
        listing.variants or (alone,),
        [(named(f"extra.{name}"), text) for name, text in sorted(listing.extras.items()) if text],
    )  # fmt: skip


def _prices(
    session: Session, skus: Sequence[Sku], where: Channel, market: Market, says: ListingWords, locale: Locale
) -> list[tuple[Sku, list[Price]]]:  # fmt: skip
    standing = prices_at(session, [sku.id for sku in skus], market=market, channel=where.key, at=now())
    return [(sku, _of(standing[sku.id], says, locale)) for sku in skus]


def _of(standing: Standing, says: ListingWords, locale: Locale) -> list[Price]:
    found = []
    for kind, name in _PRICES.items():
        money = getattr(standing, kind)
        if money is not None:
            told = standing.origins.get(kind)
            if isinstance(told, Told):
                origin = Message(N_("told for this channel")) if told.channel else Message(N_("told for the market"))
            else:
                origin = Message(N_("from the price list"))
            found.append(Price(Message(name).say(locale), says.money(money), origin.say(locale)))
    return found
