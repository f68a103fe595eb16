"""Background work of listings: long exports, templates filled, and sending to platforms."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.catalog.listing import in_front
from service.catalog.models import Product
from service.catalog.sheets.taking import find_upload
from service.compliance.entries import Market
from service.database import now
from service.errors import DomainError
from service.i18n import N_, Locale, Message
from service.jobs.kinds import MadeFile, Outcome, Work, kind
from service.jobs.models import Job
from service.listings.channels import channel as find_channel
from service.listings.connectors import Report, as_data, connector_of, look, push
from service.listings.exporting import Export, export_cards, export_prices, export_stock, record_export, write_export
from service.listings.filling.fillable import fillable
from service.listings.filling.filling import fill
from service.listings.forms.form import Plan, Request
from service.listings.gathering import cards, find_card
from service.listings.remaking import Remade, find_export, remade, shop_of
from service.listings.sealing import keys_of
from service.listings.shops import Ref, account_of, find_shop, keep_refs
from service.listings.showing import SHOWN, counts_of, held_shown
from service.listings.terms import only_shop
from service.people.audit import record
from service.people.secrets import installation_key
from service.settings import Settings

__all__ = ["MEDIA", "MOST_CARDS", "ExportWanted", "FillWanted", "PushWanted", "TooManyCards", "cards_of", "export_of"]

MOST_CARDS = 500
"""Cards one request exports; more are a job's work."""

MEDIA = {
    "json": "application/json", "jsonld": "application/ld+json", "jsonl": "application/x-ndjson", "xml": "application/xml",
    "tsv": "text/tab-separated-values", "csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
}  # fmt: skip

ChannelKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$", max_length=40)]
ShopKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
GoodsName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+([-._][A-Za-z0-9]+)*$", max_length=60)]


class TooManyCards(DomainError):
    """More than one request may take."""

    status = 409
    title = N_("{count} cards are too many for one request; it takes {most}.")
    remedy = N_("Name the cards, or order the job listings.export, which takes them all.")


class ExportWanted(BaseModel):
    """What goes to a channel. Without `shop`: the organisation's only shop there, if it has just one; without `products`: all cards."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"channel": "ozon", "kind": "prices"}})
    channel: ChannelKey
    kind: Literal["cards", "stock", "prices"] = "cards"
    shop: ShopKey | None = None
    market: Market | None = Field(None, description="For a channel that sells in both.")
    products: list[GoodsName] | None = Field(
        None, min_length=1, max_length=MOST_CARDS, description="Keys of cards, or codes of SKUs."
    )
    everything: bool = Field(False, strict=True, description="Also what says the same as in the export before.")
    on: date | None = Field(None, description="Day whose rules and prices count; today in UTC if left out.")
    ending: Literal["", "jsonl", "tsv", "xml"] = Field("", description="Which of a channel's forms, where it has several.")  # fmt: skip
    locale: Locale = Field("zh", description="Language of what a job tells.")


class FillWanted(BaseModel):
    """An uploaded template, and what to fill it with."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"upload": 7, "channel": "ozon", "products": ["RU-HONEY-500"], "mapping": {"Тип*": "extra.type"}}
        },
    )
    upload: int = Field(ge=1, lt=2**31, strict=True)
    channel: ChannelKey
    shop: ShopKey | None = None
    market: Market | None = None
    products: list[GoodsName] | None = Field(None, min_length=1, max_length=MOST_CARDS)
    mapping: dict[Annotated[str, StringConstraints(max_length=500)], Annotated[str, StringConstraints(max_length=200)]] = Field(
        {}, max_length=500, description="What a header means: a field, extra.NAME, answer.NAME, or nothing to leave the column out."
    )  # fmt: skip
    on: date | None = None
    locale: Locale = Field("zh", description="Language of the report.")


class PushWanted(BaseModel):
    """An export that is to be sent."""

    model_config = ConfigDict(extra="forbid")
    export: int = Field(ge=1, lt=2**31, strict=True)
    patience: int = Field(
        60, ge=0, le=600, strict=True, description="Seconds to wait for what the platform decides later."
    )
    locale: Locale = "zh"


def cards_of(session: Session, names: Sequence[str] | None, *, most: int | None = None) -> list[Product]:
    """The cards of these keys or codes, else all there are. Raises `NotFound`, `TooManyCards`."""
    if names is None and most is not None:
        count = session.scalar(in_front(session, select(func.count(Product.id)))) or 0
        if count > most:
            raise TooManyCards(count=count, most=most)
    return cards(session, None if names is None else [find_card(session, one)[0].key for one in names])


def export_of(session: Session, wanted: ExportWanted, *, most: int | None = None) -> Export:
    """The export somebody wants, not recorded. Raises `NotFound`, `TooManyCards`, and what `exporting` does."""
    where = find_channel(wanted.channel)
    market = wanted.market or (None if where.content.market == "any" else where.content.market)
    shop = find_shop(session, wanted.shop) if wanted.shop else only_shop(session, where, market) if market else None
    products = cards_of(session, wanted.products, most=most)
    day = wanted.on or now().date()
    if wanted.kind == "stock":
        return export_stock(session, products, where, as_of=day, shop=shop, market=wanted.market, everything=wanted.everything)  # fmt: skip
    if wanted.kind == "prices":
        return export_prices(session, products, where, as_of=day, shop=shop, market=wanted.market, everything=wanted.everything)  # fmt: skip
    return export_cards(
        session, products, where, as_of=day, shop=shop, market=wanted.market, everything=wanted.everything,
        all_cards=wanted.products is None, ending=wanted.ending,
    )  # fmt: skip


