"""What a shipment is refused for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.errors import DomainError
from service.i18n import N_, Locale

__all__ = [
    "ArrivedTooMuch", "BeforeLastStep", "ColdChain", "NumberTaken", "OutOfOrder", "PaperMissing", "RouteClosed", "TooShortLived",
]  # fmt: skip


class NumberTaken(DomainError):
    """A shipment's number names one shipment."""

    status = 409
    title = N_("There is a shipment {number} already.")
    remedy = N_("Choose another number, or look at that shipment.")


class RouteClosed(DomainError):
    """The way is not passable then."""

    title = N_("The route “{route}” is not open in month {month}; it is in {months}.")
    remedy = N_("Choose another route or another day.")


class OutOfOrder(DomainError):
    """A step that cannot follow the last one."""

    status = 409
    title = N_("Shipment {number} is “{state}”; “{wanted}” cannot follow that. Nothing was changed.")
    remedy = N_("What may follow: {allowed}.")


class BeforeLastStep(DomainError):
    """A step that would have happened before the one it follows."""

    status = 409
    title = N_("The step would have happened at {when}, before the last one at {last}.")
    remedy = N_("Correct the moment; leave it out for now.")


class PaperMissing(DomainError):
    """A step that needs a document."""

    title = N_("“{wanted}” needs the number of its paper.")
    remedy = N_("Give the number of the declaration, receipt or act.")


class TooShortLived(DomainError):
    """Goods that would arrive too old."""

    status = 409
    title = N_(
        "Lot {lot} of {sku} has {left} days left; this route needs {needed} (the way, a reserve and the time to sell)."
    )
    remedy = N_("Send a fresher lot, or by a shorter way.")

    def __init__(self, lots: Sequence[Mapping[str, Any]]) -> None:
        self._lots = list(lots)
        super().__init__(**self._lots[0])

    def more(self, locale: Locale) -> dict[str, Any]:
        """Every such lot."""
        return {"lots": self._lots}


class ColdChain(DomainError):
    """A vehicle too cold or too warm for the goods."""

    status = 409
    title = N_(
        "{sku} (lot {lot}) bears {low} to {high} °C; in “{transport}” it may be {coldest} to {warmest} °C on this trip."
    )
    remedy = N_("Choose another transport ({better}), or give a reason to send it all the same.")

    def __init__(self, lots: Sequence[Mapping[str, Any]]) -> None:
        self._lots = list(lots)
        super().__init__(**self._lots[0])

    def more(self, locale: Locale) -> dict[str, Any]:
        """Every such lot."""
        return {"lots": self._lots}


class ArrivedTooMuch(DomainError):
    """More arrived than was sent."""

    status = 409
    title = N_("{arrived} packs of {sku} (lot {lot}) would have arrived; {under_way} are under way.")
    remedy = N_("Count again; what is really more than was sent, receive as a receipt of its own.")
