"""Numbers, days and names of stock in the reader's words, for the templates of its pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from service.catalog.models import Sku
from service.i18n import Locale, Message
from service.inventory.acting import REASONS
from service.inventory.ledger import KINDS
from service.inventory.models import Place
from service.inventory.places import STATE_NAMES
from service.inventory.units import UNIT_NAMES
from service.inventory.watching.alerts import KINDS as ALERTS
from service.inventory.watching.levels import names_of
from service.web.posting import day_in

__all__ = ["StockWords"]


class StockWords:
    """What templates ask."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def count(self, packs: int) -> str:
        """Digits in groups of three, held together by narrow spaces."""
        return f"{packs:,}".replace(",", "\u202f")

    def change(self, packs: int) -> str:
        """With its sign, a true minus."""
        return f"+{self.count(packs)}" if packs > 0 else f"−{self.count(-packs)}"

    def speed(self, packs: Fraction) -> str:
        """Packs a day with one decimal, in the reader's notation."""
        text = f"{float(packs):.1f}".removesuffix(".0")
        return text.replace(".", ",") if self.locale == "ru" else text

    def day(self, day: date | None) -> str:
        """A day as the reader writes it."""
        return "—" if day is None else day_in(day, self.locale)

    def name(self, sku: Sku) -> str:
        """As people call it."""
        return names_of(sku)["ru" if self.locale == "ru" else "zh"]

    def place(self, place: Place) -> str:
        """The place's name."""
        return place.name(self.locale)

    def state(self, key: str) -> str:
        """What goods are while they are in a place."""
        return self._said(STATE_NAMES, key)

    def kind(self, key: str) -> str:
        """What kind of act moved them."""
        return self._said(KINDS, key)

    def reason(self, key: str) -> str:
        """Why stock was put right."""
        return self._said(REASONS, key)

    def alert(self, key: str) -> str:
        """What an alert tells of."""
        return self._said(ALERTS, key)

    def unit(self, key: str, ratio: Fraction | None = None) -> str:
        """A unit people count in; with how many packs it is, where it is several."""
        name = self._said(UNIT_NAMES, key)
        several = ratio is not None and ratio > 1 and ratio.denominator == 1
        return f"{name} × {ratio}" if several else name

    def _said(self, names: Mapping[str, str], key: str) -> str:
        return Message(names[key]).say(self.locale) if key in names else key
