"""What counting is refused for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.errors import DomainError
from service.i18n import N_, Locale, Message

__all__ = ["CountedTwice", "NothingCounted", "OwnCount", "ReportRejected", "RowFault"]


class CountedTwice(DomainError):
    """A count sheet that names a lot twice."""

    title = N_("The sheet counts {sku} (lot {lot}) more than once: lines {lines}. Nothing was changed.")
    remedy = N_("Add the lines up to one; or count the second as a lot of its own.")


class OwnCount(DomainError):
    """Who counted may not approve."""

    status = 403
    title = N_("{person} has counted here; differences are approved by a second person.")
    remedy = N_("Ask a colleague to look at the differences and approve them.")


class NothingCounted(DomainError):
    """A stocktake without counts."""

    status = 409
    title = N_("Nothing has been counted yet.")
    remedy = N_("Count at least one lot; for an empty place, say that what was not counted is not there.")


class RowFault:
    """One fault in a report or count sheet, at its cell."""

    def __init__(self, row: int, column: str, value: str, what: Message, remedy: Message) -> None:
        self.row, self.column, self.value, self.what, self.remedy = row, column, value, what, remedy

    def as_data(self, locale: Locale) -> dict[str, Any]:
        """For programs."""
        return {
            "row": self.row, "column": self.column, "value": self.value, "message": self.what.say(locale),
            "remedy": self.remedy.say(locale),
        }  # fmt: skip


class ReportRejected(DomainError):
    """A sheet with faults; nothing of it was taken."""

    title = N_(
        "The sheet holds {count} faults; nothing was changed. First: row {row}, {column}, “{value}”: {what} {todo}"
    )
    remedy = N_("Mend the places listed and send the sheet again.")

    def __init__(self, faults: Sequence[RowFault]) -> None:
        self.faults = sorted(faults, key=lambda fault: (fault.row, fault.column))
        first = self.faults[0]
        super().__init__(
            count=len(faults), row=first.row, column=first.column, value=first.value, what=first.what, todo=first.remedy
        )

    def message(self) -> Message:
        """Counted, for Russian has three forms."""
        one = N_(
            "The sheet holds {count} fault; nothing was changed. First: row {row}, {column}, “{value}”: {what} {todo}"
        )
        return Message(one, self.facts, self.title, number=len(self.faults))

    def more(self, locale: Locale) -> dict[str, Any]:
        """Every fault with its place."""
        return {"faults": [fault.as_data(locale) for fault in self.faults]}
