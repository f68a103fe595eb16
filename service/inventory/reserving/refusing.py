"""What a reservation is refused for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from service.errors import DomainError
from service.i18n import N_, Locale

__all__ = ["Lapsed", "NothingToPick", "PoolClosed", "SoldBeyond", "SoldOut", "TooBusy", "TooLittleFree", "Unsettled"]


class SoldOut(DomainError):
    """A pool has less than is wanted."""

    status = 409
    title = N_("Not enough of {sku} left: {wanted} wanted, {available} available.")
    remedy = N_("Reserve fewer, name other places, or ask again: reservations that run out come back.")

    def more(self, locale: Locale) -> dict[str, Any]:
        """What is left, for programs."""
        return {"sku": self.facts["sku"], "available": self.facts["available"]}


class PoolClosed(DomainError):
    """The show sells no more of it."""

    status = 409
    title = N_("{sku} is not on sale in “{show}”.")
    remedy = N_("Open a pool for it first: “amurlive stock promise”, or the show's stock page.")


class Lapsed(DomainError):
    """The reservation is over."""

    status = 409
    title = N_("Reservation “{key}” is over ({state}); it cannot be {wanted} any more.")
    remedy = N_("Reserve again under a new key.")


class TooBusy(DomainError):
    """More requests wait than can be answered in time."""

    status = 429
    title = N_("Too many reservations wait at this moment; this one was not taken up.")
    remedy = N_("Send it again in a second, with the same key.")
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


class Unsettled(DomainError):
    """The database was out of reach; whether the request took effect is not known."""

    status = 503
    title = N_("The database was out of reach; whether this took effect is not known.")
    remedy = N_("Send it again with the same key: it takes effect once, and you get its answer.")
    headers: ClassVar[dict[str, str]] = {"Retry-After": "2"}


class TooLittleFree(DomainError):
    """More is promised to a show than is free."""

    status = 409
    title = N_("{wanted} packs of {sku} at {place} cannot be promised: {free} are free and keep long enough.")
    remedy = N_("Promise fewer, bring more there, or take some back from another show.")


class SoldBeyond(DomainError):
    """A promise below what is reserved and sold of it already."""

    status = 409
    title = N_("“{show}” has {taken} packs of {sku} reserved or sold; its promise cannot be lowered to {wanted}.")
    remedy = N_("Release reservations first, or wait until they run out.")


class NothingToPick(DomainError):
    """Sold goods that no lot in the place can serve."""

    status = 409
    title = N_("{missing} packs of {sku} for “{key}” cannot be picked at {place}: no lot there keeps long enough.")
    remedy = N_("Bring a fresher lot there, or cancel the sale and give the money back.")

    def __init__(self, lacking: Sequence[Mapping[str, Any]]) -> None:
        self._lacking = list(lacking)
        super().__init__(**self._lacking[0])

    def more(self, locale: Locale) -> dict[str, Any]:
        """Everything that lacks."""
        return {"lacking": self._lacking}
