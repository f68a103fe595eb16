"""The sample stock an installation begins with: brought in once, so that every page has something to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.authored import Authored, Strict, read
from service.catalog.files import Key, SkuCode, Text, Whole
from service.catalog.listing import skus_by_code
from service.database import now
from service.errors import FilesRejected
from service.inventory import ledger
from service.inventory.lots import LotGiven, keep_lot
from service.inventory.models import StockDocument
from service.inventory.places import import_places, outside, places_by_key
from service.inventory.reserving.pools import promise
from service.people.reach import organisation_of
from service.resources import root

__all__ = ["Opened", "import_opening"]

KEY = "opening/catalogs"


class OpeningLine(Strict):
    """So many packs of a lot in a place; the day it was made counts back from the day it is brought in."""

    place: Key
    sku: SkuCode
    lot: Text
    made_days_ago: int = Field(ge=0, le=3650)
    packs: Whole


class OpeningPromise(Strict):
    """What a show may sell of it."""

    show: Key
    sku: SkuCode
    place: Key
    packs: Whole


class OpeningFile(Strict):
    """`catalogs/stock/opening.yaml`."""

    sample: bool
    lines: list[OpeningLine]
    promises: list[OpeningPromise] = []


@dataclass(frozen=True)
class Opened:
    """Places brought in or changed, lines of stock posted; none the second time."""

    places: int
    lines: int


def import_opening(session: Session, *, path: Path | None = None) -> Opened:
    """Bring places and sample stock in, once. Raises `FilesRejected` with every fault, and what posting raises."""
    changed = import_places(session)
    query = select(StockDocument.id).where(
        StockDocument.organisation_id == organisation_of(session), StockDocument.key == KEY
    )
    if session.scalar(query) is not None:
        return Opened(changed, 0)
    file = read(path or root("catalogs") / "stock" / "opening.yaml", OpeningFile)
    _check(session, file)
    if file.problems or file.content is None:
        raise FilesRejected(file.problems)
    skus, places, supplier = skus_by_code(session), places_by_key(session), outside(session, "supplier")
    today = now().date()
    lines = []
    for one in file.content.lines:
        sku = skus[one.sku]
        lot = keep_lot(session, sku, LotGiven(code=one.lot, made_on=today - timedelta(days=one.made_days_ago)))
        lines.append(ledger.Line(sku, lot, supplier, places[one.place], one.packs))
    ledger.post(session, kind="opening", key=KEY, lines=lines, note="sample")
    for each in file.content.promises:
        promise(session, show=each.show, sku=each.sku, place=each.place, packs=each.packs)
    return Opened(changed, len(lines))


def _check(session: Session, file: Authored[OpeningFile]) -> None:
    if file.content is None:
        return
    skus, places = skus_by_code(session), places_by_key(session)
    for part in ("lines", "promises"):
        for at, one in enumerate(getattr(file.content, part)):
            file.known(part, at, "sku", value=one.sku, among=skus)
            file.known(part, at, "place", value=one.place, among=places)
