"""What an export said, made anew from the items that were kept of it: as a file, or as requests to be sent.

An export keeps only what differed from the one before. For a channel that takes requests that is all there is to send; a feed holds
everything the channel was told up to then. Accounts, numbers of the platform and addresses are those the shop has now.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, BinaryIO, Literal, NamedTuple

import orjson
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.catalog.listing import skus_by_code
from service.catalog.models import Product
from service.database import now
from service.errors import DomainError, NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.listings.channels import channel
from service.listings.forms.document import write_document
from service.listings.forms.form import Account, ApiForm, Form, Offered, Plan, PriceLine, StockLine
from service.listings.forms.registry import form_for
from service.listings.listing import Money
from service.listings.models import ExportedItem, ListingExport, Shop
from service.listings.shops import account_of, find_shop
from service.pricing.models import CURRENCIES

__all__ = [
    "ForNoShop", "OfAnotherForm", "Remade", "StockTooOld", "ToldItem", "export_page", "find_export", "item_page", "remade", "shop_of", "told_in", "write_again",
]  # fmt: skip

STOCK_LASTS = timedelta(hours=1)
"""What can be sold changes by itself: older stock is not sent, or goods would be promised twice."""
_AT_ONCE = 2000


class ForNoShop(DomainError):
    """An export without a shop has nobody to be sent to."""

    status = 409
    title = N_("The export {export} was made for no shop; nothing was sent.")
    remedy = N_("Set up a shop with keys, export for it and send that.")


class StockTooOld(DomainError):
    """Stock of some time ago."""

    status = 409
    title = N_("The stock of the export {export} is more than an hour old; nothing was sent.")
    remedy = N_("Export the stock anew and send that.")


class OfAnotherForm(DomainError):
    """What was kept is not written as the channel's form is today."""

    status = 409
    title = N_("The export {export} was written by another version of this program and cannot be made anew.")
    remedy = N_("Export anew with everything in it.")


class ToldItem(NamedTuple):
    """A code an export told something of: that it is new, changed, or gone."""

    code: str
    what: Literal["new", "changed", "gone"]


class Remade(NamedTuple):
    """An export again. `plan` is None where the channel takes files; `overtaken` are codes a later export has told anew, which are left out."""

    form: Form
    account: Account
    items: tuple[Offered, ...]
    plan: Plan | None
    overtaken: tuple[str, ...] = ()


def find_export(session: Session, number: int) -> ListingExport:
    """One export. Raises `NotFound`."""
    found = session.scalar(select(ListingExport).where(ListingExport.id == number))
    if found is None:
        raise NotFound(kind=Message(N_("The export")), name=str(number))
    return found


def export_page(
    session: Session, *, channel: str | None = None, shop: str | None = None, kind: str | None = None, after: str | None = None,
    limit: int = 50,
) -> tuple[list[ListingExport], str | None]:  # fmt: skip
    """A page of exports, newest first."""
    query = select(ListingExport)
    for column, wanted in ((ListingExport.channel, channel), (ListingExport.shop, shop), (ListingExport.kind, kind)):
        if wanted is not None:
            query = query.where(column == wanted)
    return page_of(session, query, by=[ListingExport.id], after=after, limit=limit, newest_first=True)


def item_page(
    session: Session, export: ListingExport, *, after: str | None = None, limit: int = 50
) -> tuple[list[tuple[ToldItem, Any]], str | None]:  # fmt: skip
    """A page of an export's items by code, with what each said; None: that it is no longer offered."""
    query = select(ExportedItem).where(ExportedItem.export_id == export.id)
    rows, following = page_of(session, query, by=[ExportedItem.code], after=after, limit=limit)
    before = _standing(session, export, [row.code for row in rows], below=export.id)
    return [(_told(row.code, row.content, before), _item(row.content)) for row in rows], following


def told_in(session: Session, export: ListingExport) -> list[ToldItem]:
    """What an export told, by code, without the items."""
    gone = ExportedItem.content.is_(None)
    query = select(ExportedItem.code, gone).where(ExportedItem.export_id == export.id).order_by(ExportedItem.code)
    rows = [(code, None if is_gone else b"") for code, is_gone in session.execute(query)]
    before = _standing(session, export, [code for code, _ in rows], below=export.id)
    return [_told(code, content, before) for code, content in rows]


def shop_of(session: Session, export: ListingExport) -> Shop:
    """The shop an export was made for. Raises `ForNoShop`, `NotFound` if it is no longer there."""
    if not export.shop:
        raise ForNoShop(export=export.id)
    return find_shop(session, export.shop)


def remade(session: Session, export: ListingExport, *, to_send: bool = False, ending: str = "") -> Remade:
    """The export again, as it was; `to_send`: without what a later export has told anew. Raises `StockTooOld`, `OfAnotherForm`."""
    if to_send and export.kind == "stock" and now() - export.at > STOCK_LASTS:
        raise StockTooOld(export=export.id)
    account = _account(session, export)
    own = [
        (code, _item(content))
        for code, content in session.execute(
            select(ExportedItem.code, ExportedItem.content)
            .where(ExportedItem.export_id == export.id).order_by(ExportedItem.id)
        )
    ]  # fmt: skip
    form = _form(export, (item for _, item in own), ending)
    if not isinstance(form, ApiForm):
        everything = _standing(session, export, None, below=export.id + 1)
        items = [Offered(code, _item(content)) for code, content in sorted(everything.items()) if content is not None]
        form = _form(export, (one.item for one in items), ending)
        return Remade(form, account, tuple(items), None)
    later = _told_later(session, export) if to_send else set()
    offered = tuple(Offered(code, item) for code, item in own if item is not None and code not in later)
    try:
        plan = _plan(session, export, form, offered, account)
    except (KeyError, TypeError, AttributeError) as fault:
        raise OfAnotherForm(export=export.id) from fault
    return Remade(form, account, offered, plan, tuple(code for code, _ in own if code in later))


