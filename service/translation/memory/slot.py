"""A place of a text that holds a value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from service.translation.memory.written import Writing

__all__ = ["CLOSE", "GAP", "MONTHS", "OPEN", "Slot"]

OPEN, CLOSE = "\ue000", "\ue001"  # around the tag of a slot in a skeleton
GAP = "[ \u00a0\u2009\u202f]"
MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря")  # fmt: skip


class Slot(NamedTuple):
    """One value in a text, from `start` to `end`. `tag` is what it is replaced by in the skeleton.

    `kind`: number, count, money, measure, discount, date, time, year, code, link, emoji. `number` as written (of 5折 the 5), `value` what
    it means (in the smallest unit, a discount in percent off, a date as a tuple); `form` the unit's word as it stands after `gap`.
    """

    kind: str
    start: int
    end: int
    raw: str
    tag: str
    value: Any
    number: Decimal | None = None
    of: str = ""  # what is measured, the currency, the noun's lemma
    writing: Writing | None = None
    form: str = ""
    gap: str = ""
    scale: str = ""  # 万, тыс
    figure: str = ""  # the number as it stands, without sign, scale and unit; of a date the way it is written
    sign: str = ""
    before: str = ""  # a sign of money in front

    @property
    def sense(self) -> tuple[Any, ...]:
        """What the slot means, the same in both languages."""
        match self.kind:
            case "number" | "count":
                return ("number", self.value)
            case "money" | "measure" if self.of != "percent":
                return (self.of, self.value)
            case "measure" | "discount":
                return ("percent", abs(self.value))
        return (self.kind, self.value)
