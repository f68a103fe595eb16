"""Prices somebody decides to offer: by market, channel, kind and time; the record of them only grows.

Not for what buyers paid (`paid`). Whatever path a price takes, it is looked at from now on until the last change that is planned: on no
channel and at no moment may a price lie below its floor, or a compare-at price not above the price it is named beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, joinedload

from service.catalog.listing import skus_by_code
from service.catalog.models import Sku
from service.database import in_utc, now
from service.errors import DomainError, NotFound
from service.http.paging import page_of
from service.i18n import N_, Message
from service.people.audit import record
from service.people.caller import caller_of
from service.pricing.deals import SOURCE as CHANNEL
from service.pricing.files import bases
from service.pricing.landing import MOST, Money, shown
from service.pricing.models import CURRENCIES, KINDS, OfferedPrice
from service.pricing.refusing import BasisMissing, NoSuchSkus, RowRefused
from service.pricing.standing import Reference, Standing, Told, from_now_on, settle, standing_of
from service.pricing.turns import take_turns
from service.webhooks.telling import tell

__all__ = [
    "CHANNEL", "BadChannel", "BelowFloor", "CompareTooLow", "EndsTooEarly", "NoAmount", "Offer", "OfferRefused", "TooHigh",
    "UnknownKind", "Wanted", "history", "offer", "told_anew",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A price of one pack, minor units of the market's currency; `amount` None takes back what was told before.

    `channel` "": all that have no price of their own. `basis` says what a compare-at price is. It holds from `valid_from` (None, or a
    moment that has passed: from now on) until `valid_to` (None: until further notice).
    """

    sku: str
    market: str
    kind: str
    amount: int | None
    channel: str = ""
    basis: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None


class OfferRefused(RowRefused):
    """An offer that cannot be."""


class UnknownKind(OfferRefused):
    """A market or a kind of price that does not exist."""

    wrong = N_("This word is not one of the allowed ones.")
    remedy = N_("Allowed: {expected}.")


class BadChannel(OfferRefused):
    """A channel that is no key."""

    wrong = N_("The text has not the expected form.")
    remedy = N_("Expected: {pattern}.")


class NoAmount(OfferRefused):
    """Nothing, or less."""

    wrong = N_("A number above zero is expected here.")
    remedy = N_("Give the price of one pack, or none at all to take back what was told before.")


class TooHigh(OfferRefused):
    """More than any pack costs."""

    wrong = N_("The number is too large.")
    remedy = N_("The price is for one pack; check the decimal point.")


class EndsTooEarly(OfferRefused):
    """It would never hold."""

    wrong = N_("The price would end before it begins.")
    remedy = N_("Give an end that lies ahead and after the beginning, or leave it out.")


class BelowFloor(DomainError):
    """A price below the one nothing may undercut, or a floor raised above prices that are offered."""

    status = 409
    title = N_("{sku}, {where}: {kind} {price} would lie below the floor of {floor} from {moment} on.")  # fmt: skip
    remedy = N_("Raise the price to the floor or above. If the floor is wrong, offer a lower one (kind floor) or take it back. Nothing was changed.")  # fmt: skip


class CompareTooLow(DomainError):
    """A compare-at price that is no higher than the price beside it."""

    title = N_("{sku}, {where}: the compare-at price of {compare_at} would not lie above the price of {price} from {moment} on.")  # fmt: skip
    remedy = N_("Raise it, or take it back first. Nothing was changed.")


class Wanted(NamedTuple):
    """How `Price` is to stand for a SKU in a market."""

    sku_id: int
    code: str
    market: str
    live: int
    reference: int | None
    basis: str | None


def offer(session: Session, offers: Sequence[Offer]) -> list[OfferedPrice]:
    """Add these offers to the record, all or none; returns their rows in order.

    What was told last counts, so a price told for all time also stands in the place of what was planned for later. Whether a channel
    exists is for the caller to say. Raises `NoSuchSkus`, `BasisMissing`, `OfferRefused` by its class (`UnknownKind`, `BadChannel`,
    `NoAmount`, `TooHigh`, `EndsTooEarly`), `BelowFloor` (also for a floor above prices in force or planned), `CompareTooLow`.
    """
    take_turns(session)
    at = now()
    skus = skus_by_code(session, {one.sku for one in offers})
    if unknown := sorted({one.sku for one in offers} - set(skus)):
        raise NoSuchSkus(skus=unknown)
    rows = []
    for row, given in enumerate(offers, 1):
        basis = given.basis if given.kind == "compare_at" else None
        begins, ends = _utc(given.valid_from), _utc(given.valid_to)
        one = replace(given, valid_from=max(begins or at, at), valid_to=ends, basis=basis)
        _judge(one, row)
        rows.append(_row(skus[one.sku].id, one, at, caller_of(session).name))
    codes = {sku.id: sku.code for sku in skus.values()}
    if refused := undercutting(session, codes, rows, {}, at):
        raise refused[0].error
    session.add_all(written := [OfferedPrice(**row) for row in rows])
    for one, made in zip(offers, written, strict=True):
        made.sku = skus[one.sku]
        _spread(session, made)
    session.flush()
    return written


