"""HTTP: what goes to a channel: exports made, looked at, fetched as files, and sent. Part of `api`."""

from __future__ import annotations

import io
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select

from service.catalog.listing import in_front
from service.catalog.models import Product
from service.compliance.entries import Market
from service.database import now
from service.http.languages import CallerLocale
from service.http.paging import After, Limit, Page
from service.jobs.api import JobShown, shown
from service.jobs.ordering import order
from service.listings.answers import ChangeShown, Counts, ExportShown, HeldShown
from service.listings.api import On, Reading, ShopQuery, Writing
from service.listings.channels import channel as find_channel
from service.listings.connectors import connector_of, foresee
from service.listings.exporting import record_export
from service.listings.jobs import (
    MEDIA,
    MOST_CARDS,
    ChannelKey,
    ExportWanted,
    GoodsName,
    PushWanted,
    ShopKey,
    export_of,
)
from service.listings.remaking import export_page, find_export, item_page, remade, shop_of, told_in, write_again
from service.listings.sealing import NoKeys, keys_of
from service.listings.shops import find_shop
from service.listings.showing import SHOWN, changes_shown, counts_of, export_shown, held_shown
from service.people.guard import Guarded
from service.people.once import Once

router = APIRouter(route_class=Guarded, prefix="/api/v1/exports", tags=["listings"])

Kind = Literal["cards", "stock", "prices"]
ExportPath = Annotated[int, Path(ge=1, lt=2**31, examples=[1])]
_MANY = f"of at most {MOST_CARDS} cards"


class ExportMade(ExportShown):
    """An export with what was held back, each with its reason; the first 200 are told, all are counted."""

    held: list[HeldShown]


class ToldShown(BaseModel):
    """A code an export told something of."""

    code: str
    what: Literal["new", "changed", "gone"]


class HeldBack(BaseModel):
    """A code that was held back, and for how many reasons."""

    code: str
    reasons: int


class ExportWhole(ExportShown):
    """An export with the codes it told and those it held back. What it said of each stands at /items."""

    told: list[ToldShown]
    held: list[HeldBack]


class ItemShown(ToldShown):
    """What one listing said, as the channel takes it; null: that it is no longer offered."""

    item: Any


class ExportPreview(BaseModel):
    """What the next export would tell; the first 200 changes and reasons are shown, all are counted."""

    channel: str
    market: Market
    shop: str
    kind: Kind
    counts: Counts
    changes: list[ChangeShown]
    held: list[HeldShown]


class PushAsked(BaseModel):
    """Whether an export is really to be sent: only with `dry_run` false is anything."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"dry_run": True}})
    dry_run: bool = Field(True, strict=True)
    patience: int = Field(
        60, ge=0, le=600, strict=True, description="Seconds to wait for what the platform decides later."
    )


class StepShown(BaseModel):
    """One request: its call, items and bytes, and after how many seconds it would go."""

    call: str
    items: int
    bytes: int
    after: float


class PushForeseen(BaseModel):
    """What sending would take; `seconds` by the platform's rates alone. `overtaken`: told anew by a later export, so not sent from this one."""

    steps: list[StepShown]
    seconds: float
    held: list[HeldShown]
    overtaken: list[str]


@router.post(
    "", status_code=201, response_model=ExportMade,
    responses={202: {"model": JobShown, "description": "More than 500 cards: a job (listings.export) was ordered."}},
)  # fmt: skip
def post_export(
    session: Writing, request: Request, locale: CallerLocale, once: Once, wanted: ExportWanted
) -> Response:  # fmt: skip
    """Export listings, stock or prices: what may go is written down, what may not is told with its reasons. Nothing is sent.

    The next export tells only what differs. More than 500 cards are a job: its result names the export, its file is what the channel takes.
    """
    asked = wanted.model_copy(update={"locale": locale})

    def ordered() -> JobShown:
        return shown(order(session, kind="listings.export", parameters=asked), locale, request.app.state.queue)

    def work() -> ExportMade:
        made = export_of(session, asked)
        kept = export_shown(record_export(session, made))
        return ExportMade(**kept.model_dump(), held=held_shown(made.held, locale))

    find_channel(wanted.channel)
    if wanted.shop:
        find_shop(session, wanted.shop)
    if wanted.products is None:
        count = session.scalar(in_front(session, select(func.count(Product.id)))) or 0
        if count > MOST_CARDS:
            return once(session, wanted, ordered, status=202)
    return once(session, wanted, work, status=201)


