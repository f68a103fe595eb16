"""Units people count in, as exact fractions of packs: nothing is rounded, what does not come out even is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from service.catalog.models import Sku
from service.errors import DomainError
from service.i18n import N_
from service.inventory.models import Handling

__all__ = ["UNIT_NAMES", "BadQuantity", "NotWhole", "UnknownUnit", "in_packs", "units_of"]

UNIT_NAMES = {
    "pack": N_("pack"), "case": N_("case"), "pallet": N_("pallet"), "g": N_("g"), "kg": N_("kg"), "ml": N_("ml"), "l": N_("l"),
    "pcs": N_("pcs"),
}  # fmt: skip
MOST = 2**40  # packs; more than the trade of a continent


class BadQuantity(DomainError):
    """No number of things."""

    title = N_("“{quantity}” is not a quantity; a whole number above zero is expected.")
    remedy = N_("Write digits only, for instance 24; weights may have a decimal point: 2.5 kg.")


class UnknownUnit(DomainError):
    """The SKU is not counted in this unit."""

    title = N_("{sku} is not counted in “{unit}”.")
    remedy = N_("Units of this SKU: {known}.")


class NotWhole(DomainError):
    """So much is no whole number of packs."""

    title = N_("{quantity} {unit} of {sku} is not a whole number of packs.")
    remedy = N_("One {unit} is {ratio} packs; give a quantity that comes out even.")


def units_of(sku: Sku, handling: Handling | None = None) -> dict[str, Fraction]:
    """How many packs one of each unit is: pack, case and pallet if known, weight or volume from the net quantity, one's own."""
    units = {name: Fraction(*ratio) for name, ratio in (handling.units if handling else {}).items()}
    units["pack"] = Fraction(1)
    if sku.units_per_case:
        units["case"] = Fraction(sku.units_per_case)
        if handling and handling.cases_per_pallet:
            units["pallet"] = Fraction(sku.units_per_case * handling.cases_per_pallet)
    units[sku.net_unit] = Fraction(1, sku.net_value)
    if thousand := {"g": "kg", "ml": "l"}.get(sku.net_unit):
        units[thousand] = Fraction(1000, sku.net_value)
    return units


def in_packs(quantity: int | str, unit: str, *, sku: str, units: Mapping[str, Fraction]) -> int:
    """A quantity in packs. Raises `BadQuantity`, `UnknownUnit`, `NotWhole`."""
    text = str(quantity).strip()
    if re.fullmatch(r"\d{1,3}(,\d{3})+", text):  # a thousand in one country, one in another
        raise BadQuantity(quantity=text[:40])
    text = text.replace(",", ".")
    if not re.fullmatch(r"\d{1,15}(\.\d{1,6})?", text, re.ASCII) or Fraction(text) <= 0:
        raise BadQuantity(quantity=str(quantity)[:40])
    if unit not in units:
        raise UnknownUnit(sku=sku, unit=unit, known=sorted(units))
    packs = Fraction(text) * units[unit]
    if packs.denominator != 1:
        raise NotWhole(quantity=text, unit=unit, sku=sku, ratio=str(units[unit]))
    if packs > MOST:
        raise BadQuantity(quantity=text)
    return int(packs)
