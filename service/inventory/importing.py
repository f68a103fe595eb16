"""A history of movements brought from another system: many rows at once, each once by its key, all or nothing.

Rows that are there already are left alone, so a file may be sent again, or again with its new rows.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, DateTime, Integer, String, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from service.catalog.models import Sku
from service.database import now
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.inventory.balances import At, hold_with_room, shift
from service.inventory.counting.refusing import ReportRejected, RowFault
from service.inventory.counting.sheets import dated, read_stock_sheet
from service.inventory.ledger import SKEW
from service.inventory.lots import LotGiven, keep_lot
from service.inventory.models import Lot, Movement, Place, StockDocument
from service.inventory.places import places_by_key
from service.inventory.refusing import Anticipated
from service.inventory.reserving.statements import lite_time
from service.people.audit import record
from service.people.caller import caller_of
from service.people.reach import organisation_of

__all__ = ["Imported", "MovedRow", "import_movements", "insert_movements"]

CHUNK = 10_000
MOVED: Table = Movement.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class MovedRow:
    """One movement as another system knew it; ids are ours, `key` is its name there, quantity in packs."""

    key: str
    sku: int
    lot: int
    source: int
    target: int
    quantity: int
    happened_at: datetime


@dataclass(frozen=True)
class Imported:
    """Rows taken and rows that were there already."""

    taken: int
    known: int
    document: int | None


def import_movements(session: Session, *, name: str, content: bytes) -> Imported:
    """Take a sheet of movements over: key, SKU, from, to, quantity, when; lot and its dates if it has them.

    Raises `ReportRejected` with every fault, `NotEnough` if a place would hold less than nothing afterwards, and what reading raises.
    """
    places, lots = places_by_key(session), dict[tuple[int, str], Lot]()
    skus: dict[int, Sku] = {}
    rows: list[MovedRow] = []
    latest = now() + SKEW
    faults: list[RowFault] = []
    for row in read_stock_sheet(
        session, name=name, content=content, needed=("key", "from", "to", "happened"), zero=False
    ):
        try:
            rows.append(_row(session, row.values, row.sku, row.packs, places, lots))
            skus[row.sku.id] = row.sku
            if rows[-1].happened_at > latest:
                raise Anticipated(when=rows[-1].happened_at.isoformat())
        except DomainError as error:
            faults.append(RowFault(row.row, "—", row.values.get("key", ""), error.message(), error.advice()))
        except ValueError:
            what = Message(N_("This is no date."))
            faults.append(
                RowFault(
                    row.row,
                    "happened",
                    row.values.get("happened", ""),
                    what,
                    Message(N_("Write it as 2026-11-25 14:30.")),
                )
            )
    if faults:
        raise ReportRejected(faults)
    kept = {lot.id: (skus[sku], lot) for (sku, _), lot in lots.items() if sku in skus}
    return insert_movements(
        session, rows, places={place.id: place for place in places.values()}, lots=kept, source=name
    )


def _row(
    session: Session, values: dict[str, str], sku: Sku, packs: int, places: dict[str, Place], lots: dict[tuple[int, str], Lot]
) -> MovedRow:  # fmt: skip
    ends = []
    for column in ("from", "to"):
        if values.get(column) not in places:
            raise NotFound(kind=Message(N_("The place")), name=values.get(column, ""), known=places)
        ends.append(places[values[column]])
    if ends[0].id == ends[1].id:
        raise NotFound(kind=Message(N_("Another place to move to")), name=ends[0].key, known=places)
    code = values.get("lot", "")
    if (sku.id, code) not in lots:
        dates = {
            name: dated(values[name], zone="Asia/Shanghai").date() for name in ("made_on", "expires_on") if values.get(name)
        }  # fmt: skip
        lots[sku.id, code] = keep_lot(session, sku, LotGiven(code=code[:40], **dates))
    key = values.get("key", "")[:80]
    if not key:
        raise NotFound(kind=Message(N_("The key of the movement")), name="")
    return MovedRow(
        key,
        sku.id,
        lots[sku.id, code].id,
        ends[0].id,
        ends[1].id,
        packs,
        dated(values.get("happened", ""), zone=ends[0].zone),
    )


def insert_movements(
    session: Session,
    rows: Sequence[MovedRow],
    *,
    places: dict[int, Place],
    lots: dict[int, tuple[Sku, Lot]],
    source: str,
) -> Imported:
    """Insert movements that are not there yet, under one document, and change the balances by their sum.

    Raises `NotEnough`, `Promised`; then nothing is taken.
    """
    if not rows:
        return Imported(0, 0, None)
    mine, moment = organisation_of(session), now()
    mark = hashlib.sha256("\n".join(row.key for row in rows).encode()).hexdigest()
    document = StockDocument(
        organisation_id=mine, kind="import", key=f"import/{moment.timestamp():.6f}/{mark[:20]}", request=mark, number=source[:60],
        person=caller_of(session).name[:80], happened_at=min(row.happened_at for row in rows), recorded_at=moment,
    )  # fmt: skip
    session.add(document)
    session.flush()
    for start in range(0, len(rows), CHUNK):
        _insert(session, mine, document.id, rows[start : start + CHUNK], moment)
    change: dict[At, int] = defaultdict(int)
    taken = 0
    about = (Movement.from_place_id, Movement.to_place_id, Movement.sku_id, Movement.lot_id)
    sums = select(*about, func.sum(Movement.quantity), func.count()).where(Movement.document_id == document.id)
    for from_, to, sku, lot, packs, count in session.execute(sums.group_by(*about)):
        change[from_, sku, lot] -= int(packs)
        change[to, sku, lot] += int(packs)
        taken += count
    if not taken:
        session.delete(document)
        session.flush()
        return Imported(0, len(rows), None)
    shift(session, hold_with_room(session, change, places), change, places, lots)
    record(session, "stock.import", source, taken=taken, known=len(rows) - taken)
    return Imported(taken, len(rows) - taken, document.id)


_COLUMNS = (
    "key", "sku_id", "lot_id", "from_place_id", "to_place_id", "quantity", "happened_at", "organisation_id", "document_id",
    "recorded_at",
)  # fmt: skip


def _insert(session: Session, mine: int, document: int, rows: Sequence[MovedRow], moment: datetime) -> None:
    """Statements run on the table: `people.reach` is stood in for by the organisation in every row."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        keys = ([r.key for r in rows], [r.sku for r in rows], [r.lot for r in rows], [r.source for r in rows], [r.target for r in rows], [r.quantity for r in rows], [r.happened_at for r in rows])  # fmt: skip
        connection.execute(
            _MANY,
            {f"c{at}": column for at, column in enumerate(keys)}
            | {"mine": mine, "document": document, "moment": moment},
        )
        return
    told, known = lite_time(moment), {at: lite_time(at) for at in {row.happened_at for row in rows}}
    connection.exec_driver_sql(
        f"INSERT INTO movement ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) ON CONFLICT DO NOTHING",
        [
            (r.key, r.sku, r.lot, r.source, r.target, r.quantity, known[r.happened_at], mine, document, told)
            for r in rows
        ],
    )


def _many() -> Any:
    kinds: tuple[Any, ...] = (String, Integer, Integer, Integer, Integer, BigInteger, DateTime(timezone=True))
    arrays: list[Any] = [bindparam(f"c{at}", type_=ARRAY(kind)) for at, kind in enumerate(kinds)]
    rows = func.unnest(*arrays).table_valued(*_COLUMNS[:7]).render_derived()
    others = (
        bindparam("mine", type_=Integer), bindparam("document", type_=Integer), bindparam("moment", type_=DateTime(timezone=True)),
    )  # fmt: skip
    chosen = select(*(rows.c[name] for name in _COLUMNS[:7]), *others)
    return postgresql.insert(MOVED).from_select(list(_COLUMNS), chosen, include_defaults=False).on_conflict_do_nothing()


_MANY = _many()