@router.get("")
def read_exports(
    session: Reading, channel: Annotated[ChannelKey | None, Query()] = None,
    shop: Annotated[ShopKey | None, Query()] = None, kind: Kind | None = None, after: After = None, limit: Limit = 50,
) -> Page[ExportShown]:  # fmt: skip
    """A page of exports, newest first."""
    rows, following = export_page(session, channel=channel, shop=shop, kind=kind, after=after, limit=limit)
    return Page(items=[export_shown(row) for row in rows], next=following)


@router.get("/preview")
def read_preview(
    session: Reading, locale: CallerLocale, channel: Annotated[ChannelKey, Query(examples=["ozon"])],
    kind: Kind = "cards", shop: ShopQuery = None, market: Market | None = None,
    product: Annotated[list[GoodsName] | None, Query(max_length=100, description="Only these cards: their keys, or codes of SKUs.")] = None,
    on: On = None,
) -> ExportPreview:  # fmt: skip
    """What the next export would tell a channel that it does not know yet, place by place; at most 500 cards."""
    wanted = ExportWanted(channel=channel, kind=kind, shop=shop, market=market, products=product or None, on=on)
    made = export_of(session, wanted, most=MOST_CARDS)
    aim = made.aim
    return ExportPreview(
        channel=aim.channel, market="CN" if aim.market == "CN" else "RU", shop=aim.shop, kind=aim.kind, counts=counts_of(made),
        changes=changes_shown(made.told.changed), held=held_shown(made.held, locale),
    )  # fmt: skip


@router.get("/{export}")
def read_export(session: Reading, export: ExportPath) -> ExportWhole:
    """One export: counts, the codes it told something of, and those it held back."""
    found = find_export(session, export)
    return ExportWhole(
        **export_shown(found).model_dump(),
        told=[ToldShown(code=one.code, what=one.what) for one in told_in(session, found)],
        held=[HeldBack(code=code, reasons=count) for code, count in sorted(found.held.items())],
    )


@router.get("/{export}/items")
def read_items(session: Reading, export: ExportPath, after: After = None, limit: Limit = 50) -> Page[ItemShown]:
    """A page of what an export said, by code, as the channel takes it."""
    rows, following = item_page(session, find_export(session, export), after=after, limit=limit)
    return Page(items=[ItemShown(code=told.code, what=told.what, item=item) for told, item in rows], next=following)


_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "What the channel takes.", "content": {media: {} for media in sorted(set(MEDIA.values()))}}
}


@router.get("/{export}/file", response_class=Response, responses=_FILE)
def read_file(
    session: Reading, export: ExportPath,
    ending: Annotated[Literal["", "json", "jsonl", "tsv", "xml"], Query(description="Of a channel with several forms: jsonl beside json, xml beside tsv.")] = "",
) -> Response:  # fmt: skip
    """The export as the file of its channel, made anew from what was kept: its requests, or a feed of all the channel was told up to it."""
    found = find_export(session, export)
    again = remade(session, found, ending=ending)
    out = io.BytesIO()
    write_again(again, found, out)
    suffix = again.form.suffix
    name = f'attachment; filename="{found.channel}-{found.kind}-{found.id}.{suffix}"'
    return Response(out.getvalue(), media_type=MEDIA[suffix], headers={"Content-Disposition": name})


@router.post(
    "/{export}/push", response_model=PushForeseen,
    responses={202: {"model": JobShown, "description": "It is being sent: a job (listings.push)."}},
)  # fmt: skip
def post_push(
    session: Writing, request: Request, locale: CallerLocale, once: Once, export: ExportPath, asked: PushAsked
) -> Response:  # fmt: skip
    """Tell what sending an export to its shop would take; with `dry_run` false, send it: a job, whose result says what became of each.

    What a later export has told anew is left out, and stock more than an hour old is not sent.
    """
    found = find_export(session, export)
    connector_of(found.channel)
    shop = shop_of(session, found)
    again = remade(session, found, to_send=True)
    keys = keys_of(shop, request.app.state.key) if shop.sealed else None

    def foreseen() -> PushForeseen:
        assert again.plan is not None  # channels with a connector take requests
        told = foresee(found.channel, again.plan, now().date(), keys.get("kind", "") if keys else "")
        return PushForeseen(
            steps=[StepShown(**step._asdict()) for step in told.steps], seconds=told.seconds,
            held=held_shown(again.plan.held, locale), overtaken=list(again.overtaken[:SHOWN]),
        )  # fmt: skip

    def ordered() -> JobShown:
        if keys is None:
            raise NoKeys(shop=shop.key)
        wanted = PushWanted(export=found.id, patience=asked.patience, locale=locale)
        return shown(order(session, kind="listings.push", parameters=wanted), locale, request.app.state.queue)

    if asked.dry_run:
        return once(session, asked, foreseen)
    return once(session, asked, ordered, status=202)
