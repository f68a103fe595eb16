"""Takes the price lists of `catalogs/prices/` over: all or nothing, and a second time nothing at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.authored import Authored, read
from service.catalog.listing import skus_by_code
from service.database import now
from service.errors import FilesRejected, Problem
from service.i18n import N_, Message
from service.people.audit import record
from service.pricing.files import MarketPrice, PricesFile, bases
from service.pricing.models import CURRENCIES, Price
from service.pricing.offering import Wanted, add_rows, told_anew
from service.pricing.turns import take_turns
from service.resources import root

__all__ = ["PriceImport", "import_prices", "read_prices"]


@dataclass
class PriceImport:
    """Counts of prices written and left alone."""

    changed: int = 0
    unchanged: int = 0


def read_prices(known_skus: set[str], *, folder: Path | None = None) -> list[PricesFile]:
    """All price lists; raises `FilesRejected` with every fault, unknown SKUs and bases among them."""
    return [file.content for file in _files(known_skus, folder) if file.content]


def import_prices(session: Session, *, folder: Path | None = None) -> PriceImport:
    """Write the price lists over what the database holds for the same SKU and market, and into the history of offered prices.

    What stands in `Price` as it is written is left alone, whatever was offered since. Raises `FilesRejected`, also for prices that
    would lie below a floor.
    """
    take_turns(session)
    skus = {code: sku.id for code, sku in skus_by_code(session).items()}
    files = _files(set(skus), folder)
    present = {(price.sku_id, price.market): price for price in session.scalars(select(Price))}
    report = PriceImport()
    places: dict[tuple[int, str], Authored[PricesFile]] = {}
    changes: list[tuple[Price, tuple[str, int, int | None, str | None, bool]]] = []
    wanted = []
    for file in files:
        for code, entry in file.content.prices.items() if file.content else ():
            for market, currency in CURRENCIES.items():
                given: MarketPrice | None = getattr(entry, market)
                if given is None or not file.content:
                    continue
                row = present.get((skus[code], market))
                values = (currency, given.live, given.reference, given.basis, file.content.sample)
                if row and (row.currency, row.live, row.reference, row.basis, row.sample) == values:
                    report.unchanged += 1
                    continue
                changes.append((row or Price(sku_id=skus[code], market=market), values))
                wanted.append(Wanted(skus[code], code, market, given.live, given.reference, given.basis))
                places[skus[code], market] = file
    _tell_history(session, wanted, places)
    report.changed = len(changes)
    for row, values in changes:
        row.currency, row.live, row.reference, row.basis, row.sample = values
        session.add(row)
    session.flush()
    if report.changed:
        record(session, "prices.imported", "catalogs/prices/", changed=report.changed)
    return report


def _files(known_skus: set[str], folder: Path | None) -> list[Authored[PricesFile]]:
    """All price lists, without a fault."""
    files = [read(path, PricesFile) for path in sorted((folder or root("catalogs") / "prices").glob("*.yaml"))]
    seen: dict[str, str] = {}
    for file in files:
        if file.content:
            _check(file, known_skus, seen)
    _refuse(files)
    return files


def _refuse(files: Sequence[Authored[PricesFile]]) -> None:
    problems: list[Problem] = [problem for file in files for problem in file.problems]
    if problems:
        raise FilesRejected(problems)


def _tell_history(
    session: Session, wanted: Sequence[Wanted], places: Mapping[tuple[int, str], Authored[PricesFile]]
) -> None:
    """Write what changes into the history; what would undercut a floor is a fault at its line."""
    rows, refused = told_anew(session, wanted, now())
    codes = {one.sku_id: one.code for one in wanted}
    for one in refused:
        file, code = places[one.sku_id, one.market], codes[one.sku_id]
        amount = getattr(file.content.prices[code], one.market).live if file.content else ""
        file.fault(
            "prices", code, one.market, "live", value=amount, what=one.error.message(), remedy=one.error.advice()
        )
    if refused:
        _refuse(list({file.path: file for file in places.values()}.values()))
    add_rows(session, rows)


def _check(file: Authored[PricesFile], known: set[str], seen: dict[str, str]) -> None:
    assert file.content
    for code, entry in file.content.prices.items():
        at = ("prices", code)
        if code not in known:
            file.fault(
                *at, value=code,
                what=Message(N_("No card has the SKU “{sku}”."), {"sku": code}),
                remedy=Message(N_("Correct the code, or write the card first.")),
            )  # fmt: skip
        if code in seen:
            file.fault(
                *at, value=code,
                what=Message(N_("“{value}” is used twice; the other place is {other}."), {"value": code, "other": seen[code]}),
                remedy=Message(N_("Keep one of the two.")),
            )  # fmt: skip
        seen.setdefault(code, f"{file.path.name}:{file.line(*at)}")
        for market in CURRENCIES:
            price: MarketPrice | None = getattr(entry, market)
            if price is None or price.reference is None:
                continue
            if price.basis not in bases():
                file.fault(
                    *at, market, "basis", value=price.basis or "",
                    what=Message(N_("A reference price needs a known basis.")),
                    remedy=Message(N_("Known: {known}."), {"known": sorted(bases())}),
                )  # fmt: skip
            if price.reference <= price.live:
                file.fault(
                    *at, market, "reference", value=price.reference,
                    what=Message(N_("The reference price is not above the live price.")),
                    remedy=Message(N_("Correct it, or leave the reference out.")),
                )  # fmt: skip
