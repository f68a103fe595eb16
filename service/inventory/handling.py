"""How an organisation handles a SKU: set and read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from service.catalog.models import Sku
from service.errors import DomainError
from service.i18n import N_
from service.inventory.lots import handling_of
from service.inventory.models import Handling
from service.inventory.units import UNIT_NAMES
from service.people.audit import record
from service.people.reach import organisation_of

__all__ = ["HandlingGiven", "OwnUnit", "keep_handling"]

UnitName = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x20\x7f=@]+$", max_length=20)]
Part = Annotated[int, Field(ge=1, le=10**9)]


class OwnUnit(DomainError):
    """A unit of one's own under a name that is taken."""

    title = N_("“{unit}” means the same for every SKU; it cannot be given another meaning.")
    remedy = N_("Choose another name for your unit.")


class HandlingGiven(BaseModel):
    """Where a SKU is handled otherwise than its card says. A serial number for each piece (`track`), units of one's own as

    [numerator, denominator] of packs, days of life left when sold, the cold it bears on the road (°C), the packs below which an alert comes.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"track": "lot", "cases_per_pallet": 60, "units": {"display": [12, 1]}, "low_at": 48}
        },
    )
    track: Literal["lot", "serial"] = "lot"
    cases_per_pallet: int | None = Field(None, ge=1, le=10_000)
    units: dict[UnitName, Annotated[list[Part], Field(min_length=2, max_length=2)]] = Field({}, max_length=20)
    least_days: int | None = Field(None, ge=0, le=3650)
    temperature_min: int | None = Field(None, ge=-80, le=60)
    low_at: int | None = Field(None, ge=0, le=2**40)


def keep_handling(session: Session, sku: Sku, given: HandlingGiven) -> Handling:
    """Set how one's own organisation handles a SKU. Raises `OwnUnit`."""
    if taken := sorted(set(given.units) & set(UNIT_NAMES)):
        raise OwnUnit(unit=taken[0])
    found = handling_of(session, sku)
    if found is None:
        found = Handling(organisation_id=organisation_of(session), sku_id=sku.id)
        session.add(found)
    for name, value in given.model_dump(mode="json").items():
        setattr(found, name, value)
    session.flush()
    record(session, "stock.handling", sku.code, track=given.track)
    return found
