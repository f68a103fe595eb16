"""Which listings go into a template: those the law and the card allow. What only the channel still wants, a person types into the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from service.compliance.entries import Market
from service.listings.channels import Channel
from service.listings.checking import matrix
from service.listings.filling.report import NotFilled
from service.listings.gathering import cards, find_card, market_for, markets_of
from service.listings.listing import Listing
from service.listings.models import Shop
from service.listings.terms import terms_of

__all__ = ["fillable"]


def fillable(
    session: Session, channel: Channel, *, shop: Shop | None, market: Market | None, products: Sequence[str] | None, day: date
) -> tuple[list[Listing], list[NotFilled]]:  # fmt: skip
    """What would be listed, of the cards or SKUs named or else of all the channel's market takes; and what is held back, why.

    Raises `NotFound`, `NotForMarket`.
    """
    named = [find_card(session, one) for one in products or []]
    chosen = {card.key: card for card, _ in named} if products else {one.key: one for one in cards(session)}
    codes = {code for _, code in named}
    sold_in = {
        key: market_for(channel, card, market)
        for key, card in chosen.items()
        if products or (market in markets_of(channel, card) if market else markets_of(channel, card))
    }
    told = [chosen[key] for key in sold_in]
    listings: list[Listing] = []
    held: list[NotFilled] = []
    for where in sorted(set(sold_in.values())):
        terms = {channel.key: terms_of(session, channel, shop, where, day)} if shop else None
        for verdict in matrix(session, told, [channel], day, terms=terms):
            if verdict.market != where or sold_in[verdict.product] != where:
                continue
            blocking = [one for one in verdict.reasons if one.blocks and one.kind != "channel"]
            for one in (composed.listing for composed in verdict.composed):
                if products and None not in codes and not one.variants and one.code not in codes:
                    continue
                why = [reason for reason in blocking if not reason.listings or one.code in reason.listings]
                held += [NotFilled(one.code, reason.message, reason.remedy) for reason in why]
                listings += [] if why else [one]
    return listings, held