def told_anew(session: Session, wanted: Sequence[Wanted], at: datetime) -> tuple[list[dict[str, Any]], list[Refused]]:
    """The rows that the history needs for `Price` to stand as wanted, and what speaks against it, each with its SKU and market.

    Not for prices of a channel: those stay, and overrule the market's. Call `take_turns` first and `add_rows` afterwards.
    """
    ids = {one.sku_id for one in wanted}
    told = from_now_on(session, ids, CURRENCIES, at=at)
    rows = []
    for one in wanted:
        standing = settle(_last(told.get((one.sku_id, one.market), []), at), None, market=one.market, channel="")
        new = Offer(sku=one.code, market=one.market, kind="live", amount=one.live, valid_from=at)
        if (standing.live and standing.live.amount) != one.live:
            rows.append(_row(one.sku_id, new, at, caller_of(session).name))
        if ((standing.compare_at and standing.compare_at.amount), standing.basis) != (one.reference, one.basis):
            new = replace(new, kind="compare_at", amount=one.reference, basis=one.basis)
            rows.append(_row(one.sku_id, new, at, caller_of(session).name))
    codes = {one.sku_id: one.code for one in wanted}
    prices = {(one.sku_id, one.market): Reference(0, one.live, one.reference, one.basis) for one in wanted}
    return rows, undercutting(session, codes, rows, prices, at, told)


