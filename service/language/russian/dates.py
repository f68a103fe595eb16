"""Dates and clock times in words."""

from __future__ import annotations

from datetime import date
from functools import cache

from service.language.russian.counting import count
from service.language.russian.grammar import Case, Gender
from service.language.russian.ordinals import ordinal

__all__ = ["date_words", "time_words"]


def date_words(day: date, *, case: Case = Case.GEN, year: bool = True) -> str:
    """двадцать четвёртого ноября две тысячи двадцать шестого года; only the day follows `case`."""
    words = f"{ordinal(day.day, gender=Gender.N, case=case)} {_months()[day.month]}"
    return f"{words} {ordinal(day.year, case=Case.GEN)} года" if year else words


def time_words(hour: int, minute: int, *, case: Case = Case.NOM) -> str:
    """двадцать часов тридцать минут, hours 0 … 23; no minutes at the full hour.

    After «в» and «на» the accusative.
    """
    words = count(hour, "час", case=case, words=True)
    return f"{words} {count(minute, 'минута', case=case, words=True)}" if minute else words


@cache
def _months() -> dict[int, str]:
    """Month names in the genitive, as CLDR has them for dates."""
    from babel import Locale

    return dict(Locale.parse("ru").months["format"]["wide"])
