"""HTTP: places, lots, balances, movements: what is where, and every act that moves it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from starlette.responses import Response

from service.catalog.files import Key, SkuCode
from service.database import in_utc
from service.http.kinds import Id, NameQuery
from service.http.paging import After, Limit, Page, page_of
from service.inventory import acting, ledger
from service.inventory.acting import Moving, Receiving, Taken
from service.inventory.answers import (
    BalanceShown,
    KeyOfPlace,
    LotShown,
    MovementShown,
    PlaceShown,
    SkuPath,
    SkuQuery,
    balance_shown,
    lot_shown,
    movement_shown,
    place_shown,
)  # fmt: skip
from service.inventory.handling import HandlingGiven, keep_handling
from service.inventory.history import By, explain, movement_page, stock_at
from service.inventory.lots import LotGiven, handling_of, keep_lot
from service.inventory.models import Lot
from service.inventory.places import find_place, import_places, place_list
from service.inventory.reserving.pools import sku_of
from service.inventory.verifying import verify
from service.inventory.watching.levels import balance_page
from service.people.guard import Guarded, reading, writing
from service.people.once import Once, OnceKey
from service.people.reach import organisation_of

router = APIRouter(route_class=Guarded, prefix="/api/v1", tags=["stock"])
Reading = Annotated[Session, reading("stock:read")]
Writing = Annotated[Session, writing("stock:write")]
Everybody = Annotated[bool, Query(description="Of all organisations whose stock you may see (park staff).")]
_EXAMPLE: dict[str, Any] = {
    "sku": "RU-ALENKA-90",
    "quantity": 10,
    "unit": "case",
    "lot": {"code": "L2609-01", "made_on": "2026-09-01"},
}


class _Act(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: str | None = Field(None, max_length=60, description="Number of the delivery note or the like.")
    happened_at: datetime | None = Field(None, description="With its time zone, if it was earlier; left out: now.")
    note: str = Field("", max_length=300)


class Receipt(_Act):
    """Goods that come from a supplier."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"place": "heihe-park", "number": "样例送货单 17", "lines": [_EXAMPLE]}}
    )
    place: Key
    lines: list[Receiving] = Field(min_length=1, max_length=1000)


class Move(_Act):
    """Goods that go from one place to another."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"from": "heihe-park", "to": "heihe-park-quarantine", "lines": [_EXAMPLE | {"lot": "L2609-01", "quantity": 2, "unit": "pack"}]}
        }
    )  # fmt: skip
    source: Key = Field(alias="from")
    target: Key = Field(alias="to")
    lines: list[Moving] = Field(min_length=1, max_length=1000)


class Adjusted(Moving):
    """A line put right: `more` is there than the books say, or less."""

    more: bool = False


class Adjustment(_Act):
    """Stock put right by hand; for whole places take a stocktake."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"place": "heihe-park", "reason": "damage", "lines": [{"sku": "RU-ALENKA-90", "lot": "L2609-01", "quantity": 1}]}
        }
    )  # fmt: skip
    place: Key
    reason: Literal["damage", "expired", "theft", "sample", "found", "entry_error", "other"]
    lines: list[Adjusted] = Field(min_length=1, max_length=1000)


class Reversal(BaseModel):
    """Why a document is taken back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"note": "entered twice"}})
    note: str = Field("", max_length=300)


class LotWanted(LotGiven):
    """A lot of a SKU, to be made or completed."""


class ExplainedShown(BaseModel):
    """One movement as seen from a place: what it changed there, and what was there after it."""

    change: int
    after: int
    movement: MovementShown


class Explanation(BaseModel):
    """All movements behind a number, in the order of recording; the last `after` is what is there now."""

    items: list[ExplainedShown]


class StockThen(BaseModel):
    """What places held at a moment."""

    at: datetime
    by: str
    items: list[BalanceShown]


class DifferenceShown(BaseModel):
    """A number that is not what it is made of."""

    what: str
    place: str
    sku: str
    lot: str
    show: str
    found: int
    made_of: int


class VerifiedShown(BaseModel):
    """What was rebuilt and compared; no differences means every number adds up."""

    movements: int
    balances: int
    pools: int
    differences: list[DifferenceShown]


class Places(BaseModel):
    """All places, in their order."""

    items: list[PlaceShown]


@router.get("/places")
def read_places(session: Reading) -> Places:
    """Warehouses with their areas, ways, customs, and the outside."""
    return Places(items=[place_shown(place) for place in place_list(session)])


@router.post("/places/import")
def post_places(session: Writing) -> Places:
    """Bring in the shipped sample places; a second time nothing happens."""
    import_places(session)
    return Places(items=[place_shown(place) for place in place_list(session)])


@router.get("/lots")
def read_lots(session: Reading, sku: SkuQuery = None, after: After = None, limit: Limit = 50) -> Page[LotShown]:
    """A page of one's own lots."""
    query = select(Lot).where(Lot.organisation_id == organisation_of(session)).options(joinedload(Lot.sku))
    if sku is not None:
        query = query.where(Lot.sku_id == sku_of(session, sku).id)
    rows, following = page_of(session, query, by=[Lot.id], after=after, limit=limit)
    return Page(items=[lot_shown(row) for row in rows], next=following)


@router.put("/lots/{sku}")
def put_lot(session: Writing, sku: SkuPath, lot: LotWanted) -> LotShown:
    """Make a lot, or fill in what was not known of it; dates that are known are not changed."""
    return lot_shown(keep_lot(session, sku_of(session, sku), lot))


