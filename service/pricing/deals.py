"""What a deal is, as it is told, and which deals cannot have been."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from service.i18n import N_
from service.pricing.models import CURRENCIES
from service.pricing.refusing import RowRefused

__all__ = [
    "COLUMNS", "MOST", "REFERENCE", "SKEW", "SOURCE", "BadName", "Deal", "DealDiffers", "DealRefused", "NoSuchMarket",
    "NotAboveZero", "NotPaidYet", "PaidLongAgo", "TooMuch", "judge",
]  # fmt: skip

SKEW = timedelta(minutes=5)  # clocks of shops that run ahead
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)  # what is older is a slip of the pen
MOST = 2**31 - 1
SOURCE = r"^[a-z0-9]+([-_][a-z0-9]+)*$"
REFERENCE = r"^[^\x00-\x20\x7f]+( [^\x00-\x20\x7f]+)*$"


@dataclass(frozen=True, slots=True)
class Deal:
    """One SKU in one deal. `paid`: for one pack, after coupons, minor units (fen, kopecks); `quantity`: packs; `paid_at` with its zone."""

    sku: str
    market: str
    paid: int
    quantity: int
    paid_at: datetime
    source: str
    reference: str


COLUMNS = tuple(field.name for field in fields(Deal))


class DealRefused(RowRefused):
    """A deal that cannot have been."""


class NotAboveZero(DealRefused):
    """Nothing was paid, or nothing was bought."""

    wrong = N_("A number above zero is expected here.")
    remedy = N_("Give what the buyer paid for one pack, and how many packs. Gifts and returns do not belong here.")


class TooMuch(DealRefused):
    """More than anybody pays."""

    wrong = N_("The number is too large.")
    remedy = N_("The price is for one pack; check the decimal point.")


class NotPaidYet(DealRefused):
    """A deal of tomorrow."""

    wrong = N_("This moment lies in the future.")
    remedy = N_("Give the moment of payment; check day, month and time zone.")


class PaidLongAgo(DealRefused):
    """A deal from before anybody sold here."""

    wrong = N_("This moment lies before {oldest}.")
    remedy = N_("Give the moment of payment; check the year.")


class NoSuchMarket(DealRefused):
    """Neither bank."""

    wrong = N_("This word is not one of the allowed ones.")
    remedy = N_("Allowed: {expected}.")


class BadName(DealRefused):
    """A source or reference that is no name."""

    wrong = N_("This cannot name a deal.")
    remedy = N_("The source is a key such as douyin, shop or ozon, at most 40 characters; the reference is the deal's number there, at most 80.")  # fmt: skip


class DealDiffers(DealRefused):
    """A deal told before with other figures."""

    status = 409
    wrong = N_("This deal with {sku} was told before with another market, price, quantity or time: {there}.")
    remedy = N_(
        "What was recorded stays. A second line of the same deal needs a reference of its own, for instance {another}."
    )


def judge(column: str, value: Any, *, row: int, latest: datetime) -> None:
    """Raises the `DealRefused` that a value of this column deserves."""
    place: dict[str, Any] = {
        "row": row,
        "column": column,
        "value": value.isoformat() if isinstance(value, datetime) else value,
    }
    if column == "market" and value not in CURRENCIES:
        raise NoSuchMarket(**place, expected=sorted(CURRENCIES))
    if column in ("paid", "quantity"):
        if value < 1:
            raise NotAboveZero(**place)
        if value > MOST:
            raise TooMuch(**place)
    if column == "paid_at":
        if value > latest:
            raise NotPaidYet(**place)
        if value < OLDEST:
            raise PaidLongAgo(**place, oldest=OLDEST.date())
    form, most = _NAMES.get(column, ("", 0))
    if form and (not re.fullmatch(form, value) or len(value) > most):
        raise BadName(**place)


_NAMES = {"source": (SOURCE, 40), "reference": (REFERENCE, 80)}
