"""Places: brought in from the shipped list or one's own, found by their keys."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.i18n import N_, Message
from service.inventory.files import PlaceEntry, warehouses
from service.inventory.models import Place
from service.people.audit import record
from service.people.reach import organisation_of

__all__ = [
    "HOLDING",
    "KIND_NAMES",
    "SELLING",
    "STATE_NAMES",
    "STATE_OF_KIND",
    "area_of",
    "find_place",
    "import_places",
    "outside",
    "place_list",
    "places_by_key",
]  # fmt: skip

SELLING = ("warehouse", "overseas")
HOLDING = (*SELLING, "bonded", "transit", "customs", "receiving", "staging", "quarantine")
KIND_NAMES = {
    "warehouse": N_("warehouse"), "overseas": N_("overseas warehouse"), "bonded": N_("bonded warehouse"),
    "transit": N_("on the way"), "customs": N_("customs"), "receiving": N_("receiving area"), "staging": N_("staging area"),
    "quarantine": N_("quarantine"), "supplier": N_("supplier"), "customer": N_("customer"), "write_off": N_("written off"),
    "difference": N_("count difference"),
}  # fmt: skip
# What goods are while they are in a place of a kind: a quantity's state is where it is.
STATE_OF_KIND = {
    "warehouse": "sellable", "overseas": "sellable", "bonded": "bonded", "transit": "transit", "customs": "customs",
    "receiving": "arriving", "staging": "leaving", "quarantine": "quarantine",
}  # fmt: skip
STATE_NAMES = {
    "sellable": N_("sellable"), "bonded": N_("bonded"), "transit": N_("in transit"), "customs": N_("at customs"),
    "arriving": N_("just arrived"), "leaving": N_("packed to leave"), "quarantine": N_("in quarantine"),
}  # fmt: skip
_AREA_NAMES = {
    "receiving": ("收货区", "зона приёмки"), "staging": ("待发区", "зона отгрузки"), "quarantine": ("隔离区", "карантин"),
}  # fmt: skip


def import_places(session: Session) -> int:
    """Bring the shipped places in for this organisation; returns how many are new or changed. A second time nothing happens."""
    file = warehouses()
    mine = organisation_of(session)
    there = {place.key: place for place in session.scalars(select(Place).where(Place.organisation_id == mine))}
    changed = 0
    for position, values in enumerate(row for entry in file.places for row in _rows(entry)):
        values |= {
            "position": position,
            "sample": file.sample,
            "source": file.source,
            "unverified": ["all"] if file.sample else [],
        }
        place = there.get(values["key"])
        if place is None:
            session.add(Place(organisation_id=mine, **values))
        elif any(getattr(place, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(place, name, value)
        else:
            continue
        changed += 1
    session.flush()
    if changed:
        record(session, "places.imported", "catalogs/warehouses.yaml", changed=changed)
    return changed


def _rows(entry: PlaceEntry) -> list[dict[str, Any]]:
    own = {
        "key": entry.key, "kind": entry.kind, "site": None, "country": entry.country, "zone": entry.zone, "name_zh": entry.zh,
        "name_ru": entry.ru, "temperatures": list(entry.temperatures),
    }  # fmt: skip
    areas = [
        own | {
            "key": f"{entry.key}-{area}", "kind": area, "site": entry.key, "name_zh": entry.zh + _AREA_NAMES[area][0],
            "name_ru": f"{entry.ru}: {_AREA_NAMES[area][1]}",
        }
        for area in entry.areas
    ]  # fmt: skip
    return [own, *areas]


def place_list(session: Session) -> list[Place]:
    """All places this session sees, one's own in front of shared ones of the same key, in their order."""
    mine = organisation_of(session)
    own_last = case((Place.organisation_id == mine, 1), else_=0)
    found = {place.key: place for place in session.scalars(select(Place).order_by(own_last, Place.id.desc()))}
    return sorted(found.values(), key=lambda place: (place.position, place.key))


def places_by_key(session: Session) -> dict[str, Place]:
    """The same by key."""
    return {place.key: place for place in place_list(session)}


def find_place(session: Session, key: str, *, holding: bool = False) -> Place:
    """One place; `holding`: it must be one goods can be kept in. Raises `NotFound`."""
    known = places_by_key(session)
    place = known.get(key)
    if place is None or (holding and place.kind not in HOLDING):
        names = [name for name, one in known.items() if not holding or one.kind in HOLDING]
        raise NotFound(kind=Message(N_("The place")), name=key, known=names)
    return place


def area_of(session: Session, place: Place, area: str) -> Place:
    """The receiving, staging or quarantine area of a warehouse; the warehouse itself where it has none. Raises `NotFound`."""
    known = places_by_key(session)
    return known.get(f"{place.key}-{area}", place)


def outside(session: Session, kind: str) -> Place:
    """The place that stands for suppliers, customers, write-offs or count differences. Raises `NotFound`."""
    found = next((place for place in place_list(session) if place.kind == kind), None)
    if found is None:
        raise NotFound(kind=Message(N_("The place")), name=kind, known=[place.key for place in place_list(session)])
    return found
