"""What the ledger refuses, each in words that name the place and the remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.errors import DomainError
from service.i18n import N_, Locale

__all__ = [
    "Anticipated",
    "DatesContradict",
    "KeyUsed",
    "LotDiffers",
    "LotExpired",
    "NotByItself",
    "NotEnough",
    "NothingMoves",
    "Promised",
    "ReversedAlready",
    "SamePlace",
    "SerialsMissing",
]  # fmt: skip


class NotEnough(DomainError):
    """A place does not hold what is to leave it."""

    status = 409
    title = N_("Not enough of {sku} (lot {lot}) at {place}: {wanted} wanted, {there} there. Nothing was changed.")
    remedy = N_("Take less, or post first what brought more there; the page of the SKU and “amurlive stock report” tell where the goods are.")  # fmt: skip

    def __init__(self, lacking: Sequence[Mapping[str, Any]]) -> None:
        self._lacking = list(lacking)
        super().__init__(**self._lacking[0])

    def more(self, locale: Locale) -> dict[str, Any]:
        """Every lot that lacks."""
        return {"lacking": self._lacking}


class Promised(DomainError):
    """What is there is promised to a show or an order."""

    status = 409
    title = N_("{wanted} packs of {sku} are to leave {place}, but only {free} are free: the rest is promised to shows and orders. Nothing was changed.")  # fmt: skip
    remedy = N_("Take less, or lower the promise first: close the show's pool or release reservations.")


class KeyUsed(DomainError):
    """The key of an act belongs to another act."""

    status = 409
    title = N_("The key “{key}” was used for a different act; nothing was changed.")
    remedy = N_("Take a new key for a new act; repeat an act unchanged under its old key.")


class NothingMoves(DomainError):
    """An act without movements."""

    title = N_("Nothing would move.")
    remedy = N_("Name at least one SKU with a quantity.")


class SamePlace(DomainError):
    """From a place to itself."""

    title = N_("{sku} would move from {place} to the same place.")
    remedy = N_("Name another place to move it to.")


class Anticipated(DomainError):
    """Something that has not happened yet."""

    title = N_("{when} lies in the future; the ledger records what has happened.")
    remedy = N_("Give the moment it happened, or leave it out for now; check the time zone.")


class LotExpired(DomainError):
    """A lot past its date."""

    title = N_("Lot {lot} of {sku} ended on {expires_on}.")
    remedy = N_("Move it to quarantine or write it off; if the date is wrong, correct the lot.")


class LotDiffers(DomainError):
    """A lot known under this code with another date."""

    status = 409
    title = N_("Lot {lot} of {sku} is known with {field} {there}, not {given}.")
    remedy = N_("Check the label: another date is another lot, and needs another code.")


class DatesContradict(DomainError):
    """Made after it ended."""

    title = N_("Lot {lot} of {sku} would be made on {made_on} and end on {expires_on}.")
    remedy = N_("Check both dates; day and month may have changed places.")


class ReversedAlready(DomainError):
    """A document is taken back once."""

    status = 409
    title = N_("Document {document} has been taken back already, by document {by}.")
    remedy = N_("Look at that document; post what should be there now.")


class NotByItself(DomainError):
    """A document that is part of something larger."""

    status = 409
    title = N_("Document {document} is a step of shipment {number}; it is not taken back by itself.")
    remedy = N_("Take the goods back by the shipment's next step: cancelled, returned or lost.")


class SerialsMissing(DomainError):
    """Goods kept by serial number move with their numbers."""

    title = N_("{sku} is kept by serial numbers: {quantity} are needed, {given} are given and at {place}; unknown or elsewhere: {strangers}.")  # fmt: skip
    remedy = N_("Scan the number of each piece.")
