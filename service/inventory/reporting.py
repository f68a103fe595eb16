"""Stock as lines of text and as plain data, for the command line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.i18n import Locale, Message
from service.inventory.history import stock_at
from service.inventory.places import find_place
from service.inventory.watching.ageing import ageing
from service.inventory.watching.alerts import KINDS, alert_page, watch
from service.inventory.watching.api import alert_shown, cover_shown, lot_age_shown, sku_stock_shown
from service.inventory.watching.cover import cover
from service.inventory.watching.levels import names_of, stock_page

__all__ = ["ages", "alerts", "covers", "now", "then"]

Told = tuple[list[str], list[dict[str, Any]]]


def now(session: Session, place: str | None, text: str | None, locale: Locale) -> Told:
    """SKUs with what is where: on hand, available, promised."""
    lines: list[str] = []
    data: list[dict[str, Any]] = []
    where = find_place(session, place) if place else None
    after: str | None = None
    while True:
        rows, after = stock_page(session, after=after, limit=200, text=text, place=where)
        for one in rows:
            data.append(sku_stock_shown(one).model_dump(mode="json"))
            lines.append(f"{one.sku.code:<28} {one.on_hand:>8} {one.available:>8}  {_name(names_of(one.sku), locale)}")
            lines += [
                f"    {at.place.key:<32} {at.on_hand:>8} {at.available:>8}  {at.ends_first or ''}" for at in one.places if where is None or at.place.id == where.id
            ]  # fmt: skip
        if after is None:
            return lines, data


def then(session: Session, moment: datetime | None, place: str | None) -> Told:
    """What was where at a moment."""
    assert moment is not None
    found = stock_at(session, moment, place=find_place(session, place) if place else None)
    lines = [f"{where.key:<32} {sku.code:<28} {lot.code or '—':<14} {packs:>8}" for where, sku, lot, packs in found]
    return lines, [
        {"place": where.key, "sku": sku.code, "lot": lot.code, "packs": packs} for where, sku, lot, packs in found
    ]


def ages(session: Session, place: str | None, locale: Locale) -> Told:
    """Lots, the next to end first."""
    found = ageing(session, place=find_place(session, place) if place else None)
    lines = [
        f"{one.lot.expires_on or '—'!s:<12} {one.days_left if one.days_left is not None else '—'!s:>6}  {one.state:<8} {one.sku.code:<28}"
        f" {one.lot.code or '—':<12} {one.place.key:<28} {one.packs:>8}"
        for one in found
    ]
    return lines, [lot_age_shown(one).model_dump(mode="json") for one in found]


def covers(session: Session, place: str | None, locale: Locale) -> Told:
    """Days of cover and what to send."""
    found = cover(session, place=find_place(session, place) if place else None)
    lines = [
        f"{one.sku.code:<28} {one.place.key:<20} {one.available:>8} {one.days if one.days is not None else '—'!s:>6}"
        f"  {one.runs_out_on or ''!s:<12} +{one.incoming:<6} → {one.suggested}"
        for one in found
    ]
    return lines, [cover_shown(one).model_dump(mode="json") for one in found]


def alerts(session: Session, locale: Locale) -> Told:
    """Look once more, then all that is open."""
    watch(session)
    rows, _following = alert_page(session, after=None, limit=200)
    lines = [f"{one.since:%Y-%m-%d %H:%M}Z  {Message(KINDS[one.kind]).say(locale)}: {one.subject}" for one in rows]
    return lines, [alert_shown(one).model_dump(mode="json") for one in rows]


def _name(names: dict[str, str], locale: Locale) -> str:
    return names["ru" if locale == "ru" else "zh"]
