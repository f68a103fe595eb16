"""Forms that post to the books: sent twice they post once; what is refused is said in the reader's words, with nothing half done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from babel.dates import get_month_names
from fastapi import Form, Request, UploadFile
from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from service.authored import words_for
from service.catalog.models import Product, Sku
from service.errors import DomainError
from service.i18n import N_, Locale, Message, Named
from service.inventory.files import routes, stock_rules
from service.inventory.places import places_by_key
from service.inventory.watching.levels import names_of
from service.people.once import Doing, KeyReused

__all__ = [
    "BadMoment", "Fault", "Key", "Said", "both_banks", "day_in", "day_of", "file_name", "local_moment", "names_in", "new_key", "once", "refusal", "today",
]  # fmt: skip

# Who reads Chinese stands in Heihe, who reads Russian in Blagoveshchensk (as in layout.py).
_HEIHE, _BLAGOVESHCHENSK = ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Yakutsk")
_BANKS = ((N_("Heihe"), _HEIHE), (N_("Blagoveshchensk"), _BLAGOVESHCHENSK))
Key = Annotated[str, Form(pattern=r"^[0-9a-f-]{36}$")]


class Said(BaseModel):
    """What a form led to: the page to go on to, and what it says first."""

    to: str
    said: str = ""


class _Form(BaseModel):
    """What was typed, as it is compared when the same key comes again."""

    typed: dict[str, Any]


class SentBefore(DomainError):
    """A form that was changed and sent once more, for instance after going back in the browser."""

    status = 409
    title = N_("This form was sent before with other values; nothing was changed now.")
    remedy = N_("Look whether what stands here now is right; if not, send it once more.")


class BadMoment(DomainError):
    """No day or time."""

    title = N_("“{value}” is no day and time.")
    remedy = N_("Choose it in the calendar, or write it like this: {example}.")


@dataclass(frozen=True)
class Fault:
    """Why a form came back: in one paragraph, with every place of a longer list."""

    status: int
    said: str
    places: list[str] = field(default_factory=list)


def new_key() -> str:
    """A key for one form; it travels in the form and makes what it posts happen once."""
    return str(uuid4())


def once(request: Request, session: Session, key: str, typed: Mapping[str, Any], work: Callable[[], Said]) -> Said:
    """What `work` led to, now or when this form was sent before; if it raises, nothing of it stays.

    `typed` is all that stands in the form. Raises `SentBefore`, and what `work` raises.
    """
    try:
        with session.begin_nested():
            return Said.model_validate_json(bytes(Doing(request, key)(session, _Form(typed=dict(typed)), work).body))
    except KeyReused:
        raise SentBefore() from None


def refusal(session: Session, error: DomainError | ValidationError, locale: Locale, labels: Mapping[str, str]) -> Fault:
    """An error in the reader's words: places, ways and vehicles by name, moments by the reader's clock."""
    if isinstance(error, ValidationError):
        said = [
            f"{_field(item['loc'], labels, locale)}: " + " ".join(part.say(locale) for part in words_for(item))
            for item in error.errors()
        ]
        return Fault(422, said[0], said[1:])
    error.facts = _readable(session, error.facts, locale)
    more = error.more(locale)
    places = [f"{one['row']} · {one['column']} · {one['value']}: {one['message']} {one['remedy']}" for one in more.get("faults", [])]  # fmt: skip
    for one in more.get("lots") or more.get("lacking") or []:
        places.append(Message(error.title, _readable(session, one, locale)).say(locale))
    return Fault(error.status, error.say(locale), places if len(places) > 1 else [])


def _field(place: tuple[int | str, ...], labels: Mapping[str, str], locale: Locale) -> str:
    """The label of the field a fault is in, with its line."""
    names = [Message(labels.get(one, one)).say(locale) for one in place if isinstance(one, str) and one != "lines"]
    lines = [Message(N_("line {number}"), {"number": one + 1}).say(locale) for one in place if isinstance(one, int)]
    return ", ".join([*lines, *names])


def _readable(session: Session, facts: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    ways = {key: Named(key, way.zh, way.ru) for key, way in routes().items()}
    vehicles = {one.key: Named(one.key, one.zh, one.ru) for one in stock_rules().transports}
    found = dict(facts)
    for name, value in facts.items():
        if name == "place":
            place = places_by_key(session).get(str(value))
            found[name] = place.name(locale) if place else value
        elif name == "lot" and value == "*":
            found[name] = Message(N_("any"))
        elif name in ("route", "transport"):
            found[name] = (ways | vehicles).get(str(value), value)
        elif name == "better" and not isinstance(value, str):
            found[name] = [vehicles.get(one, one) for one in value]
        elif name in ("month", "months") and locale == "ru":  # Chinese names months by number
            named = get_month_names("wide", "stand-alone", locale)
            found[name] = [named[month] for month in value] if name == "months" else named[value]
        elif name in ("when", "last"):
            found[name] = datetime.fromisoformat(str(value)).astimezone(_zone(locale)).strftime(_form(locale))
    return found


def local_moment(text: str, locale: Locale) -> datetime | None:
    """A moment typed by the reader's clock; None: nothing was typed. Raises `BadMoment`."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=_zone(locale))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadMoment(value=text[:40], example="2026-11-25T14:30") from None


def day_of(text: str) -> date:
    """A typed day. Raises `BadMoment`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadMoment(value=text[:40], example="2026-11-25") from None


def today(locale: Locale) -> date:
    """The present day on the reader's bank."""
    return datetime.now(_zone(locale)).date()


def both_banks(moment: datetime, locale: Locale) -> str:
    """A moment by the clocks of both banks, the reader's first; the other day is told where it differs."""
    banks = sorted(_BANKS, key=lambda bank: bank[1] is not _zone(locale))
    parts, first = [], None
    for name, zone in banks:
        local = moment.astimezone(zone)
        form = "%H:%M" if first == local.date() else _form(locale)
        parts.append(f"{Message(name).say(locale)} {local.strftime(form)}")
        first = first or local.date()
    return " · ".join(parts)


def day_in(day: date, locale: Locale) -> str:
    """A day as it is written in a language."""
    return day.strftime("%d.%m.%Y" if locale == "ru" else "%Y-%m-%d")


def names_in(session: Session, skus: Iterable[Sku], locale: Locale) -> dict[str, str]:
    """What people call these SKUs, by code; the texts of all cards are read at once."""
    found = list(skus)
    wanted = select(Product).where(Product.id.in_({sku.product_id for sku in found}))
    kept = session.scalars(wanted.options(selectinload(Product.texts))).all()
    assert len(kept) <= len(found)  # held until the names are made: a session forgets what nobody holds
    return {sku.code: names_of(sku)["ru" if locale == "ru" else "zh"] for sku in found}


def file_name(file: UploadFile) -> str:
    """The bare name of an uploaded file: some browsers send a whole path."""
    plain = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", file.filename or "")[-1]).strip() or "sheet"
    stem, _, ending = plain.rpartition(".")
    return plain if len(plain) <= 120 else f"{stem[: 119 - len(ending)]}.{ending}"[-120:]


def _zone(locale: Locale) -> ZoneInfo:
    return _BLAGOVESHCHENSK if locale == "ru" else _HEIHE


def _form(locale: Locale) -> str:
    return "%d.%m.%Y %H:%M" if locale == "ru" else "%Y-%m-%d %H:%M"
