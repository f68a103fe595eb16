"""The matrix of cards and channels: what may be listed where; one card with its reasons in all channels, each with the page that mends it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.catalog.families import families
from service.catalog.listing import find_product
from service.catalog.models import Product
from service.catalog.search.finding import Filter, chosen
from service.compliance.entries import Market
from service.http.kinds import KeyPath
from service.http.languages import CallerLocale
from service.i18n import Locale
from service.listings.channels import Channel
from service.listings.checking import Verdict
from service.listings.gathering import MARKETS, markets_of
from service.listings.models import Shop
from service.people.guard import Guarded, reading
from service.web.layout import page
from service.web.listings_states import MOST_COUNTED, channels_in, states_in, verdicts_of, whole_cards
from service.web.listings_words import ICONS, ListingWords, shared
from service.web.posting import today

router = APIRouter(route_class=Guarded, prefix="/listings", include_in_schema=False)
Reading = Annotated[Session, reading("listings:read")]
ON_PAGE = 30
SAID = 3  # reasons of a cell that are said in the list of one channel
MarketQuery = Annotated[Literal["", "CN", "RU"], Query()]
TextQuery = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]
WordQuery = Annotated[str, Query(max_length=60, pattern=r"^[a-z0-9_-]*$")]
StateQuery = Annotated[Literal["", "ready", "warnings", "blocked"], Query()]


@dataclass(frozen=True)
class Address:
    """The list's address with its filter, so that links change one thing and keep the rest."""

    kept: Mapping[str, str]

    def to(self, **changes: str) -> str:
        """The address with some of the filter changed; nothing takes a part out."""
        values = {name: value for name, value in {**self.kept, **changes}.items() if value}
        return f"/listings?{urlencode(values)}" if values else "/listings"


@router.get("")
def listings(
    session: Reading, request: Request, locale: CallerLocale, market: MarketQuery = "", q: TextQuery = "", family: WordQuery = "",
    channel: WordQuery = "", state: StateQuery = "", after: WordQuery = "",
) -> HTMLResponse:  # fmt: skip
    """Cards by channels of one market, with counts; a channel by itself with what stands against each card."""
    where = market or across(locale)
    here = channels_in(where)
    only = next((one for one in here if one.key == channel), None)
    kept = {"market": where, "q": q.strip(), "family": family if family in families() else "", "channel": only.key if only else "", "state": state}  # fmt: skip
    day = today(locale)
    known = states_in(request, session, where, day)
    rows = _rows(session, where, kept["q"], kept["family"] or None)
    states = known.of(session, where, day, list(rows))
    if states is not None and state:
        rows = {
            one: key for one, key in rows.items()
            if state in ([states[one].get(only.key)] if only else states[one].values())
        }  # fmt: skip
    shown = [one for one, key in rows.items() if key > after]
    cards = whole_cards(session, shown[:ON_PAGE])
    verdicts = verdicts_of(session, cards, here, where, day)
    if states is not None:
        known.learn(cards, verdicts)
    return page(
        request, locale, "listings.html", cards=cards, cells=_cells(verdicts), total=len(rows), channels=here, only=only,
        counts=_counts(here, states) if states is not None else None, most=MOST_COUNTED, markets=MARKETS, states=ICONS, kept=kept, said=SAID,
        families={key: one.name for key, one in families().items()}, address=Address(kept), after=after,
        further=cards[-1].key if len(shown) > ON_PAGE else "", filtered=any(kept[one] for one in ("q", "family", "channel", "state")),
        says=words_for(session, locale, cards),
    )  # fmt: skip


def across(locale: Locale) -> Market:
    """The market of the other bank: it is there that people here sell."""
    return "CN" if locale == "ru" else "RU"


def words_for(session: Session, locale: Locale, cards: Sequence[Product]) -> ListingWords:
    """Words that know these cards' SKUs and where there is only one shop."""
    goods = {sku.code: sku for card in cards for sku in card.skus}
    shops: dict[str, list[str]] = {}
    for channel, key in session.execute(select(Shop.channel, Shop.key).order_by(Shop.key)):
        shops.setdefault(channel, []).append(key)
    return ListingWords(locale, goods, {channel: keys[0] for channel, keys in shops.items() if len(keys) == 1})


def _rows(session: Session, market: Market, words: str, family: str | None) -> dict[int, str]:
    """Keys of the cards sold in a market that fit, by id, in the order of the keys; words stand in names, SKUs or the key."""
    query = select(Product.id, Product.key, Product.markets).order_by(Product.key)
    fits: ColumnElement[bool] = Product.id.in_(chosen(session, Filter(query=words, family=family)))
    if words and (word := words.lower()).replace("-", "").isalnum():
        by_key = chosen(session, Filter(family=family)).where(Product.key.contains(word, autoescape=True))
        fits = fits | Product.id.in_(by_key)
    return {one: key for one, key, sold in session.execute(query.where(fits)) if market in sold}


def _cells(verdicts: Sequence[Verdict]) -> dict[tuple[str, str], Verdict]:
    return {(one.product, one.channel): one for one in verdicts}


def _counts(here: Sequence[Channel], states: Mapping[int, Mapping[str, str]]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {one.key: Counter() for one in here}
    for own in states.values():
        for channel, state in own.items():
            found[channel][state] += 1
    return found


@router.get("/cards/{key}")
def card(session: Reading, request: Request, locale: CallerLocale, key: KeyPath, market: MarketQuery = "") -> HTMLResponse:  # fmt: skip
    """One card in all channels of a market: why it is blocked there or only warned of, what to do, and where."""
    product = find_product(session, key)
    sold = [one for one in MARKETS if one in product.markets]
    where: Market = (
        "RU" if next((one for one in (market, across(locale), *sold) if one in sold), "CN") == "RU" else "CN"
    )
    verdicts = judged(session, product, where, today(locale))
    return page(
        request, locale, "listings_card.html", card=product, verdicts=verdicts, market=where, markets=sold,
        parts=shared((one.channel, one.reasons) for one in verdicts), says=words_for(session, locale, [product]),
    )  # fmt: skip


def judged(session: Session, product: Product, market: Market, day: date) -> list[Verdict]:
    """One card in all channels of a market, in the order of the matrix."""
    some = [one for one in channels_in(market) if market in markets_of(one, product)]
    return verdicts_of(session, [product], some, market, day)


def card_name(card: Product, locale: Locale) -> str:
    """What a card is called: in the reader's language, else in the other, else by its key."""
    names: list[Any] = [card.text(side, "name") for side in (("ru", "zh") if locale == "ru" else ("zh", "ru"))]
    return next((str(one) for one in names if one), card.key)


def market_of(channel: Channel, product: Product, wanted: str, locale: Locale) -> Market:
    """The market a listing is shown for, where the channel sells in several: the one asked for, else the other bank's, else the first."""
    sold = markets_of(channel, product)
    for one in (wanted, across(locale), *sold):
        if one in sold:
            return "RU" if one == "RU" else "CN"
    return "RU" if channel.content.market == "RU" else "CN"
