"""Listings, stock and prices on their way to a channel: what may be sent, in the channel's form, what changed since the last time, what not and why.

Nothing is sent from here: an export is a file, and a snapshot of what it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO

from sqlalchemy.orm import Session

from service.catalog.models import Product, Sku
from service.compliance.entries import Market
from service.database import now
from service.errors import DomainError
from service.i18n import N_, Message
from service.inventory.watching.levels import SkuStock, stock_of
from service.listings.channels import Channel
from service.listings.checking import Verdict, matrix
from service.listings.forms.document import write_document
from service.listings.forms.form import Account, ApiForm, Form, Held, Offered, Plan, PriceLine, StockLine
from service.listings.forms.registry import form_for
from service.listings.gathering import MARKETS, market_for
from service.listings.listing import Money
from service.listings.models import ListingExport, Shop
from service.listings.reasons import NO_PRICE
from service.listings.snapshots import Aim, Changes, Known, changes, keep, last_told
from service.listings.terms import terms_of
from service.people.audit import record
from service.pricing.models import CURRENCIES
from service.webhooks.telling import tell

__all__ = [
    "Export",
    "NothingOfTheKind",
    "export_cards",
    "export_prices",
    "export_stock",
    "record_export",
    "write_export",
]


class NothingOfTheKind(DomainError):
    """Stock or prices for a channel that takes files with everything in it."""

    title = N_("{channel} takes stock and prices with its listings, not by themselves.")
    remedy = N_("Export the listings: --kind cards.")


@dataclass(frozen=True)
class Export:
    """What goes to a channel, in `form`. `items` is everything that may be there, `told` what of it is new, changed or gone; `verdicts` of cards.

    `plan` holds the requests for what is told, None where the channel takes files.
    """

    form: Form
    aim: Aim
    day: date
    account: Account
    items: tuple[Offered, ...]
    told: Changes
    held: tuple[Held, ...]
    plan: Plan | None
    verdicts: tuple[Verdict, ...] = ()

    @property
    def channel(self) -> Channel:
        """Where it goes."""
        return self.form.channel


def export_cards(
    session: Session, products: Sequence[Product], channel: Channel, *, as_of: date, shop: Shop | None = None,
    market: Market | None = None, everything: bool = False, all_cards: bool = False, ending: str = "",
) -> Export:  # fmt: skip
    """Listings of these cards. `everything`: also what says the same as before; `all_cards`: these are all there are, so that others are gone.

    `ending` of the file chooses among a channel's forms. Listings something blocks are held back with the reasons; the others go.
    Raises `NoForm`, `NotForMarket`.
    """
    form = form_for(channel, ending)
    sold_in = market or _market(channel, products, shop)
    terms = terms_of(session, channel, shop, sold_in, as_of)
    verdicts = matrix(session, products, [channel], as_of, terms={channel.key: terms}, markets=[sold_in])
    items = [
        Offered(one.listing.code, form.item(one.listing, as_of, terms.account))
        for verdict in verdicts for one in verdict.sendable
    ]  # fmt: skip
    held = [one for verdict in verdicts for one in _held(verdict)]
    return _export(session, form, Aim(channel.key, sold_in, terms.account.key, "cards"), as_of, terms.account, items, held, everything, all_cards, verdicts)  # fmt: skip


def export_stock(
    session: Session, products: Sequence[Product], channel: Channel, *, as_of: date, shop: Shop | None = None,
    market: Market | None = None, everything: bool = False,
) -> Export:  # fmt: skip
    """What can be sold of these cards from the warehouses the shop names, without what is reserved or past its date.

    Raises `NoForm`, `NothingOfTheKind`, `NotForMarket`.
    """
    form = _asking(form_for(channel))
    sold_in = market or _market(channel, products, shop)
    account = terms_of(session, channel, shop, sold_in, as_of).account
    aim = Aim(channel.key, sold_in, account.key, "stock")
    skus = [sku for product in products for sku in product.skus]
    items = [
        Offered(one.sku.code, {"places": dict(_at_warehouses(one, account))})
        for one in stock_of(session, skus)
    ]  # fmt: skip
    known = last_told(session, aim, [one.code for one in items])
    told = changes(items, {} if everything else known)
    keys = {sku.code: sku.product.key for sku in skus}
    at, lines = now(), []
    for one in told.changed:
        before = known[one.code].item["places"] if one.code in known and known[one.code].content else {}
        for place, quantity in one.item["places"].items() if one.item else ():
            # All places of a SKU that changed: a channel may add several of ours up to one of its own.
            lines.append(StockLine(one.code, keys[one.code], place, quantity, at, before.get(place)))
    plan = form.stock(lines, as_of, account)
    return Export(form, aim, as_of, account, tuple(items), _without(told, plan), plan.held, plan)


def export_prices(
    session: Session, products: Sequence[Product], channel: Channel, *, as_of: date, shop: Shop | None = None,
    market: Market | None = None, everything: bool = False,
) -> Export:  # fmt: skip
    """Prices of these cards in the channel. What has no price, or one below its floor, is held back.

    Raises `NoForm`, `NothingOfTheKind`, `NotForMarket`.
    """
    form = _asking(form_for(channel))
    sold_in = market or _market(channel, products, shop)
    terms = terms_of(session, channel, shop, sold_in, as_of)
    aim = Aim(channel.key, sold_in, terms.account.key, "prices")
    held, lines = [], {}
    for product, told in zip(products, terms.for_cards(products), strict=True):
        for sku in product.skus:
            priced = told.prices.get(sku.code)
            if priced is None or priced.price is None:
                held.append(
                    _no_price(sku, sold_in)
                    if priced is None or priced.problem is None
                    else Held(sku.code, *priced.problem)
                )
            else:
                lines[sku.code] = PriceLine(sku.code, product.key, priced.price, priced.old_price, told.vat)
    items = [
        Offered(
            code, {"price": one.price.amount, "currency": one.price.currency, "old": one.old_price and one.old_price.amount, "vat": one.vat}
        )
        for code, one in lines.items()
    ]  # fmt: skip
    known = last_told(session, aim, list(lines))
    told_now = changes(items, {} if everything else known)
    plan = form.prices([_after(lines[one.code], known.get(one.code)) for one in told_now.changed], as_of, terms.account)
    return Export(form, aim, as_of, terms.account, tuple(items), _without(told_now, plan), (*held, *plan.held), plan)


def record_export(session: Session, export: Export) -> ListingExport:
    """Write down what an export says, so that the next one can tell only what differs."""
    kept = keep(
        session, export.aim, export.told, export.held, as_of=export.day, revision=export.channel.content.revision
    )
    record(session, "listings.exported", export.channel.key, kind=export.aim.kind, shop=export.aim.shop, **kept.counts)
    told = {"export": kept.id, "channel": kept.channel, "market": kept.market, "shop": kept.shop, "kind": kept.kind}
    tell(session, "listings.exported", {**told, "counts": kept.counts})
    return kept


def write_export(export: Export, to: BinaryIO) -> None:
    """The export as the file of its channel. A feed holds everything that may be there, requests only what is told."""
    if export.plan is not None:
        write_document(export.channel, Plan(export.plan.requests, export.held), export.day, to)
        return
    export.form.write(export.items, to, export.day, export.account)


def _export(
    session: Session, form: Form, aim: Aim, day: date, account: Account, items: Sequence[Offered], held: Sequence[Held],
    everything: bool, all_cards: bool, verdicts: Sequence[Verdict],
) -> Export:  # fmt: skip
    here = {one.code for one in items}
    known = last_told(session, aim, None if all_cards else sorted(here))
    # A listing held back today still stands where requests put it; from a feed it is gone.
    staying = here | ({one.code for one in held} if isinstance(form, ApiForm) else set())
    told = changes(items, {} if everything else known, gone=known.keys() - staying if all_cards else ())
    plan = None
    if isinstance(form, ApiForm):
        plan = form.requests(
            [Offered(one.code, one.item) for one in told.changed if one.item is not None], day, account
        )
        told = _without(told, plan)
        held = [*held, *plan.held]
    return Export(form, aim, day, account, tuple(items), told, tuple(held), plan, tuple(verdicts))


def _without(told: Changes, plan: Plan) -> Changes:
    """What is really told. What the form held back stays as it was; what went only in part is kept without a digest, so that it comes again."""
    back = {one.code for one in plan.held}
    sent = {code for one in plan.requests for code in one.codes}
    return Changes(
        tuple(
            replace(one, digest="") if one.code in back else one
            for one in told.changed if one.code not in back or one.code in sent
        ),
        told.unchanged,
    )  # fmt: skip


def _asking(form: Form) -> ApiForm:
    if not isinstance(form, ApiForm):
        raise NothingOfTheKind(channel=form.channel.key)
    return form


def _market(channel: Channel, products: Sequence[Product], shop: Shop | None) -> Market:
    """Where it sells: as the channel says, else by the shop's currency, else where the first card's goods are sold."""
    own = channel.content.market
    if own != "any":
        return own
    if shop is not None and (by_currency := [one for one in MARKETS if CURRENCIES[one] == shop.currency]):
        return by_currency[0]
    return market_for(channel, products[0]) if products else "CN"


def _held(verdict: Verdict) -> Iterator[Held]:
    """Every reason by itself, under each of the listings it holds back."""
    codes = [one.listing.code for one in verdict.composed] or [verdict.product]
    for reason in verdict.reasons:
        if reason.blocks:
            for code in sorted(reason.listings) or codes:
                yield Held(code, reason.message, reason.remedy)


def _at_warehouses(stock: SkuStock, account: Account) -> Iterator[tuple[str, int]]:
    """What can be sold in each of our warehouses the shop has named; none there is told too."""
    sums = dict.fromkeys(sorted(account.warehouses), 0)
    for one in stock.places:
        key = one.place.site or one.place.key
        if key in sums:
            sums[key] += one.available
    yield from sums.items()


def _after(line: PriceLine, before: Known | None) -> PriceLine:
    """A price with the one the channel was told before."""
    item = before.item if before is not None else None
    return line if item is None else line._replace(last=Money(item["price"], item["currency"]))


def _no_price(sku: Sku, market: str) -> Held:
    facts = {"sku": sku.code, "market": market}
    return Held(sku.code, Message(NO_PRICE[0], facts), Message(NO_PRICE[1], facts))
