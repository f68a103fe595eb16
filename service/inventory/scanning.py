"""What a scanner reads: a plain EAN, or a GS1 code (DataMatrix, Chestny ZNAK, GS1-128) with item, lot, dates and serial number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.catalog.gtin import checked_gtin
from service.catalog.listing import skus_by_code
from service.catalog.models import Sku
from service.errors import DomainError, NotFound
from service.i18n import N_, Message
from service.inventory.models import Balance, Lot
from service.people.reach import organisation_of

__all__ = ["NotACode", "Scanned", "scan"]


class NotACode(DomainError):
    """Neither a SKU nor a bar code."""

    title = N_("“{code}” is neither a SKU of the catalogue nor a readable bar code.")
    remedy = N_("Scan again, or type the SKU; a new SKU wants a card first.")


@dataclass(frozen=True)
class Scanned:
    """What stood in a code. `lot` "" where it names none and cannot be told."""

    sku: Sku
    lot: str
    made_on: date | None = None
    expires_on: date | None = None
    serial: str | None = None


def scan(session: Session, code: str) -> Scanned:
    """Find what was scanned. Raises `NotACode`, and `NotFound` for an item number no card has."""
    text = code.strip()
    if found := skus_by_code(session, [text]).get(text):
        return Scanned(found, _only_lot(session, found))
    from biip import ParseConfig, parse

    result = parse(text, config=ParseConfig(gs1_element_strings_verify_date=False))
    message = result.gs1_message
    if result.gtin is None and message is None:
        raise NotACode(code=text[:60])
    values = {element.ai.ai: element for element in (message.element_strings if message else [])}
    digits = result.gtin.value if result.gtin else values["01"].value if "01" in values else ""
    sku = _by_gtin(session, digits, text)
    lot = values["10"].value if "10" in values else _only_lot(session, sku)
    return Scanned(
        sku, lot, values["11"].date if "11" in values else None,
        next((values[ai].date for ai in ("17", "15") if ai in values), None), values["21"].value if "21" in values else None,
    )  # fmt: skip


def _by_gtin(session: Session, digits: str, code: str) -> Sku:
    try:
        gtin = checked_gtin(digits)
    except ValueError:
        raise NotACode(code=code[:60]) from None
    bare = gtin.lstrip("0")
    wanted = {bare.zfill(length) for length in (8, 12, 13, 14) if len(bare) <= length}
    codes = list(session.scalars(select(Sku.code).where(Sku.gtin.in_(wanted)).order_by(Sku.id)))
    if not codes:
        raise NotFound(kind=Message(N_("The item number")), name=gtin)
    found = skus_by_code(session, codes)
    return found[codes[0]]


def _only_lot(session: Session, sku: Sku) -> str:
    """The lot of a SKU that has a single one in stock."""
    query = select(Lot.code).where(Lot.organisation_id == organisation_of(session), Lot.sku_id == sku.id)
    in_stock = query.where(exists().where(Balance.lot_id == Lot.id, Balance.on_hand > 0, Balance.bounded)).limit(2)
    codes = list(session.scalars(in_stock))
    return codes[0] if len(codes) == 1 else ""