@kind("listings.export", title=N_("Exporting listings"), right="listings:write", parameters=ExportWanted)
def export_listings(work: Work, wanted: ExportWanted) -> Outcome:
    """An export of any size; the file is what the channel takes."""
    work.progress(0, 2)
    with work.reading() as session:
        made = export_of(session, wanted)
    work.progress(1, 2)
    out = io.BytesIO()
    write_export(made, out)
    name = f"{wanted.channel}-{wanted.kind}.{made.form.suffix}"

    def effect(session: Session) -> dict[str, Any]:
        return {"export": record_export(session, made).id}

    held = [one.model_dump() for one in held_shown(made.held, wanted.locale)]
    result = {"counts": counts_of(made).model_dump(), "held": held}
    return Outcome(result, MadeFile(name, MEDIA[made.form.suffix], out.getvalue()), effect)


@kind("listings.fill", title=N_("Filling a template"), right="listings:write", parameters=FillWanted)
def fill_template(work: Work, wanted: FillWanted) -> Outcome:
    """An uploaded template, filled; the result is the report."""
    work.progress(0, 2)
    where, day = find_channel(wanted.channel), wanted.on or now().date()
    with work.reading() as session:
        upload = find_upload(session, wanted.upload)
        name, content = upload.name, upload.content
        shop = find_shop(session, wanted.shop) if wanted.shop else None
        listings, held = fillable(
            session, where, shop=shop, market=wanted.market, products=wanted.products, day=day
        )  # fmt: skip
    work.progress(1, 2)
    done = fill(content, name, listings, channel=where, day=day, mapping=wanted.mapping)
    done.report.not_filled[:0] = held
    told = done.report.as_data(wanted.locale)
    result = told | {
        "refused": told["refused"][:SHOWN], "not_filled": told["not_filled"][:SHOWN], "not_filled_count": len(told["not_filled"]),
        "whole": done.report.whole,
    }  # fmt: skip
    stem, _, ending = name.rpartition(".")
    media = MEDIA.get(ending.lower(), "application/octet-stream")
    return Outcome(result, MadeFile(f"{stem[:100]}.filled.{ending}", media, done.content))


@kind("listings.push", title=N_("Sending to a platform"), right="listings:write", parameters=PushWanted)
def push_export(work: Work, wanted: PushWanted) -> Outcome:
    """Send an export to its shop, request by request; what became of each is written down before the next goes.

    A sending that breaks off is not taken up again by itself: nobody may create a card twice. Its result says what was under way.
    """
    with work.reading() as session:
        begun = session.get_one(Job, work.number).result
        if begun:
            lost = {"unknown": begun["unknown"] + len(begun["under_way"])}
            return Outcome(begun | lost | {"stopped": Message(_BROKEN_OFF).say(wanted.locale)})
        export = find_export(session, wanted.export)
        shop = shop_of(session, export)
        again = remade(session, export, to_send=True)
        day = now().date()
        connector = connector_of(export.channel)(
            account_of(session, shop), keys_of(shop, installation_key(Settings())), day=day
        )
        key = shop.key
    requests = again.plan.requests if again.plan else ()
    report = Report(held=again.plan.held if again.plan else ())
    try:
        for one in requests:
            connector.name(one.call)  # a request for another platform stops all before anything is sent
        for at, request in enumerate(requests):
            work.progress(at, len(requests))
            _note(work, key, report, request, again, wanted)
            report = _both(report, push(connector, Plan((request,)), patience=0.0))
            if report.stopped:
                left = [code for one in requests[at + 1 :] for code in connector.codes(one)]
                report = _both(report, Report(unsent=tuple(left)))
                break
        report = look(connector, report, patience=float(wanted.patience))
    finally:
        connector.close()

    def effect(session: Session) -> None:
        keep_refs(session, find_shop(session, key), [Ref(*one) for one in report.learned])
        counts = {state: report.count(state) for state in ("accepted", "refused", "waiting", "unknown")}
        record(session, "listings.pushed", f"{export.id} {key}", **counts)

    name = f"export-{wanted.export}-report.json"
    content = orjson.dumps(as_data(report, wanted.locale), option=orjson.OPT_INDENT_2)
    return Outcome(_told(report, again, wanted.locale), MadeFile(name, MEDIA["json"], content), effect)


_BROKEN_OFF = N_("Sending was broken off. What was under way may have arrived: look in the seller's cabinet before you send it again.")  # fmt: skip


def _both(one: Report, other: Report) -> Report:
    return Report(
        one.outcomes + other.outcomes, one.learned + other.learned, one.tickets + other.tickets, one.held,
        one.unsent + other.unsent, other.stopped or one.stopped,
    )  # fmt: skip


def _note(work: Work, shop: str, report: Report, request: Request, again: Remade, wanted: PushWanted) -> None:
    """Write down what is known, and whose request goes now."""
    with work.writing() as session:
        keep_refs(session, find_shop(session, shop), [Ref(*one) for one in report.learned])
        told = _told(report, again, wanted.locale)
        session.get_one(Job, work.number).result = told | {"under_way": list(request.codes)}


def _told(report: Report, again: Remade, locale: Locale) -> dict[str, Any]:
    """A report in short: counts, and the first of those that need somebody; the file has all."""
    whole = as_data(report, locale)
    needing = [one for one in whole["outcomes"] if one["state"] != "accepted" or one["errors"]]
    return {
        "requests": len(again.plan.requests) if again.plan else 0,
        **{state: report.count(state) for state in ("accepted", "refused", "waiting", "unknown")},
        "problems": needing[:SHOWN], "held": whole["held"][:SHOWN], "unsent": whole["unsent"][:SHOWN], "unsent_count": len(report.unsent),
        "overtaken": list(again.overtaken[:SHOWN]), "stopped": whole["stopped"],
    }  # fmt: skip
