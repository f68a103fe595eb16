"""What several rooms refuse: rows of a record, each named with its column, and prices that are not whole."""

from __future__ import annotations

from typing import Any, ClassVar

from service.errors import DomainError
from service.i18n import N_, Locale, Message

__all__ = ["BasisMissing", "NoSuchSkus", "ReferenceTooLow", "RowRefused"]


class RowRefused(DomainError):
    """A row that cannot be taken. `row` counts from 1."""

    title = N_("Row {row}, {column} “{value}”: {what} Nothing was recorded.")
    wrong: ClassVar[str]

    def __init__(self, *, row: int, column: str, value: object, **facts: Any) -> None:
        self.row, self.column, self.value = row, column, value
        super().__init__(row=row, column=column, value=value, **facts)

    def message(self) -> Message:
        """With the row."""
        return Message(RowRefused.title, self.facts | {"what": self.fault()})

    def fault(self) -> Message:
        """Without the row, for a list of faults that tells the place itself."""
        return Message(self.wrong, self.facts)

    def more(self, locale: Locale) -> dict[str, Any]:
        """The place, for programs."""
        return {"row": self.row, "column": self.column}


class NoSuchSkus(DomainError):
    """Prices for goods that have no card."""

    status = 404
    title = N_("No card has these SKUs: {skus}.")
    remedy = N_("Correct the codes, or write the cards first. No price was changed.")


class BasisMissing(DomainError):
    """A price named beside the live one must say what it is."""

    title = N_("The reference price of {sku} in {market} has no known basis.")
    remedy = N_("Known: {known}. No price was changed.")


class ReferenceTooLow(DomainError):
    """A reference price that is no higher than the live one."""

    title = N_("The reference price of {sku} in {market} is not above the live price.")
    remedy = N_("Correct it, or leave the reference out. No price was changed.")