@router.get("/skus/{sku}/handling")
def read_handling(session: Reading, sku: SkuPath) -> HandlingGiven:
    """How your organisation handles a SKU; the defaults where it has said nothing."""
    found = handling_of(session, sku_of(session, sku))
    names = HandlingGiven.model_fields
    return HandlingGiven.model_validate({name: getattr(found, name) for name in names}) if found else HandlingGiven()


@router.put("/skus/{sku}/handling")
def put_handling(session: Writing, sku: SkuPath, handling: HandlingGiven) -> HandlingGiven:
    """Set it: serial numbers, pallets, units of your own, days of life, cold on the road, the alert's threshold."""
    keep_handling(session, sku_of(session, sku), handling)
    return handling


@router.get("/balances")
def read_balances(
    session: Reading, sku: SkuQuery = None, place: KeyOfPlace = None, everybody: Everybody = False, after: After = None,
    limit: Limit = 50,
) -> Page[BalanceShown]:  # fmt: skip
    """A page of what is where, lot by lot."""
    rows, following = balance_page(
        session, after=after, limit=limit, everybody=everybody, sku=sku_of(session, sku) if sku else None,
        place=find_place(session, place) if place else None,
    )  # fmt: skip
    return Page(items=[balance_shown(row) for row in rows], next=following)


@router.get("/balances/at")
def read_stock_then(
    session: Reading, moment: datetime, by: By = "happened", sku: SkuQuery = None, place: KeyOfPlace = None
) -> StockThen:
    """What was where at a past moment: as it happened, as far as is known today, or as the books said then (`by=recorded`)."""
    aware = in_utc(moment) or moment
    found = stock_at(
        session,
        aware,
        by=by,
        sku=sku_of(session, sku) if sku else None,
        place=find_place(session, place) if place else None,
    )
    items = [
        BalanceShown(sku=item.code, place=where.key, state=place_shown(where).state, lot=lot.code, expires_on=lot.expires_on, on_hand=packs)
        for where, item, lot, packs in found
    ]  # fmt: skip
    return StockThen(at=aware, by=by, items=items)


@router.get("/balances/explained")
def read_explanation(session: Reading, sku: Annotated[SkuCode, Query()], place: Annotated[Key, Query()]) -> Explanation:
    """Why the stock of a SKU in a place is what it is: every movement behind it."""
    told = explain(session, sku=sku_of(session, sku), place=find_place(session, place))
    return Explanation(
        items=[
            ExplainedShown(change=one.change, after=one.after, movement=movement_shown(one.movement)) for one in told
        ]
    )


@router.get("/movements")
def read_movements(
    session: Reading, sku: SkuQuery = None, place: KeyOfPlace = None, document: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    kind: NameQuery = None, since: datetime | None = None, until: datetime | None = None, everybody: Everybody = False,
    after: After = None, limit: Limit = 50,
) -> Page[MovementShown]:  # fmt: skip
    """A page of movements, newest first."""
    rows, following = movement_page(
        session, sku=sku_of(session, sku) if sku else None, place=find_place(session, place) if place else None, document=document,
        kind=kind, since=in_utc(since), until=in_utc(until), after=after, limit=limit, everybody=everybody,
    )  # fmt: skip
    return Page(items=[movement_shown(row) for row in rows], next=following)


@router.post("/movements/receive", response_model=Taken, status_code=201)
def post_receipt(session: Writing, once: Once, key: OnceKey, receipt: Receipt) -> Response:
    """Receive goods from a supplier, all lines or none."""
    return once(
        session, receipt, status=201,
        work=lambda: acting.taken(
            acting.receive(
                session, place=receipt.place, lines=receipt.lines, key=f"api/{key}"[:80], number=receipt.number,
                happened_at=in_utc(receipt.happened_at), note=receipt.note,
            )
        ),
    )  # fmt: skip


@router.post("/movements/move", response_model=Taken, status_code=201)
def post_move(session: Writing, once: Once, key: OnceKey, move: Move) -> Response:
    """Move goods between places, all lines or none."""
    return once(
        session, move, status=201,
        work=lambda: acting.taken(
            acting.move(
                session, source=move.source, target=move.target, lines=move.lines, key=f"api/{key}"[:80], number=move.number,
                happened_at=in_utc(move.happened_at), note=move.note,
            )
        ),
    )  # fmt: skip


@router.post("/movements/adjust", response_model=Taken, status_code=201)
def post_adjustment(session: Writing, once: Once, key: OnceKey, adjustment: Adjustment) -> Response:
    """Put stock right by hand, for a reason."""
    lines = [
        (Moving.model_validate(line.model_dump(exclude={"more"})), 1 if line.more else -1) for line in adjustment.lines
    ]
    return once(
        session, adjustment, status=201,
        work=lambda: acting.taken(
            acting.adjust(
                session, place=adjustment.place, lines=lines, reason=adjustment.reason, key=f"api/{key}"[:80], number=adjustment.number,
                happened_at=in_utc(adjustment.happened_at), note=adjustment.note,
            )
        ),
    )  # fmt: skip


@router.post("/movements/{document}/reverse", response_model=Taken, status_code=201)
def post_reversal(session: Writing, once: Once, key: OnceKey, document: Id, reversal: Reversal) -> Response:
    """Take a document back by a correction that moves the same goods the other way."""
    return once(
        session, reversal, status=201,
        work=lambda: acting.taken(ledger.reverse(session, document=document, key=f"api/{key}"[:80], note=reversal.note)),
    )  # fmt: skip


@router.get("/stock/verify")
def read_verified(session: Reading) -> VerifiedShown:
    """Rebuild every number of one's own stock from what it is made of, and name each difference."""
    found = verify(session)
    return VerifiedShown(
        movements=found.movements, balances=found.balances, pools=found.pools,
        differences=[DifferenceShown(**vars(one)) for one in found.differences],
    )  # fmt: skip