def add_rows(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows of `told_anew` to the record."""
    if rows:
        session.execute(insert(OfferedPrice), [{**row} for row in rows])


def history(
    session: Session, *, sku: str | None = None, market: str | None = None, channel: str | None = None, kind: str | None = None,
    after: str | None = None, limit: int = 50,
) -> tuple[list[OfferedPrice], str | None]:  # fmt: skip
    """A page of what was offered, what was told last first, and the cursor of the next. Raises `NotFound`, `BadCursor`.

    `channel` "" asks for what was told for all channels. A row's `sku` is None if the card's owner no longer shares it.
    """
    query = select(OfferedPrice).options(joinedload(OfferedPrice.sku))
    if sku is not None:
        found = skus_by_code(session, [sku]).get(sku)
        if found is None:
            raise NotFound(kind=Message(N_("The SKU")), name=sku, known=session.scalars(select(Sku.code)))
        query = query.where(OfferedPrice.sku_id == found.id)
    for column, value in ((OfferedPrice.market, market), (OfferedPrice.channel, channel), (OfferedPrice.kind, kind)):
        if value is not None:
            query = query.where(column == value)
    return page_of(session, query, by=[OfferedPrice.id], after=after, limit=limit, newest_first=True)


# ---- one offer


def _utc(moment: datetime | None) -> datetime | None:
    known = in_utc(moment)
    return known and known.astimezone(UTC)


def _judge(one: Offer, row: int) -> None:
    """Raises the error that this offer deserves by itself."""
    for column, known in (("market", sorted(CURRENCIES)), ("kind", list(KINDS))):
        if (value := getattr(one, column)) not in known:
            raise UnknownKind(row=row, column=column, value=value, expected=known)
    if one.channel and (len(one.channel) > 40 or not re.fullmatch(CHANNEL, one.channel)):
        raise BadChannel(row=row, column="channel", value=one.channel, pattern=CHANNEL)
    if one.amount is not None and one.amount < 1:
        raise NoAmount(row=row, column="amount", value=one.amount)
    if one.amount is not None and one.amount > MOST:
        raise TooHigh(row=row, column="amount", value=one.amount)
    if one.kind == "compare_at" and one.amount is not None and one.basis not in bases():
        raise BasisMissing(sku=one.sku, market=one.market, known=sorted(bases()))
    if one.valid_to is not None and one.valid_from is not None and one.valid_to <= one.valid_from:
        raise EndsTooEarly(row=row, column="valid_to", value=one.valid_to.isoformat())


def _row(sku_id: int, one: Offer, at: datetime, person: str) -> dict[str, Any]:
    return {
        "sku_id": sku_id, "market": one.market, "channel": one.channel, "kind": one.kind, "currency": CURRENCIES[one.market],
        "amount": one.amount, "basis": None if one.amount is None else one.basis, "valid_from": one.valid_from or at,
        "valid_to": one.valid_to, "person": person[:80], "at": at,
    }  # fmt: skip


def _spread(session: Session, made: OfferedPrice) -> None:
    """Tell the audit and whoever listens."""
    told: dict[str, Any] = {
        "channel": made.channel, "kind": made.kind, "amount": made.amount, "valid_from": made.valid_from.isoformat(),
        "valid_to": None if made.valid_to is None else made.valid_to.isoformat(),
    }  # fmt: skip
    record(session, "price.offered", f"{made.sku.code} {made.market}", **told)
    tell(session, "price.set", {"sku": made.sku.code, "market": made.market, "currency": made.currency, **told})


# ---- all of them together


class Refused(NamedTuple):
    """What speaks against prices of a SKU in a market."""

    sku_id: int
    market: str
    error: BelowFloor | CompareTooLow


def undercutting(
    session: Session, codes: Mapping[int, str], rows: Iterable[Mapping[str, Any]], prices: Mapping[tuple[int, str], Reference],
    at: datetime, told: Mapping[tuple[int, str], list[Told]] | None = None,
) -> list[Refused]:  # fmt: skip
    """The first thing in each SKU and market that speaks against adding these rows, with `Price` standing as `prices` say.

    `told`: what `from_now_on` says of these SKUs, if it was asked already.
    """
    new: dict[tuple[int, str], list[Told]] = {key: [] for key in prices}
    for number, row in enumerate(rows):
        late = Told(**{name: row[name] for name in Told._fields[1:]}, id=2**62 + number)  # told last
        new.setdefault((row["sku_id"], row["market"]), []).append(late)
    ids = {sku for sku, _market in new}
    told = from_now_on(session, ids, CURRENCIES, at=at) if told is None else told
    standing = standing_of(session, ids, CURRENCIES) | dict(prices)
    found = []
    for (sku, market), added in new.items():
        every = [*told.get((sku, market), []), *added]
        if error := _against(codes[sku], market, every, standing.get((sku, market)), at):
            found.append(Refused(sku, market, error))
    return found


def _against(
    code: str, market: str, told: Sequence[Told], price: Reference | None, at: datetime
) -> BelowFloor | CompareTooLow | None:  # fmt: skip
    """The first moment from `at` on, and the first channel, at which prices contradict each other."""
    moments = {at} | {edge for row in told for edge in (row.valid_from, row.valid_to) if edge is not None and edge > at}
    channels = sorted({"", *(row.channel for row in told)})
    for moment in sorted(moments):
        last = _last(told, moment)
        for channel in channels:
            standing = settle(last, price, market=market, channel=channel)
            place = {"sku": code, "where": f"{market} {channel}".strip(), "moment": f"{moment:%Y-%m-%d %H:%M} UTC"}
            if low := _below(standing):
                kind, money = low
                assert standing.floor
                return BelowFloor(**place, kind=Message(_NAMES[kind]), price=shown(money), floor=shown(standing.floor))
            beside = standing.live or standing.base
            if standing.compare_at and beside and standing.compare_at.amount <= beside.amount:
                return CompareTooLow(**place, compare_at=shown(standing.compare_at), price=shown(beside))
    return None


_NAMES = {"base": N_("the base price of"), "live": N_("the live price of"), "border": N_("the border trade price of")}


def _below(standing: Standing) -> tuple[str, Money] | None:
    """The first price that lies below the floor."""
    if standing.floor is None:
        return None
    offered = (("base", standing.base), ("live", standing.live), ("border", standing.border))
    return next(((kind, money) for kind, money in offered if money and money.amount < standing.floor.amount), None)


def _last(told: Sequence[Told], moment: datetime) -> dict[tuple[str, str], Told]:
    """Of each channel and kind the row told last among those that hold; `told` is in the order of telling."""
    return {(row.channel, row.kind): row for row in told if row.holds(moment)}