def write_again(again: Remade, export: ListingExport, to: BinaryIO) -> None:
    """The file of its channel."""
    if again.plan is not None:
        write_document(again.form.channel, again.plan, export.as_of, to)
    else:
        again.form.write(again.items, to, export.as_of, again.account)


def _plan(
    session: Session, export: ListingExport, form: ApiForm, items: Sequence[Offered], account: Account
) -> Plan:  # fmt: skip
    if export.kind == "cards":
        return form.requests(items, export.as_of, account)
    codes = [one.code for one in items]
    before = {
        code: _item(content)
        for code, content in _standing(session, export, codes, below=export.id).items()
        if content is not None
    }
    cards = _cards(session, codes)
    if export.kind == "stock":
        lines = [
            StockLine(one.code, cards.get(one.code, one.code), place, quantity, export.at, _at(before.get(one.code), place))
            for one in items for place, quantity in one.item["places"].items()
        ]  # fmt: skip
        return form.stock(lines, export.as_of, account)
    prices = [_price(one, cards.get(one.code, one.code), before.get(one.code)) for one in items]
    return form.prices(prices, export.as_of, account)


def _at(before: Mapping[str, Any] | None, place: str) -> int | None:
    return None if before is None else before["places"].get(place)


def _price(one: Offered, product: str, before: Mapping[str, Any] | None) -> PriceLine:
    item = one.item
    old = None if item["old"] is None else Money(item["old"], item["currency"])
    last = None if before is None else Money(before["price"], before["currency"])
    return PriceLine(one.code, product, Money(item["price"], item["currency"]), old, item["vat"], last)


def _cards(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """The key of each SKU's card; goods that are no longer there have none."""
    found: dict[str, str] = {}
    for part in _parts(codes):
        skus = skus_by_code(session, part)
        query = select(Product.id, Product.key).where(Product.id.in_({sku.product_id for sku in skus.values()}))
        keys: dict[int, str] = dict(iter(session.execute(query)))
        found |= {code: keys[sku.product_id] for code, sku in skus.items()}
    return found


def _account(session: Session, export: ListingExport) -> Account:
    """The shop's as it is now; without one, that of the market's currency."""
    shop = session.scalar(select(Shop).where(Shop.key == export.shop)) if export.shop else None
    if shop is not None:
        return account_of(session, shop)
    return Account(export.shop, CURRENCIES[export.market])


def _form(export: ListingExport, items: Iterable[Any], ending: str) -> Form:
    """The form the items were written in: a channel with several keeps documents of schema.org, or rows of a table."""
    where = channel(export.channel)
    first: Mapping[str, Any] = next((item for item in items if item is not None), {})
    family = ("tsv", "xml") if export.channel == "generic" and "@context" not in first else ("", "json", "jsonl", "ndjson")  # fmt: skip
    return form_for(where, ending if ending in family else family[0])


def _aim(export: ListingExport) -> list[Any]:
    own = ExportedItem
    return [
        own.organisation_id == export.organisation_id, own.channel == export.channel, own.market == export.market, own.shop == export.shop,
        own.kind == export.kind,
    ]  # fmt: skip


def _standing(
    session: Session, export: ListingExport, codes: Sequence[str] | None, *, below: int
) -> dict[str, bytes | None]:  # fmt: skip
    """What the channel had been told last, by code, before the export of a number."""
    found: dict[str, bytes | None] = {}
    for part in [None] if codes is None else _parts(codes):
        newest: Select[Any] = select(func.max(ExportedItem.id)).where(*_aim(export), ExportedItem.export_id < below)
        if part is not None:
            newest = newest.where(ExportedItem.code.in_(part))
        query = select(ExportedItem.code, ExportedItem.content).where(
            ExportedItem.id.in_(newest.group_by(ExportedItem.code))
        )
        found.update(iter(session.execute(query)))
    return found


def _told_later(session: Session, export: ListingExport) -> set[str]:
    own = select(ExportedItem.code).where(ExportedItem.export_id == export.id)
    query = select(ExportedItem.code).where(*_aim(export), ExportedItem.export_id > export.id)
    return set(session.scalars(query.where(ExportedItem.code.in_(own)).distinct()))


def _told(code: str, content: bytes | None, before: Mapping[str, bytes | None]) -> ToldItem:
    if content is None:
        return ToldItem(code, "gone")
    return ToldItem(code, "new" if before.get(code) is None else "changed")


def _item(content: bytes | None) -> Any:
    return None if content is None else orjson.loads(zlib.decompress(content))


def _parts(codes: Sequence[str]) -> list[Sequence[str]]:
    return [codes[start : start + _AT_ONCE] for start in range(0, len(codes), _AT_ONCE)]
