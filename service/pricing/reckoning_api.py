"""HTTP: a price explained, its floor, and the trade modes open to a deal. Part of `api`."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from service.catalog.files import SKU_CODE
from service.database import now
from service.http.languages import CallerLocale
from service.people.guard import Guarded, reading
from service.pricing.explaining import explain
from service.pricing.flooring import find_floor
from service.pricing.landing import Money
from service.pricing.models import ZONES
from service.pricing.modes import Deal, choose

router = APIRouter(route_class=Guarded, tags=["prices"])

SkuAsked = Annotated[str, Query(pattern=SKU_CODE, max_length=40, examples=["RU-ALENKA-90"])]
ChannelAsked = Annotated[str, Query(max_length=40, description="A channel of catalogs/costs.yaml.", examples=["douyin"])]  # fmt: skip
DayAsked = Annotated[date | None, Query(description="Left out: today, by Heihe's clock.")]
Coins = Annotated[
    str, Query(pattern=r"^\d{1,9}[A-Z]{3}$", description="Minor units and currency.", examples=["850CNY"])
]
Percent = Annotated[str, Query(pattern=r"^\d{1,2}(\.\d{1,2})?$", description="Per cent of the price.", examples=["15"])]
RegimeAsked = Literal["domestic", "general", "retail", "hushi", "parcel"]
WordAsked = Annotated[str, Query(max_length=40, description="A word of catalogs/trade-modes.yaml.")]
Several = Annotated[
    list[Annotated[str, Query(pattern=r"^\d{1,12}[A-Z]{3}$")]],
    Query(max_length=10, description="Minor units and currency, once for each currency.", examples=[["8000CNY", "1000EUR"]]),
]  # fmt: skip


def _answer(example: dict[str, Any]) -> Any:
    return {200: {"content": {"application/json": {"example": example}}}}


_LINE = {
    "what": "goods", "formula": "the purchase price of a pack, without VAT: 62.00 RUB, × 0.089011 (RUB/CNY, rate of 2026-11-25)",
    "base": {"amount": 6200, "currency": "RUB"}, "rate": "0.089011", "amount": 552, "currency": "CNY", "rounding": "half_up",
    "source": "contract 17/26, 2026-11-01; cbr.ru XML_daily", "verified": True,
}  # fmt: skip
_EXPLAINED = {
    "sku": "RU-ALENKA-90", "channel": "douyin", "market": "CN", "on": "2026-11-25", "regime": "general",
    "route": "blagoveshchensk-heihe-bridge", "price": {"amount": 1280, "currency": "CNY"}, "lines": [_LINE], "buyer_lines": [],
    "landed": 704, "total": 1386, "margin": -106, "margin_share": "-8.3 %", "buyer_pays": 1280, "wanted": "15 %", "break_even": 1411,
    "floor": 1753, "rates": [], "notes": ["Steps marked * rest on figures nobody has verified."],
}  # fmt: skip
_FLOOR = {
    "sku": "RU-ALENKA-90", "channel": "douyin", "market": "CN", "on": "2026-11-25", "route": "blagoveshchensk-heihe-bridge",
    "regime": "general", "currency": "CNY", "wanted": "15 %",
    "goods": {"amount": 6200, "currency": "RUB", "source": "contract 17/26, 2026-11-01", "verified": True}, "break_even": 1411,
    "floor": 1753, "until": None, "suggested": 1790, "notes": [],
}  # fmt: skip
_MODES = {
    "on": "2026-11-25",
    "modes": [
        {
            "mode": "9610", "name": "Розница прямой отправкой (9610)", "side": "CN", "state": "open", "suits": "Посылка на каждый заказ.",
            "documents": ["заказ", "сведения об оплате", "накладная"], "closed": [], "taxed": [], "warned": [], "asked": [],
            "source": "chinanews 2025-07-19", "verified": True,
        }
    ],
}  # fmt: skip


@router.get("/explain", responses=_answer(_EXPLAINED))
def read_explained(
    session: Annotated[Session, reading("prices:read")], locale: CallerLocale, sku: SkuAsked, channel: ChannelAsked, on: DayAsked = None,
    price: Annotated[int | None, Query(gt=0, lt=2**31, description="What if it were sold at this, in minor units.")] = None,
    goods: Coins | None = None, regime: RegimeAsked | None = None, margin: Percent | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What is left of a price, step by step: each with its base, rate, source, and whether anybody has verified it. Amounts in minor units."""
    found = explain(
        session, sku, channel=channel, on=_day(on), price=price, goods=_goods(goods), regime=regime, wanted=_share(margin)
    )  # fmt: skip
    return found.as_data(locale)


@router.get("/floor", responses=_answer(_FLOOR))
def read_floor(
    session: Annotated[Session, reading("prices:read")], locale: CallerLocale, sku: SkuAsked, channel: ChannelAsked, on: DayAsked = None,
    goods: Coins | None = None, regime: RegimeAsked | None = None, margin: Percent | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The price from which on every higher one leaves the wanted margin. To keep it, offer it as kind `floor`."""
    found = find_floor(session, sku, channel=channel, on=_day(on), goods=_goods(goods), regime=regime, wanted=_share(margin))  # fmt: skip
    return found.as_data(locale)


@router.get("/modes", responses=_answer(_MODES))
def read_modes(
    session: Annotated[Session, reading("prices:read")], locale: CallerLocale, direction: WordAsked, buyer: WordAsked,
    goods: WordAsked = "other", warehouse: WordAsked = "none", value: Several = [], year_value: Several = [],  # noqa: B006
    day_value: Several = [], weight_g: Annotated[int | None, Query(ge=0, lt=2**31)] = None,  # noqa: B006
    zone_km: Annotated[int | None, Query(ge=0, lt=2**31)] = None, on: DayAsked = None,
) -> dict[str, Any]:  # fmt: skip
    """Which trade modes are open to a deal, which are closed and why, with limits and documents. Not a customs opinion."""
    deal = Deal(
        direction=direction, buyer=buyer, goods=goods, warehouse=warehouse, value=_by_currency(value), year_value=_by_currency(year_value),
        day_value=_by_currency(day_value), weight_g=weight_g, zone_km=zone_km,
    )  # fmt: skip
    answer = choose(deal, on=_day(on))
    return {"on": answer.on.isoformat(), "modes": [verdict.as_data(locale) for verdict in answer.verdicts]}


def _day(told: date | None) -> date:
    return told or now().astimezone(ZoneInfo(ZONES["CN"])).date()


def _goods(told: str | None) -> Money | None:
    return None if told is None else Money(int(told[:-3]), told[-3:])


def _share(percent: str | None) -> Fraction | None:
    return None if percent is None else Fraction(Decimal(percent)) / 100


def _by_currency(told: list[str]) -> dict[str, int]:
    """Several amounts of one currency count together."""
    found: dict[str, int] = {}
    for one in told:
        if match := re.fullmatch(r"(\d+)([A-Z]{3})", one):
            found[match[2]] = found.get(match[2], 0) + int(match[1])
    return found
